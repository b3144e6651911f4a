# SPDX-License-Identifier: Apache-2.0
"""What a device is by its own names: CPE names that its site knows, operating system, firmware, hardware, model."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from leadglass.errors import UnreadableError
from leadglass.fleet.boms import Boms
from leadglass.fleet.recorded import KIND, LINE, OTHER_KIND, PART, SAME, record_words, relation, vendors
from leadglass.values.cpe import Cpe
from leadglass.values.ids import component_id
from leadglass.values.scope import Row
from leadglass.vulnerabilities.components import Link, of_cpe, token
from leadglass.vulnerabilities.distributions import Package

DEVICE = "d"
"""The part of a component that is the device itself; records know a, o and h."""

UNIT = "u"
"""The part of a component that tells single devices of a model apart, by their serial numbers."""

MAKERS_OWN = "maker's CPE name for the model"
"""The basis of what a maker's bill of materials calls the model itself."""

FAMILY = "the record's product is the beginning of the model"
"""The basis of hardware that records may name by its family."""

LONGER = "the record's product says more than the model, or less"
"""The basis of what may be one of a family that the inventory names."""

_REMEMBERED = 65_536

_RUNS_ON = {
    "microsoft:windows": "windows",
    "linux:": "linux",
    "debian:": "linux",
    "canonical:": "linux",
    "redhat:": "linux",
    "centos:": "linux",
    "suse:": "linux",
    "apple:mac": "macos",
}
"""Beginnings of the products of systems, and what names call them as target software."""

