# SPDX-License-Identifier: Apache-2.0
"""Read product files of endoflife.date: answers of its API v0 and v1 (JSON), and its sources (markdown, YAML front).

"eol" has other meanings elsewhere. Here it is the end of security support, "eoas" the end of active support,
"eoes" the end of extended (paid) security support; values that are true or false and no date stay what they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import FAULTS, Buffer, refuse_swarm, unreadable, utf8
from leadglass.formats.tree_fields import Fields
from leadglass.formats.yaml_text import tree
from leadglass.values.sources import Remark

MOST_BYTES: Final = 32 << 20

_WHAT: Final = "The product file of endoflife.date"
_FENCE: Final = b"---"
_LABEL: Final = "__RELEASE_CYCLE__"
_IDENTIFIERS: Final = ("purl", "cpe")
_CYCLE_FIELDS: Final = frozenset({
    "releaseCycle", "cycle", "codename", "latest", "releaseLabel", "releaseDate", "latestReleaseDate", "eoas", "support",
    "eol", "eoes", "extendedSupport", "lts", "discontinued", "link", "outOfOrder", "staleReleaseThresholdDays",
})  # fmt: skip
_JSON: Final = msgspec.json.Decoder(Any)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A release cycle. A date is None where none is stated.

    Where true or false is said in place of a date, it stands beside: `support_ended`, `ended` (security support),
    `extended_ended`, `discontinued`; None is not stated. `lts` is true from `lts_from` on, where that is stated.
    """

    place: str
    name: str
    label: str = ""
    codename: str = ""
    released: date | None = None
    support_until: date | None = None
    support_ended: bool | None = None
    security_until: date | None = None
    ended: bool | None = None
    extended_until: date | None = None
    extended_ended: bool | None = None
    latest: str = ""
    latest_released: date | None = None
    lts: bool | None = None
    lts_from: date | None = None
    discontinued: bool | None = None
    discontinued_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """A product's release cycles. `product` is its name in the address, `label` how people write it.

    `identifiers` are package URLs and CPE names as stated. `rest` counts what was seen and not taken.
    """

    product: str
    label: str
    identifiers: tuple[str, ...]
    cycles: tuple[Cycle, ...]
    remarks: tuple[Remark, ...] = ()


def read(raw: Buffer, product: str = "") -> tuple[Lifecycle, ...]:
    """Read a product, or all products of one answer of the API v1.

    `product` names the product for answers of the API v0, which do not say it; where a document says it, the
    document counts.
    """
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{_WHAT} is larger than {MOST_BYTES >> 20} MiB. It was not read; fetch products one by one."
        )
    refuse_swarm(_WHAT, raw)
    text = bytes(utf8(raw))
    head = text.lstrip()[:3]
    if head == _FENCE:
        return (_markdown(text.lstrip(), product),)
    try:
        answer = _JSON.decode(text)
    except FAULTS as error:
        raise unreadable(_WHAT, error) from error
    if isinstance(answer, list):
        return (_version_0(answer, product),)
    result = answer.get("result") if isinstance(answer, dict) else None
    listed = result if isinstance(result, list) else [result]
    products = [one for one in listed if isinstance(one, dict) and isinstance(one.get("releases"), list)]
    if not products or len(products) < len(listed):
        raise UnreadableError(
            f"{_WHAT} was not read: it has no releases. Fetch /api/v1/products/PRODUCT, or the file of a product."
        )
    return tuple(_version_1(one) for one in products)


