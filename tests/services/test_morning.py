# SPDX-License-Identifier: Apache-2.0
"""The morning of a large fleet: those that are worst off have a chart in the report, and it says so."""

from leadglass.render.report import report
from leadglass.services.ledger.bedside import MOST_DEVICES
from leadglass.services.ledger.morning import overview
from tests.hospital import Hospital, any_of, bom, criterion, fleet, nvd, record

CVE = "CVE-2031-4242"
PARTS = [{"name": "frobnicator", "version": "1.0", "cpe": "cpe:2.3:a:acme:frobnicator:1.0:*:*:*:*:*:*:*"}]


def test_the_devices_that_are_worst_off_have_a_chart(hospital: Hospital) -> None:
    many = MOST_DEVICES + 5
    safe = [
        {"asset_tag": f"MR-{number:03}", "manufacturer": "Quillon", "model": "Lumen", "software_version": "2"}
        for number in range(many - 1)
    ]
    worst = {
        "asset_tag": "ZZ-1",
        "manufacturer": "Quillon",
        "model": "Tomara 64",
        "software_version": "1.5",
    }
    hospital.receive(fleet(*safe, worst), bom("Tomara 64", "1.5", PARTS), bom("Lumen", "2", []))
    hospital.receive(nvd(record(CVE, any_of(criterion("a:acme:frobnicator:1.0")))))
    hospital.assess()
    seen = overview(hospital.view())
    assert (len(seen.devices), seen.devices_total, seen.coverage.total) == (MOST_DEVICES, many, many)
    (chart,) = [one for one in seen.devices if one.findings and one.findings[0].vulnerability == CVE]
    assert chart.device.asset_tag == "ZZ-1"
    page = report(seen)
    assert f"Of {many} devices the {MOST_DEVICES} that are worst off" in page
    assert page.count('class="chart"') == MOST_DEVICES
