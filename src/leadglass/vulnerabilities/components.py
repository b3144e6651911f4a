# SPDX-License-Identifier: Apache-2.0
"""Bring a CPE name or an operating system to the product key that records use, with a version to compare.

Each link has a basis and a confidence. Below `LINE` the link is a doubt: its findings are unknown until a
person answers. A component that no record names keeps an empty product key and is listed as such.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from leadglass.values.cpe import HARDWARE, NA, Cpe
from leadglass.vulnerabilities.ranges import is_version
from leadglass.vulnerabilities.schemes import Choice, Scheme, is_valid, key, shipped
from leadglass.vulnerabilities.versions import LONGEST, clean, norm

LINE = 0.8
"""Below this confidence a link is a question."""

# What comes before a release or after it, at the end of a version: '1.0.2-beta1', '2008 R2 SP1', '7.0 update 3'
_EARLY = re.compile(
    r"(?P<base>.*\d.*?)[-_. ]?(?<![a-z])(?P<word>alpha|beta|rc|preview|pre|milestone|(?<=[-_. ])m(?=\d))[-_. ]?(?P<number>\d*)",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"(?P<base>.*\d.*?)[-_. ]?(?<![a-z])(?P<word>(?:service|maintenance)[-_. ]?pack|[sm]p|update|cu|(?<=\d)p(?=\d))"
    r"[-_. ]?(?P<number>\d*)",
    re.IGNORECASE,
)
_PACKS = {"serv": "sp", "main": "mp"}
_JAVA = re.compile(r"(?P<base>1\.\d\.0)_0*(?P<number>\d+)(?:-b\d+)?", re.ASCII)  # Java 8 and before
_SAYS_NOTHING = re.compile(r"[-. _]?(?:release|final|ga)\Z|\s+\(.*\)\Z", re.IGNORECASE)
_NO_UPDATE = frozenset({"-", "no", "none", "rtm"})
_UNSTATED = frozenset(
    {
        "unknown",
        "n/a",
        "na",
        "none",
        "noassertion",
        "unspecified",
        "not stated",
        "latest",
        "various",
        "tbd",
        "?",
    }
)
# A distribution's package: epoch before the maker's version, revision and what was repacked after it
_EPOCH = re.compile(r"\A\d+:")
_REVISION = re.compile(r"-[^-]*\Z")
_REPACKED = re.compile(r"[.+~-](?:dfsg|ds|repack|really).*\Z")
BACKPORTING = frozenset({"deb", "rpm", "apk"})
"""Types of packages whose makers repair without changing the upstream version."""

REPAIRED = "whether the distribution repaired it"
"""What is missing where a record speaks of an upstream version, and the package is a distribution's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A product key with the version as matching sees it, how it was found and how sure that is.

    `release` is the word by which records name the version, where that is another than `version`: the builds of
    Windows lie in ranges, but its release is "-" or "1809".

    `named` says that a name tells which one it is: of a system, that its releases are names in no order; of hardware,
    that it is the model, and `version` that of its software.
    """

    part: str
    product: str
    version: str
    update: str = "*"
    qualifiers: str = ""
    named: bool = False
    release: str = ""
    basis: str
    confidence: float
    backported: bool = False

    @property
    def doubt(self) -> str:
        """What is not sure about the link, in the words of a question; empty where it is sure enough."""
        if self.backported:
            return REPAIRED
        return "component identity" if self.product and self.confidence < LINE else ""

    @property
    def norm(self) -> str:
        """The normalised version as records name it; "-" stays itself, unknown is empty."""
        return self.release or _stated(self.version)

    @property
    def base(self) -> str:
        """The normalised version without the update that it ends in."""
        return _stated(split_update(self.version)[0])

    @property
    def key(self) -> str:
        """The sort key by the shipped schemes."""
        return self.key_by(shipped())

    def key_by(self, schemes: Choice) -> str:
        """Give the sort key by the scheme of the product, empty where there is no version to compare.

        Releases by name are in no order. A service pack does not move a generic version in its order, as records
        compare it apart; what comes before a release does. In other schemes it is part of the version.
        """
        plain = _bare(self.version)
        if not is_version(plain) or (self.named and not self.release and self.part != HARDWARE):
            return ""
        scheme = schemes.of_product(self.product)
        if scheme is not Scheme.GENERIC:
            whole = (
                f"{clean(plain)} {self.update}"  # "20.3", update "r1-s3", of which "20.3" knows nothing yet
            )
            apart = self.update not in {"*", "-", ""} and not split_update(self.version)[1]
            return key(scheme, whole if apart and is_valid(scheme, whole) else clean(plain))
        later = _LATER.fullmatch(plain) if len(plain) <= LONGEST else None
        return key(scheme, clean(later["base"] if later else plain))


def _stated(version: str) -> str:
    return "" if version.casefold() in _UNSTATED else norm(version)


def update_in(answer: str) -> str:
    """Read the update from an answer: 'sp4' from '2012 SP4' or 'SP4', '-' from 'none', "" where none is named."""
    if answer.strip().casefold() in _NO_UPDATE:
        return "-"
    return split_update(answer)[1] or split_update(f"0 {answer}")[1]


def split_update(version: str) -> tuple[str, str]:
    """Split '1.0.2-beta1' into ('1.0.2', 'beta1'), '1.8.0_45' into ('1.8.0', 'update45').

    A version without an update gives (version, ""), what says nothing taken off: '5.3.18.RELEASE', '2.1 (x64)'.
    """
    version = _bare(version)
    if len(version) > LONGEST:  # longer ones are no versions, and take long
        return version, ""
    java = _JAVA.fullmatch(version)
    if java:
        return java["base"], f"update{java['number']}"
    found = _EARLY.fullmatch(version) or _LATER.fullmatch(version)
    if not found:
        return version, ""
    word = _PACKS.get(found["word"].lower()[:4], found["word"].lower())
    return found["base"].rstrip("-_. "), word + found["number"]


def _bare(version: str) -> str:
    return _SAYS_NOTHING.sub("", version.strip())


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


def upstream(kind: str, version: str) -> str:
    """Give the version that the maker released, from that of a distribution's package: '1:1.2.11-2' -> '1.2.11'."""
    if kind not in BACKPORTING:
        return version
    return _REPACKED.sub("", _REVISION.sub("", _EPOCH.sub("", version)))


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A row of operating_systems.csv or releases.csv: a system or application as inventories write it, as records name it.

    `pattern` is held against the text as `spelled` writes it. `version` is the release name that records use,
    "{build}" a Windows build of four numbers, "{version}" the number that the inventory states, "{1}" what the
    pattern's group holds, or empty: known
    by name, release unknown. A product of which builds are compared is one component, named by its release and
    ordered by its build. `qualifiers` are those that every installation has.
    """

    pattern: re.Pattern[str]
    product: str
    version: str
    update: str
    qualifiers: str = ""
    part: str = "o"

    @property
    def names(self) -> bool:
        """Whether its releases are names, in no order; the number of a system's release is one as any other."""
        return (
            bool(self.version)
            and self.version != "{version}"
            and not (self.part == "o" and "{1}" in self.version)
        )


