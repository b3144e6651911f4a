# SPDX-License-Identifier: Apache-2.0
"""Versions of a document: integers, or Semantic Versioning 2.0.0 (CSAF 2.0, 3.1.11)."""

import re
from dataclasses import dataclass
from typing import Final, Self

_NUMBER: Final = r"(?:0|[1-9][0-9]*)"
_PRE: Final = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_INTEGER: Final = re.compile(_NUMBER)
_SEMANTIC: Final = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_PRE}(?:\.{_PRE})*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)
_LONGEST: Final = 1_000
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a document. `key` sorts by precedence: build metadata does not count."""

    integer: bool
    major: int
    key: Key
    pre_release: str = ""
    core: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a version; None if it is neither an integer nor a semantic version."""
        if len(text) > _LONGEST:  # a number of that length would be slow to read, and is nobody's version
            return None
        if _INTEGER.fullmatch(text):
            number = int(text)
            return cls(integer=True, major=number, key=(number, 0, 0, 1, ()), core=text)
        match = _SEMANTIC.fullmatch(text)
        if match is None:
            return None
        major, minor, patch = int(match[1]), int(match[2]), int(match[3])
        pre = match[4] or ""
        # SemVer 11.3, 11.4: a pre-release is older; numbers are older than texts.
        identifiers = tuple(
            (0, int(part), "") if part.isdigit() else (1, 0, part) for part in pre.split(".") if pre
        )
        return cls(
            integer=False,
            major=major,
            key=(major, minor, patch, 0 if pre else 1, identifiers),
            pre_release=pre,
            core=f"{major}.{minor}.{patch}",
        )

    @property
    def without_build(self) -> str:
        """The version as it is compared with another (6.1.16)."""
        return f"{self.core}-{self.pre_release}" if self.pre_release else self.core
