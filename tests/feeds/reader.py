# SPDX-License-Identifier: Apache-2.0
"""A hospital that syncs from a server on this machine, with a sleep that takes no time."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from leadglass.services.feeds.desk import Step
from leadglass.services.feeds.sync import Outcome, sync
from leadglass.store.feeds import HttpWeb, Manners, web
from tests.feeds.server import Server
from tests.feeds.world import START
from tests.hospital import Clock, Hospital

POLICY = """
[nvd]
least = 1
page = 10
tail = 4
first_year = 2024
most = 8
unread = 0.1
[kev]
least = 1
shrink = 0.34
most = 8
[epss]
least = 1
most = 8
[eol]
least = 1
most = 8
[osv]
ecosystems = ["PyPI", "Maven"]
most = 8
[csaf]
shrink = 0.34
most = 8
[cve]
most = 8
baseline = ""
"""


class Time:
    """Seconds that pass only by sleeping."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> float:
        return self.seconds


class Reader:
    """A home, and what its feeds brought."""

    def __init__(
        self,
        home: Path,
        server: Server,
        *,
        policy: str = POLICY,
        clock: datetime | None = None,
        tries: int = 6,
    ) -> None:
        self.time = Time()
        self.server = server
        self.clock = Clock(clock or START.replace(tzinfo=UTC))
        self.hospital = Hospital(home, self.clock)
        self.manners = Manners(tries=tries, silence=5.0)
        self.house = replace(
            self.hospital.house,
            web=self.web,
            settings=server.settings(),
            policies={"feeds.toml": policy} if policy else {},
        )
        self.hospital.house = self.house

    def web(self) -> AbstractContextManager[HttpWeb]:
        return web(
            self.manners, sleep=self.time.sleep, now=self.time.now, chance=lambda: 0.5, clock=self.clock
        )

    def sync(self, *names: str, full: bool = False) -> dict[str, Outcome]:
        told = list(sync(self.house, names, full=full))
        self.clock.moment += timedelta(seconds=1)
        assert all(isinstance(one, Step | Outcome) for one in told)
        return {one.feed: one for one in told if isinstance(one, Outcome)}

    def one(self, name: str, *, full: bool = False) -> Outcome:
        return self.sync(name, full=full)[name]

    def documents(self) -> list[bytes]:
        return [
            self.house.documents.read(name)
            for name in dict.fromkeys(r.sha256 for r in self.house.documents.receipts())
        ]

    def nvd(self) -> dict[str, str]:
        """The newest record of each CVE: its lastModified."""
        found: dict[str, str] = {}
        for raw in self.documents():
            said = json.loads(raw) if raw[:1] == b"{" else {}
            for item in said.get("vulnerabilities", []) if said.get("format") == "NVD_CVE" else []:
                cve = item["cve"]
                found[cve["id"]] = max(found.get(cve["id"], ""), cve["lastModified"])
        return found

    def records(self, key: Sequence[str], at: Sequence[str]) -> dict[str, str]:
        """The newest of each record that is a document of its own: id by one path of keys, time by another."""
        found: dict[str, str] = {}
        for raw in self.documents():
            said = json.loads(raw) if raw[:1] == b"{" else {}
            name, time = _at(said, key), _at(said, at)
            if name and time:
                found[name] = max(found.get(name, ""), datetime.fromisoformat(time).isoformat())
        return found

    def osv(self) -> dict[str, str]:
        return self.records(["id"], ["modified"])

    def cves(self) -> dict[str, str]:
        return self.records(["cveMetadata", "cveId"], ["cveMetadata", "dateUpdated"])

    def advisories(self) -> dict[str, str]:
        return self.records(["document", "tracking", "id"], ["document", "tracking", "current_release_date"])


def _at(said: Any, keys: Sequence[str]) -> str:
    for key in keys:
        said = said.get(key) if isinstance(said, dict) else None
    return said if isinstance(said, str) else ""
