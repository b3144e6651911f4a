"""One thing as a page, and what people do there: decide, take on, comment, answer, state, receive."""

import io
from html import unescape
from typing import Any

import pytest

from leadglass.web.pages import documents
from tests.hospital import fleet
from tests.web.pages.conftest import ADMIN, ANALYST, AUDITOR, ENGINEER, VIEWER, Pages


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def upload(name: str, raw: bytes) -> io.BytesIO:
    stream = io.BytesIO(raw)
    stream.name = name
    return stream


def test_a_device_reads_like_a_chart(pages: Pages) -> None:
    answer = text(pages.get("/devices/CT-014"))
    for heading in ("What is wrong", "What is being done, by when", "Clocks", "Until when it is supported", "Who it is",
                    "What we do not know", "What it runs", "Documents", "Comments", "History"):  # fmt: skip
        assert f"<h2>{heading}</h2>" in answer
    assert "CVE-2031-41001" in answer
    assert "act now" in answer
    assert "paper-0, row 2" in answer  # each fact tells its place
    assert "that is unknown, not endless" in answer


def clocks_of(pages: Pages, tag: str) -> str:
    return text(pages.get(f"/devices/{tag}")).partition('<section id="clocks">')[2].partition("</section>")[0]


def test_the_clocks_of_a_device_are_a_picture_with_its_table(pages: Pages) -> None:
    part = clocks_of(pages, "CT-014")
    assert part.count('role="img"') == 2  # one for each width; the style sheet shows one
    assert 'aria-labelledby="clocks-wide-title"' in part
    assert "The same numbers" in part
    row = next(row for row in pages.hospital.list("actions") if any(d["device"] == "CT-014" for d in row["devices"])
               and row["due_contain"])  # fmt: skip
    assert f'>containment</td><td data-is="Of">{row["title"]}</td>' in part
    assert f"the clock of the outcome {row['outcome']}" in part
    assert "<script" not in part
    assert "style=" not in part


def test_what_is_decided_about_has_the_clock_of_its_decision(pages: Pages) -> None:
    row = next(row for row in pages.hospital.list("actions") if any(d["device"] == "CT-014" for d in row["devices"])
               and row["due_contain"])  # fmt: skip
    until = pages.hospital.clock().date().replace(month=12)
    pages.hospital.decide(row["id"], kind="accept", owner="A. Chair", until=until)
    part = clocks_of(pages, "CT-014")
    assert "decision ends" in part
    assert ">A. Chair</td>" in part
    assert f'>containment</td><td data-is="Of">{row["title"]}</td>' not in part


def test_a_device_that_is_not_known_in_full_is_never_said_to_be_safe(pages: Pages) -> None:
    answer = text(pages.get("/devices/%3DCT-016"))
    assert "It is not known in full, so that is not all there may be." in answer


def test_a_vulnerability_says_who_is_affected_why_and_until_when(pages: Pages) -> None:
    answer = text(pages.get("/vulnerabilities/cve-2031-41001"))
    assert "Devices: 2 affected" in answer
    assert "Unknown is not safe." in answer
    assert "is o:quillon:tomara_64_firmware < 2.0" in answer or "< 2.0" in answer
    assert "exploited elsewhere, Tue 20 Oct" in answer
    assert "contain by" in answer


def test_a_vulnerability_that_no_document_names_says_so(pages: Pages) -> None:
    answer = pages.get("/vulnerabilities/CVE-1999-0001")
    assert answer.status_code == 404
    assert "No document at hand speaks of CVE-1999-0001" in text(answer)


def test_a_finding_is_explained_to_the_place_in_the_document(pages: Pages) -> None:
    row = pages.hospital.list("findings", device="CT-014", status="affected")[0]
    answer = text(pages.get(f"/findings/{row['id']}"))
    assert "vulnerabilities[0].cve.configurations[0]" in answer
    assert f"/documents/{row['sources'][0]['sha256']}" in answer


