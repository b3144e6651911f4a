# SPDX-License-Identifier: Apache-2.0
"""The break-glass account: works alone, and is shouted about until an administrator says why."""

import time

import pytest
from django.test.utils import override_settings

from leadglass.services.accounts import catalogue
from leadglass.web import mail
from tests.web.accounts.conftest import OTHER, WORDS

SEALED = "q8m67-sjz4h-jpheh-t62mk-8hptc"
SAID = b"signed in with the break-glass account"


def come_in(pages):
    catalogue.BREAK_GLASS(pages.view, SEALED)
    client = pages.client("203.0.113.9")
    assert client.post("/account/login/", {"login": "break-glass", "password": SEALED}).status_code == 302
    return client


def test_it_works_without_a_second_factor_and_everybody_is_told(pages):
    viewer = pages.person("a.chair", "viewer", "North")
    root = pages.person("root", "administrator")
    glass = come_in(pages)
    assert glass.get("/").status_code == 200
    for client in (viewer, root, glass):
        assert SAID in client.get("/").content
        assert SAID in client.get("/devices").content
        assert SAID in client.get("/account/").content
    assert b"Why it was used" in root.get("/").content
    assert b"Why it was used" not in viewer.get("/").content
    assert SAID not in pages.client().get("/account/login/").content
    assert pages.log("account.break_glass") == [{"account": "break-glass", "origin": "web 203.0.113.9"}]
    assert pages.house.register.verify() > 0


def test_only_another_administrator_takes_the_banner_down_and_with_a_reason(pages):
    viewer = pages.person("a.chair", "viewer")
    root = pages.person("root", "administrator")
    glass = come_in(pages)
    (alarm,) = pages.house.accounts.alarms()
    address, why = f"/account/alarm/{alarm.number}", {"why": "sign-on was down, ticket 7"}
    assert pages.client().post(address, why).status_code == 302, "nobody is led to sign in"
    assert viewer.post(address, why).status_code == 403
    assert glass.post(address, why).status_code == 400
    assert root.post(address, {"why": " "}).status_code == 400
    assert root.get(address).status_code == 405
    assert pages.house.accounts.alarms() == [alarm]
    assert root.post(address, why).status_code == 302
    assert SAID not in viewer.get("/").content
    assert root.post(address, why).status_code == 404
    told = pages.house.register.history(None, limit=1, offset=0)[0][0]
    assert (told.change.by, told.table) == ("root", "alarm")
    assert "ticket 7" in told.change.why


def test_sealed_anew_the_old_paper_lets_nobody_in(pages):
    glass = come_in(pages)
    catalogue.BREAK_GLASS(pages.view, "another-passphrase-of-thirty")
    assert glass.get("/account/").status_code == 302
    again = pages.client().post("/account/login/", {"login": "break-glass", "password": SEALED})
    assert again.status_code == 200


def test_nobody_gets_in_by_it_when_that_cannot_be_told(pages, monkeypatch):
    catalogue.BREAK_GLASS(pages.view, SEALED)

    def broken(*_args, **_more):
        raise OSError("the disk is gone")

    monkeypatch.setattr("leadglass.register.accounts.AccountBook.raise_alarm", broken)
    client = pages.client(raise_request_exception=False)
    client.post("/account/login/", {"login": "break-glass", "password": SEALED})
    assert client.get("/account/").status_code == 302


def test_administrators_are_told_by_mail_where_it_is_set(pages, tmp_path):
    pages.invite("root", "administrator", email="root@hospital.example")
    link = pages.invite("second", "administrator", email="second@hospital.example")
    pages.client().post(link, {"passphrase": WORDS, "again": WORDS})
    told = {
        **mail.of_address("smtp://mail.hospital.example?from=ledger@hospital.example"),
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(tmp_path / "mails"),
    }
    with override_settings(**told):
        come_in(pages)
        for _ in range(100):
            sent = [path.read_text() for path in (tmp_path / "mails").glob("*")]
            if any("203.0.113.9" in text for text in sent):
                break
            time.sleep(0.05)
    (text,) = sent
    assert "To: second@hospital.example" in text
    assert "From: ledger@hospital.example" in text
    assert SEALED not in text


@pytest.mark.parametrize("mailed", ["a.chair@hospital.example", "nobody@hospital.example"])
def test_a_link_by_mail_renews_a_passphrase_and_the_answer_is_the_same_for_all(pages, tmp_path, mailed):
    link = pages.invite("a.chair", "viewer", email="a.chair@hospital.example")
    pages.client().post(link, {"passphrase": WORDS, "again": WORDS})
    told = {
        **mail.of_address("smtps://mail.hospital.example?from=ledger@hospital.example"),
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(tmp_path / "mails"),
    }
    known = mailed.startswith("a.chair")
    with override_settings(**told):
        client = pages.client()
        answer = client.post("/account/password/reset/", {"email": mailed}, follow=True)
        assert b"If there is an account with this address" in answer.content
        for _ in range(60 if known else 6):
            sent = [path.read_text() for path in (tmp_path / "mails").glob("*")]
            if any("/account/password/reset/key/" in text for text in sent):
                break
            time.sleep(0.05)
        assert len(sent) == int(known)
        if known:
            text = sent[0].replace("=\n", "")
            path = "/account/password" + text.split("/account/password", 1)[1].split()[0]
            page = client.get(path, follow=True)
            form = page.redirect_chain[-1][0]
            assert client.post(form, {"password1": "short", "password2": "short"}).status_code == 200
            assert client.post(form, {"password1": OTHER, "password2": OTHER}).status_code == 302
            assert client.post("/account/login/", {"login": "a.chair", "password": OTHER}).status_code == 302
            newest = pages.house.register.history(None, limit=1, offset=0)[0][0]
            assert (newest.change.by, newest.table) == ("a.chair", "user")
            used = client.get(path, follow=True)
            assert b"holds no longer" in used.content, "a link works once"