def _lifecycle(
    product: str, label: str, identifiers: tuple[str, ...], cycles: Iterator[Cycle], fields: Fields
) -> Lifecycle:
    taken: dict[str, Cycle] = {}
    for cycle in cycles:
        if not cycle.name:
            fields.remarks.add(
                cycle.place, "A cycle without a name was left out.", sort="cycles without a name"
            )
        elif cycle.name in taken:
            why = f"Cycle {cycle.name[:40]} is listed twice; the first counts."
            fields.remarks.add(cycle.place, why, sort="doubled cycles")
        else:
            taken[cycle.name] = cycle
    if not product:
        fields.remarks.add(
            "document", "It does not say of which product it is: name the product when it is received."
        )
    if not taken:
        fields.remarks.add("document", "It lists no release cycle.")
    for kind, number in fields.rest.items():
        fields.remarks.add("document", f"{number:,} {kind} were not taken.")
    return Lifecycle(
        product=product, label=label or product, identifiers=identifiers, cycles=tuple(taken.values()),
        remarks=fields.remarks.finish(),
    )  # fmt: skip


def _markdown(text: bytes, product: str) -> Lifecycle:
    lines = text.splitlines(keepends=True)
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == _FENCE), 0)
    if not end:
        raise UnreadableError(
            f"{_WHAT} was not read: its front matter has no end (a line ---). Fetch it again."
        )
    fields = Fields(_WHAT)
    front = tree(b"".join(lines[1:end]), _WHAT)
    if not isinstance(front, dict) or not isinstance(front.get("releases"), list):
        raise UnreadableError(
            f"{_WHAT} was not read: its front matter lists no releases. Is it the file of a product?"
        )
    address = fields.take(front.get("permalink"), "permalink").strip("/")
    identifiers = [
        (kind, fields.take(one[kind], f"{here}.{kind}"))
        for here, one in fields.objects(front.get("identifiers"), "identifiers")
        for kind in one
    ]
    label = fields.take(front.get("releaseLabel"), "releaseLabel") or _LABEL
    listed = fields.objects(front["releases"], "releases")
    cycles = (_cycle(one, here, "releaseCycle", label, fields) for here, one in listed)
    return _lifecycle(
        address or product,
        fields.take(front.get("title"), "title"),
        _taken(identifiers, fields),
        cycles,
        fields,
    )


def _taken(identifiers: list[tuple[str, str]], fields: Fields) -> tuple[str, ...]:
    for kind, _ in identifiers:
        if kind not in _IDENTIFIERS:
            fields.rest[f"identifiers of the kind {kind[:20]}"] += 1
    return tuple(dict.fromkeys(text for kind, text in identifiers if kind in _IDENTIFIERS and text))


def _version_0(answer: list[Any], product: str) -> Lifecycle:
    fields = Fields(_WHAT)
    if not any(isinstance(one, dict) and "cycle" in one for one in answer):
        raise UnreadableError(
            f"{_WHAT} was not read: this list holds no release cycles. Fetch /api/PRODUCT.json."
        )
    cycles = (_cycle(one, here, "cycle", _LABEL, fields) for here, one in fields.objects(answer, ""))
    return _lifecycle(product, "", (), cycles, fields)


def _cycle(one: dict[str, Any], place: str, name: str, label: str, fields: Fields) -> Cycle:
    """Read a cycle of the sources or of the API v0, whose fields are dates, or true or false."""
    cycle = fields.take(one.get(name), f"{place}.{name}")
    codename = fields.take(one.get("codename"), f"{place}.codename")
    latest = fields.take(one.get("latest"), f"{place}.latest")
    shown = fields.take(one.get("releaseLabel"), f"{place}.releaseLabel") or label
    support_until, support_ended = _end(one, place, "eoas", "support", fields)
    extended_until, extended_ended = _end(one, place, "eoes", "extendedSupport", fields)
    security_until, ended = _until(one.get("eol"), f"{place}.eol", fields)
    lts_from, lts = _until(one.get("lts"), f"{place}.lts", fields)
    discontinued_on, discontinued = _until(one.get("discontinued"), f"{place}.discontinued", fields)
    for kind in one:
        if kind not in _CYCLE_FIELDS:
            fields.rest[f"values of {kind[:40]}"] += 1
    return Cycle(
        place=place, name=cycle, codename=codename, latest=latest, label=_label(shown, cycle, codename, latest),
        released=fields.day(one.get("releaseDate"), f"{place}.releaseDate"),
        support_until=support_until, support_ended=support_ended, security_until=security_until, ended=ended,
        extended_until=extended_until, extended_ended=extended_ended,
        latest_released=fields.day(one.get("latestReleaseDate"), f"{place}.latestReleaseDate"),
        lts=lts, lts_from=lts_from, discontinued=discontinued, discontinued_on=discontinued_on,
    )  # fmt: skip


