# SPDX-License-Identifier: Apache-2.0
"""Updates in real documents: 105 medical advisories of CISA, and release lists of endoflife.date."""

from collections import Counter
from pathlib import Path

import pytest

from leadglass.formats import csaf
from leadglass.services.ledger.rebuild import rebuild
from leadglass.vulnerabilities.releases import Says, offered
from tests.hospital import Hospital, bom, fleet

pytestmark = pytest.mark.corpus

PUMP = {"manufacturer": "Smiths Medical", "model": "Medfusion 4000 Wireless Syringe Infusion Pump"}
PACS = {"manufacturer": "Philips", "model": "Vue PACS"}
LISTS = ("debian", "log4j", "openssl", "windows", "windows-server")
PARTS = [
    {"name": "openssl", "version": "1.1.1k", "purl": "pkg:generic/openssl@1.1.1k"},
    {
        "name": "log4j-core",
        "version": "2.12.1",
        "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.12.1",
    },
]


@pytest.fixture
def read(hospital: Hospital, corpus: Path) -> Hospital:
    """Devices of real makers, with all that was said of them."""
    hospital.receive(
        fleet(
            {**PUMP, "asset_tag": "P-1", "software_version": "1.1"},
            {**PUMP, "asset_tag": "P-2", "software_version": "1.6.1"},
            {**PUMP, "asset_tag": "P-3"},
            {**PACS, "asset_tag": "V-1", "software_version": "12.2.1.0"},
            {
                "asset_tag": "C-1",
                "manufacturer": "Philips",
                "model": "Brilliance 64",
                "software_version": "2.6",
                "os": "Windows XP",
            },
            {
                "asset_tag": "D-1",
                "manufacturer": "OFFIS",
                "model": "DCMTK",
                "software_version": "3.6.6",
                "os": "Debian 10",
            },
            {"asset_tag": "S-1", "manufacturer": "Quillon", "model": "Lumo", "os": "Windows Server 2012 R2"},
            {
                "asset_tag": "S-2",
                "manufacturer": "Quillon",
                "model": "Lumo",
                "os": "Windows 10 Enterprise 2019 LTSC",
            },
        ),
        bom("DCMTK", "3.6.6", PARTS, maker="OFFIS"),
        *(path.read_bytes() for path in sorted((corpus / "csaf" / "cisa-icsma").glob("*.json"))),
        *((corpus / "endoflife" / "products" / f"{name}.md").read_bytes() for name in LISTS),
    )
    hospital.assess()
    return hospital


def told(hospital: Hospital, kind: str) -> set[tuple[str, str, str, str]]:
    """Device, what it is about, status, what is missing."""
    return {
        (row["device"], row["rule"].partition(" for ")[0].partition(" (")[0], row["status"], row["missing"])
        for row in hospital.list("findings", kind=kind)
    }


def test_the_releases_that_real_advisories_name_are_held_against_what_is_installed(read: Hospital) -> None:
    assert told(read, "update") == {
        ("P-1", "CISA offers software 1.6.1", "affected", ""),
        ("P-3", "CISA offers software 1.6.1", "unknown", "software version"),
        ("V-1", "CISA offers software 12.2.1.6", "affected", ""),
        ("C-1", "CISA offers an update", "unknown", "release of the update"),
        ("D-1", "CISA offers software 3.6.7", "affected", ""),
        ("D-1", "OpenSSL 1.1.1w is the newest release", "affected", ""),
        ("D-1", "Apache Log4j 2.12.4 is the newest release", "affected", ""),
        ("D-1", "Debian 10.13 is the newest release", "unknown", "operating system"),
    }
    assert rebuild(read.house).differing == ()


def test_support_of_real_systems_has_ended(read: Hospital) -> None:
    assert told(read, "end_of_support") == {
        ("C-1", "security support of Windows XP", "affected", ""),
        ("D-1", "security support of Debian 10", "affected", ""),
        ("D-1", "security support of OpenSSL 1.1.1k", "affected", ""),
        ("D-1", "security support of Apache Log4j 2.12.1", "affected", ""),
        ("S-1", "security support of Windows Server 2012 R2", "affected", ""),
    }


def test_one_action_per_product_installs_the_update_and_settles_what_it_repairs(read: Hospital) -> None:
    (pump,) = (row for row in read.list("actions", deed="update") if "Medfusion" in row["product"])
    assert pump["title"].startswith("Ask Smiths to install software 1.6.1 on Smiths Medfusion 4000")
    assert [device["device"] for device in pump["devices"]] == ["P-1"]
    settled = [row for row in read.list("findings", device="P-1") if row["id"] in pump["findings"]]
    assert Counter(row["kind"] for row in settled) == {"vulnerability": 8, "update": 1}
    assert len({row["update"] for row in settled if row["kind"] == "vulnerability"}) == 1


def test_what_real_advisories_call_a_fix_names_a_release_seldom(corpus: Path) -> None:
    texts = {
        (path.name, one.text)
        for path in (corpus / "csaf" / "cisa-icsma").glob("*.json")
        for one in csaf.read(path.read_bytes()).remedies
        if one.category == "vendor_fix"
    }
    said = Counter(offered(text).says for _, text in texts)
    assert len(texts) == 330
    assert (said[Says.RELEASED], said[Says.SEVERAL], said[Says.NOTHING]) == (11, 2, 234)