def decided(pages: Pages, client: Any, rows: list[dict[str, Any]], **told: str) -> Any:
    """Look at the confirmation, and confirm it."""
    ids = [row["id"] for row in rows]
    shown = client.get("/actions/decide", {"id": ids})
    assert shown.status_code == 200
    covers = text(shown).split('name="covers" value="')[1].split('"')[0]
    given = {
        "kind": "accept",
        "owner": "A. Chair, radiology",
        "reason": "no other scanner",
        "until": "2026-12-24",
    }
    return client.post("/actions/decide", {"id": ids, "covers": covers, **given, **told})


def test_several_actions_are_decided_on_in_one_change(pages: Pages) -> None:
    client = pages.client()
    rows = pages.hospital.list("actions", site="Harbor")[:2]
    shown = text(client.get("/actions/decide", {"id": [row["id"] for row in rows]}))
    findings = sum(len(row["findings"]) for row in rows)
    assert f"This covers {findings} findings on" in shown
    assert decided(pages, client, rows).status_code == 302
    made = pages.house.register.decisions()
    assert [one.target for one in made] == [row["id"] for row in rows]
    assert {one.by for one in made} == {ANALYST}
    entries, _total = pages.house.register.history(rows[0]["id"], limit=5, offset=0)
    assert entries[0].change.origin == "web 127.0.0.1"
    assert all(row["state"] == "settled" for row in pages.hospital.list("actions", state="settled"))
    assert len(pages.hospital.list("actions", state="settled")) == 2
    page = text(client.get(f"/actions/{rows[0]['id']}"))
    assert "accepted until 2026-12-24 by A. Chair, radiology" in page
    assert "no other scanner" in page  # in its history


def test_what_is_confirmed_is_what_was_shown(pages: Pages) -> None:
    client = pages.client()
    row = pages.hospital.list("actions", site="Harbor")[0]
    answer = decided(pages, client, [row], covers="another")
    assert answer.status_code == 400
    assert "has changed since you looked" in text(answer)
    assert pages.house.register.decisions() == []


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"until": ""}, "An acceptance or compensation ends"),
        ({"until": "2026-02-30"}, "is no date"),
        ({"until": "2026-01-01"}, "is past"),
        ({"owner": " "}, "A decision has an owner"),
        ({"reason": "no"}, "A decision has a reason"),
        ({"kind": "close", "until": ""}, "Closing needs its proof"),
        ({"kind": "not_affected"}, "is no decision"),
    ],
)
def test_a_decision_that_lacks_something_is_shown_again_and_nothing_is_kept(
    pages: Pages, told: dict[str, str], said: str
) -> None:
    rows = pages.hospital.list("actions", site="Harbor")[:2]
    answer = decided(pages, pages.client(), rows, **told)
    assert answer.status_code == 400
    assert said in text(answer)
    assert pages.house.register.decisions() == []


@pytest.mark.parametrize("person", [VIEWER, AUDITOR, ENGINEER, ADMIN])
def test_who_may_not_decide_sees_no_button_and_is_refused(pages: Pages, person: str) -> None:
    client = pages.client(person)
    row = pages.hospital.list("actions", site="Harbor")[0]
    assert "Decide on the chosen" not in text(client.get("/actions"))
    assert client.post("/actions/decide", {"id": row["id"], "kind": "close"}).status_code == 403


def test_an_action_is_taken_on_and_listed_as_mine(pages: Pages) -> None:
    client = pages.client(ENGINEER)
    row = pages.hospital.list("actions", site="Harbor")[0]
    assert (
        client.post("/actions/assign", {"id": row["id"], "assignee": ENGINEER, "why": "my room"}).status_code
        == 302
    )
    assert f"Taken on by {ENGINEER}" in text(client.get(f"/actions/{row['id']}"))
    assert row["id"] in text(client.get("/actions", {"assignee": "mine"}))
    assert row["id"] not in text(client.get("/actions", {"assignee": "nobody"}))
    assert client.post("/actions/assign", {"id": row["id"], "assignee": ""}).status_code == 302
    assert pages.house.register.assignments() == []
    told = text(client.get(f"/actions/{row['id']}"))
    assert "my room" in told


