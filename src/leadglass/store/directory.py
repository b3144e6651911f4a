# SPDX-License-Identifier: Apache-2.0
"""Ask a directory by LDAP (RFC 4511), over verified TLS alone, whether a passphrase is somebody's."""

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from leadglass.errors import FetchError, StateError
from leadglass.formats import ldap
from leadglass.values.sign_on import DirectoryEntry

_PATIENCE = 8.0
"""Seconds that all of a question may take, from connecting to the last answer."""
_PORTS = {"ldaps": 636, "ldap": 389}
_MOST = 2
"""Entries that are asked for: one is wanted, and two are too many."""


class LdapDirectory:
    """Directories (values.sign_on.Directory). `told` is the table's: url, base, bind, authorities, names of attributes."""

    def find(self, told: Mapping[str, str], secret: str, username: str) -> DirectoryEntry | None:
        """Give the one entry of a name; None where there is none, or more than one. FetchError where it is not reached."""
        wanted = [told[name] for name in ("subject", "username", "name", "email", "groups") if told[name]]
        with _opened(told) as way:
            if told["bind"] and not way.bound(told["bind"], secret):
                raise StateError(
                    "The directory does not take our own name and secret. Compare `bind` in policies/sign_on.toml and"
                    " LEADGLASS_SIGN_ON_SECRETS with what it has."
                )
            entries = way.found(told["base"], told["username"], username, wanted)
        if len(entries) != 1:
            return None
        named = {name.lower(): name for name in wanted}  # RFC 4512, 2.5: names of attributes in whatever case
        attributes = {
            named[name.lower()]: tuple(map(_text, values))
            for name, values in entries[0].attributes.items()
            if name.lower() in named
        }
        return DirectoryEntry(name=entries[0].name, attributes=attributes)

    def proves(self, told: Mapping[str, str], entry: DirectoryEntry, passphrase: str) -> bool:
        """Tell whether a passphrase is that of an entry. FetchError where the directory is not reached."""
        if not passphrase or not entry.name:
            return False  # RFC 4513, 5.1.2: a bind without a passphrase succeeds, as nobody
        with _opened(told) as way:
            return way.bound(entry.name, passphrase)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()  # objectGUID of Active Directory is octets


class _Way:
    """A connection: one question after the other, all of them within a time."""

    def __init__(self, connection: socket.socket, end: float) -> None:
        self.connection = connection
        self._end = end
        self._number = 0

    def bound(self, name: str, passphrase: str) -> bool:
        """Tell whether the directory takes name and passphrase."""
        (last,) = self._asked(ldap.bind(self._next(), name, passphrase))
        if last.code == ldap.SUCCESS:
            return True
        if last.code in ldap.DENIED:
            return False
        raise FetchError(
            f"The directory answers a sign-in with the code {last.code}. Ask who keeps it, or sign in otherwise."
        )

    def found(self, base: str, attribute: str, value: str, wanted: list[str]) -> list[ldap.Message]:
        """Give the entries of which an attribute has a value; two stand for more."""
        asked = ldap.search(self._next(), base, attribute, value, wanted, most=_MOST, seconds=int(_PATIENCE))
        *entries, last = self._asked(asked)
        if last.code not in {ldap.SUCCESS, ldap.SIZE_LIMIT}:
            raise StateError(
                f"The directory does not search below {base} (code {last.code}). Compare `base` and `bind` in"
                " policies/sign_on.toml with what it has."
            )
        return [entry for entry in entries if entry.name]

    def secured(self, context: ssl.SSLContext, host: str) -> None:
        """Go over to TLS (4.14)."""
        (last,) = self._asked(ldap.start_tls(self._next()))
        if last.code != ldap.SUCCESS:
            raise FetchError("The directory does not speak TLS. No passphrase was sent. Ask who keeps it.")
        self.connection = context.wrap_socket(self.connection, server_hostname=host)

    def leave(self) -> None:
        """Take leave."""
        self.connection.sendall(ldap.unbind(self._next()))

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _asked(self, question: bytes) -> list[ldap.Message]:
        """Send a question; give what is said to it, up to its end. Nothing is read beyond: what follows may be TLS."""
        self._timed()
        self.connection.sendall(question)
        said: list[ldap.Message] = []
        while not said or said[-1].code is None:
            message = self._message()
            if message.number != self._number or len(said) > _MOST * 8:
                raise FetchError(
                    "The directory answers what was not asked. Nobody was let in. Ask who keeps it."
                )
            said.append(message)
        return said

    def _message(self) -> ldap.Message:
        raw = b""
        while (whole := ldap.length(raw)) is None:
            raw += self._octets(1)
        while len(raw) < whole:
            raw += self._octets(whole - len(raw))
        return ldap.read(raw)

    def _octets(self, most: int) -> bytes:
        self._timed()
        came = self.connection.recv(most)
        if not came:
            raise ConnectionError("the directory hung up")
        return came

    def _timed(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)


@contextmanager
def _opened(told: Mapping[str, str]) -> Iterator[_Way]:
    """Open a way for a block, on which nothing is said before TLS is verified (RFC 4513, 3.1.3)."""
    address, end = urlsplit(told["url"]), time.monotonic() + _PATIENCE
    host = address.hostname or ""
    way = None
    try:
        context = ssl.create_default_context(cafile=told["authorities"] or None)
        way = _Way(socket.create_connection((host, address.port or _PORTS[address.scheme]), _PATIENCE), end)
        if address.scheme == "ldaps":
            way.connection = context.wrap_socket(way.connection, server_hostname=host)
        else:
            way.secured(context, host)
        yield way
        way.leave()
    except OSError as error:
        raise FetchError(
            f"The directory {host} is not reached, or its certificate is not to be believed ({type(error).__name__})."
            " No passphrase was sent to anybody else. Sign in otherwise, or try again."
        ) from error
    finally:
        if way is not None:
            way.connection.close()
