# SPDX-License-Identifier: Apache-2.0
"""Missing facts -> questions, ranked by how many findings an answer settles; remembered under a natural key."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class _About:
    """The devices that a question is about: all of a configuration and model together, or some by themselves."""

    many: dict[tuple[str, str], int] = field(default_factory=dict)
    together: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    alone: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))

    def take(self, row: Row) -> None:
        """Note what an answer settles on a device, or on each of several."""
        group = (row["configuration_id"], row["product_id"])
        if row["many"]:
            self.many[group] = row["many"]
            self.together[group] += row["findings"]
        else:
            self.alone[(*group, row["device_id"])] += row["findings"]

    @property
    def devices(self) -> int:
        """Count the devices, each once."""
        return sum(self.many.values()) + sum((g, p) not in self.many for g, p, _ in self.alone)

    @property
    def settles(self) -> int:
        """Count the findings on all of them."""
        return sum(n * self.many[group] for group, n in self.together.items()) + sum(self.alone.values())

    def rows(self) -> Iterator[Row]:
        """Give the rows of the table question_group, but for the question."""
        for (configuration, product), findings in self.together.items():
            yield _member(configuration, product, "", findings)
        for (configuration, product, device), findings in self.alone.items():
            yield _member(configuration, product, device, findings)


def _member(configuration: str, product: str, device: str, findings: int) -> Row:
    return {
        "configuration_id": configuration,
        "product_id": product,
        "device_id": device,
        "findings": findings,
    }


def ask(missing: Iterable[Row], answered: frozenset[str]) -> tuple[list[Row], list[Row]]:
    """Make the questions and, per question, its devices (rows of `question` and `question_group`).

    `missing` are rows of `deeds.MISSING` and `claims.WAITING`. A finding that lacks several facts asks
    for each of them and counts for none: one answer alone does not settle it. Answered questions are left out.
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
        about = _About()
        for row in rows:
            about.take(row)
        made.append(_question(name, kind, subject, rows, about))
        members += [{"question_id": name, **row} for row in about.rows()]
    made.sort(key=lambda row: (-row["settles"], -row["devices"], row["id"]))
    return [{**row, "rank": rank} for rank, row in enumerate(made, 1)], members


def _subject(kind: str, row: Row) -> str:
    """Name what is asked about: a component by name and record, all else by product."""
    if kind in _PER_COMPONENT:
        return f"{row['component_name']}|{row['product_id']}|{row['record_part']}|{row['record_product']}"
    if kind in _SAID_BY_ROW:
        return str(row["subject"])
    return str(row["product_id"])


def _question(name: str, kind: str, subject: str, rows: list[Row], about: _About) -> Row:
    first = rows[0]
    facts = {row["missing"] for row in rows}
    table = next(text for fact, text in texts().items() if fact in facts)  # the most general comes first
    words = {
        "maker": first["maker"] or "unknown maker",
        "model": first["model"] or "unknown model",
        "devices": about.devices,
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
        "settles": about.settles,
        "devices": about.devices,
        "asked": table["asked"],
    }
