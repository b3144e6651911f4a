# SPDX-License-Identifier: Apache-2.0
"""Plain text for screens: control characters made visible, display width (UAX #11), wrapping by it."""

import re
import unicodedata
from collections.abc import Iterator

# C0 and C1 controls (a terminal obeys them), embeddings and overrides of direction (UAX #9: they make text
# read as what it is not), lone surrogates and noncharacters (neither UTF-8 nor XML 1.0 can carry them).
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_WIDENING = "\ufe0f"  # VARIATION SELECTOR-16: asks for the emoji form, which is two cells wide
_EMOJI_PLANE = range(0x1F000, 0x1FB00)
_HANGUL_JOINING = range(0x1160, 0x1200)  # medial vowels and final consonants join the cell before them


def clean(text: str) -> str:
    r"""Replace what a screen would obey instead of show by U+FFFD.

    >>> clean("CT\x1b[31m") == "CT\ufffd[31m"
    True
    """
    return _UNSAFE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Clean text and fold every run of white space, line breaks among them, into one space."""
    return clean(" ".join(text.split()))


def _cells(character: str) -> int:
    """Cells that one character takes, the larger number where terminals differ."""
    if " " <= character <= "~":
        return 1
    code, category = ord(character), unicodedata.category(character)
    if category in ("Mn", "Me") or code in _HANGUL_JOINING or character in "\u200b\u200c\u200d\u2060\ufeff":
        return 0
    if category == "Cn" and code in _EMOJI_PLANE:
        return 2  # assigned after this Python's Unicode
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """Split into base characters with what joins them, each with its cells: between them a line may break."""
    cluster, cells = "", 0
    for character in text:
        width = _cells(character)
        if cluster and width == 0:
            cluster += character
            cells = max(cells, 2) if character == _WIDENING else cells
            continue
        if cluster:
            yield cluster, cells
        cluster, cells = character, width
    if cluster:
        yield cluster, cells


def display_width(text: str) -> int:
    r"""Cells that text takes on a terminal.

    >>> display_width("CT 断層"), display_width("e\u0301")
    (7, 1)
    """
    if text.isascii():
        return len(text)
    return sum(cells for _, cells in _clusters(text))


def fit(text: str, width: int) -> str:
    """Cut text to a width; a cut ends in an ellipsis."""
    text = one_line(text)
    if display_width(text) <= width:
        return text
    kept, used = "", 0
    for cluster, cells in _clusters(text):
        if used + cells > width - 1:
            break
        kept, used = kept + cluster, used + cells
    return kept.rstrip() + "…"


def _pieces(word: str, width: int) -> Iterator[str]:
    """Break a word that is longer than a line."""
    piece, used = "", 0
    for cluster, cells in _clusters(word):
        if piece and used + cells > width:
            yield piece
            piece, used = "", 0
        piece, used = piece + cluster, used + cells
    if piece:
        yield piece


def wrap(text: str, width: int) -> list[str]:
    """Break text into lines of at most `width` (2 or more) cells; drop nothing.

    >>> wrap("move to the isolated zone", 12)
    ['move to the', 'isolated', 'zone']
    """
    lines, line = list[str](), ""
    for word in one_line(text).split(" "):
        longer = f"{line} {word}"
        # As one: a word may begin with what widens the blank before it
        if line and display_width(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width) if display_width(word) > width else (word,)
        lines += full
    return [*lines, line]


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill text with spaces to a width; `right` aligns it to the right."""
    space = " " * (width - display_width(text))
    return space + text if right else text + space
