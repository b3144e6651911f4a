# SPDX-License-Identifier: Apache-2.0
"""Assess: recognise, match, weigh, act - from the documents and the register of a moment to a snapshot."""

import hashlib
from datetime import datetime

import msgspec

from leadglass.planning import TELL_CONFIGURATIONS, TELL_DEVICES
from leadglass.risk import load
from leadglass.services.house import House
from leadglass.services.ledger.act import act_on
from leadglass.services.ledger.basis import Basis, gather
from leadglass.services.ledger.delta import follow, only_feeds
from leadglass.services.ledger.match import match
from leadglass.services.ledger.recognise import Recognised, recognise
from leadglass.services.ledger.sources import digest, put_remarks, put_sources
from leadglass.services.ledger.weigh import weigh_all
from leadglass.values.people import KnownDevice
from leadglass.values.snapshot import Manifest


def assess(house: House, *, as_of: datetime | None = None, again: bool = False) -> Manifest:
    """Make the snapshot and publish it; a private one (not published) for a moment in the past.

    Nothing is made when nothing changed since the current snapshot, unless `again`.
    """
    with house.tables.publishing("assess"):
        basis = gather(house, as_of)
        current = house.tables.current()
        receipts = digest(basis.documents)
        wanted = (
            house.tables.release,
            tuple(h.sha256 for h in basis.documents),
            receipts,
            basis.register,
            _policies(house),
        )
        if current and current.basis() == wanted and not again:
            return current
        change = only_feeds(house, basis, _policies(house)) if as_of is None and not again else None
        manifest = follow(house, basis, change, receipts, _policies(house)) if change else None
        manifest = manifest or make(house, basis, receipts, as_of)
        if as_of is None:
            house.tables.publish(manifest)
            house.log.append("snapshot", {"id": manifest.id, "documents": len(manifest.documents)})
            house.tables.sweep(now=house.clock().timestamp())
            house.documents.sweep(now=house.clock())
        else:
            house.tables.save(manifest)
    return manifest


def make(house: House, basis: Basis, receipts: str, as_of: datetime | None) -> Manifest:
    """Run the steps on a bench; returns the manifest of what was made."""
    policies = load(house.weighing)
    bench = house.tables.workbench([document.sha256 for document in basis.documents], whole=True)
    try:
        put_sources(house, bench, basis.documents)
        profiles = {h.sha256: str(house.tables.about(h.sha256)["profile"]) for h in basis.documents}
        found = recognise(
            bench, basis.documents, profiles, basis.words, basis.answers, policies, house.schemes
        )
        put_remarks(house, bench, basis.documents, found.remarks)
        if as_of is None:
            _record_devices(house, found)
        records = digest([h for h in basis.documents if house.tables.holds(h.sha256, "vulnerability")])
        match(bench, found, basis.answers, house.schemes, records)
        weigh_all(bench, found, policies)
        bench.make("told_configuration", TELL_CONFIGURATIONS)
        bench.make("told_device", TELL_DEVICES)
        act_on(bench, policies, basis.answers)
        return bench.manifest(
            receipts=receipts,
            register=basis.register,
            policies=_policies(house),
            made_at=house.clock(),
            as_of=as_of,
        )
    finally:
        bench.close()


def _record_devices(house: House, found: Recognised) -> None:
    """The register learns of new devices; what is known stays as it is."""
    known = {device.device_id for device in house.register.devices()}
    new = [
        KnownDevice(
            device_id=device.id,
            site=device.get("site"),
            asset_tag=device.get("asset_tag"),
            serial_number=device.get("serial_number"),
            first_seen=device.first_seen,
        )
        for device in found.devices.values()
        if device.id not in known
    ]
    if new:
        with house.register.change(house.person, f"first listed by an inventory: {len(new)} devices"):
            house.register.record_devices(new)


def _policies(house: House) -> str:
    """Name the site's own policies, empty where it uses the shipped ones."""
    return (
        hashlib.sha256(msgspec.json.encode(sorted(house.weighing.items()))).hexdigest()
        if house.weighing
        else ""
    )
