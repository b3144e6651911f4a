# SPDX-License-Identifier: Apache-2.0
"""What is known of a vulnerability: CVSS as its library scores it, KEV and EPSS as hints that never lower."""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cvss import CVSS2, CVSS3, CVSS4
from hypothesis import given
from hypothesis import strategies as st

from leadglass.risk import assess, load
from leadglass.risk.ssvc import EXPLOITATION
from leadglass.risk.threats import score

ROOT = Path(__file__).parents[2]
FEED = Path(os.environ.get("LEADGLASS_CORPUS", ROOT / "../shared/data")) / "nvd/imaging-cves-2.0.dev.json"
SEEN = datetime(2026, 11, 2, 7, tzinfo=UTC)
WEAKNESSES = load({}).weaknesses
TRUST = load({}).trust

# Vectors of real records: CVE-2017-0144, CVE-2021-44228, CVE-2014-0160, CVE-2020-0796, CVE-2019-0708, CVE-2024-3400, ...
TOTAL = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"
VECTORS = [
    "AV:N/AC:M/Au:N/C:C/I:C/A:C",
    "AV:N/AC:L/Au:N/C:P/I:N/A:N",
    "AV:L/AC:L/Au:S/C:N/I:N/A:P",
    "CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H",
    "CVSS:3.1/AV:A/AC:L/PR:N/UI:R/S:U/C:N/I:L/A:N",
    "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:H",
    "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
    TOTAL,
    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H",
    "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:P/VC:N/VI:N/VA:L/SC:L/SI:N/SA:N",
    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:H/SA:N/E:P",
]


def threat(**told: object):
    """A threat from a row as the query gives it."""
    said = {name: told.pop(name) for name in ("vectors", "cwe") if name in told}
    row = {
        "vulnerability": "CVE-2031-1",
        "words": [word("nvd", **{"vectors": TOTAL, **said})],
        "poc": False,
        "first_seen": SEEN,
        "added": None,
        "marked_seen": None,
    }
    return assess(
        {**row, "kev_seen": None, "ransomware": False, "probability": None, "percentile": None, **told},
        WEAKNESSES,
        TRUST,
    )


def word(kind: str, **told: object) -> dict[str, object]:
    """What one source says, as the query gives it."""
    blank = {
        "publisher": kind.upper(),
        "vectors": "",
        "cwe": "",
        "ssvc": "",
        "exploited": False,
        "current": True,
    }
    return {"kind": kind, **blank, **told}


def by_the_library(vector: str):
    """Score, severity, effects, and whether nobody has to help and no rights are needed, read off the library."""
    if vector.startswith("CVSS:4"):
        four = CVSS4(vector)
        m = four.metrics
        effects = "".join(c for c in "CIA" if {m[f"V{c}"], m[f"S{c}"]} != {"N"})
        automatable = (m["AV"], m["AC"], m["AT"], m["PR"], m["UI"]) == ("N", "L", "N", "N", "N")
        return float(four.base_score), four.severity, effects, automatable
    if vector.startswith("CVSS:3"):
        three = CVSS3(vector)
        m = three.metrics
        automatable = (m["AV"], m["AC"], m["PR"], m["UI"]) == ("N", "L", "N", "N")
        return (
            float(three.base_score),
            three.severities()[0],
            "".join(c for c in "CIA" if m[c] != "N"),
            automatable,
        )
    two = CVSS2(vector)
    m = two.metrics
    automatable = (m["AV"], m["AC"], m["Au"]) == ("N", "L", "N")
    return float(two.base_score), two.severities()[0], "".join(c for c in "CIA" if m[c] != "N"), automatable


@pytest.mark.parametrize("vector", VECTORS)
def test_score_and_effects_are_those_of_the_cvss_library(vector):
    number, severity, effects, automatable = by_the_library(vector)
    got = threat(vectors=vector)
    assert (got.cvss, got.severity, got.effects, got.vector) == (number, severity.lower(), effects, vector)
    assert got.automatable == ("yes" if automatable else "no")


@pytest.mark.parametrize(
    ("vector", "points", "effects"),
    [
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7, "C"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "CIA"),
        ("CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H", 5.5, "A"),
        ("AV:N/AC:L/Au:N/C:N/I:P/A:N", 5.0, "I"),
    ],
)
def test_vectors_of_every_standard_are_scored(vector, points, effects):
    got = threat(vectors=vector)
    assert (got.cvss, got.effects) == (points, effects)


