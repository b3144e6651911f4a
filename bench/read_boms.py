# SPDX-License-Identifier: Apache-2.0
"""Receive a bill of materials of 100,000 components in each form: seconds and peak memory (limits 10 s, 600 MB)."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

COMPONENTS = 100_000
MODE = "inside"


def names() -> Iterator[tuple[str, str]]:
    return (
        (f"library-{number}", f"{number % 9}.{number % 97}.{number % 31}") for number in range(COMPONENTS)
    )


def cyclonedx() -> str:
    parts = [
        {"type": "library", "name": n, "version": v, "purl": f"pkg:npm/{n}@{v}", "bom-ref": n}
        for n, v in names()
    ]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": parts})


def cyclonedx_xml() -> str:
    parts = "".join(
        f'<component type="library"><name>{n}</name><version>{v}</version><purl>pkg:npm/{n}@{v}</purl></component>'
        for n, v in names()
    )
    return (
        f'<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"><components>{parts}</components></bom>'
    )


def spdx() -> str:
    parts = [
        {"SPDXID": f"SPDXRef-{n}", "name": n, "versionInfo": v, "downloadLocation": "NOASSERTION",
         "externalRefs": [
             {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": f"pkg:npm/{n}@{v}"}]}
        for n, v in names()
    ]  # fmt: skip
    created = {"created": "2026-01-01T00:00:00Z", "creators": ["Tool: invented"]}
    return json.dumps({"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "x", "creationInfo": created,
                       "documentNamespace": "https://invented.invalid/x", "packages": parts})  # fmt: skip


def spdx_tags() -> str:
    parts = "".join(
        f"\nPackageName: {n}\nSPDXID: SPDXRef-{n}\nPackageVersion: {v}\nPackageDownloadLocation: NOASSERTION\n"
        f"ExternalRef: PACKAGE-MANAGER purl pkg:npm/{n}@{v}\n"
        for n, v in names()
    )
    return (
        "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: x\n"
        f"DocumentNamespace: https://invented.invalid/x\nCreator: Tool: invented\nCreated: 2026-01-01T00:00:00Z\n{parts}"
    )


FORMS = {
    "CycloneDX JSON": cyclonedx,
    "CycloneDX XML": cyclonedx_xml,
    "SPDX JSON": spdx,
    "SPDX tag-value": spdx_tags,
}


def measure(home: str, paper: str) -> None:
    """Run in a process of its own, so that peak memory is that of receiving alone."""
    from leadglass import compose
    from leadglass.services.ledger.receive import Offered, receive

    house = compose.build(Path(home))
    begin = time.perf_counter()
    (got,) = receive(house, [Offered(path=paper, opener=Path(paper)).opened()])
    assert got.taken["components"] == COMPONENTS, got
    # A large document is read in a process of its own: both hold it for a while
    own, beside = (
        resource.getrusage(who).ru_maxrss * 1024 / 1e6
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        f"{got.size / 1e6:.0f} MB, {time.perf_counter() - begin:.1f} s, "
        f"peak {own:.0f} MB, of the reading beside {beside:.0f} MB"
    )


def main() -> None:
    print(
        f"{COMPONENTS:,} components, received, read and stored; load {os.getloadavg()[0]:.1f}; limits 10 s, 600 MB"
    )
    for name, made in FORMS.items():
        with tempfile.TemporaryDirectory() as folder:
            paper = Path(folder, "bom")
            paper.write_text(made(), encoding="utf-8")
            done = subprocess.run(
                [sys.executable, __file__, MODE, f"{folder}/home", str(paper)],
                capture_output=True,
                text=True,
                check=True,
            )
        print(f"{name}: {done.stdout.strip()}")


if __name__ == "__main__":
    if sys.argv[1:2] == [MODE]:
        measure(*sys.argv[2:4])
    else:
        main()
