# SPDX-License-Identifier: Apache-2.0
"""Watches and what was seen of their notices: kept, withdrawn, as of a moment, dumped and loaded, on both engines."""

import io
from datetime import timedelta

import pytest
from register_doubles import START

from leadglass.errors import NotFoundError, UsageError
from leadglass.values.people import Seen, Watch

DAY = timedelta(days=1)
WATCH = Watch(
    watch_id="W-1", model="Tomara 64", maker="Quillon", words="quillon tomara 64", owner="Ida Holm", because="no CPE name",
    by="os:ida", at=START,
)  # fmt: skip
SEEN = Seen(watch_id="W-1", notices=("N-1", "N-2"), by="os:ida", at=START + DAY)


def test_a_watch_and_what_was_seen_hold_until_withdrawn_and_leave_history(register, clock):
    with register.change("Ida Holm", "watched"):
        register.watch(WATCH)
    clock.now = START + DAY
    with register.change("Ida Holm", "seen"):
        register.see(SEEN)
    assert (register.watches(), register.seen()) == ([WATCH], [SEEN])
    assert register.seen(START) == []
    with pytest.raises(UsageError, match="watched already"), register.change("Ida Holm", "again"):
        register.watch(WATCH)
    clock.now = START + 2 * DAY
    with register.change("Ida Holm", "ended"):
        register.unwatch("W-1")
    assert (register.watches(), register.watches(START + DAY)) == ([], [WATCH])
    with pytest.raises(NotFoundError, match="W-1"), register.change("Ida Holm", "ended"):
        register.unwatch("W-1")
    entries, total = register.history("W-1", limit=10, offset=0)
    assert (total, {entry.table for entry in entries}) == (3, {"watch", "seen"})
    assert register.verify() >= 3


def test_a_dump_holds_watches_for_either_engine(register, opened, tmp_path, clock):
    with register.change("Ida Holm", "watched"):
        register.watch(WATCH)
        register.see(SEEN)
    stream = io.BytesIO()
    register.dump(stream)
    stream.seek(0)
    other = opened(tmp_path / "other", clock=clock)
    other.load(stream)
    assert (other.watches(), other.seen()) == ([WATCH], [SEEN])
