# SPDX-License-Identifier: Apache-2.0
"""Findings -> ranked actions and questions: who must do what about it, by when, with what proof.

In: findings joined with risks (queries), clocks of a policy. Out: rows of `deed` and their words, rows of `question`.
Responsibility follows IEC 80001-1 and the HSCC model contract: exactly one accountable party per deed.
"""

from leadglass.planning.act import act
from leadglass.planning.actions import ACTION_DEVICES, ACTIONS
from leadglass.planning.claims import STATEMENTS, WAITING
from leadglass.planning.deeds import DEEDS
from leadglass.planning.findings import FINDINGS
from leadglass.planning.missing import MISSING
from leadglass.planning.news import FATES, MOVED, STANDS, TOLD_OF
from leadglass.planning.queries import QUESTIONS
from leadglass.planning.questions import ask
from leadglass.planning.told import TELL_CHANGED, TELL_CONFIGURATIONS, TELL_DEVICES

__all__ = [
    "ACTIONS",
    "ACTION_DEVICES",
    "DEEDS",
    "FATES",
    "FINDINGS",
    "MISSING",
    "MOVED",
    "QUESTIONS",
    "STANDS",
    "STATEMENTS",
    "TELL_CHANGED",
    "TELL_CONFIGURATIONS",
    "TELL_DEVICES",
    "TOLD_OF",
    "WAITING",
    "act",
    "ask",
]
