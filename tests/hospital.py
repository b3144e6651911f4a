"""A hospital in memory: documents made of words, a home in a temporary folder, a clock that the test sets."""

import atexit
import csv
import io
import json
import shutil
import tempfile
import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from leadglass import compose
from leadglass.register.engine import FILE
from leadglass.register.open import open_register
from leadglass.services.house import House
from leadglass.services.ledger import assess, listings, people, receive
from leadglass.services.ledger.view import View
from leadglass.values.papers import FLEET_FIELDS
from leadglass.values.scope import Scope
from leadglass.values.snapshot import Manifest

START = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until the test moves it."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_days(self, days: float) -> None:
        self.moment += timedelta(days=days)


def fleet(*devices: Mapping[str, str]) -> bytes:
    """An inventory in our own profile; a device needs what the test is about, the rest is filled in."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, FLEET_FIELDS)
    writer.writeheader()
    for number, device in enumerate(devices, 1):
        filled = {
            "asset_tag": f"X-{number:03}", "serial_number": f"SN{number:05}", "site": "Harbor", "modality": "CT",
            "status": "in_use", "ip_address": f"10.1.1.{number}",
        }  # fmt: skip
        writer.writerow({**filled, **device})
    return stream.getvalue().encode()


def bom(
    name: str,
    version: str,
    components: Sequence[Mapping[str, Any]],
    *,
    maker: str = "Quillon",
    serial: str = "",
) -> bytes:
    """A CycloneDX bill of materials of a product."""
    return json.dumps(
        {
            "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "serialNumber": serial or f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, maker + name + version)}",
            "metadata": {"component": {"type": "device", "name": name, "version": version, "supplier": {"name": maker}}},
            "components": [{"type": "library", **component} for component in components],
        }
    ).encode()  # fmt: skip


def criterion(cpe: str, *, vulnerable: bool = True, **bounds: str) -> dict[str, Any]:
    """One cpeMatch. `cpe` may be short: part:vendor:product:version."""
    pieces = cpe.split(":")
    full = "cpe:2.3:" + ":".join([*pieces, *["*"] * (11 - len(pieces))])
    return {
        "vulnerable": vulnerable,
        "criteria": full,
        "matchCriteriaId": str(uuid.uuid5(uuid.NAMESPACE_URL, full)),
        **bounds,
    }


def any_of(*criteria: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration of one OR node."""
    return {"nodes": [{"operator": "OR", "negate": False, "cpeMatch": list(criteria)}]}


def all_of(*nodes: Sequence[Mapping[str, Any]], negate_last: bool = False) -> dict[str, Any]:
    """A configuration whose OR nodes are joined by AND."""
    made = [{"operator": "OR", "negate": False, "cpeMatch": list(node)} for node in nodes]
    made[-1]["negate"] = negate_last
    return {"operator": "AND", "nodes": made}


