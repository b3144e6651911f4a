# SPDX-License-Identifier: Apache-2.0
"""OpenVEX 0.0.1 and 0.2.0: statements, products, what cascades, and the rules of the statuses."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import openvex
from leadglass.values.advisories import Status
from tests.formats.mutations import overwriting, overwritten, unsound

LOG4J = "pkg:maven/org.apache.logging.log4j/log4j-core@2.4"
PRODUCT = {
    "@id": "pkg:generic/quillon/tomara@1.5",
    "identifiers": {"purl": "pkg:generic/quillon/tomara@1.5", "cpe23": "cpe:2.3:h:quillon:tomara:1.5:*:*:*:*:*:*:*"},
    "hashes": {"sha-256": "ab" * 32},
    "subcomponents": [{"@id": LOG4J}, {"identifiers": {"cpe22": "cpe:/a:apache:log4j:2.4"}}],
}  # fmt: skip
STATEMENT = {
    "vulnerability": {"name": "GHSA-jfh8-c2jp-5v3q", "description": "Lookups.", "aliases": ["cve-2021-44228", "SNYK-1"]},
    "products": [PRODUCT],
    "status": "not_affected",
    "supplier": "Quillon Medical GmbH",
    "justification": "vulnerable_code_not_in_execute_path",
    "impact_statement": "Nothing is logged.",
}  # fmt: skip
DOCUMENT = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://quillon.example/vex/1",
    "author": "Quillon PSIRT",
    "timestamp": "2026-01-02T03:04:05.678901234-06:00",
    "last_updated": "2026-02-01T00:00:00Z",
    "version": 2,
    "statements": [STATEMENT],
}


def read(*statements, **parts):
    """The document with these statements, read."""
    return openvex.read(json.dumps({**DOCUMENT, "statements": list(statements), **parts}).encode())


def saying(status, **parts):
    """A statement of one product."""
    return {"vulnerability": {"name": "CVE-2026-1"}, "products": [{"@id": LOG4J}], "status": status, **parts}


def told(advisory):
    """Where and why, of all remarks."""
    return {remark.where: remark.why for remark in advisory.remarks}


def test_a_document_says_who_speaks_and_when():
    advisory = read(STATEMENT)
    assert (advisory.id, advisory.publisher, advisory.revision) == (
        "https://quillon.example/vex/1",
        "Quillon PSIRT",
        "2",
    )
    assert advisory.created == datetime(2026, 1, 2, 9, 4, 5, 678901, tzinfo=UTC)
    assert advisory.updated == datetime(2026, 2, 1, tzinfo=UTC)
    assert advisory.remarks == ()


def test_a_vulnerability_goes_by_its_cve():
    (described,) = read(STATEMENT).described
    assert (described.vulnerability, described.aliases) == (
        "CVE-2021-44228",
        ("GHSA-jfh8-c2jp-5v3q", "SNYK-1"),
    )
    assert described.description == "Lookups."


def test_a_statement_is_about_each_subcomponent_on_its_product():
    advisory = read(STATEMENT)
    products = {product.ref: product for product in advisory.products}
    first, second = advisory.statements
    assert (first.status, first.justification) == (Status.NOT_AFFECTED, "vulnerable_code_not_in_execute_path")
    assert first.impact == "Nothing is logged."
    tomara = products["pkg:generic/quillon/tomara@1.5"]
    assert (tomara.name, tomara.version, tomara.maker) == ("tomara", "1.5", "Quillon Medical GmbH")
    assert tomara.hashes == (("sha-256", "ab" * 32),)
    assert tomara.cpe == "cpe:2.3:h:quillon:tomara:1.5:*:*:*:*:*:*:*"
    joined = products[first.product]
    assert (joined.component, joined.on, joined.relation) == (LOG4J, tomara.ref, "subcomponent_of")
    assert (joined.name, joined.version, joined.purl) == ("log4j-core", "2.4", LOG4J)
    assert products[second.product].cpe == "cpe:/a:apache:log4j:2.4"


def test_the_first_version_is_read_with_its_texts():
    advisory = openvex.read(
        json.dumps(
            {
                "@context": "https://openvex.dev/ns",
                "@id": "vex-1",
                "author": "A",
                "timestamp": "2023-01-08T18:02:03Z",
                "version": "1",
                "statements": [
                    {
                        "vulnerability": "CVE-2023-12345",
                        "vuln_description": "A fault.",
                        "products": ["pkg:apk/wolfi/git@2.39.0-r1?arch=armv7", "pkg:oci/x@sha256%3Aaa"],
                        "subcomponents": ["pkg:generic/part@1"],
                        "status": "fixed",
                        "status_notes": "Since r1.",
                    }
                ],
            }
        ).encode()
    )
    assert advisory.revision == "1"
    assert [said.product for said in advisory.statements] == [
        "pkg:apk/wolfi/git@2.39.0-r1?arch=armv7 > pkg:generic/part@1",
        "pkg:oci/x@sha256%3Aaa > pkg:generic/part@1",
    ]
    assert {(said.status, said.impact, said.stated) for said in advisory.statements} == {
        (Status.FIXED, "Since r1.", datetime(2023, 1, 8, 18, 2, 3, tzinfo=UTC))
    }
    assert advisory.described[0].description == "A fault."


def test_a_time_of_its_own_goes_before_the_document():
    first, second = read(
        saying("fixed", timestamp="2026-01-20T00:00:00Z"), saying("fixed", timestamp="soon")
    ).statements
    assert first.stated == datetime(2026, 1, 20, tzinfo=UTC)
    assert second.stated == datetime(2026, 1, 2, 9, 4, 5, 678901, tzinfo=UTC)


@pytest.mark.parametrize(
    ("statement", "status", "says"),
    [
        (saying("not_affected"), Status.NOT_AFFECTED, "needs a justification or an impact statement"),
        (saying("affected"), Status.AFFECTED, "needs an action statement"),
        (
            saying("fixed", justification="component_not_present"),
            Status.FIXED,
            "belongs to not_affected alone",
        ),
        (
            saying("not_affected", justification="trust us"),
            Status.NOT_AFFECTED,
            "no justification of OpenVEX",
        ),
        (saying("harmless"), Status.UNKNOWN, "no status of OpenVEX"),
    ],
)
def test_the_rules_of_a_status_are_checked(statement, status, says):
    advisory = read(statement)
    assert advisory.statements[0].status is status
    (remark,) = advisory.remarks
    assert says in remark.why
    assert remark.where.startswith("statements[0]")


@pytest.mark.parametrize(
    "statement",
    [
        saying("fixed"),
        saying("under_investigation"),
        saying("affected", action_statement="Update."),
        saying("not_affected", impact_statement="It is not there."),
        saying("not_affected", justification="component_not_present"),
    ],
)
def test_what_keeps_the_rules_has_no_remark(statement):
    advisory = read(statement)
    assert advisory.remarks == ()
    assert advisory.statements[0].group == statement["status"]


def test_what_names_nothing_is_told():
    advisory = read(
        saying("fixed", products=[]),
        saying("fixed", products=[{}, 5, "", {"@id": "https://quillon.example/tomara"}]),
        {"status": "fixed", "products": [{"@id": LOG4J}]},
        "text",
    )
    said = told(advisory)
    assert "no product is named" in said["statements[0].products"]
    for number in range(3):
        assert "without id" in said[f"statements[1].products[{number}]"]
    assert "recognised by its id alone" in said["statements[1].products[3]"]
    assert "No vulnerability is named" in said["statements[2].vulnerability"]
    assert "where an object belongs" in said["statements[3]"]
    assert [product.ref for product in advisory.products] == ["https://quillon.example/tomara"]


def test_two_products_of_one_id_are_kept_apart():
    same = {"@id": "tomara", "identifiers": {"purl": "pkg:generic/tomara@1"}}
    other = {"@id": "tomara", "identifiers": {"purl": "pkg:generic/tomara@2"}}
    advisory = read(saying("fixed", products=[same]), saying("fixed", products=[other, same]))
    assert [said.product for said in advisory.statements] == ["tomara", "tomara (2)", "tomara"]
    assert [product.version for product in advisory.products] == ["1", "2"]


def test_the_subjects_of_an_attestation_are_the_products_of_what_names_none():
    bare = {**saying("fixed"), "products": None}
    envelope = {
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://openvex.dev/ns",
        "subject": [{"name": "pkg:apk/wolfi/git@2.39.0-r1", "digest": {"sha256": "cd" * 32}}, {"digest": {"sha1": "ef"}}],
        "predicate": {**DOCUMENT, "statements": [bare, saying("fixed")]},
    }  # fmt: skip
    advisory = openvex.read(json.dumps(envelope).encode())
    assert [said.product for said in advisory.statements] == [
        "pkg:apk/wolfi/git@2.39.0-r1",
        "sha1:ef",
        LOG4J,
    ]
    assert advisory.products[0].hashes == (("sha256", "cd" * 32),)
    assert advisory.statements[0].place == "predicate.statements[0]"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b'{"@context": "https://openvex.dev/ns/v9.0.0"}', "v9.0.0"),
        (b'{"@context": ["https://spdx.org"]}', "spdx"),
        (b"{}", "nothing"),
        (b"[]", "not valid JSON"),
        (b'{"@context": "https://openvex.dev/ns", "statements": [', "cut off"),
    ],
)
def test_what_is_no_openvex_is_refused_with_a_sentence(raw, says):
    with pytest.raises(UnreadableError, match=says):
        openvex.read(raw)


def test_size_number_and_depth_are_bounded(monkeypatch):
    with pytest.raises(BoundError):
        openvex.read(b'{"a":' * 100_000)
    monkeypatch.setattr(openvex, "MOST_STATEMENTS", 2)
    with pytest.raises(BoundError, match="more than 2 statements"):
        read(*[saying("fixed")] * 3)
    monkeypatch.setattr(openvex, "MOST_BYTES", 10)
    with pytest.raises(BoundError, match="larger than"):
        read()


def test_products_times_subcomponents_are_bounded(monkeypatch):
    monkeypatch.setattr("leadglass.formats.openvex_products.MOST_PRODUCTS", 50)
    many = [f"pkg:generic/a@{number}" for number in range(20)]
    with pytest.raises(BoundError, match="more than 50 products"):
        read(saying("fixed", products=many, subcomponents=many))


@given(overwriting("\ud800", "x" * 70_000, {"": 1}, "pkg:"))
def test_values_of_wrong_types_anywhere(changes):
    assert unsound(overwritten(DOCUMENT, changes), openvex.read) == []
