# SPDX-License-Identifier: Apache-2.0
"""What has to hold of accounts after a backup was restored, on whatever the register is."""

import io
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections

from leadglass import compose
from leadglass.errors import PermissionDeniedError
from leadglass.register.models import User
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.arrive import connect
from leadglass.services.accounts.tokens import BEGINNING, Issuing, admitted
from leadglass.services.ledger.view import View
from leadglass.values.scope import Scope
from leadglass.values.sign_on import Arrival
from leadglass.web import door
from tests.web.accounts.conftest import WORDS, code
from tests.web.accounts.passkey import Passkey

SECRET = "four words nobody says"


def held(pages):
    """All that accounts are, as values."""
    book = pages.house.accounts
    return [book.accounts(), book.grants(), book.tokens(), book.invitations(), book.protected(), book.links("a.chair"),
            sorted(User.objects.values_list("username", "password"))]  # fmt: skip


def token(pages, label):
    made = BEGINNING + secrets.token_urlsafe(32)
    issuing = Issuing(secret=made, username="cmms", label=label, permissions=["read"],
                      until=pages.house.clock() + timedelta(days=9))  # fmt: skip
    return made, catalogue.ISSUE_TOKEN(pages.view, issuing).mark


def move(pages, target, url, monkeypatch):
    """Back up, restore into a new home on another database, and open the pages on that."""
    kept = io.BytesIO()
    pages.house.keep(kept, SECRET)
    assert WORDS.encode() not in kept.getvalue()
    connections.close_all()
    monkeypatch.setenv(compose.URL_VARIABLE, url)
    monkeypatch.setenv(compose.HOME_VARIABLE, str(target))
    kept.seek(0)
    compose.restore(kept, target, SECRET)
    door.house.cache_clear()
    pages.view = View(house=replace(door.house(), person="os:root"), scope=Scope.all())


def survives(pages, target, url, monkeypatch):
    """Passphrase, app, passkey, recovery code, token, sign-on and roles survive; a withdrawn token stays withdrawn."""
    person = pages.person("a.chair", "administrator")
    codes = person.post("/account/mfa/recovery-codes/").context["codes"]
    passkey = Passkey()
    assert passkey.register(person).status_code == 302
    catalogue.MAKE_SERVICE_ACCOUNT(pages.view, "cmms", "viewer")
    (secret, _), (lost, mark) = token(pages, "CMMS"), token(pages, "lost")
    catalogue.WITHDRAW_TOKEN(pages.view, mark)
    connect(pages.view, "a.chair", Arrival(provider="x", issuer="https://sso.example", subject="7"))
    link = pages.invite("b.chair", "viewer")
    before = held(pages)
    move(pages, target, url, monkeypatch)
    assert held(pages) == before
    assert pages.house.register.verify() > 0
    cache.clear()
    assert person.get("/account/").status_code == 302, "sessions do not come back"
    by_app = pages.client()
    assert by_app.post("/account/login/", {"login": "a.chair", "password": WORDS}).status_code == 302
    assert by_app.post("/account/mfa/authenticate/", {"code": code(person.seed)}).status_code == 302
    assert by_app.get("/account/").status_code == 200
    by_code = pages.client()
    by_code.post("/account/login/", {"login": "a.chair", "password": WORDS})
    assert by_code.post("/account/mfa/authenticate/", {"code": codes[0]}).status_code == 302
    by_passkey = pages.client()
    assert passkey.sign_in(by_passkey).status_code == 302
    assert by_passkey.get("/account/").status_code == 200
    assert admitted(pages.house, secret)[0].username == "cmms"
    with pytest.raises(PermissionDeniedError):
        admitted(pages.house, lost)
    assert pages.client().post(link, {"passphrase": WORDS, "again": WORDS}).status_code == 302
