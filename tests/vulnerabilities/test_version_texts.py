# SPDX-License-Identifier: Apache-2.0
"""Version texts of vendors: what is understood, what is asked, and how an installed version is held against it."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leadglass.values.vers import Interval
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.version_judgement import judge
from leadglass.vulnerabilities.version_texts import understand
from leadglass.vulnerabilities.versions import clean, key

EXPECTED = Path(__file__).with_name("expected_version_texts.csv")
TRUE, UNKNOWN, FALSE = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE

numbers = st.lists(st.integers(0, 120), min_size=2, max_size=4).map(lambda row: ".".join(map(str, row)))
versions = st.builds(str.__add__, numbers, st.sampled_from(["", "a", "b", "-rc1", " SP2", " Build 7"]))
phrases = st.sampled_from(
    ["<= ", ">=", "<", " | ", " and ", " and below", "prior to ", "vers:all/", ".x", " model ", " on ", "(", ")",
     "v", "Version ", " - ", " to ", "from ", "+", "*", "all versions ", "\ue000", "≤", ", "]
)  # fmt: skip
texts = st.lists(st.one_of(versions, phrases, st.text(max_size=4)), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("2.1.0", "=2.1.0"),
        ("V2.1", "=2.1"),
        ("Version 3", "=3"),
        ("1.1.7.333 | 2.1.1.3069", "=1.1.7.333 | =2.1.1.3069"),
        ("13.4 & 13.3.2", "=13.4 | =13.3.2"),
        ("5.00.00, 5.00.05, and 4.0.06 and earlier versions", "<=4.0.06 | =5.00.00 | =5.00.05"),
        ("1.1.3 MR Build 11", "=1.1.3 MR Build 11"),
        ("4.20 SR1", "=4.20 SR1"),
        ("1.0.0-rc1", "=1.0.0-rc1"),
        ("10.6.2-89", "=10.6.2-89"),
        ("SV20.1 | SV23.0", "=SV20.1 | =SV23.0"),
        (">= 4.4 | <= 4.12", ">=4.4 <=4.12"),
        ("All versions >= 1.2.0 and <= 4.2.2", ">=1.2.0 <=4.2.2"),
        (">= 1.2 < 2.0", ">=1.2 <2.0"),
        ("<= 2.0 | >= 3.0", "<=2.0 | >=3.0"),
        ("<= U61 |<= L81", "<=U61 | <=L81"),
        ("<=3.0 D15", "<=3.0 D15"),
        ("< 1.8.4 Service Pack 01", "<1.8.4 Service Pack 01"),
        ("≤ 4.1", "<=4.1"),
        ("5.x.x", ">=5 <6"),
        ("2.X", ">=2 <3"),
        ("2.09.x", ">=2.09 <2.10"),
        ("4.X | 5.X", ">=4 <5 | >=5 <6"),
        ("<= 12.2.x.x", "<12.3"),
        ("< 12.2.x", "<12.2"),
        (">= 6.x", ">=6"),
        ("> 6.x", ">=7"),
        ("1.x - 2.x", ">=1 <3"),
        ("vers:all/*", "*"),
        ("vers:all/<V2.1", "<2.1"),
        ("vers:generic/>=1.0|<=2.3|4.1", ">=1.0 <=2.3 | =4.1"),
        ("all versions", "*"),
        ("2.3.6 and  below", "<=2.3.6"),
        ("prior to 3.2", "<3.2"),
        ("Versions before 2.0.1.3-1538564", "<2.0.1.3-1538564"),
        ("version 8.5.4.86 (and above)", ">=8.5.4.86"),
        ("1.59.10+", ">=1.59.10"),
        ("Versions from 7.3.0.5 to 7.7.0.6", ">=7.3.0.5 <=7.7.0.6"),
        ("4.4 through 4.6", ">=4.4 <=4.6"),
        ("v6.x model 35700BAX", ">=6 <7; model 35700BAX"),
        ("Product ID/Reorder number 19191 | 40160", "*; model 19191; model 40160"),
        ("<=11.2 on Windows 8.1 with IIS 7.5", "<=11.2; if on Windows 8.1 with IIS 7.5"),
        ("9.x (with Radio >= 22D19 | <= v22D28)", ">=9 <10; if with Radio >= 22D19 | <= v22D28"),
        ("* running on Windows 2000", "*; if running on Windows 2000"),
    ],
)
def test_a_text_is_understood(text, reading):
    assert str(understand(text, is_range=False)) == reading


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "says nothing"),
        ("-", "says nothing"),
        ("< august 28", "a date"),
        ("distributed < april 1, 2018", "a date"),
        ("< 12-11-2021", "a date"),
        (">= 2003 | <= 2006", "a year"),
        ("< 05.2021", "a date"),
        ("< 2021-05", "a date"),
        ("<= 20210531", "a date"),
        ("A10 < A11", "an operator between two versions"),
        ("<= 2.3.5 | <= 4.1.6", "not of separate lines"),
        ("<= U61 | <= U71", "not of separate lines"),
        (">= 5.0 | <= 4.0", "ends before it begins"),
        ("> 5.0 | < 5.0", "ends before it begins"),
        ("vers:generic/>5.0|<5.0", "cannot be read"),
        (">= L61 | <= U81", "not written alike"),
        (">= 1.0 | >= 2.0", "two lower bounds"),
        (">= 1.0 | 0.5", "versions behind it"),
        ("<= 3.0 | >= 2.0", "a lower one below it"),
        ("Rev B-M", "not known as a version"),
        ("3002", "a model as well"),
        ("Version 2490C", "a model as well"),
        ("VS30", "a model as well"),
        ("9.0-9.10.44", "not known as a version"),
        ("5.1-5", "one version or a range"),
        ("<11.3x", "not known as a version"),
        ("all versions 5.0", "not known as a version"),
        ("1.x.3", "not known as a version"),
        ("all versions up to 7.6.2", "not known as a version"),
        ("5.1 - 5.3 (EOS)", "not known as a version"),
        ("1.2 except 1.2.5", "not known as a version"),
        ("Windows version <= 1.2.0.820", "an operator between"),
        ("3.0 on Windows, 4.0 on Linux", "may belong to them or not"),
        ("3.0 | 4.0 on Windows", "to all or to the last"),
        ("053L000091 (global) / 054U000091 (U.S.)", "not known as a version"),
        ("vers:deb/<1:2.0", "not read yet"),
        ("vers:generic/!=2.0", "leaves single versions out"),
        ("vers:generic", "cannot be read"),
        ("vers:all/<V2.1|<V3.0", "one thing twice"),
        ("1.0 " * 200, "800 characters"),
        ("1.0\ue000", "no writing"),
    ],
)
def test_what_is_not_understood_is_asked_with_a_reason(text, why):
    understood = understand(text, is_range=False)
    assert why in understood.unclear
    assert (understood.intervals, understood.exact, understood.every) == ((), (), False)
    assert judge(understood, "1.0") is UNKNOWN


def test_a_lone_version_is_no_range():
    assert "called a range" in understand("4.1", is_range=True).unclear
    assert understand("4.1", is_range=False).exact == ("4.1",)
    assert understand("3.0|3.1", is_range=True).exact == ("3.0", "3.1")


@pytest.mark.parametrize(
    ("text", "version", "value"),
    [
        ("4.3", "v4.3", TRUE),
        ("4.3", "Version 4.3.0", TRUE),
        ("4.3", "4.4", FALSE),
        ("4.3", "4.3.1", UNKNOWN),  # a text may stop short of the last number
        ("1.1.7.333", "1.1", UNKNOWN),  # so may an inventory
        ("4.3", "R4.3", UNKNOWN),
        ("<= 4.12", "4.12", TRUE),
        ("<= 4.12", "4.9.7", TRUE),
        ("<= 4.12", "4.13", FALSE),
        ("<= 4.12", "4.12.3", UNKNOWN),
        ("< 3.2", "3.2", FALSE),
        ("< 3.2", "3.2.1", FALSE),
        ("< 3.2", "3.2-rc1", UNKNOWN),
        ("< 3.2", "R2.0", UNKNOWN),
        ("<= 4107600010.23", "2.1", UNKNOWN),  # a part number of software is no number of a version
        (">= 2018.2", "9.5", UNKNOWN),
        ("> 3.2", "3.2.1", UNKNOWN),
        (">= 3.2", "3.2.1", TRUE),
        (">= 3.2", "3.2-rc1", UNKNOWN),
        (">= 3.2.1", "3", UNKNOWN),
        (">= 4.4 | <= 4.12", "4.3", FALSE),
        (">= 4.4 | <= 4.12", "4.5", TRUE),
        ("<= 12.2.x.x", "12.2.99.4", TRUE),
        ("<= 12.2.x.x", "12.3", FALSE),
        ("5.x.x", "5.0-beta", UNKNOWN),
        ("<= U61 | <= L81", "L70", TRUE),
        ("<= U61 | <= L81", "L90", FALSE),
        ("<= U61 | <= L81", "K1", UNKNOWN),
        ("<= U61 | <= L81", "61", UNKNOWN),
        ("<= 2.4A", "2.4B", FALSE),
        ("<= 2.4A", "2.4A", TRUE),
        ("<= 012U000061", "012U000040", TRUE),
        ("<= 012U000061", "012L000040", UNKNOWN),
        ("< 1.8.4 Service Pack 01", "1.8.4", UNKNOWN),
        ("< 1.8.4 Service Pack 01", "1.8.3", TRUE),
        ("vers:all/*", "", TRUE),
        ("4.3", "", UNKNOWN),
        ("4.3", "unknown", UNKNOWN),
        ("4.3", "5.x", UNKNOWN),
        ("<=11.2 on Windows 8.1", "11.0", UNKNOWN),
        ("<=11.2 on Windows 8.1", "12.0", FALSE),
    ],
)
def test_a_version_is_held_against_a_text(text, version, value):
    assert judge(understand(text, is_range=False), version) is value


def test_a_text_that_names_a_model_is_true_of_that_model_alone():
    understood = understand("v6.x model 35700BAX", is_range=False)
    assert judge(understood, "6.05", model="35700-BAX") is TRUE
    assert judge(understood, "6.05", model="35700BAX2") is UNKNOWN
    assert judge(understood, "6.05") is UNKNOWN
    assert judge(understood, "8.0", model="35700BAX") is FALSE


@given(texts, st.booleans())
def test_reading_never_raises_and_no_interval_is_inverted(text, is_range):
    understood = understand(text, is_range=is_range)
    said = bool(understood.intervals or understood.exact or understood.every)
    assert said != bool(understood.unclear)
    for interval in understood.intervals:
        assert interval.lower or interval.upper
        assert not (interval.lower and interval.upper) or key(interval.lower) <= key(interval.upper)


@given(versions)
def test_a_text_that_is_the_version_is_true_of_it(version):
    understood = understand(version, is_range=False)
    assert understood.exact == (version,)
    assert judge(understood, version) is TRUE


@given(texts, st.one_of(versions, st.text(max_size=12)))
def test_whatever_is_installed_gets_one_of_three_values(text, version):
    assert judge(understand(text, is_range=False), version) in Truth


@given(numbers, numbers, numbers)
def test_plain_numbers_are_judged_as_their_keys_order_them(lower, upper, version):
    assume(key(lower) <= key(upper))
    understood = understand(f">= {lower} | <= {upper}", is_range=True)
    assert understood.intervals == (
        Interval(lower=lower, upper=upper, lower_included=True, upper_included=True),
    )
    value = judge(understood, version)
    inside = key(lower) <= key(version) <= key(upper)
    assert value is not (FALSE if inside else TRUE)


@given(numbers, numbers)
def test_every_version_that_begins_so_is_within_a_wildcard(stem, rest):
    understood = understand(f"{stem}.x", is_range=True)
    assert judge(understood, f"{stem}.{rest}") is TRUE


def rows():
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["text"][:40])
def test_texts_of_medical_advisories_are_read_as_a_person_reads_them(row):
    understood = understand(row["text"], is_range=row["is_range"] == "yes")
    assert str(understood) == row["expected"]
    if len(understood.exact) == 1 and not understood.models:
        assert judge(understood, clean(row["text"])) is TRUE


def texts_of(branches):
    for branch in branches:
        if branch["category"] in {"product_version", "product_version_range"}:
            yield branch["name"], "yes" if branch["category"].endswith("range") else "no"
        yield from texts_of(branch.get("branches", ()))


@pytest.mark.corpus
def test_the_table_holds_every_text_of_the_medical_advisories(corpus):
    found = set()
    files = sorted((corpus / "csaf" / "cisa-icsma").glob("*.json"))
    for file in files:
        found.update(texts_of(json.loads(file.read_bytes())["product_tree"]["branches"]))
    assert len(files) == 105
    assert found == {(row["text"], row["is_range"]) for row in rows()}


@pytest.mark.corpus
def test_texts_of_the_log4j_list_are_read_without_a_guess(corpus):
    """Words that order nothing, or that name something else than a version, stand in none that is understood."""
    import_texts = {
        line.strip().removeprefix("- ").strip("'\"")
        for line in (corpus / "matching" / "cisa-log4j-affected.yml").read_text(encoding="utf-8").splitlines()
        if line.startswith("          - ")
    }
    understood = {text for text in import_texts if not understand(text, is_range=False).unclear}
    assert len(import_texts) > 800
    assert len(understood) > 600
    doubtful = (
        "see ",
        "vendor",
        "cloud only",
        "current",
        "update",
        "except",
        "not ",
        "series",
        "up to",
        "/",
        "[",
    )
    assert [text for text in understood if any(word in text.lower() for word in doubtful)] == []
