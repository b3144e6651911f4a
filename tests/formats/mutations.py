# SPDX-License-Identifier: Apache-2.0
"""What may happen to a paper on its way, and the law of every reader: values, or an UnreadableError."""

import json
from copy import deepcopy

from hypothesis import strategies as st

from leadglass.errors import UnreadableError
from leadglass.values.advisories import Advisory

# Bytes.

_PIECES = [
    b"\0",
    b'"',
    b"[",
    b"}",
    b"\n",
    b"\xff",
    b"9" * 5_000,
    b"[" * 5_000,
    b"\\u0000",
    b"\\ud800",
    b"-",
    b"e999",
]


def pieces(*more):
    """Bytes that get into a paper; `more` are those that hurt its standard."""
    return st.binary(max_size=8) | st.sampled_from([*_PIECES, *more])


edits = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "drop", "double", "insert"]), st.floats(0, 1), st.integers(1, 60), pieces()
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


def edited(raw, changes):
    """A paper after these changes."""
    for change, at, length, piece in changes:
        start = int(at * len(raw))
        if change == "flip" and raw:
            start = min(start, len(raw) - 1)
            raw = raw[:start] + bytes([raw[start] ^ (length % 255 + 1)]) + raw[start + 1 :]
        elif change == "cut":
            raw = raw[:start]
        elif change == "drop":
            raw = raw[:start] + raw[start + length :]
        elif change == "double":
            raw = raw[: start + length] + raw[start:]
        else:
            raw = raw[:start] + piece + raw[start:]
    return raw


def patches(*more):
    """Places, lengths, and what is written over them."""
    return st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), pieces(*more)), min_size=1, max_size=4)


def patched(raw, changes):
    """A paper after these patches."""
    for at, length, piece in changes:
        start = int(at * len(raw))
        raw = raw[:start] + piece + raw[start + length :]
    return raw


# Values of JSON.

_ODD = [
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    " ",
    "\x00",
    "\x1f",
    "x" * 5_000,
    [],
    {},
    [[]],
    [{}],
    {"": ""},
    {"name": 1},
]


def overwriting(*more):
    """Places, and values of any type that are put there; `more` are those that mean something in the paper."""
    odd = st.sampled_from([*_ODD, *more]) | st.recursive(
        st.none() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    )
    return st.lists(st.tuples(st.integers(0, 10**6), odd), min_size=1, max_size=4)


overwritings = overwriting()


def _spots(tree):
    """All places in a JSON tree that can be overwritten."""
    found, todo = [], [tree]
    while todo:
        inner = todo.pop()
        for key in inner if isinstance(inner, dict) else range(len(inner)):
            found.append((inner, key))
            if isinstance(inner[key], dict | list):
                todo.append(inner[key])
    return found


def overwritten(tree, changes):
    """The JSON of a tree with values of any type anywhere."""
    tree = deepcopy(tree)
    for number, value in changes:
        places = _spots(tree)
        if places:
            inner, key = places[number % len(places)]
            inner[key] = deepcopy(value)  # or the tree would hold itself
    return json.dumps(tree).encode()


def unsound(raw, read):
    """What is not as it should be: nothing where it is refused with a sentence, and nothing else may be raised.

    What is read names each product once, speaks of no other, and gives each remark and each sighting its place.
    """
    try:
        said = read(raw)
    except UnreadableError as error:
        return [] if len(str(error)) > 10 else [f"refused without a sentence: {error!r}"]
    found = [remark for remark in said.remarks if not (remark.where and remark.why)]
    found += [one for one in getattr(said, "sightings", ()) if not one.place]
    if isinstance(said, Advisory):
        refs = {product.ref for product in said.products}
        found += [said.products] if len(refs) != len(said.products) else []
        found += [one for one in said.statements if one.product not in refs]
        found += [one for one in said.remedies if not set(one.products) <= refs]
        found += [name for name, number in said.rest.items() if not number]
    return found
