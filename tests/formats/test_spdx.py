# SPDX-License-Identifier: Apache-2.0
"""Bills of materials in SPDX 2: one document in five serializations, what is told, and what is refused."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import spdx, spdx_parts, spdx_trees
from leadglass.formats.spdx_parts import actor
from leadglass.values.papers import Bom
from leadglass.values.sources import Remark
from tests.formats.mutations import overwriting, overwritten, patched, patches

NAMESPACE = "https://quillon.example/spdx/tomara-64"
SECOND = ("tag-value", "yaml", "rdf", "xml", "json")


def reference(sort, locator):
    """An external reference."""
    category = "PACKAGE-MANAGER" if sort == "purl" else "SECURITY"
    return {"referenceCategory": category, "referenceType": sort, "referenceLocator": locator}


def relation(first, kind, second):
    """A relationship."""
    return {"spdxElementId": first, "relationshipType": kind, "relatedSpdxElement": second}


def document(packages=(), relationships=(), **parts):
    """A document as a tree, with these parts."""
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "Tomara 64",
        "documentNamespace": NAMESPACE,
        "creationInfo": {"created": "2026-03-01T12:00:00Z", "creators": ["Tool: by-hand"]},
        "packages": list(packages),
        "relationships": list(relationships),
        **parts,
    }


CONSOLE = document(
    [
        {"SPDXID": "SPDXRef-console", "name": "Tomara 64", "versionInfo": "1.10",
         "supplier": "Organization: Quillon Medical GmbH (security@quillon.example)", "primaryPackagePurpose": "DEVICE"},
        {"SPDXID": "SPDXRef-os", "name": "Windows Embedded Standard 7", "versionInfo": "6.1.7601",
         "supplier": "NOASSERTION", "originator": "Organization: Microsoft", "primaryPackagePurpose": "OPERATING_SYSTEM",
         "externalRefs": [reference("cpe22Type", "cpe:/o:microsoft:windows_7:-:sp1"),
                          reference("cpe22Type", "cpe:/o:microsoft:windows_embedded")]},
        {"SPDXID": "SPDXRef-viewer", "name": "viewer", "supplier": "NONE", "versionInfo": "NOASSERTION"},
        {"SPDXID": "SPDXRef-dcmtk", "name": "dcmtk", "versionInfo": "3.6.7", "supplier": "Person: Röntgen (Bildarchiv)",
         "primaryPackagePurpose": "LIBRARY",
         "externalRefs": [reference("purl", "pkg:deb/debian/dcmtk@3.6.7-9"),
                          reference("cpe23Type", "cpe:2.3:a:offis:dcmtk:3.6.7:*:*:*:*:*:*:*")]},
    ],
    [
        relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-console"),
        relation("SPDXRef-console", "CONTAINS", "SPDXRef-viewer"),
        relation("SPDXRef-dcmtk", "CONTAINED_BY", "SPDXRef-viewer"),
        relation("SPDXRef-console", "DEPENDS_ON", "SPDXRef-os"),
        relation("SPDXRef-viewer", "CONTAINS", "SPDXRef-file"),
        relation("SPDXRef-os", "OTHER", "DocumentRef-elsewhere:SPDXRef-os"),
        relation("SPDXRef-os", "DEPENDS_ON", "NOASSERTION"),
    ],
    files=[{"SPDXID": "SPDXRef-file", "fileName": "./viewer.exe"}],
)  # fmt: skip


def as_tags(tree):
    """The tree as tag-value text."""
    lines = [
        f"SPDXVersion: {tree['spdxVersion']}", "DataLicense: CC0-1.0", "SPDXID: SPDXRef-DOCUMENT",
        f"DocumentNamespace: {tree['documentNamespace']}", "", "## when and by whom",
        f"Created: {tree['creationInfo']['created']}", "CreatorComment: <text>of two", "PackageName: no tag", "lines</text>",
    ]  # fmt: skip
    tags = {"SPDXID": "SPDXID", "versionInfo": "PackageVersion", "supplier": "PackageSupplier",
            "originator": "PackageOriginator", "primaryPackagePurpose": "PrimaryPackagePurpose"}  # fmt: skip
    for package in tree["packages"]:
        lines += ["", f"PackageName: {package['name']}"]
        lines += [f"{tag}: {package[field]}" for field, tag in tags.items() if field in package]
        for one in package.get("externalRefs", ()):
            lines.append("ExternalRef: " + " ".join(one.values()))
    for file in tree.get("files", ()):
        lines += [f"FileName: {file['fileName']}", f"SPDXID: {file['SPDXID']}"]
    lines += ["Relationship: " + " ".join(one.values()) for one in tree["relationships"]]
    return "\n".join(lines).encode()


def as_yaml(tree):
    """The tree as YAML."""
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode()


def as_xml(tree):
    """The tree as plain XML."""

    def written(name, value):
        if isinstance(value, list):
            return "".join(written(name, one) for one in value)
        inner = (
            "".join(written(*pair) for pair in value.items()) if isinstance(value, dict) else escape(value)
        )
        return f"<{name}>{inner}</{name}>"

    return written("Document", tree).encode()


def as_rdf(tree):
    """The tree as RDF/XML; the elements stand side by side."""

    def uri(identifier):
        if identifier.startswith("DocumentRef-"):
            return "https://elsewhere.example/spdx#" + identifier.partition(":")[2]
        return (
            "http://spdx.org/rdf/terms#noassertion"
            if identifier == "NOASSERTION"
            else f"{NAMESPACE}#{identifier}"
        )

    def said(identifier):
        return "".join(
            f'<spdx:relationship><spdx:Relationship><spdx:relationshipType rdf:resource="http://spdx.org/rdf/terms#'
            f'relationshipType_{one["relationshipType"].title().replace("_", "")}"/>'
            f'<spdx:relatedSpdxElement rdf:resource="{uri(one["relatedSpdxElement"])}"/>'
            "</spdx:Relationship></spdx:relationship>"
            for one in tree["relationships"] if one["spdxElementId"] == identifier
        )  # fmt: skip

    head = (
        f'<spdx:SpdxDocument rdf:about="{NAMESPACE}#SPDXRef-DOCUMENT"><spdx:specVersion>{tree["spdxVersion"]}</spdx:specVersion>'
        f'<spdx:creationInfo rdf:parseType="Resource"><spdx:created>{tree["creationInfo"]["created"]}</spdx:created>'
        f"</spdx:creationInfo>{said('SPDXRef-DOCUMENT')}</spdx:SpdxDocument>"
    )
    parts = [head]
    for package in tree["packages"]:
        inner = "".join(
            f"<spdx:{field}>{escape(package[field])}</spdx:{field}>"
            for field in ("name", "versionInfo", "supplier", "originator") if field in package
        )  # fmt: skip
        if "primaryPackagePurpose" in package:
            purpose = package["primaryPackagePurpose"].lower()
            inner += (
                f'<spdx:primaryPackagePurpose rdf:resource="http://spdx.org/rdf/terms#purpose_{purpose}"/>'
            )
        for one in package.get("externalRefs", ()):
            inner += (
                '<spdx:externalRef><spdx:ExternalRef><spdx:referenceType rdf:resource="http://spdx.org/rdf/references/'
                f'{one["referenceType"]}"/><spdx:referenceLocator>{escape(one["referenceLocator"])}'
                "</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef>"
            )
        parts.append(
            f'<spdx:Package rdf:about="{uri(package["SPDXID"])}">{inner}{said(package["SPDXID"])}</spdx:Package>'
        )
    parts += [f'<spdx:File rdf:about="{uri(file["SPDXID"])}"/>' for file in tree.get("files", ())]
    spaces = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:spdx="http://spdx.org/rdf/terms#"'
    return f"<rdf:RDF {spaces}>{chr(10).join(parts)}</rdf:RDF>".encode()


WRITERS = {
    "json": lambda tree: json.dumps(tree, ensure_ascii=False).encode(),
    "tag-value": as_tags,
    "yaml": as_yaml,
    "xml": as_xml,
    "rdf": as_rdf,
}


def read(tree, serialization="json"):
    """The tree, written and read."""
    return spdx.read(WRITERS[serialization](tree), serialization)


def told(bom):
    """The remarks by place."""
    return {remark.where: remark.why for remark in bom.remarks}


@pytest.mark.parametrize("serialization", WRITERS)
def test_a_document_says_the_same_in_each_serialization(serialization):
    bom = read(CONSOLE, serialization)
    assert [(part.name, part.version, part.supplier, part.kind, part.path) for part in (bom.subject, *bom.components)] == [
        ("Tomara 64", "1.10", "Quillon Medical GmbH", "device", ()),
        ("Windows Embedded Standard 7", "6.1.7601", "Microsoft", "operating-system", ()),
        ("viewer", "", "", "", ("Tomara 64",)),
        ("dcmtk", "3.6.7", "Röntgen (Bildarchiv)", "library", ("Tomara 64", "viewer")),
    ]  # fmt: skip
    assert [(part.ref, part.cpe, part.purl) for part in bom.components] == [
        ("SPDXRef-os", "cpe:2.3:o:microsoft:windows_7:-:sp1:*:*:*:*:*:*", ""),
        ("SPDXRef-viewer", "", ""),
        ("SPDXRef-dcmtk", "cpe:2.3:a:offis:dcmtk:3.6.7:*:*:*:*:*:*:*", "pkg:deb/debian/dcmtk@3.6.7-9"),
    ]
    assert (bom.serial_number, bom.spec_version) == (NAMESPACE, "2.3")
    assert bom.created == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert sorted(remark.why for remark in bom.remarks) == [
        "1 files were not taken: Leadglass matches packages.",
        "1 times a package states one more CPE name; the first was taken.",
    ]


def test_places_are_what_one_can_look_up():
    assert [part.place for part in read(CONSOLE).components] == ["packages[1]", "packages[2]", "packages[3]"]
    for serialization, begins in (
        ("tag-value", "PackageName: {0.name}"),
        ("rdf", '<spdx:Package rdf:about="{1}#{0.ref}"'),
    ):
        lines = WRITERS[serialization](CONSOLE).decode().split("\n")
        for part in read(CONSOLE, serialization).components:
            word, number = part.place.split()
            assert word == "line"
            assert lines[int(number) - 1].startswith(begins.format(part, NAMESPACE))


@pytest.mark.parametrize("serialization", ["json", "tag-value", "yaml", "xml", "rdf"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_marks_and_utf_16_are_read(serialization, encoding):
    raw = WRITERS[serialization](CONSOLE).decode().encode(encoding)
    if serialization == "yaml" and encoding == "utf-16-be":
        raw = "\ufeff".encode(encoding) + raw
    assert spdx.read(memoryview(raw), serialization).components[2].supplier == "Röntgen (Bildarchiv)"


@pytest.mark.parametrize(
    ("stated", "version"),
    [("SPDX-2.1", "2.1"), ("SPDX-2.2", "2.2"), ("SPDX-2.3", "2.3"), ("SPDX-2.2.1", "2.2")],
)
def test_versions_are_read(stated, version):
    assert read(document(spdxVersion=stated)).spec_version == version


@pytest.mark.parametrize("stated", ["SPDX-1.2", "SPDX-2.4", "2.3", "", None, 2.3, [[]], "SPDX-2.3x"])
def test_other_versions_are_refused(stated):
    with pytest.raises(UnreadableError, match=r"as its spdxVersion; Leadglass reads SPDX-2\.1 to SPDX-2\.3"):
        read(document(spdxVersion=stated))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Organization: Acme", "Acme"), ("Person: Jo Doe (jo@acme.example)", "Jo Doe"), ("organisation:Acme ()", "Acme"),
        ("Acme", "Acme"), ("Organization: NOASSERTION", ""), ("NONE", ""), ("", ""), ("Organization: Acme (Europe)", "Acme (Europe)"),
    ],
)  # fmt: skip
def test_a_supplier_is_a_name(text, name):
    assert actor(text) == name


def test_what_a_document_describes_is_its_subject_only_where_it_is_one_package():
    packages = [{"SPDXID": f"SPDXRef-{name}", "name": name} for name in "abc"]
    one = read(document(packages, documentDescribes=["SPDXRef-b"]))
    assert (one.subject.name, [part.name for part in one.components]) == ("b", ["a", "c"])
    several = read(document(packages, documentDescribes=["SPDXRef-b", "SPDXRef-c"]))
    assert (several.subject, len(several.components)) == (None, 3)
    assert "describes 2 packages" in told(several)["documentDescribes"]
    turned = read(document(packages, [relation("SPDXRef-c", "DESCRIBED_BY", "SPDXRef-DOCUMENT")]))
    assert turned.subject.name == "c"
    none = read(document(packages, [relation("SPDXRef-a", "DESCRIBES", "SPDXRef-b")]))
    assert none.subject is None
    assert "does not say which product" in told(none)["documentDescribes"]
    alone = read(document(packages[:1], documentDescribes=["SPDXRef-a"]))
    assert "Nothing but the product itself" in told(alone)["packages"]
    assert "No packages are listed" in told(read(document()))["packages"]


def test_wrong_types_are_told_and_the_rest_is_read():
    bom = read(
        document(
            [
                {"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": 3, "supplier": {}, "externalRefs": {}},
                "text",
                {"SPDXID": 7, "name": "b", "externalRefs": ["x", {"referenceType": 1}, reference("purl", 5)]},
                {"SPDXID": "SPDXRef-c", "versionInfo": "1"},
                {"SPDXID": "SPDXRef-a", "name": "again", "primaryPackagePurpose": "GADGET"},
                {"SPDXID": "SPDXRef-d", "name": "d", "externalRefs": [reference("cpe22Type", "cpe:/x:y z")]},
            ],
            [relation("SPDXRef-a", "CONTAINS", "SPDXRef-lost"), relation("SPDXRef-a", 4, ""), "text"],
            creationInfo=[],
            documentNamespace=None,
            documentDescribes=["SPDXRef-c", 9],
        )
    )
    assert [part.name for part in bom.components] == ["a", "b", "again", "d"]
    places = told(bom)
    assert set(places) >= {
        "packages[0].versionInfo", "packages[0].supplier", "packages[0].externalRefs", "packages[1]", "packages[2].SPDXID",
        "packages[2].externalRefs[0]", "packages[2].externalRefs[1].referenceType", "documentNamespace",
        "packages[2].externalRefs[2].referenceLocator", "packages[3]", "packages[4].SPDXID", "packages[5].externalRefs[0]",
        "packages[4].primaryPackagePurpose", "relationships[0]", "relationships[1]", "relationships[1].relationshipType",
        "relationships[2]", "creationInfo", "creationInfo.created", "documentDescribes", "documentDescribes[1]",
    }  # fmt: skip
    assert "given before" in places["packages[4].SPDXID"]
    assert "SPDXRef-lost is named here, but is not in the document" in places["relationships[0]"]
    assert places["packages[0].versionInfo"] == "This is a number where a text belongs."


def test_lines_of_tags_that_are_none_are_told():
    raw = b"""SPDXVersion: SPDX-2.3
