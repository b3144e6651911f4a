# SPDX-License-Identifier: Apache-2.0
"""News: what became worse, what is repaired, and what is only gone; for which device, why, and who is told."""

import json
from datetime import timedelta

import pytest

from leadglass.errors import NotFoundError, StateError, UsageError
from leadglass.planning.news import BORNE, MOVED, STANDS, WEIGHTS
from leadglass.services.ledger.news import news
from leadglass.services.ledger.rebuild import rebuild
from leadglass.values.news import NewsItem, Turn
from tests import publishers
from tests.hospital import Hospital, all_of, any_of, bom, criterion, epss, fleet, kev, nvd, record

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
FIRMWARE = criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0")
HARDWARE = criterion("h:quillon:tomara_64:-", vulnerable=False)
CVE = "CVE-2031-41001"
JOINED = record(CVE, all_of([FIRMWARE], [HARDWARE]))
NEWER = "2026-10-20T00:00:00.000"


def told(hospital: Hospital, since: str = "", **view: object) -> list[tuple[str, str, str, str, str]]:
    """Each item as turn, device, vulnerability, before, after."""
    found = news(hospital.view(**view), since)
    return [
        (item.turn.value, item.device, item.vulnerability, item.before, item.after) for item in found.items
    ]


def scanner(tag: str, **said: str) -> dict[str, str]:
    return {**SCANNER, "asset_tag": tag, **said}


def one_scanner(hospital: Hospital) -> None:
    """One scanner that a record affects, assessed."""
    hospital.receive(fleet(scanner("CT-014")), nvd(JOINED))
    hospital.assess()


def a_record_more(hospital: Hospital) -> None:
    """A day later another record affects it."""
    one_scanner(hospital)
    hospital.clock.pass_days(1)
    hospital.receive(nvd(record("CVE-2031-41002", all_of([FIRMWARE], [HARDWARE]))))
    hospital.assess()


@pytest.fixture
def scanned(begin) -> Hospital:
    return begin(one_scanner)


@pytest.fixture
def grown(begin) -> Hospital:
    return begin(a_record_more)


def test_a_record_that_comes_is_a_new_finding_with_reason_document_and_who_is_told(grown: Hospital) -> None:
    found = news(grown.view())
    (item,) = found.items
    assert (item.turn, item.device, item.site, item.vulnerability) == (
        Turn.AFFECTED,
        "CT-014",
        "Harbor",
        "CVE-2031-41002",
    )
    assert (item.before, item.after) == ("", "affected")
    assert item.why.startswith("CVE-2031-41002: tomara 64 firmware 1.5 is o:quillon:tomara_64_firmware < 2.0")
    assert (item.document, item.place) == (
        "paper-0",
        "vulnerabilities[0].cve.configurations[0].nodes[0].cpeMatch[0]",
    )
    action = next(row for row in grown.list("actions") if item.finding in row["findings"])
    assert (item.action, item.accountable) == (action["id"], action["accountable"])
    assert found.counts == {**dict.fromkeys(Turn, 0), Turn.AFFECTED: 1}
    assert found.after == grown.house.tables.current().id


@pytest.fixture(scope="module")
def of_devices(tmp_path_factory) -> dict[str, list[NewsItem]]:
    """News by device, of scanners that the inventory lists again: as they were, updated, and retired."""
    hospital = Hospital(tmp_path_factory.mktemp("devices") / "home")
    hospital.receive(fleet(*(scanner(f"CT-{number}") for number in range(1, 5))), nvd(JOINED))
    hospital.assess()
    hospital.receive(
        fleet(
            scanner("CT-1", room="2.14"),
            scanner("CT-2", software_version="2.0"),
            scanner("CT-3", software_version="1.9"),
            scanner("CT-4", status="retired"),
        )
    )
    hospital.assess()
    told: dict[str, list[NewsItem]] = {f"CT-{number}": [] for number in range(1, 5)}
    for item in news(hospital.view()).items:
        told[item.device].append(item)
    return told


def test_what_did_not_move_is_no_news(of_devices: dict[str, list[NewsItem]]) -> None:
    assert of_devices["CT-1"] == []


def test_an_update_of_the_device_repairs(of_devices: dict[str, list[NewsItem]]) -> None:
    (item,) = of_devices["CT-2"]
    assert (item.turn, item.before, item.after) == (Turn.REPAIRED, "affected", "")
    assert "2.0 stands in place of" in item.why
    assert item.accountable


def test_an_update_that_does_not_help_is_told_once_and_not_as_repaired(
    of_devices: dict[str, list[NewsItem]],
) -> None:
    (item,) = of_devices["CT-3"]
    assert (item.turn, item.before, item.after, item.version) == (Turn.CHANGED, "affected", "affected", "1.9")
    assert item.why.startswith("Before: ")


def test_a_retired_device_is_gone_and_not_repaired(of_devices: dict[str, list[NewsItem]]) -> None:
    items = of_devices["CT-4"]
    assert {item.turn for item in items} == {Turn.GONE}
    assert {item.why for item in items} == {"The device is retired."}


