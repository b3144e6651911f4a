# SPDX-License-Identifier: Apache-2.0
"""The listing of actions: in their rank, with what was decided, and their devices and findings."""

from leadglass.planning.sheets import BEARERS, OPEN_UNITS
from leadglass.planning.spread import DECIDED, DECIDED_ON, ON_FLOOR, SOURCES_OF_FINDINGS, spread
from leadglass.values.query import Query
from leadglass.values.schema import Table, columns

_ASKED_FOR = (
    "(d.product_id, d.site) IN (SELECT a.product_id, a.site FROM deed a JOIN wanted x ON x.id = a.id)"
)
_OF_TOLD = (
    "t.kind, t.component_id, t.vulnerability, t.status, t.class, t.missing, t.rule, t.why, t.sha256, t.place"
)
_WORDS = "finding_key, kind, component_id, vulnerability, status, class, missing, rule, why, sha256, place"
COVERED = """
covered AS (
  SELECT w.deed, w.product_id, w.site, count(*) AS decided, max(x.kind) AS decision, max(x.owner) AS owner,
    min(x.until) AS decided_until
  FROM weighed w JOIN decided x ON x.finding_id = w.id WHERE x.kind <> 'reopen' GROUP BY 1, 2, 3)
"""
"""How much of each deed people decided on; behind `spread(DECIDED_ON)` and `DECIDED`."""

_SUMMED = ("id", "rank", "deed", "product_id", "site", "product", "maker", "servicer", "findings", "devices", "unknown",
           "urgency", "tier", "exploited", "epss", "cvss", "ransomware", "updates", "update_label", "update_whole",
           "update_why", "update_offered", "since", "decided", "decision", "owner", "decided_until", "assignee",
           "total")  # fmt: skip
_TOLD_OF_FOREMOST = (
    "vulnerabilities", "exploited_count", "outcome", "vulnerability", "component_name", "component_version", "class", "rule",
    "sentence", "missing", "known_exploited", "status", "kind", "note", "triage_days", "contain_days", "remedy_days", "policy",
)  # fmt: skip

NOBODY = "nobody"
"""Who is asked for where an action is to have no assignee."""

STATE_OF_DEED = """
CASE WHEN coalesce(c.decided, 0) >= a.findings THEN 'settled' WHEN a.deed = 'contain' AND a.urgency = 3 THEN 'act_now'
  WHEN a.deed = 'contain' THEN 'contain' WHEN a.deed IN ('update', 'service') THEN 'plan' WHEN a.deed = 'watch' THEN 'watch'
  ELSE 'unknown' END"""
"""The state of an action (values.overview.State); its urgency is that of the finding that weighs most."""

OUTCOME_OF_DEED = """
CASE a.urgency WHEN 3 THEN 'immediate' WHEN 2 THEN 'out-of-cycle' WHEN 1 THEN 'scheduled' ELSE 'defer' END"""
"""The outcome of that finding: its clock counts."""

_OPEN = f"""
WITH {spread(DECIDED_ON)}, {DECIDED},
{COVERED},
open_ AS (
  SELECT a.*, coalesce(c.decided, 0) AS decided, coalesce(c.decision, '') AS decision, coalesce(c.owner, '') AS owner,
    c.decided_until, CASE WHEN coalesce(c.decided, 0) >= a.findings THEN 1 ELSE 0 END AS settled,
    coalesce(g.assignee, '') AS assignee, k.triage AS triage_days, k.contain AS contain_days, count(*) OVER () AS total
  FROM deed a LEFT JOIN covered c ON c.deed = a.deed AND c.product_id = a.product_id AND c.site = a.site
  LEFT JOIN assigned g ON g.action_id = a.id LEFT JOIN clock k ON k.outcome = {OUTCOME_OF_DEED}
  WHERE ($id = '' OR a.id LIKE $id || '%' OR ' ' || $id || ' ' LIKE '% ' || a.id || ' %')
    AND ($deed = '' OR a.deed = $deed) AND ($state = '' OR ',' || $state || ',' LIKE '%,' || {STATE_OF_DEED} || ',%')
    AND ($assignee = '' OR coalesce(nullif(g.assignee, ''), '{NOBODY}') = $assignee)
    AND ($modality = '' OR (a.product_id, a.site) IN (SELECT product_id, site FROM device WHERE modality = $modality))
    AND ($product = '' OR a.product_id = $product OR lower(a.product) LIKE '%' || lower($product) || '%')
    AND ($text = '' OR a.id IN (
      SELECT s.id FROM said s WHERE lower(s.title || ' ' || s.product || ' ' || s.why || ' ' || s.site)
        LIKE '%' || lower($text) || '%')))
"""
"""The actions that filters leave, in numbers: enough to put them in order."""

