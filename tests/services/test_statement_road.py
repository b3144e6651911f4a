# SPDX-License-Identifier: Apache-2.0
"""The road of what publishers say, standard by standard: which devices it reaches, which it does not, and why."""

import json
from typing import Any

import pytest

from leadglass.services.ledger.rebuild import rebuild
from tests import publishers
from tests.hospital import Hospital, any_of, bom, criterion, fleet, nvd, record
from tests.publishers import CVE, PARTS

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5", "asset_tag": "CT-1"}
NEWER = {**SCANNER, "asset_tag": "CT-2", "software_version": "2.0"}
OTHER = {**SCANNER, "asset_tag": "XA-1", "model": "Pellar 5"}
OPENSSL = "CVE-2026-1000"
PURL = "pkg:generic/openssl@1.0.2k"
FEED = nvd(record(OPENSSL, any_of(criterion("a:openssl:openssl:*", versionEndExcluding="1.0.2u"))))
BOTH = (bom("Tomara 64", "1.5", PARTS), bom("Pellar 5", "1.5", PARTS))


def given(hospital: Hospital, *documents: bytes) -> Hospital:
    for told in hospital.receive(*documents):
        assert told.taken, told.remarks
    hospital.assess()
    return hospital


def trusted(hospital: Hospital, model: str = "") -> Hospital:
    """Answer the questions of trust with yes; for one model alone if it is named."""
    asked = [one for one in hospital.list("questions") if one["kind"] == "trust" and model in one["text"]]
    assert asked
    for one in asked:
        hospital.answer(one["id"], "yes")
    hospital.assess()
    return hospital


def outcomes(hospital: Hospital, **wanted: Any) -> set[tuple[str, str, str]]:
    return {(row["status"], row["version"], row["outcome"]) for row in hospital.list("statements", **wanted)}


def test_a_vex_about_a_package_silences_that_component_once_its_publisher_is_trusted(
    hospital: Hospital,
) -> None:
    vex = publishers.openvex("not_affected", PURL, vulnerability=OPENSSL)
    given(hospital, fleet(SCANNER), BOTH[0], FEED, vex)
    assert hospital.statuses(OPENSSL) == {"CT-1": "affected"}
    assert outcomes(hospital) == {("not_affected", "1.0.2k", "waits: trust in the publisher missing")}
    trusted(hospital)
    assert hospital.statuses(OPENSSL) == {"CT-1": "not_affected"}
    (finding,) = hospital.list("findings", vulnerability=OPENSSL)
    (received,) = hospital.list("sources", kind="vex")
    assert received["sha256"] in {source["sha256"] for source in finding["sources"]}
    assert rebuild(hospital.house).differing == ()


def test_a_vex_about_another_version_of_the_package_silences_nothing(hospital: Hospital) -> None:
    vex = publishers.openvex("not_affected", "pkg:generic/openssl@1.1.1", vulnerability=OPENSSL)
    given(hospital, fleet(SCANNER), BOTH[0], FEED, vex)
    assert hospital.statuses(OPENSSL) == {"CT-1": "affected"}
    assert outcomes(hospital) == {("not_affected", "1.0.2k", "not applied: 1.0.2k is not among them")}


def test_a_vex_about_a_package_makes_a_finding_where_no_record_says_so(hospital: Hospital) -> None:
    vex = publishers.openvex("affected", PURL)
    given(hospital, fleet(SCANNER, {**OTHER, "model": "Sura 3"}), BOTH[0], vex)
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert (finding["device"], finding["component"], finding["status"], finding["class"]) == (
        "CT-1", "openssl", "affected", "statement",
    )  # fmt: skip


def test_trust_for_one_model_silences_no_other_model(hospital: Hospital) -> None:
    vex = publishers.openvex("not_affected", PURL, vulnerability=OPENSSL)
    given(hospital, fleet(SCANNER, OTHER), *BOTH, FEED, vex)
    trusted(hospital, "Pellar 5")
    assert hospital.statuses(OPENSSL) == {"CT-1": "affected", "XA-1": "not_affected"}


def test_a_component_of_a_product_is_affected_in_that_product_alone(hospital: Hospital) -> None:
    tree = publishers.component_of("openssl", "1.0.2k", "Tomara 64", "< 2.0")
    advisory = publishers.csaf("known_affected", tree=tree)
    given(hospital, fleet(SCANNER, OTHER), *BOTH, advisory)
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert (finding["device"], finding["component"], finding["version"], finding["status"]) == (
        "CT-1", "openssl", "1.0.2k", "affected",
    )  # fmt: skip
    assert rebuild(hospital.house).differing == ()


