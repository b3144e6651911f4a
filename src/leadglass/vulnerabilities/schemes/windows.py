# SPDX-License-Identifier: Apache-2.0
"""Keys of builds of Windows: dotted numbers (10.0.17763.2686), in the order of the generic scheme."""

import re
from typing import Final

from leadglass.vulnerabilities import versions

_BUILD: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def key(text: str) -> str | None:
    """Give the key of a build; None where there is more in the text than dotted numbers."""
    return versions.key(text) if _BUILD.fullmatch(text) else None
