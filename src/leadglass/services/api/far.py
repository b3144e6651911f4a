# SPDX-License-Identifier: Apache-2.0
"""The house of another machine: every service of the catalogue, called by its route. The wire itself is a port."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import msgspec

from leadglass import errors
from leadglass.errors import LeadglassError, StateError, UsageError
from leadglass.services.api import wire
from leadglass.services.api.routes import MOST_ROWS, OF_ACCOUNTS, Route, left_out, routes
from leadglass.services.catalogue import Service
from leadglass.services.house import House
from leadglass.services.ledger.listings import Wanted
from leadglass.services.ledger.receive import Offered, Received
from leadglass.services.ledger.view import View
from leadglass.values.remote import Sent, Wire
from leadglass.values.scope import Page, Scope
from leadglass.values.sources import Remark

_MOST_TRIES = 3
_KINDS: Mapping[str, type[LeadglassError]] = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, LeadglassError)
}
URN = "urn:leadglass:error:"
"""How the type of a problem (RFC 9457, 3.1.1) begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a server says of itself: its release, its time, whom it takes us for, and what she may do where."""

    release: str
    now: datetime
    organisation: str
    person: str
    permitted: dict[str, list[str]]


class _FarHouse:
    """What stands in a view for the house that is elsewhere: it tells the time, and has nothing else at hand."""

    def __init__(self, about: About) -> None:
        self.clock = lambda: about.now
        self.organisation = about.organisation
        self.person = about.person

    def __getattr__(self, name: str) -> Any:
        raise UsageError("This works where the ledger lies. Call it there, or leave --server out.")


def far(wire_: Wire, about: About, key: Callable[[], str], scope: Scope) -> View:
    """Give the view of another machine's house, which itself says what lies within; `key` makes names of requests."""
    house = cast(House, _FarHouse(about))

    def call(service: Service[..., Any], *args: Any, **kwargs: Any) -> Any:
        return _call(wire_, key, service, *args, **kwargs)

    return View(house=house, scope=scope, elsewhere=call)


def about(wire_: Wire, release: str) -> About:
    """Ask a server who it is. StateError where it is of another release: then it may mean other things by its words."""
    raw = _asked(wire_, Sent(method="GET", path="/about"))
    try:
        told = msgspec.json.decode(raw, type=About)
    except msgspec.MsgspecError as error:
        raise StateError("The server answers, and not as Leadglass does. Is it Leadglass?") from error
    if told.release != release:
        raise StateError(
            f"The server runs Leadglass {told.release}, and this is {release}: they may mean other things by the same"
            f" words. Install {told.release} here, or bring the server to {release}."
        )
    return told


def _call(wire_: Wire, key: Callable[[], str], service: Service[..., Any], *args: Any, **kwargs: Any) -> Any:
    route = routes().get(service.name)
    if route is None:
        why = left_out(service) or OF_ACCOUNTS
        raise UsageError(f"'{service.name}' is not offered over the network. {why}")
    values, body = route.values(*args, **kwargs)
    if route.listing:
        return _page(wire_, route, args[0] if args else kwargs["wanted"])
    if route.named:
        return _each(wire_, key, route, values, body)
    if route.octets:
        octets = io.BytesIO(body) if isinstance(body, bytes) else body
        sent = Sent(method="POST", path=route.path, query=_query(values), octets=octets, key=key())
    elif route.method == "GET":
        sent = Sent(method="GET", path=route.path, query=_query(values))
    else:
        sent = Sent(method="POST", path=route.path, json=wire.encoded(wire.plain(values)), key=key())
    return wire.read(service, _asked(wire_, sent))


def _page(wire_: Wire, route: Route, wanted: Wanted) -> Page:
    """Gather as many pages as make up what is wanted, all of one snapshot."""
    for _ in range(_MOST_TRIES):
        snapshots, rows, page = set[str](), list[Any](), Page(rows=(), total=0, next=wanted.skip)
        while page.next is not None and len(rows) < wanted.count:
            part = replace(wanted, skip=page.next, count=min(MOST_ROWS, wanted.count - len(rows)))
            raw = _asked(wire_, Sent(method="GET", path=route.path, query=_query(route.values(part)[0])))
            page = wire.read(route.service, raw)
            snapshots.add(msgspec.json.decode(raw)["snapshot"])
            rows += page.rows
        if len(snapshots) <= 1:
            return Page(rows=tuple(rows), total=page.total, next=page.next)
    raise errors.BusyError("The server assessed anew while it was being read. Nothing is shown; ask again.")


def _each(
    wire_: Wire, key: Callable[[], str], route: Route, values: Mapping[str, Any], offered: Iterable[Offered]
) -> Iterator[Any]:
    """Send documents one by one; what could not be opened here is told as if it had been offered there."""
    for item in offered:
        if item.stream is None:
            if route.service.name == "receive":
                yield Received(path=item.path, remarks=(Remark(where="", why=item.fault),))
                continue
            raise UsageError(f"{item.path}: {item.fault} Name a file that can be read.")
        with item.stream:
            query = _query({"name": item.path, **values})
            sent = Sent(method="POST", path=route.path, query=query, octets=item.stream, key=key())
            yield from wire.read(route.service, _asked(wire_, sent))


def _query(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Write values as a query; what has several is repeated."""
    told = list[tuple[str, str]]()
    for name, value in values.items():
        made = wire.plain(value)
        if isinstance(value, Mapping):
            told += [(name, f"{key}={item}") for key, item in made.items()]
        elif isinstance(made, list):
            told += [(name, str(item)) for item in made]
        elif made is not None:
            told.append((name, str(made).lower() if isinstance(made, bool) else str(made)))
    return tuple(told)


def _asked(wire_: Wire, sent: Sent) -> bytes:
    """Ask, and give what came; a problem (RFC 9457) is raised as the error that the server had, in its words."""
    answered = wire_(sent)
    if answered.status in {200, 201}:
        return answered.raw
    try:
        told = msgspec.json.decode(answered.raw, type=dict[str, Any])
    except msgspec.MsgspecError:
        told = {}
    kind = _KINDS.get(str(told.get("type", "")).removeprefix(URN), StateError)
    raise kind(
        str(
            told.get("detail")
            or f"The server answered with {answered.status}, and no sentence. Is it Leadglass?"
        )
    )
