# SPDX-License-Identifier: Apache-2.0
"""The morning: the overview that the report shows, from one snapshot."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from leadglass import __version__
from leadglass.planning.orders import KIND as OF_ORDERS
from leadglass.planning.overview import STATES
from leadglass.services.ledger.bedside import sections
from leadglass.services.ledger.cards import action_card, question_card
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, page
from leadglass.services.ledger.status import Status, status
from leadglass.services.ledger.view import View
from leadglass.values.overview import (
    ActionCard,
    Anchor,
    Coverage,
    Headline,
    HeatCell,
    Overview,
    RemarkRow,
    SiteTally,
    SourceRow,
    State,
)  # fmt: skip
from leadglass.values.scope import Row

_MOST_ACTIONS, _MOST_QUESTIONS, _MOST_ROWS = 200, 50, 200
_WORST_FIRST = (State.ACT_NOW, State.CONTAIN, State.PLAN, State.UNKNOWN, State.WATCH, State.SETTLED)
_SOON = timedelta(days=7)


def overview(view: View) -> Overview:
    """Gather what the report shows. StateError before the first assessment."""
    devices = page(view, LISTINGS["devices"], Wanted(count=EVERYTHING)).rows
    actions = page(view, LISTINGS["actions"], Wanted(count=_MOST_ACTIONS))
    questions = page(view, LISTINGS["questions"], Wanted(count=_MOST_QUESTIONS))
    sources = page(view, LISTINGS["sources"], Wanted(count=_MOST_ROWS))
    remarks = page(view, LISTINGS["remarks"], Wanted(count=_MOST_ROWS))
    told = status(view)
    cards = tuple(action_card(row) for row in actions.rows)
    states = _states(view)
    used = [device for device in devices if device["state"] != "retired"]
    return Overview(
        organisation=view.house.organisation or "Imaging fleet",
        as_of=view.moment,
        release=__version__,
        snapshot=told.snapshot,
        sites=tuple(sorted({device["site"] for device in used})),
        coverage=_coverage(used, told.counts),
        findings={name: told.counts[name] for name in ("affected", "unknown", "not_affected")},
        headlines=_headlines(
            view, cards, told, [row for row in questions.rows if row["kind"] != OF_ORDERS], used
        ),
        cells=_cells(used, states),
        tallies=_tallies(used, states),
        feeds=told.feeds,
        actions=cards,
        actions_total=actions.total,
        questions=tuple(question_card(row, rank) for rank, row in enumerate(questions.rows, 1)),
        questions_total=questions.total,
        devices=sections(view, devices, states),
        devices_total=len(devices),
        sources=tuple(_source(row) for row in sources.rows),
        sources_total=sources.total,
        remarks=tuple(
            RemarkRow(document=r["document"], where=r["place"], why=r["why"]) for r in remarks.rows
        ),
        remarks_total=remarks.total,
    )


def _states(view: View) -> Mapping[str, dict[State, int]]:
    """Open findings of each device by state."""
    counted: dict[str, dict[State, int]] = defaultdict(dict)
    for row in view.ask(STATES):
        counted[row["device_id"]][State(row["state"])] = row["findings"]
    return counted


def worst(counts: Mapping[State, int]) -> State:
    """The worst state of a device: what is known to be wrong before what is unknown."""
    return next((state for state in _WORST_FIRST if counts.get(state)), State.SETTLED)


def _coverage(devices: Sequence[Row], counts: Row) -> Coverage:
    """A device is judged in full when its software list and its version are known; blind when nothing is."""
    knows = [set(device["knows"].split()) for device in devices]
    judged = sum(1 for words in knows if {"software", "version"} <= words)
    blind = sum(1 for words in knows if not words & {"software", "system", "hardware"})
    return Coverage(
        total=len(devices), judged=judged, partly=len(devices) - judged - blind, blind=blind,
        components=counts["components"], unnamed=counts["components_unnamed"],
    )  # fmt: skip


def _headlines(
    view: View, cards: Sequence[ActionCard], told: Status, questions: Sequence[Row], devices: Sequence[Row]
) -> tuple[Headline, ...]:
    """The four answers: act today, clocks that run out, what is unknown, are the feeds fresh."""
    now = [card for card in cards if card.state is State.ACT_NOW]
    touched = len({device.id for card in now for device in card.devices})
    due = [(d, card) for card in cards if card.state is not State.SETTLED
           for d in (card.due_contain or card.due_triage,) if d and d <= view.today + _SOON]  # fmt: skip
    late = sum(1 for d, _ in due if d < view.today)
    unsure = len({member["device_id"] for row in questions for member in row["about"]})
    stale = told.stale
    return (
        Headline(
            name="Act today", number=len(now), anchor=Anchor.ACTIONS, state=State.ACT_NOW if now else State.SETTLED,
            sentence=f"{_deeds(len(now))} on {touched} devices cannot wait." if now else "Nothing has to be contained today.",
        ),
        Headline(
            name="Clocks that run out", number=len(due), anchor=Anchor.CLOCKS, state=State.CONTAIN if due else State.SETTLED,
            sentence=f"{_deeds(len(due))} are due within 7 days" + (f", {late} of them late." if late else ", none is late.")
            if due else "Nothing is due within 7 days.",
        ),
        Headline(
            name="What is unknown", number=told.counts["unknown"], anchor=Anchor.QUESTIONS,
            state=State.UNKNOWN if told.counts["unknown"] else State.SETTLED,
            sentence=f"findings on {unsure} of {len(devices)} devices cannot be judged; the first question settles"
            f" {questions[0]['settles']} of them." if questions else "No question is open.",
        ),
        Headline(
            name="Are the feeds fresh", number=len(stale), anchor=Anchor.FEEDS, state=State.CONTAIN if stale else State.SETTLED,
            sentence=_feeds(told),
        ),
    )  # fmt: skip


def _deeds(number: int) -> str:
    return "1 action" if number == 1 else f"{number} actions"


def _feeds(told: Status) -> str:
    if not told.stale:
        return "All feeds are fresh."
    return " ".join(feed.sentence for feed in told.stale)


def _cells(devices: Sequence[Row], states: Mapping[str, dict[State, int]]) -> tuple[HeatCell, ...]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for device in devices:
        groups[device["site"], device["modality"] or "?"].append(device)
    cells = []
    for (site, modality), members in sorted(groups.items()):
        counts = Counter(worst(states.get(member["device_id"], {})) for member in members)
        unknown = sum(1 for member in members if states.get(member["device_id"], {}).get(State.UNKNOWN))
        first = next(state for state in _WORST_FIRST if counts.get(state))
        cells.append(
            HeatCell(
                site=site,
                modality=modality,
                devices=len(members),
                worst=first,
                counts=dict(counts),
                unknown=unknown,
            )
        )
    return tuple(cells)


def _tallies(devices: Sequence[Row], states: Mapping[str, dict[State, int]]) -> tuple[SiteTally, ...]:
    sites: dict[str, Counter[State]] = defaultdict(Counter)
    for device in devices:
        sites[device["site"]].update(states.get(device["device_id"], {}))
    return tuple(SiteTally(site=site, counts=dict(counts)) for site, counts in sorted(sites.items()))


def _source(row: Row) -> SourceRow:
    taken = ", ".join(f"{number:,} {what}" for what, number in row["taken"].items()) or "nothing"
    standard = " ".join(filter(None, (row["standard"], row["version"])))
    return SourceRow(
        sha256=row["sha256"], kind=row["kind"], standard=standard, name=row["name"], received=row["received"],
        taken=taken, remarks=row["remarks"],
    )  # fmt: skip
