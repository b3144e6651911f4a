# SPDX-License-Identifier: Apache-2.0
"""Small worlds for tests: components, records as NVD writes them, configurations, and the tables of them all."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from leadglass.store.parquet import arrow
from leadglass.store.tables import TableStore
from leadglass.values.cpe import qualifiers
from leadglass.vulnerabilities import (
    COMPONENT_FINDINGS,
    CONFIGURATION_FINDINGS,
    CRITERIA_NOW,
    HIT,
    HITS,
    Criterion,
    Knowledge,
    Link,
    Part,
)
from leadglass.vulnerabilities.index import join_keys
from leadglass.vulnerabilities.ranges import complete
from leadglass.vulnerabilities.worded import WORDED

RECEIVED = datetime(2026, 11, 2, 7, tzinfo=UTC)
DOCUMENT = hashlib.sha256(b"an invented feed").hexdigest()
ALL = Knowledge(hardware=True, system=True, software=True)
NOTHING = Knowledge(hardware=False, system=False, software=False)


def link(part: str, product: str, version: str = "", update: str = "*", **more: object) -> Link:
    """A link as a document gives it, sure unless told otherwise."""
    return Link(
        part=part,
        product=product,
        version=version,
        update=update,
        basis="told",
        **({"confidence": 1.0} | more),
    )


def component(made: Link, name: str = "", lacks: str = "version", doubt: str = "") -> Part:
    """A component as matching sees it."""
    told = (
        made.part,
        made.product,
        made.version,
        made.update,
        made.qualifiers,
        made.named,
        made.release,
        lacks,
        doubt or made.doubt,
    )
    return Part(
        component_id="C-" + hashlib.sha256(repr(told).encode()).hexdigest()[:12],
        part=made.part,
        product=made.product,
        name=name or made.product.partition(":")[2],
        version=made.version,
        norm=made.norm,
        base=made.base,
        key=made.key,
        update=made.update,
        qualifiers=made.qualifiers,
        named=made.named,
        lacks=lacks,
        doubt=doubt or made.doubt,
    )


def match(cpe: str, *, vulnerable: bool = True, **bounds: str) -> dict[str, object]:
    """A cpeMatch: `match("a:openssl:openssl:*", end_excluding="1.0.2u")`; more fields of the name may follow."""
    part, vendor, product, version, *rest = cpe.split(":")
    update, *told = [*rest, *["*"] * (7 - len(rest))]
    return {
        "part": part,
        "product": f"{vendor}:{product}",
        "version": version,
        "update_": update,
        "qualifiers": qualifiers(tuple(told)),
        "vulnerable": vulnerable,
        **{
            name: bounds.get(name)
            for name in ("start_including", "start_excluding", "end_including", "end_excluding")
        },
    }


def node(*matches: Mapping[str, object], operator: str = "OR", negate: bool = False) -> dict[str, object]:
    """A node of a configuration."""
    return {"operator": operator, "negate": negate, "matches": matches}


def configuration(
    *nodes: Mapping[str, object], operator: str = "AND", negate: bool = False
) -> dict[str, object]:
    """A configuration of a record."""
    return {"operator": operator, "negate": negate, "nodes": nodes}


@dataclass
class Record:
    """A record under the name of its vulnerability."""

    vulnerability: str
    configurations: Sequence[Mapping[str, object]]
    number: int = 0
    state: str = "Analyzed"
    modified: datetime = RECEIVED
    rows: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for index, configured in enumerate(self.configurations):
            for place, one in enumerate(configured["nodes"]):
                for position, matched in enumerate(one["matches"]):
                    self.rows.append(
                        {
                            "vulnerability": self.vulnerability,
                            "record": self.number,
                            "configuration": index,
                            "node": place,
                            "number": position,
                            "joined": configured["operator"],
                            "inverted": configured["negate"],
                            "node_operator": one["operator"],
                            "node_inverted": one["negate"],
                            **matched,
                        }
                    )


def record(vulnerability: str, *configurations: Mapping[str, object], **more: object) -> Record:
    """A record; a bare cpeMatch stands for a configuration of its own."""
    whole = [one if "nodes" in one else configuration(node(one), operator="OR") for one in configurations]
    return Record(vulnerability, whole, **more)


def completed(records: Iterable[Record]) -> list[dict[str, object]]:
    """Rows of the table `criterion`, completed as a reading completes them."""
    rows = [row for one in records for row in one.rows]
    made = {name: column.to_pylist() for name, column in complete(*normal(rows)).items()} if rows else {}
    return [row | {name: values[i] for name, values in made.items()} for i, row in enumerate(rows)]


def normal(
    rows: Sequence[Mapping[str, object]],
) -> tuple[dict[str, list[object]], dict[str, list[object]], pa.Array, pa.Array]:
    """Rows in the normal form that the format gives: nodes, cpeMatches, and for each row which of them it has."""
    grouped = [
        list(group)
        for _, group in groupby(rows, key=itemgetter("vulnerability", "record", "configuration", "node"))
    ]
    nodes = [{**group[0], "criteria": len(group)} for group in grouped]
    of = [number for number, group in enumerate(grouped) for _ in group]
    columns = [{name: [row[name] for row in table] for name in table[0]} for table in (nodes, rows)]
    return *columns, pa.array(of, pa.int32()), pa.array(range(len(rows)), pa.int32())


def criteria(one: Record) -> list[Criterion]:
    """The criteria of a record as values."""
    return [
        Criterion(
            kind=row["class"],
            update=row["update_"],
            **{
                name: row[name]
                for name in (
                    *(
                        "configuration",
                        "node",
                        "number",
                        "joined",
                        "inverted",
                        "node_operator",
                        "node_inverted",
                    ),
                    *(
                        "vulnerable",
                        "part",
                        "product",
                        "version",
                        "norm",
                        "qualifiers",
                        "lo",
                        "hi",
                        "lo_text",
                        "hi_text",
                    ),
                )
            },
        )
        for row in completed([one])
    ]


@dataclass
class World:
    """A configuration of a device: its components and what is known of the whole."""

    name: str
    parts: Sequence[Part]
    knowledge: Knowledge


@contextmanager
def bench(folder: Path, documents: Mapping[str, Sequence[Record]], worlds: Iterable[World] = ()):
    """Open a workbench over feeds (name -> records) with these configurations put into it."""
    store = TableStore(folder, release="t")
    hashes = {name: hashlib.sha256(name.encode()).hexdigest() for name in documents}
    for name, records in documents.items():
        for number, one in enumerate(records):
            one.number = number
            one.rows = [row | {"record": number} for row in one.rows]
        vulnerabilities = [_vulnerability(one, hashes[name]) for one in records]
        store.write_reading(
            hashes[name],
            {
                "criterion": [row | {"sha256": hashes[name]} for row in completed(records)],
                "vulnerability": vulnerabilities,
            },
            dict,
        )
    opened = store.workbench(list(hashes.values()))
    try:
        opened.put(
            "source", [_source(name, sha256, place) for place, (name, sha256) in enumerate(hashes.items())]
        )
        _put(opened, list(worlds))
        yield opened
    finally:
        opened.close()


def findings(opened) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Run the queries of matching."""
    opened.put("criterion_now", opened.run(CRITERIA_NOW))
    hits = arrow(HIT, opened.run(HITS))
    joined = {"hit": (HIT, hits.filter(pc.invert(hits["alone"])))}
    told = {"hit": (HIT, hits), "worded": (WORDED, [])}
    return (
        opened.rows(COMPONENT_FINDINGS, given=told, behind="", upto=""),
        opened.rows(CONFIGURATION_FINDINGS, given=joined),
    )


