# SPDX-License-Identifier: Apache-2.0
"""Sign-on by a directory, against OpenLDAP: over verified TLS alone, by one entry alone, with a passphrase."""

import json
import socket
import threading
import time

import pytest

from leadglass.services.accounts import catalogue
from tests.web.sign_on import directory_server as ldap

pytestmark = pytest.mark.service

START, FORM = "/account/sign-on/staff/", "/account/sign-on/staff/directory/"
SECRETS = f"staff {ldap.READS}"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    with ldap.served(tmp_path_factory.mktemp("directory")) as known:
        yield known


@pytest.fixture
def hospital(vouched, directory):
    return vouched(directory.table(), SECRETS)


def come(pages, name, passphrase=ldap.PASSPHRASE, address="198.51.100.7"):
    client = pages.client(address)
    assert client.get(START)["Location"] == FORM
    assert b"Sign in by Directory" in client.get(FORM).content
    return client, client.post(FORM, {"login": name, "password": passphrase})


def signed_in(client):
    return client.get("/account/").status_code == 200


def test_name_and_passphrase_of_the_directory_let_a_member_of_a_mapped_group_in(hospital):
    client, answer = come(hospital, "j.doe")
    assert answer.status_code == 302, answer.content.decode()
    assert client.get("/")["Location"] == "/account/mfa/", "a directory asks for no second factor; we do"
    (link,) = hospital.house.accounts.links("j.doe")
    assert link.issuer == f"ldap:{ldap.BASE}"
    assert len(link.subject) == 36, "the entryUUID, which never changes"
    account = hospital.house.accounts.account("j.doe")
    assert (account.name, account.email) == ("Jo Doe", "jo@hospital.example")
    held = [(grant.role, grant.site) for grant in hospital.house.accounts.grants("j.doe")]
    assert held == [("clinical_engineer", "North")]


def test_by_starttls_it_is_the_same(vouched, directory):
    pages = vouched(directory.table(url=f"ldap://localhost:{directory.port}"), SECRETS)
    client, answer = come(pages, "j.doe")
    assert answer.status_code == 302, answer.content.decode()
    assert signed_in(client)


def test_who_has_no_mapped_group_gets_no_account(hospital):
    client, answer = come(hospital, "k.roe")
    assert answer.status_code == 403
    assert hospital.house.accounts.account("k.roe") is None
    assert not signed_in(client)


@pytest.mark.parametrize(
    ("name", "passphrase"),
    [
        ("j.doe", "wrong"),
        ("j.doe", ""),
        ("nobody", ldap.PASSPHRASE),
        ("*", ldap.PASSPHRASE),
        ("j.*", ldap.PASSPHRASE),
        ("*)(uid=*", ldap.PASSPHRASE),
        ("j.doe)(objectClass=*", ldap.PASSPHRASE),
        ("j.doe)(|(uid=*", ldap.PASSPHRASE),
        ("\\6a.doe", ldap.PASSPHRASE),
        ("twin", ldap.PASSPHRASE),
        ("reader", ldap.READS),
        ("x" * 300, ldap.PASSPHRASE),
        (f"uid=j.doe,{ldap.BASE}", ldap.PASSPHRASE),
    ],
)
def test_nobody_else_is_let_in(hospital, name, passphrase):
    client, answer = come(hospital, name, passphrase)
    assert answer.status_code == 200
    assert not signed_in(client)
    assert [account.username for account in hospital.house.accounts.accounts()] == []


def test_a_certificate_of_somebody_else_is_refused_before_any_passphrase_is_sent(
    vouched, directory, tmp_path
):
    stranger, _key = ldap.certified(tmp_path, ("localhost",))
    pages = vouched(directory.table(authorities=str(stranger)), SECRETS)
    client, answer = come(pages, "j.doe")
    assert answer.status_code == 502
    assert b"certificate is not to be believed" in answer.content
    assert not signed_in(client)


def test_a_certificate_of_another_name_is_refused(vouched, tmp_path):
    with ldap.served(tmp_path, ("directory.elsewhere.example",)) as other:
        pages = vouched(other.table(), SECRETS)
        client, answer = come(pages, "j.doe")
    assert answer.status_code == 502
    assert not signed_in(client)


def test_a_server_without_tls_is_told_no_passphrase(vouched, directory):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(
                    b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00"
                )  # protocolError
                connection.settimeout(2)
                heard.append(connection.recv(4096))

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        pages = vouched(directory.table(url=f"ldap://127.0.0.1:{listener.getsockname()[1]}"), SECRETS)
        client, page = come(pages, "j.doe")
        thread.join(5)
    assert page.status_code == 502
    assert not signed_in(client)
    assert ldap.READS.encode() not in b"".join(heard)
    assert b"1.3.6.1.4.1.1466.20037" in heard[0], "it was asked for TLS first"


def test_a_silent_directory_holds_nobody_longer_than_a_bound(vouched, directory, monkeypatch):
    monkeypatch.setattr("leadglass.store.directory._PATIENCE", 1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        pages = vouched(directory.table(url=f"ldaps://localhost:{listener.getsockname()[1]}"), SECRETS)
        began = time.monotonic()
        _client, page = come(pages, "j.doe")
    assert page.status_code == 502
    assert time.monotonic() - began < 5


def test_a_directory_that_is_ended_is_said_and_other_ways_stay_open(vouched, tmp_path):
    with ldap.served(tmp_path) as known:
        table = known.table()
    pages = vouched(table, SECRETS)
    client, answer = come(pages, "j.doe")
    assert answer.status_code == 502
    sealed = "q8m67-sjz4h-jpheh-t62mk-8hptc"
    catalogue.BREAK_GLASS(pages.view, sealed)
    assert client.post("/account/login/", {"login": "break-glass", "password": sealed}).status_code == 302
    assert signed_in(client)


def test_a_secret_of_ours_that_is_wrong_is_said(vouched, directory):
    pages = vouched(directory.table(), "staff wrong")
    _client, answer = come(pages, "j.doe")
    assert answer.status_code == 409
    assert b"does not take our own name" in answer.content


def test_guessing_is_limited_and_locks_nobody_out(hospital):
    for _ in range(5):
        come(hospital, "j.doe", "wrong", "203.0.113.5")
    _client, answer = come(hospital, "j.doe", address="203.0.113.5")
    assert answer.status_code == 429
    client, answer = come(hospital, "j.doe", address="203.0.113.6")
    assert answer.status_code == 302
    assert signed_in(client)


def test_no_passphrase_stands_in_the_log(hospital):
    come(hospital, "j.doe", "a passphrase that is wrong")
    come(hospital, "j.doe")
    log = json.dumps(list(hospital.house.log.entries()), default=str)
    for secret in ("a passphrase that is wrong", ldap.PASSPHRASE, ldap.READS):
        assert secret not in log
