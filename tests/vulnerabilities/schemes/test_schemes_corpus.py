# SPDX-License-Identifier: Apache-2.0
"""Two-sided ranges of all the feeds of NVD that are at hand: fewer end before they begin, and of no product more."""

import tomllib
from collections import Counter
from importlib import resources

import pytest

from leadglass.vulnerabilities.schemes import STRANGE, Scheme, bounds, is_valid, scheme_of_product, shipped
from leadglass.vulnerabilities.versions import is_inverted
from tests.vulnerabilities import test_versions_corpus as feeds

pytestmark = feeds.pytestmark

BEFORE, AFTER, TWO_SIDED = 610, 300, 71_583
"""Inverted ranges of the 21 feeds of 2002 to 2019, 2022, 2023 and 2026, and all that have two ends."""


def is_unsound(scheme, ends):
    """Whether a range holds nothing, or has one end only that is of the scheme (ranges.complete)."""
    lo, hi = bounds(scheme, *ends)
    return is_inverted(lo, hi) or (
        scheme is not Scheme.GENERIC and lo > "" and lo.startswith(STRANGE) != hi.startswith(STRANGE)
    )


@pytest.fixture(scope="module")
def ranges():
    """How often each product has which two-sided range."""
    found: dict[str, Counter[tuple[str | None, ...]]] = {}
    for feed in feeds.FEEDS:
        for row in feeds.rows_of(feed):
            ends = row.ends()
            if any(ends[:2]) and any(ends[2:]):
                _, _, _, vendor, product, *_ = feeds.UNESCAPED_COLON.split(row.criteria)
                found.setdefault(f"{vendor}:{product}", Counter())[ends] += 1
    return found


def counted(ranges, scheme_of):
    return {
        product: sum(count for ends, count in listed.items() if is_unsound(scheme_of(product), ends))
        for product, listed in ranges.items()
    }


@pytest.fixture(scope="module")
def before(ranges):
    return counted(ranges, lambda _: Scheme.GENERIC)


@pytest.fixture(scope="module")
def after(ranges):
    return counted(ranges, scheme_of_product)


def test_half_of_the_inverted_ranges_are_sound_in_the_scheme_of_their_product(ranges, before, after):
    assert sum(count for listed in ranges.values() for count in listed.values()) == TWO_SIDED
    assert sum(before.values()) == BEFORE
    assert sum(after.values()) == AFTER


def test_no_product_has_more_inverted_ranges_than_in_the_generic_scheme(before, after):
    assert {name: (before[name], after[name]) for name in before if after[name] > before[name]} == {}


def test_what_the_table_says_of_each_row_is_what_the_feeds_hold(ranges, before):
    text = (
        resources.files("leadglass.vulnerabilities")
        .joinpath("tables/schemes.toml")
        .read_text(encoding="utf-8")
    )
    table = tomllib.loads(text)
    for section in ("product", "prefix"):
        for name, scheme in table[section].items():
            mine = [p for p in ranges if p == name or (section == "prefix" and p.startswith(name))]
            old = sum(before[product] for product in mine)
            new = sum(
                count for p in mine for ends, count in ranges[p].items() if is_unsound(Scheme(scheme), ends)
            )
            whole = sum(sum(ranges[product].values()) for product in mine)
            (line,) = [line for line in text.splitlines() if line.startswith(f'"{name}" = ')]
            assert line.partition("# ")[2] == f"{old} -> {new} of {whole}"


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("juniper:junos", 1.0),
        ("vmware:esxi", 1.0),
        ("pulsesecure:pulse_connect_secure", 1.0),
        ("cisco:", 0.97),
        ("siemens:syngo", 1.0),
    ],
)
def test_bounds_of_makers_are_read_by_their_schemes(ranges, name, share):
    scheme = scheme_of_product(name)
    assert scheme is not Scheme.GENERIC
    mine = [p for p in ranges if p == name or (name in shipped().prefix and p.startswith(name))]
    texts = {end for product in mine for ends in ranges[product] for end in ends if end}
    assert len([text for text in texts if is_valid(scheme, text)]) >= share * len(texts) > 0


def test_every_product_of_the_table_is_in_the_feeds_or_of_a_family_that_is(ranges):
    makers = {product.partition(":")[0] for product in ranges}
    assert {name for name in shipped().product if name.partition(":")[0] not in makers} == set()
