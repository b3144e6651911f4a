"""The pages in Chromium: the flows that people walk, keys, three widths, paper, and nothing that axe-core minds."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from leadglass.values.accounts import Grant
from tests.hospital import START, Hospital, fleet
from tests.web.pages.conftest import ANALYST, AUDITOR, ENGINEER, Pages, behind
from tests.web.pages.live import cookie, live

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)  # of a machine that is busy with other tests too
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
AXE = Path(__file__).parents[2] / "oracles" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (360, 1280, 3840)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is missing: apt-get install chromium"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # the browser's loop is in this thread, and asks nothing of Django
    )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser, pages: Pages) -> Iterator[Callable[..., Page]]:
    """Open pages as somebody; a fault in the console or a refused style fails the test."""
    faults: list[str] = []
    with live() as address:
        made = []

        def open_(path: str, person: str = ANALYST, **how: object) -> Page:
            context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}, **how)  # type: ignore[arg-type]
            made.append(context)
            context.add_cookies([cookie(person, address)])  # type: ignore[list-item]
            context.set_default_timeout(60_000)
            page = context.new_page()
            page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
            page.on("pageerror", lambda fault: faults.append(str(fault)))
            page.goto(path)
            return page

        yield open_
        for context in made:
            context.close()
    assert faults == []


def things(pages: Pages) -> list[str]:
    """One address of each kind of page."""
    hospital = pages.hospital
    first = {
        name: hospital.list(name)[0]
        for name in ("actions", "questions", "findings", "products", "components", "sources")
    }
    return [
        "/", "/actions?state=act_now,contain&group=site", "/devices", "/findings", "/vulnerabilities", "/questions", "/documents",
        "/products", "/components", "/remarks", "/statements", "/sightings", "/devices?text=zzz", "/devices/CT-014",
        "/vulnerabilities/CVE-2031-41001", f"/actions/{first['actions']['id']}", f"/questions/{first['questions']['id']}",
        f"/findings/{first['findings']['id']}", f"/products/{first['products']['product_id']}",
        f"/components/{first['components']['component_id']}", f"/documents/{first['sources']['sha256']}", "/documents/receive",
        "/search?q=tomara", "/search", "/help", "/scan", f"/actions/decide?id={first['actions']['id']}",
        f"/actions/assign?id={first['actions']['id']}",
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(pages: Pages, opened: Callable[..., Page], scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not here: make tests/oracles/node_modules/.made")
    pages.enrol("m.all", "clinical_engineer")
    with pages.house.accounts.change("tests", "roles", origin="tests"):
        for role in ("security_analyst", "auditor"):
            pages.house.accounts.grant(_grant("m.all", role))
    page = opened("/", "m.all", color_scheme=scheme, bypass_csp=True)
    page.goto("/")
    found: dict[str, list[str]] = {}
    for path in [*things(pages), "/history"]:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.add_script_tag(path=AXE)
        told = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        if told["violations"]:
            found[path] = [
                f"{one['id']}: {one['nodes'][0]['html'][:120]} {one['nodes'][0]['failureSummary']}"
                for one in told["violations"]
            ]
    assert found == {}


def _grant(name: str, role: str) -> Grant:
    return Grant(username=name, role=role, site="", by="tests", why="tests", at=START)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(pages: Pages, opened: Callable[..., Page], width: int) -> None:
    page = opened("/")
    page.set_viewport_size({"width": width, "height": 900})
    wide = []
    for path in things(pages):
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)
    assert wide == []


def test_a_list_is_sorted_filtered_and_paged_without_loading_the_page_anew(
    browser: Browser, prepared: Path, hospital: Hospital
) -> None:
    hospital.receive(fleet(*({"asset_tag": f"CT-{n:03}", "manufacturer": "Quillon", "model": "Tomara 64",
                              "serial_number": f"S{n}", "room": f"{n % 9}"} for n in range(70))))  # fmt: skip
    hospital.assess()
    with behind(hospital.home):
        served = Pages(hospital)
        served.enrol(ANALYST, "security_analyst")
        with live() as address:
            context = browser.new_context(base_url=address)
            context.add_cookies([cookie(ANALYST, address)])  # type: ignore[list-item]
            page = context.new_page()
            page.goto("/devices")
            page.evaluate("window.stayed = true")
            page.get_by_role("link", name="Device", exact=True).click()
            expect(page).to_have_url(f"{address}/devices?sort=asset_tag")
            expect(page.get_by_role("columnheader", name="Device")).to_have_attribute(
                "aria-sort", "ascending"
            )
            page.get_by_role("link", name="Next page").click()
            expect(page.get_by_role("status").filter(has_text="51 to 70")).to_be_visible()
            page.get_by_text("Filter", exact=True).click()
            page.get_by_label("Words").fill("CT-06")
            page.get_by_role("button", name="Show", exact=True).click()
            expect(page.locator("table.rows tbody tr")).to_have_count(10)
            assert "text=CT-06" in page.url
            assert page.evaluate("window.stayed") is True
            page.go_back()
            expect(page.get_by_role("status").filter(has_text="51 to 70")).to_be_visible()
            context.close()


def test_actions_are_decided_on_in_bulk(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened("/actions?site=Harbor")
    page.get_by_role("button", name="Choose all on this page").click()
    boxes = page.locator("td.tick input")
    chosen = boxes.count()
    assert chosen >= 2
    page.get_by_role("button", name="Decide on the chosen").click()
    expect(page.get_by_role("heading", name=f"Decide on {chosen} actions")).to_be_visible()
    page.get_by_label("Accept for a time").check()
    page.get_by_label("Who answers for it").fill("A. Chair, radiology")
    page.get_by_label("Why, so that").fill("no other scanner this month")
    page.get_by_label("Until (accepting").fill("2026-12-24")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text(f"Decided on {chosen} actions")).to_be_visible()
    assert len(pages.house.register.decisions()) == chosen


def test_documents_are_dropped_and_assessed(pages: Pages, opened: Callable[..., Page]) -> None:
    pages.enrol("b.both", "clinical_engineer")
    with pages.house.accounts.change("tests", "roles", origin="tests"):
        pages.house.accounts.grant(_grant("b.both", "security_analyst"))  # type: ignore[arg-type]
    page = opened("/documents/receive", "b.both")
    raw = fleet({"asset_tag": "CT-777", "manufacturer": "Quillon", "model": "Tomara 64"}).decode()
    page.evaluate(
        """raw => {
            const data = new DataTransfer();
            data.items.add(new File([raw], "dropped.csv", {type: "text/csv"}));
            document.querySelector(".drop").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
        }""",
        raw,
    )
    page.get_by_role("button", name="Receive", exact=True).click()
    expect(page.get_by_role("cell", name="dropped.csv")).to_be_visible()
    page.get_by_role("button", name="Assess now").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/devices?text=CT-777")
    expect(page.locator("table.rows tbody tr")).to_have_count(1)


def test_a_question_is_answered(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened("/questions", ENGINEER)
    page.get_by_role("link", name="Which software version").first.click()
    page.get_by_label("How do you know?").fill("read on the device")
    page.get_by_label("Answer", exact=True).fill("1.5")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("Recorded: 1.5")).to_be_visible()
    assert [one.value for one in pages.house.register.answers()] == ["1.5"]


def test_keys_search_walk_open_choose_and_help(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened("/actions")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.here")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator("tr.here input")).to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What to do")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("CT-014")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="CT-014")).to_be_visible()


def test_focus_is_seen(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened("/devices")
    for _step in range(4):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


def test_everything_is_there_without_a_script(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened("/actions?site=Harbor", java_script_enabled=False)
    page.get_by_role("link", name="Next date").click()
    assert "sort=due" in page.url
    page.locator("td.tick input").first.check()
    page.get_by_role("button", name="Decide on the chosen").click()
    expect(page.get_by_role("heading", name="Decide on one action")).to_be_visible()


def test_paper_shows_the_content_and_no_controls(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened("/devices/CT-014", AUDITOR)
    page.emulate_media(media="print")
    expect(page.locator("header.bar")).to_be_hidden()
    expect(page.get_by_role("heading", name="What is wrong")).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
