# SPDX-License-Identifier: Apache-2.0
"""Structured ranges of publishers are compared in the scheme that they state, where all versions are of it."""

import json

import pytest

from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.schemes import Scheme
from leadglass.vulnerabilities.statements import speaks_of, stated_order, versions_of

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def named(*ranges):
    """A named product with ranges: (type, lower, upper), the upper end left out."""
    listed = [
        {"scheme": kind, "lower": lower, "lower_included": True, "upper": upper, "upper_included": False}
        for kind, lower, upper in ranges
    ]
    return {
        "ranges": json.dumps(listed),
        "versions": "[]",
        "version": "",
        "versioned": "",
        "purl": "",
        "package": "",
        "cpe": "",
    }


def value(product, version):
    return speaks_of(versions_of(product), version, lacks="version", stated=stated_order(product)).value


@pytest.mark.parametrize(
    ("kind", "lower", "upper", "version", "inside", "why"),
    [
        ("pypi", "", "1.0.post2", "1.0.post1", TRUE, "a post release comes after its release"),
        ("pypi", "1.0", "2.0", "1.0.dev3", FALSE, "a development release comes before it"),
        ("pypi", "", "1!1.0", "2023.1", TRUE, "an epoch outweighs a year"),
        ("maven", "", "2.0-sp-1", "2.0-SNAPSHOT", TRUE, "a snapshot comes before the release"),
        ("maven", "2.0", "2.1", "2.0-jre", TRUE, "what Maven does not know comes after it"),
        ("npm", "1.0.0-rc.2", "2.0.0", "1.0.0-rc.10", TRUE, "labels are numbers"),
        (
            "golang",
            "0",
            "0.0.0-20210101000000-abcdefabcdef",
            "v0.0.0-20191231235959-0123456789ab",
            TRUE,
            "by date",
        ),
        ("gem", "1.0", "2.0", "1.0.a", FALSE, "a letter makes a pre-release"),
        ("nuget", "", "1.0.0.1", "1.0", TRUE, "four numbers"),
        ("semver", "1.0", "2.0", "1.5.0", TRUE, "ends that are no SemVer are compared by the generic rules"),
        ("pypi", "1.0", "2.0", "1.5-custom", TRUE, "and so are versions that are not of the scheme"),
        ("", "1.0", "1.0.1", "1.0a1", FALSE, "no scheme is stated"),
    ],
)
def test_a_stated_range_is_compared_in_its_scheme(kind, lower, upper, version, inside, why):
    assert value(named((kind, lower, upper)), version) is inside, why


@pytest.mark.parametrize(
    ("ranges", "scheme"),
    [
        ((), None),
        ((("pypi", "1", "2"), ("pypi", "3", "4")), Scheme.PEP440),
        ((("pypi", "1", "2"), ("npm", "3", "4")), Scheme.GENERIC),
        ((("deb", "1", "2"),), Scheme.GENERIC),
        ((("rpm", "1", "2"),), Scheme.GENERIC),
        ((("composer", "1", "2"),), Scheme.GENERIC),
    ],
)
def test_the_scheme_is_the_one_that_all_ranges_state_and_none_of_a_distribution(ranges, scheme):
    assert stated_order(named(*ranges)) is scheme


def test_a_range_that_ends_before_it_begins_in_its_scheme_is_unknown():
    assert value(named(("pypi", "1.0", "1.0.dev1")), "0.9") is UNKNOWN
