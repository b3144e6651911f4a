# SPDX-License-Identifier: Apache-2.0
"""Ask what decides: the libraries and programs of each packaging world, or a literal reading of the rules.

An oracle takes pairs of versions and gives -1, 0 or 1 for each, or None where it takes no such version. Where its program
or library is not on the machine, the test skips and says what is missing.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.oracles import alpine, libversion, makers, nuget

Pairs = Sequence[tuple[str, str]]
Orders = list[int | None]

JAVA = Path("/usr/share/java")
COMPARABLE = "org.apache.maven.artifact.versioning.ComparableVersion"
AT_ONCE = 10_000  # pairs on one command line
ASK_RUBY = """
while a = gets and b = gets
  a, b = a.chomp, b.chomp
  puts([a, b].all? { |one| Gem::Version.correct?(one) } ? Gem::Version.new(a) <=> Gem::Version.new(b) : "-")
end
"""
ASK_RPM = """%{lua:
  for line in io.lines(arg and arg[1] or os.getenv("PAIRS")) do
    local a, b = line:match("^(%S+) (%S+)$")
    print(rpm.vercmp(a, b) .. "\\n")
  end
}"""
ASK_NODE = """
const semver = require('semver')
for (const line of require('node:fs').readFileSync(0, 'utf8').split('\\n').filter(Boolean)) {
  const [a, b] = line.split(' ')
  console.log(semver.valid(a) && semver.valid(b) ? semver.compare(a, b) : '-')
}
"""


def sign(left: Any, right: Any) -> int:
    return (left > right) - (left < right)


def each(compare: Callable[[str, str], int]) -> Callable[[Pairs], Orders]:
    return lambda pairs: [compare(one, other) for one, other in pairs]


def by(read: Callable[[str], Any]) -> Callable[[Pairs], Orders]:
    return each(lambda one, other: sign(read(one), read(other)))


def program(name: str, package: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not here: install {package}")
    return found


def told(command: Sequence[str], text: str = "", **environment: str) -> list[str]:
    ran = subprocess.run(
        command, input=text, capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return ran.stdout.splitlines()


def numbers(words: Sequence[str]) -> Orders:
    return [None if word == "-" else int(word) for word in words if word]


def packaging(pairs: Pairs) -> Orders:
    return by(pytest.importorskip("packaging.version").Version)(pairs)


def semver(pairs: Pairs) -> Orders:
    parse = pytest.importorskip("semver").Version.parse
    return each(lambda one, other: parse(one).compare(parse(other)))(pairs)


def semantic_version(pairs: Pairs) -> Orders:
    """The order without build metadata, by which this library breaks ties."""
    read = pytest.importorskip("semantic_version").Version
    return by(lambda text: read(text.partition("+")[0]))(pairs)


def go_modules(pairs: Pairs) -> Orders:
    """As golang.org/x/mod/semver says: short forms are filled up, then it is SemVer."""

    def plain(text: str) -> str:
        core = text.removeprefix("v").partition("+")[0]
        return core + ".0" * (2 - core.count(".")) if "-" not in core else core

    return semver([(plain(one), plain(other)) for one, other in pairs])


def node(pairs: Pairs) -> Orders:
    command = [program("node", "nodejs"), "-e", ASK_NODE]
    if not Path("/usr/share/nodejs/semver").exists():
        pytest.skip("node's semver is not here: install node-semver")
    return numbers(told(command, lines(pairs), NODE_PATH="/usr/share/nodejs"))


def debian(pairs: Pairs) -> Orders:
    return by(pytest.importorskip("debian.debian_support").NativeVersion)(pairs)


def dpkg(pairs: Pairs) -> Orders:
    """The real program: one process for a question, so few pairs."""
    command = [program("dpkg", "dpkg"), "--compare-versions"]

    def is_true(one: str, relation: str, other: str) -> bool:
        return subprocess.run([*command, one, relation, other], check=False).returncode == 0

    return each(lambda one, other: is_true(one, "gt", other) - is_true(one, "lt", other))(pairs)


def librpm(pairs: Pairs, folder: Path) -> Orders:
    listed = folder / "pairs"
    listed.write_text(lines(pairs))
    return numbers(told([program("rpm", "rpm"), "--eval", ASK_RPM], PAIRS=str(listed)))


def maven(pairs: Pairs) -> Orders:
    """ComparableVersion compares each version of its command line with the one before it."""
    jars = [JAVA / "maven-artifact-3.x.jar", JAVA / "commons-lang3.jar"]
    command = [program("java", "default-jre-headless"), "-cp", ":".join(map(str, jars)), COMPARABLE]
    if not all(jar.exists() for jar in jars):
        pytest.skip("Maven is not here: install libmaven3-core-java")
    orders: Orders = []
    for start in range(0, len(pairs), AT_ONCE):
        said = told([*command, *chain.from_iterable(pairs[start : start + AT_ONCE])])
        signs = [line.split()[1] for line in said if line.startswith("   ")]
        orders += [{"<": -1, "==": 0, ">": 1}[one] for one in signs[::2]]
    return orders


def rubygems(pairs: Pairs) -> Orders:
    return numbers(told([program("ruby", "ruby"), "-e", ASK_RUBY], lines(pairs).replace(" ", "\n")))


def windows(pairs: Pairs) -> Orders:
    def build(text: str) -> list[int]:
        parts = [int(number) for number in text.split(".")]
        while parts and not parts[-1]:
            parts.pop()
        return parts

    return by(build)(pairs)


def letters_later(pairs: Pairs) -> Orders:
    return each(lambda one, other: libversion.compare(one, other, any_is_patch=True))(pairs)


def lines(pairs: Pairs) -> str:
    return "".join(f"{one} {other}\n" for one, other in pairs)


LITERAL = {
    "alpine": each(alpine.compare), "nuget": each(nuget.compare), "cisco": each(makers.cisco),
    "junos": each(makers.junos), "ivanti": each(makers.ivanti), "esxi": each(makers.esxi),
    "syngo": each(makers.syngo), "windows": windows, "letters_later": letters_later,
}  # fmt: skip
"""Our own literal readings of the rules, where no program could be asked."""
