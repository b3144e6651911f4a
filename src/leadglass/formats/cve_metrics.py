# SPDX-License-Identifier: Apache-2.0
"""Read the metrics of a container of a CVE record (CVE Record Format 5): CVSS vectors, SSVC points, CISA's KEV mark."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from leadglass.formats.tree_fields import Fields

_VECTORS: Final = ("cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0")


@dataclass(kw_only=True)
class Metrics:
    """What a container measures: vectors and decision points ("exploitation=active") in its order."""

    vectors: list[str] = field(default_factory=list)
    ssvc: list[str] = field(default_factory=list)
    exploited: bool = False


def metrics(container: dict[str, Any], place: str, fields: Fields) -> Metrics:
    """Take what one container measures."""
    taken = Metrics()
    for spot, metric in fields.objects(container.get("metrics"), f"{place}.metrics"):
        taken.vectors += _vectors(metric, spot, fields)
        points, marked = _other(metric, spot, fields)
        taken.ssvc += points
        taken.exploited |= marked
    return taken


def _vectors(metric: dict[str, Any], place: str, fields: Fields) -> Iterator[str]:
    for name in _VECTORS:
        score = fields.object(metric.get(name), f"{place}.{name}")
        vector = fields.take(score.get("vectorString"), f"{place}.{name}.vectorString")
        if vector:
            yield "".join(vector.split())


def _other(metric: dict[str, Any], place: str, fields: Fields) -> tuple[list[str], bool]:
    """Take SSVC decision points ("exploitation=active"), and whether CISA lists it as exploited."""
    other = fields.object(metric.get("other"), f"{place}.other")
    here, kind = f"{place}.other.content", fields.take(other.get("type"), f"{place}.other.type")
    if kind not in {"ssvc", "kev"}:
        fields.count(other, "metrics of other kinds")
        return [], False
    content = fields.object(other.get("content"), here)
    points = [
        f"{_word(name)}={_word(fields.take(chosen, spot))}"
        for spot, option in fields.objects(content.get("options"), f"{here}.options")
        for name, chosen in option.items()
    ]
    for spot, one in fields.objects(content.get("selections"), f"{here}.selections"):
        name = fields.take(one.get("name"), f"{spot}.name")
        points += [
            f"{_word(name)}={_word(chosen)}" for chosen in fields.texts(one.get("values"), f"{spot}.values")
        ]
    return points, kind == "kev"


def _word(text: str) -> str:
    return "_".join(text[:80].lower().split())
