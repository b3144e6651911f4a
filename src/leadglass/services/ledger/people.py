# SPDX-License-Identifier: Apache-2.0
"""What people say: answers, words about devices, decisions. Each is a change with an author and a reason."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from leadglass.errors import NotFoundError, PermissionDeniedError, StateError, UnreadableError, UsageError
from leadglass.fleet.queries import DEVICES
from leadglass.planning.orders import KIND as OF_ORDERS
from leadglass.planning.questions import texts
from leadglass.risk.ssvc import EXPOSURE
from leadglass.services.ledger import order_answers
from leadglass.services.ledger.approvals import asks
from leadglass.services.ledger.deciding import Deciding
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, one, page
from leadglass.services.ledger.names import called, is_known
from leadglass.services.ledger.offers import NO_UPDATE
from leadglass.services.ledger.show import the
from leadglass.services.ledger.view import View
from leadglass.values.cpe import Cpe
from leadglass.values.ids import fingerprint
from leadglass.values.papers import FLEET_FIELDS
from leadglass.values.people import Answer, Decision, DecisionKind, Word
from leadglass.values.scope import Row
from leadglass.vulnerabilities.components import update_in
from leadglass.vulnerabilities.schemes import Scheme, bounds, is_valid
from leadglass.vulnerabilities.versions import clean

_NO_FILTER = ("id", "product", "modality", "state", "text")
YES_OR_NO = frozenset({"maker", "product", "sighting", "trust", "versions"})
"""The kinds of question that are answered by yes or no."""
_OF_ONE = "serial"
"""The kind of question whose answer is never that of a whole model."""

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}")
"""An id that may be decided on before any document speaks of it."""

SAYABLE = frozenset(FLEET_FIELDS) - {"asset_tag", "site"} | {"exposure"}
"""The fields of a device that a person may state."""


def answer(view: View, question: str, value: str, *, why: str, device: str = "") -> Row:
    """Record the answer to a question; it is remembered under the question's id."""
    asked = _asked(view, question)
    told = value.strip()
    if not told:
        raise UsageError(f"An answer says something: {asked['answers']}.")
    if asked["kind"] == OF_ORDERS:
        order_answers.answer(view, asked, told, why=why, device=device)
        return asked
    _check_answer(asked, told)
    about = ""
    if device and asked["kind"] in YES_OR_NO:
        raise UsageError("This answer holds as it is asked, for whatever device. Leave --device out.")
    if asked["kind"] == _OF_ONE and not device:
        if len(asked["about"]) != 1:
            raise UsageError("Each device has its own serial number. Name the device: --device TAG.")
        device = str(asked["about"][0]["device_id"])
    if device:
        about = str(the(view, "devices", device)["device_id"])
        if about not in {row["device_id"] for row in asked["about"]}:
            raise UsageError(
                f"{device} is not among the devices of {asked['id']}. They are: {_tags(asked['about'])}."
            )
    house = view.house
    said = Answer(
        question_id=asked["id"], kind=asked["kind"], subject=asked["subject"], value=told, by=house.person,
        why=why or "answered", at=house.clock(), device_id=about,
    )  # fmt: skip
    with house.register.change(
        house.person, f"answer to {asked['id']}: {asked['text']}", origin=house.origin
    ):
        house.register.answer(said)
    return asked


def _asked(view: View, question: str) -> Row:
    """Find a question: an open one, or one that was answered before and may be answered anew."""
    try:
        return one(view, LISTINGS["questions"], question)
    except NotFoundError:
        before = _answered(view, question)
        if not before:
            raise
        last = before[-1]
        members = view.ask(DEVICES, **dict.fromkeys(_NO_FILTER, ""), count=EVERYTHING, skip=0)
        return {
            "id": question, "kind": last.kind, "subject": last.subject, "text": f"answered before: {last.value}",
            "answers": "see the question's kind", "about": [{**row, "device": row["asset_tag"]} for row in members],
        }  # fmt: skip


def _answered(view: View, question: str) -> list[Answer]:
    """Give the answers to a question; to who sees some sites alone her own, for nobody knows any more whom it is about."""
    held = [answered for answered in view.house.register.answers() if answered.question_id == question]
    return held if view.scope.sites is None else [one for one in held if one.by == view.house.person]


