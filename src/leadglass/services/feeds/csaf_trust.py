# SPDX-License-Identifier: Apache-2.0
"""Hold an advisory against its hashes and its signature (CSAF 2.0, 7.1.18 to 7.1.20), by keys pinned at first use.

Hash and document come from one server, so a hash tells damage and not forgery; a signature by a key that was
pinned before tells both.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from leadglass.errors import NotServedError, UnreadableError
from leadglass.formats import csaf_provider, openpgp
from leadglass.formats.csaf_provider import Listed, Provider
from leadglass.services.feeds.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The keys of a provider, and the fingerprints of those that count. Without `checks` nothing can be checked."""

    keys: tuple[bytes, ...] = ()
    pinned: tuple[str, ...] = ()
    checks: bool = True


def trust(desk: Desk, provider: Provider, pinned: Sequence[str]) -> Trust:
    """Fetch the provider's keys. At first use their fingerprints are pinned; afterwards others do not count."""
    if not openpgp.available():
        desk.remark(
            "The signatures of advisories were not checked: OpenPGP is not installed."
            " Install it: pip install 'leadglass[feeds]'"
        )
        return Trust(pinned=tuple(pinned), checks=False)
    keys: list[bytes] = []
    found: list[str] = []
    for key in provider.keys:
        raw = desk.get(key.url).body()
        own = openpgp.fingerprints(raw)
        if key.fingerprint and key.fingerprint not in own:
            raise desk.refuse(
                f"{provider.publisher} states the key {key.fingerprint}, and {key.url} holds {', '.join(own)}."
            )
        keys.append(raw)
        found += own
    agreed = [str(one).replace(" ", "").lower() for one in desk.policy["fingerprints"]]
    counted = tuple(dict.fromkeys([*(pinned or found), *agreed]))
    for other in sorted(set(found) - set(counted)):
        desk.remark(
            f"{provider.publisher} names a new key, {other}, which does not count. Ask {provider.publisher} by another"
            " way whether it is theirs, then add it to `fingerprints` of [csaf] in policies/feeds.toml."
        )
    if not keys:
        desk.remark(
            f"{provider.publisher} names no OpenPGP key: its advisories are taken without a signature."
        )
    return Trust(keys=tuple(keys), pinned=counted)


def digest(desk: Desk, listed: Listed) -> str:
    """Fetch the hash that is stated of an advisory; "" where there is none."""
    for url in listed.hashes:
        try:
            return csaf_provider.digest(desk.get(url).body())
        except NotServedError:
            continue
    return ""


def check(desk: Desk, listed: Listed, raw: bytes, stated: str, trusted: Trust) -> list[str]:
    """Refuse an advisory whose hash or signature is wrong. Gives what is missing: "hash", "signature"."""
    missing = []
    if not stated:
        missing.append("hash")
    elif hashlib.new("sha256" if len(stated) == 64 else "sha512", raw).hexdigest() != stated:
        raise desk.refuse(f"{listed.url} has another hash than the provider states.")
    if not trusted.checks or not trusted.pinned:
        return missing
    try:
        signature = desk.get(listed.signature).body() if listed.signature else b""
    except NotServedError:
        signature = b""
    if not signature:
        return [*missing, "signature"]
    try:
        openpgp.verify(raw, signature, trusted.keys, trusted.pinned)
    except UnreadableError as error:
        raise desk.refuse(f"{listed.url}: {error}", "Ask the provider; sync again later.") from error
    return missing
