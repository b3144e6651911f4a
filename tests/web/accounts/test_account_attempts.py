# SPDX-License-Identifier: Apache-2.0
"""Counts of attempts: who floods one kind forgets nothing of another, and beyond a bound the oldest goes."""

import os
import time

import pytest
from django.core.cache import caches

from leadglass.web import attempts
from leadglass.web.api import limits
from leadglass.web.api.problems import ApiError
from leadglass.web.attempts import API, SIGN_IN

FEW = 50


@pytest.fixture
def few(pages, monkeypatch):
    """The pages with small stores, looked at with every write."""
    for alias in (SIGN_IN, API):
        monkeypatch.setattr(caches[alias], "_max_entries", FEW)
    monkeypatch.setattr(attempts, "_EVERY", 1)
    return pages


def held(alias):
    return len(list(os.scandir(caches[alias]._dir)))


def fail(pages, name="a.chair"):
    return pages.client("203.0.113.5").post("/account/login/", {"login": name, "password": "wrong"})


def test_each_kind_has_a_store_of_its_own(pages):
    assert type(caches[SIGN_IN]) is type(caches[API]) is attempts.Attempts
    assert caches[SIGN_IN]._dir != caches[API]._dir
    fail(pages)
    assert held(SIGN_IN) > 0
    assert held(API) == 0


def test_flooding_the_api_forgets_no_failed_sign_in(few):
    for _ in range(5):
        assert b"Too many" not in fail(few).content
    for number in range(FEW * 4):
        limits.count(f"address {number}", limits.per_address())
    assert held(API) <= FEW + 1
    assert b"Too many" in fail(few).content


def test_flooding_sign_in_forgets_no_count_of_the_api(few):
    for _ in range(3):
        limits.count("token lg_1", 3)
    for number in range(FEW * 4):
        caches[SIGN_IN].set(f"key-{number}", [time.time()], 300)
    assert held(SIGN_IN) <= FEW + 1
    with pytest.raises(ApiError, match="More than 3 requests"):
        limits.count("token lg_1", 3)


def test_what_counts_no_longer_goes_first_then_the_oldest(few):
    store = caches[API]
    for number in range(FEW):
        store.set(f"key-{number}", number, 120)
        place = store._key_to_file(f"key-{number}")
        age = 500 if number == FEW - 1 else FEW - number  # the last was not written for long
        os.utime(place, (time.time() - age, time.time() - age))
    store.sweep()
    assert store.get(f"key-{FEW - 1}") is None
    assert store.get("key-0") == 0
    store.set("one-more", 1, 120)
    store.set("and-another", 1, 120)
    store.sweep()
    assert store.get("key-0") is None, "the oldest"
    assert store.get("key-5") == 5
    assert store.get("and-another") == 1
