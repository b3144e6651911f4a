# SPDX-License-Identifier: Apache-2.0
"""Ranges of package ecosystems are judged exactly: against the libraries of each, by a literal reading of OSV's events."""

import json
from itertools import pairwise

import pytest
import semantic_version
from packaging.version import Version

from leadglass.formats import osv
from leadglass.services.ledger.said import rows
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.ranges import is_version
from leadglass.vulnerabilities.statements import package_key, speaks_of, stated_order, versions_of
from leadglass.vulnerabilities.versions import clean
from tests.vulnerabilities.schemes.grammars import GRAMMARS, pairs_of


def named(ecosystem, *events, versions=()):
    """A named product, as the table has it, of a record with these events."""
    ranges = (
        [{"type": "ECOSYSTEM", "events": [{name: version} for name, version in events]}] if events else []
    )
    affected = [
        {"package": {"ecosystem": ecosystem, "name": "quill"}, "ranges": ranges, "versions": list(versions)}
    ]
    raw = json.dumps({"id": "X-1", "modified": "2031-01-01T00:00:00Z", "affected": affected}).encode()
    (row,) = rows(osv.read(raw), "0" * 64)["named_product"]
    return {**row, "product_name": row["product"]}


def value(product, version):
    return speaks_of(versions_of(product), version, lacks="version", stated=stated_order(product)).value


def node(text):
    """Read a version as npm does: a "v" in front and what is built say nothing."""
    return semantic_version.Version(text.strip().lstrip("vV=").partition("+")[0])


@pytest.mark.parametrize(("ecosystem", "scheme", "read"), [("PyPI", "pep440", Version), ("npm", "npm", node)])
@pytest.mark.parametrize("closing", ["fixed", "last_affected"])
def test_events_mean_what_the_libraries_of_the_ecosystem_compare(ecosystem, scheme, read, closing):
    seen = []
    for (one, other), near in pairwise(pairs_of(GRAMMARS[scheme], 800)):
        lower, upper = sorted((one, other), key=read)
        if read(lower) == read(upper) or lower == "0":
            continue
        product = named(ecosystem, ("introduced", lower), (closing, upper))
        for installed in filter(
            is_version, map(clean, (one, other, *near))
        ):  # "4294967296a0" may be a commit
            behind = read(installed) > read(upper) or (closing == "fixed" and read(installed) == read(upper))
            expected = read(lower) <= read(installed) and not behind
            assert value(product, installed) is (Truth.TRUE if expected else Truth.FALSE), (
                lower,
                upper,
                installed,
            )
            seen.append(expected)
    assert min(seen.count(True), seen.count(False)) > 500


@pytest.mark.parametrize(
    ("events", "versions", "installed", "expected", "why"),
    [
        ((("introduced", "0"), ("last_affected", "4.12")), (), "4.12.3", Truth.FALSE, "a range is no prose"),
        (
            (("introduced", "0"), ("fixed", "2.0")),
            (),
            "2.0rc1",
            Truth.TRUE,
            "a release candidate comes before",
        ),
        ((("introduced", "1.0"), ("limit", "2.0")), (), "2.0", Truth.FALSE, "behind the limit"),
        ((("introduced", "1.0"), ("fixed", "1.2")), ("3.0",), "3.0", Truth.TRUE, "listed beside the range"),
        ((), ("1.0", "1.1"), "1.0.0", Truth.TRUE, "PEP 440: zeros at the end say nothing"),
        ((), ("1.0", "1.1"), "1.0.post1", Truth.FALSE, "a list is a list"),
        (
            (("introduced", "0"), ("fixed", "2.0")),
            (),
            "2.1-quillon",
            Truth.UNKNOWN,
            "of no order: never safe",
        ),
        ((("introduced", "0"), ("fixed", "2.0")), (), "1.9-quillon", Truth.TRUE, "of no order: it warns"),
        ((("introduced", "0"), ("fixed", "2.0")), (), "of october", Truth.UNKNOWN, "no version"),
    ],
)
def test_structured_versions_are_judged_exactly(events, versions, installed, expected, why):
    assert value(named("PyPI", *events, versions=versions), installed) is expected, why


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pkg:pypi/zope.interface@1", "pkg:pypi/Zope-Interface"), ("pkg:pypi/a_b", "pkg:pypi/a.b"),
        ("pkg:nuget/Newtonsoft.Json@13.0.1", "pkg:nuget/newtonsoft.json"),
    ],
)  # fmt: skip
def test_names_that_a_registry_takes_for_one_are_one(one, other):
    assert package_key(one) == package_key(other)


def test_names_that_a_registry_keeps_apart_stay_apart():
    assert package_key("pkg:maven/a/b.c") != package_key("pkg:maven/a/b-c")
