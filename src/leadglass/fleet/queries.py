# SPDX-License-Identifier: Apache-2.0
"""What recognising asks the readings, and the listings of the fleet."""

from leadglass.values.query import Query

ROWS = Query(
    name="fleet rows",
    tables=("fleet_row",),
    columns=("fields", "rest", "sha256", "place"),
    sql="SELECT fields, rest, sha256, place FROM fleet_row ORDER BY sha256, line",
)

BOMS = Query(
    name="bills of materials",
    tables=("bom",),
    columns=("serial_number", "created", "maker", "name", "version", "cpe", "purl", "sha256", "place"),
    sql="SELECT serial_number, created, maker, name, version, cpe, purl, sha256, place FROM bom ORDER BY sha256",
)

BOM_COMPONENTS = Query(
    name="components of bills of materials",
    tables=("bom_component",),
    given=("wanted",),
    columns=("number", "kind", "supplier", "grouping", "name", "version", "cpe", "purl", "sha256", "place"),
    sql="""
SELECT b.number, b.kind, b.supplier, b.grouping, b.name, b.version, b.cpe, b.purl, b.sha256, b.place
FROM bom_component b JOIN wanted w ON w.sha256 = b.sha256 ORDER BY b.sha256, b.number
""",
)

PRODUCTS_NAMED = Query(
    name="products that records name",
    tables=("criterion",),
    given=("wanted",),
    columns=("part", "vendor", "word", "records"),
    sql="""
SELECT k.part, split_part(k.product, ':', 1) AS vendor, split_part(k.product, ':', 2) AS word, count(*) AS records
FROM criterion k JOIN wanted w ON w.word = replace(split_part(k.product, ':', 2), '-', '_')
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""",
)

VENDORS_NAMED = Query(
    name="products of vendors that records name",
    tables=("criterion",),
    given=("wanted",),
    columns=("part", "vendor", "word"),
    sql="""
SELECT DISTINCT k.part, split_part(k.product, ':', 1) AS vendor, split_part(k.product, ':', 2) AS word
FROM criterion k JOIN wanted w ON w.word = split_part(k.product, ':', 1) ORDER BY 1, 2, 3
""",
)

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

COMPONENTS = Query(
    name="components",
    tables=("component", "configuration_component", "device"),
    params=("id", "device", "text", "count", "skip"),
    columns=("component_id", "name", "version", "part", "record_product", "basis", "confidence", "doubt", "devices",
             "sha256", "place", "total"),
    sql="""
SELECT c.component_id, c.name, c.version, c.part, c.product AS record_product, c.basis, c.confidence, c.doubt,
  count(DISTINCT d.device_id) AS devices, min(l.sha256) AS sha256, min(l.place) AS place, count(*) OVER () AS total
FROM component c JOIN configuration_component l ON l.component_id = c.component_id
JOIN device d ON d.configuration_id = l.configuration_id
WHERE ($id = '' OR c.component_id = $id) AND ($device = '' OR d.device_id = $device OR d.asset_tag = $device)
  AND ($text = '' OR lower(c.name || ' ' || c.version || ' ' || c.product) LIKE '%' || lower($text) || '%')
GROUP BY c.component_id, c.name, c.version, c.part, c.product, c.basis, c.confidence, c.doubt
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
    tables=("product",),
    columns=("product_id", "maker", "model"),
    sql="SELECT product_id, maker, model FROM product ORDER BY product_id",
)
