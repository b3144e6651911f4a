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
    WANTED,
    WORDED,
    named,
    passed,
)

__all__ = ["WORDED", "worded_of"]


def worded_of(bench: Workbench, hits: Any, schemes: Choice) -> list[Row]:
    """Give the rows of the relation worded; `hits` are what criteria say of components."""
    beside = bench.rows(PASSED, given={"hit": (HIT, hits)})
    wanted = [{"vulnerability": name} for name in sorted({row["vulnerability"] for row in beside})]
    criteria = bench.rows(CRITERIA, given={"wanted": (WANTED, wanted)})
    return [*passed(beside, criteria, schemes), *named(bench.rows(UNWRITTEN), bench.rows(NAMES))]
