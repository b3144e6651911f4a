# SPDX-License-Identifier: Apache-2.0
"""Bills of materials in CycloneDX XML: the same meaning as in JSON, with the places of XML."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from leadglass.errors import BoundError, LeadglassError, UnreadableError
from leadglass.formats import cyclonedx, cyclonedx_xml
from leadglass.values.papers import Bom

PAPERS = Path(__file__).parents[1] / "papers" / "cyclonedx"

CONSOLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:7b9a3f0e-6d54-4f0f-9d0a-2b1f8f0c5a11" version="1">
  <metadata>
    <timestamp>2026-03-01T12:00:00+01:00</timestamp>
    <component type="device" bom-ref="console">
      <supplier><name>Quillon Medical GmbH</name></supplier>
      <name>Tomara 64</name><version>1.5</version>
      <components>
        <component type="application"><name>gantry control</name><version>2.0</version>
          <components><component type="library"><name>boost</name><version>1.71.0</version></component></components>
        </component>
      </components>
    </component>
  </metadata>
  <components>
    <component type="operating-system" bom-ref="os">
      <supplier><name>Microsoft</name></supplier>
      <name>Windows Embedded Standard 7</name><version>6.1.7601</version>
      <cpe>cpe:2.3:o:microsoft:windows_embedded_standard:7:*:*:*:*:*:*:*</cpe>
    </component>
    <component type="library">
      <publisher>The Apache Software Foundation</publisher>
      <group>org.apache.logging.log4j</group><name>log4j-core</name><version>2.14.1</version>
      <purl><![CDATA[pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1]]></purl>
    </component>
    <component type="library"><author>OFFIS</author><name>dcmtk</name><version>3.6.5</version></component>
    <component type="firmware"><authors><author><name>Two people</name></author></authors><name>u-boot</name></component>
  </components>
</bom>"""


def document(inner, version="1.5", attributes='serialNumber="urn:uuid:7b9a3f0e-6d54-4f0f-9d0a-2b1f8f0c5a11"'):
    """A document with these elements."""
    return f'<bom xmlns="http://cyclonedx.org/schema/bom/{version}" {attributes}>{inner}</bom>'.encode()


def test_components_are_taken_in_the_order_of_the_document_with_their_paths():
    bom = cyclonedx_xml.read(CONSOLE)
    assert [(part.place, part.name, part.path) for part in bom.components] == [
        ("metadata/component/components/component[1]", "gantry control", ("Tomara 64",)),
        (
            "metadata/component/components/component[1]/components/component[1]",
            "boost",
            ("Tomara 64", "gantry control"),
        ),
        ("components/component[1]", "Windows Embedded Standard 7", ()),
        ("components/component[2]", "log4j-core", ()),
        ("components/component[3]", "dcmtk", ()),
        ("components/component[4]", "u-boot", ()),
    ]
    assert [part.supplier for part in bom.components[2:]] == [
        "Microsoft",
        "The Apache Software Foundation",
        "OFFIS",
        "Two people",
    ]
    log4j = bom.components[3]
    assert (log4j.kind, log4j.group, log4j.purl) == (
        "library",
        "org.apache.logging.log4j",
        "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
    )
    assert bom.subject.supplier == "Quillon Medical GmbH"
    assert bom.created == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert bom.remarks == ()


def as_xml(bom):
    """Write what was read from JSON as XML: kind, name, version, and what else a component has."""
    rows = [
        f'<component type="{part.kind}"' + (f' bom-ref="{part.ref}"' if part.ref else "") + ">"
        + (f"<supplier><name>{part.supplier}</name></supplier>" if part.supplier else "")
        + "".join(
            f"<{name}>{getattr(part, name)}</{name}>"
            for name in ("group", "name", "version", "cpe", "purl")
            if getattr(part, name)
        )
        + "</component>"
        for part in bom.components
    ]  # fmt: skip
    return document(f"<components>{''.join(rows)}</components>")


def test_a_component_means_the_same_in_both_forms():
    json_bom = cyclonedx.read((PAPERS / "console-1.5.cdx.json").read_bytes())
    xml_bom = cyclonedx_xml.read(as_xml(json_bom))
    bare = [replace(part, place="", path=()) for part in json_bom.components]
    assert [replace(part, place="", path=()) for part in xml_bom.components] == bare


