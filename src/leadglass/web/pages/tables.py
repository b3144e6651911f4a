# SPDX-License-Identifier: Apache-2.0
"""Rows of listings as rows of a page's table: human headings, cells with links, states with shape and word."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadglass.render import columns
from leadglass.render.dates import distance
from leadglass.render.grid import cell, mark
from leadglass.render.markup import Child, Markup, element, when
from leadglass.services.ledger.cards import state_of
from leadglass.services.ledger.listings import LISTINGS, sorts
from leadglass.values.scope import Row
from leadglass.web.pages import links

SHOWN: Mapping[str, tuple[str, ...]] = {
    "devices": ("asset_tag", "product", "modality", "site", "room", "software_version", "state", "knows"),
    "products": ("model", "maker", "modality", "devices", "sites", "boms"),
    "components": ("name", "version", "record_product", "devices", "basis"),
    "findings": ("vulnerability", "status", "outcome", "device", "site", "component", "missing"),
    "vulnerabilities": ("id", "sentence", "affected", "unknown", "known_exploited", "epss", "cvss", "state"),
    "actions": ("title", "state", "devices", "site", "product", "due", "assignee"),
    "questions": ("text", "settles", "devices", "asked"),
    "statements": ("vulnerability", "status", "named", "product", "outcome", "publisher", "stated"),
    "sightings": ("label", "tool", "seen_at", "outcome", "device", "weaknesses", "why"),
    "remarks": ("document", "place", "why"),
    "sources": ("name", "kind", "standard", "publisher", "tlp", "received", "newest", "remarks"),
}
"""The columns of each listing on a page; the first one links to the row's own page."""

