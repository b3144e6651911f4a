# SPDX-License-Identifier: Apache-2.0
"""Opening: a new home, a known one, another one in the same process, and those that cannot be opened."""

import io
import stat
import subprocess
import sys
import threading

import pytest
from django.core.management import call_command
from django.db import connection, connections
from register_doubles import Ticking, known, word

from leadglass.errors import BusyError, StateError, UnattributedChangeError, UsageError
from leadglass.register import engine, schema, triggers
from leadglass.register.models import Site, Word


def test_the_package_alone_loads_no_django():
    code = "import sys, leadglass.register; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_register_outlives_its_process(opened, tmp_path, url):
    first = opened(tmp_path / "home", url)
    with first.change("Ida Holm", "a word"):
        first.say(word())
    revision = first.revision()
    first.close()
    again = opened(tmp_path / "home", url)
    assert again.words() == [word()]
    assert again.revision() == revision
    assert again.verify() == 1


def test_opening_a_known_register_lays_out_nothing(opened, tmp_path, url, monkeypatch):
    opened(tmp_path / "home", url).close()
    for part in ("alone", "writing", "call_command"):
        monkeypatch.setattr(schema, part, None)
    assert opened(tmp_path / "home", url).devices() == []


def test_models_and_migrations_agree(register):
    told = io.StringIO()
    call_command("makemigrations", dry_run=True, stdout=told)
    assert told.getvalue().strip() == "No changes detected"


def test_several_homes_in_one_process_do_not_mix(opened, tmp_path, url):
    first, second = opened(tmp_path / "first", url), opened(tmp_path / "second")
    with first.change("Ida Holm", "a device"):
        first.record_devices([known(1)])
    with second.change("Ida Holm", "another device"):
        second.record_devices([known(2)])
    assert first.devices() == [known(1)]
    assert second.devices() == [known(2)]
    assert first.revision() != second.revision()
    with first.change("Ida Holm", "a word"):
        with pytest.raises(StateError, match="Finish it"):
            second.devices()
        first.say(word())
    assert second.words() == []
    assert first.verify() == 2


def test_each_thread_has_its_own_connection_and_its_own_change(opened, tmp_path, url):
    register = opened(tmp_path / "home", url)
    told = []

    def other():
        try:
            told.append(register.devices())
            told.append(Word.objects.count())
            register.say(word())
        except UnattributedChangeError as error:
            told.append(error)
        finally:
            register.close()

    with register.change("Ida Holm", "a long thought"):
        register.record_devices([known()])
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert told[:2] == [[], 0]
    assert isinstance(told[2], UnattributedChangeError)
    assert register.devices() == [known()]


def test_a_writer_that_waits_in_vain_says_so(opened, tmp_path, url, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 1)
    register = opened(tmp_path / "home", url)
    told = []

    def other():
        try:
            with register.change("Jo Berg", "at the same time"):
                register.say(word())
        except BusyError as error:
            told.append(str(error))
        finally:
            register.close()

    with register.change("Ida Holm", "a long thought"):
        register.say(word())
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(told) == 1
    assert "nothing was changed. Try again" in told[0]
    assert register.verify() == 1


def test_triggers_that_were_removed_are_put_back(opened, tmp_path, url):
    register = opened(tmp_path / "home", url)
    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO register_site (name) VALUES ('Nowhere')")
    register.close()
    opened(tmp_path / "home", url)
    with pytest.raises(UnattributedChangeError):
        Site.objects.all().delete()


def test_a_register_of_a_newer_release_is_left_alone(opened, tmp_path, url):
    register = opened(tmp_path / "home", url)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('register', '9999_later', '2030-01-01 00:00:00')"
        )
    register.close()
    with pytest.raises(StateError, match=r"newer Leadglass \(it has 9999_later\)"):
        opened(tmp_path / "home", url)


def test_sqlite_keeps_every_commit_and_nobody_else_reads_the_file(opened, tmp_path):
    opened(tmp_path / "home")
    told = {}
    with connection.cursor() as cursor:
        for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "recursive_triggers"):
            cursor.execute(f"PRAGMA {pragma}")
            told[pragma] = cursor.fetchone()[0]
    assert told == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 20_000,
        "recursive_triggers": 1,
    }
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for path in (tmp_path / "home").glob("register.sqlite3*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


@pytest.mark.parametrize(
    "content",
    [b"this is no database, however long one looks at it" * 100, b"SQLite format 3\0" + b"\xff" * 4096],
)
def test_a_file_that_is_no_register_is_named(opened, tmp_path, content):
    (tmp_path / engine.FILE).write_bytes(content)
    with pytest.raises(StateError, match="restore the last backup"):
        opened(tmp_path)
    connections["default"].close()
    assert (tmp_path / engine.FILE).read_bytes() == content


def test_a_home_that_is_a_file_is_refused_in_a_sentence(opened, tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StateError, match="cannot be written"):
        opened(tmp_path / "home")


@pytest.mark.parametrize(
    "url",
    ["mysql://host/name", "postgresql://host", "postgresql://host:x/name", "nonsense", "postgresql://[/x"],
)
def test_a_url_that_names_no_postgresql_is_refused(tmp_path, url):
    with pytest.raises(UsageError, match="postgresql://user:password@host:5432/name"):
        engine.locate(tmp_path, url)


def test_a_url_is_taken_apart(tmp_path):
    url = "postgresql://id%40a:p%2Fw@db.example:5433/lead%20glass?sslmode=verify-full&connect_timeout=3"
    settings = engine.locate(tmp_path, url).settings
    assert {key: settings[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "lead glass",
        "USER": "id@a",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
    }
    assert settings["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": "3"}
    assert "p/w" not in repr(engine.locate(tmp_path, url))


def test_a_server_that_does_not_answer_is_a_sentence_without_the_password(opened, tmp_path):
    with pytest.raises(StateError, match="Check that its server runs") as caught:
        opened(tmp_path, f"postgresql://ida:secret-word@/register?host={tmp_path}")
    assert "secret-word" not in str(caught.value)


def test_a_clock_is_all_that_a_change_needs_to_know_of_time(opened, tmp_path):
    clock = Ticking()
    register = opened(tmp_path / "home", clock=clock)
    with register.change("Ida Holm", "a word"):
        register.say(word())
    assert register.history(None, limit=1, offset=0)[0][0].change.at == clock.now
