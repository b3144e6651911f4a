# SPDX-License-Identifier: Apache-2.0
"""CSAF documents that are damaged, huge, deep or of wrong types: a sentence or remarks, never anything else."""

import codecs
import json

import pytest
from hypothesis import given

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import csaf, csaf_fields, csaf_products, csaf_vulnerabilities
from leadglass.values.advisories import Status
from leadglass.values.sources import Remark
from tests.formats.csaf_documents import (
    CVE,
    HELPER,
    V31,
    V40,
    branch,
    document,
    names,
    path,
    read,
    relation,
    score,
)
from tests.formats.mutations import overwriting, overwritten, patched, patches


def test_wrong_types_are_told_with_their_place_and_the_rest_is_read():
    tree = {
        "branches": [
            {"category": 3, "name": ["x"], "branches": {"no": "list"}, "product": "P"},
            "no branch",
            [],
            branch("product_version", "1", product="A"),
        ],
        "full_product_names": [
            {"product_id": 7, "name": "n"},
            {
                "product_id": "B",
                "name": None,
                "product_identification_helper": {"cpe": True, "skus": ["s", 4, ""]},
            },
        ],
        "relationships": 5,
    }
    vulnerability = {
        "cve": 10001, "ids": "none", "title": {}, "notes": [{"category": "summary", "text": 9}],
        "scores": [{"cvss_v3": {"vectorString": 9.8}}, {"cvss_v3": []}],
        "product_status": {"known_affected": ["A", 5, None], "fixed": "B"},
        "remediations": [None, {"category": "mitigation", "details": "x", "date": "soon", "product_ids": ["A"]}],
        "release_date": "someday",
    }  # fmt: skip
    whole = document(tree=tree, vulnerabilities=[vulnerability], publisher="Quillon")
    whole["document"]["tracking"] |= {"version": 1, "current_release_date": "2026-13-01"}
    advisory = read(whole)
    assert [(one.ref, one.skus) for one in advisory.products] == [("A", ()), ("B", ("s",))]
    assert [one.product for one in advisory.statements] == ["A"]
    assert [one.category for one in advisory.remedies] == ["mitigation"]
    assert (advisory.revision, advisory.updated, advisory.publisher) == ("", None, "")
    at = "vulnerabilities[0]"
    assert {remark.where for remark in advisory.remarks} >= {
        "document.publisher", "document.tracking.version", "document.tracking.current_release_date",
        "product_tree.branches[0].category", "product_tree.branches[0].name", "product_tree.branches[0].branches",
        "product_tree.branches[0].product", "product_tree.branches[1]", "product_tree.branches[2]",
        "product_tree.full_product_names[0].product_id", "product_tree.full_product_names[1].name",
        "product_tree.full_product_names[1].product_identification_helper.cpe",
        "product_tree.full_product_names[1].product_identification_helper.skus[1]",
        "product_tree.full_product_names[1].product_identification_helper.skus[2]",
        "product_tree.relationships", f"{at}.cve", f"{at}.ids", f"{at}.title", f"{at}.notes[0].text",
        f"{at}.scores[0].cvss_v3.vectorString", f"{at}.scores[1].cvss_v3", f"{at}.release_date",
        f"{at}.product_status.known_affected[1]", f"{at}.product_status.known_affected[2]",
        f"{at}.product_status.fixed", f"{at}.remediations[0]", f"{at}.remediations[1].date",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"{}", r"no document\.csaf_version"),
        (b'{"document": {"csaf_version": 2.0}}', r"no document\.csaf_version"),
        (b'{"document": {"csaf_version": "1.2"}}', r"'1\.2'.*2\.0 and 2\.1"),
        (b'{"document": [], "vulnerabilities": []}', r"no document\.csaf_version"),
        (b"[]", "not valid JSON of its standard"),
        (b"", "cut off"),
        (json.dumps(document()).encode()[:-9], "cut off"),
        (json.dumps(document()).encode() + b"x", "follows its end"),
        (json.dumps(document()).encode().replace(b"Tomara", b"Tom\0ra"), "not valid JSON"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", "UTF-16"),
    ],
)
def test_what_is_no_csaf_is_refused_with_a_sentence(raw, says):
    with pytest.raises(UnreadableError, match=says):
        csaf.read(raw)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_marks_and_other_encodings_are_understood(encoding):
    whole = document(tree=names("Ä"), title="Störung der Übertragung")
    advisory = csaf.read(memoryview(json.dumps(whole, ensure_ascii=False).encode(encoding)))
    assert (advisory.title, advisory.products[0].ref) == ("Störung der Übertragung", "Ä")


