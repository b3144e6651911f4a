# SPDX-License-Identifier: Apache-2.0
"""Compare two versions of Alpine's packages directly, by the letter of apk-package(5), section VERSION, of apk-tools 3.

Plain on purpose: it reads one token at a time from both versions and stops at the first difference. It has no keys and no
patterns, so that it can disagree with `leadglass.vulnerabilities.schemes`. Give well-formed versions.
"""

DIGITS = "0123456789"
HEX = "0123456789abcdef"
LOWER = "abcdefghijklmnopqrstuvwxyz"
SUFFIXES = ("alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p")
RELEASE = SUFFIXES.index("")
# What goes on with an earlier one of these is newer, where the other goes on with a later one
FIRST, DIGIT, LETTER, SUFFIX, SUFFIX_NUMBER, COMMIT, REVISION, END = range(8)

Token = tuple[int, str]


def compare(a: str, b: str) -> int:
    """Give -1, 0 or 1 as `a` is older than, equal to or newer than `b`."""
    for (kind, one), (other_kind, other) in zip(tokens(a), tokens(b), strict=False):
        if kind == other_kind:
            order = within(kind, one, other)
            if order:
                return order
            continue
        if kind == SUFFIX and SUFFIXES.index(one) < RELEASE:
            return -1
        if other_kind == SUFFIX and SUFFIXES.index(other) < RELEASE:
            return 1
        return 1 if kind < other_kind else -1
    return 0


def within(kind: int, one: str, other: str) -> int:
    """Compare two tokens of one kind."""
    if kind == SUFFIX:
        left, right = SUFFIXES.index(one), SUFFIXES.index(other)
    elif kind in (LETTER, COMMIT, END) or (kind == DIGIT and (one[0] == "0" or other[0] == "0")):
        left, right = one, other
    else:
        left, right = int(one), int(other)
    return (left > right) - (left < right)


def tokens(text: str) -> list[Token]:
    """Cut a version into tokens, with END last."""
    digits, rest = run(text, DIGITS)
    found = [(FIRST, digits)]
    while rest:
        mark, behind = rest[0], rest[1:]
        if mark == ".":
            value, rest = run(behind, DIGITS)
            found.append((DIGIT, value))
        elif mark == "_":
            value, rest = run(behind, LOWER)
            found.append((SUFFIX, value))
        elif mark == "~":
            value, rest = run(behind, HEX)
            found.append((COMMIT, value))
        elif mark == "-":
            value, rest = run(behind[1:], DIGITS)
            found.append((REVISION, value))
        elif mark in DIGITS:
            value, rest = run(rest, DIGITS)
            found.append((SUFFIX_NUMBER, value))
        else:
            found.append((LETTER, mark))
            rest = behind
    return [*found, (END, "")]


def run(text: str, allowed: str) -> tuple[str, str]:
    """Split off the run of allowed characters at the beginning."""
    end = 0
    while end < len(text) and text[end] in allowed:
        end += 1
    return text[:end], text[end:]
