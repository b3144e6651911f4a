# SPDX-License-Identifier: Apache-2.0
"""Whatever happens to a paper on its way: its reader gives values or one of our errors, never anything else."""

import io
import json
import tarfile
import zipfile
from contextlib import suppress
from copy import deepcopy
from functools import partial
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from leadglass.errors import LeadglassError, UnreadableError
from leadglass.formats import (
    csaf,
    cve_record,
    cyclonedx,
    cyclonedx_vex,
    cyclonedx_xml,
    endoflife,
    epss,
    fleet_csv,
    kev,
    letter_form,
    nvd,
    openfda,
    openvex,
    osv,
    spdx,
    status_list,
    swid,
)
from leadglass.formats.archives import Limits, Member, members
from leadglass.formats.recognise import recognise
from leadglass.values.advisories import Advisory
from leadglass.values.papers import Bom, FleetList, KevCatalog
from leadglass.values.sources import Recognition, Remark
from tests import publishers

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
    "cve_record": (cve_record.read, Advisory),
    "endoflife": (endoflife.read, tuple),
    "letters": (letter_form.read, Advisory),
    "openfda": (openfda.read, Advisory),
    "osv": (osv.read, Advisory),
    "status_list": (status_list.read, Advisory),
}
"""Readers by the folder of their papers."""

WRITTEN = {
    "CSAF": (csaf.read, Advisory),
    "OpenVEX": (openvex.read, Advisory),
    "CycloneDX": (cyclonedx_vex.read, Advisory),
    "CycloneDX XML": (cyclonedx_xml.read, Bom),
    "SPDX JSON": (partial(spdx.read, serialization="json"), Bom),
    "SPDX YAML": (partial(spdx.read, serialization="yaml"), Bom),
    "SPDX tag-value": (partial(spdx.read, serialization="tag-value"), Bom),
    "SPDX RDF": (partial(spdx.read, serialization="rdf"), Bom),
    "SPDX JSON-LD": (partial(spdx.read, serialization="json-ld"), Bom),
    "SWID": (swid.read, Bom),
}
"""Readers of documents that are made of words."""

FILES = sorted(
    path for standard in READERS for path in (PAPERS / standard).iterdir() if path.name != "README.md"
)


def values_or_an_error(raw, read, kind):
    """The claim of this module."""
    assert isinstance(recognise(raw), Recognition)
    with suppress(UnreadableError):
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


@pytest.mark.parametrize("standard", sorted(WRITTEN))
@settings(max_examples=40)
@given(changes=edits)
def test_documents_that_were_changed_on_the_way(standard, changes):
    values_or_an_error(edited(publishers.ALL[standard], changes), *WRITTEN[standard])


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


@pytest.mark.parametrize("standard", ["CSAF", "CycloneDX", "OpenVEX", "SPDX JSON", "SPDX JSON-LD"])
@settings(max_examples=60)
@given(changes=st.lists(st.tuples(st.integers(0, 10**6), odd), min_size=1, max_size=3))
def test_values_of_wrong_types_anywhere_in_a_document(standard, changes):
    tree = json.loads(publishers.ALL[standard])
    for number, value in changes:
        places = spots(tree)
        if places:
            inner, key = places[number % len(places)]
            inner[key] = deepcopy(value)
    values_or_an_error(json.dumps(tree).encode(), *WRITTEN[standard])


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
    for read, kind in (*READERS.values(), *WRITTEN.values(), (out_of, list)):
        values_or_an_error(raw, read, kind)
