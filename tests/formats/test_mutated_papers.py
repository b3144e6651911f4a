# SPDX-License-Identifier: Apache-2.0
"""Whatever happens to a paper on its way: its reader gives values or one of our errors, never anything else."""

import io
import json
import tarfile
import zipfile
from contextlib import suppress
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
from tests.formats.mutations import edited, edits, overwritings, overwritten

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


def broken(raw, read, kind):
    """The claim of this module: what is neither a value as it should be nor a refusal with a sentence."""
    found = [] if isinstance(recognise(raw), Recognition) else ["not recognised, and not told so"]
    try:
        said = read(raw)
    except UnreadableError as error:
        return [*found, *([] if str(error) else [error])]
    found += [] if isinstance(said, kind) else [said]
    return [
        *found,
        *(one for one in getattr(said, "remarks", ()) if not (isinstance(one, Remark) and one.why)),
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
@given(edits)
def test_bytes_that_were_changed_on_the_way(path, changes):
    assert broken(edited(path.read_bytes(), changes), *READERS[path.parent.name]) == []


@pytest.mark.parametrize("standard", sorted(WRITTEN))
@settings(max_examples=40)
@given(changes=edits)
def test_documents_that_were_changed_on_the_way(standard, changes):
    assert broken(edited(publishers.ALL[standard], changes), *WRITTEN[standard]) == []


JSON_FILES = [path for path in FILES if path.suffix == ".json"]


@pytest.mark.parametrize("path", JSON_FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
@given(overwritings)
def test_values_of_wrong_types_anywhere(path, changes):
    raw = overwritten(json.loads(path.read_bytes()), changes)
    assert broken(raw, *READERS[path.parent.name]) == []


@pytest.mark.parametrize("standard", ["CSAF", "CycloneDX", "OpenVEX", "SPDX JSON", "SPDX JSON-LD"])
@settings(max_examples=60)
@given(changes=overwritings)
def test_values_of_wrong_types_anywhere_in_a_document(standard, changes):
    assert broken(overwritten(json.loads(publishers.ALL[standard]), changes), *WRITTEN[standard]) == []


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
    assert broken(edited(packed()[form], changes), out_of, list) == []


@given(st.binary(max_size=600) | st.text(max_size=200).map(str.encode))
def test_any_bytes_at_all(raw):
    for read, kind in (*READERS.values(), *WRITTEN.values(), (out_of, list)):
        assert broken(raw, read, kind) == []
