# SPDX-License-Identifier: Apache-2.0
"""Read recalls of medical devices from openFDA (JSON of device/recall and device/enforcement, queries or downloads).

A recall has its number in place of a vulnerability's id. Which lots, serial numbers and versions are recalled is
told in free text (code_info), and stays one. Clearances, reports of events and recalls of drugs or food are told
and not taken.
"""

import re
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import (
    FAULTS,
    Buffer,
    items,
    place_and_reason,
    refuse_swarm,
    unreadable,
    utf8,
)
from leadglass.formats.tree_fields import Fields
from leadglass.values.advisories import Advisory, Described, NamedProduct, Statement, Status

CATEGORY: Final = "recall"
MOST_BYTES: Final = 256 << 20
MOST_RECALLS: Final = 100_000

_WHAT: Final = "The openFDA file"
_NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{2,39}")
_STATED: Final = (
    ("model_number", "version_or_model_number"), ("serial_number", "serial_numbers"), ("catalog_number",),
    ("udi_di", "udi"),
)  # fmt: skip
"""Where models, serial numbers, order numbers and device identifiers stand, in files that state them apart."""

_NOT_TAKEN: Final = (
    "k_numbers",
    "pma_numbers",
    "distribution_pattern",
    "product_quantity",
    "root_cause_description",
)


class _Answer(msgspec.Struct):
    results: msgspec.Raw
    meta: Any = None


_ANSWER: Final = msgspec.json.Decoder(_Answer)
_RESULT: Final = msgspec.json.Decoder(dict[str, Any])


def read(raw: Buffer) -> Advisory:
    """Read recalls. One that cannot be read, or is of no device, becomes a remark."""
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{_WHAT} is larger than {MOST_BYTES >> 20} MiB. It was not read; receive it in parts."
        )
    refuse_swarm(_WHAT, raw)
    fields = Fields(_WHAT)
    try:
        answer = _ANSWER.decode(utf8(raw))
        results = items(answer.results, MOST_RECALLS)
    except FAULTS as error:
        raise unreadable(_WHAT, error) from error
    reading = _Reading(fields)
    for number, one in enumerate(results):
        place = f"results[{number}]"
        try:
            reading.take(_RESULT.decode(one), place)
        except FAULTS as error:
            fields.remarks.add(*place_and_reason(place, error), sort="recalls that were not read")
    return reading.finish(answer.meta, len(results))


