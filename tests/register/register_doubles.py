# SPDX-License-Identifier: Apache-2.0
"""A clock that is set by hand, logs in memory and in a file, and words, answers, decisions to write."""

import fcntl
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from leadglass.values.people import Answer, Decision, DecisionKind, KnownDevice, Word

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


class Ticking:
    """A clock that goes on by a second each time that one looks."""

    def __init__(self, now=START):
        self.now = now

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


class MemoryLog:
    def __init__(self):
        self.kept = []

    def append(self, kind, body):
        self.kept.append({"kind": kind, "body": dict(body)})
        return hashlib.sha256(repr(self.kept).encode()).hexdigest()

    def entries(self):
        return iter(self.kept)

    def verify(self):
        return len(self.kept)

    @property
    def numbers(self):
        return [entry["body"]["number"] for entry in self.kept]


class BrokenLog(MemoryLog):
    """Dies before, or after, it has kept an entry."""

    def __init__(self, kept, *, after):
        self.kept = kept
        self.after = after

    def append(self, kind, body):
        if self.after:
            super().append(kind, body)
        raise OSError("the log's disk is gone")


class FileLog:
    """One line per entry; several processes write to it."""

    def __init__(self, path):
        self.path = Path(path)

    def append(self, kind, body):
        with self.path.open("a") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            stream.write(json.dumps({"kind": kind, "body": dict(body)}) + "\n")
            stream.flush()
        return ""

    def entries(self):
        if not self.path.exists():
            return
        with self.path.open() as stream:
            fcntl.flock(stream, fcntl.LOCK_SH)
            lines = stream.readlines()
        yield from map(json.loads, lines)

    def verify(self):
        return sum(1 for _ in self.entries())


def known(number=1, *, site="Harbor", seen=START):
    return KnownDevice(
        device_id=f"D-{number:06}",
        site=site,
        asset_tag=f"CT-{number}",
        serial_number=f"S{number}",
        first_seen=seen,
    )


def word(value="12.1", *, device="D-000001", field="software_version", at=START, by="Ida Holm"):
    return Word(device_id=device, field=field, value=value, by=by, why="read off the console", at=at)


def answer(value="P-abc", *, question="Q-1", device="", at=START):
    return Answer(
        question_id=question,
        kind="product",
        subject="Acme CT 9",
        value=value,
        by="Ida Holm",
        why="the label says so",
        at=at,
        device_id=device,
    )


def decision(key="X-1", *, target="A-1", findings=("F-1", "F-2"), at=START, until=None):
    return Decision(
        id=key,
        kind=DecisionKind.ACCEPT,
        target=target,
        findings=findings,
        owner="Medical physics",
        reason='the segment is closed: "only the archive"',
        until=until,
        by="Ida Holm",
        at=at,
        proof="firewall rule",
        vulnerability="CVE-2026-0001",
        product="P-abc",
        lo="1",
        hi="2",
    )
