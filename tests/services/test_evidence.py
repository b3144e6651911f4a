# SPDX-License-Identifier: Apache-2.0
"""Exports of other tools: which device was seen, what that tells of it, and what a person must say first."""

from pathlib import Path

import pytest

from leadglass.errors import UsageError
from leadglass.services.ledger import listings
from leadglass.services.ledger.explain import explain
from leadglass.services.ledger.rebuild import rebuild
from tests.hospital import Hospital, any_of, criterion, fleet, nvd, record

PAPERS = Path(__file__).parents[1] / "papers" / "sightings"
CVE = "CVE-2031-41001"
CT = {
    "asset_tag": "CT-1", "manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5",
    "mac_address": "02:00:00:00:00:01", "ip_address": "10.1.1.1", "hostname": "ct-1.harbor.invalid",
}  # fmt: skip
US = {"asset_tag": "US-1", "manufacturer": "Tessaly", "model": "Pellar 9", "ip_address": "10.1.1.2"}


def nessus(*hosts: str) -> bytes:
    """A Nessus report."""
    return f'<?xml version="1.0"?><NessusClientData_v2><Report name="r">{"".join(hosts)}</Report></NessusClientData_v2>'.encode()


def host(address: str, *found: str, mac: str = "", at: int = 1_793_880_000, **tags: str) -> str:
    """A scanned host, on which CVEs, or weaknesses by title, were found."""
    told = {"host-ip": address, "mac-address": mac, "HOST_END_TIMESTAMP": str(at), **tags}
    properties = "".join(f'<tag name="{name}">{text}</tag>' for name, text in told.items() if text)
    items = "".join(
        f'<ReportItem port="445" protocol="tcp" severity="3" pluginID="9{number}" pluginName="Invented {name}">'
        + (f"<cve>{name}</cve>" if name.startswith("CVE-") else "")
        + "</ReportItem>"
        for number, name in enumerate(found)
    )
    return f'<ReportHost name="{address}"><HostProperties>{properties}</HostProperties>{items}</ReportHost>'


@pytest.fixture
def hospital(tmp_path: Path) -> Hospital:
    made = Hospital(tmp_path / "home")
    made.receive(fleet(CT, US))
    return made


def outcomes(hospital: Hospital) -> list[tuple[str, str]]:
    return [(row["outcome"], row["device"]) for row in hospital.list("sightings")]


@pytest.mark.parametrize(
    ("paper", "standard", "version"),
    [
        ("scan.nessus", "Nessus", ""),
        ("report.gvm.xml", "OpenVAS", ""),
        ("results.gvm.csv", "OpenVAS", ""),
        ("index.wazuh.json", "Wazuh", ""),
        ("api.wazuh.json", "Wazuh", ""),
        ("dhcpd.leases", "DHCP leases", "ISC DHCP"),
        ("kea-leases4.csv", "DHCP leases", "Kea DHCP"),
        ("windows-leases.csv", "DHCP leases", "Windows DHCP"),
        ("xdome.csv", "discovery export", "claroty-xdome"),
        ("entdeckung.csv", "discovery export", "discovery"),
        ("ae-table.csv", "discovery export", "ae-table"),
    ],
)
def test_exports_of_tools_are_told_by_content_and_taken(
    tmp_path: Path, paper: str, standard: str, version: str
) -> None:
    (got,) = Hospital(tmp_path / "home").receive((PAPERS / paper).read_bytes())
    assert (got.kind, got.standard, got.version) == ("sightings", standard, version)
    assert got.taken["sightings"] > 0


@pytest.mark.parametrize(
    "paper", ["servicenow.csv", "nuvolo.csv", "tms.csv", "r5objects.csv", "medimizer.csv"]
)
def test_inventories_are_not_taken_for_exports_of_tools(tmp_path: Path, paper: str) -> None:
    (got,) = Hospital(tmp_path / "home").receive((PAPERS / paper).read_bytes())
    assert (got.kind, got.standard) == ("fleet", "fleet CSV")