def withdraw(view: View, question: str, *, why: str) -> None:
    """Take an answer back: the question is open again. NotFoundError where nothing was answered."""
    house, answered = view.house, _answered(view, question)
    if not answered:
        raise NotFoundError(f"Nothing was answered to {question}. Open questions: leadglass questions")
    with house.register.change(
        house.person, f"answer to {question} withdrawn: {why or 'no reason given'}", origin=house.origin
    ):
        house.register.withdraw_answer(question)
        order_answers.take_back(view, (one for one in answered if one.kind == OF_ORDERS))


def _check_answer(asked: Row, value: str) -> None:
    yes_or_no = {"yes", "y", "no", "n", "ja", "nein"}
    word = value.casefold()
    if asked["kind"] in YES_OR_NO and word not in yes_or_no:
        raise UsageError(f"Answer yes or no: {asked['text']}")
    if asked["answers"] == texts()["update"]["answers"] and not update_in(value):
        raise UsageError(f"'{value}' names no update. Answer {asked['answers']}.")
    if asked["kind"] == "release" and word not in NO_UPDATE and not any(map(str.isdigit, value)):
        raise UsageError(f"'{value}' names no release. Answer {asked['answers']}.")
    if asked["kind"] == "edition":
        try:
            Cpe.parse(value)
        except UnreadableError as error:
            raise UsageError(f"{error} {asked['answers'].capitalize()}.") from error
    if (
        asked["kind"] == "component"
        and word not in yes_or_no | {"none"}
        and not re.fullmatch(r"[aoh]\|[^|:]+:[^|:]+", value)
    ):
        raise UsageError(f"'{value}' is no product key. {asked['answers']}.")


def _tags(rows: Sequence[Row]) -> str:
    return ", ".join(row["device"] or row["device_id"] for row in rows)


def say(view: View, device: str, field: str, value: str, *, why: str) -> Row:
    """Record a fact of a device that outweighs every document."""
    if field not in SAYABLE:
        raise UsageError(f"'{field}' is no field of a device. Fields: {', '.join(sorted(SAYABLE))}.")
    if field == "exposure" and value not in EXPOSURE:
        raise UsageError(f"Exposure is one of: {', '.join(EXPOSURE)}.")
    found = the(view, "devices", device)
    if not value.strip():
        raise UsageError(f"Say what {field} is. To see what is known: leadglass show {found['device_id']}")
    house = view.house
    with house.register.change(
        house.person,
        f"{field} of {found['asset_tag'] or found['device_id']}: {why or value}",
        origin=house.origin,
    ):
        house.register.say(
            Word(
                device_id=found["device_id"],
                field=field,
                value=value.strip(),
                by=house.person,
                why=why,
                at=house.clock(),
            )
        )
    return found


def decide(view: View, deciding: Deciding) -> Decision:
    """Record a decision. Accepting and compensating need an expiry; what they cover is listed, never guessed."""
    return decide_all(view, [deciding])[0]


def decide_all(view: View, decisions: Sequence[Deciding]) -> list[Decision]:
    """Record decisions in one change, all of them or none. UsageError where there is none."""
    if not decisions:
        raise UsageError("No decision is given. Give one or more.")
    made = [_decision(view, deciding) for deciding in decisions]
    house = view.house
    said = f"{made[0].kind.value} {', '.join(one.target for one in made)}: {made[0].reason}"
    with house.register.change(house.person, said, origin=house.origin):
        for decision in made:
            house.register.decide(decision)
    return made


def _decision(view: View, deciding: Deciding) -> Decision:
    kind = _kind(deciding.kind)
    _check(deciding, kind, view.today)
    deciding = replace(deciding, vulnerability=_vulnerability(view, deciding.vulnerability))
    target, findings = _covered(view, deciding)
    at = view.house.clock()
    lo, hi = _bounds(view, deciding)
    return Decision(
        id="X-" + fingerprint("decision", kind, target, deciding.owner, at.isoformat(), *findings[:50]),
        kind=kind, target=target, findings=tuple(findings), owner=deciding.owner.strip(), reason=deciding.reason.strip(),
        until=deciding.until, by=view.house.person, at=at, proof=deciding.proof, vulnerability=deciding.vulnerability,
        product=deciding.target if deciding.vulnerability else "", lo=lo if deciding.vulnerability else "",
        hi=hi if deciding.vulnerability else "", asks=asks(view, kind, deciding, findings),
    )  # fmt: skip


