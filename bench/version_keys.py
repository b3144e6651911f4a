# SPDX-License-Identifier: Apache-2.0
"""Print how many version keys one core makes in a second, over a year of NVD where it is at hand."""

import json
import lzma
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from leadglass.vulnerabilities.versions import clean, key, norm

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", Path(__file__).parents[1] / "../shared/data"))
FEED = CORPUS / "nvd/feeds-2.0/nvdcve-2.0-2019.json.xz"
RANGE_ENDS = ("versionStartIncluding", "versionStartExcluding", "versionEndIncluding", "versionEndExcluding")
UNESCAPED_COLON = re.compile(r"(?<!\\):")
FEW = ("10.0.17763.2686", "1.0.2k", "2.0-beta9", "7.0(3)i7(4)", "3.6.1_20121102", "VB30A", "1.8.0_291")
ROUNDS = 5


def read() -> tuple[list[str], str]:
    """Give the versions as often as a year of NVD names them, and where they are from."""
    if not FEED.exists():
        return list(FEW) * 20_000, "a few vendors' strings"
    versions: list[str] = []

    def collect(row: dict[str, Any]) -> dict[str, Any]:
        if "criteria" in row:
            named = [
                UNESCAPED_COLON.split(row["criteria"])[5],
                *(row[end] for end in RANGE_ENDS if end in row),
            ]
            versions.extend(clean(version) for version in named if version not in {"*", "-"})
        return row

    json.loads(lzma.decompress(FEED.read_bytes()), object_hook=collect)
    return versions, FEED.name


def rate(work: Callable[[str], str], texts: list[str]) -> float:
    """Give texts per second of CPU, the best of some rounds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for text in texts:
            work(text)
        seconds.append(time.process_time() - start)
    return len(texts) / min(seconds)


def main() -> None:
    """Print one line for each of the two texts that are made of a version."""
    texts, source = read()
    keys = [key(text) for text in texts]
    print(f"{len(texts):,} versions of {source}; mean key {sum(map(len, keys)) / len(keys):.1f} characters")
    for work in (key, norm):
        per_second = rate(work, texts)
        print(f"{work.__name__:5}{per_second:>10,.0f} per second of CPU, {1e6 / per_second:.2f} us each")


if __name__ == "__main__":
    main()