def test_an_action_is_not_given_to_nobody_knows_whom(pages: Pages) -> None:
    row = pages.hospital.list("actions")[0]
    answer = pages.client(ENGINEER).post("/actions/assign", {"id": row["id"], "assignee": "x.unknown"})
    assert answer.status_code == 400
    assert "Nobody here has the account x.unknown" in text(answer)


def test_comments_stand_beside_their_thing_and_run_nothing(pages: Pages) -> None:
    client = pages.client(ENGINEER)
    device = pages.hospital.list("devices", id="CT-014")[0]["device_id"]
    script = "<script>alert(1)</script>\nask Ms. Hall"
    answer = client.post("/comments", {"target": device, "text": script, "back": "/devices/CT-014"})
    assert answer.headers["Location"] == "/devices/CT-014#comments"
    raw = client.get("/devices/CT-014").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>ask Ms. Hall" in raw
    assert "<script>alert" not in raw
    assert client.post("/comments", {"target": device, "text": " "}).status_code == 400
    assert client.post("/comments", {"target": device, "text": "x" * 4001}).status_code == 400
    assert pages.client(VIEWER).post("/comments", {"target": device, "text": "hello"}).status_code == 403


def test_a_form_leads_back_to_our_own_pages_alone(pages: Pages) -> None:
    client = pages.client(ENGINEER)
    device = pages.hospital.list("devices", id="CT-014")[0]["device_id"]
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", ""):
        answer = client.post("/comments", {"target": device, "text": "hello", "back": back})
        assert answer.headers["Location"] == "/#comments"


def test_a_question_is_answered_with_a_reason_and_counts_after_the_next_assessment(pages: Pages) -> None:
    client = pages.client(ENGINEER)
    asked = next(row for row in pages.hospital.list("questions") if row["kind"] == "version")
    page = text(client.get(f"/questions/{asked['id']}"))
    assert "CT-015" in page
    assert "How do you know?" in page
    told = {"value": "1.5", "why": "read on the device", "device": ""}
    assert client.post(f"/questions/{asked['id']}/answer", told).status_code == 302
    (kept,) = pages.house.register.answers()
    assert (kept.value, kept.by, kept.why) == ("1.5", ENGINEER, "read on the device")
    pages.hospital.assess()
    assert pages.hospital.statuses("CVE-2031-41001")["CT-015"] == "affected"


def test_a_fact_that_a_person_states_outweighs_the_document(pages: Pages) -> None:
    client = pages.client(ENGINEER)
    answer = client.post(
        "/devices/CT-014/say", {"field": "software_version", "value": "2.1", "why": "seen on it"}
    )
    assert answer.status_code == 302
    pages.hospital.assess()
    page = text(client.get("/devices/CT-014"))
    assert "<s>1.5</s>" in page
    assert f"{ENGINEER} said so" in page
    assert client.post("/devices/CT-014/say", {"field": "site", "value": "x", "why": "y"}).status_code == 400


def test_documents_are_received_by_a_form_as_the_person_who_sends_them(pages: Pages) -> None:
    client = pages.client(ENGINEER)
    raw = fleet({"asset_tag": "CT-777", "manufacturer": "Quillon", "model": "Tomara 64", "site": "Harbor"})
    answer = client.post("/documents/receive", {"documents": [upload("new.csv", raw), upload("odd.bin", b"\x00\x01")],
                                                "tlp": "AMBER"})  # fmt: skip
    told = text(answer)
    assert answer.status_code == 200
    assert "new.csv" in told
    assert "odd.bin" in told
    assert "An assessment is due" in told
    assert "Your role does not assess" in told
    receipts = [one for one in pages.house.documents.receipts() if one.name == "new.csv"]
    assert [(one.by, one.tlp) for one in receipts] == [(ENGINEER, "AMBER")]
    assert "Something was received since the last assessment" in text(client.get("/"))


