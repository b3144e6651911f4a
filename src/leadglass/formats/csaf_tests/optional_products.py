# SPDX-License-Identifier: Apache-2.0
"""Optional tests of CSAF 2.0 about products, remediations and scores: 6.2.1 to 3, 8, 9, 16, 18 and 19."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from leadglass.formats.csaf_tests.findings import Fault, Test, shown
from leadglass.formats.csaf_tests.mandatory_products import product_references
from leadglass.formats.csaf_tests.mandatory_scores import computed
from leadglass.formats.csaf_tests.paper import (
    AFFECTED,
    FIXED,
    Node,
    Paper,
    records,
    scores,
    statuses,
    text,
    texts,
)
from leadglass.formats.csaf_tests.scoring import METRICS, metrics_of

_VERS: Final = re.compile(r"vers:[a-z.+-][a-z0-9.+-]*/.+", re.DOTALL)


def _unused_products(paper: Paper) -> Iterator[Fault]:
    if paper.category == "csaf_informational_advisory":
        return
    used = {reference.text for reference in product_references(paper)}
    for place, node in paper.products:
        product = text(node, "product_id")
        if product is not None and product not in used:
            yield Fault(f"{place}/product_id", f"Nothing is said of the product {shown(product)}.")


def _without_remediation(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        covered = paper.covered(records(vulnerability, "remediations"))
        for place, product in statuses(vulnerability, (*AFFECTED, "under_investigation")):
            if product not in covered:
                yield Fault(place, f"No remediation is for the product {shown(product)}.")


def _without_score(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        scored = {
            named.text for score in records(vulnerability, "scores") for named in texts(score, "products")
        }
        for place, product in statuses(vulnerability, AFFECTED):
            if product not in scored:
                yield Fault(place, f"No score is for the product {shown(product)}.")


def _only_hash(algorithm: str, paper: Paper) -> Iterator[Fault]:
    for hashed in paper.hashes():
        algorithms = {text(node, "algorithm") for _, node in records(hashed, "file_hashes")}
        if algorithms == {algorithm}:
            yield Fault(
                f"{hashed.place}/file_hashes",
                f"The only hash of the file is by {algorithm}, which is broken.",
            )


def _without_helper(paper: Paper) -> Iterator[Fault]:
    for place, node in paper.products:
        if "product_identification_helper" not in node:
            yield Fault(
                place, "Nothing but its name identifies the product: no CPE, no purl, no model number."
            )


def _range_without_vers(paper: Paper) -> Iterator[Fault]:
    for place, node, _ in paper.branches:
        name = text(node, "name")
        if node.get("category") == "product_version_range" and name is not None and not _VERS.fullmatch(name):
            yield Fault(f"{place}/name", f"The range {shown(name)} is not written as vers:type/...")


def _environmental(version: str, cvss: Node) -> Any:
    """Compute the score of the vector, with the metrics that only stand beside it; None if it is incomplete."""
    vector = metrics_of(text(cvss, "vectorString") or "")
    for metric in METRICS[version]:
        letters = {value: letter for letter, value in metric.values.items()}
        said = letters.get(text(cvss, metric.property) or "")
        if said is not None:
            vector.setdefault(metric.letters, said)
    prefix = "" if version == "2.0" else f"CVSS:{version}/"
    found = computed(version, prefix + "/".join(f"{key}:{value}" for key, value in vector.items()))
    return None if found is None else found[0][2]


def _fixed_but_scored(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        fixed = {named.text for named in statuses(vulnerability, FIXED)}
        for score, cvss in scores(vulnerability, "cvss_v2", "cvss_v3"):
            version = text(cvss.node, "version") or ""
            if version not in METRICS or not any(named.text in fixed for named in texts(score, "products")):
                continue
            said = cvss.node.get("environmentalScore")
            stated = isinstance(said, int | float) and said > 0
            if stated or _environmental(version, cvss.node) != 0:
                yield Fault(
                    cvss.place,
                    "The score is for a product that is fixed, but its environmental score is not 0.",
                )


TESTS: Final = (
    Test("6.2.1", "Something is said of each product", _unused_products),
    Test("6.2.2", "Each affected product has a remediation", _without_remediation),
    Test("6.2.3", "Each affected product has a score", _without_score),
    Test("6.2.8", "MD5 is not the only hash", partial(_only_hash, "md5")),
    Test("6.2.9", "SHA-1 is not the only hash", partial(_only_hash, "sha1")),
    Test("6.2.16", "Products are identified by more than a name", _without_helper),
    Test("6.2.18", "Ranges of versions are written as vers", _range_without_vers),
    Test("6.2.19", "Scores of fixed products are 0", _fixed_but_scored),
)
