# SPDX-License-Identifier: Apache-2.0
"""The overview of a page: the same answers as the morning's report, summed by the tables and not device by device."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from leadglass import __version__
from leadglass.planning.orders import KIND as OF_ORDERS
from leadglass.planning.overview import AGENDA, AREAS, KNOWN
from leadglass.planning.queries import PLACES
from leadglass.services.ledger.cards import action_card, question_card
from leadglass.services.ledger.listings import LISTINGS, Wanted, page
from leadglass.services.ledger.status import Freshness, counted, freshness
from leadglass.services.ledger.view import View
from leadglass.values.overview import (
    Anchor,
    Coverage,
    FeedState,
    Headline,
    HeatCell,
    Overview,
    SiteTally,
    State,
)
from leadglass.values.scope import Row

SOON = timedelta(days=7)
_FIRST, _QUESTIONS = 3, 5
_WORST_FIRST = (State.ACT_NOW, State.CONTAIN, State.PLAN, State.UNKNOWN, State.WATCH, State.SETTLED)
OPEN = "act_now,contain,plan,watch,unknown"
"""The states of actions that are not settled, as a filter."""


def glance(view: View) -> Overview:
    """Gather the overview: the first actions and questions, sums of all else; no device by itself.

    StateError before the first assessment.
    """
    (agenda,) = view.ask(AGENDA, today=view.today, soon=view.today + SOON)
    (known,) = view.ask(KNOWN)
    counts = counted(view, "documents")
    actions = page(view, LISTINGS["actions"], Wanted(count=_FIRST, state=OPEN))
    questions = page(view, LISTINGS["questions"], Wanted(count=_QUESTIONS))
    told = freshness(view)
    areas = view.ask(AREAS)
    manifest = view.snapshot or view.house.tables.current()
    return Overview(
        organisation=view.house.organisation or "Imaging fleet",
        as_of=view.moment,
        release=__version__,
        snapshot=manifest.id if manifest else "",
        sites=tuple(dict.fromkeys(row["site"] for row in areas)),
        coverage=Coverage(
            total=known["total"],
            judged=known["judged"],
            partly=known["total"] - known["judged"] - known["blind"],
            blind=known["blind"],
            components=counts["components"],
            unnamed=counts["components_unnamed"],
        ),
        findings={name: counts[name] for name in ("affected", "unknown", "not_affected")},
        headlines=_headlines(agenda, known, counts, questions.rows, told),
        cells=_cells(areas),
        tallies=_tallies(areas),
        feeds=told.feeds,
        actions=tuple(action_card(row) for row in actions.rows),
        actions_total=agenda["open"],
        questions=tuple(question_card(row, rank) for rank, row in enumerate(questions.rows, 1)),
        questions_total=questions.total,
        devices=(),
        devices_total=known["total"],
        sources=(),
        sources_total=counts["documents"],
        remarks=(),
        remarks_total=0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The sites and the modalities of the devices that a view sees."""

    sites: tuple[str, ...]
    modalities: tuple[str, ...]


def places(view: View) -> Places:
    """Give the sites and modalities that there are; none before the first assessment."""
    if (view.snapshot or view.house.tables.current()) is None:
        return Places(sites=(), modalities=())
    rows = view.ask(PLACES)
    return Places(
        sites=tuple(dict.fromkeys(row["site"] for row in rows)),
        modalities=tuple(sorted({row["modality"] for row in rows if row["modality"]})),
    )


def _headlines(
    agenda: Row, known: Row, counts: Row, questions: Sequence[Row], told: Freshness
) -> tuple[Headline, ...]:
    """The four answers: act today, clocks that run out, what is unknown, are the feeds fresh."""
    stale = [feed for feed in told.feeds if feed.state is not FeedState.FRESH]
    late = f", {agenda['late']:,} of them late." if agenda["late"] else ", none is late."
    return (
        Headline(
            name="Act today",
            number=agenda["now"],
            anchor=Anchor.ACTIONS,
            state=State.ACT_NOW if agenda["now"] else State.SETTLED,
            sentence=f"{_deeds(agenda['now'])} on {agenda['now_devices']:,} devices cannot wait."
            if agenda["now"]
            else "Nothing has to be contained today.",
        ),
        Headline(
            name="Clocks that run out",
            number=agenda["due"],
            anchor=Anchor.CLOCKS,
            state=State.CONTAIN if agenda["due"] else State.SETTLED,
            sentence=f"{_deeds(agenda['due'])} are due within {SOON.days} days{late}"
            if agenda["due"]
            else f"Nothing is due within {SOON.days} days.",
        ),
        Headline(
            name="What is unknown",
            number=counts["unknown"],
            anchor=Anchor.QUESTIONS,
            state=State.UNKNOWN if counts["unknown"] else State.SETTLED,
            sentence=_unknown(known, questions),
        ),
        Headline(
            name="Are the feeds fresh",
            number=len(stale),
            anchor=Anchor.FEEDS,
            state=State.CONTAIN if told.warnings else State.SETTLED,
            sentence=" ".join(told.warnings) or "All feeds are fresh.",
        ),
    )


def _unknown(known: Row, questions: Sequence[Row]) -> str:
    """Say what cannot be judged, and what the first answer settles of it; what a work order asks is another matter."""
    if not questions:
        return "No question is open."
    facts = [row for row in questions if row["kind"] != OF_ORDERS]
    first = f"; the first question settles {facts[0]['settles']:,} of them" if facts else ""
    return f"findings on {known['waiting']:,} of {known['total']:,} devices cannot be judged{first}."


def _deeds(number: int) -> str:
    return "1 action" if number == 1 else f"{number:,} actions"


def _cells(areas: Sequence[Row]) -> tuple[HeatCell, ...]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in areas:
        if row["devices"]:
            groups[row["site"], row["modality"] or "?"].append(row)
    made = []
    for (site, modality), rows in sorted(groups.items()):
        counts = {State(row["state"]): row["devices"] for row in rows}
        made.append(
            HeatCell(
                site=site,
                modality=modality,
                devices=sum(counts.values()),
                worst=next(state for state in _WORST_FIRST if counts.get(state)),
                counts=counts,
                unknown=sum(row["unknown"] for row in rows),
            )
        )
    return tuple(made)


def _tallies(areas: Sequence[Row]) -> tuple[SiteTally, ...]:
    sites: dict[str, dict[State, int]] = defaultdict(dict)
    for row in areas:
        state = State(row["state"])
        counts = sites[row["site"]]
        if row["findings"]:
            counts[state] = counts.get(state, 0) + row["findings"]
    return tuple(SiteTally(site=site, counts=counts) for site, counts in sorted(sites.items()))