PackageVersion: 1
what is this
PackageName: a
SPDXID: SPDXRef-a
ExternalRef: SECURITY cpe23Type
Relationship: SPDXRef-a CONTAINS
Relationship: SPDXRef-a CONTAINS SPDXRef-lost
ExternalRef: SECURITY cpe22Type cpe:/q:x
SnippetSPDXID: SPDXRef-s
LicenseID: LicenseRef-1
SPDXID: SPDXRef-l
"""
    bom = spdx.read(raw, "tag-value")
    assert [part.name for part in bom.components] == ["a"]
    assert set(told(bom)) == {
        "line 2", "line 3", "line 4", "line 6", "line 7", "line 8",
        "DocumentNamespace", "Created", "Relationship", "SnippetSPDXID",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "serialization", "said"),
    [
        (b"", "json", "is empty"),
        (b" ", "json", "ends in the middle"),
        (b"[]", "json", "not valid JSON of its standard"),
        (b'{"spdxVersion": "SPDX-2.3"', "json", "ends in the middle"),
        (b'{"spdxVersion": "SPDX-2.3"} x', "json", "follows its end"),
        (b"", "tag-value", "is empty"),
        (b"a: b", "tag-value", "gives nothing as its spdxVersion"),
        (b"SPDXVersion: SPDX-2.3\nPackageComment: <text>a\nb\n", "tag-value", "<text> that begins on line 2"),
        (b"SPDXVersion: SPDX-2.3\n\xff\xfe", "tag-value", "not written in UTF-8"),
        (b" ", "yaml", "holds 0 YAML documents"),
        (b"a: 1\n---\na: 2\n", "yaml", "holds 2 YAML documents"),
        (b"a: &x [1]\nb: *x\n", "yaml", r"anchor or alias of YAML \(line 1\)"),
        (b"a: *x\n", "yaml", "anchor or alias"),
        (b"[a]: 1\n", "yaml", r"key that is no text \(line 1\)"),
        (b"a: [\n", "yaml", "not valid YAML: line 2"),
        (b"a: \x00\n", "yaml", "not valid YAML"),
        (b"- a\n", "yaml", "not valid JSON of its standard"),
        (b"<a/>", "xml", "its root is 'a'"),
        (b"<a/>", "rdf", "has no SpdxDocument"),
        (b"<!DOCTYPE a><a/>", "rdf", "DOCTYPE"),
        (b"<!DOCTYPE Document><Document/>", "xml", "DOCTYPE"),
    ],
)
def test_what_is_no_such_document_is_said(raw, serialization, said):
    with pytest.raises(UnreadableError, match=said):
        spdx.read(raw, serialization)


def test_a_plain_scalar_of_yaml_is_the_text_that_was_written():
    raw = b"""spdxVersion: SPDX-2.3
