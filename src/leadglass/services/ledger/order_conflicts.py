# SPDX-License-Identifier: Apache-2.0
"""What work orders ask: each conflict with what is known here, as a question among the others, until it is answered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leadglass.planning.orders import (
    ASKED_BY_ORDERS,
    GONE,
    KIND,
    NOT_ASKED,
    ORDERED,
    STANDING,
    TWICE,
    conflict,
)
from leadglass.planning.questions import texts
from leadglass.services.ledger.view import View
from leadglass.values.ids import question_id
from leadglass.values.orders import OrderWord, order_key
from leadglass.values.people import Answer
from leadglass.values.scope import Row

_BY_NUMBER = frozenset({GONE, TWICE, NOT_ASKED})
_PARTS = 4
NOTHING = "none that is known"
"""How it is written that no version is known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A work order in view. `fact` is what does not fit (planning.orders; empty: nothing) and `question` the id it asks by.

    `device` is the asset tag, `known` the version known here, `findings` how many of the action are open on the device,
    `answered` what a person said to the question.
    """

    word: OrderWord
    device: str
    site: str
    product_id: str
    maker: str
    model: str
    known: str
    findings: int
    fact: str
    answered: Answer | None = None

    @property
    def said(self) -> str:
        """What the work order says: its version, or its number where it is about that."""
        return self.word.number or self.word.key if self.fact in _BY_NUMBER else self.word.version

    @property
    def subject(self) -> str:
        """The natural key of the question: as soon as either side says something else, another one is asked."""
        return f"{self.word.action_id}|{self.fact}|{self.said}|{self.known}"

    @property
    def question(self) -> str:
        """The id of the question; empty where nothing is asked."""
        return question_id(KIND, self.subject) if self.fact else ""

    @property
    def waits(self) -> bool:
        """Tell whether a person is asked, and nobody answered."""
        return bool(self.fact) and self.answered is None


def standing(view: View) -> list[Standing]:
    """Give the work orders of the devices in view by site and device, with what does not fit and what was answered."""
    words = {word.key: word for word in view.house.orders.newest(view.as_of)}
    if not words or (view.snapshot or view.house.tables.current()) is None:
        return []
    rows = [{"key": w.key, "action_id": w.action_id, "device_id": w.device_id} for w in words.values()]
    answers = {
        (a.question_id, a.device_id): a for a in view.house.register.answers(view.as_of) if a.kind == KIND
    }
    found = []
    for row in view.ask(STANDING, ordered=(ORDERED, rows)):
        made = _standing(words[row["key"]], row)
        found.append(_answered(made, answers.get((made.question, made.word.device_id))))
    return found


def _standing(word: OrderWord, row: Row) -> Standing:
    told = {"state": word.state, "said": word.version, "proof": word.proof}
    return Standing(
        word=word, device=row["device"] or word.device_id, site=row["site"], product_id=row["product_id"],
        maker=row["maker"], model=row["model"], known=row["version"], findings=row["findings"],
        fact=conflict({**row, **told}),
    )  # fmt: skip


def _answered(made: Standing, answer: Answer | None) -> Standing:
    return replace(made, answered=answer) if answer else made


def asked(view: View) -> list[Row]:
    """Give what work orders ask as rows of ASKED_BY_ORDERS, those first that most findings hang on."""
    groups: dict[str, list[Standing]] = defaultdict(list)
    for one in standing(view):
        if one.waits:
            groups[one.question].append(one)
    ordered = sorted(groups.items(), key=lambda item: (-sum(one.findings for one in item[1]), item[0]))
    return [row for rank, (name, about) in enumerate(ordered, 1) for row in _rows(rank, name, about)]


def _rows(rank: int, name: str, about: Sequence[Standing]) -> Iterable[Row]:
    first = about[0]
    table = texts()[first.fact]
    words = {
        "maker": first.maker or "unknown maker", "model": first.model or "unknown model",
        "subject": first.said, "where": first.known or NOTHING,
    }  # fmt: skip
    same = {
        "rank": rank, "id": name, "subject": first.subject, "product_id": first.product_id, "maker": first.maker,
        "model": first.model, "text": table["text"].format(**words), "answers": table["answers"], "asked": table["asked"],
    }  # fmt: skip
    for one in about:
        yield {**same, "device_id": one.word.device_id, "findings": one.findings}


def beside(view: View, _params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what the listing of questions is given beside what an assessment asked."""
    return {"order_question": (ASKED_BY_ORDERS, asked(view))}


def among(view: View, questions: Iterable[Row]) -> Mapping[str, Any]:
    """Give the same where one of some questions is a work order's."""
    return (
        beside(view, {})
        if any(row["kind"] == KIND for row in questions)
        else {"order_question": (ASKED_BY_ORDERS, [])}
    )


def dismissed(view: View) -> dict[str, frozenset[str]]:
    """By work order the numbers that do not count any more, as a person said which one stays."""
    out: dict[str, set[str]] = defaultdict(set)
    for answer in view.house.register.answers():
        action, fact, said, _ = parts(answer.subject) if answer.kind == KIND else ("",) * _PARTS
        if fact == TWICE:
            out[order_key(action, answer.device_id)] |= set(said.split(", ")) - {answer.value}
    return {key: frozenset(numbers) for key, numbers in out.items()}


def parts(subject: str) -> tuple[str, str, str, str]:
    """Take the subject of a question apart: action, what does not fit, what the work order says, what is known here."""
    action, fact, rest = subject.split("|", 2)
    said, _, known = rest.rpartition("|")
    return action, fact, said, known
