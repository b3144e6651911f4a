# SPDX-License-Identifier: Apache-2.0
"""Name distributions and their releases as package URLs, records of OSV and CVE, and operating systems do.

By the table distributions.toml (purl-spec, types deb, rpm and apk; OSV schema 1.7, "Defined ecosystems"). A release that is
not told for sure is "": nothing is guessed from a version.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from leadglass.errors import UnreadableError
from leadglass.values.cpe import Cpe
from leadglass.values.purl import Purl
from leadglass.vulnerabilities.schemes import Scheme

ROLLING: Final = "rolling"
"""The one release of a distribution that has none."""

_REMEMBERED: Final = 50_000  # package URLs: devices of one model list the same ones
_NUMBERS: Final = re.compile(r"\d+(?:\.\d+)*")
_NUMBERED: Final = re.compile(r"(?P<release>\d+(?:\.\d+)*)(?:[ -]?sp[ -]?(?P<pack>\d+))?", re.IGNORECASE)
_NAMED: Final = re.compile(r"([a-z]+)(?:[-/].*)?")
_BRACKETS: Final = re.compile(r"\([^)]*\)")
_SOURCE_RPM: Final = re.compile(r"(?P<name>.+)-[^-]+-[^-]+(?:\.src)?\.rpm")
# Debian Developer's Reference 5.10.2.1: built again from the same source
_REBUILT: Final = re.compile(r"\+b\d+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A row of the table. `foreign` finds versions that are not of the release itself."""

    name: str
    type: str
    scheme: Scheme
    namespaces: tuple[str, ...]
    words: tuple[str, ...]
    ecosystem: str
    names: str
    stream: re.Pattern[str] | None = None
    kept: int = 1
    system: re.Pattern[str] | None = None
    foreign: re.Pattern[str] | None = None
    rolling: bool = False
    collections: tuple[str, ...] = ()
    cpe: str = ""
    releases: Mapping[str, str]

    def release(self, text: str) -> str:
        """Read a release as qualifiers have it: 12, 12.4, bookworm, debian-12, el9; "" where it is none of these."""
        if self.rolling:
            return ROLLING
        told = text.strip().lower()
        for word in sorted(self.words, key=len, reverse=True):
            if told.startswith(word):
                told = told.removeprefix(word).lstrip("-_: ")
                break
        named = _NAMED.fullmatch(told)
        if named:
            return self.releases.get(named[1], "")
        return self.counted(told) if _NUMBERS.fullmatch(told) else ""

    def counted(self, numbers: str) -> str:
        """Take so many numbers as tell releases apart."""
        return ".".join(numbers.split(".")[: self.kept])


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package of a distribution as it is installed; "" is what is not stated. `source` is what it was built from.

    `version` is the package's own, with its epoch; `source_version` that of the source, where both are stated.
    """

    distribution: str
    release: str
    name: str
    version: str
    source: str = ""
    source_version: str = ""

    @property
    def key(self) -> str:
        """Tell packages apart whose repairs differ: of one source and version they are one."""
        told = (
            self.distribution,
            self.release,
            self.source or self.name,
            self.source_version or self.version,
        )
        return "|".join((*told, "source" if self.source else ""))

    @property
    def where(self) -> str:
        """Distribution and release as shown."""
        return shown(self.distribution, self.release)

    @property
    def compared(self) -> str:
        """The version that its distribution's records speak of: of the source, where they name sources."""
        if distribution(self.distribution).names == "source":
            return self.source_version or _REBUILT.sub("", self.version)
        return self.version

    def names(self) -> frozenset[str]:
        """Give the names under which its distribution's records may speak of it."""
        if distribution(self.distribution).names == "source":
            return frozenset({self.source or self.name})
        return frozenset({self.name, self.source} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A package of a distribution of which a record speaks; `release` is "" where none is known."""

    distribution: str
    release: str
    name: str


def shown(name: str, release: str) -> str:
    """Write a distribution with its release."""
    return name if release in {"", ROLLING} else f"{name} {release}"


@cache
def table() -> tuple[Distribution, ...]:
    """Read the table that is shipped."""
    folder = resources.files("leadglass.vulnerabilities")
    text = folder.joinpath("tables/distributions.toml").read_text(encoding="utf-8")
    return tuple(_row(row) for row in tomllib.loads(text)["distribution"])


def _row(row: dict[str, object]) -> Distribution:
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    for name in ("stream", "system"):
        if name in told:
            told[name] = re.compile(str(told[name]), re.IGNORECASE if name == "system" else 0)
    if "foreign" in told:
        told["foreign"] = re.compile("|".join(row["foreign"]))  # type: ignore[arg-type]
    return Distribution(**{"releases": {}, **told, "scheme": Scheme(str(row["scheme"]))})  # type: ignore[arg-type]


@cache
def _by_name() -> Mapping[str, Distribution]:
    return {one.name: one for one in table()}


def distribution(name: str) -> Distribution:
    """Give a row of the table by its name."""
    return _by_name()[name]


def of_ecosystem(ecosystem: str, name: str) -> Spoken | None:
    """Read a package as OSV names it ("Debian:12", "openssl"); None where the ecosystem is no distribution of the table."""
    system, _, behind = ecosystem.partition(":")
    for one in table():
        if one.ecosystem == system and name:
            found = one.stream.fullmatch(behind) if one.stream else None
            release = ".".join(filter(None, found.groups())).lower() if found else ""
            return Spoken(distribution=one.name, release=ROLLING if one.rolling else release, name=name)
    return None


def of_collection(collection: str, cpe: str, name: str) -> Spoken | None:
    """Read a package as records of CVE name it: by its collection, the release by a CPE name beside it."""
    for one in table():
        if name and any(collection.startswith(begins) for begins in one.collections):
            return Spoken(distribution=one.name, release=_release_in(cpe, one), name=name)
    return None


def _release_in(cpe: str, one: Distribution) -> str:
    try:
        named = Cpe.parse(cpe)
    except UnreadableError:
        return ""
    told = named.product_key == one.cpe and _NUMBERS.fullmatch(named.version)
    return one.counted(named.version) if told else ""


@lru_cache(maxsize=_REMEMBERED)
def of_package(purl: str, version: str = "") -> Package | None:
    """Read the package of a distribution from its URL; None where it is of none that the table has.

    `version` counts where the URL states none. The qualifiers `epoch`, `distro` and `upstream` are heeded.
    """
    if not purl.startswith(("pkg:deb/", "pkg:rpm/", "pkg:apk/")):
        return None
    try:
        package = Purl.parse(purl)
    except UnreadableError:
        return None
    distro = package.qualifier("distro")
    for one in table():
        words = () if package.namespace else one.words
        if one.type != package.type or not (
            package.namespace.lower() in one.namespaces
            or any(distro.lower().startswith(f"{word}-") for word in words)
        ):
            continue
        source, source_version = _source(package)
        return Package(
            distribution=one.name, release=_stated(one, distro), name=package.name,
            version=_with_epoch(package, package.version or version), source=source, source_version=source_version,
        )  # fmt: skip
    return None


def _stated(one: Distribution, distro: str) -> str:
    """Give the release that the URL states: one that cannot be read is another than all that records speak of."""
    return one.release(distro) or distro.lower()


def _with_epoch(package: Purl, version: str) -> str:
    epoch = package.qualifier("epoch")
    return f"{epoch}:{version}" if epoch.isdigit() and version and ":" not in version else version


def _source(package: Purl) -> tuple[str, str]:
    """Read the source package: "gcc-12@12.2.0-14" with its version, "openssl-3.0.7-24.el9.src.rpm" by name alone."""
    told = package.qualifier("upstream") or package.qualifier("source")
    if package.type == "rpm":
        found = _SOURCE_RPM.fullmatch(told)
        return (found["name"] if found else told), ""
    name, _, version = told.partition("@")
    return name, _with_epoch(package, version)


def of_systems(named: Sequence[str]) -> Mapping[str, str]:
    """Give the release of each distribution that operating systems name ("Debian GNU/Linux 12 (bookworm)").

    Of which two releases are named, that one's is not known: "".
    """
    found: dict[str, set[str]] = {}
    for text in named:
        for name, release in _systems(text):
            found.setdefault(name, set()).add(release)
    return {name: told.pop() if len(told) == 1 else "" for name, told in found.items()}


def _systems(text: str) -> Iterator[tuple[str, str]]:
    """Find the release behind a system's name. What stands in brackets is of something else, but for a release's name."""
    plain = _BRACKETS.sub(" ", text)
    for one in table():
        begins = one.system.search(plain) if one.system else None
        if begins is None:
            continue
        number = _NUMBERED.search(plain[begins.end() :])
        words = re.findall(r"[a-z]+", text.lower())
        if number:
            yield one.name, one.counted(".".join(filter(None, (number["release"], number["pack"]))))
        else:
            yield from ((one.name, one.releases[word]) for word in words if word in one.releases)


def placed(package: Package, releases: Mapping[str, str]) -> Package:
    """Complete the release of a package by that of its operating system, where the package itself is silent."""
    return package if package.release else replace(package, release=releases.get(package.distribution, ""))
