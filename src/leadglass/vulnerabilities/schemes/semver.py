# SPDX-License-Identifier: Apache-2.0
"""Keys of Semantic Versioning 2.0.0: three numbers, a pre-release below its release, build metadata without order."""

import re
from collections.abc import Callable
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number, word

_NUMBER: Final = r"(?:0|[1-9][0-9]*)"
_LABEL: Final = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"  # clause 9: numbers have no leading zeros
_VERSION: Final = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_LABEL}(?:\.{_LABEL})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)

_EARLY, _RELEASE = "0", "1"
_NO_MORE, _NUMERIC, _TEXT = "0", "1", "2"


def key(text: str) -> str | None:
    """Give the key of a version; None where the text is none by clause 2 and 9 of the specification."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    return "".join(map(number, found.group(1, 2, 3))) + early(found[4])


def early(labels: str | None, *, numeric: Callable[[str], bool] = str.isdigit) -> str:
    """Write the dotted labels of a pre-release by clause 11; None where there are none. `numeric` knows numbers."""
    if labels is None:
        return _RELEASE
    # 11.4: numbers as numbers and below words, words as ASCII, and more labels above fewer
    steps = (
        _NUMERIC + number(label) if numeric(label) else _TEXT + word(label) for label in labels.split(".")
    )
    return _EARLY + "".join(steps) + _NO_MORE
