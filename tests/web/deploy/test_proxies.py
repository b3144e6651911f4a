# SPDX-License-Identifier: Apache-2.0
"""What docs/deploy.md says of nginx and Caddy, tried: TLS, cookies, addresses that are believed, bounds, passkeys."""

import base64
import contextlib
import hashlib
import json
import os
import re
import ssl
import time
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.hospital import fleet
from tests.web.accounts.conftest import WORDS, code
from tests.web.deploy.proxies import FEW, behind

pytestmark = pytest.mark.service
CHROMIUM = os.environ.get("LEADGLASS_CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxied(request, tmp_path_factory):
    with behind(request.param, tmp_path_factory.mktemp(request.param)) as pages:
        yield pages


@pytest.fixture(scope="module")
def person(proxied):
    """Somebody who signed in through the proxy: made by the link of the first start, with an app."""
    client = opened(proxied)
    post(client, proxied.link, {"passphrase": WORDS, "again": WORDS})
    answer = post(client, "/account/mfa/totp/activate/", app)
    assert answer.status_code == 302, answer.text
    yield client
    client.close()


def opened(proxied):
    context = ssl.create_default_context(cafile=str(proxied.certificate))
    return httpx.Client(base_url=proxied.address, verify=context, timeout=60)


@pytest.fixture
def visitor(proxied):
    """Somebody who is not signed in."""
    with opened(proxied) as client:
        yield client


def app(page):
    """The code that an app shows which read the seed off a page."""
    return {"code": code(re.search(r'class="secret"[^>]*>\s*([A-Z2-7]{16,})', page)[1])}


def post(client, path, form, headers=None, **more):
    """Send the form of a page, as a browser does."""
    page = client.get(path)
    assert page.status_code == 200, page.text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    told = {"Origin": str(client.base_url).rstrip("/"), "Referer": f"{client.base_url}", **(headers or {})}
    return client.post(
        path,
        data={**(form(page.text) if callable(form) else form), "csrfmiddlewaretoken": token},
        headers=told,
        **more,
    )


def kept(proxied):
    return sorted(path.name for path in (proxied.home / "documents").rglob("*"))


def refusals(proxied):
    lines = (proxied.home / "log.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    return [entry["body"]["origin"] for entry in entries if entry["kind"] == "account.refused"]


def test_somebody_signs_in_through_it_and_is_shown_the_devices(person):
    assert person.get("/").status_code == 200
    assert "CT-1" in person.get("/devices").text


def test_every_answer_asks_for_tls_and_cookies_are_for_tls_alone(visitor, person):
    answer = visitor.get("/account/login/")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    for cookie in answer.headers.get_list("set-cookie"):
        assert "; Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    assert "__Host-leadglass" in {cookie.name for cookie in person.cookies.jar}


def test_who_comes_in_the_clear_is_sent_to_tls(proxied):
    answer = httpx.get(f"http://127.0.0.1:{proxied.plain}/devices", headers={"Host": "localhost"})
    assert answer.status_code in {301, 308}
    assert answer.headers["Location"].startswith("https://localhost")
    inner = httpx.get(f"http://127.0.0.1:{proxied.inner}/devices")
    assert inner.status_code == 301, "behind the proxy too"


def test_a_visitor_who_claims_another_address_is_not_believed(proxied, visitor):
    forged = {
        "X-Forwarded-For": "203.0.113.99", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=203.0.113.99;proto=http;host=evil.example", "X-Real-IP": "203.0.113.99",
    }  # fmt: skip
    before = len(refusals(proxied))
    answer = post(visitor, "/account/login/", {"login": "nobody", "password": "wrong"}, forged)
    assert answer.status_code == 200, "no way round by claiming that TLS is missing"
    assert refusals(proxied)[before:] == ["web 127.0.0.1"]
    page = visitor.get("/devices", headers=forged)
    assert "evil.example" not in page.headers.get("Location", "") + page.text


def test_another_name_of_the_server_is_not_answered(visitor):
    answer = visitor.get("/account/login/", headers={"Host": "evil.example"})
    assert "Sign in" not in answer.text
    assert "evil.example" not in answer.headers.get("Location", "")


def test_a_form_from_another_site_is_refused(visitor):
    answer = post(
        visitor,
        "/account/login/",
        {"login": "a", "password": "b"},
        {"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403


def test_a_body_beyond_the_bound_is_refused(person, proxied):
    before, answer = kept(proxied), None
    with contextlib.suppress(httpx.WriteError, httpx.ReadError):  # it may hang up while we still send
        answer = post(
            person, "/documents/receive", {"tlp": "AMBER"}, files={"documents": ("a.csv", b"x" * (FEW + 1))}
        )
    # Caddy 2.6 learns of it while it passes the body on, and says that we did not answer
    assert answer is None or answer.status_code in {"nginx": {413}, "caddy": {413, 502}}[proxied.kind], (
        answer.text
    )
    assert kept(proxied) == before


def test_documents_come_through_it(person):
    raw = fleet(
        *(
            {"asset_tag": f"UP-{number}", "site": "North", "serial_number": f"U{number}"}
            for number in range(20_000)
        )
    )
    assert len(raw) > 1 << 20, "more than proxies take without being told"
    answer = post(person, "/documents/receive", {"tlp": "AMBER"}, files={"documents": ("fleet.csv", raw)})
    assert answer.status_code == 200, answer.text
    assert hashlib.sha256(raw).hexdigest() in answer.text


def test_the_log_of_the_proxy_holds_no_link_that_lets_somebody_in(proxied, person):
    assert person.get("/devices").status_code == 200
    time.sleep(0.2)
    logs = "".join(
        path.read_text(errors="replace") for path in proxied.folder.glob("*.log") if path.name != "serve.log"
    )
    assert proxied.link not in logs
    if proxied.kind == "nginx":
        assert "/devices" in logs, "what is asked for is logged"


@pytest.mark.browser
def test_a_passkey_is_made_and_used_behind_it(proxied, person):
    """Chromium holds the origin of the page to its certificate, and the pages hold the passkey to that origin."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}")
    held = x509.load_pem_x509_certificate(proxied.certificate.read_bytes()).public_key()
    spki = held.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    words = ["--no-sandbox", f"--ignore-certificate-errors-spki-list={pin}"]
    with playwright.sync_playwright() as started:
        context = started.chromium.launch_persistent_context(
            str(proxied.folder / "profile"), executable_path=CHROMIUM, args=words, base_url=proxied.address
        )
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True}})  # fmt: skip
        context.add_cookies([
            {"name": cookie.name, "value": cookie.value, "url": proxied.address, "secure": True}
            for cookie in person.cookies.jar])  # fmt: skip
        page.goto("/account/mfa/webauthn/add/")
        page.get_by_role("button", name="Set it up").click()
        page.wait_for_url(lambda url: "/webauthn/add" not in url)
        page.goto("/account/mfa/webauthn/")
        assert page.get_by_text("signs in alone").is_visible()
        page.get_by_role("button", name="Sign out").click()
        page.goto("/account/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(lambda url: url.rstrip("/") == proxied.address)
        assert page.get_by_role("link", name="administrator").is_visible()
        context.close()
