# SPDX-License-Identifier: Apache-2.0
"""Documents that are evidently meant as CycloneDX and name themselves wrongly: what is said, and of what nothing is."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import UnreadableError
from leadglass.formats import cyclonedx, cyclonedx_vex, cyclonedx_xml
from leadglass.formats.cyclonedx_misnamed import misnamed

PAPERS = Path(__file__).parents[1] / "papers" / "cyclonedx"
SPACE = "http://cyclonedx.org/schema/bom/"
GONE = object()


def in_json(**parts):
    """A small document in JSON with these parts; GONE takes one away."""
    told = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [], **parts}
    return json.dumps({name: value for name, value in told.items() if value is not GONE}).encode()


def in_xml(space, root="bom", within="<components/>"):
    """A small document in XML whose root is of this namespace."""
    return f'<?xml version="1.0"?>\n<{root} xmlns="{space}" version="1">{within}</{root}>'.encode()


MISNAMED = [
    (in_json(bomFormat="AnotherFormat"), "1.6", [("bomFormat", "'AnotherFormat' is stated; 'CycloneDX' belongs")]),
    (in_json(bomFormat="cyclonedx"), "1.6", [("bomFormat", "'cyclonedx' is stated")]),
    (in_json(bomFormat="CycloneDX "), "1.6", [("bomFormat", "'CycloneDX ' is stated")]),
    (in_json(bomFormat=["CycloneDX"]), "1.6", [("bomFormat", "What is stated is no text")]),
    (in_json(bomFormat=None), "1.6", [("bomFormat", "What is stated is no text")]),
    (in_json(bomFormat=GONE), "1.6", [("bomFormat", "Nothing is stated")]),
    (in_json(bomFormat=GONE, bomformat="CycloneDX"), "1.6", [("bomFormat", "Nothing is stated")]),
    (in_json(bomFormat=GONE, components=GONE, metadata={}), "1.6", [("bomFormat", "Nothing is stated")]),
    (in_json(specVersion=GONE), "", [("specVersion", "Nothing is stated; a version of the standard")]),
    (in_json(specVersion=1.6), "", [("specVersion", "What is stated is no text")]),
    (in_json(specVersion="1.x"), "", [("specVersion", "'1.x' is stated")]),
    (in_json(bomFormat="", specVersion="6"), "", [("bomFormat", "'' is stated"), ("specVersion", "'6' is stated")]),
    (in_json(bomFormat="SBOM").decode().encode("utf-16"), "1.6", [("bomFormat", "'SBOM' is stated")]),
    (in_xml(SPACE + "16"), "", [("line 2", "namespace 'http://cyclonedx.org/schema/bom/16'; 'http://cyclone")]),
    (in_xml(SPACE), "", [("line 2", "is of namespace 'http://cyclonedx.org/schema/bom/';")]),
    (in_xml("https://cyclonedx.org/schema/bom/1.6"), "", [("line 2", "is of namespace 'https://cyclonedx")]),
    (in_xml("urn:other"), "", [("line 2", "is of namespace 'urn:other'")]),
    (in_xml("urn:CycloneDX:1.6", within=""), "", [("line 2", "is of namespace 'urn:CycloneDX:1.6'")]),
    (b"<bom><metadata/></bom>", "", [("line 1", "has no namespace")]),
    (in_xml(SPACE + "1.6", "sbom"), "1.6", [("line 2", "The root element is 'sbom'; 'bom' belongs here.")]),
    (in_xml(SPACE + "16", "sbom"), "", [("line 2", "'sbom'"), ("line 2", "bom/16'")]),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "version", "complaints"), MISNAMED)
def test_a_wrong_name_is_told_with_its_place(raw, version, complaints):
    verdict = misnamed(raw)
    assert (verdict.valid, verdict.version) == (False, version)
    assert verdict.standard == ("CycloneDX XML" if raw.startswith(b"<") else "CycloneDX")
    assert [complaint.place for complaint in verdict.complaints] == [place for place, _ in complaints]
    for complaint, (_, why) in zip(verdict.complaints, complaints, strict=True):
        assert why in complaint.why
        assert (complaint.number, complaint.level) == ("schema", "schema")
    assert [remark.why for remark in verdict.remarks] == [
        "All that it says besides: mend its name, then check it again."
    ]


@pytest.mark.parametrize(("raw", "_version", "_complaints"), MISNAMED)
def test_what_names_itself_wrongly_is_still_not_taken(raw, _version, _complaints):
    for read in (cyclonedx.read, cyclonedx_xml.read, cyclonedx_vex.read):
        with pytest.raises(UnreadableError):
            read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        *(path.read_bytes() for path in sorted(PAPERS.glob("*.json"))),
        *(in_json(specVersion=version) for version in (*cyclonedx.SPEC_VERSIONS, "1.8", "2.0", "1.10")),
        *(in_xml(SPACE + version) for version in (*cyclonedx_xml.SPEC_VERSIONS, "1.8", "2.0", "1.10")),
    ],
)
def test_a_right_name_is_right_also_in_a_version_that_is_not_known_yet(raw):
    assert misnamed(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"{}", b"bomFormat: CycloneDX", b"{" * 5_000, b'{"bomFormat": "Another',
        in_json(bomFormat=GONE, components=GONE), *(in_json(bomFormat=GONE, specVersion=other) for other in ("0.0.4", "1.1", "3.0")),
        in_json(bomFormat=GONE, specVersion=GONE), in_json(bomFormat=GONE, components={}),
        b'{"spdxVersion": "SPDX-2.3", "packages": [], "metadata": {}}', b'[{"bomFormat": "AnotherFormat"}]',
        b"<bom/>", b"<bom><part/></bom>", b"<list><components/></list>", in_xml("urn:other")[:-3],
        b"<!DOCTYPE bom [<!ENTITY a 'b'>]><bom><components/></bom>",
        b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://cyclonedx.org/schema/bom/1.6"/>',
        b'<bom xmlns="urn:other"><components>' + b"<a>" * 300 + b"</a>" * 300 + b"</components></bom>",
    ],
)  # fmt: skip
def test_of_what_is_not_evidently_cyclonedx_nothing_is_said(raw):
    assert misnamed(raw) is None


SOUND = (in_json(), in_xml(SPACE + "1.6"))
pieces = st.sampled_from([b"", b'"', b"{", b"<", b"\x00", b"\xff", b"bom", b"12", b"\\ud800", b"null", b"[["])


@given(st.sampled_from(SOUND), st.integers(0, 120), st.integers(0, 9), pieces)
def test_law_what_is_taken_never_names_itself_wrongly(raw, start, length, piece):
    changed = raw[:start] + piece + raw[start + length :]
    verdict = misnamed(changed)
    try:
        cyclonedx_vex.read(changed)
    except UnreadableError:
        assert verdict is None or (verdict.complaints and not verdict.valid)
    else:
        assert verdict is None
