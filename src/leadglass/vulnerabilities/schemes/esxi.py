# SPDX-License-Identifier: Apache-2.0
"""Keys of VMware ESXi's versions: a release (6.7, 6.7.0) and its patch bulletins (670-202008001, ESXi670-202008101-SG).

A bulletin is named by release, year, month and number; a release comes before its bulletins. Updates by name (7.0 U3c)
and builds (16713306) are not of this scheme: how they stand to bulletins is not in the text. Source: VMware's "Patch
and update naming" in the release notes of its bulletins.
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number

_RELEASE: Final = re.compile(r"([0-9]+)\.([0-9]+)(?:\.([0-9]+))?")
_BULLETIN: Final = re.compile(
    r"(?:[0-9][.0-9]*[-:_ ])?(?:esxi)?([0-9])([0-9])([0-9])-(20[0-9]{7})(?:-[bsu]g)?"
)


def key(text: str) -> str | None:
    """Give the key of a version; None where the text names neither a release nor a bulletin."""
    plain = text.lower()
    found = _RELEASE.fullmatch(plain) or _BULLETIN.fullmatch(plain)
    if found is None:
        return None
    numbers = [*found.groups(default=""), ""][:4]
    return "".join(map(number, numbers))
