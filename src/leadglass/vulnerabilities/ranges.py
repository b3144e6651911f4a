# SPDX-License-Identifier: Apache-2.0
"""Complete the criteria of records for joining: class, normalised version, keys of the range, and what stands alone.

A version is compared once, here, when it is read. Columns in, columns out: this runs over millions of rows.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, starmap
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from leadglass.values.cpe import ANY, NA
from leadglass.vulnerabilities.schemes import STRANGE, Choice, Scheme, bounds, key, shipped
from leadglass.vulnerabilities.versions import OPEN_END, OPEN_START, clean, is_inverted, norm

_Columns = Mapping[str, Sequence[Any]]
_Bound = tuple[Scheme, str, str | None, str | None, str | None, str | None]
_Range = tuple[str, str, str, str, str, str]
_Same = tuple[Any, ...]
_MADE = ("class", "norm", "lo", "hi", "lo_text", "hi_text")
_REMEMBERED = 150_000  # ranges kept in mind: feeds repeat them, and so do their years

_BOUNDS = ("start_including", "start_excluding", "end_including", "end_excluding")
_OF_VERSION = ("vulnerable", "part", "update_", *_BOUNDS)
_OPEN = frozenset({"", ANY, NA})

# What is given for a version and is none: words alone, names of commits, addresses, CPE names, wildcards
_NONE = re.compile(
    r"(?=.*[a-f])(?:[0-9a-f]{12}|[0-9a-f]{40})\Z|cpe:|https?:|[<>=^~]|.*[*?|]|(?:.*\.)?x(?:\.|\Z)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"[0-9]")
_WILDCARD = re.compile(r"(?<!\\)[*?]")  # NISTIR 7695 6.2.3: quoted, it is a character of the version

_TARGET_HW = 4  # place of the qualifier in which records name a platform
_PLATFORMS = (
    ("", "", {"x86", "x64"}),
    ("microsoft:windows_11", "", {"x64", "arm64"}),
    ("microsoft:windows_server_2008", "r2", {"x64", "itanium"}),
)
"""All platforms that there are of products and versions that begin so; what else is named with them changes nothing."""
_PLATFORM_NAMES = frozenset(name for *_, names in _PLATFORMS for name in names)


class _Codes(dict[_Bound, int]):
    """Numbers the ranges of a batch as they come: a batch repeats each many times."""

    def __missing__(self, bound: _Bound) -> int:
        code = self[bound] = len(self)
        return code


def complete(
    nodes: _Columns, matches: _Columns, node: pa.Array, match: pa.Array, schemes: Choice | None = None
) -> dict[str, pa.Array]:
    """Give the columns class, norm, lo, hi, lo_text, hi_text, alone for criteria, and `qualifiers` anew.

    A criterion is one of the format's `matches`, by its row there, in one of its `nodes`. A version that a node
    names for every platform is named without one. `schemes` are those of the site, where it has rows of its own.
    """
    codes = _Codes()
    ordered = map((schemes or shipped()).of_product, matches["product"])
    stated = zip(ordered, matches["version"], *(matches[name] for name in _BOUNDS), strict=True)
    rows = [codes[one] for one in stated]
    columns = list(zip(*starmap(_range, codes), strict=True)) or [()] * len(_MADE)
    code = pa.array(rows, pa.int32()).take(match)
    made = {
        name: pa.array(column, pa.string()).take(code) for name, column in zip(_MADE, columns, strict=True)
    }
    alone = pa.array(_alone(nodes), pa.bool_()).take(node)
    made["alone"] = pc.and_(alone, pa.array(matches["vulnerable"], pa.bool_()).take(match))
    made["qualifiers"] = _qualifiers(nodes, matches, node, match)
    return made


@lru_cache(maxsize=_REMEMBERED)
def _range(
    scheme: Scheme, version: str, si: str | None, se: str | None, ei: str | None, ee: str | None
) -> _Range:
    """Class and keys of one criterion, by its product's scheme: (class, norm, lo, hi, lo_text, hi_text).

    Where a record states bounds they count, whatever version stands in the name: some write the repaired one
    there, or '-'. Bounds that are no versions make a range unsound, as bounds in the wrong order do, and as one
    bound of the scheme does beside one that is not.
    """
    stated = [None if text is None or text in _OPEN else clean(text) or None for text in (si, se, ei, ee)]
    if not any(stated):
        return _named(scheme, version)
    lo, hi = bounds(scheme, *stated)
    lo_text = f">= {stated[0]}" if stated[0] else f"> {stated[1]}" if stated[1] else ""
    hi_text = f"<= {stated[2]}" if stated[2] else f"< {stated[3]}" if stated[3] else ""
    sound = all(is_version(text) for text in stated if text) and not is_inverted(lo, hi)
    if scheme is not Scheme.GENERIC and lo > OPEN_START and hi < OPEN_END:
        sound = sound and lo.startswith(STRANGE) == hi.startswith(STRANGE)
    return "range" if sound else "inverted", "", lo, hi, lo_text, hi_text


def _named(scheme: Scheme, version: str) -> _Range:
    """Class and keys of a criterion without bounds."""
    if version == NA:
        return "unversioned", NA, OPEN_START, OPEN_END, "", ""
    if version == ANY:
        return "all", "", OPEN_START, OPEN_END, "", ""
    if _WILDCARD.search(version):  # some of its versions, it is not known which
        return "inverted", "", OPEN_START, OPEN_END, f"like {version}", ""
    text = clean(version)
    at = key(scheme, text)
    return "exact", norm(text), at, at + "!", "", ""


def is_version(text: str) -> bool:
    """Tell whether a text can have a place in the order of versions."""
    return bool(_DIGIT.search(text)) and not _NONE.match(text)


def _qualifiers(nodes: _Columns, matches: _Columns, node: pa.Array, match: pa.Array) -> pa.Array:
    """Take the platform off where a node names the same versions for all platforms that there are."""
    texts = pa.array(matches["qualifiers"], pa.string())
    named = pa.array(list(map(_names_platform, matches["qualifiers"])), pa.bool_())
    either = pa.array([operator == "OR" for operator in nodes["node_operator"]], pa.bool_())
    rows = pc.indices_nonzero(pc.and_(named.take(match), either.take(node)))
    alike = _Alike(matches)
    members: dict[tuple[int, _Same], list[tuple[int, str]]] = defaultdict(list)
    for row, number, one in zip(
        *(part.to_pylist() for part in (rows, node.take(rows), match.take(rows))), strict=True
    ):
        same, platform = alike[one]
        members[number, same].append((row, platform))
    freed = dict(chain.from_iterable(starmap(_freed, members.items())))
    mask = [False] * len(match)
    for row in freed:
        mask[row] = True
    told = pa.array([freed[row] for row in sorted(freed)], pa.string())
    return pc.replace_with_mask(texts.take(match), pa.array(mask, pa.bool_()), told)


def _names_platform(qualifiers: str) -> bool:
    return bool(qualifiers) and qualifiers.split("|")[_TARGET_HW] in _PLATFORM_NAMES


class _Alike(dict[int, tuple[_Same, str]]):
    """What a match, by its row, has in common with those of other platforms; and its platform."""

    def __init__(self, matches: _Columns) -> None:
        super().__init__()
        self._columns = [matches[name] for name in ("product", "version", "qualifiers", *_OF_VERSION)]

    def __missing__(self, one: int) -> tuple[_Same, str]:
        product, version, qualifiers, *stated = (column[one] for column in self._columns)
        fields = qualifiers.split("|")
        platform, fields[_TARGET_HW] = fields[_TARGET_HW], ANY
        text = "" if set(fields) == {ANY} else "|".join(fields)
        self[one] = told = (product, version, text, *stated), platform
        return told


def _freed(same: tuple[int, _Same], members: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Give the rows that together name all platforms, with their qualifiers but that one."""
    product, version, text, *_ = same[1]
    named = {platform for _, platform in members}
    for prefix, release, platforms in _PLATFORMS:
        if product.startswith(prefix) and version.startswith(release) and platforms <= named:
            yield from ((row, text) for row, platform in members if platform in platforms)


def _alone(nodes: _Columns) -> list[bool]:
    """Tell of which nodes a vulnerable criterion decides the record by itself.

    It is OR all the way up, or has nothing beside it, and nothing is negated.
    """
    places = list(zip(nodes["record"], nodes["configuration"], strict=True))
    single = [
        before != place != after
        for before, place, after in zip([None, *places], places, [*places[1:], None], strict=False)
    ]
    names = ("criteria", "joined", "node_operator", "inverted", "node_inverted")
    return [
        (only or joined == "OR") and (count == 1 or operator == "OR") and not inverted and not node_inverted
        for only, count, joined, operator, inverted, node_inverted in zip(
            single, *(nodes[name] for name in names), strict=True
        )
    ]
