# SPDX-License-Identifier: Apache-2.0
"""Accounts in a real browser, over the real server: welcome, passkey, app, recovery code, sessions, break glass."""

import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leadglass import compose
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.invite import Inviting
from leadglass.services.ledger.view import View
from leadglass.values.scope import Scope
from tests.hospital import Hospital, fleet
from tests.web.accounts.conftest import WORDS, code

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("LEADGLASS_CHROMIUM", "/usr/bin/chromium")
SHOTS = os.environ.get("LEADGLASS_SHOTS", "")
SEALED = "q8m67-sjz4h-jpheh-t62mk-8hptc"


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    # Playwright keeps an event loop in this thread; Django would take the test for asynchronous code
    with pytest.MonkeyPatch.context() as patch, playwright.sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        if not Path(CHROMIUM).exists():
            pytest.skip(f"there is no Chromium at {CHROMIUM}")
        found = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory, browser):
    """A server over a home with two devices; its address, and a view to act as the administrator of the machine."""
    del browser  # it is there before Django is asked for anything
    home = tmp_path_factory.mktemp("served") / "home"
    hospital = Hospital(home)
    hospital.receive(fleet({"asset_tag": "CT-1", "site": "North"}, {"asset_tag": "CT-2", "site": "South"}))
    hospital.assess()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    view = View(house=compose.build(home), scope=Scope.all())
    told = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "leadglass.cli", "--home", str(home), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        for _ in range(300):
            with socket.socket() as asked:
                if not asked.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        yield f"http://localhost:{port}", view
        server.terminate()


@pytest.fixture
def visit(browser, served):
    """Open a page in a fresh browser; no page may break the content policy or throw."""
    address, _view = served
    contexts, faults = [], []

    def opened(width=1280):
        context = browser.new_context(base_url=address, viewport={"width": width, "height": 800})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def link(served, username, role, **more):
    secret = secrets.token_urlsafe(32)
    catalogue.INVITE(served[1], Inviting(secret=secret, username=username, role=role, **more))
    return f"/account/welcome/{secret}"


def shot(page, name):
    """Look at a page at both widths, where somebody asked for pictures; nothing may be wider than a phone."""
    wide = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-360.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-1280.png", full_page=True)
    page.set_viewport_size(wide)


def passphrase(page, words=WORDS):
    page.get_by_label("Passphrase").fill(words)
    page.get_by_label("The same again").fill(words)
    page.get_by_role("button", name="Go on").click()


def welcomed(page, served, username, role="viewer", **more):
    page.goto(link(served, username, role, **more))
    passphrase(page)
    page.get_by_role("heading", name="Second factor").wait_for()


def with_app(page):
    """Set an app up; return its seed and the recovery codes."""
    page.get_by_role("link", name="Set up an app").click()
    image = page.get_by_alt_text("QR code")
    assert image.evaluate("picture => picture.complete && picture.naturalWidth > 0"), (
        "the policy shows the QR code"
    )
    seed = page.locator(".secret").inner_text().strip()
    shot(page, "app")
    page.get_by_label("Code that the app shows").fill(code(seed))
    page.get_by_role("button", name="Done").click()
    shot(page, "codes-before")
    page.get_by_role("button", name="Show my codes").click()
    codes = page.locator(".codes li").all_inner_texts()
    shot(page, "codes")
    page.get_by_role("link", name="I keep them").click()
    return seed, codes


