# SPDX-License-Identifier: Apache-2.0
"""Make the picture of the README from the demo's report: make demo, then python docs/picture.py."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]


def main() -> None:
    """Photograph the first screen of .demo/report.html."""
    report = Path(".demo/report.html")
    if not report.exists():
        sys.exit("There is no report yet. Run: make demo")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1200, "height": 860})
        page.goto(report.resolve().as_uri())
        page.screenshot(path="docs/report.png")
        browser.close()


if __name__ == "__main__":
    main()
