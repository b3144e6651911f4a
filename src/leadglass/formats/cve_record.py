# SPDX-License-Identifier: Apache-2.0
"""Read CVE records 5.0 to 5.2 (CVE Record Format, dataType CVE_RECORD): one, a list, or JSON lines.

The container of the CNA is read, and those of ADPs: CISA's adds SSVC decision points, its mark of exploited ones
and CPE names. Each product stands once for each status that is said of it, and for each of its CPE names.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import cve_versions
from leadglass.formats.cve_applicability import nodes
from leadglass.formats.cve_metrics import metrics
from leadglass.formats.json_text import Buffer
from leadglass.formats.package_names import of_collection
from leadglass.formats.record_lists import RecordSaid, records, together
from leadglass.formats.tree_fields import Fields, newest_first
from leadglass.values.advisories import Advisory, Described, NamedProduct, Remedy, Statement
from leadglass.values.cpe import ANY, Cpe
from leadglass.values.sources import Voice

CATEGORY: Final = "cve_record"
MOST_PRODUCTS: Final = 500_000

_WHAT: Final = "The CVE record"
_ID: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_VERSION: Final = re.compile(r"5\.(\d{1,3})(?:\.\d{1,5})?")
_NEWEST: Final = 2
_CWE: Final = re.compile(r"CWE-[0-9]{1,7}")
_NOT_TAKEN: Final = (
    "references",
    "impacts",
    "configurations",
    "exploits",
    "timeline",
    "credits",
    "taxonomyMappings",
)
_REMEDIES: Final = {"solutions": "solution", "workarounds": "workaround"}
_NO_NAME: Final = frozenset({"n/a", "unspecified", "-", "unknown"})

Container = tuple[str, dict[str, Any]]
"""A place and what stands there."""


def read(raw: Buffer) -> Advisory:
    """Read a document of CVE records. One of many that cannot be read becomes a remark; alone it is an error."""
    fields = Fields(_WHAT)
    said = []
    products = 0
    for place, prefix, record in records(raw, _WHAT, fields):
        why = _no_record(record)
        if why and place == "document":
            raise UnreadableError(f"{_WHAT} was not read: {why}")
        if why:
            fields.remarks.add(place, why, sort="records that were not read")
            continue
        said.append(_said(record, place, prefix, fields))
        products += len(said[-1].products)
        if products > MOST_PRODUCTS:
            raise BoundError(
                f"{_WHAT}s name more than {MOST_PRODUCTS:,} products. Receive them in smaller files."
            )
    return together(said, CATEGORY, _WHAT, fields)


def _no_record(record: dict[str, Any]) -> str:
    """Say why this is no record that can be read, or nothing."""
    if "numberOfChanges" in record:
        return (
            "This is a list of changes of the CVE list: it names records that are new or updated, and holds none of "
            "them. Receive the records themselves, from the folder cves of the CVE list."
        )
    if record.get("dataType") != "CVE_RECORD":
        shown = str(record.get("dataType", "nothing"))[:40]
        return f"Its dataType is {shown!r}, not 'CVE_RECORD'. Export it in the CVE Record Format 5."
    version = record.get("dataVersion")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        return f"Its dataVersion is {str(version)[:20]!r}; Leadglass reads 5.0 to 5.{_NEWEST}. Fetch it again as one."
    metadata = record.get("cveMetadata")
    name = metadata.get("cveId") if isinstance(metadata, dict) else None
    if not isinstance(name, str) or not _ID.fullmatch(name):
        return f"Its cveId is {str(name)[:40]!r}, which is no CVE id. Fetch it again."
    return ""


def _said(record: dict[str, Any], place: str, prefix: str, fields: Fields) -> RecordSaid:
    metadata = record["cveMetadata"]
    version = _VERSION.fullmatch(record["dataVersion"])
    if version and int(version[1]) > _NEWEST:
        why = f"This record is of format {record['dataVersion']}; it was read as 5.{_NEWEST}, what is newer was skipped."
        fields.remarks.add(f"{prefix}dataVersion", why, sort="records of a newer format")
    containers = list(_containers(record, prefix, fields))
    described = _described(metadata, containers[0], place, prefix, fields)
    added = [_added(described, container, fields) for container in containers[1:]]
    said = RecordSaid(
        described=described,
        added=tuple(filter(None, added)),
        id=metadata["cveId"],
        publisher=fields.take(metadata.get("assignerShortName"), f"{prefix}cveMetadata.assignerShortName"),
        revision=str(metadata.get("serial") or ""),
    )
    for where, container in containers:
        if described.withdrawn:
            fields.count(container.get("affected"), "affected products of rejected records")
            continue
        before = len(said.products)
        _products(container, where, said, fields)
        _remedies(container, where, said, tuple(one.ref for one in said.products[before:]), fields)
        for kind in _NOT_TAKEN:
            fields.count(container.get(kind), kind)
    if not said.products and not described.withdrawn:
        why = "It names no product: nothing can be matched by it."
        fields.remarks.add(place, why, sort="records without products")
    return said


def _containers(record: dict[str, Any], prefix: str, fields: Fields) -> Iterator[Container]:
    containers = fields.object(record.get("containers"), f"{prefix}containers")
    here = f"{prefix}containers.cna"
    cna = fields.object(containers.get("cna"), here)
    if not cna:
        fields.remarks.add(here, "What the CNA says is missing.", sort="records without a CNA")
    yield here, cna
    yield from fields.objects(containers.get("adp"), f"{prefix}containers.adp")


def _described(
    metadata: dict[str, Any], cna: Container, place: str, prefix: str, fields: Fields
) -> Described:
    """Describe the vulnerability as its CNA does."""
    where, container = cna
    state = fields.take(metadata.get("state"), f"{prefix}cveMetadata.state")
    if state not in {"PUBLISHED", "REJECTED"}:
        why = f"Its state is {state[:40]!r}, neither PUBLISHED nor REJECTED."
        fields.remarks.add(f"{prefix}cveMetadata.state", why, sort="states that were not read")
    told = "rejectedReasons" if state == "REJECTED" else "descriptions"
    return Described(
        place=place,
        vulnerability=metadata["cveId"],
        title=fields.take(container.get("title"), f"{where}.title"),
        description=" ".join(_english(container.get(told), f"{where}.{told}", fields)),
        published=fields.time(metadata.get("datePublished"), f"{prefix}cveMetadata.datePublished"),
        modified=fields.time(metadata.get("dateUpdated"), f"{prefix}cveMetadata.dateUpdated"),
        withdrawn=state == "REJECTED",
        record=metadata["cveId"],
        kind=Voice.CNA,
        **_measured(cna, fields),
    )


def _added(described: Described, adp: Container, fields: Fields) -> Described | None:
    """Describe what an ADP adds to the CNA's record, or None where it is products alone."""
    where, container = adp
    measured = _measured(adp, fields)
    if not any(measured.values()):
        return None
    provider = fields.object(container.get("providerMetadata"), f"{where}.providerMetadata")
    return Described(
        place=where,
        vulnerability=described.vulnerability,
        published=described.published,
        modified=fields.time(provider.get("dateUpdated"), f"{where}.providerMetadata.dateUpdated")
        or described.modified,
        withdrawn=described.withdrawn,
        record=described.record,
        publisher=fields.take(provider.get("shortName"), f"{where}.providerMetadata.shortName") or "an ADP",
        kind=Voice.ADP,
        **measured,
    )