def test_who_may_not_receive_is_refused(pages: Pages) -> None:
    client = pages.client(VIEWER)
    assert client.get("/documents/receive").status_code == 403
    assert client.post("/documents/receive", {"documents": upload("x.csv", b"a,b")}).status_code == 403


def test_an_upload_is_bounded(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_BYTES", 10)
    answer = pages.client(ENGINEER).post("/documents/receive", {"documents": upload("x.csv", b"a" * 11)})
    assert answer.status_code == 400
    assert "Nothing was received" in text(answer)
    assert pages.client(ENGINEER).post("/documents/receive", {}).status_code == 400


def test_a_document_is_given_as_a_file_and_never_as_a_page(pages: Pages) -> None:
    client = pages.client(ENGINEER)
    page = b"<html><script>alert(1)</script></html>"
    client.post("/documents/receive", {"documents": upload('x"\r\n.html', page)})
    pages.hospital.assess()
    row = next(row for row in pages.hospital.list("sources") if row["size"] == len(page))
    answer = client.get(f"/documents/{row['sha256']}/bytes")
    assert b"".join(answer.streaming_content) == page
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_assessing_is_a_button_for_who_may(pages: Pages) -> None:
    before = pages.house.tables.current()
    pages.hospital.receive(fleet({"asset_tag": "CT-778", "site": "Harbor"}))
    assert pages.client(ENGINEER).post("/assess").status_code == 403
    assert pages.client(ANALYST).get("/assess").status_code == 405
    assert pages.client(ANALYST).post("/assess").status_code == 302
    after = pages.house.tables.current()
    assert before is not None
    assert after is not None
    assert before.id != after.id


def test_the_history_shows_before_and_after(pages: Pages) -> None:
    decided(pages, pages.client(), pages.hospital.list("actions", site="Harbor")[:1])
    answer = text(pages.get("/history", AUDITOR))
    assert "no other scanner" in answer
    assert ANALYST in answer
    assert "Change " in answer


@pytest.mark.parametrize(
    ("asked", "leads"),
    [("CT-014", "/devices/D-"), ("ct-014", "/devices/D-"), ("nq-1", "/devices/D-"), ("cve-2031-41001", "/vulnerabilities/CVE-2031-41001")],
)  # fmt: skip
def test_a_search_for_one_thing_opens_it(pages: Pages, asked: str, leads: str) -> None:
    answer = pages.get("/search", q=asked)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(leads)


def test_a_search_for_words_shows_what_they_may_mean(pages: Pages) -> None:
    answer = text(pages.get("/search", q="tomara"))
    assert [part.split("<")[0] for part in answer.split("<section><h2>")[1:]] == [
        "Devices", "Products", "Components", "Questions",
    ]  # fmt: skip
    assert 'Nothing that you see is called "zzz"' in text(pages.get("/search", q="zzz"))


def test_a_stale_feed_is_told_on_every_page(pages: Pages) -> None:
    pages.house.clock.moment  # noqa: B018 - a stated clock
    for path in ("/", "/devices", "/devices/CT-014", "/help", "/documents/receive"):
        assert "EPSS never came" in text(pages.get(path, ENGINEER))


def test_a_first_run_is_guided(empty: Pages) -> None:
    answer = text(empty.get("/", ENGINEER))
    assert "Begin here" in answer
    assert "Receive an inventory." in answer
    assert "/documents/receive" in answer
    assert "no good news and no bad news" in answer


def test_pages_carry_no_style_and_no_script_of_their_own(pages: Pages) -> None:
    row = pages.hospital.list("actions")[0]
    for path in (
        "/",
        "/actions",
        "/devices/CT-014",
        f"/actions/{row['id']}",
        "/vulnerabilities/CVE-2031-41001",
        "/scan",
    ):
        raw = pages.get(path).content.decode()
        assert " style=" not in raw
        assert "<style" not in raw
        assert "<script>" not in raw
        assert " onclick" not in raw
