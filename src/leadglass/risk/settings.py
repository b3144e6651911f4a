# SPDX-License-Identifier: Apache-2.0
"""The setting of a device: exposure, mission, clinical tier - what a vulnerability meets there."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from leadglass.risk.policies import Policies
from leadglass.risk.ssvc import EXPOSURE
from leadglass.values.ids import fingerprint

_YES = frozenset({"yes", "y", "true", "1", "ja", "x"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and for what a device is used, each with its reason. Words are those of SSVC; `tier` is 1..4."""

    exposure: str
    exposure_why: str
    modality: str
    mission: str
    mission_why: str
    tier: int
    tier_why: str
    life_support: bool

    @property
    def id(self) -> str:
        """Hash the content: devices in the same setting share it."""
        return "S-" + fingerprint(
            self.exposure, self.exposure_why, self.modality, self.mission, self.mission_why,
            str(self.tier), self.tier_why, str(self.life_support), length=10,
        )  # fmt: skip


def place(facts: Mapping[str, str], *, peers: int, policies: Policies) -> Setting:
    """Give the setting of a device from its facts (values.papers.FLEET_FIELDS, and "exposure" where a person said so).

    `peers` counts the devices in use of this modality at this site, itself included.
    """
    modality = facts.get("modality", "")
    exposure, exposure_why = _exposure(facts, policies)
    mission, mission_why = _first(policies.mission, modality, "no" if peers > 1 else "yes")
    tier, tier_why = policies.tiers.get(modality) or policies.tiers["*"]
    life_support = facts.get("life_support", "").casefold() in _YES
    if life_support and tier > 1:
        tier, tier_why = 1, "the inventory calls it life supporting"
    stated = facts.get("criticality", "")
    if stated and tier > 1 and stated.casefold() in {"1", "high", "critical", "hoch", "a"}:
        tier, tier_why = tier - 1, f"{tier_why}; the inventory calls it '{stated}'"
    return Setting(
        exposure=exposure,
        exposure_why=exposure_why,
        modality=modality,
        mission=mission,
        mission_why=mission_why.format(modality=modality or "device", count=peers),
        tier=tier,
        tier_why=tier_why,
        life_support=life_support,
    )


def _first(table: Mapping[tuple[str, str], tuple[str, str]], modality: str, alone: str) -> tuple[str, str]:
    for key in ((modality, alone), (modality, "*"), ("*", alone)):
        if key in table:
            return table[key]
    return "mission failure", "the policy has no row for it, so the worst is assumed"


def _evidence(text: str) -> str:
    """Tell what an address says of the network: one that every machine has for itself says nothing."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "none"
    if address.is_loopback or address.is_unspecified or address.is_link_local or address.is_multicast:
        return "none"
    return "public" if address.is_global else "private"


def _exposure(facts: Mapping[str, str], policies: Policies) -> tuple[str, str]:
    said = facts.get("exposure", "").strip().casefold()
    if said in EXPOSURE:
        return said, "a person said so"
    evidence = _evidence(facts.get("ip_address", "").strip())
    for site in (facts.get("site", ""), "*"):
        if (evidence, site) in policies.exposure:
            return policies.exposure[evidence, site]
    return "open", "the policy has no row for it, so open is assumed (SSVC)"
