# SPDX-License-Identifier: Apache-2.0
"""Real workers: two of them and a kill -9 in the middle, an end on request, faults that are kept and tried again."""

import signal
import threading
import time
from collections.abc import Iterator

import pytest

from leadglass.store.documents import DocumentStore
from tests.daemons.workers import Site, asked_to_end, until
from tests.feeds.server import Server, serving
from tests.feeds.world import World


@pytest.fixture
def feeds(site: Site) -> Iterator[Server]:
    """A server of feeds, which the site's workers ask."""
    with serving(World()) as made:
        site.environment |= made.settings()
        yield made


def receipts(site: Site) -> int:
    return sum(1 for _ in DocumentStore(site.home).receipts())


def test_a_killed_workers_job_is_done_by_the_other_within_its_lease_and_once(
    site: Site, feeds: Server
) -> None:
    held = threading.Event()
    feeds.before = lambda _path: held.wait(120)
    site.start()
    site.start()
    until(lambda: feeds.asked, "no worker asked the feed")
    time.sleep(7)  # longer than two leases: they are renewed, so that nobody else takes the job
    assert len(feeds.asked) == 1
    victim = site.holder("sync kev")
    victim.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    held.set()
    other = next(worker for worker in site.workers if worker is not victim)
    until(lambda: receipts(site), "nobody took the job up", 60)
    took = time.monotonic() - killed
    until(lambda: site.jobs()["sync kev"]["state"] == "waiting", "the job is not given back")
    job = site.jobs()["sync kev"]
    assert (job["error"], job["attempts"], job["said"]) == ("", 0, "CISA KEV: 1 new documents")
    assert took < 3 + 30  # a lease, and the time of a busy machine to do it
    assert feeds.paths() == ["/kev.json", "/kev.json"]
    assert receipts(site) == 1
    assert "sync kev: CISA KEV: 1 new documents" in asked_to_end(other)


def test_a_worker_that_stands_still_loses_its_lease_and_nobody_does_its_job_beside_it(
    site: Site, feeds: Server
) -> None:
    held = threading.Event()
    feeds.before = lambda _path: held.wait(120)
    first = site.start()
    until(lambda: feeds.asked, "the worker did not ask the feed")
    first.send_signal(signal.SIGSTOP)
    second = site.start()
    time.sleep(8)  # the lease is over
    assert len(feeds.asked) == 1
    held.set()
    first.send_signal(signal.SIGCONT)
    until(lambda: receipts(site), "the job was not done")
    until(lambda: site.jobs()["sync kev"]["done_at"], "the job is not given back")
    assert receipts(site) == 1
    assert "another worker is at it still" in asked_to_end(second)
    asked_to_end(first)


def test_asked_to_end_a_worker_leaves_off_and_gives_its_job_back(site: Site, feeds: Server) -> None:
    held = threading.Event()
    feeds.before = lambda _path: held.wait(120)
    worker = site.start()
    until(lambda: feeds.asked, "the worker did not ask the feed")
    began = time.monotonic()
    told = asked_to_end(worker)
    held.set()
    assert 15 < time.monotonic() - began < 45  # it had its grace
    assert "sync kev (stopped" in told
    job = site.jobs()["sync kev"]
    assert (job["state"], job["attempts"], job["leased_by"]) == ("due", 0, "")
    assert receipts(site) == 0


def test_what_fails_is_kept_as_a_sentence_and_told_by_status(site: Site, feeds: Server) -> None:
    feeds.replaced["/kev.json"] = b"<html>Sign in to the proxy</html>"
    ran = site.command("work", "--once")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    job = site.jobs()["sync kev"]
    assert (job["state"], job["attempts"]) == ("failed", 1)
    assert job["error"]
    said = site.command("work", "--list").stdout
    assert f"sync kev failed 1 time in a row: {job['error']}" in said
    del feeds.replaced["/kev.json"]
    time.sleep(1.5)  # its pause
    assert site.command("work", "--once").returncode == 0
    job = site.jobs()["sync kev"]
    assert (job["state"], job["attempts"], job["error"]) == ("waiting", 0, "")
    assert receipts(site) == 1


def test_new_documents_are_assessed_without_a_word(site: Site, feeds: Server) -> None:
    site.state(
        "jobs.toml",
        "[worker]\nlook_seconds = 0.2\n[sync]\nkev = 600\nnvd = 0\nepss = 0\ncsaf = 0\nosv = 0\ncve = 0\neol = 0\n",
    )
    assert site.command("work", "--once").returncode == 0
    told = site.jobs()
    assert told["assess"]["said"].startswith("snapshot ")
    ran = site.command("status", "--json")
    assert '"failed": []' in ran.stdout


def test_a_stated_time_is_worked_with_once_alone(site: Site) -> None:
    site.environment["LEADGLASS_NOW"] = "2026-11-21T07:00:00+00:00"
    ran = site.command("work")
    assert (ran.returncode, "Work with --once" in ran.stdout) == (3, True)
