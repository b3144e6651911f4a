"""The demo, assessed once for all tests that only ask it."""

import json
from pathlib import Path

import pytest

from tests.hospital import Hospital, bom, fleet

DEMO = Path(__file__).parents[2] / "demo"
GATEWAY = {"asset_tag": "GW-1", "manufacturer": "Quillon", "model": "Gateway 2", "software_version": "1.0"}
OPENSSL = {"name": "openssl", "version": "3.0.7-1", "purl": "pkg:deb/debian/openssl@3.0.7-1?distro=debian-12"}
DEBIAN = json.dumps(
    {
        "schema_version": "1.7.0", "id": "DEBIAN-CVE-2023-0286", "modified": "2026-10-01T00:00:00Z",
        "upstream": ["CVE-2023-0286"],
        "affected": [{"package": {"ecosystem": "Debian:12", "name": "openssl"},
                      "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.0.8-1"}]}]}],
    }
).encode()  # fmt: skip
LETTER = json.dumps(
    {
        "form": "leadglass-letter/1", "maker": "Quillon", "letter": "FSN-7", "date": "2026-10-02", "subject": "Invented",
        "status": "affected", "attachment": {"file": "a.pdf", "sha256": "0" * 64},
        "products": [{"model": "Gateway 2", "serials": ["SN00001"]}], "vulnerabilities": [{"id": "CVE-2023-0286"}],
    }
).encode()  # fmt: skip


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """The whole demo, and a device with a package of a distribution and a letter about its serial number: every table that a query needs has rows."""
    hospital = Hospital(tmp_path_factory.mktemp("demo") / "home")
    folders = ("fleet", "sboms", "feeds", "scans", "advisories")
    papers = (path for folder in folders for path in sorted((DEMO / folder).rglob("*")) if path.is_file())
    hospital.receive(*(path.read_bytes() for path in papers))
    hospital.receive(fleet(GATEWAY), bom("Gateway 2", "1.0", [OPENSSL]), DEBIAN, LETTER)
    hospital.assess()
    return hospital.house
