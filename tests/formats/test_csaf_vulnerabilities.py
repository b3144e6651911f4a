# SPDX-License-Identifier: Apache-2.0
"""Advisories and VEX documents in CSAF: what is said of products and vulnerabilities, and what helps."""

from datetime import UTC, date, datetime

import pytest

from leadglass.formats import csaf_vulnerabilities
from leadglass.values.advisories import Status
from tests.formats.csaf_documents import CVE, TREE, V2, V30, V31, V40, document, names, read, score, where

GROUPS = [
    ("first_affected", Status.AFFECTED),
    ("known_affected", Status.AFFECTED),
    ("last_affected", Status.AFFECTED),
    ("known_not_affected", Status.NOT_AFFECTED),
    ("first_fixed", Status.FIXED),
    ("fixed", Status.FIXED),
    ("under_investigation", Status.UNDER_INVESTIGATION),
    ("unknown", Status.UNKNOWN),
]


@pytest.mark.parametrize(("group", "status"), GROUPS)
def test_each_group_of_products_is_a_status(group, status):
    vulnerability = {"cve": CVE, "product_status": {group: ["A", "B"]}}
    advisory = read(document(version="2.1", tree=names("A", "B"), vulnerabilities=[vulnerability]))
    assert [(one.vulnerability, one.product, one.status, one.group) for one in advisory.statements] == [
        (CVE, "A", status, group), (CVE, "B", status, group),
    ]  # fmt: skip
    assert advisory.statements[1].place == f"vulnerabilities[0].product_status.{group}[1]"
    assert advisory.remarks == ()


def test_recommended_products_are_a_remedy_and_have_no_status():
    refs = [f"P{number}" for number in range(22)]
    vulnerability = {"cve": CVE, "product_status": {"known_affected": ["P0"], "recommended": refs}}
    advisory = read(document(tree=names(*refs), vulnerabilities=[vulnerability]))
    assert len(advisory.statements) == 1
    assert advisory.rest["recommended products"] == 22
    (remedy,) = advisory.remedies
    assert (remedy.category, remedy.products) == ("recommended", tuple(refs))
    assert remedy.text.startswith("Recommended: Tomara P0, Tomara P1, ")
    assert remedy.text.endswith("Tomara P19, and 2 more")


def test_flags_justify_what_is_not_affected_by_product_and_by_group():
    vulnerability = {
        "cve": CVE,
        "product_status": {"known_not_affected": ["A", "B", "C"]},
        "flags": [
            {"label": "component_not_present", "product_ids": ["C"], "date": "2026-03-02T00:00:00Z"},
            {"label": "vulnerable_code_not_in_execute_path", "group_ids": ["G"]},
        ],
    }
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability]))
    assert [one.justification for one in advisory.statements] == [
        "vulnerable_code_not_in_execute_path", "vulnerable_code_not_in_execute_path", "component_not_present",
    ]  # fmt: skip
    assert [one.stated for one in advisory.statements] == [None, None, datetime(2026, 3, 2, tzinfo=UTC)]
    assert advisory.remarks == ()


def test_flags_that_justify_nothing_are_told():
    vulnerability = {
        "cve": CVE,
        "product_status": {"known_not_affected": ["A"], "known_affected": ["B"]},
        "flags": [
            {"label": "component_not_present", "product_ids": ["A", "B"]},
            {"label": "vulnerable_code_not_present", "product_ids": ["A"]},
            {"label": "component_not_present"},
            {"label": "we_think_so", "product_ids": ["C"]},
            {"product_ids": ["A"]},
        ],
    }
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability]))
    assert [(one.product, one.justification) for one in advisory.statements] == [
        ("B", ""), ("A", "component_not_present"),
    ]  # fmt: skip
    assert len(where(advisory, "flags[1].product_ids[0]")) == 1
    assert "names neither products nor groups" in where(advisory, "flags[2]")[0]
    assert "'we_think_so' is no label" in where(advisory, "flags[3].label")[0]
    assert "no label" in where(advisory, "flags[4].label")[0]
    assert [why for why in where(advisory, "flags") if "not stated as not affected" in why] == [
        "'component_not_present' is said of B, which is not stated as not affected.",
        "'we_think_so' is said of C, which is not stated as not affected.",
    ]


