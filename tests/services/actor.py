"""A process that works in a home without end and says what it was told is done; tests kill it."""

import sys
from datetime import timedelta
from pathlib import Path

from tests.hospital import START, Clock, Hospital, all_of, bom, criterion, fleet, kev, nvd, record


def documents(number: int) -> list[bytes]:
    """Documents of one round, different in each."""
    firmware = criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding=f"{2 + number % 3}.0")
    hardware = criterion("h:quillon:tomara_64:-", vulnerable=False)
    name = f"CVE-2031-{41000 + number}"
    return [
        fleet(
            *(
                {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": f"1.{n}"}
                for n in range(number % 4 + 1)
            )
        ),
        nvd(record(name, all_of([firmware], [hardware]))),
        kev(name),
        bom("Tomara 64", f"1.{number}", [{"name": "zlib", "version": f"1.2.{number}"}]),
    ]


def work(home: Path, number: int) -> None:
    """Receive, assess, decide, over and over; each line on standard output is a promise."""
    clock = Clock(START + timedelta(hours=number))
    hospital = Hospital(home, clock)
    while True:
        for raw in documents(number):
            for got in hospital.receive(raw):
                print("received", got.sha256, flush=True)
        print("published", hospital.assess().id, flush=True)
        for action in hospital.list("actions")[:1]:
            made = hospital.decide(action["id"], until=clock().date() + timedelta(days=30))
            print("decided", made.id, flush=True)
        number += 1
        clock.pass_days(0.04)


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
