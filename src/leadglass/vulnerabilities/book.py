# SPDX-License-Identifier: Apache-2.0
"""Look a listed component's names up: package URL (purl-spec), answers, releases, aliases, the products of records.

A name may begin with its maker and end in a release: 'Apache Tomcat', 'Citrix XenServer', 'Adobe Reader X'. What is
left over makes a doubt, and a doubt is asked; a name that no record uses keeps an empty product key.
"""

import copy
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources

from leadglass.values.cpe import Cpe
from leadglass.values.purl import Purl
from leadglass.vulnerabilities.components import (
    BACKPORTING,
    LINE,
    Link,
    System,
    of_cpe,
    of_system,
    systems,
    token,
    upstream,
)
from leadglass.vulnerabilities.likeness import (
    KIND_ALONE,
    MAKERS_LONGEST,
    SEVERAL,
    is_maker,
    is_own,
    joined,
    judged,
    makers,
    stands_in_front,
)
from leadglass.vulnerabilities.linking import (
    Alias,
    beside,
    in_ecosystem,
    in_release,
    is_projects,
    of_alias,
    of_package,
    of_product,
    own_version,
    without_build_revision,
)
from leadglass.vulnerabilities.packages import is_file, packages, stems
from leadglass.vulnerabilities.relatives import MOST, Row, as_firmware, for_uses, of_maker
from leadglass.vulnerabilities.wording import Name, name_of, tells_another

_PARTS = {"operating-system": ("o",), "device": ("h",), "firmware": ("oa",), "application": ("a", "o")}
"""Which parts of records a kind of component may be; the next ones only where the first find nothing."""
_REMEMBERED = 4_096
_TELLING = 5
"""Letters of a single word that may stand for a longer name."""


@cache
def aliases() -> tuple[Alias, ...]:
    """Read the alias table that is shipped."""
    return tuple(Alias(**row) for row in _rows("aliases.csv"))


@cache
def releases() -> tuple[System, ...]:
    """Read the table of applications whose name tells their release."""
    return systems("releases.csv")


@cache
def renamed() -> Mapping[str, tuple[str, ...]]:
    """Give the other names under which records know a product, by its name: makers are bought, products renamed."""
    groups = [tuple(row["products"].split()) for row in _rows("renamed.csv")]
    return {one: tuple(other for other in group if other != one) for group in groups for one in group}


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("leadglass.vulnerabilities").joinpath(f"tables/{name}").read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _by_joined(catalogue: Mapping[str, Sequence[tuple[str, str, int]]]) -> dict[str, list[Row]]:
    """Gather products by their joined names: records write 'jackson-databind' as well as 'jackson_databind', '7zip'."""
    made: dict[str, list[Row]] = {}
    for word, rows in catalogue.items():
        made.setdefault(joined(word), []).extend((part, vendor, word, n) for part, vendor, n in rows)
    return made


