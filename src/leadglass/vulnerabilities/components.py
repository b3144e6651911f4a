# SPDX-License-Identifier: Apache-2.0
"""Bring a component's names (CPE, purl, plain name, operating system) to the product key that records use.

Each link has a basis and a confidence. Below `LINE` the link is a doubt: its findings are unknown until a
person answers. A component that no record names keeps an empty product key and is listed as such.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from leadglass.values.cpe import Cpe
from leadglass.values.purl import Purl
from leadglass.vulnerabilities.versions import clean, key, norm

LINE = 0.8
"""Below this confidence a link is a question."""

# A pre-release or service pack at the end of a version text: '1.0.2-beta1', '2008 R2 SP1', '7.0 update 3'
_UPDATE = re.compile(r"^(?P<base>.*\d.*?)[-_. ]?(?P<word>alpha|beta|rc|sp|update)[-_. ]?(?P<number>\d*)$", re.IGNORECASE)
_BACKPORTING = frozenset({"deb", "rpm", "apk"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A product key with the version as matching sees it, how it was found and how sure that is."""

    part: str
    product: str
    version: str
    update: str = "*"
    qualifiers: str = ""
    named: bool = False
    basis: str
    confidence: float
    backported: bool = False

    @property
    def doubt(self) -> str:
        """What is not sure about the link, in the words of a question; empty where it is sure enough."""
        if self.backported:
            return "whether the distribution repaired it"
        return "component identity" if self.product and self.confidence < LINE else ""

    @property
    def norm(self) -> str:
        """The normalised version; "-" stays itself, unknown is empty."""
        return "-" if self.version == "-" else norm(self.version) if self.version else ""

    @property
    def base(self) -> str:
        """The normalised version without the update that it ends in."""
        base, update = split_update(self.version)
        return norm(base) if update else self.norm

    @property
    def key(self) -> str:
        """The sort key, empty where there is no version to compare."""
        return key(clean(self.version)) if self.version not in {"", "-"} else ""


def split_update(version: str) -> tuple[str, str]:
    """Split '1.0.2-beta1' into ('1.0.2', 'beta1'); a version without an update into (version, '')."""
    found = _UPDATE.match(version)
    if not found:
        return version, ""
    return found["base"].rstrip("-_. "), (found["word"] + found["number"]).lower()


def token(text: str) -> str:
    """Write a name as CPE names write it: lower case, runs of other characters as one underscore."""
    return re.sub(r"[^a-z0-9.+]+", "_", text.casefold()).strip("_")