def test_a_component_of_a_product_falls_silent_in_that_product_alone(hospital: Hospital) -> None:
    tree = publishers.component_of("openssl", "1.0.2k", "Tomara 64", "< 2.0")
    vex = publishers.csaf("known_not_affected", tree=tree, vulnerability=OPENSSL, category="csaf_vex")
    given(hospital, fleet(SCANNER, OTHER), *BOTH, FEED, vex)
    assert hospital.statuses(OPENSSL) == {"CT-1": "affected", "XA-1": "affected"}
    trusted(hospital)
    assert hospital.statuses(OPENSSL) == {"CT-1": "not_affected", "XA-1": "affected"}


def test_a_component_of_other_versions_of_the_product_is_not_meant(hospital: Hospital) -> None:
    tree = publishers.component_of("openssl", "1.0.2k", "Tomara 64", "< 1.2")
    given(hospital, fleet(SCANNER), BOTH[0], publishers.csaf("known_affected", tree=tree))
    assert hospital.statuses(CVE) == {}
    ((_, _, outcome),) = outcomes(hospital)
    assert outcome.startswith("not applied: ")


def test_a_cyclonedx_vex_about_a_product_speaks_of_its_version(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER, NEWER), publishers.cyclonedx_vex("exploitable"))
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert ("affected", "2.0", "not applied: 2.0 is not among them") in outcomes(hospital)
    assert hospital.list("sources", kind="vex")


def embedded(state: str) -> bytes:
    """A bill of materials that says of itself what its library means for it."""
    whole = json.loads(bom("Tomara 64", "1.5", [{**PARTS[0], "bom-ref": "library"}]))
    whole["metadata"] |= {"manufacturer": {"name": "Quillon"}}
    whole["metadata"]["component"]["bom-ref"] = "scanner"
    whole |= {
        "specVersion": "1.6",
        "vulnerabilities": [{"id": OPENSSL, "analysis": {"state": state}, "affects": [{"ref": "library"}]}],
    }
    return json.dumps(whole).encode()


def test_a_bill_of_materials_with_statements_is_read_for_both(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER), embedded("not_affected"), FEED)
    assert hospital.statuses(OPENSSL) == {"CT-1": "affected"}
    trusted(hospital)
    assert hospital.statuses(OPENSSL) == {"CT-1": "not_affected"}
    assert len(hospital.list("sources", kind="bom")) == 1


def test_what_a_bill_of_materials_says_of_its_library_holds_in_its_product_alone(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER, OTHER), embedded("not_affected"), BOTH[1], FEED)
    trusted(hospital)
    assert hospital.statuses(OPENSSL) == {"CT-1": "not_affected", "XA-1": "affected"}


def test_a_cyclonedx_vex_about_a_component_holds_in_its_product_alone(hospital: Hospital) -> None:
    vex = publishers.cyclonedx_vex(
        "not_affected", component="openssl", version="1.0.2k", vulnerability=OPENSSL
    )
    given(hospital, fleet(SCANNER, OTHER), *BOTH, FEED, vex)
    trusted(hospital)
    assert hospital.statuses(OPENSSL) == {"CT-1": "not_affected", "XA-1": "affected"}


def with_codec(hospital: Hospital, advisory: bytes) -> Hospital:
    """Two scanners with a codec of PyPI, the older of which is meant."""
    parts = [
        bom("Tomara 64", of, [{"name": "tomara-codec", "version": number, "purl": f"pkg:pypi/tomara-codec@{number}"}])
        for of, number in (("1.5", "1.4"), ("2.0", "2.4"))
    ]  # fmt: skip
    return given(hospital, fleet(SCANNER, NEWER), *parts, advisory)


def test_an_osv_record_speaks_of_a_range_of_a_package(hospital: Hospital) -> None:
    with_codec(hospital, publishers.osv("tomara-codec", purl="pkg:pypi/tomara-codec"))
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert outcomes(hospital) == {
        ("affected", "1.4", "applied"), ("affected", "2.4", "not applied: 2.4 is not among them"),
    }  # fmt: skip


def test_an_osv_record_without_a_package_url_is_found_by_ecosystem_and_name(hospital: Hospital) -> None:
    with_codec(hospital, publishers.osv("tomara-codec"))
    assert hospital.statuses(CVE) == {"CT-1": "affected"}


def test_an_osv_record_about_a_component_of_unknown_version_asks_for_it(hospital: Hospital) -> None:
    part = {"name": "tomara-codec", "purl": "pkg:pypi/tomara-codec"}
    record_ = publishers.osv("tomara-codec", purl="pkg:pypi/tomara-codec")
    given(hospital, fleet(SCANNER), bom("Tomara 64", "1.5", [part]), record_)
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert (finding["status"], finding["missing"]) == ("unknown", "version")
    assert "component-version" in {one["kind"] for one in hospital.list("questions")}


