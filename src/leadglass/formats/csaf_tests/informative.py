# SPDX-License-Identifier: Apache-2.0
"""Informative tests of CSAF 2.0: 6.3.1 to 6.3.11. What takes a network or a dictionary is doubted, not passed."""

import re
from collections.abc import Iterator
from typing import Any, Final

from leadglass.formats.csaf_tests.findings import Doubt, Fault, Test, shown
from leadglass.formats.csaf_tests.paper import Paper, records, scores, text

_ORDER: Final = ("vendor", "product_name", "product_version")
_SHORT: Final = 64
_PREFIXED: Final = re.compile(r"[vV](?:ersion)?[\s.]*[0-9]")
_LINKS: Final = frozenset({"url", "urls", "sbom_urls", "namespace", "uri"})


def _only_version_2(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        for place, node in records(vulnerability, "scores"):
            if "cvss_v2" in node and "cvss_v3" not in node:
                yield Fault(place, "CVSS 2.0 is the only score here; give one of CVSS 3.1 as well.")


def _version_3_0(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        for _, cvss in scores(vulnerability, "cvss_v3"):
            vector = text(cvss.node, "vectorString") or ""
            if cvss.node.get("version") == "3.0" or vector.startswith("CVSS:3.0"):
                yield Fault(cvss.place, "The score is by CVSS 3.0; CVSS 3.1 is clearer.")


def _without(key: str, called: str, paper: Paper) -> Iterator[Fault]:
    for place, node in paper.vulnerabilities:
        if key not in node:
            yield Fault(place, f"The vulnerability has no {called}.")


def _without_cve(paper: Paper) -> Iterator[Fault]:
    yield from _without("cve", "CVE id", paper)


def _without_cwe(paper: Paper) -> Iterator[Fault]:
    yield from _without("cwe", "weakness (CWE)", paper)


def _short_hashes(paper: Paper) -> Iterator[Fault]:
    for hashed in paper.hashes():
        for place, node in records(hashed, "file_hashes"):
            value = text(node, "value")
            if value is not None and len(value) < _SHORT:
                yield Fault(f"{place}/value", f"The hash has {len(value)} digits, less than {_SHORT}.")


def _links(paper: Paper) -> tuple[int, int]:
    """Count the links of a document: to others, and to itself."""
    others = itself = 0
    pending: list[Any] = [paper.root]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            pending += value.values()
            inner = (value[key] for key in _LINKS if key in value)
            count = sum(len(link) if isinstance(link, list) else 1 for link in inner)
            if value.get("category") == "self":
                itself += count
            else:
                others += count
    return others, itself


def _links_to_others(paper: Paper) -> Iterator[Doubt]:
    number = _links(paper)[0]
    if number:
        yield Doubt("", f"{number:,} links to others were not followed: Leadglass checks without a network.")


def _links_to_itself(paper: Paper) -> Iterator[Doubt]:
    number = _links(paper)[1]
    if number:
        yield Doubt("", f"{number:,} links to the document itself were not followed.")


def _spelling(paper: Paper) -> Iterator[Doubt]:
    if "lang" in paper.document:
        yield Doubt("", "The spelling was not checked: Leadglass has no dictionary.")


def _branch_order(paper: Paper) -> Iterator[Fault]:
    for branch in paper.branches:
        if not isinstance(branch.node.get("product"), dict):
            continue
        rest = iter(branch.path)
        # Each of the three is looked for behind the one before it.
        if not all(category in rest for category in _ORDER):
            path = shown(" > ".join(branch.path))
            yield Fault(branch.place, f"The product stands at {path}, not at {' > '.join(_ORDER)}.")


def _ranges(paper: Paper) -> Iterator[Fault]:
    for place, node, _ in paper.branches:
        if node.get("category") == "product_version_range":
            yield Fault(
                f"{place}/category", "A range of versions is harder to match than versions one by one."
            )


def _prefixed(paper: Paper) -> Iterator[Fault]:
    for place, node, _ in paper.branches:
        name = text(node, "name")
        if node.get("category") == "product_version" and name is not None and _PREFIXED.match(name):
            yield Fault(f"{place}/name", f"Write the version {shown(name)} without the v before it.")


TESTS: Final = (
    Test("6.3.1", "CVSS 2.0 is not the only score", _only_version_2),
    Test("6.3.2", "Scores are not by CVSS 3.0", _version_3_0),
    Test("6.3.3", "Vulnerabilities have a CVE id", _without_cve),
    Test("6.3.4", "Vulnerabilities have a weakness", _without_cwe),
    Test("6.3.5", "Hashes are long", _short_hashes),
    Test("6.3.6", "Links to others lead somewhere", _links_to_others),
    Test("6.3.7", "Links to the document itself lead somewhere", _links_to_itself),
    Test("6.3.8", "Words are spelled right", _spelling),
    Test("6.3.9", "Branches lead from vendor to name to version", _branch_order),
    Test("6.3.10", "Versions are listed one by one", _ranges),
    Test("6.3.11", "Versions do not begin with v", _prefixed),
)