letters = st.characters(exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from(" \t\n\r\x85<&]")
long = st.integers(cyclonedx.LONGEST_TEXT - 1, cyclonedx.LONGEST_TEXT + 1).map(lambda length: "x" * length)
texts = st.text(letters, max_size=6) | long
organisations = st.fixed_dictionaries({}, optional={"name": texts})
FIELDS = {
    **dict.fromkeys(("type", "bom-ref", "name", "version", "group", "cpe", "purl", "author", "publisher"), texts),
    **dict.fromkeys(("supplier", "manufacturer"), organisations), "authors": st.lists(organisations, max_size=2),
}  # fmt: skip
components = st.recursive(
    st.fixed_dictionaries({}, optional=FIELDS),
    lambda inner: st.fixed_dictionaries({"components": st.lists(inner, max_size=3)}, optional=FIELDS),
    max_leaves=8,
)
DOCUMENTS = st.fixed_dictionaries(
    {"specVersion": st.sampled_from(cyclonedx.SPEC_VERSIONS)},
    optional={
        "serialNumber": texts | st.just("urn:uuid:7b9a3f0e-6d54-4f0f-9d0a-2b1f8f0c5a11"),
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "timestamp": texts | st.just("2026-03-01T12:00:00+01:00"), "component": components,
                "manufacture": organisations, "supplier": organisations,
            },
        ),
        "components": st.lists(components, max_size=4),
    },
)  # fmt: skip
ATTRIBUTES = ("type", "bom-ref", "serialNumber")
ITEMS = {"components": "component", "authors": "author"}


def grown(element, tree):
    """Give an element what an object of JSON says, in the form of XML."""
    space = etree.QName(element).namespace
    for name, value in tree.items():
        if name in ATTRIBUTES:
            element.set(name, value)
            continue
        child = etree.SubElement(element, f"{{{space}}}{name}")
        for item in value if isinstance(value, list) else ():
            grown(etree.SubElement(child, f"{{{space}}}{ITEMS[name]}"), item)
        if isinstance(value, dict):
            grown(child, value)
        elif isinstance(value, str):
            child.text = value
    return element


def in_xml(place):
    """Say where in XML stands what stands there in JSON."""
    steps = []
    for step in place.split(".") if place else ():
        name, _, number = step.rstrip("]").partition("[")
        steps.append(f"@{name}" if name in ATTRIBUTES else name)
        steps += [f"{ITEMS[name]}[{int(number) + 1}]"] if number else []
    return "/".join(steps)


@given(DOCUMENTS)
def test_law_a_document_says_the_same_in_both_forms(tree):
    said = cyclonedx.read(json.dumps({"bomFormat": "CycloneDX", **tree}).encode())
    version = tree.pop("specVersion")
    root = etree.Element(f"{{http://cyclonedx.org/schema/bom/{version}}}bom")
    found = cyclonedx_xml.read(etree.tostring(grown(root, tree)))
    assert found == replace(
        said,
        subject=said.subject and replace(said.subject, place=in_xml(said.subject.place)),
        components=tuple(replace(part, place=in_xml(part.place)) for part in said.components),
        remarks=found.remarks,
    )
    assert sorted((remark.where, remark.why) for remark in found.remarks) == sorted(
        (in_xml(remark.where), remark.why) for remark in said.remarks
    )


@given(st.lists(st.sampled_from(["name", "version", "group", "cpe", "other"]), max_size=9), st.integers(0, 9))
def test_law_what_stands_beside_changes_nothing(names, at):
    """However many elements stand in a component, its own are found and counted."""
    listed = [f"<{name}>{number}</{name}>" for number, name in enumerate(names)]
    crowd = "<o:name xmlns:o='urn:other'>not ours</o:name>" * 150 + "<unknown/>" * 150
    few, many = (
        cyclonedx_xml.read(
            document(
                "<components><component type='file'>"
                f"{''.join(listed[:at])}{between}{''.join(listed[at:])}</component></components>"
            )
        )
        for between in ("", crowd)
    )
    assert few == many


