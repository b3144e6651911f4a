"""Each test of CSAF 2.0 by its number: a document that it passes and one that it complains of."""

import copy
import json

import pytest

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.csaf_tests import TESTS, check
from tests.formats.csaf_papers import BASE, GONE, HASH, advisory, changed, written

D, T, V, P = "/document", "/document/tracking", "/vulnerabilities/0", "/product_tree"
HISTORY = f"{T}/revision_history"
VERSION = f"{P}/branches/0/branches/0/branches/0"
HELPER = f"{VERSION}/product/product_identification_helper"
SCORE = f"{V}/scores/0"
VEX = {f"{D}/category": "csaf_vex"}
INCIDENT = {f"{D}/category": "csaf_security_incident_response"}
INFORMATION = {f"{D}/category": "csaf_informational_advisory", "/vulnerabilities": GONE}

RELATION = advisory()["product_tree"]["relationships"][0]
FILE_HASH = {"algorithm": "sha256", "value": HASH}
INVOLVED = {"date": "2024-05-01T12:00:00+02:00", "party": "vendor", "status": "open"}


def revisions(*numbers: str) -> list[dict[str, str]]:
    return [
        {"date": f"2024-05-0{day}T10:00:00Z", "number": number, "summary": "x"}
        for day, number in enumerate(numbers, 5)
    ]


def tracked(status: str, *numbers: str) -> dict[str, object]:
    return {HISTORY: revisions(*numbers), f"{T}/status": status, f"{T}/version": numbers[-1]}


def relation(product: str, one: str, other: str) -> dict[str, object]:
    full = RELATION["full_product_name"] | {"product_id": product}
    return RELATION | {
        "full_product_name": full,
        "product_reference": one,
        "relates_to_product_reference": other,
    }


def cvss_3(vector: str, **more: object) -> dict[str, object]:
    return {
        "vectorString": f"CVSS:3.1/{vector}",
        "version": "3.1",
        "baseScore": 9.8,
        "baseSeverity": "CRITICAL",
        **more,
    }


