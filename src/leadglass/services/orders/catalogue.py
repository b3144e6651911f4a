# SPDX-License-Identifier: Apache-2.0
"""The rows of the catalogue about work orders in other systems."""

from typing import Any

from leadglass.services.orders import orders, settle
from leadglass.services.service import Service
from leadglass.values.scope import Permission

WANT_ORDERS = Service(
    name="want_orders", meaning="Ask for a work order for each device of an action.",
    permission=Permission.WORK, function=orders.want,
)  # fmt: skip
SEND_ORDERS = Service(
    name="send_orders", meaning="Open in another system the work orders that are wanted, each once.",
    permission=Permission.WORK, function=orders.send, everywhere=True,
)  # fmt: skip
EXPORT_ORDERS = Service(
    name="export_orders", meaning="Write the work orders that are wanted as CSV for another system.",
    permission=Permission.WORK, function=orders.export,
)  # fmt: skip
TAKE_ORDERS = Service(
    name="take_orders", meaning="Take what another system says of work orders; it closes nothing here.",
    permission=Permission.WORK, function=orders.take, everywhere=True,
)  # fmt: skip
TAKE_ORDER_FILE = Service(
    name="take_order_file", meaning="Take what an export of another system says of work orders.",
    permission=Permission.WORK, function=orders.take_file, everywhere=True,
)  # fmt: skip
ORDERS = Service(
    name="orders", meaning="List the work orders, and what a person has to settle of each.",
    permission=Permission.READ, function=settle.listed,
)  # fmt: skip
ORDERS_TO_SETTLE = Service(
    name="orders_to_settle", meaning="Count the work orders that wait for a person.",
    permission=Permission.READ, function=settle.to_settle,
)  # fmt: skip
CONFIRM_ORDER = Service(
    name="confirm_order", meaning="Confirm a closed work order: a word about the device, and a proof that is proposed.",
    permission=Permission.ANSWER, function=settle.confirm,
)  # fmt: skip

OF_ORDERS: tuple[Service[..., Any], ...] = (
    WANT_ORDERS,
    SEND_ORDERS,
    EXPORT_ORDERS,
    TAKE_ORDERS,
    TAKE_ORDER_FILE,
    ORDERS,
    ORDERS_TO_SETTLE,
    CONFIRM_ORDER,
)
"""All of them, in the order in which they are listed."""
