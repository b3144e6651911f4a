# SPDX-License-Identifier: Apache-2.0
"""A model is known by its device identifier (UDI-DI), whatever it is called; a miscounted one says nothing."""

from pathlib import Path

import pytest

from tests.hospital import Hospital, fleet

CVE = "CVE-2031-41001"
GTIN = "02001234000017"
HIBC = "+A123BJC5D6E71G"
CT = {"asset_tag": "CT-1", "manufacturer": "Quillon", "model": "QTX scanner", "software_version": "1.5"}


def letter(*udis: str, model: str = "Tomara 64") -> bytes:
    """A maker's letter about one model, by its identifiers."""
    return f"""
form = "leadglass-letter/1"
maker = "Quillon"
letter = "FSN-1"
date = 2026-11-01
subject = "Invented"
status = "affected"
[attachment]
file = "fsn-1.pdf"
sha256 = "{"0" * 64}"
[[products]]
model = "{model}"
versions = "1.0 to 1.5"
udis = [{", ".join(f'"{one}"' for one in udis)}]
[[vulnerabilities]]
id = "{CVE}"
""".encode()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (GTIN, GTIN),
        (f"(01){GTIN}(17)291231(21)QT-1", GTIN),
        ("2001234000017", f"(01){GTIN}"),
        (HIBC, HIBC),
    ],
)
def test_one_identifier_names_a_model_by_another_name(tmp_path: Path, ours: str, theirs: str) -> None:
    hospital = Hospital(tmp_path / "home")
    hospital.receive(fleet({**CT, "udi": ours}), letter(theirs))
    hospital.assess()
    (said,) = hospital.list("statements")
    assert (said["outcome"], said["basis"]) == ("applied", "identifier")
    assert hospital.statuses(CVE) == {"CT-1": "affected"}


def test_another_identifier_names_no_model(tmp_path: Path) -> None:
    hospital = Hospital(tmp_path / "home")
    hospital.receive(fleet({**CT, "udi": GTIN}), letter("02001234000024"))
    hospital.assess()
    assert hospital.statuses(CVE) == {}


def test_a_wrong_check_digit_is_told_and_recognises_nothing(tmp_path: Path) -> None:
    hospital = Hospital(tmp_path / "home")
    hospital.receive(fleet({**CT, "udi": "02001234000018"}), letter("02001234000018"))
    hospital.assess()
    assert hospital.statuses(CVE) == {}
    (remark,) = (row for row in hospital.list("remarks") if "was not used" in row["why"])
    assert "check digit 8; 7 is expected" in remark["why"]
    assert remark["place"] == "row 2"
