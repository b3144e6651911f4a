# SPDX-License-Identifier: Apache-2.0
"""Which bill of materials describes which device: by the inventory's word, else by maker, model and version."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from leadglass.fleet.identity import maker_key, model_key

_URN = "urn:uuid:"
_PLACE = itemgetter(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BomHead:
    """A bill of materials and its subject. `gaps` is how it says of itself that it is not complete."""

    sha256: str
    serial_number: str
    maker: str
    model: str
    version: str
    received: datetime
    created: datetime | None
    cpe: str = ""
    gaps: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BomLink:
    """The bill of materials of a device. `doubt` names what is missing for it to be certain, or is empty."""

    bom: BomHead | None
    doubt: str
    why: str


class Boms:
    """The bills of materials of a fleet, found by their name, or by the maker and model of their subject.

    A fleet has thousands of both: each is looked up, none is held against all.
    """

    def __init__(self, heads: Iterable[BomHead]) -> None:
        self._named: dict[str, list[BomHead]] = defaultdict(list)
        self._made: dict[str, list[tuple[int, str, BomHead]]] = defaultdict(list)
        self._unmade: list[tuple[int, BomHead]] = []
        self._unmade_of: dict[str, dict[str, list[tuple[int, BomHead]]]] = {}
        for place, head in enumerate(heads):
            for name in {head.sha256, head.serial_number.casefold().removeprefix(_URN)}:
                self._named[name].append(head)
            if head.maker:
                self._made[model_key(head.model, head.maker)].append((place, maker_key(head.maker), head))
            else:
                self._unmade.append((place, head))

    def named(self, name: str) -> list[BomHead]:
        """Find by serial number or hash: revisions of a bill of materials keep its serial number."""
        return self._named.get(name, [])

    def of_model(self, *, maker: str, model: str, same: Iterable[str] = ()) -> list[BomHead]:
        """Find the bills of materials of a model, whatever the version, as they came.

        `maker` and `model` are keys of fleet.identity; `same` are further maker keys that mean this maker.
        """
        if not model:
            return []
        makers = {maker, *same}
        found = [(place, head) for place, made, head in self._made.get(model, ()) if made in makers]
        return [head for _, head in sorted(found + self._without_maker(maker).get(model, []), key=_PLACE)]

    def _without_maker(self, maker: str) -> dict[str, list[tuple[int, BomHead]]]:
        """What names no maker, by the model that it means where it is this maker's."""
        if maker not in self._unmade_of:
            meant = self._unmade_of[maker] = defaultdict(list)
            for place, head in self._unmade:
                meant[model_key(head.model, maker)].append((place, head))
        return self._unmade_of[maker]


def link(
    boms: Boms, *, named: str, maker: str, model: str, version: str, same: Iterable[str] = ()
) -> BomLink:
    """Find the bill of materials for a device. `named` is the inventory's serial number or hash, if it names one.

    `maker`, `model` and `same` are as in `Boms.of_model`. Versions are compared as texts without case, outer space and a
    leading 'v': a list of another version says nothing sure.
    """
    wanted = named.strip().casefold().removeprefix(_URN)
    if wanted:
        meant = boms.named(wanted)
        if meant:
            return BomLink(bom=_newest(meant), doubt="", why="the inventory names it")
        return BomLink(
            bom=None, doubt="software list", why=f"the inventory names {named}, which was not received"
        )
    fitting = boms.of_model(maker=maker, model=model, same=same)
    if not fitting:
        return BomLink(bom=None, doubt="software list", why="no bill of materials describes this model")
    exact = [bom for bom in fitting if version and _bare(bom.version) == _bare(version)]
    if exact:
        return BomLink(bom=_newest(exact), doubt="", why="maker, model and version are those of its subject")
    if not version:
        return BomLink(
            bom=_newest(fitting),
            doubt="software version",
            why="it describes this model; whether this version is not known",
        )
    others = ", ".join(sorted({bom.version for bom in fitting if bom.version}))
    known = f"it is known for version {others} only" if others else "it is known without a version only"
    return BomLink(bom=None, doubt="software list", why=f"{known}, not for {version}")


def _bare(version: str) -> str:
    """A version without case, outer space and a leading 'v'."""
    text = version.strip().casefold()
    return text[1:] if text[:1] == "v" and text[1:2].isdigit() else text


def _newest(boms: Sequence[BomHead]) -> BomHead:
    return max(boms, key=lambda bom: (bom.received, bom.sha256))
