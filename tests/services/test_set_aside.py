# SPDX-License-Identifier: Apache-2.0
"""Statements that cannot be about the fleet are set aside in one sweep, and each still has its row with the reason."""

import json

from leadglass.services.ledger.claims import _row
from tests import publishers
from tests.hospital import Hospital, bom, fleet

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5", "asset_tag": "CT-1"}
PART = {"name": "tomara-codec", "version": "1.4", "purl": "pkg:pypi/tomara-codec@1.4"}
NOBODYS = "not applied: no such product in the fleet"
OLDER = "not applied: a newer revision of this document was received"


def osv(name: str, *packages: str, day: int = 1, **more: object) -> bytes:
    affected = [
        {"package": {"ecosystem": "PyPI", "name": package}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}
        for package in packages
    ]  # fmt: skip
    return json.dumps(
        {"id": name, "modified": f"2031-01-{day:02}T00:00:00Z", "affected": affected} | more
    ).encode()


def outcomes(hospital: Hospital) -> dict[str, str]:
    return {row["vulnerability"]: row["outcome"] for row in hospital.list("statements")}


def test_what_nobody_has_is_listed_with_the_reason_and_what_somebody_has_is_held_against_it(
    hospital: Hospital,
) -> None:
    feed = (
        b"\n".join(osv(f"PYSEC-{n}", f"part-{n}") for n in range(50))
        + b"\n"
        + osv("PYSEC-99", "Tomara.Codec")
    )
    hospital.receive(fleet(SCANNER), bom("Tomara 64", "1.5", [PART]), feed)
    hospital.assess()
    told = outcomes(hospital)
    assert told.pop("PYSEC-99") == "applied"
    assert set(told.values()) == {NOBODYS}
    assert len(told) == 50


def test_a_row_that_is_set_aside_reads_as_every_other(hospital: Hospital) -> None:
    hospital.receive(
        fleet(SCANNER),
        osv("PYSEC-1", "part-1"),
        publishers.csaf("known_affected", maker="Norrfeld", product="Aurika"),
    )
    hospital.assess()
    aside = next(row for row in hospital.list("statements") if row["vulnerability"] == "PYSEC-1")
    held = next(row for row in hospital.list("statements") if row["vulnerability"] != "PYSEC-1")
    assert held["outcome"] == aside["outcome"] == NOBODYS
    said = {
        "number": 0, "vulnerability": "PYSEC-1", "status": "affected", "grouping": "affected", "justification": "", "publisher": "",
        "stated": aside["stated"], "sha256": aside["sha256"], "place": aside["place"], "maker": "", "product_name": "part-1",
        "name": "part-1", "version": "", "ref": "affected[0]", "impact": "", "action": "",
    }  # fmt: skip
    made = _row(said, outcome=NOBODYS)
    assert {key: aside[key] for key in aside if key in made} == {
        key: made[key] for key in aside if key in made
    }


def test_an_older_revision_is_set_aside_and_a_withdrawn_one_takes_it_back(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), bom("Tomara 64", "1.5", [PART]), osv("PYSEC-1", "tomara-codec"))
    hospital.assess()
    assert hospital.statuses("PYSEC-1") == {"CT-1": "affected"}
    hospital.receive(osv("PYSEC-1", "tomara-codec", day=2, withdrawn="2031-01-02T00:00:00Z"))
    hospital.assess()
    assert hospital.statuses("PYSEC-1") == {}
    assert outcomes(hospital) == {"PYSEC-1": OLDER}


def test_a_package_is_no_model_of_a_device(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), osv("PYSEC-1", "tomara-64"))
    hospital.assess()
    assert hospital.statuses("PYSEC-1") == {}
    assert not [row for row in hospital.list("questions") if row["kind"] == "product"]
