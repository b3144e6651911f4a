# SPDX-License-Identifier: Apache-2.0
"""Accounts from the invitation to the end: passphrase, second factor, recovery, sessions, renewal."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import hashers
from django.core.cache import cache

from leadglass.errors import StateError
from leadglass.register.models import User
from leadglass.services.accounts import catalogue
from leadglass.store.log import ChainLog
from leadglass.web.accounts.sessions import LONGEST
from tests.web.accounts.conftest import OTHER, WORDS, code, set_up_app


def signed_in(client):
    return client.get("/account/").status_code == 200


def sign_in(client, name, words=WORDS, seed=""):
    answer = client.post("/account/login/", {"login": name, "password": words})
    if seed and answer.status_code == 302:
        cache.clear()  # the same code is refused twice, and a test does not wait for the next
        answer = client.post("/account/mfa/authenticate/", {"code": code(seed)})
    return answer


def test_an_invited_person_chooses_a_passphrase_and_a_second_factor_at_once(pages):
    client = pages.client()
    link = pages.invite("a.chair", "viewer", name="Ada Chair")
    assert b"Welcome, Ada Chair" in client.get(link).content
    answer = client.post(link, {"passphrase": WORDS, "again": WORDS}, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/mfa/"
    assert client.get("/").headers["Location"] == "/account/mfa/", "nothing is shown before the second factor"
    set_up_app(client)
    assert client.get("/").status_code == 200
    changes, _ = pages.house.register.history(None, limit=100, offset=0)
    by = {entry.change.by for entry in changes if entry.table == "user"}
    assert by == {"a.chair"}, "the history names the person, not somebody"
    assert {entry.change.by for entry in changes if entry.table == "mfa.authenticator"} == {"a.chair"}
    assert pages.house.register.verify() > 0


def test_an_invitation_is_used_once_and_an_old_one_not_at_all(pages):
    link = pages.invite("a.chair", "viewer")
    assert pages.client().post(link, {"passphrase": WORDS, "again": WORDS}).status_code == 302
    again = pages.client().post(link, {"passphrase": OTHER, "again": OTHER})
    assert again.status_code == 404
    assert b"holds no longer" in again.content
    withdrawn = pages.invite("b.chair", "viewer")
    catalogue.WITHDRAW_INVITATION(pages.view, "b.chair")
    assert pages.client().get(withdrawn).status_code == 404


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("short words", "12 are needed"),
        ("administrator", "every list"),
        ("qwertyuiop[]", "keys of a keyboard"),
        ("aaaaaaaaaaaaaaa", "repeats itself"),
        ("Wilhelmina.Ada1", "your own name"),
        ("Wilhelmina Ada Wilhelmina Ada", "your own name"),
    ],
)
def test_a_passphrase_that_is_soon_guessed_is_refused_with_what_helps(pages, words, said):
    link = pages.invite("ada", "viewer", name="Wilhelmina Ada", email="w.ada@hospital.example")
    page = pages.client().post(link, {"passphrase": words, "again": words})
    assert page.status_code == 200
    text = page.content.decode()
    assert said in text
    field = re.search(r'<input type="password" name="passphrase"[^>]*>', text)[0]
    assert 'aria-invalid="true"' in field
    for name in re.search(r'aria-describedby="([^"]+)"', field)[1].split():
        assert f'id="{name}"' in text, "the error is tied to its field"
    assert pages.house.accounts.account("ada") is None


def test_the_second_factor_is_asked_for_and_a_recovery_code_works_once(pages):
    client = pages.person("a.chair", "viewer")
    assert b"Show my codes" in client.get("/account/mfa/recovery-codes/").content
    codes = client.post("/account/mfa/recovery-codes/").context["codes"]
    assert len(codes) == 10
    assert not client.post("/account/mfa/recovery-codes/").context["codes"], "they are shown once"

    other = pages.client()
    assert sign_in(other, "a.chair").headers["Location"] == "/account/mfa/authenticate/"
    assert not signed_in(other)
    assert b"not right" in other.post("/account/mfa/authenticate/", {"code": "000000"}).content
    assert other.post("/account/mfa/authenticate/", {"code": codes[0]}).status_code == 302
    assert signed_in(other)
    third = pages.client()
    sign_in(third, "a.chair")
    assert third.post("/account/mfa/authenticate/", {"code": codes[0]}).status_code == 200
    assert not signed_in(third)
    assert sign_in(pages.client(), "a.chair", seed=client.seed).status_code == 302
    assert pages.house.register.verify() > 0


def test_a_code_of_the_app_counts_once(pages):
    client = pages.person("a.chair", "viewer")
    first, second = pages.client(), pages.client()
    now = code(client.seed, ahead=1)  # not the one that set it up
    sign_in(first, "a.chair")
    assert first.post("/account/mfa/authenticate/", {"code": now}).status_code == 302
    sign_in(second, "a.chair")
    assert second.post("/account/mfa/authenticate/", {"code": now}).status_code == 200


def test_what_changes_how_one_signs_in_asks_once_more(pages):
    pages.person("a.chair", "viewer")
    client = pages.client()
    sign_in(client, "a.chair", seed=Authenticator.objects.get(type="totp").wrap().instance.data["secret"])
    assert "/account/reauthenticate/" in client.get("/account/mfa/totp/deactivate/").headers["Location"]
    assert "/account/reauthenticate/" in client.get("/account/mfa/webauthn/add/").headers["Location"]
    answer = client.post("/account/reauthenticate/?next=/account/mfa/totp/deactivate/", {"password": WORDS})
    assert answer.headers["Location"] == "/account/mfa/totp/deactivate/"
    assert client.post("/account/mfa/totp/deactivate/").status_code == 302
    assert client.get("/").headers["Location"] == "/account/mfa/", (
        "without a factor, one is asked for at once"
    )


def test_a_new_passphrase_ends_the_other_sessions_and_keeps_this_one(pages):
    client = pages.person("a.chair", "viewer")
    other = pages.client()
    sign_in(other, "a.chair", seed=client.seed)
    assert signed_in(other)
    new = {"oldpassword": WORDS, "password1": OTHER, "password2": OTHER}
    assert client.post("/account/password/change/", new).status_code == 302
    assert signed_in(client)
    assert not signed_in(other)
    assert len(client.get("/account/sessions/").context["sessions"]) == 1


def test_sessions_are_listed_and_end_one_by_one_or_all(pages):
    client = pages.person("a.chair", "viewer")
    one, two = pages.client("203.0.113.5"), pages.client("203.0.113.6")
    for each in (one, two):
        sign_in(each, "a.chair", seed=client.seed)
    page = client.get("/account/sessions/")
    rows = {row.ip: row.pk for row in page.context["sessions"]}
    assert set(rows) == {"198.51.100.7", "203.0.113.5", "203.0.113.6"}
    client.post("/account/sessions/", {"end": rows["203.0.113.5"]})
    assert (signed_in(client), signed_in(one), signed_in(two)) == (True, False, True)
    client.post("/account/sessions/", {"end": "all"})
    assert not signed_in(client)
    assert not signed_in(two)


def test_nobody_ends_the_session_of_another(pages):
    victim = pages.person("a.chair", "viewer")
    number = victim.get("/account/sessions/").context["sessions"][0].pk
    pages.person("m.mallory", "viewer").post("/account/sessions/", {"end": number})
    assert signed_in(victim)


def test_a_session_ends_after_twelve_hours_however_busy(pages, monkeypatch):
    client = pages.person("a.chair", "viewer")
    now = time.time()
    monkeypatch.setattr("leadglass.web.accounts.sessions.time.time", lambda: now + LONGEST - 5)
    assert signed_in(client)
    monkeypatch.setattr("leadglass.web.accounts.sessions.time.time", lambda: now + LONGEST + 5)
    assert not signed_in(client)


def test_an_account_that_is_switched_off_is_out_at_once_and_its_old_session_never_comes_back(pages):
    pages.person("root", "administrator")
    client = pages.person("a.chair", "viewer")
    catalogue.SWITCH_ACCOUNT(pages.view, "a.chair", active=False)
    assert not signed_in(client)
    answer = sign_in(pages.client(), "a.chair")
    assert answer.headers["Location"] == "/account/inactive/", "who knows the passphrase is told why"
    catalogue.SWITCH_ACCOUNT(pages.view, "a.chair", active=True)
    assert not signed_in(client)


def test_a_withdrawn_role_counts_at_the_next_request(pages):
    pages.person("root", "administrator")
    client = pages.person("a.chair", "viewer", site="North")
    assert client.get("/devices").status_code == 200
    catalogue.WITHDRAW_GRANT(pages.view, "a.chair", "viewer", site="North")
    assert client.get("/devices").status_code == 403


def test_the_last_administrator_stays_one(pages):
    pages.person("root", "administrator")
    catalogue.BREAK_GLASS(pages.view, "x" * 30)
    with pytest.raises(StateError, match="Nobody would be administrator"):
        catalogue.SWITCH_ACCOUNT(pages.view, "root", active=False)
    with pytest.raises(StateError, match="Nobody would be administrator"):
        catalogue.WITHDRAW_GRANT(pages.view, "root", "administrator")
    assert pages.house.accounts.account("root").active
    pages.person("second", "administrator")
    catalogue.WITHDRAW_GRANT(pages.view, "root", "administrator")


def test_an_administrator_renews_who_lost_everything(pages):
    client = pages.person("a.chair", "viewer")
    link = pages.invite("a.chair", "", again=True)
    fresh = pages.client()
    assert b"second factor of before is removed" in fresh.get(link).content
    fresh.post(link, {"passphrase": OTHER, "again": OTHER})
    assert fresh.get("/").headers["Location"] == "/account/mfa/"
    assert not signed_in(client), "sessions of before are over"
    assert sign_in(pages.client(), "a.chair", WORDS).status_code == 200, "the old passphrase lets nobody in"
    assert [grant.role for grant in pages.house.accounts.grants("a.chair")] == ["viewer"]


def test_the_log_is_told_and_holds_no_secret(pages):
    client = pages.person("a.chair", "viewer")
    sign_in(pages.client(), "a.chair", "not my passphrase at all")
    sign_in(pages.client(), WORDS, "typed into the wrong field")
    sign_in(pages.client(), "a.chair", seed=client.seed)
    client.post("/account/logout/")
    assert pages.log("account.refused") == [
        {"account": "a.chair", "by": "passphrase", "origin": "web 198.51.100.7"},
        {"account": "", "by": "no such account", "origin": "web 198.51.100.7"},
    ]
    assert [entry["by"] for entry in pages.log("account.signed_in")] == ["invitation", "password, totp"]
    assert pages.log("account.signed_out") == [{"account": "a.chair", "origin": "web 198.51.100.7"}]
    whole = "".join(map(str, pages.house.log.entries()))
    told = "".join(map(str, pages.house.register.history(None, limit=500, offset=0)[0]))
    for secret in (WORDS, client.seed, User.objects.get().password):
        assert secret not in whole
        assert secret not in told


def test_as_much_is_computed_whether_an_account_exists_or_not(pages, monkeypatch):
    client = pages.person("a.chair", "viewer")
    pages.person("root", "administrator")
    catalogue.MAKE_SERVICE_ACCOUNT(pages.view, "scanner", "viewer")
    computed = []
    real = hashers.ScryptPasswordHasher.encode
    monkeypatch.setattr(
        hashers.ScryptPasswordHasher, "encode", lambda *args: computed.append(len(args)) or real(*args)
    )
    del client
    answers = {}
    for name in ("a.chair", "nobody", "scanner"):
        computed.clear()
        page = sign_in(pages.client(), name, "not my passphrase at all")
        answers[name] = (len(computed), page.status_code, page.context["form"].errors.as_text())
    assert answers["a.chair"][0] == 1
    assert answers["nobody"] == answers["a.chair"] == answers["scanner"]


def test_nobody_is_locked_out_by_another(pages):
    pages.person("a.chair", "viewer")
    for _ in range(8):
        page = sign_in(pages.client("203.0.113.66"), "a.chair", "wrong words all the time")
    assert "Too many tries from here" in page.content.decode()
    assert sign_in(pages.client("198.51.100.7"), "a.chair").status_code == 302, "elsewhere she gets in"


def test_no_page_of_accounts_writes_when_it_is_only_looked_at(pages):
    client = pages.person("a.chair", "viewer")
    before = pages.house.register.revision()
    for address in (
        "", "password/change/", "mfa/", "mfa/recovery-codes/", "mfa/recovery-codes/generate/", "mfa/webauthn/",
        "mfa/webauthn/add/", "mfa/totp/deactivate/", "sessions/", "login/", "logout/", "reauthenticate/", "inactive/",
    ):  # fmt: skip
        assert client.get(f"/account/{address}").status_code in {200, 302}, address
    assert pages.house.register.revision() == before


def test_a_link_by_mail_is_offered_only_where_mail_is_set(pages):
    assert b"password/reset" not in pages.client().get("/account/login/").content
    page = pages.client().get("/account/password/reset/")
    assert page.status_code == 404
    assert b"invite NAME --again" in page.content


def test_nobody_is_let_in_when_the_log_cannot_be_told(pages, monkeypatch):
    catalogue.BREAK_GLASS(pages.view, "q8m67-sjz4h-jpheh-t62mk-8hptc")
    client = pages.client(raise_request_exception=False)
    appended = ChainLog.append

    def full(log, kind, body):
        if kind == "account.signed_in":
            raise StateError("The disk is full; the entry was not made. Make room and try again.")
        return appended(log, kind, body)

    monkeypatch.setattr(ChainLog, "append", full)
    answer = client.post(
        "/account/login/", {"login": "break-glass", "password": "q8m67-sjz4h-jpheh-t62mk-8hptc"}
    )
    assert b"disk is full" in answer.content
    assert not signed_in(client)
