# SPDX-License-Identifier: Apache-2.0
r"""CPE names: parse formatted strings (NISTIR 7695 6.2) and CPE 2.2 URIs (6.1), and bind them to 2.3 again.

How a field is written here: lower case and without quoting, so `c\+\+` is "c++" and `foo\-bar` "foo-bar".
The logical values stay what they are: "*" is ANY, "-" is NA; a bare "*" or "?" within a text is a wildcard.
Only what would be taken for one of these keeps its backslash: a literal star, question mark or backslash
(`\*`, `\?`, `\\`) and a text that is nothing but a hyphen (`\-`). Each value has one way to be written, so
equal fields are equal texts, in Python as in any engine.
"""

import re
from dataclasses import dataclass, fields
from typing import Final, Self
from urllib.parse import unquote

from leadglass.errors import UnreadableError

ANY: Final = "*"
NA: Final = "-"

HARDWARE: Final = "h"
"""The part of hardware (NISTIR 7695, 5.3.3.1)."""

_PREFIX: Final = "cpe:2.3:"
_URI: Final = "cpe:/"
_FIELDS: Final = 11
_URI_FIELDS: Final = 7
_PARTS: Final = frozenset("aoh*-")

SYSTEMS: Final = {
    "windows": "windows", "linux": "linux", "linux_kernel": "linux", "macos": "macos", "mac_os": "macos",
    "mac_os_x": "macos", "mac": "macos", "android": "android", "iphone_os": "iphone_os", "iphone": "iphone_os",
    "ipad_os": "ipad_os", "unix": "unix", "solaris": "solaris", "freebsd": "freebsd",
}  # fmt: skip
"""Operating systems as names have them for target software, each in one way."""
_HARDWARE: Final = {"x64": "x64", "x86": "x86", "x32": "x86", "itanium": "itanium", "arm64": "arm64"}

