# SPDX-License-Identifier: Apache-2.0
"""Preview: how an inventory would be read, before anything is taken."""

from leadglass.formats import fleet_csv
from leadglass.services.house import House
from leadglass.services.ledger.read import profiles
from leadglass.services.ledger.receive import How


def preview(house: House, raw: bytes, how: How) -> fleet_csv.Preview:
    """Show profile, mapping and first rows. UnreadableError where no profile fits."""
    return fleet_csv.preview(
        raw, profile=how.profile or None, overrides=dict(how.columns), profiles=profiles(house)
    )
