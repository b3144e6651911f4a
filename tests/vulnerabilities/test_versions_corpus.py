# SPDX-License-Identifier: Apache-2.0
"""Keys of all the versions that NVD names, against a direct comparison."""

import lzma
import os
import random
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from leadglass.vulnerabilities.versions import bounds, clean, is_inverted, key, norm
from tests.oracles.libversion import compare

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", ROOT / "../shared/data"))
FEEDS = sorted((CORPUS / "nvd" / "feeds-2.0").glob("nvdcve-2.0-*.json.xz"))
YEARS_OF_RANGES = ("2019", "2022")
PAIRS = 100_000
SEED = 20190417
UNESCAPED_COLON = re.compile(r"(?<!\\):")

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FEEDS, reason=f"no NVD feeds below {CORPUS}: set LEADGLASS_CORPUS"),
]


class CpeMatch(msgspec.Struct, rename="camel"):
    criteria: str
    version_start_including: str | None = None
    version_start_excluding: str | None = None
    version_end_including: str | None = None
    version_end_excluding: str | None = None

    def ends(self):
        """The ends of the range, cleaned, in the order that `bounds` takes."""
        start = (self.version_start_including, self.version_start_excluding)
        end = (self.version_end_including, self.version_end_excluding)
        return tuple(None if text is None else clean(text) for text in start + end)


class Node(msgspec.Struct, rename="camel"):
    cpe_match: list[CpeMatch] = []


class Configuration(msgspec.Struct):
    nodes: list[Node] = []


class Cve(msgspec.Struct):
    configurations: list[Configuration] = []


class Vulnerability(msgspec.Struct):
    cve: Cve


class Feed(msgspec.Struct):
    vulnerabilities: list[Vulnerability]


class Corpus(NamedTuple):
    by_product: dict[str, set[str]]
    ranges: list[tuple[str, tuple[str | None, ...]]]

    def versions(self):
        return sorted(set().union(*self.by_product.values()))


def rows_of(feed: Path) -> Iterator[CpeMatch]:
    for vulnerability in msgspec.json.decode(lzma.decompress(feed.read_bytes()), type=Feed).vulnerabilities:
        for configuration in vulnerability.cve.configurations:
            for node in configuration.nodes:
                yield from node.cpe_match


def well_formed(version):
    """Printable ASCII without spaces."""
    return all("!" <= letter <= "~" for letter in version)


@pytest.fixture(scope="module")
def corpus():
    by_product, ranges = {}, []
    for feed in FEEDS:
        for row in rows_of(feed):
            _, _, part, vendor, product, version, *_ = UNESCAPED_COLON.split(row.criteria)
            name = f"{part}:{vendor}:{product}"
            ends = row.ends()
            named = {end for end in ends if end is not None}
            if named and any(year in feed.name for year in YEARS_OF_RANGES):
                ranges.append((name, ends))
            if version not in ("*", "-"):
                named.add(clean(version))
            by_product.setdefault(name, set()).update(filter(well_formed, named))
    return Corpus(by_product, ranges)


def pairs_of(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """A quarter neighbours in the alphabet, a quarter of one product, half drawn freely."""
    draw = random.Random(SEED)
    versions = corpus.versions()
    yield from draw.sample(list(pairwise(versions)), PAIRS // 4)
    families = [sorted(family) for family in corpus.by_product.values() if len(family) > 1]
    for family in draw.choices(families, weights=map(len, families), k=PAIRS // 4):
        one, other = draw.sample(family, 2)
        yield one, other
    yield from zip(draw.choices(versions, k=PAIRS // 2), draw.choices(versions, k=PAIRS // 2), strict=True)


def test_real_versions_sort_as_a_direct_comparison_does(corpus):
    pairs = list(pairs_of(corpus))
    keys = {version: key(version) for pair in pairs for version in pair}
    disagree = [
        (one, other)
        for one, other in pairs
        if (keys[one] > keys[other]) - (keys[one] < keys[other]) != compare(one, other)
    ]
    assert len(pairs) == PAIRS
    assert len({compare(one, other) for one, other in pairs[: PAIRS // 4]}) == 3
    assert disagree == []


def test_no_key_of_a_real_version_begins_another(corpus):
    keys = sorted({key(version) for version in corpus.versions()})
    assert len(keys) > 50_000
    assert [(one, other) for one, other in pairwise(keys) if other.startswith(one)] == []


def test_a_norm_keeps_the_key_of_every_real_version(corpus):
    assert [version for version in corpus.versions() if key(norm(version)) != key(clean(version))] == []


def test_inverted_ranges_are_found_and_not_dropped(corpus):
    closed = [
        (name, ends, bounds(*ends))
        for name, ends in corpus.ranges
        if any(end is not None for end in ends[:2]) and any(end is not None for end in ends[2:])
    ]
    found = [(name, ends) for name, ends, (lo, hi) in closed if is_inverted(lo, hi)]
    expected = [(name, ends) for name, ends, _ in closed if holds_nothing(*ends)]
    assert len(closed) > 10_000
    assert found == expected
    assert len(found) > 100
    assert ("o:juniper:junos", ("18.1", None, None, "18.1r2")) in found


def holds_nothing(start_including, start_excluding, end_including, end_excluding):
    start = start_excluding if start_including is None else start_including
    end = end_excluding if end_including is None else end_including
    order = compare(start, end)
    both_inside = start_including is not None and end_including is not None
    return order > 0 or (order == 0 and not both_inside)
