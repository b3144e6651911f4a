"""Receiving for some sites: inventories of these alone; whatever speaks of every site is refused, and not kept."""

import io
import re

import pytest

from leadglass.planning.questions import texts
from leadglass.services import catalogue
from leadglass.services.ledger.listings import Wanted
from leadglass.services.ledger.receive import How, Offered
from leadglass.services.ledger.view import View
from leadglass.values.scope import Permission, Scope
from tests.hospital import Hospital, any_of, bom, criterion, fleet, kev, nvd, record

CT = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}


def offered(raw: bytes) -> list[Offered]:
    return [Offered(path="paper.csv", stream=io.BytesIO(raw))]


def within(hospital: Hospital, *sites: str) -> View:
    scope = Scope(sites=frozenset(sites), permissions=frozenset({Permission.READ, Permission.RECEIVE}))
    return View(house=hospital.house, scope=scope)


def kept(hospital: Hospital) -> set[str]:
    return {receipt.sha256 for receipt in hospital.house.documents.receipts()}


def test_an_inventory_of_ones_own_site_is_taken(hospital: Hospital) -> None:
    (told,) = catalogue.RECEIVE(within(hospital, "Harbor"), offered(fleet({**CT, "asset_tag": "CT-1"})))
    assert (told.kind, told.taken, told.remarks) == ("fleet", {"devices": 1}, ())
    assert kept(hospital) == {told.sha256}


@pytest.mark.parametrize("site", ["North Quay", "", "harbor"])
def test_an_inventory_with_a_row_of_another_site_is_refused_whole_and_says_which_row(
    hospital: Hospital, site: str
) -> None:
    raw = fleet({**CT, "asset_tag": "CT-1"}, {**CT, "asset_tag": "CT-2", "site": site})
    (told,) = catalogue.RECEIVE(within(hospital, "Harbor"), offered(raw))
    assert told.sha256 == ""
    assert "You receive for Harbor, and not every row is of there: row 3." in told.remarks[0].why
    assert kept(hospital) == set()


@pytest.mark.parametrize(
    "raw",
    [
        bom("Tomara 64", "1.5", [{"name": "OpenSSL", "version": "1.0.2k"}]),
        nvd(record("CVE-2031-41001", any_of(criterion("o:quillon:tomara_64_firmware")))),
        kev("CVE-2031-41001"),
        b"nothing that anybody reads",
    ],
    ids=["bom", "nvd", "kev", "unknown"],
)
def test_what_speaks_of_every_site_is_refused_and_not_kept(hospital: Hospital, raw: bytes) -> None:
    (told,) = catalogue.RECEIVE(within(hospital, "Harbor"), offered(raw))
    assert "it would speak of every site. Nothing of it was kept." in told.remarks[0].why
    assert kept(hospital) == set()
    (taken,) = catalogue.RECEIVE(hospital.view(), offered(raw))
    assert kept(hospital) == {taken.sha256}


def test_each_of_several_is_judged_by_itself(hospital: Hospital) -> None:
    papers = [fleet({**CT, "asset_tag": "CT-1"}), kev("CVE-2031-41001"), fleet({**CT, "site": "North Quay"})]
    told = list(
        catalogue.RECEIVE(within(hospital, "Harbor"), [one for raw in papers for one in offered(raw)])
    )
    assert [bool(one.sha256) for one in told] == [True, False, False]


def test_how_a_document_that_is_here_is_read_is_not_changed_from_one_site(hospital: Hospital) -> None:
    """Her map would read the list of another site as one of hers, for everybody."""
    head = b"asset_tag,manufacturer,model,serial_number,Place,Owner\n"
    raw = head + b"MR-1,Quillon,Tomara 64,S1,North Quay,Harbor\nMR-2,Quillon,Tomara 64,S2,North Quay,Harbor\n"
    theirs = How(columns={"Place": "site"})
    (first,) = catalogue.RECEIVE(hospital.view(), offered(raw), theirs)
    assert first.taken == {"devices": 2}
    mine = How(columns={"Owner": "site"})
    (told,) = catalogue.RECEIVE(within(hospital, "Harbor"), offered(raw), mine)
    assert "is read in another way for all" in told.remarks[0].why
    (again,) = catalogue.RECEIVE(within(hospital, "Harbor"), offered(raw))
    assert "not every row is of there: row 2 and row 3." in again.remarks[0].why
    assert len(list(hospital.house.documents.receipts())) == 1


def test_a_question_counts_the_devices_that_are_seen(hospital: Hospital) -> None:
    bare = {**CT, "software_version": ""}
    hospital.receive(
        fleet(
            *({**bare, "asset_tag": f"CT-{n}", "site": "North Quay" if n > 1 else "Harbor"} for n in range(7))
        ),
        nvd(
            record(
                "CVE-2031-41001", any_of(criterion("o:quillon:tomara_64_firmware", versionEndExcluding="2.0"))
            )
        ),
    )
    hospital.assess()
    for sites, number in ((None, 7), ({"Harbor"}, 2), ({"North Quay"}, 5)):
        view = hospital.view(sites=frozenset(sites) if sites else None)
        view = View(
            house=view.house, scope=Scope(sites=view.scope.sites, permissions=frozenset({Permission.READ}))
        )
        row = next(
            one for one in catalogue.LISTED["questions"](view, Wanted()).rows if one["kind"] == "version"
        )
        assert row["devices"] == number
        assert f"on the {number} Tomara 64 of" in row["text"]
        for other in {7, 2, 5} - {number}:  # nor does a search tell how many there are elsewhere
            assert catalogue.LISTED["questions"](view, Wanted(text=f"the {other} Tomara")).rows == ()
        assert catalogue.LISTED["questions"](view, Wanted(text=f"the {number} tomara")).total == 1


def test_the_texts_that_name_a_number_of_devices_are_of_the_kinds_that_count_anew() -> None:
    naming = [row for row in texts().values() if isinstance(row, dict) and "{devices}" in row["text"]]
    assert {row["kind"] for row in naming} == {"version", "serial", "hardware"}
    for row in naming:
        assert re.findall(r"{(\w+)}", row["text"])[0] == "devices"
        assert " {devices} " in row["text"]
    plain = [row for row in texts().values() if isinstance(row, dict) and "{devices}" not in row["text"]]
    assert {row["kind"] for row in plain}.isdisjoint({"version", "serial", "hardware"})
