# SPDX-License-Identifier: Apache-2.0
"""Measure the matcher on the labelled pairs: one device per pair, on the whole road from document to finding.

`python -m tests.accuracy.measure` prints the tables of docs/accuracy.md.
"""

import json
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.accuracy.feeds import Feeds, read, words
from tests.accuracy.tables import table
from tests.hospital import Hospital, fleet

CORPUS = Path("../shared/data")
LABELS = ("affected", "unknown", "not_affected")
UNJUDGED = "unjudged"
"""What is said where nothing at hand names the component, and the program says so."""
SAID = ("affected", "unknown", UNJUDGED, "not_affected")
LATER = ("third", "fourth", "fifth")
"""The sets that were measured once before anybody had looked at an answer."""
READ_TWICE = ("fourth", "fifth")
"""The sets whose table `_stands` says which label holds where two readers differ."""
_RANK = ("affected", "unknown", "not_affected", "fixed")
_MAKERS_OF_MORE_WORDS = (
    "Boston Scientific", "GE Healthcare", "GE Intelligent", "GE Medical Systems", "Philips Healthcare",
    "Philips Medical Systems", "Philips Respironics", "Smiths Medical",
)  # fmt: skip
_SURE = 0.05  # the bounds hold with 95 %

Pair = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the matcher says of a pair beside what its reader says; `missing` and `rule` are the finding's."""

    pair: str
    second: bool
    label: str
    said: str
    missing: str
    rule: str


def measure(home: Path, corpus: Path, later: str = "") -> tuple[Feeds, list[Outcome]]:
    """Put all pairs, of the first sets or of a later one, on the road in one home and one assessment; read what comes out."""
    pairs = table(f"{later}_pairs.csv" if later else "pairs.csv")
    labels = labels_of(later)
    second = {row["pair"] for row in table("second_reader.csv")}
    feeds = read(corpus, (pair["vulnerability"] for pair in pairs), map(_named, pairs))
    hospital = Hospital(home)
    hospital.receive(fleet(*map(device, pairs)), *(bom(pair) for pair in pairs if _listed(pair)))
    hospital.receive(*(document for document in feeds.documents.values()))
    hospital.assess()
    found = _found(hospital, pairs)
    return feeds, [
        Outcome(
            pair=pair["pair"],
            second=pair["pair"] in second,
            label=labels[pair["pair"]],
            **(found.get(pair["pair"]) or _silent(hospital, pair)),
        )
        for pair in pairs
    ]


def labels_of(later: str = "") -> dict[str, str]:
    """The labels by pair; where two readers of a later set differ, the one that stands."""
    labels = {
        row["pair"]: row["label"] for row in table(f"{later}_reader.csv" if later else "first_reader.csv")
    }
    if later in READ_TWICE:
        labels |= {row["pair"]: row["label"] for row in table(f"{later}_stands.csv")}
    return labels


def device(pair: Pair) -> dict[str, str]:
    """The pair's device as an inventory writes it; a model of its own where the pair states no hardware."""
    kind, hardware = pair["kind"], pair["device_hardware"]
    maker, model = _maker_and_model(hardware) if hardware else ("Quillon", f"Rig {pair['pair']}")
    made = {"asset_tag": pair["pair"], "manufacturer": maker, "model": model, "os": pair["device_os"]}
    if _listed(pair):
        made["sbom"] = _serial(pair)
    elif kind == "operating-system":
        made |= {"os": pair["component"], "os_version": pair["version"], "cpe": pair["cpe"]}
    else:
        maker, model = _maker_and_model(hardware or pair["component"])
        made |= {
            "manufacturer": maker, "model": model, "software_version": pair["version"], "cpe": pair["cpe"],
        }  # fmt: skip
    return made


