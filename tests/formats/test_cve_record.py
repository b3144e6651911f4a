# SPDX-License-Identifier: Apache-2.0
"""CVE records: what the CNA and CISA say, versions by status, default statuses, CPE names."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import UnreadableError
from leadglass.formats import cve_record
from leadglass.values.advisories import Status, VersionRange
from tests.formats.mutations import edited, edits, overwritings, overwritten, unsound

PAPERS = Path(__file__).parents[1] / "papers" / "cve_record"
ONE = (PAPERS / "invented-published.json").read_bytes()
REJECTED = (PAPERS / "invented-rejected.json").read_bytes()


def said_of(name, said):
    """What is said of the products of this name: status, group, ranges as texts, versions, text."""
    return [
        (statement.status.value, statement.group, shown(product.ranges), product.versions, product.version)
        for product in said.products
        for statement in said.statements
        if statement.product == product.ref and product.product == name
    ]


def shown(ranges):
    return [
        f"{'[' if one.lower_included else '('}{one.lower},{one.upper}{']' if one.upper_included else ')'}"
        for one in ranges
    ]


def record(versions, **more):
    tree = json.loads(ONE)
    tree["containers"] = {
        "cna": {"affected": [{"vendor": "Sura", "product": "Box", "versions": versions} | more]}
    }
    return json.dumps(tree).encode()


def test_the_vulnerability_is_described_by_its_cna_and_by_cisa_each_by_itself():
    said = cve_record.read(ONE)
    described, cisa = said.described
    assert (said.id, said.publisher, said.revision, said.category) == (
        "CVE-2031-41001",
        "quillon",
        "3",
        "cve_record",
    )
    assert (described.title, described.description) == (
        "Commands without a password",
        "Anyone on the network can give commands.",
    )
    assert [vector[:8] for vector in described.vectors] == ["CVSS:4.0", "CVSS:3.1"]
    assert described.cwes == ("CWE-306", "CWE-1188")
    assert (described.kind, described.exploited, described.ssvc) == ("cna", False, ())
    assert (cisa.kind, cisa.publisher, cisa.place) == ("adp", "CISA-ADP", "containers.adp[0]")
    assert (cisa.vulnerability, cisa.vectors, cisa.exploited) == (described.vulnerability, (), True)
    assert cisa.ssvc == ("exploitation=active", "automatable=yes", "technical_impact=total")
    assert (described.published.day, described.modified.day, described.withdrawn) == (3, 20, False)
    assert [(remedy.category, remedy.text) for remedy in said.remedies] == [
        ("solution", "Install 1.6."), ("workaround", "Close port 4100."),
    ]  # fmt: skip


def test_changes_cut_a_range_in_whatever_order_they_stand():
    assert said_of("Tomara Console", cve_record.read(ONE)) == [
        ("affected", "affected", ["[1.0,1.6)", "[2.3,2.9)"], (), ""),
        ("not_affected", "unaffected", ["[2.0,2.3)", "[2.9,3)"], (), ""),
        ("not_affected", "defaultStatus", ["[,1.0)", "[1.6,2.0)", "[3,)"], (), ""),
    ]


def test_a_default_status_holds_for_what_one_range_leaves():
    said = cve_record.read(ONE)
    rows = said_of("Sura Viewer", said)
    assert rows[0] == ("not_affected", "unaffected", ["[4.0R2,)"], (), "")
    assert rows[-1] == ("affected", "defaultStatus", ["[,4.0R2)"], (), "")
    assert [product.cpe for product in said.products if product.product == "Sura Viewer"][:2] == [
        "cpe:2.3:a:quillon:sura_viewer:*:*:*:*:*:*:*:*", "cpe:2.3:a:quillon:sura:*:*:*:*:*:*:*:*",
    ]  # fmt: skip


def test_versions_in_words_and_commits_stay_texts():
    said = cve_record.read(ONE)
    assert said_of("quillon-archive", said) == [
        ("affected", "affected", [], ("3.1", "7.5.6(XU)"), ""),
        ("affected", "affected", [], (), "all before May"),
        ("affected", "affected", [], (), ">= unspecified, < 5.x"),
    ]
    product = next(one for one in said.products if one.product == "quillon-archive")
    assert (product.name, product.family) == ("Quillon Medical Archive", "https://packages.quillon.example")
    assert said.rest["versions that are git commits"] == 1


def test_a_product_without_versions_has_its_default_status():
    assert said_of("Gateway", cve_record.read(ONE)) == [("unknown", "defaultStatus", [], (), "")]


def test_cpe_names_are_taken_and_and_is_told():
    said = cve_record.read(ONE)
    firmware, hardware, archive = said.products[-4:-1]
    assert firmware.ranges == (VersionRange(lower="1.0", upper="1.6"),)
    groups = {one.product: one.group for one in said.statements if "cpeApplicability" in one.group}
    assert groups == {firmware.ref: "cpeApplicability AND"}
    assert (hardware.cpe[:11], archive.cpe[:11]) == ("cpe:2.3:h:q", "cpe:2.3:a:q")
    assert said.rest["CPE names of which nothing is said"] == 2
    told = " ".join(remark.why for remark in said.remarks)
    assert "AND" in told
    assert "negated" in told


def test_an_adp_speaks_beside_the_cna():
    said = cve_record.read(ONE)
    product = said.products[-1]
    assert product.place == "containers.adp[0].affected[0]"
    assert product.ranges == (VersionRange(scheme="semver", lower="1.0", upper="1.5", upper_included=True),)
    assert product.cpe == "cpe:2.3:a:quillon:tomara_console:*:*:*:*:*:*:*:*"


def test_a_rejected_record_is_withdrawn_and_says_nothing():
    said = cve_record.read(REJECTED)
    assert (said.described[0].withdrawn, said.described[0].description) == (True, "Not a vulnerability.")
    assert (said.products, said.statements) == ((), ())


def test_several_records_are_one_advisory():
    compact = [json.dumps(json.loads(raw)).encode() for raw in (ONE, REJECTED)]
    as_list, as_lines = (
        cve_record.read(b"[" + b",".join(compact) + b"]"),
        cve_record.read(b"\n".join(compact)),
    )
    assert as_list.title == as_lines.title == "2 records"
    assert as_list.products[0].ref == "[0].containers.cna.affected[0]"
    assert as_lines.products[0].ref == "line 1: containers.cna.affected[0]"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (
            b'{"fetchTime": "2031-01-01T00:00:00Z", "numberOfChanges": 2, "new": [], "updated": []}',
            "list of changes",
        ),
        (
            b'[{"fetchTime": "2031-01-01T00:00:00Z", "numberOfChanges": 2, "new": [], "updated": []}]',
            "list of changes",
        ),
        (b'{"dataType": "CVE"}', "CVE_RECORD"),
        (b'{"dataType": "CVE_RECORD", "dataVersion": "4.0"}', "5.0 to 5.2"),
        (b'{"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-1"}}', "no CVE id"),
        (ONE[:-9], "cut off"),
    ],
)
def test_what_is_no_record_is_refused(raw, says):
    with pytest.raises(UnreadableError, match=says):
        cve_record.read(raw)


def test_a_container_of_products_alone_describes_nothing():
    tree = json.loads(ONE)
    del tree["containers"]["adp"][0]["metrics"]
    assert [one.kind for one in cve_record.read(json.dumps(tree).encode()).described] == ["cna"]


def test_a_tag_says_that_a_record_is_disputed():
    tree = json.loads(ONE)
    tree["containers"]["cna"]["tags"] = ["disputed"]
    assert [one.disputed for one in cve_record.read(json.dumps(tree).encode()).described] == [True, False]


def test_newer_ssvc_selections_are_taken():
    tree = json.loads(ONE)
    content = tree["containers"]["adp"][0]["metrics"][0]["other"]["content"]
    content["options"] = None
    content["selections"] = [
        {"namespace": "ssvc", "name": "Exploitation", "version": "1.1.0", "values": ["Public PoC"]}
    ]
    assert cve_record.read(json.dumps(tree).encode()).described[1].ssvc == ("exploitation=public_poc",)


def test_no_default_is_guessed_where_versions_cannot_be_ordered():
    versions = [{"version": "3R1", "status": "unaffected"}, {"version": "4R1", "status": "unaffected"}]
    assert said_of("Box", cve_record.read(record(versions, defaultStatus="affected")))[-1] == (
        "affected", "defaultStatus", [], (), "all versions that are not listed",
    )  # fmt: skip
    versions = [{"version": "3R1", "status": "affected"}, {"version": "4R1", "status": "affected"}]
    said = cve_record.read(record(versions, defaultStatus="unaffected"))
    assert [row[0] for row in said_of("Box", said)] == ["affected"]
    assert said.rest["default statuses of what is not listed"] == 1


def test_versions_that_cannot_be_read_do_not_widen_to_all():
    said = cve_record.read(record([5, {"version": ["1"], "status": "affected"}]))
    assert [row[3:] for row in said_of("Box", said)] == [((), "no version stated")]
    said = cve_record.read(record([5], defaultStatus="unaffected"))
    assert said_of("Box", said) == [("not_affected", "unaffected", [], (), "versions that could not be read")]


numbers = st.integers(0, 9).map(str) | st.tuples(st.integers(0, 3), st.integers(0, 3)).map(
    "{0[0]}.{0[1]}".format
)


def key(version):
    return (*map(int, version.split(".")), 0)[:2]


@given(
    st.lists(
        st.tuples(numbers, numbers, st.sampled_from(["lessThan", "lessThanOrEqual", "only"])),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_listed_and_what_the_default_says_part_all_versions(listed):
    """The algorithm of the record format decides for each version, and so do our ranges together."""
    versions = [
        {"version": lower, "status": "affected"}
        | ({} if kind == "only" else {kind: upper, "versionType": "custom"})
        for lower, upper, kind in listed
    ]
    said = cve_record.read(record(versions, defaultStatus="unaffected"))
    for probe in (f"{major}.{minor}" for major in range(10) for minor in range(4)):
        expected = "affected" if any(holds(one, probe) for one in versions) else "not_affected"
        found = {
            status
            for status, _, _, _, _ in said_of("Box", said)
            for product in said.products
            for statement in said.statements
            if statement.product == product.ref and statement.status == status and within(product, probe)
        }
        assert found == {expected}, probe


def holds(one, probe):
    lower = key(one["version"]) if one["version"] != "0" else (-1,)
    if "lessThan" in one:
        return lower <= key(probe) < key(one["lessThan"])
    if "lessThanOrEqual" in one:
        return lower <= key(probe) <= key(one["lessThanOrEqual"])
    return key(probe) == key(one["version"])


def within(product, probe):
    return any(key(probe) == key(version) for version in product.versions) or any(
        (
            not one.lower
            or key(one.lower) < key(probe)
            or (one.lower_included and key(one.lower) == key(probe))
        )
        and (
            not one.upper
            or key(probe) < key(one.upper)
            or (one.upper_included and key(one.upper) == key(probe))
        )
        for one in product.ranges
    )


@given(edits, st.sampled_from([ONE, REJECTED]))
def test_bytes_that_were_changed_on_the_way(changes, raw):
    assert unsound(edited(raw, changes), cve_record.read) == []


@given(overwritings)
def test_values_of_wrong_types_anywhere(changes):
    assert unsound(overwritten(json.loads(ONE), changes), cve_record.read) == []


def test_statuses_are_those_of_the_values():
    assert {one.status for one in cve_record.read(ONE).statements} == {
        Status.AFFECTED, Status.NOT_AFFECTED, Status.UNKNOWN,
    }  # fmt: skip
