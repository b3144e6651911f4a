# SPDX-License-Identifier: Apache-2.0
"""What the database refuses: writes outside of a change by any road, and any second look at the history."""

import json
import sqlite3
from contextlib import nullcontext
from datetime import date

import psycopg
import pytest
from django.db import IntegrityError, connection, models
from django.db.transaction import atomic
from register_doubles import START, known, word

from leadglass.errors import PermissionDeniedError, UnattributedChangeError
from leadglass.register.models import Change, History, Site, User, Word
from leadglass.register.watched import watched_models

WATCHED = [model for model in watched_models() if model._meta.app_label == "register"]


def made(model, number):
    """Make a row of any model from the kinds of its fields."""
    content = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.BigAutoField):
            continue
        if field.is_relation:
            content[field.attname] = "Harbor"
        elif isinstance(field, models.BooleanField):
            content[field.attname] = True
        elif isinstance(field, models.DateTimeField):
            content[field.attname] = START
        elif isinstance(field, models.DateField):
            content[field.attname] = date(2026, 3, 1)
        elif isinstance(field, models.BigIntegerField):
            content[field.attname] = number
        else:
            content[field.attname] = f"{field.name}-{number}"
    return model(**content)


def plain_field(model):
    """A column that may be changed without breaking a key."""
    return next(
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.is_relation and not isinstance(field, models.DateField)
    )


def content(model):
    return sorted(model.objects.values_list())


def execute(statement, params=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def copied(model, row, number):
    """Columns and content of another row like `row`, for raw SQL."""
    other = made(model, number)
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.BigAutoField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    params = [field.get_db_prep_save(getattr(other, field.attname), connection) for field in fields]
    return f"({columns}) VALUES ({', '.join(['%s'] * len(params))})", params


def ways(model, row):
    """Every road that leads to a write of this model's table."""
    table, key, field = model._meta.db_table, model._meta.pk.name, plain_field(model)
    columns, params = copied(model, row, 2)
    changed = {field: getattr(made(model, 3), field)}

    def bulk_update():
        setattr(row, field, changed[field])
        model.objects.bulk_update([row], [field])

    def many():
        with connection.cursor() as cursor:
            cursor.executemany(f'INSERT INTO "{table}" {columns}', [params])

    def in_a_transaction():
        with atomic():
            made(model, 2).save()

    yield "save of a new row", lambda: made(model, 2).save()
    yield "save of a known row", row.save
    yield "bulk_create", lambda: model.objects.bulk_create([made(model, 2), made(model, 3)])
    yield (
        "bulk_create that ignores",
        lambda: model.objects.bulk_create([made(model, 2)], ignore_conflicts=True),
    )
    yield (
        "bulk_create that updates",
        lambda: model.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=[key], update_fields=[field]
        ),
    )
    yield "bulk_update", bulk_update
    yield "update", lambda: model.objects.update(**changed)
    yield "update_or_create", lambda: model.objects.update_or_create(pk=row.pk, defaults=changed)
    yield "delete of a row", type(row).objects.get(pk=row.pk).delete
    yield "delete of a query", model.objects.filter(pk=row.pk).delete
    yield "delete without collecting", lambda: model.objects.filter(pk=row.pk)._raw_delete("default")
    yield "within a transaction", in_a_transaction
    yield "raw INSERT", lambda: execute(f'INSERT INTO "{table}" {columns}', params)
    yield "raw INSERT of many", many
    yield "raw UPDATE", lambda: execute(f'UPDATE "{table}" SET "{field}" = "{field}"')
    yield "raw DELETE", lambda: execute(f'DELETE FROM "{table}"')
    if connection.vendor == "sqlite":
        for verb in ("IGNORE", "REPLACE", "FAIL", "ROLLBACK"):
            yield (
                f"INSERT OR {verb}",
                lambda v=verb: execute(f'INSERT OR {v} INTO "{table}" {columns}', params),
            )
            yield (
                f"UPDATE OR {verb}",
                lambda v=verb: execute(f'UPDATE OR {v} "{table}" SET "{field}" = "{field}"'),
            )
    else:
        yield "TRUNCATE", lambda: execute(f'TRUNCATE "{table}" CASCADE')


def refused(write):
    try:
        write()
    except UnattributedChangeError as error:
        return "nothing was written" in str(error)
    return False


class TakenBackError(Exception):
    """Raised at the end of a change, so that the next road finds the same row."""


@pytest.mark.parametrize("model", WATCHED, ids=lambda model: model.__name__)
def test_no_road_leads_to_a_write_outside_of_a_change(register, model):
    with register.change("Ida Holm", "one row of each"):
        if any(field.is_relation for field in model._meta.concrete_fields):
            Site.objects.create(name="Harbor")
        made(model, 1).save()
    before, revision = content(model), register.revision()
    for way, write in ways(model, model.objects.get()):
        assert refused(write), way
        assert content(model) == before, way
    assert register.revision() == revision
    assert History.objects.exclude(change_id=1).count() == 0


