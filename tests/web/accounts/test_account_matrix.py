# SPDX-License-Identifier: Apache-2.0
"""Every address of the pages, tried as nobody, as somebody without a role, and as every role of another site."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from leadglass.services.accounts import catalogue
from leadglass.services.roles import roles
from tests.web.accounts.conftest import WORDS

OPEN = {
    "account_login", "account_logout", "account_inactive", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate", "mfa_login_webauthn",
    "welcome", "style", "language",
}  # fmt: skip
"""What who is not signed in may see: how to sign in. Everything else leads there, or is refused."""

GIVEN = {"secret": "x" * 43, "stamp": "x", "uidb36": "1", "key": "x-y", "pk": "1", "number": "1"}
THEIRS = ("CT-1", "North")
"""What is at the site that is not theirs."""


def addresses(resolver=None, before="/"):
    """Every pattern with its name, and an address for it: of arguments that look like an id, that of a foreign device."""
    for part in (resolver or get_resolver()).url_patterns:
        route = before + str(part.pattern)
        if isinstance(part, URLResolver) and part.namespace == "api":
            continue  # its own tests try each route, by tokens and by sessions
        if isinstance(part, URLResolver):
            yield from addresses(part, route)
        elif isinstance(part, URLPattern):
            plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: GIVEN.get(found[1], "CT-1"), route)
            plain = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: GIVEN.get(found[1], "CT-1"), plain)
            yield part.name or route, re.sub(r"[\^$\\]", "", plain)


WALKED = sorted(set(addresses()))


def test_there_are_addresses_to_walk():
    assert {"overview", "devices", "device", "account", "settle_alarm"} <= {name for name, _ in WALKED}


def asked(client, address, method):
    return getattr(client, method)(address)


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_is_shown_or_does_anything(pages, method):
    before = pages.house.register.revision()
    client = pages.client()
    for name, address in WALKED:
        answer = asked(client, address, method)
        if name in OPEN:
            assert answer.status_code < 500, (name, answer.status_code)
            assert THEIRS[0].encode() not in body(answer), name
            continue
        assert answer.status_code in {301, 302, 400, 401, 403, 404, 405}, (name, answer.status_code)
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/account/"), (name, answer.headers["Location"])
        for word in THEIRS:
            assert word.encode() not in body(answer).replace(address.encode(), b""), name
    assert pages.house.register.revision() == before


@pytest.mark.slow
@pytest.mark.parametrize("role", ["", *roles()])
def test_no_role_of_another_site_sees_or_changes_what_is_here(pages, role):
    client = pages.person("b.south", role or "viewer", "South")
    if not role:
        pages.person("root", "administrator")
        catalogue.WITHDRAW_GRANT(pages.view, "b.south", "viewer", site="South")
    devices = pages.house.register.devices()
    (foreign,) = [device.device_id for device in devices if device.site == "North"]
    for name, address in WALKED:
        if name in {"account_logout", "usersessions_list"}:
            continue
        here = address.replace("CT-1", foreign) if name != "device" else address
        for method in ("get", "post"):
            answer = asked(client, here, method)
            assert answer.status_code < 500, (role, name, method, answer.status_code)
            told = body(answer)
            if answer.status_code == 404:  # it says again what was asked for, and that it is not there
                told = told.replace(foreign.encode(), b"")
            for word in (*THEIRS, foreign):
                seen = told.replace(b"CT-1.", b"").replace(here.encode(), b"")
                assert seen.count(word.encode()) == seen.count(b"id " + word.encode()), (
                    role,
                    name,
                    method,
                    word,
                )
    changes, _ = pages.house.register.history(None, limit=200, offset=0)
    others = {entry.table for entry in changes if entry.change.by == "b.south"}
    assert others <= {"user", "invitation", "grant", "mfa.authenticator"}


def test_somebody_without_a_second_factor_is_shown_nothing(pages):
    client = pages.welcomed("a.chair", "administrator")
    for name, address in WALKED:
        if address.startswith(("/account/", "/style-", "/static/")) or "/api/" in address:
            continue
        answer = client.get(address)
        assert answer.headers.get("Location") == "/account/mfa/", name


def test_the_passphrase_alone_does_not_open_a_door(pages):
    pages.person("a.chair", "administrator")
    client = pages.client()
    client.post("/account/login/", {"login": "a.chair", "password": WORDS})
    for name, address in WALKED:
        if name not in OPEN:
            assert client.get(address).status_code != 200, name