def test_control_characters_are_blanks_and_lines_stay_in_prose():
    vulnerability = {
        "cve": CVE,
        "notes": [{"category": "summary", "text": "a\nb\x00c"}],
        "title": "x\ny\x00\x07z",
    }
    (one,) = read(document(vulnerabilities=[vulnerability])).described
    assert (one.description, one.title) == ("a\nb c", "x y z")


def nested(depth):
    """Branches within branches, a product in the innermost one."""
    leaf = '{"category":"product_version","name":"1","product":{"name":"n","product_id":"P"}}'
    tree = '{"category":"language","name":"x","branches":[' * (depth - 1) + leaf + "]}" * (depth - 1)
    return b'{"document":{"csaf_version":"2.0"},"product_tree":{"branches":[' + tree.encode() + b"]}}"


def test_depth_is_bounded():
    assert len(csaf.read(nested(csaf_products.DEEPEST)).products[0].platforms) == csaf_products.DEEPEST - 1
    with pytest.raises(BoundError, match="100 deep"):
        csaf.read(nested(csaf_products.DEEPEST + 1))
    with pytest.raises(BoundError, match="nested deeper"):
        csaf.read(nested(100_000))


def test_relations_upon_relations_are_bounded():
    chain = [relation("R0", "A", "A")]
    chain += [relation(f"R{number}", f"R{number - 1}", "A") for number in range(1, 120)]
    with pytest.raises(BoundError, match="relations upon relations"):
        read(document(tree=names("A") | {"relationships": chain}))
    long = path("R", "A", *[("installed_on", "A")] * 101)
    with pytest.raises(BoundError, match="more than 100 steps"):
        read(document(version="2.1", tree=names("A") | {"product_paths": [long]}))


