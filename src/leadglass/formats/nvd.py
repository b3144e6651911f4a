# SPDX-License-Identifier: Apache-2.0
"""Read NVD CVE API 2.0 answers and 2.0 feed files into columns, one record at a time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, repeat
from typing import Any, Final

import msgspec

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import (
    FAULTS,
    Buffer,
    moment,
    place_and_reason,
    refuse_swarm,
    unreadable,
    utf8,
)
from leadglass.formats.nvd_schema import (
    Cve,
    Feed,
    LooseFeed,
    Match,
    Metric,
    Metrics,
    Node,
    Record,
    Text,
    Weakness,
)
from leadglass.formats.remarks import Remarks
from leadglass.values.cpe import qualifiers, split, unbind
from leadglass.values.sources import Remark

LONGEST_DESCRIPTION: Final = 2_000
MOST_CRITERIA: Final = 50_000
_RECORDS_PER_BATCH: Final = 2_048  # small batches reuse memory that is still warm
_CRITERIA_PER_BATCH: Final = 32_768
_CRITERIA_AT_ONCE: Final = 256  # what stays in the cache of the processor is moved faster
_CPE_CACHE: Final = 131_072

_ID: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_PARTS: Final = frozenset("aoh*-")
_ALL_ANY: Final = "*:*:*:*:*:*"
_FIELD: Final = r"[!-9;-\[\]-~]+"  # printable ASCII but the colon and the backslash
# A name in which nothing is quoted, missing or odd, as most are: cut all at once.
_PLAIN: Final = re.compile(
    rf"cpe:2\.3:([aoh*-]):({_FIELD}:{_FIELD}):({_FIELD}):({_FIELD}):"
    rf"(\*:\*:\*:\*:\*:\*|{_FIELD}:{_FIELD}:{_FIELD}:{_FIELD}:{_FIELD}:{_FIELD})"
).fullmatch
_MILLISECONDS: Final = len("2021-09-22T14:22:00.000")

VULNERABILITY: Final = (
    "vulnerability", "published", "modified", "state", "description", "vectors", "cwe", "poc",
    "criteria", "record",
)  # fmt: skip
_OF_NODE: Final = (
    "vulnerability", "record", "configuration", "node", "joined", "inverted",
    "node_operator", "node_inverted",
)  # fmt: skip
_OF_NAME: Final = ("part", "product", "version", "update_", "qualifiers")
_OF_RANGE: Final = ("start_including", "start_excluding", "end_including", "end_excluding")
CRITERION: Final = (*_OF_NODE, "number", "vulnerable", *_OF_NAME, *_OF_RANGE)

Columns = dict[str, list[Any]]
Name = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Columns of equal length: `vulnerability` by VULNERABILITY, `criterion` by CRITERION; and the remarks.

    They mean what `values.tables` says. Times are aware, in UTC, or None. Bounds of ranges are raw texts,
    or None where the record states none. Fields of CPE names are written as `values.cpe` writes them.
    `criteria` counts those that the record lists, also where one of them could not be read.
    """

    vulnerability: Columns
    criterion: Columns
    remarks: tuple[Remark, ...] = ()

    @property
    def records(self) -> int:
        """Count the records that were taken."""
        return len(self.vulnerability["record"])


_FEED: Final = msgspec.json.Decoder(Feed)
_LOOSE: Final = msgspec.json.Decoder(LooseFeed)
_RECORD: Final = msgspec.json.Decoder(Record)
_CVE: Final = msgspec.json.Decoder(Cve)


def batches(raw: Buffer) -> Iterator[Batch]:
    """Read a feed, 2,048 records a batch, at least one batch. Raises `UnreadableError` before the first.

    A record that cannot be read becomes a remark and the others are read; a criterion that cannot be read
    becomes a remark and its record is taken without it. Rejected records are kept, with their state. Of
    several records of one CVE the first counts. A description is cut after 2,000 characters.
    """
    remarks = Remarks()
    total, records = _read_feed(raw, remarks)
    if total is not None and total > len(records):
        remarks.add(
            "totalResults",
            f"The document holds {len(records):,} of {total:,} records: it is one page of an answer. "
            "Receive the other pages too.",
        )
    reader = _Reader(remarks)
    for number, record in enumerate(records):
        if record is not None:
            reader.read(number, record)
            if reader.full:
                yield reader.give(remarks.take)
    yield reader.give(remarks.finish)


