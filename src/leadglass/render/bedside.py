# SPDX-License-Identifier: Apache-2.0
"""A section per device, read like a chart at the bedside: who it is, what is wrong, what it runs."""

from collections.abc import Mapping

from leadglass.render.grid import capped, details, mark, more, section, sentences, table
from leadglass.render.markup import Child, Markup, anchor, element, join, link, when
from leadglass.render.phrases import count, device_name, listed, not_here
from leadglass.values.overview import ActionCard, Anchor, DeviceSection, Overview

FINDINGS_SHOWN = 30
COMPONENTS_SHOWN = 40


def devices(view: Overview) -> Markup:
    """Show every device under its site, closed on a screen, open on paper."""
    if not view.devices:
        lead = "No device is known yet. Receive an inventory, then assess: "
        return section(Anchor.DEVICES, "Devices", join(lead, element("code", "leadglass receive PATH")))
    known = {card.id: card for card in view.actions}
    order = {site: number for number, site in enumerate(view.sites)}
    by_site: dict[str, list[DeviceSection]] = {}
    for device in sorted(view.devices, key=lambda d: order.get(d.device.site, len(order))):
        by_site.setdefault(device.device.site, []).append(device)
    groups = [
        element("div", element("h3", site or "Site not stated"), *(_device(d, known, view) for d in group))
        for site, group in by_site.items()
    ]
    return section(Anchor.DEVICES, "Devices", _lead(view), *groups)


def _lead(view: Overview) -> Markup:
    """Say how many devices are shown, and where the others are."""
    if view.devices_total <= len(view.devices):
        return join(f"{count(view.devices_total, 'device')}, by site.")
    return join(
        f"Of {count(view.devices_total, 'device')} the {len(view.devices):,} that are worst off, by site. One site: ",
        element("code", "leadglass report FILE --site NAME"),
        "; one device: ",
        element("code", "leadglass show DEVICE"),
    )


def _device(chart: DeviceSection, known: Mapping[str, ActionCard], view: Overview) -> Markup:
    """Show one device. Its id stands inside, so that a link to it opens the details."""
    line = chart.device
    summary = join(
        element("b", device_name(line), class_="tag"),
        element("span", f"{line.maker} {line.model}".strip()),
        element("span", f"room {line.room}" if line.room else "", class_="dim"),
        mark(chart.state),
        between=" ",
    )
    body = element(
        "div",
        element("p", chart.summary, class_="lead"),
        _facts(chart, view),
        _wrong(chart),
        _done(chart, known),
        _runs(chart),
        id=anchor(line.id),
        class_="chart",
    )
    return details(summary, body, class_="device")


def _part(heading: str, *children: Child) -> Markup:
    """Head a part of the chart."""
    return element("div", element("h4", heading), *children)


def _facts(chart: DeviceSection, view: Overview) -> Markup:
    """Say who the device is, each fact with its source."""
    rows = ((f.name, f.value, f.source, when(f.since, view.as_of) if f.since else "-") for f in chart.facts)
    unknown = _part("What we do not know", sentences(chart.unknowns)) if chart.unknowns else None
    head = ("Fact", "Value", "Source", "Since")
    return join(_part("Who it is", table(head, rows, about=f"Facts of {device_name(chart.device)}")), unknown)


def _wrong(chart: DeviceSection) -> Markup:
    """Say what is wrong, the worst first, and how much more there is."""
    if not chart.findings:
        said = "No finding is listed. Where facts are missing, that says nothing of safety."
        return _part("What is wrong", element("p", said))
    shown = chart.findings[:FINDINGS_SHOWN]
    rows = (
        (mark(f.state), f.status.replace("_", " "), f.vulnerability, f.component, f.why, f.source)
        for f in shown
    )
    head = ("State", "Status", "Vulnerability", "Component", "Why", "Source")
    run = f"leadglass findings --device {chart.device.id}"
    missing = not_here(len(shown), max(chart.findings_total, len(chart.findings)), "finding", run)
    name = device_name(chart.device)
    return _part(
        "What is wrong",
        table(head, rows, about=f"Findings on {name}", kind="capped"),
        capped(len(shown)),
        more(missing),
    )


def _done(chart: DeviceSection, known: Mapping[str, ActionCard]) -> Markup:
    """Say what is being done and what was decided."""
    items = [_action(ident, known) for ident in chart.actions] + [join(said) for said in chart.decisions]
    said = element("ul", *(element("li", item) for item in items)) if items else None
    return _part("What is being done", said or element("p", "No action and no decision is recorded."))


def _action(ident: str, known: Mapping[str, ActionCard]) -> Markup:
    """Name an action, linked where it is on the page."""
    if ident in known:
        return link(ident, known[ident].title)
    return join(f"{ident}: ", element("code", f"leadglass show {ident}"))


def _runs(chart: DeviceSection) -> Markup:
    """Say what the device runs."""
    if not chart.components:
        said = (
            "No list of components (SBOM) is known for it: only what the inventory states could be matched."
        )
        return _part("What it runs", element("p", said))
    shown = chart.components[:COMPONENTS_SHOWN]
    rows = ((c.name, c.version, c.source) for c in shown)
    head = ("Component", "Version", "Source")
    run = f"leadglass components --device {chart.device.id}"
    total = max(chart.components_total, len(chart.components))
    missing = not_here(len(shown), total, "component", run)
    about = f"Components of {device_name(chart.device)}"
    silent = [f"{c.name} {c.version}".strip() for c in chart.components if not c.spoken_of]
    said = (
        f"Nothing at hand names {listed(silent)}: of that nothing is known, for or against." if silent else ""
    )
    return _part(
        "What it runs",
        element("p", said) if said else "",
        table(head, rows, about=about, kind="capped"),
        capped(len(shown)),
        more(missing),
    )
