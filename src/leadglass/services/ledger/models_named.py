# SPDX-License-Identifier: Apache-2.0
"""The models of the fleet, to find those that documents name by maker and model, with what people said of makers."""

import json
from collections.abc import Iterable, Sequence

from leadglass.errors import UnreadableError
from leadglass.fleet.naming import Catalogue, Known, Named
from leadglass.values.people import Answer
from leadglass.values.scope import Row
from leadglass.values.udi import Udi


def _identified(texts: Iterable[str]) -> tuple[str, ...]:
    """The device identifiers within UDIs: what is fixed for a model. A text that is none, or miscounted, gives none."""
    found = set()
    for text in texts:
        try:
            found.add(Udi.parse(text).device_identifier)
        except UnreadableError:
            continue
    return tuple(sorted(found))


def catalogue(models: Iterable[Row], named: Iterable[Row], answers: Sequence[Answer]) -> Catalogue:
    """The models of the fleet, with all that documents name and what people said of makers."""
    said = [
        (own, other, answer.affirms)
        for answer in answers
        for own, bar, other in [answer.subject.partition("|")]
        if answer.kind == "maker" and bar
    ]
    return Catalogue(
        (
            Known(
                product_id=row["product_id"],
                maker=row["maker"],
                model=row["model"],
                also=_identified(row["udis"] or ()),
            )
            for row in models
        ),
        same={own: other for own, other, yes in said if yes},
        spoken=map(asked, named),
        apart=[(own, other) for own, other, yes in said if not yes],
    )


def asked(named: Row) -> Named:
    """Bring a product as a document names it to the value that is looked for."""
    return Named(
        maker=named["maker"], family=named["family"], product=named["product_name"], name=named["name"],
        models=tuple(json.loads(named["identifiers"])), identifiers=_identified(json.loads(named["identifiers"])),
    )  # fmt: skip
