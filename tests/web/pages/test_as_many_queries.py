"""Settings, approvals and work orders ask as much of a house with many people, decisions and orders as of one with few."""

from typing import Any

from leadglass.services.accounts import catalogue
from leadglass.services.ledger.view import View
from leadglass.values.accounts import Grant
from leadglass.values.scope import Scope
from tests.hospital import START
from tests.web.pages.conftest import ADMIN, ANALYST, ENGINEER, Pages
from tests.web.pages.test_number_of_queries import MOST_OF_REGISTER, asked_by
from tests.web.pages.test_things import decided

APPROVER = "p.approver"
PATHS = (
    ("/", APPROVER), ("/approvals", APPROVER), ("/approvals?state=approved", APPROVER), ("/orders", ENGINEER), ("/settings", ADMIN),
    ("/settings/people", ADMIN), ("/settings/programs", ADMIN), ("/settings/running", ADMIN), ("/settings/tables", ADMIN),
)  # fmt: skip


def added(pages: Pages, rows: list[dict[str, Any]], number: int) -> None:
    """Add people, programs, decisions that wait, work orders."""
    for row in rows:
        assert (
            decided(pages, pages.client(ANALYST), [row], kind="close", proof="seen", until="").status_code
            == 302
        )
        assert pages.client(ENGINEER).post("/orders/want", {"id": row["id"]}).status_code == 302
    for one in range(number, number + 2 * len(rows)):
        pages.enrol(f"x.person-{one}", "viewer", "Harbor")
        catalogue.MAKE_SERVICE_ACCOUNT(
            View(house=pages.house, scope=Scope.all()), f"program-{one}", "viewer", site="Harbor"
        )


def test_no_page_asks_more_where_there_is_more(pages: Pages) -> None:
    pages.enrol(APPROVER, "approver", "Harbor")
    with pages.house.accounts.change("tests", "sees both", origin="tests"):
        pages.house.accounts.grant(
            Grant(username=APPROVER, role="viewer", site="Harbor", by="tests", why="tests", at=START)
        )
    (pages.house.home / "policies").mkdir(exist_ok=True)
    pages.house.policies["approvals.toml"] = '[close]\nwhen = ["always"]\n'  # type: ignore[index]
    rows = pages.hospital.list("actions", site="Harbor")
    assert len(rows) >= 3
    added(pages, rows[:1], 0)
    few = {path: asked_by(pages.client(person), path) for path, person in PATHS}
    added(pages, rows[1:], 10)
    assert sum(one.waits for one in pages.house.register.decisions()) == len(rows)
    many = {path: asked_by(pages.client(person), path) for path, person in PATHS}
    assert many == few
    assert max(told["register"] for told in few.values()) <= MOST_OF_REGISTER
