# SPDX-License-Identifier: Apache-2.0
"""The readers, one for each standard: bytes -> rows of the tables of readings, and what is told of them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa

from leadglass.formats import (
    bundle,
    csaf,
    cve_record,
    cyclonedx_vex,
    dsse,
    endoflife,
    epss,
    fleet_csv,
    kev,
    leases,
    letter_form,
    nessus,
    openfda,
    openvas,
    openvex,
    osv,
    sightings_csv,
    spdx,
    status_list,
    swid,
    wazuh,
)
from leadglass.services.house import House
from leadglass.services.ledger import read_nvd, said, sighted
from leadglass.services.ledger.about import About, Tables
from leadglass.values.advisories import Advisory
from leadglass.values.papers import Bom
from leadglass.values.sightings import Sightings
from leadglass.values.sources import Kind, Remark, Voice

Reader = Callable[[bytes, str, About, House, str], Tables]


def hinted(hint: str) -> tuple[str | None, dict[str, str]]:
    """Split a receipt's hint (JSON: profile, map) into a profile name and column overrides."""
    told = json.loads(hint) if hint else {}
    return told.get("profile"), told.get("map", {})


def profiles(house: House) -> Any:
    """The mapping profiles: a site's own before the shipped ones."""
    return fleet_csv.load_profiles(house.profiles.values())


def _fleet(raw: bytes, sha256: str, about: About, house: House, hint: str) -> Tables:
    profile, overrides = hinted(hint)
    listed = fleet_csv.read(raw, profile=profile, overrides=overrides, profiles=profiles(house))
    about.profile = listed.profile
    about.remark(*listed.remarks)
    about.count("devices", len(listed.rows))
    rows = (
        {
            "line": int(row.place.rpartition(" ")[2]),
            "fields": json.dumps(
                {k: v for k, v in row.fields.items() if v}, sort_keys=True, ensure_ascii=False
            ),
            "rest": json.dumps(row.rest, sort_keys=True, ensure_ascii=False),
            "sha256": sha256,
            "place": row.place,
        }
        for row in listed.rows
    )
    return {"fleet_row": rows}


