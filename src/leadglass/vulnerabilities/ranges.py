# SPDX-License-Identifier: Apache-2.0
"""Complete the criteria of records for joining: class, normalised version, keys of the range, and what stands alone.

A version is compared once, here, when it is read. Columns in, columns out: this runs over millions of rows.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import starmap
from typing import Any

import pyarrow as pa

from leadglass.values.cpe import ANY, NA
from leadglass.vulnerabilities.versions import OPEN_END, OPEN_START, bounds, clean, is_inverted, key, norm

_Columns = Mapping[str, Sequence[Any]]
_Bound = tuple[str, str | None, str | None, str | None, str | None]
_Range = tuple[str, str, str, str, str, str]
_MADE = ("class", "norm", "lo", "hi", "lo_text", "hi_text")
_REMEMBERED = 150_000  # ranges kept in mind: feeds repeat them, and so do their years

_BOUNDS = ("start_including", "start_excluding", "end_including", "end_excluding")
_OPEN = frozenset({"", ANY, NA})

# What is given for a version and is none: words alone, names of commits, addresses, CPE names, wildcards
_NONE = re.compile(
    r"(?=.*[a-f])(?:[0-9a-f]{12}|[0-9a-f]{40})\Z|cpe:|https?:|[<>=^~]|.*[*?|]|(?:.*\.)?x(?:\.|\Z)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"[0-9]")
_WILDCARD = re.compile(r"(?<!\\)[*?]")  # NISTIR 7695 6.2.3: quoted, it is a character of the version

_EDITION, _TARGET_HW = 0, 4  # places of the two qualifiers in which records name a platform
_PLATFORMS = (("", {"x86", "x64"}), ("", {"x32", "x64"}), ("microsoft:windows_11", {"x64", "arm64"}))
"""All platforms that there are of products that begin so; what else is named with them changes nothing."""


class _Codes(dict[_Bound, int]):
    """Numbers the ranges of a batch as they come: a batch repeats each many times."""

    def __missing__(self, bound: _Bound) -> int:
        code = self[bound] = len(self)
        return code


class Ranges:
    """Completes the batches of a feed and counts the ranges that end before they begin."""

    def __init__(self) -> None:
        self.inverted = 0

    def complete(self, given: _Columns) -> dict[str, pa.Array]:
        """Give the columns class, norm, lo, hi, lo_text, hi_text, alone for a batch of the format's columns.

        And `qualifiers` anew: a version that a node names for every platform is named without one. What is
        repeated comes as a dictionary array: each range is worked out and written down once.
        """
        codes = _Codes()
        rows = [
            codes[bound] for bound in zip(given["version"], *(given[name] for name in _BOUNDS), strict=True)
        ]
        indices = pa.array(rows, pa.int32())
        columns = list(zip(*starmap(_range, codes), strict=True)) or [()] * len(_MADE)
        made = {
            name: pa.DictionaryArray.from_arrays(indices, pa.array(column, pa.string()))
            for name, column in zip(_MADE, columns, strict=True)
        }
        unsound = {code for code, kind in enumerate(columns[0]) if kind == "inverted"}
        self.inverted += sum(row in unsound for row in rows) if unsound else 0
        made["alone"] = pa.array(_alone(given), pa.bool_())
        made["qualifiers"] = pa.array(_qualifiers(given), pa.string())
        return made


@lru_cache(maxsize=_REMEMBERED)
def _range(version: str, si: str | None, se: str | None, ei: str | None, ee: str | None) -> _Range:
    """Class and keys of one criterion: (class, norm, lo, hi, lo_text, hi_text).

    Where a record states bounds they count, whatever version stands in the name: some write the repaired one
    there, or '-'. Bounds that are no versions make a range unsound, as bounds in the wrong order do.
    """
    stated = [None if text is None or text in _OPEN else clean(text) or None for text in (si, se, ei, ee)]
    if not any(stated):
        return _named(version)
    lo, hi = bounds(*stated)
    lo_text = f">= {stated[0]}" if stated[0] else f"> {stated[1]}" if stated[1] else ""
    hi_text = f"<= {stated[2]}" if stated[2] else f"< {stated[3]}" if stated[3] else ""
    sound = all(is_version(text) for text in stated if text) and not is_inverted(lo, hi)
    return "range" if sound else "inverted", "", lo, hi, lo_text, hi_text


def _named(version: str) -> _Range:
    """Class and keys of a criterion without bounds."""
    if version == NA:
        return "unversioned", NA, OPEN_START, OPEN_END, "", ""
    if version == ANY:
        return "all", "", OPEN_START, OPEN_END, "", ""
    if _WILDCARD.search(version):  # some of its versions, it is not known which
        return "inverted", "", OPEN_START, OPEN_END, f"like {version}", ""
    text = clean(version)
    at = key(text)
    return "exact", norm(text), at, at + "!", "", ""


def is_version(text: str) -> bool:
    """Tell whether a text can have a place in the order of versions."""
    return bool(_DIGIT.search(text)) and not _NONE.match(text)


def _qualifiers(given: _Columns) -> list[str]:
    """Take the platform off where a node names the same versions for all platforms that there are."""
    told = list(given["qualifiers"])
    rows: dict[tuple[Any, ...], list[tuple[int, str]]] = defaultdict(list)
    operators = given["node_operator"]
    for row in [row for row, text in enumerate(told) if text and operators[row] == "OR"]:
        fields = told[row].split("|")
        for place in (_EDITION, _TARGET_HW):
            if fields[place] != ANY:
                same = (
                    *(given[name][row] for name in ("record", "configuration", "node", "vulnerable", "part", "product")),
                    *(given[name][row] for name in ("version", "update_", *_BOUNDS)),
                    place, *fields[:place], *fields[place + 1 :],
                )  # fmt: skip
                rows[same].append((row, fields[place]))
    for same, members in rows.items():
        product, place, rest = same[5], same[12], same[13:]
        named = {platform for _, platform in members}
        fields = [*rest[:place], ANY, *rest[place:]]
        for prefix, platforms in _PLATFORMS:
            if product.startswith(prefix) and platforms <= named:
                for row, platform in members:
                    if platform in platforms:
                        told[row] = "" if set(fields) == {ANY} else "|".join(fields)
    return told


def _alone(given: _Columns) -> list[bool]:
    """Tell which criteria decide their record by themselves (OR all the way up, nothing negated)."""
    records, configurations, nodes = given["record"], given["configuration"], given["node"]
    joined, operators = given["joined"], given["node_operator"]
    plain = [
        vulnerable and not inverted and not node_inverted
        for vulnerable, inverted, node_inverted in zip(
            given["vulnerable"], given["inverted"], given["node_inverted"], strict=True
        )
    ]
    alone = [False] * len(records)
    start, count = 0, len(records)
    while start < count:
        record, configuration = records[start], configurations[start]
        end = start + 1
        while end < count and records[end] == record and configurations[end] == configuration:
            end += 1
        if nodes[start] == nodes[end - 1] and operators[start] == "OR":
            alone[start:end] = plain[start:end]
        elif joined[start] == "OR" or nodes[start] == nodes[end - 1]:
            for row in range(start, end):
                if plain[row] and (operators[row] == "OR" or _only(nodes, row, start, end)):
                    alone[row] = True
        start = end
    return alone


def _only(nodes: Sequence[int], row: int, start: int, end: int) -> bool:
    """Tell whether a node has this one criterion."""
    before = row > start and nodes[row - 1] == nodes[row]
    return not before and not (row + 1 < end and nodes[row + 1] == nodes[row])
