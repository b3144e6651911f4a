# SPDX-License-Identifier: Apache-2.0
"""Versions that records give to hardware: as often as not they are those of its software, else its revision.

As in CVE-2014-5421 (h:carefusion:pyxis_supplystation:8.1) and CVE-2023-52237 (h:siemens:ruggedcom_rs900lnc below 4.3.10).
"""

import pytest

from tests.hospital import Hospital, all_of, any_of, criterion, fleet, nvd, record

MODEL = {"manufacturer": "Quillon", "model": "Tomara 64"}
HARDWARE = "h:quillon:tomara_64"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is told of devices with software 8.1, 8.0, none stated, and 'rev b'."""
    hospital = Hospital(tmp_path_factory.mktemp("hardware") / "home")
    devices = [{**MODEL, "software_version": version} for version in ("8.1", "8.0", "", "rev b")]
    context = {"vulnerable": False}
    hospital.receive(
        fleet(*devices),
        nvd(
            record("CVE-2031-0001", any_of(criterion(f"{HARDWARE}:8.1"))),
            record("CVE-2031-0002", any_of(criterion(f"{HARDWARE}:*", versionEndExcluding="8.1"))),
            record("CVE-2031-0003", any_of(criterion(f"{HARDWARE}:-"))),
            record("CVE-2031-0004", any_of(criterion(f"{HARDWARE}:b1"))),
            record(
                "CVE-2031-0005",
                all_of(
                    [criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="9")],
                    [criterion(f"{HARDWARE}:2.0", **context)],
                ),
            ),
        ),
    )
    hospital.assess()
    return [hospital.statuses(f"CVE-2031-000{number}") for number in range(1, 6)]


def test_the_version_that_is_named_is_that_of_the_software(told):
    assert told[0] == {"X-001": "affected", "X-003": "unknown", "X-004": "unknown"}


def test_a_range_holds_the_software(told):
    assert told[1] == {"X-002": "affected", "X-003": "unknown", "X-004": "unknown"}


def test_hardware_without_a_version_is_the_model_whatever_runs_on_it(told):
    assert len(told[2]) == 4
    assert set(told[2].values()) == {"affected"}


def test_a_revision_is_no_version_of_software_and_nobody_is_told_to_be_safe(told):
    assert told[3]["X-001"] == told[3]["X-002"] == told[3]["X-003"] == "unknown"


def test_hardware_that_only_has_to_be_there_is_named_by_its_revision(told):
    assert told[4]["X-001"] == told[4]["X-002"] == "unknown"
