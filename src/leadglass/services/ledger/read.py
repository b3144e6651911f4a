# SPDX-License-Identifier: Apache-2.0
"""Read: a document -> what it says, stored once per document and release of the readers.

What cannot be read becomes a remark with its place. The reading is whole or absent; reading again is harmless.
"""

import gc
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from leadglass.errors import UnreadableError
from leadglass.formats import cyclonedx, epss, fleet_csv, kev, nvd, recognise
from leadglass.formats.nvd_criteria import Criteria
from leadglass.services.house import House
from leadglass.values.sources import Kind, Recognition, Remark
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities.ranges import complete

MOST_REMARKS = 1_000
"""Remarks kept per document; beyond it their number is told."""

Tables = dict[str, Iterator[Any]]


class About:
    """What is told of a reading; filled while its tables are read."""

    def __init__(self, recognition: Recognition) -> None:
        self.recognition = recognition
        self.taken: dict[str, int] = {}
        self.remarks: list[Remark] = []
        self.left_out = 0
        self.newest: date | None = None
        self.profile = ""

    def remark(self, *remarks: Remark) -> None:
        """Keep remarks up to a bound, count the rest."""
        room = MOST_REMARKS - len(self.remarks)
        self.remarks.extend(remarks[:room])
        self.left_out += max(len(remarks) - room, 0)

    def count(self, what: str, number: int) -> None:
        """Count what was taken."""
        self.taken[what] = self.taken.get(what, 0) + number

    def see(self, day: date | datetime | None) -> None:
        """Remember the newest date that the content states."""
        if day is not None:
            day = day.date() if isinstance(day, datetime) else day
            self.newest = max(self.newest or day, day)

    def stored(self) -> dict[str, Any]:
        """Give what is stored."""
        remarks = [(remark.where, remark.why) for remark in self.remarks]
        if self.left_out:
            remarks.append(("", f"{self.left_out} more remarks of this document are not kept"))
        found = self.recognition
        return {
            "kind": found.kind, "standard": found.standard, "version": found.version, "why": found.why,
            "taken": self.taken, "remarks": remarks, "newest": self.newest, "profile": self.profile,
        }  # fmt: skip


def read(house: House, sha256: str, raw: bytes, *, hint: str = "") -> Mapping[str, Any]:
    """Read a document that is kept, and store what it says. Never raises for what a document contains."""
    recognition = recognise.recognise(raw, profiles=profiles(house), overrides=hinted(hint)[1])
    about = About(recognition)
    reader = _READERS.get(recognition.kind)
    if reader is None:
        about.remark(
            Remark(where="", why=recognition.why or "This is no kind of document that Leadglass reads.")
        )
        return house.tables.write_reading(sha256, {}, about.stored)
    try:
        with _uncollected():
            tables = reader(raw, sha256, about, house, hint)
            return house.tables.write_reading(sha256, tables, about.stored)
    except UnreadableError as error:
        failed = About(Recognition(kind=recognition.kind, standard=recognition.standard, version=recognition.version,
                                   why=str(error)))  # fmt: skip
        failed.remark(Remark(where="", why=str(error)))
        return house.tables.write_reading(sha256, {}, failed.stored)


def hinted(hint: str) -> tuple[str | None, dict[str, str]]:
    """Split a receipt's hint (JSON: profile, map) into a profile name and column overrides."""
    told = json.loads(hint) if hint else {}
    return told.get("profile"), told.get("map", {})


def profiles(house: House) -> Any:
    """The mapping profiles: a site's own before the shipped ones."""
    return fleet_csv.load_profiles(house.profiles.values())


def _fleet(raw: bytes, sha256: str, about: About, house: House, hint: str) -> Tables:
    profile, overrides = hinted(hint)
    listed = fleet_csv.read(raw, profile=profile, overrides=overrides, profiles=profiles(house))
    about.profile = listed.profile
    about.remark(*listed.remarks)
    about.count("devices", len(listed.rows))
    rows = (
        {
            "line": int(row.place.rpartition(" ")[2]),
            "fields": json.dumps(
                {k: v for k, v in row.fields.items() if v}, sort_keys=True, ensure_ascii=False
            ),
            "rest": json.dumps(row.rest, sort_keys=True, ensure_ascii=False),
            "sha256": sha256,
            "place": row.place,
        }
        for row in listed.rows
    )
    return {"fleet_row": rows}


