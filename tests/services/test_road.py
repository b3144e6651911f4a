"""The road from documents to actions: what a hospital receives, and what it is told to do."""

import json
from typing import Any

import pytest

from leadglass.services.ledger import people
from tests.hospital import Hospital, all_of, any_of, bom, criterion, epss, fleet, kev, nvd, record

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
FIRMWARE = criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0")
HARDWARE = criterion("h:quillon:tomara_64:-", vulnerable=False)
JOINED = record("CVE-2031-41001", all_of([FIRMWARE], [HARDWARE]))


CVE = "CVE-2031-41001"
ON_OTHER = (
    "cpe:2.3:o:quillon:tomara_64_firmware:1.5:*:*:*:*:*:*:* cpe:2.3:h:quillon:tomara_128:-:*:*:*:*:*:*:*"
)
FIRMWARE_ALONE = "cpe:2.3:o:quillon:tomara_64_firmware:1.5:*:*:*:*:*:*:*"
BY_HARDWARE = {"cpe": "cpe:2.3:h:quillon:tomara_64:-:*:*:*:*:*:*:*"}

DEVICES = (
    {**SCANNER, "asset_tag": "CT-014"},
    {**SCANNER, "asset_tag": "CT-015", "software_version": "2.0"},
    {**SCANNER, "asset_tag": "CT-016", "status": "retired"},
    {**SCANNER, "asset_tag": "CT-101", "model": "Tomara 128", "cpe": ON_OTHER},
    {"asset_tag": "CT-102", "manufacturer": "Quillon", "model": "", "cpe": FIRMWARE_ALONE},
    {**SCANNER, **BY_HARDWARE, "asset_tag": "CT-030"},
    {**SCANNER, **BY_HARDWARE, "asset_tag": "CT-031", "software_version": "2.0"},
    {**SCANNER, **BY_HARDWARE, "asset_tag": "CT-032", "software_version": ""},
    {"asset_tag": "MR-007", "manufacturer": "Aurika", "model": "1.5T", "modality": "MR"},
    {**SCANNER, "asset_tag": "US-007", "site": "Harbor"},
    {**SCANNER, "asset_tag": "US-007", "site": "North Quay", "software_version": "2.0"},
    {"asset_tag": "XA-1", "manufacturer": "Norrfeld", "model": "Oskel 2", "software_version": "1.0"},
)
"""Devices of several kinds, which one assessment judges by one record of firmware on its hardware."""

PARTS = [
    {"name": "zlib", "version": "1.2.11"},
    {"name": "openssl", "version": "1.0.2k"},
    {"name": "dcmtk", "version": "3.6.2"},
]
OF_PARTS = (
    record("CVE-2026-1000", any_of(criterion("a:openssl:openssl:*", versionEndExcluding="1.0.2u"))),
    record("CVE-2026-3000", any_of(criterion("a:offis:dcmtk:-"))),
    record(
        "CVE-2026-3001",
        any_of(criterion("a:offis:dcmtk:*", versionStartIncluding="3.7", versionEndExcluding="3.6")),
    ),
)


class Assessed:
    """A hospital of such devices, and what it lists, asked once."""

    def __init__(self, hospital: Hospital) -> None:
        self.received = hospital.receive(
            fleet(*DEVICES),
            bom("Oskel 2", "1.0", PARTS, maker="Norrfeld"),
            nvd(JOINED),
            kev(CVE),
            nvd(*OF_PARTS),
        )
        hospital.assess()
        self.devices, self.findings, self.actions, self.sources = (
            hospital.list(name) for name in ("devices", "findings", "actions", "sources")
        )

    def found(self, device: str, vulnerability: str = CVE) -> list[dict[str, Any]]:
        return [
            row for row in self.findings if (row["device"], row["vulnerability"]) == (device, vulnerability)
        ]

    def statuses(self, *devices: str) -> dict[str, list[str]]:
        return {device: [row["status"] for row in self.found(device)] for device in devices}


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Assessed:
    return Assessed(Hospital(tmp_path_factory.mktemp("devices") / "home"))


def test_firmware_on_its_own_hardware_is_affected(assessed: Assessed) -> None:
    assert assessed.statuses("CT-014") == {"CT-014": ["affected"]}


def test_the_same_firmware_on_other_hardware_is_not_affected(assessed: Assessed) -> None:
    assert assessed.statuses("CT-101") == {"CT-101": ["not_affected"]}


def test_where_the_hardware_is_not_known_the_model_is_named_as_missing(assessed: Assessed) -> None:
    (finding,) = assessed.found("CT-102")
    assert (finding["status"], finding["missing"]) == ("unknown", "hardware model")
    assert finding["why"].startswith("Unknown: hardware model missing")


