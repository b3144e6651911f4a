"""What a record says in words alone: names where it has no criteria, ranges that its criteria leave out."""

import random
from itertools import pairwise
from typing import Any

import pytest

from leadglass.vulnerabilities import COMPONENT_FINDINGS, HIT
from leadglass.vulnerabilities.schemes import key, scheme_of_product, shipped
from leadglass.vulnerabilities.spoken import NO_CRITERIA, Spoken, named
from leadglass.vulnerabilities.versions import clean, norm
from leadglass.vulnerabilities.worded import (
    DISAGREE,
    WORDED,
    left_out,
    ranges,
)
from tests.vulnerabilities import worlds

TOMARA = "quillon:tomara"


def record(words: str, *products: str, end: str = "", name: str = "CVE-2026-1000") -> dict[str, Any]:
    """A record as it is read for its words; the first product has the range that ends so."""
    return {
        "vulnerability": name, "description": words, "sha256": "a" * 64, "record": 3,
        "named": [f"a:{product}" for product in products], "ends": [f"{products[0]}\x1f{end}"] if end else None,
    }  # fmt: skip


def told(folder, records, links, hits=(), behind: str = "", upto: str = "") -> list[dict[str, Any]]:
    """What records say in words of components, which their criteria do not, in their slice."""
    parts = [worlds.component(link) for link in links]
    with worlds.bench(folder, {}, [worlds.World("G-1", parts, worlds.NOTHING)]) as opened:
        opened.put("left_out", [row for one in records for row in left_out(one, shipped())])
        given = {"hit": (HIT, hits), "worded": (WORDED, [])}
        return opened.rows(COMPONENT_FINDINGS, given=given, behind=behind, upto=upto)


@pytest.mark.parametrize(
    ("words", "version", "end"),
    [
        ("Tomara from 10.1.0-M7 through 10.1.55 is affected.", "10.1.40", "< 10.1.37"),
        ("All versions of Tomara 7.0.x are affected.", "7.0.5", ""),
        ("Tomara 5.x before 5.4.2 is affected.", "5.4.1", "< 5.4"),
        ("Tomara 2.1.0 and lower is affected.", "2.0.1", ""),
        ("Tomara 6.7 through 6.9 is affected.", "6.9", "< 6.9"),
        ("Tomara before 1.900.14 stops.", "1.900.1", ""),
        ("Tomara prior to version 4.2 stops.", "3.9", ""),
        ("Tomara 9.1.0 to 9.1.7. Older, end of support versions may also be affected.", "8.5.23", "< 9.1.8"),
        ("Tomara 9.1.0 to 9.1.7. Other unsupported versions may be vulnerable.", "8.0", "<= 9.1.7"),
    ],
)
def test_a_version_that_the_words_name_and_no_criterion_has_is_unknown(
    tmp_path, words: str, version: str, end: str
) -> None:
    (row,) = told(tmp_path, [record(words, TOMARA, end=end)], [worlds.link("a", TOMARA, version)])
    assert (row["status"], row["class"], row["missing"]) == ("unknown", "words", DISAGREE)
    assert row["place"] == "vulnerabilities[3].cve.descriptions"


@pytest.mark.parametrize(
    ("words", "version", "end"),
    [
        ("Tomara before 5.4.2 is affected.", "5.5", "< 5.4.2"),
        ("Tomara 5.x before 5.4.2 and 6.x before 6.1 are affected.", "6.0", "< 6.1"),
        ("Tomara 2.1.0 and earlier is affected.", "2.2", ""),
        ("Tomara 1.5 and Console 3.2 and earlier are affected.", "2.0", "<= 1.5"),
        ("Tomara has a fault.", "2.2", ""),
        ("Tomara before 2.5 stops.", "2.5", ""),
        ("Tomara 1.0.1 before 1.0.1g stops.", "0.9", "< 1.0.1g"),
        ("Tomara 9.1. Older versions may also be affected.", "9.2", "< 9.1.8"),
    ],
)
def test_what_words_and_criteria_both_leave_out_stays_silent(
    tmp_path, words: str, version: str, end: str
) -> None:
    assert told(tmp_path, [record(words, TOMARA, end=end)], [worlds.link("a", TOMARA, version)]) == []