# number: (what makes it complain, where, what it lets pass)
EXAMPLES = {
    "6.1.1": ({f"{V}/threats/0/product_ids/0": "P-9"}, f"{V}/threats/0/product_ids/0", {f"{V}/threats/0/product_ids/0": "P-3"}),
    "6.1.2": ({f"{P}/full_product_names/0/product_id": "P-1"}, f"{VERSION}/product/product_id", {}),
    "6.1.3": (
        {f"{P}/relationships": [relation("P-4", "P-5", "P-2"), relation("P-5", "P-1", "P-4")]},
        f"{P}/relationships/0/full_product_name/product_id",
        {f"{P}/relationships": [relation("P-4", "P-5", "P-2"), relation("P-5", "P-1", "P-2")]},
    ),
    "6.1.4": ({f"{V}/flags/0/group_ids/0": "G-9"}, f"{V}/flags/0/group_ids/0", {}),
    "6.1.5": (
        {f"{P}/product_groups/-": {"group_id": "G-1", "product_ids": ["P-1", "P-2"]}},
        f"{P}/product_groups/1/group_id",
        {f"{P}/product_groups/-": {"group_id": "G-2", "product_ids": ["P-1", "P-2"]}},
    ),
    "6.1.6": (
        {f"{V}/product_status/fixed": ["P-1"]},
        f"{V}/product_status/fixed/0",
        {f"{V}/product_status/first_affected": ["P-1"], f"{V}/product_status/recommended": ["P-1"]},
    ),
    "6.1.7": (
        {f"{V}/scores/-": {"cvss_v3": cvss_3(BASE), "products": ["P-4"]}},
        f"{V}/scores/1/products/0",
        {f"{V}/scores/-": {"cvss_v3": cvss_3(BASE), "products": ["P-2"]}},
    ),
    "6.1.8": ({f"{SCORE}/cvss_v3/baseSeverity": GONE}, f"{SCORE}/cvss_v3", {f"{SCORE}/cvss_v2": GONE}),
    "6.1.9": (
        {f"{SCORE}/cvss_v3/baseScore": 9.7},
        f"{SCORE}/cvss_v3/baseScore",
        {f"{SCORE}/cvss_v3": cvss_3(BASE + "/E:U", temporalScore=9.0, temporalSeverity="CRITICAL")},
    ),
    "6.1.10": ({f"{SCORE}/cvss_v3/attackVector": "LOCAL"}, f"{SCORE}/cvss_v3/attackVector", {f"{SCORE}/cvss_v3/scope": "UNCHANGED"}),
    "6.1.11": (
        {f"{V}/cwe/id": "CWE-79"},
        f"{V}/cwe/name",
        {f"{V}/cwe": {"id": "CWE-22", "name": "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')"}},
    ),
    "6.1.12": ({f"{D}/lang": "EZ"}, f"{D}/lang", {f"{D}/lang": "zh-Hant-TW"}),
    "6.1.13": ({f"{HELPER}/purl": "pkg:maven/@1.3.4"}, f"{HELPER}/purl", {f"{HELPER}/purl": "pkg:npm/%40viewer/core@1.0.0"}),
    "6.1.14": (tracked("final", "2", "1", "3"), f"{HISTORY}/1/number", {HISTORY: revisions("1", "2")[::-1]}),
    "6.1.15": (
        {f"{D}/publisher/category": "translator"},
        f"{D}/source_lang",
        {f"{D}/publisher/category": "translator", f"{D}/source_lang": "de"},
    ),
    "6.1.16": ({f"{T}/version": "1"}, f"{T}/version", tracked("final", "1.0.0", "1.1.0") | {f"{T}/version": "1.1.0+build.7"}),
    "6.1.17": (tracked("final", "0.9.5"), f"{T}/status", tracked("draft", "0.9.5")),
    "6.1.18": (tracked("interim", "0", "1"), f"{HISTORY}/0/number", tracked("draft", "0", "1")),
    "6.1.19": (tracked("draft", "1.0.0-rc.1"), f"{HISTORY}/0/number", tracked("draft", "1.0.0") | {f"{T}/version": "1.0.0-rc.1"}),
    "6.1.20": ({f"{T}/version": "2.0.0-rc.1"}, f"{T}/version", tracked("draft", "2.0.0") | {f"{T}/version": "2.0.0-rc.1"}),
    "6.1.21": (tracked("final", "1", "3"), HISTORY, tracked("final", "1.0.0", "1.5.0", "2.0.0")),
    "6.1.22": (tracked("final", "1", "2", "2"), f"{HISTORY}/2/number", tracked("final", "1", "2", "3")),
    "6.1.23": (
        {"/vulnerabilities/-": advisory()["vulnerabilities"][0]},
        "/vulnerabilities/1/cve",
        {"/vulnerabilities/-": advisory()["vulnerabilities"][0] | {"cve": "CVE-2024-99998"}},
    ),
    "6.1.24": (
        {f"{V}/involvements/-": INVOLVED},
        f"{V}/involvements/1",
        {f"{V}/involvements/-": INVOLVED | {"party": "coordinator"}},
    ),
    "6.1.25": (
        {f"{HELPER}/hashes/0/file_hashes/-": FILE_HASH},
        f"{HELPER}/hashes/0/file_hashes/1",
        {f"{HELPER}/hashes/0/file_hashes/-": FILE_HASH | {"algorithm": "sha3-256"}},
    ),
    "6.1.26": ({f"{D}/category": "Security  Advisory"}, f"{D}/category", {f"{D}/category": "advisory of our own"}),
    "6.1.27.1": (
        INCIDENT | {f"{D}/notes/0/category": "legal_disclaimer"},
        f"{D}/notes",
        INCIDENT | {f"{D}/notes/0/category": "details"},
    ),
    "6.1.27.2": (
        INCIDENT | {f"{D}/references": advisory()["document"]["references"][:1]},
        f"{D}/references",
        INCIDENT | {f"{D}/references/1": {"summary": "External, as no category says else", "url": "https://viewer.example"}},
    ),
    "6.1.27.3": ({f"{D}/category": "csaf_informational_advisory"}, "/vulnerabilities", INFORMATION),
    "6.1.27.4": ({P: GONE}, P, {P: GONE, f"{D}/category": "csaf_base"}),
    "6.1.27.5": ({f"{V}/notes": GONE}, f"{V}/notes", {f"{V}/notes": GONE, f"{D}/category": "csaf_base"}),
    "6.1.27.6": ({f"{V}/product_status": GONE}, f"{V}/product_status", {f"{V}/product_status": GONE, f"{D}/category": "csaf_base"}),
    "6.1.27.7": (VEX | {f"{V}/product_status": {"recommended": ["P-1"]}}, f"{V}/product_status", VEX),
    "6.1.27.8": (VEX | {f"{V}/cve": GONE, f"{V}/ids": GONE}, V, VEX | {f"{V}/cve": GONE}),
    "6.1.27.9": (
        VEX | {f"{V}/flags/0/group_ids": GONE, f"{V}/flags/0/product_ids": ["P-2"]},
        f"{V}/product_status/known_not_affected/1",
        VEX | {f"{V}/flags": GONE, f"{V}/threats/0/group_ids": ["G-1"]},
    ),
    "6.1.27.10": (
        VEX | {f"{V}/remediations/0/product_ids": ["P-1"]},
        f"{V}/product_status/known_affected/1",
        VEX | {f"{V}/remediations/0/category": "none_available"},
    ),
    "6.1.27.11": ({"/vulnerabilities": GONE}, "/vulnerabilities", {"/vulnerabilities": GONE, f"{D}/category": "csaf_base"}),
    "6.1.28": ({f"{D}/source_lang": "EN"}, f"{D}/source_lang", {f"{D}/source_lang": "en-GB"}),
    "6.1.29": ({f"{V}/remediations/0/product_ids": GONE}, f"{V}/remediations/0", {f"{V}/remediations/0/group_ids": ["G-1"]}),
    "6.1.30": (tracked("final", "1", "2.0.0"), f"{HISTORY}/1/number", tracked("final", "1.0.0", "2.0.0")),
    "6.1.31": ({f"{VERSION}/name": "4.1 and earlier"}, f"{VERSION}/name", {f"{VERSION}/name": "after-eight"}),
    "6.1.32": ({f"{V}/flags/0/group_ids": GONE}, f"{V}/flags/0", {}),
    "6.1.33": (
        {f"{V}/flags/-": {"label": "component_not_present", "product_ids": ["P-3"]}},
        f"{V}/flags/1",
        {f"{V}/flags/0/product_ids": ["P-3"]},
    ),
    "6.2.1": (
        {f"{P}/full_product_names/-": {"name": "Spare", "product_id": "P-9"}},
        f"{P}/full_product_names/2/product_id",
        INFORMATION,
    ),
    "6.2.2": (
        {f"{V}/product_status/under_investigation": ["P-9"]},
        f"{V}/product_status/under_investigation/0",
        {f"{V}/product_status/first_affected": ["P-1"]},
    ),
    "6.2.3": ({f"{SCORE}/products": ["P-1"]}, f"{V}/product_status/known_affected/1", {f"{V}/product_status/fixed": ["P-9"]}),
    "6.2.4": (tracked("final", "1.0.0+b1"), f"{HISTORY}/0/number", tracked("final", "1.0.0") | {f"{T}/version": "1.0.0+b1"}),
    "6.2.5": (
        {f"{T}/initial_release_date": "2024-05-06T07:59:59.9Z"},
        f"{T}/initial_release_date",
        {f"{T}/initial_release_date": "2024-05-06T08:00:00.000Z"},
    ),
    "6.2.6": (
        {f"{T}/current_release_date": "2024-05-07T10:00:00+00:01"},
        f"{T}/current_release_date",
        {f"{T}/current_release_date": "2024-05-08T00:00:00Z"},
    ),
    "6.2.7": ({f"{V}/involvements/0/date": GONE}, f"{V}/involvements/0", {f"{V}/involvements": GONE}),
    "6.2.8": (
        {f"{HELPER}/hashes/0/file_hashes/0/algorithm": "md5"},
        f"{HELPER}/hashes/0/file_hashes",
        {f"{HELPER}/hashes/0/file_hashes/-": FILE_HASH | {"algorithm": "md5"}},
    ),
    "6.2.9": (
        {f"{HELPER}/hashes/0/file_hashes/0/algorithm": "sha1"},
        f"{HELPER}/hashes/0/file_hashes",
        {f"{HELPER}/hashes/0/file_hashes/-": FILE_HASH | {"algorithm": "sha1"}},
    ),
    "6.2.10": ({f"{D}/distribution": {"text": "To all"}}, f"{D}/distribution/tlp/label", {f"{D}/distribution/tlp/label": "RED"}),
    "6.2.11": (
        {f"{D}/references/0/url": "https://viewer.example/csaf/other.json"},
        f"{D}/references",
        {f"{T}/id": "VW 2024+1", f"{D}/references/0/url": "https://viewer.example/vw_2024+1.json"},
    ),
    "6.2.12": ({f"{D}/lang": GONE}, f"{D}/lang", {f"{D}/lang": "de"}),
    "6.2.14": ({f"{D}/lang": "en-QM"}, f"{D}/lang", {f"{D}/lang": "en-x-viewer"}),
    "6.2.15": ({f"{D}/lang": "i-default"}, f"{D}/lang", {}),
    "6.2.16": (
        {f"{P}/full_product_names/0/product_identification_helper": GONE},
        f"{P}/full_product_names/0",
        {},
    ),
    "6.2.17": ({f"{V}/ids/0/text": "CVE-2024-99999"}, f"{V}/ids/0/text", {f"{V}/ids/0/text": "see CVE-2024-99999"}),
    "6.2.18": (
        {f"{VERSION}/category": "product_version_range", f"{VERSION}/name": "<4.2"},
        f"{VERSION}/name",
        {f"{VERSION}/category": "product_version_range", f"{VERSION}/name": "vers:generic/<4.2"},
    ),
    "6.2.19": (
        {f"{V}/product_status": {"fixed": ["P-1"]}, f"{SCORE}/cvss_v2": GONE},
        f"{SCORE}/cvss_v3",
        {
            f"{V}/product_status": {"fixed": ["P-1"]},
            f"{SCORE}/cvss_v2": GONE,
            f"{SCORE}/cvss_v3": cvss_3(BASE + "/MC:N", modifiedIntegrityImpact="NONE", modifiedAvailabilityImpact="NONE"),
        },
    ),
    "6.2.20": ({f"{SCORE}/cvss_v3/colour": "red"}, f"{SCORE}/cvss_v3", {}),
    "6.3.1": ({f"{SCORE}/cvss_v3": GONE}, SCORE, {f"{SCORE}/cvss_v2": GONE}),
    "6.3.2": (
        {f"{SCORE}/cvss_v3": cvss_3(BASE) | {"version": "3.0", "vectorString": f"CVSS:3.0/{BASE}"}},
        f"{SCORE}/cvss_v3",
        {},
    ),
    "6.3.3": ({f"{V}/cve": GONE}, V, {}),
    "6.3.4": ({f"{V}/cwe": GONE}, V, {}),
    "6.3.5": (
        {f"{HELPER}/hashes/0/file_hashes/0/value": HASH[1:]},
        f"{HELPER}/hashes/0/file_hashes/0/value",
        {f"{HELPER}/hashes/0/file_hashes/0/value": HASH + "0"},
    ),
    "6.3.9": (
        {f"{P}/branches/0/category": "product_family"},
        VERSION,
        {f"{VERSION}/product": GONE, f"{VERSION}/branches": [
            {"category": "language", "name": "en", "product": advisory()["product_tree"]["full_product_names"][0]}]},
    ),
    "6.3.10": (
        {f"{VERSION}/category": "product_version_range", f"{VERSION}/name": "vers:generic/<4.2"},
        f"{VERSION}/category",
        {f"{VERSION}/category": "service_pack"},
    ),
    "6.3.11": ({f"{VERSION}/name": "v4.2"}, f"{VERSION}/name", {f"{VERSION}/name": "vista"}),
}  # fmt: skip
DOUBTED = ("6.3.6", "6.3.7", "6.3.8")


