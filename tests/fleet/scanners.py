# SPDX-License-Identifier: Apache-2.0
"""Scanners of the table of models, each alone in a fleet: which other names of its maker it is linked to. None is right."""

import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from importlib import resources

from leadglass.fleet.naming import LINKED, Catalogue, Known, Named
from tests.fleet.dirt import Dirt, abbreviation, extra_word, missing_word, typo

MODELS: dict[str, list[str]] = tomllib.loads(
    (resources.files("leadglass.fleet") / "tables/models.toml").read_text(encoding="utf-8")
)["models"]
FAULTS: tuple[Dirt, ...] = (typo, abbreviation, missing_word, extra_word)

Write = Callable[[str, str], tuple[str, str]]


def as_written(maker: str, model: str) -> tuple[str, str]:
    return maker, model


def faulty(rng: random.Random) -> Write:
    """Write a name with one fault, of a slip, a shortened word, a missing and an extra one."""
    return lambda maker, model: rng.choice(FAULTS)(rng, maker, model)


def compared(maker: str, models: Sequence[str], write: Write) -> Iterator[tuple[str, str, bool]]:
    """Each model as written, alone in a fleet, against each other name of its maker: (name, as written, linked)."""
    names = [Named(maker=maker, product=model) for model in MODELS[maker]]
    for model in models:
        owner, written = write(maker, model)
        if written != model and written in MODELS[maker]:
            continue  # the fault made another model's name
        parts = Catalogue([Known(product_id=model, maker=owner, model=written)])
        for named in names:
            if named.product != model:
                yield named.product, written, any(one.confidence >= LINKED for one in parts.find(named))


def count(share: int, write: Write, rng: random.Random) -> tuple[int, list[tuple[str, str]]]:
    """Compare one in `share` models of every maker: how many pairs, and those that are linked."""
    pairs, wrong = 0, []
    for maker, models in MODELS.items():
        for named, written, linked in compared(maker, rng.sample(models, len(models) // share), write):
            pairs += 1
            if linked:
                wrong.append((named, written))
    return pairs, wrong
