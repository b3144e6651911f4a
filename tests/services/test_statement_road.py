# SPDX-License-Identifier: Apache-2.0
"""The road of what publishers say, standard by standard: which devices it reaches, which it does not, and why."""

import hashlib
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


# Two models with one package, and a VEX about it
OF_A_PACKAGE = (
    fleet(SCANNER, OTHER),
    *BOTH,
    FEED,
    publishers.openvex("not_affected", PURL, vulnerability=OPENSSL),
)


def test_a_vex_about_a_package_silences_that_component_once_its_publisher_is_trusted(begin) -> None:
    hospital = begin(given, *OF_A_PACKAGE)
    assert hospital.statuses(OPENSSL) == {"CT-1": "affected", "XA-1": "affected"}
    assert outcomes(hospital) == {("not_affected", "1.0.2k", "waits: trust in the publisher missing")}
    trusted(hospital)
    assert hospital.statuses(OPENSSL) == {"CT-1": "not_affected", "XA-1": "not_affected"}
    (received,) = hospital.list("sources", kind="vex")
    for finding in hospital.list("findings", vulnerability=OPENSSL):
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


def test_trust_for_one_model_silences_no_other_model(begin) -> None:
    hospital = begin(given, *OF_A_PACKAGE)
    trusted(hospital, "Pellar 5")
    assert hospital.statuses(OPENSSL) == {"CT-1": "affected", "XA-1": "not_affected"}


class Listed:
    """What a hospital lists, asked once."""

    def __init__(self, hospital: Hospital) -> None:
        self.findings, self.statements, self.sources = (
            hospital.list(name) for name in ("findings", "statements", "sources")
        )

    def found(self, vulnerability: str) -> list[dict[str, Any]]:
        return [row for row in self.findings if row["vulnerability"] == vulnerability]

    def statuses(self, vulnerability: str) -> dict[str, str]:
        rows = self.found(vulnerability)
        assert len({row["device"] for row in rows}) == len(rows)
        return {row["device"]: row["status"] for row in rows}

    def outcomes(self, vulnerability: str, status: str = "") -> set[tuple[str, str, str]]:
        return {
            (row["status"], row["version"], row["outcome"])
            for row in self.statements if row["vulnerability"] == vulnerability and status in ("", row["status"])
        }  # fmt: skip


def cve(number: int) -> str:
    return f"CVE-2031-4200{number}"


# How vendors write one model
WRITTEN = [("Quillon", "Tomara 64"), ("Quillon Medical GmbH", "TOMARA-64"), ("quillon", "tomara_64")]


@pytest.fixture(scope="module")
def by_version(tmp_path_factory: pytest.TempPathFactory) -> Listed:
    """A scanner of the version that publishers mean, a newer one, and other models; each says it of another vulnerability."""
    hospital = Hospital(tmp_path_factory.mktemp("by version") / "home")
    given(
        hospital,
        fleet(SCANNER, NEWER, OTHER, {**OTHER, "asset_tag": "CT-3", "model": "Tomara 128"}),
        *(publishers.cve_record(*named, vulnerability=cve(number)) for number, named in enumerate(WRITTEN)),
        publishers.cyclonedx_vex("exploitable", vulnerability=cve(3)),
        publishers.status_list(
            "Quillon", "Tomara 64", affected=["< 2.0"], fixed=["2.0"], vulnerability=cve(4)
        ),
        publishers.letter("Quillon", "Tomara 64", vulnerability=cve(5)),
        publishers.openfda("Quillon", "Tomara 64 computed tomography system", code="Software 1.0 to 1.5"),
    )
    return Listed(hospital)


def test_a_cyclonedx_vex_about_a_product_speaks_of_its_version(by_version: Listed) -> None:
    assert by_version.statuses(cve(3)) == {"CT-1": "affected"}
    assert ("affected", "2.0", "not applied: 2.0 is not among them") in by_version.outcomes(cve(3))
    assert [row for row in by_version.sources if row["kind"] == "vex"]


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


