# SPDX-License-Identifier: Apache-2.0
"""Recognise: rows of inventories, words of people and names of records -> devices, products, components.

Writes the tables device, device_fact, product, component, configuration, configuration_component.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from leadglass.errors import UnreadableError
from leadglass.fleet import Device, Fact, Listing, fold, maker_key, model_key, near, shown
from leadglass.fleet.boms import BomHead, Boms
from leadglass.fleet.queries import BOMS, ROWS
from leadglass.risk import Policies, Setting, place
from leadglass.services.ledger import evidence
from leadglass.services.ledger.inventory import Inventory, Products
from leadglass.services.ledger.limited import units
from leadglass.services.ledger.own_parts import Subject
from leadglass.services.ledger.sources import Held
from leadglass.values.ids import product_id, question_id
from leadglass.values.people import Answer, Word
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.values.udi import Udi
from leadglass.vulnerabilities.schemes import Choice

_ANSWERED = {
    "version": "software_version",
    "system": "os",
    "hardware": "model",
    "serial": "serial_number",
}
"""Kinds of questions whose answer is a field of the devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A model of the fleet, under the keys of maker and model."""

    id: str
    maker: str
    model: str

    @property
    def label(self) -> str:
        """Maker and model as shown."""
        return f"{self.maker or 'unknown maker'} {self.model or 'unknown model'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What recognising hands to the next steps."""

    devices: Mapping[str, Device]
    settings: Mapping[str, Setting]
    doubts: Sequence[tuple[str, str, str]]
    unlisted: Mapping[str, tuple[str, str]]
    vague: Mapping[str, str]
    gapped: Mapping[str, str]
    remarks: Sequence[Row]
    doubted: Sequence[tuple[str, str, str, str, str]]


def recognise(
    bench: Workbench,
    documents: Sequence[Held],
    profiles: Mapping[str, str],
    words: Sequence[Word],
    answers: Sequence[Answer],
    policies: Policies,
    schemes: Choice,
    known: Products | None = None,
) -> Recognised:
    """Run the step; `known` looks products of records up, so that nobody has to ask the records."""
    listings = _listings(bench, documents, profiles)
    same = _same_makers(answers)
    said = _said(listings, words, answers, same)
    seen = evidence.gather(bench, documents, fold(listings, said), answers)
    for device, facts in seen.facts.items():
        said[device] += facts
    devices = fold(listings, said)
    products = _products(devices, same)
    settings = _settings(devices, policies)
    received = {document.sha256: document.first.received for document in documents}
    inventory = Inventory(bench, _boms(bench, documents), answers, received, schemes, known)
    serial = units(
        bench,
        [(d.id, products[d.id].id, d.get("serial_number")) for d in devices if d.state != "retired"],
        [
            {"product_id": products[d.id].id, "maker": products[d.id].maker, "model": products[d.id].model,
             "udis": [d.get("udi")]}
            for d in devices
        ],
        answers,
    )  # fmt: skip
    subjects = [
        replace(
            _subject(device, products[device.id], same),
            seen=tuple(seen.software.get(device.id, ())),
            units=serial.get(device.id, ()),
        )
        for device in devices
    ]
    chosen = inventory.configure(subjects)
    bench.put("device", [_row(d, products[d.id], settings[d.id], chosen[d.id]) for d in devices])
    bench.put("device_fact", [_fact(device, fact) for device in devices for fact in device.facts])
    bench.put("product", _product_rows(devices, products, inventory))
    return Recognised(
        devices={device.id: device for device in devices},
        settings={setting.id: setting for setting in settings.values()},
        doubts=_doubted_makers(devices, products, answers),
        unlisted=inventory.unlisted,
        vague=inventory.vague,
        gapped=inventory.gapped,
        remarks=[*seen.remarks, *_unsound_identifiers(devices)],
        doubted=seen.doubts,
    )


def _unsound_identifiers(devices: Sequence[Device]) -> Iterator[Row]:
    """UDIs that are none, or whose check digit is wrong: nothing is recognised by them."""
    for device in devices:
        for fact in device.facts:
            if fact.counts and fact.field == "udi" and fact.document:
                try:
                    Udi.parse(fact.value)
                except UnreadableError as error:
                    why = f"The UDI '{fact.value[:60]}' was not used: {error}"
                    yield {"sha256": fact.document, "place": fact.place, "why": why}


