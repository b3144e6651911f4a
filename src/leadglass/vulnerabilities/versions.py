# SPDX-License-Identifier: Apache-2.0
"""Turn a version into a text that sorts as the version does: the generic scheme, by libversion's rules.

A version is a row of components, in ascending rank:

    word         alpha, beta, rc, pre..., and every word that is not known
    zero         0, and all that is not written: "1" is "1.0.0"
    later word   post..., patch..., pl, errata
    number       1, 2, 10, ...
    suffix       a word that is not known, right after a number and not right before one: the "a" of "1.0a"

A key writes this row in the characters `-.0-9@A-Z_a-z`, one step for each component that is not zero:

    -<n><letter>     n zeros, then a word        smaller than the end; fewer zeros are smaller
    .                the end                     zeros without end
    0<mirror of n>   n zeros before what follows greater than the end; fewer zeros are greater
    @<letter>        a later word
    <n><digits>      a number of n digits
    _<letter>        a suffix

`<n>` is one character, A to Y for 0 to 24, or Z and three digits; its mirror swaps A with Z and 0 with 9.
So "1.0" is `B1.`, "1.0-rc1" `B1-BrB1.` and "1.0.12" `B10YC12.`. Only the end ends a key: no key begins
another, and `!`, which sorts below every character of a key, may be appended to say "just above". `~`
sorts above every key.
"""

import re
from collections.abc import Callable
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import Final

LONGEST: Final = 256
"""Characters of a text that count. Texts that agree so far are equal; a longer one deserves a remark."""

OPEN_START: Final = ""
OPEN_END: Final = "~"
_JUST_ABOVE: Final = "!"

_ONE_CHARACTER: Final = 25
NATURAL: Final = tuple(chr(ord("A") + n) if n < _ONE_CHARACTER else f"Z{n:03}" for n in range(LONGEST + 1))
"""How a count is written: 0 to `LONGEST` in ascending order, none beginning another."""
_MIRROR: Final = str.maketrans(ascii_uppercase + digits, ascii_uppercase[::-1] + digits[::-1])
ZEROS: Final = ("", *("0" + natural.translate(_MIRROR) for natural in NATURAL[1:]))
"""How a run of zeros before a greater step is written; none for no zeros."""

# A number with its suffix is one token; digits and letters are ASCII, everything else separates.
_TOKENS: Final = re.compile(r"[0-9]+(?:[A-Za-z]++(?![0-9]))?|[A-Za-z]+").findall

_ESCAPE: Final = re.compile(r"\\(.)")
_V_AND_DIGIT: Final = re.compile(r"[Vv][0-9]").match
_LEADING_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")
_TRAILING_ZEROS: Final = re.compile(r"(?:\.0)+\Z")
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)


def key(text: str, letters_later: bool = False) -> str:
    """Give a printable ASCII text that sorts bytewise before that of every newer version.

    Total: every text has a key, of at most 641 characters; only the first `LONGEST` characters of a text
    count. The text is taken as it is: give what `clean` returns, or "v1.2" is a word before a number.
    Versions may share a key ("1" and "1.0"; "1_iop" and "1_ipr", as only the first letter of a word
    counts): a key orders, `norm` identifies. With `letters_later` a word that is not known is a later word,
    not an early one: "15.1x49" comes after "15.1".

    Source: libversion 3.0.4, doc/ALGORITHM with its list of known words, default flags; `letters_later` is
    its flag ANY_IS_PATCH.
    """
    steps: list[str] = []
    zeros = 0
    for token in _TOKENS(text[:LONGEST]):
        number = token if token[-1] <= "9" else token.rstrip(ascii_letters)
        if number:
            significant = number.lstrip("0")
            if significant:
                steps.append(ZEROS[zeros] + NATURAL[len(significant)] + significant)
                zeros = 0
            else:
                zeros += 1
        if number != token:
            word = token[len(number) :].lower()
            steps.append(_word(word, zeros, suffix=number != "", letters_later=letters_later))
            zeros = 0
    return "".join(steps) + "."


def bounds(
    start_including: str | None,
    start_excluding: str | None,
    end_including: str | None,
    end_excluding: str | None,
    *,
    order: Callable[[str], str] = key,
) -> tuple[str, str]:
    """Give the half-open range of keys `lo <= key(version) < hi` that a range of versions covers.

    Each end is a cleaned version, or None where the range is open: `lo` is then "" and `hi` "~". Where
    both kinds of one end are given, the narrower counts. An inverted range comes back as it is: see
    `is_inverted`. `order` makes the keys: those of another scheme, where one is given.

    Source: the four range fields of `cpeMatch`, NVD CVE API 2.0.
    """
    lo, hi = OPEN_START, OPEN_END
    if start_including is not None:
        lo = order(start_including)
    if start_excluding is not None:
        lo = max(lo, order(start_excluding) + _JUST_ABOVE)
    if end_including is not None:
        hi = order(end_including) + _JUST_ABOVE
    if end_excluding is not None:
        hi = min(hi, order(end_excluding))
    return lo, hi


def is_inverted(lo: str, hi: str) -> bool:
    """Tell whether a range closed at both ends holds no version: an error, or versions of another scheme.

    Juniper's "15.1" to "15.1x49-d160" is one: its words are releases. Such a range must be shown, never
    dropped. Open ends lie outside of all keys, so that a range with one is never inverted.
    """
    return lo >= hi


def clean(text: str) -> str:
    r"""Take off what surrounds a version: CPE's backslashes, outer space, a leading "v" before a digit.

    Judge the whole values "*" (any) and "-" (not applicable) of CPE before: "\-" becomes "-" here.

    Source: escapes as in the formatted string of NISTIR 7695, 6.2.
    """
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    text = text.strip()
    return text[1:] if _V_AND_DIGIT(text) else text


def norm(text: str) -> str:
    """Give the text that names of one version share: cleaned, in lower case, without zeros that say nothing.

    "11", "11.0" and "v11.00" are one, and so are "1.02" and "1.2"; "4.0.5_iop" and "4.0.5_ipr" stay
    apart. Texts of one `norm` have one `key(clean(text))`, without exception: as in a key, only ASCII
    letters have a case, and only the first `LONGEST` characters of the cleaned text count.

    Source: our own; narrower than libversion's equality.
    """
    plain = _LEADING_ZEROS.sub("", clean(text)[:LONGEST].translate(_LOWER))
    return _TRAILING_ZEROS.sub("", plain)


def _word(word: str, zeros: int, *, suffix: bool, letters_later: bool) -> str:
    """Write the step of a lower-case word; `suffix` where it stands right after a number, not before one."""
    if word.startswith(("post", "patch")) or word in {"pl", "errata"}:
        return f"{ZEROS[zeros]}@{word[0]}"
    if (suffix or letters_later) and not (word.startswith("pre") or word in {"alpha", "beta", "rc"}):
        return f"{ZEROS[zeros]}{'_' if suffix else '@'}{word[0]}"
    return f"-{NATURAL[zeros]}{word[0]}"
