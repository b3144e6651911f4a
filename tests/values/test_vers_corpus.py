# SPDX-License-Identifier: Apache-2.0
"""The tests of the vers specification: each passes, or deviates for a reason that is written here and counted."""

import json
import re
from collections import Counter

import pytest

from leadglass.errors import UnreadableError
from leadglass.values.vers import Constraint, Vers, datetime_key, lexicographic_key
from leadglass.vulnerabilities.versions import clean, key

pytestmark = pytest.mark.corpus

KINDS = {
    ("parse", "required"): 12,
    ("validate", "required"): 17,
    ("validate", "recommended"): 2,
    ("containment", "recommended"): 10,
    ("comparison", "required"): 743,
    ("equality", "required"): 35,
    ("from_native", "required"): 26,
    ("from_native", "recommended"): 711,
}

NOT_READ = {
    "from_native": "no manifest of a package manager is read: advisories and records state bounds, or vers"
}
"""Types of tests that ask for what Leadglass does not do, each with its reason."""

NO_RANGE = "vers:conan/"
"""Expected once of an empty native range; clause 5.3.3 asks for one constraint at least, so that it is none."""

OWN_ORDER = {
    # An order is an argument; the one that the house has is libversion's for all. Where others differ:
    (
        "apk",
        r"-r\d+$",
    ): "a revision (-r1) comes after the version; the generic order takes r for a pre-release",
    ("apk", r"_p\d+$"): "a patch (_p2) comes after the version; the generic order knows patch, pl and post",
    ("conan", r"\+"): "what follows + is compared apart; the generic order takes it for one more part",
    ("conan", r"-pre"): "zeros before a pre-release say nothing; in the generic order they set it lower",
    (
        "conan",
        r"\d\.[a-z]+$",
    ): "letters come after numbers and count in full; in the generic order before, by the first",
    ("conan", r"-$"): "a hyphen without a pre-release comes before all of them; the generic order ignores it",
}
DEVIATIONS = {
    ("apk", r"-r\d+$"): 25,
    ("apk", r"_p\d+$"): 1,
    ("conan", r"\+"): 8,
    ("conan", r"-pre"): 4,
    ("conan", r"\d\.[a-z]+$"): 3,
    ("conan", r"-$"): 1,
}
KEYS = {"datetime": datetime_key, "lexicographic": lexicographic_key}


def generic(version):
    return key(clean(version))


def made(test):
    """What our code makes of one test, in the form that the test expects."""
    given, kind = test["input"], test["test_type"]
    if kind in {"comparison", "equality"}:
        order = KEYS.get(given["input_scheme"], generic)
        versions = given["versions"]
        if kind == "equality":
            one = Vers(type=given["input_scheme"], constraints=(Constraint(version=versions[0]),))
            return one.contains(versions[1], order)
        row = Vers(
            type=given["input_scheme"], constraints=tuple(Constraint(version=text) for text in versions)
        )
        return [one.version for one in row.sorted(order).constraints]
    if kind == "containment":
        return Vers.parse(given["vers"]).contains(given["version"], generic)
    if kind == "validate":
        return str(Vers.parse(given, strict=True).sorted(generic))
    vers = Vers.parse(given, strict=True, key=KEYS.get(given.partition(":")[2].partition("/")[0], generic))
    return {
        "scheme": vers.type,
        "version_constraints": [[one.comparator, one.version] for one in vers.constraints],
    }


def fails(test):
    try:
        return made(test) != test.get("expected_output")
    except UnreadableError:
        return not test.get("expected_failure", False)


def reason(test):
    scheme, versions = test["input"]["input_scheme"], test["input"]["versions"]
    for named, pattern in OWN_ORDER:
        if named == scheme and any(re.search(pattern, version) for version in versions):
            return named, pattern
    return scheme, versions


@pytest.fixture
def tests(corpus):
    files = sorted((corpus / "identifiers" / "vers-tests").glob("*.json"))
    return [test for file in files for test in json.loads(file.read_bytes())["tests"]]


def test_the_specification_tests_pass_or_their_deviation_has_a_reason(tests):
    assert Counter((test["test_type"], test["test_group"]) for test in tests) == KINDS
    asked = [test for test in tests if test["test_type"] not in NOT_READ]
    failed = [test for test in asked if fails(test)]
    assert (len(tests), len(asked), len(asked) - len(failed)) == (1556, 819, 777)
    assert {test["test_type"] for test in failed} == {
        "comparison",
        "equality",
    }  # the notation has no deviation
    assert Counter(map(reason, failed)) == DEVIATIONS


def test_every_canonical_range_of_the_suite_is_read_and_written_as_it_is(tests):
    """What the suite expects of other tools is a range for ours, also where it comes from a manifest."""
    ranges = {
        test["expected_output"]
        for test in tests
        if isinstance(test.get("expected_output"), str) and test["expected_output"].startswith("vers:")
    }
    assert len(ranges) > 500
    with pytest.raises(UnreadableError, match="no constraint"):
        Vers.parse(NO_RANGE, strict=True)
    assert [text for text in ranges - {NO_RANGE} if str(Vers.parse(text, strict=True)) != text] == []
