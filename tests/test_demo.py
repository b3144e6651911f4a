"""The demo tells its story: what demo/README.md promises of named devices is what comes out."""

import io
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from leadglass.services.ledger.check import check
from leadglass.services.ledger.receive import Offered
from tests.hospital import Hospital

DEMO = Path("demo")
ADVISORIES = sorted((DEMO / "advisories").iterdir())
NEW = (*ADVISORIES, DEMO / "sboms/crossline-4.5.spdx.json")


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Hospital:
    """The invented hospital group, assessed."""
    home = tmp_path_factory.mktemp("harbor")
    shutil.copytree(DEMO / "policies", home / "policies")
    hospital = Hospital(home)
    for folder in ("fleet", "sboms", "feeds", "advisories", "scans"):
        for path in sorted((DEMO / folder).iterdir()):
            (got,) = hospital.receive(path.read_bytes())
            assert got.taken, path
            told = [remark.why for remark in got.remarks if not remark.why.startswith("Seen and not taken")]
            assert not told or path not in NEW, path
    hospital.assess()
    return hospital


@pytest.fixture(scope="module")
def answered(harbor: Hospital, tmp_path_factory: pytest.TempPathFactory) -> Hospital:
    """The same group, where somebody said yes to whatever the makers' papers ask."""
    home = tmp_path_factory.mktemp("answered") / "home"
    shutil.copytree(harbor.home, home)
    hospital = Hospital(home, harbor.clock)
    for question in harbor.list("questions"):
        if question["kind"] in {"trust", "product", "versions"}:
            hospital.answer(question["id"], "yes")
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
        ("CT-015", "CVE-2017-0144", set()),
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


def test_the_readme_tells_of_every_paper(harbor: Hospital) -> None:
    told = (DEMO / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in NEW if f"{path.name}`" not in told] == []
    standards = Counter(row["standard"] for row in harbor.list("sources"))
    assert (standards["CSAF"], standards["OpenVEX"], standards["maker's letter"]) == (4, 1, 1)
    assert (standards["SPDX JSON"], standards["CycloneDX"]) == (1, 11)


@pytest.mark.parametrize("path", NEW, ids=lambda path: path.name)
def test_every_paper_of_a_maker_is_valid_by_its_standard(harbor: Hospital, path: Path) -> None:
    (checked,) = check(harbor.house, [Offered(path=path.name, stream=io.BytesIO(path.read_bytes()))])
    if checked.verdict is None:
        assert "not installed" in checked.why
        pytest.skip(checked.why)
    assert checked.verdict.valid, checked.verdict.complaints