Vendors = Mapping[str, Sequence[Row]]
"""Products that records name (`part`, `word`), by vendor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A device as its components are looked for. `maker` and `model` are keys of fleet.identity."""

    device_id: str
    product_id: str
    label: str
    maker: str
    model: str
    same: tuple[str, ...]
    version: str
    os: str
    os_version: str
    cpes: tuple[str, ...]
    bom: str
    retired: bool
    document: str
    place: str
    seen: tuple["Seen", ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Software that another tool says to have found on a device."""

    name: str
    version: str
    cpe: str
    tool: str
    document: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A component of a device with where it is listed and what is not sure about it; `package` is a distribution's."""

    link: Link
    name: str
    document: str
    place: str
    lacks: str = "version"
    doubt: str = ""
    package: Package | None = None

    @property
    def id(self) -> str:
        """Name the component by product key (or name), version and what is in doubt.

        Packages of distributions of one upstream version are told apart: some have repairs that others have not.
        """
        subject = self.link.product or f"name:{token(self.name)}"
        told = "|".join((self.link.part, self.link.qualifiers, self.doubt, self.lacks, str(self.link.named)))
        told += f"|{self.package.key}" if self.package else ""
        return component_id(subject, self.link.version, self.link.update, told)


def of_device(subject: Subject) -> Part:
    """The device itself, of which publishers speak by maker and model."""
    made = Link(
        part=DEVICE,
        product=subject.product_id,
        version=subject.version,
        basis="the device itself",
        confidence=1.0,
    )
    return Part(
        link=made,
        name=subject.label,
        document=subject.document,
        place=subject.place,
        lacks="software version",
    )


def of_unit(word: str, own: str) -> Part:
    """What a device is for statements that speak of serial numbers; `own` is what it is itself (`of_device`).

    It tells the device apart from others of its model and version, and is the same for all that a word is true of.
    """
    made = Link(part=UNIT, product="", version="", basis="the device's serial number", confidence=1.0)
    return Part(link=made, name=f"{word} {own}", document="", place="", lacks="serial number")


def of_cpes(subject: Subject) -> list[Part]:
    """CPE names that the site knows; an open version is the device's own where the product is its own."""
    parts = []
    for cpe in _cpes(subject):
        own = cpe.part != "h" and _is_own(subject, cpe.product)
        only = cpe.part == "o" and len(subject.cpes) <= 2
        made = of_cpe(cpe, stated_version=subject.version if own or only else "")
        parts.append(Part(link=made, name=f"{cpe.vendor} {cpe.product}", document=subject.document,
                          place=subject.place, lacks="software version" if own or only else "version"))  # fmt: skip
    return parts


def of_system(subject: Subject, links: Iterable[Link]) -> list[Part]:
    """The operating system that the inventory names, under each product by which records know it."""
    name = f"{subject.os} {subject.os_version}".strip()
    return [
        Part(link=made, name=name, document=subject.document, place=subject.place, lacks="operating system")
        for made in links
    ]


def of_subjects(subject: Subject, boms: Boms, named: Collection[str]) -> list[Part]:
    """What the maker's bills of materials, of whatever version, call this model: firmware, application, hardware.

    The version is the device's own, as the inventory states it: also of hardware, for records write under it in which
    software a weakness is (`Link.named`).
    """
    found: dict[tuple[str, str], Part] = {}
    for bom in boms.of_model(maker=subject.maker, model=subject.model, same=subject.same):
        if not is_cpe(bom.cpe):
            continue
        cpe = replace(Cpe.parse(bom.cpe), version="*", update="*")
        made = of_cpe(cpe, stated_version=subject.version)
        if made.product not in named:
            found[made.part, made.product] = Part(
                link=replace(made, named=cpe.part == "h", basis=MAKERS_OWN),
                name=f"{cpe.vendor} {cpe.product}", document=bom.sha256, place="metadata.component",
                lacks="software version",
            )  # fmt: skip
    return list(found.values())


def on_system(made: Link, systems: Sequence[Link]) -> Link:
    """Say of an application on which system it runs, where it does not say so itself and the device has one."""
    runs_on = {
        word for system in systems for begins, word in _RUNS_ON.items() if system.product.startswith(begins)
    }
    if made.part != "a" or made.qualifiers or len(runs_on) != 1:
        return made
    return replace(made, qualifiers=f"*|*|*|{runs_on.pop()}|*|*")


def of_hardware(subject: Subject, recorded: Vendors, named: Collection[str]) -> list[Part]:
    """The firmware of hardware that the site knows by its CPE name: records join the two by AND.

    Without it a record about that firmware would find nothing to judge. Its version is the device's own
    where the hardware is the device itself; else it is not known.
    """
    parts = []
    for cpe in _cpes(subject):
        words = record_words(cpe.product) if cpe.part == "h" else ()
        own = _is_own(subject, cpe.product)
        for row in recorded.get(cpe.vendor, ()) if words else ():
            key = f"{cpe.vendor}:{row['word']}"
            if row["part"] == "h" or record_words(row["word"]) != words or key in named:
                continue
            made = Link(part=row["part"], product=key, version=subject.version if own else "",
                        basis="firmware of the hardware that the site names", confidence=0.9)  # fmt: skip
            parts.append(Part(link=made, name=row["word"].replace("_", " "), document=subject.document,
                              place=subject.place, lacks="software version" if own else "version"))  # fmt: skip
    return parts


def records_of_model(maker: str, model: str, named: Vendors) -> list[tuple[str, Row, tuple[str, ...]]]:
    """Products that records name by the words of a model of this maker: key, row, and words that are left over."""
    words = tuple(model.split())
    sure, family, kin, longer = [], [], [], []
    for vendor in vendor_words(maker) if words else ():
        for row in named.get(vendor, ()):
            said = record_words(row["word"])
            rest = words[len(said) :] if row["part"] == "h" and words[: len(said)] == said else ()
            rest = rest if any(sign.isdigit() for sign in "".join(rest)) else ()
            stands = relation(words, said)
            one = (f"{vendor}:{row['word']}", {**row, "stands": stands}, rest)
            if stands in {SAME, KIND}:
                sure.append((one[0], one[1], ()))
            elif said and rest:
                family.append(one)
            elif stands in {OTHER_KIND, LINE}:
                kin.append(one)
            elif stands == PART:
                longer.append(one)
    # A model that records name as it is needs no guess among the longer names beside it
    return [*sure, *family, *kin, *(() if sure else longer)]


def of_model(
    subject: Subject, records: Iterable[tuple[str, Row, tuple[str, ...]]], named: Collection[str]
) -> list[Part]:
    """The device itself, where records name a product of its maker by the words of its model (`records_of_model`).

    Of hardware records may name the family, and the number behind it as the version: 'xeon_platinum', '8160t'. That
    is a doubt, and makes no other hardware known.
    """
    parts = []
    for key, row, rest in records:
        if key not in named:
            made = Link(part=row["part"], product=key, version=subject.version, named=row["part"] == "h",
                        basis="maker and model equal the record's", confidence=0.9)  # fmt: skip
            if rest:
                made = replace(made, version=" ".join(rest), named=False, confidence=0.5, basis=FAMILY)
            elif row["stands"] == KIND:
                made = replace(
                    made, confidence=0.85, basis=f"{made.basis}, but for words for a kind of device"
                )
            elif row["stands"] in {OTHER_KIND, LINE, PART}:
                made = replace(made, confidence=0.5, basis=LONGER)
            parts.append(Part(link=made, name=row["word"].replace("_", " "), document=subject.document,
                              place=subject.place, lacks="software version", doubt=made.doubt))  # fmt: skip
    return parts


def vendors_of(subject: Subject) -> set[str]:
    """How records may write the maker, and the vendors of the CPE names that the site knows."""
    return {*vendor_words(subject.maker), *(cpe.vendor for cpe in _cpes(subject))}


def hardware_words(subject: Subject) -> Iterator[tuple[str, ...]]:
    """Give the words of the hardware that the site knows by its CPE name (`of_hardware`)."""
    for cpe in _cpes(subject):
        words = record_words(cpe.product) if cpe.part == "h" else ()
        if words:
            yield words


def _cpes(subject: Subject) -> list[Cpe]:
    return [found for text in subject.cpes if (found := _parsed(text))]


def _is_own(subject: Subject, product: str) -> bool:
    return set(record_words(product)) == set(subject.model.split())


def is_cpe(text: str) -> bool:
    """Tell whether a text is a CPE 2.3 name."""
    return _parsed(text) is not None


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str) -> Cpe | None:
    """Read a CPE name, once for the many devices that have it."""
    try:
        return Cpe.parse(text)
    except UnreadableError:
        return None


@lru_cache(maxsize=_REMEMBERED)
def vendor_words(maker: str) -> tuple[str, ...]:
    """How records may write a maker: 'ge' and 'gehealthcare', 'agfa', 'change_healthcare'."""
    if not maker:
        return ()
    joined = maker.replace(" ", "")
    words = (maker.replace(" ", "_"), joined, maker.split(maxsplit=1)[0], f"{joined}healthcare", f"{joined}_healthcare",
             f"{joined}health", f"{joined}medical", f"{joined}_medical")  # fmt: skip
    return tuple(dict.fromkeys((*words, *vendors(maker))))