ITSELF, SILENT, WARNED, OLDER, BY_CYCLONEDX = OPENSSL, cve(11), cve(12), cve(13), cve(14)
AFFECTED_BOTH = {"CT-1": "affected", "XA-1": "affected"}
SILENT_IN_ONE = {"CT-1": "not_affected", "XA-1": "affected"}


@pytest.fixture(scope="module")
def within(tmp_path_factory: pytest.TempPathFactory) -> tuple[Listed, Listed]:
    """Two models with one library; publishers say of it within one of them. What is listed before and after all are trusted."""
    hospital = Hospital(tmp_path_factory.mktemp("within") / "home")
    library = any_of(criterion("a:openssl:openssl:*", versionEndExcluding="1.0.2u"))
    tree = publishers.component_of("openssl", "1.0.2k", "Tomara 64", "< 2.0")
    other = publishers.component_of("openssl", "1.0.2k", "Tomara 64", "< 1.2")
    in_cyclonedx = {"component": "openssl", "version": "1.0.2k"}
    given(
        hospital,
        fleet(SCANNER, OTHER),
        embedded("not_affected"),
        BOTH[1],
        nvd(*(record(name, library) for name in (ITSELF, SILENT, BY_CYCLONEDX))),
        publishers.csaf(
            "known_not_affected", tree=tree, vulnerability=SILENT, category="csaf_vex", name="QM-11"
        ),
        publishers.csaf("known_affected", tree=tree, vulnerability=WARNED, name="QM-12"),
        publishers.csaf("known_affected", tree=other, vulnerability=OLDER, name="QM-13"),
        publishers.cyclonedx_vex("not_affected", **in_cyclonedx, vulnerability=BY_CYCLONEDX),
    )
    before = Listed(hospital)
    trusted(hospital)
    after = Listed(hospital)
    assert rebuild(hospital.house).differing == ()
    return before, after


def test_a_component_of_a_product_is_affected_in_that_product_alone(within: tuple[Listed, Listed]) -> None:
    for listed in within:
        (finding,) = listed.found(WARNED)
        assert (finding["device"], finding["component"], finding["version"], finding["status"]) == (
            "CT-1", "openssl", "1.0.2k", "affected",
        )  # fmt: skip


def test_a_component_of_other_versions_of_the_product_is_not_meant(within: tuple[Listed, Listed]) -> None:
    for listed in within:
        assert listed.statuses(OLDER) == {}
        ((_, _, outcome),) = listed.outcomes(OLDER)
        assert outcome.startswith("not applied: ")


def test_a_bill_of_materials_with_statements_is_read_for_both(within: tuple[Listed, Listed]) -> None:
    before, _ = within
    (said,) = {row["sha256"] for row in before.statements if row["vulnerability"] == ITSELF}
    assert [row["kind"] for row in before.sources if row["sha256"] == said] == ["bom"]
    (finding,) = [row for row in before.found(ITSELF) if row["device"] == "CT-1"]
    assert (finding["component"], finding["version"]) == ("openssl", "1.0.2k")


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(SILENT, id="by CSAF"),
        pytest.param(ITSELF, id="in the bill of materials of the product itself"),
        pytest.param(BY_CYCLONEDX, id="by CycloneDX"),
    ],
)
def test_a_component_of_a_product_falls_silent_in_that_product_alone(
    within: tuple[Listed, Listed], said: str
) -> None:
    before, after = within
    assert before.statuses(said) == AFFECTED_BOTH
    assert after.statuses(said) == SILENT_IN_ONE


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


@pytest.mark.parametrize("number", range(len(WRITTEN)), ids=["/".join(named) for named in WRITTEN])
def test_a_cve_record_in_words_alone_is_the_model_of_the_fleet(by_version: Listed, number: int) -> None:
    assert by_version.statuses(cve(number)) == {"CT-1": "affected"}
    assert ("affected", "2.0", "not applied: 2.0 is not among them") in by_version.outcomes(cve(number))


