# SPDX-License-Identifier: Apache-2.0
"""Each feed against a server that behaves as documented: all records, no request too many, nothing older."""

from datetime import UTC, datetime, timedelta

import pytest

from leadglass import compose
from leadglass.errors import NotFoundError
from leadglass.services.feeds.sync import FEEDS
from leadglass.values.query import Query
from leadglass.values.scope import Scope
from leadglass.vulnerabilities.index import LATEST
from tests.feeds.reader import Reader
from tests.feeds.server import serving
from tests.feeds.world import START, World, milliseconds
from tests.hospital import fleet


@pytest.fixture
def server():
    with serving(World()) as there:
        yield there


@pytest.fixture
def reader(tmp_path, server):
    return Reader(tmp_path / "home", server)


def expected(world):
    return {name: milliseconds(at) for name, at in world.nvd.items()}


def test_every_feed_comes_whole_and_the_second_sync_brings_nothing_new(reader, server):
    told = reader.sync(*FEEDS)
    assert {name: (one.complete, one.error) for name, one in told.items()} == dict.fromkeys(FEEDS, (True, ""))
    assert reader.nvd() == expected(server.world)
    assert len(reader.osv()) == 7
    assert len(reader.cves()) == 2
    assert len(reader.advisories()) == 3
    again = reader.sync(*FEEDS)
    assert all(one.complete for one in again.values())
    assert {name: one.new for name, one in again.items() if name != "nvd"} == dict.fromkeys(
        set(FEEDS) - {"nvd"}, 0
    )


def test_without_names_the_feeds_of_every_day_are_synced_and_those_synced_before(reader):
    assert list(reader.sync()) == ["nvd", "kev", "epss", "csaf", "eol"]
    reader.sync("osv")
    assert list(reader.sync()) == ["nvd", "kev", "epss", "csaf", "osv", "eol"]


def test_an_unknown_name_is_told_before_anything_is_fetched(reader, server):
    with pytest.raises(NotFoundError, match=r"There is no feed 'nvdd'\. Feeds: nvd, kev"):
        reader.sync("nvdd")
    assert server.asked == []


# NVD.


def test_nvd_keeps_the_pace_that_is_asked_for(reader):
    reader.one("nvd")
    assert [pause for pause in reader.time.slept if 5.9 < pause <= 6.0] == reader.time.slept


def test_the_key_of_nvd_goes_in_a_header_and_nowhere_else(reader, server, tmp_path):
    key = "0a1b2c3d-0000-1111-2222-333344445555"
    reader.house.settings["LEADGLASS_NVD_API_KEY"] = key
    server.faults.extend(["403"] * 6)
    told = reader.one("nvd")
    assert not told.complete
    assert server.asked[0][1]["apiKey"] == key
    assert not any(key in path for path, _ in server.asked)
    assert key not in repr(told)
    assert key not in repr(reader.house)
    kept = [
        path
        for path in (tmp_path / "home").rglob("*")
        if path.is_file() and key.encode() in path.read_bytes()
    ]
    assert kept == []
    assert max(reader.time.slept) < 120


def test_a_record_that_is_modified_comes_with_the_next_sync(reader, server):
    reader.one("nvd")
    server.world.now += timedelta(days=1)
    server.world.modify("CVE-2031-10003")
    new = server.world.publish()
    told = reader.one("nvd")
    assert told.complete
    assert told.taken < 10
    assert reader.nvd() == expected(server.world)
    assert new in reader.nvd()


def test_windows_are_never_longer_than_120_days(reader, server):
    reader.one("nvd")
    for _ in range(100):
        server.world.now += timedelta(days=4)
        server.world.modify("CVE-2031-10003")
        server.world.publish()
    told = reader.one("nvd")
    assert (told.complete, told.error) == (True, "")
    assert reader.nvd() == expected(server.world)


@pytest.mark.parametrize("skew", [timedelta(days=-900), timedelta(days=900), timedelta(hours=-3)])
def test_a_clock_of_ours_that_is_wrong_loses_nothing(tmp_path, server, skew):
    reader = Reader(tmp_path / "skewed", server, clock=START.replace(tzinfo=UTC) + skew)
    reader.one("nvd")
    for _ in range(5):
        server.world.now += timedelta(hours=20)
        server.world.publish()
        assert reader.one("nvd").complete
        assert reader.nvd() == expected(server.world)


def test_a_clock_of_nvd_that_ran_ahead_once_loses_nothing(reader, server):
    reader.one("nvd")
    server.world.now += timedelta(days=1)
    server.world.publish()
    server.world.now += timedelta(days=50)  # it runs ahead: its windows hold what there is
    reader.one("nvd")
    server.world.now -= timedelta(days=49)
    server.world.publish()
    assert reader.one("nvd").complete
    assert reader.nvd() == expected(server.world)


