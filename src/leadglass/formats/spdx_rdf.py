# SPDX-License-Identifier: Apache-2.0
"""Read SPDX 2.1 to 2.3 as RDF/XML (W3C RDF 1.1 XML Syntax, 7.2): nodes and properties by turns, in any nesting.

Only statements of packages, relationships and the document are kept. Places are lines, for a graph has no order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import xml_text
from leadglass.formats.json_text import Buffer
from leadglass.formats.spdx_parts import MOST_FILES, WHAT, Assembly, Package, spec_version
from leadglass.formats.xml_text import Element, name, namespace
from leadglass.values.papers import Bom

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SPDX: Final = "http://spdx.org/rdf/terms"
_DESCRIPTION: Final = f"{{{_RDF}}}Description"
_TYPE: Final = f"{{{_RDF}}}type"
_ABOUT: Final = f"{{{_RDF}}}about"
_NODE_ID: Final = f"{{{_RDF}}}nodeID"
_ID: Final = f"{{{_RDF}}}ID"
_RESOURCE: Final = f"{{{_RDF}}}resource"
_PARSE_TYPE: Final = f"{{{_RDF}}}parseType"
_WORDS: Final = {f"{_SPDX}#noassertion": "NOASSERTION", f"{_SPDX}#none": "NONE"}
"""The individuals of SPDX, as its other serializations write them."""
_KEPT: Final = frozenset(
    {"name", "versionInfo", "supplier", "originator", "externalRef", "primaryPackagePurpose", "relationship"}
    | {"referenceType", "referenceLocator", "relationshipType", "relatedSpdxElement", "describesPackage"}
    | {"specVersion", "creationInfo", "created"}
)
_WITHOUT_PACKAGES: Final = frozenset(
    {
        "licenseDeclared",
        "licenseConcluded",
        "licenseInfoFromFiles",
        "licenseInfoInFile",
        "annotation",
        "checksum",
    }
    | {"licenseInfoInSnippet", "hasExtractedLicensingInfo", "reviewed", "range", "packageVerificationCode"}
)

_NAMES: Final = {
    "documentNamespace": "SpdxDocument",
    "documentDescribes": "SpdxDocument.relationship",
    "creationInfo.created": "CreationInfo.created",
    "packages": "Package",
    "files": "File",
    "snippets": "Snippet",
}


@dataclass(slots=True)
class _Node:
    """A resource: its type, the line that describes it first, and what is said of it."""

    kind: str = ""
    line: int = 0
    said: dict[str, list[str]] = field(default_factory=dict)

    def one(self, predicate: str) -> str | None:
        """Give the first value of a predicate."""
        return next(iter(self.said.get(predicate, ())), None)


def read(raw: Buffer) -> Bom:
    """Read a bill of materials. Whatever describes one resource in several places is taken together."""
    root = xml_text.root(raw, WHAT)
    nodes = _Graph().read(root)
    document = next(((about, node) for about, node in nodes.items() if node.kind == "SpdxDocument"), None)
    if document is None:
        raise UnreadableError(
            f"This XML is no SPDX document in RDF: it has no SpdxDocument; its root is {name(root)[:40]!r}. "
            "Ask the sender for SPDX JSON."
        )
    return _Reading(nodes, *document).read()


class _Graph:
    """The resources of a document by their URI, while it is walked."""

    def __init__(self) -> None:
        self._nodes: dict[str, _Node] = {}
        self._unnamed = 0

    def read(self, root: Element) -> dict[str, _Node]:
        """Walk all node elements in a loop, so that depth costs no stack."""
        is_rdf = (namespace(root), name(root)) == (_RDF, "RDF")
        todo = [(element, self._about(element)) for element in (reversed(root) if is_rdf else (root,))]
        while todo:
            todo.extend(reversed(list(self._describe(*todo.pop()))))
        return self._nodes

    def _about(self, element: Element) -> str:
        """Name a resource (7.2.11 about, nodeID, ID); one without a name gets one of ours."""
        about = element.get(_ABOUT)
        if about is not None:
            return about
        for attribute, prefix in ((_NODE_ID, "_:"), (_ID, "#")):
            stated = element.get(attribute)
            if stated is not None:
                return prefix + stated
        self._unnamed += 1
        return f"_: {self._unnamed}"

    def _describe(self, element: Element, about: str) -> Iterator[tuple[Element, str]]:
        """Take what a node element says; give the node elements within, and their names."""
        node = self._nodes.setdefault(about, _Node(line=xml_text.line(element)))
        if element.tag != _DESCRIPTION and element.get(_PARSE_TYPE) != "Resource":
            node.kind = node.kind or name(element)
        for attribute, value in element.attrib.items():
            predicate = str(attribute).rpartition("}")[2]
            if predicate in _KEPT and not str(attribute).startswith(f"{{{_RDF}}}"):
                node.said.setdefault(predicate, []).append(str(value))
        for stated in element:
            predicate = name(stated)
            if predicate in _WITHOUT_PACKAGES:
                continue
            values, inner = self._values(stated)
            yield from inner
            if stated.tag == _TYPE and values:
                node.kind = values[0].rpartition("#")[2]
            elif predicate in _KEPT:
                node.said.setdefault(predicate, []).extend(values)

    def _values(self, stated: Element) -> tuple[list[str], list[tuple[Element, str]]]:
        """Give the values of a property element (7.2.14 to 7.2.21), and the node elements that are values."""
        resource = stated.get(_RESOURCE)
        if resource is not None:
            return [_WORDS.get(resource, resource)], []
        blank = stated.get(_NODE_ID)
        if blank is not None:
            return [f"_:{blank}"], []
        if stated.get(_PARSE_TYPE) == "Resource":  # 7.2.18: the property element is the node, too
            self._unnamed += 1
            return [f"_: {self._unnamed}"], [(stated, f"_: {self._unnamed}")]
        inner = [(child, self._about(child)) for child in stated]
        if not inner:
            return [stated.text or ""], []
        return [_WORDS.get(about, about) for _, about in inner], inner


class _Reading:
    """One graph while the value is made of it."""

    def __init__(self, nodes: dict[str, _Node], about: str, document: _Node) -> None:
        self._nodes, self._document = nodes, document
        self._namespace, _, own = about.partition("#")
        self._assembly = Assembly(_NAMES)
        self._assembly.documents |= {own} if own else {self._namespace}

    def read(self) -> Bom:
        """Take packages first, then what else has an id, then how they hang together."""
        version = spec_version(self._document.one("specVersion"))
        counted = {"File": 0, "Snippet": 0}
        for about, node in self._nodes.items():
            if node.kind == "Package":
                self._assembly.package(_place(node), self._package(about, node))
            elif node.kind != "SpdxDocument":
                self._assembly.also(self._id(about))
                if node.kind in counted:
                    counted[node.kind] += 1
        if sum(counted.values()) > MOST_FILES:
            raise BoundError(
                f"{WHAT} lists more than {MOST_FILES:,} files. It was not read; ask for one per product."
            )
        for about, node in self._nodes.items():
            self._relationships(about, node)
        for target in self._document.said.get("describesPackage", ()):
            self._assembly.describe(self._id(target), _place(self._document))
        creation = self._nodes.get(self._document.one("creationInfo") or "")
        return self._assembly.finish(
            serial=self._namespace,
            version=version,
            created=creation.one("created") if creation else None,
            files=counted["File"],
            snippets=counted["Snippet"],
        )

    def _package(self, about: str, node: _Node) -> Package:
        references = [
            self._nodes[target] for target in node.said.get("externalRef", ()) if target in self._nodes
        ]
        return Package(
            spdx_id=self._id(about) if not about.startswith("_:") else None,
            name=node.one("name"),
            version_info=node.one("versionInfo"),
            supplier=node.one("supplier"),
            originator=node.one("originator"),
            primary_package_purpose=(node.one("primaryPackagePurpose") or "").rpartition("purpose_")[2],
            external_refs=[
                {"referenceType": one.one("referenceType"), "referenceLocator": one.one("referenceLocator")}
                for one in references
            ],
        )

    def _relationships(self, about: str, node: _Node) -> None:
        for target in node.said.get("relationship", ()):
            stated = self._nodes.get(target)
            if stated is None:
                why = "A relationship is named here that is nowhere described."
                self._assembly.remarks.add(_place(node), why, sort="relationships that lack a part")
                continue
            kind = (stated.one("relationshipType") or "").rpartition("relationshipType_")[2]
            related = stated.one("relatedSpdxElement")
            self._assembly.relationship(_place(stated), self._id(about), kind, related and self._id(related))

    def _id(self, about: str) -> str:
        """Give the SPDXID of a URI (6.5: namespace#SPDXRef-x); that of another document is said to be its own."""
        base, mark, identifier = about.partition("#")
        if not mark:
            return about
        return (
            identifier
            if about in self._nodes or base in {"", self._namespace}
            else f"DocumentRef-x:{identifier}"
        )


def _place(node: _Node) -> str:
    return f"line {node.line}"
