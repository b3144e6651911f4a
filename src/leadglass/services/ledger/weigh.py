# SPDX-License-Identifier: Apache-2.0
"""Weigh: threats and settings -> decisions, once per distinct combination. Writes threat, setting, risk."""

from dataclasses import asdict

from leadglass.risk import Policies, assess, weigh
from leadglass.risk.queries import THREATS
from leadglass.services.ledger.recognise import Recognised
from leadglass.values.ports import Workbench


def weigh_all(bench: Workbench, found: Recognised, policies: Policies) -> None:
    """Run the step."""
    threats = [assess(row, policies.weaknesses, policies.trust) for row in bench.rows(THREATS)]
    kinds = sorted({(threat.exploitation, threat.automatable, threat.effects) for threat in threats})
    bench.put("threat", [asdict(threat) for threat in threats])
    bench.put(
        "setting", [{"setting_id": setting.id, **asdict(setting)} for setting in found.settings.values()]
    )
    bench.put(
        "risk",
        [asdict(weigh(*kind, setting, policies)) for kind in kinds for setting in found.settings.values()],
    )