def _measured(container: Container, fields: Fields) -> dict[str, Any]:
    """Take scores, decision points, marks and weaknesses of one container, as fields of Described."""
    where, inner = container
    taken = metrics(inner, where, fields)
    tags = fields.texts(inner.get("tags"), f"{where}.tags")
    return {
        "vectors": newest_first(taken.vectors),
        "ssvc": tuple(dict.fromkeys(taken.ssvc)),
        "exploited": taken.exploited,
        "disputed": "disputed" in tags,
        "cwes": tuple(dict.fromkeys(_cwes(where, inner, fields))),
    }


def _english(value: Any, place: str, fields: Fields) -> list[str]:
    """Take the English texts of a list; where there are none, those of the first language."""
    told = [
        (
            fields.take(one.get("lang"), f"{here}.lang").lower(),
            fields.prose(one.get("value"), f"{here}.value"),
        )
        for here, one in fields.objects(value, place)
    ]
    english = [text for lang, text in told if lang.startswith("en")]
    return english or [text for lang, text in told if lang == told[0][0]]


def _cwes(place: str, container: dict[str, Any], fields: Fields) -> Iterator[str]:
    for here, problem in fields.objects(container.get("problemTypes"), f"{place}.problemTypes"):
        for spot, one in fields.objects(problem.get("descriptions"), f"{here}.descriptions"):
            stated = fields.take(one.get("cweId"), f"{spot}.cweId")
            match = _CWE.match(stated or fields.take(one.get("description"), f"{spot}.description"))
            if match:
                yield match[0]


