"""Several processes in one home at once: no "database is locked", no lost update, a reader always sees a whole snapshot."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.hospital import Hospital, fleet, kev, nvd
from tests.services.test_road import JOINED, SCANNER

WRITER = """
import sys
from datetime import timedelta
from pathlib import Path
from tests.hospital import Clock, Hospital, START, kev
home, name = Path(sys.argv[1]), int(sys.argv[2])
hospital = Hospital(home, Clock(START + timedelta(days=name)))
for number in range(12):
    hospital.receive(kev("CVE-2031-41001", f"CVE-2031-{50000 + name * 100 + number}"))
    hospital.assess()
    action = hospital.list("actions")[0]
    hospital.decide(action["id"], owner=f"writer {name}", reason=f"turn {number} of {name}", until=hospital.clock().date() + timedelta(days=9))
    hospital.clock.pass_days(0.01)
"""

READER = """
import sys
from pathlib import Path
from tests.hospital import Clock, Hospital, START
hospital = Hospital(Path(sys.argv[1]), Clock())
for _ in range(40):
    assert hospital.list("devices"), "no device"
    assert hospital.list("actions"), "no action"
    hospital.house.register.verify()
"""


def run(script: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_writers_and_a_reader_at_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    hospital = Hospital(home)
    hospital.receive(fleet({**SCANNER, "asset_tag": "CT-014"}), nvd(JOINED), kev("CVE-2031-41001"))
    hospital.assess()
    workers = [run(WRITER, str(home), "1"), run(WRITER, str(home), "2"), run(READER, str(home))]
    for worker in workers:
        _, said = worker.communicate(timeout=240)
        assert worker.returncode == 0, said
        assert "locked" not in said
    reasons = {decision.reason for decision in hospital.house.register.decisions()}
    assert reasons == {f"turn {number} of {name}" for number in range(12) for name in (1, 2)}
    assert hospital.house.register.verify() >= 24
