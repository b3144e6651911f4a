# SPDX-License-Identifier: Apache-2.0
"""How fast an NVD feed becomes columns: MB of JSON per second of processor time, on one core."""

import lzma
import os
import sys
import time
from pathlib import Path

from leadglass.formats import nvd

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", Path(__file__).resolve().parents[2] / "shared" / "data"))


def main(years: list[str]) -> None:
    """Print one line per year, and the whole."""
    bytes_, seconds = 0, 0.0
    for year in years:
        path = CORPUS / "nvd" / "feeds-2.0" / f"nvdcve-2.0-{year}.json.xz"
        if not path.exists():
            print(f"{year}: no feed. Put the public documents at ../shared/data or set LEADGLASS_CORPUS")
            return
        raw = lzma.decompress(path.read_bytes())
        start = time.process_time()
        records = criteria = 0
        for batch in nvd.batches(raw):
            records += batch.records
            criteria += len(batch.criteria.stated)
        spent = time.process_time() - start
        bytes_, seconds = bytes_ + len(raw), seconds + spent
        print(
            f"{year}: {len(raw) / 1e6:6.1f} MB  {records:6,} records  {criteria:7,} criteria  "
            f"{spent:5.2f} s  {len(raw) / 1e6 / spent:4.0f} MB/s"
        )
    print(
        f"all: {bytes_ / 1e6:.0f} MB in {seconds:.2f} s of processor time, {bytes_ / 1e6 / seconds:.0f} MB/s"
    )


if __name__ == "__main__":
    main(sys.argv[1:] or ["2010", "2019", "2022"])
