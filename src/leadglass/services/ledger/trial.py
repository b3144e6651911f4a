# SPDX-License-Identifier: Apache-2.0
"""Try: what would be found on a device before it is received, bought or changed; nothing is kept and none is published.

The steps run as for any device, on a tray over the current snapshot. What they recognise decides: where devices of the
fleet have exactly these components, what is told of these is shown.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import cast

from leadglass.errors import StateError
from leadglass.planning import TELL_CONFIGURATIONS
from leadglass.planning.alone import renamed, told, tried
from leadglass.planning.tried import TRIED
from leadglass.risk import Threat, assess, load
from leadglass.services.ledger.claims import claims
from leadglass.services.ledger.holding import Holding, Kept
from leadglass.services.ledger.laying import INVENTORY, Laid, Trying, lay
from leadglass.services.ledger.match import gaps
from leadglass.services.ledger.names import name_all
from leadglass.services.ledger.offers import offers
from leadglass.services.ledger.own_parts import DEVICE, UNIT
from leadglass.services.ledger.recognise import Recognised, recognise
from leadglass.services.ledger.tray import Tray
from leadglass.services.ledger.view import View
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.values.sources import Remark
from leadglass.vulnerabilities import singly, together
from leadglass.vulnerabilities.worded import NAMES

__all__ = ["Trials", "Tried", "Trying", "trial"]

_REMEMBERED = 32
"""Of so many configurations a process remembers what it told last: of a large device it is some megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What would be found. `devices` of the fleet have exactly these components, as far as the view sees them.

    `findings`: one row per component and vulnerability, the gravest first; `gaps`: what of the device is not known;
    `unnamed`: components that nothing at hand names; `components`: how many are listed.
    """

    product: str
    software_version: str
    known: bool
    devices: Sequence[Row]
    findings: Sequence[Row]
    gaps: Sequence[Row]
    unnamed: Sequence[Row]
    components: int
    remarks: Sequence[Remark]
    snapshot: str

    @property
    def counts(self) -> Mapping[str, int]:
        """Count the vulnerabilities by the gravest status of their components."""
        gravest: dict[str, str] = {}
        for row in self.findings:
            if row["kind"] == "vulnerability":
                gravest.setdefault(row["vulnerability"], row["status"])
        counted = dict.fromkeys(("affected", "unknown", "not_affected", "fixed"), 0)
        for status in gravest.values():
            counted[status] = counted.get(status, 0) + 1
        return counted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What follows from components alone."""

    findings: Sequence[Row]
    unnamed: Sequence[Row]
    components: int


def trial(view: View, trying: Trying) -> Tried:
    """Try one device. UsageError where nothing is said of it, UnreadableError where the document is no list."""
    return Trials(view, Holding).of(trying)


