# SPDX-License-Identifier: Apache-2.0
"""The dump: the same from either engine, loaded whole into an empty register or not at all."""

import hashlib
import io
import json
from datetime import date

import pytest
from django.db import connection
from register_doubles import START, MemoryLog, answer, decision, known, word

from leadglass.errors import LeadglassError, StateError, UnattributedChangeError, UnreadableError
from leadglass.register.models import User, Word


def fill(register):
    with register.change("Ida Holm", "a round"):
        register.record_devices([known(number, site=f"Site {number % 3}") for number in range(1200)])
        register.say(word("Å \U0001f3e5 \n"))
        register.decide(decision(until=date(2026, 12, 31)))
    with register.change("Jo Berg", "an account"):
        User.objects.create(username="jo", joined=START, password="a hash")
        register.answer(answer())
    with register.change("Jo Berg", "taken back"):
        register.withdraw_decision("X-1")


def dumped(register):
    stream = io.BytesIO()
    register.dump(stream)
    return stream.getvalue()


def everything(register):
    return (
        register.devices(),
        register.words(),
        register.answers(),
        register.decisions(),
        register.decisions(START),
        register.history(None, limit=5000, offset=0),
        register.revision(),
    )


def cross(opened, tmp_path, source_url, target_url):
    """Load the dump of one register into another, and live on there; gives both registers' content as they met."""
    source = opened(tmp_path / "source", source_url)
    fill(source)
    whole, raw = everything(source), dumped(source)
    log = MemoryLog()
    target = opened(tmp_path / "target", target_url, log=log)
    target.load(io.BytesIO(raw))
    met = everything(target)
    assert User.objects.get().password == "a hash"
    assert target.verify() == 3
    assert log.numbers == [1, 2, 3]
    assert dumped(target) == raw
    with pytest.raises(UnattributedChangeError):
        Word.objects.update(value="x")
    with target.change("Ida Holm", "life goes on"):
        target.say(word())
        User.objects.create(username="ida")
        target.record_devices([known(9999, site="A new site")])
    assert target.verify() == 4
    assert len(target.words()) == 2
    return whole, met


def test_a_dump_of_one_sqlite_is_loaded_by_another(opened, tmp_path):
    source, target = cross(opened, tmp_path, "", "")
    assert source == target


@pytest.mark.service
@pytest.mark.parametrize("ways", ["out of sqlite", "out of postgresql", "within postgresql"])
def test_a_dump_goes_across_the_engines_and_stays_equal(opened, tmp_path, fresh_url, ways):
    source = "" if ways == "out of sqlite" else fresh_url()
    target = "" if ways == "out of postgresql" else fresh_url()
    whole, met = cross(opened, tmp_path, source, target)
    assert whole == met


def test_a_dump_of_an_empty_register_is_loaded(register, opened, tmp_path):
    raw = dumped(register)
    other = opened(tmp_path / "other")
    other.load(io.BytesIO(raw))
    assert dumped(other) == raw


def test_only_an_empty_register_is_filled(register):
    fill(register)
    before = everything(register)
    with pytest.raises(StateError, match="not empty; nothing was loaded"):
        register.load(io.BytesIO(dumped(register)))
    assert everything(register) == before


def test_a_damaged_dump_loads_nothing(register, opened, tmp_path):
    source = opened(tmp_path / "source")
    fill(source)
    raw = dumped(source)
    lines = raw.splitlines(keepends=True)
    head, rows, end = lines[0], lines[1:-1], lines[-1]
    row = json.loads(rows[5])
    damaged = [
        b"",
        b"PK\x03\x04",
        b"[1]\n",
        b"{}\n",
        raw[:-1][: len(raw) // 2],
        head + b"".join(rows),
        head + b"".join(rows[:-1]) + end,
        head + b"".join(rows[::-1]) + end,
        head + b"".join(rows) + rows[0] + end,
        raw + b"more",
        raw.replace(b"CT-7", b"CT-8", 1),
        raw.replace(b"\xc3", b"\xff"),
        head + b"null\n",
        head + b"[" * 100_000 + b"\n",
        head + json.dumps(row | {"table": "register.nothing"}).encode() + b"\n",
        head + json.dumps(row | {"row": {"nothing": 1}}).encode() + b"\n",
        head + json.dumps(row | {"row": {"id": None, "first_seen": "never"}}).encode() + b"\n",
        head + json.dumps(row | {"row": []}).encode() + b"\n",
        head + rows[5] + rows[5],
        b'{"format":"leadglass-register","version":2}\n',
        b'{"format":"leadglass-register","version":1,"migrations":[["register","9999_later"]]}\n',
    ]
    for number, content in enumerate(damaged):
        if content == raw:
            continue
        with pytest.raises(LeadglassError, match="othing was loaded") as caught:
            register.load(io.BytesIO(content))
        assert isinstance(caught.value, UnreadableError | StateError), number
        assert register.devices() == [], number
        assert register.history(None, limit=1, offset=0) == ([], 0), number
    with pytest.raises(UnattributedChangeError):
        User.objects.create(username="jo")  # the triggers are where they were
    register.load(io.BytesIO(raw))
    assert register.verify() == 3


def test_a_dump_whose_history_was_altered_is_not_loaded(register, opened, tmp_path):
    source = opened(tmp_path / "source")
    fill(source)
    lines = dumped(source).splitlines(keepends=True)
    forged = [line.replace(b"taken back", b"never said") for line in lines[:-1]]
    assert forged != lines[:-1]
    stream = io.BytesIO()
    stream.writelines(forged)
    stream.write(end_of(forged))
    stream.seek(0)
    with pytest.raises(StateError, match="broken at change 3"):
        register.load(stream)
    assert register.devices() == []
    assert connection.in_atomic_block is False


def end_of(lines):
    sha256 = hashlib.sha256(b"".join(lines)).hexdigest()
    return json.dumps({"rows": len(lines) - 1, "sha256": sha256}).encode() + b"\n"
