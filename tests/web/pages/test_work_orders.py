"""Work orders as pages: asked for by action, out and back by a file, conflicts shown, confirmed with version and proof."""

import csv
import io
import json
from html import unescape
from typing import Any

import pytest

from tests.web.pages.conftest import ADMIN, ANALYST, AUDITOR, ENGINEER, VIEWER, Pages
from tests.web.pages.test_things import upload

HARBOR = "h.engineer"


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def action(pages: Pages) -> str:
    """An action with two devices at Harbor."""
    pages.enrol(HARBOR, "clinical_engineer", "Harbor")
    rows = pages.hospital.list("actions", site="Harbor")
    return str(next(row["id"] for row in rows if row["deed"] == "contain"))


def lines(pages: Pages, **asked: str) -> list[dict[str, Any]]:
    return json.loads(pages.get("/orders", ANALYST, format="json", **asked).content)


def sent(pages: Pages, action: str) -> list[dict[str, str]]:
    """Ask for work orders and write them to a file."""
    client = pages.client(ENGINEER)
    assert client.post("/orders/want", {"id": action}).status_code == 302
    answer = client.post("/orders/export")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="work-orders-')
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def back(pages: Pages, *rows: str) -> Any:
    head = "External Reference;Work Order;Status;Installed Version;Completion Notes\r\n"
    raw = (head + "".join(f"{row}\r\n" for row in rows)).encode()
    return pages.client(ENGINEER).post("/orders/take", {"file": upload("export.csv", raw)}, follow=True)


def test_work_orders_are_asked_for_once_per_device(pages: Pages, action: str) -> None:
    client = pages.client(ENGINEER)
    assert f"/orders/want?id={action}" in text(client.get(f"/actions/{action}"))
    page = text(client.get("/orders/want", {"id": action}))
    assert "One device gets a work order." in page or "devices get a work order" in page
    answer = client.post("/orders/want", {"id": action})
    assert answer.headers["Location"] == f"/orders?action={action}"
    first = lines(pages)
    assert {line["state"] for line in first} == {"wanted"}
    client.post("/orders/want", {"id": action})
    assert lines(pages) == first
    assert "Each device has one already" in text(client.get("/orders/want", {"id": action}))


def test_a_file_goes_out_and_what_comes_back_is_settled_by_a_person(pages: Pages, action: str) -> None:
    rows = sent(pages, action)
    keys = [row["External Reference"] for row in rows]
    assert {line["state"] for line in lines(pages)} == {"open"}
    told = text(
        back(
            pages,
            *(f"{key};{n};Completed;2.0;report {n}" for n, key in enumerate(keys)),
            "O-strange;9;Open;;",
        )
    )
    assert f"{len(keys)} newly closed there." in told
    assert "O-strange was not sent from here by file" in told
    assert f"{len(keys)} work orders to settle" in text(
        pages.get("/", VIEWER)
    ) or "One work order to settle" in text(pages.get("/", VIEWER))
    page = text(pages.get(f"/orders/{keys[0]}", ENGINEER))
    assert "It was closed with version 2.0; here 1.5 is known. Which one runs?" in page
    assert "leadglass orders confirm" not in page
    assert 'name="version" required maxlength="100" value="2.0"' in page
    assert pages.house.register.words() == []
    client = pages.client(ENGINEER)
    for key in keys:
        assert (
            client.post(
                f"/orders/{key}/confirm", {"version": "2.0", "proof": "seen on it", "why": ""}
            ).status_code
            == 302
        )
    assert {(word.value, word.by) for word in pages.house.register.words()} == {("2.0", ENGINEER)}
    assert {line["state"] for line in lines(pages)} == {"confirmed"}
    assert pages.house.register.decisions() == []
    assert "to settle" not in text(pages.get("/", VIEWER)).partition("</main>")[0].partition("<section")[0]


