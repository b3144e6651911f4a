# SPDX-License-Identifier: Apache-2.0
"""What a bill of materials says of its own completeness (CycloneDX `compositions`, ECMA-424, from 1.3 on).

Only `complete` says that what is not listed is not there. Every other aggregate, a word of a later edition too, leaves it
open, whichever part it is about: what a part holds unlisted is in the product.
"""

from collections.abc import Iterable
from typing import Final

from leadglass.formats.remarks import Remarks

COMPLETE: Final = "complete"
_LONGEST: Final = 60
_SHOWN: Final = 3


def gaps(stated: Iterable[tuple[str, bool]], place: str, remarks: Remarks) -> str:
    """Give the aggregates by which a list may have gaps, in words; empty where nothing says that it has any.

    Each of `stated` is an aggregate, and whether it is about assemblies, dependencies or the whole: of what is said of
    vulnerabilities alone nothing follows for the components. An empty aggregate is one that could not be read.
    """
    open_ = [word[:_LONGEST] or "not readable" for word, counts in stated if counts and word != COMPLETE]
    if not open_:
        return ""
    told = list(dict.fromkeys(open_))
    words = ", ".join(told[:_SHOWN]) + (", ..." if len(told) > _SHOWN else "")
    remarks.add(
        place,
        f"The list says of itself that it is not complete ({words}): what it does not name may be there.",
    )
    return words
