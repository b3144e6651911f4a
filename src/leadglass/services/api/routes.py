# SPDX-License-Identifier: Apache-2.0
"""The routes of the API: a loop over the catalogue. What a service takes and gives says how it is asked.

A service that only reads is asked by GET, one that changes something by POST (RFC 9110, 9.3). Texts and numbers go in
the query of a GET, in a JSON object of a POST. Documents are the body of a POST as they are; the rest is in its query.
"""

import dataclasses
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Any, BinaryIO, Literal, Union, get_args, get_origin

from leadglass.services import accounts
from leadglass.services.catalogue import CATALOGUE, LISTED, Service
from leadglass.services.ledger.choices import CHOICES, SEVERAL, TLP
from leadglass.services.ledger.listings import LISTINGS, Listing, Wanted, one
from leadglass.services.ledger.receive import Offered
from leadglass.services.ledger.view import View
from leadglass.values.scope import Permission, Row

BASE = "/api/v1"
MOST_ROWS = 1_000
"""Rows of a page at most."""
_USUAL_ROWS = 100

LEFT_OUT: Mapping[str, str] = {
    "backup": "It writes a file beside the ledger and asks for a passphrase, which stays on that machine.",
    "bundle": "It writes a file beside the ledger and asks for a passphrase, which stays on that machine.",
    "make_key": "It asks for a passphrase, which stays on the machine that has the key.",
    "plan": "The worker does it where the ledger lies: leadglass work.",
    "do_job": "The worker does it where the ledger lies: leadglass work.",
}
"""Services that are not offered, with the reason."""
OF_ACCOUNTS = (
    "Accounts are kept by people who signed in with a second factor: what a token may do, no token widens."
)
"""Why no service of accounts is offered."""
OF_APPROVALS = "An approval is given by a second person, who looks at a page: no program is one."
"""Why nothing that approves is offered."""

