# SPDX-License-Identifier: Apache-2.0
"""AND records of real imaging makers, by the queries: firmware and hardware are judged together or not at all."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from leadglass.formats import nvd
from leadglass.store.tables import TableStore
from leadglass.values.cpe import Cpe
from leadglass.vulnerabilities import Knowledge, Part
from leadglass.vulnerabilities.ranges import complete
from tests.oracles.libversion import compare
from tests.vulnerabilities.worlds import ALL, World, _put, _source, component, findings, link, normal

ROOT = Path(__file__).parents[2]
FEED = Path(os.environ.get("LEADGLASS_CORPUS", ROOT / "../shared/data")) / "nvd/imaging-cves-2.0.dev.json"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FEED.is_file(), reason=f"no feed at {FEED}: set LEADGLASS_CORPUS"),
]

BLIND = Knowledge(hardware=False, system=True, software=True)
"""All is known of the device but its hardware model."""


@dataclass(frozen=True)
class Case:
    """A record with a firmware, the hardware that it needs, and versions within and outside of what it names."""

    vulnerability: str
    firmware: str
    hardware: str
    inside: str
    outside: str
    anything: bool
    unnamed: bool


def cases() -> Iterator[Case]:
    """Find the records that join a vulnerable firmware with a hardware, read as they stand in the feed."""
    for entry in json.loads(FEED.read_text(encoding="utf-8"))["vulnerabilities"]:
        found = next(_pairs(entry["cve"]), None)
        if found is not None:
            yield found


def _pairs(cve: Mapping[str, Any]) -> Iterator[Case]:
    every = [
        match
        for configured in cve.get("configurations", [])
        for node in configured["nodes"]
        for match in node["cpeMatch"]
    ]
    for configured in cve.get("configurations", []):
        if configured.get("operator") != "AND" or len(configured["nodes"]) != 2 or configured.get("negate"):
            continue
        one, other = configured["nodes"]
        for firmware in one["cpeMatch"]:
            for hardware in other["cpeMatch"]:
                vulnerable, needed = Cpe.parse(firmware["criteria"]), Cpe.parse(hardware["criteria"])
                plain = (
                    vulnerable.update == "*"
                    and not vulnerable.qualifiers
                    and not needed.qualifiers
                    and needed.version == "-"
                )
                if (
                    (vulnerable.part, needed.part) == ("o", "h")
                    and firmware["vulnerable"]
                    and not hardware["vulnerable"]
                    and plain
                ):
                    same = [
                        match
                        for match in every
                        if Cpe.parse(match["criteria"]).product_key == vulnerable.product_key
                    ]
                    yield Case(
                        vulnerability=cve["id"],
                        firmware=vulnerable.product_key,
                        hardware=needed.product_key,
                        inside=_version(firmware, want=True, among=[firmware]),
                        outside=_version(firmware, want=False, among=same),
                        anything=any(_kind(match) == "all" for match in same),
                        unnamed=any(_kind(match) == "-" for match in same),
                    )


def _kind(match: Mapping[str, Any]) -> str:
    bounded = any(name.startswith("version") for name in match)
    version = Cpe.parse(match["criteria"]).version
    return "range" if bounded else {"*": "all", "-": "-"}.get(version, "exact")


def _holds(match: Mapping[str, Any], version: str) -> bool:
    """Say by the oracle of versions whether a match names a version."""
    if _kind(match) != "range":
        return _kind(match) == "all" or compare(version, Cpe.parse(match["criteria"]).version) == 0
    return (
        compare(version, match.get("versionStartIncluding", version)) >= 0
        and ("versionStartExcluding" not in match or compare(version, match["versionStartExcluding"]) > 0)
        and compare(version, match.get("versionEndIncluding", version)) <= 0
        and ("versionEndExcluding" not in match or compare(version, match["versionEndExcluding"]) < 0)
    )


def _version(match: Mapping[str, Any], *, want: bool, among: list[Mapping[str, Any]]) -> str:
    """Find a version, written as the record writes its own, that is named or is not; "" where there is none."""
    stated = [
        Cpe.parse(match["criteria"]).version,
        *(value for name, value in match.items() if name.startswith("version")),
    ]
    texts = [text for text in stated if text not in "*-"]
    tried = [*texts, *(f"{text}{'-rc1' if want else '.99'}" for text in texts), "1.0"]
    if _kind(match) == "-":
        return ""
    return next((text for text in tried if any(_holds(one, text) for one in among) == want), "")


CASES = {case.vulnerability: case for case in cases()} if FEED.is_file() else {}
NAMED = {name: case for name, case in CASES.items() if case.inside}
UNNAMED = {name: case for name, case in CASES.items() if not case.inside}


def firmware(case: Case, version: str) -> Part:
    return component(link("o", case.firmware, version), lacks="software version")


def hardware(product: str) -> Part:
    return component(link("h", product, "-", named=True))


def worlds(case: Case) -> Iterator[World]:
    """The devices that a record is held against."""
    right, other = hardware(case.hardware), hardware("invented:other_scanner")
    inside, bare = firmware(case, case.inside or "1.0"), firmware(case, "")
    yield World(f"{case.vulnerability} right", [inside, right], ALL)
    yield World(f"{case.vulnerability} other hardware", [inside, other], ALL)
    yield World(f"{case.vulnerability} hardware unknown", [inside], BLIND)
    yield World(f"{case.vulnerability} version unknown", [bare, right], ALL)
    yield World(f"{case.vulnerability} both unknown", [bare], BLIND)
    if case.outside:
        yield World(f"{case.vulnerability} outside", [firmware(case, case.outside), right], ALL)


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> Mapping[str, set[tuple[str, str]]]:
    """What the queries say: a world's name -> (status, missing) of its own record, read from the feed by our reader."""
    store = TableStore(tmp_path_factory.mktemp("tables"), release="t")
    raw = FEED.read_bytes()
    sha256 = hashlib.sha256(raw).hexdigest()
    (batch,) = nvd.batches(raw)
    plain = [
        dict(zip(batch.criterion, values, strict=True))
        for values in zip(*batch.criterion.values(), strict=True)
    ]
    made = batch.criterion | {name: values.to_pylist() for name, values in complete(*normal(plain)).items()}
    store.write_reading(
        sha256, {"criterion": _rows(made, sha256), "vulnerability": _rows(batch.vulnerability, sha256)}, dict
    )
    bench = store.workbench([sha256])
    try:
        bench.put("source", [_source("imaging", sha256, 0)])
        held = [world for case in CASES.values() for world in worlds(case)]
        _put(bench, held)
        simple, joined = findings(bench)
    finally:
        bench.close()
    assert not {row["vulnerability"] for row in simple} & {
        name for name, case in CASES.items() if not case.anything
    } - {row["vulnerability"] for row in joined}, (
        "a record of firmware and hardware is never decided by one of them"
    )
    told: dict[str, set[tuple[str, str]]] = {world.name: set() for world in held}
    for row in joined:
        if row["configuration_id"].startswith(row["vulnerability"] + " "):
            told[row["configuration_id"]].add((row["status"], row["missing"]))
    return told


