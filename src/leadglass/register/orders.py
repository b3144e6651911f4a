# SPDX-License-Identifier: Apache-2.0
"""The words on work orders (values.orders.Orders), in the register: added, never edited."""

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

    def newest(self) -> list[OrderWord]:
        """Give the newest word on each work order, by key."""
        self._register.connect()
        rows = models.OrderWord.objects.filter(withdrawn_at=None).order_by("id").values(*_WORD)
        words = {
            row["key"]: OrderWord(**row | {"state": OrderState(row["state"])}) for row in rows.iterator()
        }
        return [words[key] for key in sorted(words)]
