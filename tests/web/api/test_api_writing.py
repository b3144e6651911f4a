"""What changes something: bodies, keys under which it has its effect once, who did it from where."""

import json
import threading
import time
import uuid

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BusyError
from leadglass.services.ledger.receive import MOST_BYTES
from leadglass.store import answers
from leadglass.web import door
from leadglass.web.api import writing
from tests import hospital as papers
from tests.web.api.ledgers import CVE, HARBOR, Api

ROOM = {"device": "HB-001", "field": "room", "value": "1.01", "why": "seen on the door"}


def changes(whole, about="HB-001"):
    return whole.get("/history", {"name": about}).json()["total"]


def test_a_fact_is_said_by_the_account_of_the_token_and_from_its_address(people, whole):
    mine = Api(people.token("clinical_engineer"))
    answer = mine.post("/say", ROOM)
    assert (answer.status_code, answer.json()["asset_tag"]) == (200, "HB-001")
    newest = whole.get("/history", {"name": "HB-001"}).json()["entries"][0]
    assert newest["change"]["by"] == people.made[-1]
    mine.post("/watch", {"model": "Echo 5", "maker": "Pellar"})
    (watched,) = whole.get("/watches").json()
    change = whole.get("/all-changes", {"count": 1}).json()["entries"][0]["change"]
    assert (watched["by"], change["by"]) == (people.made[-1], people.made[-1])
    assert change["origin"].startswith("token lg_")
    assert change["origin"].endswith("127.0.0.1")


def test_a_decision_is_recorded_with_the_words_of_the_command_line(whole):
    wrong = whole.post(
        "/decide", {"kind": "accept", "target": CVE, "owner": "A. Chair", "reason": "moved to zone 4"}
    )
    assert (wrong.status_code, wrong.json()["detail"]) == (
        400,
        "An acceptance or compensation ends: --until YYYY-MM-DD.",
    )
    made = whole.post(
        "/decide",
        {
            "kind": "accept",
            "target": CVE,
            "owner": "A. Chair",
            "reason": "moved to zone 4",
            "until": "2026-12-31",
        },
    )
    told = made.json()
    assert (made.status_code, told["kind"], told["until"]) == (200, "accept", "2026-12-31")
    assert len(told["findings"]) == 3
    rows = whole.get("/findings", {"vulnerability": CVE}).json()["rows"]
    assert {row["decision"] for row in rows} == {"accept"}


def test_a_question_is_answered_and_the_answer_taken_back(whole):
    asked = whole.get("/questions", {"count": 1}).json()["rows"][0]
    value = "no" if "yes" in asked["answers"] else "2.8"
    told = whole.post("/answer", {"question": asked["id"], "value": value, "why": "asked the maker"})
    assert told.status_code in {200, 400}, told.content
    if told.status_code == 200:
        assert whole.post("/withdraw", {"question": asked["id"], "why": "a slip"}).content == b"null"
    gone = whole.post("/withdraw", {"question": asked["id"], "why": "a slip"})
    assert gone.status_code == 404


def test_a_document_is_received_once_and_told_as_the_house_tells_it(whole):
    raw = papers.fleet(
        {"manufacturer": "Quillon", "model": "Tomara 64", "asset_tag": "HB-009", "serial_number": "NEW9"}
    )
    first = whole.send("/receive?name=inv%20é.csv&publisher=us", raw)
    again = whole.send("/receive?name=inv.csv", raw)
    (told,), (known,) = first.json(), again.json()
    assert (told["path"], told["kind"], told["already_known"]) == ("inv é.csv", "fleet", False)
    assert (known["sha256"], known["already_known"]) == (told["sha256"], True)
    assert whole.get("/changes", {"sha256": told["sha256"]}).json()["new"]


def test_a_heading_is_mapped_and_a_label_is_one_of_the_protocol(whole):
    raw = b"Inv. No;Hersteller\nX-1;Quillon\n"
    shown = whole.send("/preview?name=a.csv&columns=Inv.%20No%3Dasset_tag", raw).json()
    assert shown[0]["preview"]["columns"]["Inv. No"] == "asset_tag"
    assert whole.send("/receive?name=a.csv&columns=nonsense", raw).status_code == 400
    assert whole.send("/receive?name=a.csv&tlp=BLUE", raw).status_code == 400
    assert whole.send("/receive", raw).status_code == 400


def test_a_bill_of_materials_is_tried_without_being_kept(whole):
    raw = papers.bom(
        "Novum",
        "9",
        [{"name": "openssl", "version": "1.0.2k", "cpe": "cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"}],
    )
    before = whole.get("/sources").json()["total"]
    told = whole.send("/try?name=b.json&manufacturer=Quillon&model=Novum", raw).json()
    assert [row["vulnerability"] for row in told["findings"]] == [CVE]
    assert whole.get("/sources").json()["total"] == before