def test_threats_of_impact_are_told_with_the_statement_and_others_counted():
    vulnerability = {
        "cve": CVE,
        "product_status": {"known_affected": ["A", "C"], "known_not_affected": ["B"]},
        "threats": [
            {"category": "impact", "details": "Images may be late.", "group_ids": ["G"]},
            {"category": "impact", "details": "Important"},
            {"category": "impact", "details": "Another word on it.", "product_ids": ["A"]},
            {"category": "exploit_status", "details": "none seen", "product_ids": ["A"]},
        ],
    }
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability]))
    assert {one.product: one.impact for one in advisory.statements} == {
        "A": "Images may be late.", "B": "Images may be late.", "C": "Important",
    }  # fmt: skip
    assert advisory.rest["threats: exploit_status"] == 1
    assert advisory.rest["threats: a second impact on a product"] == 1


@pytest.mark.parametrize("category", csaf_vulnerabilities.CATEGORIES)
def test_remediations_are_remedies_with_all_they_say(category):
    vulnerability = {
        "cve": CVE,
        "product_status": {"known_affected": ["A", "B", "C"]},
        "remediations": [
            {
                "category": category,
                "details": "Install 1.6.\nThen restart.",
                "url": "https://quillon.example/1.6",
                "date": "2026-04-01T08:00:00Z",
                "restart_required": {"category": "machine", "details": "both hosts"},
                "entitlements": ["service contract"],
                "product_ids": ["C", "A"],
                "group_ids": ["G"],
            }
        ],
    }
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability]))
    (remedy,) = advisory.remedies
    assert (remedy.vulnerability, remedy.category, remedy.text) == (
        CVE,
        category,
        "Install 1.6.\nThen restart.",
    )
    assert (remedy.url, remedy.since, remedy.restart) == (
        "https://quillon.example/1.6",
        date(2026, 4, 1),
        "machine",
    )
    assert remedy.products == ("C", "A", "B")
    assert remedy.place == "vulnerabilities[0].remediations[0]"
    assert (advisory.rest["details of restarts"], advisory.rest["entitlements of remediations"]) == (1, 1)
    assert advisory.remarks == ()


def test_a_remediation_of_nothing_is_told():
    vulnerability = {
        "cve": CVE,
        "product_status": {"known_affected": ["A"]},
        "remediations": [{"category": "pray"}],
    }
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability]))
    assert advisory.remedies[0].category == "pray"
    assert {remark.where for remark in advisory.remarks} == {
        "vulnerabilities[0].remediations[0].category",
        "vulnerabilities[0].remediations[0].details",
        "vulnerabilities[0].remediations[0]",
    }


def test_products_and_groups_that_are_not_there_are_told_with_their_place_and_kept():
    vulnerability = {
        "cve": CVE,
        "product_status": {"known_affected": ["A", "Z"]},
        "remediations": [
            {"category": "vendor_fix", "details": "x", "product_ids": ["A", "Y"], "group_ids": ["H"]}
        ],
    }
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability]))
    assert [one.product for one in advisory.statements] == ["A", "Z"]
    assert advisory.remedies[0].products == ("A", "Y")
    assert [(remark.where, remark.why) for remark in advisory.remarks] == [
        ("vulnerabilities[0].product_status.known_affected[1]", "The product tree has no product 'Z'."),
        ("vulnerabilities[0].remediations[0].product_ids[1]", "The product tree has no product 'Y'."),
        ("vulnerabilities[0].remediations[0].group_ids[0]", "The product tree has no group 'H'."),
    ]


def test_a_group_in_a_status_is_its_products_and_that_is_told():
    vulnerability = {"cve": CVE, "product_status": {"fixed": ["G"]}}
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability]))
    assert [one.product for one in advisory.statements] == ["A", "B"]
    assert "a product group where a product belongs" in where(advisory, "fixed[0]")[0]


