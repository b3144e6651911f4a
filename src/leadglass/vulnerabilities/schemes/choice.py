# SPDX-License-Identifier: Apache-2.0
"""Choose the scheme of a product, a package type or an ecosystem, by the table schemes.toml and a site's additions."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from leadglass.errors import UnreadableError
from leadglass.vulnerabilities.schemes.orders import Scheme

_SECTIONS: Final = ("product", "prefix", "purl", "ecosystem")
_Rows = Mapping[str, Scheme]
_REMEMBERED: Final = 150_000  # products: feeds name them again and again


@dataclass(frozen=True, slots=True, kw_only=True)
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

    def of_product(self, product: str) -> Scheme:
        """Give the scheme of a product of records: its own, else that of its longest beginning, else generic."""
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
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UnreadableError(f"schemes.toml: it is no TOML ({error}). Mend the line.") from error
        for section, named in table.items():
            if section == "version":
                stated.append(str(named))
                continue
            if section not in rows or not isinstance(named, dict):
                raise UnreadableError(
                    f"schemes.toml: '{section}' is no section; they are {', '.join(_SECTIONS)}. Move its rows."
                )
            rows[section] |= {name: _scheme(section, name, value) for name, value in named.items()}
    return Choice(version="+".join(stated), beginning=_beginning(rows["prefix"]), **rows)


def _beginning(prefixes: Iterable[str]) -> re.Pattern[str]:
    """Make the pattern that finds the longest prefix; without any, one that finds nothing."""
    longest_first = sorted(prefixes, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _scheme(section: str, name: str, value: object) -> Scheme:
    try:
        return Scheme(str(value))
    except ValueError:
        raise UnreadableError(
            f"schemes.toml, [{section}] {name}: '{value}' is no scheme; they are {', '.join(Scheme)}."
        ) from None


@cache
def shipped() -> Choice:
    """Read the table that is shipped."""
    folder = resources.files("leadglass.vulnerabilities")
    return read(folder.joinpath("tables/schemes.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=_REMEMBERED)
def scheme_of_product(product: str) -> Scheme:
    """Give the scheme of a product (`vendor:product`) by the shipped table."""
    return shipped().of_product(product)


def scheme_of_purl(kind: str) -> Scheme:
    """Give the scheme of a type of package URLs by the shipped table."""
    return shipped().of_purl(kind)


def scheme_of_ecosystem(osv_ecosystem: str) -> Scheme:
    """Give the scheme of an ecosystem of OSV by the shipped table."""
    return shipped().of_ecosystem(osv_ecosystem)
