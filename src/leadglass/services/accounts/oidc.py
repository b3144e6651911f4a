# SPDX-License-Identifier: Apache-2.0
"""Sign on by OpenID Connect Core 1.0 (authorisation code) with PKCE (RFC 7636), state, nonce, and a signed ID token."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from leadglass.errors import FetchError, RefusedError
from leadglass.formats import id_token
from leadglass.services.accounts.providers import secret
from leadglass.services.house import House
from leadglass.values.outward import Sending
from leadglass.values.sign_on import Arrival, Provider, lately

_WELL_KNOWN = "/.well-known/openid-configuration"
_MOST = 1 << 20
_PATIENCE = 10.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to a provider: where to send the browser, and what its answer has to fit."""

    url: str
    state: str
    nonce: str
    verifier: str


def ask(
    house: House, provider: Provider, back: str, words: Callable[[], str], *, again: bool = False
) -> Asked:
    """Begin: `back` is where the provider sends the browser, `words` makes 32 random bytes as text.

    `again`: its person has to show once more who she is. FetchError where the provider is not reached.
    """
    known = _configuration(house, provider)
    state, nonce, verifier = words(), words(), words()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    told = {
        "response_type": "code",
        "client_id": provider.told["client"],
        "redirect_uri": back,
        "scope": provider.told["scope"],
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if again else {}),
    }
    address = _address(known, "authorization_endpoint")
    joined = f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(told)}"
    return Asked(url=joined, state=state, nonce=nonce, verifier=verifier)


def answered(
    house: House,
    provider: Provider,
    back: str,
    asked: Asked,
    given: Mapping[str, str],
    *,
    again: bool = False,
) -> Arrival:
    """End: give who arrives. RefusedError where what was given does not fit the question, FetchError where nobody answers."""
    if not asked.state or not hmac.compare_digest(given.get("state", "").encode(), asked.state.encode()):
        raise RefusedError(
            "This answer belongs to no question of yours, or it came a second time. Sign in once more."
        )
    if given.get("error"):
        raise RefusedError(
            f"{provider.label} let nobody in ({given['error'][:40]!r}). Sign in once more, or ask there."
        )
    # RFC 9207: an answer that says whose it is has to be of who was asked
    if given.get("iss", provider.issuer) != provider.issuer:
        raise RefusedError(
            "This answer is of another provider than the one that was asked. Nobody was let in."
        )
    known = _configuration(house, provider)
    told = _post(house, provider, known, {
        "grant_type": "authorization_code", "code": given.get("code", ""), "redirect_uri": back,
        "code_verifier": asked.verifier,
    })  # fmt: skip
    claims = id_token.read(
        str(told.get("id_token", "")),
        _get(house, _address(known, "jwks_uri")),
        issuer=provider.issuer,
        client=provider.told["client"],
        nonce=asked.nonce,
        now=house.clock(),
    )
    if again and not _shown_lately(claims, house.clock().timestamp()):
        raise RefusedError(
            f"{provider.label} does not say that you have just signed in there. Sign out there, and try again."
        )
    return _arrival(provider, claims)


def _shown_lately(claims: Mapping[str, Any], now: float) -> bool:
    """Tell whether its person has just shown who she is (auth_time, Core 1.0, 2, has to be there where it was asked)."""
    at = claims.get("auth_time")
    return isinstance(at, int | float) and lately(at, now)


def _arrival(provider: Provider, claims: Mapping[str, Any]) -> Arrival:
    proofs = {*_texts(claims.get("acr")), *_texts(claims.get("amr"))}
    return Arrival(
        provider=provider.key,
        issuer=provider.issuer,
        subject=claims["sub"],
        username=next(iter(_texts(claims.get(provider.told["username"]))), ""),
        name=next(iter(_texts(claims.get("name"))), ""),
        email=next(iter(_texts(claims.get("email"))), ""),
        groups=frozenset(_texts(claims.get(provider.groups))),
        strong=bool(proofs & provider.strong),
    )


def _texts(value: object) -> Iterable[str]:
    """Give the texts of a claim that is one or a list of them; of any other nothing."""
    listed = value if isinstance(value, list) else [value]
    return [text for text in listed if isinstance(text, str) and text]


def _configuration(house: House, provider: Provider) -> Mapping[str, Any]:
    """Give what a provider says of itself (OpenID Connect Discovery 1.0, 4). It has to call itself what the table does."""
    known = _json(_get(house, provider.issuer.rstrip("/") + _WELL_KNOWN))
    if known.get("issuer") != provider.issuer:
        raise RefusedError(
            f"{provider.label} calls itself {str(known.get('issuer'))!r:.100}, not {provider.issuer!r}. Compare the issuer in"
            " policies/sign_on.toml with what it says, letter by letter."
        )
    return known


def _address(known: Mapping[str, Any], name: str) -> str:
    address = urlsplit(str(known.get(name, "")))
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOOPBACK):
        raise RefusedError(f"The provider names no https address as its {name}. Ask who keeps it.")
    return address.geturl()


def _post(
    house: House, provider: Provider, known: Mapping[str, Any], form: Mapping[str, str]
) -> Mapping[str, Any]:
    """Ask for the tokens (RFC 6749, 4.1.3), as the client that the provider knows."""
    name, words = provider.told["client"], secret(house, provider.key)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    ways = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    form = {**form, "client_id": name}
    if words and "client_secret_basic" in ways:
        pair = f"{quote(name, safe='')}:{quote(words, safe='')}"  # RFC 6749, 2.3.1
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    elif words:
        form["client_secret"] = words
    sending = Sending(
        method="POST", url=_address(known, "token_endpoint"), headers=headers, body=urlencode(form).encode(),
        most=_MOST, seconds=_PATIENCE,
    )  # fmt: skip
    with house.outward() as way:
        answer = way.send(sending)
    if not answer.good:
        raise RefusedError(
            f"{provider.label} did not take the code ({answer.status}). Sign in once more; if that does not help, compare"
            " client and secret with what the provider has."
        )
    return _json(answer.body)


def _get(house: House, url: str) -> bytes:
    with house.outward() as way:
        answer = way.send(Sending(method="GET", url=url, most=_MOST, seconds=_PATIENCE))
    if not answer.good:
        raise FetchError(
            f"The provider answers {answer.status} at {urlsplit(url).path}. Try again, or sign in otherwise."
        )
    return answer.body


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise RefusedError(
            "What the provider answers is no JSON. Compare its address in policies/sign_on.toml."
        ) from error
    if not isinstance(told, dict):
        raise RefusedError(
            "What the provider answers is no object of JSON. Compare its address in policies/sign_on.toml."
        )
    return told
