# SPDX-License-Identifier: Apache-2.0
"""Read every public document of the corpus and write docs/corpus.md: what was taken, what was refused, and why."""

import os
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from leadglass import compose
from leadglass.errors import UnreadableError
from leadglass.formats import archives, recognise
from leadglass.services.house import House
from leadglass.services.ledger.about import About
from leadglass.services.ledger.readers import READERS, profiles
from leadglass.values.sources import Kind

CORPUS = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data"))
FOLDERS = ("csaf", "vex", "sbom", "kev", "epss", "endoflife", "matching")
COUNTED = ("components", "products", "vulnerabilities", "statements", "releases")
MOST = 64 << 20


def main() -> int:
    """Read all; write the page."""
    if not CORPUS.is_dir():
        sys.stdout.write(f"skipped: no public documents at {CORPUS}\n")
        return 0
    with tempfile.TemporaryDirectory() as home:
        house = compose.build(Path(home))
        counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        refused: Counter[tuple[str, str]] = Counter()
        for folder in FOLDERS:
            for path in sorted((CORPUS / folder).rglob("*")):
                if path.is_file() and path.stat().st_size <= MOST:
                    read(house, path, counts, refused)
    page = Path(__file__).with_name("corpus.md")
    page.write_text(written(counts, refused), encoding="utf-8")
    sys.stdout.write(f"docs/{page.name}: {sum(row['read'] for row in counts.values()):,} documents read\n")
    return 0


def read(
    house: House, path: Path, counts: dict[tuple[str, str], Counter[str]], refused: Counter[tuple[str, str]]
) -> None:
    """Read what one file holds, unpacked; a crash ends the run."""
    with path.open("rb") as stream:
        for member in archives.members(stream, path.name, limits=archives.Limits()):
            if isinstance(member, archives.Member):
                judge(house, path, member.stream.read(), counts, refused)


def judge(
    house: House,
    path: Path,
    raw: bytes,
    counts: dict[tuple[str, str], Counter[str]],
    refused: Counter[tuple[str, str]],
) -> None:
    """Read one document whole."""
    found = recognise.recognise(raw, profiles=profiles(house))
    if found.kind is Kind.UNKNOWN or found.standard not in READERS:
        return
    row = counts["/".join(path.relative_to(CORPUS).parts[:2]), found.standard]
    row["documents"] += 1
    about = About(found)
    try:
        for rows in READERS[found.standard](raw, "0" * 64, about, house, "").values():
            for _ in rows:
                pass
    except UnreadableError as error:
        row["refused"] += 1
        refused[found.standard, str(error)] += 1
        return
    row["read"] += 1
    row["remarked"] += bool(about.remarks)
    for name in COUNTED:
        row[name] += about.taken.get(name, 0)


def written(counts: dict[tuple[str, str], Counter[str]], refused: Counter[tuple[str, str]]) -> str:
    """Write the page."""
    head = (
        "# Corpus\n\nMade by `make corpus` from the public documents in `../shared/data`; do not edit it here. None crashes."
        " That these counts equal those of independent parsers is held by the tests of mark `corpus`, with each difference"
        " explained where it stands.\n\n"
        "| folder | standard | documents | read | with remarks | refused | "
        + " | ".join(COUNTED) + " |\n|---|---|" + "---|" * (4 + len(COUNTED)) + "\n"
    )  # fmt: skip
    rows = "".join(
        f"| {folder} | {standard} | {row['documents']:,} | {row['read']:,} | {row['remarked']:,} | {row['refused']:,} | "
        + " | ".join(f"{row[name]:,}" for name in COUNTED) + " |\n"
        for (folder, standard), row in sorted(counts.items())
    )  # fmt: skip
    why = "".join(
        f"| {standard} | {number} | {' '.join(text.split())[:200].replace('|', ' ')} |\n"
        for (standard, text), number in sorted(refused.items())
    )
    return f"{head}{rows}\n## Refused\n\n| standard | documents | why |\n|---|---|---|\n{why}"


if __name__ == "__main__":
    raise SystemExit(main())