def _read_feed(raw: Buffer, remarks: Remarks) -> tuple[int | None, list[msgspec.Raw | None]]:
    """Split the document into records, None where one has not even the shape of one."""
    feed: Feed | LooseFeed
    try:
        text = utf8(raw)
        try:
            feed = _FEED.decode(text)
            records: list[msgspec.Raw | None] = [record.cve for record in feed.vulnerabilities]
        except msgspec.ValidationError:
            refuse_swarm("The NVD document", text)
            feed = _LOOSE.decode(text)
            records = [_unwrap(number, record, remarks) for number, record in enumerate(feed.vulnerabilities)]
    except FAULTS as error:
        raise unreadable("The NVD document", error) from error
    if feed.format != "NVD_CVE" or feed.version != "2.0":
        raise UnreadableError(
            f"The NVD document is of format {feed.format[:40]!r}, version {feed.version[:40]!r}; Leadglass "
            "reads NVD_CVE 2.0. NVD retired the older feeds in 2023: fetch the 2.0 feeds."
        )
    return feed.totalResults, records


def _unwrap(number: int, record: msgspec.Raw, remarks: Remarks) -> msgspec.Raw | None:
    try:
        return _RECORD.decode(record).cve
    except FAULTS as error:
        place = place_and_reason(f"vulnerabilities[{number}]", error)
        remarks.add(*place, sort="records that were not read")
        return None


class _Names(dict[str, Name]):
    """The names of criteria, by criteria: a feed repeats each about four times."""

    def __missing__(self, criteria: str) -> Name:
        lowered = criteria.lower()
        plain = _PLAIN(lowered)
        if plain:
            part, product, version, update, rest = plain.groups()
            name = (part, product, version, update, "" if rest == _ALL_ANY else rest.replace(":", "|"))
        else:
            name = _any_name(lowered)
        if len(self) >= _CPE_CACHE:
            self.clear()
        self[criteria] = name
        return name


def _any_name(criteria: str) -> Name:
    fields = tuple(map(unbind, split(criteria)))
    part, vendor, product, version, update = fields[:5]
    if part not in _PARTS:
        raise UnreadableError(f"The part of a CPE name is a, o or h, not {part[:20]!r}.")
    return part, f"{vendor}:{product}", version, update, qualifiers(fields[5:])


