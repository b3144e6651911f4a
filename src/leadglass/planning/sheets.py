# SPDX-License-Identifier: Apache-2.0
"""What is told, by the sheet that it stands on, and who bears it: a fleet is counted without being spread to its findings.

A configuration has one sheet for all of its devices; a device has one more for what is told of it alone. Devices that
bear a sheet in the same setting have the same findings on it, in the same order, with the same outcome: they are a spot.
"""

from leadglass.planning.offers import AVAILABLE, GRADED, UPDATE_COLUMNS
from leadglass.planning.spread import ON_FLOOR, SERVED, deed

_TOLD = "finding_key, kind, component_id, vulnerability, status, missing"


def _sheets(told: str) -> str:
    return f"""(
  SELECT configuration_id AS sheet, {_TOLD}, update_key FROM {told}
  UNION ALL SELECT device_id, {_TOLD}, '' FROM told_device)"""


SHEETS = _sheets("told_configuration")
"""All that is told, as far as it decides the order of findings."""

FLOOR = f"floor_ AS (SELECT * FROM device WHERE {ON_FLOOR})"

_BEARER = f"*, CASE WHEN {SERVED} THEN true ELSE false END AS served"
BEARERS = f"""
bearer AS (SELECT configuration_id AS sheet, {_BEARER} FROM floor_ UNION ALL SELECT device_id, {_BEARER} FROM floor_)
"""
"""Devices of the floor by the sheets that speak of them."""


# The order is that of `spread.ORDER`, as far as a vulnerability alone decides it
def placed(told: str) -> str:
    """Give the vulnerabilities of what bearers bear in the order of urgency, with what their outcome depends on.

    `told` is the relation of what is told of configurations.
    """
    return f"""
spoken AS (
  SELECT DISTINCT vulnerability FROM {told} WHERE configuration_id IN (SELECT sheet FROM bearer)
  UNION SELECT vulnerability FROM told_device WHERE device_id IN (SELECT sheet FROM bearer)),
placed AS (
  SELECT v.vulnerability, h.exploitation, h.automatable, h.effects,
    dense_rank() OVER (ORDER BY h.exploitation, h.automatable, h.effects) AS threat,
    h.known_exploited, h.epss, h.cvss, h.ransomware, h.first_seen, h.kev_seen, coalesce(h.sentence, '') AS sentence,
    lpad(CAST(row_number() OVER (ORDER BY CASE WHEN h.known_exploited IS NULL THEN 1 ELSE 0 END, coalesce(h.epss, 0) DESC,
      coalesce(h.cvss, 0) DESC, v.vulnerability) AS VARCHAR), 9, '0') AS place,
    CAST(row_number() OVER (ORDER BY v.vulnerability) AS INTEGER) AS number
  FROM spoken v LEFT JOIN threat h ON h.vulnerability = v.vulnerability)
"""


UNIT = "sheet, product, status, kind, listless, threat, alone, update_key"
"""What the outcome of a finding depends on, but for its setting."""


def fitting(told: str, filters: str, among: str = "") -> str:
    """Give what is told (of configurations by the relation `told`), by sheet and product, as filters leave it.

    Filters are conditions on `t` (what is told), `b` (the product), `p` (the vulnerability's place) and `c` (the component).
    `among` is a clause on the sheets that says what is asked for at all.
    """
    return f"""(
  SELECT t.sheet, b.product, t.finding_key, t.status, t.kind,
    t.kind <> 'vulnerability' AND t.missing = 'software list' AS listless, p.threat, p.exploitation, p.automatable, p.effects,
    p.place, t.vulnerability, t.update_key, CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.finding_key END AS alone
  FROM (SELECT * FROM {_sheets(told)} s {among}) t
  JOIN (SELECT DISTINCT sheet, product FROM bearer) b ON b.sheet = t.sheet
  JOIN placed p ON p.vulnerability = t.vulnerability LEFT JOIN component c ON c.component_id = t.component_id
  WHERE {filters})"""


_WEIGHED_IN_SPOT = f"""
{UPDATE_COLUMNS}, {deed("t.listless", "s.served")} AS deed,
CASE t.status WHEN 'affected' THEN 0 WHEN 'unknown' THEN 1 ELSE 2 END AS standing"""
_JOINED = """
  LEFT JOIN risk r ON r.exploitation = t.exploitation AND r.automatable = t.automatable AND r.effects = t.effects
    AND r.setting_id = s.setting_id
  LEFT JOIN graded g ON g.finding_key = t.alone AND g.setting_id = s.setting_id
  LEFT JOIN available m ON m.finding_key = t.update_key"""


def weighed_units(told: str, filters: str) -> str:
    """Give the findings that filters leave, summed by unit, and weighed in each spot that has them."""
    return f"""
{AVAILABLE}, {GRADED},
unit AS (
  SELECT {UNIT}, min(exploitation) AS exploitation, min(automatable) AS automatable, min(effects) AS effects,
    count(*) AS findings
  FROM {fitting(told, filters)} f GROUP BY {UNIT}),
spot AS (
  SELECT sheet, product, setting_id, tier, served, count(*) AS devices FROM bearer
  GROUP BY sheet, product, setting_id, tier, served),
weighed_unit AS (
  SELECT t.*, s.setting_id, s.tier, s.served, s.devices, {_WEIGHED_IN_SPOT}
  FROM unit t JOIN spot s ON s.sheet = t.sheet AND s.product = t.product {_JOINED})"""


OPEN_UNITS = f"""
{AVAILABLE}, {GRADED},
unit AS (
  SELECT configuration_id AS sheet, status, kind, listless, alone_key AS alone, update_key, exploitation, automatable, effects,
    findings
  FROM told_sum
  UNION ALL
  SELECT t.device_id, t.status, t.kind, t.kind <> 'vulnerability' AND t.missing = 'software list',
    CASE WHEN t.kind = 'vulnerability' THEN '' ELSE t.finding_key END, '', coalesce(h.exploitation, ''),
    coalesce(h.automatable, ''), coalesce(h.effects, ''), 1
  FROM told_device t LEFT JOIN threat h ON h.vulnerability = t.vulnerability WHERE t.status IN ('affected', 'unknown')),
spot AS (SELECT DISTINCT sheet, setting_id, tier, served FROM bearer),
weighed_unit AS (
  SELECT t.*, s.setting_id, s.tier, s.served, {_WEIGHED_IN_SPOT} FROM unit t JOIN spot s ON s.sheet = t.sheet {_JOINED})
"""
"""What is open, weighed as `weighed_units` does, from the sums that an assessment keeps (`told_sum`)."""
