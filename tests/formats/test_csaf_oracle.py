"""The same verdicts as the validator library of secvisogram gives (npm @secvisogram/csaf-validator-lib 2.0).

`make corpus` brings the library where npm is; LEADGLASS_CSAF_ORACLE names another folder node_modules that holds it.
"""

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from leadglass.formats.csaf_tests import check
from tests.formats.csaf_mutations import MUTATIONS, mutated
from tests.formats.csaf_papers import advisory, changed

pytestmark = pytest.mark.corpus

ORACLES = Path(__file__).parents[1] / "oracles"
SCRIPT = ORACLES / "csaf_oracle.mjs"
SEED, COUNT = 20, 500
UNFOLLOWED = {"6.3.6", "6.3.7", "6.3.8"}  # neither is asked to follow links or to spell

# Where the two differ for a known reason, which the documents below prove one by one.
LEAP_SECOND = "2016-12-31T23:59:60Z"


@pytest.fixture(scope="module")
def modules() -> Path:
    folder = Path(os.environ.get("LEADGLASS_CSAF_ORACLE") or ORACLES / "node_modules")
    if not (folder / "@secvisogram" / "csaf-validator-lib").is_dir():
        pytest.skip(f"no @secvisogram/csaf-validator-lib in {folder}: npm ci --prefix tests/oracles")
    if shutil.which("node") is None:
        pytest.skip("node is not in the path")
    return folder


@pytest.fixture
def originals(corpus) -> list[dict]:
    return [json.loads(path.read_bytes()) for path in sorted((corpus / "csaf" / "cisa-icsma").glob("*.json"))]


def second_opinions(modules: Path, folder: Path, documents: list[dict]) -> list[dict]:
    paths = []
    for number, document in enumerate(documents):
        path = folder / f"{number}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        paths.append(str(path))
    (folder / "list").write_text("\n".join(paths), encoding="utf-8")
    asked = subprocess.run(
        ["node", str(SCRIPT), str(modules), str(folder / "list")], capture_output=True, text=True, check=True
    )
    opinions = [json.loads(line) for line in asked.stdout.splitlines()]
    assert len(opinions) == len(documents)
    return opinions


def judged(document: dict) -> tuple[bool, set[str]]:
    verdict = check(json.dumps(document).encode())
    # The library finds a malformed CVSS object by its schema as well as by test 6.1.8.
    numbers = {complaint.number for complaint in verdict.complaints}
    return verdict.valid, numbers | ({"schema"} if "6.1.8" in numbers else set())


def test_every_medical_advisory_has_the_same_verdict_and_the_same_numbers(modules, originals, tmp_path):
    assert len(originals) == 105
    for document, theirs in zip(originals, second_opinions(modules, tmp_path, originals), strict=True):
        assert judged(document) == (theirs["valid"], set(theirs["failed"])), document["document"]["tracking"][
            "id"
        ]


def explained(name: str, document: dict, ours: set[str], theirs: set[str]) -> bool:
    """Say whether numbers that only one of the two gives are of a kind that is known."""
    differing = ours ^ theirs
    written = json.dumps(document)
    if "schema" in ours & theirs:  # the library's tests expect that the schema holds
        return True
    if LEAP_SECOND in written:
        return True
    return (
        # It names an unknown key of a CVSS object only where it looks into the schema of FIRST: never.
        (name == "add_a_key" and differing == {"6.2.20"})
        # It sorts, then drops repeated numbers, so that 1, 2, 1 seems sorted; 6.1.22 tells it is not.
        or (differing == {"6.1.14"} and "6.1.22" in ours & theirs)
        # It counts versions in the order of time, so that 1, 0, 3 hides that 2 is missing; 6.1.14 tells.
        or (differing == {"6.1.21"} and "6.1.14" in ours & theirs)
    )


