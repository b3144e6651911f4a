# SPDX-License-Identifier: Apache-2.0
"""Our decisions as OpenVEX, CycloneDX and CSAF: honest, the same bytes each time, and read again as they were told."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import UnreadableError, UsageError
from leadglass.formats import csaf, csaf_write, cyclonedx, cyclonedx_vex, openvex, vex_write
from leadglass.formats.vex_told import JUSTIFICATIONS, Category, Told
from leadglass.values.advisories import Status

AT = datetime(2026, 4, 1, 8, 30, 15, 999, tzinfo=UTC)
AUTHOR = "Clinical Engineering, Sankt Nimbus"
ID = "https://nimbus.example/vex/2026-04-01"

SCANNER = {"maker": "Quillon Medical GmbH", "model": "Tomara 64", "version": "1.5", "cpe": "cpe:2.3:h:quillon:tomara:1.5:*:*:*:*:*:*:*"}  # fmt: skip
VIEWER = {"model": "weasis", "version": "4.1", "purl": "pkg:github/nroduit/weasis@v4.1"}

SAID = (
    Told(vulnerability="CVE-2026-0001", category=Category.ACCEPTED_RISK, text="Replaced in May.", by="Dr. A. Ott", until=date(2026, 5, 31), **SCANNER),
    Told(vulnerability="CVE-2026-0002", category=Category.COMPENSATED, text="Own VLAN, port 104 alone.", **SCANNER),
    Told(vulnerability="CVE-2026-0003", category=Category.REMEDY_PLANNED, text="Update to 1.6.", until=date(2026, 6, 1), **SCANNER),
    Told(vulnerability="CVE-2026-0004", category=Category.FIXED, text="1.5 holds the fix.", at=datetime(2026, 3, 1, tzinfo=UTC), **SCANNER),
    Told(vulnerability="CVE-2026-0005", category=Category.NOT_AFFECTED, justification="component_not_present", text="No Java.", **SCANNER),
    Told(vulnerability="CVE-2026-0005", category=Category.UNDER_INVESTIGATION, **VIEWER),
    Told(vulnerability="GHSA-jfh8-c2jp-5v3q", category=Category.NOT_AFFECTED, text="Not called.", **VIEWER),
)  # fmt: skip


def written(said=SAID, at=AT, name=ID):
    """The three documents."""
    return {
        "openvex": vex_write.write_openvex(said, author=AUTHOR, id=name, at=at),
        "cyclonedx": vex_write.write_cyclonedx(said, author=AUTHOR, id=name, at=at),
        "csaf": csaf_write.write_csaf(said, author=AUTHOR, namespace="https://nimbus.example", id=name, at=at, tlp="AMBER"),
    }  # fmt: skip


READERS = {"openvex": openvex.read, "cyclonedx": cyclonedx_vex.read, "csaf": csaf.read}


def told_again(standard, raw):
    """Vulnerability, product and status, as the reader of the standard gives them."""
    advisory = READERS[standard](raw)
    return sorted((said.vulnerability, said.product, said.status) for said in advisory.statements)


@pytest.mark.parametrize("standard", READERS)
def test_what_is_written_is_read_again(standard):
    expected = sorted((told.vulnerability, told.ref, told.status) for told in SAID)
    assert told_again(standard, written()[standard]) == expected


@pytest.mark.parametrize("standard", ["openvex", "cyclonedx"])
def test_texts_and_times_are_read_again(standard):
    advisory = READERS[standard](written()[standard])
    said = {(one.vulnerability, one.product): one for one in advisory.statements}
    for told in SAID:
        one = said[told.vulnerability, told.ref]
        text = one.action if standard == "openvex" and told.status is Status.AFFECTED else one.impact
        assert text == told.sentence
        assert one.stated == (told.at or AT.replace(microsecond=0))
    assert advisory.publisher == AUTHOR
    assert advisory.created == AT.replace(microsecond=0)
    assert advisory.remarks == ()


@pytest.mark.parametrize("standard", READERS)
def test_products_are_read_again_under_their_names(standard):
    products = {product.ref: product for product in READERS[standard](written()[standard]).products}
    scanner, viewer = (
        products["pkg:generic/Quillon%20Medical%20GmbH/Tomara%2064@1.5"],
        products[VIEWER["purl"]],
    )
    assert scanner.maker == "Quillon Medical GmbH"
    assert scanner.version == "1.5"
    assert "Tomara 64" in scanner.name
    assert scanner.cpe == SCANNER["cpe"]
    assert viewer.purl == VIEWER["purl"]


def test_an_accepted_risk_is_one_of_an_affected_product_in_each_standard():
    documents = {name: json.loads(raw) for name, raw in written(SAID[:1]).items()}
    sentence = "Risk accepted by Dr. A. Ott until 2026-05-31: Replaced in May."
    (statement,) = documents["openvex"]["statements"]
    assert (statement["status"], statement["action_statement"]) == ("affected", sentence)
    (vulnerability,) = documents["cyclonedx"]["vulnerabilities"]
    assert vulnerability["analysis"]["state"] == "exploitable"
    assert vulnerability["analysis"]["response"] == ["will_not_fix"]
    assert vulnerability["analysis"]["detail"] == sentence
    (vulnerability,) = documents["csaf"]["vulnerabilities"]
    assert set(vulnerability["product_status"]) == {"known_affected"}
    assert vulnerability["remediations"] == [
        {"category": "no_fix_planned", "details": sentence, "product_ids": [SAID[0].ref]}
    ]


def test_what_is_compensated_stays_affected():
    documents = {name: json.loads(raw) for name, raw in written(SAID[1:2]).items()}
    assert documents["openvex"]["statements"][0]["status"] == "affected"
    assert documents["cyclonedx"]["vulnerabilities"][0]["analysis"]["response"] == ["workaround_available"]
    assert documents["csaf"]["vulnerabilities"][0]["remediations"][0]["category"] == "mitigation"
    assert "the product stays affected" in documents["openvex"]["statements"][0]["action_statement"]


@pytest.mark.parametrize("category", Category)
def test_only_an_assessment_says_not_affected(category):
    told = Told(vulnerability="CVE-2026-1", category=category, model="x", text="t", by="b")
    assert (told.status is Status.NOT_AFFECTED) == (category is Category.NOT_AFFECTED)


@pytest.mark.parametrize("label", JUSTIFICATIONS)
def test_a_justification_is_told_in_the_words_of_each_standard(label):
    told = Told(vulnerability="CVE-2026-1", category=Category.NOT_AFFECTED, justification=label, model="x")
    documents = {name: json.loads(raw) for name, raw in written([told]).items()}
    assert documents["openvex"]["statements"][0]["justification"] == label
    assert documents["csaf"]["vulnerabilities"][0]["flags"] == [{"label": label, "product_ids": [told.ref]}]
    analysis = documents["cyclonedx"]["vulnerabilities"][0]["analysis"]
    assert analysis.get("justification") or analysis["detail"].startswith(label)


def test_the_same_decisions_in_any_order_give_the_same_bytes():
    assert written(SAID[::-1]) == written() == written(SAID + SAID)
    late = AT.astimezone().replace(microsecond=5)
    assert written(at=late) == written()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"category": Category.ACCEPTED_RISK, "text": "t"}, "person who accepted"),
        ({"category": Category.ACCEPTED_RISK, "by": "b"}, "what is done"),
        ({"category": Category.COMPENSATED}, "what is done"),
        ({"category": Category.NOT_AFFECTED}, "justification or a text"),
        ({"category": Category.NOT_AFFECTED, "justification": "trust us"}, "is no justification"),
        ({"category": Category.FIXED, "justification": "component_not_present"}, "not for 'fixed'"),
        ({"category": Category.FIXED, "model": " "}, "no vulnerability or no product"),
    ],
)
def test_what_no_standard_could_say_is_refused(fields, says):
    with pytest.raises(UsageError, match=says):
        Told(**{"vulnerability": "CVE-2026-1", "model": "x", **fields})


def test_an_identifier_that_is_none_is_refused():
    for name in ("purl", "cpe"):
        with pytest.raises(UnreadableError):
            Told(vulnerability="CVE-2026-1", category=Category.FIXED, model="x", **{name: "tomara"})


def test_decisions_that_differ_on_one_thing_are_refused():
    fixed = Told(vulnerability="CVE-2026-0001", category=Category.FIXED, **SCANNER)
    with pytest.raises(UsageError, match="Two decisions speak of CVE-2026-0001"):
        written([*SAID, fixed])
    other = Told(vulnerability="CVE-2026-9999", category=Category.FIXED, **{**SCANNER, "cpe": ""})
    with pytest.raises(UsageError, match="Two products are told"):
        written([*SAID, other])
    with pytest.raises(UsageError, match="no decision to tell"):
        written([])


def faults_of_openvex(document):
    """What the schema of OpenVEX 0.2.0 asks for, checked by hand."""
    faults = []
    asked = {"@context", "@id", "author", "timestamp", "version", "statements"}
    faults += sorted(asked - set(document)) + sorted(
        set(document) - asked - {"last_updated", "role", "tooling"}
    )
    if not document["statements"] or document["version"] < 1:
        faults.append("statements or version")
    known = {"@id", "version", "vulnerability", "timestamp", "last_updated", "products", "status", "supplier"}
    known |= {
        "status_notes",
        "justification",
        "impact_statement",
        "action_statement",
        "action_statement_timestamp",
    }
    for statement in document["statements"]:
        faults += sorted(set(statement) - known)
        if statement["status"] not in {"not_affected", "affected", "fixed", "under_investigation"}:
            faults.append("status")
        if statement["status"] == "not_affected" and not {"justification", "impact_statement"} & set(
            statement
        ):
            faults.append("not_affected without a reason")
        if statement["status"] == "affected" and "action_statement" not in statement:
            faults.append("affected without an action")
        if statement.get("justification", JUSTIFICATIONS[0]) not in JUSTIFICATIONS:
            faults.append("justification")
        for product in statement["products"]:
            if not re.fullmatch(r"[a-z][a-z0-9+.-]*:[^\s]+", product["@id"]) or not product.get(
                "identifiers", {1}
            ):
                faults.append("product")
    return faults


def test_openvex_keeps_its_schema():
    assert faults_of_openvex(json.loads(written()["openvex"])) == []


def test_cyclonedx_keeps_its_schema():
    raw = written()["cyclonedx"].decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(raw) is None
    assert [part.name for part in cyclonedx.read(raw.encode()).components] == ["Tomara 64", "weasis"]


def test_a_serial_number_is_kept_or_made_of_the_id():
    own = "urn:uuid:7b9a3f0e-6d54-4f0f-9d0a-2b1f8f0c5a11"
    assert json.loads(written(name=own)["cyclonedx"])["serialNumber"] == own
    made = json.loads(written()["cyclonedx"])["serialNumber"]
    assert made != json.loads(written(name=f"{ID}x")["cyclonedx"])["serialNumber"]
    assert made.startswith("urn:uuid:")


def test_csaf_gives_each_product_what_its_profile_asks_for():
    document = json.loads(written()["csaf"])
    for vulnerability in document["vulnerabilities"]:
        assert vulnerability["notes"]
        assert ("cve" in vulnerability) != ("ids" in vulnerability)
        status = vulnerability["product_status"]
        reasons = [*vulnerability.get("flags", []), *vulnerability.get("threats", [])]
        acts = vulnerability.get("remediations", [])
        assert set(status.get("known_not_affected", [])) == {
            ref for one in reasons for ref in one["product_ids"]
        }
        assert set(status.get("known_affected", [])) == {ref for one in acts for ref in one["product_ids"]}
    assert document["document"]["distribution"]["tlp"]["label"] == "AMBER"


names = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12
).filter(str.strip)
decisions = st.builds(
    Told,
    vulnerability=st.from_regex(r"CVE-20[0-9]{2}-[0-9]{4,6}", fullmatch=True),
    category=st.sampled_from(Category).filter(lambda category: category is not Category.NOT_AFFECTED),
    model=names.filter(lambda name: any(map(str.isalnum, name))),
    maker=names | st.just(""),
    version=names | st.just(""),
    text=names,
    by=names,
)


@given(st.lists(decisions, min_size=1, max_size=5, unique_by=lambda told: (told.vulnerability, told.ref)))
def test_whatever_is_told_is_read_again(said):
    unique = {told.ref: (told.maker, told.model, told.version) for told in said}
    said = [told for told in said if unique[told.ref] == (told.maker, told.model, told.version)]
    expected = sorted((told.vulnerability, told.ref, told.status) for told in said)
    for standard, raw in written(said).items():
        assert told_again(standard, raw) == expected
