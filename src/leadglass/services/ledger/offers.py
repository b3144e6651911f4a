# SPDX-License-Identifier: Apache-2.0
"""Offers: updates that publishers name, held against what is installed, and ends of support. Part of the step match.

Writes the tables offer and repair. The device has that release or a later one: nothing. It has an earlier one: the update
can be had. Not known: shown, with what is missing. What is affected, and how sure that is, the claims say.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from leadglass.services.ledger.cycles import of_cycles
from leadglass.services.ledger.limited import OTHERS
from leadglass.values.ids import finding_key
from leadglass.values.people import Answer
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.components import LINE
from leadglass.vulnerabilities.lifecycles import SNAPSHOT_DAY
from leadglass.vulnerabilities.offers import (
    OFFERED,
    OPEN_HERE,
    RELEASE,
    REPAIRED_IN,
    UPDATE,
    installed_before,
    repaired_in,
)
from leadglass.vulnerabilities.releases import Offered, Says, offered
from leadglass.vulnerabilities.schemes import Choice, Scheme, key
from leadglass.vulnerabilities.statements import IDENTITY, MEANING, Judged, label
from leadglass.vulnerabilities.versions import clean

NO_UPDATE: Final = frozenset({"none", "no", "n", "nein"})
"""Answers that there is no update."""
_TELLING: Final = (Says.SEVERAL, Says.UNNAMED, Says.ANNOUNCED, Says.NOTHING)
"""Of texts that name no release, the one that tells most comes first."""
_WHOLE: Final = 1 << 20
"""Releases of the whole device rank above those of its components."""
_LONGEST: Final = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What becomes of an offer; None in its place: nothing to do."""

    status: str
    missing: str = ""
    asks: str = ""
    why: str = ""


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """Offers by key while documents are gone through: the first that is the surest counts, all name what they repair."""

    offers: dict[str, Row] = field(default_factory=dict)
    repairs: dict[tuple[str, str, str], Row] = field(default_factory=dict)

    def take(self, offer: Row, rows: Iterable[Row]) -> None:
        name = offer["finding_key"]
        known = self.offers.get(name)
        if known is None or _sureness(offer) > _sureness(known):
            self.offers[name] = offer
        for row in rows:
            told = {k: row[k] for k in ("component_id", "on_id", "whole", "vulnerability", "sha256", "place")}
            self.repairs.setdefault(
                (name, row["vulnerability"], row["component_id"]), {"finding_key": name, **told}
            )


def offers(bench: Workbench, answers: Sequence[Answer], schemes: Choice) -> int:
    """Write the tables; returns the number of offers."""
    days = bench.rows(SNAPSHOT_DAY)
    today = days[0]["day"] if days and days[0]["day"] else date.min
    told = {a.subject: a.value.strip() for a in answers if a.kind == "release" and not a.device_id}
    gathered = _Gathered()
    for rows in _grouped(bench.rows(OFFERED)):
        _from_remedies(gathered, rows, told, today)
    stated = bench.rows(REPAIRED_IN)
    open_here = (
        {(row["component_id"], row["vulnerability"]) for row in bench.rows(OPEN_HERE)} if stated else set()
    )
    for row in stated:
        if (row["component_id"], row["vulnerability"]) in open_here:
            _from_statement(gathered, row)
    made = [*_ranked(gathered.offers.values()), *of_cycles(bench, today, schemes)]
    bench.put("repair", list(gathered.repairs.values()))
    return bench.put("offer", made)


