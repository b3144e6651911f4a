# SPDX-License-Identifier: Apache-2.0
"""What each source says of one vulnerability, side by side: score, dates, versions of ours; who counts, who differs."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadglass.fleet.queries import COMPONENTS_HERE
from leadglass.render.voices import label, standard
from leadglass.risk import load
from leadglass.risk.exploitation import point
from leadglass.risk.threats import counting, score
from leadglass.risk.trust import Trust
from leadglass.services.ledger.opinions import chosen, fate, words
from leadglass.services.ledger.view import View
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row
from leadglass.values.sources import Voice
from leadglass.vulnerabilities.opinions import RANGES_OF_RECORD, RANGES_STATED

_FOUND = ("affected", "unknown", "not affected", "not among them")
_STATUS = {"not_affected": "not affected", "fixed": "repaired", "under_investigation": "looked into"}
_MOST_VERSIONS = 4
_MOST_RANGES = 8
_COUNTS = {"severity": "score", "description": "text", "dates": "dates", "range": "versions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The sources of one vulnerability. `said`: one row per source; `ranges`: one per component and source.

    `differences` are sentences; `order` says by which line of the order of trust, called `trust`, a word counts.
    """

    said: tuple[Row, ...]
    ranges: tuple[Row, ...]
    differences: tuple[str, ...]
    order: tuple[str, ...]
    trust: str
    documents: tuple[Row, ...]


def sides(view: View, vulnerability: str) -> Sides:
    """Lay the words of all sources about a vulnerability side by side."""
    trust = load(view.house.weighing).trust
    documents = words(view, [vulnerability])[vulnerability]
    voices = [word for word in documents if word["kind"] in set(Voice)]
    counts = dict(chosen(voices, trust))
    _, scored = counting(trust.ranked("severity", [word for word in voices if not word["withdrawn"]]))
    if scored:
        counts["severity"] = scored
    ranges = _ranges(view, vulnerability, trust)
    said = tuple(_said(word, counts) for word in trust.ranked("severity", _shown(voices, scored)))
    return Sides(
        said=said,
        ranges=ranges,
        differences=tuple(_differences(said, ranges)),
        order=tuple(_order(counts, ranges, trust)),
        trust=trust.label,
        documents=tuple(documents),
    )


def _shown(voices: Iterable[Row], scored: Row | None) -> Iterator[Row]:
    """Leave out what NVD carries of a source that speaks for itself, and what a newer version replaced."""
    voices = list(voices)
    themselves = {word["kind"] for word in voices if not word["carried"] and word["vectors"]}
    for word in voices:
        if word is scored or (word["current"] and not (word["carried"] and word["kind"] in themselves)):
            yield word


def _said(word: Row, counts: Mapping[str, Row]) -> Row:
    measured = next(filter(lambda one: one.score is not None, map(score, word["vectors"].split())), None)
    return {
        "publisher": word["publisher"],
        "kind": word["kind"],
        "name": word["name"],
        "score": measured.score if measured else None,
        "severity": measured.severity if measured else "",
        "vector": measured.vector if measured else "",
        "exploitation": "active" if word["exploited"] else point(word["ssvc"]),
        "published": word["published"],
        "modified": word["modified"],
        "state": fate(word),
        "counts": [said for name, said in _COUNTS.items() if counts.get(name) is word],
        "description": word["description"] or word["title"],
        "document": word["document"],
        "sha256": word["sha256"],
        "place": word["place"],
    }


def _ranges(view: View, vulnerability: str, trust: Trust) -> tuple[Row, ...]:
    """Say which versions each source names of the components at hand, and whether ours is among them."""
    rows = [
        {
            **_part(row), "publisher": "NVD", "kind": Voice.NVD.value, "versions": _some(row["ranges"]),
            "here": _FOUND[3 if row["found"] is None else row["found"]], "sha256": row["sha256"], "place": row["place"],
        }
        for row in view.ask(RANGES_OF_RECORD, vulnerability=vulnerability)
    ]  # fmt: skip
    stated: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in view.ask(RANGES_STATED, vulnerability=vulnerability):
        if not row["outcome"].startswith(("not applied: a newer", "not applied: the record")):
            stated[row["component_id"], row["kind"], row["publisher"], row["sha256"]].append(row)
    rows += [_stated(group) for group in stated.values()]
    if view.scope.sites is not None:
        wanted = wanted_texts("id", {row["component_id"] for row in rows})
        here = {row["component_id"] for row in view.ask(COMPONENTS_HERE, wanted=wanted)}
        rows = [row for row in rows if row["component_id"] in here]
    rows.sort(key=lambda row: (row["component"].lower(), row["version"], row["component_id"]))
    first: dict[str, Row] = {}
    for row in trust.ranked("range", rows):
        first.setdefault(row["component_id"], row)
    return tuple({**row, "counts": first[row["component_id"]] is row} for row in rows)


