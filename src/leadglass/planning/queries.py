# SPDX-License-Identifier: Apache-2.0
"""The listings of what a snapshot holds as it is shown: questions, documents, remarks."""

from leadglass.planning.orders import KIND
from leadglass.values.query import Query

_COUNTED = """
CASE WHEN q.kind IN ('version', 'serial', 'hardware')
  THEN regexp_replace(q.text, ' ' || q.devices || ' ', ' ' || k.devices || ' ') ELSE q.text END"""
"""The text with the devices that are seen in place of all: it names their number first, where it names one."""

# Devices of a configuration and model are asked about together, or some by themselves: each is counted once
_SETTLING = """
floor_ AS (SELECT * FROM device WHERE state <> 'retired'),
asked AS (
  SELECT * FROM question WHERE ($id = '' OR id LIKE $id || '%') AND ($product = '' OR product_id = $product
    OR lower(maker || ' ' || model) LIKE '%' || lower($product) || '%')),
about AS (SELECT * FROM question_group WHERE question_id IN (SELECT id FROM asked)),
stand AS (
  SELECT configuration_id, product_id, count(*) AS devices FROM floor_
  WHERE configuration_id IN (SELECT configuration_id FROM about) GROUP BY 1, 2),
together AS (
  SELECT g.question_id, g.configuration_id, g.product_id, sum(g.findings) * s.devices AS settles, s.devices
  FROM about g JOIN stand s ON s.configuration_id = g.configuration_id AND s.product_id = g.product_id
  WHERE g.device_id = '' GROUP BY 1, 2, 3, s.devices),
alone AS (
  SELECT g.question_id, g.configuration_id, g.product_id, sum(g.findings) AS settles, count(DISTINCT g.device_id) AS devices
  FROM about g
  JOIN floor_ d ON d.device_id = g.device_id AND d.configuration_id = g.configuration_id AND d.product_id = g.product_id
  WHERE g.device_id <> '' GROUP BY 1, 2, 3),
counted AS (
  SELECT question_id, CAST(sum(coalesce(t.settles, 0) + coalesce(a.settles, 0)) AS BIGINT) AS settles,
    CAST(sum(coalesce(t.devices, a.devices)) AS BIGINT) AS devices
  FROM together t FULL JOIN alone a USING (question_id, configuration_id, product_id) GROUP BY 1)
"""

# What work orders ask is in no table: it comes with its devices, behind the rank of what is
_ORDERED = f"""
ordered AS (
  SELECT o.rank + (SELECT count(*) FROM question) AS rank, o.id, '{KIND}' AS kind, o.subject, o.product_id, o.maker,
    o.model, o.text, o.answers, o.asked, CAST(sum(o.findings) AS BIGINT) AS settles, count(*) AS devices,
    count(DISTINCT d.site) AS sites
  FROM order_question o JOIN device d ON d.device_id = o.device_id
  WHERE ($id = '' OR o.id LIKE $id || '%') AND ($product = '' OR o.product_id = $product
    OR lower(o.maker || ' ' || o.model) LIKE '%' || lower($product) || '%')
  GROUP BY o.rank, o.id, o.subject, o.product_id, o.maker, o.model, o.text, o.answers, o.asked)
"""