def test_groups_of_one_name_and_of_unknown_products():
    groups = [
        {"group_id": "G", "product_ids": ["A", "Z"]},
        {"group_id": "G", "product_ids": ["B"]},
        {"product_ids": ["B"]},
    ]
    vulnerability = {"cve": CVE, "product_status": {"fixed": ["G"]}}
    advisory = read(
        document(tree=names("A", "B") | {"product_groups": groups}, vulnerabilities=[vulnerability])
    )
    assert [one.product for one in advisory.statements] == ["A", "Z"]
    assert len(where(advisory, "product_groups[0].product_ids[1]")) == 1
    assert "there already" in where(advisory, "product_groups[1]")[0]
    assert "without a group_id" in where(advisory, "product_groups[2]")[0]


def test_two_statuses_of_one_product_are_both_kept_and_told():
    vulnerability = {"cve": CVE, "product_status": {"known_affected": ["A", "B"], "fixed": ["A"]}}
    again = {"cve": CVE, "product_status": {"known_not_affected": ["B"]}}
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability, again]))
    assert len(advisory.statements) == 4
    told = {remark.where: remark.why for remark in advisory.remarks}
    assert "fixed here, but known_affected at" in told["vulnerabilities[0].product_status.fixed[0]"]
    assert "known_not_affected here" in told["vulnerabilities[1].product_status.known_not_affected[0]"]
    assert "listed more than once" in told["vulnerabilities[1]"]


def test_two_groups_of_one_status_are_no_contradiction():
    vulnerability = {"cve": CVE, "product_status": {"known_affected": ["A"], "first_affected": ["A"]}}
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability]))
    assert (len(advisory.statements), advisory.remarks) == (2, ())


def test_a_vulnerability_of_2_0_is_described():
    vulnerability = {
        "cve": CVE,
        "ids": [
            {"system_name": "Quillon Bug ID", "text": "4711"},
            {"system_name": "GitHub", "text": "GHSA-a-b-c"},
        ],
        "title": "Late images",
        "cwe": {"id": "CWE-287", "name": "Improper Authentication"},
        "notes": [
            {"category": "description", "text": "Anybody may send."},
            {"category": "legal_disclaimer", "text": "No warranty."},
            {"category": "details", "text": "By C-STORE."},
        ],
        "scores": [
            {"products": ["A"], **score("cvss_v2", V2), **score("cvss_v3", V30)},
            {"products": ["B"], **score("cvss_v3", V31)},
        ],
        "release_date": "2026-02-01T00:00:00Z",
        "discovery_date": "2026-01-01T00:00:00Z",
        "product_status": {"known_affected": ["A"]},
        "references": [{"summary": "s", "url": "u"}],
        "involvements": [{"party": "vendor", "status": "open"}],
        "acknowledgments": [{"names": ["N"]}, {"names": ["M"]}],
    }
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability]))
    (one,) = advisory.described
    assert (one.vulnerability, one.aliases, one.title) == (
        CVE,
        ("Quillon-Bug-ID:4711", "GHSA-a-b-c"),
        "Late images",
    )
    assert one.description == "Anybody may send.\n\nBy C-STORE."
    assert (one.vectors, one.cwes) == ((V31, V30, V2), ("CWE-287",))
    assert one.published == datetime(2026, 2, 1, tzinfo=UTC)
    assert (one.exploited, one.ssvc, one.place) == (False, (), "vulnerabilities[0]")
    assert advisory.rest == {
        "acknowledgments": 2, "involvements": 1, "notes of vulnerabilities: legal_disclaimer": 1,
        "references of vulnerabilities": 1,
    }  # fmt: skip
    assert advisory.remarks == ()


