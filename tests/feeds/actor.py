# SPDX-License-Identifier: Apache-2.0
"""A process that syncs a home from a server on this machine, without waiting between requests; tests kill it."""

import os
import signal
import sys
import traceback
from pathlib import Path

from leadglass import compose
from leadglass.services.feeds.desk import Step
from leadglass.services.feeds.sync import sync
from leadglass.values.cursors import Cursor
from tests.feeds.reader import POLICY

STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "tempfile.mkdtemp", "socket.connect"}
"""What touches the disk or the network: the points at which a death could leave something half."""


def mortal(left: int, home: str) -> None:
    """Die by SIGKILL after so many steps within the home, or towards the server."""

    def die(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in STEPS and (event == "socket.connect" or any(home in str(one) for one in arguments)):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die)


def work(home: Path, base: str, steps: int) -> int:
    """Sync all feeds; each line on standard output is a promise."""
    (home / "policies").mkdir(parents=True, exist_ok=True)
    (home / "policies" / "feeds.toml").write_text(POLICY, encoding="utf-8")
    settings = {
        "LEADGLASS_FEED_NVD_URL": base, "LEADGLASS_FEED_KEV_URL": f"{base}/kev.json", "LEADGLASS_FEED_EOL_URL": f"{base}/api/v1",
        "LEADGLASS_FEED_EPSS_URL": f"{base}/epss.csv.gz", "LEADGLASS_FEED_OSV_URL": f"{base}/osv",
        "LEADGLASS_FEED_CVE_URL": f"{base}/cves", "LEADGLASS_FEED_CSAF_URL": f"{base}/csaf/provider-metadata.json",
    }  # fmt: skip
    network = compose.network(settings, sleep=lambda _seconds: None)
    house = compose.build(home, settings=settings, web=network)
    mortal(steps, str(home))
    complete = True
    for one in sync(house, ("nvd", "kev", "epss", "csaf", "osv", "cve", "eol")):
        if isinstance(one, Step):
            continue
        complete = complete and one.complete
        cursor = house.cursors.read(one.feed) or Cursor(feed=one.feed)
        if one.complete and cursor.completed_at is not None:
            print("promised", one.feed, flush=True)
    return 0 if complete else 1


def main() -> None:
    """For each line (home, address, steps) let a child sync and die; tell how it ended. Imports are paid once."""
    for line in sys.stdin:
        home, base, steps = line.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            code = 70
            try:
                code = work(Path(home), base, int(steps))
            except BaseException:  # noqa: BLE001 - told on standard error, and the code is that of a fault
                traceback.print_exc()
            finally:
                os._exit(code)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print("ended", ended, flush=True)


if __name__ == "__main__":
    main()
