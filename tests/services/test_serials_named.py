# SPDX-License-Identifier: Apache-2.0
"""Statements about single devices: who is named by a serial number is warned, who may be is asked about, no other is silenced."""

import json
from typing import Any

import pytest

from leadglass.errors import UsageError
from leadglass.services.ledger.explain import explain
from leadglass.services.ledger.rebuild import rebuild
from tests.hospital import Hospital, any_of, bom, criterion, fleet, nvd, record
from tests.services.test_claims import CVE, RECORD, SCANNER, answer, csaf

FOUR = [
    {**SCANNER, "asset_tag": f"CT-{n}", "serial_number": serial}
    for n, serial in enumerate(("QT64-100", "QT64-150", "QT64-999", ""), 1)
]


def limited(group: str, *serials: str, **told: Any) -> bytes:
    """A CSAF document about single devices."""
    document = json.loads(csaf(group, **told))
    leaf = document["product_tree"]["branches"][0]["branches"][0]["branches"][0]
    leaf["product"]["product_identification_helper"] = {"serial_numbers": list(serials)}
    return json.dumps(document).encode()


def letter(status: str, *serials: str, of: str = "Tomara 64") -> bytes:
    """A maker's letter about single devices."""
    return json.dumps(
        {
            "form": "leadglass-letter/1", "maker": "Quillon", "letter": "FSN-7", "date": "2026-10-02", "subject": "Invented",
            "status": status, "attachment": {"file": "a.pdf", "sha256": "0" * 64},
            "products": [{"model": of, "serials": list(serials)}], "vulnerabilities": [{"id": CVE}],
        }
    ).encode()  # fmt: skip


def given(hospital: Hospital, *documents: bytes) -> Hospital:
    assert all(told.taken for told in hospital.receive(*documents))
    hospital.assess()
    return hospital


@pytest.mark.parametrize(
    "document",
    [
        limited("known_affected", "QT64-100", "QT64-150"),
        limited("known_affected", "QT64-1?0"),
        letter("affected", "QT64-100 - QT64-200"),
    ],
)
def test_whose_serial_number_is_named_is_affected_and_who_has_none_is_unknown(
    hospital: Hospital, document: bytes
) -> None:
    given(hospital, fleet(*FOUR), document)
    assert hospital.statuses(CVE) == {"CT-1": "affected", "CT-2": "affected", "CT-4": "unknown"}
    (unknown,) = hospital.list("findings", vulnerability=CVE, device="CT-4")
    assert unknown["missing"] == "serial number"
    assert rebuild(hospital.house).differing == ()


def test_the_serial_number_that_lacks_is_asked_for_and_settles_it(hospital: Hospital) -> None:
    given(hospital, fleet(*FOUR), letter("affected", "QT64-100 - QT64-200"))
    (asked,) = [row for row in hospital.list("questions") if row["kind"] == "serial"]
    assert (asked["settles"], [one["device"] for one in asked["about"]]) == (1, ["CT-4"])
    hospital.answer(asked["id"], "QT64-180")
    hospital.assess()
    assert hospital.statuses(CVE)["CT-4"] == "affected"
    assert "serial" not in {row["kind"] for row in hospital.list("questions")}


def test_an_answer_is_of_one_device_where_several_are_asked_about(hospital: Hospital) -> None:
    given(hospital, fleet(*FOUR, {**FOUR[3], "asset_tag": "CT-5"}), letter("affected", "QT64-1*"))
    (asked,) = [row for row in hospital.list("questions") if row["kind"] == "serial"]
    with pytest.raises(UsageError, match="own serial number"):
        hospital.answer(asked["id"], "QT64-1")
    hospital.answer(asked["id"], "QT64-200", device="CT-5")
    hospital.assess()
    assert hospital.statuses(CVE) == {"CT-1": "affected", "CT-2": "affected", "CT-4": "unknown"}


@pytest.mark.parametrize("group", ["fixed", "known_not_affected"])
def test_what_silences_some_devices_silences_no_other(hospital: Hospital, group: str) -> None:
    status = {"fixed": "fixed", "known_not_affected": "not_affected"}[group]
    given(hospital, fleet(*FOUR), nvd(RECORD), limited(group, "QT64-100", "QT64-150"))
    answer(hospital, "trust", "yes")
    assert hospital.statuses(CVE) == {"CT-1": status, "CT-2": status, "CT-3": "affected", "CT-4": "affected"}
    told = {row["outcome"].partition(":")[0] for row in hospital.list("statements")}
    assert told == {"applied", "waits", "not applied"}


