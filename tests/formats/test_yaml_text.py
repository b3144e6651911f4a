# SPDX-License-Identifier: Apache-2.0
"""YAML as plain trees: what is a text stays one, and what could surprise is refused."""

import json
from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.yaml_text import tree


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"3.10", "3.10"),
        (b"2031-01-31", "2031-01-31"),
        (b"no", "no"),
        (b"true", True),
        (b"'true'", "true"),
        (b"!!str true", "true"),
        (b"a:", {"a": None}),
        (b"1: 2", {"1": "2"}),
        (b"", None),
        ("a: ä".encode("utf-16"), {"a": "ä"}),
        (b"- [a, {b: c}]\n- |\n  x\n", [["a", {"b": "c"}], "x\n"]),
    ],
)
def test_scalars_are_texts_as_written(raw, value):
    assert tree(raw, "The list") == value


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"a: &x 1\nb: 2", "line 1 has an anchor"),
        (b"a: 1\nb: *x", "line 2 refers to an anchor"),
        (b"a: &x [1]\nb: [*x, *x]", "anchor"),
        (b"a: 1\na: 2", "line 2 says 'a' a second time"),
        (b"--- a\n--- b", "second document"),
        (b"!!python/object/apply:os.getcwd []", "has a tag"),
        (b"a: !!timestamp 2031-01-31", "has a tag"),
        (b"? [a]\n: b", "a key that is no text"),
        (b"a: 'b", "not valid YAML"),
        (b"a: \x00", "not valid YAML"),
        (b"a: \xff", "not valid YAML"),
        (b"[" * 60, "nested more than 50"),
    ],
)
def test_what_could_surprise_is_refused(raw, says):
    with pytest.raises(UnreadableError, match=says):
        tree(raw, "The list")


def test_sizes_are_bounded(monkeypatch):
    monkeypatch.setattr("leadglass.formats.yaml_text.MOST_BYTES", 10)
    with pytest.raises(BoundError, match="larger"):
        tree(b"- 12345678\n", "The list")
    monkeypatch.setattr("leadglass.formats.yaml_text.MOST_BYTES", 1_000)
    monkeypatch.setattr("leadglass.formats.yaml_text.MOST_NODES", 9)
    with pytest.raises(BoundError, match="more than 9 values"):
        tree(b"- 1\n" * 9, "The list")


texts = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=8)
trees = st.recursive(texts | st.booleans() | st.none(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12)  # fmt: skip


@given(trees)
def test_what_is_dumped_is_read_back(value):
    assert tree(json.dumps(value).encode(), "The list") == value


@given(st.lists(texts, max_size=5))
def test_texts_in_any_style_are_read_back(value):
    for style in ('"', "'", "|", ">"):
        dumped = yaml.dump(
            value, Dumper=yaml.CSafeDumper, allow_unicode=True, default_style=style, width=1_000
        )
        assert tree(dumped.encode(), "The list") == value


@given(st.binary(max_size=200) | st.text("[]{}:,-?&*!|>'\"%#@`ab \n\t", max_size=60).map(str.encode))
def test_any_bytes_are_a_tree_or_refused(raw):
    with suppress(UnreadableError):
        found = tree(raw, "The list")
        assert found is None or isinstance(found, bool | str | list | dict)
