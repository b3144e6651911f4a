# SPDX-License-Identifier: Apache-2.0
"""Bills of materials in SPDX 3.0: compact, expanded and nested JSON-LD say the same; the rest is told."""

import json
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import spdx, spdx3, spdx_parts
from leadglass.values.papers import Bom
from tests.formats.mutations import overwriting, overwritten, patched, patches

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
TERMS = "https://spdx.org/rdf/3.0.1/terms/"
OURS = "https://quillon.example/spdx/"


def element(sort, iri, /, **said):
    """An element of the graph; `iri` is the end of its IRI."""
    return {"type": sort, "spdxId": OURS + iri, "creationInfo": "_:made", **said}


def related(number, first, kind, *second):
    """A relationship."""
    to = [OURS + one for one in second]
    return element("Relationship", f"r{number}", **{"from": OURS + first, "relationshipType": kind, "to": to})


GRAPH = [
    {"type": "CreationInfo", "@id": "_:made", "specVersion": "3.0.1", "created": "2026-03-01T12:00:00Z", "createdBy": [OURS + "q"]},
    element("SpdxDocument", "document", rootElement=[OURS + "bom"], name="Tomara 64"),
    element("software_Sbom", "bom", rootElement=[OURS + "console"]),
    element("Organization", "q", name="Quillon Medical GmbH"),
    element("Person", "p", name="Jo Doe"),
    element("software_Package", "console", name="Tomara 64", software_packageVersion="1.10", suppliedBy=OURS + "q",
            software_primaryPurpose="device"),
    element("software_Package", "os", name="Embedded", originatedBy=[OURS + "p"], software_primaryPurpose="operatingSystem",
            externalIdentifier=[
                {"type": "ExternalIdentifier", "externalIdentifierType": "cpe22", "identifier": "cpe:/o:acme:embedded:7"},
                {"type": "ExternalIdentifier", "externalIdentifierType": "cve", "identifier": "CVE-2026-1"},
            ]),
    element("software_Package", "viewer", name="viewer", software_packageUrl="pkg:generic/viewer@1",
            suppliedBy=TERMS + "Core/NoAssertionElement"),
    element("ai_AIPackage", "model", name="lesion finder", software_packageVersion="2",
            externalIdentifier=[OURS + "cpe-of-model"]),
    element("ExternalIdentifier", "cpe-of-model", externalIdentifierType="cpe23",
            identifier="cpe:2.3:a:acme:lesion_finder:2:*:*:*:*:*:*:*"),
    element("software_File", "file", name="viewer.exe"),
    related(1, "console", "contains", "viewer", "os"),
    related(2, "viewer", "contains", "model", "file"),
    related(3, "viewer", "dependsOn", "os"),
    element("LifecycleScopedRelationship", "r4", **{"from": OURS + "os", "relationshipType": "dependsOn", "scope": "build",
            "to": [TERMS + "Core/NoneElement"]}),
]  # fmt: skip


def compact(graph=GRAPH):
    """The graph as tools write it."""
    return json.dumps({"@context": CONTEXT, "@graph": graph}).encode()


def long(key):
    """The IRI of a term."""
    profile, _, name = key.rpartition("_")
    return TERMS + f"{ {'software': 'Software', 'ai': 'AI'}.get(profile, 'Core') }/{name}".strip()


def expanded(graph=GRAPH):
    """The graph as a processor of JSON-LD expands it: IRIs for keys, types and words; values in objects in lists."""
    vocabularies = {"relationshipType": "RelationshipType", "software_primaryPurpose": "SoftwarePurpose",
                    "externalIdentifierType": "ExternalIdentifierType"}  # fmt: skip

    def value(key, held):
        if isinstance(held, dict):
            return whole(held)
        if key in vocabularies:
            return {"@id": f"{TERMS}Core/{vocabularies[key]}/{held}"}
        is_reference = isinstance(held, str) and held.startswith(("_:", OURS, TERMS))
        return {"@id": held} if is_reference else {"@value": held}

    def whole(node):
        made = {}
        for key, held in node.items():
            if key in {"spdxId", "@id"}:
                made["@id"] = held
            elif key == "type":
                made["@type"] = [long(held)]
            else:
                made[long(key)] = [value(key, one) for one in (held if isinstance(held, list) else [held])]
        return made

    return json.dumps([whole(node) for node in graph]).encode()


