# SPDX-License-Identifier: Apache-2.0
"""Choose the scheme of a product, a package type or an ecosystem, by the table schemes.toml and a site's own rows.

A site's `policies/schemes.toml` has the same sections. Its rows are joined to the shipped ones and outweigh them. Keys are
made by them when documents are read, so that other rows make all readings and tables anew (`mark`).
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Final

from leadglass.errors import UnreadableError
from leadglass.values.ids import fingerprint
from leadglass.vulnerabilities.schemes.orders import Scheme

NAME: Final = "schemes.toml"
_SECTIONS: Final = ("product", "prefix", "purl", "ecosystem")
_Rows = Mapping[str, Scheme]
_REMEMBERED: Final = 150_000  # products: feeds name them again and again
_PRODUCT: Final = re.compile(r"[^\s:]+:[^\s:]+")
_SHAPES: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "product": (_PRODUCT, "a product as records name it, in small letters: vendor:product"),
    "prefix": (
        re.compile(r"[^\s:]+:[^\s:]*"),
        "the beginning of a product, in small letters: vendor: or vendor:pro",
    ),
    "purl": (re.compile(r"[a-z][a-z0-9.+-]*"), "a type of package URLs, in small letters: pypi"),
    "ecosystem": (re.compile(r"[^:]*[^:\s][^:]*"), "an ecosystem of OSV without its release: Debian"),
}
"""How names are written in each section, and what to say where one is not."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which scheme versions are in: of products, of what products begin with, of package types, of ecosystems.

    A product is `vendor:product`, as records name it. Its part does not count: decisions name products without one.
    """

    version: str
    product: _Rows
    prefix: _Rows
    beginning: re.Pattern[str]
    purl: _Rows
    ecosystem: _Rows

    @cached_property
    def of_product(self) -> Callable[[str], Scheme]:
        """Give the scheme of a product of records: its own, else that of its longest beginning, else generic."""
        return lru_cache(maxsize=_REMEMBERED)(self._of_product)

    def _of_product(self, product: str) -> Scheme:
        own = self.product.get(product)
        if own:
            return own
        begins = self.beginning.match(product)
        return self.prefix[begins[0]] if begins else Scheme.GENERIC

    def of_purl(self, kind: str) -> Scheme:
        """Give the scheme of a type of package URLs (purl-spec, PURL-TYPES), generic where it is not known."""
        return self.purl.get(kind.lower(), Scheme.GENERIC)

    def of_ecosystem(self, ecosystem: str) -> Scheme:
        """Give the scheme of an ecosystem of OSV ("Debian:12", OSV schema 1.7), generic where it is not known."""
        return self.ecosystem.get(ecosystem.partition(":")[0], Scheme.GENERIC)


def read(*texts: str) -> Choice:
    """Read tables in TOML; rows of a later one outweigh those of an earlier. UnreadableError says what is off."""
    rows: dict[str, dict[str, Scheme]] = {section: {} for section in _SECTIONS}
    stated: list[str] = []
    for text in texts:
        try:
            table = tomllib.loads(text.removeprefix("\ufeff"))
        except tomllib.TOMLDecodeError as error:
            raise UnreadableError(f"policies/{NAME}: it is no TOML ({error}). Mend the line.") from error
        for section, named in table.items():
            if section == "version":
                stated.append(str(named))
                continue
            if section not in rows or not isinstance(named, dict):
                raise UnreadableError(
                    f"policies/{NAME}: '{section}' is no section; they are {', '.join(_SECTIONS)}. Move its rows."
                )
            rows[section] |= {name: _scheme(section, name, value) for name, value in named.items()}
    return Choice(version="+".join(stated), beginning=_beginning(rows["prefix"]), **rows)


def _beginning(prefixes: Iterable[str]) -> re.Pattern[str]:
    """Make the pattern that finds the longest prefix; without any, one that finds nothing."""
    longest_first = sorted(prefixes, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _scheme(section: str, name: str, value: object) -> Scheme:
    shape, said = _SHAPES[section]
    if not shape.fullmatch(name) or (section != "ecosystem" and name != name.lower()):
        raise UnreadableError(f"policies/{NAME}, [{section}]: '{name}' is not {said}. Write it so.")
    try:
        return Scheme(str(value))
    except ValueError:
        raise UnreadableError(
            f"policies/{NAME}, [{section}] {name}: '{value}' is no scheme; they are {', '.join(Scheme)}."
        ) from None


@cache
def shipped() -> Choice:
    """Read the table that is shipped."""
    return read(_shipped())


def _shipped() -> str:
    return resources.files("leadglass.vulnerabilities").joinpath(f"tables/{NAME}").read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def joined(own: str) -> Choice:
    """Join the shipped table with a site's own rows; an empty text is none."""
    if not own:
        return shipped()
    made = read(_shipped(), own)
    if "ecosystem" in tomllib.loads(own.removeprefix("\ufeff")):
        raise UnreadableError(
            f"policies/{NAME}: rows of [ecosystem] would change nothing, as versions of OSV are compared by the type of"
            " their package. Move them to [purl]."
        )
    return made


def mark(own: str) -> str:
    """Name what a site's own rows change; empty where they change nothing. An unreadable text has its own name.

    What was made by other rows has another mark, and is not used again.
    """
    try:
        rows, before = joined(own), shipped()
    except UnreadableError:
        return fingerprint("schemes", own, length=10)
    changed = [
        f"{section} {name} {scheme}"
        for section in _SECTIONS
        for name, scheme in sorted(getattr(rows, section).items())
        if getattr(before, section).get(name) is not scheme
    ]
    return fingerprint("schemes", *changed, length=10) if changed else ""


def scheme_of_product(product: str) -> Scheme:
    """Give the scheme of a product (`vendor:product`) by the shipped table."""
    return shipped().of_product(product)


def scheme_of_purl(kind: str) -> Scheme:
    """Give the scheme of a type of package URLs by the shipped table."""
    return shipped().of_purl(kind)


def scheme_of_ecosystem(osv_ecosystem: str) -> Scheme:
    """Give the scheme of an ecosystem of OSV by the shipped table."""
    return shipped().of_ecosystem(osv_ecosystem)