_WORDED = f"""
worded AS MATERIALIZED (
  SELECT configuration_id, {_WORDS} FROM told_configuration
  WHERE (configuration_id, finding_key) IN (SELECT configuration_id, finding_key FROM chosen)),
alone AS MATERIALIZED (
  SELECT device_id, {_WORDS} FROM told_device
  WHERE (device_id, finding_key) IN (SELECT device_id, finding_key FROM chosen)),
foremost AS (
  SELECT s.*, {_OF_TOLD} FROM chosen s
  JOIN worded t ON t.configuration_id = s.configuration_id AND t.finding_key = s.finding_key
  UNION ALL
  SELECT s.*, {_OF_TOLD} FROM chosen s JOIN alone t ON t.device_id = s.device_id AND t.finding_key = s.finding_key),
weighing AS (
  SELECT s.*, coalesce(h.sentence, '') AS sentence, h.known_exploited,
    coalesce(r.outcome, g.outcome, CASE WHEN s.kind = 'update' THEN 'defer' ELSE 'scheduled' END) AS outcome
  FROM foremost s JOIN device d ON d.device_id = s.device_id
  LEFT JOIN threat h ON h.vulnerability = s.vulnerability
  LEFT JOIN risk r ON r.exploitation = h.exploitation AND r.automatable = h.automatable AND r.effects = h.effects
    AND r.setting_id = d.setting_id
  LEFT JOIN graded g ON g.finding_key = CASE WHEN s.kind = 'vulnerability' THEN '' ELSE s.finding_key END
    AND g.setting_id = d.setting_id)
SELECT {", ".join(f"s.{name}" for name in _SUMMED)}, coalesce(v.vulnerabilities, 0) AS vulnerabilities,
  coalesce(v.exploited_count, 0) AS exploited_count, s.outcome, s.vulnerability, coalesce(c.name, '') AS component_name,
  coalesce(c.version, '') AS component_version, s.class, s.rule, s.sentence, s.missing, s.known_exploited, s.status, s.kind,
  s.why AS note, k.triage AS triage_days, k.contain AS contain_days, k.remedy AS remedy_days, k.policy
FROM weighing s
LEFT JOIN deed_count v ON v.deed = s.deed AND v.product_id = s.product_id AND v.site = s.site
LEFT JOIN component c ON c.component_id = s.component_id
LEFT JOIN clock k ON k.outcome = s.outcome
ORDER BY s.nth
"""
"""What is shown of those that a page chose; it alone is read among millions of findings."""


def in_order_of(order: str, name: str = "actions in another order") -> Query:
    """List actions in an order, said in what `open_` tells of each: those that a page shows are put into words."""
    return Query(
        name=name,
        tables=(*SOURCES_OF_FINDINGS, "deed", "deed_count", "clock"),
        given=("decision_now", "decision_range", "said", "assigned"),
        params=("id", "product", "text", "deed", "state", "modality", "assignee", "count", "skip"),
        columns=(*_SUMMED, *_TOLD_OF_FOREMOST),
        sql=f"""{_OPEN},
chosen AS MATERIALIZED (
  SELECT *, row_number() OVER (ORDER BY {order}) AS nth FROM open_ ORDER BY nth LIMIT $count OFFSET $skip),
{_WORDED}""",
    )


ACTIONS = in_order_of("settled, rank", "actions")
"""Actions in their rank, in numbers, with the finding that weighs most and the days of its outcome; those whose every
finding is decided come last. A text is sought in what actions say (`said`)."""

ASSIGNED = Table(
    name="assigned",
    writer="given",
    meaning="who takes actions on",
    sort=(),
    columns=columns("action_id text\nassignee text"),
)

SAID = Table(
    name="said",
    writer="given",
    meaning="what actions say",
    sort=(),
    columns=columns("id text\ntitle text\nproduct text\nwhy text\nsite text"),
)

DEEDS_THERE = Query(
    name="actions that are there",
    tables=("deed",),
    given=("wanted",),
    needs=("wanted",),
    columns=("id",),
    sql="SELECT a.id FROM deed a JOIN wanted w ON w.id = a.id",
)
"""Which of some actions a finding still asks for."""

ACTION_DEVICES = Query(
    name="devices and findings of actions",
    tables=(*SOURCES_OF_FINDINGS, "deed"),
    given=("wanted",),
    columns=("action_id", "device_id", "device", "site", "room", "department", "maker", "model", "modality", "software_version",
             "serial_number", "place", "sha256", "findings"),
    sql=f"""
WITH {spread(_ASKED_FOR)}
SELECT a.id AS action_id, w.device_id, max(w.asset_tag) AS device, max(w.site) AS site, max(w.room) AS room,
  max(w.department) AS department, max(w.maker) AS maker, max(w.model) AS model, max(w.modality) AS modality,
  max(w.software_version) AS software_version, max(w.serial_number) AS serial_number, max(d.place) AS place,
  max(d.sha256) AS sha256, list(w.id ORDER BY w.id) AS findings
FROM weighed w JOIN deed a ON a.deed = w.deed AND a.product_id = w.product_id AND a.site = w.site
JOIN wanted x ON x.id = a.id JOIN device d ON d.device_id = w.device_id
GROUP BY 1, 2 ORDER BY 1, 3, 2
""",
)  # fmt: skip
"""Of each action the devices, and on each the findings that it resolves."""

_OF_WANTED = "SELECT a.product_id, a.site FROM deed a JOIN wanted x ON x.id = a.id"
ACTION_BEARERS = Query(
    name="devices of actions",
    tables=(*SOURCES_OF_FINDINGS, "deed", "told_sum"),
    given=("wanted",),
    columns=tuple(name for name in ACTION_DEVICES.columns if name != "findings"),
    sql=f"""
WITH floor_ AS (SELECT * FROM device WHERE {ON_FLOOR} AND (product_id, site) IN ({_OF_WANTED})), {BEARERS}, {OPEN_UNITS}
SELECT DISTINCT a.id AS action_id, b.device_id, b.asset_tag AS device, b.site, b.room, b.department, b.maker, b.model,
  b.modality, b.software_version, b.serial_number, b.place, b.sha256
FROM weighed_unit u JOIN bearer b
  ON b.sheet = u.sheet AND b.setting_id = u.setting_id AND b.tier = u.tier AND b.served = u.served
JOIN deed a ON a.deed = u.deed AND a.product_id = b.product_id AND a.site = b.site JOIN wanted x ON x.id = a.id
ORDER BY 1, 3, 2
""",
)
"""The devices alone, from what an assessment summed: no finding is looked at."""
