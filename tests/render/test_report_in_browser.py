# SPDX-License-Identifier: Apache-2.0
"""The morning report in Chromium: three widths, both themes, paper, links that open, and no script."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from leadglass.render.report import report
from tests.render import sample

pytestmark = pytest.mark.browser
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = (360, 740, 1280, 3840)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("report") / "morning.html"
    path.write_text(report(sample.overview()), encoding="utf-8")
    return path.as_uri()


def opened(browser: Browser, address: str, width: int, scheme: str = "light") -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    return page


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_never_scrolls_sideways(browser: Browser, address: str, width: int) -> None:
    page = opened(browser, address, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    wider = """[...document.querySelectorAll('main *')].filter(e => !e.closest('figure, svg, .unseen, thead'))
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
    assert page.evaluate(wider) == []
    page.close()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800), (3840, 2160)])
def test_the_four_answers_stand_on_the_first_screen(
    browser: Browser, address: str, width: int, height: int
) -> None:
    page = opened(browser, address, width)
    page.set_viewport_size({"width": width, "height": height})
    boxes = [answer.bounding_box() for answer in page.locator(".answers li").all()]
    assert len(boxes) == 4
    assert all(box is not None and box["y"] + box["height"] <= height for box in boxes)
    page.close()


def test_a_link_to_a_device_opens_its_section(browser: Browser, address: str) -> None:
    page = opened(browser, address, 1280)
    section = page.locator("#D-0000000004")
    assert not section.is_visible()
    page.goto(address + "#D-0000000004")
    section.wait_for(state="visible")
    page.close()


def test_a_screen_shows_one_of_the_two_widths_of_a_picture(browser: Browser, address: str) -> None:
    for width, shown, hidden in ((360, ".narrow", ".wide"), (1280, ".wide", ".narrow")):
        page = opened(browser, address, width)
        assert [e.is_visible() for e in page.locator(f"figure {shown}").all()] == [True] * 4
        assert [e.is_visible() for e in page.locator(f"figure {hidden}").all()] == [False] * 4
        page.close()


def test_words_in_pictures_do_not_run_into_each_other(browser: Browser, address: str) -> None:
    meeting = """[...document.querySelectorAll('figure svg')].flatMap(svg => {
        const boxes = [...svg.querySelectorAll('text')].map(t => [t.getBoundingClientRect(), t.textContent]);
        return boxes.flatMap(([a, s], i) => boxes.slice(i + 1).filter(([b]) => a.width && b.width &&
            a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4)
            .map(([b, t]) => s + ' | ' + t));
    })"""
    for width in (360, 1280):
        page = opened(browser, address, width)
        assert page.evaluate(meeting) == []
        page.close()


def test_the_dark_theme_is_dark_and_paper_is_light(browser: Browser, address: str) -> None:
    page = opened(browser, address, 1280, "dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(ground) == "rgb(16, 18, 20)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ground) == "rgb(252, 252, 250)"
    page.close()


def test_paper_shows_what_is_closed_on_a_screen(browser: Browser, address: str) -> None:
    page = opened(browser, address, 1280)
    table = page.locator("#D-0000000004 table").first
    assert not table.is_visible()
    page.emulate_media(media="print")
    assert table.is_visible()
    assert page.locator("#D-0000000004 .capped").first.locator("tbody tr:visible").count() == 10
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
    page.close()


def test_the_browser_has_nothing_to_complain_about(browser: Browser, address: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert said == []
    assert asked == [address]
    page.close()
