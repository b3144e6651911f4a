# SPDX-License-Identifier: Apache-2.0
"""Ids are hashes of natural keys: equal things share one, different things do not, on every machine, for ever."""

import doctest
import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.values import ids

TEXT = st.text(alphabet=st.characters(blacklist_characters="\x1f"), max_size=12)

# What has been written down under these ids must be found under them by every later release
FOR_EVER = [
    (ids.fingerprint("device", "Harbor", "CT-014"), "rglmfcuzyi4u"),
    (ids.device_id("Harbor", "CT-014"), "D-66fzh3hb5x"),
    (ids.device_id("Harbor", "", "QT64-68121"), "D-elv3otch2z"),
    (ids.product_id("quillon", "tomara 64"), "P-yq2qcxkzen"),
    (ids.component_id("openssl:openssl", "1.0.2k", "*", ""), "C-bvm677j5q7xp"),
    (ids.finding_key("vulnerability", "C-1", "CVE-2031-1"), "020f5f7cd46e"),
    (ids.finding_id("D-abc", "0123456789ab"), "F-abc-0123456789ab"),
    (ids.action_id("contain", "P-1", "Harbor"), "A-ijdinszu3u"),
    (ids.question_id("version", "P-1"), "Q-i4ac77lmna"),
]


@pytest.mark.parametrize(("made", "wanted"), FOR_EVER)
def test_an_id_stays_what_it_was(made, wanted):
    assert made == wanted


def test_the_examples_in_the_docs_are_true():
    assert doctest.testmod(ids).failed == 0


@given(st.lists(TEXT, min_size=1, max_size=4), st.lists(TEXT, min_size=1, max_size=4))
def test_different_keys_have_different_ids(one, other):
    assert (ids.fingerprint(*one) == ids.fingerprint(*other)) == (one == other)


def test_no_two_fields_run_together():
    assert ids.device_id("Harbor", "CT-1") != ids.device_id("HarborCT", "-1")
    assert ids.product_id("a b", "c") != ids.product_id("a", "b c")
    assert ids.action_id("ask", "P-1", "x") != ids.question_id("ask", "P-1")


@given(TEXT, TEXT, TEXT)
def test_a_device_is_named_by_its_tag_else_by_its_serial(site, tag, serial):
    assert (ids.device_id(site, tag, serial) == ids.device_id(site, tag, "another")) == (
        tag != "" or serial == "another"
    )
    if tag:
        assert ids.device_id(site, tag) != ids.device_id(site, "", tag)
        assert ids.device_id(site, tag) != ids.device_id(site + "x", tag)


@given(TEXT, TEXT)
def test_ids_are_short_and_safe_in_a_path_a_url_and_a_query(one, other):
    for made in (
        ids.device_id(one, other),
        ids.product_id(one, other),
        ids.component_id(one, other, "*", ""),
        ids.action_id("contain", one, other),
        ids.question_id(one, other),
    ):
        assert re.fullmatch(r"[A-Z]-[a-z2-7]{10,12}", made)
    assert re.fullmatch(r"[0-9a-f]{12}", ids.finding_key("vulnerability", one, other))


@pytest.mark.parametrize("subject", ["C-abc", "", "Zürich", "a'b", "C-1|x"])
def test_the_engine_of_the_tables_makes_the_same_finding_key(subject):
    sql = "SELECT substr(sha1('vulnerability|' || $subject || '|' || 'CVE-2031-1'), 1, 12)"
    (row,) = duckdb.sql(sql, params={"subject": subject}).fetchall()
    assert row[0] == ids.finding_key("vulnerability", subject, "CVE-2031-1")


def test_the_id_of_a_finding_can_be_joined_by_any_engine():
    device, key = ids.device_id("Harbor", "CT-014"), ids.finding_key("vulnerability", "C-1", "CVE-2031-1")
    (row,) = duckdb.sql(
        "SELECT 'F-' || substr($d, 3) || '-' || $k", params={"d": device, "k": key}
    ).fetchall()
    assert row[0] == ids.finding_id(device, key)