def _some(ranges: Iterable[str]) -> str:
    """Say the versions of a record in words: ranges first, and of single versions, which may be hundreds, some."""
    told = sorted(ranges, key=lambda text: (" " not in text, text))
    more = f" and {len(told) - _MOST_RANGES} more" if len(told) > _MOST_RANGES else ""
    return " or ".join(told[:_MOST_RANGES]) + more


def _part(row: Row) -> Row:
    return {"component_id": row["component_id"], "component": row["component"] or "the device itself",
            "version": row["version"]}  # fmt: skip


def _stated(group: Sequence[Row]) -> Row:
    """Bring what one document says of one component to a row; what speaks of our version outweighs what does not."""
    telling = max(row["value"] for row in group)
    rows = [row for row in group if row["value"] == telling]
    worst = next((row for row in rows if row["status"] == "affected"), rows[0])
    here = (
        _FOUND[3]
        if telling == 0
        else _FOUND[1]
        if telling == 1
        else _STATUS.get(worst["status"], worst["status"])
    )
    same = [row for row in rows if row["status"] == worst["status"]]
    who = worst["publisher"] or worst["record"].partition("-")[0] or worst["kind"].upper()
    return {
        **_part(worst), "publisher": who, "kind": worst["kind"],
        "versions": " or ".join(dict.fromkeys(map(_versions, same))), "here": here, "sha256": worst["sha256"],
        "place": worst["place"],
    }  # fmt: skip


def _versions(row: Row) -> str:
    """Say the versions of a statement in words."""
    told = [
        " ".join(filter(None, (_bound(one, "lower", ">"), _bound(one, "upper", "<")))) or "every version"
        for one in json.loads(row["ranges"])
    ]
    listed = json.loads(row["versions"])
    more = f" and {len(listed) - _MOST_VERSIONS} more" if len(listed) > _MOST_VERSIONS else ""
    told += [", ".join(listed[:_MOST_VERSIONS]) + more] if listed else []
    return " or ".join(told) or row["text"] or row["named"]


def _bound(one: Mapping[str, object], end: str, sign: str) -> str:
    if not one[end]:
        return ""
    return f"{sign}{'=' if one[f'{end}_included'] else ''} {one[end]}"


def _differences(said: Sequence[Row], ranges: Sequence[Row]) -> Iterator[str]:
    """Say where sources differ: in the score, in what became of it, in whether ours is affected."""
    scored = [row for row in said if row["score"] is not None]
    if len({row["score"] for row in scored}) > 1:
        yield (
            "Scores differ: "
            + ", ".join(f"{label(row)} {row['score']} ({standard(row['vector'])})" for row in scored)
            + "."
        )
    over = [row for row in said if row["state"] in {"rejected", "withdrawn"}]
    if over and len(over) < len(said):
        yield f"{', '.join(label(row) for row in over)}: {over[0]['state']}; the others still speak of it."
    for component in dict.fromkeys(row["component_id"] for row in ranges):
        rows = [row for row in ranges if row["component_id"] == component]
        if len({row["here"] for row in rows}) > 1:
            told = "; ".join(f"{label(row)}: {row['here']}" for row in rows)
            yield f"They differ about {rows[0]['component']} {rows[0]['version']}".rstrip(" -") + f": {told}."


def _order(counts: Mapping[str, Row], ranges: Sequence[Row], trust: Trust) -> Iterator[str]:
    """Say by which line of the order each word counts."""
    first = next((row for row in ranges if row["counts"]), None)
    telling = {**counts, **({"range": first} if first else {})}
    for name, said in ((name, telling[name]) for name in _COUNTS if name in telling):
        kind = said["kind"]
        place, last = trust.place(name, kind), len(trust.orders[name])
        yield f"{_COUNTS[name].capitalize()}: {said['publisher']}; {kind} is {place} of {last} in '{name}'."