def sign_in(page, username, words=WORDS):
    page.goto("/account/login/")
    page.get_by_label("Name").fill(username)
    page.get_by_label("Passphrase").fill(words)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_welcome_with_an_app_and_back_by_a_recovery_code(visit, served):
    page = visit()
    page.goto(link(served, "ada", "viewer", name="Ada Chair"))
    shot(page, "welcome")
    passphrase(page, "Ada Chair Ada Chair")
    assert page.get_by_text("made of your own name").is_visible()
    shot(page, "welcome-refused")
    passphrase(page)
    shot(page, "second-factor")
    _seed, codes = with_app(page)
    page.get_by_role("heading", level=1).wait_for()
    assert page.url.endswith("/")
    assert len(codes) == 10

    other = visit()
    shot_of_sign_in = other.goto("/account/login/")
    assert shot_of_sign_in.ok
    shot(other, "sign-in")
    sign_in(other, "ada", "wrong words all the time")
    shot(other, "sign-in-refused")
    sign_in(other, "ada")
    shot(other, "second-factor-asked")
    other.get_by_label("Code of your app").fill(codes[3])
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/")
    other.goto("/account/")
    shot(other, "account")


def test_the_keyboard_alone_is_enough_to_sign_in(visit, served):
    page = visit()
    page.goto(link(served, "kim", "viewer"))
    page.locator("[name=passphrase]:focus").wait_for()  # a moment after the page is there
    page.keyboard.type(WORDS)
    page.keyboard.press("Tab")
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Second factor").wait_for()
    assert page.get_by_role("link", name="kim", exact=True).is_visible()


def test_a_passkey_signs_in_without_a_passphrase(visit, served):
    page = visit()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": key})["authenticatorId"]
    welcomed(page, served, "bo")
    page.get_by_role("link", name="Set up a passkey").click()
    shot(page, "passkey")
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("button", name="Show my codes").wait_for()
    page.goto("/account/mfa/webauthn/")
    assert page.get_by_text("signs in alone").is_visible()
    shot(page, "passkeys")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: url.rstrip("/").endswith(served[0]))
    assert page.get_by_role("link", name="bo", exact=True).is_visible()
    assert served[1].house.register.verify() > 0

    # What changes how she signs in asks for the key once more
    page.goto("/account/mfa/webauthn/add/")
    shot(page, "once-more")
    page.get_by_role("link", name="With a passkey").click()
    page.get_by_role("button", name="Use my passkey").click()
    page.get_by_role("heading", name="Set up a passkey").wait_for()

    # A key that does not know its person lets nobody in, and the page says so in words
    page.get_by_role("button", name="Sign out").click()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": False})
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("No passkey was used").wait_for()


def test_a_session_elsewhere_is_ended(visit, served):
    here, there = visit(), visit()
    welcomed(here, served, "carl")
    seed, codes = with_app(here)
    sign_in(there, "carl")
    there.get_by_label("Code of your app").fill(codes[0])
    there.get_by_role("button", name="Sign in", exact=True).click()
    there.wait_for_url("**/")
    here.goto("/account/sessions/")
    shot(here, "sessions")
    here.get_by_role("button", name="End the session").click()
    here.get_by_text("Signed out there.").wait_for()
    there.goto("/devices")
    assert "/account/login/" in there.url
    here.goto("/devices")
    assert "/account/login/" not in here.url
    assert seed


def test_the_break_glass_account_is_shouted_about(visit, served):
    root, glass = visit(), visit()
    welcomed(root, served, "rita", "administrator")
    with_app(root)
    catalogue.BREAK_GLASS(served[1], SEALED)
    sign_in(glass, "break-glass", SEALED)
    glass.wait_for_url("**/")
    root.goto("/devices")
    assert root.get_by_role("alert").is_visible()
    shot(root, "alarm")
    root.get_by_label("Why it was used").fill("sign-on was down, ticket 7")
    root.get_by_role("button", name="Keep the reason").click()
    root.goto("/devices")
    assert root.get_by_role("alert").count() == 0


def test_a_passkey_beside_the_passphrase_is_asked_for_as_the_second_factor(visit, served):
    page = visit()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    welcomed(page, served, "dora")
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("Signs in without a passphrase").uncheck()
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("button", name="Show my codes").wait_for()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "dora")
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(lambda url: url.rstrip("/").endswith(served[0]))
