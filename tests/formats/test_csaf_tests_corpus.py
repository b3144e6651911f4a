"""The tests of CSAF 2.0 on the vectors of OASIS and on the medical advisories of CISA."""

import json
from collections import Counter

import pytest

from leadglass.formats.csaf_tests import check

pytestmark = pytest.mark.corpus


def vectors(corpus):
    folder = corpus / "csaf" / "oasis-validator-2.0"
    for test in json.loads((folder / "testcases.json").read_bytes())["tests"]:
        for vector in (*test["failures"], *test.get("valid", ())):
            path = folder / vector["name"]
            if path.is_file():
                yield test["id"], vector in test["failures"], vector["valid"], path


def test_each_vector_has_the_verdict_that_is_expected(corpus):
    seen = set()
    for number, fails, valid, path in vectors(corpus):
        verdict = check(path.read_bytes())
        complained = {complaint.number for complaint in verdict.complaints}
        assert (verdict.valid, number in complained) == (valid, fails), path.name
        seen.add(path.name)
    folder = corpus / "csaf" / "oasis-validator-2.0" / "mandatory"
    assert seen == {path.name for path in folder.glob("*.json")}
    assert len(seen) > 140


def test_every_mandatory_test_has_a_vector_that_fails_it(corpus):
    failed = {number for number, fails, _, _ in vectors(corpus) if fails}
    profiles = {f"6.1.27.{part}" for part in range(1, 12)}
    assert failed == profiles | {f"6.1.{part}" for part in range(1, 34) if part != 27}


def test_vectors_that_pass_have_no_complaint_of_any_mandatory_test(corpus):
    for _, fails, _, path in vectors(corpus):
        if not fails:
            levels = {complaint.level for complaint in check(path.read_bytes()).complaints}
            assert not levels & {"schema", "mandatory"}, path.name


def test_the_medical_advisories_are_valid_and_what_they_lack_is_counted(corpus):
    paths = sorted((corpus / "csaf" / "cisa-icsma").glob("*.json"))
    verdicts = [check(path.read_bytes()) for path in paths]
    assert len(verdicts) == 105
    assert all(verdict.valid for verdict in verdicts)
    lacking = Counter(
        number for verdict in verdicts for number in {item.number for item in verdict.complaints}
    )
    # No CPE and no purl, CVSS 3.0, ranges that are not written as vers, a version that begins with v.
    assert lacking == {"6.2.16": 105, "6.3.2": 102, "6.3.9": 65, "6.3.10": 65, "6.2.18": 62, "6.3.11": 1}
    unjudged = {remark.why.split(":")[0] for verdict in verdicts for remark in verdict.remarks}
    assert unjudged == {"6.3.6", "6.3.7", "6.3.8"}


def test_what_else_oasis_publishes_is_read(corpus):
    for path in sorted((corpus / "csaf" / "oasis-examples-2.0" / "csaf").rglob("*.json")):
        assert check(path.read_bytes()).version == "2.0", path.name
