# SPDX-License-Identifier: Apache-2.0
"""What recognising asks the readings, and the listings of the fleet."""

from dataclasses import replace

from leadglass.values.query import Query
from leadglass.values.schema import relation
from leadglass.values.tables import TABLES

ROWS = Query(
    name="fleet rows",
    tables=("fleet_row",),
    needs=("fleet_row",),
    columns=("fields", "rest", "sha256", "place"),
    sql="SELECT fields, rest, sha256, place FROM fleet_row ORDER BY sha256, line",
)

BOMS = Query(
    name="bills of materials",
    tables=("bom",),
    needs=("bom",),
    columns=(
        "serial_number",
        "created",
        "maker",
        "name",
        "version",
        "cpe",
        "purl",
        "gaps",
        "sha256",
        "place",
    ),
    sql="SELECT serial_number, created, maker, name, version, cpe, purl, gaps, sha256, place FROM bom ORDER BY sha256",
)

BOM_COMPONENTS = Query(
    name="components of bills of materials",
    tables=("bom_component",),
    given=("wanted",),
    needs=("bom_component", "wanted"),
    columns=("number", "kind", "supplier", "grouping", "name", "version", "cpe", "purl", "sha256", "place"),
    sql="""
SELECT b.number, b.kind, b.supplier, b.grouping, b.name, b.version, b.cpe, b.purl, b.sha256, b.place
FROM bom_component b JOIN wanted w ON w.sha256 = b.sha256 ORDER BY b.sha256, b.number
""",
)

_JOINED = "translate({}, '-_&/!', '')"
"""A product's name without what may stand between words."""

_NAMED = "part, split_part(product, ':', 1) AS vendor, split_part(product, ':', 2) AS word"


def _longer(wanted: str, asked: str, columns: str) -> str:
    """Find the products of `said` that begin with a name, or end with one; `columns` are of these and what is wanted."""
    return f"""
SELECT {columns} FROM said s
JOIN {wanted} ON split_part(s.plain, '_', 1) = split_part({asked}, '_', 1) AND starts_with(s.plain, {asked} || '_')
UNION
SELECT {columns} FROM said s
JOIN {wanted} ON split_part(s.plain, '_', -1) = split_part({asked}, '_', -1)
  AND right(s.plain, length({asked}) + 1) = '_' || {asked}
"""


_SAID = f"""
said AS (
  SELECT p.*, translate(word, '-&/', '___') AS plain
  FROM (SELECT {_NAMED}, count(*) AS records FROM criterion GROUP BY 1, 2, 3) p)
"""

PRODUCTS_NAMED = Query(
    name="products that records name",
    tables=("criterion",),
    given=("wanted",),
    needs=("criterion", "wanted"),
    columns=("asked", "part", "vendor", "word", "records"),
    sql=f"""
SELECT w.word AS asked, k.part, split_part(k.product, ':', 1) AS vendor, split_part(k.product, ':', 2) AS word,
  count(*) AS records
FROM criterion k JOIN wanted w ON w.word = {_JOINED.format("split_part(k.product, ':', 2)")}
GROUP BY 1, 2, 3, 4 ORDER BY 2, 3, 4
""",
)
"""By names without what may stand between words: '7zip' and '7-zip' are one."""

PRODUCTS_LONGER = Query(
    name="products that records name by more words",
    tables=("criterion",),
    given=("wanted",),
    needs=("criterion", "wanted"),
    columns=("name", "part", "vendor", "word", "records"),
    sql=f"""
WITH {_SAID}
{_longer("wanted w", "w.word", "w.word AS name, s.part, s.vendor, s.word, s.records")}
ORDER BY 1, 2, 3, 4
""",
)
"""Those that begin with a name, or end with one."""

VENDORS_NAMED = Query(
    name="products of vendors that records name",
    tables=("criterion",),
    given=("wanted",),
    needs=("criterion", "wanted"),
    columns=("part", "vendor", "word"),
    sql="""
SELECT DISTINCT k.part, split_part(k.product, ':', 1) AS vendor, split_part(k.product, ':', 2) AS word
FROM criterion k JOIN wanted w ON w.word = split_part(k.product, ':', 1) ORDER BY 1, 2, 3
""",
)