def complaints(document: object, number: str) -> list[str]:
    return [
        complaint.place for complaint in check(written(document)).complaints if complaint.number == number
    ]


def test_nobody_complains_of_a_document_in_order() -> None:
    verdict = check(written(advisory()))
    assert (verdict.standard, verdict.version, verdict.valid, verdict.complaints) == ("CSAF", "2.0", True, ())


def test_each_number_of_the_standard_has_its_test_and_its_examples() -> None:
    numbers = [test.number for test in TESTS]
    profile = [f"6.1.27.{part}" for part in range(1, 12)]
    mandatory = [f"6.1.{part}" for part in range(1, 34) if part != 27]
    expected = {
        *profile,
        *mandatory,
        *(f"6.2.{part}" for part in range(1, 21)),
        *(f"6.3.{part}" for part in range(1, 12)),
    }
    assert len(numbers) == len(expected) == 74
    assert set(numbers) == expected == {*EXAMPLES, *DOUBTED, "6.2.13"}
    assert len({test.title for test in TESTS}) == 74


@pytest.mark.parametrize("number", EXAMPLES)
def test_complains_at_the_place(number: str) -> None:
    bad, place, _ = EXAMPLES[number]
    verdict = check(written(changed(bad)))
    found = [complaint for complaint in verdict.complaints if complaint.number == number]
    assert place in [complaint.place for complaint in found]
    assert all(complaint.why.endswith(".") for complaint in found)
    if number.startswith("6.1."):
        assert not verdict.valid
    assert {complaint.level for complaint in found} == {
        {"1": "mandatory", "2": "optional", "3": "informative"}[number[2]]
    }


