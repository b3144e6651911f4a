# SPDX-License-Identifier: Apache-2.0
"""News: what moved between two snapshots for these devices, why, and who is to be told.

A finding that is no longer there is *repaired* only where something says so: another version that no record names,
a record that was withdrawn or narrowed, a statement. Else it is *gone*, and that is no good news.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from leadglass.planning.act import accountable
from leadglass.planning.news import BORNE, FATES, MOVED, STANDS, TOLD_OF, WEIGHTS
from leadglass.services.ledger.earlier import earlier
from leadglass.services.ledger.updates import with_repairs
from leadglass.services.ledger.view import View
from leadglass.services.ledger.why import why
from leadglass.values.news import OPEN, News, NewsItem, Turn
from leadglass.values.query import Query
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row
from leadglass.values.snapshot import Manifest
from leadglass.values.tables import Column, Table
from leadglass.vulnerabilities.offers import END_OF_SUPPORT, UPDATE

_GRAVITY = ("affected", "unknown", "not_affected", "fixed", "")
_EARLIER = {"earlier": STANDS, "earlier_device": BORNE, "earlier_weight": WEIGHTS}
_OF_ENDED = ("id", "device_id", "component_id", "component", "record_product", "vulnerability")
_ENDED = Table(name="ended", writer="given", meaning="", sort=(),
               columns=tuple(Column(name, "text") for name in _OF_ENDED))  # fmt: skip


def news(view: View, since: str = "") -> News:
    """Compare the current snapshot with the one before it, or with `since`: the id of a snapshot, or a day.

    StateError where there is nothing to compare with; NotFoundError for a snapshot that is no longer kept.
    """
    return between(view, *earlier(view.house, since))


def between(view: View, before: Manifest, after: Manifest) -> News:
    """Compare two snapshots."""
    then, now = replace(view, snapshot=before), replace(view, snapshot=after)
    moved = now.ask(MOVED, **{name: _stood(then, name, query) for name, query in _EARLIER.items()})
    renamed = now.moved_on([row["id"] for row in moved if not row["after"]])
    moved = [*_as_one(moved, renamed)]
    told_now = _told(now, [row["id"] for row in moved if row["after"]])
    told_then = _told(then, [row["id"] for row in moved if row["after"] not in OPEN])
    fates = _fates(now, [told_then[row["id"]] for row in moved if row["after"] not in OPEN])
    items = _joined(moved, told_now, told_then, fates)
    return News(
        before=before.id, before_at=before.made_at, after=after.id, after_at=after.made_at,
        items=tuple(sorted(items, key=_order([*told_now, *told_then]))),
    )  # fmt: skip


def _stood(then: View, name: str, query: Query) -> tuple[Table, Any]:
    """Give a relation of the earlier snapshot, as columns."""
    table = Table(name=name, writer="given", meaning="", sort=(),
                  columns=tuple(Column(column, "text") for column in query.columns))  # fmt: skip
    return table, then.house.tables.relation(query, then.scope, snapshot=then.snapshot)


def _as_one(moved: Sequence[Row], renamed: Mapping[str, str]) -> Iterator[Row]:
    """Tell what goes by another id now once: under the new one where it stands, and not at all where nothing else moved."""
    was = {renamed[row["id"]]: row for row in moved if row["id"] in renamed}
    there = {row["id"] for row in moved if row["after"]}
    for row in moved:
        before = was.get(row["id"])
        if renamed.get(row["id"]) in there:
            continue
        if before is None or row["before"] or row["after"] not in OPEN:
            yield row
        elif (before["before"], before["outcome_before"]) != (row["after"], row["outcome"]):
            yield {**row, "before": before["before"], "outcome_before": before["outcome_before"]}


def _order(ranked: Sequence[str]) -> Callable[[NewsItem], tuple[int, int]]:
    """Order by turn, then by urgency."""
    turns, ranks = list(Turn), {name: rank for rank, name in reversed(list(enumerate(ranked)))}
    return lambda item: (turns.index(item.turn), ranks[item.finding])


def _told(view: View, ids: Sequence[str]) -> dict[str, Row]:
    """Give what a snapshot tells of findings, in the order of urgency."""
    wanted = wanted_texts("id", ids)
    return {row["id"]: row for row in with_repairs(view, view.ask(TOLD_OF, wanted=wanted))} if ids else {}


def _fates(view: View, ended: Sequence[Row]) -> dict[str, Row]:
    rows = [{name: row[name] for name in _OF_ENDED} for row in ended]
    return {row["id"]: row for row in view.ask(FATES, ended=(_ENDED, rows))} if rows else {}


def _joined(
    moved: Sequence[Row], now: Mapping[str, Row], then: Mapping[str, Row], fates: Mapping[str, Row]
) -> list[NewsItem]:
    """Make an item of each move. A component's new version takes over what its old one left: one matter, told once."""
    left = _left(moved, then, fates)
    items, taken_over = list[NewsItem](), set[tuple[str, str]]()
    for move in moved:
        row = now.get(move["id"])
        if row is None or move["after"] not in OPEN:
            continue
        matter = (row["device_id"], row["vulnerability"])
        heir = left.get(matter) if not move["before"] and row["vulnerability"] else None
        if heir:
            taken_over.add(matter)
        items.append(_opened(move, row, heir))
    for move in moved:
        if move["after"] in OPEN:
            continue
        row, fate = then[move["id"]], fates[move["id"]]
        if fate["still"] and (row["device_id"], row["vulnerability"]) in taken_over:
            continue
        items.append(_closed(move, row, now.get(move["id"]), fate))
    return items


