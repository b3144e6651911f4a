"""AND logic on real records of imaging makers: firmware, hardware, version - each right, each wrong, each unknown."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hospital import Hospital, fleet

UNNAMED = "1.0-unnamed"  # a version of which a record with '-' says nothing
# Medtronic makes intra-operative imaging (O-arm)
IMAGING = {"philips", "siemens", "ge", "fujifilm", "changehealthcare", "mckesson", "medtronic"}


def records(path: Path) -> list[dict[str, Any]]:
    return [item["cve"] for item in json.loads(path.read_text())["vulnerabilities"]]


def joined(cve: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Firmware, a version within, hardware: for each configuration of the shape firmware AND hardware."""
    for configuration in cve.get("configurations", []):
        nodes = configuration["nodes"]
        if configuration.get("operator") != "AND" or len(nodes) != 2:
            continue
        firmware = [m for m in nodes[0]["cpeMatch"] if m["vulnerable"] and m["criteria"][8] in "oa"]
        hardware = [
            m for m in nodes[1]["cpeMatch"] if not m["vulnerable"] and m["criteria"].startswith("cpe:2.3:h:")
        ]
        if not hardware or len(hardware) != len(nodes[1]["cpeMatch"]):
            continue
        if any(name.startswith("version") for match in hardware for name in match):
            continue  # a record that bounds the hardware's own version asks for more than the model
        for match in firmware:
            fields = match["criteria"].split(":")
            version = within(fields[5], match)
            if version and len(fields) == 13 and fields[6] == "*" and fields[7:] == ["*"] * 6:
                yield ":".join(fields[:5]), version, hardware[0]["criteria"]


def within(version: str, match: dict[str, Any]) -> str:
    """A version that a criterion covers, without asking the code under test."""
    if "versionEndIncluding" in match:
        return str(match["versionEndIncluding"])
    if "versionStartIncluding" in match:
        return str(match["versionStartIncluding"])
    if match.get("versionEndExcluding", "")[:1].isdigit() and "versionStartExcluding" not in match:
        return "0.0.1"
    if version in "*-" and "versionEndExcluding" not in match:
        return UNNAMED if version == "-" else "1.0"
    return "" if version in "*-" else version


@pytest.mark.corpus
def test_firmware_and_hardware_are_judged_together(corpus: Path, hospital: Hospital) -> None:
    source = corpus / "nvd" / "imaging-cves-2.0.dev.json"
    shapes: dict[tuple[str, str, str], set[str]] = {}
    for cve in records(source):
        for shape in joined(cve):
            shapes.setdefault(shape, set()).add(cve["id"])
    of_imaging = {
        cve for shape, found in shapes.items() if shape[0].split(":")[3] in IMAGING for cve in found
    }
    assert len(of_imaging) >= 30
    assert len(set().union(*shapes.values())) >= 60
    devices = []
    for number, (firmware, version, hardware) in enumerate(shapes):
        running = f"{firmware}:{version}:*:*:*:*:*:*:*"
        for kind, cpes in (
            ("right", f"{running} {hardware}"),
            ("other", f"{running} cpe:2.3:h:acme:toaster:-:*:*:*:*:*:*:*"),
            ("blank", running),
            ("mute", f"{firmware}:*:*:*:*:*:*:*:* {hardware}"),
        ):
            devices.append(
                {
                    "asset_tag": f"{kind}-{number}",
                    "manufacturer": "",
                    "model": "",
                    "modality": "",
                    "cpe": cpes,
                }
            )
    hospital.receive(fleet(*devices), source.read_bytes())
    hospital.assess()
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in hospital.list("findings", kind="vulnerability"):
        found.setdefault((row["device"], row["vulnerability"]), set()).add((row["status"], row["missing"]))
    judged = 0
    for number, ((firmware, version, _), names) in enumerate(shapes.items()):
        for cve in names:
            told = {
                kind: found.get((f"{kind}-{number}", cve), set())
                for kind in ("right", "other", "blank", "mute")
            }
            right = ("unknown", "version in the record") if version == UNNAMED else ("affected", "")
            assert right in told["right"], (cve, firmware, version)
            assert told["other"] <= {("not_affected", "")}, (cve, firmware)
            assert any(missing.startswith("hardware model") for _, missing in told["blank"]), (cve, firmware)
            assert not {status for status, _ in told["blank"]} & {"affected"}, (cve, firmware)
            # Where a record names every version, the version does not matter
            assert {status for status, _ in told["mute"]} & {"unknown", "affected"}, (cve, firmware)
            judged += 1
    assert judged >= 60
