# SPDX-License-Identifier: Apache-2.0
"""Keys of npm's versions: SemVer as node's `semver` takes it, with a "v" before it and numbers up to 2^53 - 1."""

import re
from typing import Final

from leadglass.vulnerabilities.schemes import semver

_TOO_LARGE: Final = re.compile(r"[0-9]{16,}")
_LARGEST: Final = 2**53 - 1  # MAX_SAFE_INTEGER of ECMAScript


def key(text: str) -> str | None:
    """Give the key of a version; None where node's `semver.parse` gives null, in its strict mode."""
    plain = text.strip().removeprefix("v")
    core = re.split(r"[-+]", plain, maxsplit=1)[0]
    if any(int(digits) > _LARGEST for digits in _TOO_LARGE.findall(core)):
        return None
    return semver.key(plain)
