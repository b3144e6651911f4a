# SPDX-License-Identifier: Apache-2.0
"""Make again the parts of the docs that follow from code: tables.md, services.md, house.svg and our own SBOM."""

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from leadglass import __version__
from leadglass.render import svg
from leadglass.render.markup import Child
from leadglass.services.catalogue import CATALOGUE
from leadglass.values.tables import READINGS, SNAPSHOT, Table

DOCS = Path(__file__).parent
ROOT = DOCS.parent

# What each door, floor and room is for, in the width of its box. A new room needs its line here.
ROOMS = {
    "cli": "the door: parses, calls a service, shows",
    "web": "pages",
    "daemons": "jobs",
    "compose": "builds the house; knows every concrete part",
    "services": "the six steps, listings",
    "store": "documents, tables, log",
    "register": "people's words, history",
    "formats": "the papers",
    "render": "pages",
    "fleet": "who is it",
    "vulnerabilities": "what fits",
    "risk": "how grave",
    "planning": "who does what",
    "values": "the words: frozen, no input or output, no engine",
    "errors": "every sentence that a user may see when something fails",
}
STEPS = ("receive", "read", "recognise", "match", "weigh", "act")
STATE = (
    ("Documents", "what others told us", "bytes by SHA-256"),
    ("Register", "what people decided", "history that only grows"),
    ("Tables", "what follows", "made again at will"),
)
WIDTH, LEFT, FLOOR, GAP = 960, 20, 56, 8
WALL = 640
WORD = 13


def main() -> int:
    """Write every made part; say which changed."""
    for name, text in made().items():
        place = DOCS / name
        old = place.read_text(encoding="utf-8") if place.exists() else ""
        place.write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/{name}: {'as it was' if old == text else 'made again'}\n")
    return 0


def made() -> dict[str, str]:
    """Give the text of every part that is made, by file name."""
    drawn = house(floors())
    return {
        "tables.md": tables(),
        "services.md": services(),
        "house.svg": drawn,
        "leadglass.cdx.json": own_bom(),
    }


def own_bom() -> str:
    """Write the bill of materials of Leadglass itself (CycloneDX 1.6), from the lock of what it runs on."""
    lock = (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", lock, re.MULTILINE)
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"leadglass {__version__} " + " ".join(map("==".join, pinned)))
    subject = {
        "type": "application",
        "name": "leadglass",
        "version": __version__,
        "supplier": {"name": "Leadglass"},
    }
    parts = [
        {"type": "library", "name": part, "version": version, "purl": f"pkg:pypi/{part}@{version}"}
        for part, version in pinned
    ]
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{name}", "version": 1,
        "metadata": {"component": subject}, "components": parts,
    }  # fmt: skip
    return json.dumps(document, indent=1) + "\n"


def tables() -> str:
    """Describe every table: writer, meaning, order, columns."""
    parts = [
        "# Tables\n",
        "Made by `make docs` from `src/leadglass/values/tables.py`; do not edit it here.\n",
        "Each table has one writer, the step that is named with it. Any room's SQL may read any table. A *reading* is made"
        " once per document and release of the readers; all other tables are made once per snapshot. Both are disposable:"
        " `leadglass rebuild` makes them again. Times are UTC.\n",
        "[Readings](#readings): " + ", ".join(_link(table) for table in READINGS) + "  \n"
        "[Snapshot](#snapshot): " + ", ".join(_link(table) for table in SNAPSHOT) + "\n",
        "## Readings\n",
        *(_table(table) for table in READINGS),
        "## Snapshot\n",
        *(_table(table) for table in SNAPSHOT),
    ]
    return "\n".join(parts)


def _link(table: Table) -> str:
    return f"[{table.name}](#{table.name})"


def _table(table: Table) -> str:
    scoped = f" A person sees the rows of her own sites (`{table.scoped}`)." if table.scoped else ""
    meaning = f"{table.meaning[0].upper()}{table.meaning[1:]}"
    head = f"### {table.name}\n\n{meaning}. Written by *{table.writer}*, ordered by {_names(table.sort)}.{scoped}\n\n"
    rows = (f"| `{column.name}` | {column.type} | {_cell(column.meaning)} |" for column in table.columns)
    return head + "| column | type | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def services() -> str:
    """List every public service: what it does, takes and gives, and the permission that it asks for."""
    parts = [
        "# Services\n",
        "Made by `make docs` from `src/leadglass/services/catalogue.py`; do not edit it here.\n",
        "What a door may call. Each takes a view (a snapshot within the sites of a person, on a day) and what stands in the"
        " third column. Without the permission it refuses; what reaches *all sites* refuses who sees some of them. The local"
        " command line acts as the user of the machine, with every permission but that of approving.\n",
        "| service | what it does | takes | gives | permission |",
        "|---|---|---|---|---|",
        *(
            f"| `{service.name}` | {_cell(service.meaning)} | {_takes(service.input)} | {_type(service.output)} |"
            f" {service.permission}{', all sites' if service.everywhere else ''} |"
            for service in CATALOGUE.values()
        ),
    ]
    return "\n".join(parts) + "\n"


