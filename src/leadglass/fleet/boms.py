# SPDX-License-Identifier: Apache-2.0
"""Which bill of materials describes which device: by the inventory's word, else by maker, model and version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadglass.fleet.identity import maker_key, model_key

_URN = "urn:uuid:"


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


def link(
    boms: Sequence[BomHead], *, named: str, maker: str, model: str, version: str, same: Iterable[str] = ()
) -> BomLink:
    """Find the bill of materials for a device. `named` is the inventory's serial number or hash, if it names one.

    `maker` and `model` are keys of fleet.identity; `same` are further maker keys that mean this maker.
    Versions are compared as texts without case, outer space and a leading 'v': a list of another version says nothing sure.
    """
    wanted = named.strip().casefold().removeprefix(_URN)
    if wanted:
        meant = [
            bom for bom in boms if wanted in (bom.sha256, bom.serial_number.casefold().removeprefix(_URN))
        ]
        if meant:  # revisions of a bill of materials keep its serial number
            return BomLink(bom=_newest(meant), doubt="", why="the inventory names it")
        return BomLink(
            bom=None, doubt="software list", why=f"the inventory names {named}, which was not received"
        )
    fitting = describing(boms, maker=maker, model=model, same=same)
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


def describing(boms: Sequence[BomHead], *, maker: str, model: str, same: Iterable[str] = ()) -> list[BomHead]:
    """Find the bills of materials of a model, whatever the version."""
    makers = {maker, *same}
    return [
        bom
        for bom in boms
        if model
        and model_key(bom.model, bom.maker or maker) == model
        and (not bom.maker or maker_key(bom.maker) in makers)
    ]


def _bare(version: str) -> str:
    """A version without case, outer space and a leading 'v'."""
    text = version.strip().casefold()
    return text[1:] if text[:1] == "v" and text[1:2].isdigit() else text


def _newest(boms: Sequence[BomHead]) -> BomHead:
    return max(boms, key=lambda bom: (bom.received, bom.sha256))
