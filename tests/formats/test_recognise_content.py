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
from tests import publishers

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
        ("letters/tomara-letter.toml", Kind.ADVISORY, "maker's letter", "1"),
        ("letters/recall-letter.json", Kind.ADVISORY, "maker's letter", "1"),
        ("osv/invented-ghsa.json", Kind.OSV, "OSV", "1.7.0"),
        ("osv/invented.jsonl", Kind.OSV, "OSV", ""),
        ("openfda/invented-recalls.json", Kind.ADVISORY, "openFDA recall", ""),
        ("cve_record/invented-published.json", Kind.CVE, "CVE record", "5.1"),
        ("cve_record/invented-rejected.json", Kind.CVE, "CVE record", "5.2.0"),
        ("endoflife/invented-v0.json", Kind.LIFECYCLE, "endoflife.date", ""),
        ("endoflife/invented-v1.json", Kind.LIFECYCLE, "endoflife.date", "1.2.0"),
        ("endoflife/invented-product.md", Kind.LIFECYCLE, "endoflife.date page", ""),
        ("status_list/invented-list.yml", Kind.ADVISORY, "product status list", "1.0"),
    ],
)
def test_our_papers_are_recognised(paper, kind, standard, version):
    found = recognise((PAPERS / paper).read_bytes())
    assert (found.kind, found.standard, found.version) == (kind, standard, version)


KINDS = {
    "CSAF": (Kind.ADVISORY, "2.0"),
    "OpenVEX": (Kind.VEX, "0.2.0"),
    "CycloneDX": (Kind.BOM, "1.6"),  # that it holds statements alone is seen when it is read
    "CycloneDX XML": (Kind.BOM, "1.5"),
    "SPDX JSON": (Kind.BOM, "2.3"),
    "SPDX YAML": (Kind.BOM, "2.3"),
    "SPDX tag-value": (Kind.BOM, "2.3"),
    "SPDX RDF": (Kind.BOM, ""),
    "SPDX JSON-LD": (Kind.BOM, "3.0.1"),
    "SWID": (Kind.BOM, ""),
    "OSV": (Kind.OSV, "1.7.0"),
    "CVE record": (Kind.CVE, "5.1"),
    "product status list": (Kind.ADVISORY, "1.0"),
    "openFDA recall": (Kind.ADVISORY, ""),
    "maker's letter": (Kind.ADVISORY, "1"),
    "endoflife.date": (Kind.LIFECYCLE, "1.2.0"),
}


@pytest.mark.parametrize("standard", sorted(publishers.ALL))
def test_what_publishers_send_is_recognised_whatever_its_encoding(standard):
    raw = publishers.ALL[standard]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        found = recognise(raw.decode().encode(encoding))
        assert (found.standard, found.kind, found.version) == (standard, *KINDS[standard]), encoding
        assert found.why


@pytest.mark.parametrize("standard", ["SPDX tag-value", "SPDX YAML", "product status list"])
def test_ends_of_lines_of_windows_do_not_matter(standard):
    text = publishers.ALL[standard].decode().replace("\n", "\r\n")
    assert recognise(text.encode()).standard == standard


def test_a_newer_version_of_csaf_is_recognised_too():
    found = recognise(b'{"document": {"category": "csaf_vex", "csaf_version": "2.1"}}')
    assert (found.kind, found.standard, found.version) == (Kind.ADVISORY, "CSAF", "2.1")


def test_a_swid_tag_with_a_prefix_is_one():
    raw = b'<s:SoftwareIdentity xmlns:s="http://standards.iso.org/iso/19770/-2/2015/schema.xsd" name="x"/>'
    assert (recognise(raw).kind, recognise(raw).standard) == (Kind.BOM, "SWID")


def test_a_prefix_and_a_comment_before_the_root_do_not_matter():
    for raw, standard in (
        (
            b'<?xml version="1.0"?>\n<!-- x --><bom xmlns="http://cyclonedx.org/schema/bom/1.4"/>',
            "CycloneDX XML",
        ),
        (b'<c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.6"/>', "CycloneDX XML"),
    ):
        assert (recognise(raw).kind, recognise(raw).standard) == (Kind.BOM, standard)


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
        (b'{"bomFormat": "Other"}', "CycloneDX", "bomFormat"),
        (b'{"a": 1}', "JSON", "'a'"),
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
