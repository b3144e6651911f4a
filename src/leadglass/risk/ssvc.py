# SPDX-License-Identifier: Apache-2.0
"""Decision tables of SSVC: Deployer Patch Application Priority (DT_DP 1.0.0) and Human Impact (DT_HI 1.0.0)."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

EXPLOITATION = ("none", "public poc", "active")  # ssvc:E:1.1.0
EXPOSURE = ("small", "controlled", "open")  # ssvc:EXP:1.0.1
AUTOMATABLE = ("no", "yes")  # ssvc:A:2.0.0
SAFETY = ("negligible", "marginal", "critical", "catastrophic")  # ssvc:SI:2.0.1
MISSION = ("degraded", "mef support crippled", "mef failure", "mission failure")  # ssvc:MI:2.0.0
HUMAN_IMPACT = ("low", "medium", "high", "very high")  # ssvc:HI:2.0.2
OUTCOME = ("defer", "scheduled", "out-of-cycle", "immediate")  # ssvc:DSOI:1.0.0


@cache
def _table(name: str) -> Mapping[tuple[str, ...], str]:
    """Read a table: the last column is the outcome of the others."""
    text = resources.files(__package__).joinpath(f"tables/{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return {tuple(row[:-1]): row[-1] for row in rows}


def human_impact(safety: str, mission: str) -> str:
    """Look up Human Impact for a Safety Impact and a Mission Impact (16 rows)."""
    return _table("ssvc_human_impact")[safety, mission]


def outcome(exploitation: str, exposure: str, automatable: str, impact: str) -> str:
    """Look up what a deployer should do (72 rows)."""
    return _table("ssvc_deployer")[exploitation, exposure, automatable, impact]