def _rows(columns: Mapping[str, list[Any]], sha256: str) -> Iterator[dict[str, Any]]:
    names = [name for name in columns if not name.endswith(("_including", "_excluding"))]
    for values in zip(*(columns[name] for name in names), strict=True):
        yield {**dict(zip(names, values, strict=True)), "sha256": sha256}


def test_there_are_enough_records_to_say_so():
    assert len(NAMED) >= 30
    assert len({case.firmware.partition(":")[0] for case in CASES.values()}) >= 5, "of several makers"
    assert sum(bool(case.outside) for case in NAMED.values()) >= 20


@pytest.mark.parametrize("name", NAMED)
def test_firmware_in_range_on_its_hardware_is_affected(said, name):
    assert said[f"{name} right"] == {("affected", "")}


@pytest.mark.parametrize("name", CASES)
def test_the_same_firmware_on_other_hardware_is_not_affected(said, name):
    assert said[f"{name} other hardware"] == {("not_affected", "")}


@pytest.mark.parametrize("name", NAMED)
def test_without_the_hardware_model_that_is_what_is_missing(said, name):
    assert said[f"{name} hardware unknown"] == {("unknown", "hardware model")}


@pytest.mark.parametrize("name", [name for name, case in NAMED.items() if case.outside])
def test_another_firmware_version_is_not_affected(said, name):
    assert said[f"{name} outside"] in (set(), {("not_affected", "")})


@pytest.mark.parametrize(
    "name", [name for name, case in NAMED.items() if not case.anything and not case.unnamed]
)
def test_without_its_version_the_firmware_is_unknown(said, name):
    assert said[f"{name} version unknown"] == {("unknown", "software version")}
    assert said[f"{name} both unknown"] == {("unknown", "hardware model, software version")}


@pytest.mark.parametrize("name", [name for name, case in NAMED.items() if case.anything])
def test_where_the_record_names_every_version_none_has_to_be_known(said, name):
    assert said[f"{name} version unknown"] == {("affected", "")}
    assert said[f"{name} both unknown"] == {("unknown", "hardware model")}


@pytest.mark.parametrize(
    "name", [name for name, case in UNNAMED.items() if not case.outside and not case.anything]
)
def test_a_record_that_gives_no_version_of_the_firmware_leaves_it_unknown(said, name):
    assert said[f"{name} right"] == {("unknown", "version in the record")}
    assert said[f"{name} hardware unknown"] == {("unknown", "hardware model, version in the record")}
