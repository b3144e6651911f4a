# SPDX-License-Identifier: Apache-2.0
"""Try: what would be found on a device before it is received, bought or changed; nothing is kept and none is published.

The steps run as for any device, on a tray over the current snapshot. What they recognise decides: where devices of the
fleet have exactly these components, what is told of these is shown.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import cast

from leadglass.errors import BoundError, StateError, UnreadableError, UsageError
from leadglass.fleet.queries import SIGHTINGS
from leadglass.formats import recognise as formats
from leadglass.planning import TELL_CONFIGURATIONS
from leadglass.planning.tried import LIKE_IT, TRIED, TRIED_DEVICE, UNNAMED
from leadglass.risk import assess, load
from leadglass.risk.queries import THREATS
from leadglass.services.ledger.about import About
from leadglass.services.ledger.catalogued import Catalogue
from leadglass.services.ledger.claims import claims
from leadglass.services.ledger.match import gaps, held_against
from leadglass.services.ledger.names import name_all
from leadglass.services.ledger.offers import offers
from leadglass.services.ledger.readers import READERS, profiles
from leadglass.services.ledger.receive import MOST_BYTES
from leadglass.services.ledger.recognise import Recognised, recognise
from leadglass.services.ledger.sources import Held, held
from leadglass.services.ledger.tray import Known, Tray, whole
from leadglass.services.ledger.view import View
from leadglass.values.cpe import Cpe
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.values.sources import Kind, Receipt, Remark
from leadglass.vulnerabilities.near import CRITERIA_NEAR
from leadglass.vulnerabilities.worded import UNWRITTEN

_LIST = frozenset({"bom", "bom_component"})
_TAG = "tried device"
_ROW = hashlib.sha256(_TAG.encode()).hexdigest()
"""The hash under which the made-up row of an inventory stands on the tray."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """A device that may come: what is known of it. `cpe` may be several names, apart by spaces.

    `raw` are the bytes of its bill of materials, `name` is how they are called.
    """

    raw: bytes = b""
    name: str = ""
    manufacturer: str = ""
    model: str = ""
    software_version: str = ""
    os: str = ""
    os_version: str = ""
    cpe: str = ""
    modality: str = ""


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
class Laid:
    """A bill of materials as it was read: rows by table, and what could not be taken."""

    sha256: str
    tables: Mapping[str, Sequence[Row]]
    remarks: Sequence[Remark]


def trial(view: View, trying: Trying) -> Tried:
    """Try one device. UsageError where nothing is said of it, UnreadableError where the document is no list."""
    return Trials(view).of(trying)


class Trials:
    """Tries devices one after the other over one snapshot; what the records name is held in memory meanwhile."""

    def __init__(self, view: View) -> None:
        manifest = view.snapshot or view.house.tables.current()
        if manifest is None:
            raise StateError("Nothing was assessed yet. Run: leadglass receive PATH, then: leadglass assess")
        if manifest.release != view.house.tables.release:
            raise StateError("The snapshot is of another release. Run: leadglass assess")
        self._view = replace(view, snapshot=manifest)
        self._manifest = manifest
        tray = Tray(self._view, {})
        asked = (UNWRITTEN, whole("bom"), whole("source"))
        self._known = {
            **Catalogue(self._view).known,
            **{query.name: _always(tray.rows(query)) for query in asked},
        }
        known = frozenset(manifest.documents)
        self._documents = [one for one in held(view.house, view.as_of) if one.sha256 in known]
        self._answers = view.house.register.answers(view.as_of)
        self._policies = load(view.house.weighing)

    def of(self, trying: Trying) -> Tried:
        """Try one device."""
        tray = Tray(self._view, self._known)
        laid, own = self._lay(tray, trying)
        bench = cast(Workbench, tray)  # the steps of one device ask for no more than a tray has
        found = self._recognise(bench, own)
        (device,) = tray.rows(TRIED_DEVICE)
        configuration = device["configuration_id"]
        devices = self._view.ask(LIKE_IT, configuration=configuration)
        # A list that brings statements of its own may say other than what is told so far
        if not devices or (laid and laid.tables.keys() - _LIST):
            self._match(tray, bench)
        listed = tray.rows(UNNAMED)
        findings = tray.rows(TRIED, configuration=configuration)
        # Words of records name what no criterion does
        spoken = {(row["component"], row["version"]) for row in findings}
        silent = [
            row for row in listed if not row["spoken_of"] and (row["name"], row["version"]) not in spoken
        ]
        return Tried(
            product=device["product"],
            software_version=device["software_version"],
            known=bool(devices),
            devices=devices,
            findings=findings,
            gaps=list(gaps(found)),
            unnamed=[{"name": row["name"], "version": row["version"]} for row in silent],
            components=len(listed),
            remarks=laid.remarks if laid else (),
            snapshot=self._manifest.id,
        )

    def _lay(self, tray: Tray, trying: Trying) -> tuple[Laid | None, tuple[Held, ...]]:
        """Put on the tray what would have been received: the list, and a row of an inventory that names it."""
        told = {name: text.strip() for name, text in asdict(trying).items() if name not in {"raw", "name"}}
        laid = _read(self._view, trying) if trying.raw else None
        if not laid and not any(told.values()):
            raise UsageError(
                "Say what is to be tried: a bill of materials, or --manufacturer and --model, --os or --cpe."
            )
        for text in told["cpe"].split():
            Cpe.parse(text)
        for name in SIGHTINGS.tables:
            tray.put(name, ())  # what other tools saw of the fleet is about other devices
        if laid:
            subject = laid.tables["bom"][0]
            for field, name in (
                ("manufacturer", "maker"),
                ("model", "name"),
                ("software_version", "version"),
            ):
                told[field] = told[field] or subject[name]
            told["sbom"] = laid.sha256
            for name, rows in laid.tables.items():
                (tray.put if name == "bom_component" else tray.add)(name, rows)
        fields = json.dumps({**{k: v for k, v in told.items() if v}, "asset_tag": _TAG}, sort_keys=True)
        tray.put("fleet_row", [{"line": 2, "fields": fields, "rest": "{}", "sha256": _ROW, "place": "row 2"}])
        names = {_ROW: (_TAG, Kind.FLEET)} | ({laid.sha256: (trying.name, Kind.BOM)} if laid else {})
        received = tuple(self._received(sha256, name) for sha256, (name, _) in names.items())
        tray.add("source", [_source(one.first, names[one.sha256][1]) for one in received])
        return laid, received

    def _received(self, sha256: str, name: str) -> Held:
        receipt = Receipt(sha256=sha256, name=name, size=0, received=self._view.moment, by="")
        return Held(sha256=sha256, first=receipt, last=receipt)

    def _recognise(self, bench: Workbench, own: Sequence[Held]) -> Recognised:
        mine = {one.sha256 for one in own}
        documents = [*(one for one in self._documents if one.sha256 not in mine), *own]
        return recognise(
            bench, documents, {_ROW: "leadglass"}, (), self._answers, self._policies, self._view.house.schemes
        )

    def _match(self, tray: Tray, bench: Workbench) -> None:
        """Match and weigh the one device, as for a fleet."""
        schemes = self._view.house.schemes
        if tray.holds("described"):
            name_all(bench)
        tray.put("criterion_now", tray.run(CRITERIA_NEAR))
        for name, query, batches in held_against(bench):
            tray.make(name, query, batches)
        tray.put("device_finding", ())
        tray.put("claim", claims(bench, self._answers, schemes))
        offers(bench, self._answers, schemes)
        tray.make("told_configuration", TELL_CONFIGURATIONS)
        weights = self._policies
        tray.put(
            "threat", [asdict(assess(row, weights.weaknesses, weights.trust)) for row in tray.rows(THREATS)]
        )


def _always(rows: list[Row]) -> Known:
    return lambda _given: rows


def _read(view: View, trying: Trying) -> Laid:
    """Read the list; UnreadableError where the bytes are none, BoundError where they are too many."""
    if len(trying.raw) > MOST_BYTES:
        raise BoundError(f"The bill of materials is larger than {MOST_BYTES >> 20} MiB. It was not read.")
    found = formats.recognise(trying.raw, profiles=profiles(view.house))
    if found.kind is not Kind.BOM:
        what = f"{found.standard} {found.version}".strip() or "not recognised"
        raise UnreadableError(
            f"{trying.name or 'The document'} is no bill of materials ({what}). Name one in CycloneDX, SPDX or SWID;"
            " what becomes of other documents: leadglass receive"
        )
    about = About(found)
    sha256 = hashlib.sha256(trying.raw).hexdigest()
    read = READERS[found.standard](trying.raw, sha256, about, view.house, "")
    tables = {name: list(rows) for name, rows in read.items()}
    if "bom" not in tables:
        raise UnreadableError(
            f"{trying.name or 'The document'} lists no components: nothing of it can be tried."
        )
    return Laid(sha256=sha256, tables=tables, remarks=tuple(about.remarks))


def _source(receipt: Receipt, kind: Kind) -> Row:
    return {
        "sha256": receipt.sha256, "kind": kind.value, "standard": "", "version": "", "name": receipt.name, "size": 0,
        "received": receipt.received, "first_received": receipt.received, "publisher": "", "tlp": receipt.tlp,
        "newest": None, "taken": "{}", "remarks": 0,
    }  # fmt: skip
