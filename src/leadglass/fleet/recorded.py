# SPDX-License-Identifier: Apache-2.0
"""How the name of a model stands to the name that records give a product of its maker: the same, or perhaps the same.

Records write 'somatom_go.now_firmware' for a SOMATOM go.Now, 'e-alert_firmware' for an e-Alert Unit, and
'aespire_7100' where an inventory says Aespire. The last is a doubt: one of that family.
"""

import re
from functools import lru_cache
from itertools import pairwise

from leadglass.fleet.makers import kin, maker_of, makers
from leadglass.fleet.wording import is_kind, tells

SAME = "same"
KIND = "kind"
"""The same words but for those for a kind of device: 'IntelliVue X2', 'intellivue_patient_monitors_x2_firmware'."""

OTHER_KIND = "other kind"
"""The same, and no number tells that it is one model: 'Alaris GS', 'alaris_gs_syringe_pump'."""

PART = "part"
"""One says more than the other: which model of the family this is ('aespire_7100'), or of which line ('delta_xl')."""

LINE = "line"
"""The record's product is the line of which the model is one by its number: 'sigma_spectrum', 'lifecare_pcainfusion'."""

_WORD = re.compile(r"[^\W_]+")
_OWN_WORDS = frozenset({"firmware", "software", "system"})
_SHORTEST = 5
"""Letters of a beginning that is more than a series of letters which many names begin with ('MX', 'CT')."""
_NUMBER = 3
"""Letters of a word with a digit that more than one family may hardly have, where another word is the same too."""
_KIND_BEHIND = 6
"""Letters of a word for a kind of device that is told within another word: 'pcainfusion'."""
_REMEMBERED = 65_536


@lru_cache(maxsize=_REMEMBERED)
def record_words(product: str) -> tuple[str, ...]:
    """Split the product of a record into the words that tell it, without those for what every product has."""
    return tuple(
        word for word in _WORD.findall(product.replace("+", " plus ").casefold()) if word not in _OWN_WORDS
    )


@lru_cache(maxsize=_REMEMBERED)
def relation(model: tuple[str, ...], product: tuple[str, ...]) -> str:
    """Say how a model's words stand to a product's: SAME, KIND, OTHER_KIND, LINE, PART, or nothing."""
    if not model or not product:
        return ""
    joined = "".join(model)
    if set(model) == set(product) or (len(joined) >= _SHORTEST and joined == "".join(product)):
        return SAME
    said, asked = _telling(model), _telling(product)
    if said and set(said) == set(asked):
        return KIND if any(map(_has_digit, said)) or _plain(model) == _plain(product) else OTHER_KIND
    if len("".join(said)) >= _SHORTEST and "".join(said) == "".join(asked):
        return OTHER_KIND
    if said and _is_line(model, product):
        return LINE
    return PART if said and _is_part(model, product) else ""


def _is_part(model: tuple[str, ...], product: tuple[str, ...]) -> bool:
    """Tell whether one may say more of a model than the other."""
    said, asked = _telling(model), _telling(product)
    begins = "_".join(model)
    behind = "_".join(product).removeprefix(begins)
    more = (
        len(begins) >= _SHORTEST and "_".join(product) != behind and (behind[0] == "_" or behind[0].isdigit())
    )
    within = set(said) < set(asked) and (len(said) > 1 or any(map(_has_digit, said)))
    less = 1 < len(product) < len(model) and (
        model[-len(product) :] == product
        or (model[: len(product)] == product and not any(map(_has_digit, model[len(product) :])))
    )
    return more or within or less or _have_number(said, asked)


def _is_line(model: tuple[str, ...], product: tuple[str, ...]) -> bool:
    """Tell whether a model begins with all that a product says, two telling words without a number, and has one behind."""
    words = [part for word in product for part in _apart(word)]
    while words and (is_kind(words[-1]) or _is_kinds(words[-1])):
        words.pop()
    begins, rest = model[: len(words)], model[len(words) :]
    return (
        tuple(words) == begins
        and len(_telling(begins)) > 1
        and not any(map(_has_digit, begins))
        and any(map(_has_digit, rest))
    )


def _apart(word: str) -> tuple[str, ...]:
    """Take a word for a kind of device off the end of a word: 'pcainfusion' is 'pca', 'infusion'."""
    for at in range(_NUMBER, len(word) - _KIND_BEHIND + 1):
        if is_kind(word[at:]):
            return word[:at], word[at:]
    return (word,)


def _have_number(said: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Tell whether both have a model's number, and no other numbers on both sides contradict it.

    Digits alone ('8840'), and a short number, count beside another word that is the same: 'nvision', "n'vision".
    """
    numbers = {word for word in {*said} & {*asked} if _has_digit(word) and len(word) >= _NUMBER}
    if not numbers or all(
        any(map(_has_digit, {*one} - {*other})) for one, other in ((said, asked), (asked, said))
    ):
        return False
    alone = any(len(word) > _NUMBER and not word.isdigit() for word in numbers)
    return alone or bool((_joint(said) & _joint(asked)) - numbers)


def _joint(words: tuple[str, ...]) -> set[str]:
    """Words that tell, and two of them run together."""
    return {*words, *("".join(pair) for pair in pairwise(words))}


def vendors(maker: str) -> tuple[str, ...]:
    """The vendors by which records name a maker, by its key, and those whose business it has or that have its."""
    known = makers()
    return tuple(
        vendor
        for found in maker_of(maker)
        if found.basis == "table"
        for one in sorted({found.key, *kin(found.key)})
        if one in known
        for vendor in known[one].cpe
    )


@lru_cache(maxsize=_REMEMBERED)
def _telling(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if tells(word) and not _is_kinds(word))


def _plain(words: tuple[str, ...]) -> frozenset[str]:
    """Words but for those that every product has: 'e-Alert Unit' is 'e-Alert', 'Ultrasound Sonara' is not 'Sonara'."""
    return frozenset(word for word in words if tells(word) or is_kind(word))


def _is_kinds(word: str) -> bool:
    return word.endswith("s") and is_kind(word[:-1])


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)
