# SPDX-License-Identifier: Apache-2.0
"""The morning report: one HTML 5 page that holds all it shows; no script, nothing loaded from elsewhere."""

from importlib.resources import files

from leadglass.render import bedside, cards, charts, evidence, theme
from leadglass.render.dates import exact, full_day
from leadglass.render.grid import figure, mark, section, sentences
from leadglass.render.markup import Markup, element, join, link
from leadglass.render.phrases import covered, place, unnamed
from leadglass.values.overview import Anchor, Headline, Overview

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"  # CSP 3: no script can run
_STYLE = files("leadglass.render").joinpath("report.css").read_text(encoding="utf-8")
_PARTS = {
    Anchor.ACTIONS: "Actions",
    Anchor.CLOCKS: "Clocks",
    Anchor.QUESTIONS: "Questions",
    Anchor.PICTURES: "Pictures",
    Anchor.DEVICES: "Devices",
    Anchor.SOURCES: "Documents",
    Anchor.REMARKS: "Remarks",
    Anchor.WORDS: "Words",
}


_MOST_BARS = 12


def report(view: Overview) -> str:
    """Write the page. It is well-formed XML too; every text of the values is escaped."""
    known = frozenset(device.device.id for device in view.devices)
    main = element(
        "main",
        _first_screen(view),
        cards.actions(view, known),
        cards.clock_list(view),
        cards.questions(view),
        _pictures(view),
        bedside.devices(view),
        evidence.sources(view),
        evidence.remarks(view),
        evidence.words(),
    )
    return (
        "<!DOCTYPE html>\n"
        + element("html", _head(view), element("body", main, _foot(view)), lang="en")
        + "\n"
    )


def _head(view: Overview) -> Markup:
    """Write what the browser needs to know."""
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{view.organisation}, {full_day(view.as_of)}: imaging devices"),
        element("style", Markup(theme.variables() + _STYLE)),
    )


def _first_screen(view: Overview) -> Markup:
    """Answer in ten seconds: what is wrong, for whom, what to do."""
    links = element(
        "nav", *(join(link(part, name), " ") for part, name in _PARTS.items()), aria_label="Parts"
    )
    time = element(
        "time",
        full_day(view.as_of),
        datetime=view.as_of.isoformat(timespec="seconds"),
        title=exact(view.as_of),
    )
    heading = element("h1", f"{view.organisation}, ", time)
    answers = element("ul", *map(_answer, view.headlines), class_="answers")
    return element(
        "header", links, heading, element("p", _gist(view), class_="gist"), answers, _coverage(view)
    )


def _gist(view: Overview) -> Markup:
    """Say the one thing to know."""
    if not view.actions:
        return join("No action is open in what could be judged.")
    first = view.actions[0]
    return join("First: ", link(first.id, first.title), f" ({place(first)}).")


def _answer(headline: Headline) -> Markup:
    """Show one of the four answers."""
    return element(
        "li",
        element("span", mark(headline.state, word=False), f" {headline.number:,}", class_="figure"),
        " ",
        element(
            "span",
            link(headline.anchor, headline.name),
            " ",
            element("span", headline.sentence),
            class_="said",
        ),
    )


def _coverage(view: Overview) -> Markup:
    """Say how much of the fleet the page speaks of; what is not judged is not safe."""
    seen = view.coverage
    silent = unnamed(seen.unnamed, seen.components)
    run = join(" ", silent, " ", element("code", "leadglass components --unnamed")) if silent else ""
    return element("p", covered(view), run, class_="coverage dim")


def _pictures(view: Overview) -> Markup:
    """Show the pictures, each in the width of a desk and of a phone."""
    wide, narrow = charts.WIDE, charts.NARROW
    telling = view.questions[:_MOST_BARS]  # the long tail is told in words above
    figures = element(
        "div",
        figure(charts.heat_map(view.cells, width=wide), charts.heat_map(view.cells, width=narrow)),
        figure(
            charts.open_by_state(view.tallies, width=wide), charts.open_by_state(view.tallies, width=narrow)
        ),
        figure(charts.unknowns(telling, width=wide), charts.unknowns(telling, width=narrow)),
        figure(
            charts.feed_ages(view.feeds, width=wide),
            charts.feed_ages(view.feeds, width=narrow),
            sentences(f"{f.name}: {f.sentence}" for f in view.feeds) if view.feeds else None,
            ident=Anchor.FEEDS,
        ),
        class_="figures",
    )
    return section(Anchor.PICTURES, "Pictures", "", figures)


def _foot(view: Overview) -> Markup:
    """Say what made the page and of which state of things."""
    made = f"As of {exact(view.as_of)}. Snapshot {view.snapshot}. Leadglass {view.release}."
    return element("footer", element("p", made, class_="dim"))
