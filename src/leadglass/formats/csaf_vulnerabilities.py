# SPDX-License-Identifier: Apache-2.0
"""Read vulnerabilities of CSAF 2.0 (3.2.3) and 2.1: what they are, whom they affect, what helps.

A product in a group of `product_status` is one statement. Flags and threats of the category impact are added to the
statements of their products; remediations are remedies.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import Final

import msgspec
from msgspec import Raw

from leadglass.errors import BoundError
from leadglass.formats.csaf_described import Vulnerability, describe
from leadglass.formats.csaf_fields import NO_RAW, WHAT, Fields, is_absent
from leadglass.formats.csaf_related import ProductTree
from leadglass.values.advisories import Described, Remedy, Statement, Status

MOST_STATEMENTS: Final = 2_000_000
MOST_NAMES: Final = 20

STATUS_OF: Final = {
    "first_affected": Status.AFFECTED,
    "known_affected": Status.AFFECTED,
    "last_affected": Status.AFFECTED,
    "known_not_affected": Status.NOT_AFFECTED,
    "first_fixed": Status.FIXED,
    "fixed": Status.FIXED,
    "under_investigation": Status.UNDER_INVESTIGATION,
    "unknown": Status.UNKNOWN,  # 2.1 only
}
"""Groups of product_status, and what they say (2.0, 3.2.3.9)."""

CATEGORIES: Final = (
    "vendor_fix", "mitigation", "workaround", "none_available", "no_fix_planned",
    "fix_planned", "optional_patch",  # 2.1 only
)  # fmt: skip
RECOMMENDED: Final = "recommended"

LABELS: Final = (
    "component_not_present", "inline_mitigations_already_exist", "vulnerable_code_cannot_be_controlled_by_adversary",
    "vulnerable_code_not_in_execute_path", "vulnerable_code_not_present",
)  # fmt: skip


class _Status(msgspec.Struct):
    first_affected: Raw = NO_RAW
    known_affected: Raw = NO_RAW
    last_affected: Raw = NO_RAW
    known_not_affected: Raw = NO_RAW
    first_fixed: Raw = NO_RAW
    fixed: Raw = NO_RAW
    under_investigation: Raw = NO_RAW
    unknown: Raw = NO_RAW
    recommended: Raw = NO_RAW


class _About(msgspec.Struct):
    """A flag, threat or remediation: something said about products and groups of them."""

    product_ids: Raw = NO_RAW
    group_ids: Raw = NO_RAW
    category: Raw = NO_RAW
    label: Raw = NO_RAW
    details: Raw = NO_RAW
    date: Raw = NO_RAW
    url: Raw = NO_RAW
    restart_required: Raw = NO_RAW
    entitlements: Raw = NO_RAW


class _Restart(msgspec.Struct):
    category: Raw = NO_RAW
    details: Raw = NO_RAW


_VULNERABILITY: Final = msgspec.json.Decoder(Vulnerability)
_STATUS: Final = msgspec.json.Decoder(_Status)
_ABOUT: Final = msgspec.json.Decoder(_About)
_RESTART: Final = msgspec.json.Decoder(_Restart)


@dataclass(slots=True, kw_only=True)
class _Added:
    """What flags and threats add to the statements of one vulnerability, by product."""

    labels: dict[str, tuple[str, datetime | None]] = field(default_factory=dict)
    impacts: dict[str, str] = field(default_factory=dict)
    impact_of_all: str = ""


class Vulnerabilities:
    """The vulnerabilities of one document: `described`, `statements`, `remedies`, in its order."""

    def __init__(self, fields: Fields, tree: ProductTree, document: str) -> None:
        self._fields = fields
        self._tree = tree
        self._document = document
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self.described: list[Described] = []
        self.statements: list[Statement] = []
        self.remedies: list[Remedy] = []

    def read(self, raw: Raw) -> None:
        """Take all vulnerabilities, and remark on statements that contradict each other."""
        for place, one in self._fields.objects(_VULNERABILITY, raw, "vulnerabilities"):
            described = describe(self._fields, one, place, f"{self._document}#{place}")
            name = described.vulnerability
            if name in self._spans:
                why = f"{name[:60]} is listed more than once in this document."
                self._fields.remarks.add(place, why, sort="vulnerabilities listed twice")
            self.described.append(described)
            start = len(self.statements)
            self._state(one, place, name)
            self._spans.setdefault(name, []).append((start, len(self.statements)))
            for here, about in self._fields.objects(_ABOUT, one.remediations, f"{place}.remediations"):
                self._remedy(about, here, name)
        self._contradictions()

    def _state(self, one: Vulnerability, place: str, name: str) -> None:
        status = self._fields.object(_STATUS, one.product_status, f"{place}.product_status")
        if status is None:
            why = f"{name[:60]}: no product status is stated, so that it is said of no product."
            self._fields.remarks.add(place, why, sort="vulnerabilities without a product status")
            status = _Status()
        added = self._added(one, place)
        told: set[str] = set()
        for group, means in STATUS_OF.items():
            products = self._tree.products_of(getattr(status, group), f"{place}.product_status.{group}")
            for here, ref in products:
                label, since = added.labels.get(ref, ("", None))
                if means is Status.NOT_AFFECTED:
                    told.add(ref)
                else:
                    label, since = "", None
                self.statements.append(
                    Statement(
                        place=here, vulnerability=name, product=ref, status=means, group=group,
                        justification=label, impact=added.impacts.get(ref, added.impact_of_all), stated=since,
                    )
                )  # fmt: skip
                if len(self.statements) > MOST_STATEMENTS:
                    raise BoundError(
                        f"{WHAT} makes more than {MOST_STATEMENTS:,} statements. It was not read; ask its publisher "
                        "for smaller documents."
                    )
        for ref, (label, _) in added.labels.items():
            if ref not in told:
                why = f"'{label[:60]}' is said of {ref[:60]}, which is not stated as not affected."
                self._fields.remarks.add(f"{place}.flags", why, sort="flags of other products")
        self._recommend(status, f"{place}.product_status.{RECOMMENDED}", name)

    def _recommend(self, status: _Status, place: str, name: str) -> None:
        """Recommended versions carry no status: they are what to install."""
        refs = tuple(ref for _, ref in self._tree.products_of(status.recommended, place))
        if not refs:
            return
        self._fields.rest["recommended products"] += len(refs)
        names = ", ".join(self._tree.name(ref) for ref in islice(refs, MOST_NAMES))
        more = f", and {len(refs) - MOST_NAMES:,} more" if len(refs) > MOST_NAMES else ""
        self.remedies.append(
            Remedy(
                place=place, vulnerability=name, category=RECOMMENDED, text=f"Recommended: {names}{more}",
                products=refs,
            )
        )  # fmt: skip

    def _products(self, about: _About, place: str) -> Iterator[tuple[str, str]]:
        return chain(
            self._tree.products_of(about.product_ids, f"{place}.product_ids"),
            self._tree.products_of_groups(about.group_ids, f"{place}.group_ids"),
        )

    def _added(self, one: Vulnerability, place: str) -> _Added:
        added = _Added()
        for here, flag in self._fields.objects(_ABOUT, one.flags, f"{place}.flags"):
            self._flag(flag, here, added)
        for here, threat in self._fields.objects(_ABOUT, one.threats, f"{place}.threats"):
            self._threat(threat, here, added)
        return added

    def _flag(self, flag: _About, place: str, added: _Added) -> None:
        label = self._fields.text(flag.label, f"{place}.label")
        since = self._fields.time(flag.date, f"{place}.date")
        if label not in LABELS:
            why = f"'{label[:60]}' is no label of a flag."
            self._fields.remarks.add(f"{place}.label", why, sort="flags of no label")
        if is_absent(flag.product_ids) and is_absent(flag.group_ids):
            why = "The flag names neither products nor groups: it justifies nothing."
            self._fields.remarks.add(place, why, sort="flags of no product")
        for here, ref in self._products(flag, place) if label else ():
            if added.labels.setdefault(ref, (label, since))[0] != label:
                why = f"{ref[:60]} has another flag already: '{label[:60]}' was not taken."
                self._fields.remarks.add(here, why, sort="second flags of a product")

    def _threat(self, threat: _About, place: str, added: _Added) -> None:
        category = self._fields.text(threat.category, f"{place}.category")
        products = [ref for _, ref in self._products(threat, place)]
        if category != "impact":
            self._fields.rest[f"threats: {category[:40] or 'no category'}"] += 1
            return
        details = self._fields.prose(threat.details, f"{place}.details")
        if is_absent(threat.product_ids) and is_absent(threat.group_ids):
            added.impact_of_all = added.impact_of_all or details
        for ref in products:
            if added.impacts.setdefault(ref, details) != details:
                self._fields.rest["threats: a second impact on a product"] += 1

    def _remedy(self, about: _About, place: str, name: str) -> None:
        fields = self._fields
        category = fields.text(about.category, f"{place}.category")
        if category not in CATEGORIES:
            why = f"'{category[:40]}' is no category of a remediation."
            fields.remarks.add(f"{place}.category", why, sort="remediations of no category")
        text = fields.prose(about.details, f"{place}.details")
        if not text:
            fields.remarks.add(
                f"{place}.details", "No details are stated.", sort="remediations without details"
            )
        products = tuple(dict.fromkeys(ref for _, ref in self._products(about, place)))
        if not products:
            why = "The remediation names no product that it is for."
            fields.remarks.add(place, why, sort="remediations of no product")
        since = fields.time(about.date, f"{place}.date")
        restart = fields.object(_RESTART, about.restart_required, f"{place}.restart_required") or _Restart()
        fields.count(restart.details, f"{place}.restart_required.details", "details of restarts")
        fields.count(about.entitlements, f"{place}.entitlements", "entitlements of remediations")
        self.remedies.append(
            Remedy(
                place=place, vulnerability=name, category=category, text=text,
                url=fields.text(about.url, f"{place}.url"), products=products, since=since.date() if since else None,
                restart=fields.text(restart.category, f"{place}.restart_required.category"),
            )
        )  # fmt: skip

    def _contradictions(self) -> None:
        """Remark on products of which two statuses are stated for one vulnerability (6.1.6). Both stay."""
        for name, spans in self._spans.items():
            stated: dict[str, Statement] = {}
            for one in chain.from_iterable(self.statements[start:end] for start, end in spans):
                other = stated.setdefault(one.product, one)
                if other.status is not one.status:
                    why = (
                        f"{name[:60]} and {one.product[:60]}: {one.group} here, but {other.group} at {other.place}. "
                        "Both are kept."
                    )
                    self._fields.remarks.add(one.place, why, sort="statements that contradict others")