packages:
- {SPDXID: SPDXRef-a, name: on, versionInfo: 1.10}
- {SPDXID: SPDXRef-b, name: 2026-01-01, versionInfo: 0x10}
- {SPDXID: SPDXRef-c, name: "null", versionInfo: ~}
- !!python/object:os.system {SPDXID: SPDXRef-d, name: !!int "5"}
"""
    assert [(part.name, part.version) for part in spdx.read(raw, "yaml").components] == [
        ("on", "1.10"), ("2026-01-01", "0x10"), ("null", ""), ("5", ""),
    ]  # fmt: skip


def test_rdf_is_read_in_any_nesting():
    raw = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://spdx.org/rdf/terms#">
<s:SpdxDocument rdf:about="{NAMESPACE}#SPDXRef-DOCUMENT" s:specVersion="SPDX-2.2">
 <s:describesPackage><s:Package rdf:about="{NAMESPACE}#SPDXRef-a"><s:name>a</s:name>
  <s:externalRef rdf:parseType="Resource"><s:referenceType><s:ReferenceType rdf:about="http://spdx.org/rdf/references/purl"/>
  </s:referenceType><s:referenceLocator>pkg:npm/a@1</s:referenceLocator></s:externalRef>
  <s:relationship rdf:nodeID="r"/></s:Package></s:describesPackage>
 <s:relationship rdf:nodeID="gone"/>
</s:SpdxDocument>
<s:Relationship rdf:nodeID="r"><s:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_contains"/>
 <s:relatedSpdxElement><rdf:Description rdf:about="{NAMESPACE}#SPDXRef-b">
  <rdf:type rdf:resource="http://spdx.org/rdf/terms#Package"/><s:name>b</s:name></rdf:Description></s:relatedSpdxElement>
</s:Relationship>
<rdf:Description rdf:about="{NAMESPACE}#SPDXRef-b" s:versionInfo="2"/>
</rdf:RDF>""".encode()
    bom = spdx.read(raw, "rdf")
    assert (bom.subject.name, bom.subject.purl) == ("a", "pkg:npm/a@1")
    assert [(part.name, part.version, part.path) for part in bom.components] == [("b", "2", ("a",))]
    assert "nowhere described" in told(bom)["line 2"]


