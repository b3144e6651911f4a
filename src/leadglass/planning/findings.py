# SPDX-License-Identifier: Apache-2.0
"""The listing of findings: filtered, counted and put in order by sheet and setting; only what is shown is spread to devices.

What many findings share decides most of their place: status, urgency and tier (`band`), then the vulnerability (`cell`).
So bands are counted, of the bands that a page reaches the cells, and of the cells that it reaches the findings are listed.
"""

from leadglass.planning.sheets import BEARERS, UNIT, fitting, placed, weighed_units
from leadglass.planning.spread import DECIDED, ON_FLOOR, ORDER, SOURCES_OF_FINDINGS, TOLD_ROW, WEIGHED, spread
from leadglass.values.query import Query

# A finding's id begins with its device's: only devices that can have it stand on the floor
_STEM = "'F-' || substr(device_id, 3) || '-'"
_FLOOR = f"""
floor_ AS (
  SELECT * FROM device
  WHERE {ON_FLOOR} AND ($device = '' OR device_id = $device OR asset_tag = $device)
    AND ($product = '' OR product_id = $product OR lower(product) LIKE '%' || lower($product) || '%')
    AND ($id = '' OR {_STEM} LIKE $id || '%' OR $id LIKE {_STEM} || '%')
    AND ($action = '' OR (product_id, site) IN (SELECT product_id, site FROM deed WHERE id = $action)))
"""

_FILTERS = """
($component = '' OR t.component_id = $component OR lower(coalesce(c.name, '')) LIKE '%' || lower($component) || '%')
  AND ($vulnerability = '' OR t.vulnerability = $vulnerability) AND ($status = '' OR t.status = $status)
  AND ($kind = '' OR t.kind = $kind) AND t.finding_key LIKE split_part($id, '-', 3) || '%'
  AND ($text = '' OR lower(b.product || ' ' || coalesce(c.name, '') || ' ' || t.vulnerability || ' ' || p.sentence)
    LIKE '%' || lower($text) || '%')
"""


def _listed(told: str) -> str:
    """Give the listing as SQL; `told` is the relation of what is told of configurations."""
    return f"""
{placed(told)},
{weighed_units(told, _FILTERS)},
asked AS (
  SELECT * FROM weighed_unit WHERE $action = '' OR deed IN (SELECT deed FROM deed WHERE id = $action)),
band AS (
  SELECT *, CAST(sum(findings) OVER (ORDER BY standing, urgency DESC, tier) - findings AS BIGINT) AS before,
    CAST(sum(findings) OVER () AS BIGINT) AS total
  FROM (SELECT standing, urgency, tier, sum(devices * findings) AS findings FROM asked GROUP BY 1, 2, 3) counted),
reached AS (
  SELECT a.sheet, a.product, a.status, a.kind, a.listless, a.threat, a.alone, a.update_key, a.setting_id, a.tier, a.served,
    a.devices, a.standing, a.urgency, b.before, b.total
  FROM asked a JOIN band b ON b.standing = a.standing AND b.urgency = a.urgency AND b.tier = a.tier
  WHERE b.before < $skip + $count AND b.before + b.findings > $skip),
cell AS (
  SELECT *, CAST(before_band + sum(findings) OVER (PARTITION BY standing, urgency, tier ORDER BY place) - findings AS BIGINT)
    AS before
  FROM (
    SELECT r.standing, r.urgency, r.tier, f.place, f.vulnerability, max(r.before) AS before_band, max(r.total) AS total,
      sum(r.devices) AS findings
    FROM {fitting(told, _FILTERS, "WHERE (sheet, status) IN (SELECT sheet, status FROM reached)")} f JOIN (
      SELECT {UNIT}, standing, urgency, tier, max(before) AS before, max(total) AS total, sum(devices) AS devices
      FROM reached GROUP BY {UNIT}, standing, urgency, tier) r USING ({UNIT})
    GROUP BY 1, 2, 3, 4, 5) counted),
reached_cell AS (SELECT * FROM cell WHERE before < $skip + $count AND before + findings > $skip),
shown AS (
  SELECT * FROM (
    SELECT d.device_id, f.sheet, f.finding_key, c.total, c.before + row_number() OVER (
      PARTITION BY c.standing, c.urgency, c.tier, c.place ORDER BY {_STEM} || f.finding_key) AS nth
    FROM {fitting(told, _FILTERS, "WHERE vulnerability IN (SELECT vulnerability FROM reached_cell)")} f
    JOIN reached r USING ({UNIT}) JOIN reached_cell c
      ON c.standing = r.standing AND c.urgency = r.urgency AND c.tier = r.tier AND c.place = f.place
    JOIN bearer d ON d.sheet = f.sheet AND d.product = f.product AND d.setting_id = r.setting_id AND d.tier = r.tier
      AND d.served = r.served) placed_all
  WHERE nth > $skip AND nth <= $skip + $count),
told AS (
  SELECT s.device_id, {TOLD_ROW}, t.update_key FROM shown s
  JOIN {told} t ON t.configuration_id = s.sheet AND t.finding_key = s.finding_key
  UNION ALL
  SELECT s.device_id, {TOLD_ROW}, '' FROM shown s
  JOIN told_device t ON t.device_id = s.sheet AND t.finding_key = s.finding_key)
"""


