# SPDX-License-Identifier: Apache-2.0
"""Release cycles held against the components of the fleet: newer releases, and ends of security support."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from leadglass.values.cpe import NA
from leadglass.values.ids import finding_key
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.components import BACKPORTING
from leadglass.vulnerabilities.lifecycles import (
    CYCLES,
    End,
    Support,
    by_name,
    by_version,
    named,
    of_edition,
    support,
)
from leadglass.vulnerabilities.offers import END_OF_SUPPORT, UPDATE, installed_before
from leadglass.vulnerabilities.schemes import Choice, Scheme
from leadglass.vulnerabilities.statement_queries import LISTED
from leadglass.vulnerabilities.statements import package_key
from leadglass.vulnerabilities.versions import clean

_PUBLISHER: Final = "endoflife.date"
_EDITION: Final = "edition or service pack"
_BOUGHT: Final = "whether extended support was bought"
_CYCLE: Final = "release cycle"
_LATEST: Final = re.compile(r"[vV]?\d[\w.+-]*")


def of_cycles(bench: Workbench, today: date, schemes: Choice) -> Iterator[Row]:
    """Give the rows of the table offer that rest on release cycles; nothing where none were received."""
    cycles: dict[str, list[Row]] = defaultdict(list)
    for row in bench.rows(CYCLES):
        cycles[row["product"]].append(row)
    if not cycles:
        return
    by_key = _by_identifier(cycles)
    done: set[str] = set()
    for part in bench.rows(LISTED):
        if part["component_id"] in done:
            continue
        found = _of_component(part, cycles, by_key)
        if found is None:
            continue
        done.add(part["component_id"])
        label, own, is_named = found
        yield from _held_against(part, label, own, today, schemes, is_named=is_named)


def _by_identifier(cycles: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """Products of endoflife.date by what their identifiers name: `a:openssl:openssl`, `maven/org.x/y`."""
    found: dict[str, str] = {}
    for product, rows in cycles.items():
        for text in rows[0]["identifiers"].split():
            pieces = text.removeprefix("cpe:2.3:").removeprefix("cpe:/").split(":")
            package = package_key(text)
            if text.startswith("cpe:") and len(pieces) >= 3:
                found.setdefault(":".join(pieces[:3]), product)
            # A distribution's package has the distribution's own releases
            elif package and package.partition("/")[0] not in BACKPORTING:
                found.setdefault(package, product)
    return found


def _of_component(
    part: Row, cycles: Mapping[str, Sequence[Row]], by_key: Mapping[str, str]
) -> tuple[str, Sequence[Row], bool] | None:
    """Give what it is called, the cycles that it may be of, whether by a release's name; None where nothing is known."""
    if part["part"] not in {"a", "o"}:
        return None
    known = named().get(part["product"])
    if known and known[0] in cycles and not (known[2] and part["version"]):
        listed = cycles[known[0]]
        release = f"{known[1]}-{part['version'].lower()}"  # 2012, r2
        own = by_name(listed, release) or by_name(listed, known[1], every=known[2])
        return (part["name"], of_edition(own, part["name"]), True) if own else None
    if part["version"] == NA:  # a name that says no release: microsoft:windows
        return None
    product = by_key.get(f"{part['part']}:{part['product']}") or by_key.get(package_key(part["purl"]) or "-")
    if product is None:
        return None
    own = by_version(cycles[product], clean(part["version"])) if part["version"] else []
    return cycles[product][0]["label"], own, False


def _held_against(
    part: Row, label: str, own: Sequence[Row], today: date, schemes: Choice, *, is_named: bool
) -> Iterator[Row]:
    if not part["version"] and not is_named:
        yield _unversioned(part, label)
        return
    if own and not is_named:
        newer = _newer(part, own, schemes.of_product(part["product"]))
        if newer:
            yield newer
    told = support(own, today)
    if told.end is not End.LATER:
        yield _ending(part, label, told, is_named=is_named)


