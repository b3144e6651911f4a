# SPDX-License-Identifier: Apache-2.0
"""Ids are hashes of natural keys: the same thing has the same id on every machine, for ever."""

import base64
import hashlib
from functools import lru_cache

_SEPARATOR = "\x1f"  # ASCII unit separator: cannot stand in a field that we accept


def fingerprint(*parts: str, length: int = 12) -> str:
    """Hash `parts` to `length` characters of lower-case base32 (5 bits each; SHA-256 below).

    >>> fingerprint("device", "Harbor", "CT-014")
    'rglmfcuzyi4u'
    """
    digest = hashlib.sha256(_SEPARATOR.join(parts).encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:length]


def device_id(site: str, asset_tag: str, serial: str = "") -> str:
    """Name a device by its site and asset tag (unique per site only), or by its serial where it has no tag."""
    natural = ("tag", site, asset_tag) if asset_tag else ("serial", site, serial)
    return "D-" + fingerprint("device", *natural, length=10)


def product_id(maker: str, model: str) -> str:
    """Name a product by its maker and model, both already normalised."""
    return "P-" + fingerprint("product", maker, model, length=10)


@lru_cache(maxsize=131_072)
def component_id(product: str, version: str, update: str, qualifiers: str) -> str:
    """Name a component by the product key and the version text that its document states."""
    return "C-" + fingerprint("component", product, version, update, qualifiers)


def finding_key(kind: str, subject: str, rule: str) -> str:
    """Name what was found on a component, a configuration or a device, whatever document says so: 12 hex digits.

    SHA-1, because every engine of the tables has it: the queries make the same key. It tells findings of one
    device apart and is no proof of anything.
    """
    return hashlib.sha1(
        f"{kind}|{subject}|{rule}".encode("utf-8", "surrogatepass"), usedforsecurity=False
    ).hexdigest()[:12]


def finding_id(device: str, key: str) -> str:
    """Name a finding on one device: the device's id and the finding's key, so that any engine can join them."""
    return f"F-{device[2:]}-{key}"


def action_id(deed: str, product: str, site: str) -> str:
    """Name an action by deed, product and site; people attach decisions and comments to this key."""
    return "A-" + fingerprint("action", deed, product, site, length=10)


def question_id(kind: str, subject: str) -> str:
    """Name a question by what is asked and of what; an answer is remembered under this id."""
    return "Q-" + fingerprint("question", kind, subject, length=10)


def watch_id(model: str, maker: str, words: str) -> str:
    """Name a watch by what is watched."""
    return "W-" + fingerprint("watch", model.casefold(), maker.casefold(), words, length=10)
