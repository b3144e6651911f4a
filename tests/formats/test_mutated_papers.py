# SPDX-License-Identifier: Apache-2.0
"""Whatever happens to a paper on its way: its reader gives values or one of our errors, never anything else."""

import io
import json
import tarfile
import zipfile
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import LeadglassError
from leadglass.formats import cyclonedx, epss, fleet_csv, kev, nvd
from leadglass.formats.archives import Limits, Member, members
from leadglass.formats.recognise import recognise
from leadglass.values.papers import Bom, FleetList, KevCatalog
from leadglass.values.sources import Recognition, Remark

PAPERS = Path(__file__).parents[1] / "papers"
SMALL = Limits(total=1 << 20, member=1 << 19, members=50, ratio_from=1 << 18)


def columns(raw):
    """Read a feed, and check that its columns stay of one length."""
    batches = list(nvd.batches(raw))
    for batch in batches:
        for table in (batch.vulnerability, batch.criterion):
            assert len({len(values) for values in table.values()}) == 1
    return batches


def out_of(raw):
    """Take everything out of an archive."""
    found = list(members(io.BytesIO(raw), "given", SMALL))
    for member in members(io.BytesIO(raw), "given", SMALL):
        if isinstance(member, Member):
            with suppress(LeadglassError):
                member.stream.read()
    return found


READERS = {
    "cyclonedx": (cyclonedx.read, Bom),
    "nvd": (columns, list),
    "kev": (kev.read, KevCatalog),
    "epss": (epss.read, epss.Forecasts),
    "fleet": (fleet_csv.read, FleetList),
}
FILES = sorted(
    path for standard in READERS for path in (PAPERS / standard).iterdir() if path.name != "README.md"
)


def values_or_an_error(raw, read, kind):
    """The claim of this module."""
    assert isinstance(recognise(raw), Recognition)
    with suppress(LeadglassError):
        found = read(raw)
        assert isinstance(found, kind)
        assert all(isinstance(remark, Remark) for remark in getattr(found, "remarks", ()))


edits = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "drop", "double", "insert"]),
        st.floats(0, 1),
        st.integers(1, 60),
        st.binary(max_size=8) | st.sampled_from([b"\0", b'"', b"[", b"}", b"\n", b"\xff", b"9" * 5_000, b"[" * 5_000, b"\\u0000", b"\\ud800", b"-", b"e999"]),
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


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
@given(edits)
def test_bytes_that_were_changed_on_the_way(path, changes):
    values_or_an_error(edited(path.read_bytes(), changes), *READERS[path.parent.name])


odd = st.sampled_from(
    [None, True, -1, 10**30, 1e308, "", " ", "\x00", "\x1f", "x" * 5_000, [], {}, [[]], [{}], {"": ""}, {"name": 1}]
) | st.recursive(st.none() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=6)  # fmt: skip


def spots(node):
    """All places in a JSON tree that can be overwritten."""
    found = []
    todo = [node]
    while todo:
        inner = todo.pop()
        keys = inner if isinstance(inner, dict) else range(len(inner))
        for key in keys:
            found.append((inner, key))
            if isinstance(inner[key], dict | list):
                todo.append(inner[key])
    return found


JSON_FILES = [path for path in FILES if path.suffix == ".json"]


@pytest.mark.parametrize("path", JSON_FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
@given(st.lists(st.tuples(st.integers(0, 10**6), odd), min_size=1, max_size=3))
def test_values_of_wrong_types_anywhere(path, changes):
    tree = json.loads(path.read_bytes())
    for number, value in changes:
        places = spots(tree)
        if places:
            inner, key = places[number % len(places)]
            inner[key] = deepcopy(value)  # or the tree would hold itself
    values_or_an_error(json.dumps(tree).encode(), *READERS[path.parent.name])


def packed():
    """One archive of each form, of the same documents."""
    documents = {"a.json": b'{"a": 1}' * 20, "deep/b.csv": b"asset_tag,model\nA,M\n" * 9}
    plain, squeezed, zipped = io.BytesIO(), io.BytesIO(), io.BytesIO()
    for held, mode in ((plain, "w"), (squeezed, "w:gz")):
        with tarfile.open(fileobj=held, mode=mode) as archive:
            for path, content in documents.items():
                info = tarfile.TarInfo(path)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in documents.items():
            archive.writestr(path, content)
        archive.writestr("t.tar.zst", zstandard.compress(plain.getvalue()))
    return {"tar": plain.getvalue(), "tar.gz": squeezed.getvalue(), "zip": zipped.getvalue()}


@pytest.mark.parametrize("form", ["tar", "tar.gz", "zip"])
@given(changes=edits)
def test_archives_that_were_changed_on_the_way(form, changes):
    values_or_an_error(edited(packed()[form], changes), out_of, list)


@given(st.binary(max_size=600) | st.text(max_size=200).map(str.encode))
def test_any_bytes_at_all(raw):
    for read, kind in (*READERS.values(), (out_of, list)):
        values_or_an_error(raw, read, kind)