def _bom(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
    bom = cyclonedx.read(raw)
    about.remark(*bom.remarks)
    about.count("components", len(bom.components))
    about.see(bom.created)
    subject = bom.subject
    head = {
        "serial_number": bom.serial_number, "spec_version": bom.spec_version, "created": bom.created,
        "maker": subject.supplier if subject else "", "name": subject.name if subject else "",
        "version": subject.version if subject else "", "cpe": subject.cpe if subject else "",
        "purl": subject.purl if subject else "", "sha256": sha256, "place": subject.place if subject else "metadata",
    }  # fmt: skip
    rows = (
        {
            "number": number, "kind": part.kind, "supplier": part.supplier, "grouping": part.group, "name": part.name,
            "version": part.version, "cpe": part.cpe, "purl": part.purl, "path": " > ".join(part.path),
            "sha256": sha256, "place": part.place,
        }
        for number, part in enumerate(bom.components)
    )  # fmt: skip
    return {"bom": iter([head]), "bom_component": rows}


def _kev(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
    catalog = kev.read(raw)
    about.remark(*catalog.remarks)
    about.count("exploited vulnerabilities", len(catalog.entries))
    about.see(catalog.released)
    rows = (
        {
            "vulnerability": entry.vulnerability, "added": entry.added, "due": entry.due, "sha256": sha256,
            "ransomware": entry.ransomware, "required_action": entry.required_action, "place": entry.place,
        }
        for entry in catalog.entries
    )  # fmt: skip
    return {"exploited": rows}


def _epss(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
    forecasts = epss.read(raw)
    about.remark(*forecasts.remarks)
    count = len(forecasts.vulnerabilities)
    about.count("forecasts", count)
    about.see(forecasts.scored)
    table = pa.table(
        {
            "vulnerability": forecasts.vulnerabilities, "probability": forecasts.probabilities,
            "percentile": forecasts.percentiles, "scored": pa.array([forecasts.scored] * count, pa.date32()),
            "line": forecasts.lines, "sha256": pa.array([sha256] * count, pa.string()),
        }
    )  # fmt: skip
    return {"forecast": iter([table])}


def _nvd(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
    """Two tables come from one pass: records are held as Arrow while the criteria are written."""
    records: list[pa.Table] = []
    silent: list[str] = []

    def criteria() -> Iterator[pa.Table]:
        unsound = 0
        for batch in nvd.batches(raw):
            table = _criteria(batch.criteria, sha256)
            about.remark(*batch.remarks)
            about.count("vulnerabilities", batch.records)
            about.count("criteria", table.num_rows)
            about.see(max((m for m in batch.vulnerability["modified"] if m), default=None))
            silent.extend(_silent(batch.vulnerability))
            records.append(_records(batch.vulnerability, sha256))
            unsound += pc.sum(pc.equal(table["class"], "inverted")).as_py() or 0
            yield table
        if silent:
            why = (
                f"{len(silent)} records name no product and match nothing, {', '.join(silent[:5])} among them"
            )
            about.remark(Remark(where="configurations", why=why))
        if unsound:
            why = f"{unsound} version ranges end before they begin: matched as unknown, not dropped"
            about.remark(Remark(where="cpeMatch", why=why))

    return {"criterion": criteria(), "vulnerability": _after(records)}


def _silent(records: Mapping[str, list[Any]]) -> list[str]:
    """Records that say of no product that it is affected; rejected ones need not."""
    rows = zip(records["vulnerability"], records["criteria"], records["state"], strict=True)
    return [name for name, criteria, state in rows if not criteria and state != "Rejected"]


def _after(records: list[pa.Table]) -> Iterator[pa.Table]:
    yield from records


_TYPES = {"text": pa.string(), "int": pa.int64(), "bool": pa.bool_(), "time": pa.timestamp("us", "UTC")}


def _records(columns: Mapping[str, list[Any]], sha256: str) -> pa.Table:
    """Bring the records of a batch to Arrow."""
    places = [f"vulnerabilities[{record}]" for record in columns["record"]]
    return pa.table(
        _arrow("vulnerability", columns)
        | {"sha256": pa.repeat(sha256, len(places)), "place": pa.array(places, pa.string())}
    )


def _criteria(criteria: Criteria, sha256: str) -> pa.Table:
    """Complete the criteria of a batch. Nodes and matches come to Arrow each once, and are spread there."""
    number = pa.array(criteria.number, pa.int64())
    starts = pa.array(accumulate(criteria.node["criteria"], initial=0), pa.int32())
    node = pc.list_parent_indices(pa.ListArray.from_arrays(starts, number))
    match = pa.array(criteria.stated, pa.int32())
    return pa.table(
        {name: values.take(node) for name, values in _arrow("criterion", criteria.node).items()}
        | {name: values.take(match) for name, values in _arrow("criterion", criteria.match).items()}
        | complete(criteria.node, criteria.match, node=node, match=match)
        | {"number": number, "sha256": pa.repeat(sha256, len(number))}
    )


def _arrow(name: str, columns: Mapping[str, list[Any]]) -> dict[str, pa.Array]:
    """Bring columns to Arrow, those that the table has."""
    types = {column.name: _TYPES[column.type] for column in TABLES[name].columns}
    return {column: pa.array(values, types[column]) for column, values in columns.items() if column in types}


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rest the garbage collector: it would walk through millions of texts that all stay."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


_READERS: Mapping[Kind, Callable[[bytes, str, About, House, str], Tables]] = {
    Kind.FLEET: _fleet,
    Kind.BOM: _bom,
    Kind.KEV: _kev,
    Kind.EPSS: _epss,
    Kind.NVD: _nvd,
}
