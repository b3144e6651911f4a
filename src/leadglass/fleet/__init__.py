# SPDX-License-Identifier: Apache-2.0
"""Who is this device: rows of inventories and words of people -> devices, products, and the facts behind each.

In: `fleet.fold.Listing` (values.papers.FleetRow with its document), facts that people said.
Out: `Device` with every `Fact` and which one counts. No standard rules this; the precedence stands in `fold`.
"""

from leadglass.fleet.fold import Device, Fact, Listing, fold
from leadglass.fleet.identity import maker_key, model_key, near, shown

__all__ = ["Device", "Fact", "Listing", "fold", "maker_key", "model_key", "near", "shown"]