def test_bounds_are_kept(monkeypatch):
    monkeypatch.setattr(spdx_parts, "MOST_COMPONENTS", 3)
    monkeypatch.setattr(spdx_parts, "MOST_RELATIONSHIPS", 5)
    monkeypatch.setattr(spdx, "MOST_COMPONENTS", 3)
    monkeypatch.setattr(spdx, "MOST_FILES", 2)
    crowd = [{"SPDXID": f"SPDXRef-{number}", "name": "x"} for number in range(4)]
    links = [relation("SPDXRef-0", "DEPENDS_ON", "SPDXRef-1") for _ in range(6)]
    for serialization in WRITERS:
        with pytest.raises(BoundError, match=r"more than 3 packages\. It was not read"):
            read(document(crowd), serialization)
        with pytest.raises(BoundError, match="more than 5 relationships"):
            read(document(crowd[:3], links), serialization)
    with pytest.raises(BoundError, match="more than 2 files"):
        read(document(files=[{}] * 3))
    monkeypatch.setattr(spdx_trees, "MOST_NODES", 20)
    with pytest.raises(BoundError, match="more than 20 values as YAML"):
        read(CONSOLE, "yaml")
    monkeypatch.setattr(spdx_trees, "MOST_BYTES", 90)
    with pytest.raises(BoundError, match="as YAML"):
        read(CONSOLE, "yaml")
    monkeypatch.setattr(spdx, "LARGEST_PART", 20)
    with pytest.raises(BoundError, match=r"for packages\[0\]"):
        read(document([*crowd[:1], {"name": "x" * 60}]))
    monkeypatch.setattr(spdx, "MOST_BYTES", 90)
    for serialization in WRITERS:
        with pytest.raises(BoundError, match="larger than"):
            read(CONSOLE, serialization)


