# SPDX-License-Identifier: Apache-2.0
"""Mandatory tests of CSAF 2.0 of what a profile (section 4) asks for: 6.1.27.1 to 6.1.27.11."""

from collections.abc import Callable, Iterator
from typing import Final

from leadglass.formats.csaf_tests.findings import Fault, Find, Test, shown
from leadglass.formats.csaf_tests.paper import Named, Paper, Part, record, records, statuses

_INCIDENT: Final = "csaf_security_incident_response"
_INFORMATION: Final = "csaf_informational_advisory"
_ADVISORY: Final = "csaf_security_advisory"
_VEX: Final = "csaf_vex"

_TELLING: Final = ("description", "details", "general", "summary")
_VEX_STATUSES: Final = ("fixed", "known_affected", "known_not_affected", "under_investigation")

_Rule = Callable[[Paper], Iterator[Fault]]


def _of(rule: _Rule, *profiles: str) -> Find:
    """Ask for a rule in documents of these profiles only."""

    def find(paper: Paper) -> Iterator[Fault]:
        if paper.category in profiles:
            yield from rule(paper)

    return find


def _notes(paper: Paper) -> Iterator[Fault]:
    notes = records(Part("/document", paper.document), "notes")
    if not any(note.node.get("category") in _TELLING for note in notes):
        yield Fault("/document/notes", f"No note is of one of the categories {', '.join(_TELLING)}.")


def _references(paper: Paper) -> Iterator[Fault]:
    references = records(Part("/document", paper.document), "references")
    # Section 3.1.10.1: a reference without a category is an external one.
    if not any(reference.node.get("category", "external") == "external" for reference in references):
        yield Fault("/document/references", "No reference is external.")


def _no_vulnerabilities(paper: Paper) -> Iterator[Fault]:
    if "vulnerabilities" in paper.root:
        yield Fault(
            "/vulnerabilities", "The document has vulnerabilities, but an informational advisory has none."
        )


def _product_tree(paper: Paper) -> Iterator[Fault]:
    if "product_tree" not in paper.root:
        yield Fault(
            "/product_tree", f"The product tree is missing, but the category {paper.category} asks for one."
        )


def _vulnerabilities(paper: Paper) -> Iterator[Fault]:
    if "vulnerabilities" not in paper.root:
        yield Fault(
            "/vulnerabilities",
            f"The vulnerabilities are missing, but the category {paper.category} asks for them.",
        )


def _vulnerability_notes(paper: Paper) -> Iterator[Fault]:
    for place, node in paper.vulnerabilities:
        if "notes" not in node:
            yield Fault(f"{place}/notes", "The vulnerability has no notes.")


def _product_status(paper: Paper) -> Iterator[Fault]:
    for place, node in paper.vulnerabilities:
        if "product_status" not in node:
            yield Fault(f"{place}/product_status", "The vulnerability says of no product how it stands.")


def _vex_status(paper: Paper) -> Iterator[Fault]:
    for place, node in paper.vulnerabilities:
        status = record(node, "product_status")
        if not any(key in status for key in _VEX_STATUSES):
            yield Fault(
                f"{place}/product_status",
                f"None of the statuses of VEX stands here: {', '.join(_VEX_STATUSES)}.",
            )


def _vulnerability_id(paper: Paper) -> Iterator[Fault]:
    for place, node in paper.vulnerabilities:
        if "cve" not in node and "ids" not in node:
            yield Fault(place, "The vulnerability has neither a CVE id nor another.")


def _impact(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        threats = records(vulnerability, "threats")
        reasons = [threat for threat in threats if threat.node.get("category") == "impact"]
        reasons += records(vulnerability, "flags")
        named = statuses(vulnerability, ("known_not_affected",))
        yield from _without(
            paper, named, reasons, "is not affected, but no flag and no threat of impact says why"
        )


def _action(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        remediations = list(records(vulnerability, "remediations"))
        named = statuses(vulnerability, ("known_affected",))
        yield from _without(paper, named, remediations, "is affected, but no remediation says what to do")


def _without(paper: Paper, named: Iterator[Named], parts: list[Part], why: str) -> Iterator[Fault]:
    covered = paper.covered(parts)
    for place, product in named:
        if product not in covered:
            yield Fault(place, f"The product {shown(product)} {why}.")


TESTS: Final = (
    Test("6.1.27.1", "A note tells what it is about", _of(_notes, _INCIDENT, _INFORMATION)),
    Test("6.1.27.2", "A reference leads outside", _of(_references, _INCIDENT, _INFORMATION)),
    Test("6.1.27.3", "There are no vulnerabilities", _of(_no_vulnerabilities, _INFORMATION)),
    Test("6.1.27.4", "There is a product tree", _of(_product_tree, _ADVISORY, _VEX)),
    Test("6.1.27.5", "Each vulnerability has notes", _of(_vulnerability_notes, _ADVISORY, _VEX)),
    Test("6.1.27.6", "Each vulnerability has a product status", _of(_product_status, _ADVISORY)),
    Test("6.1.27.7", "Each vulnerability has a status of VEX", _of(_vex_status, _VEX)),
    Test("6.1.27.8", "Each vulnerability has an id", _of(_vulnerability_id, _VEX)),
    Test("6.1.27.9", "It is said why a product is not affected", _of(_impact, _VEX)),
    Test("6.1.27.10", "It is said what to do about an affected product", _of(_action, _VEX)),
    Test("6.1.27.11", "There are vulnerabilities", _of(_vulnerabilities, _ADVISORY, _VEX)),
)