@pytest.mark.parametrize(
    ("vendor", "product"),
    [("Quillon", "Tomara 64"), ("Quillon Medical GmbH", "TOMARA-64"), ("quillon", "tomara_64")],
)
def test_a_cve_record_in_words_alone_is_the_model_of_the_fleet(
    hospital: Hospital, vendor: str, product: str
) -> None:
    given(
        hospital,
        fleet(SCANNER, NEWER, {**OTHER, "model": "Tomara 128"}),
        publishers.cve_record(vendor, product),
    )
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert ("affected", "2.0", "not applied: 2.0 is not among them") in outcomes(hospital)


def test_a_list_of_product_statuses_says_affected_and_fixed_by_version(hospital: Hospital) -> None:
    listed = publishers.status_list("Quillon", "Tomara 64", affected=["< 2.0"], fixed=["2.0"])
    given(hospital, fleet(SCANNER, NEWER), listed)
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert outcomes(hospital, status="fixed") == {
        ("fixed", "1.5", "not applied: 1.5 is not among them"),
        ("fixed", "2.0", "waits: trust in the publisher missing"),
    }


def test_a_recall_stands_on_the_devices_under_its_own_number(hospital: Hospital) -> None:
    recall = publishers.openfda("Quillon", "Tomara 64 computed tomography system", code="Software 1.0 to 1.5")
    given(hospital, fleet(SCANNER, OTHER), recall)
    (finding,) = hospital.list("findings", vulnerability="Z-0101-2031")
    assert finding["device"] == "CT-1"
    assert finding["status"] in {"affected", "unknown"}
    assert finding["risk"]["outcome"] != "defer"


@pytest.mark.parametrize("code", ["All serial numbers", "All lots", "All units"])
def test_a_recall_of_all_of_them_is_about_all_of_them(hospital: Hospital, code: str) -> None:
    recall = publishers.openfda("Quillon", "Tomara 64 computed tomography system", code=code)
    given(hospital, fleet(SCANNER, NEWER), recall)
    assert hospital.statuses("Z-0101-2031") == {"CT-1": "affected", "CT-2": "affected"}


def test_a_makers_letter_speaks_of_the_versions_that_it_names(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER, NEWER, OTHER), publishers.letter("Quillon", "Tomara 64"))
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert finding["why"].startswith(f"{CVE}: Quillon says that Quillon Tomara 64 1.0 to 1.5 is affected")


def found(hospital: Hospital) -> set[tuple[str, ...]]:
    columns = (
        "device",
        "kind",
        "component",
        "version",
        "vulnerability",
        "status",
        "missing",
        "rule",
        "class",
    )
    return {tuple(row[column] for column in columns) for row in hospital.list("findings")}


@pytest.mark.parametrize("standard", ["CycloneDX XML", *publishers.SPDX])
def test_a_list_of_software_means_the_same_in_every_standard(
    hospital: Hospital, tmp_path: Any, standard: str
) -> None:
    written = (
        publishers.cyclonedx_xml("Tomara 64", "1.5", PARTS)
        if standard == "CycloneDX XML"
        else publishers.SPDX[standard](publishers.spdx("Tomara 64", "1.5", PARTS))
    )
    given(hospital, fleet(SCANNER), written, FEED)
    same = given(Hospital(tmp_path / "same"), fleet(SCANNER), BOTH[0], FEED)
    assert found(hospital) == found(same)
    assert hospital.statuses(OPENSSL) == {"CT-1": "affected"}
    (source,) = hospital.list("sources", kind="bom")
    assert source["standard"] == standard
    assert rebuild(hospital.house).differing == ()


def test_before_an_advisory_came_its_finding_was_not_there(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER))
    hospital.clock.pass_days(2)
    before = hospital.clock()
    hospital.clock.pass_days(2)
    given(hospital, publishers.csaf("known_affected"))
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert hospital.list("findings", as_of=before, vulnerability=CVE) == []
    assert hospital.list("statements", as_of=before) == []


def test_before_a_vex_and_its_trust_the_finding_stood(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER), BOTH[0], FEED)
    hospital.clock.pass_days(2)
    before = hospital.clock()
    hospital.clock.pass_days(2)
    given(hospital, publishers.openvex("not_affected", PURL, vulnerability=OPENSSL))
    hospital.clock.pass_days(2)
    trusted(hospital)
    assert hospital.statuses(OPENSSL) == {"CT-1": "not_affected"}
    (was,) = hospital.list("findings", as_of=before, vulnerability=OPENSSL)
    assert was["status"] == "affected"


def test_every_standard_at_once_is_rebuilt_as_it_was(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER, NEWER, OTHER), FEED, *publishers.ALL.values())
    standards = {row["standard"] for row in hospital.list("sources")}
    assert standards >= set(publishers.ALL)
    assert {row["vulnerability"] for row in hospital.list("statements")} >= {CVE, "Z-0101-2031"}
    assert rebuild(hospital.house).differing == ()
