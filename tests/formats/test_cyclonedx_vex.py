# SPDX-License-Identifier: Apache-2.0
"""What CycloneDX documents say of vulnerabilities: statements, whom they are about, and what is told of the rest."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, LeadglassError, UnreadableError
from leadglass.formats import cyclonedx, cyclonedx_vex, cyclonedx_xml
from leadglass.formats.cyclonedx_products import bom_link
from leadglass.values.advisories import Advisory, Status
from tests.formats.mutations import overwriting, overwritten, unsound

SERIAL = "7b9a3f0e-6d54-4f0f-9d0a-2b1f8f0c5a11"
OTHER = "2c385cf7-e1ee-46e9-a51c-13de1ecb380a"
LOG4J = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"

SCANNER = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "serialNumber": f"urn:uuid:{SERIAL}",
    "version": 3,
    "metadata": {
        "timestamp": "2026-03-01T11:00:00Z",
        "manufacturer": {"name": "Quillon Medical GmbH"},
        "component": {"type": "device", "bom-ref": "tomara", "name": "Tomara 64", "version": "1.5"},
    },
    "components": [
        {"type": "library", "bom-ref": "log4j", "name": "log4j-core", "group": "org.apache.logging.log4j",
         "version": "2.14.1", "purl": LOG4J, "cpe": "cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*"},
    ],
    "vulnerabilities": [
        {
            "id": "GHSA-jfh8-c2jp-5v3q",
            "references": [{"id": "cve-2021-44228", "source": {"name": "NVD"}}],
            "ratings": [
                {"method": "CVSSv2", "vector": "(AV:N/AC:M/Au:N/C:C/I:C/A:C)"},
                {"method": "CVSSv31", "vector": "AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"},
                {"method": "CVSSv4", "vector": "CVSS:4.0/AV:N/AC:L"},
                {"method": "OWASP", "vector": "SL:1/M:1"},
                {"severity": "high"},
            ],
            "cwes": [79, 502, 79],
            "description": "Lookups are\nresolved.",
            "recommendation": "Install 1.6.",
            "workaround": "Unplug it.",
            "published": "2021-12-10T00:00:00Z",
            "updated": "2021-12-14T00:00:00Z",
            "analysis": {
                "state": "exploitable",
                "response": ["update", "will_not_fix"],
                "detail": "The console logs names of patients.",
                "firstIssued": "2021-12-11T00:00:00Z",
                "lastUpdated": "2021-12-15T00:00:00Z",
            },
            "affects": [{"ref": "log4j"}, {"ref": "tomara"}],
        },
    ],
}  # fmt: skip


def document(*vulnerabilities, **parts):
    """The scanner's document with these vulnerabilities."""
    return json.dumps({**SCANNER, "vulnerabilities": list(vulnerabilities), **parts}).encode()


def read(*vulnerabilities, **parts):
    """The scanner's document with these vulnerabilities, read."""
    return cyclonedx_vex.read(document(*vulnerabilities, **parts))


def about(state, **target):
    """A vulnerability with this analysis of one target."""
    analysis = {} if state is None else {"analysis": {"state": state}}
    return {"id": "CVE-2026-1", **analysis, "affects": [{"ref": "log4j", **target}]}


def told(advisory):
    """Where and why, of all remarks."""
    return {remark.where: remark.why for remark in advisory.remarks}


def test_a_document_says_who_speaks_and_of_what():
    advisory = cyclonedx_vex.read(json.dumps(SCANNER).encode())
    assert (advisory.id, advisory.category, advisory.revision) == (f"urn:uuid:{SERIAL}", "vex", "3")
    assert (advisory.publisher, advisory.title) == ("Quillon Medical GmbH", "Tomara 64 1.5")
    assert advisory.created == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert advisory.remarks == ()
    assert advisory.rest == {"ratings without a CVSS vector": 2}


