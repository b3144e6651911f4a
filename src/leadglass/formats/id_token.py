# SPDX-License-Identifier: Apache-2.0
"""Read an ID token, and believe it as OpenID Connect Core 1.0, 3.1.3.7 allows: signature, issuer, audience, time, nonce."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from importlib.util import find_spec
from typing import Any

from leadglass.errors import RefusedError, StateError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that only the provider has. Never `none`, nor a keyed hash: whoever can check one can make one."""

_KEYS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_LEEWAY = 60
"""Seconds by which clocks may differ."""
_LONGEST = 16_384


def is_here() -> bool:
    """Tell whether the extra `sso` is installed."""
    return find_spec("jwt") is not None


def read(
    token: str, keys: bytes, *, issuer: str, client: str, nonce: str, now: datetime
) -> Mapping[str, Any]:
    """Give the claims of a token. `keys` is the provider's JWK Set (RFC 7517). RefusedError where it is not to be believed."""
    if not is_here():
        raise StateError("Sign-on by OpenID Connect needs the extra `sso`: pip install 'leadglass[sso]'")
    import jwt  # noqa: PLC0415 - an optional extra

    if len(token) > _LONGEST:
        raise _refused("it is longer than 16 KiB")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise _refused(f"it is signed by {algorithm!r:.20}, which is not taken")
        key = jwt.PyJWK(_key(keys, header, algorithm), algorithm=algorithm)
        # 3.1.3.7: the times are ours to judge below, by the clock of the house
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False,
                        "require": ["iss", "sub", "aud", "exp", "iat"]}  # fmt: skip
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=[algorithm], audience=client, issuer=issuer, options=options
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise _refused(f"{type(error).__name__}: {error}") from error
    _hold(claims, client, nonce, now)
    return claims


def _key(keys: bytes, header: Mapping[str, Any], algorithm: str) -> dict[str, Any]:
    """Give the one key that a header names, of the kind that its algorithm asks for (RFC 8725, 3.1)."""
    listed = json.loads(keys)["keys"]
    fitting = [
        key
        for key in listed
        if key.get("kty") == _KEYS[algorithm[:2]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and ("kid" not in header or key.get("kid") == header["kid"])
    ]
    if len(fitting) != 1:
        raise _refused(f"{len(fitting)} keys of the provider could be its own; it has to be one")
    return dict(fitting[0])


def _hold(claims: Mapping[str, Any], client: str, nonce: str, now: datetime) -> None:
    """Hold what a signed token says against what was asked, and when."""
    moment = now.timestamp()
    until, made, begins = (_number(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if until is None or until + _LEEWAY <= moment:
        raise _refused("it has expired")
    if made is None or made - _LEEWAY > moment or (begins is not None and begins - _LEEWAY > moment):
        raise _refused("it is of the future; compare the clocks")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise _refused("it answers another question (nonce)")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client:
        raise _refused("it was made for another program (azp)")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise _refused("it names nobody (sub)")


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _refused(why: str) -> RefusedError:
    return RefusedError(f"The ID token of the provider is not to be believed: {why}. Nobody was let in.")
