# SPDX-License-Identifier: Apache-2.0
"""Delta: what new records, exploitation or scores change in a snapshot, and no more. Equal to what `make` gives.

The smaller way is taken where it is known that nothing else changed: the same release of readers and schemes; the same
documents with the same receipts and some more, these from feeds alone; the same words, answers and policies; nothing
recognised otherwise. Else, and where a cluster assesses, `make` runs. Tables of findings become a layer on those of the
current snapshot: of the changed vulnerabilities, and of these alone.
"""

from dataclasses import dataclass
from typing import Any, Final

from leadglass.planning import TELL_CHANGED, TELL_DEVICES
from leadglass.risk import Policies, load
from leadglass.risk.queries import ALSO_NAMED
from leadglass.services.house import House
from leadglass.services.ledger.act import ACTED, SEEN, act_again
from leadglass.services.ledger.basis import Basis
from leadglass.services.ledger.lookups import unchanged
from leadglass.services.ledger.match import FINDINGS, held_against
from leadglass.services.ledger.offers import offers
from leadglass.services.ledger.sources import digest, put_remarks, put_sources
from leadglass.services.ledger.weigh import weigh_again
from leadglass.services.ledger.worded import read_words
from leadglass.values.ports import Workbench
from leadglass.values.query import Query
from leadglass.values.snapshot import Manifest
from leadglass.values.tables import READINGS, SNAPSHOT
from leadglass.vulnerabilities.index import (
    CHANGED,
    CHANGED_BY,
    CRITERIA_CHANGED,
    LATEST_IN,
)
from leadglass.vulnerabilities.worded import LEFT_OUT

MOST_LAYERS: Final = 24
"""More layers make reading slow: then the tables are made whole again."""
LEAST_CRITERIA: Final = 50_000
"""Where records have fewer criteria all is made again: that takes less than a second or two, and one file per table."""
MOST_CHANGED: Final = 20_000
"""So many vulnerabilities at once are no small change."""

