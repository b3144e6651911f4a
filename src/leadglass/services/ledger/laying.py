# SPDX-License-Identifier: Apache-2.0
"""Lay a device that is tried on the tray: what would have been received of it, its list and a row of an inventory."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from leadglass.errors import BoundError, UnreadableError, UsageError
from leadglass.fleet.queries import SIGHTINGS
from leadglass.formats import recognise as formats
from leadglass.services.ledger.about import About
from leadglass.services.ledger.readers import READERS, profiles
from leadglass.services.ledger.receive import MOST_BYTES
from leadglass.services.ledger.sources import Held
from leadglass.services.ledger.tray import Tray
from leadglass.services.ledger.view import View
from leadglass.values.cpe import Cpe
from leadglass.values.scope import Row
from leadglass.values.sources import Kind, Receipt, Remark

_LIST = frozenset({"bom", "bom_component"})
_TAG = "tried device"
INVENTORY = hashlib.sha256(_TAG.encode()).hexdigest()
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
class Laid:
    """What lies on the tray: documents as if they were received, and what of the list could not be taken.

    `states`: the list says more than what it lists, so what is told of devices like it may not be all.
    """

    documents: Sequence[Held]
    remarks: Sequence[Remark] = ()
    states: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A bill of materials as it was read: rows by table, and what could not be taken."""

    sha256: str
    tables: Mapping[str, Sequence[Row]]
    remarks: Sequence[Remark]


def lay(tray: Tray, view: View, trying: Trying) -> Laid:
    """Put the device on the tray. UsageError where nothing is said of it, UnreadableError where its list is none."""
    told = {name: text.strip() for name, text in asdict(trying).items() if name not in {"raw", "name"}}
    read = _read(view, trying) if trying.raw else None
    if not read and not any(told.values()):
        raise UsageError(
            "Say what is to be tried: a bill of materials, or --manufacturer and --model, --os or --cpe."
        )
    for text in told["cpe"].split():
        Cpe.parse(text)
    for name in SIGHTINGS.tables:
        tray.put(name, ())  # what other tools saw of the fleet is about other devices
    if read:
        subject = read.tables["bom"][0]
        for field, name in (("manufacturer", "maker"), ("model", "name"), ("software_version", "version")):
            told[field] = told[field] or subject[name]
        told["sbom"] = read.sha256
        for name, rows in read.tables.items():
            (tray.put if name == "bom_component" else tray.add)(name, rows)
    fields = json.dumps({**{k: v for k, v in told.items() if v}, "asset_tag": _TAG}, sort_keys=True)
    tray.put(
        "fleet_row", [{"line": 2, "fields": fields, "rest": "{}", "sha256": INVENTORY, "place": "row 2"}]
    )
    documents = [(INVENTORY, _TAG, Kind.FLEET), *([(read.sha256, trying.name, Kind.BOM)] if read else ())]
    received = [
        Receipt(sha256=sha256, name=name, size=0, received=view.moment, by="")
        for sha256, name, _ in documents
    ]
    tray.add("source", [_source(one, kind) for one, (*_, kind) in zip(received, documents, strict=True)])
    return Laid(
        documents=tuple(Held(sha256=one.sha256, first=one, last=one) for one in received),
        remarks=read.remarks if read else (),
        states=bool(read and read.tables.keys() - _LIST),
    )


def _read(view: View, trying: Trying) -> _Read:
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
    return _Read(sha256=sha256, tables=tables, remarks=tuple(about.remarks))


def _source(receipt: Receipt, kind: Kind) -> Row:
    return {
        "sha256": receipt.sha256, "kind": kind.value, "standard": "", "version": "", "name": receipt.name, "size": 0,
        "received": receipt.received, "first_received": receipt.received, "publisher": "", "tlp": receipt.tlp,
        "newest": None, "taken": "{}", "remarks": 0,
    }  # fmt: skip