def test_what_is_not_understood_leaves_the_others_unknown(hospital: Hospital) -> None:
    given(hospital, fleet(*FOUR), letter("affected", "QT64-100", "and units made before 2019"))
    assert hospital.statuses(CVE) == {
        "CT-1": "affected",
        "CT-2": "unknown",
        "CT-3": "unknown",
        "CT-4": "unknown",
    }


def test_an_unsure_serial_number_silences_nothing(hospital: Hospital) -> None:
    given(hospital, fleet(*FOUR), nvd(RECORD), letter("fixed", "all built after 2019, says the label"))
    assert set(hospital.statuses(CVE).values()) == {"affected"}
    assert not [row for row in hospital.list("questions") if row["kind"] == "trust"]


def test_a_list_of_another_model_changes_nothing(hospital: Hospital) -> None:
    given(hospital, fleet(*FOUR))
    before = hospital.list("components")
    given(hospital, letter("affected", "QT64-100", of="Pellar 5"))
    assert hospital.statuses(CVE) == {}
    assert hospital.list("components") == before
    assert [row["outcome"] for row in hospital.list("statements")] == [
        "not applied: no such product in the fleet"
    ]


def test_no_device_of_the_model_is_named(hospital: Hospital) -> None:
    given(hospital, fleet(*FOUR[:3]), letter("affected", "QT64-555"))
    assert hospital.statuses(CVE) == {}
    assert [row["outcome"] for row in hospital.list("statements")] == [
        "not applied: devices with other serial numbers are not meant"
    ]


def test_a_new_list_keeps_the_ids_of_findings_and_what_was_decided(hospital: Hospital) -> None:
    given(hospital, fleet(*FOUR), csaf("known_affected", cve="CVE-2031-41002"))
    made = hospital.decide("CVE-2031-41002", kind="close", proof="service report 17")
    given(hospital, letter("affected", "QT64-100"))
    rows = hospital.list("findings", vulnerability="CVE-2031-41002")
    assert {row["id"] for row in rows} == set(made.findings)
    assert {row["decision"] for row in rows} == {"close"}


def test_both_the_version_and_the_serial_number_count(hospital: Hospital) -> None:
    given(
        hospital,
        fleet(FOUR[0], {**FOUR[1], "software_version": "2.5"}, {**FOUR[2], "software_version": ""}),
        limited("known_affected", "QT64-*"),
    )
    assert hospital.statuses(CVE) == {"CT-1": "affected", "CT-3": "unknown"}
    (unknown,) = hospital.list("findings", vulnerability=CVE, device="CT-3")
    assert unknown["missing"] == "software version"


def on_component(group: str, *serials: str) -> bytes:
    """A CSAF document about a component within single devices."""
    document = json.loads(limited(group, *serials))
    tree = document["product_tree"]
    tree["branches"].append(
        {"category": "vendor", "name": "Acme", "branches": [{"category": "product_name", "name": "frobnicator", "branches": [
            {"category": "product_version", "name": "1.0", "product": {
                "name": "frobnicator 1.0", "product_id": "C1",
                "product_identification_helper": {"purl": "pkg:generic/frobnicator@1.0"}}}]}]}
    )  # fmt: skip
    tree["relationships"] = [
        {"category": "installed_on", "product_reference": "C1", "relates_to_product_reference": "P1",
         "full_product_name": {"name": "frobnicator on Tomara 64", "product_id": "R1"}}
    ]  # fmt: skip
    document["vulnerabilities"][0]["product_status"] = {group: ["R1"]}
    return json.dumps(document).encode()


def test_a_component_within_single_devices_is_affected_there_alone(hospital: Hospital) -> None:
    parts = [{"name": "frobnicator", "version": "1.0", "purl": "pkg:generic/frobnicator@1.0"}]
    given(
        hospital,
        fleet(*FOUR),
        bom("Tomara 64", "1.5", parts),
        on_component("known_affected", "QT64-100", "QT64-150"),
    )
    assert hospital.statuses(CVE) == {"CT-1": "affected", "CT-2": "affected", "CT-4": "unknown"}