def test_a_device_is_known_again_by_its_mac_address_and_what_was_found_is_a_finding(
    hospital: Hospital,
) -> None:
    hospital.receive(nessus(host("10.9.9.9", CVE, mac="02:00:00:00:00:01")))
    hospital.assess()
    assert outcomes(hospital) == [("placed", "CT-1")]
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert (finding["device"], finding["status"], finding["class"]) == ("CT-1", "affected", "seen")
    assert "Nessus says to have found it" in finding["why"]
    assert finding["sources"][0]["place"].startswith("line ")
    assert "Seen" in {step.title for step in explain(hospital.view(), finding["id"])[1]}
    action = next(row for row in hospital.list("actions") if finding["id"] in row["findings"])
    assert "Nessus says to have found it" in action["why"]


def test_what_a_record_says_already_is_not_said_twice(hospital: Hospital) -> None:
    firmware = criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0")
    hospital.receive(
        nvd(record(CVE, any_of(firmware))), nessus(host("10.1.1.1", CVE, mac="02:00:00:00:00:01"))
    )
    hospital.assess()
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert finding["class"] == "range"


def test_a_weakness_without_a_number_is_shown_and_asks_for_nothing(hospital: Hospital) -> None:
    hospital.receive(nessus(host("10.1.1.1", "clear text", mac="02:00:00:00:00:01")))
    hospital.assess()
    (finding,) = hospital.list("findings", kind="weakness")
    assert (finding["status"], finding["action"]) == ("under_investigation", "")
    assert "clear text" in finding["why"]


def test_an_address_alone_is_asked_about_and_the_answer_is_remembered(hospital: Hospital) -> None:
    hospital.receive(nessus(host("10.1.1.2", CVE)))
    hospital.assess()
    assert outcomes(hospital) == [("asked", "US-1")]
    assert not hospital.list("findings", vulnerability=CVE)
    (asked,) = (row for row in hospital.list("questions") if row["kind"] == "sighting")
    assert asked["text"] == "Is 10.1.1.2, seen by Nessus, this Pellar 9 of Tessaly?"
    with pytest.raises(UsageError):
        hospital.answer(asked["id"], "perhaps")
    hospital.answer(asked["id"], "yes")
    hospital.assess()
    assert outcomes(hospital) == [("placed", "US-1")]
    assert hospital.statuses(CVE) == {"US-1": "affected"}
    hospital.receive(nessus(host("10.1.1.2", CVE, at=1_793_980_000)))
    hospital.assess()
    assert {outcome for outcome, _ in outcomes(hospital)} == {"placed"}, (
        "a later scan is not asked about again"
    )


def test_no_means_that_it_is_another_device(hospital: Hospital) -> None:
    hospital.receive(nessus(host("10.1.1.2", CVE)))
    hospital.assess()
    (asked,) = (row for row in hospital.list("questions") if row["kind"] == "sighting")
    hospital.answer(asked["id"], "no")
    hospital.assess()
    assert outcomes(hospital) == [("not this device", "US-1")]
    assert not hospital.list("findings", vulnerability=CVE)
    assert not [row for row in hospital.list("questions") if row["kind"] == "sighting"]


def test_a_look_that_would_tell_nothing_is_not_asked_about(tmp_path: Path) -> None:
    hospital = Hospital(tmp_path / "home")
    hospital.receive(fleet({**US, "os": "Linux", "software_version": "5.0"}), nessus(host("10.1.1.2")))
    hospital.assess()
    assert outcomes(hospital) == [("not sure", "US-1")]
    assert not [row for row in hospital.list("questions") if row["kind"] == "sighting"]


def test_a_device_that_no_inventory_lists_is_told(hospital: Hospital) -> None:
    hospital.receive(nessus(host("10.7.7.7", CVE, mac="02:00:00:00:00:77")))
    hospital.assess()
    assert outcomes(hospital) == [("not in the fleet", "")]
    assert any(
        "No device of the fleet has 02:00:00:00:00:77" in row["why"] for row in hospital.list("remarks")
    )