def _label(template: str, cycle: str, codename: str, latest: str) -> str:
    """Fill a template in, as the site does; one that computes ({{ }}, {% %}) is left, the name stands for it."""
    if "{" in template:
        return cycle
    filled = template.replace(_LABEL, cycle).replace("__CODENAME__", codename).replace("__LATEST__", latest)
    return " ".join(filled.replace("()", "").replace("''", "").split())


def _end(
    one: dict[str, Any], place: str, name: str, former: str, fields: Fields
) -> tuple[date | None, bool | None]:
    """Read when support ends. The field had another name before, where true meant that there is support."""
    if name in one or former not in one:
        return _until(one.get(name), f"{place}.{name}", fields)
    day, supported = _until(one[former], f"{place}.{former}", fields)
    return day, None if supported is None else not supported


def _until(value: Any, place: str, fields: Fields) -> tuple[date | None, bool | None]:
    """Read a date, or true or false in its place."""
    if isinstance(value, bool):
        return None, value
    return fields.day(value, place), None


def _version_1(result: dict[str, Any]) -> Lifecycle:
    fields = Fields(_WHAT)
    product = fields.take(result.get("name"), "result.name")
    identifiers = [
        (fields.take(one.get("type"), f"{here}.type"), fields.take(one.get("id"), f"{here}.id"))
        for here, one in fields.objects(result.get("identifiers"), "result.identifiers")
    ]
    cycles = (
        _release(one, here, fields) for here, one in fields.objects(result["releases"], "result.releases")
    )
    label = fields.take(result.get("label"), "result.label")
    return _lifecycle(product, label, _taken(identifiers, fields), cycles, fields)


def _release(one: dict[str, Any], place: str, fields: Fields) -> Cycle:
    """Read a cycle of the API v1. What it computes from a date for its day (isEol) is not taken beside the date."""
    cycle = fields.take(one.get("name"), f"{place}.name")
    latest = fields.object(one.get("latest"), f"{place}.latest")
    support_until, support_ended = _from(one, place, "Eoas", fields)
    security_until, ended = _from(one, place, "Eol", fields)
    extended_until, extended_ended = _from(one, place, "Eoes", fields)
    discontinued_on, discontinued = _from(one, place, "Discontinued", fields)
    lts_from, lts = _from(one, place, "Lts", fields)
    fields.count(one.get("custom"), "custom values")
    return Cycle(
        place=place, name=cycle,
        label=fields.take(one.get("label"), f"{place}.label") or cycle,
        codename=fields.take(one.get("codename"), f"{place}.codename"),
        released=fields.day(one.get("releaseDate"), f"{place}.releaseDate"),
        support_until=support_until, support_ended=support_ended, security_until=security_until, ended=ended,
        extended_until=extended_until, extended_ended=extended_ended,
        latest=fields.take(latest.get("name"), f"{place}.latest.name"),
        latest_released=fields.day(latest.get("date"), f"{place}.latest.date"),
        lts=lts, lts_from=lts_from, discontinued=discontinued, discontinued_on=discontinued_on,
    )  # fmt: skip


def _from(one: dict[str, Any], place: str, name: str, fields: Fields) -> tuple[date | None, bool | None]:
    begin = f"{name[0].lower()}{name[1:]}From"
    day = fields.day(one.get(begin), f"{place}.{begin}")
    said = one.get(f"is{name}")
    if day or said is None:
        return day, None
    if not isinstance(said, bool):
        fields.wrong(said, f"{place}.is{name}", "true or false")
        return None, None
    return None, said
