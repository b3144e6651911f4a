# SPDX-License-Identifier: Apache-2.0
"""Run all tests of CSAF 2.0 on a document, within bounds of size, depth and number of complaints."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.csaf_tests import (
    informative,
    mandatory_document,
    mandatory_products,
    mandatory_profiles,
    mandatory_scores,
    mandatory_tracking,
    optional_document,
    optional_products,
)
from leadglass.formats.csaf_tests.findings import Doubt, Fault, Test, shown
from leadglass.formats.csaf_tests.paper import Paper, record
from leadglass.formats.csaf_tests.structure_vulnerabilities import CSAF_2_0
from leadglass.formats.json_text import FAULTS, Buffer, refuse_swarm, unreadable, utf8
from leadglass.formats.remarks import Remarks
from leadglass.values.verdict import Complaint, Level, Verdict

STANDARD: Final = "CSAF"
VERSIONS: Final = ("2.0",)
MOST_BYTES: Final = 64 << 20  # CSAF 2.0, C.1 advises 15 MB at most
DEEPEST: Final = 100
MOST_COMPLAINTS: Final = 100
MOST_NAMED: Final = 10_000_000
_WHAT: Final = "The advisory"
_DECODER: Final = msgspec.json.Decoder()


def _place_in_standard(test: Test) -> tuple[int, ...]:
    return tuple(int(part) for part in test.number.split("."))


TESTS: Final = tuple(
    sorted(
        (
            *mandatory_products.TESTS,
            *mandatory_scores.TESTS,
            *mandatory_document.TESTS,
            *mandatory_tracking.TESTS,
            *mandatory_profiles.TESTS,
            *optional_products.TESTS,
            *optional_document.TESTS,
            *informative.TESTS,
        ),
        key=_place_in_standard,
    )
)
"""The tests in the order of the standard."""


def check(raw: Buffer) -> Verdict:
    """Check a document. Of each test the first hundred complaints are given, and how many more there are.

    What is no JSON, too large, too deep, or an advisory of another version of CSAF is an `UnreadableError`.
    """
    root = _parse(raw)
    if not isinstance(root, dict):
        why = "An advisory is an object; this document is not."
        complaint = Complaint(number="schema", level="schema", place="", why=why)
        return Verdict(standard=STANDARD, version="", complaints=(complaint,), valid=False)
    said = record(root, "document").get("csaf_version")
    if isinstance(said, str) and said not in VERSIONS and said.startswith("2."):
        raise UnreadableError(
            f"The advisory is CSAF {shown(said)}; Leadglass checks {', '.join(VERSIONS)}. It was not judged: check it "
            "with another validator, or ask its publisher for CSAF 2.0."
        )
    paper = Paper.open(root)
    if paper.named_by_groups() > MOST_NAMED:
        raise BoundError(
            f"{_WHAT} names products by groups more than {MOST_NAMED:,} times. It was not checked."
        )
    remarks = Remarks()
    complaints = list(_few("schema", "schema", CSAF_2_0.faults(root, ""), remarks))
    for test in TESTS:
        complaints += _few(test.number, test.level, test.find(paper), remarks)
    return Verdict(
        standard=STANDARD,
        version=said if isinstance(said, str) else "",
        complaints=tuple(complaints),
        valid=all(complaint.level in {"optional", "informative"} for complaint in complaints),
        remarks=remarks.finish(),
    )


def _parse(raw: Buffer) -> Any:
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{_WHAT} has {len(raw) >> 20} MiB; Leadglass checks {MOST_BYTES >> 20}. Ask its publisher for a smaller one."
        )
    refuse_swarm(_WHAT, raw)
    try:
        root = _DECODER.decode(utf8(raw))
    except FAULTS as error:
        raise unreadable(_WHAT, error) from error
    _refuse_depth(root)
    return root


def _refuse_depth(root: Any) -> None:
    level = [root]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise BoundError(f"{_WHAT} is nested deeper than any real document. It was not checked; ask its sender.")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _few(number: str, level: Level, found: Iterable[Fault | Doubt], remarks: Remarks) -> Iterator[Complaint]:
    """Give the first complaints in full, and one that counts the others; what was not judged is remarked."""
    complained = 0
    for place, why, judged in ((item.place, item.why, isinstance(item, Fault)) for item in found):
        if not judged:
            remarks.add(place, f"{number}: {why}", sort=f"remarks on test {number}")
            continue
        complained += 1
        if complained <= MOST_COMPLAINTS:
            yield Complaint(number=number, level=level, place=place, why=why)
    if complained > MOST_COMPLAINTS:
        more = f"{complained - MOST_COMPLAINTS:,} more like those above."
        yield Complaint(number=number, level=level, place="", why=more)