def test_a_body_is_of_the_type_that_is_asked_for_and_of_its_size(whole, monkeypatch):
    assert whole.send("/receive?name=a", b"{}", "application/json").status_code == 415
    assert whole.send("/say", b"{}", "text/plain").status_code == 415
    assert whole.send("/say", b"{", "application/json").status_code == 400
    assert whole.send("/say", b"[]", "application/json").status_code == 422
    assert whole.post("/say", {**ROOM, "colour": "red"}).status_code == 422
    assert whole.post("/say", {**ROOM, "value": 7}).status_code == 422
    assert whole.post("/say?device=HB-001", ROOM).status_code == 400
    monkeypatch.setattr(writing, "MOST_BYTES", 10)
    assert whole.send("/receive?name=a", b"x" * 11).status_code == 413
    assert MOST_BYTES == 512 << 20


def test_what_comes_under_one_key_has_its_effect_once(whole):
    key = str(uuid.uuid4())
    before = changes(whole)
    first, again = (whole.post("/say", ROOM, idempotency_key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert changes(whole) == before + 1
    other = whole.post("/say", {**ROOM, "value": "1.02"}, idempotency_key=key)
    assert (other.status_code, changes(whole)) == (422, before + 1)


def test_a_key_is_of_its_account_alone_and_of_its_address(people, whole):
    key = str(uuid.uuid4())
    whole.post("/say", ROOM, idempotency_key=key)
    other = Api(people.token("clinical_engineer"))
    assert "Idempotency-Replayed" not in other.post("/say", ROOM, idempotency_key=key)
    assert whole.post("/withdraw", {"question": "Q-1", "why": "x"}, idempotency_key=key).status_code == 422


def test_what_was_refused_may_come_again_under_its_key(whole):
    key = str(uuid.uuid4())
    wrong = {**ROOM, "device": "ZZ-1"}
    assert [whole.post("/say", wrong, idempotency_key=key).status_code for _ in range(2)] == [404, 404]
    assert whole.post("/say", ROOM, idempotency_key=key).status_code == 200


def test_what_was_cut_off_in_the_middle_is_never_done_again(whole, monkeypatch):
    key, before = str(uuid.uuid4()), changes(whole)

    def die(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(answers.AnswerStore, "keep", die)
        with pytest.raises(KeyboardInterrupt):
            whole.post("/say", ROOM, idempotency_key=key)
    again = whole.post("/say", ROOM, idempotency_key=key)
    assert (again.status_code, changes(whole)) == (409, before + 1)
    assert "history" in again.json()["detail"]


def test_of_two_at_once_one_works_and_the_other_waits_its_turn(whole, people):
    key, before = str(uuid.uuid4()), changes(whole)
    token = people.token("clinical_engineer")
    got, gate = [], threading.Barrier(4)

    def ask():
        gate.wait()
        got.append(Api(token).post("/say", ROOM, idempotency_key=key).status_code)
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert changes(whole) == before + 1
    assert set(got) <= {200, 409}
    assert 200 in got


def test_a_key_of_yesterday_is_forgotten_and_too_many_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "MOST", 20)
    now = [time.time()]
    store = answers.AnswerStore(tmp_path, clock=lambda: now[0])
    assert store.claim("a", "k", "1") is None
    assert store.claim("a", "k", "1").answer is None
    for number in range(answers.MOST - 1):
        store.claim("a", f"k{number}", "1")
    with pytest.raises(BusyError, match="within a day"):
        store.claim("a", "one more", "1")
    assert store.claim("b", "one more", "1") is None
    assert store.claim("a", "k", "1") is not None
    now[0] += answers.KEPT_FOR + 100
    assert store.claim("a", "k", "2") is None
    assert len(list(tmp_path.rglob("*.json"))) == 2


@given(body=st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9),
                         lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
                         max_leaves=6))  # fmt: skip
def test_no_body_makes_the_server_fail(whole, body):
    raw = json.dumps(body).encode()
    assert whole.send("/say", raw, "application/json").status_code in {400, 404, 422}
    assert whole.send("/decide", raw, "application/json").status_code in {400, 404, 422}


@given(device=st.text(max_size=20), field=st.text(max_size=20), value=st.text(max_size=20))
def test_no_words_make_saying_fail(whole, device, field, value):
    told = whole.post("/say", {"device": device, "field": field, "value": value, "why": ""})
    assert told.status_code in {400, 404, 422}, (HARBOR, told.content)


def test_a_token_of_one_site_receives_lists_of_that_site_alone(people, whole):
    here = Api(people.token("clinical_engineer", site=HARBOR))
    before = whole.get("/sources").json()["total"]
    device = {"manufacturer": "Quillon", "model": "Tomara 64", "asset_tag": "HB-901", "site": HARBOR}
    (mine,) = here.send("/receive?name=mine.csv", papers.fleet(device)).json()
    assert mine["taken"] == {"devices": 1}
    for raw in (
        papers.fleet({**device, "site": "Coast"}),
        papers.kev(CVE),
        papers.fleet(device, {**device, "site": "Coast"}),
    ):
        (told,) = here.send("/receive?name=theirs.csv", raw).json()
        assert told["sha256"] == ""
        assert "Ask somebody who receives for all sites" in told["remarks"][0]["why"]
    kept = {receipt.name for receipt in door.house().documents.receipts()}
    assert "mine.csv" in kept
    assert "theirs.csv" not in kept
    assert whole.get("/sources").json()["total"] == before  # until the next assessment
