"""Listings as pages: filters in words, sorting and paging on the server, files of what is shown, why one is empty."""

import csv
import io
import json
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.test import Client

from leadglass.services.ledger.listings import LISTINGS, sorts
from leadglass.web.pages import links, tables
from tests.hospital import Hospital, fleet
from tests.web.pages.conftest import ADMIN, ANALYST, AUDITOR, ENGINEER, VIEWER, Pages

ADDRESSES = {name: links.ADDRESSES.get(name, name) for name in LISTINGS}


def text(answer) -> str:
    return unescape(answer.content.decode())


@pytest.mark.parametrize("person", [ADMIN, ENGINEER, ANALYST, VIEWER, AUDITOR])
def test_every_listing_is_a_page_for_every_role(pages: Pages, person: str) -> None:
    client = pages.client(person)
    for address in ADDRESSES.values():
        assert client.get(f"/{address}").status_code == 200


def test_nobody_sees_a_listing_without_signing_in(pages: Pages) -> None:
    client = Client()
    for address in ADDRESSES.values():
        answer = client.get(f"/{address}")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/account/login/")


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTINGS)
def test_every_shown_column_that_can_be_sorted_is_sorted_both_ways(pages: Pages, name: str) -> None:
    client = pages.client()
    for column in sorts(LISTINGS[name]):
        up = json.loads(client.get(f"/{ADDRESSES[name]}", {"sort": column, "format": "json"}).content)
        down = json.loads(client.get(f"/{ADDRESSES[name]}", {"sort": f"-{column}", "format": "json"}).content)
        key = LISTINGS[name].key
        keys = [json.dumps([row.get(k) for k in key]) for row in up]
        assert sorted(keys) == sorted(json.dumps([row.get(k) for k in key]) for row in down)
        if column in LISTINGS[name].query.columns and up and isinstance(up[0].get(column), str):
            told = [row[column] for row in up if row[column]]
            assert told == sorted(told)
            assert [row[column] for row in down if row[column]] == sorted(told, reverse=True)


def test_what_is_empty_comes_last_whichever_way(pages: Pages) -> None:
    client = pages.client()
    for sort in ("software_version", "-software_version"):
        rows = json.loads(client.get("/devices", {"sort": sort, "format": "json"}).content)
        assert [bool(row["software_version"]) for row in rows] == [True, True, True, True, False]


def test_actions_come_by_the_dates_that_they_show(pages: Pages) -> None:
    for sort in ("due", "-due"):
        rows = json.loads(pages.get("/actions", sort=sort, format="json").content)
        dates = [row["due_contain"] or row["due_triage"] for row in rows]
        assert dates == sorted(dates, reverse=sort == "-due")
        assert len(set(dates)) > 1


def test_a_column_that_is_none_is_refused_by_the_listing_and_shown_in_its_own_order(pages: Pages) -> None:
    answer = pages.get("/devices", sort="asset_tag; DROP TABLE device")
    assert answer.status_code == 200
    assert "is nothing to sort devices by" in text(answer)
    assert "CT-014" in text(answer)


def test_filters_stand_as_words_above_the_table_each_with_a_way_back(pages: Pages) -> None:
    answer = text(
        pages.get("/actions", modality="CT", site="Harbor", state="act_now,contain", assignee="nobody")
    )
    said = [part.split("<")[0].strip() for part in answer.split('<span class="word">')[1:]]
    assert said == ["CT", "at Harbor", "act now or contain", "unassigned"]
    back = [parse_qs(part.split('"')[0]) for part in answer.split('<a href="/actions?')[1:5]]
    assert [set(one) for one in back] == [
        {"site", "state", "assignee"}, {"modality", "state", "assignee"}, {"modality", "site", "assignee"},
        {"modality", "site", "state"},
    ]  # fmt: skip


def test_states_may_be_ticked_one_by_one(pages: Pages) -> None:
    ticked = pages.get("/actions?state=act_now&state=contain&format=json")
    told = pages.get("/actions?state=act_now,contain&format=json")
    assert ticked.content == told.content
    assert json.loads(told.content)


def test_a_word_that_no_row_could_have_is_an_error_and_no_empty_list(pages: Pages) -> None:
    answer = pages.get("/devices", state="broken")
    assert answer.status_code == 400
    assert "Name one of: in_use, retired, missing" in text(answer)


def test_paging_shows_every_row_once(served: Callable[[], Pages], hospital: Hospital) -> None:
    hospital.receive(fleet(*({"asset_tag": f"CT-{n:03}", "manufacturer": "Quillon", "model": "Tomara 64",
                              "serial_number": f"S{n}"} for n in range(120))))  # fmt: skip
    hospital.assess()
    client = served().client()
    seen: list[str] = []
    skip = 0
    for _page in range(3):
        answer = text(client.get("/devices", {"sort": "-serial_number", "skip": skip}))
        seen += [part.split(">")[1].split("<")[0] for part in answer.split('<a href="/devices/D-')[1:]]
        skip += 50
    assert len(seen) == len(set(seen)) == 120
    assert 'rel="next"' not in answer
    assert "120 devices; shown are 101 to 120." in answer


def test_a_file_is_what_is_shown_and_no_formula(pages: Pages) -> None:
    answer = pages.get("/devices", site="Harbor", sort="-asset_tag", format="csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="devices.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["asset_tag"] for row in rows] == ["CT-015", "CT-014", "'=CT-016"]
    told = json.loads(pages.get("/devices", site="Harbor", sort="-asset_tag", format="json").content)
    assert [row["asset_tag"] for row in told] == ["CT-015", "CT-014", "=CT-016"]


def test_a_format_that_is_none_is_refused(pages: Pages) -> None:
    assert pages.get("/devices", format="xlsx").status_code == 400


def test_the_sum_over_a_filter_is_that_of_its_file(pages: Pages) -> None:
    for name, address in ADDRESSES.items():
        rows = json.loads(pages.get(f"/{address}", format="json").content)
        page = text(pages.get(f"/{address}"))
        assert page.count("<tr>") - 1 == min(len(rows), 50) if rows else "<table" not in page, name


def test_a_listing_too_long_to_sort_says_so_and_stays_in_its_own_order(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(LISTINGS["findings"], "most_sorted", 1)
    try:
        answer = text(pages.get("/findings", sort="device"))
    finally:
        object.__setattr__(LISTINGS["findings"], "most_sorted", 20_000)
    assert "up to 1 are sorted" in answer
    assert "CVE-2031-41001" in answer


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/devices?site=Nowhere", "No site that you see is called Nowhere. You see: Harbor, North Quay."),
        ("/devices?text=zzz", "None of 5 fits this filter"),
        ("/findings?device=ZZ-1", "No device that you see is called ZZ-1"),
        ("/devices?skip=500", "There are 5; this page lies beyond the last"),
        ("/sightings", "No export of another tool was received"),
    ],
)
def test_an_empty_page_says_why_and_what_next(pages: Pages, path: str, said: str) -> None:
    assert said in text(pages.get(path))


def test_before_anything_was_received_pages_lead_to_receiving(empty: Pages) -> None:
    for address in ("", *(address for address in ADDRESSES.values())):
        answer = empty.get(f"/{address}", ENGINEER)
        assert answer.status_code in {200, 409}, address
        if answer.status_code == 200:
            assert "/documents/receive" in text(answer)


def test_every_listing_has_its_columns_and_headings() -> None:
    for name in LISTINGS:
        assert tables.SHOWN[name]
        assert all(tables.heading(name, column)[0].isupper() for column in tables.SHOWN[name])
