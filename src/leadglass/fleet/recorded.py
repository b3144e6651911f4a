# SPDX-License-Identifier: Apache-2.0
"""How the name of a model stands to the name that records give a product of its maker: the same, or perhaps the same.

Records write 'somatom_go.now_firmware' for a SOMATOM go.Now, 'e-alert_firmware' for an e-Alert Unit, and
'aespire_7100' where an inventory says Aespire. The last is a doubt: one of that family.
"""

import re
from functools import lru_cache

from leadglass.fleet.wording import is_kind, tells

SAME = "same"
KIND = "kind"
"""The same words but for those for a kind of device: 'IntelliVue X2', 'intellivue_patient_monitors_x2_firmware'."""

PART = "part"
"""The record says more than the inventory: which model of the family this is, is not known."""

_WORD = re.compile(r"[^\W_]+")
_OWN_WORDS = frozenset({"firmware", "software", "system"})
_SHORTEST = 5
"""Letters of a beginning that is more than a series of letters which many names begin with ('MX', 'CT')."""
_REMEMBERED = 65_536


@lru_cache(maxsize=_REMEMBERED)
def record_words(product: str) -> tuple[str, ...]:
    """Split the product of a record into the words that tell it, without those for what every product has."""
    return tuple(
        word for word in _WORD.findall(product.replace("+", " plus ").casefold()) if word not in _OWN_WORDS
    )


def relation(model: tuple[str, ...], product: tuple[str, ...]) -> str:
    """Say how a model's words stand to a product's: SAME, KIND, PART, or nothing."""
    if not model or not product:
        return ""
    if set(model) == set(product):
        return SAME
    said, asked = _telling(model), _telling(product)
    if said and set(said) == set(asked):
        return KIND if any(map(_has_digit, said)) or _plain(model) == _plain(product) else PART
    begins = "_".join(model)
    behind = "_".join(product).removeprefix(begins)
    more = len(begins) >= _SHORTEST and "_".join(product) != behind and (behind[0] == "_" or behind[0].isdigit())
    return PART if more and said else ""


def _telling(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if tells(word) and not _is_kinds(word))


def _plain(words: tuple[str, ...]) -> frozenset[str]:
    """Words but for those that every product has: 'e-Alert Unit' is 'e-Alert', 'Ultrasound Sonara' is not 'Sonara'."""
    return frozenset(word for word in words if tells(word) or is_kind(word))


def _is_kinds(word: str) -> bool:
    return word.endswith("s") and is_kind(word[:-1])


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)
