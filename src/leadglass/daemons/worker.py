# SPDX-License-Identifier: Apache-2.0
"""The worker: does what is due until it is asked to end (SIGTERM, SIGINT), or until its time is over.

Asked to end, it lets the job at hand come to a place where it can leave off; after 20 seconds it leaves off there.
That is safe anywhere, as dying is: the job is given back and done again.
"""

import argparse
import os
import secrets
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType

from leadglass.compose import HOME_VARIABLE, build, everything
from leadglass.daemons.leases import keeping
from leadglass.errors import LeadglassError, StateError
from leadglass.services import catalogue
from leadglass.services.jobs.kinds import StoppedError
from leadglass.services.jobs.work import Done, End, rhythm_of
from leadglass.services.ledger.view import View

GRACE = 20
"""Seconds that a job has to come to a good place, when the worker is asked to end."""
_PLAN = 3_600.0  # seconds between two looks at which jobs there are


def main(words: Sequence[str] | None = None) -> int:
    """Work. 0 done, 1 with --once where a job failed, 3 where the home cannot be used."""
    told = argparse.ArgumentParser(prog="leadglass work")
    told.add_argument("--once", action="store_true")
    told.add_argument("--for", dest="seconds", type=float, default=0.0)
    asked = told.parse_args(words)
    stopped = _asked_to_end()
    try:
        house = build(Path(os.environ[HOME_VARIABLE]) if HOME_VARIABLE in os.environ else None)
        if house.clock_kind == "stated" and not asked.once:
            raise StateError(
                "LEADGLASS_NOW states the time, so that no lease would ever end. Work with --once."
            )
        view = View(house=replace(house, person="leadglass work", origin="work"), scope=everything())
        return run(view, stopped=stopped, once=asked.once, seconds=asked.seconds)
    except StoppedError:
        return 0
    except LeadglassError as error:
        _say(str(error))
        return error.code
    finally:
        signal.alarm(0)


def run(view: View, *, stopped: threading.Event, once: bool = False, seconds: float = 0.0) -> int:
    """Work until there is nothing due (`once`), the time is over, or it is asked to end."""
    told, by = rhythm_of(view), f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    ends = time.monotonic() + seconds if seconds else float("inf")
    planned, failed = float("-inf"), False
    seen = set[str]()
    _say(f"Working as {by}, home {view.house.home}.")
    while not stopped.is_set() and time.monotonic() < ends:
        if time.monotonic() - planned > _PLAN:
            catalogue.PLAN(view, told)
            planned = time.monotonic()
        done = _turn(lambda: catalogue.DO_JOB(
            view, by=by, told=told, stopped=stopped.is_set, fault=_keep_fault(view),
            keeping=lambda job: keeping(view.house.jobs, job, told, view.house.clock),
        ), once=once)  # fmt: skip
        if done is not None:
            failed |= done.end is End.FAILED
            name, took = done.job.name, f"{done.seconds:.1f} s"
            _say(
                f"{name}: {done.said}"
                if done.end is End.DONE
                else f"{name} ({done.end}, {took}): {done.said}"
            )
            if once and name in seen:  # it came again while the others were done: that is enough
                break
            seen.add(name)
        elif once:
            break
        else:
            stopped.wait(told.look.total_seconds())
    _say("Ended.")
    return 1 if once and failed else 0


def _turn(turn: Callable[[], Done | None], *, once: bool) -> Done | None:
    """Take a turn. A register that does not answer for a while is asked again, unless this is the only turn."""
    try:
        return turn()
    except StoppedError:
        raise
    except LeadglassError as error:
        if once:
            raise
        _say(str(error))
        return None


def _asked_to_end() -> threading.Event:
    """Listen to the signals that ask to end: the first asks, and after a grace the job at hand is left off."""
    stopped = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopped.set()
        signal.alarm(GRACE)

    def leave(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise StoppedError("The worker was asked to end, and left the job off where it was.")

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGALRM, leave)
    return stopped


def _keep_fault(view: View) -> Callable[[Exception], None]:
    """Give what keeps a traceback where the command keeps them."""

    def keep(error: Exception) -> None:
        with (view.house.home / "faults.log").open("a", encoding="utf-8", errors="replace") as stream:
            stream.write("".join(traceback.format_exception(error)) + "\n")

    return keep


def _say(text: str) -> None:
    sys.stdout.write(f"{' '.join(text.split())}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
