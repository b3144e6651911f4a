# SPDX-License-Identifier: Apache-2.0
"""CycloneDX and VEX readers on the public documents, against the official library and a plain walk of the same bytes."""

import json
import re
import warnings
from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonValidator
from cyclonedx.validation.xml import XmlValidator
from jsonschema import Draft202012Validator

from leadglass.errors import UnreadableError
from leadglass.formats import (
    csaf_tests,
    csaf_write,
    cyclonedx,
    cyclonedx_vex,
    cyclonedx_xml,
    openvex,
    vex_write,
)
from leadglass.values.advisories import Status
from tests.formats.test_vex_write import AT, AUTHOR, ID, SAID

pytestmark = pytest.mark.corpus

FOLDERS = (
    "sbom/cyclonedx-testvectors",
    "sbom/cyclonedx-bom-examples",
    "sbom/sbom-plugfest",
    "sbom/cdx-sbom-utility-test",
    "vex",
)
VERSIONS = {version.to_version(): version for version in SchemaVersion}

# Valid documents that the official library itself does not take in; they are held against the plain walk alone.
BEYOND_THE_LIBRARY = re.compile(
    r"valid-external-elements-1\.[1-7]\.xml"  # elements of other namespaces
    r"|valid-saasbom-1\.[567]\.(?:json|xml)"  # the name of a service's data
    r"|valid-cryptography-full(?:-deprecated)?-1\.7\.(?:json|xml)"
    r"|cdx-1-4-license-list-none-found\.json"  # a purl that is none
)
# Named invalid for the rules of an extension, of which the schema of the BOM says nothing.
INVALID_BY_AN_EXTENSION = {"invalid-depgraph-1.0.xml"}
# What is invalid and changes which components there are is told; what only breaks the schema elsewhere is not ours.
TOLD = {"empty-component", "missing-component-type", "serialnumber"}


def documents(corpus, folders=FOLDERS):
    """All JSON and XML of the folders."""
    for folder in folders:
        for path in sorted((corpus / folder).rglob("*")):
            if path.suffix in {".json", ".xml"}:
                yield path, path.read_bytes()


def read(path, raw):
    """Read a document by its form; None where it is no CycloneDX that is read."""
    try:
        return (cyclonedx if path.suffix == ".json" else cyclonedx_xml).read(raw)
    except UnreadableError:
        return None


class Official:
    """The official validators, made once."""

    def __init__(self):
        self._made = {}

    def is_valid(self, path, raw, version):
        """The verdict of the library; a document that it cannot take at all is not valid."""
        kind = JsonValidator if path.suffix == ".json" else XmlValidator
        validator = self._made.setdefault((kind, version), kind(VERSIONS[version]))
        try:
            return validator.validate_str(raw.decode("utf-8-sig")) is None
        except ValueError:
            return False


@pytest.fixture(scope="module")
def official():
    """The official validators."""
    return Official()