LOOKED_UP_ANEW = Query(
    name="words looked up, and what records at hand name by them",
    tables=("looked_up", "criterion"),
    needs=("looked_up", "criterion"),
    columns=("kind", "asked", "part", "vendor", "word", "records"),
    sql=f"""
WITH asked AS (SELECT DISTINCT kind, asked FROM looked_up), {_SAID}
SELECT a.kind, a.asked, s.part, s.vendor, s.word, s.records
FROM said s JOIN asked a ON a.kind = 'product' AND a.asked = {_JOINED.format("s.word")}
UNION ALL
SELECT a.kind, a.asked, s.part, s.vendor, s.word, 0
FROM said s JOIN asked a ON a.kind IN ('vendor', 'maker') AND a.asked = s.vendor
UNION ALL
SELECT * FROM ({
        _longer(
            "(SELECT * FROM asked WHERE kind = 'longer') a",
            "a.asked",
            "a.kind, a.asked, s.part, s.vendor, s.word, s.records",
        )
    }) l
ORDER BY 1, 2, 3, 4, 5
""",
)
"""What `PRODUCTS_NAMED`, `PRODUCTS_LONGER` and `VENDORS_NAMED` would find beside what they found."""

NAMES_LISTED = Query(
    name="names of components",
    tables=("bom_component",),
    needs=("bom_component",),
    columns=("name", "version", "supplier", "cpe", "purl", "kind"),
    sql="SELECT DISTINCT name, version, supplier, cpe, purl, kind FROM bom_component",
)
"""How bills of materials call components."""

DEVICES = Query(
    name="devices",
    tables=("device",),
    params=("id", "product", "modality", "state", "text", "count", "skip"),
    columns=("device_id", "site", "department", "room", "asset_tag", "product_id", "product", "maker", "model", "serial_number",
             "software_version", "os", "os_version", "modality", "owner", "servicer", "state", "next_pm", "exposure",
             "tier", "knows", "sha256", "place", "total"),
    sql="""
SELECT device_id, site, department, room, asset_tag, product_id, product, maker, model, serial_number, software_version, os,
  os_version, modality, owner, servicer, state, next_pm, exposure, tier, knows, sha256, place, count(*) OVER () AS total
FROM device
WHERE ($id = '' OR device_id = $id OR asset_tag = $id) AND ($modality = '' OR modality = $modality)
  AND ($product = '' OR product_id = $product OR lower(product) LIKE '%' || lower($product) || '%')
  AND ($state = '' OR state = $state)
  AND ($text = '' OR lower(asset_tag || ' ' || product || ' ' || serial_number || ' ' || room || ' ' || site || ' '
    || department) LIKE '%' || lower($text) || '%')
ORDER BY site, asset_tag, device_id LIMIT $count OFFSET $skip
""",
)  # fmt: skip

DEVICES_WANTED = Query(
    name="devices by their ids",
    tables=("device",),
    given=("wanted",),
    columns=("device_id", "asset_tag", "site", "software_version"),
    sql="""
SELECT d.device_id, d.asset_tag, d.site, d.software_version FROM device d JOIN wanted w ON w.id = d.device_id
ORDER BY d.device_id
""",
)
"""Of wanted devices those that are seen, and what they run."""

PRODUCTS = Query(
    name="products",
    tables=("product", "device"),
    params=("id", "text", "count", "skip"),
    columns=(
        "product_id",
        "maker",
        "model",
        "modality",
        "devices",
        "sites",
        "boms",
        "cpes",
        "versions",
        "total",
    ),
    sql="""
SELECT p.product_id, p.maker, p.model, p.modality, count(*) AS devices, count(DISTINCT d.site) AS sites,
  max(p.boms) AS boms, max(p.cpes) AS cpes, count(DISTINCT nullif(d.software_version, '')) AS versions,
  count(*) OVER () AS total
FROM product p JOIN device d ON d.product_id = p.product_id
WHERE ($id = '' OR p.product_id = $id) AND ($text = '' OR lower(p.maker || ' ' || p.model) LIKE '%' || lower($text) || '%')
GROUP BY p.product_id, p.maker, p.model, p.modality ORDER BY p.maker, p.model LIMIT $count OFFSET $skip
""",
)

