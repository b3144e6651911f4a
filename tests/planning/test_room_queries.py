# SPDX-License-Identifier: Apache-2.0
"""The queries of the rooms on small tables: what they promise to give, whose decision counts, what weighs most."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest

from leadglass.fleet import queries as of_fleet
from leadglass.planning import actions as of_actions
from leadglass.planning import counts as of_counts
from leadglass.planning import deeds as of_deeds
from leadglass.planning import findings as of_findings
from leadglass.planning import missing as of_missing
from leadglass.planning import moved as of_moved
from leadglass.planning import news as of_news
from leadglass.planning import orders as of_orders
from leadglass.planning import overview as of_overview
from leadglass.planning import queries as of_planning
from leadglass.planning import renamed as of_renamed
from leadglass.planning import sums as of_sums
from leadglass.planning import told as of_telling
from leadglass.planning import vulnerabilities as of_touched
from leadglass.risk import queries as of_risk
from leadglass.store.tables import TableStore
from leadglass.values.ids import finding_id, finding_key
from leadglass.values.query import Query
from leadglass.values.tables import TABLES, Column, Table
from leadglass.vulnerabilities import HIT
from leadglass.vulnerabilities import hits as of_hits
from leadglass.vulnerabilities import index as of_index
from leadglass.vulnerabilities import queries as of_vulnerabilities
from leadglass.vulnerabilities import worded as of_worded

ROOMS = (
    of_counts, of_fleet, of_news, of_actions, of_deeds, of_findings, of_missing, of_moved, of_overview, of_planning, of_renamed, of_sums,
    of_telling, of_risk,    of_index, of_hits, of_vulnerabilities, of_worded, of_touched,
)  # fmt: skip
QUERIES = {
    f"{room.__name__.split('.')[1]}: {query.name}": query
    for room in ROOMS
    for query in vars(room).values()
    if isinstance(query, Query)
}
SEEN = datetime(2026, 11, 2, 7, tzinfo=UTC)


def given_table(name: str, columns: str) -> Table:
    """A relation that a caller hands in; columns as `name:type`."""
    made = (Column(*column.split(":")) for column in columns.split())
    return Table(name=name, writer="given", meaning="", sort=(), columns=tuple(made))


STANDING = "kind:text owner:text until:date decision_id:text number:int"
DECIDED = given_table("decision_now", f"finding_id:text {STANDING}")
RANGES = given_table("decision_range", f"vulnerability:text product:text lo:text hi:text {STANDING}")
WANTED = given_table("wanted", "id:text word:text sha256:text")
STOOD = given_table("earlier", "sheet:text finding_key:text status:text threat:text alone:text")
BORE = given_table("earlier_device", "device_id:text sheet:text setting_id:text")
WEIGHED = given_table("earlier_weight", "weight:text setting_id:text outcome:text")
ENDED = given_table(
    "ended", "id:text device_id:text component_id:text component:text record_product:text vulnerability:text"
)
GIVEN = {
    "decision_now": DECIDED,
    "decision_range": RANGES,
    "wanted": WANTED,
    "earlier": STOOD,
    "earlier_device": BORE,
    "earlier_weight": WEIGHED,
    "ended": ENDED,
    "hit": HIT,
    "changed": of_index.CHANGED,
    "lacked": of_missing.LACKED,
    "fresh": of_deeds.DEED,
    "touching": of_touched.TOUCHED,
    "thing": of_fleet.THING,
    "telling": of_moved.BOTH,
    "telling_alone": of_counts.ALONE,
    "told_now": of_moved.SOME,
    "told_then": of_moved.SOME,
    "earlier_risk": of_counts.EARLIER_RISK,
    "earlier_threat": of_moved.EARLIER,
    "touched": of_moved.TOUCHED,
    "summed": of_moved.TOLD_SUM,
    "said": of_actions.SAID,
    "assigned": of_actions.ASSIGNED,
    "ordered": of_orders.ORDERED,
    "order_question": of_orders.ASKED_BY_ORDERS,
    "counted": of_counts.COUNTED,
    "worded": of_worded.WORDED,
    "in_words": TABLES["left_out"],
    "fresh_threat": TABLES["threat"],
    "found": TABLES["looked_up"],
}


def filled(table: str, /, **told: object) -> dict[str, object]:
    """A row of a table; a test says what it is about, the rest is plain."""
    plain = {"text": "", "int": 0, "float": None, "bool": False, "date": None, "time": SEEN}
    row = {column.name: plain[column.type] for column in TABLES[table].columns}
    assert set(told) <= set(row), set(told) - set(row)
    return row | told


@contextmanager
def bench(folder, **tables):
    """Open a bench with these tables put into it."""
    opened = TableStore(folder, release="t").workbench([])
    try:
        for name, rows in tables.items():
            opened.put(name, [filled(name, **row) for row in rows])
        opened.put("told_configuration", opened.run(of_telling.TELL_CONFIGURATIONS))
        opened.put("told_device", opened.run(of_telling.TELL_DEVICES))
        yield opened
    finally:
        opened.close()


def ask(opened, query: Query, *, given=None, **params: object):
    """Run a query; parameters and relations that a test does not speak of are empty."""
    relations = {name: (GIVEN[name], (given or {}).get(name, [])) for name in query.given}
    usual = {"count": 1000, "skip": 0, "most": 10, "today": SEEN.date(), "soon": SEEN.date()}
    plain = {name: usual.get(name, "") for name in query.params}
    return opened.rows(query, given=relations, **{**plain, **params})


def missing_of(opened):
    """Count what configurations lack, and give the missing facts."""
    for name, query in (
        ("spot", of_sums.SPOTS),
        ("lacking", of_missing.LACKING),
        ("lacking_alone", of_missing.LACKING_ALONE),
    ):
        opened.put(name, opened.run(query))
    return ask(opened, of_missing.MISSING)


def deeds_of(opened):
    """Sum all deeds, and give them with the finding that weighs most on each, as the listing of actions is given them."""
    for name, query in (("spot", of_sums.SPOTS), ("told_sum", of_sums.TOLD_SUMS), ("alone_sum", of_sums.ALONE_SUMS)):  # fmt: skip
        opened.put(name, opened.run(query))
    opened.put("deed_count", opened.run(of_counts.COUNTS, behind="", upto=""))
    fresh = [{**row, "id": f"A-{number}"} for number, row in enumerate(opened.rows(of_deeds.DEEDS))]
    opened.put("deed", opened.run(of_deeds.DEEDS_RANKED, given={"fresh": (of_deeds.DEED, fresh)}))
    return ask(opened, of_actions.ACTIONS, count=100_000)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_gives_the_columns_that_it_names(tmp_path, name):
    query = QUERIES[name]
    with bench(tmp_path) as opened:
        relations = {one: (GIVEN[one], []) for one in query.given}
        plain = {one: {"count": 10, "skip": 0, "most": 10, "above": 0}.get(one, "") for one in query.params}
        assert tuple(opened.run(query, given=relations, **plain).column_names) == query.columns


def a_fleet(**told: object):
    """One CT with one component that a record affects, weighed as immediate; `told` changes tables."""
    key = finding_key("vulnerability", "C-1", "CVE-2031-1")
    tables = {
        "device": [{"device_id": "D-ct", "site": "Harbor", "asset_tag": "CT-014", "product_id": "P-1", "product": "Quillon Tomara 64",
                    "maker": "Quillon", "configuration_id": "G-1", "setting_id": "S-1", "tier": 2, "state": "in_use"}],
        "component": [{"component_id": "C-1", "name": "OpenSSL", "version": "1.0.2k", "part": "a", "product": "openssl:openssl", "key": "B1.",
                       "norm": "1.0.2k", "base": "1.0.2k"}],
        "configuration_component": [{"configuration_id": "G-1", "component_id": "C-1"}],
        "component_finding": [{"finding_key": key, "component_id": "C-1", "vulnerability": "CVE-2031-1", "status": "affected", "rule": "simple"}],
        "threat": [{"vulnerability": "CVE-2031-1", "exploitation": "active", "automatable": "yes", "effects": "CIA", "cvss": 9.8,
                    "sentence": "Anyone can."}],
        "risk": [{"exploitation": "active", "automatable": "yes", "effects": "CIA", "setting_id": "S-1", "outcome": "immediate", "urgency": 3}],
    }  # fmt: skip
    return {**tables, **told}, finding_id("D-ct", key)


def changed(tables, name: str, **told: object):
    return {**tables, name: [{**row, **told} for row in tables[name]]}


# Findings


def test_a_finding_of_a_component_is_listed_for_the_device_that_has_it(tmp_path):
    tables, name = a_fleet()
    with bench(tmp_path, **tables) as opened:
        (row,) = ask(opened, of_findings.FINDINGS)
    assert (row["id"], row["device"], row["status"], row["outcome"], row["deed"]) == (
        name,
        "CT-014",
        "affected",
        "immediate",
        "contain",
    )


def test_a_retired_device_raises_nothing(tmp_path):
    tables, _ = a_fleet()
    with bench(tmp_path, **changed(tables, "device", state="retired")) as opened:
        assert ask(opened, of_findings.FINDINGS) == []
        assert deeds_of(opened) == []


def test_a_missing_device_is_still_assessed(tmp_path):
    tables, _ = a_fleet()
    with bench(tmp_path, **changed(tables, "device", state="missing")) as opened:
        assert len(ask(opened, of_findings.FINDINGS)) == 1


@pytest.mark.parametrize(
    ("simple", "joined", "told"),
    [
        ("affected", "not_affected", "affected"),
        ("unknown", "affected", "affected"),
        ("unknown", "not_affected", "unknown"),
    ],
)
def test_of_a_simple_and_a_joined_answer_the_graver_counts(tmp_path, simple, joined, told):
    tables, _ = a_fleet()
    (row,) = changed(tables, "component_finding", status=simple)["component_finding"]
    other = {**row, "configuration_id": "G-1", "status": joined, "rule": "joined"}
    with bench(
        tmp_path, **{**tables, "component_finding": [row], "configuration_finding": [other]}
    ) as opened:
        (found,) = ask(opened, of_findings.FINDINGS)
    assert found["status"] == told


@pytest.mark.parametrize(
    ("status", "outcome", "servicer", "deed"),
    [
        ("affected", "immediate", "", "contain"),
        ("affected", "out-of-cycle", "", "contain"),
        ("affected", "scheduled", "", "update"),
        ("affected", "scheduled", "Harbor Biomed", "service"),
        ("affected", "defer", "", "watch"),
        ("unknown", "immediate", "", "ask"),
        ("not_affected", "immediate", "", ""),
    ],
)
def test_the_deed_follows_from_status_and_outcome(tmp_path, status, outcome, servicer, deed):
    tables, _ = a_fleet()
    tables = changed(
        changed(changed(tables, "component_finding", status=status), "risk", outcome=outcome),
        "device",
        servicer=servicer,
    )
    with bench(tmp_path, **tables) as opened:
        (row,) = ask(opened, of_findings.FINDINGS)
        assert row["deed"] == deed
        assert [group["deed"] for group in deeds_of(opened)] == ([deed] if deed else [])


def test_clocks_run_from_the_day_on_which_all_of_it_could_be_known(tmp_path):
    tables, _ = a_fleet()
    days = {
        name: datetime(2026, month, 1, tzinfo=UTC)
        for month, name in enumerate(("component", "device", "record", "kev"), 1)
    }
    tables = changed(
        changed(tables, "device", first_seen=days["device"]), "component", first_seen=days["component"]
    )
    tables = changed(tables, "threat", first_seen=days["record"], kev_seen=None)
    with bench(tmp_path / "a", **tables) as opened:
        (group,) = deeds_of(opened)
        assert group["since"].date() == days["record"].date()
    tables = changed(tables, "threat", kev_seen=days["kev"])
    with bench(tmp_path / "b", **tables) as opened:
        (group,) = deeds_of(opened)
        assert group["since"].date() == days["kev"].date()


def test_what_is_missing_names_the_component_and_the_record(tmp_path):
    tables, _ = a_fleet()
    tables = changed(tables, "component_finding", status="unknown", missing="version")
    with bench(tmp_path, **tables) as opened:
        (row,) = missing_of(opened)
    assert (row["missing"], row["component_name"], row["record_part"], row["record_product"], row["findings"]) == (
        "version", "OpenSSL", "a", "openssl:openssl", 1,
    )  # fmt: skip


# Decisions


def decision(number: int, finding: str, **told: object) -> dict[str, object]:
    return {
        "finding_id": finding,
        "kind": "accept",
        "owner": "R. Vale",
        "until": None,
        "decision_id": f"X-{number}",
        "number": number,
        **told,
    }


def test_the_latest_decision_counts_whole_even_where_it_has_no_end(tmp_path):
    tables, name = a_fleet()
    older = decision(1, name, until=date(2026, 12, 1), kind="compensate")
    with bench(tmp_path, **tables) as opened:
        (row,) = ask(opened, of_findings.FINDINGS, given={"decision_now": [older, decision(2, name)]})
        assert (row["decision"], row["decided_until"]) == ("accept", None)
        (row,) = ask(opened, of_findings.FINDINGS, given={"decision_now": [decision(0, name), older]})
        assert (row["decision"], row["decided_until"]) == ("compensate", date(2026, 12, 1))


def test_a_reopened_finding_is_open_again(tmp_path):
    tables, name = a_fleet()
    told = {"decision_now": [decision(1, name), decision(2, name, kind="reopen")]}
    with bench(tmp_path, **tables) as opened:
        (row,) = ask(opened, of_findings.FINDINGS, given=told)
        assert row["decision"] == ""
        opened.put("told_sum", opened.run(of_sums.TOLD_SUMS))
        (state,) = ask(opened, of_overview.STATES, given=told)
        assert state["state"] == "act now"


@pytest.mark.parametrize(
    ("lo", "hi", "decided"), [("", "~", "accept"), ("B1.", "B2.", "accept"), ("B2.", "~", "")]
)
def test_a_decision_over_a_range_covers_the_versions_within(tmp_path, lo, hi, decided):
    tables, _ = a_fleet()
    told = {k: v for k, v in decision(1, "").items() if k != "finding_id"}
    over = {**told, "vulnerability": "CVE-2031-1", "product": "openssl:openssl", "lo": lo, "hi": hi}
    with bench(tmp_path, **tables) as opened:
        (row,) = ask(opened, of_findings.FINDINGS, given={"decision_range": [over]})
    assert row["decision"] == decided


# Threats


def test_of_several_documents_the_latest_record_counts_and_the_earliest_receipt(tmp_path):
    tables, _ = a_fleet()
    store = TableStore(tmp_path, release="t")
    days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    sources = []
    for number, (name, modified) in enumerate(
        [("a" * 64, days[2]), ("b" * 64, days[0]), ("c" * 64, days[1])]
    ):
        row = {"vulnerability": "CVE-2031-1", "modified": modified, "cwe": f"CWE-{number}", "sha256": name}
        kev = {
            "vulnerability": "CVE-2031-1",
            "added": date(2026, 3, number + 1),
            "ransomware": number == 2,
            "sha256": name,
        }
        epss = {
            "vulnerability": "CVE-2031-1",
            "probability": number / 10,
            "scored": date(2026, 5, 3 - number),
            "sha256": name,
        }
        store.write_reading(
            name,
            {
                "vulnerability": [filled("vulnerability", **row)],
                "exploited": [filled("exploited", **kev)],
                "forecast": [filled("forecast", **epss)],
            },
            dict,
        )
        sources.append(filled("source", sha256=name, received=days[number], first_received=days[number]))
    opened = store.workbench([source["sha256"] for source in sources])
    try:
        opened.put("source", sources)
        for name in ("component_finding", "configuration_finding"):
            opened.put(name, [filled(name, **row) for row in tables.get(name, [])])
        (row,) = ask(opened, of_risk.THREATS)
    finally:
        opened.close()
    naive = [day.replace(tzinfo=None) for day in days]
    assert (row["words"][0]["cwe"], row["first_seen"], row["kev_seen"]) == ("CWE-0", naive[0], naive[0])
    assert (row["added"], row["ransomware"], row["probability"]) == (date(2026, 3, 1), True, 0.0)


# Names


def test_products_that_records_write_with_a_hyphen_are_found_by_their_word(tmp_path):
    store = TableStore(tmp_path, release="t")
    rows = [
        filled("criterion", part="a", product=f"scikit-learn:{word}", number=n)
        for n, word in enumerate(("scikit-learn", "scikit_learn", "scikit"))
    ]
    store.write_reading("a" * 64, {"criterion": rows}, dict)
    opened = store.workbench(["a" * 64])
    try:
        found = ask(opened, of_fleet.PRODUCTS_NAMED, given={"wanted": [{"word": "scikitlearn"}]})
    finally:
        opened.close()
    assert [(row["part"], row["vendor"], row["word"], row["records"]) for row in found] == [
        ("a", "scikit-learn", "scikit-learn", 1),
        ("a", "scikit-learn", "scikit_learn", 1),
    ]
