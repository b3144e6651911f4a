# SPDX-License-Identifier: Apache-2.0
"""Recalls of devices: the two endpoints, free text that stays one, and what is no recall of a device."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import openfda
from leadglass.values.advisories import Status
from tests.formats.mutations import edited, edits, overwritings, overwritten, unsound

RECALLS = (Path(__file__).parents[1] / "papers" / "openfda" / "invented-recalls.json").read_bytes()


def test_a_recall_has_its_number_in_place_of_a_cve():
    said = openfda.read(RECALLS)
    first, second = said.described
    assert (said.category, said.publisher, said.updated) == (
        "recall",
        "openFDA",
        datetime(2031, 12, 1, tzinfo=UTC),
    )
    assert (first.vulnerability, first.aliases) == ("Z-0101-2031", ("99001",))
    assert (second.vulnerability, second.published) == ("Z-0102-2031", datetime(2031, 11, 2, tzinfo=UTC))
    assert first.description == "The table may move without a command."


def test_what_is_recalled_stays_free_text():
    tomara, viewer = openfda.read(RECALLS).products
    assert (tomara.maker, tomara.name) == (
        "Quillon Medical",
        "Tomara 64 computed tomography system, model QM-6400",
    )
    assert (tomara.version, tomara.versioned) == ("Serial numbers 1001 to 1099, software 1.0 to 1.5", "")
    assert (tomara.models, tomara.serials) == ((), ())
    assert tomara.family == "JAK: System, X-Ray, Tomography, Computed"
    assert (viewer.models, viewer.serials, viewer.version) == (("SV-3",), ("77",), "All lots")


def test_statements_say_affected_with_the_words_of_the_agency():
    first, second = openfda.read(RECALLS).statements
    assert {first.status, second.status} == {Status.AFFECTED}
    assert (first.group, first.stated) == ("Open, Classified", datetime(2031, 10, 1, tzinfo=UTC))
    assert (first.impact, first.action) == (
        "The table may move without a command.",
        "The firm sent letters on 1 October 2031.",
    )
    assert (second.group, second.justification) == ("Ongoing", "Class II")


def test_what_is_no_recall_of_a_device_is_told():
    said = openfda.read(RECALLS)
    assert said.rest["recalls of drugs"] == said.rest["clearances and approvals"] == 1
    told = {remark.where: remark.why for remark in said.remarks}
    assert "no number" in told["results[3]"]
    assert "clearances" in told["results[4]"]
    assert told["meta.results"] == "This is one page: 5 of 12 results."


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b'{"results": [{"k_number": "K1"}]}', "1 clearances"),
        (b'{"results": [{"mdr_report_key": "1"}]}', "1 reports of events"),
        (b'{"results": []}', "no results"),
        (b'{"error": {"code": "NOT_FOUND"}}', "results"),
        (RECALLS[:-20], "cut off"),
    ],
)
def test_what_holds_no_recall_is_refused(raw, says):
    with pytest.raises(UnreadableError, match=says):
        openfda.read(raw)


def test_too_many_results_are_refused():
    with pytest.raises(BoundError, match="100,000"):
        openfda.read(b'{"results": [' + b"{}," * 100_000 + b"{}]}")


@given(edits)
def test_bytes_that_were_changed_on_the_way(changes):
    assert unsound(edited(RECALLS, changes), openfda.read) == []


@given(overwritings)
def test_values_of_wrong_types_anywhere(changes):
    assert unsound(overwritten(json.loads(RECALLS), changes), openfda.read) == []