def test_a_component_within_single_devices_is_silenced_there_alone(hospital: Hospital) -> None:
    parts = [{"name": "frobnicator", "version": "1.0", "purl": "pkg:generic/frobnicator@1.0",
              "cpe": "cpe:2.3:a:acme:frobnicator:1.0:*:*:*:*:*:*:*"}]  # fmt: skip
    flaw = record(CVE, any_of(criterion("a:acme:frobnicator:1.0")))
    given(
        hospital, fleet(*FOUR), bom("Tomara 64", "1.5", parts), nvd(flaw), on_component("fixed", "QT64-100")
    )
    answer(hospital, "trust", "yes")
    assert hospital.statuses(CVE) == {**dict.fromkeys(("CT-2", "CT-3", "CT-4"), "affected"), "CT-1": "fixed"}


def test_who_warns_some_devices_keeps_the_rest_from_silencing_them(hospital: Hospital) -> None:
    given(
        hospital,
        fleet(*FOUR),
        nvd(RECORD),
        limited("known_affected", "QT64-100", publisher="Agency", name="A-1"),
        limited("fixed", "QT64-1*"),
        limited("known_not_affected", "QT64-999", publisher="Third", name="T-1"),
    )
    while trust := [row for row in hospital.list("questions") if row["kind"] == "trust"]:
        hospital.answer(trust[0]["id"], "yes")
        hospital.assess()
    assert hospital.statuses(CVE) == {
        "CT-1": "affected", "CT-2": "affected", "CT-3": "not_affected", "CT-4": "affected",
    }  # fmt: skip


def test_a_document_that_repaired_some_of_a_model_says_both(hospital: Hospital) -> None:
    document = json.loads(limited("fixed", "QT64-100"))
    branch = document["product_tree"]["branches"][0]["branches"][0]["branches"]
    branch.append(
        {"category": "product_version_range", "name": "< 2.0", "product": {"name": "all", "product_id": "P2"}}
    )
    document["vulnerabilities"][0]["product_status"]["known_affected"] = ["P2"]
    given(hospital, fleet(*FOUR), json.dumps(document).encode())
    answer(hospital, "trust", "yes")
    assert hospital.statuses(CVE) == {**dict.fromkeys(("CT-2", "CT-3", "CT-4"), "affected"), "CT-1": "fixed"}


def test_an_update_is_offered_to_the_devices_that_are_meant(hospital: Hospital) -> None:
    document = json.loads(limited("known_affected", "QT64-100"))
    document["vulnerabilities"][0]["remediations"] = [
        {"category": "vendor_fix", "details": "Update to version 1.6.1.", "product_ids": ["P1"]}
    ]
    given(hospital, fleet(*FOUR[:3]), json.dumps(document).encode())
    assert {row["device"] for row in hospital.list("findings", kind="update")} == {"CT-1"}


def test_explaining_tells_each_device_what_is_said_of_it(hospital: Hospital) -> None:
    given(hospital, fleet(*FOUR), nvd(RECORD), letter("affected", "QT64-100"))
    said = {}
    for device in ("CT-1", "CT-3"):
        (finding,) = hospital.list("findings", vulnerability=CVE, device=device)
        steps = explain(hospital.view(), finding["id"])[1]
        said[device] = [step.text for step in steps if step.title == "Statement"]
    assert any("Applied; recognised" in text for text in said["CT-1"])
    assert [text for text in said["CT-3"] if "other serial numbers are not meant" in text] == said["CT-3"]


def test_what_tells_devices_apart_is_no_component_that_is_listed(hospital: Hospital) -> None:
    given(hospital, fleet(*FOUR), letter("affected", "QT64-100"))
    assert {row["part"] for row in hospital.list("components")} == {"d"}


def test_a_retired_device_is_not_asked_for_its_serial_number(hospital: Hospital) -> None:
    given(hospital, fleet(*FOUR[:3], {**FOUR[3], "status": "retired"}), letter("affected", "QT64-100"))
    assert hospital.statuses(CVE) == {"CT-1": "affected"}
    assert hospital.list("questions", text="serial number") == []
