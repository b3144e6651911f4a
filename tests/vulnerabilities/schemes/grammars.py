# SPDX-License-Identifier: Apache-2.0
"""Draw well-formed versions of each scheme: realistic ones, with the corners in which orders go wrong.

A grammar is a function of a `Draws`. Pairs are siblings: the second version begins with the same draws as the first.
"""

import random
from collections.abc import Callable, Iterator, Sequence

from leadglass.vulnerabilities.schemes import Scheme

SEED = 20310417
NUMBERS = (
    "0",
    "0",
    "1",
    "1",
    "2",
    "3",
    "9",
    "10",
    "11",
    "17",
    "99",
    "100",
    "2023",
    "20210101000000",
    "4294967296",
)
SMALL = ("0", "1", "2", "3", "9", "10", "12")
LEADING = ("00", "01", "010", "007")


class Draws:
    """Chances that can be repeated: first those given, then new ones."""

    def __init__(self, source: random.Random, given: Sequence[float] = ()) -> None:
        self._source, self._given, self.made = source, list(given), []

    def __call__(self, options: Sequence[str]) -> str:
        return options[int(self._chance() * len(options))]

    def maybe(self, share: float = 0.5) -> bool:
        return self._chance() < share

    def count(self, most: int, least: int = 0) -> int:
        return least + int(self._chance() * (most - least + 1))

    def _chance(self) -> float:
        place = len(self.made)
        self.made.append(self._given[place] if place < len(self._given) else self._source.random())
        return self.made[-1]


def pairs_of(grammar: Callable[[Draws], str], count: int) -> Iterator[tuple[str, str]]:
    """Give pairs of versions that share a beginning of any length."""
    source = random.Random(SEED)
    for _ in range(count):
        first = Draws(source)
        one = grammar(first)
        other = grammar(Draws(source, first.made[: source.randrange(len(first.made) + 1)]))
        yield one, other


def dotted(draw: Draws, most: int, least: int = 1, numbers: Sequence[str] = NUMBERS) -> str:
    return ".".join(draw(numbers) for _ in range(draw.count(most, least)))


def semver(draw: Draws) -> str:
    text = dotted(draw, 3, 3)
    if draw.maybe():
        words = (
            "alpha",
            "beta",
            "rc",
            "rc-1",
            "-",
            "a",
            "A",
            "RC",
            "x-y-z",
            "0a",
            "00b",
            "alpha1",
            "--1",
            "Z",
        )
        text += "-" + ".".join(draw((*words, *SMALL)) for _ in range(draw.count(3, 1)))
    return text + draw(("", "", "", "+build", "+001", "+exp.sha-5114f85"))


def golang(draw: Draws) -> str:
    if draw.maybe(0.1):
        return "v" + dotted(draw, 2)
    if draw.maybe(0.3):
        stamp = draw(("20210101000000", "20210101000001", "20191231235959"))
        base = draw(("", "0.", "rc.1.0.", "pre.0."))
        return f"v{dotted(draw, 3, 3)}-{base}{stamp}-{draw(('abcdefabcdef', '0123456789ab', 'ffffffffffff'))}"
    return draw(("v", "")) + semver(draw).partition("+")[0] + draw(("", "", "+incompatible"))


def npm(draw: Draws) -> str:
    return draw(("", "", "v")) + semver(draw)


def pep440(draw: Draws) -> str:
    text = (
        draw(("", "", "v")) + draw(("", "", "", "1!", "0!")) + dotted(draw, 4, numbers=(*NUMBERS, *LEADING))
    )
    if draw.maybe(0.4):
        words = ("a", "b", "rc", "c", "alpha", "Beta", "PRE", "preview")
        text += draw(("", ".", "-", "_")) + draw(words) + draw(("", ".", "-", "_")) + draw(("", *SMALL))
        text = text.rstrip(".-_")
    if draw.maybe(0.3):
        text += (
            draw((".post", "-r", "rev", "_post", "post.")) + draw(SMALL)
            if draw.maybe(0.8)
            else "-" + draw(SMALL)
        )
    if draw.maybe(0.3):
        text += draw((".dev", "-dev", "_DEV", "dev")) + draw(("", *SMALL))
    if draw.maybe(0.2):
        parts = ("abc", "abz", "1", "10", "9", "5a", "a5", "ubuntu", "0", "00")
        text += "+" + draw((".", "-", "_")).join(draw(parts) for _ in range(draw.count(3, 1)))
    return text