def test_five_hundred_mutated_advisories_have_the_same_verdict(modules, originals, tmp_path):
    mutants = mutated(originals, COUNT, SEED)
    opinions = second_opinions(modules, tmp_path, [document for _, document in mutants])
    verdicts, unexplained = Counter(), []
    for (name, document), opinion in zip(mutants, opinions, strict=True):
        valid, numbers = judged(document)
        theirs = set(opinion["failed"])
        verdicts[valid] += 1
        if valid != opinion["valid"] and LEAP_SECOND not in json.dumps(document):
            unexplained.append((name, valid, sorted(numbers ^ theirs)))
        if numbers != theirs and not explained(name, document, numbers, theirs):
            unexplained.append((name, sorted(numbers - theirs), sorted(theirs - numbers)))
    assert unexplained == []
    assert verdicts[True] > 100 < verdicts[False]
    assert {name for name, _ in mutants} == {mutation.__name__ for mutation in MUTATIONS}


D, T, V = "/document", "/document/tracking", "/vulnerabilities/0"
OTHER = {key: value for key, value in advisory()["vulnerabilities"][0].items() if key in {"notes", "title"}}
OTHER |= {"cve": "CVE-2024-99998", "product_status": {"fixed": ["P-1"]}}
FLAG = {"label": "component_not_present"}
INVOLVED = {"date": "2024-05-01T10:00:00Z", "party": "vendor", "status": "open"}
EXTERNAL = {f"{D}/references/1": {"summary": "More", "url": "https://viewer.example"}}
HISTORY = [
    {"date": LEAP_SECOND, "number": "2", "summary": "x"},
    {"date": "2017-01-01T00:00:01Z", "number": "1", "summary": "x"},
]

# Why the two differ, the document that shows it, the number, and whether it is ours to complain.
KNOWN = {
    "it runs 6.1.24 only if every vulnerability has involvements":
        ({"/vulnerabilities/-": OTHER, f"{V}/involvements/-": INVOLVED}, "6.1.24", True),
    "it runs 6.1.29 only if every vulnerability has remediations":
        ({"/vulnerabilities/-": OTHER, f"{V}/remediations/-": {"category": "mitigation", "details": "x"}}, "6.1.29", True),
    "it runs 6.1.32 only if every vulnerability has flags":
        ({"/vulnerabilities/-": OTHER, f"{V}/flags/-": FLAG}, "6.1.32", True),
    "it runs 6.1.33 only if every vulnerability has flags":
        ({"/vulnerabilities/-": OTHER, f"{V}/flags/-": FLAG | {"product_ids": ["P-3"]}}, "6.1.33", True),
    "it takes the dates of leap seconds as equal to all others":
        ({f"{T}/revision_history": HISTORY, f"{T}/initial_release_date": LEAP_SECOND}, "6.1.14", True),
    "it takes qq for a language between qaa and qtz":
        ({f"{D}/lang": "qq"}, "6.1.12", True),
    "it compares languages with regard to case":
        ({f"{D}/source_lang": "EN"}, "6.1.28", True),
    "it does not know a profile by its value without hyphens and underscores (vector 6-1-26-04)":
        ({f"{D}/category": "csafsecurityadvisory"}, "6.1.26", True),
    "it takes a time with a space for one of RFC 3339":
        ({f"{T}/generator/date": "2024-05-07 10:00:00Z"}, "schema", True),
    "it knows the names of all weaknesses; ours doubts what is not in its table":
        ({f"{V}/cwe": {"id": "CWE-1333", "name": "Slow Expression"}}, "6.1.11", False),
    "a reference without a category is external by default":
        ({f"{D}/category": "csaf_security_incident_response"} | EXTERNAL, "6.1.27.2", False),
}  # fmt: skip


@pytest.fixture(scope="module")
def known(modules, tmp_path_factory) -> dict[str, dict]:
    documents = [changed(changes) for changes, _, _ in KNOWN.values()]
    opinions = second_opinions(modules, tmp_path_factory.mktemp("known"), documents)
    return dict(zip(KNOWN, opinions, strict=True))


@pytest.mark.parametrize("reason", KNOWN)
def test_known_differences_are_as_they_are_explained(known, reason):
    changes, number, ours = KNOWN[reason]
    assert (number in judged(changed(changes))[1], number in known[reason]["failed"]) == (ours, not ours)
