# SPDX-License-Identifier: Apache-2.0
"""What a route takes, as a model of pydantic: bounded, and nothing that it does not know."""

import dataclasses
import re
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin

from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints, create_model

from leadglass.services.api.routes import MOST_ROWS, Asked, Route, fields_of
from leadglass.services.ledger.assigning import LONGEST
from leadglass.web.api.problems import ApiError

_LONGEST = LONGEST
_MOST_LISTED = 100
_FURTHEST = 1 << 31
_NO_NUL = r"^[^\x00]*$"
Text = Annotated[str, StringConstraints(max_length=_LONGEST, pattern=_NO_NUL)]
Snapshot = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{16})?$")]

_SAID = {
    "count": "Rows of a page at most.",
    "skip": "Rows to skip; rather follow `next`.",
    "site": "Only this site.",
    "sort": "A column to sort by, with - before it the other way round; empty is the listing's own order.",
    "snapshot": "The snapshot that pages are of; `next` carries it, so that rows are neither missed nor told twice.",
    "name": "Id of anything, or its beginning; an asset tag; a CVE.",
    "device": "Device: asset tag or id.",
    "text": "Words to look for.",
    "columns": "What a column of an inventory means: HEADING=FIELD.",
    "assignee": "Account of who takes them on; empty lets them go.",
    "actions": "Ids of actions: all of them, or none where one is not here.",
    "decisions": "Decisions: all of them are recorded, or none.",
    "vulnerability": "Vulnerability, by its id.",
    "why": "How you know, so that another can follow.",
    "since": "The id of a snapshot; else the one before the current. A day is looked back to where the ledger lies.",
    "until": "Last day on which it holds; needed to accept and to compensate.",
    "tlp": "Traffic Light Protocol 2.0.",
}
_EXAMPLES = {
    "device": "CT-014", "vulnerability": "CVE-2021-44228", "site": "North Quay Hospital", "modality": "CT",
    "status": "affected", "owner": "Head of imaging", "reason": "moved to zone 4 meanwhile", "until": "2027-01-31",
    "kind": "accept", "target": "A-w5fmn46wzn", "question": "Q-axdgct6mhm", "value": "2.8", "field": "exposure",
}  # fmt: skip


class Asking(Schema):
    """What may be asked: nothing else."""

    model_config = ConfigDict(extra="forbid")


def model(route: Route) -> type[Schema]:
    """Give the model of what a route takes by name."""
    fields: dict[str, Any] = {}
    for asked in route.fields:
        fields[asked.name] = (_kind(asked, in_query=route.in_query), _field(asked))
    if route.listing:
        fields["snapshot"] = (Snapshot, Field("", description=_SAID["snapshot"]))
    if route.named:
        named = "How the document is called: a name to show."
        fields["name"] = (Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_NO_NUL)],
                          Field(..., description=named, examples=["inventory.csv"]))  # fmt: skip
    title = "".join(part.capitalize() for part in route.service.name.replace("/", "_").split("_"))
    return create_model(f"{title}Asked", __base__=Asking, **fields)


def values(route: Route, told: Schema) -> dict[str, Any]:
    """Take the values out of a model, as the service takes them."""
    made = dict[str, Any]()
    for asked in route.fields:
        value = getattr(told, asked.name)
        if _of_dataclass(asked.type):
            value = [get_args(asked.type)[0](**dict(one)) for one in value]
        made[asked.name] = _mapping(asked.name, value) if _is_mapping(asked.type) else value
    return made


def check(route: Route, request: HttpRequest, names: Sequence[str]) -> None:
    """Refuse what a route does not know, and what is said twice: else a mistyped filter would show everything."""
    known = set(names) if route.in_query else set()
    for name in request.GET:
        if name not in known:
            told = f"It knows: {', '.join(sorted(known))}." if known else "It takes none."
            raise ApiError(400, f"'{name}' is nothing that this address knows. {told}")
        several = any(asked.name == name and _several(asked.type) for asked in route.fields)
        if len(request.GET.getlist(name)) > 1 and not several:
            raise ApiError(400, f"'{name}' is said more than once. Say it once.")


def nothing(request: HttpRequest) -> None:
    """Refuse whatever is asked where nothing can be."""
    for name in request.GET:
        raise ApiError(400, f"'{name}' is nothing that this address knows. It takes none.")


def _field(asked: Asked) -> Any:
    told: dict[str, Any] = {"description": _SAID.get(asked.name)}
    if asked.name in _EXAMPLES:
        told["examples"] = [_EXAMPLES[asked.name]]
    if asked.type is int:
        told |= {"ge": 1, "le": MOST_ROWS} if asked.name == "count" else {"ge": 0, "le": _FURTHEST}
    if _several(asked.type) or _of_dataclass(asked.type):
        told["max_length"] = _MOST_LISTED
    default = asked.default
    if _is_mapping(asked.type) or isinstance(default, tuple):
        default = []
    return Field(... if asked.needed else default, **told)


def _kind(asked: Asked, *, in_query: bool) -> Any:
    """Give the type that a model takes; texts are bounded, and words of a list are one of them."""
    if asked.several:
        words = "|".join(re.escape(word) for word in asked.choices if word)
        return Annotated[str, StringConstraints(pattern=f"^(({words})(,({words}))*)?$", max_length=_LONGEST)]
    if asked.choices:
        return Literal[asked.choices]
    if asked.type is str:
        return Snapshot if asked.name == "since" else Text
    if _several(asked.type):
        return list[Text]
    known = {int, bool, date, datetime, float, date | None, datetime | None, str | None}
    if asked.type in known or (isinstance(asked.type, type) and issubclass(asked.type, Enum)):
        return asked.type
    if not in_query and _of_dataclass(asked.type):
        return list[_nested(get_args(asked.type)[0])]  # type: ignore[misc]
    raise TypeError(f"{asked.name}: no route can take a {asked.type}; leave the service out of the routes")


def _nested(kind: type) -> type[Schema]:
    """Give the model of one of several: its texts are as bounded as those that come alone."""
    fields: dict[str, Any] = {
        asked.name: (_kind(asked, in_query=False), _field(asked)) for asked in fields_of("", kind)
    }
    return create_model(kind.__name__, __base__=Asking, **fields)


def _of_dataclass(kind: Any) -> bool:
    return get_origin(kind) in {list, Sequence} and dataclasses.is_dataclass(get_args(kind)[0])


def _several(kind: Any) -> bool:
    return _is_mapping(kind) or (get_origin(kind) in {list, Sequence, tuple} and get_args(kind)[0] is str)


def _is_mapping(kind: Any) -> bool:
    return get_origin(kind) in {Mapping, dict, types.MappingProxyType}


def _mapping(name: str, told: Sequence[str]) -> dict[str, str]:
    made = {}
    for text in told:
        key, mark, meaning = text.rpartition("=")
        if not mark or not key or not meaning:
            raise ApiError(400, f"'{text}' is no mapping. Write: {name}=HEADING=FIELD")
        made[key] = meaning
    return made
