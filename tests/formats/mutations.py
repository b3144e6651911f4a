# SPDX-License-Identifier: Apache-2.0
"""The law of readers of advisories and lists: whatever happened to a paper, values or an UnreadableError."""

import json
from contextlib import suppress
from copy import deepcopy

from hypothesis import strategies as st

from leadglass.errors import UnreadableError
from leadglass.values.advisories import Advisory
from tests.formats.test_mutated_papers import edited, edits, odd, spots

overwritings = st.lists(st.tuples(st.integers(0, 10**6), odd), min_size=1, max_size=3)

__all__ = ["edited", "edits", "overwritings", "overwritten", "sound_or_refused"]


def overwritten(tree, changes):
    """The JSON of a tree with values of any type anywhere."""
    tree = deepcopy(tree)
    for number, value in changes:
        places = spots(tree)
        if places:
            inner, key = places[number % len(places)]
            inner[key] = deepcopy(value)
    return json.dumps(tree).encode()


def sound_or_refused(raw, read):
    """Nothing but UnreadableError is raised; what is read names each product once, and speaks of no other."""
    with suppress(UnreadableError):
        said = read(raw)
        if isinstance(said, Advisory):
            refs = {product.ref for product in said.products}
            assert len(refs) == len(said.products)
            assert {statement.product for statement in said.statements} <= refs
            assert all(set(remedy.products) <= refs for remedy in said.remedies)
            assert all(said.rest.values())