def nested(graph=GRAPH):
    """The graph with its elements in place of the references to them, and one element at the top."""
    by_id = {node.get("spdxId", node.get("@id")): deepcopy(node) for node in graph}
    top = by_id[OURS + "document"]
    top["rootElement"] = [by_id.pop(OURS + "bom")]
    top["rootElement"][0]["rootElement"] = [by_id.pop(OURS + "console")]
    top["rootElement"][0]["rootElement"][0]["suppliedBy"] = by_id.pop(OURS + "q")
    top["creationInfo"] = {key: held for key, held in by_id.pop("_:made").items() if key != "@id"}
    by_id[OURS + "os"]["originatedBy"] = [{"type": "Person", "name": "Jo Doe", "creationInfo": "_:made"}]
    by_id[OURS + "r1"]["to"][0] = by_id.pop(OURS + "viewer")
    top["element"] = [by_id[key] for key in by_id if key != OURS + "document"]
    return json.dumps({"@context": [CONTEXT], **top}).encode()


def read(raw):
    """A document of SPDX 3."""
    return spdx.read(raw, "json-ld")


def told(bom):
    """The remarks by place."""
    return {remark.where: remark.why for remark in bom.remarks}


@pytest.mark.parametrize("form", [compact, expanded, nested])
def test_a_graph_says_the_same_in_each_form(form):
    bom = read(form())
    parts = sorted(
        (part.name, part.version, part.supplier, part.kind, part.path)
        for part in (bom.subject, *bom.components)
    )
    assert parts == [
        ("Embedded", "", "Jo Doe", "operating-system", ("Tomara 64",)),
        ("Tomara 64", "1.10", "Quillon Medical GmbH", "device", ()),
        ("lesion finder", "2", "", "machine-learning-model", ("Tomara 64", "viewer")),
        ("viewer", "", "", "", ("Tomara 64",)),
    ]
    assert bom.subject.name == "Tomara 64"
    assert sorted((part.ref, part.cpe, part.purl) for part in bom.components) == [
        (OURS + "model", "cpe:2.3:a:acme:lesion_finder:2:*:*:*:*:*:*:*", ""),
        (OURS + "os", "cpe:2.3:o:acme:embedded:7:*:*:*:*:*:*:*", ""),
        (OURS + "viewer", "", "pkg:generic/viewer@1"),
    ]
    assert (bom.serial_number, bom.spec_version) == (OURS + "document", "3.0.1")
    assert bom.created == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert [remark.why for remark in bom.remarks] == ["1 files were not taken: Leadglass matches packages."]


@given(st.permutations(GRAPH))
def test_law_the_order_of_elements_does_not_matter(graph):
    def said(bom):
        return {
            (part.name, part.supplier, part.cpe, part.purl, part.path) for part in bom.components
        }, bom.subject.name

    assert said(read(compact(graph))) == said(read(compact()))


def test_places_are_indices_of_the_graph():
    bom = read(compact())
    assert [part.place for part in bom.components] == ["@graph[6]", "@graph[7]", "@graph[8]"]
    assert {part.place for part in read(nested()).components} >= {"@graph[0].element[1]"}


def test_what_describes_by_a_relationship_is_heard_as_the_root_is():
    graph = [
        {"type": "CreationInfo", "@id": "_:made", "specVersion": "3.0.0", "created": "2026-03-01T12:00:00Z"},
        element("SpdxDocument", "document"),
        element("software_Package", "a", name="a"),
        element("software_Package", "b", name="b"),
        related(1, "document", "DESCRIBES", "b"),
        related(2, "b", "CONTAINS", "a"),
    ]
    bom = read(
        json.dumps({"@context": "https://spdx.org/rdf/3.0.0/spdx-context.jsonld", "@graph": graph}).encode()
    )
    assert (bom.subject.name, bom.components[0].path, bom.spec_version) == ("b", ("b",), "3.0.0")


