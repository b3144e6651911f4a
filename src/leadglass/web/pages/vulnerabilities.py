# SPDX-License-Identifier: Apache-2.0
"""One vulnerability: who is affected here and why, what the sources say and where they differ; one finding, step by step."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leadglass.errors import NotFoundError
from leadglass.render import charts, times
from leadglass.render.dates import full_day
from leadglass.render.grid import sentences
from leadglass.render.markup import Child, Markup, element, join, when
from leadglass.render.phrases import count, listed
from leadglass.render.times import Moment
from leadglass.render.wording import spoken
from leadglass.services import catalogue
from leadglass.services.ledger.explain import QUOTED, Step
from leadglass.services.ledger.listings import Wanted
from leadglass.services.ledger.names import called
from leadglass.services.ledger.sides import Sides
from leadglass.values.overview import State
from leadglass.values.scope import Row
from leadglass.web.access import call, view
from leadglass.web.pages import links, thing
from leadglass.web.pages.thing import Part, Thing
from leadglass.web.signed_in import signed_in

_FINDINGS = 50
_MOST_VERSIONS = 3
_ALIKE = ("component", "publisher", "versions", "here", "counts", "sha256", "place")
"""What components share that one row says of all of them: what a source says, but for our versions."""


@require_safe
@signed_in
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show a vulnerability by any of its names."""
    seen = view(request)
    known = called(seen, name.upper() if name.upper().startswith("CVE-") else name)
    rows = call(request, catalogue.LISTED["vulnerabilities"], Wanted(id=known, all=True, count=200)).rows
    row = next((one for one in rows if one["id"] == known), None)
    if row is None:
        raise NotFoundError(
            f"No document at hand speaks of {name}. See on the overview how fresh the feeds are."
        )
    told = call(request, catalogue.SIDES, known)
    findings = call(request, catalogue.LISTED["findings"], Wanted(vulnerability=known, count=_FINDINGS))
    ids = dict.fromkeys(one["action"] for one in findings.rows if one["action"])
    actions = (
        call(request, catalogue.LISTED["actions"], Wanted(id=" ".join(ids), count=len(ids), brief=True)).rows
        if ids
        else ()
    )
    return thing.page(
        request,
        Thing(
            kind=_("Vulnerability"),
            heading=row["id"],
            lead=_lead(row),
            target=row["id"],
            parts=[
                _here(row, findings.rows, findings.total, seen.today),
                Part(
                    ident="done",
                    heading=_("What is being done"),
                    lead="" if actions else _("No action is open for it."),
                    body=thing.rows("actions", actions, seen.today, about=_("Actions against it"))
                    if actions
                    else None,
                ),
                _times(row, actions, seen.today),
                _said(told, seen.today),
                _ranges(told),
                _text(row),
            ],
        ),
    )


def _lead(row: Row) -> Markup:
    """Say what it lets happen, whether it is used, how grave it is."""
    exploited = (
        _("Exploited elsewhere since %s, by ransomware too.")
        if row["ransomware"]
        else _("Exploited elsewhere since %s.")
    )
    aliases = _("Also called %s.") % listed(list(row["aliases"])) if row["aliases"] else None
    return join(
        row["sentence"] or row["title"] or None,
        exploited % full_day(row["known_exploited"]) if row["known_exploited"] else None,
        f"CVSS {row['cvss']:.1f} ({row['scored_by']})." if row["cvss"] is not None else None,
        f"EPSS {row['epss']:.3f}." if row["epss"] is not None else None,
        (_("%s by its source.") % spoken(row["state"])).capitalize() if row["state"] else None,
        aliases,
        between=" ",
    )


def _here(row: Row, findings: Sequence[Row], total: int, today: date) -> Part:
    """Say who is affected here, and why."""
    words = {
        "affected": _("affected"),
        "unknown": _("unknown"),
        "not_affected": _("not affected"),
        "fixed": _("fixed"),
    }
    told = [f"{row[key]:,} {said}" for key, said in words.items() if row[key]]
    lead = (
        _("Devices: %s. Unknown is not safe.") % listed(told)
        if told
        else _(
            "No device at hand has a finding of it: no component that is known here is named by a record of it."
        )
    )
    body = None
    if findings:
        explained = (
            (
                links.device(one["device_id"], one["device"]),
                links.link(links.thing("findings", one), _("explain")),
                one["why"],
            )
            for one in findings
        )
        body = join(
            thing.rows(
                "findings",
                findings,
                today,
                about=_("Findings of it"),
                total=total,
                href=links.listing("findings", vulnerability=row["id"]),
                without=("vulnerability",),
            ),
            thing.grid((_("Device"), _("Step by step"), _("Why")), explained, about=_("Why, step by step")),
        )
    return Part(ident="here", heading=_("Who is affected here, and why"), lead=lead, body=body)


def _times(row: Row, actions: Sequence[Row], today: date) -> Part:
    """Draw what was known when, against the clocks that run."""
    return Part(
        ident="times",
        heading=_("Since when it is known, and the clocks that run"),
        body=thing.picture(
            times.timeline("times-wide", list(_moments(row, actions)), today),
            times.timeline("times-narrow", list(_moments(row, actions)), today, width=charts.NARROW),
        ),
    )


