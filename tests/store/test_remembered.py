"""Answers that are kept: the same to who asks the same within the same scope, and to nobody else."""

from datetime import date

import pytest

from leadglass.store.remembered import Remembered
from leadglass.values.query import Query
from leadglass.values.scope import Scope
from tests.hospital import Hospital, fleet

QUERY = Query(
    name="tags", tables=("device",), columns=("tag",), sql="SELECT asset_tag AS tag FROM device ORDER BY 1"
)
HARBOR, QUAY = (Scope(sites=frozenset({site})) for site in ("Harbor", "North Quay"))


def test_what_is_kept_is_answered_without_asking_and_is_the_callers_own() -> None:
    kept, asked = Remembered(), []

    def ask() -> list[dict]:
        asked.append(1)
        return [{"tag": "CT-1", "list": [1]}]

    key = kept.key("s", HARBOR, QUERY, {}, {})
    first = kept.answer(key, ask)
    first[0]["list"].append(2)
    first[0].pop("tag")
    assert kept.answer(key, ask) == [{"tag": "CT-1", "list": [1]}]
    assert len(asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        ("t", HARBOR, QUERY, {"day": date(2026, 1, 1)}, {"wanted": ("table", [{"id": "a"}])}),
        ("s", QUAY, QUERY, {"day": date(2026, 1, 1)}, {"wanted": ("table", [{"id": "a"}])}),
        ("s", Scope(sites=None), QUERY, {"day": date(2026, 1, 1)}, {"wanted": ("table", [{"id": "a"}])}),
        (
            "s",
            Scope(sites=frozenset()),
            QUERY,
            {"day": date(2026, 1, 1)},
            {"wanted": ("table", [{"id": "a"}])},
        ),
        ("s", HARBOR, QUERY, {"day": "2026-01-01"}, {"wanted": ("table", [{"id": "a"}])}),
        ("s", HARBOR, QUERY, {"day": date(2026, 1, 1)}, {"wanted": ("table", [{"id": "b"}])}),
        ("s", HARBOR, QUERY, {"day": date(2026, 1, 1)}, {}),
    ],
)
def test_another_snapshot_scope_parameter_or_relation_is_another_question(other: tuple) -> None:
    kept = Remembered()
    key = kept.key("s", HARBOR, QUERY, {"day": date(2026, 1, 1)}, {"wanted": ("table", [{"id": "a"}])})
    assert key != kept.key(*other)
    assert kept.answer(key, lambda: [{"tag": "mine"}]) != kept.answer(
        kept.key(*other), lambda: [{"tag": "yours"}]
    )


def test_much_is_neither_kept_nor_compared() -> None:
    kept = Remembered(most=2, rows=2)
    assert kept.key("s", HARBOR, QUERY, {}, {"wanted": ("table", [{}] * 3)}) is None
    made = iter(range(9))
    key = kept.key("s", HARBOR, QUERY, {}, {})
    assert [len(kept.answer(key, lambda: [{"n": next(made)}] * 3)) for _ in range(2)] == [3, 3]
    assert next(made) == 2
    keys = [kept.key(name, HARBOR, QUERY, {}, {}) for name in "abc"]
    for key in keys:
        kept.answer(key, lambda: [{"n": 1}])
    assert kept.answer(keys[0], lambda: [{"n": 2}]) == [{"n": 2}]


def test_a_store_that_remembers_answers_each_scope_with_its_own_and_each_snapshot_anew(
    hospital: Hospital,
) -> None:
    from leadglass import compose  # noqa: PLC0415 - the hospital names the home

    hospital.receive(
        fleet({"asset_tag": "CT-1", "site": "Harbor"}, {"asset_tag": "CT-2", "site": "North Quay"})
    )
    hospital.assess()
    tables = compose.build(hospital.home, remembers=True).tables
    for _ in range(2):
        assert tables.ask(QUERY, HARBOR) == [{"tag": "CT-1"}]
        assert tables.ask(QUERY, QUAY) == [{"tag": "CT-2"}]
        assert tables.ask(QUERY, Scope.all()) == [{"tag": "CT-1"}, {"tag": "CT-2"}]
    hospital.receive(fleet({"asset_tag": "CT-3", "site": "Harbor"}))
    hospital.assess()
    assert {"tag": "CT-3"} in tables.ask(QUERY, HARBOR)
