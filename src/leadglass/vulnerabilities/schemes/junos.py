# SPDX-License-Identifier: Apache-2.0
"""Keys of Juniper's Junos OS versions: 15.1x49-d160, 12.3R12-S10, 20.4R3-S1.3, 21.4R3-S5-EVO.

Release, type (B, F, I, R, S, X) with its number, service or maintenance release (-S, -D) of that, and the spin of each. A
release without a type comes before all of its types: records begin their ranges so. Source: Juniper's "Understanding
Junos OS Release Numbers".
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number

_VERSION: Final = re.compile(
    r"""(?P<major>[0-9]+)(?:\.(?P<minor>[0-9]+))?
    (?:[-:_ ]?(?P<type>[abfirsx])(?P<number>[0-9]*)(?:\.(?P<spin>[0-9]+))?
       (?:[-:_ ]?(?P<service>[sd])(?P<service_number>[0-9]+)(?:\.(?P<service_spin>[0-9]+))?)?)?
    (?:-evo)?""",
    re.VERBOSE,
)
_NONE, _SOME = "0", "1"


def key(text: str) -> str | None:
    """Give the key of a version; None where the text is no name of a Junos release."""
    found = _VERSION.fullmatch(text.lower())
    if found is None:
        return None
    release = _numbers(found, "major", "minor")
    if found["type"] is None:
        return release + _NONE
    service = _NONE
    if found["service"]:
        service = _SOME + found["service"] + _numbers(found, "service_number", "service_spin")
    # R3.8 is R3 built anew: it comes before R3-S1
    return release + _SOME + found["type"] + _numbers(found, "number") + service + _numbers(found, "spin")


def _numbers(found: re.Match[str], *names: str) -> str:
    return "".join(number(found[name] or "") for name in names)
