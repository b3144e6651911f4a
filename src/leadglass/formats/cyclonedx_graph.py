# SPDX-License-Identifier: Apache-2.0
"""Hold the graphs of CycloneDX's dependency-graph extension 1.0 against its schema, of which that of the BOM knows nothing.

Before 1.2 had `dependencies` of its own, graphs stood in this namespace: `dependencies` lists `dependency` elements,
each with `ref` and nothing within but further `dependency` elements.
"""

from collections.abc import Iterator
from typing import Final

from leadglass.formats import xml_text
from leadglass.formats.xml_text import Element
from leadglass.values.verdict import Complaint

SPACE: Final = "http://cyclonedx.org/schema/ext/dependency-graph/1.0"
_GRAPH: Final = f"{{{SPACE}}}dependencies"
_NODE: Final = f"{{{SPACE}}}dependency"


def complaints(document: Element) -> Iterator[Complaint]:
    """Say what is wrong with the graphs of a document, in the order of its lines, with the line."""
    for element in document.iter(f"{{{SPACE}}}*"):
        name, within = xml_text.name(element), element.getparent()
        inside = within is not None and within.tag in {_GRAPH, _NODE}
        if element.tag not in {_GRAPH, _NODE}:
            if not inside:  # there it is told as what may not stand there
                yield _complaint(element, f"The extension has no element {name[:40]!r}.")
            continue
        if element.tag == _NODE and not inside:
            yield _complaint(element, "'dependency' stands outside of 'dependencies'.")
        if element.tag == _NODE and "ref" not in element.attrib:
            yield _complaint(element, "'dependency' has no 'ref', which names a component by its bom-ref.")
        yield from _strange(element, name)


def _strange(element: Element, name: str) -> Iterator[Complaint]:
    """What does not belong into an element: attributes without a namespace, other elements, text."""
    graph = element.tag == _GRAPH
    for attribute in map(str, element.attrib):
        if graph or (
            attribute != "ref" and (not attribute.startswith("{") or attribute.startswith(f"{{{SPACE}}}"))
        ):
            yield _complaint(
                element, f"{name!r} has an attribute {attribute[:80]!r} that the extension does not know."
            )
    for child in element:
        if child.tag != _NODE:
            yield _complaint(
                child, f"{xml_text.name(child)[:40]!r} stands within {name!r}; only 'dependency' may."
            )
    if any(text and text.strip() for text in (element.text, *(child.tail for child in element))):
        yield _complaint(element, f"{name!r} holds text; only 'dependency' elements may stand in it.")


def _complaint(element: Element, why: str) -> Complaint:
    return Complaint(number="schema", level="schema", place=f"line {xml_text.line(element)}", why=why)
