# SPDX-License-Identifier: Apache-2.0
"""Keys of Go modules' versions: SemVer with or without "v", short forms, pseudo-versions, "+incompatible".

A pseudo-version (v0.0.0-20210101000000-abcdefabcdef) is a pre-release by its form and needs no rule of its own;
"+incompatible" is build metadata, which has no order. Source: Go Modules Reference, "Versions", "Pseudo-versions";
golang.org/x/mod/semver for the short forms.
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes import semver

_SHORT: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?")


def key(text: str) -> str | None:
    """Give the key of a version; None where the text is none. "v1" is "v1.0.0", "v1.2" is "v1.2.0"."""
    plain = text.removeprefix("v")
    if _SHORT.fullmatch(plain):
        plain += ".0" * (2 - plain.count("."))
    return semver.key(plain)