OLDER = "Older versions may also be affected"
PHRASES = (
    "from {} through {}", "from versions {} up to {}", "from {} before {}", "{} through {}", "{}.x before {}",
    "all versions {}.x and {}.x", "{} and earlier", "in {}.x, {}.x before {}", "before {}", f"{{}}. {OLDER}",
)  # fmt: skip
VERSIONS = (
    "1",
    "2",
    "1.0",
    "1.02",
    "1.2",
    "1.2.3",
    "1.2.10",
    "2.0-beta1",
    "2.0 sp1",
    "2",
    "v2.1",
    "10.0.17763.1697",
    "12.5(1)su6",
)
PRODUCTS = (TOMARA, "cisco:unified", "siemens:syngo_tomara", "microsoft:windows_10_1809")
ENDS = ("", "", "< 1.2", "<= 1.2.3", "<= 2")


def holds(said: Any, link: Any) -> bool:
    """Whether a component's version lies within what words say: the readable definition."""
    if said.line:
        return f"{norm(link.version)}.".startswith(f"{said.low}.")
    scheme = scheme_of_product(link.product)
    low, high = "" if said.below else key(scheme, clean(said.low)), key(scheme, clean(said.high))
    return low <= link.key and (link.key < high if said.excluded else link.key <= high)


@pytest.mark.parametrize("seed", range(3))
def test_words_are_held_against_components_as_their_definition_says(tmp_path, seed: int) -> None:
    chance = random.Random(seed)
    records = []
    for number in range(120):
        words = chance.choice(PHRASES).format(*(chance.choice(VERSIONS) for _ in range(3)))
        products = chance.sample(PRODUCTS, chance.choice((1, 2)))
        records.append(
            record(
                f"Tomara {words} is affected.",
                *products,
                end=chance.choice(ENDS),
                name=f"CVE-2026-{number:04}",
            )
        )
    links = [  # builds of Windows have another name among records
        worlds.link(
            "a",
            product,
            version,
            named=product.startswith("microsoft"),
            release="-" * product.startswith("microsoft"),
        )
        for product in PRODUCTS
        for version in ("", *VERSIONS)
    ]
    wanted = {}
    for one in records:
        for link in links:
            if f"a:{link.product}" not in one["named"] or not link.key:
                continue
            (product, end), *_ = [text.split("\x1f") for text in one["ends"] or ()] or [("", "")]
            name = (one["vulnerability"], worlds.component(link).component_id)
            for said in ranges(one["description"]):
                if not said.heard([end], ranged=product == link.product) and holds(said, link):
                    wanted[name] = f"{said.text} in words alone"
                    break
            else:
                lowest = key(scheme_of_product(link.product), clean(end.partition(" ")[2]))
                if OLDER in one["description"] and product == link.product and link.key < lowest:
                    wanted[name] = f"{OLDER} in words alone"
    assert len(wanted) > 100
    assert sum(OLDER in rule for rule in wanted.values()) > 5
    assert any("microsoft" in link.product and link.key for link in links)
    rows = told(tmp_path, records, links)
    assert {(row["vulnerability"], row["component_id"]): row["rule"] for row in rows} == wanted


def test_what_criteria_say_of_a_component_is_not_said_in_words_too(tmp_path) -> None:
    spoken = record("Tomara 2.1.0 and earlier is affected.", TOMARA)
    hit = {column.name: 0 for column in HIT.columns} | {
        "vulnerability": "CVE-2026-1000", "value": 1, "alone": False, "vulnerable": True, "negated": False,
    }  # fmt: skip
    link = worlds.link("a", TOMARA, "2.0")
    assert told(tmp_path / "heard", [spoken], [link], hits=[hit]) == []
    assert len(told(tmp_path / "false", [spoken], [link], hits=[hit | {"value": 0}])) == 1


