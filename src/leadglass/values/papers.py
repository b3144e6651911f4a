# SPDX-License-Identifier: Apache-2.0
"""What the papers say, one frozen value per kind of statement; `place` is where in the document it stands."""

from dataclasses import dataclass, field
from datetime import date, datetime

from leadglass.values.sources import Remark

FLEET_FIELDS = (
    "asset_tag", "manufacturer", "model", "serial_number", "software_version", "os", "os_version", "udi",
    "modality", "site", "department", "room", "ip_address", "mac_address", "ae_title", "hostname",
    "criticality", "life_support", "owner", "servicer", "contract_end", "warranty_end", "status",
    "install_date", "last_pm", "next_pm", "maker_change_id", "cpe", "sbom",
)  # fmt: skip
"""The columns of the fleet CSV in our own profile, in order (documented in docs/formats.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRow:
    """One device as an inventory lists it. `fields` maps FLEET_FIELDS to clean text ("" = not stated).

    `rest` keeps unknown columns as they came. `place` is "row N", N being the line that a spreadsheet shows.
    """

    place: str
    fields: dict[str, str]
    rest: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetList:
    """An inventory export: its rows, the profile that mapped it, and what could not be taken."""

    profile: str
    columns: dict[str, str]
    rows: tuple[FleetRow, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BomComponent:
    """One component of a bill of materials, as written. `kind` is CycloneDX `type`; `path` its parents' names."""

    place: str
    kind: str
    name: str
    version: str = ""
    supplier: str = ""
    group: str = ""
    cpe: str = ""
    purl: str = ""
    ref: str = ""
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bom:
    """A bill of materials. `subject` is the product that it describes (CycloneDX metadata.component).

    `gaps` are the words by which it says of itself that it is not complete; empty where it says nothing of it.
    """

    serial_number: str
    spec_version: str
    created: datetime | None
    subject: BomComponent | None
    components: tuple[BomComponent, ...]
    gaps: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownExploited:
    """An entry of a catalogue of exploited vulnerabilities (CISA KEV). Dates without time."""

    place: str
    vulnerability: str
    added: date
    due: date | None
    ransomware: bool
    required_action: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KevCatalog:
    """A KEV catalogue: its version text, release time and entries.

    `listed` is how many entries stand in it, readable or not; `count` how many it says (None: it does not say).
    """

    version: str
    released: datetime | None
    entries: tuple[KnownExploited, ...]
    listed: int = 0
    count: int | None = None
    remarks: tuple[Remark, ...] = ()
