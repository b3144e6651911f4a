# SPDX-License-Identifier: Apache-2.0
"""Letters to makers: all that is asked about one model, ready to send."""

from datetime import timedelta

from leadglass.errors import NotFoundError
from leadglass.fleet.queries import DEVICES
from leadglass.services.ledger.cards import device_line
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, one, page
from leadglass.services.ledger.view import View
from leadglass.values.overview import Letter, LetterQuestion

_DAYS = 30
"""Days that a maker is given to answer."""


def letter(view: View, name: str) -> Letter:
    """Write what is asked of a model's maker. `name` is a question, a product, or words of maker and model."""
    product = name
    if name.startswith("Q-"):
        product = str(one(view, LISTINGS["questions"], name)["product_id"])
    asked = page(view, LISTINGS["questions"], Wanted(product=product, count=EVERYTHING)).rows
    if not asked:
        raise NotFoundError(f"Nothing is asked about {name}. What is asked: leadglass questions")
    first = asked[0]["product_id"]
    questions = [row for row in asked if row["product_id"] == first]
    about = {member["device_id"] for row in questions for member in row["about"]}
    rows = view.ask(DEVICES, id="", product=first, modality="", state="", text="", count=EVERYTHING, skip=0)
    devices = tuple(
        device_line({**row, "device": row["asset_tag"]}) for row in rows if row["device_id"] in about
    )
    return Letter(
        organisation=view.house.organisation or "(your organisation)",
        maker=questions[0]["maker"] or "(the maker)",
        sent=view.today,
        reply_by=view.today + timedelta(days=_DAYS),
        devices=devices,
        questions=tuple(LetterQuestion(id=row["id"], text=row["text"]) for row in questions),
    )