def test_a_version_that_is_no_longer_known_is_newly_unknown_and_not_repaired(scanned: Hospital) -> None:
    scanned.receive(fleet(scanner("CT-014", software_version="")))
    scanned.house.documents.erase(
        next(row["sha256"] for row in scanned.list("sources", kind="fleet")),
        reason="entered for another device", by="mara", at=scanned.clock(),
    )  # fmt: skip
    scanned.assess()
    vulnerability = [item for item in told(scanned) if item[2] == CVE]
    assert vulnerability == [("unknown", "CT-014", CVE, "affected", "unknown")]


@pytest.fixture(scope="module")
def of_records(tmp_path_factory) -> dict[str, NewsItem]:
    """News by vulnerability, of records that were withdrawn, narrowed, emptied, and exploited."""
    hospital = Hospital(tmp_path_factory.mktemp("records") / "home")
    names = ("CVE-2031-41001", "CVE-2031-41002", "CVE-2031-41003", "CVE-2031-41004")
    withdrawn, narrowed, emptied, exploited = names
    weak = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
    hospital.receive(
        fleet(scanner("CT-014")),
        nvd(*(record(name, all_of([FIRMWARE], [HARDWARE]), vector=weak) for name in names)),
    )
    hospital.assess()
    narrow = criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="1.1")
    hospital.receive(
        nvd(
            record(withdrawn, modified=NEWER, state="Rejected"),
            record(narrowed, all_of([narrow], [HARDWARE]), modified=NEWER),
            record(emptied, modified=NEWER, state="Undergoing Analysis"),
        ),
        kev(exploited, ransomware=True),
        epss(CVE_2031_41004=0.9),
    )
    hospital.assess()
    items = news(hospital.view()).items
    assert len(items) == len(names)
    return {item.vulnerability: item for item in items}


def test_a_withdrawn_record_repairs_and_says_so(of_records: dict[str, NewsItem]) -> None:
    item = of_records["CVE-2031-41001"]
    assert (item.turn, item.why) == (
        Turn.REPAIRED,
        "The record CVE-2031-41001 was withdrawn: its latest version is marked as rejected.",
    )


def test_a_narrowed_record_repairs(of_records: dict[str, NewsItem]) -> None:
    item = of_records["CVE-2031-41002"]
    assert item.turn is Turn.REPAIRED
    assert item.why.startswith("What documents say of CVE-2031-41002 now does not name ")


def test_a_record_that_names_no_product_for_a_while_repairs_nothing(of_records: dict[str, NewsItem]) -> None:
    item = of_records["CVE-2031-41003"]
    assert item.turn is Turn.GONE
    assert item.why.endswith("Nothing shows a repair.")


def test_exploitation_elsewhere_is_a_change_of_weight(of_records: dict[str, NewsItem]) -> None:
    item = of_records["CVE-2031-41004"]
    assert (item.turn, item.before, item.after) == (Turn.CHANGED, "affected", "affected")
    assert item.outcome_before != item.outcome
    assert item.why.startswith(f"It was {item.outcome_before} and is {item.outcome} now.")


def test_a_component_that_a_new_list_leaves_out_is_gone_and_not_repaired(hospital: Hospital) -> None:
    parts = [{"name": "openssl", "version": "1.0.2k"}]
    hospital.receive(
        fleet({**SCANNER, "asset_tag": "CT-014"}),
        bom("Tomara 64", "1.5", parts),
        nvd(record("CVE-2026-1000", any_of(criterion("a:openssl:openssl:*", versionEndExcluding="1.0.2u")))),
    )
    hospital.assess()
    hospital.receive(bom("Tomara 64", "1.5", [{"name": "zlib", "version": "1.2.11"}], serial="urn:uuid:7"))
    (old,) = hospital.list("sources", kind="bom")
    hospital.house.documents.erase(
        old["sha256"], reason="the maker took it back", by="mara", at=hospital.clock()
    )
    hospital.assess()
    (item,) = [item for item in news(hospital.view()).items if item.vulnerability]
    assert (item.turn, item.before, item.after) == (Turn.GONE, "affected", "")
    assert item.why == "openssl 1.0.2k is no longer listed on the device. Nothing shows a repair."


def test_a_finding_that_goes_while_another_part_of_the_device_has_it_is_no_repair(hospital: Hospital) -> None:
    both = record("CVE-2026-1000", any_of(criterion("a:openssl:openssl:*", versionEndExcluding="1.0.2u"),
                                          criterion("a:zlib:zlib:1.2.11")))  # fmt: skip
    one = [{"name": "zlib", "version": "1.2.11"}]
    hospital.receive(
        fleet({**SCANNER, "asset_tag": "CT-014"}),
        bom("Tomara 64", "1.5", [*one, {"name": "openssl", "version": "1.0.2k"}]), nvd(both),
    )  # fmt: skip
    hospital.assess()
    hospital.receive(
        bom("Tomara 64", "1.5", [*one, {"name": "openssl", "version": "1.0.2u"}], serial="urn:uuid:8")
    )
    (old,) = hospital.list("sources", kind="bom")
    hospital.house.documents.erase(old["sha256"], reason="replaced", by="mara", at=hospital.clock())
    hospital.assess()
    items = [item for item in news(hospital.view()).items if item.vulnerability]
    assert [(item.turn, item.component, item.after) for item in items] == [(Turn.CHANGED, "openssl", "")]
    assert "another part of the device is: F-" in items[0].why