def test_pages_that_change_their_size_and_totals_that_grow_pass_over_nothing(reader, server):
    sizes = iter([10, 10, 3, 1, 7, 10, 2, 1, 1, 5] * 50)

    def change(path):
        server.world.page = next(sizes)
        if len(server.asked) % 3 == 0:
            server.world.publish()

    server.before = change
    told = reader.one("nvd")
    assert (told.complete, told.error) == (True, "")
    server.before = lambda _path: None
    server.world.page = 10
    reader.one("nvd")
    assert reader.nvd() == expected(server.world)


@pytest.mark.parametrize("leaving", [1, 2, 6, 9])
def test_records_that_leave_a_window_while_it_is_paged_pass_over_none(reader, server, leaving):
    reader.one("nvd")
    server.world.now += timedelta(days=3)
    names = [server.world.publish(server.world.now - timedelta(minutes=number)) for number in range(60)]
    asked = []

    def leave(path):
        asked.append(path)
        if (
            len(asked) > 2 and len(asked) % 2 and names
        ):  # what stands on pages that were read moves out of the window
            for name in names[:leaving]:
                server.world.modify(name)
            del names[:leaving]

    server.before = leave
    assert reader.one("nvd").complete
    assert len(asked) > 7
    still = {name: milliseconds(server.world.nvd[name]) for name in names}
    assert {
        name: reader.nvd().get(name) for name in names
    } == still  # none of those that stayed was passed over
    server.before = lambda _path: None
    assert reader.one("nvd").complete
    assert reader.nvd() == expected(server.world)


def test_full_takes_the_yearly_files_and_holds_them_against_their_meta(reader, server):
    told = reader.one("nvd", full=True)
    assert (told.complete, told.error) == (True, "")
    assert reader.nvd() == expected(server.world)
    fetched = [path for path in server.paths() if path.endswith(".gz")]
    assert len(fetched) == 3
    assert reader.one("nvd", full=True).complete
    assert [
        path for path in server.paths() if path.endswith(".gz")
    ] == fetched  # the same hash: not fetched again
    server.world.modify("CVE-2031-10000")
    assert reader.one("nvd", full=True).complete
    assert len([path for path in server.paths() if path.endswith(".gz")]) == 4
    assert reader.nvd() == expected(server.world)


def test_a_yearly_file_with_another_hash_is_refused(reader, server):
    server.replaced["/feeds/json/cve/2.0/nvdcve-2.0-2025.json.gz"] = server.world._body(
        server.base, "/feeds/json/cve/2.0/nvdcve-2.0-2024.json.gz"
    )
    told = reader.one("nvd", full=True)
    assert not told.complete
    assert "nvdcve-2.0-2025.json is not what its .meta file says" in told.error
    server.replaced.clear()
    assert reader.one("nvd").complete  # goes on with the yearly files
    assert reader.nvd() == expected(server.world)


COUNTED = Query(
    name="records that count",
    tables=("vulnerability", "source"),
    columns=("vulnerability", "modified"),
    sql=f"""SELECT r.vulnerability, v.modified FROM ({LATEST}) r
JOIN vulnerability v ON v.sha256 = r.sha256 AND v.record = r.record WHERE r.place_in_line = 1""",
)


def test_after_assess_the_newest_record_of_each_cve_counts_and_once(reader, server):
    reader.one("nvd")
    server.world.now += timedelta(days=1)
    server.world.modify("CVE-2031-10003")
    reader.one("nvd")
    reader.hospital.receive(fleet({"asset_tag": "CT-1"}))
    reader.hospital.assess()
    rows = reader.house.tables.ask(COUNTED, Scope.all())
    assert len(rows) == len(server.world.nvd)
    assert {
        row["vulnerability"]: milliseconds(row["modified"].replace(tzinfo=None)) for row in rows
    } == expected(server.world)


def test_a_window_of_days_in_which_nothing_changed_is_not_believed(reader, server):
    reader.one("nvd")
    server.world.now += timedelta(days=1)
    assert reader.one("nvd").complete  # a quiet day may be
    server.world.now += timedelta(days=3)
    told = reader.one("nvd")
    assert not told.complete
    assert "nothing was modified in 4 days" in told.error
    server.world.publish()
    assert reader.one("nvd").complete
    assert reader.nvd() == expected(server.world)


# One document each.


def test_kev_that_did_not_change_is_asked_for_and_not_sent(reader, server):
    reader.one("kev")
    assert reader.one("kev").complete
    assert "If-None-Match" in server.asked[-1][1]
    server.world.exploited.append("CVE-2031-1003")
    assert reader.one("kev").new == 1


def test_kev_that_is_older_or_much_smaller_is_refused(reader, server):
    reader.one("kev")
    server.world.kev_released -= timedelta(days=1)
    assert "made on" in reader.one("kev").error
    server.world.kev_released += timedelta(days=2)
    server.world.exploited = server.world.exploited[:1]
    told = reader.one("kev")
    assert "lists 1 entries, and listed 3 before" in told.error
    assert told.completed_at
    assert "raise `shrink` of [kev]" in told.error


