# SPDX-License-Identifier: Apache-2.0
"""Act: what is told of configurations and devices -> deeds and questions. Writes action, question, question_group."""

from collections.abc import Sequence

from leadglass.planning import DEED_SUM, DEED_SUMS, DEEDS, MISSING, WAITING, act, ask
from leadglass.risk import Policies
from leadglass.values.people import Answer
from leadglass.values.ports import Workbench
from leadglass.values.query import Query

_CLAIMED = Query(
    name="whether anybody claims anything",
    tables=("claim",),
    needs=("claim",),
    columns=("number",),
    sql="SELECT number FROM claim LIMIT 1",
)


def act_on(bench: Workbench, policies: Policies, answers: Sequence[Answer]) -> None:
    """Run the step. The bench has the tables told_configuration, told_device and deed_count."""
    sums = (DEED_SUM, bench.run(DEED_SUMS))
    groups = bench.rows(DEEDS, given={"deed_sum": sums})
    bench.put("action", act(groups, policies.clocks, policies.clocks_name))
    answered = frozenset(answer.question_id for answer in answers if not answer.device_id)
    waiting = bench.rows(WAITING) if bench.rows(_CLAIMED) else []
    questions, members = ask([*bench.rows(MISSING), *waiting], answered)
    bench.put("question", questions)
    bench.put("question_group", members)
