# SPDX-License-Identifier: Apache-2.0
"""The tables of pairs and labels, as rows."""

import csv

from tests.accuracy.choose import HERE


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table that stands beside this module."""
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
