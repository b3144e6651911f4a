# SPDX-License-Identifier: Apache-2.0
"""Mail of the pages: by one address in the environment, or not at all.

What a stranger asks for holds up no page, and no page tells of it.
"""

import logging
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from leadglass.errors import UsageError

VARIABLE = "LEADGLASS_MAIL_URL"
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_PATIENCE = 20
_LOG = logging.getLogger(__name__)


def of_address(address: str) -> Mapping[str, Any]:
    """Give the settings of mail, from smtp+starttls://name:secret@host:587?from=leadglass@hospital.example; "" is none."""
    if not address:
        return {"MAIL_IS_SET": False, "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    told = urlsplit(address)
    sender = parse_qs(told.query).get("from", [""])[0]
    if told.scheme not in _PORTS or not told.hostname or "@" not in sender:
        raise UsageError(
            f"{VARIABLE} is no address of a mail server. Write it like"
            " smtp+starttls://name:secret@mail.hospital.example:587?from=leadglass@hospital.example"
        )
    return {
        "MAIL_IS_SET": True,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": told.hostname,
        "EMAIL_PORT": told.port or _PORTS[told.scheme],
        "EMAIL_HOST_USER": unquote(told.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(told.password or ""),
        "EMAIL_USE_TLS": told.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": told.scheme == "smtps",
        "EMAIL_TIMEOUT": _PATIENCE,
        "DEFAULT_FROM_EMAIL": sender,
    }


def is_set() -> bool:
    """Tell whether mail can be sent."""
    return bool(getattr(settings, "MAIL_IS_SET", False))


def send(message: EmailMessage) -> None:
    """Send beside the answer: how long it takes tells nobody whether an account exists."""
    if is_set():
        threading.Thread(target=_send, args=(message,), daemon=True).start()


def sent(message: EmailMessage) -> bool:
    """Send before the answer, and say whether the server took it: for who invites, and may know of the account."""
    return is_set() and _send(message)


def _send(message: EmailMessage) -> bool:
    try:
        message.send()
    except OSError as error:  # those of SMTP are of this kind
        _LOG.warning("A mail was not sent: %s", type(error).__name__)
        return False
    return True