def _bounds(view: View, deciding: Deciding) -> tuple[str, str]:
    """Give the keys between which a decision holds, in the order of the product's versions."""
    house = view.house
    current = house.tables.current()
    if deciding.vulnerability and current and current.release != house.tables.release:
        raise StateError(
            "The tables were made by another release, or other rows of policies/schemes.toml, and a range cannot be held"
            " against them. Run first: leadglass assess"
        )
    scheme = house.schemes.of_product(deciding.target)
    start, end = (clean(text) or None for text in (deciding.start, deciding.end))
    for text in (start, end):
        if text and scheme is not Scheme.GENERIC and not is_valid(scheme, text):
            raise UsageError(
                f"'{text}' is no version as {deciding.target} writes them (scheme {scheme}, docs/matching.md). Write it as"
                " the findings show it."
            )
    return bounds(scheme, start, None, None, end)


def _kind(text: str) -> DecisionKind:
    try:
        return DecisionKind(text)
    except ValueError:
        raise UsageError(
            f"'{text}' is no decision. Decide one of: {', '.join(DecisionKind)}. 'Not affected' is no decision of"
            " yours: it needs a statement of the maker."
        ) from None


def _check(deciding: Deciding, kind: DecisionKind, today: date) -> None:
    if not deciding.owner.strip():
        raise UsageError("A decision has an owner: --owner 'Name, role'.")
    if len(deciding.reason.strip()) < 5:
        raise UsageError("A decision has a reason that another can follow: --reason '...'.")
    if kind in {DecisionKind.ACCEPT, DecisionKind.COMPENSATE} and deciding.until is None:
        raise UsageError("An acceptance or compensation ends: --until YYYY-MM-DD.")
    if deciding.until and deciding.until < today:
        raise UsageError(f"--until {deciding.until} is past. Name a day from today on.")
    if kind is DecisionKind.CLOSE and not deciding.proof.strip():
        raise UsageError("Closing needs its proof: --proof 'what shows it'.")


def _covered(view: View, deciding: Deciding) -> tuple[str, list[str]]:
    """List the findings that a decision covers on this day; one that joins later is open."""
    if deciding.vulnerability:
        if view.scope.sites is not None:
            raise PermissionDeniedError(
                "A decision for a range reaches all sites, and you see some of them. Decide about an action instead."
            )
        if not re.fullmatch(r"[^:\s]+:[^:\s]+", deciding.target):
            raise UsageError("A decision for a range names a product key, such as openssl:openssl.")
        return f"{deciding.target} {deciding.vulnerability}", []
    if deciding.target.startswith("A-"):
        action = one(view, LISTINGS["actions"], deciding.target)
        return str(action["id"]), list(action["findings"])
    if deciding.target.startswith("F-"):
        finding = one(view, LISTINGS["findings"], deciding.target)
        return str(finding["id"]), [str(finding["id"])]
    name = called(view, deciding.target)
    found = (
        page(view, LISTINGS["findings"], Wanted(vulnerability=name, count=EVERYTHING)).rows if name else ()
    )
    if found:
        return name, [str(row["id"]) for row in found if row["status"] in {"affected", "unknown"}]
    raise NotFoundError(
        f"{deciding.target} is no action (A-...), finding (F-...) or vulnerability found here (CVE-..., GHSA-... or"
        " another of its names)."
    )


def _vulnerability(view: View, name: str) -> str:
    """Give the one id of what is decided for a range; UsageError where no document knows the name and it is no CVE id."""
    found = called(view, name)
    if name and not _CVE.fullmatch(found) and not is_known(view, found):
        raise UsageError(
            f"'{name}' is no vulnerability that a document at hand names. Write a CVE id like CVE-2022-0778, or a name"
            " that is listed: leadglass vulnerabilities --all"
        )
    return found
