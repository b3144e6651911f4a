# SPDX-License-Identifier: Apache-2.0
"""Actions and questions as cards that a page or a terminal lays out."""

from collections.abc import Sequence

from leadglass.planning.orders import KIND as OF_ORDERS
from leadglass.planning.orders import fact_of
from leadglass.planning.questions import texts
from leadglass.values.overview import ActionCard, DeviceLine, QuestionCard, State
from leadglass.values.scope import Row


def state_of(row: Row) -> State:
    """Give the state of an action: settled, or what its deed and outcome ask for."""
    if row.get("state") in {"settled", "vanished"}:
        return State.SETTLED
    match row["deed"]:
        case "contain":
            return State.ACT_NOW if row["outcome"] == "immediate" else State.CONTAIN
        case "update" | "service":
            return State.PLAN
        case "watch":
            return State.WATCH
    return State.UNKNOWN


def action_card(row: Row) -> ActionCard:
    """Make a card of a row of the listing `actions`."""
    devices = tuple(device_line(member) for member in row["devices"])
    what, why = _sentences(row["why"])
    return ActionCard(
        id=row["id"], rank=row["rank"], title=row["title"], deed=row["deed"], state=state_of(row), site=row["site"],
        product=row["product"], modality=devices[0].modality if devices else "", devices=devices, what=what,
        why=why, accountable=row["accountable"], remedy_by=row["remedy_by"],
        due_triage=row["due_triage"], due_contain=row["due_contain"], due_remedy=row["due_remedy"],
        clocks=row["clocks"], findings=len(row["findings"]), unknown=row["unknown"],
        alternatives=tuple(row["alternatives"]), proof=row["proof"], decision=row["decision"],
    )  # fmt: skip


def _sentences(text: str) -> tuple[str, tuple[str, ...]]:
    """Split the reason: what can happen, and why these devices. Sentences end in '. ' before a capital."""
    head, mark, rest = text.partition(" Why these: ")
    if mark:
        return head, (rest,)
    head, mark, rest = text.partition(" Not known whether it applies: ")
    if mark:
        return head, (f"it is not known whether it applies: {rest}",)
    return text, ()


def device_line(row: Row) -> DeviceLine:
    """Name a device in a line."""
    return DeviceLine(
        id=row["device_id"], asset_tag=row.get("device") or row.get("asset_tag") or "", maker=row["maker"],
        model=row["model"], modality=row["modality"], site=row["site"], room=row["room"],
        software=row["software_version"], serial=row["serial_number"],
    )  # fmt: skip


def question_card(row: Row, rank: int) -> QuestionCard:
    """Make a card of a row of the listing `questions`. What a work order asks no maker can answer."""
    letter = "" if row["kind"] == OF_ORDERS else f"leadglass letter {row['id']}"
    return QuestionCard(
        id=row["id"], rank=rank, text=row["text"], missing=_missing(row), maker=row["maker"], model=row["model"],
        devices=row["devices"], settles=row["settles"], asked=row["asked"], letter=letter,
        answer=f"leadglass answer {row['id']} {_example(row)}",
    )  # fmt: skip


def _missing(row: Row) -> str:
    """Name the fact that is missing: of a work order what does not fit, which its subject says."""
    if row["kind"] == OF_ORDERS:
        return fact_of(row["subject"])
    return next(
        (name for name, t in texts().items() if isinstance(t, dict) and t["kind"] == row["kind"]), row["kind"]
    )


def _example(row: Row) -> str:
    return {"maker": "yes", "sighting": "yes", "component": "yes", "sbom": "none", OF_ORDERS: "theirs"}.get(
        row["kind"], "'...'"
    )


def per_model(rows: Sequence[Row], most: int) -> list[list[Row]]:
    """Take the first questions and group them by model: one letter asks a maker for all of a model."""
    groups: dict[str, list[Row]] = {}
    for row in rows[:most]:
        groups.setdefault(row["product_id"], []).append(row)
    return list(groups.values())
