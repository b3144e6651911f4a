# SPDX-License-Identifier: Apache-2.0
"""A process of its own at a register: `register_actor.py count|watch|pour HOME URL LOG [NUMBER]`, one line per deed."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from register_doubles import FileLog, decision, known, word

from leadglass.register.open import open_register

WORDS_PER_CHANGE = 40


def tell(what):
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def count(register, name, number):
    """Add one to the newest word, `number` times: a lost update would leave the sum short."""
    for _ in range(number):
        with register.change(name, "counted"):
            newest = max((int(said.value) for said in register.words()), default=0)
            register.say(word(str(newest + 1), by=name))
    tell("done")


def watch(register):
    """Read until it is told to stop: what was seen once is never gone again."""
    seen = 0
    tell("ready")
    while not Path(sys.argv[5]).exists():
        words = len(register.words())
        changes = register.verify()
        assert seen <= words <= changes, (seen, words, changes)
        seen = words
    tell(seen)


def pour(register):
    """Change without end, much at a time; say each change once it is kept."""
    tell("ready")
    while True:
        with register.change("Ida Holm", "a long round") as opened:
            start = opened.number * WORDS_PER_CHANGE
            register.record_devices(known(start + offset) for offset in range(WORDS_PER_CHANGE))
            for offset in range(WORDS_PER_CHANGE):
                register.say(word(str(opened.number), device=f"D-{start + offset:06}"))
            register.decide(decision(f"X-{opened.number}"))
        tell(opened.number)


def main():
    deed, home, url, log = sys.argv[1:5]
    with closing(
        open_register(Path(home), url, clock=lambda: datetime.now(UTC), log=FileLog(log))
    ) as register:
        if deed == "count":
            count(register, sys.argv[6], int(sys.argv[5]))
        elif deed == "watch":
            watch(register)
        else:
            pour(register)


if __name__ == "__main__":
    main()
