# SPDX-License-Identifier: Apache-2.0
"""CVSS 2.0, 3.0 and 3.1 as JSON (FIRST's data representations): properties, metrics, values and vectors."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from leadglass.formats.csaf_tests.shapes import Number, Record, Shape, Word, pattern


class Metric(NamedTuple):
    """A metric: its property in JSON, its letters in a vector, and its values by their letters."""

    property: str
    letters: str
    values: Mapping[str, str]


def _metrics(undefined: str, table: str) -> tuple[Metric, ...]:
    """Read a table of metrics; a hyphen is the value NOT_DEFINED, which the versions write by other letters."""
    table = table.replace(" -\n", f" {undefined}=NOT_DEFINED\n")
    rows = (line.split() for line in table.strip().splitlines())
    return tuple(Metric(row[0], row[1], dict(cell.split("=") for cell in row[2:])) for row in rows)


METRICS_2: Final = _metrics(
    "ND",  # codespell:ignore nd
    """
accessVector AV N=NETWORK A=ADJACENT_NETWORK L=LOCAL
accessComplexity AC H=HIGH M=MEDIUM L=LOW
authentication Au M=MULTIPLE S=SINGLE N=NONE
confidentialityImpact C N=NONE P=PARTIAL C=COMPLETE
integrityImpact I N=NONE P=PARTIAL C=COMPLETE
availabilityImpact A N=NONE P=PARTIAL C=COMPLETE
exploitability E U=UNPROVEN POC=PROOF_OF_CONCEPT F=FUNCTIONAL H=HIGH -
remediationLevel RL OF=OFFICIAL_FIX TF=TEMPORARY_FIX W=WORKAROUND U=UNAVAILABLE -
reportConfidence RC UC=UNCONFIRMED UR=UNCORROBORATED C=CONFIRMED -
collateralDamagePotential CDP N=NONE L=LOW LM=LOW_MEDIUM MH=MEDIUM_HIGH H=HIGH -
targetDistribution TD N=NONE L=LOW M=MEDIUM H=HIGH -
confidentialityRequirement CR L=LOW M=MEDIUM H=HIGH -
integrityRequirement IR L=LOW M=MEDIUM H=HIGH -
availabilityRequirement AR L=LOW M=MEDIUM H=HIGH -
""",
)

METRICS_3: Final = _metrics(
    "X",
    """
attackVector AV N=NETWORK A=ADJACENT_NETWORK L=LOCAL P=PHYSICAL
attackComplexity AC H=HIGH L=LOW
privilegesRequired PR H=HIGH L=LOW N=NONE
userInteraction UI N=NONE R=REQUIRED
scope S U=UNCHANGED C=CHANGED
confidentialityImpact C N=NONE L=LOW H=HIGH
integrityImpact I N=NONE L=LOW H=HIGH
availabilityImpact A N=NONE L=LOW H=HIGH
exploitCodeMaturity E U=UNPROVEN P=PROOF_OF_CONCEPT F=FUNCTIONAL H=HIGH -
remediationLevel RL O=OFFICIAL_FIX T=TEMPORARY_FIX W=WORKAROUND U=UNAVAILABLE -
reportConfidence RC U=UNKNOWN R=REASONABLE C=CONFIRMED -
confidentialityRequirement CR L=LOW M=MEDIUM H=HIGH -
integrityRequirement IR L=LOW M=MEDIUM H=HIGH -
availabilityRequirement AR L=LOW M=MEDIUM H=HIGH -
modifiedAttackVector MAV N=NETWORK A=ADJACENT_NETWORK L=LOCAL P=PHYSICAL -
modifiedAttackComplexity MAC H=HIGH L=LOW -
modifiedPrivilegesRequired MPR H=HIGH L=LOW N=NONE -
modifiedUserInteraction MUI N=NONE R=REQUIRED -
modifiedScope MS U=UNCHANGED C=CHANGED -
modifiedConfidentialityImpact MC N=NONE L=LOW H=HIGH -
modifiedIntegrityImpact MI N=NONE L=LOW H=HIGH -
modifiedAvailabilityImpact MA N=NONE L=LOW H=HIGH -
""",
)

METRICS: Final = {"2.0": METRICS_2, "3.0": METRICS_3, "3.1": METRICS_3}
SCORES: Final = ("baseScore", "temporalScore", "environmentalScore")
SEVERITIES: Final = ("baseSeverity", "temporalSeverity", "environmentalSeverity")

# 3.0 lets a vector say PR:U and MPR:U, which no metric has: FIRST took them out in 3.1.
_ODD_LETTERS: Final = {("3.0", "PR"): "U", ("3.0", "MPR"): "U"}


def _vector(version: str) -> Shape:
    """A vector is any metrics in any order; that the base metrics are all there is for the computation."""
    cells = [
        f"{metric.letters}:(?:{'|'.join([*metric.values, *_ODD_LETTERS.get((version, metric.letters), '')])})"
        for metric in METRICS[version]
    ]
    cell = f"(?:{'|'.join(cells)})"
    prefix = "" if version == "2.0" else re.escape(f"CVSS:{version}/")
    return pattern(f"a vector of CVSS {version}", f"{prefix}{cell}(?:/{cell})*")


def _shape(version: str) -> Record:
    score = Number(0, 10)
    fields: dict[str, Shape] = {"version": Word((version,)), "vectorString": _vector(version)}
    fields |= {metric.property: Word(tuple(metric.values.values())) for metric in METRICS[version]}
    fields |= dict.fromkeys(SCORES, score)
    required = ["version", "vectorString", "baseScore"]
    if version != "2.0":
        fields |= dict.fromkeys(SEVERITIES, Word(("NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL")))
        required.append("baseSeverity")
    return Record(fields, tuple(required))


_SHAPES: Final = {version: _shape(version) for version in METRICS}


def shape_of(key: str, cvss: Mapping[str, Any]) -> Record:
    """Give the shape for the object at the key cvss_v2 or cvss_v3; without a right version that of 3.1."""
    if key == "cvss_v2":
        return _SHAPES["2.0"]
    return _SHAPES["3.0" if cvss.get("version") == "3.0" else "3.1"]


def metrics_of(vector: str) -> dict[str, str]:
    """Take a vector apart: values by metric, as letters."""
    pairs = (cell.split(":", 1) for cell in vector.split("/") if ":" in cell)
    return {key: value for key, value in pairs if key != "CVSS"}
