# SPDX-License-Identifier: Apache-2.0
"""The clocks of one device as a part of its page: actions, decisions, ends of support, days that inventories state."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leadglass.render import charts, clocks
from leadglass.render.clocks import Clock
from leadglass.values.overview import State
from leadglass.values.people import Decision
from leadglass.values.scope import Row
from leadglass.web.pages import thing
from leadglass.web.pages.thing import Part

_ANY = gettext_noop("the clock of its outcome")
_SET_BY = {
    "immediate": gettext_noop("the clock of the outcome immediate"),
    "out-of-cycle": gettext_noop("the clock of the outcome out-of-cycle"),
    "scheduled": gettext_noop("the clock of the outcome scheduled"),
    "defer": gettext_noop("the clock of the outcome defer"),
}
"""Who set the days of an action, by its outcome."""


def part(
    actions: Sequence[Row],
    decided: Sequence[Decision],
    supported: Sequence[Row],
    facts: Sequence[Row],
    today: date,
) -> Part:
    """Show what is late and what runs out next, in a picture with its table."""
    told = [*_actions(actions), *_decisions(decided), *_supports(supported), *_stated(facts)]
    heading = _("Clocks")
    if not told:
        lead = _(
            "No clock runs, and nobody says when its support, its contract or its maintenance ends or is due."
        )
        return Part(ident="clocks", heading=heading, lead=lead)
    return Part(
        ident="clocks",
        heading=heading,
        body=thing.picture(
            clocks.clocks("clocks-wide", told, today),
            clocks.clocks("clocks-narrow", told, today, width=charts.NARROW),
        ),
    )


def _actions(actions: Iterable[Row]) -> Iterator[Clock]:
    """Give the days by which open actions are due; what is decided about has no clock but the decision's."""
    for row in actions:
        if row["state"] != "open":
            continue
        for what, key, running, late in (
            (_("triage"), "due_triage", State.WATCH, State.CONTAIN),
            (_("containment"), "due_contain", State.CONTAIN, State.ACT_NOW),
            (_("remedy"), "due_remedy", State.PLAN, State.CONTAIN),
        ):
            if row[key]:
                by = _(_SET_BY.get(row["outcome"], _ANY))
                yield Clock(
                    on=row[key], what=what, of=row["title"], by=by, running=running, late=late, due=True
                )


def _decisions(decided: Iterable[Decision]) -> Iterator[Clock]:
    """Give the last days of decisions that hold, or held: once over, what they covered is open again."""
    newest = {
        one.target: one for one in decided if not one.waits
    }  # a later one about the same takes its place
    for one in newest.values():
        if one.until:
            yield Clock(
                on=one.until, what=_("decision ends"), of=one.reason, by=one.owner,
                running=State.SETTLED, late=State.CONTAIN,
            )  # fmt: skip


def _supports(rows: Iterable[Row]) -> Iterator[Clock]:
    for row in rows:
        if row["until"]:
            yield Clock(
                on=row["until"], what=_("support ends"), of=row["part"], by=row["publisher"],
                running=State.SETTLED, late=State.CONTAIN,
            )  # fmt: skip


def _stated(facts: Iterable[Row]) -> Iterator[Clock]:
    """Give the days that inventories or people state of the device."""
    for what, field, running, late, due in (
        (_("maintenance due"), "next_pm", State.PLAN, State.CONTAIN, True),
        (_("contract ends"), "contract_end", State.SETTLED, State.WATCH, False),
        (_("warranty ends"), "warranty_end", State.SETTLED, State.WATCH, False),
    ):
        for fact in facts:
            on = _day(fact["value"]) if fact["field"] == field and fact["counts"] else None
            if on:
                by = str(fact["by"]).rpartition("/")[2]
                yield Clock(on=on, what=what, of="", by=by, running=running, late=late, due=due)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
