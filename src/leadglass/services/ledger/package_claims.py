# SPDX-License-Identifier: Apache-2.0
"""Claims about packages of distributions: a distribution's own data, held against the packages of the same release.

What its data says of the release that runs settles whether it repaired a package. What it says of other releases does not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from leadglass.services.ledger.target import Target
from leadglass.values.scope import Row
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.distributions import Package, Spoken, of_package
from leadglass.vulnerabilities.repairs import Verdict, judge
from leadglass.vulnerabilities.statements import Judged, versions_of

BASIS = "package of the distribution"
TRUST = "trust in the distribution's data"
"""What is missing where a distribution's data would silence a finding and nobody said that it counts."""

_SAYS = {"fixed": "repaired", "not_affected": "not affected"}


class Packages:
    """The packages of distributions that the fleet has, by the names under which they are spoken of."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._listed: dict[tuple[str, str], list[tuple[Row, Package]]] = defaultdict(list)
        for row in rows:
            package = Package(
                distribution=row["distribution"], release=row["release"], name=row["name"], version=row["version"],
                source=row["source"], source_version=row["source_version"],
            )  # fmt: skip
            for name in {package.name, *package.names()}:
                self._listed[package.distribution, name].append((row, package))

    def keys(self) -> set[str]:
        """Name them as records do: distribution/name."""
        return {f"{distribution}/{name}" for distribution, name in self._listed}

    def targets(self, named: Row) -> Iterator[Target]:
        """Judge each package that a document may mean; none where it names no package of a distribution."""
        spoken, own_data = _spoken(named)
        if spoken is None:
            return
        understood = versions_of(named)
        done: set[str] = set()
        for row, package in self._listed.get((spoken.distribution, spoken.name), ()):
            if row["component_id"] in done or (own_data and spoken.name not in package.names()):
                continue
            done.add(row["component_id"])
            verdict = judge(understood, spoken, package)
            if row["doubt"] == "software version" and verdict.judged.value is not Truth.FALSE:
                judged = Judged(value=Truth.UNKNOWN, missing=row["doubt"], why=verdict.judged.why)
                verdict = Verdict(judged=judged, status=verdict.status, own=verdict.own)
            yield _target(row, spoken, verdict, own_data=own_data)


def _spoken(named: Row) -> tuple[Spoken | None, bool]:
    """Give the package that is spoken of, and whether by its distribution's own data."""
    if named["distribution"]:
        name = named["product_name"] or named["name"]
        return Spoken(distribution=named["distribution"], release=named["release"], name=name), True
    package = of_package(named["purl"])
    if package is None:
        return None, False
    return Spoken(distribution=package.distribution, release=package.release, name=package.name), False


def _target(row: Row, spoken: Spoken, verdict: Verdict, *, own_data: bool) -> Target:
    where = f"{spoken.distribution} {spoken.release}".strip()
    return Target(
        component_id=row["component_id"], product_id="", whole=False, judged=verdict.judged, asks="", basis=BASIS,
        confidence=1.0, status=verdict.status, own=verdict.own, voice=spoken.distribution if own_data else "",
        told=f"{spoken.name} of {where}" if own_data else "",
    )  # fmt: skip


def voice(said: Row, target: Target) -> str:
    """Name whose word it is, as it is trusted: once for all packages of a distribution, by who handed it on."""
    giver = said["publisher"] or "a document that names no publisher"
    return f"{target.voice}'s data from {giver}"


def told(said: Row, target: Target, status: str) -> str:
    """Say in words what a distribution's data says of an installed package."""
    does = _SAYS.get(status, "affected" if status == "affected" else "of unknown status")
    why = f": {target.judged.why}" if target.own and target.judged.value is not Truth.UNKNOWN else ""
    return f"{voice(said, target)} says that {target.told} is {does}{why}"


def settled(rows: Sequence[tuple[Row, Target | None]]) -> list[Row]:
    """Let what is said of the release that runs outweigh the rest, and the graver of two records of it.

    A repair silences only where no other record of the same distribution calls the package affected, or cannot be read.
    """
    own: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row, target in rows:
        if target and target.own and target.voice:
            own[_about(row, target)].append(row)
    return [_weighed(row, target, own[_about(row, target)]) if target else row for row, target in rows]


def _about(row: Row, target: Target) -> tuple[str, str, str]:
    return row["component_id"], row["vulnerability"], target.voice


def _weighed(row: Row, target: Target, own: Sequence[Row]) -> Row:
    if target.voice and not target.own and own:
        why = f"not applied: what {target.voice} says of the release that runs counts"
        return {**row, "outcome": why, "value": int(Truth.FALSE), "missing": "", "asks": ""}
    graver = [other for other in own if other["status"] == "affected" and other["value"] > Truth.FALSE]
    silences = row["status"] in _SAYS and (row["outcome"] == "applied" or row["missing"] == TRUST)
    if target.voice and silences and graver:
        why = f"not applied: {target.voice} says elsewhere that it is affected"
        return {**row, "outcome": why, "missing": "", "asks": ""}
    return row
