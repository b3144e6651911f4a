# SPDX-License-Identifier: Apache-2.0
"""SPDX on the public documents: 2.x against the parser of spdx-tools, 3.0 against a plain walk of the JSON."""

import json
import logging
import warnings
from collections import Counter

import pytest

from leadglass.errors import UnreadableError
from leadglass.formats import spdx, spdx3

pytestmark = pytest.mark.corpus

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    parse_anything = pytest.importorskip("spdx_tools.spdx.parser.parse_anything")
    document_validator = pytest.importorskip("spdx_tools.spdx.validation.document_validator")

FOLDERS = {  # how many documents of SPDX 2 and of SPDX 3 there are in each
    "spdx-examples": (30, 25),
    "spdx-tools-python": (19, 0),
    "microsoft-sbom-tool": (1, 1),
    "sbom-plugfest": (12, 0),
    "medical-generated": (8, 0),
    "cdx-sbom-utility-test": (6, 0),
}
ENDINGS = {".yaml": "yaml", ".rdf.xml": "rdf", ".spdx.xml": "xml", ".spdx": "tag-value"}

# What spdx-tools does not read, and why; we read it, or say what is wrong in the words behind.
NOT_READ_THERE = {
    "spdx-2-2-missing-creationinfo.json": "it needs creationInfo; we remark that the age is unknown",
    "test-spdx-spdx-id-invalid.json": "it needs creationInfo; we remark that the age is unknown",
    "test-spdx-spdx-version-missing.json": "no version: we refuse it, too",
    "dicom-web-workstation.npm.spdx.json": "its time has fractions of a second, which SPDX does not foresee",
    "spdx-trivy-vmware_log-intelligence-fluentd-sha256_086af034f561f343f633be9d9f9e95f65ae6c61b8ddb2c6755ef5bb25b40f53a.json":
        "named invalid: fractions of a second, packages without downloadLocation; we remark that no product is described",
    "sbom.hashTestOne.spdx": "no PackageDownloadLocation; we remark on the id of the document that is written otherwise",
    "sbom.hashTestTwo.spdx": "as sbom.hashTestOne.spdx",
    "sbom.hashTestThree.spdx": "as sbom.hashTestOne.spdx",
    "sbom.alpine.2-3.nometadata.spdx": "no Created and no Creator; we remark that the age is unknown",
    "sbom.empty.2-3.spdx": "empty: we refuse it, too",
}  # fmt: skip
REFUSED = {"test-spdx-spdx-version-missing.json", "sbom.empty.2-3.spdx"}
NAMED_INVALID = ("invalid", "missing", "empty", "nometadata")

# Suppliers that differ: spdx-tools takes the first words in parentheses for an address of e-mail.
TWICE_IN_PARENTHESES = (
    "Laszlo Boszormenyi (GCS)",
    "أحمد المحمودي (Ahmed El-Mahmoudy)",
    "Example Org (example.org)",
)


def serialization(path, raw):
    """How a document is written; "" for what is no SPDX."""
    if path.suffix == ".json":
        try:
            plain = json.loads(raw)
        except ValueError:
            return ""
        if not isinstance(plain, dict):
            return ""
        if "@graph" in plain and "spdx" in str(plain.get("@context")):
            return "json-ld"
        is_spdx = "spdxVersion" in plain or str(plain.get("SPDXID", "")).startswith("SPDXRef-")
        return "json" if is_spdx else ""
    return next((name for ending, name in ENDINGS.items() if path.name.endswith(ending)), "")


def documents(corpus, folder):
    """Path, bytes and serialization of each SPDX document in a folder."""
    for path in sorted((corpus / "sbom" / folder).rglob("*")):
        if path.is_file():
            raw = path.read_bytes()
            written = serialization(path, raw)
            if written:
                yield path, raw, written


def parts(bom):
    """All packages: the product that is described is one of them."""
    return ([bom.subject] if bom.subject else []) + list(bom.components)


def stated(value):
    """A text of the oracle; what is not asserted is not stated."""
    return "" if value is None or str(value) in {"NOASSERTION", "NONE"} else str(value).strip()


def reference(package, sort):
    """The first external reference of a sort."""
    return next((one.locator for one in package.external_references if one.reference_type == sort), "")


def maker(package):
    """The name of the supplier, or else of the originator."""
    named = [stated(getattr(actor, "name", "")) for actor in (package.supplier, package.originator)]
    return next(filter(None, named), "")


