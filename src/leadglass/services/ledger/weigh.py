# SPDX-License-Identifier: Apache-2.0
"""Weigh: threats and settings -> decisions, once per distinct combination. Writes threat, setting, risk."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from leadglass.risk import Policies, Setting, assess, weigh
from leadglass.risk.queries import DECISIVE, SETTINGS, THREATS, THREATS_CHANGED, THREATS_NOW, WEIGHED
from leadglass.services.ledger.recognise import Recognised
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES

Kind = tuple[str, str, str]
"""Exploitation, whether it is automatable, effects."""


def weigh_all(bench: Workbench, found: Recognised, policies: Policies) -> None:
    """Run the step."""
    threats = _threats(bench.rows(THREATS), policies)
    bench.put("threat", threats)
    bench.put(
        "setting", [{"setting_id": setting.id, **asdict(setting)} for setting in found.settings.values()]
    )
    _decide(bench, _kinds(threats), found.settings.values(), policies)


def weigh_again(bench: Workbench, changed: Any, policies: Policies, *, heard: bool) -> None:
    """Run the step where documents told more of some vulnerabilities; `heard`: of any (a catalogue, scores).

    The bench has the kept tables threat, setting and risk.
    """
    if heard:
        bench.put("threat", _threats(bench.rows(THREATS), policies))
    else:
        fresh = _threats(bench.rows(THREATS_CHANGED, given=changed), policies)
        given = {**changed, "fresh_threat": (TABLES["threat"], fresh)}
        bench.put("threat", bench.run(THREATS_NOW, given=given))
    kinds = _kinds(bench.rows(DECISIVE))
    if kinds != _kinds(bench.rows(WEIGHED)):
        stated = [
            Setting(**{k: v for k, v in row.items() if k != "setting_id"}) for row in bench.rows(SETTINGS)
        ]
        _decide(bench, kinds, stated, policies)


def _threats(rows: Iterable[Row], policies: Policies) -> list[Row]:
    return [asdict(assess(row, policies.weaknesses, policies.trust)) for row in rows]


def _kinds(rows: Iterable[Row]) -> Sequence[Kind]:
    return sorted({(row["exploitation"], row["automatable"], row["effects"]) for row in rows})


def _decide(bench: Workbench, kinds: Iterable[Kind], settings: Iterable[Setting], policies: Policies) -> None:
    stated = list(settings)
    bench.put("risk", [asdict(weigh(*kind, setting, policies)) for kind in kinds for setting in stated])
