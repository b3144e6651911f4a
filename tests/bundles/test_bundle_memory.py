# SPDX-License-Identifier: Apache-2.0
"""A bundle is made and taken as a stream: a large one needs no more memory than a small one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bundling import Pair
from tests.hospital import kev

# Each step is a process of its own, so that the peak of one does not hide behind that of another.
RECEIVE = """
class Feed:  # a record, and blanks behind it, as JSON may have
    def __init__(self, number):
        self.left, self.head = 100_000_000, record(f"CVE-2031-{1000 + number}")
    def read(self, size):
        piece = self.head or b" " * min(size, self.left)
        self.head, self.left = b"", self.left - len(piece)
        return piece
house = Hospital(home / "maker", clock).house
with house.documents.batch() as batch:
    for number in range(3):
        sha256, size, _ = batch.keep(Feed(number), limit=1 << 40)
        batch.acknowledge(Receipt(sha256=sha256, name="f.json", size=size, received=clock(), by="os:mara"))
select(house)  # reads them, in memory, as every document is read
print(0)
"""
MAKE = """
house = Hospital(home / "maker", clock).house
bundle(house, home / "small.tar", Wish(kinds=("kev",)), PASSPHRASE)
before = peak()
bundle(house, home / "large.tar", Wish(), PASSPHRASE)
print(peak() - before)
"""
TAKE = """
house = Hospital(home / "taker", clock).house
with (home / "small.tar").open("rb") as stream:
    take(house, stream)
before = peak()
with (home / "large.tar").open("rb") as stream:
    assert dict(take(house, stream).new) == {"nvd": 3}
print(peak() - before)
"""
HEAD = """
import re, sys
from pathlib import Path
import pytest

from leadglass.services.feeds.bundle import Wish, bundle
from leadglass.services.feeds.selection import select
from leadglass.services.feeds.take import take
from leadglass.values.sources import Receipt
from tests.bundling import PASSPHRASE, record
from tests.hospital import Clock, Hospital

def peak():  # of this process alone; what getrusage says begins with the peak of its parent
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

home, clock = Path(sys.argv[1]), Clock()
"""


def grown(step: str, folder: Path) -> int:
    """Run a step; gives by how many KiB its peak grew from a small bundle to a large one."""
    command = [sys.executable, "-c", HEAD + step, str(folder)]
    return int(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


@pytest.mark.slow
def test_a_large_bundle_is_made_and_taken_in_little_memory(pair: Pair) -> None:
    pair.maker.receive(kev("CVE-2031-41001"))
    assert pair.key.text  # made and trusted here; the steps are processes of their own
    grown(RECEIVE, pair.folder)
    assert grown(MAKE, pair.folder) < 24 * 1024
    assert (pair.folder / "large.tar").stat().st_size > 300_000_000
    assert grown(TAKE, pair.folder) < 24 * 1024
