"""The engine of the tables: sessions that do not see each other, and questions that are not asked where none can answer."""

from contextlib import closing
from dataclasses import replace

import duckdb
import pytest

from leadglass.errors import StateError
from leadglass.fleet import queries as of_the_fleet
from leadglass.planning import repairs as of_packages
from leadglass.store.engine import Desk, Engine, Session
from leadglass.store.parquet import arrow, schema
from leadglass.values.query import Query
from leadglass.values.scope import Scope
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities import HITS
from leadglass.vulnerabilities import hits as of_hits
from leadglass.vulnerabilities import index as of_the_index
from leadglass.vulnerabilities import queries as of_records
from leadglass.vulnerabilities import statement_queries as of_publishers

NEEDING = [
    found
    for room in (of_the_fleet, of_the_index, of_hits, of_records, of_publishers, of_packages)
    for found in vars(room).values()
    if isinstance(found, Query) and found.needs
]
WANTED = {
    "components of bills of materials": ("bom_component", "SELECT DISTINCT sha256 FROM bom_component"),
    "products that records name": ("criterion", "SELECT DISTINCT translate(split_part(product, ':', 2), '-_&/!', '') AS word FROM criterion"),
    "products that records name by more words": ("criterion", "SELECT DISTINCT split_part(split_part(product, ':', 2), '_', 1) AS word FROM criterion"),
    "products of vendors that records name": ("criterion", "SELECT DISTINCT split_part(product, ':', 1) AS word FROM criterion"),
    "products that documents name": ("named_product", "SELECT DISTINCT '' AS package FROM named_product"),
    "releases of packages, and whether their data is at hand": ("component", "SELECT component_id AS id FROM component"),
    "which of some components are on devices": ("component", "SELECT component_id AS id FROM component"),
    "what is said of packages": ("component", "SELECT component_id AS id FROM component"),
}  # fmt: skip
"""What is handed in to a query, so that it finds all."""

GAVE = {
    "changed": of_the_index.CHANGED_BY,
    "named": of_publishers.NAMED,
    "spoken": of_publishers.STATED,
}
"""What is handed in as another query gave it."""

SITES = Query(
    name="sites", tables=("device",), columns=("site",), sql="SELECT DISTINCT site FROM device ORDER BY 1"
)


@pytest.fixture
def desk(house):
    return Desk(Engine(), house.tables.folder)


def files(house):
    return house.tables._files(house.tables.current())


def wanted(session, query):
    """The relations that a query is given: everything."""
    if "hit" in query.given:
        return {"hit": session.run(HITS, {}, {})}
    given = {
        name: session.run(one, wanted(session, one), {}) for name, one in GAVE.items() if name in query.given
    }
    if "held" in query.given:
        given["held"] = schema(TABLES["claim"]).empty_table()
    if given:
        return given
    if query.name not in WANTED:
        return {}
    table, sql = WANTED[query.name]
    return {"wanted": session.run(Query(name="all", tables=(table,), columns=(), sql=sql), {}, {})}


@pytest.mark.parametrize("query", NEEDING, ids=lambda query: query.name)
def test_without_what_it_needs_a_query_finds_nothing_when_asked_nevertheless(house, desk, query):
    there = files(house)
    with desk.session(there, Scope.all()) as session:
        given, params = wanted(session, query), dict.fromkeys(query.params, 0)
        assert session.rows(query, given, params) != []
        # What is handed to another query is in no order
        rows, columns = session.rows(query, given, params), session.run(query, given, params).to_pylist()
        assert sorted(rows, key=str) == sorted(columns, key=str)
    asked = replace(query, needs=())
    for name in query.needs:
        lacking = {**given, name: given[name].slice(0, 0)} if name in given else given
        with desk.session(
            lambda table, name=name: [] if table == name else there(table), Scope.all()
        ) as session:
            assert session.rows(asked, lacking, params) == []
            assert session.rows(query, lacking, params) == []
            assert session.run(query, lacking, params).num_rows == 0


def test_what_is_needed_is_a_table_or_relation_of_the_query():
    for query in NEEDING:
        assert set(query.needs) <= {*query.tables, *query.given}
        assert set(query.tables) <= TABLES.keys()


def test_sessions_that_are_open_at_once_keep_to_their_sites(house, desk):
    there = files(house)
    with desk.session(there, Scope.all()) as whole:
        every = [row["site"] for row in whole.rows(SITES, {}, {})]
        assert len(every) > 1
        with (
            desk.session(there, Scope(sites=frozenset(every[:1]))) as one,
            desk.session(there, Scope(sites=frozenset())) as none,
        ):
            for _ in range(2):
                assert [row["site"] for row in one.rows(SITES, {}, {})] == every[:1]
                assert none.rows(SITES, {}, {}) == []
                assert [row["site"] for row in whole.rows(SITES, {}, {})] == every


