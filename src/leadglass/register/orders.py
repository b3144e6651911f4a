# SPDX-License-Identifier: Apache-2.0
"""The words on work orders (values.orders.Orders), in the register: added, never edited."""

from datetime import datetime

from django.db.models import Max, QuerySet

from leadglass.register import boot, models, storable  # noqa: F401 - boot first: models need Django
from leadglass.register.ledger import Register
from leadglass.values.orders import OrderState, OrderWord

_WORD = (
    "key",
    "action_id",
    "device_id",
    "system",
    "number",
    "state",
    "version",
    "proof",
    "said_at",
    "by",
    "at",
)


class OrderBook:
    """Work orders in a register."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def add(self, word: OrderWord) -> None:
        """Add a word."""
        self._register.within()
        models.OrderWord.objects.create(**storable.row(word) | {"state": word.state.value})

    def newest(self, until: datetime | None = None) -> list[OrderWord]:
        """Give the newest word on each work order, now or at a moment, by key."""
        self._register.connect()
        held = models.OrderWord.objects.filter(withdrawn_at=None)
        if until is not None:
            held = held.filter(at__lte=storable.moment(until))
        # The register picks the last of each: there are as many words as an order has lived through
        last = held.order_by().values("key").annotate(last=Max("id")).values("last")
        return _words(models.OrderWord.objects.filter(id__in=last).order_by("key"))

    def words(self, key: str) -> list[OrderWord]:
        """Give all words on one work order, oldest first."""
        self._register.connect()
        held = models.OrderWord.objects.filter(withdrawn_at=None, key=storable.text(key))
        return _words(held.order_by("id"))


def _words(rows: "QuerySet[models.OrderWord]") -> list[OrderWord]:
    return [OrderWord(**row | {"state": OrderState(row["state"])}) for row in rows.values(*_WORD)]
