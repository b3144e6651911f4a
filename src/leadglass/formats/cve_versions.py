# SPDX-License-Identifier: Apache-2.0
"""Read the versions of an affected product in CVE records 5.x: by status, as ranges, names or texts.

Versions are ordered here only where all of them are numbers and points, as every scheme orders them alike; that is
needed where changes stand in a range, and for the default status, which holds for what is not listed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

from leadglass.formats.tree_fields import Fields
from leadglass.values.advisories import Status, VersionRange

STATUSES: Final = {"affected": Status.AFFECTED, "unaffected": Status.NOT_AFFECTED, "unknown": Status.UNKNOWN}
SCHEMES: Final = {"semver": "semver", "maven": "maven", "rpm": "rpm", "python": "pypi", "dpkg": "deb", "deb": "deb",
                  "npm": "npm", "gem": "gem", "nuget": "nuget", "go": "golang"}  # fmt: skip
"""The versioning schemes in the words of vers, by versionType."""

CUSTOM: Final = "custom"
"""What all others are: a maker's own, or none stated. They are no order that another can know."""

DEFAULT: Final = "defaultStatus"

COMMITS: Final = "git commits"
_COMMIT_TYPES: Final = frozenset({"git", "commit-id"})
_OPEN: Final = frozenset({"", "0", "*", "-", "n/a", "unspecified"})
# What can be compared as a version; "5.x", "1.0-2.3" and sentences cannot.
_PLAIN: Final = re.compile(r"[A-Za-z]{0,3}[-_.]?\d[\w.+:~()\-]{0,120}")
_QUOTED: Final = re.compile(r"\\([^\w\s])")
_VAGUE: Final = re.compile(r"(?:^|[.\-_])[xX](?:$|[.\-_])|\d\.\d+-v?\d+\.\d")
_NUMBERS: Final = re.compile(r"\d{1,18}(?:\.\d{1,18}){0,15}")
_BRANCH: Final = re.compile(r"((?:\d{1,17}\.){0,15})(\d{1,17})\.\*")

