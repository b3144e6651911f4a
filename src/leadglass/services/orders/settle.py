# SPDX-License-Identifier: Apache-2.0
"""Settle work orders: what another system says, beside what is known here; and a person's word on it.

A closed work order proposes: the version that it names as a word about the device, its notes as a proof. It closes no
action; a person confirms, and decides with the proof.
"""

from collections.abc import Mapping, Sequence

from leadglass.errors import UsageError
from leadglass.fleet.queries import DEVICES_WANTED
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, page
from leadglass.services.ledger.people import say
from leadglass.services.ledger.view import View
from leadglass.services.orders.orders import known
from leadglass.values.orders import OrderLine, OrderState, OrderWord
from leadglass.values.schema import wanted_texts
from leadglass.values.scope import Row

SETTLED_BY_A_PERSON = frozenset({OrderState.CLOSED, OrderState.TWICE, OrderState.GONE})
"""States in which a work order waits for a person, whatever is known here."""


def listed(view: View) -> list[OrderLine]:
    """List the work orders of the devices in view, with what a person has to settle of each; those first."""
    words = view.house.orders.newest()
    devices = _devices(view, words)
    words = [word for word in words if word.device_id in devices]
    if not words:
        return []
    open_ = {
        (row["id"], member["device_id"])
        for row in page(view, LISTINGS["actions"], Wanted(count=EVERYTHING)).rows
        if row["state"] == "open"
        for member in row["devices"]
    }
    lines = [
        _line(word, devices[word.device_id], (word.action_id, word.device_id) in open_) for word in words
    ]
    return sorted(lines, key=lambda line: (not line.question, line.site, line.device, line.key))


def to_settle(view: View) -> int:
    """Count the work orders of the devices in view that wait for a person: closed there, standing twice, or gone."""
    words = [word for word in view.house.orders.newest() if word.state in SETTLED_BY_A_PERSON]
    seen = _devices(view, words)
    return sum(word.device_id in seen for word in words)


def _devices(view: View, words: Sequence[OrderWord]) -> dict[str, Row]:
    """Give the devices of work orders that are in view, by id."""
    if not words or (view.snapshot or view.house.tables.current()) is None:
        return {}
    wanted = wanted_texts("id", sorted({word.device_id for word in words}))
    return {row["device_id"]: row for row in view.ask(DEVICES_WANTED, wanted=wanted)}


def _line(word: OrderWord, device: Row, asked: bool) -> OrderLine:
    return OrderLine(
        key=word.key, action=word.action_id, device_id=word.device_id, device=device["asset_tag"] or word.device_id,
        site=device["site"], system=word.system, number=word.number, state=word.state.value, version=word.version,
        installed=device["software_version"], proof=word.proof, at=word.at, question=_question(word, device, asked),
    )  # fmt: skip


def _question(word: OrderWord, device: Row, asked: bool) -> str:  # noqa: PLR0911 - one line per state
    """Say what does not fit, and what settles it; nothing where nothing is to be settled."""
    name, installed = (
        device["asset_tag"] or word.device_id,
        device["software_version"] or "none that is known",
    )
    match word.state:
        case OrderState.TWICE:
            return f"It stands there as {word.number}. Close all but one of them there."
        case OrderState.GONE:
            return "It was there, and is no more, or may not be read. Is it done? Ask who works with that system."
        case OrderState.CLOSED if not word.version:
            return f"It was closed without an installed version. Which one runs on {name}? {CONFIRM}"
        case OrderState.CLOSED if word.version != installed:
            return f"It was closed with version {word.version}; here {installed} is known. Which one runs? {CONFIRM}"
        case OrderState.CLOSED if not word.proof:
            return f"It was closed without a word on what shows it. {CONFIRM}"
        case OrderState.CLOSED:
            return f"It was closed with version {word.version}, as known here. {CONFIRM}"
        case OrderState.CONFIRMED if asked:
            return f"It is confirmed, and {name} still has open findings of {word.action_id}: it did not settle them all."
        case OrderState.WANTED | OrderState.ASKED | OrderState.OPEN if not asked:
            return f"Nothing asks for it any more: {word.action_id} is settled for {name}, or gone. Take it back there."
        case _:
            return ""


CONFIRM = "Confirm: leadglass orders confirm KEY"
"""How a question ends that a person settles; pages have a button in its place."""


def confirm(
    view: View, key: str, *, version: str, proof: str, why: str
) -> tuple[OrderWord, Mapping[str, str]]:
    """Confirm a closed work order: its version becomes a word about the device, its notes the proof that is proposed.

    What stands in `version` or `proof` outweighs what the other system says. UsageError where it is not closed there,
    or neither says a version, or what shows it. Gives the word, and what a decision about the action would rest on.
    """
    word = known(view, key)
    if word.device_id not in _devices(view, [word]):
        raise UsageError(f"'{key}' is a work order of a device that you do not see.")
    runs, shows = version.strip() or word.version, proof.strip() or word.proof
    if word.state is not OrderState.CLOSED:
        raise UsageError(f"{word.key} is {word.state} and not closed: nothing is to be confirmed.")
    if not runs or not shows:
        raise UsageError(
            "Say which version runs and what shows it: leadglass orders confirm KEY --version 2.0 --proof 'service report'"
        )
    house, told = view.house, why.strip() or f"work order {word.number} was closed in {word.system}"
    say(view, word.device_id, "software_version", runs, why=f"{told}: {shows}")
    made = OrderWord(
        key=word.key, action_id=word.action_id, device_id=word.device_id, system=word.system, number=word.number,
        state=OrderState.CONFIRMED, version=runs, proof=shows, said_at=word.said_at, by=house.person, at=house.clock(),
    )  # fmt: skip
    with house.register.change(
        house.person, f"work order {word.number or word.key} is confirmed: {told}", origin=house.origin
    ):
        house.orders.add(made)
    proofs = {
        one.key: f"{one.number or one.key}: {one.proof}" for one in house.orders.newest()
        if one.action_id == word.action_id and one.state is OrderState.CONFIRMED
    }  # fmt: skip
    left = [one for one in house.orders.newest() if one.action_id == word.action_id and one.key not in proofs]
    return made, {} if left else proofs
