# SPDX-License-Identifier: Apache-2.0
"""The components of each device: from its bill of materials, CPE names, operating system, and its own model.

Devices with the same components share a configuration. Writes component, configuration, configuration_component, member,
distribution_package.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from leadglass.fleet.boms import BomLink, Boms, link
from leadglass.fleet.queries import BOM_COMPONENTS, PRODUCTS_LONGER, PRODUCTS_NAMED, VENDORS_NAMED
from leadglass.services.ledger.completed import Completed
from leadglass.services.ledger.listed import Group, Lists, Made
from leadglass.services.ledger.lookups import Lookups, book_of, linked
from leadglass.services.ledger.own_parts import (
    MAKERS_OWN,
    Part,
    Subject,
    is_cpe,
    of_cpes,
    of_device,
    of_hardware,
    of_model,
    of_subjects,
    of_system,
    of_unit,
    records_of_model,
    vendors_of,
)
from leadglass.values.people import Answer
from leadglass.values.ports import Workbench
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row
from leadglass.vulnerabilities.book import Book, longer_names
from leadglass.vulnerabilities.components import Link, systems
from leadglass.vulnerabilities.components import of_system as system_links
from leadglass.vulnerabilities.distributions import Package
from leadglass.vulnerabilities.index import join_keys
from leadglass.vulnerabilities.likeness import joined
from leadglass.vulnerabilities.relatives import makers_asked
from leadglass.vulnerabilities.schemes import Choice
from leadglass.vulnerabilities.wording import runs


class Products(Protocol):
    """The products that records name, held by somebody who need not ask the records."""

    def book(self, words: Collection[str], longer: Collection[str], makers: Collection[str]) -> Book:
        """Give a book in which these may be looked up: words of names, whole names, names of makers."""


class Inventory:
    """Looks components up for all devices of a snapshot."""

    def __init__(
        self,
        bench: Workbench,
        boms: Boms,
        answers: Sequence[Answer],
        received: Mapping[str, datetime],
        schemes: Choice,
        products: Products | None = None,
    ) -> None:
        self._schemes = schemes
        self._products = products
        self._bench = bench
        self._boms = boms
        self._answers = answers
        self._completed = Completed(answers)
        self._received = received
        self._systems = systems()
        self._links: dict[str, BomLink] = {}
        self._by_product: dict[str, set[str]] = defaultdict(set)
        self._cpes: dict[str, set[str]] = defaultdict(set)
        self._seen_book = Book({}, {}, ())
        self._lookups = Lookups()
        self._of_models: dict[tuple[str, str], list[tuple[str, Row, tuple[str, ...]]]] = {}
        self.unlisted: dict[str, tuple[str, str]] = {}
        """Devices whose software list is not known: (what is missing, why)."""
        self.vague: dict[str, str] = {}
        """Devices whose operating system is not named well enough, and why."""
        self.gapped: dict[str, str] = {}
        """Devices whose software list says of itself that it is not complete, and how."""

    def boms_of(self, product: str) -> int:
        """Count the bills of materials that describe a product."""
        return len(self._by_product[product])

    def cpes_of(self, product: str) -> int:
        """Count the CPE names that the site knows for a product."""
        return len(self._cpes[product])

    def configure(self, subjects: Sequence[Subject]) -> dict[str, tuple[str, str]]:
        """Find the components of all; returns per device its configuration and what is known of it."""
        for subject in subjects:
            self._links[subject.device_id] = link(
                self._boms, named=subject.bom, maker=subject.maker, model=subject.model, version=subject.version,
                same=subject.same,
            )  # fmt: skip
        lists = Lists(self._listed(), self._completed)
        self._seen_book = self._book({"name": one.name} for subject in subjects for one in subject.seen)
        vendors = self._vendors(subjects)
        chosen: dict[str, tuple[str, str]] = {}
        made = Made(self._received)
        for subject in subjects:
            groups = [] if subject.retired else self._groups(subject, lists, vendors)
            chosen[subject.device_id] = made.configuration(groups, self._knows(subject, groups))
        self._put(made)
        self._bench.put("looked_up", self._lookups.rows())
        self._bench.put("distribution_package", [_package_row(*one) for one in made.packages])
        return chosen

    # Where components come from.

    def _listed(self) -> Mapping[str, list[Row]]:
        """Components of the bills of materials that describe a device, by document."""
        wanted = sorted({found.bom.sha256 for found in self._links.values() if found.bom})
        rows = self._bench.rows(BOM_COMPONENTS, given={"wanted": wanted_texts("sha256", wanted)})
        book = self._book(rows)
        made: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            made[row["sha256"]].append({**row, "links": self._component(book, row)})
        return made

    def _book(self, listed: Iterable[Row]) -> Book:
        rows = list(listed)
        words = sorted({joined(word) for name in {row["name"] for row in rows} for word in runs(name)})
        bare = [row for row in rows if not row.get("purl") and not row.get("cpe")]
        names = sorted(longer_names((row["name"], row.get("version", "")) for row in bare))
        makers = {name for name in names if "_" not in name}
        for row in rows:
            if not row.get("cpe"):  # what a tool saw has a name alone
                makers |= makers_asked(row["name"], row.get("supplier", ""), row.get("purl", ""))
        if self._products:
            return self._products.book(words, names, makers)
        same = self._bench.rows(PRODUCTS_NAMED, given={"wanted": wanted_texts("word", words)})
        longer = self._bench.rows(PRODUCTS_LONGER, given={"wanted": wanted_texts("word", names)})
        single = sorted(makers)
        made = self._bench.rows(VENDORS_NAMED, given={"wanted": wanted_texts("word", single)})
        found = Lookups()
        found.products(words, same)
        found.longer(names, longer)
        found.makers(single, made)
        self._lookups.add(found)
        return book_of(list(found.rows()), self._answers)

    def _component(self, book: Book, row: Row) -> list[Link]:
        """Link one listed component; an operating system is known to records under several products."""
        version = row["version"]
        links = linked(book, row)
        if row["kind"] != "operating-system" and not links[0].product.startswith("microsoft:windows"):
            return list(links)
        known = {(made.product, made.version) for made in links if made.product}
        others = system_links(row["name"], version, self._systems)
        return [
            *(made for made in links if made.product or not others),
            *(made for made in others if (made.product, made.version) not in known),
        ]

    def _vendors(self, subjects: Sequence[Subject]) -> Mapping[str, list[Row]]:
        """Products that records name, by vendor, for the makers of the fleet and of its CPE names."""
        words = sorted({word for subject in subjects for word in vendors_of(subject)})
        found = self._bench.rows(VENDORS_NAMED, given={"wanted": wanted_texts("word", words)})
        self._lookups.vendors(words, found)
        self._lookups.subjects(subjects)
        made: dict[str, list[Row]] = defaultdict(list)
        for row in found:
            made[row["vendor"]].append(row)
        return made

    def _groups(self, subject: Subject, lists: Lists, vendors: Mapping[str, list[Row]]) -> list[Group]:
        """Find what the device is by its own names, what its software list names, and what other tools saw on it."""
        system = self._system(subject)
        own = self._own(subject, system, vendors)
        found = self._links[subject.device_id]
        if found.bom:
            self._by_product[subject.product_id].add(found.bom.sha256)
        if not found.bom or found.doubt:
            self.unlisted[subject.device_id] = (found.doubt, found.why)
        elif found.bom.gaps:
            self.gapped[subject.device_id] = found.bom.gaps
        listed = lists.of(subject, found, system, {(part.link.part, part.link.product) for part in own})
        groups = [Group.of(self._completed.part(subject, part) for part in own), listed]
        if subject.seen:
            keys = {(part.link.part, part.link.product) for part in own if part.link.product} | listed.keys
            seen = self._seen(subject, keys)
            groups.append(Group.of(self._completed.part(subject, part) for part in seen))
        return groups

    def _own(self, subject: Subject, system: Sequence[Link], vendors: Mapping[str, list[Row]]) -> list[Part]:
        cpes = of_cpes(subject)
        self._cpes[subject.product_id].update(text for text in subject.cpes if is_cpe(text))
        named = [*cpes, *of_system(subject, system)]
        named += of_subjects(subject, self._boms, {part.link.product for part in named})
        named += of_hardware(subject, vendors, {part.link.product for part in named})
        known = {part.link.product for part in named if part.link.basis != MAKERS_OWN}
        records = self._of_models.get((subject.maker, subject.model))
        if records is None:
            records = records_of_model(subject.maker, subject.model, vendors)
            self._of_models[subject.maker, subject.model] = records
        itself = of_device(subject)
        units = (
            replace(of_unit(word, itself.id), document=subject.document, place=subject.place)
            for word in subject.units
        )
        return [itself, *units, *named, *of_model(subject, records, known)]

    def _seen(self, subject: Subject, own: Collection[tuple[str, str]]) -> Iterator[Part]:
        """Software that other tools saw, save what is listed already: a list says more than a look from outside."""
        for one in subject.seen:
            row = {
                "name": one.name,
                "version": one.version,
                "supplier": "",
                "cpe": one.cpe,
                "purl": "",
                "kind": "",
            }
            for made in self._component(self._seen_book, row):
                if (made.part, made.product) not in own:
                    link = replace(made, basis=f"{made.basis}; seen by {one.tool}")
                    yield Part(
                        link=link, name=one.name, document=one.document, place=one.place, doubt=link.doubt
                    )

    def _system(self, subject: Subject) -> Sequence[Link]:
        """Find the operating system in the table of systems, and note where it is not named well enough."""
        if not subject.os:
            return ()
        name = f"{subject.os} {subject.os_version}".strip()
        links = system_links(subject.os, subject.os_version, self._systems)
        if not links:
            why = f"no table of systems knows '{name}': records about it are not matched"
        elif not all(link.version for link in links):
            why = f"it is written down as '{name}' only: records about a release or build are not matched for certain"
        else:
            return links
        self.vague[subject.device_id] = why
        return links

    def _knows(self, subject: Subject, groups: Sequence[Group]) -> frozenset[str]:
        found = self._links[subject.device_id]
        listed = found.bom and not found.doubt and not found.bom.gaps
        told = {"software"} if listed else set()
        if subject.version:
            told.add("version")
        return frozenset(told).union(*(group.knows for group in groups))

    # What is written.

    def _put(self, made: Made) -> None:
        parts, configurations = made.parts, made.configurations
        numbers = {name: number for number, name in enumerate(sorted(parts))}
        first: dict[tuple[str, str], int] = {}
        for name, number in numbers.items():
            first.setdefault(_called(parts[name]), number)
        ordered = {name: number for number, name in enumerate(sorted(configurations))}
        self._bench.put(
            "component",
            [
                {
                    **_row(name, part, made.seen[name], self._schemes),
                    "number": numbers[name],
                    "namesake": first[_called(part)],
                }
                for name, part in parts.items()
            ],
        )
        self._bench.put(
            "configuration",
            [{**row, "number": ordered[name]} for name, row in configurations.items()],
        )
        self._bench.put(
            "configuration_component",
            [
                {"configuration_id": g, "component_id": c, "sha256": sha256, "place": place, "listed": listed}
                for (g, c, sha256, place), listed in made.places.items()
            ],
        )
        members = {(ordered[g], numbers[c]) for g, c, *_ in made.places}
        self._bench.put("member", [{"configuration": g, "component": c} for g, c in members])


def _package_row(name: str, package: Package) -> Row:
    return {
        "component_id": name, "distribution": package.distribution, "release": package.release, "name": package.name,
        "version": package.version, "source": package.source, "source_version": package.source_version,
    }  # fmt: skip


def _called(part: Part) -> tuple[str, str]:
    # '-' is none (CPE 2.3): a system is linked with it to one product, and without a version to another
    return part.name.casefold(), part.link.version.strip("-")


def _row(name: str, part: Part, first_seen: datetime, schemes: Choice) -> Row:
    made = part.link
    key = made.key_by(schemes)
    return {
        "component_id": name, "part": made.part, "product": made.product, "name": part.name, "version": made.version,
        "norm": made.norm, "base": made.base, "key": key, "update_": made.update, "named": made.named,
        "qualifiers": made.qualifiers, "lacks": part.lacks, "doubt": part.doubt, "first_seen": first_seen,
        "basis": made.basis, "confidence": made.confidence,
        **join_keys(made.part, made.product, norm=made.norm, base=made.base, key=key),
    }  # fmt: skip
