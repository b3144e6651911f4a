# SPDX-License-Identifier: Apache-2.0
"""One vulnerability has one id: which ids name the same thing, from groups of ids that documents state as aliases.

Aliases hold in both directions and through each other (OSV schema, `aliases`). A CVE id is the id of what it names, and
is never another one's: through it nothing is joined. Without a CVE id the first counts: GHSA, then by its text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leadglass.values.query import Query
from leadglass.vulnerabilities.editions import DOCUMENT_NOW, RECORD_NOW

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_FIRST = "GHSA-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The id under which a name goes. `covers`: the CVE ids that it stands for where these are several."""

    id: str
    covers: tuple[str, ...] = ()


def identities(stated: Sequence[Sequence[str]]) -> Mapping[str, Identity]:
    """Give each name, as written, its identity; a CVE id that is written as one needs none and has none.

    `stated` are groups of ids for one thing. A name that documents give to several CVE ids goes under none of them: it
    keeps an id of its own, shared with what is known by no CVE id itself, and covers them.
    """
    groups = [tuple(dict.fromkeys(map(str.upper, filter(None, group)))) for group in stated]
    written: dict[str, set[str]] = defaultdict(set)
    for group in stated:
        for name in filter(None, group):
            written[name.upper()].add(name)
    # By key, the CVE ids that documents give to it by themselves
    direct: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        for key in group:
            if not _CVE.fullmatch(key):
                direct[key].update(filter(_CVE.fullmatch, group))
    found: dict[str, Identity] = {}
    for members in _joined(groups, direct):
        found |= _identified(members, direct, groups, written)
    found |= {key: Identity(id=key) for key in written if key not in direct}
    return {name: found[key] for key, names in written.items() for name in names if not _CVE.fullmatch(name)}


def _joined(groups: Iterable[Sequence[str]], among: Iterable[str]) -> list[list[str]]:
    """Join what stands together in a group, and what that stands with; of the names in `among` alone."""
    leader = {key: key for key in among}

    def lead(key: str) -> str:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for group in groups:
        inside = [key for key in group if key in leader]
        for key in inside[1:]:
            leader[lead(key)] = lead(inside[0])
    sets: dict[str, list[str]] = defaultdict(list)
    for key in leader:
        sets[lead(key)].append(key)
    return list(sets.values())


def _identified(
    members: Sequence[str],
    direct: Mapping[str, set[str]],
    groups: Sequence[Sequence[str]],
    written: Mapping[str, set[str]],
) -> dict[str, Identity]:
    """Give the names of one set their identities: one CVE id is that of all, several are told apart."""
    cves = set().union(*(direct[key] for key in members))
    if len(cves) == 1:
        return dict.fromkeys(members, Identity(id=next(iter(cves))))
    if not cves:
        return dict.fromkeys(members, Identity(id=_first(members, written)))
    sure = {key: Identity(id=next(iter(direct[key]))) for key in members if len(direct[key]) == 1}
    open_ = [key for key in members if key not in sure]
    within = set(open_)
    near = [group for group in groups if within & set(group)]
    for part in _joined(near, open_):
        covered = set().union(*(direct[key] for key in part)) or cves
        sure |= dict.fromkeys(part, Identity(id=_first(part, written), covers=tuple(sorted(covered))))
    return sure


def _first(keys: Iterable[str], written: Mapping[str, set[str]]) -> str:
    """Choose the id of names without a CVE id; of spellings the first in the order of texts."""
    key = min(keys, key=lambda one: (not one.startswith(_FIRST), one))
    return min(written[key])


STATED = Query(
    name="ids that documents state as aliases",
    tables=("described", "advisory", "source", "statement", "noticed"),
    columns=("vulnerability", "aliases", "record", "withdrawn"),
    sql=f"""
WITH {DOCUMENT_NOW}, {RECORD_NOW}
SELECT DISTINCT d.vulnerability, CASE WHEN a.category = 'recall' THEN '' WHEN r.sha256 <> d.sha256 THEN ''
  WHEN r.sha256 IS NULL AND a.place_in_line > 1 THEN '' ELSE d.aliases END AS aliases, d.record, d.withdrawn
FROM described d JOIN document_now a ON a.sha256 = d.sha256
LEFT JOIN record_now r ON r.record = d.record AND r.category = a.category
WHERE d.aliases <> '' OR d.vulnerability NOT LIKE 'CVE-%'
UNION
SELECT vulnerability, '', '', false FROM statement WHERE vulnerability NOT LIKE 'CVE-%'
UNION
SELECT vulnerability, '', '', false FROM noticed WHERE vulnerability NOT LIKE 'CVE-%' AND vulnerability <> ''
ORDER BY 1, 2, 3, 4
""",
)
"""Every id that is no CVE id, with those that the latest edition of its document states beside it.

The event of a recall is no name of it: several share one.
"""

CALLED = Query(
    name="the id of a vulnerability by any of its names",
    tables=("vulnerability_name",),
    params=("name",),
    columns=("vulnerability",),
    sql="SELECT DISTINCT vulnerability FROM vulnerability_name WHERE same AND upper(name) = upper($name) ORDER BY 1",
)
