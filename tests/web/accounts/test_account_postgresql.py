# SPDX-License-Identifier: Apache-2.0
"""Accounts on a real PostgreSQL: the same pages, the same refusals, the same history."""

import psycopg
import pytest
from django.core.cache import cache

from leadglass.errors import StateError
from leadglass.services.accounts import catalogue
from tests.postgresql import postgresql
from tests.web.accounts.conftest import OTHER, WORDS, code
from tests.web.accounts.restored import survives

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with postgresql(tmp_path_factory) as started:
        yield started


@pytest.fixture
def database_url(server):
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS accounts")
        connection.execute("CREATE DATABASE accounts")
    return server.get_uri("accounts")


def test_from_the_invitation_to_the_end(pages):
    client = pages.person("a.chair", "administrator")
    codes = client.post("/account/mfa/recovery-codes/").context["codes"]
    other = pages.client()
    other.post("/account/login/", {"login": "a.chair", "password": WORDS})
    assert other.post("/account/mfa/authenticate/", {"code": codes[0]}).status_code == 302
    assert other.get("/").status_code == 200
    new = {"oldpassword": WORDS, "password1": OTHER, "password2": OTHER}
    assert client.post("/account/password/change/", new).status_code == 302
    assert other.get("/account/").status_code == 302
    cache.clear()
    again = pages.client()
    again.post("/account/login/", {"login": "a.chair", "password": OTHER})
    assert again.post("/account/mfa/authenticate/", {"code": code(client.seed)}).status_code == 302
    with pytest.raises(StateError, match="Nobody would be administrator"):
        catalogue.SWITCH_ACCOUNT(pages.view, "a.chair", active=False)
    assert pages.house.register.verify() > 0


def test_accounts_survive_a_backup_into_another_database(pages, server, tmp_path, monkeypatch):
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS accounts_again")
        connection.execute("CREATE DATABASE accounts_again")
    survives(pages, tmp_path / "again", server.get_uri("accounts_again"), monkeypatch)


def test_the_break_glass_account_is_told_and_settled(pages):
    root = pages.person("root", "administrator")
    catalogue.BREAK_GLASS(pages.view, "q8m67-sjz4h-jpheh-t62mk-8hptc")
    glass = pages.client()
    glass.post("/account/login/", {"login": "break-glass", "password": "q8m67-sjz4h-jpheh-t62mk-8hptc"})
    assert b"break-glass account" in root.get("/").content
    (alarm,) = pages.house.accounts.alarms()
    root.post(f"/account/alarm/{alarm.number}", {"why": "sign-on was down, ticket 7"})
    assert pages.house.accounts.alarms() == []
    assert pages.house.register.verify() > 0