def _bom(read: Callable[[bytes], Bom]) -> Reader:
    """Read a bill of materials of one standard."""

    def tables(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
        return _of_bom(read(raw), sha256, about)

    return tables


def _cyclonedx(read: Callable[[bytes], tuple[Bom, Advisory]]) -> Reader:
    """Read a CycloneDX document: its components, and what it says of vulnerabilities (VEX, VDR)."""

    def tables(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
        bom, told = read(raw)
        if told.statements and not bom.components:
            about.recognition = replace(about.recognition, kind=Kind.VEX)
        made = {} if about.recognition.kind is Kind.VEX else _of_bom(bom, sha256, about)
        if told.statements or told.described:
            made |= _of_advisory(told, sha256, about)
        return made

    return tables


def _of_bom(bom: Bom, sha256: str, about: About) -> Tables:
    about.remark(*bom.remarks)
    about.count("components", len(bom.components))
    about.see(bom.created)
    subject = bom.subject
    head = {
        "serial_number": bom.serial_number, "spec_version": bom.spec_version, "created": bom.created,
        "maker": subject.supplier if subject else "", "name": subject.name if subject else "",
        "version": subject.version if subject else "", "cpe": subject.cpe if subject else "",
        "purl": subject.purl if subject else "", "gaps": bom.gaps, "sha256": sha256,
        "place": subject.place if subject else "metadata",
    }  # fmt: skip
    rows = (
        {
            "number": number, "kind": part.kind, "supplier": part.supplier, "grouping": part.group, "name": part.name,
            "version": part.version, "cpe": part.cpe, "purl": part.purl, "path": " > ".join(part.path),
            "sha256": sha256, "place": part.place,
        }
        for number, part in enumerate(bom.components)
    )  # fmt: skip
    return {"bom": iter([head]), "bom_component": rows}


def _advisory(read: Callable[[bytes], Advisory]) -> Reader:
    """Read an advisory, a VEX document or a list of product statuses of one standard."""

    def tables(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
        return _of_advisory(read(raw), sha256, about)

    return tables


def _of_advisory(told: Advisory, sha256: str, about: About) -> Tables:
    about.remark(*told.remarks)
    about.count("products", len(told.products))
    about.count("vulnerabilities", sum(one.kind != Voice.ADP for one in told.described))
    about.count("statements", len(told.statements))
    about.see(told.updated or told.created)
    if told.rest:
        rest = ", ".join(f"{number:,} {name}" for name, number in sorted(told.rest.items()))
        about.remark(Remark(where="", why=f"Seen and not taken: {rest}."))
    return dict(said.rows(told, sha256))


def _kev(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
    catalog = kev.read(raw)
    about.remark(*catalog.remarks)
    about.count("exploited vulnerabilities", len(catalog.entries))
    about.see(catalog.released)
    rows = (
        {
            "vulnerability": entry.vulnerability, "added": entry.added, "due": entry.due, "sha256": sha256,
            "ransomware": entry.ransomware, "required_action": entry.required_action, "place": entry.place,
        }
        for entry in catalog.entries
    )  # fmt: skip
    return {"exploited": rows}


def _epss(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
    forecasts = epss.read(raw)
    about.remark(*forecasts.remarks)
    count = len(forecasts.vulnerabilities)
    about.count("forecasts", count)
    about.see(forecasts.scored)
    table = pa.table(
        {
            "vulnerability": forecasts.vulnerabilities, "probability": forecasts.probabilities,
            "percentile": forecasts.percentiles, "scored": pa.array([forecasts.scored] * count, pa.date32()),
            "line": forecasts.lines, "sha256": pa.array([sha256] * count, pa.string()),
        }
    )  # fmt: skip
    return {"forecast": iter([table])}


def _nvd(raw: bytes, sha256: str, about: About, house: House, _hint: str) -> Tables:
    return read_nvd.tables(raw, sha256, about, house.schemes)


def _lifecycle(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
    products = endoflife.read(raw)
    for product in products:
        about.remark(*product.remarks)
    about.count("products", len(products))
    about.count("releases", sum(len(product.cycles) for product in products))
    rows = (
        {
            "product": product.product, "label": product.label, "identifiers": " ".join(product.identifiers),
            "name": cycle.name, "released": cycle.released, "support_until": cycle.support_until,
            "security_until": cycle.security_until, "extended_until": cycle.extended_until, "ended": cycle.ended,
            "latest": cycle.latest, "latest_released": cycle.latest_released, "sha256": sha256, "place": cycle.place,
        }
        for product in products
        for cycle in product.cycles
    )  # fmt: skip
    return {"release_cycle": rows}


def _sightings(read: Callable[[bytes], Sightings]) -> Reader:
    """Read what another tool saw of devices."""

    def tables(raw: bytes, sha256: str, about: About, _house: House, _hint: str) -> Tables:
        told = read(raw)
        about.remark(*told.remarks)
        about.count("sightings", len(told.sightings))
        about.count("weaknesses", sum(len(one.vulnerabilities) for one in told.sightings))
        about.see(told.scanned_at)
        if told.rest:
            rest = ", ".join(f"{number:,} {name}" for name, number in sorted(told.rest.items()))
            about.remark(Remark(where="", why=f"Seen and not taken: {rest}."))
        return dict(sighted.rows(told, sha256))

    return tables


def _bundle(raw: bytes, _sha256: str, about: About, _house: House, _hint: str) -> Tables:
    """Read the signed list of a bundle: its documents were received beside it, each by itself."""
    told = bundle.read(dsse.read(raw).payload)
    about.recognition = replace(about.recognition, version=told.format.rpartition("/")[2])
    about.count("documents", len(told.documents))
    about.see(told.created)
    return {}


READERS: Mapping[str, Reader] = {
    "Leadglass bundle": _bundle,
    "fleet CSV": _fleet,
    "CycloneDX": _cyclonedx(cyclonedx_vex.read_json),
    "CycloneDX XML": _cyclonedx(cyclonedx_vex.read_xml),
    "SPDX JSON": _bom(partial(spdx.read, serialization="json")),
    "SPDX JSON-LD": _bom(partial(spdx.read, serialization="json-ld")),
    "SPDX tag-value": _bom(partial(spdx.read, serialization="tag-value")),
    "SPDX YAML": _bom(partial(spdx.read, serialization="yaml")),
    "SPDX RDF": _bom(partial(spdx.read, serialization="rdf")),
    "SWID": _bom(swid.read),
    "CSAF": _advisory(csaf.read),
    "OpenVEX": _advisory(openvex.read),
    "OSV": _advisory(osv.read),
    "CVE record": _advisory(cve_record.read),
    "product status list": _advisory(status_list.read),
    "openFDA recall": _advisory(openfda.read),
    "Nessus": _sightings(nessus.read),
    "OpenVAS": _sightings(openvas.read),
    "Wazuh": _sightings(wazuh.read),
    "DHCP leases": _sightings(leases.read),
    "discovery export": _sightings(sightings_csv.read),
    "maker's letter": _advisory(letter_form.read),
    "endoflife.date": _lifecycle,
    "endoflife.date page": _lifecycle,
    "CISA KEV": _kev,
    "FIRST EPSS": _epss,
    "NVD CVE API": _nvd,
}
"""Readers by the name of the standard, as `formats.recognise` gives it."""