MAVEN_WORDS = (
    "alpha",
    "beta",
    "milestone",
    "rc",
    "cr",
    "RC",
    "M",
    "b",
    "SNAPSHOT",
    "final",
    "GA",
    "RELEASE",
    "sp",
    "SP",
)


def maven(draw: Draws) -> str:
    """Numbers, a qualifier with a number, and what was built of it.

    Left out are the forms with which Maven's comparison runs in circles: a release word or a 0 before "-SNAPSHOT", a word
    between "." and "-".
    """
    text = dotted(draw, 4, numbers=(*NUMBERS, *LEADING))
    words = (*MAVEN_WORDS, "jre", "android", "incubating", "redhat", "b", "xyz", "v")
    word = draw(words) if draw.maybe(0.65) else ""
    tail = draw(("", "-")) + draw(("1", "2", "3", "9", "10", "12", "0")) if word and draw.maybe() else ""
    if draw.maybe(0.15):
        circular = word.lower() in {"final", "ga", "release"} or tail.endswith("0")
        tail += draw(("-redhat-1", "-1", "-2", "-jre", *(() if circular else ("-SNAPSHOT", "-SNAPSHOT"))))
    joined = draw(("-", "-", "") if tail.startswith("-") else ("-", "-", "", ".")) if word else ""
    return text + joined + word + tail


def maven_dots(draw: Draws) -> str:
    """Qualifiers behind dots alone: 4.2.0.Final, 1.0.0.RC1, 5.3.18.RELEASE."""
    words = (
        "Final",
        "RELEASE",
        "GA",
        "CR1",
        "CR2",
        "RC1",
        "RC2",
        "M1",
        "M2",
        "Beta1",
        "Beta2",
        "Alpha1",
        "SP1",
        "SP2",
    )
    return (
        dotted(draw, 3, 3, numbers=("0", "1", "2", "3", "9", "10"))
        + "."
        + draw(words)
        + draw(("", "", "-redhat-1", "-redhat-2"))
    )


def nuget(draw: Draws) -> str:
    text = dotted(draw, 4, numbers=("0", "1", "2", "9", "10", "01", "2147483647"))
    if draw.maybe():
        words = (
            "alpha",
            "Alpha",
            "beta",
            "RC",
            "rc",
            "a-b",
            "-",
            "0a",
            "01",
            "00",
            "2147483647",
            "2147483648",
            "ci",
        )
        text += "-" + ".".join(draw((*words, *SMALL)) for _ in range(draw.count(3, 1)))
    return text + draw(("", "", "+build", "+a.b"))


def dpkg(draw: Draws) -> str:
    pieces = (
        "a",
        "b",
        "z",
        "A",
        "Z",
        "rc",
        "+dfsg",
        "~",
        "~~",
        "~rc",
        "+",
        ".",
        "..",
        "+b",
        "1",
        "01",
        "10",
        "0",
        "9",
    )
    text = draw(("", "", "", "0:", "1:", "10:"))
    revised = draw.maybe(0.6)
    text += draw(NUMBERS) + "".join(draw((*pieces, "-") if revised else pieces) for _ in range(draw.count(6)))
    if revised:
        text += "-" + draw((*SMALL, "0", "ubuntu")) + "".join(draw(pieces) for _ in range(draw.count(3)))
    return text


def rpm(draw: Draws) -> str:
    pieces = (
        "a",
        "b",
        "Z",
        "rc",
        "~",
        "^",
        "~rc",
        "^git",
        ".",
        "..",
        "_",
        "+",
        "1",
        "01",
        "10",
        "0",
        "9",
        "2023",
    )
    text = draw(("", "", "", "0:", "1:", "10:")) + draw((*NUMBERS, "a", "v"))
    text += "".join(draw(pieces) for _ in range(draw.count(6)))
    if draw.maybe(0.7):
        text += (
            "-" + draw((*SMALL, "el")) + "".join(draw((*pieces, ".el8", ".fc")) for _ in range(draw.count(4)))
        )
    return text


def apk(draw: Draws) -> str:
    text = dotted(draw, 4, numbers=(*SMALL, "00", "01", "05", "010", "2023")) + draw(
        ("", "", "", "a", "b", "z")
    )
    for _ in range(draw.count(2)):
        text += (
            "_"
            + draw(("alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"))
            + draw(("", *SMALL, "20210101"))
        )
    return text + draw(("", "", "", "~0a1b", "~ff", "~0")) + draw(("", "-r0", "-r1", "-r2", "-r10"))


