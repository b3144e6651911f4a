# SPDX-License-Identifier: Apache-2.0
"""Turn a version into a key by the scheme in which its maker writes it: one law for all schemes.

A key is printable ASCII between `!` and `~`, sorts bytewise as the scheme orders, and begins no other key. It begins
with the letter of its scheme, so that keys of two schemes are never mistaken for each other, except:

- the generic scheme, whose keys are those of `versions.key`;
- a text that is not of the scheme. It gets `-` and its generic key: below every version of the scheme, where
  whoever compares sees by the first character that it has no place among them (comparison.WORD). So do texts that
  begin with a word where letters come later: "R30" has a place beside "R30_P1", but not beside "5.0".
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from leadglass.vulnerabilities import versions
from leadglass.vulnerabilities.schemes import (
    apk,
    cisco,
    dpkg,
    esxi,
    gem,
    golang,
    ivanti,
    junos,
    maven,
    npm,
    nuget,
    pep440,
    rpm,
    semver,
    syngo,
    windows,
)  # fmt: skip

STRANGE: Final = "-"
"""How the key of a text begins that has no place among the versions of its scheme."""

LOWEST: Final = "0"
"""What OSV writes for "before every version" (OSV schema 1.7, `events`: introduced)."""


class Scheme(StrEnum):
    """In which order versions are; the names of tables/schemes.toml."""

    __hash__ = str.__hash__  # that of Enum is written in Python, and a feed asks for it at each criterion

    GENERIC = "generic"
    LETTERS_LATER = "letters_later"
    SEMVER = "semver"
    NPM = "npm"
    GOLANG = "golang"
    PEP440 = "pep440"
    MAVEN = "maven"
    NUGET = "nuget"
    DPKG = "dpkg"
    RPM = "rpm"
    APK = "apk"
    GEM = "gem"
    WINDOWS = "windows"
    SYNGO = "syngo"
    CISCO = "cisco"
    JUNOS = "junos"
    IVANTI = "ivanti"
    ESXI = "esxi"


def _letters_later(text: str) -> str | None:
    return versions.key(text, letters_later=True) if "0" <= text[:1] <= "9" else None


_KEYS: Final[Mapping[Scheme, tuple[str, Callable[[str], str | None]]]] = {
    Scheme.LETTERS_LATER: ("l", _letters_later),
    Scheme.SEMVER: ("s", semver.key),
    Scheme.NPM: ("n", npm.key),
    Scheme.GOLANG: ("g", golang.key),
    Scheme.PEP440: ("p", pep440.key),
    Scheme.MAVEN: ("m", maven.key),
    Scheme.NUGET: ("u", nuget.key),
    Scheme.DPKG: ("d", dpkg.key),
    Scheme.RPM: ("r", rpm.key),
    Scheme.APK: ("a", apk.key),
    Scheme.GEM: ("e", gem.key),
    Scheme.WINDOWS: ("w", windows.key),
    Scheme.SYNGO: ("y", syngo.key),
    Scheme.CISCO: ("c", cisco.key),
    Scheme.JUNOS: ("j", junos.key),
    Scheme.IVANTI: ("i", ivanti.key),
    Scheme.ESXI: ("x", esxi.key),
}
"""The letter that keys of a scheme begin with, and what writes the rest: None where the text is not of the scheme."""


def key(scheme: Scheme, text: str) -> str:
    """Give the key of any text; see `is_valid` for texts that are not of the scheme. Give what `versions.clean` returns."""
    if scheme is Scheme.GENERIC:
        return versions.key(text)
    return _valid(scheme, text) or STRANGE + versions.key(text, letters_later=scheme is Scheme.LETTERS_LATER)


def is_valid(scheme: Scheme, text: str) -> bool:
    """Tell whether a text is of the scheme; by the generic rules, and where letters come later, what has a number is."""
    if scheme in {Scheme.GENERIC, Scheme.LETTERS_LATER}:
        return any("0" <= letter <= "9" for letter in text[: versions.LONGEST])
    return _valid(scheme, text) != ""


def bounds(
    scheme: Scheme,
    start_including: str | None,
    start_excluding: str | None,
    end_including: str | None,
    end_excluding: str | None,
) -> tuple[str, str]:
    """Give the half-open range `lo <= key(scheme, version) < hi` (versions.bounds, by the scheme's keys)."""
    if scheme is Scheme.GENERIC:
        return versions.bounds(start_including, start_excluding, end_including, end_excluding)
    return versions.bounds(
        None if start_including == LOWEST else start_including, start_excluding, end_including, end_excluding,
        order=lambda text: key(scheme, text),
    )  # fmt: skip


def is_of(scheme: Scheme, key_: str) -> bool:
    """Tell whether a key, or an open end, was made by a scheme: stored keys may be older than the choice of a scheme."""
    if scheme is Scheme.GENERIC:
        return not key_[:1].islower()
    return key_ in {versions.OPEN_START, versions.OPEN_END} or key_.startswith(_KEYS[scheme][0])


def _valid(scheme: Scheme, text: str) -> str:
    """Give the key of a text of the scheme, "" where it is not of it. Longer texts than count are of none."""
    letter, write = _KEYS[scheme]
    made = write(text) if len(text) <= versions.LONGEST else None
    return "" if made is None else letter + made
