# SPDX-License-Identifier: Apache-2.0
"""Send mail (RFC 5321) by a server that is trusted to carry it: over TLS, unless it is on this machine."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

from leadglass.errors import FetchError, UsageError
from leadglass.values.outward import Mailed
from leadglass.values.ports import Clock

SERVER = "LEADGLASS_MAIL_SERVER"
SENDER = "LEADGLASS_MAIL_FROM"
USER = "LEADGLASS_MAIL_USER"
PASSWORD = "LEADGLASS_MAIL_PASSWORD"  # noqa: S105 - the name of a variable  # nosec B105
PASSWORD_FILE = "LEADGLASS_MAIL_PASSWORD_FILE"  # noqa: S105 - likewise  # nosec B105
AUTHORITIES = "LEADGLASS_MAIL_CA"
VARIABLES = (SERVER, SENDER, USER, PASSWORD, PASSWORD_FILE, AUTHORITIES)

_IMPLICIT = 465  # RFC 8314 3.3: TLS from the first byte
_SUBMISSION = 587
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SILENCE = 30.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The server of mail and who we are there."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: str = ""

    @property
    def domain(self) -> str:
        """Give the domain of the sender."""
        return parseaddr(self.sender)[1].rpartition("@")[2]


def account(settings: Mapping[str, str]) -> Account | None:
    """Read the settings; None where no server is named. UsageError where they contradict each other."""
    server = settings.get(SERVER, "")
    if not server:
        return None
    host, _, port = server.rpartition(":") if server.rpartition(":")[2].isdecimal() else (server, "", "")
    sender = settings.get(SENDER, "")
    if "@" not in parseaddr(sender)[1]:
        raise UsageError(
            f"Mail needs a sender. Set {SENDER}, such as: Leadglass <leadglass@hospital.example>"
        )
    return Account(
        host=host.strip("[]"),
        port=int(port or _SUBMISSION),
        sender=sender,
        user=settings.get(USER, ""),
        password=secret(settings, PASSWORD, PASSWORD_FILE),
        authorities=settings.get(AUTHORITIES, ""),
    )


def secret(settings: Mapping[str, str], name: str, file: str) -> str:
    """Read a secret from a file, else from the environment. UsageError where the file cannot be read."""
    path = settings.get(file, "")
    if not path:
        return settings.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The file that {file} names cannot be read. Check its path and its rights."
        ) from error


class SmtpMail:
    """Mail by one server (values.outward.Mail)."""

    def __init__(self, settings: Mapping[str, str], clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @property
    def ready(self) -> bool:
        """Tell whether a server of mail is set."""
        return bool(self._settings.get(SERVER))

    @contextmanager
    def opened(self) -> Iterator["SmtpLetters"]:
        """Open a connection for a block. FetchError where the server cannot be used."""
        own = account(self._settings)
        if own is None:
            raise UsageError(f"No server of mail is set. Set {SERVER} and {SENDER}.")
        with _told(own, "cannot be used"):
            connection = _connected(own)
        try:
            yield SmtpLetters(connection, own, self._clock)
        finally:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()


class SmtpLetters:
    """A connection to a server of mail (values.outward.Letters)."""

    def __init__(self, connection: smtplib.SMTP, own: Account, clock: Clock) -> None:
        self._connection = connection
        self._own = own
        self._clock = clock

    def send(self, mailed: Mailed) -> None:
        """Hand a mail over. FetchError where the server did not take it."""
        with _told(self._own, f"did not take the mail to {mailed.to}"):
            self._connection.send_message(_written(mailed, self._own, self._clock))


def _written(mailed: Mailed, own: Account, clock: Clock) -> EmailMessage:
    """Write a mail: text first, HTML beside it (RFC 2046 5.1.4)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = own.sender
    message["To"] = mailed.to
    message["Subject"] = " ".join(mailed.subject.split())
    message["Date"] = format_datetime(clock())
    message["Message-ID"] = f"<{mailed.key}@{own.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 5: nobody's absence answers
    message.set_content(mailed.text)
    message.add_alternative(mailed.html, subtype="html")
    return message


def _connected(own: Account) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=own.authorities or None)
    connection: smtplib.SMTP
    if own.port == _IMPLICIT:
        connection = smtplib.SMTP_SSL(own.host, own.port, timeout=_SILENCE, context=context)
    else:
        connection = smtplib.SMTP(own.host, own.port, timeout=_SILENCE)
    try:
        connection.ehlo()
        if own.port != _IMPLICIT and (own.host not in _LOOPBACK or connection.has_extn("starttls")):
            connection.starttls(context=context)  # SMTPNotSupportedError where the server has none
            connection.ehlo()
        if own.user:
            connection.login(own.user, own.password)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _told(own: Account, what: str) -> Iterator[None]:
    """Turn the faults of a block into a sentence without secrets."""
    place = f"The server of mail {own.host}:{own.port}"
    try:
        yield
    except smtplib.SMTPNotSupportedError as error:
        raise FetchError(
            f"{place} offers no TLS, so anybody on the way could read along. Nothing was sent. Use a port with TLS"
            f" (587, 465): {SERVER}"
        ) from error
    except smtplib.SMTPAuthenticationError as error:
        raise FetchError(
            f"{place} does not let us in ({error.smtp_code}). Check {USER} and {PASSWORD}."
        ) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        code = getattr(error, "smtp_code", "")
        why = f"{type(error).__name__} {code}".strip()
        raise FetchError(f"{place} {what} ({why}). It is tried again.") from error
