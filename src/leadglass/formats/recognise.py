# SPDX-License-Identifier: Apache-2.0
"""Recognise what a document is by its content, never by its name: kind, standard and version, and why.

Only the beginning is looked at, save for JSON whose telling keys stand behind it: one fast pass finds them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from leadglass.errors import UnreadableError
from leadglass.formats import leases, openvas, sightings_csv
from leadglass.formats.headings import look
from leadglass.formats.json_text import FAULTS, Buffer, utf8
from leadglass.formats.mapping import Profile, load_profiles
from leadglass.formats.sheet import guess_encoding
from leadglass.formats.signatures import JSON, MAGIC, OFFICE, TEXT, XML, JsonSignature, XmlSignature
from leadglass.values.sources import Kind, Recognition

LOOKED_AT: Final = 64 << 10

_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([{}\[\],:])|([^\s{}\[\],:"]+)|(")', re.DOTALL)
_LONGEST: Final = 200
_FEWEST: Final = 3  # known headings that make a list one of devices, though it lacks the most needed
_PROLOGUE: Final = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>\s*)*", re.DOTALL
)
_ROOT: Final = re.compile(r"<[^>]{0,4000}")
_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_EPSS: Final = re.compile(r"(?:#[^\n]*\n\s*)?\"?cve\"?,\"?epss\"?,\"?percentile\"?", re.IGNORECASE)
_EPSS_MODEL: Final = re.compile(r"model_version:\s*([^,\s]+)")
_LISTED: Final = frozenset({Kind.OSV, Kind.CVE, Kind.LIFECYCLE, Kind.SIGHTINGS})
"""What comes as a list of records too."""

# The telling keys as one struct: msgspec skips all others, at a gigabyte per second and more.
_KEYS: Final = tuple(dict.fromkeys(key.partition(".")[0] for sign in JSON for key, _ in sign.keys))
_VERSIONS: Final = tuple(dict.fromkeys(sign.version.partition(".")[0] for sign in JSON if sign.version))
_TOLD: Final = tuple(dict.fromkeys(_KEYS + _VERSIONS))
_TELLING: Final = msgspec.json.Decoder(
    msgspec.defstruct(
        "_Telling",
        [
            (f"k{n}", msgspec.Raw, msgspec.field(name=key, default=msgspec.Raw()))
            for n, key in enumerate(_TOLD)
        ],
    )
)


def recognise(
    data: Buffer, *, profiles: Sequence[Profile] = (), overrides: Mapping[str, str] | None = None
) -> Recognition:
    """Say what a document is. `profiles` and `overrides` are those that a fleet list would be read with.

    What cannot be read is of kind UNKNOWN; `why` then says in a sentence what it is and what to do.
    """
    head = bytes(data[:LOOKED_AT])
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        return _unknown("", "The document is empty. Export or fetch it again.")
    known = _by_magic(head)
    if known:
        return known
    text = head.decode(guess_encoding(head), "replace").lstrip("\ufeff \t\r\n")
    if text[:1] in {"{", "["}:
        return _json(text, data)
    if text[:1] == "<":
        return _xml(text)
    if _is_binary(text):
        return _unknown("binary", "This is no text. Leadglass reads documents, not programs or images.")
    return _text(text, profiles or load_profiles(), overrides or {})


def _unknown(standard: str, why: str, version: str = "") -> Recognition:
    return Recognition(kind=Kind.UNKNOWN, standard=standard, version=version, why=why)


def _by_magic(head: bytes) -> Recognition | None:
    for offset, magic, standard, advice in MAGIC:
        if head.startswith(magic, offset):
            if standard == "zip":
                for member, office, office_advice in OFFICE:
                    if member in head:
                        return _unknown(office, office_advice)
            return _unknown(standard, f"This is {standard}. {advice}")
    return None


def _json(text: str, data: Buffer) -> Recognition:
    if text[:1] == "[":  # a list of records is told by its first one
        found = _keys_of_prefix(text[1:].lstrip())
        signature = _fitting(found)
        return _signed(signature, found) if signature and signature.kind in _LISTED else _no_standard(found)
    found = _keys_of_prefix(text)
    signature = _fitting(found)
    if signature is None and len(data) > len(text.encode()):
        found |= _keys_of_all(data)
        signature = _fitting(found)
    return _signed(signature, found) if signature else _no_standard(found)


def _no_standard(found: Mapping[str, str]) -> Recognition:
    shown = ", ".join(f"'{key[:40]}'" for key in list(found)[:10] if "." not in key)
    return _unknown("JSON", f"This is JSON of no standard that Leadglass knows. Its keys: {shown or 'none'}.")


def _signed(signature: JsonSignature, found: Mapping[str, str]) -> Recognition:
    version = _version(found.get(signature.version, ""))
    return _told(signature, version, f"It says {' and '.join(key for key, _ in signature.keys)}.")


def _told(signature: JsonSignature | XmlSignature, version: str, why: str) -> Recognition:
    if signature.kind is Kind.UNKNOWN:
        named = f"{signature.standard} {version}".strip()
        return _unknown(signature.standard, f"This is {named}. {signature.advice}", version)
    return Recognition(kind=signature.kind, standard=signature.standard, version=version, why=why)


def _version(text: str) -> str:
    """Take the number out of "SPDX-2.3" or "https://openvex.dev/ns/v0.2.0"."""
    match = _NUMBER.search(text.rpartition("/")[2]) or _NUMBER.search(text)
    return match[0] if match else text[:40]


def _fitting(found: Mapping[str, str]) -> JsonSignature | None:
    for signature in JSON:
        if all(found.get(key, "\0").startswith(value) for key, value in signature.keys if value) and all(
            key in found for key, _ in signature.keys
        ):
            return signature
    return None


def _keys_of_prefix(text: str) -> dict[str, str]:
    """Give the keys of the first two levels of a text, which may be cut, and how their values begin."""
    found: dict[str, str] = {}
    depth, outer, key, last = 0, "", "", ""
    awaits_value = False
    for match in _TOKEN.finditer(text):
        string, mark, scalar, cut = match.groups()
        if cut:
            break
        value = string if string is not None else mark if mark in ("{", "[") else scalar
        if awaits_value and value is not None:
            found.setdefault(key, value[:_LONGEST].replace("\\/", "/"))
            awaits_value = False
        if string is not None:
            last = string[:_LONGEST]
        elif mark in ("{", "["):
            depth += 1
        elif mark in ("}", "]"):
            depth -= 1
        elif mark == ":" and depth in (1, 2):
            outer = last if depth == 1 else outer
            key = last if depth == 1 else f"{outer}.{last}"
            awaits_value = True
    return found


def _keys_of_all(data: Buffer) -> dict[str, str]:
    """Give the telling keys wherever they stand; none where the JSON is damaged."""
    try:
        telling: Any = _TELLING.decode(utf8(data))
    except (*FAULTS, UnreadableError):
        return {}
    found: dict[str, str] = {}
    for number, key in enumerate(_TOLD):
        raw = memoryview(getattr(telling, f"k{number}"))
        if raw.nbytes:
            value = bytes(raw[:LOOKED_AT]).decode("utf-8", "replace").strip()
            found |= {
                f"{key}.{inner}": text for inner, text in _keys_of_prefix(value).items() if "." not in inner
            }
            found[key] = value.strip('"')[:_LONGEST].replace("\\/", "/")
    return found


def _xml(text: str) -> Recognition:
    start = _PROLOGUE.match(text)
    root = _ROOT.match(text, start.end() if start else 0)
    shown = root[0] if root else text[:200]
    for signature in XML:
        sign = signature.sign.casefold()
        if sign in shown.casefold():
            after = shown.casefold().partition(sign)[2][:12]
            number = _NUMBER.search(after) if "/" in sign else None
            version = number[0] if number else ""
            return _told(signature, version, f"Its root says {signature.sign.lstrip('<')}.")
    name = re.match(r"<[^\s/>]{1,60}", shown)
    shown = f" Its root is {name[0]}>." if name else ""
    return _unknown("XML", f"This is XML of no standard that Leadglass knows.{shown}")


def _is_binary(text: str) -> bool:
    sample = text[:4096]
    odd = sum(not (character.isprintable() or character in "\t\r\n\f") for character in sample)
    return odd * 10 > len(sample)


def _export(text: str) -> Recognition | None:
    """Recognise a list that another tool wrote: leases, results of a scanner, what a discovery suite saw."""
    server = leases.recognised(text)
    if server:
        return Recognition(
            kind=Kind.SIGHTINGS,
            standard="DHCP leases",
            version=server,
            why=f"It lists leases as {server} does.",
        )
    if openvas.is_csv(text):
        return Recognition(kind=Kind.SIGHTINGS, standard="OpenVAS", why="It has the headings of its results.")
    suite = sightings_csv.recognised(text)
    if suite is None:
        return None
    why = f"It has headings that {suite.title} writes."
    return Recognition(kind=Kind.SIGHTINGS, standard="discovery export", version=suite.name, why=why)


def _text(text: str, profiles: Sequence[Profile], overrides: Mapping[str, str]) -> Recognition:
    found = _by_signature(text) or (None if overrides else _export(text))
    return found or _list(text, profiles, overrides)


def _by_signature(text: str) -> Recognition | None:
    if _EPSS.match(text):
        model = _EPSS_MODEL.search(text[:400])
        version = model[1] if model else ""
        return Recognition(kind=Kind.EPSS, standard="FIRST EPSS", version=version, why="It has its heading.")
    for signature in TEXT:
        match = signature.pattern.search(text)
        if match:
            why = f"It begins as a {signature.standard} does."
            return Recognition(
                kind=signature.kind, standard=signature.standard, version=match[1] or "", why=why
            )
    if text.startswith(("cveID,", '"cveID",')):
        return _unknown("CISA KEV", "This is the catalogue as CSV. Leadglass reads the JSON: fetch that.")
    return None


def _list(text: str, profiles: Sequence[Profile], overrides: Mapping[str, str]) -> Recognition:
    found, complaint = look(text, profiles, overrides)
    if found is None:
        return _unknown("text", "This is a text of no standard that Leadglass knows.")
    profile = found.profile
    if complaint and len(found.fields) < _FEWEST:
        return _unknown("CSV", complaint)
    why = (
        complaint or f"The profile '{profile.name}' knows {len(found.fields)} of {len(found.names)} headings."
    )
    return Recognition(
        kind=Kind.FLEET, standard="fleet CSV", version=f"{profile.name} {profile.version}", why=why
    )