def test_when_all_are_confirmed_the_decision_is_prepared_with_their_proof(pages: Pages, action: str) -> None:
    keys = [row["External Reference"] for row in sent(pages, action)]
    back(pages, *(f"{key};{n};Completed;2.0;report {n}" for n, key in enumerate(keys)))
    client = pages.client(ANALYST)
    answers = [client.post(f"/orders/{key}/confirm", {"version": "", "proof": "", "why": ""}) for key in keys]
    assert [answer.headers["Location"].partition("?")[0] for answer in answers[:-1]] == [
        f"/orders/{key}" for key in keys[:-1]
    ]
    assert answers[-1].headers["Location"].startswith(f"/actions/decide?id={action}&kind=close&proof=")
    page = text(client.get(answers[-1].headers["Location"]))
    assert 'value="close" required checked' in page
    assert "report 0" in page


def test_the_list_is_narrowed_and_its_file_is_what_is_shown(pages: Pages, action: str) -> None:
    keys = [row["External Reference"] for row in sent(pages, action)]
    back(pages, f"{keys[0]};77;Completed;2.0;done")
    assert [line["key"] for line in lines(pages, state="closed,gone,twice")] == [keys[0]]
    assert [line["key"] for line in lines(pages, text="77")] == [keys[0]]
    assert lines(pages, site="North Quay") == []
    assert len(lines(pages, action=action)) == len(keys)
    page = text(pages.get("/orders?state=closed&state=gone", VIEWER))
    assert keys[0] in page
    rows = list(csv.DictReader(io.StringIO(pages.get("/orders", VIEWER, format="csv").content.decode())))
    assert [row["key"] for row in rows] == [line["key"] for line in lines(pages)]
    assert pages.get("/orders", VIEWER, format="xlsx").status_code == 400
    assert "None fits this filter" in text(pages.get("/orders", VIEWER, state="gone"))


@pytest.mark.parametrize("person", [VIEWER, AUDITOR, ADMIN])
def test_who_may_not_work_sees_no_button_and_is_refused(pages: Pages, action: str, person: str) -> None:
    client = pages.client(person)
    assert "Ask for work orders" not in text(client.get(f"/actions/{action}"))
    assert "Write those that are wanted" not in text(client.get("/orders"))
    before = pages.house.register.revision()
    assert client.get("/orders/want", {"id": action}).status_code == 403
    assert client.post("/orders/want", {"id": action}).status_code == 403
    assert client.post("/orders/export").status_code == 403
    assert client.post("/orders/take", {"file": upload("x.csv", b"a")}).status_code == 403
    assert pages.house.register.revision() == before


def test_another_site_sees_and_does_nothing(pages: Pages, action: str) -> None:
    keys = [row["External Reference"] for row in sent(pages, action)]
    back(pages, f"{keys[0]};77;Completed;2.0;done")
    pages.enrol("n.engineer", "clinical_engineer", "North Quay")
    client = pages.client("n.engineer")
    assert "No work order was asked for yet at your sites." in text(client.get("/orders"))
    assert json.loads(client.get("/orders", {"format": "json"}).content) == []
    assert client.get(f"/orders/{keys[0]}").status_code == 404
    assert client.post(f"/orders/{keys[0]}/confirm", {"version": "9", "proof": "x"}).status_code == 404
    assert client.get("/orders/want", {"id": action}).status_code == 404
    assert client.post("/orders/want", {"id": action}).status_code == 404
    assert "work order" not in text(client.get("/")).partition("<section")[0]
    assert pages.house.register.words() == []


def test_an_export_of_all_sites_is_taken_by_who_works_for_all(pages: Pages, action: str) -> None:
    keys = [row["External Reference"] for row in sent(pages, action)]
    client = pages.client(HARBOR)
    page = text(client.get("/orders"))
    assert "somebody who works for all of them takes it" in page
    raw = f"External Reference;Work Order;Status\r\n{keys[0]};77;Completed\r\n".encode()
    told = text(client.post("/orders/take", {"file": upload("x.csv", raw)}, follow=True))
    assert "reaches all sites" in told
    assert {line["state"] for line in lines(pages)} == {"open"}


@pytest.mark.parametrize(
    ("raw", "said"), [(b"Work Order,Status\r\n1,Open\r\n", "no column 'External Reference'"), (b"", "")]
)
def test_a_file_that_cannot_be_taken_says_why(pages: Pages, action: str, raw: bytes, said: str) -> None:
    told = pages.client(ENGINEER).post("/orders/take", {"file": upload("x.csv", raw)}, follow=True)
    assert told.status_code == 200
    assert said in text(told)
    assert 'class="messages"' in text(told)


