"""How often a law is tried that draws fleets, records or deltas by their seeds."""

import os

THOROUGH = os.environ.get("LEADGLASS_LAWS") == "thorough"


def draws(few: int, many: int) -> range:
    """Give the seeds: a few while somebody waits, many in CI (LEADGLASS_LAWS=thorough)."""
    return range(many if THOROUGH else few)