THING = relation("thing", TABLES["namesake"].meaning, TABLES["namesake"].columns)
THINGS = Query(
    name="what is listed, and whether anything speaks of it",
    tables=("namesake",),
    columns=tuple(column.name for column in THING.columns),
    sql="SELECT namesake, spoken_of FROM namesake",
)
"""Of all components: worked out once for every page of them."""

COMPONENTS = Query(
    name="components",
    tables=("component", "configuration_component", "device"),
    given=("thing",),
    params=("id", "device", "text", "unnamed", "count", "skip"),
    columns=("component_id", "name", "version", "part", "record_product", "spoken_of", "basis", "confidence", "doubt",
             "devices", "sha256", "place", "total"),
    sql="""
WITH bearing AS (
  SELECT configuration_id, count(*) AS devices FROM device
  WHERE $device = '' OR device_id = $device OR asset_tag = $device GROUP BY 1),
placed AS (
  SELECT component_id, configuration_id, min(sha256) AS sha256, min(place) AS place FROM configuration_component
  WHERE configuration_id IN (SELECT configuration_id FROM bearing) AND ($id = '' OR component_id = $id) GROUP BY 1, 2),
counted AS (
  SELECT p.component_id, CAST(sum(b.devices) AS BIGINT) AS devices, min(p.sha256) AS sha256, min(p.place) AS place
  FROM placed p JOIN bearing b ON b.configuration_id = p.configuration_id GROUP BY 1)
SELECT c.component_id, c.name, c.version, c.part, c.product AS record_product, coalesce(n.spoken_of, true) AS spoken_of,
  c.basis, c.confidence, c.doubt, k.devices, k.sha256, k.place, count(*) OVER () AS total
FROM component c JOIN counted k ON k.component_id = c.component_id LEFT JOIN thing n ON n.namesake = c.namesake
WHERE c.part <> 'u' AND (NOT $unnamed OR n.spoken_of = false) AND ($id = '' OR c.component_id = $id)
  AND ($text = '' OR lower(c.name || ' ' || c.version || ' ' || c.product) LIKE '%' || lower($text) || '%')
ORDER BY lower(c.name), c.version, c.component_id LIMIT $count OFFSET $skip
""",
)  # fmt: skip

FACTS = Query(
    name="facts of a device",
    tables=("device_fact", "device"),
    params=("device",),
    columns=("field", "value", "counts", "basis", "since", "by", "sha256", "place"),
    sql="""
SELECT f.field, f.value, f.counts, f.basis, f.since, f.by, f.sha256, f.place
FROM device_fact f JOIN device d ON d.device_id = f.device_id
WHERE f.device_id = $device ORDER BY f.field, f.counts DESC, f.since DESC, f.value
""",
)

MODELS = Query(
    name="models of the fleet",
    tables=("product", "device", "device_fact"),
    columns=("product_id", "maker", "model", "udis"),
    sql="""
WITH told AS (
  SELECT d.product_id, list(DISTINCT f.value) AS udis FROM device d
  JOIN device_fact f ON f.device_id = d.device_id AND f.field = 'udi' AND f.counts GROUP BY 1)
SELECT p.product_id, p.maker, p.model, t.udis FROM product p LEFT JOIN told t ON t.product_id = p.product_id
ORDER BY p.product_id
""",
)

SIGHTINGS = Query(
    name="sightings of other tools",
    tables=("sighting", "noticed"),
    needs=("sighting",),
    columns=("number", "tool", "seen_at", "addresses", "macs", "hostname", "ae_titles", "maker", "model", "serial", "modality",
             "software_version", "os", "os_cpe", "software", "weaknesses", "sha256", "place"),
    sql="""
WITH found AS (SELECT sha256, number, count(*) AS weaknesses FROM noticed GROUP BY 1, 2)
SELECT s.number, s.tool, s.seen_at, s.addresses, s.macs, s.hostname, s.ae_titles, s.maker, s.model, s.serial, s.modality,
  s.software_version, s.os, s.os_cpe, s.software, coalesce(f.weaknesses, 0) AS weaknesses, s.sha256, s.place
FROM sighting s LEFT JOIN found f ON f.sha256 = s.sha256 AND f.number = s.number ORDER BY s.sha256, s.number
""",
)  # fmt: skip