def test_a_vulnerability_is_described_under_its_cve():
    (described,) = cyclonedx_vex.read(json.dumps(SCANNER).encode()).described
    assert (described.vulnerability, described.aliases) == ("CVE-2021-44228", ("GHSA-jfh8-c2jp-5v3q",))
    assert described.vectors == (
        "CVSS:4.0/AV:N/AC:L",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
        "AV:N/AC:M/Au:N/C:C/I:C/A:C",
    )
    assert described.cwes == ("CWE-79", "CWE-502")
    assert described.description == "Lookups are\nresolved."
    assert described.published == datetime(2021, 12, 10, tzinfo=UTC)
    assert described.modified == datetime(2021, 12, 14, tzinfo=UTC)
    assert described.withdrawn is False


def test_a_rejected_vulnerability_is_withdrawn():
    (described,) = read({"id": "CVE-2026-1", "rejected": "2026-02-01T00:00:00Z"}).described
    assert described.withdrawn is True


def test_a_statement_names_the_component_and_what_it_is_in():
    advisory = cyclonedx_vex.read(json.dumps(SCANNER).encode())
    on_component, on_subject = advisory.statements
    assert (on_component.place, on_component.product) == ("vulnerabilities[0].affects[0]", "log4j")
    assert (on_component.status, on_component.group) == (Status.AFFECTED, "exploitable")
    assert on_component.impact == "The console logs names of patients."
    assert on_component.action == "update, will_not_fix"
    assert on_component.stated == datetime(2021, 12, 15, tzinfo=UTC)
    assert on_subject.product == "tomara"
    log4j, tomara = advisory.products
    assert (log4j.name, log4j.version, log4j.purl, log4j.on) == ("log4j-core", "2.14.1", LOG4J, "tomara")
    assert log4j.cpe.startswith("cpe:2.3:a:apache:log4j:2.14.1")
    assert (tomara.name, tomara.version, tomara.on) == ("Tomara 64", "1.5", "")


def test_what_is_offered_is_a_remedy():
    advisory = cyclonedx_vex.read(json.dumps(SCANNER).encode())
    assert [(remedy.category, remedy.text, remedy.products) for remedy in advisory.remedies] == [
        ("vendor_fix", "Install 1.6.", ("log4j", "tomara")),
        ("workaround", "Unplug it.", ("log4j", "tomara")),
        ("no_fix_planned", "will_not_fix", ("log4j", "tomara")),
    ]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("resolved", Status.FIXED),
        ("resolved_with_pedigree", Status.FIXED),
        ("exploitable", Status.AFFECTED),
        ("in_triage", Status.UNDER_INVESTIGATION),
        ("false_positive", Status.NOT_AFFECTED),
        ("not_affected", Status.NOT_AFFECTED),
        ("no such state", Status.UNKNOWN),
    ],
)
def test_each_state_has_its_status(state, status):
    (statement,) = read(about(state)).statements
    assert (statement.status, statement.group) == (status, state)


def test_without_analysis_what_is_named_is_affected():
    advisory = read(about(None))
    assert [(said.status, said.group) for said in advisory.statements] == [(Status.AFFECTED, "no analysis")]
    assert advisory.category == "vdr"


@pytest.mark.parametrize(
    ("state", "said", "status"),
    [
        ("exploitable", "affected", Status.AFFECTED),
        ("in_triage", "affected", Status.UNDER_INVESTIGATION),
        ("exploitable", "unaffected", Status.NOT_AFFECTED),
        ("resolved", "unaffected", Status.FIXED),
        ("resolved", None, Status.FIXED),
        ("not_affected", "affected", Status.UNKNOWN),
        ("resolved", "affected", Status.UNKNOWN),
        ("not_affected", "unknown", Status.UNKNOWN),
        ("exploitable", "perhaps", Status.UNKNOWN),
        (None, "affected", Status.AFFECTED),
        (None, "unaffected", Status.NOT_AFFECTED),
    ],
)
def test_what_is_said_of_a_version_meets_the_analysis(state, said, status):
    version = {"version": "2.14.1", **({"status": said} if said else {})}
    (statement,) = read(about(state, versions=[version])).statements
    assert statement.status is status


