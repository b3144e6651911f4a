# SPDX-License-Identifier: Apache-2.0
"""Findings -> actions: one deed per product and site, with one accountable party, clocks, proof, alternatives."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any, Protocol

from leadglass.values.ids import action_id
from leadglass.values.scope import Row

DEED_ORDER = ("contain", "update", "service", "ask", "disclose", "watch")


class Days(Protocol):
    """Days of one outcome's clocks, as a policy states them."""

    @property
    def triage(self) -> int:
        """Days to triage."""

    @property
    def contain(self) -> int | None:
        """Days to containment, None where none is asked."""

    @property
    def remedy(self) -> int | None:
        """Days to the remedy from the day on which there is one, None where none is asked."""


@cache
def deeds() -> Mapping[str, Any]:
    """Read the table of deeds."""
    text = resources.files(__package__).joinpath("tables/deeds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def act(groups: Iterable[Row], clocks: Mapping[str, Days], clocks_name: str) -> list[Row]:
    """Make the ranked actions (rows of the table `action`) from groups of findings (`queries.DEEDS`)."""
    made = [(_weight(group), _action(group, clocks, clocks_name)) for group in groups]
    made.sort(key=lambda pair: (pair[0], pair[1]["id"]))
    return [{**action, "rank": rank} for rank, (_, action) in enumerate(made, 1)]


def _weight(group: Row) -> tuple[Any, ...]:
    """Order by outcome, deed, clinical tier, known exploitation, EPSS, CVSS: one after the other, never averaged."""
    return (
        -group["urgency"],
        DEED_ORDER.index(group["deed"]),
        group["tier"],
        0 if group["exploited"] else 1,
        -(group["epss"] or 0.0),
        -(group["cvss"] or 0.0),
        -group["devices"],
    )


def _action(group: Row, clocks: Mapping[str, Days], clocks_name: str) -> Row:
    table = deeds()[group["deed"]]
    days = clocks[group["outcome"]]
    since = _day(group["since"])
    triage = since + timedelta(days=days.triage)
    contain = (
        since + timedelta(days=days.contain)
        if days.contain is not None and group["deed"] == "contain"
        else None
    )
    words = {
        "maker": group["maker"] or "the maker",
        "product": group["product"],
        "servicer": group["servicer"] or "the servicer",
        "devices": group["devices"],
        "by": f"{contain:%a} {contain.day} {contain:%b}" if contain else "",
        "update": _named(group),
    }
    title = table[_title(group, dated=bool(contain))].format(**words)
    remedy = _remedy(group, days)
    if group["deed"] == "ask" and group["missing"]:
        title = f"Find out about {group['product']}: {group['missing']}"
    return {
        "id": action_id(group["deed"], group["product_id"], group["site"]),
        "deed": group["deed"],
        "product_id": group["product_id"],
        "product": group["product"],
        "maker": group["maker"],
        "site": group["site"],
        "outcome": group["outcome"],
        "title": title,
        "why": why(group),
        "accountable": table["accountable"].format(**words),
        "remedy_by": table["remedy_by"].format(**words),
        "due_triage": triage,
        "due_contain": contain,
        "due_remedy": remedy,
        "proof": table["proof"].format(**words),
        "alternatives": json.dumps([text.format(**words) for text in table["alternatives"]]),
        "devices": group["devices"],
        "findings": group["findings"],
        "vulnerabilities": group["vulnerabilities"],
        "unknown": group["unknown"],
        "clocks": (
            f"{group['outcome']}, known here since {since.isoformat()} ({clocks_name}); {_remedy_said(group, remedy)}"
        ),
    }


def _title(group: Row, *, dated: bool) -> str:
    """Choose the title: with the update that can be had, where there is one."""
    install = group["deed"] in {"update", "service"} or (group["deed"] == "contain" and dated)
    if install and group["update_label"]:
        return "title_release" if group["update_whole"] else "title_part"
    return "title" if dated else "title_undated"


def _named(group: Row) -> str:
    """Name the update, and how many more the same deed brings."""
    more = group["updates"] - 1
    return f"{group['update_label']} and {more} more" if more > 0 else str(group["update_label"])


def _remedy(group: Row, days: Days) -> date | None:
    """Give the day of the remedy: it counts from the day on which a release of the device's own could be known of."""
    if not group["update_whole"] or days.remedy is None or group["deed"] == "ask":
        return None
    return _day(max(group["update_offered"], group["since"])) + timedelta(days=days.remedy)


def _remedy_said(group: Row, remedy: date | None) -> str:
    if remedy is None:
        return "remedy has no date until the maker approves one"
    return f"remedy from {_day(max(group['update_offered'], group['since']))}, as {group['update_label']} can be had"


def why(group: Row) -> str:
    """Say why in sentences: what can happen, which rule, known exploitation, how many more, what is missing."""
    if group["kind"] != "vulnerability":
        return str(group["note"])
    component = f"{group['component_name']} {group['component_version']}".removesuffix(" -").strip()
    said = [f"{group['sentence'].removesuffix('.')} ({group['vulnerability']})."]
    if group["known_exploited"]:
        day = _day(group["known_exploited"])
        ransom = ", by ransomware too" if group["ransomware"] else ""
        said.append(f"Exploited elsewhere since {day.day} {day:%b %Y} (CISA KEV){ransom}.")
    if group["status"] == "unknown":
        said.append(
            f"Not known whether it applies: {group['missing']} missing; {_said(group, component, 'against')}."
        )
    else:
        said.append(f"Why these: {_said(group, component, 'is')}.")
    more = group["vulnerabilities"] - 1
    if more > 0:
        exploited = (
            f", {group['exploited_count']} of all known to be exploited" if group["exploited_count"] else ""
        )
        noun = "vulnerability" if more == 1 else "vulnerabilities"
        said.append(f"The same deed settles {more} more {noun}{exploited}.")
    if group["update_why"]:
        said.append(group["update_why"])
    return " ".join(said)


def _said(group: Row, component: str, verb: str) -> str:
    """Say which rule a component meets, and whose it is."""
    if group["class"] == "statement":
        return f"{group['rule']}; here: {component or 'the device itself'}"
    if group["class"] == "seen":
        return str(group["note"]).removesuffix(".")
    return f"{component} {verb} {group['rule']} (NVD)"


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