def _listings(bench: Workbench, documents: Sequence[Held], profiles: Mapping[str, str]) -> list[Listing]:
    receipts = {document.sha256: document.last for document in documents}
    made = []
    for row in bench.rows(ROWS):
        receipt = receipts[row["sha256"]]
        made.append(
            Listing(
                fields=json.loads(row["fields"]),
                rest=json.loads(row["rest"]),
                document=row["sha256"],
                profile=profiles[row["sha256"]],
                name=receipt.name,
                received=receipt.received,
                place=row["place"],
            )
        )
    return made


def _boms(bench: Workbench, documents: Sequence[Held]) -> Boms:
    received = {document.sha256: document.last.received for document in documents}
    return Boms(
        BomHead(
            sha256=row["sha256"],
            serial_number=row["serial_number"],
            maker=row["maker"],
            model=row["name"],
            version=row["version"],
            received=received[row["sha256"]],
            created=row["created"],
            cpe=row["cpe"],
            gaps=row["gaps"],
        )
        for row in bench.rows(BOMS)
    )


def _same_makers(answers: Sequence[Answer]) -> dict[str, str]:
    """Maker keys that a person said mean another: subject is 'one|other'."""
    pairs = (answer.subject.split("|", 1) for answer in answers if answer.kind == "maker" and answer.affirms)
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def _keys(fields: Mapping[str, str], same: Mapping[str, str]) -> tuple[str, str]:
    maker = maker_key(fields.get("manufacturer", ""))
    return same.get(maker, maker), model_key(fields.get("model", ""), fields.get("manufacturer", ""))


def _said(
    listings: Sequence[Listing], words: Sequence[Word], answers: Sequence[Answer], same: Mapping[str, str]
) -> dict[str, list[Fact]]:
    """What people said, per device: their words, and answers about its whole model."""
    said: dict[str, list[Fact]] = defaultdict(list)
    for word in words:
        said[word.device_id].append(
            Fact(
                field=word.field, value=word.value, basis="person", since=word.at, by=word.by, place=word.why
            )
        )
    of_product: dict[str, set[str]] = defaultdict(set)
    for listing in listings:
        of_product[product_id(*_keys(listing.fields, same))].add(listing.device_id)
    for answer in answers:
        name = _ANSWERED.get(answer.kind)
        if name is None:
            continue
        told = Fact(
            field=name,
            value=answer.value,
            basis="answer",
            since=answer.at,
            by=answer.by,
            place=answer.question_id,
        )
        about = [answer.device_id] if answer.device_id else sorted(of_product.get(answer.subject, ()))
        # A system is asked for where what documents state is not enough: the answer outweighs them
        certain = replace(told, basis="person") if answer.device_id or answer.kind == "system" else told
        for device in about:
            said[device].append(certain)
    return said


def _products(devices: Sequence[Device], same: Mapping[str, str]) -> dict[str, Product]:
    """Group the devices by maker and model; the spelling shown is the group's most frequent."""
    keys = {
        d.id: _keys({"manufacturer": d.get("manufacturer"), "model": d.get("model")}, same) for d in devices
    }
    makers: dict[str, list[str]] = defaultdict(list)
    models: dict[tuple[str, str], list[str]] = defaultdict(list)
    for device in devices:
        makers[keys[device.id][0]].append(_bare(device.get("manufacturer")))
        models[keys[device.id]].append(_bare_model(device.get("model"), device.get("manufacturer")))
    makers_shown = {maker: shown(spellings) for maker, spellings in makers.items()}
    made = {
        key: Product(id=product_id(*key), maker=makers_shown[key[0]], model=shown(spellings))
        for key, spellings in models.items()
    }
    return {name: made[key] for name, key in keys.items()}


def _bare(maker: str) -> str:
    """A maker as shown: without the words that maker_key drops, in the spelling of the inventory."""
    kept = [word for word in maker.replace(",", " ").split() if maker_key(word) in maker_key(maker).split()]
    return " ".join(kept) or maker


