# SPDX-License-Identifier: Apache-2.0
"""Keys of Siemens Healthineers' software versions: VB30A_SP02, VE11C-AP02, N4_VA40A_HF02, XA30A SP01 HF02.

A version is a baseline (letters of the line, number, letter), a service pack of it, and hotfixes or other patches
of that. What names the platform before it (N4_, syngo.via) says nothing about the order. Our own reading of the
versions in Siemens' advisories; there is no rule in public.
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number, word

_VERSION: Final = re.compile(
    r"""(?:(?:n[0-9]+|nx|numaris(?:/?[0-9]+|/?x)?|syngo(?:\.via)?)[-_ ]+)?
    (?P<line>[vx][a-z])(?P<number>[0-9]{2})(?P<letter>[a-z]?)
    (?:[-_ ]*(?:sp|service[ ]pack)[-_ ]*(?P<pack>[0-9]+)(?P<pack_letter>[a-z]?))?
    (?P<patches>(?:[-_ ]*(?:hf|ap|up|ud|sl|p|s)[-_ ]?[0-9]+)*)""",
    re.VERBOSE,
)
_PATCH: Final = re.compile(r"([a-z]+)[-_ ]?([0-9]+)")
_END, _PATCHED = "0", "1"


def key(text: str) -> str | None:
    """Give the key of a version; None where the text is none of Siemens'. The baseline comes before its patches."""
    found = _VERSION.fullmatch(text.lower())
    if found is None:
        return None
    baseline = found["line"] + number(found["number"]) + word(found["letter"])
    pack = number(found["pack"] or "") + word(found["pack_letter"] or "")
    patches = (_PATCHED + word(kind) + number(digits) for kind, digits in _PATCH.findall(found["patches"]))
    return baseline + pack + "".join(patches) + _END