def test_kev_that_is_not_whole_is_refused(reader, server):
    server.replaced["/kev.json"] = server.world.kev().replace(b'"count": 3', b'"count": 4')
    assert "it is not whole" in reader.one("kev").error
    assert reader.documents() == []


def test_epss_of_yesterday_or_of_half_the_rows_is_refused(reader, server):
    reader.one("epss")
    server.world.scored -= timedelta(days=1)
    assert "made on" in reader.one("epss").error
    server.world.scored += timedelta(days=2)
    server.world.scores = dict(list(server.world.scores.items())[:10])
    assert "lists 10 forecasts, and listed 20 before" in reader.one("epss").error
    assert len(reader.documents()) == 1


def test_content_that_stands_still_is_told_though_all_was_fetched(reader, server):
    server.world.scored -= timedelta(days=30)
    told = reader.one("epss")
    assert told.complete
    assert "30 days old, and more than 7 is stale" in told.stale


# Records.


def test_osv_brings_what_changed_and_owes_what_failed(reader, server):
    reader.one("osv")
    later = START.replace(tzinfo=UTC) + timedelta(days=1)
    server.world.osv["PyPI"] |= {"PYSEC-2031-1": later, "PYSEC-2031-77": later + timedelta(seconds=1)}
    server.replaced["/osv/PyPI/PYSEC-2031-1.json"] = b'{"id": "PYSEC-2031-1", "broken'
    told = reader.one("osv")
    assert not told.complete
    assert [gap.what for gap in told.gaps] == ["PyPI/PYSEC-2031-1"]
    server.replaced.clear()
    told = reader.one("osv")
    assert told.complete
    assert told.new == 1
    truth = {name: at.isoformat() for names in server.world.osv.values() for name, at in names.items()}
    assert reader.osv() == truth
    assert server.paths().count("/osv/PyPI/all.zip") == 1


def test_osv_takes_what_the_zip_does_not_have_yet(reader, server):
    old = server.world.osv_zip("PyPI")
    server.world.osv["PyPI"]["PYSEC-2031-99"] = START.replace(tzinfo=UTC)
    server.replaced["/osv/PyPI/all.zip"] = old
    assert reader.one("osv").complete
    assert "PYSEC-2031-99" in reader.osv()


def test_cve_records_come_by_their_changes(reader, server):
    told = reader.one("cve")
    assert told.complete
    assert "what did not change since is not here" in told.remarks[0]
    server.world.change_cve("CVE-2031-2001", "CVE-2031-2002")
    assert reader.one("cve").new == 2
    assert reader.cves() == {name: at.isoformat() for name, at in server.world.cves.items()}


def test_cve_records_whose_list_of_changes_does_not_reach_back_are_a_gap(reader, server):
    reader.one("cve")
    server.world.change_cve("CVE-2031-2005")
    server.world.change_cve("CVE-2031-2006")
    server.world.deltas = server.world.deltas[-1:]
    told = reader.one("cve")
    assert not told.complete
    assert "Fetch all: leadglass feeds sync cve --full" in told.error
    assert not reader.one("cve").complete  # until somebody does


def test_a_cursor_that_is_lost_or_damaged_means_a_full_sync(reader, server, tmp_path):
    reader.one("nvd")
    place = tmp_path / "home" / "feeds" / "nvd.json"
    place.write_bytes(place.read_bytes()[:40])
    server.world.now += timedelta(days=1)
    server.world.publish()
    told = reader.one("nvd")
    assert told.complete
    assert "is damaged or of another release" in told.remarks[0]
    place.unlink()
    server.world.publish()
    assert reader.one("nvd").complete
    assert reader.nvd() == expected(server.world)


def test_another_address_is_another_server_and_begins_anew(reader, server, tmp_path):
    reader.one("nvd")
    with serving(World(records=40)) as other:
        reader.house.settings["LEADGLASS_FEED_NVD_URL"] = other.base
        assert reader.one("nvd").complete
        assert reader.nvd().keys() >= other.world.nvd.keys()


def test_a_backup_holds_the_cursors(reader, server, tmp_path):
    reader.sync("kev", "csaf")
    place = tmp_path / "ledger.backup"
    with place.open("wb") as target:
        reader.house.keep(target, "a passphrase of the test")
    with place.open("rb") as source:
        restored = compose.restore(source, tmp_path / "restored", "a passphrase of the test")
    for name in ("kev", "csaf"):
        assert restored.cursors.read(name) == reader.house.cursors.read(name)
    assert restored.cursors.read("nvd") is None


def test_a_moment_is_what_it_says():
    assert milliseconds(datetime(2026, 1, 2, 3, 4, 5)) == "2026-01-02T03:04:05.000"  # noqa: DTZ001
