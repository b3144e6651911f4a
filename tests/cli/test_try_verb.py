# SPDX-License-Identifier: Apache-2.0
"""The verb try: what would be found on a device that may come, in a terminal, as JSON and as CSV; nothing is kept."""

import csv
import io
from pathlib import Path

import pytest

from tests.cli.shell import DEMO, Shell
from tests.hospital import bom

OFFER = bom(
    "Nimbra 9", "3.0", [{"name": "openssl", "version": "1.0.2k"}, {"name": "Nobody Knows It", "version": "1"}]
)


@pytest.fixture
def offer(tmp_path: Path) -> Path:
    """A bill of materials of a device that is not there."""
    place = tmp_path / "offer.json"
    place.write_bytes(OFFER)
    return place


def test_a_terminal_is_told_how_many_which_and_what_nothing_names(assessed: Shell, offer: Path) -> None:
    ran = assessed("try", offer)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Quillon Nimbra 9 3.0: vulnerabilities ")
    assert "openssl" in ran.out
    assert (
        "Nothing at hand names 1 of 3 components" in ran.out
        or "Nothing at hand names 1 of 2 components" in ran.out
    )
    assert "Nobody Knows It 1" in ran.out
    assert ran.out.rstrip().endswith(
        "Nothing was kept: the fleet, its snapshot and its questions are as they were."
    )


def test_nothing_is_received_by_it(assessed: Shell, offer: Path) -> None:
    before = assessed.rows("sources"), assessed.rows("devices"), assessed.rows("questions")
    assert assessed("try", "-", given=OFFER).code == 0
    assert assessed("try", offer, "--os", "Windows 7").code == 0
    assert (assessed.rows("sources"), assessed.rows("devices"), assessed.rows("questions")) == before


def test_a_device_as_the_fleet_has_it_is_told_with_its_fellows(assessed: Shell) -> None:
    listed = assessed.rows("devices")
    shown = {
        row["field"]: row["value"]
        for row in assessed("show", listed[0]["device_id"], "--json").json["facts"]
        if row["counts"]
    }
    words = [
        word
        for name in ("manufacturer", "model", "software_version", "os", "os_version")
        if shown.get(name)
        for word in (f"--{name.replace('_', '-')}", shown[name])
    ]
    words += [word for text in shown.get("cpe", "").split() for word in ("--cpe", text)]
    told = assessed("try", *words, "--json").json
    assert told["known"]
    assert listed[0]["asset_tag"] in {one["asset_tag"] for one in told["devices"]}
    found = {
        row["vulnerability"]: row["status"]
        for row in assessed.rows("findings", "--device", listed[0]["device_id"])
    }
    assert {row["vulnerability"] for row in told["findings"] if row["vulnerability"]} == set(found) - {""}


def test_csv_and_top_give_the_findings_alone(assessed: Shell, offer: Path) -> None:
    whole = assessed("try", offer, "--json").json
    rows = list(csv.DictReader(io.StringIO(assessed("try", offer, "--csv").out.lstrip("\ufeff"))))
    assert len(rows) == len(whole["findings"]) > 1
    assert rows[0]["vulnerability"] == whole["findings"][0]["vulnerability"]
    assert len(assessed("try", offer, "--json", "--top", "1").json["findings"]) == 1


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ((), 2, "Say what is to be tried"),
        (("no-such-file",), 3, "There is no such file"),
        ((DEMO / "sboms",), 2, "Name one bill of materials"),
        ((DEMO / "README.md",), 3, "is no bill of materials"),
        (("--model", "Nimbra 9", "--cpe", "openssl"), 3, "openssl"),
        (("--model", "Nimbra 9", "--json", "--csv"), 2, "Choose one"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_told_with_its_code(
    assessed: Shell, words: tuple[object, ...], code: int, why: str
) -> None:
    ran = assessed("try", *words)
    assert (ran.code, why in ran.err) == (code, True), ran.err


def test_before_the_first_assessment_it_says_what_to_do(shell: Shell) -> None:
    ran = shell("try", "--model", "Nimbra 9")
    assert ran.code == 3
    assert "leadglass assess" in ran.err
