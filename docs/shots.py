# SPDX-License-Identifier: Apache-2.0
"""Take the pictures of the pages: docs/shots.py HOME FOLDER [WIDTH ...]; needs Chromium. HOME is a demo's: it gets an account.

Without a width, the first screens that the docs show: docs/shots.py HOME docs
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page

    from leadglass.services.house import House

PAGES = {
    "overview": "/",
    "actions": "/actions?state=act_now&state=contain&assignee=nobody",
    "grouped": "/actions?group=product",
    "devices": "/devices?modality=CT",
    "device": "/devices/CT-101",
    "action": "/actions",
    "vulnerability": "/vulnerabilities/CVE-2015-1635",
    "finding": "/findings",
    "questions": "/questions",
    "question": "/questions",
    "documents": "/documents",
    "document": "/documents",
    "receive": "/documents/receive",
    "history": "/history",
    "search": "/search?q=tomara",
    "help": "/help",
    "scan": "/scan",
    "decide": "/actions",
    "settings": "/settings",
    "people": "/settings/people",
    "tables": "/settings/tables",
    "running": "/settings/running",
    "orders": "/orders",
    "approvals": "/approvals",
}
"""Pages by the name of their picture; those that are named like one thing of a listing show its first."""
SHOWN = {"overview": ("/", 1280), "actions": ("/actions", 1280), "device": ("/devices/CT-101", 390)}
"""Those of the docs, each with its width."""
FIRST = {"action", "finding", "question", "document"}


def main(home: str, folder: str, *widths: str) -> None:
    """Take a picture of each page in each width, in the light and in the dark."""
    os.environ["LEADGLASS_HOME"] = home
    from leadglass.web import boot, door  # noqa: F401, PLC0415 - the home is named first

    from django.conf import settings  # noqa: PLC0415
    from playwright.sync_api import sync_playwright  # noqa: PLC0415
    from tests.web.pages.live import cookie, live  # noqa: PLC0415

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # the browser's loop runs in this thread, and asks nothing of Django
    )
    told = {
        **door.of_home(Path(home)),
        **door.of_address("http://localhost:8000"),
        "REQUIRE_SECOND_FACTOR": False,
    }
    for key, value in told.items():
        setattr(settings, key, value)
    name = enrolled(door.house())
    with live() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for picture, (path, width) in SHOWN.items() if not widths else ():
            context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme="light")
            signed_in(context, cookie(name, address))
            page = context.new_page()
            page.goto(address + path, wait_until="networkidle")
            page.screenshot(path=Path(folder) / f"{picture}.png")
        for width in map(int, widths):
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": 900 if width < 2000 else 2160}, color_scheme=scheme
                )
                signed_in(context, cookie(name, address))
                shoot(context.new_page(), address, Path(folder), f"{width}-{scheme}")
        browser.close()


def signed_in(context: "BrowserContext", told: Mapping[str, str]) -> None:
    """Give a browser the cookie of somebody who signed in."""
    context.add_cookies([{"name": told["name"], "value": told["value"], "url": told["url"]}])


def enrolled(house: "House") -> str:
    """Give an account that may see and do all, made where there is none."""
    from leadglass.values.accounts import Account, AccountKind, Grant  # noqa: PLC0415

    name = "shots"
    if house.accounts.account(name) is None:
        with house.accounts.change(name, "an account for pictures", origin="docs/shots.py"):
            house.accounts.make(
                Account(
                    number=0, username=name, name="M. Chair", email="", kind=AccountKind.PERSON, active=True
                )
            )
            for role in ("clinical_engineer", "security_analyst", "auditor", "administrator"):
                house.accounts.grant(
                    Grant(username=name, role=role, site="", by=name, why="pictures", at=house.clock())
                )
    return name


def shoot(page: "Page", address: str, folder: Path, suffix: str) -> None:
    """Take the pictures of one width and light."""
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []

    def heard(message: "ConsoleMessage") -> None:
        if message.type == "error":
            faults.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(str(error)))
    for name, path in PAGES.items():
        page.goto(address + path)
        if name in FIRST:
            page.locator("table.rows tbody td:not(.tick) a").first.click()
        if name == "decide":
            for box in page.locator("td.tick input").all()[:3]:
                box.check()
            page.locator("#bulk button:not(.quiet)").click()
        page.wait_for_load_state("networkidle")
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        print(f"{name} {suffix}: {page.title()}" + (f"; {overflow} px too wide" if overflow > 0 else ""))
        page.screenshot(path=folder / f"{name}-{suffix}.png", full_page=int(suffix.partition("-")[0]) < 2000)
    for fault in dict.fromkeys(faults):
        print("fault:", fault)


if __name__ == "__main__":
    main(*sys.argv[1:])
