# SPDX-License-Identifier: Apache-2.0
"""Language tags (BCP 47, RFC 5646): taken apart, and their subtags looked up.

At hand are the languages of two letters, the scripts and the regions that IANA registers. A language of three
letters, an extended language or a variant cannot be looked up here: that is said, not passed.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Self

_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,8})(?P<extended>(?:-[a-z]{3}(?![^-])){0,3})(?:-(?P<script>[a-z]{4})(?![^-]))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3})(?![^-]))?(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3})(?![^-]))*)"
    r"(?P<extensions>(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*)(?P<private>-x(?:-[a-z0-9]{1,8})+)?"
)
_EXTENSION: Final = re.compile(r"-([a-wy-z0-9])(?=-)(?:-[a-z0-9]{2,8})+")
_EXTENSIONS: Final = frozenset("tu")  # RFC 6497 and RFC 6067: the two that IANA registers
_WHOLE: Final = re.compile(r"x(?:-[a-z0-9]{1,8})+|i-(?:default|mingo)")
_PRIVATE_REGION: Final = re.compile(r"aa|zz|q[m-z]|x[a-z]")
_PRIVATE_LANGUAGE: Final = re.compile(r"q[a-t][a-z]")
_PRIVATE_SCRIPT: Final = re.compile(r"qa(?:a[a-z]|b[a-x])")


def _registered() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    with files(__package__).joinpath("tables", "subtags.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["kind"], set()).update(row["subtags"].split())
    return {kind: frozenset(subtags) for kind, subtags in found.items()}


REGISTERED: Final = _registered()


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageTag:
    """A well-formed tag in lower case. "" is a part that is not there; `whole` is one that has no parts."""

    whole: str = ""
    language: str = ""
    extended: tuple[str, ...] = ()
    script: str = ""
    region: str = ""
    variants: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Take a tag apart; None if it is not well-formed."""
        lowered = text.lower()
        if _WHOLE.fullmatch(lowered):
            return cls(whole=lowered)
        match = _TAG.fullmatch(lowered)
        if match is None:
            return None
        return cls(
            language=match["language"],
            extended=tuple(match["extended"].split("-")[1:]),
            script=match["script"] or "",
            region=match["region"] or "",
            variants=tuple(match["variants"].split("-")[1:]),
            extensions=tuple(found[1] for found in _EXTENSION.finditer(match["extensions"])),
        )

    @property
    def private(self) -> bool:
        """Whether a subtag is one that is kept for private use (RFC 5646 2.2.1, 2.2.3, 2.2.4)."""
        return bool(
            _PRIVATE_LANGUAGE.fullmatch(self.language)
            or _PRIVATE_SCRIPT.fullmatch(self.script)
            or _PRIVATE_REGION.fullmatch(self.region)
        )

    def faults(self) -> Iterator[str]:
        """Say what is no valid tag about it (RFC 5646 2.2.9), a sentence each."""
        if len(self.language) == 2 and self.language not in REGISTERED["language"]:
            yield f"No language is registered as {self.language!r}."
        if len(self.language) > 3:
            yield f"No language is registered as {self.language!r}: they have two or three letters."
        if len(self.extended) > 1:
            yield "A tag has one extended language at most."
        if self.script and self.script not in REGISTERED["script"] and not self.private:
            yield f"No script is registered as {self.script!r}."
        if (
            self.region
            and self.region not in REGISTERED["region"]
            and not _PRIVATE_REGION.fullmatch(self.region)
        ):
            yield f"No region is registered as {self.region!r}."
        if len(set(self.variants)) < len(self.variants):
            yield "A variant stands in the tag twice."
        if len(set(self.extensions)) < len(self.extensions):
            yield "An extension stands in the tag twice."
        for extension in self.extensions:
            if extension not in _EXTENSIONS:
                yield f"No extension is registered as {extension!r}."

    def doubts(self) -> Iterator[str]:
        """Say which subtags cannot be looked up here, a sentence each."""
        if len(self.language) == 3 and not _PRIVATE_LANGUAGE.fullmatch(self.language):
            yield f"The language {self.language!r} of three letters was not looked up."
        for subtag in (*self.extended, *self.variants):
            yield f"The subtag {subtag!r} was not looked up."
