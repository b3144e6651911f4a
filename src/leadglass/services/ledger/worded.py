# SPDX-License-Identifier: Apache-2.0
"""Which components records speak of in words, where their criteria do not: a part of the step match."""

from typing import Any

from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.vulnerabilities.hits import HIT
from leadglass.vulnerabilities.schemes import Choice
from leadglass.vulnerabilities.worded import (
    CRITERIA,
    NAMES,
    PASSED,
    UNWRITTEN,
    UNWRITTEN_CHANGED,
    WANTED,
    WORDED,
    named,
    passed,
)

__all__ = ["WORDED", "worded_of"]


def worded_of(
    bench: Workbench, hits: Any, schemes: Choice, changed: dict[str, Any] | None = None
) -> list[Row]:
    """Give the rows of the relation worded; `hits` are what criteria say of components.

    With `changed` they are those of some vulnerabilities: the bench then sees the criteria of these alone.
    """
    beside = bench.rows(PASSED, given={"hit": (HIT, hits)})
    wanted = [{"vulnerability": name} for name in sorted({row["vulnerability"] for row in beside})]
    criteria = bench.rows(CRITERIA, given={"wanted": (WANTED, wanted)})
    unwritten = bench.rows(UNWRITTEN) if changed is None else bench.rows(UNWRITTEN_CHANGED, given=changed)
    return [*passed(beside, criteria, schemes), *named(unwritten, bench.rows(NAMES) if unwritten else ())]
