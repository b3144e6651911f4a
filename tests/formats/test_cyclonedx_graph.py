# SPDX-License-Identifier: Apache-2.0
"""Graphs of dependencies before CycloneDX had its own: what their extension's schema allows, and what is told."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from leadglass.formats import xml_text
from leadglass.formats.cyclonedx_graph import SPACE, complaints

NODE = "<dg:dependency ref='1'>{}</dg:dependency>"


def told(within, document="<bom xmlns='http://cyclonedx.org/schema/bom/1.1' xmlns:dg='{}'>\n{}</bom>"):
    """What is said of a document that holds this, place and sentence."""
    root = xml_text.root(document.format(SPACE, within).encode(), "The document")
    return [(complaint.place, complaint.why) for complaint in complaints(root)]


def graph(within=""):
    """A graph that holds this."""
    return f"<dg:dependencies>\n{within}</dg:dependencies>"


@pytest.mark.parametrize(
    "within",
    [
        "",
        graph(),
        graph(NODE.format("")),
        graph(NODE.format(NODE.format("") + NODE.format(NODE.format("")))),
        graph("<dg:dependency ref='1' xmlns:x='urn:x' x:scope='runtime'/>"),
        f"<components><component type='library'><name>a</name>{graph(NODE.format(''))}</component></components>",
        "<dependencies><dependency/></dependencies>",  # the standard's own are its schema's
    ],
)
def test_what_the_extension_allows_is_not_complained_of(within):
    assert told(within) == []


@pytest.mark.parametrize(
    ("within", "place", "why"),
    [
        (graph("<dg:dependency/>"), "line 3", "'dependency' has no 'ref'"),
        (graph(NODE.format("\n<dg:dependency/>")), "line 4", "'dependency' has no 'ref'"),
        (NODE.format(""), "line 2", "'dependency' stands outside of 'dependencies'."),
        (
            graph(NODE.format(graph())),
            "line 3",
            "'dependencies' stands within 'dependency'; only 'dependency' may.",
        ),
        (graph("<dg:depends/>"), "line 3", "'depends' stands within 'dependencies'"),
        (graph("<name>a</name>"), "line 3", "'name' stands within 'dependencies'"),
        ("<dg:depends/>", "line 2", "The extension has no element 'depends'."),
        (graph(NODE.format("library-a")), "line 3", "'dependency' holds text"),
        (graph(NODE.format("") + "library-a"), "line 2", "'dependencies' holds text"),
        (
            graph("<dg:dependency ref='1' on='2'/>"),
            "line 3",
            "an attribute 'on' that the extension does not know",
        ),
        ("<dg:dependencies ref='1'/>", "line 2", "an attribute 'ref' that the extension does not know"),
    ],
)
def test_what_the_extension_forbids_is_told_once_with_its_line(within, place, why):
    ((where, said),) = told(within)
    assert where == place
    assert why in said


@given(
    st.recursive(
        st.just(""),
        lambda inner: st.lists(inner, max_size=3).map(lambda some: "".join(map(NODE.format, some))),
    )
)
def test_whatever_graph_of_nodes_with_references_is_valid(within):
    assert told(graph(within)) == []


ELEMENTS = ("dg:dependency", "dg:dependency", "dg:dependency", "dg:dependencies", "dg:depends", "name")
ATTRIBUTES = ("", " ref='1'", " ref='1'", " ref='1'", " on='2'", " ref='1' x:on='2'", " dg:ref='1'")


# Any elements with any of these attributes, mostly right ones
WITHIN = st.deferred(
    lambda: st.lists(
        st.builds(
            lambda name, said, text, inner: f"<{name}{said}>{text}{inner}</{name}>",
            st.sampled_from(ELEMENTS), st.sampled_from(ATTRIBUTES), st.sampled_from(("", "", "", " ", "a")),
            st.just("") | WITHIN,
        ),
        max_size=2,
    ).map("".join)
)  # fmt: skip


@pytest.mark.corpus
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(within=WITHIN)
def test_the_verdict_is_that_of_the_extensions_own_schema(corpus: Path, within):
    schema = etree.XMLSchema(
        file=str(corpus / "sbom" / "cyclonedx-schema" / "ext" / "dependency-graph-1.0.xsd")
    )
    text = f"<dg:dependencies xmlns:dg='{SPACE}' xmlns:x='urn:x'>{within}</dg:dependencies>"
    root = xml_text.root(text.encode(), "The document")
    assert (not list(complaints(root))) == schema.validate(root), text
