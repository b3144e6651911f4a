# SPDX-License-Identifier: Apache-2.0
"""Statements that cannot be about the fleet are set aside in one sweep, and each still has its row with the reason."""

import json

from leadglass.services.ledger.claims import _row
from tests import publishers
from tests.hospital import Hospital, bom, fleet

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5", "asset_tag": "CT-1"}
PART = {"name": "tomara-codec", "version": "1.4", "purl": "pkg:pypi/tomara-codec@1.4"}
GHSA = "GHSA-aaaa-bbbb-cccc"
NOBODYS = "not applied: no such product in the fleet"
OLDER = "not applied: a newer version of this record was received"
TAKEN_BACK = "not applied: the record was withdrawn"
SILENT = "not applied: a newer revision of this document was received"


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
        osv("PYSEC-1", "part-1", aliases=[GHSA]),
        publishers.csaf("known_affected", maker="Norrfeld", product="Aurika"),
    )
    hospital.assess()
    aside = next(row for row in hospital.list("statements") if row["stated_as"] == "PYSEC-1")
    held = next(row for row in hospital.list("statements") if row["stated_as"] != "PYSEC-1")
    assert held["outcome"] == aside["outcome"] == NOBODYS
    said = {
        "number": 0, "vulnerability": GHSA, "stated_as": "PYSEC-1", "status": "affected", "grouping": "affected",
        "justification": "", "publisher": "",
        "stated": aside["stated"], "sha256": aside["sha256"], "place": aside["place"], "maker": "", "product_name": "part-1",
        "name": "part-1", "version": "", "ref": "affected[0]", "impact": "", "action": "",
    }  # fmt: skip
    made = _row(said, outcome=NOBODYS)
    assert {key: aside[key] for key in aside if key in made} == {
        key: made[key] for key in aside if key in made
    }


def test_an_older_version_of_a_record_is_set_aside_and_a_withdrawn_one_takes_all_back(
    hospital: Hospital,
) -> None:
    hospital.receive(fleet(SCANNER), bom("Tomara 64", "1.5", [PART]), osv("PYSEC-1", "tomara-codec"))
    hospital.assess()
    assert hospital.statuses("PYSEC-1") == {"CT-1": "affected"}
    hospital.receive(osv("PYSEC-1", "tomara-viewer", day=2))
    hospital.assess()
    assert {row["outcome"] for row in hospital.list("statements")} == {OLDER, NOBODYS}
    hospital.receive(osv("PYSEC-1", "tomara-codec", day=3, withdrawn="2031-01-03T00:00:00Z"))
    hospital.assess()
    assert hospital.statuses("PYSEC-1") == {}
    assert {row["outcome"] for row in hospital.list("statements")} == {TAKEN_BACK}


def test_of_two_versions_of_a_record_that_nothing_tells_apart_one_counts(hospital: Hospital) -> None:
    alike = [osv("PYSEC-1", "tomara-codec", summary=word) for word in ("one", "another", "a third")]
    hospital.receive(fleet(SCANNER), bom("Tomara 64", "1.5", [PART]), *alike)
    hospital.assess()
    assert hospital.statuses("PYSEC-1") == {"CT-1": "affected"}
    told = [row["outcome"] for row in hospital.list("statements")]
    assert sorted(told) == ["applied", OLDER, OLDER]


def test_a_revision_of_a_document_that_says_nothing_any_more_takes_back_what_it_said(
    hospital: Hospital,
) -> None:
    said = publishers.csaf("known_affected")
    silent = json.loads(said) | {"vulnerabilities": []}
    silent["document"]["tracking"] |= {"current_release_date": "2031-06-01T00:00:00Z", "version": "2"}
    hospital.receive(fleet(SCANNER), said)
    hospital.assess()
    assert set(outcomes(hospital).values()) == {"applied"}
    (told,) = hospital.receive(json.dumps(silent).encode())
    assert told.taken
    hospital.assess()
    assert set(outcomes(hospital).values()) == {SILENT}


def test_a_package_is_no_model_of_a_device(hospital: Hospital) -> None:
    hospital.receive(fleet(SCANNER), osv("PYSEC-1", "tomara-64"))
    hospital.assess()
    assert hospital.statuses("PYSEC-1") == {}
    assert not [row for row in hospital.list("questions") if row["kind"] == "product"]
