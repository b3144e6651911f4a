# SPDX-License-Identifier: Apache-2.0
"""Package URLs: canonical form, rules of the types, and the specification's own tests."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import LeadglassError, UnreadableError
from leadglass.values.purl import Purl

TYPES = (
    "deb",
    "rpm",
    "npm",
    "pypi",
    "maven",
    "github",
    "golang",
    "nuget",
    "generic",
    "conan",
    "cpan",
    "docker",
    "git",
    "oci",
)

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
names = texts.filter(lambda text: text.strip("/") and "::" not in text)
keys = st.text("abcxyz._-", min_size=1, max_size=6).filter(lambda key: key[0].isalpha())
purls = st.builds(
    Purl,
    type=st.sampled_from(TYPES),
    namespace=texts,
    name=names,
    version=texts,
    qualifiers=st.dictionaries(keys, texts, max_size=3).map(lambda pairs: tuple(pairs.items())),
    subpath=texts,
)


@given(purls)
def test_a_purl_that_is_written_and_parsed_is_the_same_purl(purl):
    assert Purl.parse(str(purl), strict=True) == purl


@given(purls)
def test_the_canonical_form_is_ascii_without_blanks(purl):
    assert str(purl).isascii()
    assert len(str(purl).split()) == 1


@given(st.text() | st.text("pkg:/@?#%=&.aB19-", max_size=40).map("pkg:".__add__))
def test_any_text_is_a_purl_or_an_error_of_ours(text):
    with suppress(LeadglassError):
        purl = Purl.parse(text)
        assert Purl.parse(str(purl)) == purl


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (
            "pkg:DEB/Debian/OpenSSL@3.0.11-1~deb12u2?arch=amd64",
            "pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64",
        ),
        ("pkg:pypi/PyDicom_Tools@2", "pkg:pypi/pydicom-tools@2"),
        ("pkg:npm/%40angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
        ("pkg:npm/@cornerstonejs/core", "pkg:npm/%40cornerstonejs/core"),
        ("pkg:npm/@cornerstonejs/core@1.0", "pkg:npm/%40cornerstonejs/core@1.0"),
        ("pkg:github/DCMTK/dcmtk@DCMTK-3.6.8", "pkg:github/dcmtk/dcmtk@DCMTK-3.6.8"),
        ("pkg:generic/a?B=1&a=&c=2", "pkg:generic/a?b=1&c=2"),
        (
            "pkg:golang/google.golang.org/genproto#/googleapis/./api/../annotations/",
            "pkg:golang/google.golang.org/genproto#googleapis/api/annotations",
        ),
        ("pkg://maven/org.apache/x@1", "pkg:maven/org.apache/x@1"),
    ],
)
def test_a_purl_is_written_canonically(text, canonical):
    assert str(Purl.parse(text)) == canonical


def test_components_are_decoded():
    purl = Purl.parse(
        "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1%2Bx?classifier=a%20b&type=jar#META-INF/x"
    )
    assert (purl.type, purl.namespace, purl.name) == ("maven", "org.apache.logging.log4j", "log4j-core")
    assert (purl.version, purl.qualifier("classifier"), purl.qualifier("none")) == ("2.14.1+x", "a b", "")
    assert purl.subpath == "META-INF/x"


@pytest.mark.parametrize(
    "text",
    ["openssl@3", "pkg:openssl", "pkg:3x/name", "pkg:maven/@1", "pkg:npm/a?in%20b=c", "pkg:otp/ns/hex@2", "pkg:vscode-extension/java",
     "pkg:julia/Dates", "pkg:cpan/A::B", "pkg:chrome-extension/dogs", "http://example.org/a"],
)  # fmt: skip
def test_what_is_no_purl_is_refused_with_a_sentence(text):
    with pytest.raises(UnreadableError, match=r"\.|an? "):
        Purl.parse(text)


def test_strict_parsing_refuses_upper_case_keys():
    assert Purl.parse("pkg:gem/x@1?Platform=java").qualifier("platform") == "java"
    with pytest.raises(UnreadableError, match="lower case"):
        Purl.parse("pkg:gem/x@1?Platform=java", strict=True)


def result(test):
    """What our code makes of one test of the specification, in its own form."""
    given_ = test["input"]
    if test["test_type"] == "build":
        parts = {key: given_[key] or "" for key in ("type", "namespace", "name", "version", "subpath")}
        return str(Purl(**parts, qualifiers=tuple((given_["qualifiers"] or {}).items())))
    if test["test_type"] == "validate":
        return str(Purl.parse(given_))
    purl = Purl.parse(given_, strict=True)
    parts = {key: getattr(purl, key) or None for key in ("type", "namespace", "name", "version", "subpath")}
    return parts | {"qualifiers": dict(purl.qualifiers) or None}


@pytest.mark.corpus
def test_the_specification_tests_pass(corpus):
    files = sorted((corpus / "identifiers" / "purl-tests").glob("*/*.json"))
    tests = [test for file in files for test in json.loads(file.read_bytes())["tests"]]
    assert len(tests) > 400
    failed = []
    for test in tests:
        try:
            made = result(test)
        except UnreadableError:
            made = None
        if made != test.get("expected_output"):  # none is expected where parsing must fail
            failed.append(test)
    assert failed == []
