# SPDX-License-Identifier: Apache-2.0
"""Whose a product is: the makers that its name says, those that are doubted, and how two such stand to each other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from leadglass.fleet.makers import ONE_SLIP, SURE, kin, maker_in_front, maker_of

MOVED, SLIPPED, DOUBTED, FOREIGN = 0.05, 0.8, 0.7, 0.4
"""What a confidence loses where a business moved; the ceilings of a slip, of a doubt, of other makers or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Makers of one name: those that count, those that are doubted, and of these the one that is a slip of the pen away."""

    sure: frozenset[str]
    doubted: frozenset[str]
    slipped: frozenset[str] = frozenset()

    def to(self, other: "Whose") -> tuple[float, float, str]:
        """What a confidence loses and its ceiling, when the makers of two names are these; and the sentence for it."""
        if self.sure & other.sure:
            return 0.0, 1.0, ""
        if any(kin(key) & other.sure for key in self.sure):
            return MOVED, 1.0, " The business of one maker went to the other."
        if self.sure & other.slipped or self.slipped & other.sure:
            return 0.0, SLIPPED, " The maker's name is one slip of the pen away."
        if self.named & other.named:
            return 0.0, DOUBTED, " Whether the makers are one is for a person to say."
        if self.sure and other.sure:
            return 0.0, FOREIGN, " The makers differ."
        return 0.0, FOREIGN, " One of the names says no maker."

    @property
    def named(self) -> frozenset[str]:
        """All makers that it may be."""
        return self.sure | self.doubted

    @property
    def kin(self) -> frozenset[str]:
        """All keys under which a product of these makers may be filed."""
        return self.named.union(*(kin(key) for key in self.sure))


def whose(
    maker: str, product: str, same: Mapping[str, str], apart: Collection[tuple[str, str]] = ()
) -> Whose:
    """The makers of a product: those that its maker's name says; one that stands in front of its name is doubted.

    What people said counts: `same` are keys that mean another, `apart` are pairs of keys that are two makers.
    """
    names, in_front = maker_of(maker), maker_in_front(product)
    sure = {same.get(name.key, name.key) for name in names or in_front if name.confidence >= SURE}
    other = {key for one, key in apart if one in sure} | {one for one, key in apart if key in sure}
    doubted = {name.key for name in (*names, *in_front)} - sure - other
    slipped = {name.key for name in names if ONE_SLIP <= name.confidence < SURE} & doubted
    return Whose(
        sure=frozenset(sure),
        doubted=frozenset(doubted),
        slipped=frozenset(slipped if len(slipped) == 1 else ()),
    )