def of_oracle(path, raw):
    """What spdx-tools reads of a document of SPDX 2."""
    encoding = "utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parse_anything.parse_file(str(path), encoding)
    except Exception:  # noqa: BLE001  it raises of all sorts, down to KeyError
        return None
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.parametrize("folder", FOLDERS)
def test_spdx_2_gives_what_spdx_tools_reads(corpus, folder):
    seen = 0
    for path, raw, written in documents(corpus, folder):
        if written == "json-ld":
            continue
        seen += 1
        oracle = of_oracle(path, raw)
        assert (oracle is None) == (path.name in NOT_READ_THERE), path
        if path.name in REFUSED:
            with pytest.raises(UnreadableError):
                spdx.read(raw, written)
            continue
        bom = spdx.read(raw, written)
        if oracle is None:
            assert bom.components or bom.remarks, path
            continue
        found = parts(bom)
        assert Counter((part.name, part.version, part.purl) for part in found) == Counter(
            (stated(one.name), stated(one.version), reference(one, "purl")) for one in oracle.packages
        ), path
        assert Counter(part.cpe for part in found if part.cpe.startswith("cpe:2.3:")) >= Counter(
            filter(None, (reference(one, "cpe23Type") for one in oracle.packages))
        ), path
        assert Counter(
            part.supplier.partition(" (")[0] if part.supplier in TWICE_IN_PARENTHESES else part.supplier
            for part in found
        ) == Counter(maker(one) for one in oracle.packages), path
        info = oracle.creation_info
        assert (bom.serial_number, f"SPDX-{bom.spec_version}") == (info.document_namespace, info.spdx_version)
        assert bom.created.replace(tzinfo=None) == info.created
    assert seen == FOLDERS[folder][0]


@pytest.mark.parametrize("folder", FOLDERS)
def test_spdx_3_gives_what_a_plain_walk_finds(corpus, folder):
    seen = 0
    for path, raw, written in documents(corpus, folder):
        if written != "json-ld":
            continue
        seen += 1
        graph = json.loads(raw)["@graph"]
        # manifest.spdx.json names its organisations as SPDX 2 does; we take the name without that word
        agents = {
            one.get("spdxId"): stated(one.get("name", "").removeprefix("Organization: ")) for one in graph
        }
        identifiers = {one.get("spdxId"): one for one in graph if one["type"] == "ExternalIdentifier"}
        expected = Counter()
        for one in graph:
            if not one["type"].endswith("Package"):
                continue
            held = [
                identifiers.get(name, name) if isinstance(name, str) else name
                for name in one.get("externalIdentifier", ())
            ]
            purl = one.get("software_packageUrl") or next(
                (
                    inner["identifier"]
                    for inner in held
                    if inner["externalIdentifierType"] in {"packageUrl", "purl"}
                ),
                "",
            )
            makers = [one.get("suppliedBy"), *one.get("originatedBy", ())]
            supplier = next((agents[name] for name in makers if agents.get(name)), "")
            version = stated(one.get("software_packageVersion"))
            expected[one["name"], version, purl, supplier] += 1
        bom = spdx.read(raw, "json-ld")
        found = Counter((part.name, part.version, part.purl, part.supplier) for part in parts(bom))
        assert found == expected, path
        assert bom.created is not None, path
        assert bom.serial_number, path
    assert seen == FOLDERS[folder][1]


def test_what_is_named_invalid_is_said_to_be_so(corpus):
    said = {}
    for folder in FOLDERS:
        for path, raw, written in documents(corpus, folder):
            if any(word in str(path.relative_to(corpus)) for word in NAMED_INVALID):
                oracle = of_oracle(path, raw)
                there = oracle is None or bool(document_validator.validate_full_spdx_document(oracle))
                try:
                    here = bool(spdx.read(raw, written).remarks)
                except UnreadableError:
                    here = True
                said[path.name] = (there, here)
    assert len(said) == 6
    assert set(said.values()) == {(True, True)}, said


def test_the_terms_of_spdx_3_are_those_of_its_context(corpus):
    context = json.loads((corpus / "sbom" / "spdx3-rdf" / "spdx-context.jsonld").read_bytes())["@context"]
    terms = {key: held["@id"] if isinstance(held, dict) else held for key, held in context.items()}
    read = (
        set(spdx3._PACKAGES) | spdx3._DOCUMENTS | spdx3._AGENTS | set(spdx3._COUNTED)
        | {"software_packageVersion", "software_packageUrl", "software_primaryPurpose", "externalIdentifier", "identifier"}
        | {"externalIdentifierType", "suppliedBy", "originatedBy", "rootElement", "relationshipType", "from", "to", "name"}
        | {"created", "specVersion", "externalSpdxId", "ExternalMap", "ExternalIdentifier", "CreationInfo", "Relationship"}
    )  # fmt: skip
    assert {key: spdx3._short(terms[key]) for key in read} == {key: key for key in read}
    purposes = terms["software_primaryPurpose"], context["software_primaryPurpose"]["@context"]["@vocab"]
    assert purposes[1].endswith("SoftwarePurpose/")
