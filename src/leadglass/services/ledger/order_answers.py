# SPDX-License-Identifier: Apache-2.0
"""Answer what a work order asks: its word is taken, or what is known here stays; and take such an answer back.

Nothing falls silent by it. That the work order is right becomes a word about the device; the findings are judged anew by
that, and those that stay open are for a decision.
"""

from collections.abc import Iterable
from dataclasses import replace

from leadglass.errors import UsageError
from leadglass.planning.orders import ANSWERS, GONE, KIND, NO_VERSION, OURS, THEIRS, TWICE
from leadglass.planning.questions import texts
from leadglass.services.ledger.order_conflicts import Standing, parts, standing
from leadglass.services.ledger.view import View
from leadglass.values.orders import OrderState, OrderWord, order_key
from leadglass.values.people import Answer, Word
from leadglass.values.scope import Row

FIELD = "software_version"
"""What a work order says of a device."""
_NO_VERSIONS = frozenset({"yes", "no", "none", "unknown", "ja", "nein", "y", "n"})


def answer(view: View, asked: Row, value: str, *, why: str, device: str = "") -> None:
    """Record an answer for each device that a question of work orders is about, or for one of them, and what follows.

    UsageError where the question takes no such answer, where a side is taken without a reason, and where nothing waits.
    """
    house = view.house
    with house.register.change(
        house.person, f"answer to {asked['id']}: {asked['text']}", origin=house.origin
    ):
        # Looked at within the change: what another says meanwhile waits, and is then held against this answer
        about = _about(view, asked["id"], device)
        told = _told(about[0], value)
        if told == OURS and not why.strip():
            raise UsageError("Say why what is known here stays: --why 'seen on the console'.")
        for one in about:
            house.register.answer(
                Answer(
                    question_id=one.question, kind=KIND, subject=one.subject, value=value, by=house.person,
                    why=why.strip() or "answered", at=house.clock(), device_id=one.word.device_id,
                )
            )  # fmt: skip
            _follow(view, one, told, why.strip())


def _about(view: View, question: str, device: str) -> list[Standing]:
    """Give the work orders that ask a question, or the one of a device. UsageError where none does."""
    about = [one for one in standing(view) if one.question == question]
    about = [one for one in about if device in {"", one.word.device_id, one.device}]
    if not about:
        raise UsageError(
            f"No work order{f' of {device}' if device else ''} asks {question} any more. What is asked: leadglass"
            f" questions. To take an answer back: leadglass answer {question} --withdraw"
        )
    return about


def _told(one: Standing, value: str) -> str:
    """Read an answer: one of the sides, the version that runs, or the number of the work order that stays."""
    takes, word = ANSWERS[one.fact], value.casefold()
    if takes.theirs and word in {THEIRS, one.word.version.casefold()}:
        return THEIRS
    if takes.ours and word == OURS:
        return OURS
    if takes.version and word not in _NO_VERSIONS | {THEIRS, OURS}:
        # The device shows what is known here: then what the work order says is wrong, and it is not done by it
        return OURS if one.word.version and value == one.known else value
    if takes.number and value in one.word.number.split(", "):
        return value
    raise UsageError(f"'{value}' answers nothing here. Answer {texts()[one.fact]['answers']}.")


def _follow(view: View, one: Standing, told: str, why: str) -> None:
    """Do what follows from an answer, within the change that records it."""
    takes, house = ANSWERS[one.fact], view.house
    if told == OURS or not (takes.version or takes.number):
        return
    if one.fact == TWICE:
        stays = replace(one.word, state=OrderState.OPEN, number=told, by=house.person, at=house.clock())
        house.orders.add(stays)
        return
    runs = one.word.version if told == THEIRS else told
    shows = one.word.proof or why
    if not shows or (one.fact in {NO_VERSION, GONE} and not why):
        raise UsageError(f"Say what shows that {runs} runs on {one.device}: --why 'service report 7'.")
    confirm(
        view, one.word, runs, shows, why or f"work order {one.word.number} was closed in {one.word.system}"
    )


def confirm(view: View, word: OrderWord, runs: str, shows: str, why: str) -> OrderWord:
    """Say of the device what a work order brought, and note that this is confirmed; within a change."""
    house = view.house
    house.register.say(
        Word(
            device_id=word.device_id, field=FIELD, value=runs, by=house.person,
            why=why if shows in why else f"{why}: {shows}", at=house.clock(),
        )
    )  # fmt: skip
    made = replace(
        word, state=OrderState.CONFIRMED, version=runs, proof=shows, by=house.person, at=house.clock()
    )
    house.orders.add(made)
    return made


def take_back(view: View, answers: Iterable[Answer]) -> None:
    """Undo what followed from answers that are withdrawn, within that change; what moved on since stays as it is."""
    house = view.house
    for answer_ in answers:
        action, fact, _, _ = parts(answer_.subject)
        words = house.orders.words(order_key(action, answer_.device_id))
        if len(words) < 2 or not _followed(answer_, fact, words[-1]):
            continue
        house.orders.add(replace(words[-2], by=house.person, at=house.clock()))
        if fact != TWICE:
            house.register.withdraw_word(answer_.device_id, FIELD, said=answer_.at)


def _followed(answer_: Answer, fact: str, last: OrderWord) -> bool:
    """Tell whether the last word on a work order is what followed from an answer."""
    if (last.at, last.by) != (answer_.at, answer_.by) or answer_.value.casefold() == OURS:
        return False
    if fact == TWICE:
        return last.state is OrderState.OPEN and last.number == answer_.value
    return ANSWERS[fact].version and last.state is OrderState.CONFIRMED
