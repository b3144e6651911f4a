# SPDX-License-Identifier: Apache-2.0
"""What stands around the accounts: addresses behind proxies, cookies, the content policy, Django's own checks."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.test.utils import override_settings

from leadglass.errors import UsageError
from leadglass.web import door, mail
from tests.web.accounts.conftest import WORDS


@pytest.mark.parametrize(
    ("proxies", "told", "seen"),
    [
        (0, "203.0.113.1", "127.0.0.1"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "6.6.6.6, 203.0.113.1", "203.0.113.1"),
        (2, "6.6.6.6, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        (2, "203.0.113.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "nonsense", "0.0.0.0"),  # noqa: S104 - said, not bound
    ],
)
def test_what_a_visitor_writes_of_her_address_is_not_believed(pages, proxies, told, seen):
    pages.person("a.chair", "viewer")
    with override_settings(TRUSTED_PROXIES=proxies):
        client = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=told)
        client.post("/account/login/", {"login": "a.chair", "password": "wrong words"})
    assert pages.log("account.refused")[-1]["origin"] == f"web {seen}"


def test_tries_from_one_address_are_limited_whatever_she_claims(pages):
    with override_settings(TRUSTED_PROXIES=1):
        codes = [
            Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"6.6.6.{n}, 203.0.113.1")
            .post("/account/login/", {"login": f"name{n}", "password": "wrong words"})
            .status_code
            for n in range(32)
        ]
    assert codes[-1] == 429


def test_cookies_and_policy_of_every_page_of_accounts(pages):
    client = pages.person("a.chair", "viewer")
    for address in ("", "mfa/", "mfa/webauthn/add/", "sessions/", "password/change/", "mfa/recovery-codes/"):
        answer = client.get(f"/account/{address}")
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        text = answer.content.decode()
        assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text), address
        assert not re.search(r"\s(on\w+|style)=", text), address
        assert "no-store" in answer.headers.get("Cache-Control", "no-store"), address
    cookie = client.cookies["leadglass"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_form_from_elsewhere_is_refused(pages):
    pages.person("a.chair", "viewer")
    client = Client(enforce_csrf_checks=True)
    assert client.post("/account/login/", {"login": "a.chair", "password": WORDS}).status_code == 403


@pytest.mark.parametrize(
    "told", ["mail.example", "http://mail.example?from=a@b.example", "smtp://mail.example"]
)
def test_an_odd_address_of_mail_is_refused_without_repeating_its_secret(told):
    with pytest.raises(UsageError, match="LEADGLASS_MAIL_URL"):
        mail.of_address(told)
    with pytest.raises(UsageError) as refused:
        mail.of_address("smtp://name:geheim@/?from=x")
    assert "geheim" not in str(refused.value)


def test_the_number_of_proxies_is_a_number():
    assert door.of_address("https://leadglass.hospital.example")["TRUSTED_PROXIES"] == 1
    assert door.of_address("https://leadglass.hospital.example", "2")["TRUSTED_PROXIES"] == 2
    assert door.of_address("http://localhost:8000")["TRUSTED_PROXIES"] == 0
    with pytest.raises(UsageError, match="LEADGLASS_PROXIES"):
        door.of_address("https://leadglass.hospital.example", "one")


CHECK = """
from leadglass.web import boot, door
door.application()
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
"""


def test_djangos_checks_of_a_deployment_find_nothing(tmp_path: Path):
    told = {
        **os.environ,
        "LEADGLASS_HOME": str(tmp_path / "home"),
        "LEADGLASS_URL": "https://leadglass.hospital.example",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    told.pop("LEADGLASS_DATABASE_URL", None)
    ran = subprocess.run([sys.executable, "-c", CHECK], env=told, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "no issues" in ran.stdout