def test_a_contradiction_is_told():
    advisory = read(about("not_affected", versions=[{"range": "vers:maven/<2.15", "status": "affected"}]))
    assert (
        "the version is said to be affected"
        in told(advisory)["vulnerabilities[0].affects[0].versions[0].status"]
    )


def test_a_version_narrows_the_product_and_its_identifiers():
    advisory = read(
        about(
            "exploitable",
            versions=[{"version": "2.14.1"}, {"range": "vers:maven/>=2.0|<2.15"}, {"version": "2.0"}],
        )
    )
    products = {product.ref: product for product in advisory.products}
    same, ranged, older = (products[said.product] for said in advisory.statements)
    assert (same.ref, same.version, same.purl) == ("log4j [2.14.1]", "2.14.1", LOG4J)
    assert (ranged.version, ranged.versioned) == ("vers:maven/>=2.0|<2.15", "range")
    assert ranged.purl == "pkg:maven/org.apache.logging.log4j/log4j-core"
    assert ranged.cpe == "cpe:2.3:a:apache:log4j:*:*:*:*:*:*:*:*"
    assert (older.version, older.versioned, older.on) == ("2.0", "version", "tomara")


def test_a_link_into_another_document_keeps_its_parts():
    ref = f"urn:cdx:{OTHER}/2#pkg%3Amaven/a/b%401.0"
    advisory = read({"id": "CVE-2026-1", "affects": [{"ref": ref}, {"ref": f"urn:cdx:{OTHER}/1#part-7"}]})
    first, second = advisory.products
    assert (first.ref, first.on, first.component) == (ref, f"urn:cdx:{OTHER}/2", "pkg:maven/a/b@1.0")
    assert (first.name, first.version, first.relation) == ("b", "1.0", "bom-link")
    assert (second.name, second.component) == ("", "part-7")
    assert bom_link(ref).serial_number == f"urn:uuid:{OTHER}"
    assert bom_link("urn:cdx:1/1#a") is None


def test_a_link_into_the_document_itself_is_followed():
    ref = f"urn:cdx:{SERIAL.upper()}/3#log4j"
    (product, _) = read({"id": "CVE-2026-1", "affects": [{"ref": ref}]}).products
    assert (product.ref, product.name, product.on) == (ref, "log4j-core", "tomara")


def test_references_that_lead_nowhere_or_to_two_are_told():
    twice = [*SCANNER["components"], {"type": "file", "bom-ref": "log4j", "name": "another"}]
    advisory = read(
        {
            "id": "CVE-2026-1",
            "affects": [{"ref": "log4j"}, {"ref": "nobody"}, {"ref": "pkg:deb/debian/zlib@1"}, {}],
        },
        components=twice,
    )
    said = told(advisory)
    assert "more than one component" in said["vulnerabilities[0].affects[0]"]
    assert "no component of this document" in said["vulnerabilities[0].affects[1]"]
    assert "Nothing is referred to" in said["vulnerabilities[0].affects[3]"]
    assert [product.name for product in advisory.products] == ["log4j-core", "Tomara 64", "", "zlib"]


def test_a_service_can_be_referred_to():
    services = [{"bom-ref": "sync", "name": "clock", "version": "4", "provider": {"name": "Acme"}}]
    advisory = read({"id": "CVE-2026-1", "affects": [{"ref": "sync"}]}, services=services)
    product = advisory.products[0]
    assert (product.name, product.maker, product.relation) == ("clock", "Acme", "service_of")


def test_what_cannot_be_stated_is_told():
    advisory = read(
        {"affects": [{"ref": "log4j"}]},
        {"id": "CVE-2026-2", "analysis": {"state": "not_affected", "justification": "because"}},
        {"id": 7},
        5,
    )
    said = told(advisory)
    assert "without an id" in said["vulnerabilities[0]"]
    assert "names nothing that it affects" in said["vulnerabilities[1].affects"]
    assert "no justification" in said["vulnerabilities[1].analysis.justification"]
    assert "a number where a text belongs" in said["vulnerabilities[2].id"]
    assert "vulnerabilities[3]" in said
    assert advisory.statements == ()


