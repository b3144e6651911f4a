# SPDX-License-Identifier: Apache-2.0
"""Compare two versions of one maker directly, as its notation is described in docs/matching.md.

Plain on purpose: each walks the characters and compares lists, without keys and patterns. Give well-formed versions.
"""

from itertools import zip_longest

EARLY = ("alpha", "beta", "pre", "rc")


def pieces(text: str) -> list[int | str]:
    """Cut into numbers and lower-case words; everything else separates."""
    found: list[str] = []
    kind = ""
    for letter in text.lower():
        now = "digit" if letter in "0123456789" else "letter" if "a" <= letter <= "z" else ""
        if now and now == kind:
            found[-1] += letter
        elif now:
            found.append(letter)
        kind = now
    return [int(one) if one[0] in "0123456789" else one for one in found]


def order(one: object, other: object) -> int:
    """Give -1, 0 or 1."""
    return (one > other) - (one < other)


def cisco(a: str, b: str) -> int:
    """Rows: early word, end, word, letter right behind a number, number; zeros before a letter and at the end go."""
    for one, other in zip_longest(*map(cisco_row, (a, b)), fillvalue=(1, 0, "")):
        if one != other:
            return order(one, other)
    return 0


def cisco_row(text: str) -> list[tuple[int, int, str]]:
    plain = text.lower()
    row: list[tuple[int, int, str]] = []
    at = 0
    for one in pieces(plain):
        if isinstance(one, int):
            row.append((4, one, ""))
            while plain[at] not in "0123456789":
                at += 1
            while at < len(plain) and plain[at] in "0123456789":
                at += 1
            continue
        at = plain.index(one, at)
        before, after = plain[at - 1], plain[at + len(one) : at + len(one) + 1]
        attached = len(one) == 1 and before in "0123456789" and not (after and after in "0123456789")
        while row and row[-1] == (4, 0, ""):
            row.pop()
        row.append((0 if one in EARLY else 3 if attached else 2, 0, one))
        at += len(one)
    while row and row[-1] == (4, 0, ""):
        row.pop()
    return row


def junos(a: str, b: str) -> int:
    """Release, type, number, service release and its spin, spin."""
    return order(*map(junos_places, (a, b)))


def junos_places(text: str) -> tuple[object, ...]:
    release, _, _ = text.lower().partition("-evo")
    head, mark, tail = release, "", ""
    for letter in "abfirsx":
        if letter in release:
            at = min(release.index(other) for other in "abfirsxd" if other in release)
            head, mark, tail = release[:at], release[at], release[at + 1 :]
    major, _, minor = head.partition(".")
    if not mark:
        return (int(major), int(minor or 0), "", 0, "", 0, 0, 0)
    service = next((letter for letter in tail if letter in "sd"), "")
    own, _, behind = tail.partition(service) if service else (tail, "", "")
    number, _, spin = own.strip("-: ").partition(".")
    service_number, _, service_spin = behind.partition(".")
    return (
        int(major), int(minor or 0), mark, int(number or 0), service, int(service_number or 0), int(service_spin or 0),
        int(spin or 0),
    )  # fmt: skip


def ivanti(a: str, b: str) -> int:
    """Release, number behind "r", dot releases; what is not written is 0."""
    return order(*map(ivanti_places, (a, b)))


def ivanti_places(text: str) -> list[int]:
    release, _, behind = text.lower().partition("r")
    numbers = [int(one) for one in release.split(".")]
    numbers += [0] * (2 - len(numbers))
    numbers += [int(one) for one in behind.split(".") if one]
    return numbers + [0] * (5 - len(numbers))


def esxi(a: str, b: str) -> int:
    """Release in three numbers, bulletin."""
    return order(*map(esxi_places, (a, b)))


def esxi_places(text: str) -> list[int]:
    plain = text.lower().removeprefix("esxi")
    if "-" in plain:
        release, bulletin = plain.split("-")[:2]
        return [*map(int, release), int(bulletin)]
    numbers = [int(one) for one in plain.split(".")]
    return numbers + [0] * (4 - len(numbers))


def syngo(a: str, b: str) -> int:
    """Baseline, service pack with its letter, patches by kind and number."""
    return order(*map(syngo_places, (a, b)))


def syngo_places(text: str) -> tuple[object, ...]:
    row = pieces(text)
    start = next(
        at
        for at, one in enumerate(row)
        if isinstance(one, str) and len(one) == 2 and one[0] in "vx" and one != "via"
    )
    line, number, *rest = row[start:]
    letter = rest.pop(0) if rest and isinstance(rest[0], str) and len(rest[0]) == 1 else ""
    pack, pack_letter = 0, ""
    if rest and rest[0] == "sp":
        pack = rest[1]
        rest = rest[2:]
        if rest and isinstance(rest[0], str) and len(rest[0]) == 1:
            pack_letter = rest.pop(0)
    return (line, number, letter, pack, pack_letter, rest)
