# SPDX-License-Identifier: Apache-2.0
"""Read inventories of Wazuh (4.x and 5): answers of its API, indexed documents of vulnerabilities, alerts of them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import Buffer
from leadglass.formats.record_lists import records
from leadglass.formats.tree_fields import Fields
from leadglass.values.sightings import Noticed, Sighting, Sightings, Software, ip_address, once

TOOL: Final = "Wazuh"
MOST_AGENTS: Final = 100_000

_WHAT: Final = "The Wazuh inventory"
_OVER: Final = frozenset({"solved", "obsolete"})
_Said = dict[str, Any]


def read(raw: Buffer) -> Sightings:
    """Read an inventory: one sighting per agent. Agents, packages and vulnerabilities may stand in one document.

    Taken are `data.affected_items` of the API, `hits.hits` of a search, and documents alone, in a list or by line.
    """
    reading = _Reading()
    for place, prefix, record in records(raw, _WHAT, reading.fields):
        reading.document(record, place, prefix)
    return reading.finish()


@dataclass(slots=True)
class _Agent:
    """An agent while what is said of it is gathered."""

    place: str
    hostname: str = ""
    addresses: list[str] = field(default_factory=list)
    os: str = ""
    seen_at: datetime | None = None
    version: str = ""
    software: dict[Software, None] = field(default_factory=dict)
    noticed: list[Noticed] = field(default_factory=list)
    rest: dict[str, str] = field(default_factory=dict)

    def sighting(self) -> Sighting:
        """Give what was gathered."""
        return Sighting(
            place=self.place,
            tool=TOOL,
            seen_at=self.seen_at,
            addresses=once(self.addresses),
            hostname=self.hostname,
            os=self.os,
            software=tuple(self.software),
            vulnerabilities=tuple(self.noticed),
            rest=self.rest,
        )


class _Reading:
    """One document while it is read."""

    def __init__(self) -> None:
        self.fields = Fields(_WHAT)
        self._agents: dict[str, _Agent] = {}
        self._documents = 0
        self._empty = False

    def document(self, record: _Said, place: str, prefix: str) -> None:
        """Take one record: an answer of the API, an answer of the index, or a single document."""
        data, hits = record.get("data"), record.get("hits")
        if isinstance(data, dict) and "affected_items" in data:
            self._empty = True
            for here, one in self.fields.objects(data["affected_items"], f"{prefix}data.affected_items"):
                self._item(one, here)
        elif isinstance(hits, dict):
            self._empty = True
            for here, one in self.fields.objects(hits.get("hits"), f"{prefix}hits.hits"):
                self._indexed(one, here)
        else:
            self._indexed(record, place)

    def finish(self) -> Sightings:
        """Give what was taken; a document in which nothing is of Wazuh is refused."""
        if not self._agents and (self._documents or not self._empty):
            raise UnreadableError(
                f"{_WHAT} was not read: it has neither data.affected_items nor documents with agent and vulnerability. "
                "Export the index wazuh-states-vulnerabilities, or the answer of the API, as JSON."
            )
        seen = tuple(agent.sighting() for agent in self._agents.values())
        versions = once(sorted({agent.version for agent in self._agents.values()}))
        return Sightings(
            tool=TOOL,
            version=versions[-1] if len(versions) == 1 else "",
            scanned_at=max((one.seen_at for one in seen if one.seen_at), default=None),
            sightings=seen,
            rest=dict(self.fields.rest),
            remarks=self.fields.remarks.finish(),
        )

    def _agent(self, ident: str, hostname: str, place: str) -> _Agent:
        key = ident or hostname
        if key not in self._agents and len(self._agents) >= MOST_AGENTS:
            raise BoundError(f"{_WHAT} names more than {MOST_AGENTS:,} agents. Export it in parts.")
        if not key:
            why = "It is not said of which agent: it can be given to no device."
            self.fields.remarks.add(place, why, sort="items without an agent")
        agent = self._agents.setdefault(key, _Agent(place, rest={"agent": ident} if ident else {}))
        agent.hostname = agent.hostname or hostname
        return agent

    def _item(self, item: _Said, place: str) -> None:
        """Take an item of the API: of /vulnerability (cve), /agents (ip, os), /syscollector/.../packages."""
        take = self.fields.take
        listed = "lastKeepAlive" in item or "registerIP" in item or ("ip" in item and "cve" not in item)
        ident = take(item.get("id" if listed else "agent_id"), f"{place}.id")
        hostname = take(item.get("name" if listed else "agent_name"), f"{place}.name")
        agent = self._agent(ident, hostname, place)
        if listed:
            agent.addresses.append(ip_address(take(item.get("ip"), f"{place}.ip")))
            agent.os = self._system(item.get("os"), f"{place}.os") or agent.os
            agent.version = take(item.get("version"), f"{place}.version").removeprefix("Wazuh v")
            self._saw(agent, item.get("lastKeepAlive"), f"{place}.lastKeepAlive")
            return
        found = self._software(item, place)
        if found:
            agent.software[found] = None
        if "cve" in item:
            self._saw(agent, item.get("detection_time"), f"{place}.detection_time")
            self._notice(agent, item, item.get("cve"), found, place)

    def _indexed(self, record: _Said, place: str) -> None:
        """Take a document of the index, with or without what the index says around it; or an alert."""
        fields, inner = self.fields, place
        self._documents += 1
        if isinstance(record.get("_source"), dict):
            record, inner = record["_source"], f"{place}._source"
        around = fields.object(record.get("wazuh"), f"{inner}.wazuh")  # since 5.0 the agent stands within
        agents = record.get("agent", around.get("agent"))
        told = record.get("vulnerability")
        if told is None and isinstance(record.get("data"), dict):  # an alert
            told = record["data"].get("vulnerability")
        if not isinstance(agents, dict) or not isinstance(told, dict):
            why = "This is no document of an agent and a vulnerability: it was left out."
            fields.remarks.add(place, why, sort="documents of another kind")
            return
        agent = self._agent_of(agents, record, inner)
        package = told.get("package", record.get("package"))
        found = self._software(fields.object(package, f"{inner}.package"), f"{inner}.package")
        if found:
            agent.software[found] = None
        seen = told.get("detected_at", record.get("@timestamp", record.get("timestamp")))
        self._saw(agent, seen, f"{inner}.vulnerability.detected_at")
        ident = told.get("id", told.get("cve"))
        self._notice(agent, told, ident, found, f"{inner}.vulnerability")

    def _agent_of(self, said: _Said, record: _Said, place: str) -> _Agent:
        take, host = self.fields.take, self.fields.object(said.get("host"), f"{place}.agent.host")
        ident = take(said.get("id"), f"{place}.agent.id")
        name = take(host.get("hostname"), f"{place}.agent.host.hostname") or take(
            said.get("name"), f"{place}.agent.name"
        )
        agent = self._agent(ident, name, place)
        agent.version = agent.version or take(said.get("version"), f"{place}.agent.version").lstrip("v")
        addresses = host.get("ip", said.get("ip"))
        for here, one in self.fields.items(
            addresses if isinstance(addresses, list) else [addresses], f"{place}.agent.ip"
        ):
            agent.addresses.append(ip_address(take(one, here)))
        on = self.fields.object(record.get("host"), f"{place}.host")
        agent.os = agent.os or self._system(on.get("os", host.get("os")), f"{place}.host.os")
        return agent

    def _system(self, value: Any, place: str) -> str:
        said, take = self.fields.object(value, place), self.fields.take
        full = take(said.get("full"), f"{place}.full")
        name, version = take(said.get("name"), f"{place}.name"), take(said.get("version"), f"{place}.version")
        return full or " ".join(filter(None, (name, version)))

    def _software(self, said: _Said, place: str) -> Software | None:
        name = self.fields.take(said.get("name"), f"{place}.name")
        version = self.fields.take(said.get("version"), f"{place}.version")
        return Software(name=name, version=version) if name else None

    def _saw(self, agent: _Agent, value: Any, place: str) -> None:
        time = self.fields.time(value, place)
        if time and (agent.seen_at is None or time > agent.seen_at):
            agent.seen_at = time

    def _notice(self, agent: _Agent, said: _Said, ident: Any, found: Software | None, place: str) -> None:
        take = self.fields.take
        vulnerability = take(ident, f"{place}.id")
        if not vulnerability:
            why = "No id of a vulnerability is stated: it was left out."
            self.fields.remarks.add(place, why, sort="vulnerabilities without an id")
            return
        status = take(said.get("status"), f"{place}.status").casefold()
        if status in _OVER:  # an alert that a vulnerability is gone
            self.fields.rest["vulnerabilities that are solved"] += 1
            return
        title = take(said.get("title"), f"{place}.title") or self.fields.prose(
            said.get("description"), f"{place}.description"
        )
        agent.noticed.append(
            Noticed(
                vulnerability=vulnerability,
                title=" ".join(title.split())[:400],
                severity=take(said.get("severity"), f"{place}.severity"),
                place=place,
                detail=f"package {found.name} {found.version}".strip() if found else "",
            )
        )