# A field between colons: quoted characters and all others (6.2.2). A trailing lone backslash does not match.
_BETWEEN_COLONS: Final = re.compile(r"(?:[^\\:]|\\.)*", re.DOTALL)
_QUOTED: Final = re.compile(r"\\(.)", re.DOTALL)
_KEPT_QUOTES: Final = frozenset("*?\\")
_WRITTEN: Final = re.compile(r"\\-|(?:\\[*?\\]|[^\\\s\x00-\x1f\x7f])+")
_UNREADABLE: Final = re.compile(r"[\s\x00-\x1f\x7f]")
# 6.2.2.3: letters, digits, "_", "." and "-" are bound as they are, wildcards too; all else is quoted.
_TO_QUOTE: Final = re.compile(r"(\\.)|([^\w.\-*?])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpe:
    """A well-formed CPE name. A field that is not given is ANY; how fields are written stands above."""

    part: str
    vendor: str = ANY
    product: str = ANY
    version: str = ANY
    update: str = ANY
    edition: str = ANY
    language: str = ANY
    sw_edition: str = ANY
    target_sw: str = ANY
    target_hw: str = ANY
    other: str = ANY

    def __post_init__(self) -> None:
        if self.part not in _PARTS:
            raise UnreadableError(
                f"The part of a CPE name is a, o or h, not {self.part[:20]!r}. Correct the name."
            )
        for name, value in self._items():
            if not _WRITTEN.fullmatch(value) or value != value.lower():
                raise UnreadableError(
                    f"{value[:80]!r} cannot be the {name} of a CPE name. Write it in lower case, without "
                    "spaces; a literal *, ? or backslash with a backslash before it."
                )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `cpe:2.3:...` (exactly 11 fields) or `cpe:/...`; anything else is an `UnreadableError`.

        Tolerated: letters of any case, and punctuation that ought to be quoted but is not.
        """
        if text[:8].lower() == _PREFIX:
            return cls(**dict(zip(_NAMES, map(unbind, split(text)), strict=True)))
        if text[:5].lower() == _URI:
            return cls(**_read_uri(text))
        raise UnreadableError(
            f"{text[:80]!r} is no CPE name: it begins with neither 'cpe:2.3:' nor 'cpe:/'. "
            "An example: cpe:2.3:o:microsoft:windows_10_1809:10.0.17763:*:*:*:*:*:*:*"
        )

    @property
    def product_key(self) -> str:
        """Vendor and product as the tables join them: "microsoft:windows_10_1809"."""
        return f"{self.vendor}:{self.product}"

    @property
    def qualifiers(self) -> str:
        """`edition|language|sw_edition|target_sw|target_hw|other`, or "" where all of them are ANY."""
        return qualifiers(
            (self.edition, self.language, self.sw_edition, self.target_sw, self.target_hw, self.other)
        )

    def __str__(self) -> str:
        """Bind to a formatted string (6.2): `Cpe.parse(str(cpe)) == cpe`."""
        return _PREFIX + ":".join(_bind(value) for _, value in self._items())

    def _items(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, getattr(self, name)) for name in _NAMES)


_NAMES: Final = tuple(field.name for field in fields(Cpe))
_ALL_ANY: Final = (ANY,) * 6


def split(criteria: str) -> tuple[str, ...]:
    """Cut a formatted string into its 11 fields, quoted and cased as they came (6.2.3). Made for bulk."""
    _refuse_odd_text(criteria)
    pieces = criteria.split(":") if "\\" not in criteria else _split_quoted(criteria)
    if len(pieces) != _FIELDS + 2 or pieces[0].lower() != "cpe" or pieces[1] != "2.3" or "" in pieces:
        raise UnreadableError(
            f"{criteria[:80]!r} is no CPE 2.3 name: after 'cpe:2.3:' stand {_FIELDS} fields with colons "
            "between. Write * for each field that is not known, and \\: for a colon within a field."
        )
    return tuple(pieces[2:])


def unbind(field: str) -> str:
    """Write one raw field of a formatted string as it is written here (6.2.3.1)."""
    lowered = field.lower()
    if "\\" not in lowered or lowered == "\\-":
        return lowered
    return _QUOTED.sub(_unquote, lowered)


def qualifiers(values: tuple[str, ...]) -> str:
    """Join the last six fields, already unbound, by "|"; "" where all are ANY.

    Platforms are written in one way and place: names that were CPE 2.2 have them as edition.
    """
    if values == _ALL_ANY:
        return ""
    edition, language, sw_edition, target_sw, target_hw, other = values
    if edition in _HARDWARE and target_hw == ANY:
        edition, target_hw = ANY, edition
    elif edition in SYSTEMS and target_sw == ANY:
        edition, target_sw = ANY, edition
    target_sw, target_hw = SYSTEMS.get(target_sw, target_sw), _HARDWARE.get(target_hw, target_hw)
    return f"{edition}|{language}|{sw_edition}|{target_sw}|{target_hw}|{other}"


def _split_quoted(criteria: str) -> list[str]:
    pieces = []
    position = 0
    while True:
        match = _BETWEEN_COLONS.match(criteria, position)
        end = match.end() if match else position
        pieces.append(criteria[position:end])
        if end == len(criteria):
            return pieces
        if criteria[end] != ":":
            raise UnreadableError(
                f"The CPE name {criteria[:80]!r} ends in a lone backslash. Correct the name."
            )
        position = end + 1


def _unquote(match: re.Match[str]) -> str:
    return match[0] if match[1] in _KEPT_QUOTES else match[1]


def _bind(value: str) -> str:
    return _TO_QUOTE.sub(lambda match: match[1] or "\\" + match[2], value)


def _refuse_odd_text(text: str) -> None:
    if (" " in text or not text.isprintable()) and _UNREADABLE.search(text):  # the first two are fast
        raise UnreadableError(
            f"{text[:80]!r} is no CPE name: spaces or control characters stand in it. Correct the name."
        )


def _read_uri(text: str) -> dict[str, str]:
    """Unbind a CPE 2.2 URI (6.1.3): empty is ANY, `~` packs five fields into the edition (6.1.2.1.2)."""
    _refuse_odd_text(text)
    components = text[len(_URI) :].split(":")
    if len(components) > _URI_FIELDS:
        raise UnreadableError(
            f"{text[:80]!r} is no CPE 2.2 name: it has more than {_URI_FIELDS} fields. "
            "Write a colon within a field as %3a."
        )
    given = dict(zip(_NAMES, components, strict=False))
    edition = given.get("edition", "")
    if edition.startswith("~"):
        packed = edition[1:].split("~")
        if len(packed) > 5:
            raise UnreadableError(
                f"The edition of {text[:80]!r} packs more than five fields. Correct the name."
            )
        given |= dict(zip(("edition", "sw_edition", "target_sw", "target_hw", "other"), packed, strict=False))
    return {name: _read_component(value) for name, value in given.items()}


def _read_component(component: str) -> str:
    """Decode one component: %01 is the wildcard ?, %02 the wildcard *, all else is text (6.1.3.2)."""
    if component in {"", ANY}:  # a bare * is no 2.2, but is written and meant so
        return ANY
    if component == NA:
        return NA
    pieces = re.split(r"(%0[12])", component)
    decoded = "".join(
        {"%01": "?", "%02": "*"}.get(piece) or re.sub(r"[*?\\]", r"\\\g<0>", unquote(piece))
        for piece in pieces
    ).lower()
    return "\\-" if decoded == NA else decoded
