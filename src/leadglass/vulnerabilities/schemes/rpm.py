# SPDX-License-Identifier: Apache-2.0
"""Keys of RPM's package versions: epoch, version, release, each part by rpmvercmp (rpm-version(7)).

A part is a row of numbers and words; other characters only separate. `~` sorts below the end, `^` just above it,
then words, then numbers. A version without a release comes before those with one.
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number, word

_VERSION: Final = re.compile(
    r"(?:(?P<epoch>[0-9]*):)?(?P<version>[A-Za-z0-9._+~^]+)(?:-(?P<release>[A-Za-z0-9._+~^]+))?"
)
_TOKENS: Final = re.compile(r"[0-9]+|[A-Za-z]+|[~^]")
_BELOW, _END, _ABOVE, _WORD, _NUMBER = "#", "$", "%", "a", "n"
_NO_RELEASE, _RELEASE = "0", "1"


def key(text: str) -> str | None:
    """Give the key of an EVR; None where it is no such text."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    release = _NO_RELEASE if found["release"] is None else _RELEASE + _part(found["release"])
    return number(found["epoch"] or "") + _part(found["version"]) + release


def _part(text: str) -> str:
    return "".join(map(_step, _TOKENS.findall(text))) + _END


def _step(one: str) -> str:
    if one == "~":
        return _BELOW
    if one == "^":
        return _ABOVE
    return _NUMBER + number(one) if one[0] <= "9" else _WORD + word(one)
