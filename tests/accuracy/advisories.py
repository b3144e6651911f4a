# SPDX-License-Identifier: Apache-2.0
"""Hold CISA's medical advisories against NVD's criteria for the same CVE: the same answer for the same device?

A device is made for each product and version text of an advisory that is one bound, one version or all: one inside,
one just outside. The advisories go into one home, the records into another. `python -m tests.accuracy.advisories`.
"""

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.accuracy.feeds import read
from tests.accuracy.measure import CORPUS
from tests.hospital import Hospital, fleet

ADVISORIES = "csaf/cisa-icsma"
SAID = ("affected", "unknown", "nothing")
_TEXT = re.compile(r"(?P<sign><=|<|)\s*v?(?P<version>\d+(?:\.\d+)*)")
_ALL = "vers:all/*"
_RANK = ("affected", "unknown", "not_affected", "fixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A device made from a product of an advisory: where its version stands, and the CVEs that the product has."""

    tag: str
    maker: str
    model: str
    version: str
    inside: bool
    vulnerabilities: frozenset[str]


def devices(folder: Path) -> list[Made]:
    """One device inside of each version text that is read here, and one just outside where there is an outside."""
    told: dict[tuple[str, str, str, bool], set[str]] = {}
    for path in sorted(folder.glob("*.json")):
        advisory = json.loads(path.read_bytes())
        for maker, model, text, product in _products(advisory["product_tree"].get("branches", ()), ()):
            named = {
                one["cve"]
                for one in advisory.get("vulnerabilities", ())
                if product in one.get("product_status", {}).get("known_affected", ()) and "cve" in one
            }
            for version, inside in _versions(text) if named else ():
                told.setdefault((maker, model, version, inside), set()).update(named)
    return [
        Made(tag=f"A-{number:04}", maker=maker, model=model, version=version, inside=inside,
             vulnerabilities=frozenset(named))
        for number, ((maker, model, version, inside), named) in enumerate(sorted(told.items()), 1)
    ]  # fmt: skip


def _products(
    branches: Sequence[Mapping[str, Any]], above: tuple[str, ...]
) -> Iterator[tuple[str, str, str, str]]:
    """Maker, model, version text and id of each product that stands below both."""
    for branch in branches:
        path = (*above, branch["name"])
        if "product" in branch and len(path) == 3:
            yield *path, branch["product"]["product_id"]
        yield from _products(branch.get("branches", ()), path)


def _versions(text: str) -> list[tuple[str, bool]]:
    """A version inside of a text and one outside; none where the text says more than one bound or version."""
    if text.strip() == _ALL:
        return [("1.0", True)]
    found = _TEXT.fullmatch(text.strip())
    if not found:
        return []
    *front, last = found["version"].split(".")
    above = ".".join((*front, str(int(last) + 1)))
    if found["sign"] == "<":
        return [("0.0.1", True), (found["version"], False)]
    return [(found["version"], True), (above, False)]


def compare(home: Path, corpus: Path) -> list[tuple[Made, str, str, str]]:
    """Device, CVE, what the advisories say, what the records say; of CVEs that both hold."""
    made = devices(corpus / ADVISORIES)
    wanted = {name for one in made for name in one.vulnerabilities}
    feeds = read(corpus, wanted, ())
    held = {name for raw in feeds.documents.values() for name in _ids(raw)}
    inventory = fleet(
        *({"asset_tag": one.tag, "manufacturer": one.maker, "model": one.model, "software_version": one.version}
          for one in made)
    )  # fmt: skip
    papers = [path.read_bytes() for path in sorted((corpus / ADVISORIES).glob("*.json"))]
    theirs = _said(Hospital(home / "advisories"), inventory, papers)
    ours = _said(Hospital(home / "records"), inventory, list(feeds.documents.values()))
    return [
        (one, name, theirs.get((one.tag, name), "nothing"), ours.get((one.tag, name), "nothing"))
        for one in made
        for name in sorted(one.vulnerabilities & held)
    ]


def _ids(raw: bytes) -> list[str]:
    return [record["cve"]["id"] for record in json.loads(raw)["vulnerabilities"]]


def _said(hospital: Hospital, inventory: bytes, papers: list[bytes]) -> dict[tuple[str, str], str]:
    """Device and CVE to the gravest status; a finding that is not affected counts as none."""
    hospital.receive(inventory, *papers)
    hospital.assess()
    found: dict[tuple[str, str], str] = {}
    for row in hospital.list("findings", kind="vulnerability"):
        at = (row["device"], row["vulnerability"])
        found[at] = min(found.get(at, "fixed"), row["status"], key=_RANK.index)
    return {at: status for at, status in found.items() if status in SAID}


def report(compared: Sequence[tuple[Made, str, str, str]]) -> str:
    """The tables of docs/accuracy.md."""
    told = {(one.maker, one.model, name) for one, name, _, ours in compared if ours != "nothing"}
    cves, tags = {name for _, name, *_ in compared}, {one.tag for one, *_ in compared}
    lines = [f"{len(cves)} CVEs, {len(tags)} devices, {len(compared)} questions."]
    for inside, title in ((True, "inside"), (False, "outside")):
        counted = Counter((theirs, ours) for one, _, theirs, ours in compared if one.inside is inside)
        lines += ["", f"| advisory, version {title} | " + " | ".join(f"NVD: {said}" for said in SAID) + " |"]
        lines.append("|---|---|---|---|")
        lines += [
            f"| {theirs} | " + " | ".join(str(counted[theirs, ours]) for ours in SAID) + " |"
            for theirs in SAID
        ]
    causes = Counter(
        _cause(theirs, ours, known=(one.maker, one.model, name) in told)
        for one, name, theirs, ours in compared
    )
    lines += ["", "| agreement, or cause of the difference | questions |", "|---|---|"]
    lines += [f"| {cause} | {number} |" for cause, number in causes.most_common()]
    return "\n".join(lines)


def _cause(theirs: str, ours: str, *, known: bool) -> str:
    if theirs == ours:
        return (
            "the same answer"
            if known or ours != "nothing"
            else "both silent, and the record for every device of the product"
        )
    if not known:
        return "the record makes no finding for any device of the product"
    if "unknown" in (theirs, ours):
        return f"unknown by the {'advisory' if theirs == 'unknown' else 'record'}"
    return "other versions are affected by the record than by the advisory"


def main(corpus: Path) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        print(report(compare(Path(folder), corpus)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