def _bare_model(model: str, maker: str) -> str:
    """A model as shown: without the maker's words in front."""
    listed = model.split()
    while len(listed) > 1 and model_key(" ".join(listed), maker) == model_key(" ".join(listed[1:]), maker):
        listed.pop(0)
    return " ".join(listed)


def _settings(devices: Sequence[Device], policies: Policies) -> dict[str, Setting]:
    used = Counter((d.get("site"), d.get("modality")) for d in devices if d.state != "retired")
    return {
        device.id: place(
            {fact.field: fact.value for fact in device.facts if fact.counts},
            peers=used[device.get("site"), device.get("modality")],
            policies=policies,
        )
        for device in devices
    }


def _subject(device: Device, product: Product, same: Mapping[str, str]) -> Subject:
    maker, model = _keys({"manufacturer": device.get("manufacturer"), "model": device.get("model")}, same)
    return Subject(
        device_id=device.id,
        product_id=product.id,
        label=product.label,
        maker=maker,
        model=model,
        same=tuple(k for k, v in same.items() if v == maker),
        version=device.get("software_version"),
        os=device.get("os"),
        os_version=device.get("os_version"),
        cpes=tuple(device.get("cpe").split()),
        bom=device.get("sbom"),
        retired=device.state == "retired",
        document=device.listing.document,
        place=device.listing.place,
    )


def _row(device: Device, product: Product, setting: Setting, chosen: tuple[str, str]) -> dict[str, object]:
    configuration, knows = chosen
    servicer = device.get("servicer")
    return {
        "device_id": device.id,
        "site": device.get("site"),
        "department": device.get("department"),
        "room": device.get("room"),
        "asset_tag": device.get("asset_tag"),
        "product_id": product.id,
        "product": product.label,
        "maker": product.maker,
        "model": product.model,
        "serial_number": device.get("serial_number"),
        "software_version": device.get("software_version"),
        "os": device.get("os"),
        "os_version": device.get("os_version"),
        "modality": device.get("modality"),
        "owner": device.get("owner"),
        "servicer": servicer,
        "servicer_is_maker": maker_key(servicer) == maker_key(device.get("manufacturer")),
        "state": device.state,
        "next_pm": _day(device.get("next_pm")),
        "first_seen": device.first_seen,
        "configuration_id": configuration,
        "setting_id": setting.id,
        "exposure": setting.exposure,
        "tier": setting.tier,
        "knows": knows,
        "sha256": device.listing.document,
        "place": device.listing.place,
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _fact(device: Device, fact: Fact) -> dict[str, object]:
    return {
        "device_id": device.id,
        "field": fact.field,
        "value": fact.value,
        "counts": fact.counts,
        "basis": fact.basis,
        "since": fact.since,
        "by": fact.by,
        "sha256": fact.document,
        "place": fact.place,
    }


def _product_rows(
    devices: Sequence[Device], products: Mapping[str, Product], inventory: Inventory
) -> list[dict[str, object]]:
    rows: dict[str, dict[str, object]] = {}
    modalities: dict[str, list[str]] = defaultdict(list)
    for device in devices:
        product = products[device.id]
        modalities[product.id].append(device.get("modality"))
        rows[product.id] = {
            "product_id": product.id,
            "maker": product.maker,
            "model": product.model,
            "modality": shown(modalities[product.id]),
            "devices": len(modalities[product.id]),
            "boms": inventory.boms_of(product.id),
            "cpes": inventory.cpes_of(product.id),
        }
    return list(rows.values())


def _doubted_makers(
    devices: Sequence[Device], products: Mapping[str, Product], answers: Sequence[Answer]
) -> list[tuple[str, str, str]]:
    """Devices whose maker differs from a more frequent one as a slip of the pen does, unless a person spoke."""
    counted = Counter(maker_key(products[d.id].maker) for d in devices)
    spoken = {answer.question_id for answer in answers if answer.kind == "maker"}
    doubts = []
    for device in devices:
        own = maker_key(products[device.id].maker)
        for other, number in sorted(counted.items()):
            if (
                number > counted[own]
                and near(own, other)
                and question_id("maker", f"{own}|{other}") not in spoken
            ):
                doubts.append((device.id, own, other))
    return doubts
