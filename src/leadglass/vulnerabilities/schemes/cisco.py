# SPDX-License-Identifier: Apache-2.0
"""Keys of Cisco's versions: 12.5(1)su6, 7.0(3)i7(4), 15.2(4)m6a, 16.12.1s, 9.8(4)20, 14su1.

Rows of numbers and words: a train and its rebuilds ("su", "m", "i") come after what they build on. Source: Cisco's
"IOS and IOS XE release naming", and the ranges of its records in NVD.

A version that states a build in brackets, 12.5(1.10000.22), is not of this scheme: how it stands to 12.5(1)su6 is
not in the text.
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.rows import row

_VERSION: Final = re.compile(r"[0-9][0-9a-z.()_ :+\\-]*")
_BUILD: Final = re.compile(r"\([0-9]+\.[0-9]{4,}")
_TOKENS: Final = re.compile(r"[0-9]+|[a-z]+")


def key(text: str) -> str | None:
    """Give the key of a version; None where the text begins with no number, or states a build."""
    plain = text.lower()
    if not _VERSION.fullmatch(plain) or _BUILD.search(plain):
        return None
    return row(_TOKENS.findall(plain))