_FINDING_COLUMNS = (
    "id", "device_id", "device", "site", "product_id", "product", "component", "component_id", "version",
    "vulnerability", "kind", "rule", "status", "missing", "class", "sentence", "note", "known_exploited", "epss",
    "cvss", "outcome", "urgency", "risk_why", "harm_patient", "harm_privacy", "harm_clinical", "deed", "sha256",
    "place", "maker", "model", "software_version", "update_id", "update_label", "action_id", "decision", "decision_id",
    "decided_until", "total",
)  # fmt: skip

_SELECTED = """
w.id, w.device_id, w.asset_tag AS device, w.site, w.product_id, w.product, w.component_name AS component,
  w.component_id, w.component_version AS version, w.vulnerability, w.kind, w.rule, w.status, w.missing, w.class,
  w.sentence, w.why AS note, w.known_exploited, w.epss, w.cvss, w.outcome, w.urgency, w.risk_why, w.harm_patient,
  w.harm_privacy, w.harm_clinical, w.deed, w.sha256, w.place, w.maker, w.model, w.software_version,
  CASE WHEN w.update_key = '' THEN '' ELSE 'F-' || substr(w.device_id, 3) || '-' || w.update_key END AS update_id,
  w.update_label,
  coalesce(a.id, '') AS action_id, coalesce(nullif(x.kind, 'reopen'), '') AS decision,
  coalesce(x.decision_id, '') AS decision_id, x.until AS decided_until
"""
_JOINED = """
LEFT JOIN decided x ON x.finding_id = w.id
LEFT JOIN deed a ON a.deed = w.deed AND a.product_id = w.product_id AND a.site = w.site
"""


def _findings(name: str, told: str, first: str = "") -> Query:
    return Query(
        name=name,
        tables=(*SOURCES_OF_FINDINGS, "deed"),
        given=("decision_now", "decision_range"),
        params=("device", "product", "component", "vulnerability", "status", "kind", "id", "action",
                "text", "count", "skip"),
        columns=_FINDING_COLUMNS,
        sql=f"""
WITH {first} {_FLOOR}, {BEARERS}, {_listed(told)}, {WEIGHED}, {DECIDED}
SELECT {_SELECTED}, s.total
FROM weighed w JOIN shown s ON s.device_id = w.device_id AND s.finding_key = w.finding_key {_JOINED}
ORDER BY s.nth
""",
    )  # fmt: skip


FINDINGS = _findings("findings", "told_configuration")
"""Findings per device, filtered, in the order of urgency, with the decision that covers each."""

FINDINGS_OF_VULNERABILITY = _findings(
    "findings of a vulnerability",
    "told_of_it",
    "told_of_it AS MATERIALIZED (SELECT * FROM told_configuration WHERE vulnerability = $vulnerability),",
)
"""The same of one vulnerability: what is told of it is sought once, and not for each step."""

FINDINGS_OF_COMPONENT = _findings(
    "findings of a component",
    "told_of_it",
    """told_of_it AS MATERIALIZED (
  SELECT * FROM told_configuration WHERE component_id IN (
    SELECT component_id FROM component
    WHERE component_id = $component OR lower(name) LIKE '%' || lower($component) || '%')),""",
)
"""The same of one component, or of those whose names have these words."""

_ON_DEVICE = "(d.device_id = $device OR d.asset_tag = $device)"
FINDINGS_OF_DEVICE = Query(
    name="findings of a device",
    tables=FINDINGS.tables,
    given=FINDINGS.given,
    params=FINDINGS.params,
    columns=FINDINGS.columns,
    sql=f"""
WITH {spread(_ON_DEVICE, "t.finding_key LIKE split_part($id, '-', 3) || '%'")}, {DECIDED},
shown AS (
  SELECT *, row_number() OVER (ORDER BY {ORDER}) AS nth, count(*) OVER () AS total FROM weighed w
  WHERE ($product = '' OR product_id = $product OR lower(product) LIKE '%' || lower($product) || '%')
    AND ($component = '' OR component_id = $component OR lower(component_name) LIKE '%' || lower($component) || '%')
    AND ($vulnerability = '' OR vulnerability = $vulnerability) AND ($status = '' OR status = $status)
    AND ($kind = '' OR kind = $kind) AND id LIKE $id || '%'
    AND ($action = '' OR (deed, product_id, site) IN (SELECT deed, product_id, site FROM deed WHERE id = $action))
    AND ($text = ''
      OR lower(product || ' ' || component_name || ' ' || vulnerability || ' ' || sentence) LIKE '%' || lower($text) || '%')
  ORDER BY nth LIMIT $count OFFSET $skip)
SELECT {_SELECTED}, w.total
FROM shown w {_JOINED}
ORDER BY w.nth
""",
)
"""The same of one device: it has few enough to spread them all, and the question is planned in a third of the time."""
