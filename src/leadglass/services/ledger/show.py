# SPDX-License-Identifier: Apache-2.0
"""Show one thing whole, with what belongs to it. The id tells what it is."""

from typing import Any

from leadglass.errors import AmbiguousError, NotFoundError, StateError
from leadglass.fleet.queries import FACTS
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, one, page, singular
from leadglass.services.ledger.names import called
from leadglass.services.ledger.opinions import fate
from leadglass.services.ledger.sides import sides
from leadglass.services.ledger.view import View
from leadglass.values.scope import Row

_MOST_NAMED = 5
_STATES = {"kev": "exploited", "epss": "forecast"}

Related = dict[str, tuple[tuple[str, ...], list[Row]]]

_KINDS = {
    "D-": "devices",
    "P-": "products",
    "C-": "components",
    "F-": "findings",
    "A-": "actions",
    "Q-": "questions",
}


def show(view: View, name: str) -> tuple[str, Row, Related]:
    """Give (kind, fields, related rows by name). NotFoundError where nothing has that id, tag or name."""
    if name.upper().startswith("CVE-"):
        return _vulnerability(view, name.upper())
    try:
        listing, found = _found(view, name)
    except NotFoundError:
        if called(view, name) == name and not _named_vulnerability(view, name):
            raise
        return _vulnerability(view, name)
    return singular(listing), found, _related(view, listing, found)


def _found(view: View, name: str) -> tuple[str, Row]:
    """Find what a name stands for: an id tells by its beginning what it is; else it is a tag, or looks like an id."""
    listing = _listing(name)
    try:
        return listing, the(view, listing, name)
    except AmbiguousError:
        raise
    except NotFoundError:
        if name[:2] in _KINDS and not page(view, LISTINGS["devices"], Wanted(id=name, count=1)).rows:
            raise
    try:
        return "devices", the(view, "devices", name)
    except AmbiguousError:
        raise
    except NotFoundError as error:
        raise NotFoundError(
            f"Nothing is called {name}. Give an id as the listings show it, an asset tag, a CVE, or 8 digits or more of"
            " a document's hash."
        ) from error


def the(view: View, listing: str, name: str) -> Row:
    """Find one row by its id, the beginning of its id, or an asset tag. AmbiguousError names those that it may be."""
    try:
        row = one(view, LISTINGS[listing], name)
        if any(isinstance(value, str) and value.startswith(name) for value in row.values()):
            return row
        raise NotFoundError(f"Nothing has the id {name}. List what there is: leadglass {listing}")
    except AmbiguousError as error:
        rows = page(view, LISTINGS[listing], Wanted(id=name, count=_MOST_NAMED + 1)).rows
        named = [_named(row) for row in rows[:_MOST_NAMED]]
        more = ", ..." if len(rows) > _MOST_NAMED else ""
        raise AmbiguousError(
            f"{name} stands for more than one of the {listing}: {', '.join(named)}{more}. Give the id."
        ) from error


def known(view: View, name: str) -> bool:
    """Tell whether a listing has such a thing now, within the view's sites."""
    try:
        _found(view, name)
    except (NotFoundError, StateError):
        return False
    return True


def identity(view: View, name: str) -> str:
    """Give the whole id that a name or a beginning stands for; the name itself where nothing listed has it now."""
    if not name or name.startswith("X-"):
        return name
    try:
        listing, row = _found(view, name)
    except AmbiguousError:
        raise
    except (NotFoundError, StateError):
        return name
    return str(row["device_id"] if listing == "devices" else row.get("id", name))


def _listing(name: str) -> str:
    if name[:2] in _KINDS:
        return _KINDS[name[:2]]
    return "sources" if len(name) >= 8 and set(name) <= set("0123456789abcdef") else "devices"


def _named(row: Row) -> str:
    """Name a row by its id, and where it stands."""
    key = next(
        str(row[column])
        for column in ("id", "device_id", "component_id", "product_id", "sha256")
        if column in row
    )
    name = key[:12] if "standard" in row else key  # a document's hash is long, and clear by its beginning
    where = row.get("site") or row.get("name") or ""
    return f"{name} ({where})" if where else name


def _rows(view: View, listing: str, **wanted: Any) -> tuple[tuple[str, ...], list[Row]]:
    shown = LISTINGS[listing]
    return shown.shown, list(page(view, shown, Wanted(count=EVERYTHING, **wanted)).rows)


def _related(view: View, listing: str, row: Row) -> Related:
    match listing:
        case "devices":
            facts = view.ask(FACTS, device=row["device_id"])
            return {
                "facts": (("field", "value", "counts", "basis", "since", "by", "place"), facts),
                "parts": _rows(view, "components", device=row["device_id"]),
                "findings": _rows(view, "findings", device=row["device_id"]),
            }
        case "products":
            return {
                "fleet": _rows(view, "devices", product=row["product_id"]),
                "actions": _rows(view, "actions", product=row["product_id"]),
                "questions": _rows(view, "questions", product=row["product_id"]),
            }
        case "components":
            return {"findings": _rows(view, "findings", component=row["component_id"])}
        case "actions":
            return {"resolves": _rows(view, "findings", action=row["id"])}
        case "sources":
            return {"unjudged": _rows(view, "remarks", id=row["sha256"])}
    return {}


def _named_vulnerability(view: View, name: str) -> Row | None:
    """Find a vulnerability by its very id, whether it touches the fleet or not."""
    wanted = Wanted(id=name, all=True, count=EVERYTHING)
    return next(
        (row for row in page(view, LISTINGS["vulnerabilities"], wanted).rows if row["id"] == name), None
    )


def _vulnerability(view: View, name: str) -> tuple[str, Row, Related]:
    """Give a vulnerability by any of its names, with what each source says of it."""
    fields = _named_vulnerability(view, called(view, name))
    if fields is None:
        raise NotFoundError(
            f"No document at hand speaks of {name}. How fresh the feeds are: leadglass status"
        )
    told = sides(view, fields["id"])
    documents = [
        {**word, "state": _STATES.get(word["kind"], fate(word) or word["publisher"])}
        for word in told.documents
    ]
    return (
        "vulnerability",
        {**fields, "differences": list(told.differences), "order": list(told.order), "trust": told.trust},
        {
            "said": (
                ("publisher", "kind", "score", "published", "modified", "state", "counts"),
                list(told.said),
            ),
            "ranges": (("component", "publisher", "versions", "here", "counts"), list(told.ranges)),
            "documents": (("document", "modified", "state", "description", "place"), documents),
            "findings": _rows(view, "findings", vulnerability=fields["id"]),
        },
    )
