# SPDX-License-Identifier: Apache-2.0
"""Act: what is told of configurations and devices -> deeds and questions, in numbers.

Writes the tables of `ACTED`; `act_again` writes of these what a change of some vulnerabilities makes another. The words
of actions are worked out when they are read.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from leadglass.planning.claims import WAITING
from leadglass.planning.counts import (
    ALONE,
    ALONE_ABOUT,
    COUNTED,
    COUNTS,
    COUNTS_MOVED,
    COUNTS_NOW,
    EARLIER_RISK,
    RISKS,
    WEIGHTS,
)
from leadglass.planning.deeds import DEED, DEEDS, DEEDS_OF, DEEDS_RANKED
from leadglass.planning.missing import LACKED, LACKING, LACKING_ALONE, LACKING_MOVED, LACKING_NOW, MISSING
from leadglass.planning.moved import (
    BOTH,
    EARLIER,
    SOME,
    SUMS_LOST,
    SUMS_NOW,
    SUMS_TOUCHED,
    TELLING_MOVED,
    THREATS_HERE,
    THREATS_MOVED,
    TOLD_ABOUT,
    TOLD_SUM,
    TOUCHED,
)
from leadglass.planning.questions import ask
from leadglass.planning.sums import ALONE_SUMS, SPOTS, TOLD_SUMS
from leadglass.risk import Policies
from leadglass.values.ids import action_id
from leadglass.values.people import Answer
from leadglass.values.ports import Workbench
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.vulnerabilities.index import CHANGED

ACTED: Final = (
    "spot", "told_sum", "alone_sum", "deed_count", "deed", "clock", "lacking", "lacking_alone","question", "question_group",
)  # fmt: skip
"""What the step writes."""
_MOST_MOVED: Final = 2_000
"""Beyond so many vulnerabilities all is summed anew: that is the faster way then."""
_MOST_COUNTED: Final = 8_000_000
"""Findings of devices that are counted at once."""

_CLAIMED = Query(
    name="whether anybody claims anything",
    tables=("claim",),
    needs=("claim",),
    columns=("number",),
    sql="SELECT number FROM claim LIMIT 1",
)
_ASKED_OF_CLAIMS = Query(
    name="whether statements about some vulnerabilities wait for an answer",
    tables=("claim",),
    given=("changed",),
    needs=("claim", "changed"),
    columns=("number",),
    sql="""
SELECT number FROM claim WHERE asks <> '' AND vulnerability IN (SELECT vulnerability FROM changed) LIMIT 1
""",
)
SEEN = Query(
    name="which of some vulnerabilities were seen on devices",
    tables=("device_finding",),
    given=("changed",),
    needs=("device_finding", "changed"),
    columns=("vulnerability",),
    sql="""
