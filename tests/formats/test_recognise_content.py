# SPDX-License-Identifier: Apache-2.0
"""Documents are told by what they hold, however they are encoded and wherever the telling key stands."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from leadglass.formats.mapping import load_profiles
from leadglass.formats.recognise import recognise
from leadglass.values.sources import Kind

PAPERS = Path(__file__).parents[1] / "papers"
BOM = PAPERS / "cyclonedx" / "console-1.5.cdx.json"


@pytest.mark.parametrize(
    ("paper", "kind", "standard", "version"),
    [
        ("cyclonedx/console-1.5.cdx.json", Kind.BOM, "CycloneDX", "1.5"),
        ("cyclonedx/console-1.6.cdx.json", Kind.BOM, "CycloneDX", "1.6"),
        ("nvd/invented-2.0.json", Kind.NVD, "NVD CVE API", "2.0"),
        ("kev/invented-kev.json", Kind.KEV, "CISA KEV", "2031.02.01"),
        ("epss/invented-epss.csv", Kind.EPSS, "FIRST EPSS", "v2031.01.01"),
        ("fleet/own-columns.csv", Kind.FLEET, "fleet CSV", "leadglass 1"),
        ("fleet/german-cmms.csv", Kind.FLEET, "fleet CSV", "cmms 1"),
        ("fleet/dirty-cmms.csv", Kind.FLEET, "fleet CSV", "cmms 1"),
    ],
)
def test_our_papers_are_recognised(paper, kind, standard, version):
    found = recognise((PAPERS / paper).read_bytes())
    assert (found.kind, found.standard, found.version) == (kind, standard, version)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_does_not_matter(encoding):
    for paper, kind in (("cyclonedx/console-1.5.cdx.json", Kind.BOM), ("epss/invented-epss.csv", Kind.EPSS)):
        text = "\n \n" + (PAPERS / paper).read_text("utf-8")
        assert recognise(text.encode(encoding)).kind is kind


def test_a_telling_key_behind_everything_else_is_found():
    document = {
        "metadata": {"tools": ["x" * 1000] * 500},
        "components": [],
        "specVersion": "1.4",
        "bomFormat": "CycloneDX",
    }
    found = recognise(json.dumps(document).encode())
    assert (found.kind, found.version) == (Kind.BOM, "1.4")


def test_a_telling_key_within_another_object_does_not_count():
    found = recognise(
        b'{"properties": {"bomFormat": "CycloneDX", "deep": {"format": "NVD_CVE"}}, "list": [{"catalogVersion": 1}]}'
    )
    assert found.kind is Kind.UNKNOWN


def test_a_document_that_was_cut_off_is_still_recognised():
    raw = (PAPERS / "nvd" / "invented-2.0.json").read_bytes()
    assert recognise(raw[: len(raw) // 2]).kind is Kind.NVD


def zipped(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("raw", "standard", "says"),
    [
        (b"", "", "empty"),
        (b"\xef\xbb\xbf \r\n", "", "empty"),
        (b'{"CVE_data_type": "CVE", "CVE_data_format": "MITRE", "CVE_data_version": "4.0", "CVE_Items": []}', "NVD CVE feed", "use the 2.0 feeds"),
        (b'{"spdxVersion": "SPDX-2.3", "name": "x"}', "SPDX", "ask the sender for CycloneDX JSON|Ask the sender for CycloneDX JSON"),
        (b'{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}', "SPDX", "SPDX 3.0.1|This is SPDX"),
        (b"SPDXVersion: SPDX-2.2\nDataLicense: CC0-1.0\n", "SPDX", "SPDX 2.2"),
        (b'{"document": {"category": "csaf_vex", "csaf_version": "2.0"}}', "CSAF", "CSAF 2.0"),
        (b'{"@context": "https://openvex.dev/ns/v0.2.0", "statements": []}', "OpenVEX", "OpenVEX 0.2.0"),
        (b'{"dataType": "CVE_RECORD", "dataVersion": "5.1"}', "CVE record", "NVD 2.0 feeds"),
        (b'{"bomFormat": "Other"}', "CycloneDX", "bomFormat"),
        (b'{"a": 1}', "JSON", "'a'"),
        (b'<?xml version="1.0"?>\n<!-- x --><bom xmlns="http://cyclonedx.org/schema/bom/1.4">', "CycloneDX XML", "1.4"),
        (b"<!doctype html><html>", "HTML", "web page"),
        (b"<unheard-of/>", "XML", "unheard-of"),
        (b"%PDF-1.7\n", "PDF", "CSV"),
        (b"\x89PNG\r\n\x1a\n", "PNG", "picture"),
        (bytes(128) + b"DICM", "DICOM", "patient"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "Excel workbook", "CSV"),
        (zipped("a.json"), "zip", "unpack"),
        (bytes(range(256)) * 9, "binary", "no text"),
        (b"Dear all,\nplease find attached.\n", "text", "no standard"),
        (b"name,colour,size\nx,red,1\ny,blue,2\n", "CSV", "--map 'name=asset_tag'"),
        (b"cveID,vendorProject,product\nCVE-2031-1,a,b\n", "CISA KEV", "JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_the_next_step(raw, standard, says):
    found = recognise(raw)
    assert (found.kind, found.standard) == (Kind.UNKNOWN, standard)
    assert any(part in found.why for part in says.split("|"))


def test_a_list_with_headings_of_its_own_is_recognised_by_overrides_or_a_profile_of_the_site():
    raw = b"Kennung,Ding,Farbe\n1,CT,rot\n2,MR,blau\n"
    assert recognise(raw).kind is Kind.UNKNOWN
    assert recognise(raw, overrides={"Kennung": "asset_tag", "Ding": "model"}).kind is Kind.FLEET
    own = load_profiles(['name = "ours"\n[headings]\nasset_tag = ["Kennung"]\nmodel = ["Ding"]'])
    assert recognise(raw, profiles=own).version == "ours 1"
