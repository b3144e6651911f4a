# SPDX-License-Identifier: Apache-2.0
"""The table of jobs: one taker each, leases that end, and nothing written by who lost hers."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from register_doubles import START

from leadglass.register.jobs import JobBook
from leadglass.register.models import History
from leadglass.values.jobs import Doing

ACTOR = Path(__file__).with_name("job_actor.py")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def book(register):
    return JobBook(register)


def take(book, by="one", now=START):
    return book.take(by, now=now, lease=MINUTE)


def test_a_job_is_had_by_one_until_she_gives_it_back(book):
    book.plan("sync", "kev", due=START, every=HOUR)
    mine = take(book)
    assert (mine.name, mine.attempts, mine.lease_until) == ("sync kev", 1, START + MINUTE)
    assert take(book, "two") is None
    assert book.finish(mine, due=START + HOUR, at=START, said="done")
    assert take(book, "two", START + 59 * MINUTE) is None
    assert take(book, "two", START + HOUR).leased_by == "two"


def test_what_is_due_the_longest_comes_first(book):
    for number, key in enumerate(("late", "later", "first")):
        book.plan("sync", key, due=START - (3 if key == "first" else number) * MINUTE, every=HOUR)
    assert [take(book).key for _ in range(3)] == ["first", "later", "late"]


def test_a_lease_that_ran_out_is_free_and_who_lost_it_writes_no_more(book):
    book.plan("assess", "", due=START, every=HOUR)
    lost = take(book)
    heir = take(book, "two", START + MINUTE)
    assert (heir.lease, heir.attempts) == (lost.lease + 1, 2)
    late = START + 2 * MINUTE
    assert not book.renew(lost, until=late)
    assert not book.finish(lost, due=late, at=late, said="too late")
    assert not book.fail(lost, due=late, error="too late")
    assert not book.put_back(lost, due=late)
    assert book.all() == [heir]
    assert book.finish(heir, due=START + HOUR, at=late, said="done")


def test_a_renewed_lease_holds(book):
    book.plan("assess", "", due=START, every=HOUR)
    mine = take(book)
    assert book.renew(mine, until=START + 2 * MINUTE)
    assert take(book, "two", START + MINUTE) is None
    assert take(book, "two", START + 2 * MINUTE) is not None


def test_what_failed_says_why_and_waits_and_what_was_put_back_never_happened(book):
    book.plan("sync", "kev", due=START, every=HOUR)
    assert book.fail(take(book), due=START + MINUTE, error="The server is away.")
    (job,) = book.all()
    assert (job.error, job.attempts, job.stands(START), job.done_at) == (
        "The server is away.", 1, Doing.FAILED, None,
    )  # fmt: skip
    again = take(book, now=START + MINUTE)
    assert again.attempts == 2
    assert book.put_back(again, due=START + MINUTE)
    assert book.all()[0].attempts == 1
    assert book.finish(take(book, now=START + MINUTE), due=START + HOUR, at=START, said="well")
    (job,) = book.all()
    assert (job.error, job.attempts, job.said, job.stands(START)) == ("", 0, "well", Doing.WAITING)


def test_a_clock_that_ran_ahead_and_came_back_keeps_no_job(book):
    book.plan("sync", "kev", due=START, every=HOUR)
    ahead = START + timedelta(days=400)
    assert take(book, now=ahead) is not None
    assert take(book, "two", START) is None  # who has it may live: her lease ends a lease from now
    assert take(book, "two", START + MINUTE) is not None
    book.plan("sync", "nvd", due=START, every=HOUR)
    assert book.finish(take(book, now=ahead), due=ahead + HOUR, at=ahead, said="done")
    book.plan("sync", "nvd", due=START, every=HOUR)
    assert {job.key: job.due for job in book.all()}["nvd"] <= START + HOUR


def test_waking_makes_due_earlier_and_never_later(book):
    book.plan("notices", "at once", due=START + HOUR, every=HOUR)
    book.wake("notices", "at once", at=START)
    book.wake("notices", "at once", at=START + 2 * HOUR)
    assert [job.due for job in book.all()] == [START]


def test_jobs_leave_no_trace_in_history_and_no_row_in_a_backup(register, book):
    book.plan("sync", "kev", due=START, every=HOUR)
    book.finish(take(book), due=START + HOUR, at=START, said="done")
    assert not History.objects.exists()
    assert register.verify() == 0


def test_of_many_takers_at_once_each_job_has_one(register, book, tmp_path, url):
    for number in range(60):
        book.plan("sync", str(number), due=START, every=HOUR)
    takers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", str(ACTOR), str(tmp_path / "home"), url, f"taker {number}"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(4)
    ]  # fmt: skip
    taken = []
    for taker in takers:
        told, faults = taker.communicate(timeout=240)
        assert (taker.returncode, faults) == (0, "")
        taken += told.split()
    assert Counter(taken) == {str(number): 1 for number in range(60)}
    assert {(job.attempts, job.lease) for job in book.all()} == {(1, 1)}
