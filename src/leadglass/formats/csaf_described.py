# SPDX-License-Identifier: Apache-2.0
"""Read what CSAF 2.0 and 2.1 say of a vulnerability by itself: ids, notes, scores or metrics, weaknesses, dates."""

import re
from collections import Counter
from typing import Final

import msgspec
from msgspec import Raw

from leadglass.formats.csaf_fields import LONGEST_PROSE, NO_RAW, Fields
from leadglass.values.advisories import Described

_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}")
_TOLD: Final = ("description", "summary", "details", "general")
_NEWEST_FIRST: Final = ("CVSS:4.0/", "CVSS:3.1/", "CVSS:3.0/", "")


class Vulnerability(msgspec.Struct):
    """One item of `vulnerabilities`, its fields undecoded."""

    cve: Raw = NO_RAW
    ids: Raw = NO_RAW
    title: Raw = NO_RAW
    notes: Raw = NO_RAW
    scores: Raw = NO_RAW  # 2.0
    metrics: Raw = NO_RAW  # 2.1
    cwe: Raw = NO_RAW  # 2.0
    cwes: Raw = NO_RAW  # 2.1
    release_date: Raw = NO_RAW  # 2.0
    disclosure_date: Raw = NO_RAW  # 2.1
    discovery_date: Raw = NO_RAW
    first_known_exploitation_dates: Raw = NO_RAW  # 2.1
    product_status: Raw = NO_RAW
    flags: Raw = NO_RAW
    threats: Raw = NO_RAW
    remediations: Raw = NO_RAW
    acknowledgments: Raw = NO_RAW
    involvements: Raw = NO_RAW
    references: Raw = NO_RAW
    x_extensions: Raw = NO_RAW  # 2.1


class _Id(msgspec.Struct):
    system_name: Raw = NO_RAW
    text: Raw = NO_RAW


class _Note(msgspec.Struct):
    category: Raw = NO_RAW
    text: Raw = NO_RAW


class _Scores(msgspec.Struct):
    content: Raw = NO_RAW  # 2.1 puts the fields below in here
    cvss_v4: Raw = NO_RAW
    cvss_v3: Raw = NO_RAW
    cvss_v2: Raw = NO_RAW
    ssvc_v2: Raw = NO_RAW
    epss: Raw = NO_RAW
    qualitative_severity_rating: Raw = NO_RAW


class _Cvss(msgspec.Struct, rename="camel"):
    vector_string: Raw = NO_RAW


class _Weakness(msgspec.Struct):
    id: Raw = NO_RAW


class _Exploitation(msgspec.Struct):
    exploitation_date: Raw = NO_RAW


class _Selections(msgspec.Struct):
    selections: Raw = NO_RAW


class _Selection(msgspec.Struct):
    name: Raw = NO_RAW
    key: Raw = NO_RAW
    values: Raw = NO_RAW


_ID: Final = msgspec.json.Decoder(_Id)
_NOTE: Final = msgspec.json.Decoder(_Note)
_SCORES: Final = msgspec.json.Decoder(_Scores)
_CVSS: Final = msgspec.json.Decoder(_Cvss)
_WEAKNESS: Final = msgspec.json.Decoder(_Weakness)
_EXPLOITATION: Final = msgspec.json.Decoder(_Exploitation)
_SELECTIONS: Final = msgspec.json.Decoder(_Selections)
_SELECTION: Final = msgspec.json.Decoder(_Selection)


def describe(fields: Fields, one: Vulnerability, place: str, otherwise: str) -> Described:
    """Describe a vulnerability. One without any id is called by its place in its document, `otherwise`."""
    names = _names(fields, one, place)
    if not names:
        why = "Neither a CVE id nor another id is stated: it can be held against no other document."
        fields.remarks.add(place, why, sort="vulnerabilities without an id")
    vectors, ssvc = _scores(fields, one, place)
    published = None
    for when in ("release_date", "disclosure_date", "discovery_date"):
        found = fields.time(getattr(one, when), f"{place}.{when}")
        published = published or found
    for part, kind in (
        ("acknowledgments", "acknowledgments"),
        ("involvements", "involvements"),
        ("references", "references of vulnerabilities"),
        ("x_extensions", "extensions"),
    ):
        fields.count(getattr(one, part), f"{place}.{part}", kind)
    return Described(
        place=place,
        vulnerability=names[0] if names else _word(otherwise),
        aliases=tuple(names[1:]),
        title=fields.text(one.title, f"{place}.title"),
        description=_description(fields, one.notes, f"{place}.notes"),
        vectors=vectors,
        cwes=_weaknesses(fields, one, place),
        published=published,
        exploited=_is_exploited(fields, one, place),
        ssvc=ssvc,
    )


