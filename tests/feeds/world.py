# SPDX-License-Identifier: Apache-2.0
"""What the world publishes, invented: records that come and change while somebody fetches them, by address."""

import gzip
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

from tests import hospital as h
from tests import publishers

START = datetime(2026, 11, 2, 7, 0)  # noqa: DTZ001 - NVD states no zone
LONGEST = timedelta(days=120)

Answer = tuple[int, dict[str, str], bytes]


def milliseconds(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


class World:
    """All publishers, with one clock of theirs. `page` is the largest page that NVD gives."""

    def __init__(self, now: datetime = START, records: int = 30) -> None:
        self.now = now
        self.page = 2_000
        self.nvd: dict[str, datetime] = {}
        self.serial = 0
        for number in range(records):
            self.publish(now - timedelta(days=400 - number))
        self.exploited = ["CVE-2031-1000", "CVE-2031-1001", "CVE-2031-1002"]
        self.kev_released = now.replace(tzinfo=UTC)
        self.scored = now.date()
        self.scores = {f"CVE-2031-{1000 + number}": 0.01 * number for number in range(20)}
        self.listed = now.replace(tzinfo=UTC)
        self.products = {"alpine": "3.20", "debian": "12", "windows": "11"}
        self.osv: dict[str, dict[str, datetime]] = {"PyPI": {}, "Maven": {}}
        for number in range(6):
            self.osv["PyPI"][f"PYSEC-2031-{number}"] = now.replace(tzinfo=UTC) - timedelta(days=9 - number)
        self.osv["Maven"]["GHSA-aaaa-bbbb-cccc"] = now.replace(tzinfo=UTC) - timedelta(days=3)
        self.cves: dict[str, datetime] = {}
        self.deltas: list[tuple[datetime, list[str]]] = []
        self.change_cve("CVE-2031-2000", "CVE-2031-2001")
        self.advisories: dict[str, datetime] = {}
        for number in range(3):
            self.advise(f"qm-{number}")
        self.rolie, self.csv, self.hashes, self.signing = True, True, True, None
        self.key: bytes = b""
        self.fingerprint = ""

    # Changes.

    def publish(self, moment: datetime | None = None) -> str:
        """NVD has a new record."""
        name = f"CVE-2031-{10_000 + self.serial}"
        self.serial += 1
        self.nvd[name] = moment or self.now
        return name

    def modify(self, name: str) -> None:
        """NVD changes a record."""
        self.nvd[name] = self.now

    def change_cve(self, *names: str) -> None:
        """The CVE list publishes changes."""
        self.now += timedelta(seconds=60)
        moment = self.now.replace(tzinfo=UTC)
        self.cves |= dict.fromkeys(names, moment)
        self.deltas.append((moment, list(names)))

    def advise(self, name: str) -> None:
        """A maker publishes an advisory, or revises one."""
        self.now += timedelta(seconds=60)
        self.advisories[name] = self.now.replace(tzinfo=UTC)

    # Documents.

    def record(self, name: str) -> dict[str, Any]:
        return h.record(
            name, h.any_of(h.criterion("a:openssl:openssl:1.0.2")), modified=milliseconds(self.nvd[name])
        )

    def nvd_page(self, asked: dict[str, list[str]]) -> Answer:
        start, end = asked.get("lastModStartDate", [""])[0], asked.get("lastModEndDate", [""])[0]
        names = list(self.nvd)
        if start or end:
            low, high = datetime.fromisoformat(start), datetime.fromisoformat(end)
            if high - low > LONGEST or high < low:
                return 404, {"message": "Invalid date range"}, b""
            names = [name for name in names if low <= self.nvd[name] <= high]
        at = int(asked.get("startIndex", ["0"])[0])
        size = min(int(asked.get("resultsPerPage", ["2000"])[0]), self.page)
        shown = names[at : at + size]
        return self._nvd(at, len(names), shown)

    def _nvd(self, at: int, total: int, names: list[str]) -> Answer:
        said = {
            "resultsPerPage": len(names), "startIndex": at, "totalResults": total, "format": "NVD_CVE", "version": "2.0",
            "timestamp": milliseconds(self.now), "vulnerabilities": [self.record(name) for name in names],
            "aKeyOfTomorrow": {"nobody": ["knows", None]},
        }  # fmt: skip
        return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()

    def year(self, year: int) -> bytes:
        names = [name for name in self.nvd if self.serial and int(name.rpartition("-")[2]) % 3 == year % 3]
        raw = self._nvd(0, len(names), names)[2]  # made at one moment, whenever it is asked for
        return raw.replace(milliseconds(self.now).encode(), milliseconds(START).encode(), 1)

    def meta(self, year: int) -> bytes:
        raw = self.year(year)
        moment = self.now.replace(tzinfo=UTC).isoformat()
        sha256 = hashlib.sha256(raw).hexdigest().upper()
        return f"lastModifiedDate:{moment}\r\nsize:{len(raw)}\r\nzipSize:1\r\ngzSize:1\r\nsha256:{sha256}\r\n".encode()

    def kev(self) -> bytes:
        told = json.loads(h.kev(*self.exploited))
        told |= {
            "dateReleased": self.kev_released.isoformat(),
            "catalogVersion": f"{self.kev_released:%Y.%m.%d}",
        }
        return json.dumps(told).encode()

    def epss(self) -> bytes:
        rows = "".join(f"{name},{score:.5f},0.5\n" for name, score in self.scores.items())
        head = f"#model_version:v2025.03.14,score_date:{self.scored}T00:00:00+0000\ncve,epss,percentile\n"
        return gzip.compress((head + rows).encode(), mtime=0)

    def eol(self) -> bytes:
        listed = [
            {"name": name, "label": name.title(), "identifiers": [],
             "releases": [{"name": cycle, "label": cycle, "releaseDate": "2025-01-01", "isEol": False, "eolFrom": "2031-01-01"}]}
            for name, cycle in self.products.items()
        ]  # fmt: skip
        made = self.listed.isoformat()
        said = {"schema_version": "1.2.0", "generated_at": made, "total": len(listed), "result": listed}
        return json.dumps(said).encode()

    def osv_record(self, ecosystem: str, name: str) -> bytes:
        return json.dumps({
            "schema_version": "1.6.0", "id": name, "modified": self.osv[ecosystem][name].isoformat().replace("+00:00", "Z"),
            "published": "2031-01-01T00:00:00Z", "aliases": ["CVE-2031-41001"], "summary": "Invented.",
            "affected": [{"package": {"ecosystem": ecosystem, "name": "tomara"},
                          "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}]}],
        }).encode()  # fmt: skip

    def osv_zip(self, ecosystem: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in self.osv[ecosystem]:
                packed.writestr(f"{name}.json", self.osv_record(ecosystem, name))
        return stream.getvalue()

    def osv_index(self, ecosystem: str) -> bytes:
        rows = sorted(((at, name) for name, at in self.osv[ecosystem].items()), reverse=True)
        return "".join(f"{at.isoformat().replace('+00:00', 'Z')},{name}\n" for at, name in rows).encode()

    def cve_record(self, name: str) -> bytes:
        told = json.loads(publishers.cve_record("Quillon", "Tomara 64"))
        told["cveMetadata"] |= {"cveId": name, "dateUpdated": self.cves[name].isoformat()}
        return json.dumps(told).encode()

    def cve_log(self) -> bytes:
        listed = [
            {"fetchTime": at.isoformat(), "numberOfChanges": len(names), "new": [],
             "updated": [{"cveId": name, "dateUpdated": at.isoformat()} for name in names], "error": []}
            for at, names in reversed(self.deltas)
        ]  # fmt: skip
        return json.dumps(listed).encode()

    def advisory(self, name: str) -> bytes:
        return publishers.csaf("known_affected", name=name.upper(), stated=self.advisories[name].isoformat())

    def csaf(self, base: str, path: str) -> bytes | None:  # noqa: PLR0911 - one line per address
        """Answer below /csaf/."""
        name, _, ending = path.removeprefix("2031/").partition(".json")
        if path == "provider-metadata.json":
            return self._provider(base)
        if path == "key.asc":
            return self.key or None
        if path == "rolie.json":
            return self._rolie(base)
        if path == "changes.csv":
            rows = sorted(self.advisories.items(), key=lambda one: one[1], reverse=True)
            told = "".join(f'"2031/{name}.json","{at.isoformat()}"\n' for name, at in rows)
            return told.encode() if self.csv else None
        if path == "index.txt":
            return "".join(f"2031/{name}.json\n" for name in self.advisories).encode()
        if name not in self.advisories:
            return None
        raw = self.advisory(name)
        if ending == ".sha512":
            return f"{hashlib.sha512(raw).hexdigest()}  {name}.json".encode() if self.hashes else None
        if ending == ".asc":
            return self.signing(raw) if self.signing else None
        return raw if not ending else None

    def _provider(self, base: str) -> bytes:
        rolie = {"rolie": {"feeds": [{"summary": "All", "tlp_label": "WHITE", "url": f"{base}/rolie.json"}]}}
        keys = [{"url": f"{base}/key.asc", "fingerprint": self.fingerprint}] if self.key else []
        return json.dumps({
            "canonical_url": f"{base}/provider-metadata.json", "metadata_version": "2.0", "role": "csaf_provider",
            "last_updated": "2031-01-01T00:00:00Z", "list_on_CSAF_aggregators": True, "mirror_on_CSAF_aggregators": True,
            "publisher": {"category": "vendor", "name": "Quillon PSIRT", "namespace": "https://quillon.example"},
            "distributions": [rolie] if self.rolie else [{"directory_url": f"{base}/"}], "public_openpgp_keys": keys,
        }).encode()  # fmt: skip

    def _rolie(self, base: str) -> bytes:
        entries = [
            {"id": name, "title": name, "published": at.isoformat(), "updated": at.isoformat(),
             "content": {"type": "application/json", "src": f"{base}/2031/{name}.json"},
             "link": [{"rel": "self", "href": f"{base}/2031/{name}.json"}, {"rel": "hash", "href": f"{base}/2031/{name}.json.sha512"},
                      {"rel": "signature", "href": f"{base}/2031/{name}.json.asc"}]}
            for name, at in self.advisories.items()
        ]  # fmt: skip
        return json.dumps(
            {"feed": {"id": "all", "title": "All", "updated": "2031-01-01T00:00:00Z", "entry": entries}}
        ).encode()

    def answer(self, base: str, path: str, query: str) -> Answer:
        """Answer a request as the documented addresses do."""
        if path == "/rest/json/cves/2.0":
            return self.nvd_page(parse_qs(query))
        body = self._body(base, unquote(path))
        return (200, {}, body) if body is not None else (404, {}, b"not here")

    def _body(self, base: str, path: str) -> bytes | None:  # noqa: PLR0911 - one line per address
        place, _, name = path.rpartition("/")
        if place == "/feeds/json/cve/2.0":
            year = int(name[11:15])
            if name.endswith(".meta"):
                return self.meta(year)
            return gzip.compress(self.year(year), mtime=0) if name.endswith(".gz") else None
        whole = {
            "/kev.json": self.kev,
            "/epss.csv.gz": self.epss,
            "/api/v1/products/full": self.eol,
            "/cves/deltaLog.json": self.cve_log,
        }
        if path in whole:
            return whole[path]()
        if path.startswith("/csaf/"):
            return self.csaf(f"{base}/csaf", path.removeprefix("/csaf/"))
        if path.startswith("/cves/"):
            return (
                self.cve_record(name.removesuffix(".json"))
                if name.removesuffix(".json") in self.cves
                else None
            )
        if path.startswith("/osv/"):
            return self._osv(place.removeprefix("/osv/"), name)
        return None

    def _osv(self, ecosystem: str, name: str) -> bytes | None:
        if ecosystem not in self.osv:
            return None
        if name == "all.zip":
            return self.osv_zip(ecosystem)
        if name == "modified_id.csv":
            return self.osv_index(ecosystem)
        known = name.removesuffix(".json")
        return self.osv_record(ecosystem, known) if known in self.osv[ecosystem] else None
