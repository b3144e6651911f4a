# SPDX-License-Identifier: Apache-2.0
"""Keys of RubyGems' versions (Gem::Version): segments of numbers and words, a word below every number and the end.

Zeros at the end of the numbers before the first word say nothing, and neither do zeros at the very end; "-" is
".pre.". Source: documentation of Gem::Version.
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number, word
from leadglass.vulnerabilities.versions import NATURAL, ZEROS

_VERSION: Final = re.compile(r"[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?")
_SEGMENTS: Final = re.compile(r"[0-9]+|[A-Za-z]+")
_END: Final = "."


def key(text: str) -> str | None:
    """Give the key of a version; None where `Gem::Version.correct?` says no."""
    plain = text.strip()
    if not _VERSION.fullmatch(plain):
        return None
    segments = _SEGMENTS.findall(plain.replace("-", ".pre."))
    first_word = next((place for place, one in enumerate(segments) if one[0] > "9"), len(segments))
    head, tail = segments[:first_word], segments[first_word:]
    while head and not head[-1].strip("0"):
        head.pop()
    return _written([*head, *tail])


def _written(segments: list[str]) -> str:
    """Write segments as the generic scheme writes components: runs of zeros are counted, the end is zeros."""
    steps: list[str] = []
    zeros = 0
    for segment in segments:
        if segment[0] > "9":
            steps.append(f"-{NATURAL[zeros]}{word(segment)}")
        elif segment.strip("0"):
            steps.append(ZEROS[zeros] + number(segment))
        else:
            zeros += 1
            continue
        zeros = 0
    return "".join(steps) + _END
