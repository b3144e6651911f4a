# SPDX-License-Identifier: Apache-2.0
"""The listings: devices, products, components, findings, vulnerabilities, actions, ... - filtered, paged."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadglass.errors import AmbiguousError, NotFoundError, UsageError
from leadglass.fleet.queries import COMPONENTS, DEVICES, PRODUCTS, SIGHTED, SIGHTED_WITHIN
from leadglass.planning.act import SHOWN
from leadglass.planning.actions import ACTIONS, in_order_of
from leadglass.planning.claims import STATEMENTS, STATEMENTS_WITHIN
from leadglass.planning.findings import (
    FINDINGS,
    FINDINGS_OF_COMPONENT,
    FINDINGS_OF_DEVICE,
    FINDINGS_OF_VULNERABILITY,
)
from leadglass.planning.queries import (
    QUESTION_DEVICES,
    QUESTIONS,
    REMARKS,
    REMARKS_WITHIN,
    SOURCES,
    SOURCES_WITHIN,
)
from leadglass.planning.vulnerabilities import VULNERABILITIES
from leadglass.services.ledger import beside
from leadglass.services.ledger import order_conflicts as orders
from leadglass.services.ledger.actions import ORDERS, actions, briefly, said, vanished
from leadglass.services.ledger.findings import findings
from leadglass.services.ledger.names import called
from leadglass.services.ledger.opinions import complete
from leadglass.services.ledger.view import View
from leadglass.values.query import Query, in_order, ordering
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Page, Row

EVERYTHING = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a listing is asked for; each listing heeds the filters that its query has. `site` narrows the scope.

    `all` widens a listing that shows what touches the fleet to all that documents name; `unnamed` narrows that of
    components to those that nothing names. `sort` is a column, with "-" before it the other way round; empty is the
    listing's own order.
    """

    id: str = ""
    device: str = ""
    product: str = ""
    component: str = ""
    vulnerability: str = ""
    status: str = ""
    kind: str = ""
    deed: str = ""
    action: str = ""
    modality: str = ""
    state: str = ""
    assignee: str = ""
    text: str = ""
    site: str = ""
    sort: str = ""
    all: bool = False
    unnamed: bool = False
    count: int = 100
    skip: int = 0
    brief: bool = False
    """Whether what a page does not list may be left out (`Listing.brief`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A listing: its query, the columns that a terminal shows, how rows are completed, and what its query is given.

    `of_one` answer the same sooner where one thing is asked for, by the name of the filter; the first counts. `within` is
    asked by who sees some sites, of what no table keeps apart by site. `key` are the columns that tell rows apart.
    `orders` are what it may be sorted by beside the columns of its query: expressions of these. Where it has more rows
    than `most_sorted` it is not sorted: its own order alone needs no look at all of them. `ordered` gives its query in
    another order, where that is asked sooner than by sorting all that its own query tells.
    """

    name: str
    meaning: str
    query: Query
    shown: tuple[str, ...]
    finish: Callable[[View, list[Row]], list[Row]]
    brief: Callable[[View, list[Row]], list[Row]] | None = None
    beside: Callable[[View, Mapping[str, Any]], Mapping[str, Any]] = lambda _view, _params: {}
    heading: tuple[str, ...] = ()
    of_one: Mapping[str, Query] = field(default_factory=dict)
    within: Query | None = None
    key: tuple[str, ...] = ("id",)
    orders: Mapping[str, str] = field(default_factory=dict)
    most_sorted: int = EVERYTHING
    ordered: Callable[[str], Query] | None = None

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters that it heeds."""
        return tuple(name for name in self.query.params if name not in {"count", "skip"})

    @property
    def columns(self) -> tuple[str, ...]:
        """What its rows tell, where there is none to see it by."""
        return self.heading or tuple(name for name in self.query.columns if name != "total")


def page(view: View, listing: Listing, wanted: Wanted) -> Page:
    """Give a page of a listing."""
    scope = view.scope.narrowed(wanted.site) if wanted.site else view.scope
    seen = View(house=view.house, scope=scope, snapshot=view.snapshot, as_of=view.as_of)
    params = {name: getattr(wanted, name) for name in listing.query.params}
    if params.get("vulnerability"):
        params["vulnerability"] = called(seen, wanted.vulnerability)
    if "device" in listing.of_one:
        params["device"] = wanted.device or _stands_on(wanted.id)
    query = next((of_one for name, of_one in listing.of_one.items() if params[name]), listing.query)
    query = listing.within if seen.scope.sites is not None and listing.within else query
    given = listing.beside(seen, params)
    if wanted.sort:
        query, params = _sorted(seen, listing, query, wanted, {**params, **given})
        given = {}
    rows = seen.ask(query, **params, **given)
    total = rows[0]["total"] if rows else 0
    done = wanted.skip + len(rows)
    finish = (listing.brief if wanted.brief else None) or listing.finish
    finished = finish(seen, [{k: v for k, v in row.items() if k != "total"} for row in rows])
    narrowed = wanted.site or any(getattr(wanted, f) for f in listing.filters if f != "id")
    if listing.name == "actions" and not narrowed and seen.scope.sites is None:
        gone = [row for row in vanished(seen) if row["id"].startswith(wanted.id)]
        last = gone if done >= total and (rows or not wanted.skip) else ()
        return Page(rows=(*finished, *last), total=total + len(gone), next=done if done < total else None)
    return Page(rows=tuple(finished), total=total, next=done if done < total else None)


def _stands_on(finding: str) -> str:
    """Give the device that the id of a finding names; empty where the id is cut off before that ends."""
    return f"D-{finding.split('-')[1]}" if finding.count("-") > 1 else ""


def _sorted(
    view: View, listing: Listing, query: Query, wanted: Wanted, params: Mapping[str, Any]
) -> tuple[Query, dict[str, Any]]:
    """Put a listing into another order. UsageError for what it cannot be sorted by, and where it is too long for that."""
    column = wanted.sort.removeprefix("-")
    if column not in sorts(listing):
        raise UsageError(
            f"'{column}' is nothing to sort {listing.name} by. Sort by one of: {', '.join(sorts(listing))}."
        )
    if listing.most_sorted < EVERYTHING:
        first = view.ask(query, **{**params, "count": 1, "skip": 0})
        if first and first[0]["total"] > listing.most_sorted:
            raise UsageError(
                f"These are {first[0]['total']:,} {listing.name}, and up to {listing.most_sorted:,} are sorted. Name one"
                " device, product, vulnerability or action first."
            )
    by, down = listing.orders.get(column, column), wanted.sort.startswith("-")
    order = ordering(by, down=down, ties=listing.key)
    if listing.ordered:
        return listing.ordered(order), dict(params)
    return in_order(query, order), {
        **params,
        "count": EVERYTHING,
        "skip": 0,
        "top": wanted.count,
        "after": wanted.skip,
    }


def sorts(listing: Listing) -> tuple[str, ...]:
    """Give what a listing may be sorted by: what it shows, as far as its query tells it, and its own orders."""
    shown = (name for name in listing.shown if name in listing.query.columns and name not in listing.orders)
    return (*shown, *listing.orders)


def one(view: View, listing: Listing, name: str) -> Row:
    """Find one row by its id or the beginning of its id."""
    found = page(view, listing, Wanted(id=name, count=3)).rows
    exact = [row for row in found if name in row.values()]
    if len(exact) == 1 or len(found) == 1:
        return (exact or list(found))[0]
    if not found:
        raise NotFoundError(
            f"No {singular(listing.name)} has the id {name}. List them: leadglass {listing.name}"
        )
    raise AmbiguousError(f"{name} stands for more than one of the {listing.name}. Give more of the id.")


def singular(listing: str) -> str:
    """Name one row of a listing: device, vulnerability."""
    return f"{listing.removesuffix('ies')}y" if listing.endswith("ies") else listing.removesuffix("s")


def _plain(_view: View, rows: list[Row]) -> list[Row]:
    return rows


def _questions(view: View, rows: list[Row]) -> list[Row]:
    """Add the devices of each question."""
    about: dict[str, list[Row]] = defaultdict(list)
    wanted = wanted_texts("id", (row["id"] for row in rows))
    for member in view.ask(QUESTION_DEVICES, wanted=wanted, **orders.among(view, rows)) if rows else []:
        about[member.pop("question_id")].append(member)
    return [{**row, "about": about[row["id"]]} for row in rows]


def _sources(_view: View, rows: list[Row]) -> list[Row]:
    return [{**row, "taken": json.loads(row["taken"])} for row in rows]


_DEVICE_COLUMNS = (
    "device_id", "asset_tag", "site", "room", "product", "software_version", "serial_number", "state", "knows",
)  # fmt: skip

LISTINGS: Mapping[str, Listing] = {
    listing.name: listing
    for listing in (
        Listing(
            name="devices",
            meaning="The devices on the floor, as documents and people say.",
            key=("device_id",),
            orders={"department": "department", "modality": "modality", "tier": "tier"},
            query=DEVICES,
            shown=_DEVICE_COLUMNS,
            finish=_plain,
        ),
        Listing(
            name="products",
            meaning="The models of the fleet and what is known of each.",
            key=("product_id",),
            orders={"sites": "sites"},
            query=PRODUCTS,
            shown=("product_id", "maker", "model", "modality", "devices", "boms", "cpes"),
            finish=_plain,
        ),
        Listing(
            name="components",
            meaning="The software and hardware parts of the devices.",
            key=("component_id",),
            query=COMPONENTS,
            beside=beside.things,
            shown=("component_id", "name", "version", "record_product", "devices", "basis"),
            finish=_plain,
        ),
        Listing(
            name="findings",
            meaning="What was found on which device, and why.",
            orders={"outcome": "urgency"},
            most_sorted=20_000,
            query=FINDINGS,
            of_one={
                "device": FINDINGS_OF_DEVICE,
                "vulnerability": FINDINGS_OF_VULNERABILITY,
                "component": FINDINGS_OF_COMPONENT,
            },
            shown=(
                "id",
                "device",
                "site",
                "product",
                "component",
                "version",
                "vulnerability",
                "status",
                "missing",
            ),
            finish=findings,
        ),
        Listing(
            name="vulnerabilities",
            meaning="What touches the fleet, once each, and who says what of it.",
            query=VULNERABILITIES,
            beside=beside.touching,
            shown=("id", "affected", "unknown", "known_exploited", "epss", "cvss", "state", "sentence"),
            finish=complete,
        ),
        Listing(
            name="actions",
            meaning="Who must do what about it, by when, with what proof.",
            key=("rank", "id"),
            orders=ORDERS,
            query=ACTIONS,
            ordered=in_order_of,
            shown=("rank", "id", "title", "site", "product", "due_contain", "due_triage", "state"),
            finish=actions,
            brief=briefly,
            beside=said,
            heading=SHOWN,
        ),
        Listing(
            name="questions",
            meaning="What to ask, of whom, and how much an answer settles.",
            query=QUESTIONS,
            beside=orders.beside,
            shown=("id", "settles", "devices", "asked", "text"),
            finish=_questions,
        ),
        Listing(
            name="statements",
            meaning="What publishers say of products, and whether it is applied.",
            key=("sha256", "place", "vulnerability", "component", "version", "product", "outcome", "rule"),
            orders={"component": "component", "stated": "stated"},
            query=STATEMENTS,
            within=STATEMENTS_WITHIN,
            shown=("vulnerability", "status", "named", "product", "version", "outcome", "publisher"),
            finish=_plain,
        ),
        Listing(
            name="sightings",
            meaning="What other tools saw, and which device that is.",
            key=("sha256", "place", "label", "device_id"),
            query=SIGHTED,
            within=SIGHTED_WITHIN,
            shown=("label", "tool", "seen_at", "outcome", "device", "weaknesses", "why"),
            finish=_plain,
        ),
        Listing(
            name="remarks",
            meaning="What could not be read or judged, with its place.",
            key=("sha256", "place", "step", "why"),
            query=REMARKS,
            within=REMARKS_WITHIN,
            shown=("document", "place", "why"),
            finish=_plain,
        ),
        Listing(
            name="sources",
            meaning="The documents that the answers rest on.",
            key=("sha256",),
            orders={"publisher": "publisher", "tlp": "tlp"},
            query=SOURCES,
            within=SOURCES_WITHIN,
            shown=("sha256", "kind", "standard", "version", "name", "received", "newest", "remarks"),
            finish=_sources,
        ),
    )
}
"""Every listing by name; the command line and the API loop over it."""