SELECT DISTINCT vulnerability FROM device_finding WHERE vulnerability IN (SELECT vulnerability FROM changed)
""",
)

Changed = dict[str, Any]
"""Vulnerabilities, as queries are given them."""


def act_on(bench: Workbench, policies: Policies, answers: Sequence[Answer]) -> None:
    """Run the step. The bench has the tables told_configuration and told_device."""
    bench.put("clock", [
        {"outcome": outcome, "triage": days.triage, "contain": days.contain, "remedy": days.remedy,
         "policy": policies.clocks_name}
        for outcome, days in policies.clocks.items()
    ])  # fmt: skip
    sum_all(bench)
    _ask(bench, answers)


def act_again(bench: Workbench, changed: Any, answers: Sequence[Answer], *, fresh: bool) -> None:
    """Run the step where records, exploitation or scores of vulnerabilities changed, and nothing else.

    The bench has all that the step writes as it was before; `changed` are vulnerabilities whose records came. What is told
    of them alone lies in the newest layer of what is told, if there is a `fresh` one.
    """
    before = bench.before(THREATS_HERE)
    rethought = _names(bench.rows(THREATS_MOVED, given={"earlier_threat": (EARLIER, before)}))
    named = _names(changed.to_pylist())
    if len(rethought | named) > _MOST_MOVED:
        sum_all(bench)
        _ask(bench, answers)
        return
    about = _these(rethought | named)
    gone = bench.before(TOLD_ABOUT, given=about)
    if fresh and rethought <= named:
        bench.newest("told_configuration")
    come = bench.run(TOLD_ABOUT, given=about)
    bench.whole("told_configuration")
    seen = _names(bench.rows(SEEN, given=about))
    # Most records that come say of this fleet what those before them said
    both = {"told_now": (SOME, come), "told_then": (SOME, gone)}
    moved = rethought | _names(bench.rows(TELLING_MOVED, given=both)) | seen
    if moved:
        telling = {"telling": (BOTH, _sides(gone, come, moved))}
        _move(bench, telling, _these(moved), before, answers, seen=bool(seen))


def _move(
    bench: Workbench, telling: Changed, moved: Changed, threats: Any, answers: Sequence[Answer], *, seen: bool
) -> None:
    """Bring all that is summed from where it was to where it is, as what is told of the moved vulnerabilities moves it."""
    earlier = {"earlier_threat": (EARLIER, threats)}
    if seen:
        bench.put("alone_sum", bench.run(ALONE_SUMS))
        bench.put("lacking_alone", bench.run(LACKING_ALONE))
    _count_again(bench, {**telling, **earlier}, moved, seen=seen)
    _sum_again(bench, {**telling, **earlier}, moved)
    _ask_again(bench, telling, moved, answers, seen=seen)


def _sides(gone: Any, come: Any, moved: Iterable[str]) -> Any:
    """Put what was told of vulnerabilities and what is told of them into one table, each with its side."""
    names = pa.array(sorted(moved), pa.string())
    sides = []
    for side, told in ((-1, gone), (1, come)):
        some = told.filter(pc.is_in(told["vulnerability"], value_set=names))
        sides.append(some.append_column("side", pa.array([side] * some.num_rows, pa.int64())))
    return pa.concat_tables(sides)


def sum_all(bench: Workbench) -> None:
    """Sum what is told of all devices, and the deeds that follow from it."""
    bench.put("spot", bench.run(SPOTS))
    bench.put("lacking_alone", bench.run(LACKING_ALONE))
    bench.put("lacking", bench.run(LACKING))
    bench.put("deed_count", _counts(bench))
    bench.put("told_sum", bench.run(TOLD_SUMS))
    bench.put("alone_sum", bench.run(ALONE_SUMS))
    _rank(bench, bench.run(DEEDS))


def _counts(bench: Workbench) -> Any:
    """Count the vulnerabilities of deeds, those of so many products at a time that they fit into memory."""
    ends, held = [""], 0
    for row in bench.rows(WEIGHTS):
        held += row["weight"]
        if held >= _MOST_COUNTED:
            ends.append(row["product_id"])
            held = 0
    return pa.concat_tables(
        bench.run(COUNTS, behind=behind, upto=upto) for behind, upto in pairwise([*ends, ""])
    )


def _rank(bench: Workbench, summed: Any) -> None:
    """Put deeds that were summed in their rank among all, those that are new with an id."""
    new = pc.equal(summed["id"], "").combine_chunks() if summed.num_rows else pa.array([], pa.bool_())
    keys = summed.filter(new).select(["deed", "product_id", "site"]).to_pylist()
    ids = pa.array([action_id(*key.values()) for key in keys], pa.string())
    named = (
        summed.set_column(0, "id", pc.replace_with_mask(summed["id"].combine_chunks(), new, ids))
        if keys
        else summed
    )
    bench.put("deed", bench.run(DEEDS_RANKED, given={"fresh": (DEED, named)}))


def _count_again(bench: Workbench, sides: Changed, moved: Changed, *, seen: bool) -> None:
    """Count the vulnerabilities of deeds: what the moved ones counted before goes, what they count now comes."""
    alone = _told_alone(bench, moved) if seen else []
    risks = [] if bench.same("risk") else bench.before(RISKS)
    given = {**sides, "telling_alone": (ALONE, alone), "earlier_risk": (EARLIER_RISK, risks)}
    counted = bench.run(COUNTS_MOVED, given=given)
    if counted.num_rows:
        bench.put("deed_count", bench.run(COUNTS_NOW, given={"counted": (COUNTED, counted)}))


def _told_alone(bench: Workbench, moved: Changed) -> Any:
    gone, come = bench.before(ALONE_ABOUT, given=moved), bench.run(ALONE_ABOUT, given=moved)
    return [{**row, "side": side} for side, told in ((-1, gone), (1, come)) for row in told.to_pylist()]


def _sum_again(bench: Workbench, sides: Changed, moved: Changed) -> None:
    """Sum again where what is told of the moved vulnerabilities sums up to something else."""
    touched = bench.run(SUMS_TOUCHED, given=sides)
    given = {"touched": (TOUCHED, touched)}
    if touched.num_rows:
        anew = bench.run(SUMS_LOST, given=given) if pc.any(touched["lost"]).as_py() else []
        bench.put("told_sum", bench.run(SUMS_NOW, given={**given, "summed": (TOLD_SUM, anew)}))
    summed = bench.run(DEEDS_OF, given={**moved, **given})
    if summed.num_rows:
        _rank(bench, summed)


def _ask(bench: Workbench, answers: Sequence[Answer]) -> None:
    """Make the questions. An answered one is asked no more."""
    answered = frozenset(answer.question_id for answer in answers if not answer.device_id)
    waiting = bench.rows(WAITING) if bench.rows(_CLAIMED) else []
    questions, members = ask([*bench.rows(MISSING), *waiting], answered)
    bench.put("question", questions)
    bench.put("question_group", members)


def _ask_again(
    bench: Workbench, telling: Changed, moved: Changed, answers: Sequence[Answer], *, seen: bool
) -> None:
    """Make the questions where any may be another."""
    lacked = bench.run(LACKING_MOVED, given=telling)
    if lacked.num_rows:
        bench.put("lacking", bench.run(LACKING_NOW, given={"lacked": (LACKED, lacked)}))
    if lacked.num_rows or seen or bench.rows(_ASKED_OF_CLAIMS, given=moved):
        _ask(bench, answers)


def _names(rows: Iterable[Row]) -> set[str]:
    return {row["vulnerability"] for row in rows}


def _these(names: Iterable[str]) -> Changed:
    return {"changed": (CHANGED, [{"vulnerability": name} for name in sorted(names)])}