def test_words_are_told_in_the_slice_of_their_record(tmp_path) -> None:
    records = [
        record("Tomara 2.1.0 and earlier is affected.", TOMARA, name=f"CVE-2026-{n}") for n in range(4)
    ]
    link = worlds.link("a", TOMARA, "2.0")
    cuts = ["", "CVE-2026-0", "CVE-2026-2", ""]
    seen = [
        [row["vulnerability"] for row in told(tmp_path / upto, records, [link], behind=behind, upto=upto)]
        for behind, upto in pairwise(cuts)
    ]
    assert seen == [["CVE-2026-0"], ["CVE-2026-1", "CVE-2026-2"], ["CVE-2026-3"]]


def test_all_that_is_older_counts_where_criteria_have_single_releases_alone(tmp_path) -> None:
    words = "Tomara before 2.5, fixed in 2.5.1"
    assert [(one.high, one.excluded, one.below) for one in ranges(words)] == [("2.5", True, True)]
    assert told(tmp_path, [record(words, TOMARA, end="< 2.3")], [worlds.link("a", TOMARA, "2.4")]) == []


def named_in(words: str, *names: str, product: str = "quillon:tomara") -> list[tuple[int, str]]:
    records = [{"vulnerability": "CVE-2026-1000", "description": words, "sha256": "a" * 64, "record": 0}]
    listed = [
        {"number": number, "name": name, "version": "4.4.0", "part": "a", "product": product, "doubt": ""}
        for number, name in enumerate(names, 1)
    ]
    return [(row["c"], row["missing"]) for row in named(records, listed)]


def test_a_record_without_criteria_is_unknown_for_what_its_words_name() -> None:
    words = "NextGen Healthcare Mirth Connect before version 4.4.1 runs what anybody sends."
    assert named_in(words, "Mirth Connect", "Connect", "Mirth Console") == [(1, NO_CRITERIA)]


def test_a_name_of_one_word_counts_where_the_record_begins_with_it() -> None:
    assert named_in("FOG is an imaging suite.", "FOG Project") == [(1, NO_CRITERIA)]
    assert named_in("Thick fog is no vulnerability.", "FOG Project") == []


def test_what_no_criteria_name_is_looked_for_without_its_maker_and_its_edition() -> None:
    words = "Quillon Vela PACS does not ask who somebody is."
    assert named_in(words, "Tarn Vela PACS", "Vela PACS Premium", "Vela Console", product="") == [
        (1, NO_CRITERIA),
        (2, NO_CRITERIA),
    ]
    assert named_in(words, "Tarn Vela PACS") == []


def test_words_of_a_sentence_are_no_name_without_their_capitals() -> None:
    assert named_in("It reads vela pacs as it likes.", "Tarn Vela PACS", product="") == []


@pytest.mark.parametrize("seed", range(4))
def test_few_names_find_in_many_records_what_each_record_names(seed: int) -> None:
    chance = random.Random(seed)
    some = (
        "Vela",
        "PACS",
        "vela",
        "Farbor",
        "Core",
        "server",
        "for",
        "Linux",
        "Tarn",
        "2000",
        "of",
        "viewer",
    )
    records = [
        {"vulnerability": f"CVE-2031-{number}", "sha256": "a" * 64, "record": number,
         "description": " ".join(chance.choices(some, k=chance.randint(1, 8)))}
        for number in range(300)
    ]  # fmt: skip
    listed = [
        {"number": number, "name": " ".join(chance.sample(some, chance.randint(1, 3))), "version": "1", "part": "a",
         "product": chance.choice(("", "quillon:tomara")), "doubt": ""}
        for number in range(12)
    ]  # fmt: skip
    found = list(Spoken(records).named(listed))
    assert found == [row for one in records for row in named([one], listed)]
    assert len(found) > 20
