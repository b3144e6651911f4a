# SPDX-License-Identifier: Apache-2.0
"""Phrases of the tables of words, made into patterns: read without regard to case, one blank stands for any number."""

import re
from collections.abc import Iterable


def one_of(phrases: Iterable[str]) -> str:
    """Write phrases as alternatives, the longest first: none is taken for the beginning of another."""
    ordered = sorted(phrases, key=len, reverse=True)
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in ordered)


def pattern(text: str) -> re.Pattern[str]:
    """Make a pattern."""
    return re.compile(text, re.IGNORECASE)
