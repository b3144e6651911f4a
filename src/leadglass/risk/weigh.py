# SPDX-License-Identifier: Apache-2.0
"""Weigh a threat in a setting: SSVC Deployer with Human Impact; harm to patient, privacy, clinic side by side.

Nothing is averaged. KEV makes exploitation active, EPSS may hint at a public exploit, CVSS gives effects and
reach; the outcome is the table's, and its reason names every input with the table it came from.
"""

from dataclasses import dataclass

from leadglass.risk.policies import Policies
from leadglass.risk.settings import Setting
from leadglass.risk.ssvc import OUTCOME, SAFETY, human_impact, outcome

_LOST = (("I", "integrity"), ("A", "availability"), ("C", "confidentiality"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The decision for one combination of threat and setting. `urgency` is 3 immediate .. 0 defer."""

    exploitation: str
    automatable: str
    effects: str
    setting_id: str
    safety: str
    human_impact: str
    outcome: str
    urgency: int
    harm_patient: str
    harm_privacy: str
    harm_clinical: str
    why: str


def weigh(exploitation: str, automatable: str, effects: str, setting: Setting, policies: Policies) -> Risk:
    """Look the decision up. Worse inputs never give a lesser outcome (a law of the tables, tested)."""
    safety, patient = _safety(effects, setting, policies)
    # A lost secret stops no work: mission is touched by what changes or stops the device
    mission = setting.mission if set(effects) & {"I", "A"} else "degraded"
    impact = human_impact(safety, mission)
    decided = outcome(exploitation, setting.exposure, automatable, impact)
    return Risk(
        exploitation=exploitation,
        automatable=automatable,
        effects=effects,
        setting_id=setting.id,
        safety=safety,
        human_impact=impact,
        outcome=decided,
        urgency=OUTCOME.index(decided),
        harm_patient=f"{safety}: {patient}",
        harm_privacy="images and patient data can be read" if "C" in effects else "none told",
        harm_clinical=f"{mission}: {setting.mission_why}",
        why=(
            f"exploitation {exploitation}, exposure {setting.exposure} ({setting.exposure_why}), automatable"
            f" {automatable}, human impact {impact} (safety {safety}, mission {mission}): {decided}"
            " (SSVC DT_DP 1.0.0, DT_HI 1.0.0)"
        ),
    )


def _safety(effects: str, setting: Setting, policies: Policies) -> tuple[str, str]:
    """Take the worst of what is lost; life support is never less than critical when it changes or stops."""
    rows = [
        policies.safety.get((setting.modality, lost)) or policies.safety["*", lost]
        for letter, lost in _LOST
        if letter in effects
    ]
    worst, sentence = max(
        rows, key=lambda row: SAFETY.index(row[0]), default=("negligible", "no harm to a patient is told")
    )
    if setting.life_support and set(effects) & {"I", "A"} and SAFETY.index(worst) < SAFETY.index("critical"):
        return "critical", "a life-supporting device changes or stops"
    return worst, sentence