@cache
def systems(name: str = "operating_systems.csv") -> tuple[System, ...]:
    """Read a table of systems that is shipped: of operating systems, or of applications by release."""
    text = resources.files(__package__).joinpath(f"tables/{name}").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        System(
            pattern=re.compile(r["pattern"]),
            product=r["product"],
            version=r["version"],
            update=r["update"],
            qualifiers=r["qualifiers"],
            part=r.get("part", "o"),
        )
        for r in rows
    )


# Three numbers name a release but not its patch level: that is unknown, not the oldest.
_BUILD = re.compile(r"\b(?:10|6)\.\d\.\d{4,5}\.\d+\b")
_WINDOWS = re.compile(
    r"\bwin(?:dows)?[ _-]*(?=\d|xp\b|vista|nt\b|ce\b|server|embedded|compact|iot)|\bw(?=(?:7|8|8\.1|10|11)\b)"
)
_EDITIONS = re.compile(
    r"\b(?:microsoft|ms|iot|enterprise|ent|professional|pro|ultimate|business|home|embedded|standard|std|posready"
    r"|datacenter|essentials|industry|edition|for)\b|[®™]|\((?:r|tm)\)"
)
_WIDTHS = re.compile(r"\b(?:(?P<wide>x64|64[ -]?bits?|amd64|x86[_-]64)|(?:x86|32[ -]?bits?|i[36]86))\b")
_UPDATE = re.compile(r"\bupdate (\d+)\b")  # of an application: "java 8 update 181"
_SERVICE_PACK = re.compile(r"\b(?:sp|service pack) ?(\d[a-z]?)\b")
_BRACKETS = re.compile(r"\([^)]*\)")
_NUMBER = re.compile(r"\d[\w.+~-]*")