def test_hardware_that_the_site_names_brings_its_firmware(assessed: Assessed) -> None:
    """The inventory knows the scanner by its hardware's CPE name alone; the record speaks of its firmware."""
    assert assessed.statuses("CT-030", "CT-031", "CT-032") == {
        "CT-030": ["affected"], "CT-031": [], "CT-032": ["unknown"],
    }  # fmt: skip


def test_firmware_of_hardware_within_the_device_has_no_version_of_its_own(hospital: Hospital) -> None:
    """The version of the scanner says nothing of the power supply in it: unknown, and asked."""
    named = {"cpe": "cpe:2.3:h:voltan:ups_900:-:*:*:*:*:*:*:*", "asset_tag": "CT-033"}
    within = record(
        "CVE-2031-41009",
        all_of(
            [criterion("o:voltan:ups_900_firmware:*", versionEndExcluding="3.0")],
            [criterion("h:voltan:ups_900:-", vulnerable=False)],
        ),
    )
    hospital.receive(fleet({**SCANNER, **named}), nvd(within))
    hospital.assess()
    (finding,) = hospital.list("findings", vulnerability="CVE-2031-41009")
    assert (finding["status"], finding["missing"]) == ("unknown", "version")
    assert "component-version" in {row["kind"] for row in hospital.list("questions")}


def test_a_repaired_version_is_no_finding(assessed: Assessed) -> None:
    assert assessed.statuses("CT-015") == {"CT-015": []}


def test_a_missing_version_is_asked_for_and_the_answer_is_remembered(hospital: Hospital) -> None:
    hospital.receive(fleet({**SCANNER, "asset_tag": "CT-020", "software_version": ""}), nvd(JOINED))
    hospital.assess()
    (finding,) = hospital.list("findings", vulnerability="CVE-2031-41001")
    assert (finding["status"], finding["missing"]) == ("unknown", "software version")
    question = next(row for row in hospital.list("questions") if row["kind"] == "version")
    assert question["settles"] >= 1
    hospital.answer(question["id"], "1.5")
    hospital.assess()
    assert hospital.statuses("CVE-2031-41001") == {"CT-020": "affected"}
    assert question["id"] not in {row["id"] for row in hospital.list("questions")}


def test_a_component_of_the_sbom_is_found_with_its_place(assessed: Assessed) -> None:
    (finding,) = assessed.found("XA-1", "CVE-2026-1000")
    assert finding["status"] == "affected"
    assert finding["sources"][0]["place"] == "vulnerabilities[0].cve.configurations[0].nodes[0].cpeMatch[0]"
    assert (finding["component"], finding["version"]) == ("openssl", "1.0.2k")


def test_a_device_without_a_software_list_is_unknown_never_safe(assessed: Assessed) -> None:
    (finding,) = [row for row in assessed.findings if row["device"] == "MR-007"]
    assert (finding["kind"], finding["status"], finding["missing"]) == ("blind", "unknown", "software list")
    (action,) = [row for row in assessed.actions if row["maker"] == "Aurika"]
    assert action["deed"] == "disclose"
    assert action["accountable"] == "maker, Aurika"


def test_a_retired_device_raises_nothing(assessed: Assessed) -> None:
    assert [row for row in assessed.findings if row["device"] == "CT-016"] == []
    assert not [row for row in assessed.actions if "CT-016" in {one["device"] for one in row["devices"]}]
    assert [row["state"] for row in assessed.devices if row["asset_tag"] == "CT-016"] == ["retired"]


def test_equal_tags_at_two_sites_are_two_devices(assessed: Assessed) -> None:
    assert [row["site"] for row in assessed.found("US-007")] == ["Harbor"]
    assert len({row["device_id"] for row in assessed.devices if row["asset_tag"] == "US-007"}) == 2


def test_exploited_vulnerabilities_come_first_and_are_contained(hospital: Hospital) -> None:
    mild = record(
        "CVE-2026-2000",
        any_of(criterion("a:zlib:zlib:1.2.11")),
        vector="CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N",
    )
    hospital.receive(
        fleet(SCANNER, {**SCANNER, "model": "Pellar 5", "modality": "US"}),
        bom("Pellar 5", "1.5", [{"name": "zlib", "version": "1.2.11"}]),
        nvd(JOINED, mild),
        kev("CVE-2031-41001", ransomware=True),
    )
    hospital.assess()
    first = hospital.list("actions")[0]
    assert (first["deed"], first["product"]) == ("contain", "Quillon Tomara 64")
    assert first["due_contain"] is not None
    assert first["due_remedy"] is None
    assert "Exploited elsewhere since 20 Oct 2026 (CISA KEV), by ransomware too." in first["why"]
    assert first["accountable"].startswith("hospital")
    assert first["proof"]
    assert first["alternatives"]


