# SPDX-License-Identifier: Apache-2.0
"""Product files and status lists of the public documents, counted against a plain walk of the same bytes."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
import yaml

from leadglass.formats import endoflife, status_list
from leadglass.values.advisories import Status

pytestmark = pytest.mark.corpus


@cache
def both(path):
    """What we read of the list, and what PyYAML loads."""
    raw = path.read_bytes()
    return status_list.read(raw), yaml.load(raw, Loader=yaml.CSafeLoader)["software"]


@pytest.fixture
def log4j(corpus):
    return both(corpus / "matching" / "cisa-log4j-affected.yml")


def front_matter(raw):
    return yaml.load(raw.decode().split("\n---\n", 1)[0].removeprefix("---\n"), Loader=yaml.CSafeLoader)


def test_every_product_file_gives_the_cycles_that_it_lists(corpus):
    counted, expected = Counter(), Counter()
    paths = sorted((corpus / "endoflife" / "products").glob("*.md"))
    for path in paths:
        raw = path.read_bytes()
        plain = front_matter(raw)
        (lifecycle,) = endoflife.read(raw)
        assert (lifecycle.product, lifecycle.label) == (plain["permalink"].strip("/"), plain["title"])
        assert [cycle.name for cycle in lifecycle.cycles] == [
            one["releaseCycle"] for one in plain["releases"]
        ]
        assert lifecycle.identifiers == tuple(
            one[kind] for one in plain.get("identifiers", ()) for kind in one if kind in ("purl", "cpe")
        )
        for cycle, one in zip(lifecycle.cycles, plain["releases"], strict=True):
            for name, day, said in (
                ("eol", cycle.security_until, cycle.ended),
                ("eoas", cycle.support_until, cycle.support_ended),
                ("eoes", cycle.extended_until, cycle.extended_ended),
                ("lts", cycle.lts_from, cycle.lts),
                ("discontinued", cycle.discontinued_on, cycle.discontinued),
            ):
                stated = one.get(name)
                assert day == (stated if isinstance(stated, date) else None)
                assert said == (stated if isinstance(stated, bool) else None)
            assert (cycle.released, cycle.latest_released) == (
                one["releaseDate"],
                one.get("latestReleaseDate"),
            )
            assert (cycle.latest, cycle.codename) == (one.get("latest", ""), one.get("codename", ""))
            assert "__" not in cycle.label
            counted["booleans"] += cycle.ended is not None
            expected["booleans"] += isinstance(one["eol"], bool)
        assert not [remark for remark in lifecycle.remarks if "not taken" not in remark.why]
    assert len(paths) > 400
    assert counted == expected


def test_the_api_v0_of_every_product_says_the_same(corpus):
    for path in sorted((corpus / "endoflife" / "products").glob("*.md"))[::9]:
        raw = path.read_bytes()
        listed = [{"cycle": one.pop("releaseCycle"), **one} for one in front_matter(raw)["releases"]]
        plain = [replace(cycle, place="", label="") for cycle in endoflife.read(raw)[0].cycles]
        answer = json.dumps(listed, default=str).encode()
        assert [replace(cycle, place="", label="") for cycle in endoflife.read(answer)[0].cycles] == plain


def test_every_product_of_the_log4j_list_is_spoken_of_for_every_cve(log4j):
    said, software = log4j
    spoken = {(one.place.partition(".")[0], one.vulnerability) for one in said.statements}
    expected = {
        (f"software[{number}]", name.upper())
        for number, entry in enumerate(software)
        for name in entry["cves"]
    }
    assert spoken == expected
    assert len({product.ref.partition(" ")[0] for product in said.products}) == len(software)


@pytest.mark.parametrize("key", ["affected_versions", "fixed_versions", "unaffected_versions"])
def test_every_version_of_the_log4j_list_stands_as_written(log4j, key):
    said, software = log4j
    products = {product.ref: product for product in said.products}
    found = Counter((one.place, products[one.product].version) for one in said.statements if one.group == key)
    expected = Counter()
    for number, entry in enumerate(software):
        for name, plain in entry["cves"].items():
            texts = plain[key] if isinstance(plain[key], list) else [plain[key]]
            for text in {" ".join(text.split("\n")).strip() for text in texts}:
                expected[f"software[{number}].cves.{name}", text] += 1
    assert found == expected


def test_a_repair_of_the_log4j_list_without_a_version_is_unknown(log4j):
    said, _ = log4j
    products = {product.ref: product for product in said.products}
    assert not [
        one for one in said.statements if one.status is Status.FIXED and not products[one.product].version
    ]
    assert {one.vulnerability for one in said.described} == {
        "CVE-2021-44228", "CVE-2021-45046", "CVE-2021-45105", "CVE-2021-4104",
    }  # fmt: skip
