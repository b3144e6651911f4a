# SPDX-License-Identifier: Apache-2.0
"""What tells a document: first bytes, keys of JSON, roots of XML; and what to do with what is not read."""

from dataclasses import dataclass
from typing import Final

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
    JsonSignature(
        standard="SPDX",
        keys=(("spdxVersion", ""),),
        version="spdxVersion",
        advice=f"{_LATER} Ask the sender for CycloneDX JSON.",
    ),
    JsonSignature(
        standard="SPDX",
        keys=(("@context", "https://spdx.org/rdf/"),),
        version="@context",
        advice=f"{_LATER} Ask the sender for CycloneDX JSON.",
    ),
    JsonSignature(
        standard="CSAF",
        keys=(("document.csaf_version", ""),),
        version="document.csaf_version",
        advice=f"{_LATER} Keep the advisory.",
    ),
    JsonSignature(
        standard="OpenVEX",
        keys=(("@context", "https://openvex.dev/"),),
        version="@context",
        advice=f"{_LATER} Keep the statement.",
    ),
    JsonSignature(
        standard="CVE record",
        keys=(("dataType", "CVE_RECORD"),),
        version="dataVersion",
        advice=f"{_LATER} Use the NVD 2.0 feeds.",
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
        advice=_LATER,
    ),
    JsonSignature(
        standard="CycloneDX",
        keys=(("bomFormat", ""),),
        advice="Its bomFormat is not 'CycloneDX': ask the sender for a CycloneDX JSON export.",
    ),
)

# Root element or namespace, standard, advice. The first that fits counts.
XML: Final = (
    ("cyclonedx.org/schema/bom", "CycloneDX XML", f"{_LATER} Ask the sender for CycloneDX JSON."),
    ("spdx.org/rdf", "SPDX RDF", f"{_LATER} Ask the sender for CycloneDX JSON."),
    ("cvrf", "CVRF", f"{_LATER} Ask the sender for the CSAF advisory."),
    ("<nvd ", "NVD XML feed", "NVD retired it in 2019: use the 2.0 feeds."),
    ("<SoftwareIdentity", "SWID", _LATER),
    ("<AuditMessage", "DICOM audit message", _LATER),
    ("<html", "HTML", "It is a web page: save the document that it links to."),
    ("<!DOCTYPE html", "HTML", "It is a web page: save the document that it links to."),
)

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