def _grouped(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """What one document offers for one component."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["sha256"], row["component_id"], row["on_id"]].append(row)
    return groups.values()


def _from_remedies(gathered: _Gathered, rows: Sequence[Row], told: Mapping[str, str], today: date) -> None:
    """Take the releases that a document's remedies name; what it offers beside, without a name, is one offer."""
    said = told.get(_asked(rows[0]))
    if said is not None and said.casefold() in NO_UPDATE:
        return
    releases: dict[str, list[tuple[Row, Offered]]] = defaultdict(list)
    rest: list[tuple[Row, Offered]] = []
    for row in rows:
        one = Offered(says=Says.RELEASED, release=said) if said else offered(row["text"])
        if one.says is Says.RELEASED:
            releases[one.release].append((row, one))
        elif one.says is not Says.NOTHING or row["category"] != "mitigation":
            rest.append((row, one))
    for release, found in releases.items():
        best = max((row for row, _ in found), key=lambda row: (row["value"], row["confidence"]))
        quoted = next(one for row, one in found if row is best)
        best = {**best, "since": best["since"] or quoted.since}
        judged = _released(best, release, today)
        if judged:
            gathered.take(_offer(best, judged, release, quoted.sentence), (row for row, _ in found))
    named = {row["vulnerability"] for found in releases.values() for row, _ in found}
    rest = [(row, one) for row, one in rest if row["vulnerability"] not in named]
    if rest:
        best, one = min(rest, key=lambda pair: (_TELLING.index(pair[1].says), -pair[0]["value"]))
        judged = _unnamed(best, one)
        gathered.take(_offer(best, judged, "", one.sentence or best["text"]), (row for row, _ in rest))


def _asked(row: Row) -> str:
    """Name what a document offers for a product as the question which release that is does."""
    document = row["advisory"] or row["sha256"][:12]
    return f"{row['publisher'] or 'a publisher'}, {document}|{row['product_id'] or row['component_id']}"


def _released(row: Row, release: str, today: date) -> _Judged | None:
    """Hold the installed version against a release that is offered against a vulnerability of this component."""
    before = installed_before(release, row["version"], row["lacks"])
    if row["value"] == Truth.UNKNOWN:
        if before.value is Truth.FALSE:
            return None
        return _Judged(status="unknown", missing=row["missing"], asks=row["asks"], why=_waits(row))
    if before.value is Truth.FALSE:
        why = f"the document offers {release} against what {row['version']} has: one of the two is another release"
        return _Judged(status="unknown", missing=RELEASE, asks=_asked(row), why=why)
    if before.value is Truth.UNKNOWN:
        asks = _asked(row) if before.missing == MEANING else ""
        return _Judged(
            status="unknown", missing=RELEASE if asks else before.missing, asks=asks, why=before.why
        )
    return _Judged(status="under_investigation" if row["since"] and row["since"] > today else "affected")


def _unnamed(row: Row, one: Offered) -> _Judged:
    """What is offered without a release: whether it is one, and whether it is installed, is asked."""
    if row["value"] == Truth.UNKNOWN:
        return _Judged(status="unknown", missing=row["missing"], asks=row["asks"], why=_waits(row))
    why = one.says.value + (f": {one.release}" if one.release else "")
    return _Judged(status="unknown", missing=RELEASE, asks=_asked(row), why=why)


def _waits(row: Row) -> str:
    """Why a claim waits, in its own words."""
    if row["missing"] == IDENTITY:
        return "it may be another product"
    return str(row["outcome"]).partition(f"{row['missing']} missing")[2].strip(" ().") or "it is not said"


def _from_statement(gathered: _Gathered, row: Row) -> None:
    """Take the release in which a product is said to be repaired, where the device has an earlier one."""
    if row["outcome"].endswith(OTHERS):
        return
    # What is whole and on something is so by its serial number (`limited`)
    row = row if row["on_product"] is not None or row["whole"] else {**row, "on_id": ""}
    release, unclear = repaired_in(row)
    if not release and not unclear:
        return
    before = (
        installed_before(release, row["version"], row["lacks"])
        if release
        else Judged(value=Truth.UNKNOWN, missing=MEANING, why=unclear)
    )
    if before.value is Truth.FALSE:
        return
    judged = _judged(row, before)
    dressed = {**row, "url": "", "since": None}
    gathered.take(_offer(dressed, judged, release, row["note"]), [dressed])


def _judged(row: Row, before: Judged) -> _Judged:
    """Say what becomes of a repaired release that is not known to be installed."""
    if row["confidence"] < LINE:
        asks = row["asks"] or (f"{label(row)}|{row['product_id']}" if row["whole"] else "")
        return _Judged(status="unknown", missing=IDENTITY, asks=asks, why="it may be another product")
    if row["doubt"]:
        return _Judged(status="unknown", missing=row["doubt"], why="it may be another product")
    if before.value is Truth.UNKNOWN:
        asks = row["asks"] if before.missing == row["missing"] else ""
        return _Judged(status="unknown", missing=before.missing, asks=asks, why=before.why)
    return _Judged(status="affected")


def _offer(row: Row, judged: _Judged, release: str, quoted: str) -> Row:
    """Make the row of an offer. Its key is what is offered for what, whatever document says so."""
    what = release and clean(release).casefold()
    subject = what or _asked(row)
    name = (
        (f"software {release}" if row["whole"] else f"{row['component']} {release}")
        if release
        else "an update"
    )
    publisher = row["publisher"] or "a publisher"
    return {
        "finding_key": finding_key(UPDATE, f"{row['component_id']}|{row['on_id']}", subject), "kind": UPDATE,
        "component_id": row["component_id"], "on_id": row["on_id"], "whole": row["whole"], "status": judged.status,
        "missing": judged.missing, "asks": judged.asks, "release": release, "label": name, "ranked": 0,
        "publisher": publisher, "url": row["url"], "day": row["since"], "offered": row["offered"],
        "confidence": row["confidence"], "rule": f"{publisher} offers {name} for {row['named']}",
        "why": " ".join(_sentences(row, judged, name, quoted)), "sha256": row["sha256"], "place": row["place"],
    }  # fmt: skip


def _sentences(row: Row, judged: _Judged, name: str, quoted: str) -> Iterator[str]:
    publisher = row["publisher"] or "A publisher"
    match judged.status:
        case "affected":
            yield f"Update available: {publisher} offers {name} for {row['named']}."
        case "under_investigation":
            yield f"Update to come on {row['since']}: {publisher} offers {name} for {row['named']}."
        case _:
            yield f"Unknown: {judged.missing} missing. {publisher} offers {name} for {row['named']}; {judged.why}."
    if quoted:
        cut = quoted if len(quoted) <= _LONGEST else quoted[:_LONGEST].rsplit(" ", 1)[0] + " ..."
        yield f"It says: '{cut}'"
    if row["url"]:
        yield f"More: {row['url']} ."
    yield f"Installed: {row['version']}." if row["version"] else "Which version is installed is not known."


def _sureness(offer: Row) -> tuple[Any, ...]:
    """A day to come outweighs a release without a day: until then it is not to be had."""
    order = ("unknown", "affected", "under_investigation")
    return order.index(offer["status"]), offer["confidence"], offer["offered"]


def _ranked(made: Iterable[Row]) -> Iterator[Row]:
    """Number the releases of each component in their order."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in made:
        groups[row["component_id"], row["on_id"]].append(row)
    for rows in groups.values():
        named = sorted((row for row in rows if row["release"]), key=_order)
        for number, row in enumerate(named, 1):
            yield {**row, "ranked": number + (_WHOLE if row["whole"] else 0)}
        yield from (row for row in rows if not row["release"])


def _order(row: Row) -> tuple[str, str]:
    return key(Scheme.GENERIC, clean(row["release"])), row["release"]
