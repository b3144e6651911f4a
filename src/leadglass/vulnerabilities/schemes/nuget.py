# SPDX-License-Identifier: Apache-2.0
"""Keys of NuGet's versions: up to four numbers, SemVer 2.0.0 labels without regard to case.

Source: "Package versioning" of NuGet's documentation (normalized version numbers, "Semantic Versioning 2.0.0"). Labels
such as "-1", which NuGet takes for numbers below zero, are in no order here.
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes import semver
from leadglass.vulnerabilities.schemes.steps import number

_VERSION: Final = re.compile(
    r"([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:\.([0-9]+))?"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_BELOW_ZERO: Final = re.compile(r"-[0-9]+")
_LARGEST: Final = 2**31 - 1  # numbers are Int32; a label above it is a word
_TEN_DIGITS: Final = 10


def key(text: str) -> str | None:
    """Give the key of a version; None where NuGet takes no such text. "1.0" is "1.0.0.0"."""
    found = _VERSION.fullmatch(text)
    if found is None or any(map(_BELOW_ZERO.fullmatch, (found[5] or "").split("."))):
        return None
    numbers = [digits or "0" for digits in found.group(1, 2, 3, 4)]
    if not all(map(_fits, numbers)):
        return None
    return "".join(map(number, numbers)) + semver.early(found[5] and found[5].lower(), numeric=_fits)


def _fits(label: str) -> bool:
    """Tell whether a label is a number to NuGet."""
    return label.isdigit() and len(label.lstrip("0")) <= _TEN_DIGITS and int(label) <= _LARGEST
