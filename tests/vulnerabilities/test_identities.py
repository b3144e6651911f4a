# SPDX-License-Identifier: Apache-2.0
"""One vulnerability has one id: aliases through each other, and no two CVE ids ever melted into one."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.vulnerabilities.identities import identities

CVES = [f"CVE-2031-{number}" for number in range(40001, 40005)]
OTHERS = [
    "GHSA-aaaa-aaaa-aaaa",
    "GHSA-bbbb-bbbb-bbbb",
    "PYSEC-2031-1",
    "DSA-1-1",
    "QM-1",
    "QM-2",
    "RUSTSEC-1",
]
groups = st.lists(
    st.lists(st.sampled_from(CVES + OTHERS), min_size=1, max_size=4, unique=True).map(tuple), max_size=8
)


def shown(*stated):
    return {name: (one.id, one.covers) for name, one in identities(stated).items()}


def test_aliases_hold_through_each_other():
    found = shown(("GHSA-x", "CVE-2031-40001"), ("PYSEC-y", "GHSA-x"), ("DSA-z", "PYSEC-y"))
    assert set(found) == {"GHSA-x", "PYSEC-y", "DSA-z"}
    assert {one for one, _ in found.values()} == {"CVE-2031-40001"}


def test_without_a_cve_id_a_ghsa_comes_first_then_the_order_of_texts():
    assert shown(("PYSEC-1", "GHSA-b"), ("GHSA-a", "PYSEC-1"))["PYSEC-1"] == ("GHSA-a", ())
    assert shown(("RUSTSEC-1", "DLA-9"))["RUSTSEC-1"] == ("DLA-9", ())


def test_a_name_of_two_cve_ids_keeps_its_own_and_covers_both():
    found = shown(
        ("VU-1", "CVE-2031-40001"), ("VU-1", "CVE-2031-40002"), ("GHSA-a", "CVE-2031-40001"), ("PYSEC-a", "GHSA-a"),
    )  # fmt: skip
    assert found["VU-1"] == ("VU-1", ("CVE-2031-40001", "CVE-2031-40002"))
    assert found["GHSA-a"] == found["PYSEC-a"] == ("CVE-2031-40001", ())


def test_a_chain_between_two_cve_ids_joins_neither():
    found = shown(
        ("GHSA-a", "CVE-2031-40001"), ("PYSEC-m", "GHSA-a"), ("PYSEC-m", "GHSA-b"), ("GHSA-b", "CVE-2031-40002"),
    )  # fmt: skip
    assert (found["GHSA-a"][0], found["GHSA-b"][0]) == ("CVE-2031-40001", "CVE-2031-40002")
    assert found["PYSEC-m"] == ("PYSEC-m", ("CVE-2031-40001", "CVE-2031-40002"))


def test_spellings_are_one_name():
    found = shown(("ghsa-x", "cve-2031-40001"), ("GHSA-X", "PYSEC-1"))
    assert {one for one, _ in found.values()} == {"CVE-2031-40001"}
    assert set(found) == {"ghsa-x", "GHSA-X", "PYSEC-1", "cve-2031-40001"}


def by_walking(stated):
    """The same by definition: walk from a name through names that are no CVE id, and see which CVE ids are met."""
    sets = [frozenset(group) for group in stated]
    names = sorted(set().union(*sets)) if sets else []
    plain = [name for name in names if not name.startswith("CVE-")]
    near = {
        name: {other for one in sets if name in one for other in one if not other.startswith("CVE-")}
        for name in plain
    }
    direct = {
        name: {other for one in sets if name in one for other in one if other.startswith("CVE-")}
        for name in plain
    }

    def reached(start, within):
        met, edge = {start}, [start]
        while edge:
            new = (near[edge.pop()] & within) - met
            met |= new
            edge += new
        return met

    def first(of):
        return min(of, key=lambda name: (not name.startswith("GHSA-"), name))

    made = {}
    for name in plain:
        whole = reached(name, set(plain))
        cves = set().union(*(direct[one] for one in whole))
        if len(cves) == 1:
            made[name] = (*cves, ())
        elif not cves:
            made[name] = (first(whole), ())
        elif len(direct[name]) == 1:
            made[name] = (*direct[name], ())
        else:
            part = reached(name, {one for one in whole if len(direct[one]) != 1})
            covered = set().union(*(direct[one] for one in part)) or cves
            made[name] = (first(part), tuple(sorted(covered)))
    return made


@given(groups)
def test_sets_are_those_of_walking_from_name_to_name(stated):
    assert shown(*stated) == by_walking(stated)


@given(groups, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_an_id(stated, chance: random.Random):
    mixed = [tuple(chance.sample(group, len(group))) for group in stated * 2]
    chance.shuffle(mixed)
    assert shown(*mixed) == shown(*stated)


@given(groups)
def test_no_two_cve_ids_are_melted(stated):
    found = identities(stated)
    assert not set(found) & set(CVES)
    for name, one in found.items():
        beside = {other for group in stated if name in group for other in group if other in CVES}
        if one.id in CVES:
            assert beside <= {one.id}
            assert one.covers == ()
        else:
            assert len(one.covers) != 1
            assert beside <= set(one.covers)
    assert all(found[one.id] == one for one in found.values() if one.id not in CVES)


@given(groups)
def test_what_names_one_thing_has_one_id_unless_cve_ids_differ(stated):
    found = identities(stated)
    for group in stated:
        plain = [name for name in group if name in found]
        for one, other in itertools.pairwise(plain):
            if found[one].id != found[other].id:
                assert (
                    len(
                        {found[one].id, found[other].id, *found[one].covers, *found[other].covers} & set(CVES)
                    )
                    > 1
                )


@pytest.mark.parametrize("length", [2_000])
def test_a_long_chain_is_joined_without_recursion(length):
    chain = [(f"X-{number}", f"X-{number + 1}") for number in range(length)]
    assert {one.id for one in identities([*chain, ("X-0", CVES[0])]).values()} == {CVES[0]}
