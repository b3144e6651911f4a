# SPDX-License-Identifier: Apache-2.0
"""Mandatory tests of CSAF 2.0 about version, status and revision history: 6.1.14, 16 to 22 and 30."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from leadglass.formats.csaf_tests.findings import Fault, Test, shown
from leadglass.formats.csaf_tests.moments import Moment
from leadglass.formats.csaf_tests.numbering import Key, Version
from leadglass.formats.csaf_tests.paper import Paper, Revision, text

_HISTORY: Final = "/document/tracking/revision_history"
_VERSION: Final = "/document/tracking/version"
_STATUS: Final = "/document/tracking/status"
_RELEASED: Final = ("final", "interim")


def _by_date(paper: Paper) -> list[tuple[Moment, Version, Revision]]:
    """Give the revisions in the order of time; of one time, in that of their versions."""

    def order(row: tuple[Moment, Version, Revision]) -> tuple[Moment, Key]:
        return row[0], row[1].key

    rows = [
        (revision.moment, revision.version, revision)
        for revision in paper.revisions
        if revision.moment is not None and revision.version is not None
    ]
    # One that cannot be read may be anywhere: no order is better than a wrong one.
    return sorted(rows, key=order) if len(rows) == len(paper.revisions) else []


def _version(paper: Paper) -> Version | None:
    return Version.parse(text(paper.tracking, "version") or "")


def _unsorted(paper: Paper) -> Iterator[Fault]:
    for (_, before, earlier), (_, after, later) in pairwise(_by_date(paper)):
        if after.key < before.key:
            yield Fault(
                f"{later.place}/number",
                f"Version {shown(later.number)} is later than version {shown(earlier.number)}, but a lower number.",
            )


def _not_the_latest(paper: Paper) -> Iterator[Fault]:
    rows, version = _by_date(paper), _version(paper)
    if not rows or version is None:
        return
    latest = rows[-1][1]
    if paper.tracking.get("status") == "draft":
        same = latest.core == version.core
    else:
        same = latest.without_build == version.without_build
    if not same:
        yield Fault(
            _VERSION,
            f"The latest revision is {shown(rows[-1][2].number)}, not {shown(text(paper.tracking, 'version'))}.",
        )


def _must_be_draft(paper: Paper) -> Iterator[Fault]:
    version, status = _version(paper), text(paper.tracking, "status")
    if version is None or status is None or status == "draft":
        return
    if version.major == 0 or version.pre_release:
        yield Fault(
            _STATUS, f"Version {shown(text(paper.tracking, 'version'))} is a draft, not {shown(status)}."
        )


def _drafts_in_history(paper: Paper) -> Iterator[Fault]:
    if paper.tracking.get("status") in _RELEASED:
        for revision in paper.revisions:
            if revision.version is not None and revision.version.major == 0:
                yield Fault(
                    f"{revision.place}/number",
                    f"The document is released, but {shown(revision.number)} is a draft.",
                )


def _pre_releases_in_history(paper: Paper) -> Iterator[Fault]:
    for revision in paper.revisions:
        if revision.version is not None and revision.version.pre_release:
            yield Fault(f"{revision.place}/number", f"{shown(revision.number)} is a pre-release.")


def _released_pre_release(paper: Paper) -> Iterator[Fault]:
    version = _version(paper)
    if paper.tracking.get("status") in _RELEASED and version is not None and version.pre_release:
        yield Fault(
            _VERSION,
            f"The document is released, but its version is a pre-release, {shown(version.pre_release)}.",
        )


def _gaps(paper: Paper) -> Iterator[Fault]:
    majors = [version.major for _, version, _ in _by_date(paper)]
    if majors and majors[0] not in {0, 1}:
        yield Fault(_HISTORY, f"The first revision is {majors[0]:,}; it ought to be 0 or 1.")
    for before, after in pairwise(sorted(set(majors))):
        if after > before + 1:
            yield Fault(_HISTORY, f"Revision {before + 1:,} is missing: {after:,} follows {before:,}.")


def _numbers_used_twice(paper: Paper) -> Iterator[Fault]:
    seen: set[str] = set()
    for revision in paper.revisions:
        if revision.number in seen:
            yield Fault(
                f"{revision.place}/number", f"Version {shown(revision.number)} stands in the history before."
            )
        seen.add(revision.number)


def _mixed(paper: Paper) -> Iterator[Fault]:
    """The first version that can be read decides what the others must be."""
    kind: bool | None = None
    places = [(f"{revision.place}/number", revision.version) for revision in paper.revisions]
    for place, version in [*places, (_VERSION, _version(paper))]:
        if version is None:
            continue
        kind = version.integer if kind is None else kind
        if version.integer != kind:
            yield Fault(place, "Integer and semantic versions are mixed in this document.")


TESTS: Final = (
    Test("6.1.14", "Revisions are numbered in the order of time", _unsorted),
    Test("6.1.16", "The version is that of the latest revision", _not_the_latest),
    Test("6.1.17", "A version that is a draft has that status", _must_be_draft),
    Test("6.1.18", "The history of a released document has no draft", _drafts_in_history),
    Test("6.1.19", "The history has no pre-release", _pre_releases_in_history),
    Test("6.1.20", "A released document is no pre-release", _released_pre_release),
    Test("6.1.21", "The history begins with 0 or 1 and has no gap", _gaps),
    Test("6.1.22", "No version stands in the history twice", _numbers_used_twice),
    Test("6.1.30", "Versions are all integers, or all semantic", _mixed),
)
