"""From a question to the maker's letter, and from its answer to the findings that it settles."""

import re
from pathlib import Path

import pytest

from tests.cli.shell import Shell


def version_question(shell: Shell) -> dict:
    (found,) = [row for row in shell.rows("questions", "--product", "Pellar 5") if row["kind"] == "version"]
    return found


def test_the_letter_reads_well_at_78_columns(assessed: Shell) -> None:
    ran = assessed("letter", "Pellar 5")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert max(map(len, lines)) <= 78
    assert not any(line != line.rstrip() for line in lines)
    assert lines[0] == "Sat 21 Nov 2026"
    assert "From:    Harbor Imaging Group, " in ran.out
    assert "Please answer by Mon 21 Dec 2026:" in ran.out
    for row in assessed.rows("questions", "--product", "Pellar 5"):
        assert ran.out.count(row["id"]) == 2  # at its question, and among the references
    serials = set(re.findall(r"TP5-\d+", ran.out))
    assert {member["serial_number"] for member in version_question(assessed)["about"]} <= serials


def test_a_maker_is_asked_by_serial_number_not_in_our_words(assessed: Shell) -> None:
    asked = version_question(assessed)
    text = " ".join(assessed("letter", "Pellar 5").out.split())
    named = ", ".join(member["serial_number"] for member in asked["about"])
    assert f"Which software version do your service records show for serial numbers {named}?" in text
    assert asked["text"] not in text


def test_a_letter_is_about_one_model(assessed: Shell, tmp_path: Path) -> None:
    several = assessed("letter", "Pellar")
    assert several.code == 2
    assert re.search(r"Pellar stands for 2 models: .*Pellar 5 \(P-\w+\), .*Pellar 9 \(P-\w+\)\.", several.err)
    product = version_question(assessed)["product_id"]
    same = [
        assessed("letter", name).out
        for name in ("Pellar 5", "pellar 5", product, version_question(assessed)["id"])
    ]
    assert len(set(same)) == 1
    out = tmp_path / "letter.txt"
    assert assessed("letter", "Pellar 5", "--out", out).code == 0
    assert out.read_text("utf-8") == same[0]


@pytest.mark.parametrize("kind", ["maker"])
def test_no_maker_is_asked_how_we_spell_it(assessed: Shell, kind: str) -> None:
    ours = [row for row in assessed.rows("questions") if row["kind"] == kind]
    assert ours
    for row in ours:
        ran = assessed("letter", row["id"])
        assert row["text"] not in ran.out


def test_an_answer_moves_the_numbers_as_it_says(demo: Shell) -> None:
    asked = version_question(demo)
    devices = {member["device_id"] for member in asked["about"]}
    before = demo("status", "--json").json["counts"]
    ran = demo("answer", asked["id"], "2.8", "--why", "label on the cart")
    assert ran.code == 0
    assert f"Remembered for {asked['id']}, {len(devices)} devices: 2.8" in ran.out
    after = demo("status", "--json").json["counts"]
    rows = demo.rows("findings")
    told = re.search(r"Findings now: (.*)\.\nActions now: ([\d,]+) \(([+-]\d+)\)", ran.out)
    assert told
    for status, part in zip(("affected", "unknown", "not_affected"), told[1].split("), "), strict=True):
        number, change = re.findall(r"[+-]?[\d,]+", part)
        assert int(number.replace(",", "")) == after[status] == sum(row["status"] == status for row in rows)
        assert int(change) == after[status] - before[status]
    assert int(told[2]) == after["actions"] == len(demo.rows("actions"))
    assert after["unknown"] <= before["unknown"] - asked["settles"] + len(devices) * 3
    assert after["affected"] > before["affected"]
    assert not [row for row in rows if row["device_id"] in devices and row["missing"] == "software version"]
    assert asked["id"] not in {row["id"] for row in demo.rows("questions")}
    shown = demo("show", next(iter(devices))).out
    assert re.search(r"^software version +2\.8 +os:", shown, re.MULTILINE)
    assert f"answer to {asked['id']}" in demo("history", asked["id"]).out


def test_an_answer_for_one_device_leaves_the_others_open(demo: Shell) -> None:
    asked = version_question(demo)
    member = next(one for one in asked["about"] if one["device"] == "US-031")
    ran = demo("answer", asked["id"], "2.6", "--device", "US-031")
    assert (ran.code, f"Remembered for {asked['id']}, US-031 alone: 2.6" in ran.out) == (0, True)
    left = {one["device_id"] for one in version_question(demo)["about"]}
    assert left == {one["device_id"] for one in asked["about"]} - {member["device_id"]}
    refused = demo("answer", asked["id"], "2.6", "--device", "CT-014")
    assert (refused.code, "is not among the devices of" in refused.err) == (2, True)


def test_an_answer_waits_where_it_is_told_to_and_may_be_taken_back(demo: Shell) -> None:
    asked = version_question(demo)
    counts = demo("status", "--json").json["counts"]
    waits = demo("answer", asked["id"], "2.8", "--no-assess")
    assert waits.out.endswith("It counts from the next: leadglass assess\n")
    assert demo("status", "--json").json["counts"] == counts
    assert demo("assess", "--json").code == 0
    assert demo("status", "--json").json["counts"] != counts
    both = demo("answer", asked["id"], "2.8", "--withdraw")
    assert (both.code, "not both" in both.err) == (2, True)
    assert demo("answer", asked["id"], "--withdraw", "--why", "wrong cart").code == 0
    assert version_question(demo)["settles"] == asked["settles"]
    assert demo("status", "--json").json["counts"] == counts


def test_the_kind_of_a_question_says_what_is_an_answer(assessed: Shell) -> None:
    asked = {row["kind"]: row["id"] for row in assessed.rows("questions")}
    for kind, wrong in {
        "maker": "perhaps",
        "edition": "pro",
        "version": "  ",
    }.items():
        ran = assessed("answer", asked[kind], wrong)
        assert (ran.code, ran.out) == (2, ""), kind
        assert len(ran.err) > 20