class Trials:
    """Tries devices one after the other over one snapshot, of which what is looked up is held in memory meanwhile."""

    def __init__(self, view: View, holding: Callable[[View], Holding] = Kept) -> None:
        manifest = view.snapshot or view.house.tables.current()
        if manifest is None:
            raise StateError("Nothing was assessed yet. Run: leadglass receive PATH, then: leadglass assess")
        if manifest.release != view.house.tables.release:
            raise StateError("The snapshot is of another release. Run: leadglass assess")
        self._view = replace(view, snapshot=manifest)
        self._snapshot = manifest.id
        self._holding = holding(self._view)
        self._policies = load(view.house.weighing)
        self._told: dict[object, _Told] = {}
        self._threats: dict[str, Row] = {}

    def of(self, trying: Trying) -> Tried:
        """Try one device."""
        tray = Tray(self._view, self._holding.known, self._holding.absent)
        laid = lay(tray, self._view, trying)
        found = self._recognise(tray, laid)
        (device,) = tray.held("device")
        devices = self._holding.alike.get(device["configuration_id"], [])
        # A list that brings statements of its own may say other than what is told so far
        follows = self._known(tray) if devices and not laid.states else self._matched(tray, laid)
        return Tried(
            product=device["product"],
            software_version=device["software_version"],
            known=bool(devices),
            devices=devices,
            findings=follows.findings,
            gaps=list(gaps(found)),
            unnamed=follows.unnamed,
            components=follows.components,
            remarks=laid.remarks,
            snapshot=self._snapshot,
        )

    def _recognise(self, tray: Tray, laid: Laid) -> Recognised:
        holding, mine = self._holding, {one.sha256 for one in laid.documents}
        documents = [*(one for one in holding.documents if one.sha256 not in mine), *laid.documents]
        bench = cast(Workbench, tray)  # the steps of one device ask for no more than a tray has
        return recognise(
            bench, documents, {INVENTORY: "leadglass"}, (), holding.answers, self._policies, self._view.house.schemes,
            holding.catalogue,
        )  # fmt: skip

    def _known(self, tray: Tray) -> _Told:
        """Give what is told of devices with these components: it follows from the snapshot, and from how they are called."""
        (configuration,) = tray.held("configuration")
        name = configuration["configuration_id"]
        called = (name, frozenset((row["component_id"], row["name"]) for row in tray.held("component")))
        follows = self._told.pop(called, None) or _told(
            tray, renamed(self._view.ask(TRIED, configuration=name), tray.held("component")),
            self._holding.products(tray), self._holding.told_of, self._holding.distributions,
        )  # fmt: skip
        self._told[called] = follows  # the last one asked for is forgotten last
        if len(self._told) > _REMEMBERED:
            del self._told[next(iter(self._told))]
        return follows

    def _matched(self, tray: Tray, laid: Laid) -> _Told:
        """Match and weigh the one device, as for a fleet."""
        bench, holding, schemes = cast(Workbench, tray), self._holding, self._view.house.schemes
        if tray.holds("described"):
            name_all(bench)
        holding.put_near(tray)
        self._find(tray)
        tray.put("device_finding", ())
        tray.put("claim", claims(bench, holding.answers, schemes))
        offers(bench, holding.answers, schemes)
        shown = self._tell(tray, laid)
        spoken = {row["component_id"] for row in tray.held("component_finding") if row["class"] == "words"}
        return _told(
            tray, shown, holding.products(tray), spoken | {row["component_id"] for row in tray.held("claim")},
            {(row["distribution"], row["release"]) for row in tray.held("distribution_data")},
        )  # fmt: skip

    def _find(self, tray: Tray) -> None:
        """Hold the components against the criteria on the tray: what each decides alone, and what they do together."""
        components, criteria = tray.held("component"), tray.arranged("criterion_now")
        worded = self._holding.spoken.named(tray.rows(NAMES))
        met = singly.meet(components, criteria)
        tray.put("component_finding", singly.findings(met, components, tray.held("left_out"), worded))
        (configuration,) = tray.held("configuration")
        tray.put("configuration_finding", together.findings(met, components, criteria, configuration))

    def _tell(self, tray: Tray, laid: Laid) -> list[Row]:
        """Settle what is told, and weigh it: by queries where statements and offers speak, else without."""
        (configuration,) = tray.held("configuration")
        name, components = configuration["configuration_id"], tray.held("component")
        if any(tray.held(one) for one in ("claim", "offer", "repair")):
            tray.make("told_configuration", TELL_CONFIGURATIONS)
            tray.put("threat", self._weighed(tray, laid))
            return tray.rows(TRIED, configuration=name)
        found = (*tray.held("component_finding"), *tray.held("configuration_finding"))
        tray.put("told_configuration", told(name, found, components))
        threats = {row["vulnerability"]: row for row in self._weighed(tray, laid)}
        return tried(tray.held("told_configuration"), components, threats)

    def _weighed(self, tray: Tray, laid: Laid) -> list[Row]:
        """Weigh what is told. Of a vulnerability all say the same to every device, save where a list itself speaks of it."""
        found = {row["vulnerability"] for row in tray.held("told_configuration")} - {""}
        known = {} if laid.states else self._threats
        asked = found - known.keys()
        weights = self._policies
        rows = self._holding.threats(tray, asked) if asked else []
        weighed = {row["vulnerability"]: _row(assess(row, weights.weaknesses, weights.trust)) for row in rows}
        if not laid.states:
            self._threats |= weighed
        return [row for name in found if (row := weighed.get(name) or known.get(name))]


def _row(threat: Threat) -> Row:
    """Write a threat as a row; its fields are texts, numbers and days, so there is nothing to copy."""
    return {field.name: getattr(threat, field.name) for field in fields(threat)}


def _told(
    tray: Tray,
    shown: Sequence[Row],
    products: Collection[int],
    told_of: Collection[str],
    distributions: Collection[tuple[str, str]],
) -> _Told:
    """Say beside what is found which of the listed things nothing at hand names (the table namesake).

    What names something: a criterion its product, a statement or words of a record itself, a distribution its release.
    """
    packaged = {
        row["component_id"]
        for row in tray.held("distribution_package")
        if (row["distribution"], row["release"]) in distributions
    }
    listed = [row for row in tray.held("component") if row["part"] not in {DEVICE, UNIT}]
    named = {
        row["namesake"]
        for row in listed
        if (row["product"] and row["by_product"] in products)
        or row["component_id"] in told_of
        or row["component_id"] in packaged
    }
    # Words of records name what no criterion does
    spoken = {(row["component"], row["version"]) for row in shown}
    first = [row for row in listed if row["number"] == row["namesake"]]
    silent = [
        row for row in first if row["number"] not in named and (row["name"], row["version"]) not in spoken
    ]
    silent.sort(key=lambda row: (row["name"].lower(), row["version"], row["component_id"]))
    return _Told(
        findings=shown,
        unnamed=[{"name": row["name"], "version": row["version"]} for row in silent],
        components=len(first),
    )
