# SPDX-License-Identifier: Apache-2.0
"""An authenticator in software (WebAuthn 2): one passkey that knows its person, made and used through the pages' forms."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

ORIGIN, NAME = "http://testserver", "testserver"
_PRESENT_AND_VERIFIED, _ATTESTED = 0x05, 0x40


def _b64(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Passkey:
    """A key pair, its id, and the handle of whom it signs in."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.count = 0
        self.handle = ""

    def register(self, client):
        """Set it up on the page of somebody who is signed in."""
        page = client.get("/account/mfa/webauthn/add/")
        assert page.status_code == 200, page
        asked = json.loads(json.dumps(page.context["js_data"], default=dict))["creation_options"]["publicKey"]
        self.handle = asked["user"]["id"]
        point = self.key.public_key().public_numbers()
        held = cbor.encode({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
        told = self._data(_ATTESTED) + bytes(16) + len(self.id).to_bytes(2) + self.id + held
        response = {
            "clientDataJSON": self._client("webauthn.create", asked["challenge"])[1],
            "attestationObject": _b64(cbor.encode({"fmt": "none", "attStmt": {}, "authData": told})),
        }
        form = {
            "name": "My key",
            "passwordless": "on",
            "credential": self._credential(response, credProps={"rk": True}),
        }
        return client.post("/account/mfa/webauthn/add/", form)

    def sign_in(self, client):
        """Sign in by it alone."""
        asked = client.get(
            "/account/mfa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}
        ).json()
        data = self._data(0)
        raw, client_data = self._client("webauthn.get", asked["request_options"]["publicKey"]["challenge"])
        signature = self.key.sign(data + hashlib.sha256(raw).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": client_data, "authenticatorData": _b64(data), "signature": _b64(signature),
                    "userHandle": self.handle}  # fmt: skip
        return client.post("/account/mfa/webauthn/login/", {"credential": self._credential(response)})

    def _data(self, flags):
        self.count += 1
        rp = hashlib.sha256(NAME.encode()).digest()
        return rp + bytes([_PRESENT_AND_VERIFIED | flags]) + self.count.to_bytes(4)

    def _client(self, kind, challenge):
        raw = json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN}).encode()
        return raw, _b64(raw)

    def _credential(self, response, **results):
        told = {"id": _b64(self.id), "rawId": _b64(self.id), "type": "public-key", "response": response,
                "clientExtensionResults": results}  # fmt: skip
        return json.dumps(told)