def _vulnerability(one: Record, sha256: str) -> dict[str, object]:
    return {
        "vulnerability": one.vulnerability,
        "published": one.modified,
        "modified": one.modified,
        "state": one.state,
        "description": "",
        "vectors": "",
        "cwe": "",
        "poc": False,
        "criteria": len(one.rows),
        "record": one.number,
        "sha256": sha256,
        "place": f"vulnerabilities[{one.number}]",
    }


def _source(name: str, sha256: str, place: int) -> dict[str, object]:
    received = RECEIVED.replace(minute=place)
    return {"sha256": sha256, "kind": "nvd", "name": name, "received": received, "first_received": received}


def row_of(number: int, part: Part) -> dict[str, object]:
    """A component as a row of its table, as far as matching sees it."""
    names = ("component_id", "part", "product", "name", "version", "norm", "base", "key", "named", "lacks", "doubt",
             "qualifiers")  # fmt: skip
    return {
        **{name: getattr(part, name) for name in names},
        **join_keys(part.part, part.product, norm=part.norm, base=part.base, key=part.key),
        "number": number,
        "update_": part.update,
    }


def _put(opened, worlds: Sequence[World]) -> None:
    parts = {part.component_id: part for world in worlds for part in world.parts}
    opened.put(
        "component",
        [
            {
                **row_of(number, part),
                "first_seen": RECEIVED,
                "basis": "told",
                "confidence": 1.0,
            }
            for number, part in enumerate(parts.values())
        ],
    )
    opened.put(
        "configuration",
        [
            {
                "configuration_id": world.name,
                "number": number,
                "knows_software": world.knowledge.software,
                "knows_system": world.knowledge.system,
                "knows_hardware": world.knowledge.hardware,
                "components": len(world.parts),
            }
            for number, world in enumerate(worlds)
        ],
    )
    place_of = {name: number for number, name in enumerate(parts)}
    opened.put(
        "member",
        [{"configuration": number, "component": place} for number, world in enumerate(worlds)
         for place in {place_of[part.component_id] for part in world.parts}],
    )  # fmt: skip
    opened.put(
        "configuration_component",
        [
            {"configuration_id": world.name, "component_id": part.component_id, "listed": part.name, "sha256": DOCUMENT,
             "place": f"components[{number}]"}
            for world in worlds
            for number, part in enumerate(world.parts)
        ],
    )  # fmt: skip
