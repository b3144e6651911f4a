# SPDX-License-Identifier: Apache-2.0
"""What tells a document: first bytes, keys of JSON, roots of XML; and what to do with what is not read."""

import re
from dataclasses import dataclass
from typing import Final

from leadglass.values.bundles import PAYLOAD_TYPE
from leadglass.values.sources import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSignature:
    """A JSON document of a standard: keys that stand in it, with the beginning of their value ("" is any).

    A key of depth two is written `document.csaf_version`. `version` names the key that gives the version.
    `advice` says what to do with a document that cannot be read yet.
    """

    standard: str
    keys: tuple[tuple[str, str], ...]
    version: str = ""
    kind: Kind = Kind.UNKNOWN
    advice: str = ""


_LATER: Final = "Leadglass does not read it yet."

# The first that fits counts.
JSON: Final = (
    JsonSignature(
        standard="Leadglass bundle",
        keys=(("payload", ""), ("payloadType", PAYLOAD_TYPE)),
        kind=Kind.BUNDLE,
    ),
    JsonSignature(
        standard="CycloneDX", keys=(("bomFormat", "CycloneDX"),), version="specVersion", kind=Kind.BOM
    ),
    JsonSignature(
        standard="NVD CVE API",
        keys=(("format", "NVD_CVE"), ("version", "2.")),
        version="version",
        kind=Kind.NVD,
    ),
    JsonSignature(
        standard="CISA KEV",
        keys=(("catalogVersion", ""), ("vulnerabilities", "[")),
        version="catalogVersion",
        kind=Kind.KEV,
    ),
    JsonSignature(
        standard="NVD CVE feed",
        keys=(("CVE_data_type", ""), ("CVE_data_format", "")),
        version="CVE_data_version",
        advice="NVD retired the 1.1 feeds in 2023: use the 2.0 feeds.",
    ),
    JsonSignature(
        standard="NVD CVE feed",
        keys=(("CVE_Items", ""),),
        advice="NVD retired the 1.1 feeds in 2023: use the 2.0 feeds.",
    ),
    JsonSignature(
        standard="NVD CVE API",
        keys=(("format", "NVD_CVE"),),
        version="version",
        advice="Leadglass reads 2.0: use it.",
    ),
    JsonSignature(standard="SPDX JSON", keys=(("spdxVersion", ""),), version="spdxVersion", kind=Kind.BOM),
    JsonSignature(
        standard="SPDX JSON-LD",
        keys=(("@context", "https://spdx.org/rdf/"),),
        version="@context",
        kind=Kind.BOM,
    ),
    JsonSignature(
        standard="CSAF",
        keys=(("document.csaf_version", ""),),
        version="document.csaf_version",
        kind=Kind.ADVISORY,
    ),
    JsonSignature(
        standard="OpenVEX",
        keys=(("@context", "https://openvex.dev/"),),
        version="@context",
        kind=Kind.VEX,
    ),
    JsonSignature(
        standard="CVE record", keys=(("dataType", "CVE_RECORD"),), version="dataVersion", kind=Kind.CVE
    ),
    JsonSignature(standard="STIX", keys=(("type", "bundle"), ("objects", "[")), advice=_LATER),
    JsonSignature(
        standard="MUD", keys=(("ietf-mud:mud", "{"),), version="ietf-mud:mud.mud-version", advice=_LATER
    ),
    JsonSignature(standard="FHIR", keys=(("resourceType", ""),), advice=_LATER),
    JsonSignature(
        standard="OSV",
        keys=(("schema_version", ""), ("affected", "[")),
        version="schema_version",
        kind=Kind.OSV,
    ),
    JsonSignature(standard="OSV", keys=(("id", ""), ("modified", ""), ("affected", "[")), kind=Kind.OSV),
    JsonSignature(
        standard="endoflife.date",
        keys=(("schema_version", ""), ("result.releases", "[")),
        version="schema_version",
        kind=Kind.LIFECYCLE,
    ),
    JsonSignature(
        standard="endoflife.date",
        keys=(("schema_version", ""), ("total", ""), ("result", "[")),
        version="schema_version",
        kind=Kind.LIFECYCLE,
    ),
    JsonSignature(standard="endoflife.date", keys=(("cycle", ""), ("eol", "")), kind=Kind.LIFECYCLE),
    JsonSignature(
        standard="openFDA recall", keys=(("meta.disclaimer", ""), ("results", "[")), kind=Kind.ADVISORY
    ),
    JsonSignature(standard="Wazuh", keys=(("data.affected_items", "["),), kind=Kind.SIGHTINGS),
    JsonSignature(standard="Wazuh", keys=(("hits.hits", "["), ("timed_out", "")), kind=Kind.SIGHTINGS),
    JsonSignature(standard="Wazuh", keys=(("agent.id", ""), ("vulnerability.id", "")), kind=Kind.SIGHTINGS),
    JsonSignature(
        standard="maker's letter", keys=(("form", "leadglass-letter/"),), version="form", kind=Kind.ADVISORY
    ),
    JsonSignature(
        standard="CycloneDX",
        keys=(("bomFormat", ""),),
        advice="Its bomFormat is not 'CycloneDX': ask the sender for a CycloneDX JSON export.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlSignature:
    """An XML document of a standard: what its root element says, a name or a namespace."""

    sign: str
    standard: str
    kind: Kind = Kind.UNKNOWN
    advice: str = ""


# The first that fits counts.
XML: Final = (
    XmlSignature(sign="cyclonedx.org/schema/bom", standard="CycloneDX XML", kind=Kind.BOM),
    XmlSignature(sign="spdx.org/rdf", standard="SPDX RDF", kind=Kind.BOM),
    XmlSignature(sign="SoftwareIdentity", standard="SWID", kind=Kind.BOM),
    XmlSignature(sign="NessusClientData_v2", standard="Nessus", kind=Kind.SIGHTINGS),
    XmlSignature(sign="get_reports_response", standard="OpenVAS", kind=Kind.SIGHTINGS),
    XmlSignature(sign="get_results_response", standard="OpenVAS", kind=Kind.SIGHTINGS),
    XmlSignature(sign="format_id=", standard="OpenVAS", kind=Kind.SIGHTINGS),
    XmlSignature(sign="cvrf", standard="CVRF", advice=f"{_LATER} Ask the sender for the CSAF advisory."),
    XmlSignature(sign="<nvd ", standard="NVD XML feed", advice="NVD retired it in 2019: use the 2.0 feeds."),
    XmlSignature(sign="<AuditMessage", standard="DICOM audit message", advice=_LATER),
    XmlSignature(
        sign="<html", standard="HTML", advice="It is a web page: save the document that it links to."
    ),
    XmlSignature(
        sign="<!DOCTYPE html", standard="HTML", advice="It is a web page: save the document that it links to."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSignature:
    """A text of a standard: a pattern that stands in its beginning; its first group is the version."""

    pattern: re.Pattern[str]
    standard: str
    kind: Kind


TEXT: Final = (
    TextSignature(
        pattern=re.compile(r"^SPDXVersion:\s*SPDX-([0-9.]+)", re.MULTILINE),
        standard="SPDX tag-value",
        kind=Kind.BOM,
    ),
    TextSignature(
        pattern=re.compile(r"^[\"']?spdxVersion[\"']?:\s*[\"']?SPDX-([0-9.]+)", re.MULTILINE),
        standard="SPDX YAML",
        kind=Kind.BOM,
    ),
    TextSignature(
        pattern=re.compile(r"\A---\s*\n(?:.*\n)*?releases:\s*\n(?:.*\n)*?\s*-?\s*releaseCycle:()"),
        standard="endoflife.date page",
        kind=Kind.LIFECYCLE,
    ),
    TextSignature(
        pattern=re.compile(
            r"\A(?:---\s*\n)?version:\s*[\"']?([0-9.]+)[\"']?\s*\n(?:.*\n)*?software:\s*\n\s*-\s*vendor:"
        ),
        standard="product status list",
        kind=Kind.ADVISORY,
    ),
    TextSignature(
        pattern=re.compile(r"^form\s*=\s*[\"']leadglass-letter/([0-9]+)", re.MULTILINE),
        standard="maker's letter",
        kind=Kind.ADVISORY,
    ),
)
"""Texts that are neither JSON nor XML. The first that fits counts."""

_CSV: Final = "Export the list as CSV (UTF-8)."
_UNPACKED: Final = "An archive within this depth is not opened: unpack it first."
_PICTURE: Final = "It is a picture: Leadglass reads text, not images of it."

# Offset, bytes, standard, advice.
MAGIC: Final = (
    (0, b"%PDF-", "PDF", f"A PDF is made for reading by eye. {_CSV}"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office 97", f"It is an old Office file. {_CSV}"),
    (0, b"{\\rtf", "RTF", _CSV),
    (0, b"\x89PNG\r\n", "PNG", _PICTURE),
    (0, b"\xff\xd8\xff", "JPEG", _PICTURE),
    (0, b"GIF8", "GIF", _PICTURE),
    (0, b"II*\x00", "TIFF", _PICTURE),
    (0, b"MM\x00*", "TIFF", _PICTURE),
    (128, b"DICM", "DICOM", "It is a DICOM object and may hold patient data: Leadglass does not take those."),
    (0, b"\xd4\xc3\xb2\xa1", "pcap", _LATER),
    (0, b"\xa1\xb2\xc3\xd4", "pcap", _LATER),
    (0, b"\x0a\x0d\x0d\x0a", "pcapng", _LATER),
    (0, b"SQLite format 3\x00", "SQLite", "Export its tables as CSV."),
    (0, b"PAR1", "Parquet", "Export it as CSV."),
    (0, b"\x7fELF", "program", "It is a program, not a document."),
    (0, b"MZ", "program", "It is a program, not a document."),
    (0, b"PK\x03\x04", "zip", _UNPACKED),
    (0, b"PK\x05\x06", "zip", "The archive is empty."),
    (0, b"\x1f\x8b", "gzip", _UNPACKED),
    (0, b"\xfd7zXZ\x00", "xz", _UNPACKED),
    (0, b"\x28\xb5\x2f\xfd", "zstandard", _UNPACKED),
    (0, b"BZh", "bzip2", _UNPACKED),
    (0, b"7z\xbc\xaf\x27\x1c", "7z", "Leadglass opens zip and tar, not 7z: pack it again."),
    (0, b"Rar!", "rar", "Leadglass opens zip and tar, not rar: pack it again."),
    (257, b"ustar", "tar", _UNPACKED),
)

# A zip that is an Office document: what its first members are called.
OFFICE: Final = (
    (b"xl/", "Excel workbook", f"It is a workbook. {_CSV}"),
    (b"word/", "Word document", f"It is a Word document. {_CSV}"),
    (b"ppt/", "PowerPoint document", "It is a set of slides. Ask for the list behind it."),
    (b"opendocument.spreadsheet", "OpenDocument spreadsheet", f"It is a spreadsheet. {_CSV}"),
    (b"opendocument", "OpenDocument", f"It is an office document. {_CSV}"),
    (b"[Content_Types].xml", "Office document", f"It is an Office document. {_CSV}"),
)