@pytest.mark.parametrize("number", EXAMPLES)
def test_lets_pass_what_is_near_but_right(number: str) -> None:
    assert complaints(changed(EXAMPLES[number][2]), number) == []


def test_optional_and_informative_complaints_do_not_make_it_invalid() -> None:
    verdict = check(written(changed({f"{D}/lang": GONE, f"{V}/cwe": GONE})))
    assert verdict.valid
    assert {complaint.number for complaint in verdict.complaints} == {"6.2.12", "6.3.4"}


def test_keys_that_are_not_in_order_are_named_by_their_object() -> None:
    raw = json.dumps({"document": advisory()["document"], "a": 1, "vulnerabilities": []}).encode()
    assert "" in [item.place for item in check(raw).complaints if item.number == "6.2.13"]
    assert complaints(advisory(), "6.2.13") == []


def test_what_was_not_judged_is_said() -> None:
    changes = {f"{V}/cwe": {"id": "CWE-9", "name": "Of which we know nothing"}, f"{D}/lang": "gsw",
               f"{SCORE}/cvss_v3/vectorString": "CVSS:3.1/AV:N"}  # fmt: skip
    verdict = check(written(changed(changes)))
    assert verdict.valid
    said = {remark.why.split(":")[0]: remark.where for remark in verdict.remarks}
    assert said == {"6.1.9": f"{SCORE}/cvss_v3", "6.1.11": f"{V}/cwe", "6.1.12": f"{D}/lang",
                    "6.3.6": "", "6.3.7": "", "6.3.8": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("place", "value", "where"),
    [
        ("/document", GONE, ""),
        (f"{D}/title", GONE, D),
        (f"{D}/title", "", f"{D}/title"),
        (f"{D}/title", None, f"{D}/title"),
        (f"{D}/csaf_version", "1.0", f"{D}/csaf_version"),
        (f"{D}/category", "vex ", f"{D}/category"),
        (f"{D}/lang", "e", f"{D}/lang"),
        (f"{D}/distribution", {}, f"{D}/distribution"),
        (f"{D}/distribution/tlp/label", "CLEAR", f"{D}/distribution/tlp/label"),
        (f"{D}/publisher/namespace", "viewer.example", f"{D}/publisher/namespace"),
        (f"{D}/references/0/url", "https://viewer.example/a b", f"{D}/references/0/url"),
        (f"{T}/id", " x", f"{T}/id"),
        (f"{T}/id", "a\nb", f"{T}/id"),
        (f"{T}/aliases", ["a", "a"], f"{T}/aliases/1"),
        (f"{T}/version", "1.0", f"{T}/version"),
        (f"{T}/version", "01", f"{T}/version"),
        (f"{T}/current_release_date", "2024-02-30T10:00:00Z", f"{T}/current_release_date"),
        (f"{T}/current_release_date", "2024-05-07T10:00:00", f"{T}/current_release_date"),
        (f"{T}/current_release_date", "2024-05-07T10:00:60Z", f"{T}/current_release_date"),
        (f"{T}/revision_history", [], f"{T}/revision_history"),
        (f"{P}/branches/0/color", "red", f"{P}/branches/0"),
        (f"{P}/product_groups/0/product_ids", ["P-2"], f"{P}/product_groups/0/product_ids"),
        (f"{HELPER}/cpe", "cpe:2.3:a:viewer", f"{HELPER}/cpe"),
        (f"{HELPER}/hashes/0/file_hashes/0/value", "xyz", f"{HELPER}/hashes/0/file_hashes/0/value"),
        (f"{V}/cve", "CVE-2024-1", f"{V}/cve"),
        (f"{V}/cwe/id", "CWE-0", f"{V}/cwe/id"),
        (f"{V}/product_status", [], f"{V}/product_status"),
        (f"{V}/scores/0", {"products": ["P-1"]}, f"{V}/scores/0"),
        (f"{SCORE}/cvss_v3", 9.8, f"{SCORE}/cvss_v3"),
        (f"{V}/remediations/0/category", "prayer", f"{V}/remediations/0/category"),
    ],
)
def test_the_schema_complains_at_the_place(place: str, value: object, where: str) -> None:
    verdict = check(written(changed({place: value})))
    assert not verdict.valid
    assert where in [complaint.place for complaint in verdict.complaints if complaint.number == "schema"]


