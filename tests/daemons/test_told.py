# SPDX-License-Identifier: Apache-2.0
"""A worker that dies between sending a notice and noting it: the notice comes again, known by its id, and no third time."""

import os
import signal
from pathlib import Path

import pytest

from tests.daemons.workers import Site, until
from tests.hospital import any_of, criterion, fleet, nvd, record
from tests.letterbox import letterbox

FIRMWARE = any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0"))
SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5", "asset_tag": "CT-1"}
OFF = "\n".join(f"{name} = 0" for name in ("nvd", "kev", "epss", "csaf", "osv", "cve", "eol"))
JOBS = f'[worker]\nlease_seconds = 3\nlook_seconds = 0.2\n[sync]\n{OFF}\n[assess]\n"" = 0.02\n[notices]\n"at once" = 0.02\n'
TABLE = '[[tell]]\nname = "engineers"\nto = "engineers@harbor.invalid"\ncadence = "at once"\n'


def take(site: Site, tmp_path: Path, *documents: bytes) -> None:
    paths = []
    for number, raw in enumerate(documents):
        paths.append(tmp_path / f"{hash(raw)}-{number}")
        paths[-1].write_bytes(raw)
    ran = site.command("receive", *map(str, paths))
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.timeout(900)  # some twenty starts of the program, on whatever machine
def test_a_notice_whose_worker_was_killed_comes_again_by_the_same_id_and_is_noted_once(
    site: Site, tmp_path: Path
) -> None:
    with letterbox() as box:
        site.environment |= box.settings()
        site.state("jobs.toml", JOBS)
        site.state("notices.toml", TABLE)
        take(site, tmp_path, fleet(SCANNER), nvd(record("CVE-2031-41001", FIRMWARE)))
        ran = site.command("work", "--once")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert box.letters == []
        take(site, tmp_path, nvd(record("CVE-2031-41002", FIRMWARE)))
        first = site.start()
        box.before = lambda: os.kill(first.pid, signal.SIGKILL)
        first.wait(90)
        assert len(box.letters) == 1
        box.before = lambda: None
        second, third = site.start(), site.start()
        until(lambda: len(box.letters) == 2, "the notice did not come again")
        until(lambda: site.jobs()["notices at once"]["state"] == "waiting", "the job is not given back")
        done = site.jobs()["notices at once"]["done_at"]
        until(lambda: site.jobs()["notices at once"]["done_at"] > done, "there is no further round")
    assert [letter["Subject"] for letter in box.letters] == [
        "Leadglass: 1 device newly affected at Harbor"
    ] * 2
    assert len({letter["Message-ID"] for letter in box.letters}) == 1
    for worker in (second, third):
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    ran = site.command("history")
    assert ran.stdout.count("engineers was told") == 1
    assert site.command("history", "--verify").returncode == 0
