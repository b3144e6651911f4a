# SPDX-License-Identifier: Apache-2.0
"""Claims that contradict each other: who says *affected* keeps others from silencing the same."""

from collections import defaultdict
from collections.abc import Callable, Container, Sequence

from leadglass.values.scope import Row

SILENCING = frozenset({"not_affected", "fixed"})
"""Statuses by which a finding falls silent."""


def contradicted(
    rows: Sequence[Row], listed: Container[tuple[str, int]], overlap: Callable[[str, str], bool]
) -> list[Row]:
    """Where another statement says that the same is affected, none silences; a publisher's later word outweighs.

    What is said of a component in whatever device, and what is said of it in one, speak of the same. `listed` are the
    statements of records, by document and number: as NVD's, they list the component whatever device it is in, and what
    somebody trusted says of it in one is said in their knowledge. `overlap` tells whether two groups of devices, named by
    their serial numbers, have some in common.
    """
    harmed: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["outcome"] == "applied" and row["status"] == "affected":
            harmed[row["component_id"], row["vulnerability"]].append(row)
    made = []
    for row in rows:
        against = [
            other
            for other in harmed[row["component_id"], row["vulnerability"]]
            if row["outcome"] == "applied"
            and row["status"] in SILENCING
            and (
                _about_the_same(row, other, is_listed=(other["sha256"], other["number"]) in listed)
                or overlap(row["on_id"], other["on_id"])
            )
            and not (other["publisher"] == row["publisher"] and (_later(row, other) or _narrower(row, other)))
        ]
        made.append({**row, "outcome": _against(against[0]) if against else row["outcome"]})
    return made


def _about_the_same(row: Row, other: Row, *, is_listed: bool) -> bool:
    """Tell whether what is *affected* (`other`) is what would fall silent: in this device, or in whatever device."""
    if not other["on_id"] and row["on_id"]:
        return not is_listed
    return not row["on_id"] or bool(other["on_id"] == row["on_id"])


def _narrower(row: Row, other: Row) -> bool:
    """Tell whether one document says of single devices what it does not say of the whole model."""
    is_limited = bool(row["whole"] and row["on_id"] and not other["on_id"])
    return is_limited and bool(row["sha256"] == other["sha256"])


def _against(other: Row) -> str:
    return f"not applied: {other['publisher'] or 'another document'} says that it is affected"


def _later(row: Row, other: Row) -> bool:
    return bool(row["stated"] and other["stated"] and row["stated"] > other["stated"])