class Book:
    """Looks names up: what people answered, then the tables, then the products that records name.

    `catalogue` maps a product of records to its (part, vendor, records) in the feeds at hand.
    `answers` maps a component's name token to a product key that a person gave, or "none". `longer` are products whose
    names begin or end with the whole name of a component (`whole_names`).
    """

    def __init__(
        self,
        catalogue: Mapping[str, Sequence[tuple[str, str, int]]],
        answers: Mapping[str, str],
        table: Sequence[Alias],
        longer: Mapping[str, Sequence[Row]] | None = None,
    ) -> None:
        self._longer = longer or {}
        self._catalogue = _by_joined(catalogue)
        self._answers = answers
        self._purls = {alias.name: alias for alias in table if alias.kind == "purl"}
        self._names: dict[str, list[Alias]] = {}
        for alias in table:
            if alias.kind == "name":
                self._names.setdefault(token(alias.name), []).append(alias)
        self._releases = releases()
        self._renamed = renamed()
        self._packages = packages()

    def over(
        self, catalogue: Mapping[str, Sequence[tuple[str, str, int]]], longer: Mapping[str, Sequence[Row]]
    ) -> "Book":
        """Give a book with the same tables and answers over other products of records."""
        other = copy.copy(self)
        vars(other).update(_catalogue=_by_joined(catalogue), _longer=longer)
        return other

    def link(
        self, *, name: str, version: str, supplier: str = "", cpe: str = "", purl: str = "", kind: str = ""
    ) -> Link:
        """Link a listed component to the likeliest product; its key is empty where no record at hand names it."""
        return self.links(name=name, version=version, supplier=supplier, cpe=cpe, purl=purl, kind=kind)[0]

    def links(
        self, *, name: str, version: str, supplier: str = "", cpe: str = "", purl: str = "", kind: str = ""
    ) -> tuple[Link, ...]:
        """Link a listed component to all products by which records may know it, the likeliest first."""
        package = Purl.parse(purl) if purl else None
        if cpe:
            made = [in_ecosystem(of_cpe(Cpe.parse(cpe), stated_version=version), package)]
        elif package is None:
            made = (
                self._name(name, version, supplier, kind)
                or [*self._by_first_word(name, version, kind)]
                or self._by_stem(name, version, supplier, kind)
            )
        else:
            made = [
                in_ecosystem(one, package)
                for one in self._package(package, purl, name, version, supplier, kind)
            ]
            # A distribution repairs without changing the upstream version: its own data must judge
            made = [
                replace(one, backported=bool(one.product) and package.type in BACKPORTING) for one in made
            ]
        made = made or self._by_maker(name, version, supplier, package, kind)
        found = [*self._with_former(made)] or [
            of_product("", "", own_version(version, package), "no record at hand names it", 0.0)
        ]
        return (*found, *without_build_revision(found))

    def _package(
        self, package: Purl, text: str, name: str, version: str, supplier: str, kind: str
    ) -> Sequence[Link]:
        """Look a package up by its URL, its name, and what a distribution made its name of."""
        stated = upstream(package.type, package.version or version)
        group = " ".join((package.namespace or "").replace(".", " ").replace("-", " ").split())
        found = self._purl(package, text, stated) or self._name(name, stated, supplier or group, kind)
        if package.type not in BACKPORTING:
            return found
        # 'ssl_client' is no client of a product ssl: a distribution names parts after the project
        found = [one for one in found if not one.basis.endswith(KIND_ALONE) or is_projects(one)]
        return found or self._of_stems(package.name, stated, "", kind)

    def _of_stems(self, name: str, version: str, supplier: str, kind: str) -> list[Link]:
        """Look up the longest name of the project of which a package or a file may be, by which records know one."""
        for one in stems(name):
            found = self._name(one, version, supplier, kind)
            if found:
                return found
        return []

    def _by_stem(self, name: str, version: str, supplier: str, kind: str) -> list[Link]:
        """Doubt the project of which a file may be: what stands behind its name may tell another program."""
        found = self._of_stems(name, version, supplier, kind) if is_file(name) else []
        return [
            replace(one, confidence=min(one.confidence, 0.6), basis=f"{one.basis}, of the file '{name}'")
            for one in found
        ]

    def _by_maker(
        self, name: str, version: str, supplier: str, package: Purl | None, kind: str
    ) -> list[Link]:
        """Doubt the products of a maker that is named, which share a telling word with what no record names.

        Records that name it in words alone are looked for as before: the doubt hides none of them.
        """
        told = name_of(name, version)
        found = of_maker(told, supplier, package, self._longer, "".join(_PARTS.get(kind, ("a",))))
        stated = own_version(told.version, package)
        made = [
            of_product(
                row[0],
                f"{row[1]}:{row[2]}",
                stated,
                f"the maker is named, and of its product '{words}'",
                0.4,
                told,
            )
            for row, words in found
        ]
        if made:
            made.append(
                of_product("", "", stated, "the name itself, for what records say in words alone", 0.0)
            )
        return made

    def _with_former(self, made: Sequence[Link]) -> Iterator[Link]:
        """Add the names that a product had before: old records keep them."""
        former: dict[str, Link] = {}
        for one in made:
            for other in self._renamed.get(one.product, ()):
                if other not in former or former[other].confidence < one.confidence:
                    former[other] = replace(
                        one,
                        product=other,
                        basis=f"{one.basis}; records know it as {other} too",
                        confidence=min(one.confidence, 0.9),
                    )
        sure = {one.product: one.confidence for one in made}
        better = {name for name, one in former.items() if sure.get(name, 0.0) < min(one.confidence, LINE)}
        yield from (one for one in made if one.product not in better)
        yield from (one for name, one in former.items() if name in better or name not in sure)

    def _purl(self, package: Purl, text: str, version: str) -> list[Link]:
        space = f"{package.namespace}/" if package.namespace else ""
        alias = self._purls.get(f"pkg:{package.type}/{space}{package.name}")
        if alias is not None:
            return [of_alias(alias, version, f"package name {text} in the alias table", 0.95)]
        named = [one for one in self._packages if package.type in BACKPORTING and one.fits(package.name)]
        if named:
            return [of_package(one, version) for one in named]
        group = self._purls.get(f"pkg:{package.type}/{space}*")
        # Modules that are released together share their version, and records name the whole
        return [of_alias(group, version, f"package group of {text} in the alias table", 0.9)] if group else []

    def _name(self, name: str, version: str, supplier: str, kind: str) -> list[Link]:
        said = self._answered(token(name), version)
        if said:
            return [said]
        told = name_of(name, version)
        named = [*of_system(name, version, self._releases)]
        if tells_another(name):
            named = [replace(one, confidence=0.6) for one in named]
        named = named or self._in_tables(name, told, supplier)
        known = {other for one in named for other in (one.product, *self._renamed.get(one.product, ()))}
        for parts in _PARTS.get(kind, ("a",)):
            found = self._of_records(told, supplier, parts)
            found = [one for one in found if one.product not in known]
            if named and named[0].confidence >= LINE:
                # A table names one product; what records name by the very same words is it too, or may be
                found = [one for one in found if _is_named(one, told)]
            if found:
                return [*named, *found]
        return named

    def _by_first_word(self, name: str, version: str, kind: str) -> Iterator[Link]:
        """Doubt a program that no record names, and that begins with a name of one word which no other maker uses."""
        told = name_of(name, version)
        if not told.is_spaced or told.is_common() or kind not in {"", "application"}:
            return
        rows = [row for row in self._catalogue.get(joined(told.words[0]), ()) if row[0] == "a"]
        own = any(is_own(row[1], told.words[:1]) for row in rows)
        if own or (len(told.words[0]) >= _TELLING and makers({row[1] for row in rows}) == 1):
            for row in sorted(rows, key=lambda row: (-row[3], row))[:MOST]:
                basis = f"the first word of the name equals the record's, '{told.rest(0, 1)}' is left over"
                yield of_product(row[0], f"{row[1]}:{row[2]}", told.version, basis, 0.4, told)

    def _in_tables(self, name: str, told: Name, supplier: str) -> list[Link]:
        """Look the longest beginning of a name up that leaves nothing over, in the table of aliases."""
        maker = token(supplier)
        for length in range(len(told.words), told.least - 1, -1):
            rows = self._names.get(told.run(0, length), ()) if told.is_told(length) else ()
            fitting = [alias for alias in rows if not alias.supplier or alias.supplier in maker]
            if fitting:
                basis = f"name '{name}' in the alias table"
                return [of_alias(alias, told.version, basis, 0.95, told) for alias in fitting]
        return []

    def _answered(self, word: str, version: str) -> Link | None:
        answered = self._answers.get(word, "").strip().casefold()
        if answered in {"none", "no", "nein"}:
            return of_product("", "", version, "a person said: no record means this component", 1.0)
        if not answered:
            return None
        part, _, product = answered.rpartition("|")
        return of_product(part or "a", product, version, "a person's answer", 1.0)

    def _of_records(self, told: Name, supplier: str, parts: str) -> list[Link]:
        """Choose among the products that records name with a run of the component's words.

        All that are sure count, and what has the very same name of others. Else a person is asked about the likeliest.
        """
        found: list[tuple[float, int, Row, str]] = []
        for first, last in told.runs():
            rows = [row for row in self._catalogue.get(joined(told.run(first, last)), ()) if row[0] in parts]
            vendors = makers({row[1] for row in rows})
            for row in rows:
                confidence, basis = judged(told, first, last, row[1], supplier, vendors)
                if confidence:
                    found.append((confidence, last - first, row, basis))
        sure = [one for one in found if one[0] >= LINE]
        if not sure:
            found += self._saying_more(told, supplier, parts)
        found.sort(key=lambda one: (one[0], one[1], one[2][3], one[2][1]), reverse=True)
        by = {one[2][1] for one in sure}
        sure += [
            one
            for one in found
            if one[0] < LINE and (one[3] == SEVERAL or (one[2][1] in by and one[3].endswith(KIND_ALONE)))
        ]
        made = [
            of_product(row[0], f"{row[1]}:{row[2]}", told.version, basis, confidence, told)
            for confidence, _, row, basis in sure or found[:MOST]
        ]
        for _, _, row, _ in sure:
            made += [beside(one, told) for one in for_uses(row[1], row[2], self._longer_of(told))]
        made += as_firmware(made, self._longer_of(told))
        return [*made, *(in_release(one, told.release) for one in made if told.release)]

    def _longer_of(self, told: Name) -> list[Row]:
        """The products whose names begin or end with the whole name of a component, or that are its maker's."""
        return [row for place in whole_names(told) for row in self._longer.get(told.run(*place), ())]

    def _saying_more(self, told: Name, supplier: str, parts: str) -> Iterator[tuple[float, int, Row, str]]:
        """Products that records name by the component's whole name and more words: which is meant is not known."""
        for first, last in whole_names(told):
            for row in self._longer.get(told.run(first, last), ()):
                before = told.words[:first]
                by_maker = stands_in_front(row[1], before) if before else is_maker(row[1], token(supplier))
                begins = row[2].replace("-", "_").startswith(told.run(first, last))
                alone = not before and (last > 1 if begins else last > MAKERS_LONGEST)
                if row[0] in parts and (by_maker or alone or row[1] == told.run(first, last)):
                    confidence = 0.5 if by_maker else 0.4
                    yield (
                        confidence,
                        last - first,
                        row,
                        "records say more than the name, which is meant is not known",
                    )


@lru_cache(maxsize=_REMEMBERED)
def whole_names(told: Name) -> tuple[tuple[int, int], ...]:
    """Give the places of what may be the whole name: all words but a maker in front, and what is told behind."""
    last = next(at for at in range(1, len(told.words) + 1) if told.is_told(at))
    return tuple(
        (first, last)
        for first in range(min(last, MAKERS_LONGEST + 1))
        if last - first > 1 or len(told.words[first]) >= _TELLING
    )


def longer_names(names: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Give the runs of words, of names with their versions, that products of records may begin or end with."""
    told = (name_of(name, version) for name, version in names)
    return frozenset(
        one.run(*place)
        for one in told
        for place in whole_names(one)
        if place[1] - place[0] > 1 or not one.are_kinds(*place)
    )


def _is_named(one: Link, told: Name) -> bool:
    """Tell whether a link is to a product of just these words, by its maker or by another vendor."""
    word = joined(one.product.partition(":")[2])
    return one.confidence >= LINE or any(
        word == joined(told.run(0, last)) for last in range(1, len(told.words) + 1) if told.is_told(last)
    )
