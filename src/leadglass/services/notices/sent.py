# SPDX-License-Identifier: Apache-2.0
"""What receivers were told: the notices that went out, the newest first. What could not be sent is its job's error."""

from leadglass.services.ledger.view import View
from leadglass.values.notices import Sent

_MOST = 1_000


def sent_notices(view: View, count: int = 50) -> list[Sent]:
    """List the notices that were sent last, the newest first."""
    return view.house.post.sent(max(0, min(count, _MOST)))