def test_a_vulnerability_of_2_1_is_described():
    selection = {"namespace": "ssvc", "key": "E", "version": "1.1.0", "name": "Exploitation"}
    content = {
        **score("cvss_v3", V31), **score("cvss_v4", V40), "epss": {"probability": "0.1"},
        "qualitative_severity_rating": "high",
        "ssvc_v2": {"selections": [selection | {"values": [{"key": "P", "name": "Public PoC"}]}]},
    }  # fmt: skip
    vulnerability = {
        "cve": CVE,
        "cwes": [
            {"id": "CWE-287", "name": "n", "version": "4.14"},
            {"id": "CWE-306", "name": "n", "version": "4.14"},
        ],
        "metrics": [
            {"products": ["A"], "content": content},
            {"products": ["B"], "content": score("cvss_v4", V40)},
        ],
        "disclosure_date": "2026-02-02T00:00:00Z",
        "first_known_exploitation_dates": [
            {"date": "2026-02-03T00:00:00Z", "exploitation_date": "2026-01-31T00:00:00Z"}
        ],
        "product_status": {"unknown": ["A"]},
    }
    advisory = read(document(version="2.1", tree=TREE, vulnerabilities=[vulnerability]))
    (one,) = advisory.described
    assert (one.vectors, one.cwes) == ((V40, V31), ("CWE-287", "CWE-306"))
    assert one.published == datetime(2026, 2, 2, tzinfo=UTC)
    assert (one.exploited, one.ssvc) == (True, ("exploitation=public-poc",))
    assert advisory.rest == {"EPSS scores": 1, "severities without a vector": 1}
    assert advisory.remarks == ()


def test_vectors_of_one_standard_for_different_products_are_all_kept_and_counted():
    other = V31.replace("AV:N", "AV:L")
    scores = [{"products": ["A"], **score("cvss_v3", V31)}, {"products": ["B"], **score("cvss_v3", other)}]
    advisory = read(document(tree=TREE, vulnerabilities=[{"cve": CVE, "scores": scores}]))
    assert advisory.described[0].vectors == (V31, other)
    assert advisory.rest["vectors of one standard for different products"] == 2


def test_a_vulnerability_is_called_by_what_it_is_given():
    vulnerabilities = [
        {"ids": [{"system_name": "Quillon", "text": "QM-V-1"}]},
        {"title": "no id at all"},
        {"cve": "CVE-26-1"},
    ]
    advisory = read(document(tree=TREE, vulnerabilities=vulnerabilities))
    assert [one.vulnerability for one in advisory.described] == [
        "QM-V-1",
        "QM-2026-004#vulnerabilities[1]",
        "CVE-26-1",
    ]
    assert any("Neither a CVE id nor another" in why for why in where(advisory, "vulnerabilities[1]"))
    assert "'CVE-26-1' is no CVE id" in where(advisory, "vulnerabilities[2].cve")[0]


def test_a_document_that_states_nothing_says_so_where_it_should_state():
    assert "nothing can be matched" in where(read(document()), "vulnerabilities")[0]
    assert where(read(document(category="csaf_informational_advisory")), "vulnerabilities") == []


def test_what_is_not_taken_is_counted():
    advisory = read(
        document(
            category="csaf_base",
            references=[{"category": "self"}, {"category": "external"}, {}],
            notes=[{"category": "summary", "text": "x"}] * 3,
            aggregate_severity={"text": "high"},
            acknowledgments=[{}],
        )
    )
    assert advisory.rest == {
        "references of the document": 2, "notes of the document": 3, "severities of the whole document": 1,
        "acknowledgments": 1,
    }  # fmt: skip


def test_ids_and_decisions_that_say_nothing_are_left_out():
    points = [{"key": "E", "values": [{}]}, {"values": [{"key": "A"}]}]
    vulnerability = {
        "ids": [{"system_name": "Quillon"}, {"text": "4711"}],
        "metrics": [{"content": {"ssvc_v2": {"selections": points}}}],
    }
    advisory = read(document(version="2.1", tree=TREE, vulnerabilities=[vulnerability]))
    (one,) = advisory.described
    assert (one.vulnerability, one.aliases, one.ssvc) == ("4711", (), ())
    assert where(advisory, "ids[0]") == ["An id without a text."]
    assert len(where(advisory, "ssvc_v2")) == 2


def test_threats_of_any_category_name_products_that_are_there():
    vulnerability = {
        "cve": CVE,
        "threats": [{"category": "target_set", "details": "x", "product_ids": ["Z"]}],
    }
    advisory = read(document(tree=TREE, vulnerabilities=[vulnerability]))
    assert where(advisory, "threats[0].product_ids[0]") == ["The product tree has no product 'Z'."]
