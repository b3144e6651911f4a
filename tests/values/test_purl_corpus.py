# SPDX-License-Identifier: Apache-2.0
"""The tests of the purl specification, by file and kind: each passes, and refusals are sentences."""

import json
from collections import Counter

import pytest

from leadglass.errors import UnreadableError
from leadglass.values.purl import Purl

pytestmark = pytest.mark.corpus

PARTS = ("type", "namespace", "name", "version", "subpath")
KINDS = {
    ("parse", "required"): 142,
    ("parse", "recommended"): 8,
    ("build", "required"): 120,
    ("build", "recommended"): 4,
    ("validate", "required"): 103,
    ("validate", "recommended"): 31,
}


def made(test):
    """What our code makes of one test, in the form that the test expects."""
    given, kind = test["input"], test["test_type"]
    if kind == "build":
        texts = {part: given[part] or "" for part in PARTS}
        return str(Purl(**texts, qualifiers=tuple((given["qualifiers"] or {}).items())))
    if kind == "validate":
        return str(Purl.parse(given))
    purl = Purl.parse(given, strict=True)
    return {part: getattr(purl, part) or None for part in PARTS} | {
        "qualifiers": dict(purl.qualifiers) or None
    }


@pytest.fixture
def suites(corpus):
    files = sorted((corpus / "identifiers" / "purl-tests").glob("*/*.json"))
    return {file.stem: json.loads(file.read_bytes())["tests"] for file in files}


def test_the_whole_suite_is_here(suites):
    tests = [test for suite in suites.values() for test in suite]
    assert len(suites) == 31
    assert len(tests) == 408
    assert Counter((test["test_type"], test["test_group"]) for test in tests) == KINDS


def test_what_must_be_read_is_read_as_the_specification_does(suites):
    wrong, passed = [], 0
    for name, suite in suites.items():
        for test in suite:
            if test.get("expected_failure"):
                continue
            result = made(test)
            passed += result == test["expected_output"]
            wrong += [] if result == test["expected_output"] else [(name, test["description"], result)]
    assert wrong == []
    assert passed == 361


def test_what_must_fail_is_refused_with_a_sentence(suites):
    failing = [test for suite in suites.values() for test in suite if test.get("expected_failure")]
    for test in failing:
        with pytest.raises(UnreadableError, match=r"\.|an? "):
            made(test)
    assert len(failing) == 47


def test_canonical_forms_of_the_suite_are_fixed_points(suites):
    """Written once, nothing changes any more: the canonical form of a canonical form is itself."""
    canonical = {
        test["expected_output"]
        for suite in suites.values()
        for test in suite
        if isinstance(test.get("expected_output"), str)
    }
    assert len(canonical) > 100
    assert [text for text in canonical if str(Purl.parse(text)) != text] == []
