"""Listings, one row, services that read: pages, tags, problems."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.services import catalogue
from leadglass.services.api import wire
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted
from tests.web.api.ledgers import COAST, CVE, HARBOR, Api


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_a_listing_gives_what_the_house_gives(ledger, whole, name):
    page = catalogue.LISTED[name](ledger.view(), Wanted(count=EVERYTHING))
    got = whole.get(f"/{name}").json()
    assert got["rows"] == wire.plain(page.rows)
    assert got["total"] == page.total
    assert got["next"] is None


def test_pages_follow_each_other_by_their_links_and_are_of_one_snapshot(whole):
    seen, query = [], {"count": 1}
    path = "/devices"
    first = whole.get(path, query)
    snapshot = first.json()["snapshot"]
    answer = first
    while True:
        seen += [row["asset_tag"] for row in answer.json()["rows"]]
        links = {part.partition('rel="')[2].rstrip('"'): part.partition(">")[0].lstrip("< ")
                 for part in answer.get("Link", "").split(", ") if part}  # fmt: skip
        if "next" not in links:
            break
        assert f"snapshot={snapshot}" in links["next"]
        answer = whole.get(links["next"].removeprefix("/api/v1"))
    assert sorted(seen) == ["CO-001", "HB-001", "HB-002", "HB-003"]
    assert set(links) == {"first", "prev"}


def test_a_snapshot_that_is_kept_no_longer_is_said_so(whole):
    answer = whole.get("/devices", {"snapshot": "0123456789abcdef"})
    assert answer.status_code == 404
    assert "kept no longer" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("/findings", {"devise": "HB-001"}, "'devise' is nothing that this address knows"),
        ("/findings", {"status": "safe"}, "Input should be"),
        ("/devices", {"count": 0}, "greater than or equal to 1"),
        ("/devices", {"count": 1_001}, "less than or equal to 1000"),
        ("/devices", {"skip": -1}, "greater than or equal to 0"),
        ("/devices", {"text": "a\0b"}, "pattern"),
        ("/devices?site=Harbor&site=Coast", None, "more than once"),
        ("/show", {}, "required"),
        ("/devices/HB-001?x=1", None, "'x' is nothing"),
        ("/about", {"x": "1"}, "'x' is nothing"),
        ("/vex", {"form": "csaf"}, "--author"),
    ],
)
def test_what_an_address_does_not_know_is_refused_and_never_ignored(whole, path, query, words):
    answer = whole.get(path, query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["title"]) == (400, "Bad Request")
    assert words in told["detail"]


def test_a_modality_is_read_as_the_command_line_reads_it(whole):
    assert whole.get("/devices", {"modality": "us"}).json()["total"] == 1


def test_one_row_goes_by_its_id_its_tag_and_its_beginning(whole):
    row = whole.get("/devices/HB-002").json()
    assert row["serial_number"] == "HARBORSERIAL"
    assert whole.get(f"/devices/{row['device_id']}").json() == row
    finding = whole.get("/findings", {"device": "HB-002"}).json()["rows"][0]
    assert whole.get(f"/findings/{finding['id'][:-3]}").json() == finding


def test_what_is_not_there_is_a_problem_with_the_sentence_of_the_command_line(whole):
    answer = whole.get("/devices/ZZ-9")
    assert answer.status_code == 404
    assert answer.json() == {
        "type": "urn:leadglass:error:NotFoundError",
        "title": "Not Found",
        "status": 404,
        "detail": "No device has the id ZZ-9. List them: leadglass devices",
    }


@pytest.mark.parametrize(
    "path", ["/devices", "/devices/HB-001", "/show?name=HB-001", "/status", "/watches", "/document?name={}"]
)
def test_who_has_an_answer_is_not_told_it_again(whole, path):
    sha256 = whole.get("/sources", {"kind": "nvd"}).json()["rows"][0]["sha256"]
    first = whole.get(path.format(sha256))
    first.close()
    tag = first["ETag"]
    again = whole.get(path.format(sha256), if_none_match=f'"other", W/{tag}')
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again["ETag"] == tag


def test_the_tag_of_a_listing_moves_with_question_register_snapshot_and_scope(ledger, people, whole):
    seen = {whole.get("/devices")["ETag"], whole.get("/devices", {"site": HARBOR})["ETag"]}
    seen.add(Api(people.token("viewer", site=HARBOR)).get("/devices")["ETag"])
    before = whole.get("/devices")["ETag"]
    whole.post("/say", {"device": "HB-001", "field": "room", "value": "1.01", "why": "seen"})
    seen.add(said := whole.get("/devices")["ETag"])
    ledger.assess()
    seen.add(whole.get("/devices")["ETag"])
    assert said != before
    assert len(seen) >= 5


def test_nothing_of_an_answer_is_stored_or_guessed_at(whole):
    for answer in (
        whole.get("/devices"),
        whole.get("/nothing"),
        whole.get("/devices", {"x": 1}),
        whole.post("/devices"),
    ):
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_another_method_is_refused_with_those_that_are_taken(whole):
    answer = whole.post("/devices")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert answer["Content-Type"] == "application/problem+json"
    assert whole.get("/decide").status_code == 405


def test_head_is_as_get_without_content(whole):
    answer = whole._client.head("/api/v1/devices")
    assert answer.status_code == 200
    assert answer["ETag"] == whole.get("/devices")["ETag"]
    assert answer.content == b""


def test_an_address_that_is_none_is_a_problem(whole):
    for path in ("/devises", "/devices/a%0Ab", "/", "/%0A"):
        answer = whole.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_document_comes_back_as_it_came_and_never_as_a_page(whole):
    row = whole.get("/sources", {"kind": "nvd"}).json()["rows"][0]
    answer = whole.get("/document", {"name": row["sha256"][:10]})
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox"
    raw = b"".join(answer.streaming_content)
    answer.close()
    assert len(raw) == row["size"]
    assert json.loads(raw)["format"] == "NVD_CVE"


def test_a_finding_is_shown_and_explained(whole):
    row = whole.get("/findings", {"device": "HB-001", "vulnerability": CVE}).json()["rows"][0]
    shown = whole.get("/show", {"name": row["id"]}).json()
    assert (shown["kind"], shown["fields"]["site"]) == ("finding", HARBOR)
    told = whole.get("/explain", {"name": row["id"]}).json()
    assert told["finding"] == row
    assert {"title", "text", "sha256", "place", "depth"} == set(told["steps"][0])
    assert COAST not in json.dumps(told)


texts = st.text(max_size=30)


@given(name=st.sampled_from(sorted(LISTINGS)), words=texts, count=st.integers(), skip=st.integers())
def test_no_words_make_a_listing_fail(whole, name, words, count, skip):
    listing = LISTINGS[name]
    query = dict.fromkeys(listing.filters, words) | {"count": count, "skip": skip}
    assert whole.get(f"/{name}", query).status_code in {200, 400, 404}


@given(path=st.text(min_size=1, max_size=30))
def test_no_name_makes_one_row_fail(whole, path):
    assert whole.get(f"/devices/{quote(path, safe='')}").status_code in {200, 400, 404}