Key = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Versions of one status. `text` are versions as written, where they are neither ranges nor names."""

    status: Status
    group: str
    ranges: tuple[VersionRange, ...] = ()
    versions: tuple[str, ...] = ()
    text: str = ""
    versioned: str = ""


@dataclass(kw_only=True)
class _Listed:
    """What is listed with one word for its status."""

    ranges: list[VersionRange] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)


def parts(affected: dict[str, Any], place: str, fields: Fields) -> Iterator[Part]:
    """Give the versions by status, then those that the default status speaks of."""
    listed: dict[str, _Listed] = {word: _Listed() for word in STATUSES}
    for here, one in fields.objects(affected.get("versions"), f"{place}.versions"):
        _take(one, here, listed, fields)
    for word, found in listed.items():
        if found.ranges or found.versions:
            yield Part(
                status=STATUSES[word], group=word, ranges=tuple(found.ranges), versions=tuple(found.versions)
            )
        for text, versioned in dict.fromkeys(found.texts):
            yield Part(status=STATUSES[word], group=word, text=text, versioned=versioned)
    yield from _default(affected, place, listed, fields)


def _word(value: Any, place: str, fields: Fields) -> str:
    word = fields.take(value, place) or "unknown"
    if word not in STATUSES:
        why = f"'{word[:40]}' is no status; it is taken as unknown."
        fields.remarks.add(place, why, sort="statuses that were not read")
        return "unknown"
    return word


def _take(one: dict[str, Any], place: str, listed: dict[str, _Listed], fields: Fields) -> None:
    word = _word(one.get("status"), f"{place}.status", fields)
    # some write the versions of CPE names, quoted: 10.2\\(1\\)
    version = _QUOTED.sub(r"\1", fields.take(one.get("version"), f"{place}.version"))
    kind = fields.take(one.get("versionType"), f"{place}.versionType").lower()
    upper = fields.take(one.get("lessThan"), f"{place}.lessThan")
    last = fields.take(one.get("lessThanOrEqual"), f"{place}.lessThanOrEqual")
    if upper and last:
        why = "Both lessThan and lessThanOrEqual are stated; the versions are kept as a text."
        fields.remarks.add(place, why, sort="ranges that were not read")
        listed[word].texts.append((f">= {version}, < {upper}, <= {last}", "range"))
    elif kind in _COMMIT_TYPES:
        fields.rest["versions that are git commits"] += 1
        why = "Versions that are git commits were not taken: devices name versions, not commits."
        fields.remarks.add(place, why, sort="versions that are git commits")
        listed[word].texts.append((COMMITS, ""))
    elif upper or last:
        bounds = VersionRange(
            scheme=SCHEMES.get(kind, CUSTOM), lower=version, upper=upper or last, upper_included=not upper
        )
        changes = list(fields.objects(one.get("changes"), f"{place}.changes"))
        for segment_word, segment in _segments(bounds, word, changes, place, fields):
            _file(segment, listed[segment_word])
    elif version == "*":
        listed[word].ranges.append(VersionRange(scheme=SCHEMES.get(kind, CUSTOM)))
    elif _is_plain(version):
        listed[word].versions.append(version)
    else:
        listed[word].texts.append((version or "no version stated", ""))


def _segments(
    bounds: VersionRange, word: str, changes: list[tuple[str, dict[str, Any]]], place: str, fields: Fields
) -> Iterator[tuple[str, VersionRange]]:
    """Cut a range where its status changes. They may stand in any order: several are sorted, if they can be."""
    at = [(fields.take(one.get("at"), f"{here}.at"), _word(one.get("status"), f"{here}.status", fields))
          for here, one in changes]  # fmt: skip
    if len(at) > 1:
        if all(_NUMBERS.fullmatch(version) for version, _ in at):
            at.sort(key=lambda change: _key(change[0]))
        else:
            why = "Its changes are not of numbers alone: they were taken in the order in which they stand."
            fields.remarks.add(f"{place}.changes", why, sort="changes that were not sorted")
    rest = bounds
    for version, changed in at:
        yield word, replace(rest, upper=version, upper_included=False)
        rest, word = replace(rest, lower=version), changed
    yield word, rest


def _file(bounds: VersionRange, listed: _Listed) -> None:
    """Keep a range whose bounds can be compared; else its text."""
    lower = "" if bounds.lower.lower() in _OPEN else bounds.lower
    branch = _BRANCH.fullmatch(bounds.upper)
    if branch:  # "1.*" is above every 1.n: the branch ends where the next begins
        upper, included = f"{branch[1]}{int(branch[2]) + 1}", False
    elif bounds.upper == "*":
        upper, included = "", False
    else:
        upper, included = bounds.upper, bounds.upper_included
    if (lower and not _is_plain(lower)) or (upper and not _is_plain(upper)):
        sign = "<=" if bounds.upper_included else "<"
        listed.texts.append((f">= {bounds.lower}, {sign} {bounds.upper}", "range"))
    else:
        listed.ranges.append(replace(bounds, lower=lower, upper=upper, upper_included=included))


def _default(
    affected: dict[str, Any], place: str, listed: dict[str, _Listed], fields: Fields
) -> Iterator[Part]:
    """Say what holds for all that is not listed. For "unknown", where anything is listed, nothing need be said."""
    word = _word(affected.get("defaultStatus"), f"{place}.{DEFAULT}", fields)
    ranges = [one for found in listed.values() for one in found.ranges]
    versions = [one for found in listed.values() for one in found.versions]
    texts = any(found.texts for found in listed.values())
    if not ranges and not versions and not texts:
        if affected.get("versions"):
            fields.remarks.add(
                place, "None of its versions could be read: they are unknown.", sort="versions not read"
            )
            yield Part(status=STATUSES[word], group=word, text="versions that could not be read")
        else:
            yield Part(status=STATUSES[word], group=DEFAULT)
    elif word != "unknown":
        others = None if texts else _others(ranges, versions)
        if others:
            yield Part(status=STATUSES[word], group=DEFAULT, ranges=tuple(others))
        elif others is None and word == "affected":
            yield Part(status=Status.AFFECTED, group=DEFAULT, text="all versions that are not listed")
        elif others is None:
            fields.rest["default statuses of what is not listed"] += 1


def _others(ranges: list[VersionRange], versions: list[str]) -> list[VersionRange] | None:
    """Give the ranges between those that are listed; None where that asks for comparing what we cannot."""
    scheme = ranges[0].scheme if ranges else CUSTOM
    listed = [*ranges, *(VersionRange(lower=one, upper=one, upper_included=True) for one in versions)]
    if len(listed) > 1:
        if not all(_NUMBERS.fullmatch(one) for each in listed for one in (each.lower, each.upper) if one):
            return None
        listed = _joined(sorted(filter(_holds_any, listed), key=lambda one: _key(one.lower)))
        if not listed:
            return [VersionRange(scheme=scheme)]
    found = []
    if listed[0].lower:
        found.append(VersionRange(scheme=scheme, upper=listed[0].lower))
    for one, following in pairwise(listed):
        found.append(_after(one, scheme, following.lower))
    if listed[-1].upper:
        found.append(_after(listed[-1], scheme, ""))
    return found


def _joined(ordered: list[VersionRange]) -> list[VersionRange]:
    """Join ranges, in order of their lower bounds (all included), that overlap or touch."""
    joined = ordered[:1]
    for one in ordered[1:]:
        before = joined[-1]
        if before.upper and _key(one.lower) > _key(before.upper):
            joined.append(one)
        elif before.upper and (not one.upper or _reach(one) > _reach(before)):
            joined[-1] = replace(before, upper=one.upper, upper_included=one.upper_included)
    return joined


def _holds_any(one: VersionRange) -> bool:
    lower, upper = _key(one.lower), _key(one.upper)
    return not one.upper or lower < upper or (one.upper_included and lower == upper)


def _reach(one: VersionRange) -> tuple[Key, bool]:
    return _key(one.upper), one.upper_included


def _after(one: VersionRange, scheme: str, upper: str) -> VersionRange:
    return VersionRange(scheme=scheme, lower=one.upper, lower_included=not one.upper_included, upper=upper)


def _key(version: str) -> Key:
    """Order versions of numbers; 1.0 is 1, and "" is before all."""
    numbers = [int(number) for number in version.split(".")] if version else [-1]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _is_plain(version: str) -> bool:
    return bool(_PLAIN.fullmatch(version)) and not _VAGUE.search(version)
