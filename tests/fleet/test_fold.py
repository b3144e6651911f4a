# SPDX-License-Identifier: Apache-2.0
"""A device is a fold of what inventories list and people say; nothing is lost and the stronger word holds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.fleet import Fact, Listing, fold
from leadglass.fleet.fold import DEVICE_STATES

DAY = datetime(2026, 11, 1, 7, tzinfo=UTC)


def row(day: int = 1, *, document: str = "", profile: str = "leadglass", **fields: str) -> Listing:
    """A row of an inventory that came on a day."""
    told = {"site": "Harbor", "asset_tag": "CT-014"} | fields
    name = document or (f"doc-{day}" if profile == "leadglass" else f"{profile}-{day}")
    return Listing(
        fields=told,
        rest={},
        profile=profile,
        document=name,
        name=f"{name}.csv",
        received=DAY + timedelta(days=day),
        place="row 2",
    )


def said(field: str, value: str, *, day: int = 5, basis: str = "person") -> Fact:
    """What a person said."""
    return Fact(field=field, value=value, basis=basis, since=DAY + timedelta(days=day), by="os:vale")


def only(*rows: Listing, words: tuple[Fact, ...] = ()):
    """The one device of these rows."""
    (device,) = fold(rows, {rows[0].device_id: words})
    return device


# Precedence


def test_of_documents_the_newest_that_states_a_field_counts():
    device = only(row(2, software_version="1.6"), row(1, software_version="1.5", model="Tomara 64"))
    assert device.get("software_version") == "1.6"
    assert device.get("model") == "Tomara 64"


def test_an_empty_cell_takes_nothing_back():
    assert only(row(1, software_version="1.5"), row(2, software_version="")).get("software_version") == "1.5"


def test_a_persons_word_counts_before_every_document_even_a_newer_one():
    device = only(
        row(1, software_version="1.5"),
        row(9, software_version="1.7"),
        words=(said("software_version", "1.6", day=3),),
    )
    assert device.get("software_version") == "1.6"


def test_of_a_persons_words_the_last_counts_in_whatever_order_they_come():
    early, late = said("software_version", "1.6", day=3), said("software_version", "1.7", day=4)
    for words in ((early, late), (late, early)):
        assert only(row(), words=words).get("software_version") == "1.7"


def test_an_answer_for_the_model_fills_only_what_no_document_states():
    answer = said("software_version", "1.9", basis="answer")
    assert only(row(), words=(answer,)).get("software_version") == "1.9"
    assert only(row(software_version="1.5"), words=(answer,)).get("software_version") == "1.5"
    assert (
        only(row(), words=(answer, said("software_version", "2.0", day=1))).get("software_version") == "2.0"
    )


def test_a_field_that_nobody_states_is_empty():
    assert only(row()).get("os") == ""


def test_every_statement_is_kept_with_its_source_and_one_of_each_field_counts():
    device = only(row(1, os="Linux"), row(2, os="Windows 7"), words=(said("os", "Windows 10"),))
    told = [(fact.value, fact.basis, fact.by, fact.counts) for fact in device.facts if fact.field == "os"]
    assert told == [
        ("Linux", "document", "doc-1.csv", False),
        ("Windows 7", "document", "doc-2.csv", False),
        ("Windows 10", "person", "os:vale", True),
    ]
    assert all(fact.document and fact.place for fact in device.facts if fact.basis == "document")


# Who is it


def test_the_same_tag_at_two_sites_is_two_devices():
    assert len(fold([row(site="Harbor"), row(site="Quay")], {})) == 2


def test_the_same_tag_at_one_site_in_two_inventories_is_one_device():
    assert len(fold([row(1), row(2, profile="cmms")], {})) == 1


def test_without_a_tag_the_serial_number_names_the_device():
    rows = [row(asset_tag="", serial_number="Q-1"), row(asset_tag="", serial_number="Q-2")]
    assert len(fold(rows, {})) == 2


def test_a_tag_is_no_serial_number():
    assert row(asset_tag="A-1").device_id != row(asset_tag="", serial_number="A-1").device_id


# States


def test_a_device_that_the_newest_inventory_of_its_site_no_longer_lists_is_missing_not_gone():
    left, stayed = row(1, asset_tag="CT-1"), row(1, asset_tag="CT-2")
    devices = {
        device.get("asset_tag"): device.state for device in fold([left, stayed, row(2, asset_tag="CT-2")], {})
    }
    assert devices == {"CT-1": "missing", "CT-2": "in_use"}


def test_an_inventory_of_another_site_or_another_system_takes_nothing_away():
    mine = row(1, asset_tag="CT-1")
    others = [row(2, site="Quay", asset_tag="CT-9"), row(2, profile="cmms", asset_tag="CT-8")]
    states = {device.get("asset_tag"): device.state for device in fold([mine, *others], {})}
    assert states["CT-1"] == "in_use"


def test_a_device_that_one_of_two_systems_still_lists_is_in_use():
    rows = [row(1), row(1, profile="cmms"), row(2, profile="cmms", asset_tag="CT-9")]
    states = {device.get("asset_tag"): device.state for device in fold(rows, {})}
    assert states["CT-014"] == "in_use"


def test_a_device_that_is_listed_again_is_in_use_again():
    rows = [row(1), row(2, asset_tag="CT-9"), row(3), row(3, asset_tag="CT-9")]
    assert {device.state for device in fold(rows, {})} == {"in_use"}
    assert min(device.first_seen for device in fold(rows, {})) == DAY + timedelta(days=1)


@pytest.mark.parametrize("word", ["retired", "Retired"])
def test_a_retired_device_is_retired_whether_it_is_listed_or_not(word):
    rows = [row(1, status=word), row(2, asset_tag="CT-9")]
    states = {device.get("asset_tag"): device.state for device in fold(rows, {})}
    assert states["CT-014"] == "retired"


def test_a_person_may_retire_a_device_or_take_it_back():
    assert only(row(status="in_use"), words=(said("status", "retired"),)).state == "retired"
    assert only(row(status="retired"), words=(said("status", "in_use"),)).state == "in_use"


# Laws

ROWS = st.lists(
    st.builds(
        row,
        day=st.integers(1, 4),
        profile=st.sampled_from(["leadglass", "cmms"]),
        site=st.sampled_from(["Harbor", "Quay"]),
        asset_tag=st.sampled_from(["CT-1", "CT-2"]),
        software_version=st.sampled_from(["", "1.5", "1.6"]),
        status=st.sampled_from(["", "in_use", "retired"]),
    ),
    max_size=8,
    unique_by=lambda one: (one.received, one.profile, one.device_id),
)


@given(ROWS, st.randoms())
def test_the_fold_does_not_depend_on_the_order_of_the_rows(rows, chance):
    mixed = list(rows)
    chance.shuffle(mixed)
    one, other = fold(rows, {}), fold(mixed, {})
    for left, right in zip(one, other, strict=True):
        assert (left.id, left.state, left.first_seen) == (right.id, right.state, right.first_seen)
        assert {fact.field: fact.value for fact in left.facts if fact.counts} == {
            fact.field: fact.value for fact in right.facts if fact.counts
        }


@given(ROWS)
def test_nothing_is_lost_and_one_statement_of_each_field_counts(rows):
    devices = fold(rows, {})
    assert sum(len(device.facts) for device in devices) == sum(
        bool(value) for one in rows for value in one.fields.values()
    )
    for device in devices:
        assert device.state in DEVICE_STATES
        counting = [fact.field for fact in device.facts if fact.counts]
        assert sorted(counting) == sorted({fact.field for fact in device.facts})
