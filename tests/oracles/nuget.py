# SPDX-License-Identifier: Apache-2.0
"""Compare two versions of NuGet's packages directly, by its documentation of version normalisation and SemVer 2.0.0.

Plain on purpose: it splits and compares piece by piece, without keys and patterns. Give well-formed versions.
"""

from itertools import zip_longest

LARGEST = 2147483647


def compare(a: str, b: str) -> int:
    """Give -1, 0 or 1 as `a` is older than, equal to or newer than `b`."""
    numbers, labels = split(a)
    other_numbers, other_labels = split(b)
    for one, other in zip_longest(numbers, other_numbers, fillvalue=0):
        if one != other:
            return -1 if one < other else 1
    if not labels or not other_labels:  # a release is above its pre-releases
        return bool(other_labels) - bool(labels)
    for label, other_label in zip_longest(labels, other_labels):
        order = of_labels(label, other_label)
        if order:
            return order
    return 0


def split(text: str) -> tuple[list[int], list[str]]:
    """Give the numbers and the labels; build metadata goes."""
    core, _, early = text.split("+", maxsplit=1)[0].partition("-")
    return [int(number) for number in core.split(".")], early.split(".") if early else []


def of_labels(one: str | None, other: str | None) -> int:
    """Compare two labels: fewer labels are below more, numbers below words, words without regard to case."""
    if one is None or other is None:
        return (one is not None) - (other is not None)
    if is_number(one) != is_number(other):
        return -1 if is_number(one) else 1
    left, right = (int(one), int(other)) if is_number(one) else (one.upper(), other.upper())
    return (left > right) - (left < right)


def is_number(label: str) -> bool:
    """Tell whether NuGet takes a label for a number: an Int32."""
    return all(letter in "0123456789" for letter in label) and int(label) <= LARGEST
