# SPDX-License-Identifier: Apache-2.0
"""Mandatory tests of CSAF 2.0 about scores and weaknesses: 6.1.7 to 6.1.11."""

from collections.abc import Iterator
from typing import Final

from cvss import CVSS2, CVSS3
from cvss.exceptions import CVSSError

from leadglass.formats.csaf_tests.findings import Doubt, Fault, Test, shown
from leadglass.formats.csaf_tests.paper import Paper, Part, record, scores, text, texts
from leadglass.formats.csaf_tests.scoring import METRICS, SCORES, SEVERITIES, metrics_of, shape_of
from leadglass.formats.csaf_tests.weaknesses import ID_BY_NAME, NAME_BY_ID

_KEYS: Final = ("cvss_v2", "cvss_v3")


def computed(version: str, vector: str) -> tuple[tuple[float, ...], tuple[str, ...]] | None:
    """Compute base, temporal and environmental score and severity of a vector; None if it is incomplete.

    What no metric of its own moves is the score before it: a temporal score without one is the base score.
    """
    try:
        cvss = CVSS2(vector) if version == "2.0" else CVSS3(vector)
    except CVSSError:
        return None
    base, temporal, environmental = cvss.scores()
    temporal = base if temporal is None else temporal
    found = (base, temporal, temporal if environmental is None else environmental)
    return found, tuple(severity.upper() for severity in cvss.severities())


def _cvss(paper: Paper) -> Iterator[tuple[str, Part]]:
    for vulnerability in paper.vulnerabilities:
        for key in _KEYS:
            for _, cvss in scores(vulnerability, key):
                yield key, cvss


def _scored_twice(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        scored: set[tuple[str, str]] = set()
        for score, cvss in scores(vulnerability, *_KEYS):
            version = text(cvss.node, "version")
            if version is None:
                continue
            for place, product in texts(score, "products"):
                if (product, version) in scored:
                    yield Fault(place, f"The product {shown(product)} has a score by CVSS {version} before.")
                scored.add((product, version))


def _malformed(paper: Paper) -> Iterator[Fault]:
    for key, cvss in _cvss(paper):
        yield from shape_of(key, cvss.node).faults(cvss.node, cvss.place)


def _miscomputed(paper: Paper) -> Iterator[Fault | Doubt]:
    for _, cvss in _cvss(paper):
        version, vector = text(cvss.node, "version"), text(cvss.node, "vectorString")
        if version not in METRICS or vector is None:
            continue
        result = computed(version, vector)
        if result is None:
            yield Doubt(cvss.place, f"{shown(vector)} is incomplete: its scores cannot be computed.")
            continue
        for key, score in zip(SCORES, result[0], strict=True):
            said = cvss.node.get(key)
            if isinstance(said, int | float) and not isinstance(said, bool) and said != score:
                yield Fault(f"{cvss.place}/{key}", f"The vector gives {score:g}, but {shown(said)} is said.")
        for key, severity in zip(SEVERITIES, result[1], strict=False):
            said = cvss.node.get(key)
            if version != "2.0" and isinstance(said, str) and said != severity:
                yield Fault(f"{cvss.place}/{key}", f"The vector gives {severity}, but {shown(said)} is said.")


def _inconsistent(paper: Paper) -> Iterator[Fault]:
    for _, cvss in _cvss(paper):
        vector = metrics_of(text(cvss.node, "vectorString") or "")
        for metric in METRICS.get(text(cvss.node, "version") or "", ()):
            said = text(cvss.node, metric.property)
            value = metric.values.get(vector.get(metric.letters, ""))
            if said is not None and value is not None and said != value:
                why = f"The vector says {metric.letters}:{vector[metric.letters]}, but {shown(said)} is said."
                yield Fault(f"{cvss.place}/{metric.property}", why)


def _weaknesses(paper: Paper) -> Iterator[Fault | Doubt]:
    for place, node in paper.vulnerabilities:
        weakness = record(node, "cwe")
        number, name = text(weakness, "id"), text(weakness, "name")
        if number is None or name is None or NAME_BY_ID.get(number) == name:
            continue
        if number in NAME_BY_ID:
            yield Fault(f"{place}/cwe/name", f"{number} is {NAME_BY_ID[number]!r}, not {shown(name)}.")
        elif name in ID_BY_NAME:
            yield Fault(f"{place}/cwe/id", f"{shown(name)} is {ID_BY_NAME[name]}, not {number}.")
        else:
            yield Doubt(f"{place}/cwe", f"The name of {number} is not in the table at hand: look it up.")


TESTS: Final = (
    Test("6.1.7", "A product has one score by each version of CVSS", _scored_twice),
    Test("6.1.8", "CVSS objects are as FIRST describes them", _malformed),
    Test("6.1.9", "Scores and severities are what the vector gives", _miscomputed),
    Test("6.1.10", "Properties of CVSS say what the vector says", _inconsistent),
    Test("6.1.11", "Weaknesses exist and have their right name", _weaknesses),
)
