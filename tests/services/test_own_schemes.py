# SPDX-License-Identifier: Apache-2.0
"""A site's own rows of schemes: they order what they name, and make anew all that was made by others, never in part."""

from datetime import date
from pathlib import Path

import pytest

from leadglass.errors import StateError, UnreadableError
from leadglass.services.ledger.rebuild import rebuild
from tests.hospital import Clock, Hospital, any_of, criterion, fleet, nvd, record

CVE, UNTIL = "CVE-2031-41003", date(2027, 1, 31)
OWN = 'version = "ours"\n[product]\n"quillon:tomara_64_firmware" = "cisco"\n'
# By libversion's rules 3.0su2 comes before 3.0, as a maker's update it comes after
RECORD = nvd(record(CVE, any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="3.0"))))
FLEET = fleet(
    {"asset_tag": "CT-1", "manufacturer": "Quillon", "model": "Tomara 64", "software_version": "3.0su2"},
    {"asset_tag": "CT-2", "manufacturer": "Quillon", "model": "Tomara 64", "software_version": "2.9"},
)
BEFORE, AFTER = {"CT-1": "affected", "CT-2": "affected"}, {"CT-2": "affected"}


def again(hospital: Hospital, rows: str | None) -> Hospital:
    """Open the home anew, with these rows of the site; None takes them away."""
    hospital.house.register.close()
    place = hospital.home / "policies" / "schemes.toml"
    place.parent.mkdir(exist_ok=True)
    if rows is None:
        place.unlink()
    else:
        place.write_text(rows, encoding="utf-8")
    return Hospital(hospital.home, Clock(hospital.clock.moment))


def by_shipped_rows(hospital: Hospital) -> None:
    hospital.receive(FLEET, RECORD)
    hospital.assess()
    assert hospital.statuses(CVE) == BEFORE


@pytest.fixture
def assessed(begin) -> Hospital:
    return begin(by_shipped_rows)


def test_own_rows_order_the_versions_of_a_product_on_both_sides(assessed: Hospital) -> None:
    hospital = again(assessed, OWN)
    hospital.assess()
    assert hospital.statuses(CVE) == AFTER
    assert rebuild(hospital.house).differing == ()


def test_what_is_made_by_own_rows_is_what_a_home_that_always_had_them_makes(
    assessed: Hospital, tmp_path: Path
) -> None:
    other = again(Hospital(tmp_path / "other"), OWN)
    other.receive(FLEET, RECORD)
    hospital = again(assessed, OWN)
    assert hospital.assess().parts == other.assess().parts


def test_taking_the_rows_away_makes_the_old_tables_again(assessed: Hospital) -> None:
    before = assessed.house.tables.current()
    own = again(assessed, OWN)
    made = own.assess()
    gone = again(own, None)
    last = gone.assess()
    assert before is not None
    assert last.parts == before.parts != made.parts
    assert gone.statuses(CVE) == BEFORE


def test_until_the_next_assessment_the_old_snapshot_is_read_whole(assessed: Hospital) -> None:
    shown = [assessed.list(name) for name in ("findings", "vulnerabilities", "components", "actions")]
    hospital = again(assessed, OWN)
    assert [hospital.list(name) for name in ("findings", "vulnerabilities", "components", "actions")] == shown
    assert hospital.statuses(CVE) == BEFORE


def test_a_range_waits_for_tables_that_are_made_by_the_same_rows(assessed: Hospital) -> None:
    hospital = again(assessed, OWN)
    said = {"kind": "accept", "vulnerability": CVE, "end": "3.0", "until": UNTIL}
    with pytest.raises(StateError, match="Run first: leadglass assess"):
        hospital.decide("quillon:tomara_64_firmware", **said)
    hospital.assess()
    hospital.decide("quillon:tomara_64_firmware", **said)
    assert {row["device"]: row["decision"] for row in hospital.list("findings", vulnerability=CVE)} == {
        "CT-2": "accept"
    }


def test_a_range_that_was_decided_by_other_rows_covers_nothing(assessed: Hospital) -> None:
    assessed.decide(
        "quillon:tomara_64_firmware", kind="accept", vulnerability=CVE, start="2.0", end="3.0", until=UNTIL
    )
    assert {row["decision"] for row in assessed.list("findings", vulnerability=CVE)} == {"accept"}
    hospital = again(assessed, OWN)
    hospital.assess()
    assert {row["decision"] for row in hospital.list("findings", vulnerability=CVE)} == {""}


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "# none yet\n",
        'version = "ours"\n',
        '[prefix]\n"cisco:" = "cisco"\n',
    ],
)
def test_rows_that_change_nothing_make_nothing_anew(assessed: Hospital, rows: str) -> None:
    before = assessed.house.tables.current()
    hospital = again(assessed, rows)
    assert hospital.assess() == before


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("[product", "it is no TOML"),
        ('[product]\n"v:p" = "ios"', "'ios' is no scheme"),
        ('[ecosystem]\nDebian = "rpm"', "Move them to"),
    ],
)
def test_rows_that_cannot_be_read_stop_the_assessment_and_take_no_document(
    assessed: Hospital, rows: str, said: str
) -> None:
    before = assessed.house.tables.current()
    hospital = again(assessed, rows)
    with pytest.raises(UnreadableError, match=f"policies/schemes.toml.*{said}"):
        hospital.assess()
    with pytest.raises(UnreadableError, match=said):
        hospital.receive(nvd(record("CVE-2031-41009")))
    assert hospital.house.tables.current() == before
    mended = again(hospital, OWN)
    mended.receive(nvd(record("CVE-2031-41009")))
    mended.assess()
    assert mended.statuses(CVE) == AFTER
    assert "CVE-2031-41009" in {row["id"] for row in mended.list("vulnerabilities", all=True)}


def test_other_policies_of_the_home_do_not_stop_an_assessment(assessed: Hospital) -> None:
    (assessed.home / "policies").mkdir()
    (assessed.home / "policies" / "bundle.toml").write_text('labels = ["CLEAR"]\n', encoding="utf-8")
    hospital = again(assessed, OWN)
    hospital.assess()
    assert hospital.statuses(CVE) == AFTER
