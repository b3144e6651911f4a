# SPDX-License-Identifier: Apache-2.0
"""What an action says: one deed per product and site, with one accountable party, clocks, proof, alternatives.

It is worked out from the numbers of the table `deed` when it is read, and of those alone that are shown.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from leadglass.values.scope import Row

DEED_ORDER = ("contain", "update", "service", "ask", "disclose", "watch")


@cache
def deeds() -> Mapping[str, Any]:
    """Read the table of deeds."""
    text = resources.files(__package__).joinpath("tables/deeds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


SHOWN = (
    "id", "rank", "deed", "product_id", "product", "maker", "site", "outcome", "title", "why", "accountable", "remedy_by",
    "due_triage", "due_contain", "due_remedy", "proof", "alternatives", "devices", "findings", "vulnerabilities", "unknown",
    "clocks", "decided", "decision", "owner", "decided_until", "assignee",
)  # fmt: skip
"""What is shown of an action, in numbers and words."""


def act(rows: Iterable[Row]) -> Iterator[Row]:
    """Give deeds (rows of `actions.ACTIONS`) their words and dates."""
    for row in rows:
        told = {**row, **_worded(row)}
        yield {name: told[name] for name in SHOWN}


def accountable(deed: str, maker: str, servicer: str) -> str:
    """Name who answers for a deed; nobody where there is none."""
    return str(deeds()[deed]["accountable"].format(**_parties(maker, servicer))) if deed else ""


def _parties(maker: str, servicer: str) -> dict[str, str]:
    return {"maker": maker or "the maker", "servicer": servicer or "the servicer"}


def sayings(rows: Iterable[Row]) -> Iterator[Row]:
    """Give of deeds what a text is sought in: the title and the reason, with the product and the site."""
    for row in rows:
        told = _titled(row, _words(row, _contained(row)))
        yield {
            "id": row["id"],
            "title": told,
            "product": row["product"],
            "why": why(row),
            "site": row["site"],
        }


def _contained(row: Row) -> date | None:
    """Give the day by which it is to be contained, where a deed and its outcome ask for one."""
    if row["contain_days"] is None or row["deed"] != "contain":
        return None
    return _day(row["since"]) + timedelta(days=row["contain_days"])


def _words(row: Row, contain: date | None) -> dict[str, Any]:
    """Give what fills in the texts of the table of deeds."""
    return {
        **_parties(row["maker"], row["servicer"]),
        "product": row["product"],
        "devices": row["devices"],
        "by": f"{contain:%a} {contain.day} {contain:%b}" if contain else "",
        "update": _named(row),
    }


def _titled(row: Row, words: Mapping[str, Any]) -> str:
    if row["deed"] == "ask" and row["missing"]:
        return f"Find out about {row['product']}: {row['missing']}"
    return str(deeds()[row["deed"]][_title(row, dated=bool(words["by"]))].format(**words))


def _worded(row: Row) -> Row:
    table = deeds()[row["deed"]]
    since = _day(row["since"])
    contain = _contained(row)
    words = _words(row, contain)
    remedy = _remedy(row)
    return {
        "title": _titled(row, words),
        "why": why(row),
        "accountable": accountable(row["deed"], row["maker"], row["servicer"]),
        "remedy_by": table["remedy_by"].format(**words),
        "due_triage": since + timedelta(days=row["triage_days"]),
        "due_contain": contain,
        "due_remedy": remedy,
        "proof": table["proof"].format(**words),
        "alternatives": [text.format(**words) for text in table["alternatives"]],
        "clocks": (
            f"{row['outcome']}, known here since {since.isoformat()} ({row['policy']}); {_remedy_said(row, remedy)}"
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


def _remedy(group: Row) -> date | None:
    """Give the day of the remedy: it counts from the day on which a release of the device's own could be known of."""
    if not group["update_whole"] or group["remedy_days"] is None or group["deed"] == "ask":
        return None
    return _day(max(group["update_offered"], group["since"])) + timedelta(days=group["remedy_days"])


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
            f"Not known whether it applies: {group['missing']} missing; {_said(group, component, known=False)}."
        )
    else:
        said.append(f"Why these: {_said(group, component, known=True)}.")
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


def _said(group: Row, component: str, *, known: bool) -> str:
    """Say which rule a component meets, and whose it is."""
    if group["class"] == "statement":
        return f"{group['rule']}; here: {component or 'the device itself'}"
    if group["class"] == "seen":
        return str(group["note"]).removesuffix(".")
    rule = group["rule"]
    return f"{component} is {rule} (NVD)" if known else f"{component} against {rule} (NVD)"


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
