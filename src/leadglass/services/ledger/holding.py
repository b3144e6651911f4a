# SPDX-License-Identifier: Apache-2.0
"""What trying devices needs of a snapshot, held in memory: made once, when a process opens the snapshot."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from leadglass.planning.tried import DEVICES_ALIKE, DISTRIBUTIONS, SPOKEN_OF
from leadglass.risk.heard import threats as heard
from leadglass.risk.near import ALSO_CALLED, FORECASTS_NOW, RECORDS_SCORED
from leadglass.risk.queries import THREATS_OF
from leadglass.services.ledger.catalogued import Catalogue
from leadglass.services.ledger.nearby import Criteria, Named, Numbered
from leadglass.services.ledger.sources import held
from leadglass.services.ledger.tray import Known, Tray, whole
from leadglass.services.ledger.view import View
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row
from leadglass.values.tables import READINGS, TABLES
from leadglass.vulnerabilities import singly, together
from leadglass.vulnerabilities.near import CRITERIA_NEAR, LEFT_OUT_NEAR, PRODUCTS_NEAR, PRODUCTS_SPOKEN_OF
from leadglass.vulnerabilities.spoken import Spoken
from leadglass.vulnerabilities.worded import UNWRITTEN

_ABSENT = ("statement", "remedy", "named_product", "limited_product", "release_cycle", "described", "advisory",
           "vulnerability_name", "claim", "distribution_data")  # fmt: skip
"""Tables that many homes have no rows of."""


class Holding:
    """What every device that is tried needs: the products that records name, devices by what they have.

    What only devices need that the fleet does not have is asked of the snapshot, which is read whole for it: the way of a
    process that tries one device and ends (`Kept` is that of one that stays).
    """

    def __init__(self, view: View) -> None:
        manifest = view.snapshot
        if manifest is None:
            raise ValueError("a holding is of one snapshot")
        house = view.house
        there = {part.table for part in manifest.parts if part.rows}
        read = {table.name for table in READINGS}
        self.absent = tuple(
            name for name in _ABSENT
            if not (any(house.tables.holds(one, name) for one in manifest.documents) if name in read else name in there)
        )  # fmt: skip
        self._view = view
        self.tray = Tray(view, {}, self.absent)
        self.answers = house.register.answers(view.as_of)
        self.catalogue = Catalogue(view, self.answers)
        boms = self.tray.rows(whole("bom"))
        self.known: Mapping[str, Known] = {
            **self.catalogue.known,
            whole("bom").name: _always(boms),
            whole("source").name: _always(self.tray.rows(whole("source"))),
        }
        listed = {row["sha256"] for row in boms} & set(manifest.documents)
        self.documents = [one for one in held(house, view.as_of) if one.sha256 in listed]
        self.alike: Mapping[str, list[Row]] = _grouped(view.ask(DEVICES_ALIKE), "configuration_id")
        for rows in self.alike.values():
            for row in rows:
                del row["configuration_id"]

    @cached_property
    def spoken(self) -> Spoken:
        """Give the records without criteria, by their words."""
        return Spoken(self.tray.rows(UNWRITTEN))

    @cached_property
    def told_of(self) -> frozenset[str]:
        """Give the components of the fleet that statements or words of records name."""
        return frozenset(row["component_id"] for row in self.tray.rows(SPOKEN_OF))

    @cached_property
    def distributions(self) -> frozenset[tuple[str, str]]:
        """Give the distributions whose data is at hand, with the release."""
        return frozenset((row["distribution"], row["release"]) for row in self.tray.rows(DISTRIBUTIONS))

    def put_near(self, tray: Tray) -> None:
        """Put the criteria on a tray that can say anything of its components, and what words say beside them."""
        found = tray.run(CRITERIA_NEAR)
        tray.put("criterion_now", self._view.house.tables.arrange(TABLES["criterion_now"], found))
        tray.put("left_out", tray.rows(LEFT_OUT_NEAR))

    def products(self, tray: Tray) -> frozenset[int]:
        """Give the products of the components on a tray that criteria name, by their numbers."""
        return frozenset(row["by_product"] for row in tray.rows(PRODUCTS_NEAR))

    def threats(self, tray: Tray, found: Collection[str]) -> list[Row]:
        """Say what is known of vulnerabilities (rows of `THREATS_OF`)."""
        return tray.rows(THREATS_OF, given={"wanted": wanted_texts("id", sorted(found))})


class Kept(Holding):
    """The same for a process that stays: what is asked for again is held by what it is looked up by, once it was needed."""

    @cached_property
    def criteria(self) -> Criteria:
        """Give the criteria that count."""
        return Criteria(self._view)

    @cached_property
    def spoken_of(self) -> frozenset[int]:
        """Give the products that criteria name, by their numbers: all that devices need that the fleet has."""
        return frozenset(self.tray.run(PRODUCTS_SPOKEN_OF)["by_product"].to_pylist())

    @cached_property
    def left_out(self) -> Numbered:
        """Give the versions that words name and criteria leave out."""
        return Numbered(self._view, whole("left_out"), "by_product")

    @cached_property
    def scores(self) -> tuple[Named, Named, Any]:
        """Give what records and forecasts say of vulnerabilities, and which are known to be exploited."""
        records, forecasts = (
            Named(self._view, query, "vulnerability") for query in (RECORDS_SCORED, FORECASTS_NOW)
        )
        return records, forecasts, self.tray.run(whole("exploited"))

    @cached_property
    def exploited(self) -> Mapping[str, list[Row]]:
        """Give what is known to be exploited, by vulnerability."""
        return _grouped(self.tray.rows(whole("exploited")), "vulnerability")

    @cached_property
    def sources(self) -> Mapping[str, Row]:
        """Give the documents of the snapshot by their hashes."""
        return {row["sha256"]: row for row in self.tray.rows(whole("source"))}

    def put_near(self, tray: Tray) -> None:
        """Find the criteria by products, and what stands beside them."""
        components = tray.held("component")
        tray.put("criterion_now", self.criteria.near(components, (*singly.READ, *together.READ)))
        tray.put("left_out", self.left_out.near(row["by_product"] for row in components))

    def products(self, tray: Tray) -> frozenset[int]:
        """Look the products up."""
        return self.spoken_of & {row["by_product"] for row in tray.held("component") if row["product"]}

    def threats(self, tray: Tray, found: Collection[str]) -> list[Row]:
        """Find what is said of vulnerabilities under all of their names."""
        records, forecasts, exploited = self.scores
        if not tray.holds("described") and {"described", "vulnerability_name"} <= {*self.absent}:
            known = {row["vulnerability"]: row for row in forecasts.near(found).to_pylist()}
            return heard(records.near(found).to_pylist(), self.exploited, known, self.sources)
        asked = {"wanted": wanted_texts("id", sorted(found))}
        names = {*found, *(row["name"] for row in tray.rows(ALSO_CALLED, given=asked))}
        said = {
            "vulnerability": records.near(names),
            "forecast": forecasts.near(names),
            "exploited": exploited,
        }
        return tray.rows(
            THREATS_OF, given={**asked, **{name: (TABLES[name], rows) for name, rows in said.items()}}
        )


def _always(rows: list[Row]) -> Known:
    return lambda _given: rows


def _grouped(rows: Iterable[Row], by: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[by]].append(row)
    return found