def test_vectors_times_and_weaknesses_that_are_none_are_told():
    said = told(
        read(
            {
                "id": "CVE-2026-1",
                "ratings": [{"method": "CVSSv31", "vector": "AN/AC:L"}],
                "cwes": ["many"],
                "published": "soon",
                "affects": [{"ref": "log4j"}],
            }
        )
    )
    assert set(said) == {
        "vulnerabilities[0].ratings[0].vector",
        "vulnerabilities[0].cwes",
        "vulnerabilities[0].published",
    }


def test_a_document_without_vulnerabilities_or_of_an_older_version_says_so():
    assert told(read())["vulnerabilities"] == "None are listed: this document makes no statement."
    older = read(about("exploitable"), specVersion="1.3")
    assert told(older)["vulnerabilities"].startswith("CycloneDX 1.3 has no vulnerabilities")
    assert len(older.statements) == 1


XML = f"""<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:{SERIAL}" version="3">
<metadata><timestamp>2026-03-01T11:00:00Z</timestamp>
<component type="device" bom-ref="tomara"><name>Tomara 64</name><version>1.5</version></component>
<manufacturer><name>Quillon Medical GmbH</name></manufacturer></metadata>
<components><component type="library" bom-ref="log4j"><group>org.apache.logging.log4j</group><name>log4j-core</name>
<version>2.14.1</version><cpe>cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*</cpe><purl>{LOG4J}</purl></component></components>
<vulnerabilities><vulnerability><id>GHSA-jfh8-c2jp-5v3q</id>
<references><reference><id>CVE-2021-44228</id></reference></references>
<ratings><rating><method>CVSSv2</method><vector>(AV:N/AC:M/Au:N/C:C/I:C/A:C)</vector></rating>
<rating><method>CVSSv31</method><vector>AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H</vector></rating>
<rating><method>CVSSv4</method><vector>CVSS:4.0/AV:N/AC:L</vector></rating>
<rating><method>OWASP</method><vector>SL:1/M:1</vector></rating><rating><severity>high</severity></rating></ratings>
<cwes><cwe>79</cwe><cwe>502</cwe></cwes><description>Lookups are
resolved.</description><recommendation>Install 1.6.</recommendation><workaround>Unplug it.</workaround>
<published>2021-12-10T00:00:00Z</published><updated>2021-12-14T00:00:00Z</updated>
<analysis><state>exploitable</state>
<responses><response>update</response><response>will_not_fix</response></responses>
<detail>The console logs names of patients.</detail>
<firstIssued>2021-12-11T00:00:00Z</firstIssued><lastUpdated>2021-12-15T00:00:00Z</lastUpdated></analysis>
<affects><target><ref>log4j</ref></target><target><ref>tomara</ref></target></affects></vulnerability></vulnerabilities></bom>"""


def without_places(value):
    """A value in which no place is named."""
    if isinstance(value, tuple):
        return tuple(without_places(inner) for inner in value)
    return {name: getattr(value, name) for name in value.__slots__ if name != "place"}


def test_xml_says_the_same_as_json():
    in_json, in_xml = cyclonedx_vex.read(json.dumps(SCANNER).encode()), cyclonedx_vex.read(XML.encode())
    for part in ("products", "described", "statements", "remedies"):
        assert without_places(getattr(in_xml, part)) == without_places(getattr(in_json, part))
    for part in ("id", "category", "title", "publisher", "revision", "created", "rest", "remarks"):
        assert getattr(in_xml, part) == getattr(in_json, part)
    assert in_xml.statements[1].place == "vulnerabilities/vulnerability[1]/affects/target[2]"


