# SPDX-License-Identifier: Apache-2.0
"""Keys of each scheme against what decides: libraries and programs of the packaging worlds, literal readings."""

from functools import partial

import pytest

from leadglass.vulnerabilities.schemes import Scheme, is_valid, key
from tests.oracles import libversion
from tests.vulnerabilities.schemes import grammars, oracles

FEW, MANY = 600, 100_000

ORACLES = [
    (Scheme.GENERIC, grammars.letters_later, oracles.each(libversion.compare)),
    (Scheme.LETTERS_LATER, grammars.letters_later, oracles.LITERAL["letters_later"]),
    (Scheme.SEMVER, grammars.semver, oracles.semver),
    (Scheme.SEMVER, grammars.semver, oracles.semantic_version),
    (Scheme.NPM, grammars.npm, oracles.node),
    (Scheme.GOLANG, grammars.golang, oracles.go_modules),
    (Scheme.PEP440, grammars.pep440, oracles.packaging),
    (Scheme.MAVEN, grammars.maven, oracles.maven),
    (Scheme.MAVEN, grammars.maven_dots, oracles.maven),
    (Scheme.NUGET, grammars.nuget, oracles.LITERAL["nuget"]),
    (Scheme.DPKG, grammars.dpkg, oracles.debian),
    (Scheme.RPM, grammars.rpm, "librpm"),
    (Scheme.APK, grammars.apk, oracles.LITERAL["alpine"]),
    (Scheme.GEM, grammars.gem, oracles.rubygems),
    (Scheme.WINDOWS, grammars.windows, oracles.LITERAL["windows"]),
    (Scheme.SYNGO, grammars.syngo, oracles.LITERAL["syngo"]),
    (Scheme.CISCO, grammars.cisco, oracles.LITERAL["cisco"]),
    (Scheme.JUNOS, grammars.junos, oracles.LITERAL["junos"]),
    (Scheme.IVANTI, grammars.ivanti, oracles.LITERAL["ivanti"]),
    (Scheme.ESXI, grammars.esxi, oracles.LITERAL["esxi"]),
]
NAMES = [f"{scheme}-{number}" for number, (scheme, *_) in enumerate(ORACLES)]


def disagreements(scheme, grammar, oracle, count, folder):
    """Where a key and its oracle differ; every version must be one of the scheme to both, and every order must occur."""
    pairs = list(grammars.pairs_of(grammar, count))
    ask = partial(oracles.librpm, folder=folder) if oracle == "librpm" else oracle
    expected = ask(pairs)
    assert len(expected) == count
    assert set(expected) == {-1, 0, 1}
    assert [text for pair in pairs for text in pair if not is_valid(scheme, text)] == []
    return [
        (one, other, order)
        for (one, other), order in zip(pairs, expected, strict=True)
        if oracles.sign(key(scheme, one), key(scheme, other)) != order
    ]


@pytest.mark.parametrize(("scheme", "grammar", "oracle"), ORACLES, ids=NAMES)
def test_keys_sort_as_the_oracle_says(scheme, grammar, oracle, tmp_path):
    assert disagreements(scheme, grammar, oracle, FEW, tmp_path) == []


@pytest.mark.slow
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize(("scheme", "grammar", "oracle"), ORACLES, ids=NAMES)
def test_a_hundred_thousand_keys_sort_as_the_oracle_says(scheme, grammar, oracle, tmp_path):
    assert disagreements(scheme, grammar, oracle, MANY, tmp_path) == []


@pytest.mark.slow
@pytest.mark.timeout(1_200)
def test_keys_sort_as_the_dpkg_of_this_machine_says(tmp_path):
    assert disagreements(Scheme.DPKG, grammars.dpkg, oracles.dpkg, 5_000, tmp_path) == []
