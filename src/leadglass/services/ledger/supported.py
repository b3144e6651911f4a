# SPDX-License-Identifier: Apache-2.0
"""Until when the makers repair what a device runs, as their documents say."""

from leadglass.planning.queries import SUPPORTED
from leadglass.services.ledger.view import View
from leadglass.values.scope import Row


def supported(view: View, device: str) -> list[Row]:
    """Give the ends of support that documents name for the parts of a device, by its id; the first end first."""
    return view.ask(SUPPORTED, device=device)
