# SPDX-License-Identifier: Apache-2.0
"""How far two readers agree beyond chance: kappa of Cohen (1960), on the pairs that both have read."""

from collections import Counter
from collections.abc import Mapping


def kappa(first: Mapping[str, str], second: Mapping[str, str]) -> float:
    """Give kappa for labels by pair; 1.0 where both readers give every pair one and the same label."""
    both = sorted(first.keys() & second.keys())
    of_first, of_second = Counter(first[pair] for pair in both), Counter(second[pair] for pair in both)
    seen = sum(first[pair] == second[pair] for pair in both) / len(both)
    by_chance = sum(of_first[label] * of_second[label] for label in of_first) / len(both) ** 2
    return 1.0 if by_chance == 1 else (seen - by_chance) / (1 - by_chance)