def _moments(row: Row, actions: Sequence[Row]) -> Iterator[Moment]:
    """Give the days that matter."""
    for what, on, state in (
        (_("published"), row["published"], State.WATCH),
        (_("changed last"), row["modified"], State.WATCH),
        (_("exploited elsewhere"), row["known_exploited"], State.ACT_NOW),
    ):
        if on:
            yield Moment(on=on.date() if isinstance(on, datetime) else on, what=what, state=state)
    for what, key, state in (
        (_("triage by"), "due_triage", State.PLAN),
        (_("contain by"), "due_contain", State.CONTAIN),
        (_("remedy by"), "due_remedy", State.PLAN),
    ):
        due = [action[key] for action in actions if action[key]]
        if due:
            yield Moment(on=min(due), what=what, state=state)


def _said(told: Sides, today: date) -> Part:
    """Lay what the sources say side by side, and say where they differ."""
    rows = (
        (
            links.document(one["sha256"], one["publisher"]),
            one["kind"],
            "-" if one["score"] is None else f"{one['score']:.1f}",
            when(one["published"], today) if one["published"] else None,
            when(one["modified"], today) if one["modified"] else None,
            one["state"] or "-",
            ", ".join(one["counts"]) or "-",
        )
        for one in told.said
    )
    heads = (_("Source"), _("Kind"), "CVSS", _("Published"), _("Changed"), _("State"), _("Counts for"))
    lead = (
        _("They differ: %s") % " ".join(told.differences)
        if told.differences
        else _("The sources at hand do not differ.")
    )
    body = thing.grid(heads, rows, about=_("What each source says")) if told.said else None
    return Part(
        ident="said",
        heading=_("What the sources say"),
        lead=lead,
        body=join(body, sentences(told.order) if told.order else None),
    )


def _ranges(told: Sides) -> Part:
    """Say which versions each source names of what is here."""
    if not told.ranges:
        return Part(
            ident="ranges",
            heading=_("Which versions"),
            lead=_("No source names versions of a component that is known here."),
        )
    alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for one in told.ranges:
        alike[tuple(str(one[name]) for name in _ALIKE)].append(one)
    rows = (
        (
            _components(some),
            some[0]["publisher"],
            some[0]["versions"],
            some[0]["here"],
            _("counts") if some[0]["counts"] else "-",
            links.document(some[0]["sha256"], some[0]["place"][:40] or _("document")),
        )
        for some in alike.values()
    )
    heads = (_("Component"), _("Source"), _("Versions"), _("Ours"), _("Counts"), _("Place"))
    return Part(
        ident="ranges",
        heading=_("Which versions"),
        body=thing.grid(heads, rows, about=_("Versions that sources name")),
    )


def _components(alike: Sequence[Row]) -> str:
    """Name one component in its versions here: a record that hits one of a fleet often hits hundreds of it."""
    versions = list(dict.fromkeys(row["version"] for row in alike if row["version"]))
    more = len(versions) - _MOST_VERSIONS
    told = ", ".join(versions[:_MOST_VERSIONS])
    told = _("%(versions)s and %(more)d more") % {"versions": told, "more": more} if more > 0 else told
    return f"{alike[0]['component']} {told}".strip()


def _text(row: Row) -> Part:
    """Give the source's own words."""
    papers = (
        element("li", links.document(one["sha256"], f"{one['publisher']}: {one['name']}"))
        for one in row["sources"]
    )
    return Part(
        ident="text",
        heading=_("In their own words"),
        lead=element("span", row["description"], translate="no")
        if row["description"]
        else _("No source describes it."),
        body=element("ul", *papers) if row["sources"] else None,
    )


@require_safe
@signed_in
def finding(request: HttpRequest, name: str) -> HttpResponse:
    """Explain one finding step by step, to the document and the place in it."""
    row, steps = call(request, catalogue.EXPLAIN, name)
    head = join(
        links.device(row["device_id"], row["device"]),
        ": ",
        links.link(links.thing("vulnerabilities", {"id": row["vulnerability"]}), row["vulnerability"])
        if row["vulnerability"]
        else row["kind"].replace("_", " "),
        f". {row['why']}",
    )
    what = row["vulnerability"] or row["kind"].replace("_", " ")
    explained = element("ol", *_steps(steps), class_="steps")
    related = (
        [links.link(links.thing("actions", {"id": row["action"]}), _("The action that resolves it"))]
        if row["action"]
        else []
    )
    return thing.page(
        request,
        Thing(
            kind=_("Finding"),
            heading=f"{what}, {row['device']}: {row['status'].replace('_', ' ')}",
            lead=head,
            target=row["id"],
            parts=[
                Part(
                    ident="steps",
                    heading=_("Why, step by step"),
                    lead=count(len(steps), "step") + ".",
                    body=join(explained, *(element("p", one) for one in related)),
                )
            ],
        ),
    )


def _steps(steps: Sequence[Step]) -> Iterator[Markup]:
    """Show the steps; what documents say in their own words is nobody's to translate."""
    under = ""
    for step in steps:
        under = under if step.depth else step.title
        yield _step(step, quoted=bool(step.depth) and under == QUOTED)


def _step(step: Step, *, quoted: bool) -> Markup:
    """Show a step and where it stands."""
    cited: Child = None
    if step.sha256:
        cited = element("span", " [", links.document(step.sha256), f" {step.place}]", class_="dim")
    return element(
        "li",
        element("b", f"{step.title}: "),
        element("span", step.text, translate="no") if quoted else step.text,
        cited,
        class_=f"deep-{min(step.depth, 4)}",
    )
