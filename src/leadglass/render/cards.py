# SPDX-License-Identifier: Apache-2.0
"""What people must do, as HTML: actions in the shape of a card, clocks that run out, questions."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from leadglass.render.dates import distance
from leadglass.render.grid import command, details, mark, more, section, table
from leadglass.render.markup import Child, Markup, anchor, element, join, link, when
from leadglass.render.phrases import clocks, count, device_name, not_here, people_said, place, rooms, software
from leadglass.values.overview import ActionCard, Anchor, DeviceLine, Overview, QuestionCard

CARDS_SHOWN = 20
CLOCKS_SHOWN = 15

Tag = Callable[[DeviceLine], Child]
"""Names a device, linked where it is shown."""


def actions(view: Overview, known: frozenset[str]) -> Markup:
    """Show the actions in their order: the first as cards, the others as rows of a table.

    `known` are the ids of the devices that have a section on the page.
    """
    if not view.actions:
        said = "No action is open: nothing was found, or nothing was assessed yet (see the coverage above)."
        return section(Anchor.ACTIONS, "Actions", said, element("p", command("leadglass assess")))
    cards = view.actions[:CARDS_SHOWN]

    def tag(device: DeviceLine) -> Child:
        return link(device.id, device_name(device)) if device.id in known else device_name(device)

    lead = f"{count(view.actions_total, 'action')}, the most pressing first. One deed settles many findings."
    shown = element("ol", *(action(card, view.as_of, tag) for card in cards), class_="cards")
    rest = view.actions[CARDS_SHOWN:]
    missing = not_here(len(view.actions), view.actions_total, "action", "leadglass actions")
    return section(Anchor.ACTIONS, "Actions", lead, shown, _rest(rest, view.as_of), more(missing))


def action(card: ActionCard, as_of: date, tag: Tag, *, title: Child = None, whole: Child = None) -> Markup:
    """Show one action: deed and place, devices, what can happen, why these, who, and what else would do.

    `title` stands for the action's own, where it links; `whole` says where all of it is.
    """
    whole = whole or command(f"leadglass show {card.id}")
    head = element(
        "h3",
        element("span", title or card.title, class_="deed"),
        " ",
        element("span", place(card), class_="place"),
    )
    state = element("p", mark(card.state), " ", *_dates(card, as_of), class_="clocks")
    running = element("p", _tags(card.devices, tag), ". ", card.product, ", ", software(card.devices), ".")
    why = element("p", element("b", "Why these: "), " ".join(card.why)) if card.why else None
    duties = (element("span", element("b", f"{duty}: "), who) for duty, who in people_said(card))
    people = element("p", join(*duties, between=" "), class_="people")
    otherwise = (
        element("p", element("b", "Or: "), " - ".join(card.alternatives)) if card.alternatives else None
    )
    decided = element("p", element("b", "Decided: "), card.decision) if card.decision else None
    what = element("p", card.what, class_="what") if card.what else None
    body = (head, state, running, what, why, people, otherwise, decided)
    rank = element("span", card.rank, class_="rank")
    return element(
        "li",
        rank,
        element("div", element("div", *body), _evidence(card, tag, whole)),
        id=anchor(card.id),
        class_="card",
    )


def _dates(card: ActionCard, as_of: date) -> Iterator[Markup]:
    """Say the three clocks; a clock without a date is said too."""
    for name, due in clocks(card):
        if due is None:
            yield element("span", f"{name}: no date yet ", class_="dim")
        else:
            yield element("span", f"{name} ", when(due, as_of), f" ({distance(due, as_of)}) ")


def _tags(devices: Sequence[DeviceLine], tag: Tag) -> Markup:
    """Name the devices by room, each linked to its own section."""
    shown = 12
    parts = []
    for group, room in rooms(devices, shown):
        names = [tag(device) for device in group]
        last = join(" and ", names.pop()) if len(names) > 1 else None
        parts.append(join(join(*names, between=", "), last, room))
    if len(devices) > shown:
        parts.append(join(f"{len(devices) - shown} more"))
    return join(*parts, between=", ")


def _evidence(card: ActionCard, tag: Tag, whole: Child) -> Markup:
    """Hold what one asks next: the devices in full, why these dates, the id."""
    said = f"{count(card.findings, 'finding')}, {card.unknown:,} of them unknown for want of a fact."
    rows = ((tag(d), d.room, d.model, d.software, d.serial) for d in card.devices)
    head = ("Device", "Room", "Model", "Software", "Serial number")
    return details(
        "Devices, dates and findings",
        element("p", said, " ", card.clocks),
        table(head, rows, about=f"Devices of action {card.id}"),
        element("p", whole, class_="dim"),
    )


def _rest(cards: Sequence[ActionCard], as_of: date) -> Markup | None:
    """Show less pressing actions as rows."""
    if not cards:
        return None
    rows = (
        (card.rank, element("span", card.title, id=anchor(card.id)), mark(card.state), len(card.devices),
         card.modality, card.site, _next_due(card, as_of), card.accountable)
        for card in cards
    )  # fmt: skip
    head = ("Rank", "Action", "State", "Devices", "Modality", "Site", "Next date", "Who")
    return table(head, rows, about="Less pressing actions")


def _next_due(card: ActionCard, as_of: date) -> Child:
    """Show the first date that comes."""
    due = min((d for _, d in clocks(card) if d), default=None)
    return when(due, as_of) if due else "no date yet"


def clock_list(view: Overview) -> Markup:
    """Show the dates that come first, over all actions and clocks."""
    due = sorted(
        ((d, card.rank, name, card) for card in view.actions for name, d in clocks(card) if d),
        key=lambda item: item[:3],
    )
    waiting = sum(card.due_remedy is None for card in view.actions)
    lead = f"{count(len(due), 'date')} run; the first ones are these." if due else "No clock is running."
    if waiting:
        lead += f" {count(waiting, 'action')} without a remedy's date: it starts when the maker approves one."
    rows = (
        (
            when(d, view.as_of),
            distance(d, view.as_of),
            name,
            link(card.id, card.title),
            place(card),
            card.accountable,
        )
        for d, _, name, card in due[:CLOCKS_SHOWN]
    )
    head = ("Date", "That is", "Clock", "Action", "Devices", "Who")
    shown = table(head, rows, about="Dates that run out first") if due else None
    missing = not_here(min(len(due), CLOCKS_SHOWN), len(due), "date", "leadglass actions")
    return section(Anchor.CLOCKS, "Clocks that run out", lead, shown, more(missing))


def questions(view: Overview) -> Markup:
    """Show the questions whose answers settle most."""
    if not view.questions:
        return section(Anchor.QUESTIONS, "Questions", "No question is open: nothing waits for a fact.")
    settled = sum(q.settles for q in view.questions)
    lead = f"{count(len(view.questions), 'answer')} would settle up to {count(settled, 'finding')}."
    shown = element("ol", *map(_question, view.questions), class_="cards")
    missing = not_here(len(view.questions), view.questions_total, "question", "leadglass questions")
    return section(Anchor.QUESTIONS, "Questions", lead, shown, more(missing))


def _question(card: QuestionCard) -> Markup:
    """Show one question: what to ask of whom, what it settles, how to ask and to answer."""
    model = f"{count(card.devices, 'device')} - {card.maker} {card.model}".rstrip()
    head = element(
        "h3", element("span", card.text, class_="deed"), " ", element("span", model, class_="place")
    )
    worth = f"Settles {count(card.settles, 'finding')}. Missing: {card.missing}. Ask: {card.asked}."
    commands = listed_commands(card)
    rank = element("span", card.rank, class_="rank")
    return element(
        "li", rank, element("div", head, element("p", worth), commands), id=anchor(card.id), class_="card"
    )


def listed_commands(card: QuestionCard) -> Markup:
    """Show the commands that write the letter and record the answer."""
    pairs = (("Letter: ", card.letter), ("Answer: ", card.answer))
    spans = (element("span", name, command(run)) for name, run in pairs if run)
    return element("p", join(*spans, between=" "), class_="people dim")