def test_a_statement_of_a_trusted_publisher_repairs_with_its_words(scanned: Hospital) -> None:
    scanned.receive(publishers.csaf("known_not_affected", versions="<= 1.5", stated="2026-11-02T00:00:00Z"))
    scanned.assess()
    assert told(scanned) == []  # nobody trusts the publisher yet
    question = next(row for row in scanned.list("questions") if row["kind"] == "trust")
    scanned.answer(question["id"], "yes")
    scanned.assess()
    (item,) = news(scanned.view()).items
    assert (item.turn, item.before, item.after) == (Turn.REPAIRED, "affected", "not_affected")
    assert item.document == "paper-0"
    assert "Quillon" in item.why


def test_news_since_a_day_and_since_a_snapshot(grown: Hospital) -> None:
    second = grown.house.tables.current()
    first, second = second.follows, second.id
    grown.clock.pass_days(1)
    grown.receive(nvd(record("CVE-2031-41003", all_of([FIRMWARE], [HARDWARE]))))
    grown.assess()
    both = [("affected", "CT-014", f"CVE-2031-4100{number}", "", "affected") for number in (2, 3)]
    assert told(grown) == told(grown, second) == both[1:]
    assert told(grown, "2026-11-02") == told(grown, first) == both
    assert told(grown, "2026-11-04") == []
    with pytest.raises(UsageError, match="lies in the future"):
        told(grown, "2026-11-05")
    with pytest.raises(UsageError, match="neither a day nor the id"):
        told(grown, "yesterday")
    with pytest.raises(NotFoundError, match="no longer kept"):
        told(grown, "0" * 16)


def test_news_is_within_the_scope(hospital: Hospital) -> None:
    hospital.receive(
        fleet({**SCANNER, "asset_tag": "CT-1"}, {**SCANNER, "asset_tag": "CT-2", "site": "North"})
    )
    hospital.assess()
    hospital.receive(nvd(JOINED))
    hospital.assess()
    assert {item[1] for item in told(hospital)} == {"CT-1", "CT-2"}
    assert {item[1] for item in told(hospital, sites=frozenset({"North"}))} == {"CT-2"}


def test_there_is_nothing_to_compare_before_a_second_assessment(hospital: Hospital) -> None:
    with pytest.raises(StateError, match="Nothing was assessed yet"):
        news(hospital.view())
    hospital.receive(fleet(SCANNER))
    hospital.assess()
    with pytest.raises(StateError, match="no snapshot before the current one"):
        news(hospital.view())


def test_the_snapshot_before_is_kept_until_the_next_one_and_no_longer(scanned: Hospital) -> None:
    tables = scanned.house.tables
    ids = [tables.current().id]
    for number in (2, 3, 4):
        scanned.receive(nvd(record(f"CVE-2031-4100{number}", all_of([FIRMWARE], [HARDWARE]))))
        ids.append(scanned.assess().id)
        tables.sweep(now=(scanned.clock() + timedelta(days=40)).timestamp())
        assert told(scanned) == [("affected", "CT-014", f"CVE-2031-4100{number}", "", "affected")]
        assert sorted(path.stem for path in (scanned.home / "tables" / "manifests").iterdir()) == sorted(
            ids[-2:]
        )
    kept = {part.sha256 for name in ids[-2:] for part in tables.kept(name).parts}
    assert {path.stem for path in (scanned.home / "tables" / "parts").iterdir()} == kept


def test_a_rebuild_keeps_what_news_compares(grown: Hospital) -> None:
    before = told(grown)
    assert rebuild(grown.house).differing == ()
    assert told(grown) == before
    grown.receive(nvd(record("CVE-2031-41003", all_of([FIRMWARE], [HARDWARE]))))
    rebuild(grown.house)
    assert [item[2] for item in told(grown)] == ["CVE-2031-41003"]


def test_a_look_at_the_past_leaves_what_is_published_as_it_is(grown: Hospital) -> None:
    published = grown.house.tables.current()
    private = grown.assess(as_of=grown.clock())
    assert private.id == published.id
    assert grown.house.tables.current() == published


def test_a_snapshot_of_another_release_is_made_again_for_the_comparison(grown: Hospital) -> None:
    current = grown.home / "tables" / "manifests" / f"{grown.house.tables.current().follows}.json"
    raw = json.loads(current.read_bytes())
    current.write_text(json.dumps({**raw, "release": "0.0.9-1", "parts": []}), encoding="utf-8")
    assert told(grown) == [("affected", "CT-014", "CVE-2031-41002", "", "affected")]


def test_the_queries_name_what_they_give(scanned: Hospital) -> None:
    for query in (STANDS, BORNE, WEIGHTS):
        assert tuple(scanned.house.tables.relation(query, scanned.view().scope).column_names) == query.columns
    assert MOVED.given == ("earlier", "earlier_device", "earlier_weight")