def _left(
    moved: Sequence[Row], then: Mapping[str, Row], fates: Mapping[str, Row]
) -> dict[tuple[str, str], tuple[Row, Row]]:
    """Give the gravest finding that ended per device and vulnerability, where the device is still not clear of it."""
    left: dict[tuple[str, str], tuple[Row, Row]] = {}
    for move in moved:
        if move["after"] in OPEN or not fates[move["id"]]["still"]:
            continue
        row = then[move["id"]]
        known = left.setdefault((row["device_id"], row["vulnerability"]), (move, row))
        if _GRAVITY.index(move["before"]) < _GRAVITY.index(known[0]["before"]):
            left[row["device_id"], row["vulnerability"]] = (move, row)
    return left


def _opened(move: Row, row: Row, heir: tuple[Row, Row] | None) -> NewsItem:
    """Tell of a finding that is open now."""
    said = why(row)
    if heir:
        move = {
            **move,
            "before": heir[0]["before"],
            "outcome_before": heir[0]["outcome_before"],
        }
        said = f"Before: {_named(heir[1])}. {said}"
    elif move["before"] == move["after"]:
        said = f"It was {move['outcome_before']} and is {move['outcome']} now. {said}"
    turn = Turn.CHANGED if move["before"] == move["after"] else Turn(move["after"])
    if turn is Turn.AFFECTED and row["kind"] == UPDATE:
        turn = Turn.UPDATE
    return _item(turn, move, row, said)


def _closed(move: Row, then: Row, now: Row | None, fate: Row) -> NewsItem:
    """Tell of a finding that is open no more: repaired, gone, or the device is still not clear of it."""
    if fate["device_state"] in {"", "retired"}:
        what = "is retired" if fate["device_state"] else "is no longer among those that inventories list"
        return _item(Turn.GONE, move, then, f"The device {what}.")
    if fate["still"]:
        said = f"{_named(then)} is no longer the reason, but another part of the device is: {fate['still']}."
        return _item(Turn.CHANGED, move, then, said)
    if now is not None:
        return _item(Turn.REPAIRED, move, now, why(now))
    turn, said = _ending(then, fate)
    return _item(turn, move, then, said)


def _ending(then: Row, fate: Row) -> tuple[Turn, str]:
    """Say why a finding is no longer there, and whether that is a repair."""
    if then["kind"] in {UPDATE, END_OF_SUPPORT}:
        return _settled(then, fate)
    if then["kind"] != "vulnerability":
        return Turn.REPAIRED, f"What was missing is known now: {then['missing'] or then['rule']}."
    return _repaired(then, fate)


def _repaired(then: Row, fate: Row) -> tuple[Turn, str]:
    """Say why a vulnerability is no longer there."""
    name, component = then["vulnerability"], _named(then)
    if fate["record_state"] == "Rejected":
        return Turn.REPAIRED, f"The record {name} was withdrawn: its latest version is marked as rejected."
    if not fate["is_told"]:
        return Turn.GONE, f"No document at hand names a product for {name} any more. Nothing shows a repair."
    if fate["is_listed"]:
        return Turn.REPAIRED, f"What documents say of {name} now does not name {component}."
    if fate["instead"]:
        return (
            Turn.REPAIRED,
            f"{fate['instead']} stands in place of {component}, and {name} does not name it.",
        )
    return Turn.GONE, f"{component} is no longer listed on the device. Nothing shows a repair."


def _settled(then: Row, fate: Row) -> tuple[Turn, str]:
    """Say why an update, or an end of support, is no longer told: installed, or no document says so any more."""
    if fate["instead"]:
        return Turn.REPAIRED, f"{fate['instead']} stands in place of {_named(then)}."
    if fate["is_listed"]:
        return Turn.GONE, f"No document at hand says so any more: {then['rule']}."
    return Turn.GONE, f"{_named(then)} is no longer listed on the device. Nothing shows a repair."


def _named(row: Row) -> str:
    return f"{row['component']} {row['version']}".removesuffix(" -").strip() or str(row["product"])


def _item(turn: Turn, move: Row, row: Row, said: str) -> NewsItem:
    told = {
        name: row[name]
        for name in ("device_id", "site", "room", "product", "component", "version", "vulnerability", "document",
                     "sha256", "place", "action", "decision")
    }  # fmt: skip
    return NewsItem(
        turn=turn, finding=move["id"], before=move["before"], after=move["after"],
        outcome_before=move["outcome_before"], outcome=move["outcome"], device=row["device"] or row["device_id"],
        why=said.strip(), accountable=accountable(row["deed"], row["maker"], row["servicer"]), **told,
    )  # fmt: skip