@pytest.mark.parametrize(
    ("raw", "serialization"),
    [
        (b"[" * 300_000, "yaml"),
        (b"{a: " * 300_000, "yaml"),
        (b"- " * 300_000, "yaml"),
        (b'{"spdxVersion": ' + b"[" * 300_000, "json"),
        (b"<a>" * 300_000, "rdf"),
        (b"<a>" * 300_000, "xml"),
        (b'{"spdxVersion": "SPDX-2.3", "packages": [' + b"1," * (10 << 20) + b"1]}", "json"),
    ],
)
def test_bombs_are_refused(raw, serialization):
    with pytest.raises(BoundError):
        spdx.read(raw, serialization)


def test_a_chain_of_containers_is_bounded():
    def chain(length):
        packages = [{"SPDXID": f"SPDXRef-{number}", "name": str(number)} for number in range(length)]
        links = [
            relation(f"SPDXRef-{number}", "CONTAINS", f"SPDXRef-{number + 1}") for number in range(length)
        ]
        return document(packages, links)

    assert len(read(chain(spdx_parts.DEEPEST)).components[-1].path) == spdx_parts.DEEPEST - 1
    with pytest.raises(BoundError, match="200 deep"):
        read(chain(250))


def test_an_unknown_serialization_is_a_fault_of_the_caller():
    with pytest.raises(ValueError, match="no serialization of SPDX"):
        spdx.read(b"", "turtle")


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="<>"),
    min_size=1,
    max_size=8,
).filter(lambda text: text not in {"NONE", "NOASSERTION"})
packages = st.fixed_dictionaries(
    {"name": words},
    optional={
        "versionInfo": words,
        "supplier": words.map("Organization: {}".format),
        "primaryPackagePurpose": st.sampled_from(["LIBRARY", "FIRMWARE", "CONTAINER", "OTHER"]),
        "externalRefs": st.lists(
            st.builds(reference, st.sampled_from(["purl", "cpe23Type"]), words), max_size=3
        ),
    },
)


