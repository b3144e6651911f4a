# SPDX-License-Identifier: Apache-2.0
"""Advisories and VEX documents in CSAF: who says it, and of which products."""

from datetime import UTC, datetime

import pytest

from tests.formats.csaf_documents import HELPER, branch, document, names, path, read, relation, where


def test_the_head_tells_who_says_what_and_when():
    advisory = read(document(vulnerabilities=[], category="csaf_base"))
    assert (advisory.id, advisory.category, advisory.revision) == ("QM-2026-004", "csaf_base", "1.2.0")
    assert (advisory.publisher, advisory.title) == (
        "Quillon Medical",
        "Tomara 64: two faults in the image transfer",
    )
    assert advisory.created == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert advisory.updated == datetime(2026, 3, 9, 10, tzinfo=UTC)
    assert advisory.supersedes == ()
    assert advisory.remarks == ()


@pytest.mark.parametrize(
    ("label", "taken"),
    [
        ("WHITE", "CLEAR"),
        ("CLEAR", "CLEAR"),
        ("GREEN", "GREEN"),
        ("AMBER+STRICT", "AMBER+STRICT"),
        ("red", "RED"),
    ],
)
def test_labels_of_both_versions_are_taken_in_the_words_of_tlp_2(label, taken):
    advisory = read(document(distribution={"tlp": {"label": label}}, category="csaf_base"))
    assert (advisory.tlp, advisory.remarks) == (taken, ())


def test_a_label_that_is_none_is_kept_and_told():
    advisory = read(document(distribution={"tlp": {"label": "SECRET"}}))
    assert advisory.tlp == "SECRET"
    assert "no label" in where(advisory, "tlp.label")[0]


def test_a_draft_is_told_and_so_is_a_status_that_is_none():
    for status, says in (("draft", "draft"), ("new", "'new' is no status"), (None, "may be a draft")):
        whole = document()
        whole["document"]["tracking"]["status"] = status
        assert says in where(read(whole), "tracking.status")[0]


def test_what_a_head_leaves_out_is_told():
    advisory = read({"document": {"csaf_version": "2.0"}})
    assert {remark.where for remark in advisory.remarks} == {
        "document.tracking.id", "document.category", "document.title", "document.publisher.name",
        "document.tracking.status", "document.tracking.initial_release_date", "document.tracking.current_release_date",
    }  # fmt: skip


def test_branches_say_maker_family_product_and_version():
    tree = {
        "branches": [
            branch(
                "vendor", "Quillon Medical",
                branch(
                    "product_family", "Tomara",
                    branch("product_name", "Tomara 64",
                           branch("product_version", "1.5", product="P1"),
                           branch("product_version_range", "vers:all/<2.1", product="P2")),
                    branch("product_name", "Tomara 16", product="P3"),
                ),
            )
        ]
    }  # fmt: skip
    first, second, third = read(document(tree=tree)).products
    assert (first.maker, first.family, first.product, first.version, first.versioned, first.name) == (
        "Quillon Medical", "Tomara", "Tomara 64", "1.5", "version", "1.5 in full",
    )  # fmt: skip
    assert (second.version, second.versioned) == ("vers:all/<2.1", "range")
    assert (third.product, third.version, third.versioned) == ("Tomara 16", "", "")
    assert first.place == "product_tree.branches[0].branches[0].branches[0].branches[0].product"


