# SPDX-License-Identifier: Apache-2.0
"""Sign-on in Chromium, from site to site: cookies, the policy of contents, and pages without script are as they are."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from leadglass.web import door
from tests.serving import running
from tests.web.accounts.conftest import WORDS
from tests.web.accounts.test_account_browser import browser  # noqa: F401 - a fixture
from tests.web.pages.live import live
from tests.web.sign_on import oidc_provider as oidc
from tests.web.sign_on import saml_provider as saml

pytestmark = pytest.mark.browser


@contextmanager
def idp():
    """A provider of SAML with a page of its own: it answers by a form that posts to us from another site."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args):
            pass

        def do_GET(self):
            question = saml.question(self.path)
            response = saml.Answer(question, context="https://refeds.org/profile/mfa").text()
            body = (
                f'<form method="post" action="{question.back}"><input type="hidden" name="SAMLResponse"'
                f' value="{response}"><button>Answer</button></form>'
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}/sign-in"


@pytest.fixture
def places(browser, vouched):  # noqa: F811 - the fixture
    """The pages at localhost, a provider of each kind at 127.0.0.1, which is another site; fresh browsers."""
    contexts, faults = [], []
    with oidc.served() as provider, idp() as sign_in:
        provider.person = {
            "sub": "1",
            "preferred_username": "j.doe",
            "groups": ["radiology-it"],
            "amr": ["mfa"],
        }
        rows = '[{ group = "radiology-it", role = "viewer", site = "North" }]'
        staff = (
            f'[staff]\nkind = "saml"\nlabel = "Staff"\nissuer = "{saml.ENTITY}"\nsign_in = "{sign_in}"\n'
            f"certificates = ['''{saml.CERTIFICATE}''']\nroles = {rows}\n"
            'second_factor = ["https://refeds.org/profile/mfa"]\n'
        )
        table = provider.table(roles=[{"group": "radiology-it", "role": "viewer", "site": "North"}],
                               second_factor=["mfa"])  # fmt: skip
        pages = vouched(f"{table}\n{staff}", f"hospital {oidc.SECRET}")
        with live() as address:
            here = address.replace("127.0.0.1", "localhost")

            def opened(*, script):
                context = browser.new_context(base_url=here, java_script_enabled=script)
                contexts.append(context)
                page = context.new_page()
                page.on(
                    "console",
                    lambda said: faults.append(said.text) if "Content Security" in said.text else None,
                )
                return page

            yield pages, opened
            for context in contexts:
                context.close()
    assert faults == []


@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
def test_by_openid_connect(places, script):
    _pages, opened = places
    page = opened(script=script)
    page.goto("/account/login/?next=/devices")
    page.get_by_role("link", name="Harbour sign-on").click()
    page.wait_for_url("**/devices")
    assert page.get_by_role("link", name="j.doe").is_visible()


@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
def test_by_saml_from_another_site(places, script):
    """Browsers give the answer no cookie of ours; by one more step it has one."""
    _pages, opened = places
    page = opened(script=script)
    page.goto("/account/login/")
    page.get_by_role("link", name="Staff").click()
    page.get_by_role("button", name="Answer").click()
    if not script:
        page.get_by_text("Staff has answered").wait_for()
        page.get_by_role("button", name="Go on").click()
    page.wait_for_url(lambda url: url.rstrip("/").count("/") == 2)
    assert page.get_by_role("link", name="j.doe").is_visible()


def test_an_invited_person_and_one_who_connects(places):
    pages, opened = places
    link = pages.invite("a.chair", "viewer", "North")
    page = opened(script=False)
    page.goto(link)
    page.get_by_role("link", name="Staff").click()
    page.get_by_role("button", name="Answer").click()
    page.get_by_role("button", name="Go on").click()
    assert page.get_by_role("link", name="a.chair").is_visible()
    other = opened(script=False)
    other.goto(pages.invite("b.chair", "viewer", "North"))
    other.get_by_label("Passphrase").fill(WORDS)
    other.get_by_label("The same again").fill(WORDS)
    other.get_by_role("button", name="Go on").click()
    other.goto("/account/")
    other.get_by_role("listitem").filter(has_text="Harbour sign-on").get_by_role("link").click()
    other.get_by_role("button", name="Yes, let me in by it").click()
    other.get_by_text("lets you in here").wait_for()
    assert [link.subject for link in door.house().accounts.links("b.chair")] == ["1"]
