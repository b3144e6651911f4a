# SPDX-License-Identifier: Apache-2.0
"""Claims that contradict each other: who says *affected* keeps others from silencing the same."""

from collections import defaultdict
from collections.abc import Sequence

from leadglass.values.scope import Row

SILENCING = frozenset({"not_affected", "fixed"})
"""Statuses by which a finding falls silent."""


def contradicted(rows: Sequence[Row]) -> list[Row]:
    """Where another statement says that the same is affected, none silences; a publisher's later word outweighs.

    What is said of a component in whatever device, and what is said of it in one, speak of the same.
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
            and (other["on_id"] == row["on_id"] or "" in {other["on_id"], row["on_id"]})
            and not (other["publisher"] == row["publisher"] and _later(row, other))
        ]
        why = (
            f"not applied: {against[0]['publisher']} says that it is affected" if against else row["outcome"]
        )
        made.append({**row, "outcome": why})
    return made


def _later(row: Row, other: Row) -> bool:
    return bool(row["stated"] and other["stated"] and row["stated"] > other["stated"])