QUESTIONS = Query(
    name="questions",
    tables=("question", "question_group", "device"),
    given=("order_question",),
    params=("id", "product", "text", "count", "skip"),
    columns=("rank", "id", "kind", "subject", "product_id", "maker", "model", "text", "answers",
             "asked", "settles", "devices", "sites", "total"),
    sql=f"""
WITH {_SETTLING},
{_ORDERED},
listed AS (
  SELECT q.rank, q.id, q.kind, q.subject, q.product_id, q.maker, q.model, {_COUNTED} AS text, q.answers, q.asked,
    k.settles, k.devices, CAST(NULL AS BIGINT) AS sites
  FROM asked q JOIN counted k ON k.question_id = q.id
  WHERE ($text = '' OR lower({_COUNTED}) LIKE '%' || lower($text) || '%')
  UNION ALL
  SELECT * FROM ordered WHERE $text = '' OR lower(text) LIKE '%' || lower($text) || '%'),
shown AS MATERIALIZED (
  SELECT *, count(*) OVER () AS total FROM listed ORDER BY settles DESC, devices DESC, rank LIMIT $count OFFSET $skip),
standing AS (
  SELECT g.question_id, count(DISTINCT d.site) AS sites
  FROM (SELECT * FROM about WHERE question_id IN (SELECT id FROM shown)) g
  JOIN floor_ d ON d.configuration_id = g.configuration_id AND d.product_id = g.product_id
    AND (g.device_id = '' OR g.device_id = d.device_id) GROUP BY 1)
SELECT s.rank, s.id, s.kind, s.subject, s.product_id, s.maker, s.model, s.text, s.answers, s.asked, s.settles, s.devices,
  coalesce(s.sites, n.sites) AS sites, s.total
FROM shown s LEFT JOIN standing n ON n.question_id = s.id ORDER BY s.settles DESC, s.devices DESC, s.rank
""",
)  # fmt: skip

QUESTION_DEVICES = Query(
    name="devices of questions",
    tables=("question_group", "device"),
    given=("wanted", "order_question"),
    columns=(
        "question_id",
        "device_id",
        "device",
        "site",
        "room",
        "serial_number",
        "software_version",
        "findings",
    ),
    sql="""
WITH about AS (
  SELECT g.question_id, d.device_id, CAST(sum(g.findings) AS BIGINT) AS findings
  FROM (SELECT * FROM question_group WHERE question_id IN (SELECT id FROM wanted)) g
  JOIN device d ON d.configuration_id = g.configuration_id AND d.product_id = g.product_id
    AND d.state <> 'retired' AND (g.device_id = '' OR g.device_id = d.device_id)
  GROUP BY 1, 2
  UNION ALL SELECT id, device_id, findings FROM order_question WHERE id IN (SELECT id FROM wanted))
SELECT m.question_id, d.device_id, d.asset_tag AS device, d.site, d.room, d.serial_number, d.software_version, m.findings
FROM about m JOIN device d ON d.device_id = m.device_id
ORDER BY m.question_id, d.site, d.asset_tag, d.device_id
""",
)

_SEEN = """
(s.kind NOT IN ('fleet', 'bom', 'sightings', 'unknown')
  OR (s.kind = 'fleet' AND s.sha256 IN (SELECT f.sha256 FROM device_fact f JOIN device d ON d.device_id = f.device_id)
    AND s.sha256 NOT IN (SELECT f.sha256 FROM device_fact f LEFT JOIN device d ON d.device_id = f.device_id
      WHERE d.device_id IS NULL AND f.sha256 <> ''))
  OR (s.kind = 'bom' AND s.sha256 IN (SELECT l.sha256 FROM configuration_component l
    JOIN device d ON d.configuration_id = l.configuration_id)))
"""
"""What somebody may see of the documents who sees some sites: what is public, lists of devices that are all hers, and
what is inside of them."""

_OF_DEVICES = ("device", "device_fact", "configuration_component")


