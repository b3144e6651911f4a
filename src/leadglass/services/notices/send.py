# SPDX-License-Identifier: Apache-2.0
"""Send one notice: as a mail, or to a webhook with a signature over moment and body."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from leadglass.errors import FetchError
from leadglass.services.house import House
from leadglass.values.notices import Channel, Receiver
from leadglass.values.outward import Letters, Mailed, Outward, Sending

SIGNATURE = "Leadglass-Signature"
"""`t=SECONDS,v1=HEX`: HMAC-SHA256 (RFC 2104) by the secret over the seconds, a full stop, and the body."""
DELIVERY = "Leadglass-Delivery"
"""The key of the notice: the same if it comes twice."""
_LEAST = 16  # letters of a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is sent: as a mail, and as the object of a webhook."""

    key: str
    subject: str
    text: str
    html: str
    body: Any


class Sender:
    """Sends notices; a way is opened when it is first needed."""

    def __init__(self, house: House, hosts: frozenset[str], held: ExitStack) -> None:
        self._house = house
        self._hosts = hosts
        self._held = held
        self._letters: Letters | None = None
        self._outward: Outward | None = None

    def send(self, receiver: Receiver, told: Told) -> None:
        """Send a notice. FetchError where it was not taken, UsageError where a setting is missing."""
        if receiver.channel is Channel.MAIL:
            self._mail(receiver, told)
        else:
            self._hook(receiver, told)

    def _mail(self, receiver: Receiver, told: Told) -> None:
        if self._letters is None:
            self._letters = self._held.enter_context(self._house.mail.opened())
        self._letters.send(
            Mailed(to=receiver.address, key=told.key, subject=told.subject, text=told.text, html=told.html)
        )

    def _hook(self, receiver: Receiver, told: Told) -> None:
        if self._outward is None:
            self._outward = self._held.enter_context(self._house.outward())
        secret = self._house.secret(receiver.secret_file)
        if len(secret) < _LEAST:
            raise FetchError(
                f"The webhook of {receiver.because} has no secret of {_LEAST} letters or more: it is told nothing. Set"
                " LEADGLASS_WEBHOOK_SECRET, or secret_file in policies/notices.toml."
            )
        body = msgspec.json.encode(told.body)
        seconds = int(self._house.clock().timestamp())
        headers = {
            "Content-Type": "application/json",
            DELIVERY: told.key,
            SIGNATURE: f"t={seconds},v1={signed(secret, seconds, body)}",
        }
        answer = self._outward.send(
            Sending(method="POST", url=receiver.address, headers=headers, body=body, hosts=self._hosts)
        )
        if not answer.good:
            raise FetchError(
                f"The webhook of {receiver.because} answered {answer.status}. It is told again later; see its own log."
            )


def signed(secret: str, seconds: int, body: bytes) -> str:
    """Sign a moment and a body."""
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


@contextmanager
def sending(house: House, hosts: frozenset[str]) -> Iterator[Sender]:
    """Give a sender for a block."""
    with ExitStack() as held:
        yield Sender(house, hosts, held)
