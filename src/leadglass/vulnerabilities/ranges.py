# SPDX-License-Identifier: Apache-2.0
"""Complete the criteria of records for joining: class, normalised version, keys of the range, and what stands alone.

A version is compared once, here, when it is read. Columns in, columns out: this runs over millions of rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from leadglass.vulnerabilities.versions import bounds, clean, is_inverted, key, norm

_Columns = Mapping[str, Sequence[Any]]
_Bound = tuple[str, str | None, str | None, str | None, str | None]
_Range = tuple[str, str, str, str, str, str]
_MADE = ("class", "norm", "lo", "hi", "lo_text", "hi_text")
_REMEMBERED = 200_000  # ranges kept in mind, so that a long feed stays within memory


class _Codes(dict[_Bound, int]):
    """Numbers the bounds of a batch as they come: a batch repeats each many times."""

    def __missing__(self, bound: _Bound) -> int:
        code = self[bound] = len(self)
        return code


class Ranges:
    """Remembers the ranges that it has seen: feeds repeat them."""

    def __init__(self) -> None:
        self._seen: dict[_Bound, _Range] = {}
        self.inverted = 0

    def complete(self, given: _Columns) -> dict[str, pa.Array]:
        """Give the columns class, norm, lo, hi, lo_text, hi_text, alone for a batch of the format's columns."""
        codes = _Codes()
        bounds_of_rows = zip(
            given["version"], given["start_including"], given["start_excluding"], given["end_including"],
            given["end_excluding"], strict=True,
        )  # fmt: skip
        indices = pa.array([codes[bound] for bound in bounds_of_rows], pa.int32())
        columns = list(zip(*map(self._range, codes), strict=True)) or [()] * len(_MADE)
        made = {
            name: pa.DictionaryArray.from_arrays(indices, pa.array(column, pa.string()))
            for name, column in zip(_MADE, columns, strict=True)
        }
        self.inverted += pc.sum(pc.equal(made["class"].dictionary_decode(), "inverted")).as_py() or 0
        made["alone"] = pa.array(_alone(given), pa.bool_())
        return made

    def _range(self, bound: _Bound) -> _Range:
        found = self._seen.get(bound)
        if found is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            found = self._seen[bound] = _range(*bound)
        return found


def _range(version: str, si: str | None, se: str | None, ei: str | None, ee: str | None) -> _Range:
    """Class and keys of one criterion: (class, norm, lo, hi, lo_text, hi_text)."""
    if version == "-":
        return "unversioned", "-", "", "~", "", ""
    if version != "*":
        text = clean(version)
        at = key(text)
        return "exact", norm(text), at, at + "!", "", ""
    if not (si or se or ei or ee):
        return "all", "", "", "~", "", ""
    lo, hi = bounds(*(clean(text) if text else None for text in (si, se, ei, ee)))
    lo_text = f">= {si}" if si else f"> {se}" if se else ""
    hi_text = f"<= {ei}" if ei else f"< {ee}" if ee else ""
    return "inverted" if is_inverted(lo, hi) else "range", "", lo, hi, lo_text, hi_text


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
        if joined[start] == "OR" or nodes[start] == nodes[end - 1]:
            for row in range(start, end):
                if plain[row] and (operators[row] == "OR" or _only(nodes, row, start, end)):
                    alone[row] = True
        start = end
    return alone


def _only(nodes: Sequence[int], row: int, start: int, end: int) -> bool:
    """Tell whether a node has this one criterion."""
    before = row > start and nodes[row - 1] == nodes[row]
    return not before and not (row + 1 < end and nodes[row + 1] == nodes[row])
