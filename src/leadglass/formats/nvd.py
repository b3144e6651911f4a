# SPDX-License-Identifier: Apache-2.0
"""Read NVD CVE API 2.0 answers and 2.0 feed files into columns, one record at a time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
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
from leadglass.formats.nvd_criteria import MATCH, NODE, Columns, Criteria, Gathering
from leadglass.formats.nvd_schema import Cve, Feed, LooseFeed, Metric, Metrics, Record, Text, Weakness
from leadglass.formats.remarks import Remarks
from leadglass.values.sources import Remark

LONGEST_DESCRIPTION: Final = 2_000
MOST_CRITERIA: Final = 50_000
_RECORDS_PER_BATCH: Final = 4_096
_CRITERIA_PER_BATCH: Final = 65_536
_CRITERIA_AT_ONCE: Final = 256  # what stays in the cache of the processor is moved faster

_NVD: Final = "nvd@nist.gov"
_CISA: Final = frozenset(
    {"134c704f-9b21-4f2e-91b3-4a467353bcc0", "CISA-ADP"}
)  # its ADP container, Vulnrichment
_DISPUTED: Final = "** DISPUTED **"  # how texts began before there were tags
_NO_VECTORS: Final = ("", "", "")
_ID: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_MILLISECONDS: Final = len("2021-09-22T14:22:00.000")

VULNERABILITY: Final = (
    "vulnerability", "published", "modified", "state", "description", "vectors", "cna_vectors", "adp_vectors",
    "disputed", "cwe", "poc", "criteria", "record",
)  # fmt: skip
CRITERION: Final = (*NODE, "number", *MATCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Columns of equal length: `vulnerability` by VULNERABILITY, those of `criteria`; and the remarks.

    They mean what `values.tables` says. Times are aware, in UTC, or None. Bounds of ranges are raw texts,
    or None where the record states none. Fields of CPE names are written as `values.cpe` writes them.
    `criteria` counts those that the record lists, also where one of them could not be read.
    """

    vulnerability: Columns
    criteria: Criteria
    remarks: tuple[Remark, ...] = ()

    @property
    def records(self) -> int:
        """Count the records that were taken."""
        return len(self.vulnerability["record"])

    @property
    def criterion(self) -> Columns:
        """Write the criteria out: columns of equal length by CRITERION."""
        return dict(self.criteria.written_out())


_FEED: Final = msgspec.json.Decoder(Feed)
_LOOSE: Final = msgspec.json.Decoder(LooseFeed)
_RECORD: Final = msgspec.json.Decoder(Record)
_CVE: Final = msgspec.json.Decoder(Cve)


def batches(raw: Buffer) -> Iterator[Batch]:
    """Read a feed, 4,096 records a batch, at least one batch. Raises `UnreadableError` before the first.

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


class _Reader:
    """A batch under construction."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._seen: set[str] = set()
        self._start()

    def _start(self) -> None:
        self._vulnerabilities: list[tuple[Any, ...]] = []
        self._criteria = Gathering(self._remarks)
        self._waiting = 0

    @property
    def full(self) -> bool:
        """Say whether the batch is to be given."""
        return len(self._vulnerabilities) >= _RECORDS_PER_BATCH or len(self._criteria) >= _CRITERIA_PER_BATCH

    def give(self, remarks: Callable[[], tuple[Remark, ...]]) -> Batch:
        """Give the columns with the remarks, and begin new ones."""
        criteria = self._criteria.give()
        rows = self._vulnerabilities
        columns = map(list, zip(*rows, strict=True)) if rows else ([] for _ in VULNERABILITY)
        batch = Batch(
            vulnerability=dict(zip(VULNERABILITY, columns, strict=True)),
            criteria=criteria,
            remarks=remarks(),
        )
        self._start()
        return batch

    def read(self, record: int, raw: msgspec.Raw) -> None:
        """Take one record, or remark on it."""
        try:
            cve = _CVE.decode(raw)
            count = sum(len(node.cpeMatch) for one in cve.configurations for node in one.nodes)
            self._refuse(cve.id, count)
        except FAULTS as error:
            why = place_and_reason(f"vulnerabilities[{record}].cve", error)
            self._remarks.add(*why, sort="records that were not read")
            return
        except UnreadableError as error:
            self._remarks.add(f"vulnerabilities[{record}]", str(error), sort="records that were not read")
            return
        self._seen.add(cve.id)
        self._criteria.add(cve.id, record, cve.configurations)
        description = _description(cve.descriptions)
        self._vulnerabilities.append(
            (
                cve.id,
                self._time(record, "published", cve.published),
                self._time(record, "lastModified", cve.lastModified),
                cve.vulnStatus,
                description,
                *(_vectors(cve.metrics) if cve.metrics else _NO_VECTORS),
                description.startswith(_DISPUTED) or any("disputed" in one.tags for one in cve.cveTags),
                _weaknesses(cve.weaknesses),
                any("Exploit" in reference.tags for reference in cve.references),
                count,
                record,
            )
        )
        self._waiting += count
        if self._waiting >= _CRITERIA_AT_ONCE:
            self._criteria.move()
            self._waiting = 0

    def _refuse(self, vulnerability: str, count: int) -> None:
        if not _ID.fullmatch(vulnerability):
            raise UnreadableError(f"{vulnerability[:40]!r} is no CVE id.")
        if vulnerability in self._seen:
            raise UnreadableError(
                f"{vulnerability} stands in this document already; the first record counts."
            )
        if count > MOST_CRITERIA:
            raise BoundError(
                f"{vulnerability} has {count:,} criteria; Leadglass reads {MOST_CRITERIA:,} of a record."
            )

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


def _description(texts: list[Text]) -> str:
    for text in texts:
        if text.lang[:2] == "en":
            return text.value[:LONGEST_DESCRIPTION]
    return ""


def _vectors(metrics: Metrics) -> tuple[str, str, str]:
    """Join the vectors of NVD, of CNAs and of CISA's ADP, of each the newest standard first."""
    own: list[str] = []
    cna: list[str] = []
    adp: list[str] = []
    for standard in (
        metrics.cvssMetricV40,
        metrics.cvssMetricV31,
        metrics.cvssMetricV30,
        metrics.cvssMetricV2,
    ):
        for metric in standard:
            vector = metric.cvssData.vectorString
            found = own if _is_own(metric) else adp if metric.source in _CISA else cna
            if vector not in found and vector and " " not in vector:
                found.append(vector)
    return " ".join(own), " ".join(cna), " ".join(adp)


def _is_own(metric: Metric) -> bool:
    """NVD goes by its address; where none is named, by the type. A CNA's may be Primary too."""
    return metric.source == _NVD or (not metric.source and metric.type == "Primary")


def _weaknesses(weaknesses: list[Weakness]) -> str:
    found: list[str] = []
    for weakness in weaknesses:
        for text in weakness.description:
            name = text.value
            if name not in found and name.startswith("CWE-") and " " not in name:
                found.append(name)
    return " ".join(found)
