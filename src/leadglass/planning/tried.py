# SPDX-License-Identifier: Apache-2.0
"""What is told of a device that is tried: the queries over the tables that the steps made of it alone."""

from typing import Final

from leadglass.values.query import Query
from leadglass.values.tables import TABLES

TRIED_DEVICE = Query(
    name="the device that is tried",
    tables=("device",),
    columns=("configuration_id", "product", "software_version", "os", "os_version"),
    sql="SELECT configuration_id, product, software_version, os, os_version FROM device",
)

DEVICES_ALIKE = Query(
    name="devices by their components",
    tables=("device",),
    columns=("configuration_id", "device_id", "asset_tag", "site", "product", "software_version"),
    sql="""
SELECT configuration_id, device_id, asset_tag, site, product, software_version FROM device WHERE state <> 'retired'
ORDER BY site, asset_tag, device_id
""",
)
"""Retired devices are told nothing: a snapshot says nothing of theirs."""

SPOKEN_OF = Query(
    name="components that statements or words of records name",
    tables=("claim", "component_finding"),
    columns=("component_id",),
    sql="SELECT component_id FROM claim UNION SELECT component_id FROM component_finding WHERE class = 'words'",
)

DISTRIBUTIONS = Query(
    name="distributions whose data is at hand",
    tables=("distribution_data",),
    needs=("distribution_data",),
    columns=("distribution", "release"),
    sql="SELECT DISTINCT distribution, release FROM distribution_data",
)

_FINDING: Final = (
    "component", "version", "vulnerability", "kind", "status", "class", "missing", "rule", "why", "known_exploited",
    "ransomware", "epss", "cvss", "severity", "sentence", "sha256", "place", "component_id",
)  # fmt: skip

TRIED = Query(
    name="what would be found",
    tables=("told_configuration", "component", "threat"),
    params=("configuration",),
    columns=_FINDING,
    sql="""
SELECT coalesce(c.name, '') AS component, coalesce(c.version, '') AS version, t.vulnerability, t.kind, t.status, t.class,
  t.missing, t.rule, t.why, h.known_exploited, coalesce(h.ransomware, false) AS ransomware, h.epss, h.cvss,
  coalesce(h.severity, '') AS severity, coalesce(h.sentence, '') AS sentence, t.sha256, t.place, t.component_id
FROM told_configuration t LEFT JOIN component c ON c.component_id = t.component_id
LEFT JOIN threat h ON h.vulnerability = t.vulnerability
WHERE t.configuration_id = $configuration
ORDER BY CASE t.status WHEN 'affected' THEN 0 WHEN 'unknown' THEN 1 ELSE 2 END, h.known_exploited IS NULL,
  coalesce(h.epss, 0) DESC, coalesce(h.cvss, 0) DESC, t.vulnerability, component, version, t.component_id, t.finding_key
""",
)
"""One row per component and vulnerability, the gravest status first, then what is known to be exploited."""

UNNAMED = Query(
    name="components of a tried device that nothing names",
    tables=TABLES["namesake"].derived_from,
    columns=("name", "version", "spoken_of"),
    sql=f"""
SELECT c.name, c.version, n.spoken_of FROM component c JOIN ({TABLES["namesake"].derived}) n ON n.namesake = c.number
ORDER BY lower(c.name), c.version, c.component_id
""",
)
"""What is listed, each thing once, and whether anything at hand names it."""