def _unversioned(part: Row, label: str) -> Row:
    missing = part["lacks"] or "version"
    why = f"Unknown: {missing} missing. Whether {part['name']} has the newest release, and is supported, cannot be told."
    return _row(part, None, kind=UPDATE, status="unknown", missing=missing, subject=part["component_id"], release="",
                label="an update", rule=f"the newest release of {label} (endoflife.date)", why=why)  # fmt: skip


def _newer(part: Row, own: Sequence[Row], scheme: Scheme) -> Row | None:
    """Tell of a newer release within the cycle of the installed one."""
    latest = {hit[0] for one in own if (hit := _LATEST.match(one["latest"]))}
    judged = [
        installed_before(clean(text), part["version"], part["lacks"], scheme) for text in sorted(latest)
    ]
    if not judged or all(one.value is Truth.FALSE for one in judged):
        return None
    unsure = next((one for one in judged if one.value is Truth.UNKNOWN), None)
    cycle = own[0]
    # "10" may be any release of the cycle 10
    bare = clean(part["version"]) == cycle["name"] and cycle["name"] not in latest
    missing = part["doubt"] or (unsure.missing if unsure else _EDITION if len(judged) > 1 else "")
    missing = missing or (part["lacks"] or "version" if bare else "")
    release = " or ".join(sorted(latest))
    what = f"{cycle['label']} {release}"
    out = f", released {cycle['latest_released']}" if cycle["latest_released"] else ""
    why = (
        f"Unknown: {missing} missing. {what} is the newest release of {cycle['name']}{out}; installed: {part['version']}."
        if missing
        else f"Update available: {what}{out}, is the newest release of {cycle['name']}. Installed: {part['version']}."
    )
    return _row(part, cycle, kind=UPDATE, status="unknown" if missing else "affected", missing=missing, release=release,
                subject=f"{part['component_id']}|", label=what, rule=f"{what} is the newest release (endoflife.date)",
                why=why, day=cycle["latest_released"])  # fmt: skip


def _ending(part: Row, label: str, told: Support, *, is_named: bool) -> Row:
    """Tell that support has ended, or ends within a year, or that it is not known."""
    is_known = told.end in {End.ENDED, End.SOON}
    missing = part["doubt"] or ("" if is_known else _missing(told))
    name = label if is_named else f"{label} {part['version']}"
    when = f" on {told.day}" if told.day else ""
    said = {
        End.ENDED: f"Security support of {name} ended{when}.",
        End.EXTENDED: f"Security support of {name} ended{when}; {told.why}.",
        End.SOON: f"Security support of {name} ends{when}.",
    }.get(told.end, f"Whether {name} is still supported is not known: {told.why}.")
    status = "unknown" if missing else "affected" if told.end is End.ENDED else "under_investigation"
    subject = f"{told.cycle['product']} {told.cycle['name']}" if told.cycle else f"{label} {part['version']}"
    return _row(part, told.cycle, kind=END_OF_SUPPORT, status=status, missing=missing, subject=subject, release="",
                label=name, rule=f"security support of {name} ({_said_of(told)})", day=told.day,
                why=f"Unknown: {missing} missing. {said}" if missing else said)  # fmt: skip


def _said_of(told: Support) -> str:
    """Name the cycle that says so."""
    return f"endoflife.date: {told.cycle['product']} {told.cycle['name']}" if told.cycle else "endoflife.date"


def _missing(told: Support) -> str:
    if told.end is End.EXTENDED:
        return _BOUGHT
    return _EDITION if told.cycle and told.why else _CYCLE


def _row(part: Row, cycle: Row | None, *, subject: str, **told: object) -> Row:
    # Of one release that records know by two names (Windows and its build) a device has one end of support
    about = subject if told["kind"] == END_OF_SUPPORT else f"{subject}|{str(told['release']).casefold()}"
    return {
        "finding_key": finding_key(str(told["kind"]), about, ""), "component_id": part["component_id"], "on_id": "",
        "whole": False, "asks": "", "ranked": 1, "publisher": _PUBLISHER, "url": "", "day": None,
        "offered": cycle["offered"] if cycle else None, "confidence": 1.0, "sha256": cycle["sha256"] if cycle else "",
        "place": cycle["place"] if cycle else "", **told,
    }  # fmt: skip