def of_cpe(cpe: Cpe, *, stated_version: str = "") -> Link:
    """Link by a CPE name. `stated_version` fills in where the name itself leaves the version open."""
    version = stated_version if cpe.version == "*" else cpe.version
    update = cpe.update
    if update == "*" and version:
        update = split_update(version)[1] or "*"
    return Link(
        part=cpe.part,
        product=cpe.product_key,
        version=version,
        update=update,
        qualifiers=cpe.qualifiers,
        basis="CPE name in the document",
        confidence=1.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A row of tables/aliases.csv: how a name or purl is called by records."""

    kind: str
    name: str
    supplier: str
    part: str
    product: str


def aliases() -> tuple[Alias, ...]:
    """Read the alias table that is shipped."""
    text = resources.files(__package__).joinpath("tables/aliases.csv").read_text(encoding="utf-8")
    return tuple(Alias(**row) for row in csv.DictReader(text.splitlines()))


class Book:
    """Looks names up: aliases first, then the products that records name, then what people answered.

    `catalogue` maps a product token to its (part, vendor, records) in the feeds at hand.
    `answers` maps a component's name token to a product key that a person gave, or "none".
    """

    def __init__(
        self, catalogue: Mapping[str, Sequence[tuple[str, str, int]]], answers: Mapping[str, str], table: Sequence[Alias]
    ) -> None:
        self._catalogue = catalogue
        self._answers = answers
        self._purls = {alias.name: alias for alias in table if alias.kind == "purl"}
        self._names: dict[str, list[Alias]] = {}
        for alias in table:
            if alias.kind == "name":
                self._names.setdefault(alias.name, []).append(alias)

    def link(self, *, name: str, version: str, supplier: str = "", cpe: str = "", purl: str = "", kind: str = "") -> Link:
        """Link a listed component; the product key is empty where no record at hand names it."""
        if cpe:
            return of_cpe(Cpe.parse(cpe), stated_version=version)
        found = self._purl(purl, version) if purl else None
        return found or self._name(name, version, supplier, kind)

    def _purl(self, text: str, version: str) -> Link | None:
        purl = Purl.parse(text)
        stated = purl.version or version
        alias = self._purls.get(f"pkg:{purl.type}/" + (f"{purl.namespace}/" if purl.namespace else "") + purl.name)
        if alias is None:
            return None
        made = _link(alias.part, alias.product, stated, f"package name {text} in the alias table", 0.95)
        # A distribution repairs without changing the upstream version: its own data must judge
        return replace(made, backported=purl.type in _BACKPORTING)

    def _name(self, name: str, version: str, supplier: str, kind: str) -> Link:
        word = token(name)
        answered = self._answers.get(word)
        if answered == "none":
            return _link("", "", version, "a person said: no record means this component", 1.0)
        if answered:
            part, _, product = answered.rpartition("|")
            return _link(part or "a", product, version, "a person's answer", 1.0)
        maker = token(supplier)
        for alias in self._names.get(word, ()):
            if not alias.supplier or alias.supplier in maker:
                return _link(alias.part, alias.product, version, f"name '{name}' in the alias table", 0.95)
        wanted = {"operating-system": "o", "device": "h", "firmware": "o"}.get(kind, "a")
        rows = [row for row in self._catalogue.get(word, ()) if row[0] == wanted]
        if not rows:
            return _link("", "", version, "no record at hand names it", 0.0)
        for part, vendor, _ in rows:
            if maker and (vendor == maker or maker.startswith(vendor + "_") or vendor in maker.split("_")):
                return _link(part, f"{vendor}:{word}", version, f"name and supplier '{supplier}' equal the record's", 0.9)
        part, vendor, _ = max(rows, key=lambda row: (row[2], row[1]))
        only = len({row[1] for row in rows}) == 1
        basis = "name equals the record's, supplier not stated" if only else "name is used by several suppliers"
        return _link(part, f"{vendor}:{word}", version, basis, 0.6 if only else 0.4)


def _link(part: str, product: str, version: str, basis: str, confidence: float) -> Link:
    update = split_update(version)[1] or "*"
    return Link(part=part, product=product, version=version, update=update, basis=basis, confidence=confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A row of tables/operating_systems.csv: an operating system as inventories write it, as records name it.

    `version` is the release name that records use, "{build}" a Windows build of four numbers, "{version}" what
    the inventory states, or empty: known by name, release unknown.
    """

    pattern: re.Pattern[str]
    product: str
    version: str
    update: str


def systems() -> tuple[System, ...]:
    """Read the table of operating systems that is shipped."""
    text = resources.files(__package__).joinpath("tables/operating_systems.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        System(pattern=re.compile(r["pattern"], re.IGNORECASE), product=r["product"], version=r["version"], update=r["update"])
        for r in rows
    )


# Three numbers name a release but not its patch level: that is unknown, not the oldest.
_BUILD = re.compile(r"\b(?:10|6)\.\d\.\d{4,5}\.\d+\b")


def of_system(os: str, os_version: str, table: Sequence[System]) -> tuple[Link, ...]:
    """Link an operating system by name and build; records may know one system under several products.

    Of the rows for one product and way of naming the last that fits counts: a release is more than its family,
    a service pack more than a release. Where builds are compared and none is stated, the version is unknown.
    """
    stated = f"{os} {os_version}".strip()
    build = _BUILD.search(stated)
    chosen: dict[tuple[str, bool], System] = {}
    for row in table:
        if row.pattern.search(stated):
            chosen[row.product, row.version == "{build}"] = row
    links = []
    for (product, by_build), row in chosen.items():
        if by_build:
            version = build[0] if build else ""
        elif row.version == "{version}":
            stands = os_version if re.search(r"\d", os_version) else os
            number = re.search(r"\d[\w.+~-]*", stands)
            version = number[0] if number else ""
        else:
            version = row.version
        links.append(
            Link(
                part="o",
                product=product,
                version=version,
                update=row.update or split_update(version)[1] or "*",
                named=bool(row.version) and "{" not in row.version,
                basis=f"operating system '{stated}' in the table of systems",
                confidence=0.95,
            )
        )
    return tuple(links)