def _names(fields: Fields, one: Vulnerability, place: str) -> list[str]:
    """Give all ids, the CVE id first, each as one word; a bare number is named with its system."""
    cve = fields.text(one.cve, f"{place}.cve")
    if cve and not _CVE.fullmatch(cve):
        why = f"'{cve[:40]}' is no CVE id; it was taken as it stands."
        fields.remarks.add(f"{place}.cve", why, sort="CVE ids that are none")
    names = [_word(cve)] if cve else []
    for here, item in fields.objects(_ID, one.ids, f"{place}.ids"):
        text = fields.text(item.text, f"{here}.text")
        system = fields.text(item.system_name, f"{here}.system_name")
        if not text:
            fields.remarks.add(here, "An id without a text.", sort="ids left out")
            continue
        names.append(_word(f"{system}:{text}" if text.isdigit() and system else text))
    return list(dict.fromkeys(names))


def _word(text: str) -> str:
    return "-".join(text.split())


def _description(fields: Fields, raw: Raw, place: str) -> str:
    taken: list[str] = []
    for here, note in fields.objects(_NOTE, raw, place):
        category = fields.text(note.category, f"{here}.category")
        if category not in _TOLD:
            fields.rest[f"notes of vulnerabilities: {category[:40] or 'no category'}"] += 1
            continue
        taken.append(fields.prose(note.text, f"{here}.text"))
    text = "\n\n".join(part for part in taken if part)
    if len(text) > LONGEST_PROSE:
        why = f"The notes are {len(text):,} characters long; the first {LONGEST_PROSE:,} were taken."
        fields.remarks.add(place, why, sort="texts that were cut")
    return text[:LONGEST_PROSE]


def _scores(fields: Fields, one: Vulnerability, place: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give CVSS vectors, the newest standard first, and decision points of SSVC. Whose they are is not kept."""
    vectors: list[str] = []
    ssvc: list[str] = []
    listed = [
        *fields.objects(_SCORES, one.scores, f"{place}.scores"),
        *fields.objects(_SCORES, one.metrics, f"{place}.metrics"),
    ]
    for here, score in listed:
        inner = fields.object(_SCORES, score.content, f"{here}.content")
        at, told = (f"{here}.content", inner) if inner else (here, score)
        for standard in ("cvss_v4", "cvss_v3", "cvss_v2"):
            vector = _vector(fields, getattr(told, standard), f"{at}.{standard}")
            vectors += [vector] if vector else []
        ssvc += _decisions(fields, told.ssvc_v2, f"{at}.ssvc_v2")
        fields.count(told.epss, f"{at}.epss", "EPSS scores")
        severity = told.qualitative_severity_rating
        fields.count(severity, f"{at}.qualitative_severity_rating", "severities without a vector")
    different = list(dict.fromkeys(vectors))
    ordered = sorted(different, key=_age)
    for number in Counter(map(_age, different)).values():
        if number > 1:
            fields.rest["vectors of one standard for different products"] += number
    return tuple(ordered), tuple(dict.fromkeys(ssvc))


def _vector(fields: Fields, raw: Raw, place: str) -> str:
    cvss = fields.object(_CVSS, raw, place)
    if cvss is None:
        return ""
    vector = fields.text(cvss.vector_string, f"{place}.vectorString")
    if not vector:
        fields.remarks.add(
            place, "No vectorString is stated: the score was not taken.", sort="scores left out"
        )
    return _word(vector)


def _age(vector: str) -> int:
    return next(age for age, prefix in enumerate(_NEWEST_FIRST) if vector.startswith(prefix))


def _decisions(fields: Fields, raw: Raw, place: str) -> list[str]:
    """Take decision points (SSVC SelectionList 2.0) as name=value, in small letters, each as one word."""
    told = fields.object(_SELECTIONS, raw, place) or _Selections()
    taken = []
    for here, point in fields.objects(_SELECTION, told.selections, f"{place}.selections"):
        name = fields.text(point.name, f"{here}.name") or fields.text(point.key, f"{here}.key")
        for at, value in fields.objects(_SELECTION, point.values, f"{here}.values"):
            chosen = fields.text(value.name, f"{at}.name") or fields.text(value.key, f"{at}.key")
            if name and chosen:
                taken.append(_word(f"{name}={chosen}".lower()))
            else:
                fields.remarks.add(at, "A decision without a name or a value.", sort="decisions left out")
    return taken


def _weaknesses(fields: Fields, one: Vulnerability, place: str) -> tuple[str, ...]:
    single = fields.object(_WEAKNESS, one.cwe, f"{place}.cwe")
    listed = [(f"{place}.cwe", single)] if single else []
    listed += fields.objects(_WEAKNESS, one.cwes, f"{place}.cwes")
    found = (_word(fields.text(weakness.id, f"{here}.id")) for here, weakness in listed)
    return tuple(dict.fromkeys(name for name in found if name))


def _is_exploited(fields: Fields, one: Vulnerability, place: str) -> bool:
    """Say whether a date of exploitation is stated (2.1). Threats tell of it in free text: nothing is read there."""
    listed = fields.objects(
        _EXPLOITATION, one.first_known_exploitation_dates, f"{place}.first_known_exploitation_dates"
    )
    found = [fields.time(known.exploitation_date, f"{here}.exploitation_date") for here, known in listed]
    return any(when is not None for when in found)