def test_what_is_not_stated_or_not_taken_is_told():
    bom = cyclonedx_xml.read(
        document(
            "<services><service><name>a</name></service></services>"
            "<vulnerabilities><vulnerability/><vulnerability/></vulnerabilities>",
            attributes='serialNumber="urn:isbn:1"',
        )
    )
    told = {remark.where: remark.why for remark in bom.remarks}
    assert told == {
        "@serialNumber": "'urn:isbn:1' is no urn:uuid.",
        "metadata/timestamp": "Not stated: the age of this document is unknown.",
        "metadata/component": "Not stated: the document does not say which product it describes.",
        "components": "No components are listed: nothing can be matched by this document.",
        "services": "1 services were not taken: Leadglass matches components.",
        "vulnerabilities": "2 statements about vulnerabilities: they are read beside this list.",
    }


def test_a_component_without_a_name_is_told_and_what_is_in_it_is_read():
    bom = cyclonedx_xml.read(
        document(
            "<components><component type='library'><version>1</version><components>"
            "<component><name>inner</name></component></components></component>"
            "<component type='file'><name>a</name><name>b</name><version><x/>1</version></component></components>"
        )
    )
    assert [(part.name, part.version) for part in bom.components] == [("inner", ""), ("a", "")]
    told = {remark.where: remark.why for remark in bom.remarks}
    assert "without a name" in told["components/component[1]"]
    assert "no type is stated" in told["components/component[1]/components/component[1]/@type"]
    assert "stands 2 times" in told["components/component[2]/name"]
    assert "Elements stand where a text belongs" in told["components/component[2]/version"]


@pytest.mark.parametrize("space", ["urn:other", "http://cyclonedx.org/schema/bom/1.6"])
def test_elements_of_other_namespaces_are_skipped(space):
    bom = cyclonedx_xml.read(
        document(
            f"<components xmlns:o='{space}'><o:component type='library'><o:name>not ours</o:name></o:component>"
            "<component type='library' o:x='1'><o:name>not ours</o:name><name>ours</name></component></components>"
        )
    )
    assert [part.name for part in bom.components] == ["ours"]


@pytest.mark.parametrize("version", cyclonedx_xml.SPEC_VERSIONS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_all_versions_are_read(version, encoding):
    raw = document("<components/>", version).decode().encode(encoding)
    assert cyclonedx_xml.read(raw).spec_version == version


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (document("", "2.0"), r"'2\.0'.*1\.0 to 1\.7"),
        (b'<bom xmlns="http://cyclonedx.org/schema/bom/12"/>', "version '12'"),
        (b"<bom/>", "without namespace"),
        (b'<sbom xmlns="http://cyclonedx.org/schema/bom/1.4"/>', "begins with 'sbom'"),
        (b'<!DOCTYPE bom [<!ENTITY a "b">]><bom/>', "DOCTYPE"),
        (CONSOLE[:-20], "cut off|well-formed|ends in the middle"),
        (b"{}", "well-formed"),
    ],
)
def test_what_is_no_cyclonedx_is_refused_with_a_sentence(raw, says):
    with pytest.raises(UnreadableError, match=says):
        cyclonedx_xml.read(raw)


def test_depth_and_number_are_bounded(monkeypatch):
    def nested(depth):
        return document(
            "<components><component type='file'><name>x</name>" * depth + "</component></components>" * depth
        )

    assert len(cyclonedx_xml.read(nested(99)).components) == 99
    with pytest.raises(BoundError):
        cyclonedx_xml.read(nested(101))
    assert cyclonedx_xml.MOST_COMPONENTS == 250_000
    monkeypatch.setattr(cyclonedx_xml, "MOST_COMPONENTS", 2_500)

    def swarm(number):
        return document(
            "<components>" + "<component type='file'><name>x</name></component>" * number + "</components>"
        )

    assert len(cyclonedx_xml.read(swarm(2_500)).components) == 2_500
    with pytest.raises(BoundError, match="2,500"):
        cyclonedx_xml.read(swarm(2_501))


@given(
    st.integers(0, len(CONSOLE)),
    st.integers(0, 40),
    st.sampled_from([b"", b"<", b"&", b"\x00", b"\xff", b"]]>", b"<x>", b"&#0;", b"<!DOCTYPE a>", b'"']),
)
def test_bytes_that_were_changed_on_the_way(start, length, piece):
    with suppress(LeadglassError):
        assert isinstance(cyclonedx_xml.read(CONSOLE[:start] + piece + CONSOLE[start + length :]), Bom)
