"""In Chromium: a role is given, a token shown once, a second person approves; nothing that axe-core minds, no sideways scroll."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from leadglass.services import catalogue
from leadglass.services.accounts import catalogue as of_accounts
from leadglass.services.ledger.view import View
from leadglass.values.scope import Scope
from tests.web.pages.conftest import ADMIN, ANALYST, ENGINEER, VIEWER, Pages
from tests.web.pages.test_pages_in_browser import AXE, TAGS, _grant
from tests.web.pages.test_pages_in_browser import browser as browser
from tests.web.pages.test_pages_in_browser import opened as opened
from tests.web.pages.test_things import decided

pytestmark = pytest.mark.browser
WORDS = "wobbly lantern quietly orbits seven herons"
APPROVER = "p.approver"


def passphrase(pages: Pages, username: str) -> None:
    with pages.house.accounts.change("tests", "a passphrase", origin="tests"):
        pages.house.accounts.set_passphrase(username, WORDS)


def shows_again(page: Page) -> None:
    """Show once more that it is she."""
    expect(page.get_by_role("heading", name="Show once more that it is you")).to_be_visible()
    page.get_by_label("Passphrase").fill(WORDS)
    page.get_by_role("button", name="Go on").click()


def test_a_role_is_given(pages: Pages, opened: Callable[..., Page]) -> None:
    passphrase(pages, ADMIN)
    page = opened("/settings", ADMIN)
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name=VIEWER, exact=True).click()
    page.get_by_role("link", name="Give a role").click()
    shows_again(page)
    page.get_by_label("clinical engineer").check()
    page.get_by_label("Where").select_option("North Quay")
    page.get_by_label("Why, so that another can follow it").fill("she covers for a colleague")
    page.get_by_role("button", name="Give the role").click()
    expect(
        page.get_by_text(f"{VIEWER} is clinical engineer at North Quay, from the next page on.")
    ).to_be_visible()
    expect(page.get_by_role("cell", name="she covers for a colleague")).to_be_visible()
    held = {(one.role, one.site) for one in pages.house.accounts.grants(VIEWER)}
    assert ("clinical_engineer", "North Quay") in held
    page.get_by_label("Why clinical engineer is taken back").fill("she is back")
    page.get_by_role("button", name="Take back clinical engineer").click()
    expect(page.get_by_text("at North Quay no longer")).to_be_visible()


def test_a_token_is_shown_once(pages: Pages, opened: Callable[..., Page]) -> None:
    passphrase(pages, ADMIN)
    page = opened("/settings/programs", ADMIN)
    page.get_by_role("link", name="Make an account for a program").click()
    shows_again(page)
    page.get_by_label("Name").fill("scanner-feed")
    page.get_by_label("clinical engineer").check()
    page.get_by_role("button", name="Make it").click()
    page.get_by_label("Which program holds it").fill("nightly export")
    page.get_by_label("receive").check()
    page.get_by_role("button", name="Issue the token").click()
    shown = page.get_by_role("group", name="Token")
    expect(shown).to_be_visible()
    secret = shown.inner_text()
    assert secret.startswith("lg_")
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_role("cell", name="nightly export")).to_be_visible()
    assert secret not in page.content()
    with pytest.raises(
        Error, match="ERR_CACHE_MISS"
    ):  # the browser kept nothing, and would have to issue another
        page.go_back()


def test_a_second_person_approves_and_the_first_cannot(pages: Pages, opened: Callable[..., Page]) -> None:
    pages.enrol(APPROVER, "approver")
    row = next(row for row in pages.hospital.list("actions", site="Harbor") if row["deed"] == "contain")
    assert decided(pages, pages.client(ANALYST), [row]).status_code == 302
    first = opened(f"/actions/{row['id']}", ANALYST)
    expect(first.get_by_role("heading", name="Decided by two")).to_be_visible()
    expect(first.get_by_role("link", name="Look at what waits for your approval")).to_have_count(0)
    page = opened("/", APPROVER)
    page.get_by_role("link", name="One decision waits for your approval").click()
    page.get_by_role("link", name="accept for a time").click()
    page.get_by_label("Why you approve").fill("looked at it together")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved. It counts from now on")).to_be_visible()
    (made,) = pages.house.register.decisions()
    assert made.approved_by == APPROVER
    first.reload()
    expect(first.get_by_text(f"approved by {APPROVER}").first).to_be_visible()


@pytest.fixture
def furnished(pages: Pages) -> list[str]:
    """One address of each new kind of page, with something on it, for who may everything."""
    pages.enrol("m.all", "administrator")
    pages.enrol(APPROVER, "approver")
    with pages.house.accounts.change("tests", "roles", origin="tests"):
        for role in ("security_analyst", "auditor", "approver"):
            pages.house.accounts.grant(_grant("m.all", role))
        pages.house.accounts.set_passphrase("m.all", WORDS)
    view = View(house=pages.house, scope=Scope.all())
    of_accounts.MAKE_SERVICE_ACCOUNT(view, "feed", "viewer", site="")
    row = next(row for row in pages.hospital.list("actions", site="Harbor") if row["deed"] == "contain")
    assert decided(pages, pages.client(ANALYST), [row]).status_code == 302
    assert pages.client(ENGINEER).post("/orders/want", {"id": row["id"]}).status_code == 302
    (waiting,) = pages.house.register.decisions()
    order = catalogue.ORDERS(view)[0].key
    return [
        "/settings", "/settings/people", f"/settings/people/{VIEWER}", "/settings/people/feed", "/settings/programs",
        "/settings/break-glass", "/settings/running", "/settings/tables", "/settings/invite",
        f"/settings/people/{VIEWER}/grant", "/settings/programs/new", "/settings/programs/feed/token",
        "/settings/break-glass/seal", "/approvals", f"/approvals/{waiting.id}", f"/actions/{row['id']}", "/orders",
        f"/orders/{order}", f"/orders/want?id={row['id']}", "/",
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_new_pages(
    pages: Pages, furnished: list[str], opened: Callable[..., Page], scheme: str
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not here: make tests/oracles/node_modules/.made")
    page = opened("/settings/invite", "m.all", color_scheme=scheme, bypass_csp=True)
    shows_again(page)
    found: dict[str, list[str]] = {}
    for path in furnished:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.add_script_tag(path=AXE)
        told = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        if told["violations"]:
            found[path] = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in told["violations"]]
    assert found == {}


@pytest.mark.parametrize("width", [360, 390, 1280, 3840])
def test_no_new_page_scrolls_sideways(
    pages: Pages, furnished: list[str], opened: Callable[..., Page], width: int
) -> None:
    page = opened("/settings/invite", "m.all")
    shows_again(page)
    page.set_viewport_size({"width": width, "height": 900})
    wide = []
    for path in furnished:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)
    assert wide == []


def test_a_role_is_given_without_a_script_by_the_keyboard(pages: Pages, opened: Callable[..., Page]) -> None:
    passphrase(pages, ADMIN)
    page = opened(f"/settings/people/{VIEWER}/grant", ADMIN, java_script_enabled=False)
    page.get_by_label("Passphrase").fill(WORDS)
    page.keyboard.press("Enter")
    page.get_by_label("viewer", exact=False).first.focus()
    page.keyboard.press("Space")
    page.get_by_label("Where").focus()
    page.get_by_label("Why, so that").fill("everywhere now")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{VIEWER} is viewer at all sites")).to_be_visible()