@pytest.mark.corpus
@pytest.mark.skipif(not FEED.is_file(), reason=f"no feed at {FEED}: set LEADGLASS_CORPUS")
def test_every_vector_of_the_imaging_records_is_scored_as_the_library_scores_it():
    feed = json.loads(FEED.read_text(encoding="utf-8"))
    vectors = {
        metric["cvssData"]["vectorString"]
        for entry in feed["vulnerabilities"]
        for metrics in entry["cve"].get("metrics", {}).values()
        for metric in metrics
    }
    assert len(vectors) > 100
    for vector in vectors:
        number, severity, effects, automatable = by_the_library(vector)
    got = threat(vectors=vector)
    assert (got.cvss, got.severity, got.effects, got.vector) == (number, severity.lower(), effects, vector)
    assert got.automatable == ("yes" if automatable else "no")


def test_the_newest_standard_counts_and_a_damaged_vector_is_passed_over():
    assert threat(vectors=f"CVSS:4.0/AV:Q {TOTAL} {VECTORS[1]}").vector == TOTAL


@pytest.mark.parametrize("vectors", ["", None, "none", "CVSS:3.1/AV:N", "CVSS:9.9/AV:N/AC:L"])
def test_without_a_vector_the_worst_is_assumed_and_said(vectors):
    got = threat(vectors=vectors)
    assert (got.cvss, got.severity, got.automatable, got.effects) == (None, "not scored", "yes", "CIA")
    assert "Nobody has scored" in got.sentence
    assert "assumed" in got.sentence


@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(["CVSS:", "4.0", "3.1", "/", "AV:N", "AC:L", "Au:N", "C:P", "VC:H", "E:U"])
    ).map("/".join)
)
def test_no_text_in_place_of_a_vector_is_an_error(text):
    got = score(text)
    assert (got.score is None) == (got.severity == "not scored")


@given(
    poc=st.booleans(),
    added=st.none() | st.just(date(2026, 1, 1)),
    probability=st.none() | st.floats(0, 1),
    higher=st.floats(0, 1),
)
def test_epss_never_lowers_and_kev_makes_active(poc, added, probability, higher):
    without = threat(poc=poc, added=added)
    got = threat(poc=poc, added=added, probability=probability)
    raised = threat(poc=poc, added=added, probability=max(probability or 0, higher))
    grave = EXPLOITATION.index
    assert grave(without.exploitation) <= grave(got.exploitation) <= grave(raised.exploitation)
    assert (got.exploitation == "active") == (added is not None)
    assert got.epss == probability


def test_a_public_exploit_or_a_high_forecast_is_a_public_exploit():
    assert threat().exploitation == "none"
    assert threat(poc=True).exploitation == "public poc"
    assert threat(probability=0.49).exploitation == "none"
    assert threat(probability=0.5).exploitation == "public poc"


@pytest.mark.parametrize(
    ("vector", "cwe", "said"),
    [
        (TOTAL, "CWE-798", "Anyone who reaches it over the network can take it over: a password is built in."),
        (VECTORS[1], "", "Anyone who reaches it over the network can read its data."),
        (VECTORS[2], "", "Somebody signed in at the device can stop it."),
        (VECTORS[4], "CWE-999999", "Somebody at the device or on its own segment, with luck or a user's help, can change its data or commands."),
        (VECTORS[5], "NVD-CWE-noinfo CWE-400", "Anyone signed in who reaches it over the network can read its data and stop it: resources run out."),
        (VECTORS[6], "", "Somebody at the device or on its own segment can disturb it."),
    ],
)  # fmt: skip
def test_a_sentence_says_in_plain_words_who_can_do_what(vector, cwe, said):
    assert threat(vectors=vector, cwe=cwe).sentence == said


def test_every_vector_gives_a_plain_sentence():
    for vector in VECTORS:
        sentence = threat(vectors=vector).sentence
        assert sentence.endswith(".")
        assert not any(word in sentence for word in ("CVSS", "AV:", "CIA", "None", "{", "  "))


def test_the_catalogue_is_told_with_its_day_and_its_ransomware():
    seen = datetime(2026, 3, 4, tzinfo=UTC)
    got = threat(added=date(2026, 3, 3), kev_seen=seen, ransomware=True)
    assert (got.known_exploited, got.kev_seen, got.ransomware) == (date(2026, 3, 3), seen, True)
    assert threat().kev_seen is None
