# SPDX-License-Identifier: Apache-2.0
"""Select what goes into a bundle: public kinds only, nothing superseded, nothing that its label keeps here.

A label is that of the receipt or that within the document, whichever is stricter; one that is no label of the
Traffic Light Protocol 2.0 counts as the strictest.
"""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import PurePosixPath
from typing import Any

from leadglass.errors import UsageError
from leadglass.planning.labels import COVERED, LABELS
from leadglass.services.house import BUNDLES, House
from leadglass.services.ledger.sources import Held, catch_up, held
from leadglass.values.bundles import Listed
from leadglass.values.sources import Kind

_TABLE = BUNDLES

Candidate = tuple[Held, Mapping[str, Any]]
"""A document, and what is told of its reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What goes in, in order of hash, and how many documents stay here for which reason."""

    documents: tuple[Listed, ...]
    left_out: Mapping[str, int]


def select(house: House, kinds: Collection[str] = (), tlp: str = "") -> Selected:
    """Select the documents of these kinds (none: all public ones) up to a label ("": the default of the table)."""
    table = rules(house)
    wanted = _kinds(table, kinds)
    ranks = _ranks(table, tlp)
    documents = held(house, None)
    catch_up(house, documents)
    labels = _labels(house, documents)
    candidates, left_out = list[Candidate](), Counter[str]()
    for document in documents:
        about = house.tables.about(document.sha256)
        why = _why_not(document, about, wanted, ranks, labels[document.sha256])
        if why:
            left_out[why] += why != "another kind"
        else:
            candidates.append((document, about))
    kept = _needed(house, candidates, wanted)
    left_out["covered by newer ones"] = len(candidates) - len(kept)
    listed = tuple(_listed(document, about, labels[document.sha256], ranks) for document, about in kept)
    return Selected(documents=listed, left_out={why: number for why, number in left_out.items() if number})


def rules(house: House) -> Mapping[str, Any]:
    """Read the table: the site's own `policies/bundle.toml`, else the shipped one."""
    shipped = resources.files(__package__).joinpath(f"tables/{_TABLE}").read_text(encoding="utf-8")
    try:
        table = tomllib.loads(house.policies.get(_TABLE, shipped))
        is_whole = table["kinds"] and table["tlp"]["labels"] and isinstance(table["tlp"]["old"], dict)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise UsageError(f"policies/{_TABLE} is no table of bundles ({error}). Mend or remove it.") from error
    if not is_whole or Kind.FLEET in table["kinds"]:
        raise UsageError(
            f"policies/{_TABLE} names no kind, or inventories, which never leave. Mend or remove it."
        )
    return table


def _kinds(table: Mapping[str, Any], asked: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
    known = table["kinds"]
    for kind in asked:
        if kind not in known:
            raise UsageError(f"'{kind}' never goes into a bundle. Kinds that do: {', '.join(known)}.")
    return {kind: rule for kind, rule in known.items() if (kind in asked if asked else not rule.get("named"))}


def _ranks(table: Mapping[str, Any], most: str) -> Mapping[str, int]:
    """Give each label that may go in its rank. UsageError for a word that is no label."""
    labels = table["tlp"]["labels"]
    most = most or table["tlp"]["default"]
    if most not in labels:
        raise UsageError(f"'{most}' is no TLP label. Labels: {', '.join(labels)}.")
    ranks = {label: rank for rank, label in enumerate(labels[: labels.index(most) + 1])}
    return ranks | {old: ranks[new] for old, new in table["tlp"]["old"].items() if new in ranks}


def _labels(house: House, documents: Iterable[Held]) -> Mapping[str, set[str]]:
    """Give every label of each document, that of its latest receipt and those within it."""
    found: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        found[document.sha256].add(_label(document.last.tlp))
    bench = house.tables.workbench(list(found))
    try:
        for row in bench.rows(LABELS):
            found[row["sha256"]].add(_label(row["tlp"]))
    finally:
        bench.close()
    return found


def _label(text: str) -> str:
    return text.strip().upper().removeprefix("TLP:")


def _why_not(
    document: Held,
    about: Mapping[str, Any],
    wanted: Mapping[str, Mapping[str, Any]],
    ranks: Mapping[str, int],
    labels: Collection[str],
) -> str:
    """Say why a document stays here; "" where it may go."""
    rule = wanted.get(about["kind"])
    if rule is None or about["standard"] in rule.get("without", ()):
        return "another kind"
    if document.hint:
        return "read in a way of this site"
    if not all(label in ranks for label in labels):
        return "kept here by its TLP label"
    return "" if sum(about["taken"].values()) else "nothing could be read of it"


def _needed(
    house: House, candidates: Sequence[Candidate], wanted: Mapping[str, Mapping[str, Any]]
) -> list[Candidate]:
    """Leave out what newer documents of its kind cover, from the newest to the oldest; in order of hash."""
    kept = list[Candidate]()
    newer: dict[str, list[str]] = defaultdict(list)
    for document, about in sorted(candidates, key=_age, reverse=True):
        kind, share = about["kind"], wanted[about["kind"]].get("covered")
        if share is None or not _is_covered(house, document.sha256, newer[kind], share):
            kept.append((document, about))
            newer[kind].append(document.sha256)
    return sorted(kept, key=lambda candidate: candidate[0].sha256)


def _is_covered(house: House, sha256: str, newer: Sequence[str], share: float) -> bool:
    """Tell whether newer documents say that share of what this one says."""
    if not newer:
        return False
    bench = house.tables.workbench([sha256, *newer])
    try:
        (row,) = bench.rows(COVERED, sha256=sha256)
    finally:
        bench.close()
    return bool(row["covered"] >= share * row["entries"])


def _age(candidate: Candidate) -> tuple[str, str, str]:
    """By the newest date of the content, then by receipt: what was fetched today may be of last year."""
    document, about = candidate
    return about["newest"] or "", document.last.received.isoformat(), document.sha256


def _listed(
    document: Held, about: Mapping[str, Any], labels: Collection[str], ranks: Mapping[str, int]
) -> Listed:
    """Describe a document as its receipt does; of its name only the end, which tells nothing of our folders."""
    last = document.last
    return Listed(
        sha256=document.sha256, size=last.size, name=PurePosixPath(last.name).name, kind=about["kind"],
        standard=about["standard"], version=about["version"], publisher=last.publisher,
        tlp=max(labels, key=lambda label: ranks[label]), received=last.origin or last.received,
        newest=date.fromisoformat(about["newest"]) if about["newest"] else None,
    )  # fmt: skip