def test_one_action_groups_what_one_deed_resolves(hospital: Hospital) -> None:
    more = record("CVE-2031-41002", all_of([FIRMWARE], [HARDWARE]))
    hospital.receive(
        fleet(SCANNER, SCANNER, SCANNER), nvd(JOINED, more), kev("CVE-2031-41001", "CVE-2031-41002")
    )
    hospital.assess()
    contain = [row for row in hospital.list("actions") if row["deed"] == "contain"]
    assert len(contain) == 1
    assert len(contain[0]["devices"]) == 3
    assert len(contain[0]["findings"]) == 6


def test_epss_may_raise_and_never_lowers(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), nvd(JOINED))
    hospital.assess()
    before = hospital.list("findings", vulnerability="CVE-2031-41001")[0]["risk"]["outcome"]
    hospital.receive(epss(CVE_2031_41001=0.001))
    hospital.assess()
    assert hospital.list("findings", vulnerability="CVE-2031-41001")[0]["risk"]["outcome"] == before
    hospital.receive(epss(CVE_2031_41001=0.97).replace(b"2026-11-01", b"2026-11-02"))
    hospital.assess()
    raised = hospital.list("findings", vulnerability="CVE-2031-41001")[0]["risk"]
    order = ("defer", "scheduled", "out-of-cycle", "immediate")
    assert order.index(raised["outcome"]) >= order.index(before)
    assert raised["epss"] == 0.97


def test_the_latest_record_of_a_vulnerability_counts(hospital: Hospital) -> None:
    wider = record("CVE-2031-41001", all_of([criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="1.1")], [HARDWARE]),
                   modified="2026-11-01T00:00:00.000")  # fmt: skip
    hospital.receive(fleet(SCANNER), nvd(wider), nvd(JOINED))
    hospital.assess()
    assert hospital.statuses("CVE-2031-41001") == {}  # the older record came later and does not count


def test_a_rejected_record_is_no_finding(hospital: Hospital) -> None:
    hospital.receive(
        fleet(SCANNER),
        nvd(JOINED),
        nvd(record("CVE-2031-41001", modified="2026-11-01T00:00:00.000", state="Rejected")),
    )
    hospital.assess()
    assert hospital.statuses("CVE-2031-41001") == {}


def test_the_same_bytes_twice_are_one_source(hospital: Hospital) -> None:
    first, second = hospital.receive(fleet(SCANNER), fleet(SCANNER))
    assert (first.already_known, second.already_known) == (False, True)
    assert first.sha256 == second.sha256
    hospital.assess()
    assert len(hospital.list("sources")) == 1
    assert len(hospital.list("devices")) == 1


def test_an_import_never_overwrites_a_persons_word(hospital: Hospital) -> None:
    hospital.receive(fleet({**SCANNER, "asset_tag": "CT-014"}), nvd(JOINED))
    hospital.assess()
    people.say(hospital.view(), "CT-014", "software_version", "2.0", why="service report 17")
    hospital.clock.pass_days(1)
    hospital.receive(fleet({**SCANNER, "asset_tag": "CT-014", "room": "2.14"}))
    hospital.assess()
    (device,) = hospital.list("devices")
    assert (device["software_version"], device["room"]) == ("2.0", "2.14")
    assert hospital.statuses("CVE-2031-41001") == {}


def test_a_device_missing_from_a_re_import_is_missing_not_deleted(hospital: Hospital) -> None:
    hospital.receive(fleet({**SCANNER, "asset_tag": "CT-1"}, {**SCANNER, "asset_tag": "CT-2"}), nvd(JOINED))
    hospital.clock.pass_days(1)
    hospital.receive(fleet({**SCANNER, "asset_tag": "CT-1"}))
    hospital.assess()
    assert {row["asset_tag"]: row["state"] for row in hospital.list("devices")} == {
        "CT-1": "in_use",
        "CT-2": "missing",
    }
    assert hospital.statuses("CVE-2031-41001") == {"CT-1": "affected", "CT-2": "affected"}


def test_a_record_that_names_no_version_is_asked_about_not_assumed(assessed: Assessed) -> None:
    (finding,) = assessed.found("XA-1", "CVE-2026-3000")
    assert (finding["status"], finding["class"]) == ("unknown", "unversioned")


def test_an_inverted_range_is_told_and_never_dropped(assessed: Assessed) -> None:
    assert any("end before they begin" in remark.why for remark in assessed.received[-1].remarks)
    (finding,) = assessed.found("XA-1", "CVE-2026-3001")
    assert (finding["status"], finding["class"]) == ("unknown", "inverted")


def test_every_finding_says_why_and_where(assessed: Assessed) -> None:
    known = {row["sha256"] for row in assessed.sources}
    assert assessed.findings
    for finding in assessed.findings:
        assert finding["why"]
        assert finding["rule"]
        assert all(source["sha256"] in known and source["place"] for source in finding["sources"])
    assert json.dumps([row["id"] for row in assessed.actions])
