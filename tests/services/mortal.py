# SPDX-License-Identifier: Apache-2.0
"""A process whose children receive, take a bundle, or assess, and die meanwhile; others look at what they left, and go on.

It asks no engine anything itself, so that a child may start one. Imports are paid once.
"""

import hashlib
import io
import json
import os
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from leadglass.services.feeds.take import take
from leadglass.services.ledger import receive
from leadglass.store.whole import WholeStore
from tests.hospital import START, Clock, Hospital

STEPS = frozenset(
    {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.truncate", "tempfile.mkdtemp"}
)
"""What touches the disk from Python; within the engine and the writing of Parquet only time tells where a child dies."""

DAY = START + timedelta(days=1)
"""When the work is done, however often it is begun."""


def opened(home: Path) -> Hospital:
    """The home, with a clock that stands: the same work leaves the same bytes."""
    return Hospital(home, Clock(DAY))


def do_receive(hospital: Hospital, papers: Path) -> None:
    """Receive all papers, in their order."""
    offered = (receive.Offered(path=path.name, opener=path).opened() for path in sorted(papers.iterdir()))
    assert all(told.sha256 for told in receive.receive(hospital.house, offered))


def do_take(hospital: Hospital, papers: Path) -> None:
    """Take a bundle."""
    take(hospital.house, io.BytesIO((papers / "bundle.tar.zst").read_bytes()))


def do_assess(hospital: Hospital, _papers: Path) -> None:
    """Recognise, match, weigh, act, and publish."""
    hospital.assess()


WORK: Mapping[str, Callable[[Hospital, Path], None]] = {
    "receive": do_receive,
    "take": do_take,
    "assess": do_assess,
}


def worked(told: Mapping[str, Any]) -> dict[str, Any]:
    """Do a work, and die after so many steps or so much processor time; gives what it took where nothing killed it."""
    home, left = told["home"], [told["steps"]]

    def die(event: str, arguments: tuple[object, ...]) -> None:
        if event in STEPS and any(home in str(one) for one in arguments):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    hospital = opened(Path(home))
    sys.addaudithook(die)
    begun = _seconds()
    if told["seconds"]:
        signal.setitimer(
            signal.ITIMER_PROF, told["seconds"]
        )  # its signal ends a process that does not heed it
    WORK[told["work"]](hospital, Path(told["papers"]))
    signal.setitimer(signal.ITIMER_PROF, 0)
    return {"steps": told["steps"] - left[0], "seconds": _seconds() - begun}


def looked(told: Mapping[str, Any]) -> dict[str, Any]:
    """Hold what a death left against what is right, do the work again to its end and assess; gives what there is then."""
    home = Path(told["home"])
    hospital = opened(home)
    left = _left(hospital)
    for name in (told["work"], "assess"):
        WORK[name](hospital, Path(told["papers"]))
    return {"left": left, **_there(hospital)}


def _left(hospital: Hospital) -> dict[str, Any]:
    """No half state: documents, readings and parts are whole, the snapshot reads, the chains hold."""
    house, home = hospital.house, hospital.home
    assert house.documents.damage() == []
    for path in home.glob("tables/parts/*.parquet"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem, path
    current = house.tables.current()
    assert current is not None
    assert all((home / "tables" / "parts" / f"{part.sha256}.parquet").exists() for part in current.parts)
    assert hospital.list("devices")
    house.register.verify()
    house.log.verify()
    return {
        "snapshot": current.id,
        "received": sorted(
            f"{receipt.received:%d} {receipt.sha256}" for receipt in house.documents.receipts()
        ),
        "readings": _files(home / "tables" / "readings"),
    }


def _there(hospital: Hospital) -> dict[str, Any]:
    """All that the home holds, to the byte; what a death left without a receipt is swept before."""
    house, home = hospital.house, hospital.home
    WholeStore(home).sweep(now=datetime.now(UTC) + timedelta(days=9))
    house.register.verify()
    house.log.verify()
    current = house.tables.current()
    assert current is not None
    return {
        "snapshot": current.id,
        "parts": {part.table: part.sha256 for part in current.parts},
        "documents": _files(home / "documents"),
        "receipts": _files(home / "receipts"),
        "readings": _files(home / "tables" / "readings"),
        "devices": [device.device_id for device in house.register.devices()],
        "decisions": [decision.id for decision in house.register.decisions()],
        "pending": _files(home / "pending") | _files(home / "incoming"),
    }


def _files(folder: Path) -> dict[str, str]:
    """Every file below a folder that is no draft, by the hash of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """For each line (a JSON object) let a child work; tell how it ended and what it gave."""
    with tempfile.TemporaryDirectory() as folder:  # what a first opening loads is paid once too
        opened(Path(folder) / "home").house.register.close()
    for line in sys.stdin:
        told = json.loads(line)
        report = Path(told["report"])
        child = os.fork()
        if not child:
            code = 70
            try:
                made = looked(told) if told["steps"] is None else worked(told)
                report.write_text(json.dumps(made), encoding="utf-8")
                code = 0
            except BaseException:  # noqa: BLE001 - told on standard error, and the code is that of a fault
                traceback.print_exc()
            finally:
                os._exit(code)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(
            json.dumps({"ended": ended, "told": json.loads(report.read_text()) if not ended else None}),
            flush=True,
        )


if __name__ == "__main__":
    main()
