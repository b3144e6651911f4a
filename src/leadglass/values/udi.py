# SPDX-License-Identifier: Apache-2.0
"""Unique device identifiers of GS1, HIBCC and ICCBBA, with their check digits (21 CFR 801.40; EU 2017/745 Annex VI).

Standards: GS1 General Specifications 3 and 7.9 (application identifiers, check digit); ANSI/HIBC 2.6 (primary and
secondary data structures, modulo 43); ISBT 128 ST-001 (data structures 001, 004, 008, 032-035).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Self

from leadglass.errors import UnreadableError

LONGEST: Final = 400
"""Characters of one identifier that are read; a symbol holds no more."""

_GS: Final = "\x1d"
_SEPARATORS: Final = re.compile("<GS>|{GS}|<FNC1>|{FNC1}|\\[FNC1\\]|␝", re.IGNORECASE)
_SYMBOLOGY: Final = re.compile(r"\A\][A-Za-z][0-9A-Za-z]")
_BRACKETED: Final = re.compile(r"\(([0-9]{2,4})\)")
# GS1 General Specifications 7.11: the 82 characters that element strings may hold
_CHARACTERS: Final = re.compile(r"[!\"%-?A-Z_a-z]+")

# Length of the value: (n, n) is fixed. General Specifications 3.2; those that devices bear.
_IDENTIFIERS: Final[dict[str, tuple[int, int]]] = {
    "00": (18, 18), "01": (14, 14), "02": (14, 14), "10": (1, 20), "11": (6, 6), "12": (6, 6), "13": (6, 6),
    "15": (6, 6), "16": (6, 6), "17": (6, 6), "20": (2, 2), "21": (1, 20), "22": (1, 20), "235": (1, 28),
    "240": (1, 30), "241": (1, 30), "242": (1, 6), "243": (1, 20), "250": (1, 30), "251": (1, 30), "30": (1, 8),
    "37": (1, 8), "400": (1, 30), "410": (13, 13), "414": (13, 13), "422": (3, 3), "710": (1, 20), "711": (1, 20),
    "712": (1, 20), "713": (1, 20), "714": (1, 20), "715": (1, 20), "716": (1, 20), "7003": (10, 10),
    "8003": (14, 30), "8004": (1, 30), "8012": (1, 20), "8013": (1, 25), "8020": (1, 25), "90": (1, 30),
    **{str(number): (1, 90) for number in range(91, 100)},
}  # fmt: skip
_NAMED: Final = {"01": "device_identifier", "10": "lot", "21": "serial", "8012": "version"}
_DATED: Final = {"11": "manufactured", "17": "expires"}

_HIBC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_PRIMARY: Final = re.compile(r"[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9]")
# ANSI/HIBC 2.6, 2.3.2.2: what the digit after $$ says of the date, and how many digits follow
_HIBC_DATES: Final = {"2": "%m%d%y", "3": "%y%m%d", "4": "%y%m%d%H", "5": "%y%j", "6": "%y%j%H", "7": ""}
_DIGITS: Final = {"%m": 2, "%d": 2, "%y": 2, "%H": 2, "%j": 3, "%Y": 4}

_ISBT: Final = re.compile(
    r"=/(?P<device_identifier>[A-Z0-9]{16})|=,(?P<serial>[A-Z0-9]{6})|=>(?P<expires>[0-9]{6})"
    r"|=\}(?P<manufactured>[0-9]{6})|&,1(?P<lot>[A-Z0-9]{18})|=\)(?P<container>[A-Z0-9]{10})"
    r"|&\)(?P<container_lot>[A-Z0-9]{10})|=\+(?P<compound>[0-9]{5})"
    r"|=(?P<donation>[A-NP-Z1-9][A-NP-Z0-9]{4}[0-9]{8}[0-9A-Z*]{2})"
)
_LAST_YEAR: Final = 75
"""Years of two digits up to this one are 2000 and later, above it 1900 and later. General Specifications 7.12 let
the window move with the calendar; a device whose dates lie outside of this one is far off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Udi:
    """An identifier, taken apart. "" or None is what it does not bear; `rest` is what was read and has no name here.

    `agency` is GS1, HIBCC or ICCBBA. `device_identifier` is the fixed part: a GTIN of 14 digits, labeler with
    product and unit of measure, or processor with product. Dates that name no day are the last of their month.
    """

    agency: str
    device_identifier: str
    serial: str = ""
    lot: str = ""
    manufactured: date | None = None
    expires: date | None = None
    version: str = ""
    donation: str = ""
    rest: tuple[tuple[str, str], ...] = field(default=())

    def __post_init__(self) -> None:
        if self.agency == "GS1":
            _gtin(self.device_identifier)
        elif self.agency not in ("HIBCC", "ICCBBA") or not self.device_identifier:
            raise UnreadableError(
                f"{self.agency[:20]!r} issues no device identifiers: GS1, HIBCC and ICCBBA do."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an identifier as scanned or as printed; what is none, or has a wrong check digit, is unreadable."""
        plain = _SYMBOLOGY.sub("", _SEPARATORS.sub(_GS, text.strip("\r\n\t").lstrip(" ")))
        if len(plain) > LONGEST:
            raise UnreadableError(f"A device identifier has no {len(plain)} characters. Give one at a time.")
        if plain.lstrip("*").startswith("+"):
            return cls(agency="HIBCC", **_made(_hibc(plain.strip("*")), text))
        plain = plain.strip()
        if plain.startswith(("=", "&")):
            return cls(agency="ICCBBA", **_made(_isbt(plain), text))
        if plain.isascii() and plain.isdigit() and len(plain) in (12, 13, 14):
            return cls(agency="GS1", device_identifier=plain.zfill(14))
        elements = _bracketed(plain) if plain.startswith("(") else _element_string(plain)
        return cls(agency="GS1", **_made(_gs1(elements), text))

    def __str__(self) -> str:
        """Write what a person reads: with brackets for GS1, so that `Udi.parse(str(udi)) == udi`."""
        if self.agency != "GS1":
            return f"{self.agency} {self.device_identifier}"
        known = {ai: getattr(self, name) for ai, name in _NAMED.items()}
        known |= {ai: _six(getattr(self, name)) for ai, name in _DATED.items()}
        named = {ai: known[ai] for ai in ("01", "11", "17", "10", "21", "8012")}
        return "".join(f"({ai}){value}" for ai, value in (*named.items(), *self.rest) if value)


_Told = Iterator[tuple[str, Any]]
"""Names of fields, or what else an identifier says by its own name, with their values."""


def _made(told: _Told, text: str) -> dict[str, Any]:
    """Gather what was told into fields; a field told twice in two ways is no identifier."""
    made: dict[str, Any] = {}
    rest: dict[str, str] = {}
    named = Udi.__slots__
    for name, value in told:
        kept = made if name in named else rest
        if kept.setdefault(name, value) != value:
            raise UnreadableError(f"{text[:60]!r} says {name} twice, and not the same. Scan the label again.")
    if "device_identifier" not in made:
        raise UnreadableError(
            f"{text[:60]!r} has no device identifier (GS1 01, HIBC primary, ISBT =/). Scan the label's other code too."
        )
    return made | {"rest": tuple(sorted(rest.items()))}


def _six(day: date | None) -> str:
    return day.strftime("%y%m%d") if day else ""


def _bracketed(text: str) -> Iterator[tuple[str, str]]:
    """Cut the printed form: "(01)09506000134352(21)A1"."""
    marks = [mark for mark in _BRACKETED.finditer(text) if mark[1] in _IDENTIFIERS]
    if not marks or marks[0].start():
        raise UnreadableError(f"{text[:60]!r} begins with no application identifier of GS1, such as (01).")
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        yield mark[1], text[mark.end() : following.start() if following else None].strip(f" {_GS}")


def _element_string(text: str) -> Iterator[tuple[str, str]]:
    """Cut the scanned form: fixed lengths as they come, others up to the separator (General Specifications 7.8)."""
    left = text.lstrip(_GS)
    if not left:
        raise UnreadableError("No device identifier is given. Scan or type one, such as (01)09506000134352.")
    while left:
        ai = next((left[:size] for size in (2, 3, 4) if left[:size] in _IDENTIFIERS), "")
        if not ai:
            raise UnreadableError(
                f"{text[:60]!r} is no identifier of GS1, HIBCC or ICCBBA: {left[:4]!r} begins none of their parts."
            )
        least, most = _IDENTIFIERS[ai]
        value = left[len(ai) :].partition(_GS)[0]
        value = value[:most] if least == most else value
        yield ai, value
        left = left[len(ai) + len(value) :].lstrip(_GS)


def _gs1(elements: Iterator[tuple[str, str]]) -> _Told:
    for ai, value in elements:
        least, most = _IDENTIFIERS[ai]
        if not least <= len(value) <= most or not _CHARACTERS.fullmatch(value):
            wanted = f"{least}" if least == most else f"{least} to {most}"
            raise UnreadableError(
                f"({ai}) is followed by {value[:40]!r}; {wanted} characters of GS1's set belong there. "
                "Where two codes ran together, put a separator (GS) between them."
            )
        if ai in _DATED:
            yield _DATED[ai], _day("%y%m%d", value)
        else:
            yield _NAMED.get(ai, ai), _gtin(value) if ai in ("01", "02") else value


def _gtin(digits: str) -> str:
    """Check a GTIN of 14 digits (General Specifications 7.9.1: weights 3 and 1 from the right)."""
    if not (digits.isascii() and digits.isdigit() and len(digits) == 14):
        raise UnreadableError(f"{digits[:20]!r} is no GTIN: it has 14 digits.")
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(digits[:13]))
    expected = str(-total % 10)
    if digits[13] != expected:
        raise UnreadableError(
            f"GTIN {digits} ends in check digit {digits[13]}; {expected} is expected. Scan or type it again."
        )
    return digits


def _hibc(text: str) -> _Told:
    """Read a primary data structure, alone or with what is concatenated to it (ANSI/HIBC 2.6, 2.2 and 2.3)."""
    data, check = text[:-1], " " if text.endswith("_") else text[-1:]  # captions show a blank as _
    if set(data + check) - set(_HIBC):
        raise UnreadableError(
            f"{text[:60]!r} holds characters that no HIBC symbol has. Scan the label again."
        )
    expected = _HIBC[sum(map(_HIBC.index, data)) % 43]
    if check != expected:
        raise UnreadableError(
            f"{text[:60]!r} ends in check character {check!r}; {expected!r} is expected. Scan or type it again."
        )
    primary, *parts = data[1:].split("/")
    if not _PRIMARY.fullmatch(primary):
        raise UnreadableError(
            f"{text[:60]!r} has no primary data structure of HIBC (labeler, product, unit). "
            "Where the label has two codes, scan the one that begins with + and a letter."
        )
    yield "device_identifier", primary
    for number, part in enumerate(parts):
        yield from _hibc_part(part, first=number == 0)


def _hibc_part(part: str, *, first: bool) -> _Told:
    """Read one part behind a slash: a secondary data structure, or one that data identifiers begin."""
    if part.startswith("$$"):
        yield from _hibc_dated(part[2:])
    elif part.startswith("$+"):
        yield "serial", part[2:]
    elif part.startswith("$"):
        yield "lot", part[1:]
    elif part.startswith("14D"):
        yield "expires", _day("%Y%m%d", part[3:])
    elif part.startswith("16D"):
        yield "manufactured", _day("%Y%m%d", part[3:])
    elif part.startswith("S"):
        yield "serial", part[1:]
    elif (
        first and len(part) >= 5 and part[:5].isascii() and part[:5].isdigit()
    ):  # the oldest form: YYJJJ, then a lot
        yield "expires", _day("%y%j", part[:5])
        yield from _if_any("lot", part[5:])
    else:
        yield part[:1] or "/", part[1:]


def _hibc_dated(part: str) -> _Told:
    """Read what follows $$: a serial number's plus, a quantity, a date by its first digit, a lot or serial number."""
    name = "lot"
    if part.startswith("+"):
        name, part = "serial", part[1:]
    elif part[:1] in ("8", "9"):
        size = 2 if part[0] == "8" else 5
        yield "quantity", _only_digits(part[1 : 1 + size], size)
        part = part[1 + size :]
    if part[:1] in ("0", "1"):  # MMYY has no digit of its own before it
        yield "expires", _day("%m%y", part[:4])
        part = part[4:]
    elif part[:1] in _HIBC_DATES:
        form = _HIBC_DATES[part[0]]
        size = _size(form)
        if form:
            yield "expires", _day(form, part[1 : 1 + size])
        part = part[1 + size :]
    elif part:
        raise UnreadableError(f"'$${part[:20]}' begins with no form of date that HIBC has (0 to 7).")
    yield from _if_any(name, part)


def _if_any(name: str, value: str) -> _Told:
    if value:
        yield name, value


def _isbt(text: str) -> _Told:
    """Read the data structures of ISBT 128 that make a UDI, in any order, one behind the other."""
    place = 0
    while place < len(text):
        found = _ISBT.match(text, place)
        if not found or not found.lastgroup:
            raise UnreadableError(
                f"{text[place : place + 24]!r} is no data structure of ISBT 128 that belongs to a UDI "
                "(=/ device, =, serial, = donation, => expiry, =} manufacture, &,1 lot). Scan the label again."
            )
        name, value = found.lastgroup, found[found.lastgroup]
        place = found.end()
        if name in ("expires", "manufactured"):
            yield name, _century_day(value)
        elif name.startswith("container"):  # blood bags: catalogue number and lot of the container
            yield "device_identifier" if name == "container" else "lot", value
        elif name == "lot":
            yield name, value.lstrip("0") or "0"  # filled with zeros to its length
        else:
            yield name, value


def _century_day(value: str) -> date:
    """Read cYYJJJ: 0 is the century from 2000, 9 that from 1900, and so on (ISBT 128 ST-001, data structure 004)."""
    century = 1900 if value[0] == "9" else 2000 + 100 * int(value[0])
    return _day("%Y%j", f"{century + int(value[1:3])}{value[3:]}")


def _size(form: str) -> int:
    return sum(_DIGITS[form[place : place + 2]] for place in range(0, len(form), 2))


def _only_digits(text: str, size: int) -> str:
    if len(text) != size or not (text.isascii() and text.isdigit()):
        raise UnreadableError(f"{text[:20]!r} should be {size} digits. Scan the label again.")
    return text


def _day(form: str, text: str) -> date:
    """Read a date of digits; a day that is not stated, or 00, is the last of the month (General Specifications 3.4)."""
    digits = _only_digits(text, _size(form))
    parts: dict[str, int] = {}
    for place in range(0, len(form), 2):
        code = form[place : place + 2]
        parts[code[1]], digits = int(digits[: _DIGITS[code]]), digits[_DIGITS[code] :]
    year = parts["Y"] if "Y" in parts else parts["y"] + (2000 if parts["y"] <= _LAST_YEAR else 1900)
    try:
        if "j" in parts:
            return datetime.strptime(f"{year:04}{parts['j']:03}", "%Y%j").date()  # noqa: DTZ007  # a day has no zone
        if parts.get("d"):
            return date(year, parts["m"], parts["d"])
        following = date(year + parts["m"] // 12, parts["m"] % 12 + 1, 1)
        return date(year, parts["m"], 1).replace(day=(following - timedelta(days=1)).day)
    except (ValueError, OverflowError) as error:
        raise UnreadableError(
            f"{text!r} is no date of a calendar ({error}). Scan the label again."
        ) from error
