# SPDX-License-Identifier: Apache-2.0
"""Keys of the versions of Pulse Secure, now Ivanti: 8.1r13, 9.1r11.4, 22.7R2.3.

A release, its number after "r", and the dot releases of that; what is not written is 0. Builds (9.1.8.8511) are not of
this scheme. Source: the release notes of Pulse Connect Secure.
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number

_VERSION: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?(?:[-_ ]?r([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?)?")


def key(text: str) -> str | None:
    """Give the key of a version; None where the text is written otherwise."""
    found = _VERSION.fullmatch(text.lower())
    return None if found is None else "".join(number(digits or "") for digits in found.groups())