def bom(pair: Pair) -> bytes:
    """A bill of materials that lists the component and says how complete it is (CycloneDX 1.5, `compositions`)."""
    written = {"type": pair["kind"], "bom-ref": "1", "name": pair["component"]}
    written |= {name: pair[name] for name in ("version", "cpe", "purl") if pair[name]}
    aggregate = {"yes": "complete", "no": "incomplete"}.get(pair["complete_list"], "unknown")
    return json.dumps(
        {
            "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "serialNumber": _serial(pair),
            "metadata": {"component": {"type": "device", "bom-ref": "0", "name": f"Rig {pair['pair']}"}},
            "components": [written], "compositions": [{"aggregate": aggregate, "assemblies": ["0"]}],
        }
    ).encode()  # fmt: skip


def _listed(pair: Pair) -> bool:
    """Whether a bill of materials lists the component: applications, and firmware of a part of the device."""
    if pair["kind"] != "firmware":
        return pair["kind"] == "application"
    return not words(_maker_and_model(pair["device_hardware"])[1]) & words(pair["component"])


def _serial(pair: Pair) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, pair['pair'])}"


def _named(pair: Pair) -> str:
    return f"{pair['component']} {pair['device_hardware']} {pair['device_os']}"


def _maker_and_model(hardware: str) -> tuple[str, str]:
    for maker in _MAKERS_OF_MORE_WORDS:
        if hardware.startswith(maker + " "):
            return maker, hardware.removeprefix(maker + " ")
    maker, _, model = hardware.partition(" ")
    return maker, model


def _found(hospital: Hospital, pairs: Iterable[Pair]) -> dict[str, dict[str, str]]:
    """Per pair the gravest finding of its vulnerability: but not one about the system below an application."""
    asked = {pair["pair"]: pair["vulnerability"] for pair in pairs}
    parts = {pair["pair"]: pair["component"] for pair in pairs if pair["kind"] == "application"}
    found: dict[str, dict[str, Any]] = {}
    for row in hospital.list("findings", kind="vulnerability"):
        name = row["device"]
        system = row["rule"].startswith("o:") and row["component"] != parts.get(name, row["component"])
        if (
            asked.get(name) == row["vulnerability"]
            and not system
            and (name not in found or _RANK.index(row["status"]) < _RANK.index(found[name]["status"]))
        ):
            found[name] = row
    return {
        name: {
            "said": "not_affected" if row["status"] == "fixed" else row["status"],
            "missing": row["missing"],
            "rule": row["rule"],
        }
        for name, row in found.items()
    }


def _silent(hospital: Hospital, pair: Pair) -> dict[str, str]:
    """What is said where no finding is about the pair: that it is not judged, or nothing, which reads as not affected."""
    parts = [row for row in hospital.list("components", device=pair["pair"]) if row["part"] != "d"]
    if _listed(pair):
        own, told = [row for row in parts if row["name"] == pair["component"]], True
    else:
        system = pair["kind"] == "operating-system"
        own = [row for row in parts if row["part"] == "o" or not system]
        kind = "system" if system else "blind"
        told = bool(hospital.list("findings", device=pair["pair"], kind=kind))
    unjudged = told and not any(row["spoken_of"] for row in own)
    return {"said": UNJUDGED if unjudged else "not_affected", "missing": "", "rule": ""}


def upper_bound(events: int, among: int) -> float:
    """The one-sided 95 % bound of a share (Clopper and Pearson 1934); for no event 1 - 0.05 ** (1 / n)."""
    low, high = events / among if among else 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(events, among, middle) > _SURE else (low, middle)
    return high


def _at_most(events: int, among: int, share: float) -> float:
    """The chance of so many events or fewer."""
    chance, total = (1 - share) ** among, 0.0
    for number in range(events + 1):
        total += chance
        chance *= (among - number) / (number + 1) * share / (1 - share) if share < 1 else 0.0
    return total


def confusion(outcomes: Sequence[Outcome]) -> str:
    """Labels against what the matcher says."""
    counted = Counter((one.label, one.said) for one in outcomes)
    lines = ["| label | affected | unknown | unjudged | not_affected |", "|---|---|---|---|---|"]
    lines += [
        f"| {label} | " + " | ".join(str(counted[label, said]) for said in SAID) + " |" for label in LABELS
    ]
    return "\n".join(lines)


