# SPDX-License-Identifier: Apache-2.0
"""The hash chain: what was altered behind the triggers is found, and the log holds every digest once."""

import hashlib
import json
from dataclasses import replace

import pytest
from django.db import connection
from register_doubles import BrokenLog, MemoryLog, known, word

from leadglass.errors import PermissionDeniedError, StateError
from leadglass.register import triggers, watched
from leadglass.register.models import Change, Device, History, User, Word

ZEROS = "0" * 64


@pytest.fixture
def three(register):
    for number in range(1, 4):
        with register.change("Ida Holm", f"word {number}"):
            register.say(word(str(number)))
            register.say(word(str(number), field="owner"))
    return register


def tamper(*statements):
    """Do what a person with the database's password can do: without triggers, without foreign keys."""
    triggers.drop(connection)
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")
    triggers.install(connection)


def test_the_chain_is_what_its_description_says(three):
    previous = ZEROS
    for change in Change.objects.order_by("number"):
        lines = [[change.number, change.by, change.at.isoformat(), change.origin, change.why]]
        lines += [
            [row.table, row.key, row.before, row.after]
            for row in History.objects.filter(change=change).order_by("id")
        ]
        text = "\n".join([previous, *(json.dumps(line, separators=(",", ":")) for line in lines)])
        assert change.previous == previous
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert change.digest == previous
    assert three.revision() == previous
    assert three.verify() == 3


@pytest.mark.parametrize(
    ("statement", "number", "what"),
    [
        ("UPDATE register_history SET after = replace(after, '2', '9') WHERE change_id = 2", 2, "altered"),
        ("UPDATE register_history SET \"key\" = '7' WHERE id = 6", 3, "altered"),
        ("UPDATE register_history SET id = 100 WHERE id = 3", 2, "altered"),
        ("UPDATE register_history SET change_id = 3 WHERE id = 4", 2, "altered"),
        ("UPDATE register_change SET why = 'another' WHERE number = 1", 1, "altered"),
        ("UPDATE register_change SET \"by\" = 'Nobody' WHERE number = 2", 2, "altered"),
        ("UPDATE register_change SET at = '2020-01-01 00:00:00' WHERE number = 3", 3, "altered"),
        ("UPDATE register_change SET previous = digest WHERE number = 3", 3, "does not follow"),
        ("DELETE FROM register_history WHERE id = 1", 1, "altered"),
        ("DELETE FROM register_history WHERE change_id = 2", 2, "rows are missing"),
        ("DELETE FROM register_change WHERE number = 1", 1, "it is missing"),
        ("DELETE FROM register_change WHERE number = 2", 2, "it is missing"),
        ("DELETE FROM register_change WHERE number = 3", 3, "it is missing"),
    ],
)
def test_what_was_altered_is_named(three, statement, number, what):
    tamper(statement)
    with pytest.raises(StateError, match=rf"broken at change {number}: .*{what}.*restore"):
        three.verify()


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE register_word SET value = 'forged' WHERE id = 3", "word 3: it was altered"),
        (
            "UPDATE register_word SET withdrawn_at = '2026-03-01 08:00:00' WHERE id = 4",
            "word 4: it was altered",
        ),
        ("UPDATE register_user SET is_active = '1'", "user 1: it was altered"),
        ("DELETE FROM register_word WHERE id = 5", "word 5: it was removed"),
        ("INSERT INTO register_site (name) VALUES ('Nowhere')", "site 2: no change made it"),
    ],
)
def test_a_row_that_was_altered_behind_the_history_is_named(three, statement, where):
    with three.change("Ida Holm", "a site and an account"):
        three.record_devices([known()])
        User.objects.create(username="ida", is_active=False, password="x")
    with three.change("Ida Holm", "a new password, and a device less"):
        User.objects.update(password="y")
        Device.objects.all().delete()
    assert three.verify() == 5
    tamper(statement)
    with pytest.raises(StateError, match=rf"broken at {where}.*restore"):
        three.verify()


def test_a_chain_cut_short_or_made_anew_is_found_by_the_log(three):
    tamper(
        "DELETE FROM register_history WHERE change_id = 3",
        "DELETE FROM register_change WHERE number = 3",
        "DELETE FROM register_word WHERE id > 4",
    )
    with pytest.raises(StateError, match=r"change 3: the log knows it otherwise"):
        three.verify()
    with three.change("Ida Holm", "another third"):
        three.say(word("3"))
    with pytest.raises(StateError, match=r"change 3: the log knows it otherwise"):
        three.verify()


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_between_change_and_log_is_made_up_for_once(opened, tmp_path, url, after):
    kept = []
    home = tmp_path / "home"
    dying = opened(home, url, log=BrokenLog(kept, after=after))
    with pytest.raises(OSError, match="disk is gone"), dying.change("Ida Holm", "the last word"):
        dying.say(word())
    assert dying.words() == [word()]
    assert len(kept) == int(after)
    dying.close()

    log = MemoryLog()
    log.kept = kept
    for _ in range(2):
        living = opened(home, url, log=log)
        assert log.numbers == [1]
        assert living.verify() == 1
    assert kept[0] == {"kind": "register.change", "body": {"number": 1, "digest": living.revision()}}


def test_a_running_process_tells_the_log_what_another_left_behind(opened, tmp_path, url):
    log = MemoryLog()
    home = tmp_path / "home"
    living = opened(home, url, log=log)
    dying = opened(home, url, log=BrokenLog(log.kept, after=True))
    with pytest.raises(OSError, match="disk is gone"), dying.change("Ida Holm", "first"):
        dying.say(word())
    silent = opened(home, url)
    with silent.change("Ida Holm", "second"):
        silent.say(word())
    with living.change("Ida Holm", "third"):
        living.say(word())
    assert log.numbers == [1, 2, 3]
    assert living.verify() == 3


def test_an_empty_register_verifies(register):
    assert register.verify() == 0
    assert register.revision() == ZEROS


def test_the_same_changes_give_the_same_chain_on_both_engines(register, opened, tmp_path):
    other = opened(tmp_path / "other")
    for each in (register, other):
        with each.change("Ida Holm", "a list"):
            each.record_devices([known(number) for number in range(20)])
        with each.change("Jo Berg", 'a word: "ä" \n \U0001f3e5'):
            each.say(word('"ä" \\ \n \x07 \u2028 \U0001f3e5'))
        with each.change("Jo Berg", "taken back"):
            each.withdraw_word("D-000001", "software_version")
    assert register.revision() == other.revision()
    assert register.history(None, limit=99, offset=0) == other.history(None, limit=99, offset=0)


def test_the_key_of_a_row_never_changes(register):
    with register.change("Ida Holm", "a word"):
        register.say(word())
    with (
        pytest.raises(PermissionDeniedError, match="never changes"),
        register.change("Ida Holm", "a new key"),
    ):
        Word.objects.update(id=9)
    assert register.verify() == 1


def test_a_column_that_came_later_does_not_break_what_was_told_before(register, monkeypatch):
    def without_why():
        for table in watched.watched_tables():
            columns = tuple(column for column in table.columns if column.name != "why")
            yield replace(table, columns=columns)

    with monkeypatch.context() as earlier:
        earlier.setattr(triggers, "watched_tables", without_why)
        triggers.install(connection)
        with register.change("Ida Holm", "a word in an earlier release"):
            register.say(word())
    triggers.install(connection)
    assert register.verify() == 1
    tamper("UPDATE register_word SET value = 'forged'")
    with pytest.raises(StateError, match="word 1: it was altered"):
        register.verify()