NOTICED = Query(
    name="weaknesses that other tools found on devices",
    tables=("noticed", "sighted", "source"),
    needs=("noticed",),
    columns=(
        "device_id",
        "tool",
        "vulnerability",
        "title",
        "severity",
        "detail",
        "seen_at",
        "sha256",
        "place",
    ),
    sql="""
WITH looked AS (
  SELECT g.*, row_number() OVER (PARTITION BY g.device_id, g.tool ORDER BY g.seen_at DESC NULLS LAST, s.received DESC, g.sha256)
    AS place_in_line
  FROM (SELECT device_id, tool, sha256, max(seen_at) AS seen_at FROM sighted WHERE outcome = 'placed' GROUP BY 1, 2, 3) g
  JOIN (SELECT DISTINCT sha256 FROM noticed) told ON told.sha256 = g.sha256 JOIN source s ON s.sha256 = g.sha256)
SELECT g.device_id, g.tool, n.vulnerability, n.title, n.severity, n.detail, g.seen_at, n.sha256, n.place
FROM noticed n JOIN sighted g ON g.sha256 = n.sha256 AND g.number = n.number AND g.outcome = 'placed'
JOIN looked l ON l.device_id = g.device_id AND l.tool = g.tool AND l.sha256 = g.sha256 AND l.place_in_line = 1
ORDER BY g.device_id, n.vulnerability, n.title, g.seen_at DESC, n.sha256, n.place
""",
)
"""Of each tool its last export that looks for weaknesses counts; one that lists devices alone takes nothing back."""

SIGHTED = Query(
    name="sightings and the devices that they are of",
    tables=("sighted", "device", "source"),
    params=("device", "state", "text", "id", "count", "skip"),
    columns=("label", "tool", "seen_at", "outcome", "device", "product", "site", "basis", "confidence", "why", "weaknesses",
             "software", "device_id", "document", "sha256", "place", "total"),
    sql="""
SELECT g.label, g.tool, g.seen_at, g.outcome, coalesce(d.asset_tag, '') AS device, coalesce(d.product, '') AS product,
  coalesce(d.site, '') AS site, g.basis, g.confidence, g.why, g.weaknesses, g.software, g.device_id, s.name AS document,
  g.sha256, g.place, count(*) OVER () AS total
FROM sighted g JOIN source s ON s.sha256 = g.sha256 LEFT JOIN device d ON d.device_id = g.device_id
WHERE (g.device_id = '' OR d.device_id IS NOT NULL)
  AND ($device = '' OR g.device_id = $device OR d.asset_tag = $device) AND ($id = '' OR g.sha256 LIKE $id || '%')
  AND ($state = '' OR g.outcome LIKE replace($state, '_', ' ') || '%')
  AND ($text = '' OR lower(g.label || ' ' || g.tool || ' ' || g.why || ' ' || coalesce(d.product, ''))
    LIKE '%' || lower($text) || '%')
ORDER BY CASE g.outcome WHEN 'asked' THEN 0 WHEN 'not in the fleet' THEN 1 ELSE 2 END, g.tool, g.label, g.sha256, g.number,
  g.device_id LIMIT $count OFFSET $skip
""",
)  # fmt: skip

SIGHTED_WITHIN = replace(
    SIGHTED,
    name="sightings of the devices of some sites",
    sql=SIGHTED.sql.replace("(g.device_id = '' OR d.device_id IS NOT NULL)", "d.device_id IS NOT NULL"),
)
"""What nobody placed may be of any site: who sees some of them does not see it."""

COMPONENTS_HERE = Query(
    name="which of some components are on devices",
    tables=("device", "configuration_component"),
    given=("wanted",),
    needs=("wanted",),
    columns=("component_id",),
    sql="""
SELECT DISTINCT l.component_id FROM configuration_component l JOIN wanted w ON w.id = l.component_id
JOIN device d ON d.configuration_id = l.configuration_id
""",
)
"""Those on a device of the sites that are seen."""
