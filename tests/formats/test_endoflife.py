# SPDX-License-Identifier: Apache-2.0
"""Product files of endoflife.date: three forms of the same facts, dates apart from true and false."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import UnreadableError
from leadglass.formats import endoflife
from tests.formats.mutations import edited, edits, overwritings, overwritten

PAPERS = Path(__file__).parents[1] / "papers" / "endoflife"
SOURCE = (PAPERS / "invented-product.md").read_bytes()
ANSWER_0 = (PAPERS / "invented-v0.json").read_bytes()
ANSWER_1 = (PAPERS / "invented-v1.json").read_bytes()


def only(raw, product=""):
    (lifecycle,) = endoflife.read(raw, product)
    return lifecycle


def test_dates_stay_apart_from_true_and_false():
    lifecycle = only(SOURCE)
    assert (lifecycle.product, lifecycle.label) == ("quillos", "Quillos")
    assert lifecycle.identifiers == ("pkg:generic/quillos", "cpe:/o:quillon:quillos")
    newest, older, oldest = lifecycle.cycles
    assert (newest.place, newest.name, newest.label, newest.codename) == (
        "releases[0]",
        "3.10",
        "3.10 'Tern'",
        "Tern",
    )
    assert (newest.support_until, newest.support_ended) == (date(2032, 6, 1), None)
    assert (newest.security_until, newest.ended) == (date(2034, 6, 1), None)
    assert (newest.extended_until, newest.extended_ended) == (date(2036, 6, 1), None)
    assert (newest.lts, newest.lts_from, newest.latest) == (None, date(2030, 12, 1), "3.10.2")
    assert (older.name, older.support_ended, older.ended, older.discontinued) == ("3.9", True, False, True)
    assert (oldest.security_until, oldest.ended, oldest.discontinued) == (None, True, None)


def test_three_forms_say_the_same():
    plain = [replace(cycle, place="", label="") for cycle in only(SOURCE).cycles]
    for raw in (ANSWER_0, ANSWER_1):
        assert [replace(cycle, place="", label="") for cycle in only(raw, "quillos").cycles] == plain


def test_what_was_not_taken_is_told():
    told = {remark.where: remark.why for remark in only(SOURCE).remarks}
    assert "'2020-13-45' is no date" in told["releases[2].releaseDate"]
    whys = [remark.why for remark in only(SOURCE).remarks]
    assert "1 values of kernelVersion were not taken." in whys
    assert "1 identifiers of the kind repology were not taken." in whys


def test_an_answer_without_a_name_needs_one():
    assert only(ANSWER_0, "quillos").product == "quillos"
    assert any("name the product" in remark.why for remark in only(ANSWER_0).remarks)
    assert only(ANSWER_1, "other").product == "quillos"


def test_all_products_of_one_answer_are_taken():
    answer = json.loads(ANSWER_1)
    answer["result"] = [answer["result"], answer["result"] | {"name": "quillos-lite"}]
    assert [one.product for one in endoflife.read(json.dumps(answer).encode())] == ["quillos", "quillos-lite"]


def test_labels_that_compute_fall_back_to_the_name():
    raw = SOURCE.replace(b"__RELEASE_CYCLE__ '__CODENAME__'", b"{{'__RELEASE_CYCLE__'|split:'.'|last}}")
    assert [cycle.label for cycle in only(raw).cycles] == ["3.10", "3.9", "2"]
    assert [cycle.label for cycle in only(SOURCE).cycles] == ["3.10 'Tern'", "3.9", "2"]


def test_a_cycle_that_stands_twice_is_told():
    lifecycle = only(SOURCE.replace(b'"2"', b'"3.10"'))
    assert [cycle.name for cycle in lifecycle.cycles] == ["3.10", "3.9"]
    assert any("listed twice" in remark.why for remark in lifecycle.remarks)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (SOURCE[:300], "has no end"),
        (b"---\ntitle: x\n---\n", "no releases"),
        (SOURCE.replace(b"title: Quillos", b"title: &a Quillos"), "anchor"),
        (b"{}", "no releases"),
        (b'{"result": {"name": "x"}}', "no releases"),
        (b'[{"id": 3}]', "no release cycles"),
        (b"[]", "no release cycles"),
        (b"# A page", "not valid"),
        (ANSWER_1[:-30], "cut off"),
    ],
)
def test_what_is_no_product_file_is_refused(raw, says):
    with pytest.raises(UnreadableError, match=says):
        endoflife.read(raw)


@given(edits, st.sampled_from([SOURCE, ANSWER_0, ANSWER_1]))
def test_bytes_that_were_changed_on_the_way(changes, raw):
    with suppress(UnreadableError):
        assert all(isinstance(one, endoflife.Lifecycle) for one in endoflife.read(edited(raw, changes)))


@given(overwritings, st.sampled_from([ANSWER_0, ANSWER_1]))
def test_values_of_wrong_types_anywhere(changes, raw):
    with suppress(UnreadableError):
        for lifecycle in endoflife.read(overwritten(json.loads(raw), changes)):
            assert all(cycle.name for cycle in lifecycle.cycles)
