# SPDX-License-Identifier: Apache-2.0
"""How distributions name the packages of a project that records name otherwise: 'httpd', 'libssl1.1', 'openssl-libs'.

The table packages.csv has those whose name tells nothing of the project's. Of the others a part of the source, a number
of the library's interface or a module's release is taken off (Debian Policy 8.1, Fedora's naming guidelines).
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

_PART = re.compile(
    r"-(?:libs?|common|core|server|client|clients|daemon|utils?|tools?|bin|base|data|dev|devel|runtime|minimal|headless)\Z"
)
_INTERFACE = re.compile(r"\A(lib.*?[a-z+])-?\d[\d.]*(?:-\d+)?[a-z]?(?:t64)?\Z")
_SONAME = re.compile(r"-\d[\d.]*[a-z]?(?:t64)?\Z")  # Debian Policy 8.1: 'libx11-6' is of libx11
_NUMBER = re.compile(r"(?<=[a-z_+-])\d[\d.]*[a-z]?\Z")
_FILE = re.compile(r"(?<=\w)\.(?:dll|jar|dylib|so(?:\.[\d.]+)?)\Z", re.IGNORECASE)
_SHORTEST = 3
"""Letters of what may be left of a name: 'h' of h2 says nothing."""
_TELLING = 5
"""Letters of the first of several words of a file that may be the project's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A row of tables/packages.csv: a pattern for names of packages, and what records call the project."""

    pattern: str
    part: str
    product: str

    def fits(self, name: str) -> bool:
        """Tell whether a package of this name is of the project."""
        return bool(re.fullmatch(self.pattern, name.casefold()))


@cache
def packages() -> tuple[Package, ...]:
    """Read the table that is shipped."""
    text = resources.files(__package__).joinpath("tables/packages.csv").read_text(encoding="utf-8")
    return tuple(Package(**row) for row in csv.DictReader(text.splitlines()))


def stem(name: str) -> str:
    """Give the name of the project of which a package is a part: 'openjpeg-libs' -> 'openjpeg', 'libraw19' -> 'libraw'."""
    name = _PART.sub("", name.casefold())
    interface = _INTERFACE.fullmatch(name)
    return interface[1] if interface else name


def is_file(name: str) -> bool:
    """Tell whether a name is that of a file that holds a library or a program."""
    return bool(_FILE.search(name))


def stems(name: str) -> tuple[str, ...]:
    """Give the names of the project of which a package or a file may be, the longest first.

    'libx11-6' may be of libx11, x11 or libx; 'opencv_world330.dll' of opencv_world or opencv.
    """
    whole = _FILE.sub("", name.casefold())
    found = [stem(name)] if whole == name.casefold() else [whole]
    for one in (_SONAME.sub("", whole), _NUMBER.sub("", _SONAME.sub("", whole)).rstrip("-_")):
        found += (one, one.removeprefix("lib"))
    first = re.split("[-_]", found[-1])[0]
    if len(first) >= _TELLING and (is_file(name) or whole.startswith("lib")):
        found.append(first)
    told = {one for one in found if len(one) >= _SHORTEST and one != name.casefold()}
    return tuple(sorted(told, key=lambda one: (-len(one), one)))