_HEADINGS = {
    ("actions", "title"): _("action"),
    ("actions", "due"): _("next date"),
    ("actions", "assignee"): _("who"),
    ("findings", "vulnerability"): _("what"),
    ("findings", "outcome"): _("how soon"),
    ("vulnerabilities", "id"): _("vulnerability"),
    ("vulnerabilities", "affected"): _("affected devices"),
    ("vulnerabilities", "unknown"): _("unknown"),
    ("questions", "text"): _("question"),
    ("sources", "name"): _("document"),
}
_NUMBERS = frozenset(
    {
        "devices", "sites", "boms", "settles", "affected", "unknown", "remarks", "weaknesses", "epss", "cvss",
    }
)  # fmt: skip
"""Columns that are aligned to the right, also where some of their cells are empty."""
_GIVEN = frozenset(
    {
        "asset_tag", "site", "room", "software_version", "product", "maker", "model", "name", "version", "device", "named",
        "publisher", "document", "place", "label", "tool", "assignee", "standard",
    }
)  # fmt: skip
"""Columns of names and of texts of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a column. `href` sorts by it, `sorted` is how it is sorted now (WAI-ARIA's words)."""

    name: str
    href: str = ""
    sorted: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: its id where it can be chosen, and its cells. `group` stands above it, where it begins a group."""

    cells: tuple[Markup, ...]
    key: str = ""
    name: str = ""
    group: str = ""


def heads(listing: str, sort: str, href: Callable[[str], str]) -> list[Head]:
    """Head the columns; `href` gives the address of the same listing in another order."""
    able = sorts(LISTINGS[listing])
    made = []
    for column in SHOWN[listing]:
        ways = (f"-{column}", column) if column in _NUMBERS else (column, f"-{column}")
        made.append(
            Head(
                name=heading(listing, column),
                href=href(ways[sort == ways[0]]) if column in able else "",
                sorted={column: "ascending", f"-{column}": "descending"}.get(sort, ""),
                number=aligned(listing, column) is not None,
            )
        )
    return made


def aligned(listing: str, column: str) -> str | None:
    """Give the class of the head of a column: of numbers, where its cells are such alone."""
    return "number" if column in _NUMBERS and (listing, column) != ("actions", "devices") else None


def heading(listing: str, column: str) -> str:
    """Give the heading of a column."""
    told = str(_HEADINGS.get((listing, column), "")) or columns.heading(column)
    return told[:1].upper() + told[1:]


def lines(listing: str, rows: Sequence[Row], today: date, *, group: str = "") -> list[Line]:
    """Lay rows out. Rows come sorted by the column that groups them."""
    made, last = [], None
    for row, told in zip(rows, columns.worded(listing, rows), strict=True):
        above = _group(row, group) if group else ""
        made.append(
            Line(
                cells=tuple(
                    cell(
                        heading(listing, column),
                        _cell(listing, column, row, told, today),
                        given=bool(column in _GIVEN and row.get(column)),
                    )
                    for column in SHOWN[listing]
                ),
                key=str(row.get("id", "")) if listing == "actions" else "",
                name=str(row.get("title", "")),
                group=above if group and above != last else "",
            )
        )
        last = above
    return made


def _group(row: Row, by: str) -> str:
    """Name the group of a row."""
    return str(row["deed"] if by == "title" else row.get(by) or _("not stated"))


def _cell(listing: str, column: str, row: Row, told: Mapping[str, Any], today: date) -> Child:
    """Write one cell: what links, what is a state or a date, else the words of the terminal."""
    made = _CELLS.get((listing, column))
    if made:
        return made(row, today)
    if column == "device" and row.get("device_id"):
        return links.device(row["device_id"], row["device"])
    if column == "product" and row.get("product_id"):
        return links.link(links.thing("products", row), row["product"] or row["product_id"])
    if column == SHOWN[listing][0]:
        return links.link(links.thing(listing, row), str(columns.cell(column, told.get(column), today)))
    value = row.get(column)
    if isinstance(value, date) and column != "known_exploited":
        return when(value, today)
    return columns.cell(column, told.get(column), today)


def _due(row: Row, today: date) -> Child:
    """Show the date that comes first, and how far off it is; a late one says so."""
    due = row["due_contain"] or row["due_triage"]
    if not due:
        return None
    off = element("span", f"({distance(due, today)})", class_="dim")
    return element("span", when(due, today), " ", off, class_="due")


def _devices(row: Row, _today: date) -> Child:
    """Count the devices of an action, and name the first."""
    members = row["devices"]
    if not members:
        return 0
    kind = members[0]["modality"]
    return element(
        "span", f"{len(members):,} {kind}".strip(), title=", ".join(m["device"] for m in members[:12])
    )


def _what(row: Row, _today: date) -> Child:
    """Name what a finding is about."""
    named = row["vulnerability"] or row["kind"].replace("_", " ")
    return links.link(links.thing("findings", row), named, title=row["why"])


def _soon(row: Row, _today: date) -> Child:
    return row["risk"]["outcome"] or "-"


_CELLS: Mapping[tuple[str, str], Callable[[Row, date], Child]] = {
    ("actions", "state"): lambda row, _today: mark(state_of(row)),
    ("actions", "due"): _due,
    ("actions", "devices"): _devices,
    ("actions", "assignee"): lambda row, _today: row.get("assignee") or "-",
    ("findings", "vulnerability"): _what,
    ("findings", "outcome"): _soon,
    ("findings", "missing"): lambda row, _today: row["missing"] or "-",
    ("findings", "component"): lambda row, _today: columns.worded("findings", [row])[0]["component"] or "-",
    ("vulnerabilities", "state"): lambda row, _today: row["state"] or "-",
    ("vulnerabilities", "known_exploited"): lambda row, _today: (
        columns.worded("vulnerabilities", [row])[0]["known_exploited"] or "-"
    ),
    ("devices", "asset_tag"): lambda row, _today: links.device(
        row["device_id"], row["asset_tag"] or row["serial_number"] or row["device_id"]
    ),
    ("products", "model"): lambda row, _today: links.link(
        links.thing("products", row), row["model"] or str(_("unknown model"))
    ),
    ("statements", "vulnerability"): lambda row, _today: links.link(
        links.thing("vulnerabilities", {"id": row["vulnerability"]}), row["vulnerability"]
    ),
    ("remarks", "document"): lambda row, _today: links.document(
        row["sha256"], row["document"].rpartition("/")[2]
    ),
    ("sightings", "label"): lambda row, _today: links.document(row["sha256"], row["label"]),
}