def by_the_library(path, raw):
    """Name and version of each component, as the official library gives them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bom = Bom.from_json(json.loads(raw)) if path.suffix == ".json" else Bom.from_xml(ET.fromstring(raw))
    todo = list(bom.components) + list(bom.metadata.component.components if bom.metadata.component else ())
    found = Counter()
    while todo:
        component = todo.pop()
        found[component.name or "", component.version or ""] += 1
        todo += component.components
    return found


def walk_json(plain):
    """Name and version of each component that has a name, by walking the JSON."""
    found, todo = Counter(), list(plain.get("components") or [])
    subject = (plain.get("metadata") or {}).get("component") or {}
    todo += subject.get("components") or []
    while todo:
        component = todo.pop()
        if (component.get("name") or "").strip():
            found[component["name"].strip(), (component.get("version") or "").strip()] += 1
        todo += component.get("components") or []
    return found


def walk_xml(root):
    """The same by walking the XML."""
    space = root.tag.rpartition("}")[0] + "}"
    found = Counter()
    todo = root.findall(f"{space}components/{space}component")
    todo += root.findall(f"{space}metadata/{space}component/{space}components/{space}component")
    while todo:
        component = todo.pop()
        name = (component.findtext(f"{space}name") or "").strip()
        if name:
            found[name, (component.findtext(f"{space}version") or "").strip()] += 1
        todo += component.findall(f"{space}components/{space}component")
    return found


def one_line(found):
    """The names on one line each, as readers give them."""
    return Counter(
        {
            tuple(re.sub(r"[\x00-\x1f\x7f]+", " ", text) for text in key): number
            for key, number in found.items()
        }
    )


@pytest.mark.parametrize(("folder", "least"), list(zip(FOLDERS, (360, 66, 14, 85, 24), strict=True)))
def test_components_are_those_of_the_official_library_and_of_a_plain_walk(corpus, official, folder, least):
    counted = Counter()
    for path, raw in documents(corpus, (folder,)):
        bom = read(path, raw)
        if bom is None:
            counted["refused"] += 1
            continue
        valid = official.is_valid(path, raw, bom.spec_version)
        counted["read", "valid" if valid else "not valid"] += 1
        if not valid:
            continue
        ours = Counter((part.name, part.version) for part in bom.components)
        walked = walk_json(json.loads(raw)) if path.suffix == ".json" else walk_xml(ET.fromstring(raw))
        assert ours == one_line(walked), path
        if BEYOND_THE_LIBRARY.fullmatch(path.name):
            counted["beyond the library"] += 1
            continue
        assert ours == one_line(by_the_library(path, raw)), path
        counted["as the library"] += 1
    print(counted)
    assert counted["as the library"] >= least
    assert counted["beyond the library"] < 15


def test_vectors_named_invalid_are_invalid_and_read_with_a_remark_or_refused(corpus, official):
    told, refused, quiet = Counter(), Counter(), Counter()
    for path in sorted((corpus / FOLDERS[0]).rglob("invalid-*")):
        if path.suffix not in {".json", ".xml"}:
            continue
        raw = path.read_bytes()
        kind = re.match(r"invalid-(.*?)(?:-1\.[0-9])?\.(?:json|xml)", path.name)[1]
        bom = read(path, raw)
        if bom is None:
            refused[kind] += 1
            continue
        assert official.is_valid(path, raw, bom.spec_version) == (path.name in INVALID_BY_AN_EXTENSION), path
        of_content = [
            one for one in bom.remarks if not re.match(r"Not stated|No components|\d+ services", one.why)
        ]
        (told if of_content else quiet)[kind] += 1
    print(told, refused, quiet)
    assert set(refused) == {"bomformat", "namespace"}
    assert set(told) == TOLD
    assert sum(told.values()) + sum(refused.values()) + sum(quiet.values()) > 250


def expected_statements(plain):
    """How many statements a document makes of each state, by walking the JSON."""
    found = Counter()
    for vulnerability in plain.get("vulnerabilities") or []:
        named = vulnerability.get("id") or any(one.get("id") for one in vulnerability.get("references") or [])
        state = (vulnerability.get("analysis") or {}).get("state", "no analysis")
        for target in vulnerability.get("affects") or []:
            if named and target.get("ref"):
                found[state] += len(target.get("versions") or [{}])
    return found


def test_each_document_makes_the_statements_that_it_lists(corpus):
    documents_with, total = 0, Counter()
    for path, raw in documents(corpus):
        if path.suffix != ".json" or read(path, raw) is None:
            continue
        expected = expected_statements(json.loads(raw))
        advisory = cyclonedx_vex.read(raw)
        states = Counter(said.group.partition(", version")[0] for said in advisory.statements)
        assert states == expected, path
        assert {said.product for said in advisory.statements} <= {
            product.ref for product in advisory.products
        }
        documents_with += bool(expected)
        total.update(said.status for said in advisory.statements)
    print(documents_with, total)
    assert documents_with > 40
    assert total[Status.AFFECTED] > 500
    assert total[Status.NOT_AFFECTED] > 200


@pytest.mark.parametrize("version", ["1.4", "1.5", "1.7"])
def test_a_vector_says_the_same_in_json_and_in_xml(corpus, version):
    folder = corpus / FOLDERS[0] / version
    in_json, in_xml = (
        cyclonedx_vex.read((folder / f"valid-vulnerability-{version}.{form}").read_bytes())
        for form in ("json", "xml")
    )
    for part in ("vulnerability", "status", "group", "justification", "impact", "action", "product"):
        assert [getattr(said, part) for said in in_xml.statements] == [
            getattr(said, part) for said in in_json.statements
        ]
    for part in ("vulnerability", "aliases", "cwes", "published", "modified", "withdrawn"):
        assert getattr(in_xml.described[0], part) == getattr(in_json.described[0], part)
    # The XML of 1.4 and 1.5 has "AN/AC:L" for "AV:N/AC:L": told there, and taken in none.
    damaged = [remark for remark in in_xml.remarks if "no CVSS vector" in remark.why]
    assert len(in_xml.described[0].vectors) + len(damaged) == len(in_json.described[0].vectors) == 1


def published_openvex(corpus):
    """The OpenVEX documents that stand in the texts of the specification and of its examples."""
    for folder in ("vex/openvex-spec", "vex/openvex-examples"):
        for path in sorted((corpus / folder).rglob("*.md")):
            for block in re.findall(r"^\{\n.*?^\}$", path.read_text(), re.DOTALL | re.MULTILINE):
                if "openvex.dev/ns" in block and '"statements"' in block:
                    yield path, block


def test_the_examples_of_openvex_are_read(corpus):
    schema = json.loads((corpus / "vex/openvex-spec/openvex_json_schema.json").read_text())
    validator, counted = Draft202012Validator(schema), Counter()
    for path, block in published_openvex(corpus):
        try:
            plain = json.loads(block)
        except ValueError:
            counted["no JSON"] += 1  # commas that were left over or forgotten in the text
            with pytest.raises(UnreadableError):
                openvex.read(block.encode())
            continue
        counted["read"] += 1
        listed = sum(len(statement.get("products", [])) for statement in plain["statements"])
        advisory = openvex.read(block.encode())
        assert len(advisory.statements) == listed, path
        if validator.is_valid(plain):
            counted["valid"] += 1
            assert advisory.remarks == (), path
    print(counted)
    assert counted["read"] >= 7
    assert counted["valid"] >= 5
    assert counted["no JSON"] <= 3


def test_what_we_write_keeps_the_schemas_that_were_published(corpus):
    schema = json.loads((corpus / "vex/openvex-spec/openvex_json_schema.json").read_text())
    ours = vex_write.write_openvex(SAID, author=AUTHOR, id=ID, at=AT)
    assert list(Draft202012Validator(schema).iter_errors(json.loads(ours))) == []
    schema = json.loads((corpus / "csaf/schema-2.0/csaf_json_schema.json").read_text())
    ours = csaf_write.write_csaf(
        SAID, author=AUTHOR, namespace="https://nimbus.example", id=ID, at=AT, tlp="RED"
    )
    assert list(Draft202012Validator(schema).iter_errors(json.loads(ours))) == []
    verdict = csaf_tests.check(ours)
    assert verdict.valid
    assert {complaint.number for complaint in verdict.complaints} <= {
        "6.2.2",
        "6.2.3",
        "6.2.11",
        "6.3.3",
        "6.3.4",
    }