def record(
    name: str, *configurations: Mapping[str, Any], vector: str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    modified: str = "2026-10-01T00:00:00.000", state: str = "Analyzed", exploit: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """One CVE record of NVD's API 2.0."""
    reference = {"url": "https://example.invalid/1", **({"tags": ["Exploit"]} if exploit else {})}
    return {
        "cve": {
            "id": name, "sourceIdentifier": "nvd@nist.gov", "published": "2026-09-01T00:00:00.000", "lastModified": modified,
            "vulnStatus": state, "descriptions": [{"lang": "en", "value": f"Invented {name}."}],
            "metrics": {"cvssMetricV31": [{"source": "nvd@nist.gov", "type": "Primary", "cvssData": {
                "version": "3.1", "vectorString": vector, "baseScore": 9.8, "baseSeverity": "CRITICAL"}}]},
            "weaknesses": [{"source": "nvd@nist.gov", "type": "Primary", "description": [{"lang": "en", "value": "CWE-306"}]}],
            "configurations": list(configurations), "references": [reference],
        }
    }  # fmt: skip


def nvd(*records: Mapping[str, Any]) -> bytes:
    """A feed of NVD's API 2.0."""
    return json.dumps(
        {
            "resultsPerPage": len(records), "startIndex": 0, "totalResults": len(records), "format": "NVD_CVE",
            "version": "2.0", "timestamp": "2026-11-01T00:00:00.000", "vulnerabilities": list(records),
        }
    ).encode()  # fmt: skip


def kev(*names: str, ransomware: bool = False, added: str = "2026-10-20") -> bytes:
    """A catalogue of exploited vulnerabilities."""
    return json.dumps(
        {
            "title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.11.01",
            "dateReleased": "2026-11-01T12:00:00.000Z", "count": len(names),
            "vulnerabilities": [
                {"cveID": name, "vendorProject": "x", "product": "y", "vulnerabilityName": name, "dateAdded": added,
                 "shortDescription": "s", "requiredAction": "Apply updates.", "dueDate": "2026-11-10",
                 "knownRansomwareCampaignUse": "Known" if ransomware else "Unknown", "notes": "", "cwes": []}
                for name in names
            ],
        }
    ).encode()  # fmt: skip


def epss(**scores: float) -> bytes:
    """EPSS scores; names are written with underscores."""
    rows = "".join(f"{name.replace('_', '-')},{score},0.5\n" for name, score in scores.items())
    return f"#model_version:v2025.03.14,score_date:2026-11-01T00:00:00+0000\ncve,epss,percentile\n{rows}".encode()


@cache
def empty_register() -> Path:
    """A register in which nothing was written: laid out once in this process, for it takes longer than most that follows."""
    folder = tempfile.TemporaryDirectory(prefix="register-")
    atexit.register(folder.cleanup)
    open_register(Path(folder.name), clock=Clock(), log=None).close()  # closed, it is one file and no journal
    return Path(folder.name) / FILE


def lay_out_register(home: Path) -> None:
    """Let a new home begin with an empty register, as the first to open it would lay it out."""
    if not (home / FILE).exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(empty_register(), home / FILE)


class Hospital:
    """A home with shortcuts in the domain's words."""

    def __init__(self, home: Path, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.home = home
        lay_out_register(home)
        self.house: House = compose.build(home, clock=self.clock)

    def with_policy(self, name: str, text: str) -> "Hospital":
        """Put a table in force, and give this home as who opens it next finds it: with the environment of then, too."""
        (self.home / "policies").mkdir(exist_ok=True)
        (self.home / "policies" / name).write_text(text, encoding="utf-8")
        self.house.register.close()
        return Hospital(self.home, self.clock)

    def receive(self, *documents: bytes) -> list[receive.Received]:
        """Receive documents and move the clock by a second, so that later is later."""
        got = []
        for number, raw in enumerate(documents):
            offered = receive.Offered(path=f"paper-{number}", stream=io.BytesIO(raw))
            got += list(receive.receive(self.house, [offered]))
            self.clock.moment += timedelta(seconds=1)
        return got

    def assess(self, **kwargs: Any) -> Manifest:
        return assess.assess(self.house, **kwargs)

    def view(self, as_of: datetime | None = None, sites: frozenset[str] | None = None) -> View:
        snapshot = self.assess(as_of=as_of) if as_of else None
        scope = Scope.all() if sites is None else Scope(sites=sites)
        return View(house=self.house, scope=scope, snapshot=snapshot, as_of=as_of)

    def list(self, name: str, *, as_of: datetime | None = None, **wanted: Any) -> list[dict[str, Any]]:
        """Rows of a listing, all of them."""
        asked = listings.Wanted(count=listings.EVERYTHING, **wanted)
        return list(listings.page(self.view(as_of), listings.LISTINGS[name], asked).rows)

    def statuses(self, vulnerability: str) -> dict[str, str]:
        """Device by asset tag -> status of a vulnerability (the gravest of its components)."""
        order = ("affected", "unknown", "not_affected", "fixed")
        found: dict[str, str] = {}
        for row in self.list("findings", vulnerability=vulnerability):
            found[row["device"]] = min(found.get(row["device"], "fixed"), row["status"], key=order.index)
        return found

    def decide(self, target: str, **said: Any) -> Any:
        told = {
            "kind": "accept",
            "owner": "A. Chair, radiology",
            "reason": "no other scanner this month",
            **said,
        }
        return people.decide(self.view(), people.Deciding(target=target, **told))

    def answer(self, question: str, value: str, **said: Any) -> Any:
        return people.answer(self.view(), question, value, why=said.pop("why", "read on the device"), **said)


Story = Callable[..., object]
"""What happened in a hospital so far: told to a new one, with what else it needs to know."""


class Beginnings:
    """Homes in which a story was told, each once in this process; a test goes on in a copy of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told: dict[tuple[Story, tuple[Hashable, ...]], tuple[Path, datetime]] = {}

    def copy(self, home: Path, story: Story, *said: Hashable) -> Hospital:
        """A hospital at `home`, which is not there yet, that begins where the story ends."""
        if (story, said) not in self._told:
            hospital = Hospital(self._folder / f"{len(self._told)}")
            story(hospital, *said)
            hospital.house.register.close()
            self._told[story, said] = hospital.home, hospital.clock.moment
        begun, moment = self._told[story, said]
        shutil.copytree(begun, home)
        return Hospital(home, Clock(moment))
