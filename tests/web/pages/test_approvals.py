"""Decisions that ask for another person: listed, approved by one who may, never by who decided; taken back."""

from html import unescape
from typing import Any

import pytest
from django.db import DatabaseError

from leadglass.errors import LeadglassError
from leadglass.values.accounts import Grant
from leadglass.values.people import Approval, Decision
from tests.hospital import START
from tests.web.pages.conftest import ADMIN, ANALYST, VIEWER, Pages
from tests.web.pages.test_things import decided

APPROVER, LOCAL = "p.approver", "n.approver"


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def waiting(pages: Pages) -> Decision:
    """A decision of the analyst, who may approve too, on what is known to be exploited at Harbor."""
    pages.enrol(APPROVER, "approver", "Harbor")
    pages.enrol(LOCAL, "approver", "North Quay")
    with pages.house.accounts.change("tests", "both", origin="tests"):
        pages.house.accounts.grant(_grant(ANALYST, "approver"))
    row = next(row for row in pages.hospital.list("actions", site="Harbor") if row["deed"] == "contain")
    assert decided(pages, pages.client(ANALYST), [row]).status_code == 302
    (made,) = pages.house.register.decisions()
    assert made.waits
    return made


def _grant(username: str, role: str) -> Any:
    return Grant(username=username, role=role, site="", by="tests", why="tests", at=START)


def test_a_second_person_says_yes_and_only_then_it_covers(pages: Pages, waiting: Decision) -> None:
    client = pages.client(APPROVER)
    assert "One decision waits for your approval" in text(client.get("/"))
    listed = text(client.get("/approvals"))
    assert "One waits for you." in listed
    assert f"/approvals/{waiting.id}" in listed
    page = text(client.get(f"/approvals/{waiting.id}"))
    assert "it covers what is known to be exploited" in page
    assert "<button>Approve</button>" in page
    assert len(pages.hospital.list("actions", state="settled")) == 0
    answer = client.post(f"/approvals/{waiting.id}/approve", {"why": "I looked at it with her"})
    assert answer.headers["Location"] == f"/approvals/{waiting.id}"
    (made,) = pages.house.register.decisions()
    assert made.approved_by == APPROVER
    assert len(pages.hospital.list("actions", state="settled")) == 1
    assert "No decision at your sites waits" in text(client.get("/approvals"))
    assert f"approved by {APPROVER}" in text(client.get("/approvals?state=approved"))
    assert "waits for your approval" not in text(client.get("/"))


def test_who_decided_sees_no_button_and_is_refused_by_page_service_and_data(
    pages: Pages, waiting: Decision
) -> None:
    client = pages.client(ANALYST)
    assert "waits for your approval" not in text(client.get("/"))
    for path in ("/approvals", f"/approvals/{waiting.id}", f"/actions/{waiting.target}"):
        page = text(client.get(path))
        assert "<button>Approve</button>" not in page
        assert "One waits for you" not in page
        assert APPROVER in page  # who could
        assert "<b>you</b>" not in page
    answer = client.post(f"/approvals/{waiting.id}/approve", {"why": "I say so myself"})
    assert answer.status_code == 403
    assert "Nobody approves what she decided herself" in " ".join(text(answer).split())
    house = pages.house
    for name in (ANALYST, ANALYST.upper(), f"os:{ANALYST}"):
        with (
            pytest.raises((LeadglassError, DatabaseError)),
            house.register.change(name, "around the pages", origin="x"),
        ):
            house.register.approve(Approval(decision_id=waiting.id, by=name, why="myself", at=house.clock()))
    assert [one.waits for one in house.register.decisions()] == [True]


def test_the_page_of_the_action_says_who_decided_why_two_and_who_may(pages: Pages, waiting: Decision) -> None:
    page = text(pages.get(f"/actions/{waiting.target}", VIEWER))
    assert "Decided by two" in page
    assert "1 decision waits for another person: until then it covers nothing." in page
    assert ANALYST in page
    assert APPROVER in page
    assert LOCAL not in page  # may approve, and not at this site
    assert "it covers what is known to be exploited" in page


@pytest.mark.parametrize("person", [VIEWER, ADMIN, LOCAL])
def test_who_may_not_approve_here_sees_no_button_and_is_refused(
    pages: Pages, waiting: Decision, person: str
) -> None:
    client = pages.client(person)
    answer = client.get(f"/approvals/{waiting.id}")
    assert answer.status_code == (404 if person == LOCAL else 200)
    assert "<button>Approve</button>" not in text(answer)
    told = client.post(f"/approvals/{waiting.id}/approve", {"why": "it looks right"})
    assert told.status_code == (404 if person == LOCAL else 403)
    assert client.post(f"/approvals/{waiting.id}/withdraw", {"why": "no"}).status_code == told.status_code
    assert [one.waits for one in pages.house.register.decisions()] == [True]


def test_another_site_learns_nothing_of_it(pages: Pages, waiting: Decision) -> None:
    client = pages.client(LOCAL)
    for path in ("/", "/approvals", "/approvals?state=approved"):
        page = text(client.get(path))
        assert waiting.id not in page
        assert ANALYST not in page
        assert "waits for your approval" not in page


def test_the_yes_is_taken_back_and_it_waits_again(pages: Pages, waiting: Decision) -> None:
    client = pages.client(APPROVER)
    client.post(f"/approvals/{waiting.id}/approve", {"why": "I looked at it"})
    assert "Take the approval back" in text(client.get(f"/approvals/{waiting.id}"))
    assert "Take the approval back" not in text(pages.get(f"/approvals/{waiting.id}", VIEWER))
    assert (
        client.post(f"/approvals/{waiting.id}/withdraw", {"why": "it was the wrong room"}).status_code == 302
    )
    assert [one.waits for one in pages.house.register.decisions()] == [True]
    assert "One decision waits" in text(client.get("/approvals"))


def test_an_approval_has_a_reason(pages: Pages, waiting: Decision) -> None:
    answer = pages.client(APPROVER).post(f"/approvals/{waiting.id}/approve", {"why": "ok"})
    assert answer.status_code == 400
    assert "An approval has a reason" in text(answer)


def test_where_nobody_else_may_approve_it_says_whom_to_ask(pages: Pages, waiting: Decision) -> None:
    with pages.house.accounts.change("tests", "left", origin="tests"):
        pages.house.accounts.switch(APPROVER, active=False)
    page = text(pages.get(f"/approvals/{waiting.id}", ANALYST))
    assert "an administrator has to make somebody approver" in page


def test_nothing_waits_says_so_and_what_next(pages: Pages) -> None:
    page = text(pages.get("/approvals", VIEWER))
    assert "No decision at your sites waits for approval." in page
    assert "/settings/tables" in page
    assert pages.get("/approvals/X-0", VIEWER).status_code == 404