@pytest.mark.parametrize("model", WATCHED, ids=lambda model: model.__name__)
def test_within_a_change_every_road_leaves_its_rows_in_the_history(register, model):
    with register.change("Ida Holm", "one row"):
        if any(field.is_relation for field in model._meta.concrete_fields):
            Site.objects.create(name="Harbor")
        made(model, 1).save()
    before = History.objects.count()

    def walk(way, write):
        with register.change("Ida Holm", way):
            write()
            new = list(History.objects.order_by("id"))[before:]
            assert {row.table for row in new} == {model._meta.model_name}, way
            assert all(json.loads(side) for row in new for side in (row.before, row.after) if side), way
            raise TakenBackError

    for way, write in ways(model, model.objects.get()):
        if way != "TRUNCATE":  # refused within a change too
            with pytest.raises(TakenBackError):
                walk(way, write)
            assert History.objects.count() == before
    assert register.verify() == 1


def test_every_watched_table_is_one_that_a_test_walks():
    assert {model.__name__ for model in WATCHED} >= {
        "User",
        "Site",
        "Device",
        "Word",
        "Answer",
        "Decision",
        "Sent",
        "OrderWord",
    }


def test_what_workers_note_each_minute_is_not_watched():
    assert not {"Job", "Heard"} & {model.__name__ for model in WATCHED}


@pytest.mark.parametrize("within", [False, True])
def test_history_and_changes_are_never_altered_nor_removed(register, within):
    with register.change("Ida Holm", "a word"):
        register.say(word())
    ways = [
        lambda: History.objects.update(after="{}"),
        lambda: History.objects.get().delete(),
        lambda: History.objects.all()._raw_delete("default"),
        lambda: Change.objects.update(by="Nobody"),
        lambda: Change.objects.all()._raw_delete("default"),
        lambda: execute("UPDATE register_history SET \"key\" = '2'"),
        lambda: execute("DELETE FROM register_history"),
        lambda: execute("UPDATE register_change SET why = 'no reason'"),
        lambda: execute("DELETE FROM register_change"),
    ]
    if connection.vendor == "postgresql":
        ways += [
            lambda: execute("TRUNCATE register_history"),
            lambda: execute("TRUNCATE register_change CASCADE"),
        ]
    before = content(History), content(Change)
    for way in ways:
        change = register.change("Ida Holm", "tidying up") if within else nullcontext()
        with pytest.raises(PermissionDeniedError, match="only grows"), change:
            way()
        assert (content(History), content(Change)) == before
    assert register.verify() == 1


def test_history_and_changes_are_not_made_up(register):
    with register.change("Ida Holm", "a word"):
        register.say(word())
    row = {"table": "word", "key": "1", "before": "", "after": "{}"}
    told = {"by": "Ida", "at": START, "origin": "cli", "why": "x", "digest": "d", "previous": "p"}
    for make in (
        lambda: History.objects.create(change_id=1, **row),
        lambda: History.objects.bulk_create([History(id=1, change_id=1, **row)]),
        lambda: Change.objects.create(number=2, **told),
    ):
        with pytest.raises(UnattributedChangeError):
            make()
    with pytest.raises(UnattributedChangeError), register.change("Ida Holm", "of another change"):
        History.objects.create(change_id=1, **row)
    with pytest.raises(UnattributedChangeError), register.change("Ida Holm", "another's number"):
        Change.objects.create(number=9, **told)
    assert register.verify() == 1


def test_a_program_that_knows_nothing_of_us_is_refused_too(register, tmp_path, url):
    with register.change("Ida Holm", "a device"):
        register.record_devices([known()])
    if url:
        with (
            psycopg.connect(url) as other,
            pytest.raises(psycopg.errors.RaiseException, match="unattributed"),
        ):
            other.execute("DELETE FROM register_device")
    else:
        other = sqlite3.connect(tmp_path / "home" / "register.sqlite3")
        with pytest.raises(sqlite3.IntegrityError, match="unattributed"):
            other.execute("DELETE FROM register_device")
        with pytest.raises(sqlite3.IntegrityError, match="unattributed"):
            other.execute("INSERT OR REPLACE INTO register_history SELECT * FROM register_history")
        other.close()
    assert register.devices() == [known()]


def test_a_row_pushed_out_by_sqlites_replace_is_in_the_history(opened, tmp_path):
    register = opened(tmp_path / "home")
    with register.change("Ida Holm", "an account"):
        User.objects.create(username="ida", name="Ida")
    with register.change("Ida Holm", "another in its place"):
        execute(
            "INSERT OR REPLACE INTO register_user (username, name, email, kind, is_active, password)"
            " VALUES ('ida', 'Not Ida', '', 'person', 1, '')"
        )
    entries, _ = register.history(None, limit=10, offset=0)
    assert [(bool(entry.before), bool(entry.after)) for entry in entries] == [
        (False, True),
        (True, False),
        (False, True),
    ]


def test_other_faults_of_the_database_stay_what_they_are(register):
    with pytest.raises(IntegrityError), register.change("Ida Holm", "the same name twice"):
        Site.objects.bulk_create([Site(name="Harbor"), Site(name="Harbor")])
    assert Word.objects.count() == 0
    assert register.revision() == "0" * 64
