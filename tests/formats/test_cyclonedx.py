# SPDX-License-Identifier: Apache-2.0
"""Bills of materials in CycloneDX JSON: what is taken, and what is told about the rest."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import cyclonedx

PAPERS = Path(__file__).parents[1] / "papers" / "cyclonedx"


def paper(name):
    """One of our papers, read."""
    return cyclonedx.read((PAPERS / name).read_bytes())


def document(**parts):
    """A document with these parts."""
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", **parts}).encode()


def test_components_are_taken_in_the_order_of_the_document_with_their_places():
    bom = paper("console-1.5.cdx.json")
    assert [(part.place, part.name) for part in bom.components] == [
        ("metadata.component.components[0]", "gantry control"),
        ("metadata.component.components[0].components[0]", "boost"),
        ("components[0]", "Windows Embedded Standard 7"),
        ("components[1]", "log4j-core"),
        ("components[2]", "dcmtk"),
        ("components[3]", "u-boot"),
    ]
    assert bom.components[1].path == ("Tomara 64", "gantry control")
    assert bom.components[2].path == ()
    assert bom.components[2].ref == "os"


def test_the_product_is_the_subject_and_its_maker_comes_from_the_metadata():
    bom = paper("console-1.5.cdx.json")
    assert (bom.subject.name, bom.subject.version, bom.subject.supplier) == (
        "Tomara 64",
        "1.5",
        "Quillon Medical GmbH",
    )
    assert bom.serial_number == "urn:uuid:7b9a3f0e-6d54-4f0f-9d0a-2b1f8f0c5a11"
    assert bom.created == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert bom.remarks == ()


def test_who_supplies_a_component_is_taken_from_what_is_stated():
    older, newer = paper("console-1.5.cdx.json"), paper("console-1.6.cdx.json")
    assert [part.supplier for part in older.components[2:]] == [
        "Microsoft",
        "The Apache Software Foundation",
        "OFFIS",
        "",
    ]
    assert [part.supplier for part in newer.components] == ["OpenSSL", "Two people", "written as a text"]
    assert newer.subject.supplier == "Norrfeld Imaging AB"


def test_what_is_not_taken_is_told():
    told = {remark.where: remark.why for remark in paper("console-1.6.cdx.json").remarks}
    assert "2 services were not taken" in told["services"]
    assert told["vulnerabilities"] == "1 statements about vulnerabilities: they are read beside this list."
    assert "Not stated" in told["serialNumber"]
    assert "Not stated" in told["metadata.timestamp"]


def test_wrong_types_are_told_and_the_rest_is_read():
    bom = paper("wrong-types.cdx.json")
    assert [(part.name, part.version, part.supplier) for part in bom.components] == [
        ("zlib", "", ""), ("inner", "1", ""), ("last", "", "Somebody"),
    ]  # fmt: skip
    assert bom.subject is None
    assert {remark.where for remark in bom.remarks} >= {
        "serialNumber", "metadata.timestamp", "metadata.component", "components[0].version", "components[1]",
        "components[2].name", "components[3]", "components[4].supplier", "components[4].components",
    }  # fmt: skip


@pytest.mark.parametrize("version", cyclonedx.SPEC_VERSIONS)
def test_all_versions_that_have_json_are_read(version):
    assert cyclonedx.read(document(specVersion=version)).spec_version == version


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (document(specVersion="1.1"), r"'1\.1'.*1\.2 to 1\.7"),
        (document(specVersion=1.5), "1.5"),
        (document(specVersion=["1.5"]), "specVersion"),
        (b'{"bomFormat": "CycloneDX"}', "nothing"),
        (document(bomFormat="SPDX"), "bomFormat"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [', "cut off"),
        (document() + b"x", "follows its end"),
        (b"[]", "not valid JSON of its standard"),
    ],
)
def test_what_is_no_cyclonedx_is_refused_with_a_sentence(raw, says):
    with pytest.raises(UnreadableError, match=says):
        cyclonedx.read(raw)


def nested(depth):
    """A component in a component in a component."""
    return (
        b'{"bomFormat":"CycloneDX","specVersion":"1.5","components":'
        + b'[{"type":"library","name":"x","components":' * depth
        + b"[]"
        + b"}]" * depth
        + b"}"
    )


def test_depth_is_bounded():
    assert len(cyclonedx.read(nested(cyclonedx.DEEPEST)).components) == cyclonedx.DEEPEST
    for depth in (cyclonedx.DEEPEST + 1, 100_000):
        with pytest.raises(BoundError):
            cyclonedx.read(nested(depth))


@pytest.mark.parametrize("item", [b"{}", b"1", b'{"name":"x","type":"file"}'])
def test_a_document_of_too_many_components_is_refused_as_a_whole(item):
    raw = (
        b'{"bomFormat":"CycloneDX","specVersion":"1.5","components":['
        + item
        + (b"," + item) * cyclonedx.MOST_COMPONENTS
        + b"]}"
    )
    with pytest.raises(BoundError, match="250,000"):
        cyclonedx.read(raw)


def test_texts_are_cut_and_cleaned():
    bom = cyclonedx.read(
        document(components=[{"type": "library", "name": " a\x00b\n", "version": "1" * 5000}])
    )
    assert bom.components[0].name == "a b"
    assert len(bom.components[0].version) == cyclonedx.LONGEST_TEXT
    assert any("5,000 characters" in remark.why for remark in bom.remarks)


def test_remarks_of_one_sort_are_counted_beyond_a_hundred():
    bom = cyclonedx.read(document(components=[{"name": "x"}] * 250))
    assert len(bom.components) == 250
    assert bom.remarks[-1].why == "150 more components without a type like those above."