def test_size_and_numbers_are_bounded(monkeypatch):
    whole = document(
        tree=names(*"ABCDE") | {"product_groups": [{"group_id": "G", "product_ids": list("ABCDE")}]},
        vulnerabilities=[
            {
                "cve": CVE,
                "product_status": {"fixed": list("ABCDE")},
                "remediations": [{"category": "mitigation", "details": "x", "group_ids": ["G"]}] * 4,
            }
        ],
    )
    assert len(read(whole).statements) == 5
    for module, name, most, says in (
        (csaf, "MOST_BYTES", 1 << 9, "larger than"),
        (csaf_products, "MOST_PRODUCTS", 4, "more than 4 products"),
        (csaf_vulnerabilities, "MOST_STATEMENTS", 4, "more than 4 statements"),
        (csaf_fields, "MOST_MENTIONS", 25, "more than 25 times"),
        (csaf_fields, "MOST_OBJECTS", 10, "more than 10 things"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, most)
            with pytest.raises(BoundError, match=says):
                read(whole)


def test_the_bounds_are_those_that_are_promised():
    assert csaf.MOST_BYTES == 64 << 20
    assert (csaf_products.DEEPEST, csaf_products.MOST_PRODUCTS) == (100, 200_000)
    assert csaf_vulnerabilities.MOST_STATEMENTS == 2_000_000


def test_a_long_list_is_counted_before_it_is_split():
    raw = b'{"document":{"csaf_version":"2.0"},"vulnerabilities":[' + b"{}," * 1_000_000 + b"{}]}"
    with pytest.raises(BoundError, match="1,000,000 things"):
        csaf.read(raw)
    odd = b'{"document":{"csaf_version":"2.0"},"vulnerabilities":[' + b"{}," * 400_000 + b"[]]}"
    told = {remark.where: remark.why for remark in csaf.read(odd).remarks}
    assert "Nothing of this list was taken" in told["vulnerabilities[400000]"]


def test_texts_that_are_too_long_are_cut_and_told():
    long = "x" * (csaf_fields.LONGEST_PROSE + 1)
    notes = [
        {"category": "summary", "text": "y" * csaf_fields.LONGEST_PROSE},
        {"category": "details", "text": "z"},
    ]
    advisory = read(
        document(
            title=long,
            tree=names("A", "B" * 5_000),
            vulnerabilities=[{"notes": notes, "product_status": {"fixed": [long]}}],
        )
    )
    assert len(advisory.title) == csaf_fields.LONGEST_TEXT
    assert len(advisory.described[0].description) == csaf_fields.LONGEST_PROSE
    assert advisory.statements == ()
    assert {remark.where for remark in advisory.remarks} >= {
        "document.title", "vulnerabilities[0].notes", "vulnerabilities[0].product_status.fixed[0]",
        "product_tree.full_product_names[1].product_id",
    }  # fmt: skip


def test_texts_in_many_branches_do_not_grow_without_end():
    tree = branch("product_family", "x" * 900, branch("product_family", "y" * 900, product="P"))
    assert len(read(document(tree={"branches": [tree]})).products[0].family) == csaf_products.LONGEST_NAME


WHOLE = document(
    version="2.1",
    tree={
        "branches": [
            branch("vendor", "Quillon", branch("product_name", "Tomara", branch("product_version", "1", product="A")))
        ],
        "full_product_names": [
            {"product_id": "B", "name": "b", "product_identification_helper": HELPER | {"purls": ["pkg:a/b"]}}
        ],
        "relationships": [relation("R", "A", "B")],
        "product_paths": [path("S", "A", ("installed_on", "B"), ("installed_on", "R"))],
        "product_groups": [{"group_id": "G", "product_ids": ["A", "R"]}],
    },
    vulnerabilities=[
        {
            "cve": CVE,
            "ids": [{"system_name": "s", "text": "1"}],
            "cwe": {"id": "CWE-1"},
            "cwes": [{"id": "CWE-2"}],
            "notes": [{"category": "summary", "text": "t"}],
            "scores": [score("cvss_v3", V31)],
            "metrics": [{"content": score("cvss_v4", V40) | {"ssvc_v2": {"selections": [{"key": "E", "values": [{"key": "A"}]}]}}}],
            "release_date": "2026-01-01T00:00:00Z",
            "first_known_exploitation_dates": [{"exploitation_date": "2026-01-01T00:00:00Z"}],
            "product_status": {"known_affected": ["A"], "known_not_affected": ["R", "A"], "recommended": ["B"]},
            "flags": [{"label": "component_not_present", "group_ids": ["G"]}],
            "threats": [{"category": "impact", "details": "d", "product_ids": ["A"]}],
            "remediations": [{"category": "vendor_fix", "details": "d", "group_ids": ["G"], "date": "2026-01-01",
                              "restart_required": {"category": "none"}}],
        }
    ],
)  # fmt: skip


def half_read(raw):
    """What is not whole in an advisory that is read: nothing where it is refused, and nothing but our errors is raised."""
    try:
        advisory = csaf.read(raw)
    except UnreadableError as error:
        return [] if str(error) else [error]
    found = [one for one in advisory.remarks if not (isinstance(one, Remark) and one.where and one.why)]
    found += [
        one
        for one in advisory.statements
        if not (isinstance(one.status, Status) and one.product and one.vulnerability)
    ]
    related = {one.ref: one for one in reversed(advisory.products)}
    return found + [product for product in advisory.products if in_a_circle(product, related)]


def in_a_circle(product, related):
    """Tell whether what a product is on leads to no end."""
    for _ in range(200):
        product = related.get(product.on)
        if product is None:
            return False
    return True


@given(overwriting("A", "G", "R", ["A"]))
def test_values_of_wrong_types_anywhere(changes):
    assert half_read(overwritten(WHOLE, changes)) == []


@given(patches())
def test_bytes_that_were_changed_on_the_way(changes):
    assert half_read(patched(json.dumps(WHOLE).encode(), changes)) == []
