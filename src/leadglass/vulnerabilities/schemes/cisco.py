# SPDX-License-Identifier: Apache-2.0
"""Keys of Cisco's versions: 12.5(1)su6, 7.0(3)i7(4), 15.2(4)m6a, 16.12.1s, 9.8(4)20, 14su1.

A row of numbers and words, as trains and rebuilds ("su", "m", "i") come after what they build on. At one place sorts,
ascending: alpha, beta, pre, rc; the end; a word; a single letter right behind a number, which is that release built anew:
12.5(1)su6 < 12.5(1a); a number. Zeros before a letter and at the end say nothing. Source: our own reading of Cisco's names
of releases and of the ranges of its records in NVD.

A version that states a build in brackets, 12.5(1.10000.22), is not of this scheme: how it stands to 12.5(1)su6 is
not in the text.
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number, word
from leadglass.vulnerabilities.versions import ZEROS

_VERSION: Final = re.compile(r"(?!.*\([0-9]+\.[0-9]{4})[0-9][0-9a-z.()_ :+\\-]*").fullmatch
_STEPS: Final = re.compile(r"([0-9]+)|(?<=[0-9])([a-z])(?![a-z0-9])|([a-z]+)").findall
_WORDS_BEFORE: Final = frozenset({"alpha", "beta", "pre", "rc"})
_EARLY, _END, _WORD, _LETTER = "+", ",", "-", "."


def key(text: str) -> str | None:
    """Give the key of a version; None where the text begins with no number, or states a build."""
    plain = text.lower()
    if not _VERSION(plain):
        return None
    steps: list[str] = []
    zeros = 0
    for digits, letter, name in _STEPS(plain):
        if digits and not digits.strip("0"):
            zeros += 1
            continue
        if digits:
            steps.append(ZEROS[zeros] + number(digits))
        elif letter:
            steps.append(_LETTER + letter)
        else:
            steps.append((_EARLY if name in _WORDS_BEFORE else _WORD) + word(name))
        zeros = 0
    return "".join(steps) + _END
