# SPDX-License-Identifier: Apache-2.0
"""Missing facts -> questions, ranked by how many findings an answer settles; remembered under a natural key."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from leadglass.values.ids import question_id
from leadglass.values.scope import Row

_PER_COMPONENT = frozenset({"component", "component-version", "edition"})
_SAID_BY_ROW = frozenset({"maker", "product", "release", "sighting", "trust", "versions"})


@cache
def texts() -> Mapping[str, Any]:
    """Read the table of questions."""
    text = resources.files(__package__).joinpath("tables/questions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def ask(missing: Iterable[Row], answered: frozenset[str]) -> tuple[list[Row], list[Row]]:
    """Make the questions and, per question, its devices (rows of `question` and `question_device`).

    `missing` are rows of `queries.MISSING`. A finding that lacks several facts asks for each of them and counts for
    none: one answer alone does not settle it. Answered questions are left out.
    """
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in missing:
        facts = row["missing"].split(", ")
        for fact in facts:
            table = texts().get(fact)
            if table is not None:
                told = {**row, "missing": fact, "findings": row["findings"] if len(facts) == 1 else 0}
                groups[table["kind"], _subject(table["kind"], row)].append(told)
    made = []
    members = []
    for (kind, subject), rows in groups.items():
        name = question_id(kind, subject)
        if name in answered:
            continue
        per_device: dict[str, int] = defaultdict(int)
        for row in rows:
            per_device[row["device_id"]] += row["findings"]
        made.append(_question(name, kind, subject, rows, per_device))
        members += [{"question_id": name, "device_id": d, "findings": n} for d, n in per_device.items()]
    made.sort(key=lambda row: (-row["settles"], -row["devices"], row["id"]))
    return [{**row, "rank": rank} for rank, row in enumerate(made, 1)], members


def _subject(kind: str, row: Row) -> str:
    """Name what is asked about: a component by name and record, all else by product."""
    if kind in _PER_COMPONENT:
        return f"{row['component_name']}|{row['product_id']}|{row['record_part']}|{row['record_product']}"
    if kind in _SAID_BY_ROW:
        return str(row["subject"])
    return str(row["product_id"])


def _question(name: str, kind: str, subject: str, rows: list[Row], per_device: Mapping[str, int]) -> Row:
    first = rows[0]
    facts = {row["missing"] for row in rows}
    table = next(text for fact, text in texts().items() if fact in facts)  # the most general comes first
    words = {
        "maker": first["maker"] or "unknown maker",
        "model": first["model"] or "unknown model",
        "devices": len(per_device),
        "subject": first["component_name"] or subject.partition("|")[0],
        "where": first["record_product"] or subject.partition("|")[2],
    }
    return {
        "id": name,
        "kind": kind,
        "subject": subject,
        "product_id": first["product_id"],
        "maker": first["maker"],
        "model": first["model"],
        "text": table["text"].format(**words),
        "answers": table["answers"],
        "settles": sum(per_device.values()),
        "devices": len(per_device),
        "asked": table["asked"],
    }
