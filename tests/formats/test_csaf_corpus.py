# SPDX-License-Identifier: Apache-2.0
"""The CSAF reader on public documents, counted against a plain walk of the same bytes."""

import json
from collections import Counter

import pytest

from leadglass.errors import UnreadableError
from leadglass.formats import csaf

pytestmark = pytest.mark.corpus

SAYS = {
    "6.1.1": "The product tree has no product",
    "6.1.2": "has another product already",
    "6.1.3": "made of itself",
    "6.1.4": "The product tree has no group",
    "6.1.5": "is there already",
    "6.1.6": "Both are kept",
    "6.1.23": "is listed more than once",
    "6.1.29": "names no product that it is for",
    "6.1.32": "names neither products nor groups",
}
"""Mandatory tests of the standard that a reader meets on its way, and what it remarks on."""


def documents(corpus):
    """Each JSON file below csaf and vex, and whether it says that it is CSAF."""
    for path in sorted((*(corpus / "csaf").rglob("*.json"), *(corpus / "vex").rglob("*.json"))):
        try:
            plain = json.loads(path.read_bytes())
        except ValueError:
            plain = None
        head = plain.get("document") if isinstance(plain, dict) else None
        yield path, plain if isinstance(head, dict) and "csaf_version" in head else None


def branched(branches, line=()):
    """The full product names of branches, each with the branches above it."""
    for one in branches:
        here = (*line, (one["category"], one["name"]))
        if "product" in one:
            yield one["product"], here
        yield from branched(one.get("branches", []), here)


def full_names(plain):
    """All full product names of a document, by a walk of our own."""
    tree = plain.get("product_tree", {})
    return (
        [named for named, _ in branched(tree.get("branches", []))]
        + tree.get("full_product_names", [])
        + [one["full_product_name"] for one in tree.get("relationships", [])]
    )


def stated(plain):
    """All products with a status, by group; recommended ones apart, as they have no status."""
    return Counter(
        (number, group, ref)
        for number, vulnerability in enumerate(plain.get("vulnerabilities", []))
        for group, refs in vulnerability.get("product_status", {}).items()
        for ref in refs
        if group != "recommended"
    )


def test_every_document_gives_what_it_lists(corpus):
    counted = Counter()
    for path, plain in documents(corpus):
        raw = path.read_bytes()
        if plain is None:
            with pytest.raises(UnreadableError, match=r"no CSAF document|not valid JSON"):
                csaf.read(raw)
            continue
        advisory = csaf.read(raw)
        vulnerabilities = plain.get("vulnerabilities", [])
        assert Counter((one.ref, one.name) for one in advisory.products) == Counter(
            (one["product_id"], one["name"]) for one in full_names(plain)
        ), path
        numbers = {one.place: number for number, one in enumerate(advisory.described)}
        assert stated(plain) == Counter(
            (numbers[one.place.split(".")[0]], one.group, one.product) for one in advisory.statements
        ), path
        assert [one.get("cve", "") for one in vulnerabilities] == [
            one.vulnerability if one.vulnerability.startswith("CVE-") else "" for one in advisory.described
        ], path
        # A remedy for each remediation, and one for all recommended products of a vulnerability.
        assert len(advisory.remedies) == sum(
            len(one.get("remediations", [])) + ("recommended" in one.get("product_status", {}))
            for one in vulnerabilities
        ), path
        assert advisory.id == plain["document"]["tracking"]["id"]
        counted.update(documents=1, products=len(advisory.products), statements=len(advisory.statements))
    assert counted["documents"] >= 273
    assert counted["products"] >= 1_094
    assert counted["statements"] >= 2_025


def test_medical_advisories_of_cisa_are_read_without_a_remark(corpus):
    paths = sorted((corpus / "csaf" / "cisa-icsma").glob("*.json"))
    assert len(paths) == 105
    for path in paths:
        plain = json.loads(path.read_bytes())
        advisory = csaf.read(path.read_bytes())
        assert (advisory.remarks, advisory.tlp) == ((), "CLEAR"), path
        assert advisory.title == plain["document"]["title"].strip()
        expected = [
            tuple(name.strip() for _, name in line) for _, line in branched(plain["product_tree"]["branches"])
        ]
        assert [(one.maker, one.product, one.version) for one in advisory.products] == expected
        assert [one.versioned for one in advisory.products] == [
            "range" if line[-1][0] == "product_version_range" else "version"
            for _, line in branched(plain["product_tree"]["branches"])
        ]
        for vulnerability, described in zip(plain["vulnerabilities"], advisory.described, strict=True):
            assert list(described.vectors) == [
                one["cvss_v3"]["vectorString"] for one in vulnerability["scores"]
            ]
            assert described.cwes == (vulnerability["cwe"]["id"],)
            assert described.description


@pytest.mark.parametrize("test", SAYS)
def test_invalid_vectors_are_remarked_on_and_valid_ones_are_not(corpus, test):
    folder = corpus / "csaf" / "oasis-validator-2.0"
    listed = json.loads((folder / "testcases.json").read_text())["tests"]
    (vectors,) = (one for one in listed if one["id"] == test)
    for vector in (*vectors["failures"], *vectors.get("valid", ())):
        remarks = csaf.read((folder / vector["name"]).read_bytes()).remarks
        found = any(SAYS[test] in remark.why for remark in remarks)
        assert found is not vector["valid"], vector["name"]