def test_what_an_earlier_release_kept_is_read_as_it_was_kept(house, desk):
    """The devices of a question are worked out now; a snapshot of before has them as a table."""
    asked = Query(name="kept", tables=("question_device",), columns=("device_id",),
                  sql="SELECT device_id FROM question_device")  # fmt: skip
    rows = [{"question_id": "Q-1", "device_id": "D-1", "findings": 3}]
    part = house.tables.write_part(TABLES["question_device"], arrow(TABLES["question_device"], rows))
    kept = replace(house.tables.current(), parts=(part,))
    with desk.session(house.tables._files(kept), Scope.all()) as session:
        assert session.rows(asked, {}, {}) == [{"device_id": "D-1"}]
    with desk.session(files(house), Scope.all()) as session:
        assert len(session.rows(asked, {}, {})) > 1


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SET memory_limit = '8GB'", "configuration has been locked"),
        ("SELECT * FROM read_text('/etc/hostname')", "Permission"),
        ("ATTACH '/tmp/leadglass-elsewhere.db'", "Permission"),
        ("INSTALL httpfs", "Permission|disabled"),
    ],
)
def test_no_query_leaves_the_folder_or_changes_a_setting(house, desk, sql, why):
    with desk.session(files(house), Scope.all()) as session, pytest.raises(duckdb.Error, match=why):
        session.rows(Query(name="odd", tables=(), columns=(), sql=sql), {}, {})


def test_a_session_rests_for_the_next_question_about_its_snapshot_and_scope_alone(tmp_path):
    here, there = Scope(sites=frozenset({"Harbor"})), Scope(sites=frozenset({"Hill"}))
    with closing(Desk(Engine(), tmp_path)) as desk:

        def woken(scope: Scope, snapshot: str) -> Session:
            with desk.session(lambda _name: (), scope, snapshot) as session:
                return session

        first = woken(here, "S-1")
        assert woken(here, "S-1") is first
        assert woken(there, "S-1") is not first
        assert woken(here, "S-2") is not first
        with (
            desk.session(lambda _name: (), here, "S-1") as one,
            desk.session(lambda _name: (), here, "S-1") as other,
        ):
            assert one is first
            assert other is not first
        assert woken(here, "") is not woken(here, "")
        for number in range(9):
            woken(here, f"S-{number + 10}")
        assert woken(here, "S-1") is not first


def test_a_session_in_which_a_question_failed_does_not_rest(tmp_path):
    wrong = Query(name="wrong", tables=(), columns=("a",), sql="SELECT nothing_here AS a")
    with closing(Desk(Engine(), tmp_path)) as desk:
        with (
            pytest.raises(duckdb.Error, match="nothing_here"),
            desk.session(lambda _name: (), Scope.all(), "S-1") as failed,
        ):
            failed.rows(wrong, {}, {})
        with desk.session(lambda _name: (), Scope.all(), "S-1") as session:
            assert session is not failed


def test_an_answer_that_cannot_be_sorted_beside_its_joins_is_sorted_apart(tmp_path, monkeypatch):
    asked = Query(
        name="n",
        tables=(),
        columns=("n",),
        params=("most",),
        sql="SELECT hash(range) % $most AS n FROM range(300000)",
    )
    refused = []

    def first_refused(session, sql, *given, read=Session._reader):
        if "ORDER BY" in sql and not refused:
            refused.append(sql)
            raise duckdb.OutOfMemoryException("no room beside the joins")
        return read(session, sql, *given)

    monkeypatch.setattr(Session, "_reader", first_refused)
    with (
        closing(Desk(Engine(), tmp_path)) as desk,
        desk.session(lambda _: (), Scope.all()) as session,
        session.batches(asked, {}, {"most": 1000}, order=("n",)) as found,
    ):
        rows = [n for batch in found for n in batch["n"].to_pylist()]
        assert len(list(tmp_path.rglob("*.parquet"))) == 1
    assert refused
    assert len(rows) == 300_000
    assert rows == sorted(rows)
    assert not list(tmp_path.rglob("*.parquet"))


def test_where_memory_does_not_suffice_one_is_told_so_and_what_to_do(tmp_path):
    wide = "SELECT string_agg(repeat(md5(range::VARCHAR), 40)) AS n FROM range(300000)"
    asked = Query(name="all texts as one", tables=(), columns=("n",), sql=wide)
    with (
        closing(Desk(Engine(memory="64MB"), tmp_path)) as desk,
        desk.session(lambda _: (), Scope.all()) as session,
        pytest.raises(StateError, match="needs more memory than the tables may take"),
    ):
        session.rows(asked, {}, {})