def _products(container: dict[str, Any], place: str, said: RecordSaid, fields: Fields) -> None:
    name = said.described.vulnerability
    named = [
        one
        for here, affected in fields.objects(container.get("affected"), f"{place}.affected")
        for one in _named(affected, here, fields)
    ]
    versioned = {product.name for part, product in named if part.text != cve_versions.COMMITS}
    for part, product in named:
        if part.text == cve_versions.COMMITS and product.name in versioned:
            continue  # the Linux kernel is listed twice: by commits, and by versions
        said.products.append(product)
        said.statements.append(
            Statement(
                place=product.place,
                vulnerability=name,
                product=product.ref,
                status=part.status,
                group=part.group,
                record=name,
            )
        )
    for product, statement in nodes(container, place, name, fields):
        said.products.append(product)
        said.statements += [statement] if statement else []


def _named(
    affected: dict[str, Any], place: str, fields: Fields
) -> Iterator[tuple[cve_versions.Part, NamedProduct]]:
    vendor, product, package, collection, purl = (
        fields.take(affected.get(key), f"{place}.{key}")
        for key in ("vendor", "product", "packageName", "collectionURL", "packageURL")
    )
    purl = purl or of_collection(collection, package)
    known = [one for one in (vendor, product) if one and one.lower() not in _NO_NAME]
    if not known and not package:
        why = "Neither vendor nor product is stated: nothing can be matched by it."
        fields.remarks.add(place, why, sort="nameless products")
    platforms = fields.texts(affected.get("platforms"), f"{place}.platforms")
    cpes = tuple(dict.fromkeys(fields.texts(affected.get("cpes"), f"{place}.cpes")))
    unversioned = _unversioned(cpes)
    for number, part in enumerate(cve_versions.parts(affected, place, fields)):
        names = unversioned if part.ranges or part.versions or part.text else cpes
        fields.spend(8 * len(names))  # a product weighs more than what else is listed
        for name, cpe in enumerate(names or ("",)):
            yield (
                part,
                NamedProduct(
                    place=place,
                    ref="/".join(
                        [place, *([str(number)] if number or name else []), *([str(name)] if name else [])]
                    ),
                    name=" ".join(known) or package or product or vendor,
                    maker=vendor,
                    family=collection,
                    product=package or product,
                    version=part.text,
                    versioned=part.versioned,
                    cpe=cpe,
                    purl=purl,
                    ranges=part.ranges,
                    versions=part.versions,
                    platforms=platforms,
                ),
            )


def _unversioned(cpes: tuple[str, ...]) -> tuple[str, ...]:
    """Bring names that differ in nothing but their version together: the versions are stated beside them."""
    groups: dict[Cpe | str, list[str]] = {}
    for name in cpes:
        try:
            key: Cpe | str = replace(Cpe.parse(name), version=ANY, update=ANY)
        except UnreadableError:
            key = name
        groups.setdefault(key, []).append(name)
    return tuple(names[0] if len(names) == 1 else str(key) for key, names in groups.items())


def _remedies(
    container: dict[str, Any], place: str, said: RecordSaid, refs: tuple[str, ...], fields: Fields
) -> None:
    for key, category in _REMEDIES.items():
        for text in _english(container.get(key), f"{place}.{key}", fields):
            said.remedies.append(
                Remedy(
                    place=f"{place}.{key}", vulnerability=said.described.vulnerability, category=category,
                    text=text, products=refs,
                )
            )  # fmt: skip
