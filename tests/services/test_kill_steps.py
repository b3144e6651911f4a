# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any point of importing, matching and publishing: all is there once, nothing is half, the next run is right."""

import io
import json
import random
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.bundling import Pair
from tests.hospital import Clock, Hospital, all_of, any_of, bom, criterion, epss, fleet, kev, nvd, record
from tests.services.mortal import DAY
from tests.services.test_claims import csaf
from tests.services.test_vulnerabilities import osv

_ENDLESS = 10**9
MODELS = ("Tomara 64", "Tomara 128", "Pellar 5")
FIRMWARE = "o:quillon:tomara_64_firmware:*"


def devices(number: int) -> bytes:
    return fleet(
        *(
            {
                "asset_tag": f"CT-{n}",
                "manufacturer": "Quillon",
                "model": MODELS[n % 3],
                "software_version": f"1.{n % 5}",
            }
            for n in range(number)
        )
    )


def records(first: int, many: int) -> bytes:
    """Records that one criterion decides, and records that two do together."""
    hardware = criterion("h:quillon:tomara_64:-", vulnerable=False)
    return nvd(
        *(
            record(
                f"CVE-2031-{first + n}",
                all_of([criterion(FIRMWARE, versionEndExcluding=f"1.{n % 6}")], [hardware])
                if n % 2
                else any_of(criterion("a:quillon:tomara-codec:*", versionEndExcluding=f"1.{n % 6}")),
            )
            for n in range(many)
        )
    )


def parts(version: str) -> bytes:
    codec = {"name": "tomara-codec", "version": "1.3", "purl": "pkg:pypi/tomara-codec@1.3",
             "cpe": "cpe:2.3:a:quillon:tomara-codec:1.3:*:*:*:*:*:*:*"}  # fmt: skip
    return bom("Tomara 64", version, [codec, {"name": "zlib", "version": "1.2.11"}])


OLD = (devices(5), records(41_000, 30), parts("1.0"), kev("CVE-2031-41001"))
NEW = {
    "a-fleet.csv": devices(12),
    "b-nvd.json": records(42_000, 60),
    "c-kev.json": kev("CVE-2031-41001", "CVE-2031-42003"),
    "d-epss.csv": epss(CVE_2031_42003=0.7),
    "e-osv.json": osv("GHSA-aaaa-bbbb-cccc", "CVE-2031-42000"),
    "f-csaf.json": csaf("known_affected"),
    "g-boms.zip": None,
}


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for version in ("1.1", "1.3", "1.4"):
            archive.writestr(f"{version}.cdx.json", parts(version))
    return stream.getvalue()


class Nursery:
    """A process whose children do the work of a home, die of it, and mend it."""

    def __init__(self, folder: Path, home: Path, papers: Path, work: str) -> None:
        self.folder, self.template, self.papers, self.work = folder, home, papers, work
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.mortal"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._homes = 0

    def home(self) -> Path:
        """A copy of the home as it was before the work."""
        self._homes += 1
        made = self.folder / f"home-{self._homes}"
        shutil.copytree(self.template, made)
        return made

    def run(self, home: Path, steps: int | None, seconds: float = 0.0) -> tuple[int, Any]:
        """Let a child work until it dies, or mend (`steps` None); gives how it ended and what it told."""
        assert self.process.stdin
        assert self.process.stdout
        told = {"work": self.work, "home": str(home), "papers": str(self.papers), "steps": steps, "seconds": seconds,
                "report": str(self.folder / "report.json")}  # fmt: skip
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["ended"], answer["told"]

    def mended(self, home: Path) -> dict[str, Any]:
        """What is there after the work was done to its end, with what was found before."""
        ended, told = self.run(home, None)
        assert ended == 0
        shutil.rmtree(home)
        return dict(told)


def died(nursery: Nursery, kills: int, seed: int) -> set[str]:
    """Kill so many works, each at another point, half by steps and half by time; gives what snapshots were found."""
    chance = random.Random(seed)
    right = nursery.mended(nursery.home())
    before, after = right.pop("left"), right
    ended, took = nursery.run(nursery.home(), _ENDLESS)
    assert ended == 0
    # The last step is among them: what counts is there then, and something is left to do
    points = [took["steps"] - 1, *chance.sample(range(took["steps"] - 1), kills // 2 - 1)]
    seen, dead = set[str](), 0
    while dead < kills:
        home = nursery.home()
        if points:
            ended, _ = nursery.run(home, points.pop())
            assert ended in {-signal.SIGKILL, 0}
        else:
            ended, _ = nursery.run(home, _ENDLESS, chance.uniform(0.001, took["seconds"]))
            assert ended in {-signal.SIGPROF, 0}
        dead += ended != 0
        told = nursery.mended(home)
        left = told.pop("left")
        assert told == after
        assert left["snapshot"] in {before["snapshot"], after["snapshot"]}
        assert len(left["received"]) == len(set(left["received"]))  # each once, whatever was killed
        assert left["readings"].items() <= after["readings"].items()
        seen.add("new" if left["snapshot"] == after["snapshot"] else "old")
        if nursery.work == "take":
            assert len(left["received"]) in {len(before["received"]), len(after["receipts"])}
            seen.add("all" if len(left["received"]) == len(after["receipts"]) else "none")
        elif nursery.work == "receive":
            seen.add(f"{len(left['received'])} received")
    return seen


def prepared(folder: Path, work: str) -> Nursery:
    """A home that was assessed once, with a decision, and the papers that come next."""
    papers = folder / "papers"
    papers.mkdir(parents=True)
    if work == "take":
        pair = Pair(folder)
        pair.maker.receive(
            records(42_000, 60), kev("CVE-2031-42003"), *(records(n, 1) for n in range(50_000, 50_010))
        )
        shutil.copy(pair.bundle().path, papers / "bundle.tar.zst")
        hospital = pair.taker
        hospital.clock.moment = Clock().moment
    else:
        for name, raw in NEW.items():
            (papers / name).write_bytes(raw or zipped())
        hospital = Hospital(folder / "template")
    hospital.receive(*OLD)
    hospital.assess()
    hospital.decide("CVE-2031-41001", until=date(2027, 1, 31))
    if work == "assess":
        hospital.clock.moment = DAY
        hospital.receive(*(raw or zipped() for raw in NEW.values()))
    hospital.house.register.close()
    return Nursery(folder, hospital.home, papers, work)


@pytest.fixture
def nurseries() -> Iterator[list[Nursery]]:
    made: list[Nursery] = []
    yield made
    for one in made:
        one.process.communicate()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("work", "kills", "seed"), [("receive", 60, 1), ("take", 40, 2), ("assess", 50, 3), ("assess", 50, 4)]
)
def test_two_hundred_kills_leave_nothing_half(
    tmp_path: Path, nurseries: list[Nursery], work: str, kills: int, seed: int
) -> None:
    nurseries.append(prepared(tmp_path, work))
    seen = died(nurseries[-1], kills, seed)
    expected = {"receive": {"old"}, "take": {"old", "none", "all"}, "assess": {"old", "new"}}
    assert expected[work] <= seen
    if work == "receive":
        assert len(seen) > 3  # the documents came one by one