def test_levels_tell_more_of_a_version_and_the_inner_version_is_the_exact_one():
    tree = {
        "branches": [
            branch(
                "product_version",
                "4",
                branch("service_pack", "SP1", branch("patch_level", "7", product="P1")),
            ),
            branch("product_version", "4", branch("product_version_range", "<4.2", product="P2")),
            branch("service_pack", "SP3", product="P3"),
        ]
    }
    assert [(one.version, one.versioned) for one in read(document(tree=tree)).products] == [
        ("4 SP1 7", "version"), ("<4.2", "range"), ("SP3", "version"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "category", ["architecture", "host_name", "language", "legacy", "platform", "specification"]
)
def test_other_branches_are_platforms(category):
    tree = {"branches": [branch(category, "arm64", branch("architecture", "v8", product="P1"))]}
    advisory = read(document(tree=tree, category="csaf_base"))
    assert (advisory.products[0].platforms, advisory.remarks) == (("arm64", "v8"), ())


def test_a_branch_of_no_category_is_told_and_what_is_in_it_is_read():
    tree = {"branches": [branch("colour", "blue", branch("product_version", "1", product="P1"))]}
    advisory = read(document(tree=tree))
    assert (advisory.products[0].version, advisory.products[0].platforms) == ("1", ())
    assert "'colour' is no category" in where(advisory, "branches[0].category")[0]


@pytest.mark.parametrize(
    ("version", "purls", "rest"),
    [
        ("2.0", {"purl": "pkg:generic/tomara@1.5"}, 0),
        ("2.1", {"purls": ["pkg:generic/tomara@1.5", "pkg:deb/tomara@1.5", "pkg:rpm/tomara@1.5"]}, 2),
    ],
)
def test_identifiers_of_a_product_are_taken_and_the_others_counted(version, purls, rest):
    helper = {"product_identification_helper": HELPER | purls}
    advisory = read(
        document(version=version, tree={"full_product_names": [{"product_id": "P1", "name": "T", **helper}]})
    )
    (product,) = advisory.products
    assert (product.cpe, product.purl) == (HELPER["cpe"], "pkg:generic/tomara@1.5")
    assert (product.models, product.serials, product.skus) == (("T64-*",), ("7001", "7002"), ("QM-64",))
    assert product.hashes == (("sha256", "ab" * 32),)
    assert len(where(advisory, "file_hashes[1]")) == 1
    assert advisory.rest["addresses of bills of materials"] == 1
    assert advisory.rest["generic identifiers of products"] == 2
    assert advisory.rest.get("purls after the first of a product", 0) == rest


def test_a_relationship_is_a_product_of_two_others():
    tree = names("OS", "PC") | {
        "relationships": [
            {
                "category": "installed_on",
                "product_reference": "OS",
                "relates_to_product_reference": "PC",
                "full_product_name": {"product_id": "OS:PC", "name": "the OS on the PC"},
            }
        ]
    }
    product = read(document(tree=tree)).products[-1]
    assert (product.ref, product.component, product.on, product.relation) == (
        "OS:PC",
        "OS",
        "PC",
        "installed_on",
    )
    assert product.place == "product_tree.relationships[0].full_product_name"


def test_a_product_path_of_one_step_is_like_a_relationship():
    tree = names("OS", "PC") | {"product_paths": [path("R", "OS", ("installed_on", "PC"))]}
    products = read(document(version="2.1", tree=tree)).products
    assert [(one.ref, one.component, one.on, one.relation) for one in products[2:]] == [
        ("R", "OS", "PC", "installed_on")
    ]


def test_a_product_path_of_many_steps_is_a_chain_that_leaves_nothing_out():
    steps = (("default_component_of", "B"), ("installed_on", "C"), ("installed_with", "D"))
    advisory = read(
        document(version="2.1", tree=names(*"ABCD") | {"product_paths": [path("R", "A", *steps)]})
    )
    related = {one.ref: (one.component, one.relation, one.on) for one in advisory.products if one.relation}
    assert related == {
        "R": ("A", "default_component_of", "R subpaths[1]"),
        "R subpaths[1]": ("B", "installed_on", "R subpaths[2]"),
        "R subpaths[2]": ("C", "installed_with", "D"),
    }
    assert advisory.products[-2].name == "Tomara B installed_on Tomara C installed_with Tomara D"


def test_relations_to_products_that_are_not_there_are_told():
    advisory = read(document(tree=names("A") | {"relationships": [relation("R", "A", "Z")]}))
    assert (advisory.products[-1].on, "'Z'" in where(advisory, "relationships[0]")[0]) == ("Z", True)


@pytest.mark.parametrize(
    "relations",
    [[relation("R", "A", "R")], [relation("R", "A", "S"), relation("S", "T", "A"), relation("T", "A", "R")]],
)
def test_a_circle_of_relations_is_opened_and_told(relations):
    advisory = read(document(tree=names("A") | {"relationships": relations}))
    assert len([remark for remark in advisory.remarks if "made of itself" in remark.why]) == 1
    assert len([one for one in advisory.products if one.relation]) == len(relations) - 1


def test_an_id_given_twice_stays_with_the_first_product():
    tree = names("A") | {"branches": [branch("product_version", "1", product="A")]}
    advisory = read(document(tree=tree))
    assert [one.place for one in advisory.products] == [
        "product_tree.branches[0].product", "product_tree.full_product_names[0]",
    ]  # fmt: skip
    assert "another product already" in where(advisory, "full_product_names[0]")[0]


def test_a_product_without_an_id_or_a_name():
    tree = {"full_product_names": [{"name": "nobody"}, {"product_id": "P1"}]} | {
        "branches": [
            branch(
                "vendor",
                "Quillon",
                {"category": "product_name", "name": "T", "product": {"product_id": "P2"}},
            )
        ]
    }
    advisory = read(document(tree=tree))
    assert [(one.ref, one.name) for one in advisory.products] == [("P2", "Quillon T"), ("P1", "")]
    assert where(advisory, "full_product_names[0]") == [
        "A product without a product_id was left out: nothing can be said of it."
    ]


def test_relationships_and_paths_that_say_half_are_told():
    named = {"product_id": "S", "name": "s"}
    tree = names("A") | {
        "relationships": [
            {"category": "installed_on", "product_reference": "A"},
            {"product_reference": "A", "full_product_name": {"product_id": "R", "name": "r"}},
        ],
        "product_paths": [
            {"beginning_product_reference": "A"},
            {"beginning_product_reference": "A", "subpaths": [], "full_product_name": named},
            {"subpaths": [{"next_product_reference": "A"}], "full_product_name": named | {"product_id": "T"}},
            {
                "beginning_product_reference": "A",
                "subpaths": [{"category": "installed_on", "next_product_reference": "A"}],
                "full_product_name": {"name": "x"},
            },
        ],
    }
    advisory = read(document(version="2.1", tree=tree))
    assert [(one.ref, one.component, one.on) for one in advisory.products[1:]] == [
        ("R", "A", ""), ("S", "A", ""), ("T", "", "A"),
    ]  # fmt: skip
    assert [(remark.where, remark.why.split(" ")[-1]) for remark in advisory.remarks[:-1]] == [
        ("product_tree.relationships[0]", "out."),
        ("product_tree.relationships[1]", "how."),
        ("product_tree.product_paths[0]", "out."),
        ("product_tree.product_paths[1]", "how."),
        ("product_tree.product_paths[2]", "how."),
        ("product_tree.product_paths[3].full_product_name", "it."),
    ]


def test_a_branch_without_a_name_is_told():
    tree = {"branches": [branch("vendor", "", branch("product_version", "1", product="A"))]}
    advisory = read(document(tree=tree))
    assert (advisory.products[0].maker, advisory.products[0].version) == ("", "1")
    assert where(advisory, "branches[0].name") == ["A branch without a name."]