def figures(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """Events among how many, by figure."""
    counted = Counter((one.label, one.said) for one in outcomes)
    of_label = Counter(one.label for one in outcomes)
    decided = of_label["affected"] + of_label["not_affected"]
    return {
        "wrong not_affected, label affected": (counted["affected", "not_affected"], of_label["affected"]),
        "wrong not_affected, label unknown": (counted["unknown", "not_affected"], of_label["unknown"]),
        "wrong affected, label not_affected": (counted["not_affected", "affected"], of_label["not_affected"]),
        "wrong affected, label unknown": (counted["unknown", "affected"], of_label["unknown"]),
        "unknown where a person decides": (
            counted["affected", "unknown"] + counted["not_affected", "unknown"], decided,
        ),
        "unjudged, label affected": (counted["affected", UNJUDGED], of_label["affected"]),
        "unjudged where a person decides": (
            counted["affected", UNJUDGED] + counted["not_affected", UNJUDGED], decided,
        ),
        "the same answer": (sum(counted[label, label] for label in LABELS), len(outcomes)),
    }  # fmt: skip


def report(feeds: Feeds, outcomes: Sequence[Outcome]) -> str:
    """The tables of docs/accuracy.md: both halves, all figures, and each pair that comes out wrong."""
    halves = {
        "tuned on": [one for one in outcomes if not one.second],
        "not tuned on": [one for one in outcomes if one.second],
    }
    said = [f"{feeds.named} records of the pairs, {feeds.beside} others with names like theirs."]
    for name, half in halves.items():
        said += ["", f"The half {name}, label by label:", "", confusion(half)]
    said += [
        "",
        "| figure | half tuned on | half not tuned on | all | at most, with 95 % |",
        "|---|---|---|---|---|",
    ]
    for figure, (events, among) in figures(outcomes).items():
        each = [figures(half)[figure] for half in halves.values()]
        shares = " | ".join(f"{number} of {of}" for number, of in (*each, (events, among)))
        bound = "" if figure == "the same answer" else f"{upper_bound(events, among):.1%}"
        said.append(f"| {figure} | {shares} | {bound} |")
    said += ["", "| pair | label | said | missing |", "|---|---|---|---|"]
    said += [
        f"| {one.pair} | {one.label} | {one.said} | {one.missing} |"
        for one in outcomes
        if {one.label, one.said} == {"affected", "not_affected"}
    ]
    return "\n".join(said)


def report_of(name: str, feeds: Feeds, outcomes: Sequence[Outcome]) -> str:
    """The tables of a later set: labels, figures with bounds, and each pair with another answer."""
    head = f"{feeds.named} records of the pairs, {feeds.beside} others with names like theirs."
    return f"{head}\n\n{_later(name, outcomes)}"


def blind(name: str) -> str:
    """The same of what was said before anybody had looked at an answer."""
    labels = labels_of(name)
    return _later(
        name,
        [
            Outcome(
                pair=row["pair"], second=False, label=labels[row["pair"]], said=row["said"],
                missing=row["missing"], rule="",
            )
            for row in table(f"{name}_said.csv")
        ],
    )  # fmt: skip


def _later(name: str, outcomes: Sequence[Outcome]) -> str:
    said = [confusion(outcomes), "", f"| figure | {name} set | at most, with 95 % |", "|---|---|---|"]
    for figure, (events, among) in figures(outcomes).items():
        bound = "" if figure == "the same answer" else f"{upper_bound(events, among):.1%}"
        said.append(f"| {figure} | {events} of {among} | {bound} |")
    said += ["", "| pair | label | said | missing |", "|---|---|---|---|"]
    said += [
        f"| {one.pair} | {one.label} | {one.said} | {one.missing} |"
        for one in outcomes
        if one.label != one.said
    ]
    return "\n".join(said)


def main(corpus: Path) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        print(report(*measure(Path(folder) / "home", corpus)))
        for name in LATER:
            print()
            print(report_of(name, *measure(Path(folder) / name, corpus, name)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
