# SPDX-License-Identifier: Apache-2.0
"""Settle work orders: what another system says, beside what is known here; and a person's word on it.

A closed work order proposes: the version that it names as a word about the device, its notes as a proof. It closes no
action; a person confirms, and decides with the proof. What does not fit is asked among the questions (`conflicts`).
"""

from collections.abc import Mapping

from leadglass.errors import UsageError
from leadglass.planning import orders as facts
from leadglass.services.ledger import order_answers
from leadglass.services.ledger.order_conflicts import NOTHING, Standing, standing
from leadglass.services.ledger.view import View
from leadglass.services.orders.orders import known
from leadglass.values.orders import OrderLine, OrderState, OrderWord

CONFIRM = "Confirm: leadglass orders confirm KEY"
"""How a question ends that a person settles by confirming; pages have a form in its place."""


def listed(view: View) -> list[OrderLine]:
    """List the work orders of the devices in view, with what a person has to settle of each; those first."""
    lines = [_line(one) for one in standing(view)]
    return sorted(lines, key=lambda line: (not line.question, line.site, line.device, line.key))


def to_settle(view: View) -> int:
    """Count the work orders of the devices in view that ask a person."""
    return sum(one.waits for one in standing(view))


def _line(one: Standing) -> OrderLine:
    word, said = one.word, one.answered
    return OrderLine(
        key=word.key, action=word.action_id, device_id=word.device_id, device=one.device, site=one.site,
        system=word.system, number=word.number, state=word.state.value, version=word.version, installed=one.known,
        proof=word.proof, at=word.at, question=_question(one) if one.waits else "",
        asks=one.question if one.waits else "", answered=f"{said.value}, by {said.by}: {said.why}" if said else "",
    )  # fmt: skip


def _question(one: Standing) -> str:
    """Say what does not fit, and what settles it."""
    word, here = one.word, one.known or NOTHING
    told = {
        facts.TWICE: f"It stands there as {word.number}. Close all but one of them there.",
        facts.GONE: "It was there, and is no more, or may not be read. Is it done? Ask who works with that system.",
        facts.NO_VERSION: f"It was closed without an installed version. Which one runs on {one.device}? {CONFIRM}",
        facts.OTHER_VERSION: f"It was closed with version {word.version}; here {here} is known. Which one runs? {CONFIRM}",
        facts.NO_PROOF: f"It was closed without a word on what shows it. {CONFIRM}",
        facts.CLOSED: f"It was closed with version {word.version}, as known here. {CONFIRM}",
        facts.NOT_SETTLED: f"It is confirmed, and {one.device} still has open findings of {word.action_id}: it did not"
        " settle them all.",
        facts.NOT_ASKED: f"Nothing asks for it any more: {word.action_id} is settled for {one.device}, or gone. Take it"
        " back there.",
    }
    return told[one.fact]


def confirm(
    view: View, key: str, *, version: str, proof: str, why: str
) -> tuple[OrderWord, Mapping[str, str]]:
    """Confirm a closed work order: its version becomes a word about the device, its notes the proof that is proposed.

    What stands in `version` or `proof` outweighs what the other system says. UsageError where it is not closed there,
    or neither says a version, or what shows it. Gives the word, and what a decision about the action would rest on.
    """
    word, house = known(view, key), view.house
    if all(one.word.key != word.key for one in standing(view)):
        raise UsageError(f"'{key}' is a work order of a device that you do not see.")
    runs, shows = version.strip() or word.version, proof.strip() or word.proof
    if word.state is not OrderState.CLOSED:
        raise UsageError(f"{word.key} is {word.state} and not closed: nothing is to be confirmed.")
    if not runs or not shows:
        raise UsageError(
            "Say which version runs and what shows it: leadglass orders confirm KEY --version 2.0 --proof 'service report'"
        )
    told = why.strip() or f"work order {word.number} was closed in {word.system}"
    with house.register.change(
        house.person, f"work order {word.number or word.key} is confirmed: {told}", origin=house.origin
    ):
        made = order_answers.confirm(view, word, runs, shows, told)
    return made, _proofs(view, word.action_id)


def _proofs(view: View, action: str) -> Mapping[str, str]:
    """Give what shows each work order of an action, once all of them are confirmed; nothing before."""
    words = [one for one in view.house.orders.newest() if one.action_id == action]
    if any(one.state is not OrderState.CONFIRMED for one in words):
        return {}
    return {one.key: f"{one.number or one.key}: {one.proof}" for one in words}