def places(value: object, place: str = "") -> list[str]:
    found = [place] if place else []
    for key, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found += places(inner, f"{place}/{key}")
    return found


@pytest.mark.parametrize(
    "odd", [None, True, -1.5, 10**400, "\ud7ff", [], {}, [[None]], {"a/b": {}}], ids=lambda odd: repr(odd)[:9]
)
def test_no_value_at_any_place_breaks_a_test(odd: object) -> None:
    judged = [check(written(changed({place: odd}))) for place in places(advisory())]
    assert len(judged) > 150
    assert sum(not verdict.valid for verdict in judged) > 100


@pytest.mark.parametrize("raw", [b"[]", b'"CSAF"', b"null"])
def test_what_is_no_object_is_invalid(raw: bytes) -> None:
    verdict = check(raw)
    assert (verdict.valid, verdict.version, [item.number for item in verdict.complaints]) == (
        False,
        "",
        ["schema"],
    )


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\x00", b"{}{}", b'{"a": NaN}', written(advisory())[:-9], b"[" * 100_000]
)
def test_what_is_no_json_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"^The advisory .*\.$"):
        check(raw)


def test_what_is_nested_too_deep_is_refused() -> None:
    branch = advisory()["product_tree"]["branches"][0]
    for _ in range(60):
        branch = {"branches": [branch], "category": "vendor", "name": "x"}
    with pytest.raises(BoundError, match="nested"):
        check(written(changed({f"{P}/branches/0": branch})))