_OF_FEEDS: Final = frozenset({"vulnerability", "criterion", "exploited", "forecast"})
"""Readings that say nothing of the fleet, and nothing that silences."""
_FLEET: Final = (
    "product", "device", "device_fact", "sighted", "component", "distribution_package", "configuration", "member",
    "configuration_component", "looked_up", "setting", "device_finding", "vulnerability_name", "claim", "distribution_data",
    "remark",
)  # fmt: skip
_LAYERED: Final = tuple(table.name for table in SNAPSHOT if table.layered)
_RECOGNISED = Query(
    name="remarks of recognising",
    tables=("remark",),
    columns=("sha256", "place", "why"),
    sql="SELECT sha256, place, why FROM remark WHERE step = 'recognise' ORDER BY sha256, number",
)
_RECORDS = Query(
    name="how many records were read",
    tables=("vulnerability",),
    columns=("records",),
    sql="SELECT count(*) AS records FROM vulnerability",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What came: documents of feeds, those of them with records, and whether any speaks of exploitation or scores."""

    follows: Manifest
    documents: tuple[str, ...]
    records: tuple[str, ...]
    heard: bool


def only_feeds(house: House, basis: Basis, policies: str) -> Change | None:
    """Tell what came since the current snapshot, or None where more changed than what feeds say of vulnerabilities."""
    current = house.tables.current()
    # What outgrows one machine is summed by its cluster, and that makes all: this way sums here
    if current is None or house.tables.cluster or (current.release, current.register, current.policies) != (
        house.tables.release, basis.register, policies,
    ):  # fmt: skip
        return None
    known = set(current.documents)
    fresh = tuple(h.sha256 for h in basis.documents if h.sha256 not in known)
    kept = [h for h in basis.documents if h.sha256 in known]
    if not fresh or len(kept) < len(known) or digest(kept) != current.receipts:
        return None
    says = {
        sha256: {table.name for table in READINGS if house.tables.holds(sha256, table.name)}
        for sha256 in fresh
    }
    if any(said - _OF_FEEDS for said in says.values()) or not _can_be_laid_on(house, current):
        return None
    return Change(
        follows=current,
        documents=fresh,
        records=tuple(sha256 for sha256, said in says.items() if "vulnerability" in said),
        heard=any(said & {"exploited", "forecast"} for said in says.values()),
    )


def _can_be_laid_on(house: House, current: Manifest) -> bool:
    """Tell whether a snapshot has all tables, few layers, and is large enough that a layer is worth it."""
    there = {part.table for part in current.parts}
    criteria = sum(part.rows for part in current.parts if part.table == "criterion_now")
    return (
        {table.name for table in SNAPSHOT if not table.derived} - there <= {"superseded"}
        and max(part.layer for part in current.parts) < MOST_LAYERS
        and criteria >= LEAST_CRITERIA
        and house.tables.kept(current.id) is not None
    )


def follow(house: House, basis: Basis, change: Change, receipts: str, policies: str) -> Manifest | None:
    """Make the snapshot from the current one and what came; None where it turns out that more changed."""
    bench = house.tables.workbench([document.sha256 for document in basis.documents], change.follows)
    try:
        bench.keep(*_FLEET, *_LAYERED, *ACTED, "superseded", "threat", "risk")
        put_sources(house, bench, basis.documents)
        put_remarks(house, bench, basis.documents, bench.rows(_RECOGNISED))
        if not (_recognised(bench, basis, change) and _moved(house, bench, basis, change)):
            return None
        return bench.manifest(
            receipts=receipts, register=basis.register, policies=policies, made_at=house.clock(), as_of=None
        )
    finally:
        bench.close()


def _recognised(bench: Workbench, basis: Basis, change: Change) -> bool:
    """Tell whether the fleet is recognised as it was, whatever products new records name."""
    if not change.records:
        return True
    bench.read_only("criterion", change.records)
    same = unchanged(bench, basis.answers)
    bench.read_only("criterion", bench.documents)
    return same


def _moved(house: House, bench: Workbench, basis: Basis, change: Change) -> bool:
    """Run match, weigh and act for what changed; tells whether that was all."""
    changed = _changed(bench, change)
    policies = load(house.weighing)
    if len(changed["changed"][1]) > MOST_CHANGED:
        return False
    if change.records:
        records = digest([h for h in basis.documents if house.tables.holds(h.sha256, "vulnerability")])
        _match(house, bench, changed, records)
    offers(bench, basis.answers, house.schemes)
    if not (bench.same("offer") and bench.same("repair")):
        return False
    _weigh(bench, changed, policies, change)
    if change.records:
        bench.newest(*FINDINGS)
        bench.lay("told_configuration", TELL_CHANGED, given=changed)
        bench.whole(*FINDINGS, "told_configuration")
    if bench.rows(SEEN, given=changed):
        bench.make("told_device", TELL_DEVICES)
    else:
        bench.keep("told_device")
    act_again(bench, changed["changed"][1], basis.answers, fresh=bool(change.records))
    return True


def _changed(bench: Workbench, change: Change) -> dict[str, Any]:
    """Give the vulnerabilities whose records came, as queries are given them."""
    bench.read_only("vulnerability", change.records)
    changed = bench.run(CHANGED_BY)
    bench.read_only("vulnerability", bench.documents)
    return {"changed": (CHANGED, changed)}


def _match(house: House, bench: Workbench, changed: dict[str, Any], records: str) -> None:
    """Hold the fleet against the changed records alone."""
    (read,) = bench.rows(_RECORDS)
    # No number reaches the criteria and records that there ever were
    above = bench.rows_of("criterion_now") + read["records"]
    latest = [row["sha256"] for row in bench.rows(LATEST_IN, given=changed)]
    bench.supersede(changed["changed"][1])
    bench.read_only("criterion", latest)
    bench.read_only("vulnerability", latest)
    bench.lay("criterion_now", CRITERIA_CHANGED, given=changed, basis=records, above=above)
    bench.read_only("criterion", bench.documents)
    bench.lay("left_out", LEFT_OUT, read_words(bench, house.schemes), basis=records)
    for name, query, batches in held_against(bench, changed):
        bench.lay(name, query, batches)
    bench.read_only("vulnerability", bench.documents)
    bench.whole("criterion_now", "left_out", *FINDINGS)


def _weigh(bench: Workbench, changed: dict[str, Any], policies: Policies, change: Change) -> None:
    named = {"changed": (CHANGED, bench.run(ALSO_NAMED, given=changed))}
    weigh_again(bench, named, policies, heard=change.heard)
