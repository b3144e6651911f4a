# SPDX-License-Identifier: Apache-2.0
"""Vulnerabilities completed for a listing: what each source says of one, and whose word counts for what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from leadglass.risk import Policies, assess, load
from leadglass.risk.queries import THREATS_OF
from leadglass.risk.ssvc import OUTCOME
from leadglass.risk.trust import Trust
from leadglass.services.ledger.view import View
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row
from leadglass.values.sources import Voice
from leadglass.vulnerabilities.opinions import OPINIONS

_AT_ONCE = 5_000  # what documents say of so many is held at a time
_CARRIED = {Voice.CNA: "the CNA, as NVD has it", Voice.ADP: "CISA, as NVD has it"}
_WEIGHED = (
    "cvss", "severity", "vector", "scored_by", "exploitation", "exploitation_why", "sentence", "known_exploited",
    "ransomware", "epss",
)  # fmt: skip


def complete(view: View, rows: list[Row]) -> list[Row]:
    """Bring vulnerabilities to their contract: aliases, dates, state, scores, and each source with its place."""
    if not rows:
        return []
    policies = load(view.house.weighing)
    made: list[Row] = []
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        said = words(view, [row["id"] for row in part])
        weighed = _weighed(view, [row["id"] for row in part if not row["severity"]], policies)
        made += (
            completed({**row, **weighed.get(row["id"], {})}, said[row["id"]], policies.trust) for row in part
        )
    return made


def words(view: View, ids: Sequence[str]) -> Mapping[str, list[Row]]:
    """Give what documents say of vulnerabilities, by id, the latest first; times are in UTC."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in view.ask(OPINIONS, wanted=wanted_texts("id", ids)) if ids else ():
        found[row["vulnerability"]].append({**row, "publisher": _who(row)})
    return found


def state(said: Iterable[Row]) -> str:
    """Say what became of a vulnerability: rejected by NVD or its CNA, disputed, or withdrawn by all databases."""
    current = [word for word in said if word["current"] and word["kind"] in set(Voice)]
    if any(word["withdrawn"] and word["kind"] in {Voice.NVD, Voice.CNA} for word in current):
        return "rejected"
    if any(word["disputed"] for word in current):
        return "disputed"
    return "withdrawn" if current and all(word["withdrawn"] for word in current) else ""


def fate(word: Row) -> str:
    """Say what became of one source's word."""
    if word["withdrawn"]:
        return "rejected" if word["kind"] in {Voice.NVD, Voice.CNA, Voice.ADP} else "withdrawn"
    return "disputed" if word["disputed"] else ""


def chosen(said: Sequence[Row], trust: Trust) -> Mapping[str, Row]:
    """Choose by the order of trust whose description and dates count; what was withdrawn is heard last."""
    voices = [word for word in said if word["current"] and word["kind"] in set(Voice) and not word["carried"]]
    voices.sort(key=lambda word: word["withdrawn"])
    live = [word for word in voices if not word["withdrawn"]] or voices
    made: dict[str, Row] = {}
    for statement, stated in (
        ("description", ("description", "title")),
        ("dates", ("published", "modified")),
    ):
        told = [word for word in live if any(word[name] for name in stated)]
        if told:
            made[statement] = trust.ranked(statement, told)[0]
    return made


def _who(row: Row) -> str:
    """Name who speaks: the publisher, or the database by the beginning of its ids."""
    if row["carried"]:
        return _CARRIED[row["kind"]]
    return str(row["publisher"] or row["name"].partition("-")[0] or row["kind"])


def _weighed(view: View, ids: Sequence[str], policies: Policies) -> Mapping[str, Row]:
    """Weigh what no finding rests on: nothing of it stands in the snapshot."""
    if not ids:
        return {}
    threats = (
        assess(row, policies.weaknesses, policies.trust)
        for row in view.ask(THREATS_OF, wanted=wanted_texts("id", ids))
    )
    return {threat.vulnerability: {name: getattr(threat, name) for name in _WEIGHED} for threat in threats}


def completed(row: Row, said: Sequence[Row], trust: Trust) -> Row:
    """Complete one row of the listing by what documents say of it."""
    counts = chosen(said, trust)
    told, dated = counts.get("description", {}), counts.get("dates", {})
    return {
        "id": row["id"],
        "aliases": row["aliases"],
        "covers": row["covers"],
        "part_of": row["part_of"],
        "state": state(said),
        "title": told.get("title", ""),
        "description": told.get("description", ""),
        "published": dated.get("published"),
        "modified": dated.get("modified"),
        "affected": row["affected"],
        "unknown": row["unknown"],
        "not_affected": row["not_affected"],
        "fixed": row["fixed"],
        "outcome": OUTCOME[row["urgency"]] if row["urgency"] is not None else "",
        **{name: row[name] for name in _WEIGHED},
        "sources": list(_sources(said)),
    }


def _sources(said: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Name the documents that speak of it, each in its newest version, the latest first."""
    for word in said:
        if word["current"] and not word["carried"]:
            yield {
                "publisher": word["publisher"],
                "kind": word["kind"],
                "name": word["name"],
                "state": fate(word),
                "modified": word["modified"],
                "sha256": word["sha256"],
                "place": word["place"],
            }
