# SPDX-License-Identifier: Apache-2.0
"""The door itself: the house of this process, and the WSGI application, at the address that the environment says.

`LEADGLASS_URL` is where browsers find it (http://localhost:8000 unless it is said). With https: cookies are for TLS
alone, and browsers are told to come by TLS alone. `LEADGLASS_PROXIES` is how many proxies of ours stand before it: 1
where the address is https, for the TLS is theirs; else 0.
"""

import os
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.translation import to_language

from leadglass.compose import build
from leadglass.errors import UsageError
from leadglass.services.house import House
from leadglass.web import attempts, mail
from leadglass.web.words.catalogue import languages
from leadglass.web.words.spoken import OWN

URL_VARIABLE = "LEADGLASS_URL"
PROXIES_VARIABLE = "LEADGLASS_PROXIES"
USUAL = "http://localhost:8000"
LOCALE = "locale"
"""The folder of a home for catalogues of translations of its own."""
_KEY = "web.key"
_HERE = ("localhost", "127.0.0.1", "[::1]")
_YEAR = 365 * 86_400


@cache
def house() -> House:
    """Give the house that this process serves; built once."""
    return build(remembers=True)


def application() -> Any:
    """Give the WSGI application. UsageError where the address is odd, StateError where the home cannot be used."""
    address = os.environ.get(URL_VARIABLE, "") or USUAL
    proxies, sender = os.environ.get(PROXIES_VARIABLE, ""), os.environ.get(mail.VARIABLE, "")
    told = {**of_home(house().home), **of_address(address, proxies), **mail.of_address(sender)}
    for name, value in told.items():
        setattr(settings, name, value)
    return get_wsgi_application()


def of_home(home: Path) -> Mapping[str, Any]:
    """Give the settings that depend on the home: its key of cookies and links, and where counts of attempts are kept."""
    return {
        "SECRET_KEY": _key(home / "keys" / _KEY),
        "CACHES": attempts.stores(str(home / "attempts")),
        "LOCALE_PATHS": [str(home / LOCALE)],
        "LANGUAGES": [("en", "English"), *_languages(home / LOCALE)],
    }


def _languages(folder: Path) -> list[tuple[str, str]]:
    """Give the languages beside English in which pages are said: those of which a catalogue is at hand."""
    return [(to_language(name), name) for name in languages((OWN, folder)) if name != "en"]


def of_address(address: str, proxies: str = "") -> Mapping[str, Any]:
    """Give the settings that depend on the address at which browsers find the pages, and the proxies before them."""
    if proxies and not proxies.isdecimal():
        raise UsageError(
            f"{PROXIES_VARIABLE}={proxies} is no number. Say how many proxies of yours stand before it."
        )
    told = urlsplit(address)
    if told.scheme not in {"http", "https"} or not told.hostname or told.path not in {"", "/"}:
        raise UsageError(
            f"{URL_VARIABLE}={address} is no address. Write it like https://leadglass.hospital.example"
        )
    here, safe = told.hostname in _HERE, told.scheme == "https"
    if not safe and not here:
        raise UsageError(
            f"{URL_VARIABLE}={address} would send passphrases in the clear. Put it behind TLS, and write https://"
        )
    return {
        "ALLOWED_HOSTS": [told.hostname, *(_HERE if here else ())],
        "CSRF_TRUSTED_ORIGINS": [f"{told.scheme}://{told.netloc}"],
        "SESSION_COOKIE_SECURE": safe,
        "CSRF_COOKIE_SECURE": safe,
        "SESSION_COOKIE_NAME": "__Host-leadglass" if safe else "leadglass",
        "SECURE_SSL_REDIRECT": safe,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if safe else None,
        "SECURE_HSTS_SECONDS": _YEAR if safe else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": safe,
        "SECURE_HSTS_PRELOAD": safe,
        "TRUSTED_PROXIES": int(proxies) if proxies else int(safe),
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": told.scheme,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": here and not safe,
    }


def _key(place: Path) -> str:
    """Give the key of this home; made once, for its owner's eyes alone. Whoever has it can forge cookies."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return place.read_text(encoding="ascii")
    made = secrets.token_urlsafe(64)
    with os.fdopen(number, "w", encoding="ascii") as stream:
        stream.write(made)
    return made