def test_wrong_types_are_told_and_the_rest_is_read():
    graph = [
        5,
        {"spdxId": "urn:a"},
        element(
            "software_Package",
            "a",
            name="a",
            software_packageVersion=1,
            externalIdentifier=["urn:lost", 3, {}],
        ),
        element("software_Package", "b", name=["x", "y"]),
        element(
            "software_Package", "c", name="c", suppliedBy=OURS + "nobody", software_primaryPurpose="gadget"
        ),
        element(
            ["software_Package"],
            "d",
            name="d",
            originatedBy={"name": "in place"},
            externalIdentifier={"a": 1},
        ),
        element({"x": 1}, "e"),
        related(1, "a", "contains", "lost"),
        element("Relationship", "r2", **{"from": OURS + "a", "relationshipType": "contains", "to": []}),
        {"type": "x", "deep": json.loads("[" * 40 + "]" * 40)},
    ]
    bom = read(compact(graph))
    assert [(part.name, part.version, part.supplier) for part in bom.components] == [
        ("a", "", ""), ("c", "", ""), ("d", "", "in place"),
    ]  # fmt: skip
    places = told(bom)
    assert set(places) >= {
        "@graph[0]", "@graph[1]", "@graph[2].software_packageVersion", "@graph[2].externalIdentifier[1]", "@graph[3].name",
        "@graph[3]", "@graph[2].externalIdentifier", "@graph[4].suppliedBy", "@graph[4].software_primaryPurpose", "@graph[6]", "@graph[7]", "@graph[8]",
        "SpdxDocument.spdxId", "CreationInfo.created", "SpdxDocument.rootElement",
    }  # fmt: skip
    assert any("nested here" in why for why in places.values())
    assert len(bom.remarks) == len(set(bom.remarks))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b"\n", "ends in the middle"),
        (b"{}", "say nothing of SPDX 3"),
        (b'{"@graph": 5}', "not valid JSON of its standard"),
        (b'{"@graph": [{"type": "CreationInfo", "specVersion": "3.1.0"}]}', r"say version 3\.1\.0 of SPDX 3"),
        (b'{"@context": "https://spdx.org/rdf/4.0/x", "@graph": []}', "say nothing of SPDX 3"),
        (b'{"spdxVersion": "SPDX-2.3", "packages": []}', "say nothing of SPDX 3"),
        (compact() + b"x", "follows its end"),
        (b'{"@graph": [[]]}', "not valid JSON of its standard"),
        (b"[5", "ends in the middle"),
    ],
)
def test_what_is_no_such_document_is_said(raw, said):
    with pytest.raises(UnreadableError, match=said):
        read(raw)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_marks_and_utf_16_are_read(encoding):
    assert len(read(compact().decode().encode(encoding)).components) == 3


def test_bounds_are_kept(monkeypatch):
    monkeypatch.setattr(spdx_parts, "MOST_COMPONENTS", 3)
    with pytest.raises(BoundError, match="more than 3 packages"):
        read(compact())
    monkeypatch.setattr(spdx3, "LARGEST_ELEMENT", 100)
    with pytest.raises(BoundError, match=r"for @graph\[0\]"):
        read(compact())
    with pytest.raises(UnreadableError, match="has no @graph"):
        read(nested())
    monkeypatch.setattr(spdx3, "MOST_ELEMENTS", 10)
    with pytest.raises(BoundError, match="more than 10 elements"):
        read(compact())
    monkeypatch.setattr(spdx3, "MOST_BYTES", 100)
    with pytest.raises(BoundError, match="larger than"):
        read(compact())


def test_depth_is_bounded():
    with pytest.raises(BoundError, match="deeper than any real document"):
        read(b'{"@graph":' + b"[" * 300_000)


HURTING = (b"null", b'{"@value":', b'"@id":', b'"type":')
ODD = (
    {"@value": []},
    {"@id": {}},
    {"type": []},
    {"type": "software_Package", "name": "n"},
    {"@type": ["x", {}]},
)


@pytest.mark.parametrize("form", [compact, expanded, nested])
@given(patches(*HURTING))
def test_law_bytes_that_were_changed_give_values_or_our_error(form, changes):
    raw = patched(form(), changes)
    with suppress(UnreadableError):
        assert isinstance(read(raw), Bom)


@pytest.mark.parametrize("form", [compact, expanded, nested])
@given(overwriting(*ODD))
def test_law_values_of_wrong_types_anywhere_give_values_or_our_error(form, changes):
    with suppress(UnreadableError):
        assert isinstance(read(overwritten(json.loads(form()), changes)), Bom)