class _Reader:
    """Columns under construction. Nodes are gathered as they are and moved into columns many at a time."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._names = _Names()
        self._seen: set[str] = set()
        self._start()

    def _start(self) -> None:
        self._vulnerabilities: list[tuple[Any, ...]] = []
        self._criterion: Columns = {name: [] for name in CRITERION}
        self._nodes: list[tuple[str, int, int, int, str, bool, str, bool, Node]] = []
        self._gathered = 0

    @property
    def full(self) -> bool:
        """Say whether the batch is to be given."""
        return (
            len(self._vulnerabilities) >= _RECORDS_PER_BATCH
            or len(self._criterion["record"]) >= _CRITERIA_PER_BATCH
        )

    def give(self, remarks: Callable[[], tuple[Remark, ...]]) -> Batch:
        """Give the columns with the remarks, and begin new ones."""
        self._move()
        rows = self._vulnerabilities
        columns = map(list, zip(*rows, strict=True)) if rows else ([] for _ in VULNERABILITY)
        batch = Batch(
            vulnerability=dict(zip(VULNERABILITY, columns, strict=True)),
            criterion=self._criterion,
            remarks=remarks(),
        )
        self._start()
        return batch

    def read(self, record: int, raw: msgspec.Raw) -> None:
        """Take one record, or remark on it."""
        known = len(self._nodes)
        try:
            cve = _CVE.decode(raw)
            self._refuse(cve.id)
            count = self._gather(cve, record)
        except FAULTS as error:
            why = place_and_reason(f"vulnerabilities[{record}].cve", error)
            self._remarks.add(*why, sort="records that were not read")
            return
        except UnreadableError as error:
            del self._nodes[known:]
            self._remarks.add(f"vulnerabilities[{record}]", str(error), sort="records that were not read")
            return
        self._seen.add(cve.id)
        self._gathered += count
        self._vulnerabilities.append(
            (
                cve.id,
                self._time(record, "published", cve.published),
                self._time(record, "lastModified", cve.lastModified),
                cve.vulnStatus,
                _description(cve.descriptions),
                _vectors(cve.metrics) if cve.metrics else "",
                _weaknesses(cve.weaknesses),
                any("Exploit" in reference.tags for reference in cve.references),
                count,
                record,
            )
        )
        if self._gathered >= _CRITERIA_AT_ONCE:
            self._move()

    def _refuse(self, vulnerability: str) -> None:
        if not _ID.fullmatch(vulnerability):
            raise UnreadableError(f"{vulnerability[:40]!r} is no CVE id.")
        if vulnerability in self._seen:
            raise UnreadableError(
                f"{vulnerability} stands in this document already; the first record counts."
            )

    def _gather(self, cve: Cve, record: int) -> int:
        vulnerability, gather, count = cve.id, self._nodes.append, 0
        for index, configuration in enumerate(cve.configurations):
            joined, inverted = configuration.operator, configuration.negate
            for number, node in enumerate(configuration.nodes):
                count += len(node.cpeMatch)
                gather(
                    (vulnerability, record, index, number, joined, inverted, node.operator, node.negate, node)
                )
        if count > MOST_CRITERIA:
            raise BoundError(
                f"{cve.id} has {count:,} criteria; Leadglass reads {MOST_CRITERIA:,} of a record."
            )
        return count

    def _move(self) -> None:
        """Move the gathered nodes into the columns, a column at a time."""
        nodes = [node[-1] for node in self._nodes]
        counts = [len(node.cpeMatch) for node in nodes]
        matches = [match for node in nodes for match in node.cpeMatch]
        numbers = list(chain.from_iterable(map(range, counts)))
        if 0 in counts or any(node.children for node in nodes):
            self._remark_on_nodes()
        try:
            named = [self._names[match.criteria] for match in matches]
        except UnreadableError:
            counts, numbers, matches, named = self._leave_out()
        columns = self._criterion
        repeated = chain.from_iterable(map(repeat, self._nodes, counts))
        for name, values in zip(_OF_NODE, zip(*repeated, strict=True), strict=False):
            columns[name] += values
        for name, values in zip(_OF_NAME, zip(*named, strict=True), strict=False):
            columns[name] += values
        columns["number"] += numbers
        columns["vulnerable"] += [match.vulnerable for match in matches]
        columns["start_including"] += [match.versionStartIncluding for match in matches]
        columns["start_excluding"] += [match.versionStartExcluding for match in matches]
        columns["end_including"] += [match.versionEndIncluding for match in matches]
        columns["end_excluding"] += [match.versionEndExcluding for match in matches]
        self._nodes = []
        self._gathered = 0

    def _leave_out(self) -> tuple[list[int], list[int], list[Match], list[Name]]:
        """Do what `_move` does, but leave out criteria whose names cannot be read, with a remark each."""
        counts: list[int] = []
        numbers: list[int] = []
        matches: list[Match] = []
        named: list[Name] = []
        for vulnerability, record, index, number, *_, node in self._nodes:
            taken = len(matches)
            for position, match in enumerate(node.cpeMatch):
                try:
                    named.append(self._names[match.criteria])
                except UnreadableError as error:
                    place = f"{_place(record, index, number)}.cpeMatch[{position}]"
                    self._remarks.add(place, f"{vulnerability}: {error}", sort="criteria that were not read")
                    continue
                numbers.append(position)
                matches.append(match)
            counts.append(len(matches) - taken)
        return counts, numbers, matches, named

    def _remark_on_nodes(self) -> None:
        for vulnerability, record, index, number, *_, node in self._nodes:
            place = _place(record, index, number)
            if not node.cpeMatch:
                why = f"{vulnerability}: this node has no criteria and decides nothing."
                self._remarks.add(place, why, sort="nodes without criteria")
            if node.children:
                why = f"{vulnerability}: only the criteria of this node were taken, not the nodes within it."
                self._remarks.add(place, why, sort="nodes with nodes within")

    def _time(self, record: int, name: str, text: str | None) -> datetime | None:
        if not text:
            return None
        try:
            # What NVD writes: no zone, meant as UTC.
            time = datetime.fromisoformat(text + "Z") if len(text) == _MILLISECONDS else moment(text)
        except ValueError:
            time = moment(text)
        if time is None:
            place = f"vulnerabilities[{record}].cve.{name}"
            self._remarks.add(place, f"{text[:40]!r} is no time.", sort="times that were not read")
        return time


def _place(record: int, configuration: int, node: int) -> str:
    return f"vulnerabilities[{record}].cve.configurations[{configuration}].nodes[{node}]"


def _description(texts: list[Text]) -> str:
    for text in texts:
        if text.lang[:2] == "en":
            return text.value[:LONGEST_DESCRIPTION]
    return ""


def _vectors(metrics: Metrics) -> str:
    """Join the vectors, the newest standard first, and within a standard the primary source's first."""
    found: list[str] = []
    for standard in (
        metrics.cvssMetricV40,
        metrics.cvssMetricV31,
        metrics.cvssMetricV30,
        metrics.cvssMetricV2,
    ):
        if len(standard) > 1:
            standard.sort(key=_is_secondary)
        for metric in standard:
            vector = metric.cvssData.vectorString
            if vector not in found and vector and " " not in vector:
                found.append(vector)
    return " ".join(found)


def _is_secondary(metric: Metric) -> bool:
    return metric.type != "Primary"


def _weaknesses(weaknesses: list[Weakness]) -> str:
    found: list[str] = []
    for weakness in weaknesses:
        for text in weakness.description:
            name = text.value
            if name not in found and name.startswith("CWE-") and " " not in name:
                found.append(name)
    return " ".join(found)