def spelled(text: str) -> str:
    """Write an operating system in one way: 'Win10 Ent 2016 LTSB' and 'Windows(R) 10 Enterprise 2016 LTSB' are one."""
    plain = _EDITIONS.sub(" ", _WINDOWS.sub("windows ", text[:LONGEST].casefold()))
    return " ".join(_WINDOWS.sub("windows ", " ".join(plain.split())).split())


def of_system(os: str, os_version: str, table: Sequence[System]) -> tuple[Link, ...]:
    """Link an operating system by name and build; records may know one system under several products.

    Of the rows for one product and way of naming the last that fits counts: a release is more than its family.
    Where builds are compared and none is stated, the version is unknown.
    """
    stated = f"{os} {os_version}".strip()
    text = spelled(stated)
    chosen: dict[tuple[str, str], dict[bool, tuple[System, str]]] = {}
    for row in table:
        found = row.pattern.search(text)
        if found:
            by_build = row.version == "{build}"
            behind = row.version.partition("}")[2]  # '2013_rt' is another way of writing 2013, edition RT
            chosen.setdefault((row.product, behind), {})[by_build] = (row, _filled(row, found, os_version))
    width = _WIDTHS.search(text)
    told = "" if width is None else "*|*|*|*|" + ("x64" if width["wide"] else "x86") + "|*"
    pack = _SERVICE_PACK.search(text)
    turn = _UPDATE.search(text)
    links = []
    for (product, _), rows in chosen.items():
        row, release = rows.get(False) or (rows[True][0], NA)
        version = rows[True][1] if True in rows else release
        links.append(
            Link(
                part=row.part,
                product=product,
                version=version,
                update=row.update
                or (f"sp{pack[1]}" if pack else "")
                or split_update(version)[1]
                or (f"update{turn[1]}" if turn and row.part == "a" else "*"),
                qualifiers=row.qualifiers or told,
                named=row.names,
                release=release if True in rows else "",
                basis=f"'{stated}' in the table of {'systems' if row.part == 'o' else 'releases'}",
                confidence=0.95,
            )
        )
    return tuple(links)


def _filled(row: System, found: re.Match[str], os_version: str) -> str:
    """Fill in what a row leaves to the inventory: its build, its version, or the number behind the name.

    What stands in brackets behind the name is of something else: "Linux kernel (Yocto 2.3)".
    """
    if "{1}" in row.version:
        return row.version.format("", found[1])
    if row.version == "{build}":
        build = _BUILD.search(found.string)
        return build[0] if build else ""
    if row.version != "{version}":
        return row.version
    rest = _BRACKETS.sub(" ", found.string[found.end() :])
    number = _NUMBER.search(_WIDTHS.sub(" ", os_version)) or _NUMBER.search(_WIDTHS.sub(" ", rest))
    return number[0] if number else ""
