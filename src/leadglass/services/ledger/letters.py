# SPDX-License-Identifier: Apache-2.0
"""Letters to makers: all that is asked about one model, ready to send."""

from datetime import timedelta

from leadglass.errors import AmbiguousError, NotFoundError
from leadglass.fleet.queries import DEVICES
from leadglass.planning.orders import KIND as OF_ORDERS
from leadglass.services.ledger.cards import device_line
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, page
from leadglass.services.ledger.show import the
from leadglass.services.ledger.view import View
from leadglass.values.overview import Letter, LetterQuestion
from leadglass.values.scope import Row

_DAYS = 30
"""Days that a maker is given to answer."""

_MOST_NAMED = 8
_NO_MODEL = "device of unknown model"
_OUR_OWN = frozenset({"maker", "serial", OF_ORDERS})
"""Kinds of question that no maker can answer: how we write its name, what is on our type plates, our work orders."""

_BY_SERIAL = {
    "version": "Which software version do your service records show for",
    "hardware": "Which model, as on the type plate, has",
}


def letter(view: View, name: str) -> Letter:
    """Write what is asked of a model's maker. `name` is a question, a product, or words of maker and model."""
    questions = _asked(view, name)
    first = questions[0]
    about = {member["device_id"] for row in questions for member in row["about"]}
    rows = view.ask(
        DEVICES, id="", product=first["product_id"], modality="", state="", text="", count=EVERYTHING, skip=0
    )
    devices = tuple(
        device_line({**row, "device": row["asset_tag"], "model": row["model"] or _NO_MODEL})
        for row in rows
        if row["device_id"] in about
    )
    return Letter(
        organisation=view.house.organisation or "(your organisation)",
        maker=first["maker"] or "(the maker)",
        sent=view.today,
        reply_by=view.today + timedelta(days=_DAYS),
        devices=devices,
        questions=tuple(LetterQuestion(id=row["id"], text=_text(row)) for row in questions),
    )


def _asked(view: View, name: str) -> list[Row]:
    """Find what is asked about one model. AmbiguousError where words fit several, NotFoundError where none."""
    product = str(the(view, "questions", name)["product_id"]) if name.startswith("Q-") else name
    found = page(view, LISTINGS["questions"], Wanted(product=product, count=EVERYTHING)).rows
    asked = [row for row in found if row["kind"] not in _OUR_OWN]
    models = {row["product_id"]: f"{row['maker']} {row['model'] or _NO_MODEL}" for row in asked}
    exact = [key for key, model in models.items() if name.casefold() in {key.casefold(), model.casefold()}]
    exact = exact or [row["product_id"] for row in asked if row["model"].casefold() == name.casefold()]
    chosen = exact[0] if len(set(exact)) == 1 else next(iter(models), "")
    if not chosen:
        raise NotFoundError(f"Nothing is asked of a maker about {name}. What is asked: leadglass questions")
    if len(models) > 1 and not exact:
        named = [f"{model} ({key})" for key, model in sorted(models.items(), key=lambda item: item[1])]
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        raise AmbiguousError(
            f"{name} stands for {len(models)} models: {', '.join(named[:_MOST_NAMED])}{more}. A letter is about one."
        )
    return [row for row in asked if row["product_id"] == chosen]


def _text(row: Row) -> str:
    """Ask as a maker can answer: by serial number what we could not read on the device, not by our words for it."""
    ask = _BY_SERIAL.get(row["kind"])
    serials = [member["serial_number"] for member in row["about"] if member["serial_number"]]
    if ask is None or len(serials) != len(row["about"]):
        return str(row["text"])
    named = ", ".join(serials[:_MOST_NAMED])
    more = f" and the {len(serials) - _MOST_NAMED} others listed above" if len(serials) > _MOST_NAMED else ""
    return f"{ask} {'serial number' if len(serials) == 1 else 'serial numbers'} {named}{more}?"