def _sources(name: str, seen: str, *tables: str) -> Query:
    return Query(
        name=name,
        tables=("source", "advisory", *tables),
        params=("id", "kind", "text", "count", "skip"),
        columns=("sha256", "kind", "standard", "version", "name", "size", "received", "first_received", "publisher", "tlp",
                 "newest", "advisory", "title", "taken", "remarks", "total"),
        sql=f"""
SELECT s.sha256, s.kind, s.standard, s.version, s.name, s.size, s.received, s.first_received,
  CASE WHEN s.publisher <> '' THEN s.publisher ELSE coalesce(a.publisher, '') END AS publisher,
  s.tlp, s.newest, coalesce(a.advisory, '') AS advisory, coalesce(a.title, '') AS title, s.taken, s.remarks,
  count(*) OVER () AS total
FROM source s LEFT JOIN advisory a ON a.sha256 = s.sha256
WHERE {seen} AND ($id = '' OR s.sha256 LIKE $id || '%' OR a.advisory = $id) AND ($kind = '' OR s.kind = $kind)
  AND ($text = '' OR lower(s.name || ' ' || s.standard || ' ' || coalesce(a.advisory || ' ' || a.title, ''))
    LIKE '%' || lower($text) || '%')
ORDER BY s.received DESC, s.name, s.sha256 LIMIT $count OFFSET $skip
""",
    )  # fmt: skip


SOURCES = _sources("sources", "true")
SOURCES_WITHIN = _sources("sources that some sites see", _SEEN, *_OF_DEVICES)


def _remarks(name: str, seen: str, *tables: str) -> Query:
    return Query(
        name=name,
        tables=("remark", "source", *tables),
        params=("id", "text", "count", "skip"),
        columns=("document", "sha256", "place", "step", "why", "total"),
        sql=f"""
SELECT s.name AS document, r.sha256, r.place, r.step, r.why, count(*) OVER () AS total
FROM remark r JOIN source s ON s.sha256 = r.sha256
WHERE {seen} AND ($id = '' OR r.sha256 LIKE $id || '%')
  AND ($text = '' OR lower(s.name || ' ' || r.why) LIKE '%' || lower($text) || '%')
ORDER BY s.name, r.sha256, r.number LIMIT $count OFFSET $skip
""",
    )


REMARKS = _remarks("remarks", "true")
REMARKS_WITHIN = _remarks("remarks that some sites see", _SEEN, *_OF_DEVICES)

PRESENT = Query(
    name="whether a thing is there",
    tables=("device", "deed", "question_device", "source", "configuration_component"),
    params=("id",),
    columns=("one",),
    sql="""
SELECT 1 AS one FROM device
WHERE device_id = $id OR product_id = $id OR ($id LIKE 'F-%' AND device_id = 'D-' || split_part($id, '-', 2))
UNION ALL SELECT 1 FROM deed WHERE id = $id
UNION ALL SELECT 1 FROM question_device m JOIN device d ON d.device_id = m.device_id WHERE m.question_id = $id
UNION ALL SELECT 1 FROM source WHERE sha256 = $id
UNION ALL SELECT 1 FROM configuration_component c JOIN device d ON d.configuration_id = c.configuration_id
  WHERE c.component_id = $id
LIMIT 1
""",
)
"""Whether a device, product, component, finding, action, question or document is there by its whole id."""

PLACES = Query(
    name="sites and modalities",
    tables=("device",),
    columns=("site", "modality"),
    sql="SELECT DISTINCT site, modality FROM device ORDER BY site, modality",
)
"""Where devices are, and of which kinds."""

SUPPORTED = Query(
    name="until when what a device runs is supported",
    tables=("offer", "device", "configuration_component", "component"),
    needs=("offer",),
    params=("device",),
    columns=("part", "until", "publisher", "why", "sha256", "place"),
    sql="""
SELECT DISTINCT CASE WHEN o.whole THEN d.product ELSE trim(c.name || ' ' || c.version) END AS part, o.day AS until,
  o.publisher, o.why, o.sha256, o.place
FROM device d JOIN configuration_component l ON l.configuration_id = d.configuration_id
JOIN offer o ON o.component_id = l.component_id AND o.kind = 'end_of_support'
JOIN component c ON c.component_id = o.component_id
LEFT JOIN configuration_component n ON n.configuration_id = d.configuration_id AND n.component_id = o.on_id
WHERE d.device_id = $device AND (o.on_id = '' OR n.component_id IS NOT NULL)
ORDER BY 2 NULLS LAST, 1, 3
""",
)
"""The ends of support that publishers name for the parts of a device."""
