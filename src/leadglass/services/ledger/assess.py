# SPDX-License-Identifier: Apache-2.0
"""Assess: recognise, match, weigh, act - from the documents and the register of a moment to a snapshot."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from leadglass.planning import DEEDS, MISSING, TELL_CONFIGURATIONS, TELL_DEVICES, WAITING, act, ask
from leadglass.risk import Policies, load
from leadglass.services.house import House
from leadglass.services.ledger.match import match
from leadglass.services.ledger.recognise import Recognised, recognise
from leadglass.services.ledger.sources import Held, catch_up, digest, held, put_remarks, put_sources
from leadglass.services.ledger.weigh import weigh_all
from leadglass.values.people import Answer, KnownDevice, Word
from leadglass.values.ports import Workbench
from leadglass.values.snapshot import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a snapshot is made from: documents and what people said, at a moment."""

    documents: Sequence[Held]
    words: Sequence[Word]
    answers: Sequence[Answer]

    @property
    def register(self) -> str:
        """Name what of the register tables depend on: words and answers; decisions join at reading."""
        return hashlib.sha256(msgspec.json.encode([self.words, self.answers])).hexdigest()


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
        manifest = make(house, basis, receipts, as_of)
        if as_of is None:
            house.tables.publish(manifest)
            house.log.append("snapshot", {"id": manifest.id, "documents": len(manifest.documents)})
            house.tables.sweep(now=house.clock().timestamp())
            house.documents.sweep(now=house.clock())
        else:
            house.tables.save(manifest)
    return manifest


def gather(house: House, as_of: datetime | None) -> Basis:
    """Collect what counts at a moment, reading what was left unread."""
    documents = held(house, as_of)
    catch_up(house, documents)
    return Basis(
        documents=documents, words=house.register.words(as_of), answers=house.register.answers(as_of)
    )


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
        claims = match(bench, found, basis.answers, house.schemes, records)
        weigh_all(bench, found, policies)
        _act(bench, policies, basis.answers, claims)
        return bench.manifest(
            receipts=receipts,
            register=basis.register,
            policies=_policies(house),
            made_at=house.clock(),
            as_of=as_of,
        )
    finally:
        bench.close()


def _act(bench: Workbench, policies: Policies, answers: Sequence[Answer], claims: int) -> None:
    """Act: write the tables told_configuration, told_device, action, question and question_device."""
    bench.make("told_configuration", TELL_CONFIGURATIONS)
    bench.make("told_device", TELL_DEVICES)
    bench.put("action", act(bench.rows(DEEDS), policies.clocks, policies.clocks_name))
    answered = frozenset(answer.question_id for answer in answers if not answer.device_id)
    questions, members = ask([*bench.rows(MISSING), *(bench.rows(WAITING) if claims else ())], answered)
    bench.put("question", questions)
    bench.put("question_device", members)


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
