# SPDX-License-Identifier: Apache-2.0
"""Keys of Debian's package versions: epoch, upstream version, revision (Debian Policy 5.6.12; deb-version(7)).

A part is read as text, number, text, number... Text sorts by its characters: `~` below the end, then the end,
letters, everything else. What is not there is an empty text and the number 0; a missing revision is "0".
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number

_VERSION: Final = re.compile(
    r"(?:(?P<epoch>[0-9]+):)?(?P<upstream>[0-9][A-Za-z0-9.+~:-]*?)(?:-(?P<revision>[A-Za-z0-9+.~]+))?"
)
_LARGEST_EPOCH: Final = 2**31 - 1
_PARTS: Final = re.compile(r"([^0-9]*)([0-9]*)")
_END: Final = "$"
_CHARACTER: Final = {"~": "#"} | {other: "{" + other for other in "+-.:"}


def key(text: str) -> str | None:
    """Give the key of a version; None where the policy takes no such text."""
    found = _VERSION.fullmatch(text)
    if found is None or _is_torn(found) or int(found["epoch"] or 0) > _LARGEST_EPOCH:
        return None
    return number(found["epoch"] or "") + _part(found["upstream"]) + _part(found["revision"] or "0")


def _is_torn(found: re.Match[str]) -> bool:
    """Tell whether the upstream version has a colon without an epoch, or a hyphen without a revision."""
    return (found["epoch"] is None and ":" in found["upstream"]) or (
        found["revision"] is None and "-" in found["upstream"]
    )


def _part(text: str) -> str:
    """Write one part. Only the first text may be empty, so that a later empty text is the end."""
    steps: list[str] = []
    for letters, digits in _PARTS.findall(text):
        if not letters and not digits:
            break
        steps += [_CHARACTER.get(letter, letter) for letter in letters]
        steps += [_END, number(digits)]
    return "".join(steps) + _END
