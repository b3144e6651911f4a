# SPDX-License-Identifier: Apache-2.0
"""Where a work order and what is known here do not fit: each such conflict is a question, settled by a person's word."""

from collections.abc import Mapping
from dataclasses import dataclass

from leadglass.planning.spread import DECIDED, SOURCES_OF_FINDINGS, spread
from leadglass.values.orders import OrderState
from leadglass.values.query import Query
from leadglass.values.schema import columns, relation
from leadglass.values.scope import Row

KIND = "order"
"""The kind of question that a conflict is."""
THEIRS, OURS = "theirs", "ours"
"""The answers that take one side: the work order is right, or what is known here is."""

OTHER_VERSION = "word of a work order"
NO_VERSION = "version after a closed work order"
NO_PROOF = "proof of a closed work order"
CLOSED = "whether a closed work order is done"
NOT_SETTLED = "why findings outlive a confirmed work order"
GONE = "whether a work order that is gone is done"
TWICE = "which of two work orders stays"
NOT_ASKED = "whether a work order is still wanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What may be answered to a conflict: that the work order is right, that we are, a version that runs, a number."""

    theirs: bool = False
    ours: bool = False
    version: bool = False
    number: bool = False


ANSWERS: Mapping[str, Answers] = {
    OTHER_VERSION: Answers(theirs=True, ours=True, version=True),
    NO_VERSION: Answers(ours=True, version=True),
    NO_PROOF: Answers(theirs=True, ours=True, version=True),
    CLOSED: Answers(theirs=True, ours=True, version=True),
    NOT_SETTLED: Answers(theirs=True, ours=True),
    GONE: Answers(ours=True, version=True),
    TWICE: Answers(number=True),
    NOT_ASKED: Answers(theirs=True, ours=True),
}
"""By conflict (a row of the table of questions) what it takes."""

ORDERED = relation(
    "ordered",
    "work orders as the newest word on each says",
    columns("key text\naction_id text\ndevice_id text"),
)
ASKED_BY_ORDERS = relation(
    "order_question",
    "questions that work orders ask, a row per device",
    columns(
        "rank int\nid text\nsubject text\nproduct_id text\nmaker text\nmodel text\ntext text\nanswers text\nasked text\n"
        "device_id text\nfindings int"
    ),
)
"""What the listing of questions is given beside those that an assessment made: it shows at once."""

# What was decided about settles no finding of a work order's action: it is open on the device no more
STANDING = Query(
    name="what work orders are about",
    tables=(*SOURCES_OF_FINDINGS, "deed"),
    given=("ordered", "decision_now", "decision_range"),
    needs=("ordered",),
    columns=("key", "device", "site", "product_id", "maker", "model", "version", "findings"),
    sql=f"""
WITH {spread("d.device_id IN (SELECT device_id FROM ordered)")}, {DECIDED},
open_ AS (
  SELECT a.id AS action_id, w.device_id, count(*) AS findings
  FROM weighed w JOIN deed a ON a.deed = w.deed AND a.product_id = w.product_id AND a.site = w.site
  LEFT JOIN decided x ON x.finding_id = w.id AND x.kind <> 'reopen'
  WHERE x.finding_id IS NULL GROUP BY 1, 2)
SELECT o.key, d.asset_tag AS device, d.site, d.product_id, d.maker, d.model, d.software_version AS version,
  coalesce(f.findings, 0) AS findings
FROM ordered o JOIN device d ON d.device_id = o.device_id
LEFT JOIN open_ f ON f.action_id = o.action_id AND f.device_id = o.device_id
ORDER BY d.site, d.asset_tag, d.device_id, o.key
""",
)
"""Of work orders those whose devices are seen: what is known of the device, and how many findings of the action are open."""


def fact_of(subject: str) -> str:
    """Name what does not fit, from the subject of a question (action, what does not fit, what each side says)."""
    return subject.split("|")[1]


def conflict(row: Row) -> str:  # noqa: PLR0911 - one line per state
    """Name what does not fit of a work order (`state`, `said`, `proof`, and what STANDING tells); "" where nothing.

    A confirmed version that no assessment knows yet could settle nothing so far.
    """
    match OrderState(row["state"]):
        case OrderState.TWICE:
            return TWICE
        case OrderState.GONE:
            return GONE
        case OrderState.CLOSED if not row["said"]:
            return NO_VERSION
        case OrderState.CLOSED if row["said"] != row["version"]:
            return OTHER_VERSION
        case OrderState.CLOSED:
            return CLOSED if row["proof"] else NO_PROOF
        case OrderState.CONFIRMED if row["findings"] and row["said"] == row["version"]:
            return NOT_SETTLED
        case OrderState.WANTED | OrderState.ASKED | OrderState.OPEN if not row["findings"]:
            return NOT_ASKED
        case _:
            return ""
