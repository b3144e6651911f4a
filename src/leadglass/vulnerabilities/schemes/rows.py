# SPDX-License-Identifier: Apache-2.0
"""Keys of rows of numbers and words in which words come after what they stand behind, as makers of devices write.

At one place sorts, ascending: an early word (alpha, beta, pre, rc), the end, a word, a number. Zeros before a word and
at the end say nothing: "14.0su1" is "14su1". Words sort as texts. Our own rule, from the ranges of NVD.
"""

from collections.abc import Sequence
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number, word
from leadglass.vulnerabilities.versions import ZEROS

_EARLY: Final = frozenset({"alpha", "beta", "pre", "rc"})
_EARLY_WORD, _END, _WORD = "-", ".", "/"


def row(tokens: Sequence[str]) -> str:
    """Write numbers and lower-case words as a key."""
    steps: list[str] = []
    zeros = 0
    for token in tokens:
        if not token.strip("0"):
            zeros += 1
            continue
        if token[0] <= "9":
            steps.append(ZEROS[zeros] + number(token))
        else:
            steps.append((_EARLY_WORD if token in _EARLY else _WORD) + word(token))
        zeros = 0
    return "".join(steps) + _END
