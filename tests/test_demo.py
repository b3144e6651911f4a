"""The demo tells its story: what demo/README.md promises of named devices is what comes out."""

import shutil
from pathlib import Path

import pytest

from tests.hospital import Hospital

DEMO = Path("demo")


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Hospital:
    """The invented hospital group, assessed."""
    home = tmp_path_factory.mktemp("harbor")
    shutil.copytree(DEMO / "policies", home / "policies")
    hospital = Hospital(home)
    for folder in ("fleet", "sboms", "feeds"):
        for path in sorted((DEMO / folder).iterdir()):
            (got,) = hospital.receive(path.read_bytes())
            assert got.taken, path
    hospital.assess()
    return hospital


def status(hospital: Hospital, device: str, vulnerability: str, site: str = "") -> set[tuple[str, str]]:
    rows = hospital.list("findings", device=device, vulnerability=vulnerability, site=site)
    return {(row["status"], row["missing"]) for row in rows}


@pytest.mark.parametrize(
    ("device", "vulnerability", "expected"),
    [
        *(
            (device, "CVE-2031-41001", {("affected", "")})
            for device in ("CT-014", "CT-015", "CT-022", "CT-040")
        ),
        ("CT-014", "CVE-2031-41003", {("not_affected", "")}),
        ("CT-023", "CVE-2031-41001", set()),
        ("CT-101", "CVE-2031-41001", {("not_affected", "")}),
        ("CT-101", "CVE-2031-41003", {("affected", "")}),
        ("CT-102", "CVE-2031-41001", {("unknown", "hardware model")}),
        ("CT-102", "CVE-2031-41003", {("unknown", "hardware model")}),
        ("MR-003", "CVE-2017-0144", {("affected", "")}),
        ("CT-014", "CVE-2017-0144", set()),
        ("PACS-01", "CVE-2021-44228", {("affected", "")}),
        ("RIS-01", "CVE-2021-44228", set()),
        ("RIS-01", "CVE-2020-1938", {("affected", "")}),
        ("GW-01", "CVE-2023-43208", {("affected", "")}),
        ("GW-114", "CVE-2023-43208", set()),
        ("WS-108", "CVE-2020-0796", {("affected", "")}),
        ("WS-109", "CVE-2021-34527", {("affected", "")}),
        ("MR-110", "CVE-2021-34527", set()),
    ],
)
def test_a_named_device_is_what_its_story_says(
    harbor: Hospital, device: str, vulnerability: str, expected: set[tuple[str, str]]
) -> None:
    assert status(harbor, device, vulnerability) == expected


@pytest.mark.parametrize("device", ["CT-002", "XA-005", "NM-002"])
def test_retired_devices_raise_nothing(harbor: Hospital, device: str) -> None:
    (row,) = harbor.list("devices", id=device)
    assert row["state"] == "retired"
    assert harbor.list("findings", device=device) == []


def test_the_four_pellars_without_a_version_are_the_first_question(harbor: Hospital) -> None:
    first = harbor.list("questions")[0]
    assert (first["model"], first["kind"], first["devices"]) == ("Pellar 5", "version", 4)
    assert first["settles"] >= 100


@pytest.mark.parametrize("device", ["MR-007", "NM-001"])
def test_devices_without_a_software_list_say_so(harbor: Hospital, device: str) -> None:
    kinds = {row["kind"] for row in harbor.list("findings", device=device)}
    assert kinds & {"blind", "partly_blind"}


def test_the_fleet_is_as_untidy_as_day_one(harbor: Hospital) -> None:
    devices = harbor.list("devices")
    assert len(devices) == 62
    assert len({row["site"] for row in devices}) == 3
    assert len({row["product_id"] for row in devices}) >= 12
    unversioned = [row for row in devices if not row["software_version"]]
    assert 0.2 <= len(unversioned) / len(devices) <= 0.3
    listed = [row for row in devices if "software" in row["knows"]]
    assert len(listed) <= len(devices) / 2


def test_a_record_without_a_product_stands_among_the_remarks(harbor: Hospital) -> None:
    assert any("CVE-2031-41006" in row["why"] for row in harbor.list("remarks"))


def test_misspelt_makers_are_asked_about(harbor: Hospital) -> None:
    asked = {row["subject"] for row in harbor.list("questions") if row["kind"] == "maker"}
    assert "quilon|quillon" in asked


def test_every_action_has_one_accountable_party_and_a_proof(harbor: Hospital) -> None:
    for action in harbor.list("actions"):
        assert action["accountable"].split(",")[0] in {"hospital", "maker", "servicer"}
        assert action["proof"]
        assert action["due_triage"]
        assert action["due_remedy"] is None
        assert action["alternatives"]
        assert action["devices"]
