# SPDX-License-Identifier: Apache-2.0
"""Assess a small fleet beside a synthetic dump of 50,000 OSV records, half of PyPI and half of Debian: seconds of each step.

As one text with a record on each line, and as a zip with a file for each record. 120 packages of the dump are in the fleet.
"""

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

RECORDS = 50_000
DEVICES, LISTED = 40, 120
MODE = "inside"


def dump(number: int) -> Iterator[tuple[str, bytes]]:
    """Records of two ecosystems in turn, three of each package; ids and names are invented."""
    for n in range(number):
        debian = n % 2
        cve, name = f"CVE-2031-{10_000 + n}", f"part-{n // 6}"
        package = {"ecosystem": "Debian:12" if debian else "PyPI", "name": name}
        package["purl"] = f"pkg:{'deb/debian' if debian else 'pypi'}/{name}"
        fixed = f"{n % 40 + 1}.{n % 7}" + ("-1" if debian else "")
        record = {
            "schema_version": "1.7.0", "id": f"DEBIAN-{cve}" if debian else f"PYSEC-{n}", "modified": "2031-01-02T00:00:00Z",
            "upstream" if debian else "aliases": [cve], "details": "An invented weakness. " * 12,
            "affected": [{"package": package, "versions": [f"{major}.0" for major in range(n % 40)],
                          "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]}],
        }  # fmt: skip
        yield f"{record['id']}.json", json.dumps(record).encode()


def fleet() -> list[bytes]:
    """Devices of four models, each with a list of packages of which the dump speaks and of others."""
    head = "asset_tag,serial_number,site,modality,manufacturer,model,software_version,status\n"
    rows = [f"X-{n},SN{n},Harbor,CT,Quillon,Tomara {n % 4 + 1}00,1.5,in_use" for n in range(DEVICES)]
    made = [(head + "\n".join(rows) + "\n").encode()]
    for model in range(1, 5):
        parts = []
        for n in range(LISTED):
            name, version = f"part-{n * 50}", f"{n % 30}.0{'-1' if n % 2 else ''}"
            purl = (
                f"pkg:deb/debian/{name}@{version}?distro=debian-12" if n % 2 else f"pkg:pypi/{name}@{version}"
            )
            parts.append({"type": "library", "name": name, "version": version, "purl": purl})
        subject = {
            "type": "device",
            "name": f"Tomara {model}00",
            "version": "1.5",
            "supplier": {"name": "Quillon"},
        }
        made.append(
            json.dumps(
                {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": subject},
                 "serialNumber": f"urn:uuid:00000000-0000-4000-8000-00000000000{model}", "components": parts}
            ).encode()
        )  # fmt: skip
    return made


def packed(number: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in dump(number):
            archive.writestr(name, raw)
    return stream.getvalue()


def measure(home: str, form: str, number: int) -> None:
    """Run in a process of its own, so that peak memory is that of this form alone."""
    from leadglass import compose
    from leadglass.services.ledger.assess import assess
    from leadglass.services.ledger.receive import Offered, receive

    house = compose.build(Path(home))
    raw = packed(number) if form == "zip" else b"\n".join(raw for _, raw in dump(number))
    told: dict[str, float] = {}
    for name, papers in (("fleet", fleet()), ("dump", [raw])):
        start = time.perf_counter()
        for got in receive(
            house, (Offered(path=f"{name}-{n}", stream=io.BytesIO(one)) for n, one in enumerate(papers))
        ):
            assert got.taken, got
        told[name] = time.perf_counter() - start
    start = time.perf_counter()
    made = assess(house)
    told["assess"] = time.perf_counter() - start
    told["claims"] = next(part.rows for part in made.parts if part.table == "claim")
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told))


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    for form in ("lines", "zip"):
        with tempfile.TemporaryDirectory() as work:
            done = subprocess.run(
                [sys.executable, __file__, MODE, f"{work}/home", form, str(number)],
                capture_output=True,
                text=True,
                check=True,
            )
        told = json.loads(done.stdout)
        print(
            f"{number:,} records as {form}: received in {told['dump']:.1f} s, assessed in {told['assess']:.1f} s,"
            f" {told['claims']:,} claims, peak {told['peak']:.0f} MiB, load {os.getloadavg()[0]:.1f}"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == [MODE]:
        measure(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main()
