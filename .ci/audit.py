# SPDX-License-Identifier: Apache-2.0
"""Hold what the locks name against the advisories of PyPI, else of OSV; what could not be asked is said, never passed.

pip-audit alone says that nothing is known where its service knows none of the packages.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_ADDRESS = "LEADGLASS_AUDIT_OSV"
"""Tests alone: another address of OSV, and nothing else is asked."""
_SECONDS = 600
_USAGE = 2


def services() -> list[list[str]]:
    """Give the services that are asked one after the other, until one knows something."""
    other = os.environ.get(_ADDRESS, "")
    return [["osv", "--osv-url", other]] if other else [["pypi"], ["osv"]]


def asked(lock: Path, service: Sequence[str]) -> tuple[list[dict[str, Any]], str]:
    """Ask a service of every package of a lock; give what it says of each, or why it says nothing."""
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", *service, "--requirement", str(lock),
               "--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"]  # fmt: skip
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
        return json.loads(ran.stdout)["dependencies"], ""
    except subprocess.TimeoutExpired:
        return [], f"no answer within {_SECONDS} seconds"
    except (ValueError, KeyError):
        if ran.returncode == _USAGE:
            sys.exit(f"pip-audit does not take these words: {ran.stderr.strip()}")
        return [], (ran.stderr.strip().splitlines() or ["no answer"])[-1][:200]


def judged(lock: Path) -> int:
    """Say what is known of the packages of a lock; give 1 where something is."""
    whys = []
    for service in services():
        told, why = asked(lock, service)
        known = [row for row in told if "vulns" in row]
        skipped = [f"{row['name']}: {row['skip_reason']}" for row in told if "skip_reason" in row]
        if known:
            return _said(lock, service[0], known, skipped)
        whys.append(f"{service[0]}: {why or next(iter(skipped), 'it knows none of them')}")
    print(
        f"{lock}: NOT AUDITED, for no service of advisories could be asked. This says nothing of the packages."
    )
    print("".join(f"  {why}\n" for why in whys), end="")
    return 0


def _said(lock: Path, service: str, known: list[dict[str, Any]], skipped: list[str]) -> int:
    found = [(row, vulnerability) for row in known for vulnerability in row["vulns"]]
    print(
        f"{lock}: {len(known)} packages asked about at {service}, {len(found)} advisories, {len(skipped)} not judged"
    )
    for row, vulnerability in found:
        names = ", ".join([vulnerability["id"], *vulnerability.get("aliases", [])])
        mended = ", ".join(vulnerability.get("fix_versions", [])) or "no release yet"
        print(f"  {row['name']} {row['version']}: {names}; repaired in {mended}")
    print("".join(f"  not judged: {one}\n" for one in skipped), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(max(judged(Path(one)) for one in sys.argv[1:]))
