# SPDX-License-Identifier: Apache-2.0
"""What trying devices needs of a snapshot, held in memory: made once, when a process opens the snapshot."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from leadglass.planning.tried import DEVICES_ALIKE, DISTRIBUTIONS, SPOKEN_OF
from leadglass.risk.near import ALSO_CALLED, FORECASTS_NOW, RECORDS_SCORED
from leadglass.services.ledger.catalogued import Catalogue
from leadglass.services.ledger.nearby import Criteria, Named, Numbered
from leadglass.services.ledger.sources import held
from leadglass.services.ledger.tray import Known, Tray, whole
from leadglass.services.ledger.view import View
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row
from leadglass.values.tables import READINGS, TABLES
from leadglass.vulnerabilities.spoken import Spoken
from leadglass.vulnerabilities.worded import UNWRITTEN

_ABSENT = ("statement", "remedy", "named_product", "limited_product", "release_cycle", "described", "advisory",
           "vulnerability_name", "claim", "distribution_data")  # fmt: skip
"""Tables that many homes have no rows of."""


class Holding:
    """A snapshot's products, criteria, words and scores by what they are looked up by, and its devices by what they have."""

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
        self.answers = house.register.answers(view.as_of)
        self.catalogue = Catalogue(view, self.answers)
        self.criteria = Criteria(view)
        self.left_out = Numbered(view, whole("left_out"), "by_product")
        tray = Tray(view, {}, self.absent)
        self.spoken = Spoken(tray.rows(UNWRITTEN))
        self._records = Named(view, RECORDS_SCORED, "vulnerability")
        self._forecasts = Named(view, FORECASTS_NOW, "vulnerability")
        self._exploited = tray.run(whole("exploited"))
        boms = tray.rows(whole("bom"))
        self.known: Mapping[str, Known] = {
            **self.catalogue.known,
            whole("bom").name: _always(boms),
            whole("source").name: _always(tray.rows(whole("source"))),
        }
        listed = {row["sha256"] for row in boms} & set(manifest.documents)
        self.documents = [one for one in held(house, view.as_of) if one.sha256 in listed]
        self.alike: Mapping[str, list[Row]] = _grouped(view.ask(DEVICES_ALIKE), "configuration_id")
        self._told_of = {row["component_id"] for row in tray.rows(SPOKEN_OF)}
        self._distributions = {(row["distribution"], row["release"]) for row in tray.rows(DISTRIBUTIONS)}

    def threats_of(self, tray: Tray, found: Collection[str]) -> Mapping[str, Any]:
        """Give what to ask `THREATS_OF` with: vulnerabilities, and what records and forecasts say of these alone."""
        wanted = {"wanted": wanted_texts("id", sorted(found))}
        names = sorted({*found, *(row["name"] for row in tray.rows(ALSO_CALLED, given=wanted))})
        return {
            **wanted,
            "vulnerability": (TABLES["vulnerability"], self._records.near(names)),
            "forecast": (TABLES["forecast"], self._forecasts.near(names)),
            "exploited": (TABLES["exploited"], self._exploited),
        }

    def speaks_of(self, component: Row, packages: Iterable[Row]) -> bool:
        """Tell whether anything at hand names a component of the fleet (the table namesake)."""
        return (
            (bool(component["product"]) and self.criteria.speak_of(component["by_product"]))
            or component["component_id"] in self._told_of
            or any((one["distribution"], one["release"]) in self._distributions for one in packages)
        )


def _always(rows: list[Row]) -> Known:
    return lambda _given: rows


def _grouped(rows: Iterable[Row], by: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.pop(by)].append(row)
    return found