def test_one_reading_gives_the_list_and_the_statements():
    raw_json, raw_xml = json.dumps(SCANNER).encode(), XML.encode()
    assert cyclonedx_vex.read_json(raw_json) == (cyclonedx.read(raw_json), cyclonedx_vex.read(raw_json))
    assert cyclonedx_vex.read_xml(raw_xml) == (cyclonedx_xml.read(raw_xml), cyclonedx_vex.read(raw_xml))


def test_blanks_before_the_root_do_not_hide_that_it_is_xml():
    assert cyclonedx_vex.read(b" " * 5_000 + XML.encode()) == cyclonedx_vex.read(XML.encode())


def test_what_is_odd_in_a_component_is_told_once():
    bom, told = cyclonedx_vex.read_xml(XML.replace("<purl>", "<purl>pkg:npm/other@1</purl><purl>").encode())
    assert [remark.where for remark in bom.remarks] == ["components/component[1]/purl", "vulnerabilities"]
    assert told.remarks == ()
    assert len(told.statements) == 2


def test_the_extension_of_the_first_versions_is_read():
    advisory = cyclonedx_vex.read(
        b"""<bom xmlns="http://cyclonedx.org/schema/bom/1.1" xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0">
        <components><component type="library" bom-ref="a"><name>zlib</name><version>1.2.11</version>
        <v:vulnerabilities><v:vulnerability ref="a"><v:id>CVE-2018-25032</v:id>
        <v:ratings><v:rating><v:method>CVSSv3</v:method><v:vector>AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H</v:vector></v:rating></v:ratings>
        <v:cwes><v:cwe>787</v:cwe></v:cwes><v:recommendations><v:recommendation>Take 1.2.12.</v:recommendation></v:recommendations>
        </v:vulnerability><v:vulnerability><v:id>CVE-2022-37434</v:id></v:vulnerability></v:vulnerabilities>
        </component></components></bom>"""
    )
    assert [(said.vulnerability, said.product, said.status, said.group) for said in advisory.statements] == [
        ("CVE-2018-25032", "a", Status.AFFECTED, "no analysis"),
        ("CVE-2022-37434", "a", Status.AFFECTED, "no analysis"),
    ]
    assert advisory.statements[1].place == "components/component[1]/vulnerabilities/vulnerability[2]"
    assert [(product.name, product.version) for product in advisory.products] == [("zlib", "1.2.11")]
    assert (advisory.remedies[0].category, advisory.remedies[0].text) == ("mitigation", "Take 1.2.12.")
    assert advisory.described[0].cwes == ("CWE-787",)


@pytest.mark.parametrize("raw", [b"{}", b"[]", b"<bom/>", b"", b"\xff\xfe<\x00"])
def test_what_is_no_cyclonedx_is_refused(raw):
    with pytest.raises(UnreadableError):
        cyclonedx_vex.read(raw)


def test_statements_are_bounded(monkeypatch):
    monkeypatch.setattr("leadglass.formats.cyclonedx_statements.MOST_STATEMENTS", 3)
    monkeypatch.setattr(cyclonedx_vex, "MOST_VULNERABILITIES", 2)
    with pytest.raises(BoundError, match="more than 3 statements"):
        read({"id": "CVE-2026-1", "affects": [{"ref": "log4j"}] * 4})
    with pytest.raises(BoundError, match="more than 2 vulnerabilities"):
        read(*[about(None)] * 3)


@given(overwriting("\ud800", "x" * 70_000, {"": 1}, "urn:cdx:"))
def test_values_of_wrong_types_anywhere(changes):
    assert unsound(overwritten(SCANNER, changes), cyclonedx_vex.read) == []


@given(
    st.integers(0, len(XML)), st.integers(0, 40), st.sampled_from(["", "<", "&", "\x00", "]]>", "<x>", "é"])
)
def test_xml_that_was_changed_on_the_way(start, length, piece):
    with suppress(LeadglassError):
        assert isinstance(
            cyclonedx_vex.read((XML[:start] + piece + XML[start + length :]).encode()), Advisory
        )
