# SPDX-License-Identifier: Apache-2.0
"""The findings of devices, joined on demand from what was found per component, configuration and device.

Findings are never stored per device (a million devices times a thousand components): one row per component is
listed for every device that has it. A finding id is the device's id and the finding's key.
"""

from leadglass.planning.offers import AVAILABLE, GRADED, INSTALL, UPDATE_COLUMNS, UPDATE_JOINS
from leadglass.planning.told import LISTED

SOURCES_OF_FINDINGS = (
    "device", "component", "configuration_component", "told_configuration", "told_device", "claim", "threat", "risk",
    "product", "offer", "repair",
)  # fmt: skip

ON_FLOOR = "state <> 'retired'"
"""A retired device raises nothing."""

TOLD_ROW = ", ".join(f"t.{name}" for name in (
    "finding_key", "kind", "component_id", "vulnerability", "status", "class", "missing", "rule", "why", "sha256", "place",
))  # fmt: skip
"""What is told of a configuration, and of a device alone."""

SERVED = "servicer <> '' AND servicer_is_maker = false"
"""Somebody else than its maker looks after it."""


_WHOLE = "coalesce(m.whole, false)"


def deed(listless: str, served: str, whole: str = _WHOLE) -> str:
    """What a finding asks for, by its outcome; `listless`: its device lacks a software list.

    `whole` tells whether its update is one of the whole device.
    """
    return f"""
CASE WHEN t.status = 'unknown' THEN CASE WHEN {listless} THEN 'disclose' ELSE 'ask' END
  WHEN t.status <> 'affected' THEN ''
  WHEN r.outcome IN ('immediate', 'out-of-cycle') THEN 'contain'
  WHEN r.outcome = 'scheduled' OR {INSTALL.replace(_WHOLE, whole)} THEN CASE WHEN {served} THEN 'service' ELSE 'update' END
  ELSE 'watch' END"""


WEIGHED = f"""
weighed AS (
  SELECT 'F-' || substr(t.device_id, 3) || '-' || t.finding_key AS id, t.device_id, t.finding_key, t.kind, t.component_id,
    t.vulnerability, t.status, t.class, t.missing, t.rule, t.why, t.sha256, t.place, d.site, d.asset_tag, d.product_id,
    d.product, d.maker, d.model, d.modality, d.room, d.department, d.serial_number, d.software_version, d.servicer,
    d.tier, d.setting_id, d.first_seen AS device_seen, d.configuration_id,
    coalesce(c.name, '') AS component_name, coalesce(c.version, '') AS component_version, c.first_seen AS component_seen,
    h.first_seen AS record_seen, h.known_exploited, h.kev_seen, h.ransomware, h.epss, h.cvss, h.severity,
    coalesce(h.sentence, '') AS sentence,
    CASE WHEN t.kind = 'vulnerability' THEN t.update_key ELSE '' END AS update_key,
{UPDATE_COLUMNS},
    coalesce(r.why, '') AS risk_why, coalesce(r.harm_patient, '') AS harm_patient,
    coalesce(r.harm_privacy, '') AS harm_privacy, coalesce(r.harm_clinical, '') AS harm_clinical,
    {deed("t.kind <> 'vulnerability' AND t.missing = 'software list'", SERVED)} AS deed
  FROM told t JOIN device d ON d.device_id = t.device_id
  LEFT JOIN component c ON c.component_id = t.component_id
  LEFT JOIN threat h ON h.vulnerability = t.vulnerability
  LEFT JOIN risk r ON r.exploitation = h.exploitation AND r.automatable = h.automatable AND r.effects = h.effects
    AND r.setting_id = d.setting_id{UPDATE_JOINS})
"""
"""What is `told` of devices, weighed."""


def spread(devices: str = "true", findings: str = "true") -> str:
    """Give what is told of devices, weighed: of all, or of the devices `d` and the findings `t` that are asked after."""
    return f"""
{LISTED},
floor_ AS (SELECT d.* FROM device d WHERE {ON_FLOOR} AND {devices}),
told AS (
  SELECT d.device_id, {TOLD_ROW}, t.update_key
  FROM floor_ d JOIN told_configuration t ON t.configuration_id = d.configuration_id WHERE {findings}
  UNION ALL
  SELECT d.device_id, {TOLD_ROW}, '' FROM floor_ d JOIN told_device t ON t.device_id = d.device_id WHERE {findings}),
{AVAILABLE}, {GRADED}, {WEIGHED}
"""


# The order of everything: outcome, then clinical tier, then KEV and EPSS, then CVSS; affected before unknown.
ORDER = """
CASE status WHEN 'affected' THEN 0 WHEN 'unknown' THEN 1 ELSE 2 END, urgency DESC, tier,
CASE WHEN known_exploited IS NULL THEN 1 ELSE 0 END, coalesce(epss, 0) DESC, coalesce(cvss, 0) DESC, vulnerability, id
"""

# Decisions live in the register and join at reading, so that an edit shows at once. A decision lists findings,
# or covers a component's range; the latest of those that cover a finding counts.
DECIDED = """
decided AS (SELECT * FROM (
  SELECT id AS finding_id, kind, owner, until, decision_id,
    row_number() OVER (PARTITION BY id ORDER BY number DESC) AS place_in_line
  FROM (
    SELECT finding_id AS id, kind, owner, until, decision_id, number FROM decision_now
    UNION ALL
    SELECT w.id, r.kind, r.owner, r.until, r.decision_id, r.number
    FROM weighed w JOIN component c ON c.component_id = w.component_id
    JOIN decision_range r ON r.vulnerability = w.vulnerability AND r.product = c.product
      AND r.lo <= c.key AND c.key < r.hi) covered) ranked
  WHERE place_in_line = 1)
"""

# Where decisions are asked after, only devices on which one may stand are spread to their findings
DECIDED_ON = """(
  d.device_id IN (SELECT 'D-' || split_part(finding_id, '-', 2) FROM decision_now)
  OR d.configuration_id IN (
    SELECT l.configuration_id FROM configuration_component l JOIN component c ON c.component_id = l.component_id
    JOIN decision_range r ON r.product = c.product AND r.lo <= c.key AND c.key < r.hi))"""

ASKED_BY_ID = "d.device_id IN (SELECT 'D-' || split_part(id, '-', 2) FROM wanted)"
"""Devices of which findings are asked for by id."""
