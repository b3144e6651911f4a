# SPDX-License-Identifier: Apache-2.0
"""Product status lists: what is said by version, what is said without one, and what is not known."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import status_list
from leadglass.formats.yaml_text import tree
from leadglass.values.advisories import Status
from tests.formats.mutations import edited, edits, overwritings, overwritten, unsound

LIST = (Path(__file__).parents[1] / "papers" / "status_list" / "invented-list.yml").read_bytes()


def said_of(name):
    said = status_list.read(LIST)
    products = {product.ref: product for product in said.products}
    return [
        (one.vulnerability[-5:], products[one.product].version, one.status.value, one.group)
        for one in said.statements
        if products[one.product].name == name
    ]


def test_versions_are_texts_as_written():
    assert said_of("Quillon Medical Tomara Console") == [
        ("40001", "3.10", "affected", "affected_versions"),
        ("40001", "< 1.5", "affected", "affected_versions"),
        ("40001", "1.6", "fixed", "fixed_versions"),
        ("40002", "", "unknown", "not investigated"),
    ]


def test_a_repair_without_its_version_silences_nothing():
    assert said_of("Sura") == [
        ("40001", "", "unknown", "fixed_versions"),
        ("40002", "", "not_affected", "unaffected_versions"),
    ]
    assert any("without a version" in remark.why for remark in status_list.read(LIST).remarks)


def test_other_layouts_are_taken():
    assert said_of("Narrow Box") == [
        ("40001", "All before 3", "affected", "affected_versions"),
        ("40002", "", "under_investigation", "Under Investigation"),
    ]
    said = status_list.read(LIST)
    assert [(one.category, one.text, one.url) for one in said.remedies] == [
        ("vendor_fix", "1.6", "https://quillon.example/psirt"),
        ("update", "Wait for the next service visit.", ""),
    ]


def test_the_list_is_one_document():
    said = status_list.read(LIST)
    assert (said.category, said.publisher, said.revision) == (
        "product_status_list",
        "an invented agency",
        "1.0",
    )
    assert said.updated == datetime(2032, 1, 12, 7, 18, 50, tzinfo=UTC)
    assert [one.vulnerability for one in said.described] == ["CVE-2031-40001", "CVE-2031-40002"]
    assert (said.statements[0].impact, said.statements[0].stated) == (
        "Seen by the maker.",
        datetime(2031, 12, 15, tzinfo=UTC),
    )
    assert said.rest == {"links beyond the first": 1}
    assert {remark.where for remark in said.remarks} == {
        "software[1].cves.cve-2031-40001", "software[2].cves.cve-2031-40001.affected_versions",
        "software[2].cves.a flaw", "software[2].last_updated", "software[3]",
    }  # fmt: skip


def test_unaffected_without_a_version_counts_only_alone():
    raw = LIST.replace(
        b"fixed_versions: ['1.6']\n        unaffected_versions: []",
        b"fixed_versions: ['1.6']\n        unaffected_versions: ['']",
    )
    said = status_list.read(raw)
    assert Status.NOT_AFFECTED not in {
        one.status for one in said.statements if one.product.startswith("software[0]")
    }


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"[]", "no list 'software'"),
        (b"software: {}", "no list 'software'"),
        (LIST.replace(b"vendor: Sura", b"vendor: &s Sura"), "anchor"),
        (LIST[: LIST.index(b"Wait for")] + b"'", "not valid YAML|no list"),
    ],
)
def test_what_is_no_list_is_refused(raw, says):
    with pytest.raises(UnreadableError, match=says):
        status_list.read(raw)


def test_statements_are_bounded(monkeypatch):
    monkeypatch.setattr("leadglass.formats.status_list.MOST_STATEMENTS", 3)
    with pytest.raises(BoundError, match="3 statements"):
        status_list.read(LIST)


@given(edits)
def test_bytes_that_were_changed_on_the_way(changes):
    assert unsound(edited(LIST, changes), status_list.read) == []


@given(overwritings)
def test_values_of_wrong_types_anywhere(changes):
    assert unsound(overwritten(tree(LIST, "The list"), changes), status_list.read) == []
