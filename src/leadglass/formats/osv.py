# SPDX-License-Identifier: Apache-2.0
"""Read vulnerability records in the OSV schema 1.0 to 1.7 (ossf.github.io/osv-schema): one, a list, or JSON lines.

A range is a row of events in the order of versions. Versions are not compared here: events that do not alternate
as written are kept as the text of the versions, so that nobody takes them for a range that they are not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import Buffer
from leadglass.formats.package_names import package_url
from leadglass.formats.record_lists import RecordSaid, records, together
from leadglass.formats.tree_fields import Fields, newest_first
from leadglass.values.advisories import Advisory, Described, NamedProduct, Statement, Status, VersionRange
from leadglass.values.sources import Voice

CATEGORY: Final = "osv"
SCHEMES: Final = {
    "almalinux": "rpm", "alpaquita": "apk", "alpine": "apk", "azure linux": "rpm", "bioconductor": "cran",
    "bitnami": "semver", "chainguard": "apk", "conancenter": "conan", "cran": "cran", "crates.io": "cargo",
    "debian": "deb", "go": "golang", "hackage": "hackage", "hex": "hex", "julia": "semver", "mageia": "rpm",
    "maven": "maven", "npm": "npm", "nuget": "nuget", "openeuler": "rpm", "opensuse": "rpm",
    "packagist": "composer", "photon os": "rpm", "pub": "pub", "pypi": "pypi", "red hat": "rpm",
    "rocky linux": "rpm", "rubygems": "gem", "suse": "rpm", "swifturl": "swift", "ubuntu": "deb", "wolfi": "apk",
}  # fmt: skip
"""The versioning scheme in the words of vers, by ecosystem without its release ("Debian:12" is of Debian)."""

PACKAGES: Final = {
    "crates.io": "cargo", "cran": "cran", "go": "golang", "hackage": "hackage", "hex": "hex", "maven": "maven", "npm": "npm",
    "nuget": "nuget", "packagist": "composer", "pub": "pub", "pypi": "pypi", "rubygems": "gem",
}  # fmt: skip
"""The type of package URL, by ecosystem: those whose names alone tell a package."""

MOST_STATEMENTS: Final = 2_000_000
"""Of one document: an advisory of a distribution speaks of each vulnerability in each package, which multiplies."""

_WHAT: Final = "The OSV record"
_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_ID: Final = re.compile(r"[!-~]{1,120}")
_SCHEMA: Final = re.compile(r"1\.(\d{1,3})(?:\..{1,20})?")
_NEWEST: Final = 7
_VECTOR: Final = re.compile(r"(?:CVSS:[0-9]\.[0-9]/)?[A-Z][A-Za-z0-9:/.]{8,400}")
_OF_CVE: Final = re.compile(r"[A-Z]+-(CVE-[0-9]{4}-[0-9]{4,19})")
_DISTRIBUTIONS: Final = frozenset({"apk", "deb", "rpm"})
_NOT_TAKEN: Final = ("related", "references", "credits")
_COMMITS: Final = "git commits"
_CLOSERS: Final = {"fixed": False, "last_affected": True}


def read(raw: Buffer) -> Advisory:
    """Read a document of OSV records. Each speaks under the CVE id that it has or is known by, if there is one such.

    A record that cannot be read becomes a remark if it is one of many; alone, it is an `UnreadableError`. What a
    withdrawn record says is not taken as statements.
    """
    fields = Fields(_WHAT)
    said = []
    statements = 0
    for place, prefix, record in records(raw, _WHAT, fields):
        why = _no_record(record)
        if why and place == "document":
            raise UnreadableError(f"{_WHAT} was not read: {why} Fetch it again, or ask its publisher.")
        if why:
            fields.remarks.add(place, why, sort="records that were not read")
            continue
        said.append(_said(record, place, prefix, fields, MOST_STATEMENTS - statements))
        statements += len(said[-1].statements)
    return together(said, CATEGORY, _WHAT, fields)


def _no_record(record: dict[str, Any]) -> str:
    """Say why this is no record that can be read, or nothing."""
    name, schema = record.get("id"), record.get("schema_version", "1.0")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        return "It has no id."
    if "modified" not in record and "affected" not in record:
        return "It has neither 'modified' nor 'affected', as every OSV record does."
    if not isinstance(schema, str) or not _SCHEMA.fullmatch(schema):
        return f"Its schema_version is {str(schema)[:20]!r}; Leadglass reads 1.0 to 1.{_NEWEST}."
    return ""


def _said(record: dict[str, Any], place: str, prefix: str, fields: Fields, most: int) -> RecordSaid:
    """Take what a record says; BoundError where it makes more than so many statements."""
    schema = record.get("schema_version", "1.0")
    minor = _SCHEMA.fullmatch(schema)
    if minor and int(minor[1]) > _NEWEST:
        why = f"This record is of schema {schema}; it was read as 1.{_NEWEST}, what is newer was skipped."
        fields.remarks.add(f"{prefix}schema_version", why, sort="records of a newer schema")
    for kind in _NOT_TAKEN:
        fields.count(record.get(kind), kind)
    names = _names(record, prefix, fields)
    said = RecordSaid(
        described=_described(record, names, place, prefix, fields), id=record["id"], revision=schema
    )
    listed = list(fields.objects(record.get("affected"), f"{prefix}affected"))
    if said.described.withdrawn:
        fields.count(listed, "affected products of withdrawn records")
        return said
    if not listed:
        why = "It names no affected product: nothing can be matched by it."
        fields.remarks.add(f"{prefix}affected", why, sort="records without products")
    for here, affected in listed:
        for product in _products(affected, here, fields):
            said.products.append(product)
            if len(said.statements) + len(names.spoken) > most:
                raise BoundError(
                    f"{_WHAT}s make more than {MOST_STATEMENTS:,} statements. Receive them in smaller files."
                )
            said.statements += [
                Statement(
                    place=here,
                    vulnerability=name,
                    product=product.ref,
                    status=Status.AFFECTED,
                    group="affected",
                    record=record["id"],
                )
                for name in names.spoken
            ]
    return said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """The names of a record: `vulnerability` is the one that it has here, `spoken` are all of which its statements are."""

    vulnerability: str
    aliases: tuple[str, ...]
    spoken: tuple[str, ...]


def _names(record: dict[str, Any], prefix: str, fields: Fields) -> _Names:
    """Name a record by its one CVE id, else by its own. An advisory of a distribution speaks of all that it repairs.

    OSV schema 1.7, `upstream`: the vulnerabilities from which a record is derived.
    """
    own = record["id"]
    stated = tuple(dict.fromkeys((own, *fields.texts(record.get("aliases"), f"{prefix}aliases"))))
    cves = [one for one in stated if _CVE.fullmatch(one)]
    upstream = fields.texts(record.get("upstream"), f"{prefix}upstream")
    if _is_of_distributions(record):
        derived = _OF_CVE.fullmatch(own)
        told = (*cves, *upstream, *([derived[1]] if derived else ()))
        cves = [one for one in dict.fromkeys(told) if _CVE.fullmatch(one)]
    vulnerability = cves[0] if len(cves) == 1 else own
    spoken = tuple(cves) if cves and _is_of_distributions(record) else (vulnerability,)
    aliases = tuple(one for one in stated if one != vulnerability)
    return _Names(vulnerability=vulnerability, aliases=aliases, spoken=spoken)


def _is_of_distributions(record: dict[str, Any]) -> bool:
    """Tell whether a record speaks of packages of distributions alone."""
    affected = record.get("affected")
    listed = affected if isinstance(affected, list) else []
    packages = [one.get("package") for one in listed if isinstance(one, dict)]
    systems = [str(one.get("ecosystem")) for one in packages if isinstance(one, dict)]
    return bool(systems) and all(scheme_of(one) in _DISTRIBUTIONS for one in systems)


def _described(record: dict[str, Any], names: _Names, place: str, prefix: str, fields: Fields) -> Described:
    specific = record.get("database_specific")
    cwes = specific.get("cwe_ids") if isinstance(specific, dict) else None
    listed = [(f"{prefix}severity", record.get("severity"))]
    affected = record.get("affected")
    if isinstance(affected, list):
        listed += [
            (f"{prefix}affected[{number}].severity", one.get("severity"))
            for number, one in enumerate(affected) if isinstance(one, dict) and "severity" in one
        ]  # fmt: skip
    return Described(
        place=place,
        vulnerability=names.vulnerability,
        aliases=names.aliases,
        title=fields.take(record.get("summary"), f"{prefix}summary"),
        description=fields.prose(record.get("details"), f"{prefix}details"),
        vectors=newest_first([vector for where, one in listed for vector in _vectors(one, where, fields)]),
        cwes=fields.texts(cwes, f"{prefix}database_specific.cwe_ids"),
        published=fields.time(record.get("published"), f"{prefix}published"),
        modified=fields.time(record.get("modified"), f"{prefix}modified"),
        withdrawn=bool(record.get("withdrawn")),
        record=record["id"],
        kind=Voice.GHSA if record["id"].startswith("GHSA-") else Voice.OSV,
    )


def _vectors(value: Any, place: str, fields: Fields) -> Iterator[str]:
    """Take CVSS vectors; scores of other kinds ("Ubuntu": "medium") are counted."""
    for here, one in fields.objects(value, place):
        score = fields.take(one.get("score"), f"{here}.score")
        if str(one.get("type")).startswith("CVSS_") and _VECTOR.fullmatch(score):
            yield score
        else:
            fields.rest["severities without a CVSS vector"] += 1


def _products(affected: dict[str, Any], place: str, fields: Fields) -> Iterator[NamedProduct]:
    """Give the product in its ranges and versions, and once more for each range that stays a text."""
    package = fields.object(affected.get("package"), f"{place}.package")
    name = fields.take(package.get("name"), f"{place}.package.name")
    ecosystem = fields.take(package.get("ecosystem"), f"{place}.package.ecosystem")
    purl = fields.take(package.get("purl"), f"{place}.package.purl")
    purl = purl or _package_url(ecosystem, name)
    if not name:
        fields.remarks.add(
            f"{place}.package", "It has no name: nothing can be matched by it.", sort="nameless products"
        )
    versions = fields.texts(affected.get("versions"), f"{place}.versions")
    ranges: list[VersionRange] = []
    texts: list[str] = []
    for here, one in fields.objects(affected.get("ranges"), f"{place}.ranges"):
        read_, text = _range(one, here, ecosystem, fields)
        ranges += read_
        texts += [text] if text else []
    if ranges or versions:
        texts = [text for text in texts if not text.startswith(_COMMITS)]
    if affected.get("versions") and not versions:
        texts.append("versions that could not be read")
    if not ranges and not versions and not texts:
        why = f"{name[:60]}: neither versions nor ranges are stated: every version is taken as affected."
        fields.remarks.add(place, why, sort="products without versions")
    parts: list[tuple[tuple[VersionRange, ...], tuple[str, ...], str]] = [((), (), text) for text in texts]
    if ranges or versions or not texts:
        parts.insert(0, (tuple(ranges), versions, ""))
    for number, (bounds, names, text) in enumerate(parts):
        yield NamedProduct(
            place=place, ref=f"{place}/{number}" if number else place, name=name, family=ecosystem, product=name,
            purl=purl, ranges=bounds, versions=names, version=text,
        )  # fmt: skip


def _package_url(ecosystem: str, name: str) -> str:
    """Name a package of an ecosystem by its URL where the record gives none; "" for distributions, which need more."""
    return package_url(PACKAGES.get(ecosystem.partition(":")[0].strip().lower(), ""), name)


def _range(one: dict[str, Any], place: str, ecosystem: str, fields: Fields) -> tuple[list[VersionRange], str]:
    """Read the events of a range, or give them as a text where they cannot be read as bounds."""
    events = list(_events(one, place, fields))
    kind = fields.take(one.get("type"), f"{place}.type")
    text = ", ".join(f"{name} {version}" for name, version in events)
    if kind == "GIT":
        fields.rest["ranges of git commits"] += 1
        why = "A range of git commits was not taken: devices name versions, not commits."
        fields.remarks.add(place, why, sort="ranges of git commits")
        return [], f"{_COMMITS}: {text or 'none stated'}"
    if kind not in {"SEMVER", "ECOSYSTEM"}:
        why = f"This range is of the type {kind[:40]!r}; known are SEMVER, ECOSYSTEM and GIT."
        fields.remarks.add(f"{place}.type", why, sort="ranges that were not read")
        return [], f"{kind[:40]}: {text or 'no events'}"
    scheme = "semver" if kind == "SEMVER" else scheme_of(ecosystem)
    ranges = _bounds(events, scheme)
    if ranges is None:
        why = "Its events do not alternate: it is kept as a text, for a person to read."
        fields.remarks.add(f"{place}.events", why, sort="ranges that were not read")
        return [], text or "a range without events"
    return ranges, ""


def _events(one: dict[str, Any], place: str, fields: Fields) -> Iterator[tuple[str, str]]:
    for here, event in fields.objects(one.get("events"), f"{place}.events"):
        for name, version in event.items():
            yield fields.take(name, here)[:40], fields.take(version, f"{here}.{name[:40]}")


def _bounds(events: list[tuple[str, str]], scheme: str) -> list[VersionRange] | None:
    """Pair introduced with fixed or last_affected; the last may stay open, or end at the only limit."""
    limits = {version for name, version in events if name == "limit"} - {"*"}
    ranges: list[VersionRange] = []
    begun = ""
    for name, version in events:
        if name == "introduced" and version and not begun:
            begun = version
        elif name in _CLOSERS and version and begun:
            ranges.append(_between(begun, version, scheme, included=_CLOSERS[name]))
            begun = ""
        elif name != "limit":
            return None
    if len(limits) > 1 or (limits and not begun) or not (ranges or begun):
        return None
    if begun:
        ranges.append(_between(begun, limits.pop() if limits else "", scheme, included=False))
    return ranges


def _between(lower: str, upper: str, scheme: str, *, included: bool) -> VersionRange:
    # "0" sorts before every version: an open bound
    return VersionRange(
        scheme=scheme,
        lower="" if lower == "0" else lower,
        upper=upper,
        upper_included=included and bool(upper),
    )


def scheme_of(ecosystem: str) -> str:
    """Name the versioning scheme of an ecosystem in the words of vers; "" where there is none."""
    return SCHEMES.get(ecosystem.partition(":")[0].strip().lower(), "")