def test_other_versions_of_the_standard_are_refused_not_passed() -> None:
    with pytest.raises(UnreadableError, match=r"'2\.1'.*not judged"):
        check(written(changed({f"{D}/csaf_version": "2.1"})))


def test_places_are_json_pointers() -> None:
    document = advisory()
    document["document"] |= {"x~y": {"b": 1, "a": 2}, "p/q": {"b": 1, "a": 2}}
    found = [
        item.place for item in check(json.dumps(document).encode()).complaints if item.number == "6.2.13"
    ]
    assert {f"{D}/x~0y", f"{D}/p~1q"} <= set(found)


def test_utf_16_and_byte_order_marks_are_read() -> None:
    text = written(advisory()).decode()
    assert all(check(text.encode(encoding)).valid for encoding in ("utf-8-sig", "utf-16", "utf-16-be"))


def test_a_thousand_like_complaints_are_counted() -> None:
    ids = [f"Q-{number}" for number in range(1_000)]
    found = [
        item
        for item in check(written(changed({f"{V}/product_status/recommended": ids}))).complaints
        if item.number == "6.1.1"
    ]
    assert len(found) == 101
    assert found[-1].why == "900 more like those above."


def test_products_named_by_groups_without_end_are_refused() -> None:
    group = {"group_id": "G-1", "product_ids": [f"Q-{number}" for number in range(4_000)]}
    flags = [{"group_ids": ["G-1"], "label": "component_not_present"}] * 2_600
    with pytest.raises(BoundError, match="by groups"):
        check(written(changed({f"{P}/product_groups/0": group, f"{V}/flags": flags})))


def test_a_long_chain_of_relations_is_no_circle_and_costs_no_stack() -> None:
    chain = [relation("P-4", "P-1", "P-2")] + [
        relation(f"C-{n}", f"C-{n - 1}" if n else "P-4", "P-1") for n in range(5_000)
    ]
    document = changed({f"{P}/relationships": chain})
    assert complaints(document, "6.1.3") == []
    turned = copy.deepcopy(document)
    turned["product_tree"]["relationships"][0]["product_reference"] = "C-4999"
    assert len(complaints(turned, "6.1.3")) == 101