@st.composite
def documents(draw):
    """Any packages, and any of them within any other."""
    listed = [
        {"SPDXID": f"SPDXRef-{number}", **one}
        for number, one in enumerate(draw(st.lists(packages, max_size=6)))
    ]
    numbers = st.integers(0, max(len(listed) - 1, 0)).map("SPDXRef-{}".format)
    kinds = st.sampled_from(["CONTAINS", "CONTAINED_BY", "DEPENDS_ON", "DESCRIBES"])
    first = st.just("SPDXRef-DOCUMENT") | numbers
    links = draw(st.lists(st.builds(relation, first, kinds, numbers), max_size=9)) if listed else []
    return document(listed, links)


@given(documents())
def test_law_serializations_agree(tree):
    def said(bom):
        parts = [bom.subject, *bom.components]
        return [
            part and (part.name, part.version, part.supplier, part.kind, part.cpe, part.purl, part.ref)
            for part in parts
        ]

    expected = read(tree)
    for serialization in SECOND:
        assert said(read(tree, serialization)) == said(expected), serialization


@given(documents())
def test_law_packages_are_all_there_and_paths_have_no_circles(tree):
    for number, package in enumerate(tree["packages"]):
        package["name"] = f"package {number}"
    bom = read(tree)
    parts = [*bom.components, *([bom.subject] if bom.subject else [])]
    assert sorted(part.name for part in parts) == sorted(package["name"] for package in tree["packages"])
    for part in parts:
        line = (*part.path, part.name)
        assert len(set(line)) == len(line)
        for outer, inner in pairwise(line):
            stated = [f"SPDXRef-{name.rpartition(' ')[2]}" for name in (outer, inner)]
            assert relation(stated[0], "CONTAINS", stated[1]) in tree["relationships"] or (
                relation(stated[1], "CONTAINED_BY", stated[0]) in tree["relationships"]
            )