def gem(draw: Draws) -> str:
    text = draw(NUMBERS)
    for _ in range(draw.count(5)):
        text += "." + draw(
            (*SMALL, "0", "a", "b", "rc", "rc1", "pre", "A", "beta2", "0a", "alpha", "00", "b0")
        )
    return text + draw(("", "", "", "", "-1", "-rc1", "-java", "-a.0"))


def windows(draw: Draws) -> str:
    return dotted(draw, 5, numbers=(*NUMBERS, "17763", "19045", "2686", "01"))


def letters_later(draw: Draws) -> str:
    pieces = (
        "a",
        "k",
        "su",
        "SP",
        "hf",
        "alpha",
        "Beta",
        "rc",
        "pre",
        "post",
        "patch",
        "pl",
        "u",
        "x49",
        ".",
        "-",
        "_",
        " ",
    )
    return draw(SMALL) + "".join(draw((*pieces, *SMALL)) for _ in range(draw.count(6)))


def syngo(draw: Draws) -> str:
    text = draw(("", "", "", "N4_", "NX_", "syngo.via ")) + draw(("VA", "VB", "VE", "XA", "va"))
    text += draw(("10", "11", "20", "30", "40")) + draw(("", "A", "B", "C", "m"))
    if draw.maybe():
        text += (
            draw(("_SP", "-SP", " SP", "_sp")) + draw(("1", "01", "02", "2", "10")) + draw(("", "", "a", "b"))
        )
    if draw.maybe():
        text += draw(("_HF", "-AP", " HF", "_UD", "-HF")) + draw(("1", "01", "02", "2", "10"))
    return text


def cisco(draw: Draws) -> str:
    text = dotted(draw, 4, numbers=("0", "1", "7", "12", "14", "15", "003"))
    if draw.maybe(0.6):
        text += "(" + draw(SMALL) + draw(("", "", "a", "b", ".1", ".2")) + ")"
    if draw.maybe(0.6):
        text += (
            draw(("su", "i", "n", "m", "se", "s", "S", "_es", " su", "rc", "beta"))
            + draw(("", *SMALL))
            + draw(("", "a", "b"))
        )
    return text + draw(("", "", "(1)", "(4)", "(4a)", "(0)"))


def junos(draw: Draws) -> str:
    text = draw(("12", "15", "20")) + draw(("", ".1", ".2", ".3", ".4"))
    if draw.maybe(0.8):
        text += draw(("R", "r", "X", "F", "b")) + draw(("", *SMALL, "46", "49")) + draw(("", "", ".1", ".8"))
        if draw.maybe():
            text += (
                draw(("-", "-", ":", ""))
                + draw(("S", "s", "D", "d"))
                + draw((*SMALL, "160"))
                + draw(("", "", ".3"))
            )
    return text + draw(("", "", "-EVO"))


def ivanti(draw: Draws) -> str:
    text = draw(("8", "9", "22")) + draw(("", ".0", ".1", ".2", ".7"))
    return text + (
        draw(("r", "R")) + draw(SMALL) + draw(("", ".0", ".1", ".4", ".4.1")) if draw.maybe(0.8) else ""
    )


def esxi(draw: Draws) -> str:
    if draw.maybe(0.4):
        return draw(("5", "6", "7")) + draw((".0", ".5", ".7")) + draw(("", ".0", ".1", ".2"))
    date = draw(("201806", "202008", "202101")) + draw(("001", "101", "102", "401"))
    return (
        draw(("", "ESXi", "esxi"))
        + draw(("550", "600", "650", "670", "671"))
        + "-"
        + date
        + draw(("", "-SG", "-bg"))
    )


GRAMMARS = {
    Scheme.GENERIC: letters_later, Scheme.LETTERS_LATER: letters_later, Scheme.SEMVER: semver, Scheme.NPM: npm,
    Scheme.GOLANG: golang, Scheme.PEP440: pep440, Scheme.MAVEN: maven, Scheme.NUGET: nuget, Scheme.DPKG: dpkg,
    Scheme.RPM: rpm, Scheme.APK: apk, Scheme.GEM: gem, Scheme.WINDOWS: windows, Scheme.SYNGO: syngo,
    Scheme.CISCO: cisco, Scheme.JUNOS: junos, Scheme.IVANTI: ivanti, Scheme.ESXI: esxi,
}  # fmt: skip
