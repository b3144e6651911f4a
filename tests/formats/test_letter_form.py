# SPDX-License-Identifier: Apache-2.0
"""The form of a maker's letter: what a person fills in, and every slip of the pen at once."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import letter_form
from tests.formats.mutations import edited, edits, overwritings, overwritten, unsound

PAPERS = Path(__file__).parents[1] / "papers" / "letters"
FORM = (PAPERS / "tomara-letter.toml").read_bytes()
SMALL = (PAPERS / "recall-letter.json").read_bytes()


def test_a_letter_is_an_advisory_of_its_maker():
    said = letter_form.read(FORM)
    assert (said.id, said.category, said.publisher) == ("FSN-2031-07", "maker_letter", "Quillon Medical")
    assert (said.title, said.supersedes) == ("Commands without a password", ("FSN-2031-02",))
    assert said.updated == datetime(2031, 11, 20, tzinfo=UTC)
    assert [(one.product, one.version, one.skus) for one in said.products] == [
        ("Tomara 64", "1.0 to 1.5", ("QM-6400",)),
        ("Tomara 128", "2.0", ()),
    ]
    assert [(one.vulnerability, one.product, one.status.value) for one in said.statements] == [
        ("CVE-2031-41001", "products[0]", "affected"),
        ("CVE-2031-41001", "products[1]", "not_affected"),
    ]


def test_what_to_do_says_by_when_and_under_which_change():
    said = letter_form.read(FORM)
    assert said.statements[0].action == (
        "Close port 4100 at the firewall until the update is installed. By 2031-12-24. Change number CN-2031-118."
    )
    (remedy,) = said.remedies
    assert (remedy.category, remedy.text, remedy.since) == (
        "vendor_fix",
        "Software 1.6, installed by service",
        date(2031, 12, 1),
    )
    assert remedy.products == ("products[0]", "products[1]")


def test_the_letter_itself_is_named_by_its_hash():
    letter = letter_form.letter(FORM)
    assert (letter.change, letter.deadline, letter.attachment) == (
        "CN-2031-118",
        date(2031, 12, 24),
        "fsn-2031-07.pdf",
    )
    assert letter.sha256.startswith("4c1f2f3a")


def test_a_letter_without_a_vulnerability_speaks_under_its_own_name():
    letter = letter_form.letter(SMALL)
    (statement,) = letter.advisory.statements
    assert (statement.vulnerability, statement.action) == ("SURA-2031-3", "")
    assert letter.advisory.products[0].serials == ("77", "78")
    assert (letter.deadline, letter.change, letter.advisory.remedies) == (None, "", ())


def test_the_example_of_the_documentation_is_read():
    example = letter_form.__doc__.split("In TOML:")[1].split("maker, letter, date,")[0]
    raw = "\n".join(line[4:] for line in example.splitlines()).replace(
        'sha256 = "..."', f'sha256 = "{"0" * 64}"'
    )
    assert letter_form.read(raw.encode()).id == "FSN-2031-07"


def test_all_slips_are_told_at_once():
    raw = FORM.replace(b'maker = "Quillon Medical"', b'producer = "Quillon"').replace(
        b"2031-12-24", b'"soon"'
    )
    raw = (
        raw.replace(b'status = "affected"', b'status = "bad"')
        .replace(b'"4c1f', b'"xx1f')
        .replace(b"vendor_fix", b"patch")
    )
    with pytest.raises(UnreadableError) as caught:
        letter_form.read(raw)
    for slip in (
        "maker is missing", "producer is no field", "deadline: 'soon' is no date", "status is 'bad'", "sha256 is not 64",
        "remedy.kind is 'patch'", "nothing of it was taken",
    ):  # fmt: skip
        assert slip in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (FORM.replace(b"letter/1", b"letter/9"), "does not begin"),
        (b"maker = ", "not valid TOML"),
        (SMALL[:-4], "cut off"),
        (FORM.replace(b'model = "Tomara 64"', b'type = "Tomara 64"'), r"products\[0\].model is missing"),
        (FORM.replace(b"date = 2031-11-20\n", b""), "date is missing"),
        (FORM.replace(b"2031-11-20\n", b'"20 November"\n'), "no date"),
        (
            SMALL.replace(
                b'"products": [{"model": "Sura Viewer", "serials": ["77", "78"]}]', b'"products": []'
            ),
            "names no product",
        ),
        (SMALL.replace(b'["77", "78"]', b"[77]"), "a number where a text belongs"),
        (b"\xff = 1", "not valid TOML"),
    ],
)
def test_a_form_with_a_slip_is_refused(raw, says):
    with pytest.raises(UnreadableError, match=says):
        letter_form.read(raw)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"a" + b".a" * 100_000 + b" = 1", "more than 200 points"),
        (b"a = " + b"[" * 20_000, "nested"),
        (b"%PDF-1.7" + b" " * (1 << 18), "Is it the letter itself"),
    ],
)
def test_forms_are_bounded(raw, says):
    with pytest.raises(BoundError, match=says):
        letter_form.read(raw)


@given(edits)
def test_bytes_that_were_changed_on_the_way(changes):
    assert unsound(edited(FORM, changes), letter_form.read) == []


@given(overwritings)
def test_values_of_wrong_types_anywhere(changes):
    assert unsound(overwritten(json.loads(SMALL), changes), letter_form.read) == []
