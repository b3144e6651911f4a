# SPDX-License-Identifier: Apache-2.0
"""The words of listings: headings, and cells as people read them, alike on a terminal and on a page."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from leadglass.render.dates import day
from leadglass.render.export import plain
from leadglass.render.text import fit

_HEADINGS = {
    "asset_tag": "device", "device_id": "id", "product_id": "id", "component_id": "id", "sha256": "document",
    "software_version": "software", "serial_number": "serial", "due_contain": "contain by", "due_triage": "triage by",
    "record_product": "in records", "boms": "SBOMs", "cpes": "CPE names", "settles": "findings", "asked": "ask",
    "knows": "known", "known_exploited": "in KEV since", "epss": "EPSS", "cvss": "CVSS", "sentence": "what it lets happen",
    "counts": "counts for", "score": "CVSS",
}  # fmt: skip
_WORDS = frozenset({"state", "status", "kind", "field"})
_PATHS = {"remarks": "document", "sources": "name", "documents": "document"}
_DECIDED = {"accept": "accepted", "compensate": "compensated", "close": "closed"}
_OFFERS = {
    ("update", "affected"): "update available", ("update", "under_investigation"): "update to come",
    ("end_of_support", "affected"): "support ended", ("end_of_support", "under_investigation"): "support ends",
}  # fmt: skip
_OFFERED = frozenset(kind for kind, _ in _OFFERS)
_KNOWS = "knows"
_SHORT = {
    "ae": "AE", "cpe": "CPE", "ip": "IP", "mac": "MAC", "os": "OS", "pm": "maintenance", "udi": "UDI", "sbom": "SBOM",
}  # fmt: skip
_LONGEST_CELL = 400  # of a text that nobody meant to be read; --json has it whole
_UNNAMED = "nothing names it"
_NO_VERSION = "-"  # CPE 2.3: not applicable

_FINDING_ID = 19  # "F-", the device's ten, "-", six of the key's twelve: clear within a device


def heading(column: str) -> str:
    """Give the heading of a column."""
    return _HEADINGS.get(column, column.replace("_", " "))


def fact_name(name: str) -> str:
    """Name a fact about a device; abbreviations stay as they are written."""
    told = " ".join(_SHORT.get(word, word) for word in heading(name).split(" "))
    return told[:1].upper() + told[1:]


def cell(column: str, value: Any, today: date) -> str | int:  # noqa: PLR0911 - one line per kind of value
    """Write a value as a cell; ids are shortened as far as they stay clear."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return day(value, today)
    text = str(plain(value))
    if column == "sha256":
        return text[:12]
    if column == "id" and text.startswith("F-"):
        return text[:_FINDING_ID]
    if column == _KNOWS:
        return ", ".join(text.split())
    if column == "version" and text == _NO_VERSION:
        return ""
    return text.replace("_", " ") if column in _WORDS else fit(text, _LONGEST_CELL)


def worded(listing: str, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Put into words what the rows of a listing tell by several columns."""
    if listing in _PATHS:
        rows = [{**row, _PATHS[listing]: _end(row[_PATHS[listing]])} for row in rows]
    if listing == "vulnerabilities":
        rows = [_vulnerability(row) for row in rows]
    if listing == "components":
        rows = [row if row["spoken_of"] else {**row, "record_product": _UNNAMED} for row in rows]
    if listing == "findings":
        rows = [_finding(row) for row in rows]
    return list(rows)


def _end(path: str) -> str:
    """Name a document by the end of its path."""
    return PurePosixPath(path).name or path


def _vulnerability(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write probabilities alike; a ransomware's mark stands behind the date."""
    day_, epss = row["known_exploited"], row["epss"]
    return {
        **row,
        "known_exploited": f"{day_}{', ransomware' if row['ransomware'] else ''}" if day_ else "",
        "epss": "" if epss is None else f"{epss:.3f}",
        "cvss": "" if row["cvss"] is None else f"{row['cvss']:.1f}",
    }


def _finding(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put the version behind its component, or what is missing in its place; what was decided behind the status."""
    version = "" if row["version"] == _NO_VERSION else row["version"]
    component = row["component"] if version in row["component"] else f"{row['component']} {version}"
    # What another tool found is named by that tool, an update by who offers it
    if row["class"] == "seen" or row["kind"] in _OFFERED:
        component = row["rule"]
    elif row["kind"] != "vulnerability":
        component = f"({row['missing']} missing)"
    decided = f", {_DECIDED.get(row['decision'], row['decision'])}" if row["decision"] else ""
    decided += ", waits for approval" if row["waiting"] and not row["decision"] else ""
    status = _OFFERS.get((row["kind"], row["status"]), row["status"])
    return {**row, "component": component, "status": f"{status}{decided}"}
