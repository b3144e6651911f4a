# SPDX-License-Identifier: Apache-2.0
"""Names of weaknesses (MITRE's Common Weakness Enumeration), as far as advisories for hospitals name them."""

import csv
from importlib.resources import files
from typing import Final


def _table() -> dict[str, str]:
    with files(__package__).joinpath("tables", "weaknesses.csv").open(encoding="utf-8") as rows:
        return {row["id"]: row["name"] for row in csv.DictReader(rows)}


NAME_BY_ID: Final = _table()
ID_BY_NAME: Final = {name: number for number, name in NAME_BY_ID.items()}
