# SPDX-License-Identifier: Apache-2.0
"""SWID tags: the software that is named, its maker, and what the tag says beside."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import swid
from leadglass.values.papers import Bom

SPACE = "http://standards.iso.org/iso/19770/-2/2015/schema.xsd"
TAG = """<?xml version="1.0" encoding="utf-8"?>
<SoftwareIdentity xmlns="{space}" name="Tomara Viewer" tagId="quillon.example/tomara-viewer-4.2" version="4.2.1"
    versionScheme="multipartnumeric"{more}>
  <Entity name="Quillon Röntgen GmbH" regid="quillon.example" role="softwareCreator licensor"/>
  <Entity name="Tagging House" regid="tags.example" role="tagCreator"/>
  <Link rel="requires" href="swid:other"/>
  <Meta product="Tomara" edition="Clinical" unknown="x"/>
  <Payload><Directory name="bin"><File name="viewer.exe" size="1"/><Directory name="lib"><File name="a.dll"/></Directory>
  </Directory></Payload>
  <Evidence date="2026-03-01T12:00:00Z" deviceId="x"><File name="viewer.exe"/></Evidence>
</SoftwareIdentity>
"""


def tag(more="", space=SPACE):
    """A tag with more attributes."""
    return TAG.format(space=space, more=more).encode()


def small(attributes="", inner=""):
    """A tag with nothing but these."""
    return f'<SoftwareIdentity xmlns="{SPACE}" {attributes}>{inner}</SoftwareIdentity>'.encode()


def told(raw):
    """The remarks by place."""
    return {remark.where: remark.why for remark in swid.read(raw).remarks}


def test_the_software_is_the_subject_and_the_one_component():
    bom = swid.read(tag())
    (part,) = bom.components
    assert part == bom.subject
    assert (part.name, part.version, part.supplier, part.kind) == (
        "Tomara Viewer", "4.2.1", "Quillon Röntgen GmbH", "application",
    )  # fmt: skip
    assert (part.ref, bom.serial_number) == ("quillon.example/tomara-viewer-4.2",) * 2
    assert (bom.spec_version, bom.created) == ("2015", datetime(2026, 3, 1, 12, tzinfo=UTC))


def test_what_is_not_taken_is_told():
    places = told(tag())
    assert places == {
        "Meta[0]": "Beside the name, the tag says: product 'Tomara', edition 'Clinical'.",
        "Payload": "2 files were not taken: Leadglass matches software.",
        "Evidence": "1 files were not taken: Leadglass matches software.",
        "Link": "1 links to other tags or papers were not followed.",
    }


@pytest.mark.parametrize(
    ("attribute", "said"),
    [("patch", "of a patch"), ("corpus", "installation medium"), ("supplemental", "adds to another")],
)
def test_a_tag_that_states_no_installed_software_says_so(attribute, said):
    for true in ("true", "1"):
        assert said in told(tag(f' {attribute}="{true}"'))[f"SoftwareIdentity.{attribute}"]
    assert f"SoftwareIdentity.{attribute}" not in told(tag(f' {attribute}="false"'))


@pytest.mark.parametrize(
    ("entities", "supplier"),
    [
        ('<Entity name="A" role="tagCreator"/><Entity name="B" role="softwareCreator"/>', "B"),
        ('<Entity name="A" role="tagCreator"/>', "A"),
        ('<Entity name="A" role="TAGCREATOR distributor"/><Entity name="B" role="manufacturer"/>', "B"),
        ('<Entity name="A" role="distributor"/><Entity role="softwareCreator"/><Entity name="B"/>', ""),
    ],
)
def test_the_supplier_is_who_created_the_software(entities, supplier):
    raw = small('name="x" tagId="t" version="1"', entities)
    assert swid.read(raw).components[0].supplier == supplier
    assert ("Entity" in told(raw)) is (not supplier)


def test_what_is_missing_is_told():
    nothing = swid.read(small())
    assert (nothing.subject, nothing.components, nothing.created) == (None, (), None)
    assert any("names no software" in remark.why for remark in nothing.remarks)
    places = told(small('name="x" versionScheme="moonphase"', '<Evidence date="soon"/><Signature/>'))
    assert set(places) >= {
        "SoftwareIdentity.version", "SoftwareIdentity.versionScheme", "SoftwareIdentity.tagId", "Evidence[0].date",
        "Signature", "Entity",
    }  # fmt: skip
    assert swid.read(tag(space="urn:x")).spec_version == ""
    assert "namespace" in told(tag(space="urn:x"))["SoftwareIdentity"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_other_encodings_are_read(encoding):
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    raw = tag().decode().replace("utf-8", declared, 1).encode(encoding)
    assert swid.read(memoryview(raw)).subject.supplier == "Quillon Röntgen GmbH"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b"<software_identification_tag/>", "edition of 2009"),
        (b"<html/>", "its root is 'html'"),
        (b"<!DOCTYPE x><SoftwareIdentity/>", "DOCTYPE"),
        (tag()[:300], "ends in the middle|not well-formed"),
    ],
)
def test_what_is_no_tag_is_said(raw, said):
    with pytest.raises(UnreadableError, match=said):
        swid.read(raw)


def test_a_nested_bomb_is_refused():
    with pytest.raises(BoundError):
        swid.read(small('name="x"', "<Directory>" * 5_000))


pieces = st.binary(max_size=8) | st.sampled_from(
    [b"\0", b'"', b"<", b"/>", b"\xff", b"&x;", b"&#0;", b"<!DOCTYPE x>", b"<a>" * 300]
)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), pieces), min_size=1, max_size=4))
def test_law_bytes_that_were_changed_give_values_or_our_error(changes):
    raw = tag()
    for at, length, piece in changes:
        start = int(at * len(raw))
        raw = raw[:start] + piece + raw[start + length :]
    with suppress(UnreadableError):
        assert isinstance(swid.read(raw), Bom)


attributes = st.sampled_from(["name", "version", "tagId", "patch", "versionScheme", "corpus"])
stated = st.text(st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters='<&"'), max_size=9)


@given(st.dictionaries(attributes, stated))
def test_law_any_attributes_give_values_and_remarks(said):
    bom = swid.read(small(" ".join(f'{key}="{value}"' for key, value in said.items())))
    assert [part.name for part in bom.components] == (
        [said["name"].strip()] if said.get("name", "").strip() else []
    )
    assert bom.remarks