def outcomes(hospital: Hospital, publisher: str, vulnerability: str, model: str) -> dict[str, set[str]]:
    """Version on the floor -> what becomes of a maker's statements about a model in that version, without reasons."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in hospital.list("statements", vulnerability=vulnerability):
        if row["publisher"].startswith(publisher) and row["product"].endswith(model):
            what = row["outcome"].partition(" (")[0]
            found[row["version"]].add("not applied" if what.startswith("not applied") else what)
    return found


TRUST = {"waits: trust in the publisher missing"}


@pytest.mark.parametrize(
    ("publisher", "vulnerability", "model", "expected"),
    [
        (
            "Marlowe",
            vulnerability,
            "Holdfast PACS",
            {"8.2": TRUST},
        )
        for vulnerability in ("CVE-2020-1938", "CVE-2022-22965", "CVE-2021-44228", "CVE-2021-45046")
    ]
    + [
        ("Brindlecore", "CVE-2019-11358", "Daybook RIS", {"3.3.1": TRUST}),
        (
            "Belmarq",
            "CVE-2017-13754",
            "Ravina M3D",
            {"5.4": TRUST, "5.1": {"not applied"}, "": {"waits: software version missing"}},
        ),
        (
            "Belmarq",
            "CVE-2022-2119",
            "Ravina M3D",
            {
                "5.4": {"shown: it settles nothing yet"},
                "5.1": {"not applied"},
                "": {"waits: software version missing"},
            },
        ),
        (
            "Tessaly",
            "CVE-2031-41005",
            "Pellar 5",
            {"2.8": {"applied"}, "": {"waits: software version missing"}},
        ),
        ("Ardenvale", "CVE-2019-12255", "Fluora C", {"": {"waits: product identity missing"}}),
        ("Kelvanta", "CVE-2017-0144", "Positra PET/CT", {"2.6": {"waits: meaning of the versions missing"}}),
    ],
)
def test_what_makers_say_applies_waits_or_does_not_apply(
    harbor: Hospital, publisher: str, vulnerability: str, model: str, expected: dict[str, set[str]]
) -> None:
    assert outcomes(harbor, publisher, vulnerability, model) == expected


def test_a_makers_advisory_names_the_models_that_the_record_left_out(harbor: Hospital) -> None:
    assert harbor.statuses("CVE-2031-41006") == {
        **dict.fromkeys(("MR-003", "MR-004", "MR-010", "MR-011", "MR-007", "MR-110"), "affected"),
        "MR-008": "unknown",
    }


def test_no_word_of_a_maker_silences_before_somebody_trusts_it(harbor: Hospital) -> None:
    silenced = [
        row
        for row in harbor.list("findings")
        if row["class"] == "statement" and row["status"] in {"not_affected", "fixed"}
    ]
    assert silenced == []


@pytest.mark.parametrize(
    ("device", "vulnerability", "before", "after"),
    [
        *(
            (device, vulnerability, "affected", told)
            for device in ("PACS-01", "PACS-02")
            for vulnerability, told in (
                ("CVE-2020-1938", "not_affected"),
                ("CVE-2022-22965", "not_affected"),
                ("CVE-2021-44228", "fixed"),
                ("CVE-2021-45046", "fixed"),
            )
        ),
        ("RIS-01", "CVE-2020-1938", "affected", "affected"),
        ("RIS-01", "CVE-2019-11358", "affected", "not_affected"),
        ("PACS-01", "CVE-2019-11358", "affected", "affected"),
        ("PACS-02", "CVE-2019-11358", "affected", "affected"),
        *(
            (device, "CVE-2017-13754", "affected", "not_affected")
            for device in ("MG-002", "MG-003", "MG-107")
        ),
        ("MG-011", "CVE-2017-13754", "unknown", "unknown"),
        ("MG-002", "CVE-2022-2119", "affected", "affected"),
        ("XA-006", "CVE-2019-12255", "unknown", "affected"),
        ("NM-005", "CVE-2017-0144", "unknown", "affected"),
    ],
)
def test_an_answer_settles_what_a_maker_says(
    harbor: Hospital, answered: Hospital, device: str, vulnerability: str, before: str, after: str
) -> None:
    assert {found for found, _ in status(harbor, device, vulnerability)} == {before}
    assert {found for found, _ in status(answered, device, vulnerability)} == {after}


def test_trust_in_the_makers_silences_nothing_else(harbor: Hospital, answered: Hospital) -> None:
    def harmed(hospital: Hospital) -> set[tuple[str, str, str]]:
        return {
            (row["site"], row["device"], row["vulnerability"])
            for row in hospital.list("findings", status="affected")
        }

    assert len(harmed(harbor) - harmed(answered)) == 8 + 1 + 3
    assert len(harmed(answered) - harmed(harbor)) == 2


def test_what_the_scanner_saw(harbor: Hospital, tmp_path: Path) -> None:
    seen = {row["label"].split()[0]: (row["outcome"], row["device"]) for row in harbor.list("sightings")}
    assert seen == {
        "10.40.1.10": ("placed", "CT-014"),
        "10.40.5.28": ("asked", "US-012"),
        "10.40.1.97": ("placed", "CT-002"),
        "10.40.3.77": ("not in the fleet", ""),
    }
    (eternal,) = harbor.list("findings", device="CT-014", vulnerability="CVE-2017-0144")
    assert (eternal["status"], eternal["class"]) == ("affected", "seen")
    assert not harbor.list("findings", device="US-012", vulnerability="CVE-2014-6271")
    assert sum("CT-002 is retired" in row["why"] for row in harbor.list("remarks")) == 1
    home = tmp_path / "home"
    shutil.copytree(harbor.home, home)
    hospital = Hospital(home, harbor.clock)
    (asked,) = (row for row in hospital.list("questions") if row["kind"] == "sighting")
    assert asked["id"] in (DEMO / "README.md").read_text(encoding="utf-8")
    hospital.answer(asked["id"], "yes")
    hospital.assess()
    assert status(hospital, "US-012", "CVE-2014-6271") == {("affected", "")}
