# SPDX-License-Identifier: Apache-2.0
"""Write the steps that keys of all schemes are made of: numbers and words that sort as they should.

A step never begins another step of its kind, so that a key made of steps in fixed order never begins another
key. `!` and `~` are in no step: they lie below and above every key (versions.bounds).
"""

from typing import Final

from leadglass.vulnerabilities.versions import NATURAL

WORD_END: Final = "#"
"""Ends a word. It sorts below every character that a word may have, so that "a" comes before "ab"."""


def number(digits: str) -> str:
    """Write a number of ASCII digits, of which there are at most `versions.LONGEST`; leading zeros say nothing."""
    significant = digits.lstrip("0")
    return NATURAL[len(significant)] + significant


def word(text: str) -> str:
    """Write a word of characters from `$` to `}`, which sort as in ASCII."""
    return text + WORD_END
