# SPDX-License-Identifier: Apache-2.0
"""Read product status lists in the layout of CISA's log4j-affected-db (YAML): products, and versions by CVE.

For each product and vulnerability the list has versions that are affected, fixed, unaffected. They are texts as
vendors write them. An entry without a text says the status and no version: that counts for "affected", and for
"unaffected" where nothing else is said; a repair without its version is unknown, so that it silences nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import Buffer
from leadglass.formats.tree_fields import Fields
from leadglass.formats.yaml_text import tree
from leadglass.values.advisories import Advisory, Described, NamedProduct, Remedy, Statement, Status

CATEGORY: Final = "product_status_list"
MOST_STATEMENTS: Final = 1_000_000

_WHAT: Final = "The list of product statuses"
_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_LISTS: Final = {
    "affected_versions": Status.AFFECTED,
    "fixed_versions": Status.FIXED,
    "unaffected_versions": Status.NOT_AFFECTED,
}
_KNOWN: Final = frozenset({*_LISTS, "investigated", "status", "update"})
_WORDS: Final = {
    "affected": Status.AFFECTED, "vulnerable": Status.AFFECTED, "not affected": Status.NOT_AFFECTED,
    "not vulnerable": Status.NOT_AFFECTED, "under investigation": Status.UNDER_INVESTIGATION,
    "investigating": Status.UNDER_INVESTIGATION, "unknown": Status.UNKNOWN,
}  # fmt: skip
"""What lists say in the column `status` of older layouts; "fixed" names no version and stays unknown."""


def read(raw: Buffer) -> Advisory:
    """Read a list. An entry that is none becomes a remark; what is not known of a product is said as unknown."""
    document = tree(raw, _WHAT)
    if not isinstance(document, dict) or not isinstance(document.get("software"), list):
        raise UnreadableError(
            f"{_WHAT} was not read: it has no list 'software' as CISA's lists have. Convert it, or ask its publisher."
        )
    reading = _Reading()
    for place, entry in reading.fields.objects(document["software"], "software"):
        reading.take(entry, place)
    return reading.finish(document)


class _Reading:
    """One list while it is read."""

    def __init__(self) -> None:
        self.fields = Fields(_WHAT)
        self._products: dict[str, NamedProduct] = {}
        self._vulnerabilities: dict[str, Described] = {}
        self._statements: list[Statement] = []
        self._remedies: list[Remedy] = []
        self._updated: datetime | None = None

    def finish(self, document: dict[str, Any]) -> Advisory:
        """Give what was taken."""
        owners = [
            self.fields.take(one.get("name"), f"{here}.name")
            for here, one in self.fields.objects(document.get("owners"), "owners")
        ]
        return Advisory(
            id="",
            category=CATEGORY,
            title=f"Status of products for {', '.join(list(self._vulnerabilities)[:5])}",
            publisher=next((owner for owner in owners if owner), ""),
            revision=self.fields.take(document.get("version"), "version"),
            updated=self._updated,
            products=tuple(self._products.values()),
            described=tuple(self._vulnerabilities.values()),
            statements=tuple(self._statements),
            remedies=tuple(self._remedies),
            rest=dict(self.fields.rest),
            remarks=self.fields.remarks.finish(),
        )

    def take(self, entry: dict[str, Any], place: str) -> None:
        """Take a product of the list with all its statuses."""
        fields = self.fields
        vendor = fields.take(entry.get("vendor"), f"{place}.vendor")
        product = fields.take(entry.get("product"), f"{place}.product")
        if not vendor and not product:
            why = "Neither vendor nor product is stated: it was left out."
            fields.remarks.add(place, why, sort="products without a name")
            return
        named = NamedProduct(
            place=place,
            ref=place,
            name=" ".join(filter(None, (vendor, product))),
            maker=vendor,
            product=product,
        )
        updated = fields.time(entry.get("last_updated"), f"{place}.last_updated")
        if updated and (self._updated is None or updated > self._updated):
            self._updated = updated
        notes = fields.prose(entry.get("notes"), f"{place}.notes")
        links = [
            link for key in ("vendor_links", "vendor_link") for link in self._texts(entry.get(key), f"{place}.{key}") if link
        ]  # fmt: skip
        fields.count(links[1:], "links beyond the first")
        references = [one for one in self._texts(entry.get("references"), f"{place}.references") if one]
        fields.count(references, "references")
        for name, said in fields.object(entry.get("cves"), f"{place}.cves").items():
            here = f"{place}.cves.{name[:40]}"
            vulnerability = self._vulnerability(name, here)
            if vulnerability:
                base = Statement(
                    place=here, vulnerability=vulnerability, product=place, status=Status.UNKNOWN, impact=notes,
                    stated=updated,
                )  # fmt: skip
                self._say(fields.object(said, here), named, base, links[0] if links else "")

    def _vulnerability(self, name: str, place: str) -> str:
        vulnerability = name.strip().upper()
        if not _CVE.fullmatch(vulnerability):
            self.fields.remarks.add(
                place, f"'{name[:40]}' is no CVE id.", sort="vulnerabilities that were not read"
            )
            return ""
        self._vulnerabilities.setdefault(vulnerability, Described(place=place, vulnerability=vulnerability))
        return vulnerability

    def _say(self, said: dict[str, Any], named: NamedProduct, base: Statement, link: str) -> None:
        """Take what is said of a product and a vulnerability: at least that nothing is known."""
        fields, here = self.fields, base.place
        listed = {key: list(self._texts(said.get(key), f"{here}.{key}")) for key in _LISTS}
        found = list(self._listed(listed, named, base))
        if not found:
            found = [(named, self._otherwise(said, here))]
        if len(self._statements) + len(found) > MOST_STATEMENTS:
            raise BoundError(
                f"{_WHAT} makes more than {MOST_STATEMENTS:,} statements. Receive it in smaller files."
            )
        update = fields.take(said.get("update"), f"{here}.update")
        for product, (status, group) in found:
            self._products.setdefault(product.ref, product)
            self._statements.append(
                replace(base, product=product.ref, status=status, group=group, action=update)
            )
        fixed = [text for text in listed["fixed_versions"] if text]
        if fixed or update:
            self._remedies.append(
                Remedy(
                    place=here, vulnerability=base.vulnerability, category="vendor_fix" if fixed else "update",
                    text=", ".join(fixed) or update, url=link, products=tuple(one.ref for one, _ in found),
                )
            )  # fmt: skip
        for key in said:
            if key not in _KNOWN:
                fields.rest[f"values of {key[:40]}"] += 1

    def _listed(
        self, listed: dict[str, list[str]], named: NamedProduct, base: Statement
    ) -> Iterator[tuple[NamedProduct, tuple[Status, str]]]:
        kinds = [key for key, texts in listed.items() if texts]
        for key in kinds:
            for text in dict.fromkeys(listed[key]):
                if text:
                    product = replace(named, ref=f"{named.ref} {text}", version=text)
                    yield product, (_LISTS[key], key)
                    continue
                alone = len(kinds) == 1 and len(listed[key]) == 1
                status = _LISTS[key]
                if status is Status.FIXED or (status is Status.NOT_AFFECTED and not alone):
                    why = f"{key} has an entry without a version: its status is kept as unknown."
                    self.fields.remarks.add(base.place, why, sort="statuses without a version")
                    status = Status.UNKNOWN
                yield named, (status, key)

    def _otherwise(self, said: dict[str, Any], place: str) -> tuple[Status, str]:
        """Say what stands where no versions are listed."""
        word = self.fields.take(said.get("status"), f"{place}.status")
        if word:
            return _WORDS.get(word.casefold(), Status.UNKNOWN), word
        investigated = said.get("investigated")
        if investigated not in (True, False, None, ""):
            self.fields.wrong(investigated, f"{place}.investigated", "true or false")
        return Status.UNKNOWN, "investigated" if investigated is True else "not investigated"

    def _texts(self, value: Any, place: str) -> Iterator[str]:
        """Take a list of texts, empty ones too; where one text stands in place of the list, it is taken."""
        if isinstance(value, str):
            if value:
                self.fields.wrong(value, place, "a list")
                yield self.fields.take(value, place)
            return
        for here, one in self.fields.items(value, place):
            if one is None or isinstance(one, str):
                yield self.fields.take(one, here)
            else:
                self.fields.wrong(one, here, "a text")