def _takes(taken: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}`: {_type(kind)}" for name, kind in taken.items()) or "nothing"


def _type(kind: Any) -> str:
    """Name a type by its last word: modules are not what a reader looks for."""
    text = kind.__name__ if isinstance(kind, type) else str(kind)
    return _cell(re.sub(r"\b[a-z_]+\.(?=\w)", "", text).replace("NoneType", "nothing"))


def floors() -> list[list[str]]:
    """Give the floors of the house as import-linter holds them, the highest first."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[room.strip() for room in layer.split("|")] for layer in layers]


def house(levels: Sequence[Sequence[str]]) -> str:
    """Draw the house: its floors on the left, the three kinds of state on the right, the six steps below."""
    drawn: list[Child] = [svg.words(LEFT, 30, "Floors: each imports only from below", weight="600")]
    top = 44.0
    for rooms in levels:
        drawn += _floor(top, rooms)
        top += FLOOR + GAP
    drawn += _state(44.0, top - GAP)
    drawn += _steps(top + 22)
    height = top + 100
    ground = svg.rect(0, 0, WIDTH, height, fill="ground")
    about = (
        "The floors from the doors down to the errors; documents, register and tables beside them; below, the six steps"
        " from received bytes to actions."
    )
    return svg.picture("house", WIDTH, height, "The house of Leadglass", about, ground, *drawn) + "\n"


def _floor(top: float, rooms: Sequence[str]) -> list[Child]:
    width = (WALL - GAP * (len(rooms) - 1)) / len(rooms)
    drawn: list[Child] = []
    for number, room in enumerate(rooms):
        x = LEFT + number * (width + GAP)
        size = WORD if svg.words_width(room) < width - 8 else 11
        drawn += [
            svg.rect(x, top, width, FLOOR, fill="shade"),
            svg.words(x + width / 2, top + 23, room, align="middle", weight="600", size=size),
            svg.words(x + width / 2, top + 42, ROOMS[room], align="middle", size=11, colour="dim"),
        ]
    return drawn


def _state(top: float, bottom: float) -> list[Child]:
    x, width = LEFT + WALL + 30.0, WIDTH - WALL - 2 * LEFT - 30.0
    height = (bottom - top - GAP * (len(STATE) - 1)) / len(STATE)
    drawn: list[Child] = [svg.words(x, 30, "Three kinds of state", weight="600")]
    for number, (name, meaning, how) in enumerate(STATE):
        y = top + number * (height + GAP)
        drawn += [
            svg.rect(x, y, width, height, fill="shade"),
            svg.rect(x, y, 4, height, fill="accent"),
            svg.words(x + 20, y + height / 2 - 16, name, weight="600", size=15),
            svg.words(x + 20, y + height / 2 + 6, meaning),
            svg.words(x + 20, y + height / 2 + 26, how, colour="dim"),
        ]
    return drawn


def _steps(top: float) -> list[Child]:
    drawn: list[Child] = [
        svg.words(LEFT, top + 4, "Six steps, one direction; then people decide", weight="600")
    ]
    width = (WIDTH - 2 * LEFT - GAP * 3 * len(STEPS)) / (len(STEPS) + 1)
    for number, step in enumerate((*STEPS, "decide")):
        x = LEFT + number * (width + GAP * 3)
        person = number == len(STEPS)
        drawn += [
            svg.rect(x, top + 18, width, 40, fill="accent" if person else "shade"),
            svg.words(
                x + width / 2,
                top + 43,
                step,
                align="middle",
                weight="600",
                colour="ground" if person else "ink",
            ),
        ]
        if not person:
            drawn.append(svg.words(x + width + GAP * 1.5, top + 43, "→", align="middle", colour="dim"))
    return drawn


if __name__ == "__main__":
    raise SystemExit(main())