HURTING = (
    b"{a: " * 900, b"<text>", b"</", b"&a ", b"*a", b": ", b"- ", b"<!DOCTYPE x>", b"&#0;", b"]]>", b"SPDXRef-", b"!!binary ",
    b"%TAG", b"\xef\xbb\xbf",
)  # fmt: skip
WRITTEN = {name: write(CONSOLE) for name, write in WRITERS.items()}


@pytest.mark.parametrize("serialization", WRITERS)
@given(patches(*HURTING))
def test_law_bytes_that_were_changed_give_values_or_our_error(serialization, changes):
    raw = patched(WRITTEN[serialization], changes)
    with suppress(UnreadableError):
        bom = spdx.read(raw, serialization)
        assert isinstance(bom, Bom)
        assert all(isinstance(remark, Remark) for remark in bom.remarks)


@given(overwriting(["a"] * 3))
def test_law_values_of_wrong_types_anywhere_give_values_or_our_error(changes):
    with suppress(UnreadableError):
        assert isinstance(spdx.read(overwritten(CONSOLE, changes), "json"), Bom)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode), st.sampled_from(spdx.SERIALIZATIONS))
def test_law_any_bytes_at_all(raw, serialization):
    with suppress(UnreadableError):
        assert isinstance(spdx.read(raw, serialization), Bom)