def test_only_what_is_closed_there_is_confirmed(pages: Pages, action: str) -> None:
    keys = [row["External Reference"] for row in sent(pages, action)]
    answer = pages.client(ENGINEER).post(f"/orders/{keys[0]}/confirm", {"version": "2.0", "proof": "seen"})
    assert answer.status_code == 400
    assert "not closed: nothing is to be confirmed" in text(answer)
    assert '<form method="post" action="/orders/' not in text(pages.get(f"/orders/{keys[0]}", ENGINEER))


def test_without_any_the_page_leads_to_the_actions(pages: Pages) -> None:
    page = text(pages.get("/orders", ENGINEER))
    assert "Open an action and ask for work orders" in page
    assert "<button disabled>" in page


def questions(pages: Pages, **asked: str) -> list[dict[str, Any]]:
    rows = json.loads(pages.get("/questions", VIEWER, format="json", **asked).content)
    return [row for row in rows if row["kind"] == "order"]


def test_a_conflict_is_a_question_with_a_page_and_one_click_settles_it(pages: Pages, action: str) -> None:
    keys = [row["External Reference"] for row in sent(pages, action)]
    assert questions(pages) == []
    back(pages, *(f"{key};7{n};Completed;2.0;report {n}" for n, key in enumerate(keys)))
    (row,) = questions(pages)
    assert row["devices"] == len(keys)
    assert row["text"] in text(pages.get("/questions", VIEWER))
    page = text(pages.get(f"/questions/{row['id']}", ENGINEER))
    assert row["text"] in page
    assert "They are judged anew after an answer." in page
    assert "report 0" in page
    assert 'name="click" value="theirs"' in page
    assert 'name="click" value="ours"' in page
    assert 'name="click"' not in text(pages.get(f"/questions/{row['id']}", VIEWER))
    assert f'href="/questions/{row["id"]}"' in text(pages.get("/orders", VIEWER))
    assert "Answer what it asks" in text(pages.get(f"/orders/{keys[0]}", ENGINEER))
    told = pages.client(ENGINEER).post(
        f"/questions/{row['id']}/answer", {"click": "theirs", "why": "seen on it"}
    )
    assert told.headers["Location"] == "/orders"
    assert questions(pages) == []
    assert {line["state"] for line in lines(pages)} == {"confirmed"}
    assert {(word.value, word.by) for word in pages.house.register.words()} == {("2.0", ENGINEER)}


def test_what_is_known_here_stays_with_its_reason_on_the_page_of_the_order(pages: Pages, action: str) -> None:
    keys = [row["External Reference"] for row in sent(pages, action)]
    back(pages, f"{keys[0]};70;Completed;2.0;report")
    (row,) = questions(pages)
    client = pages.client(HARBOR)
    refused = client.post(f"/questions/{row['id']}/answer", {"click": "ours", "why": " "})
    assert (refused.status_code, "Say why what is known here stays" in text(refused)) == (400, True)
    assert (
        client.post(f"/questions/{row['id']}/answer", {"click": "ours", "why": "it shows 1.5"}).status_code
        == 302
    )
    assert f"ours, by {HARBOR}: it shows 1.5" in text(pages.get(f"/orders/{keys[0]}", VIEWER))
    assert lines(pages, waits="yes") == []
    assert "to settle" not in text(pages.get("/", VIEWER)).partition("</main>")[0].partition("<section")[0]
    history = text(pages.get("/history", AUDITOR))
    assert f"answer to {row['id']}" in history


def test_another_site_is_not_asked_what_a_work_order_asks(pages: Pages, action: str) -> None:
    keys = [row["External Reference"] for row in sent(pages, action)]
    back(pages, f"{keys[0]};70;Completed;2.0;report")
    (row,) = questions(pages)
    pages.enrol("n.engineer", "clinical_engineer", "North Quay")
    client = pages.client("n.engineer")
    assert client.get(f"/questions/{row['id']}").status_code == 404
    assert client.post(f"/questions/{row['id']}/answer", {"click": "theirs", "why": "x"}).status_code == 404
    assert row["id"] not in text(client.get("/questions"))
    assert pages.house.register.words() == []