def test_a_retired_device_that_is_still_seen_is_told_and_raises_nothing(tmp_path: Path) -> None:
    hospital = Hospital(tmp_path / "home")
    hospital.receive(
        fleet({**CT, "status": "retired"}), nessus(host("10.1.1.1", CVE, mac="02:00:00:00:00:01"))
    )
    hospital.assess()
    assert any(
        "CT-1 is retired in the inventory, and Nessus saw it" in row["why"]
        for row in hospital.list("remarks")
    )
    assert not hospital.list("findings", vulnerability=CVE)


def test_a_tool_fills_what_nobody_states_and_outweighs_nothing(hospital: Hospital) -> None:
    seen = {"operating-system": "Microsoft Windows 7 Professional Service Pack 1"}
    hospital.receive(nessus(host("10.1.1.1", mac="02:00:00:00:00:01", **seen)))
    hospital.assess()
    (device,) = hospital.list("devices", id="CT-1")
    assert device["os"] == "Microsoft Windows 7 Professional Service Pack 1"
    hospital.receive(fleet({**CT, "os": "Windows 10", "os_version": "10.0.17763.1"}, US))
    hospital.assess()
    (device,) = hospital.list("devices", id="CT-1")
    assert device["os"] == "Windows 10"


def test_software_that_a_tool_saw_is_a_component_where_no_list_has_it(hospital: Hospital) -> None:
    seen = host("10.1.1.1", mac="02:00:00:00:00:01", **{"cpe-1": "cpe:/a:openssl:openssl:1.0.1f"})
    hospital.receive(
        nessus(seen), nvd(record(CVE, any_of(criterion("a:openssl:openssl:*", versionEndExcluding="1.0.1g"))))
    )
    hospital.assess()
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert (finding["component"], finding["version"], finding["status"]) == ("openssl", "1.0.1f", "affected")
    assert "seen by Nessus" in hospital.list("components", text="openssl")[0]["basis"]


def test_of_a_tool_its_last_scan_counts_and_a_list_of_devices_takes_nothing_back(hospital: Hospital) -> None:
    first = nessus(host("10.1.1.1", CVE, mac="02:00:00:00:00:01"))
    clean = nessus(host("10.1.1.1", mac="02:00:00:00:00:01", at=1_793_990_000))
    hospital.receive(first, clean)
    hospital.assess()
    assert hospital.statuses(CVE) == {"CT-1": "affected"}, "this scan looked for no weakness at all"
    other = nessus(
        host("10.1.1.1", mac="02:00:00:00:00:01", at=1_793_995_000), host("10.1.1.9", "CVE-2031-41009")
    )
    hospital.receive(other)
    hospital.assess()
    assert hospital.statuses(CVE) == {}


def test_two_devices_that_fit_are_both_asked_about_and_one_answer_settles_both(tmp_path: Path) -> None:
    hospital = Hospital(tmp_path / "home")
    hospital.receive(
        fleet({**US, "site": "Harbor"}, {**US, "site": "Quay", "asset_tag": "US-2"}),
        nessus(host("10.1.1.2", CVE)),
    )
    hospital.assess()
    asked = [row for row in hospital.list("questions") if row["kind"] == "sighting"]
    assert len(asked) == 2
    hospital.answer(asked[0]["id"], "yes")
    hospital.assess()
    assert sorted(outcome for outcome, _ in outcomes(hospital)) == ["not this device", "placed"]
    assert len(hospital.statuses(CVE)) == 1


def test_the_scope_hides_sightings_of_other_sites(hospital: Hospital) -> None:
    hospital.receive(nessus(host("10.1.1.1", CVE, mac="02:00:00:00:00:01")))
    hospital.assess()
    wanted = listings.Wanted(count=listings.EVERYTHING)
    seen = hospital.view(sites=frozenset({"Elsewhere"}))
    assert listings.page(seen, listings.LISTINGS["sightings"], wanted).rows == ()


def test_a_rebuild_places_the_same(hospital: Hospital) -> None:
    hospital.receive(
        nessus(host("10.1.1.1", CVE, "clear text", mac="02:00:00:00:00:01"), host("10.1.1.2", CVE))
    )
    hospital.assess()
    assert rebuild(hospital.house).differing == ()
