# SPDX-License-Identifier: Apache-2.0
"""What listings are given beside their filters: of a whole snapshot, worked out once for every page, order and text."""

from collections.abc import Mapping
from typing import Any

from leadglass.fleet.queries import THING, THINGS
from leadglass.planning.vulnerabilities import TOUCHED, TOUCHING
from leadglass.services.ledger.view import View


def touching(view: View, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give how many devices each vulnerability touches."""
    asked = {name: params[name] for name in TOUCHING.params}
    told = view.house.tables.relation(TOUCHING, view.scope, snapshot=view.snapshot, **asked)
    return {"touching": (TOUCHED, told)}


def things(view: View, _params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Say of what is listed whether anything speaks of it."""
    return {"thing": (THING, view.house.tables.relation(THINGS, view.scope, snapshot=view.snapshot))}
