# SPDX-License-Identifier: Apache-2.0
"""Keep FIRST's daily EPSS scores current."""

from collections.abc import Iterator

from leadglass.errors import RefusedError
from leadglass.formats import epss
from leadglass.services.feeds import whole
from leadglass.services.feeds.desk import Desk, Step


def sync(desk: Desk) -> Iterator[Step]:
    """Fetch today's scores."""
    return whole.sync(desk, desk.address, "epss_scores-current.csv", "forecasts", _told)


def _told(raw: bytes) -> whole.Told:
    """Hold the scores against their first line, which names the model and the day."""
    scores = epss.read(raw)
    if not scores.model_version or scores.scored is None:
        raise RefusedError(
            "EPSS: the first line names no model or no day. It was not taken; what was there stays. Sync again later."
        )
    read = len(scores.vulnerabilities)
    lines = sum(bool(line.strip()) for line in raw.splitlines()) - 2  # those of model and headings
    return whole.Told(
        records=lines, unread=lines - read, made=whole.day(scores.scored), version=scores.model_version
    )
