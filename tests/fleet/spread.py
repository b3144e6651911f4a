# SPDX-License-Identifier: Apache-2.0
"""The figures of the synthetic fleet for other seeds and for small hospitals, so that no rule fits one fleet alone."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.fleet.dirt import ADVISORIES, SEED, Fates, fleet, follow, named_products, siblings


def spread(seeds: Sequence[int], folder: Path = ADVISORIES) -> list[dict[str, float]]:
    """The shares of fleets of other seeds, so that no rule fits one fleet alone."""
    products = named_products(folder)
    return [
        shares(follow(products, [*fleet(products, seed), *siblings(products, seed)], {})) for seed in seeds
    ]


def hospitals(size: int = 100, folder: Path = ADVISORIES, seed: int = SEED) -> dict[str, float]:
    """The shares of the same fleet cut into hospitals of `size` devices, where few other models give a name away."""
    products = named_products(folder)
    devices = [*fleet(products, seed), *siblings(products, seed)]
    random.Random(seed).shuffle(devices)
    whole = Fates(count=Counter(), by_dirt={}, wrong=[], missed=[])
    for start in range(0, len(devices), size):
        whole.count.update(follow(products, devices[start : start + size], {}).count)
    return shares(whole)


def shares(fates: Fates) -> dict[str, float]:
    """How many links are right, how many pairs are linked, how many are lost."""
    return {
        "precision with siblings": fates.share("linked", "wrong", "sibling"),
        "recall": fates.share("linked", "question", "lost"),
        "lost": fates.share("lost", "linked", "question"),
        "questions": fates.count["asked"],
    }


def ranges(rows: Sequence[dict[str, float]]) -> str:
    """Least, median and most of several fleets' shares, as Markdown."""
    lines = ["| figure | least | median | most |", "|---|---|---|---|"]
    for name in rows[0]:
        values = sorted(row[name] for row in rows)
        told = (
            f"{value:.4f}" if value <= 1 else f"{value:.0f}"
            for value in (values[0], median(values), values[-1])
        )
        lines.append(f"| {name} | {' | '.join(told)} |")
    return "\n".join(lines)