class _Reading:
    """One file while it is read."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._products: list[NamedProduct] = []
        self._described: list[Described] = []
        self._statements: list[Statement] = []

    def finish(self, meta: Any, listed: int) -> Advisory:
        """Give what was taken, if there is anything."""
        fields = self._fields
        head = fields.object(meta, "meta")
        page = head.get("results")
        total = page.get("total") if isinstance(page, dict) else None
        if isinstance(total, int) and total > listed:
            fields.remarks.add("meta.results", f"This is one page: {listed:,} of {total:,} results.")
        if not self._statements:
            kinds = ", ".join(f"{number:,} {kind}" for kind, number in fields.rest.items()) or "no results"
            raise UnreadableError(
                f"{_WHAT} holds no recall of a device: {kinds}. Fetch device/recall or device/enforcement."
            )
        one = self._described[0] if len(self._described) == 1 else None
        return Advisory(
            id=one.vulnerability if one else "",
            category=CATEGORY,
            title=one.title if one else f"{len(self._described):,} recalls",
            publisher="openFDA",
            updated=_midnight(head, ("last_updated",), "meta", fields),
            products=tuple(self._products),
            described=tuple(self._described),
            statements=tuple(self._statements),
            rest=dict(fields.rest),
            remarks=fields.remarks.finish(),
        )

    def take(self, result: dict[str, Any], place: str) -> None:
        """Take a recall."""
        fields = self._fields
        kind = _other_kind(result)
        if kind:
            fields.rest[kind] += 1
            fields.remarks.add(place, f"This is one of {kind}: it was not taken.", sort=f"of {kind}")
            return
        number = _first(result, ("product_res_number", "recall_number", "cfres_id"), place, fields)
        event = _first(result, ("res_event_number", "event_id"), place, fields)
        if not _NUMBER.fullmatch(number):
            why = (
                f"'{number[:40]}' is no number of a recall."
                if number
                else "It has no number: it was left out."
            )
            fields.remarks.add(place, why, sort="recalls without a number")
            return
        product = self._product(result, place)
        began = _midnight(result, ("event_date_initiated", "recall_initiation_date"), place, fields)
        posted = _midnight(result, ("event_date_posted", "report_date"), place, fields)
        reason = fields.prose(result.get("reason_for_recall"), f"{place}.reason_for_recall")
        for key in _NOT_TAKEN:
            fields.count(result.get(key), key)
        self._products.append(product)
        self._described.append(
            Described(
                place=place, vulnerability=number, aliases=(event,) if event else (), title=product.name[:200],
                description=reason, published=posted,
            )
        )  # fmt: skip
        self._statements.append(
            Statement(
                place=place, vulnerability=number, product=place, status=Status.AFFECTED,
                group=_first(result, ("recall_status", "status"), place, fields),
                justification=fields.take(result.get("classification"), f"{place}.classification"),
                impact=reason, action=fields.prose(result.get("action"), f"{place}.action"),
                stated=began,
            )
        )  # fmt: skip

    def _product(self, result: dict[str, Any], place: str) -> NamedProduct:
        fields = self._fields
        harmonised = fields.object(result.get("openfda"), f"{place}.openfda")
        name = fields.take(result.get("product_description"), f"{place}.product_description")
        maker = fields.take(result.get("recalling_firm"), f"{place}.recalling_firm")
        if not name or not maker:
            why = "The firm or the description of the product is missing: nothing can be matched by it."
            fields.remarks.add(place, why, sort="nameless products")
        kind = _listed(harmonised.get("device_name"), f"{place}.openfda.device_name", fields)
        code = fields.take(result.get("product_code"), f"{place}.product_code")
        models, serials, skus, udis = (
            tuple(text for key in keys for text in _listed(result.get(key), f"{place}.{key}", fields))
            for keys in _STATED
        )
        codes = [fields.prose(result.get(key), f"{place}.{key}") for key in ("code_info", "more_code_info")]
        return NamedProduct(
            place=place, ref=place, name=name, maker=maker, family=": ".join(filter(None, (code, *kind[:1]))),
            version=" ".join(filter(None, codes)), models=models, serials=serials, skus=skus, udis=udis,
        )  # fmt: skip


def _other_kind(result: dict[str, Any]) -> str:
    """Name what this is, if it is no recall of a device."""
    product_type = result.get("product_type")
    if isinstance(product_type, str) and product_type not in ("", "Devices"):
        return f"recalls of {product_type[:20].lower()}"
    if "reason_for_recall" in result or "product_res_number" in result or "recall_number" in result:
        return ""
    if "pma_number" in result or "k_number" in result:
        return "clearances and approvals"
    if "mdr_report_key" in result:
        return "reports of events"
    return "results of other kinds"


def _first(result: dict[str, Any], keys: tuple[str, ...], place: str, fields: Fields) -> str:
    """Take the first of several fields that is stated: the two endpoints name them differently."""
    for key in keys:
        text = fields.take(result.get(key), f"{place}.{key}")
        if text:
            return text
    return ""


def _listed(value: Any, place: str, fields: Fields) -> tuple[str, ...]:
    """Take a text or a list of them."""
    if isinstance(value, list):
        return fields.texts(value, place)
    text = fields.take(value, place)
    return (text,) if text else ()


def _midnight(result: dict[str, Any], keys: tuple[str, ...], place: str, fields: Fields) -> datetime | None:
    """Take the first day that is stated, 2031-01-31 or 20310131, as the time at which it begins (UTC)."""
    for key in keys:
        day = fields.day(result.get(key), f"{place}.{key}")
        if day:
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return None