_NOT_ASKED = frozenset({("assess", "as_of")})
"""What is not asked over a wire: a private snapshot of the past is looked at where it lies."""
_KEYS = {
    "devices": "device_id", "products": "product_id", "components": "component_id", "findings": "id",
    "vulnerabilities": "id", "actions": "id", "questions": "id", "sources": "sha256",
}  # fmt: skip
"""Listings whose rows go by an id."""
_READS = frozenset({Permission.READ, Permission.AUDIT})
_ONLY_READ = frozenset({"changes"})
"""What changes nothing though it asks for a permission of those who change."""
_LONG = frozenset(
    {
        "assess",
        "sync",
        "rebuild",
        "receive",
        "take_bundle",
        "news",
        "verify",
        "overview",
        "send_orders",
        "take_orders",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One value that a route takes. `into` is the parameter of the service whose field it is; empty: the parameter.

    `several` says that it may name more than one of its choices, with commas between.
    """

    name: str
    type: Any
    into: str = ""
    default: Any = inspect.Parameter.empty
    choices: tuple[str, ...] = ()
    several: bool = False

    @property
    def whole(self) -> str:
        """Name it, with what it is a field of."""
        return f"{self.into}.{self.name}" if self.into else self.name

    @property
    def needed(self) -> bool:
        """Tell whether it has to be given."""
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How a service is asked. `made` builds the values of its parameters; `octets` names what the body becomes.

    `listing` is that of a page; `of_one` says that the path ends with an id; `long` that it may take minutes.
    """

    service: Service[..., Any]
    path: str
    method: Literal["GET", "POST"]
    asked: tuple[Asked, ...]
    made: Mapping[str, type] = field(default_factory=dict)
    octets: str = ""
    listing: str = ""
    of_one: bool = False
    long: bool = False

    @property
    def named(self) -> bool:
        """Tell whether the body is a document that comes under a name, which is asked beside it."""
        return self.octets == "offered"

    @property
    def in_query(self) -> bool:
        """Tell whether what is asked goes in the query of the address."""
        return self.method == "GET" or bool(self.octets)

    @property
    def fields(self) -> tuple[Asked, ...]:
        """What is asked by name, in the query or in the JSON object."""
        return () if self.of_one else tuple(asked for asked in self.asked if asked.whole != self.octets)

    def arguments(self, values: Mapping[str, Any], body: Any = None) -> dict[str, Any]:
        """Build what the service is called with."""
        flat = dict(values)
        into: dict[str, dict[str, Any]] = {name: {} for name in self.made}
        plain: dict[str, Any] = {}
        for asked in self.asked:
            if asked.whole == self.octets:
                told = body
            elif asked.name in flat:
                told = flat[asked.name]
            else:
                continue
            (into[asked.into] if asked.into else plain)[asked.name] = told
        return {**plain, **{name: self.made[name](**given) for name, given in into.items()}}

    def values(self, *args: Any, **kwargs: Any) -> tuple[dict[str, Any], Any]:
        """Take apart what a service is called with: values by name, and what the body is made of."""
        bound = inspect.signature(self.service.function).bind(None, *args, **kwargs)
        given = dict(list(bound.arguments.items())[1:])
        told, body = dict[str, Any](), None
        for asked in self.asked:
            holder = given.get(asked.into) if asked.into else given
            if holder is None or (not asked.into and asked.name not in given):
                continue
            value = given[asked.name] if not asked.into else getattr(holder, asked.name)
            if asked.whole == self.octets:
                body = value
            elif asked.needed or value != asked.default:
                told[asked.name] = value
        return told, body


@cache
def routes() -> Mapping[str, Route]:
    """Give every route by name: listings, one row of each that has ids, and the other services."""
    made = {name: _of_listing(LISTINGS[name]) for name in LISTED}
    made |= {f"{name}/one": _of_one(LISTINGS[name]) for name in _KEYS}
    made |= {name: _of_service(service) for name, service in CATALOGUE.items() if name not in LISTED
             and not left_out(service)}  # fmt: skip
    return made


def left_out(service: Service[..., Any]) -> str:
    """Say why a service is not offered; empty where it is."""
    if inspect.unwrap(service.function).__module__.startswith(accounts.__name__):
        return OF_ACCOUNTS
    return OF_APPROVALS if service.permission is Permission.APPROVE else LEFT_OUT.get(service.name, "")


def _of_listing(listing: Listing) -> Route:
    told = {item.name: item for item in dataclasses.fields(Wanted)}
    asked = [
        Asked(name=name, type=told[name].type, into="wanted", default=told[name].default,
              choices=("", *CHOICES.get((listing.name, name), ())) if (listing.name, name) in CHOICES else (),
              several=(listing.name, name) in SEVERAL)
        for name in (*listing.filters, "site")
    ]  # fmt: skip
    return Route(
        service=LISTED[listing.name], path=f"/{listing.name}", method="GET", made={"wanted": Wanted}, listing=listing.name,
        asked=(*asked, Asked(name="sort", type=str, into="wanted", default=""),
               Asked(name="count", type=int, into="wanted", default=_USUAL_ROWS),
               Asked(name="skip", type=int, into="wanted", default=0)),
    )  # fmt: skip


def _of_one(listing: Listing) -> Route:
    def found(view: View, name: str) -> Row:
        return one(view, listing, name)

    service = Service(
        name=f"{listing.name}/one",
        meaning=f"Give one row of {listing.name} by its id, or the beginning of it.",
        permission=LISTED[listing.name].permission,
        function=found,
    )
    return Route(
        service=service,
        path=f"/{listing.name}/{{path:name}}",
        method="GET",
        of_one=True,
        asked=(Asked(name="name", type=str),),
    )


def _of_service(service: Service[..., Any]) -> Route:
    asked = list[Asked]()
    made: dict[str, type] = {}
    octets = ""
    parameters = inspect.signature(service.function).parameters
    for name, kind in service.input.items():
        bare = _bare(kind)
        default = parameters[name].default
        if (service.name, name) in _NOT_ASKED:
            continue
        if dataclasses.is_dataclass(bare) and isinstance(bare, type):
            made[name] = bare
            asked += fields_of(name, bare)
        else:
            asked.append(Asked(name=name, type=kind, default=default))
    for one_ in asked:
        if _is_octets(one_.type):
            octets = one_.whole
    reads = not octets and (service.permission in _READS or service.name in _ONLY_READ)
    return Route(
        service=service, path=f"/{service.name.replace('_', '-')}", method="GET" if reads else "POST",
        asked=tuple(asked), made=made, octets=octets, long=service.name in _LONG,
    )  # fmt: skip


def fields_of(into: str, kind: type) -> Iterator[Asked]:
    """Give what a dataclass is made of, as a route takes it."""
    hints = inspect.get_annotations(kind, eval_str=True)
    for item in dataclasses.fields(kind):
        default = item.default
        if item.default_factory is not dataclasses.MISSING:
            default = item.default_factory()
        yield Asked(
            name=item.name, type=hints[item.name], into=into,
            default=inspect.Parameter.empty if default is dataclasses.MISSING else default,
            choices=TLP if item.name == "tlp" else (),
        )  # fmt: skip


def _bare(kind: Any) -> Any:
    """Give the type without "or None"."""
    if get_origin(kind) in {Union, UnionType}:
        rest = [part for part in get_args(kind) if part is not NoneType]
        return rest[0] if len(rest) == 1 else kind
    return kind


def _is_octets(kind: Any) -> bool:
    return kind in {bytes, BinaryIO} or (
        get_origin(kind) in {Iterable, Sequence, list} and get_args(kind) == (Offered,)
    )
