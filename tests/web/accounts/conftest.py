# SPDX-License-Identifier: Apache-2.0
"""The pages over a hospital's home, as a browser finds them at http://localhost; people with roles; their phones."""

import hashlib
import hmac
import secrets
import struct
import time
from base64 import b32decode
from dataclasses import dataclass, replace

import pytest
from django.conf import settings
from django.db import connections
from django.template import Template
from django.test import Client
from django.test.utils import instrumented_test_render, override_settings

from leadglass import compose
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.invite import Inviting
from leadglass.services.ledger.view import View
from leadglass.values.scope import Scope
from leadglass.web import door
from leadglass.web import urls as _urls  # noqa: F401 - signals are connected with the pages
from tests.hospital import Hospital, fleet

WORDS = "wobbly lantern quietly orbits seven herons"
OTHER = "marble cutlery dreams beneath foggy escalators"


@dataclass
class Pages:
    """The pages of one home."""

    view: View

    @property
    def house(self):
        return self.view.house

    def client(self, address="198.51.100.7", **more):
        return Client(REMOTE_ADDR=address, enforce_csrf_checks=False, **more)

    def invite(self, username, role, site="", **more):
        secret = secrets.token_urlsafe(32)
        catalogue.INVITE(self.view, Inviting(secret=secret, username=username, role=role, site=site, **more))
        return f"/account/welcome/{secret}"

    def welcomed(self, username, role, site="", words=WORDS, address="198.51.100.7"):
        """Somebody with a passphrase and no second factor yet."""
        client, link = self.client(address), self.invite(username, role, site)
        answer = client.post(link, {"passphrase": words, "again": words})
        assert answer.status_code == 302, answer.content.decode()
        return client

    def person(self, username, role, site="", **more):
        """Somebody who is signed in with an app as her second factor."""
        client = self.welcomed(username, role, site, **more)
        client.seed = set_up_app(client)
        return client

    def log(self, kind):
        return [entry["body"] for entry in self.house.log.entries() if entry["kind"] == kind]


def code(seed, ahead=0):
    """The code that an app shows (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.new(b32decode(seed), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def set_up_app(client):
    page = client.get("/account/mfa/totp/activate/")
    assert page.status_code == 200, page
    seed = page.context["form"].secret
    answer = client.post("/account/mfa/totp/activate/", {"code": code(seed)})
    assert answer.status_code == 302, answer.content.decode()
    return seed


@pytest.fixture
def database_url():
    return ""


def two_devices(hospital):
    """Received and assessed: one device at each of two sites."""
    hospital.receive(fleet({"asset_tag": "CT-1", "site": "North"}, {"asset_tag": "CT-2", "site": "South"}))
    hospital.assess()


@pytest.fixture
def pages(tmp_path, monkeypatch, database_url, begin):
    home = tmp_path / "home"
    monkeypatch.setenv(compose.HOME_VARIABLE, str(home))
    monkeypatch.setenv(compose.URL_VARIABLE, database_url)
    if database_url:  # a copy of a home has no register elsewhere
        two_devices(Hospital(home))
    else:
        begin(two_devices)
    door.house.cache_clear()
    told: dict = {**door.of_home(door.house().home), **door.of_address("http://localhost:8000")}
    settings.SECRET_KEY = told.pop("SECRET_KEY")  # once there is one, Django lets nobody take it away
    monkeypatch.setattr(Template, "_render", instrumented_test_render)
    with override_settings(**told | {"ALLOWED_HOSTS": ["testserver", "localhost"]}):
        house = replace(door.house(), person="os:root")
        yield Pages(view=View(house=house, scope=Scope.all()))
    connections.close_all()
    door.house.cache_clear()
