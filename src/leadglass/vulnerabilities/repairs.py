# SPDX-License-Identifier: Apache-2.0
"""Hold what a distribution says of a package's release against the package that is installed, in three values.

A range of a distribution is of its own versions (OSV schema 1.7, `affected[].ranges`): within it the package is affected,
behind its end it was repaired. It says something of one release alone.
"""

from dataclasses import dataclass
from typing import Final

from leadglass.values.vers import Interval
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.distributions import Package, Spoken, distribution, shown
from leadglass.vulnerabilities.schemes import Scheme, bounds, is_valid, key
from leadglass.vulnerabilities.schemes.orders import LOWEST
from leadglass.vulnerabilities.statements import MEANING, Judged
from leadglass.vulnerabilities.version_texts import Understood
from leadglass.vulnerabilities.versions import is_inverted

RELEASE: Final = "release of the distribution"
"""What is missing where it is not known which release of its distribution a package is of."""

BUILD: Final = "whether this build is of the release"
"""What is missing where a version is a backport's, a private archive's, or of one of several module streams."""

EPOCH: Final = "epoch of the package"
"""What is missing where a record's versions have an epoch and the package's has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a record means for a package. `status` is what follows instead of the record's own: fixed, not_affected, or "".

    `own` tells that the record is of the package's release.
    """

    judged: Judged
    status: str = ""
    own: bool = False


def judge(understood: Understood, spoken: Spoken, package: Package) -> Verdict:
    """Judge what a distribution says of a package in one release. Of another release nothing follows: never FALSE."""
    if understood.exact and not understood.intervals and not spoken.release:
        # A package URL with a version names one build, whatever its release
        return _same(understood, package)
    elsewhere = _elsewhere(spoken, package)
    if elsewhere:
        return elsewhere
    if understood.unclear:
        return _unknown(MEANING, understood.unclear, own=True)
    if understood.every:
        return Verdict(judged=Judged(value=Truth.TRUE, why="every version is meant"), own=True)
    return _doubt(understood, package) or _compared(understood, package)


def _elsewhere(spoken: Spoken, package: Package) -> Verdict | None:
    """Say that a record is of another release than the package, or of one that is not known; else nothing."""
    where = shown(spoken.distribution, spoken.release)
    if not package.release:
        return _unknown(RELEASE, f"it speaks of {where}")
    if spoken.release == package.release:
        return None
    of = where if spoken.release else "no release, or of another stream"
    return _unknown(f"data of {package.where}", f"it speaks of {of}")


def _unknown(missing: str, why: str, *, own: bool = False) -> Verdict:
    return Verdict(judged=Judged(value=Truth.UNKNOWN, missing=missing, why=why), own=own)


def _ends(understood: Understood) -> set[str]:
    return {end for one in understood.intervals for end in (one.lower, one.upper)} - {"", LOWEST}


def _doubt(understood: Understood, package: Package) -> Verdict | None:
    """Say why versions cannot be compared, or nothing."""
    if not package.version:
        return _unknown("version", "its version is not known", own=True)
    row = distribution(package.distribution)
    texts = (package.compared, *sorted(_ends(understood)))
    for text in texts:
        if not is_valid(row.scheme, text):
            return _unknown(MEANING, f"'{text}' is no version as {row.name} writes them", own=True)
        if row.foreign and row.foreign.search(text):
            return _unknown(BUILD, f"{text} is not of the release's own packages", own=True)
    with_epoch = [text for text in texts[1:] if text.partition(":")[0] not in {text, "0"}]
    if with_epoch and ":" not in package.compared and row.scheme is not Scheme.APK:
        return _unknown(EPOCH, f"{package.compared} states none, {with_epoch[0]} does", own=True)
    return None


def _same(understood: Understood, package: Package) -> Verdict:
    """Compare with versions that are named one by one."""
    scheme = distribution(package.distribution).scheme
    if not package.version:
        return _unknown("version", "its version is not known", own=True)
    same = key(scheme, package.version) in {key(scheme, text) for text in understood.exact}
    why = f"{package.version} is {'among them' if same else 'not among them'}"
    return Verdict(judged=Judged(value=Truth.TRUE if same else Truth.FALSE, why=why), own=True)


def _compared(understood: Understood, package: Package) -> Verdict:
    scheme, version = distribution(package.distribution).scheme, package.compared
    at = key(scheme, version)
    if any(key(scheme, text) == at for text in understood.exact):
        return Verdict(judged=Judged(value=Truth.TRUE, why=f"{version} is among them"), own=True)
    ended: tuple[str, Interval] | None = None
    inverted: Interval | None = None
    for one in understood.intervals:
        lo, hi = keys(scheme, one)
        if is_inverted(lo, hi):
            inverted = one
        elif lo <= at < hi:
            until = (
                f"the repair is in {one.upper}"
                if one.upper and not one.upper_included
                else "no repair is named"
            )
            return Verdict(judged=Judged(value=Truth.TRUE, why=f"{until}, {version} is installed"), own=True)
        elif hi <= at and (ended is None or ended[0] < hi):
            ended = hi, one
    if inverted:
        return _unknown(MEANING, f"its range {inverted} ends before it begins", own=True)
    if not understood.intervals:  # a list of versions is not said to be complete
        return Verdict(judged=Judged(value=Truth.FALSE, why=f"{version} is not among them"), own=True)
    return _outside(ended[1] if ended else None, version)


def _outside(ended: Interval | None, version: str) -> Verdict:
    """Say what follows for a version behind the end of a range, or before all of them."""
    if ended is None:
        status, why = "not_affected", "affected are later versions alone"
    elif ended.upper_included:
        status, why = "not_affected", f"{ended.upper} is the last that is affected"
    elif ended.upper == LOWEST:
        status, why = "not_affected", "no version is affected"
    else:
        status, why = "fixed", f"the repair is in {ended.upper}"
    return Verdict(
        judged=Judged(value=Truth.TRUE, why=f"{why}, {version} is installed"), status=status, own=True
    )


def keys(scheme: Scheme, one: Interval) -> tuple[str, str]:
    """Give the half-open range of keys of an interval."""
    return bounds(
        scheme,
        one.lower if one.lower and one.lower_included else None,
        one.lower if one.lower and not one.lower_included else None,
        one.upper if one.upper and one.upper_included else None,
        one.upper if one.upper and not one.upper_included else None,
    )