def test_a_list_of_product_statuses_says_affected_and_fixed_by_version(by_version: Listed) -> None:
    assert by_version.statuses(cve(4)) == {"CT-1": "affected"}
    assert by_version.outcomes(cve(4), "fixed") == {
        ("fixed", "1.5", "not applied: 1.5 is not among them"),
        ("fixed", "2.0", "waits: trust in the publisher missing"),
    }


def test_a_recall_stands_on_the_devices_under_its_own_number(by_version: Listed) -> None:
    (finding,) = by_version.found("Z-0101-2031")
    assert finding["device"] == "CT-1"
    assert finding["status"] in {"affected", "unknown"}
    assert finding["risk"]["outcome"] != "defer"


def test_a_recall_of_all_of_them_is_about_all_of_them(hospital: Hospital) -> None:
    recalls = {
        f"Z-010{number}-2031": f"All {things}"
        for number, things in enumerate(("serial numbers", "lots", "units"), 2)
    }
    papers = [
        publishers.openfda("Quillon", "Tomara 64 computed tomography system", code=code).replace(
            b"Z-0101-2031", number.encode()
        )
        for number, code in recalls.items()
    ]
    given(hospital, fleet(SCANNER, NEWER), *papers)
    for number in recalls:
        assert hospital.statuses(number) == {"CT-1": "affected", "CT-2": "affected"}


def test_a_makers_letter_speaks_of_the_versions_that_it_names(by_version: Listed) -> None:
    assert by_version.statuses(cve(5)) == {"CT-1": "affected"}
    (finding,) = by_version.found(cve(5))
    assert finding["why"].startswith(f"{cve(5)}: Quillon says that Quillon Tomara 64 1.0 to 1.5 is affected")


COLUMNS = ("kind", "component", "version", "vulnerability", "status", "missing", "rule", "class")


STANDARDS = {
    "CycloneDX": ("Tomara 64", bom),
    "CycloneDX XML": ("Sura 3", publishers.cyclonedx_xml),
    **{
        standard: (model, lambda *told, write=write: write(publishers.spdx(*told)))
        for model, (standard, write) in zip(
            ("Nimbra 9", "Rivena 7", "Meridon 12", "Corvia 8", "Belmat 6"),
            publishers.SPDX.items(),
            strict=True,
        )
    },
}
"""Of each standard, the model whose list is written in it, and what writes it."""


@pytest.fixture(scope="module")
def in_every_standard(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[set[tuple[str, ...]], list[str]]]:
    """By standard, what is found on the model whose list is written in it, and the standards of that list's documents."""
    hospital = Hospital(tmp_path_factory.mktemp("standards") / "home")
    scanners = [{**SCANNER, "asset_tag": model, "model": model} for model, _ in STANDARDS.values()]
    lists = [write(model, "1.5", PARTS) for model, write in STANDARDS.values()]
    received = hospital.receive(fleet(*scanners), FEED, *lists)
    assert all(told.taken for told in received), received
    hospital.assess()
    findings, sources = hospital.list("findings"), {row["sha256"]: row for row in hospital.list("sources")}
    assert rebuild(hospital.house).differing == ()
    return {
        standard: (
            {tuple(row[column] for column in COLUMNS) for row in findings if row["device"] == model},
            sources[hashlib.sha256(raw).hexdigest()]["standard"],
        )
        for (standard, (model, _)), raw in zip(STANDARDS.items(), lists, strict=True)
    }


@pytest.mark.parametrize("standard", ["CycloneDX XML", *publishers.SPDX])
def test_a_list_of_software_means_the_same_in_every_standard(in_every_standard, standard: str) -> None:
    found, source = in_every_standard[standard]
    assert found == in_every_standard["CycloneDX"][0]
    assert {row[COLUMNS.index("status")] for row in found if OPENSSL in row} == {"affected"}
    assert source == standard


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
