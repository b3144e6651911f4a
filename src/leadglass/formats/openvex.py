# SPDX-License-Identifier: Apache-2.0
"""Read OpenVEX 0.0.1 and 0.2.0, also as the predicate of an in-toto statement (attestation).

Time of a statement and its products cascade: from the statement, else the document, else the attestation's subjects
(OpenVEX "Inheritance Flow"). A product with a subcomponent is a relationship, `product > subcomponent`.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import FAULTS, Buffer, moment, refuse_swarm, unreadable, utf8
from leadglass.formats.openvex_products import Products
from leadglass.formats.parts import JsonPart
from leadglass.formats.remarks import Remarks
from leadglass.values.advisories import Advisory, Described, Statement, Status

MOST_BYTES: Final = 64 << 20
MOST_STATEMENTS: Final = 500_000
JUSTIFICATIONS: Final = frozenset(
    {"component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path"}
    | {"vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist"}
)

_WHAT: Final = "The OpenVEX document"
_CONTEXT: Final = re.compile(r"https://openvex\.dev/ns(?:/v?0\.(?:0\.[01]|2\.[0-9]+))?/?")
_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}", re.IGNORECASE)
_STATUSES: Final = {status.value: status for status in Status if status is not Status.UNKNOWN}
_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])


def read(raw: Buffer) -> Advisory:
    """Read a document. More than 64 MiB or 500,000 statements are refused: half of them would read as all.

    A status that is none of the standard is taken as unknown; what the rules of a status ask for and is missing
    (a justification, an action) is remarked on, and the statement is taken as it stands.
    """
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{_WHAT} is larger than {MOST_BYTES >> 20} MiB. It was not read; ask for smaller ones."
        )
    text = utf8(raw)
    refuse_swarm(_WHAT, text)
    try:
        value = _OBJECT.decode(text)
    except FAULTS as error:
        raise unreadable(_WHAT, error) from error
    remarks = Remarks()
    outer = JsonPart(value, "", remarks)
    document, subjects = outer, None
    if isinstance(value.get("_type"), str) and value["_type"].startswith("https://in-toto.io/Statement/"):
        document, subjects = outer.part("predicate") or JsonPart({}, "predicate", remarks), outer
    _refuse_other_standards(document.value("@context"))
    return _Reading(document, subjects, remarks).read()


def _refuse_other_standards(context: Any) -> None:
    named = context if isinstance(context, list) else [context]
    if not any(isinstance(name, str) and _CONTEXT.fullmatch(name) for name in named):
        shown = "nothing" if context is None else repr(context)[:60]
        raise UnreadableError(
            f"This JSON is no OpenVEX 0.0.1 or 0.2.0: its @context is {shown}, not "
            "'https://openvex.dev/ns/v0.2.0'. Ask the sender for an OpenVEX document of one of these."
        )


class _Reading:
    """One document while it is read."""

    def __init__(self, document: JsonPart, attestation: JsonPart | None, remarks: Remarks) -> None:
        self._document = document
        self._remarks = remarks
        self._products = Products(remarks)
        self._described: dict[str, Described] = {}
        self._statements: list[Statement] = []
        self._subjects: tuple[str, ...] = ()
        if attestation:
            self._subjects = self._products.subjects(attestation)

    def read(self) -> Advisory:
        """Read the document, then its statements."""
        document = self._document
        created = self._time(document, "timestamp")
        if created is None and not document.text("timestamp"):
            self._remarks.add(document.at("timestamp"), "Not stated: the age of this document is unknown.")
        listed = list(document.parts("statements"))
        for statement in listed:
            self._take(statement, created)
        if not listed:
            self._remarks.add(document.at("statements"), "None are listed: this document says nothing.")
        version = document.value("version")  # a text in 0.0.1, a number since
        whole = isinstance(version, int) and 0 <= version < 10**18
        return Advisory(
            id=document.text("@id"),
            category="vex",
            publisher=document.text("author"),
            revision=f"{version}" if whole else document.text("version"),
            created=created,
            updated=self._time(document, "last_updated"),
            products=self._products.all(),
            described=tuple(self._described.values()),
            statements=tuple(self._statements),
            remarks=self._remarks.finish(),
        )

    def _take(self, statement: JsonPart, created: datetime | None) -> None:
        vulnerability = self._vulnerability(statement)
        if not vulnerability:
            return
        products = self._products.of_statement(statement) or self._subjects
        if not products:
            why = f"{vulnerability[:60]}: no product is named, so nothing can be matched."
            self._remarks.add(statement.at("products"), why, sort="statements without a product")
        status = self._status(statement)
        justification, notes = statement.text("justification"), statement.prose("status_notes")
        if len(self._statements) + len(products) > MOST_STATEMENTS:
            raise BoundError(f"{_WHAT} makes more than {MOST_STATEMENTS:,} statements. It was not read.")
        self._statements += [
            Statement(
                place=statement.place,
                vulnerability=vulnerability,
                product=product,
                status=status,
                group=statement.text("status"),
                justification=justification,
                impact=statement.prose("impact_statement") or notes,
                action=statement.prose("action_statement"),
                stated=self._time(statement, "timestamp") or created,
            )
            for product in products
        ]

    def _status(self, statement: JsonPart) -> Status:
        """Read the status, and remark on what its rules ask for (OpenVEX "Statement Fields")."""
        label, justification = statement.text("status"), statement.text("justification")
        status = _STATUSES.get(label, Status.UNKNOWN)
        if status is Status.UNKNOWN:
            why = f"'{label[:40]}' is no status of OpenVEX: taken as unknown."
            self._remarks.add(statement.at("status"), why, sort="statuses that are none")
        if justification and justification not in JUSTIFICATIONS:
            why = f"'{justification[:40]}' is no justification of OpenVEX."
            self._remarks.add(statement.at("justification"), why, sort="justifications that are none")
        explained = justification or statement.prose("impact_statement")
        if status is Status.NOT_AFFECTED and not explained:
            why = "not_affected needs a justification or an impact statement, and has neither."
            self._remarks.add(statement.place, why, sort="statements that break the rules of their status")
        if status is Status.AFFECTED and not statement.prose("action_statement"):
            why = "affected needs an action statement, and has none."
            self._remarks.add(statement.place, why, sort="statements that break the rules of their status")
        if justification and status in {Status.AFFECTED, Status.FIXED, Status.UNDER_INVESTIGATION}:
            why = f"A justification belongs to not_affected alone, not to {status}."
            self._remarks.add(statement.place, why, sort="statements that break the rules of their status")
        return status

    def _vulnerability(self, statement: JsonPart) -> str:
        """Describe the vulnerability: a text in 0.0.1, an object since. Its CVE is its name where it has one."""
        given = statement.value("vulnerability")
        within = statement.part("vulnerability") if isinstance(given, dict) else None
        names = (within.text("name"), *within.texts("aliases")) if within else ()
        if within is None:
            names = (statement.text("vulnerability"),)
        elif not any(names):
            names = tuple(_CVE.findall(within.text("@id"))[:1])  # a link to a record: its CVE is at its end
        names = tuple(name.upper() if _CVE.fullmatch(name) else name for name in dict.fromkeys(names) if name)
        if not names:
            why = "No vulnerability is named: the statement cannot be matched."
            self._remarks.add(statement.at("vulnerability"), why, sort="statements without a vulnerability")
            return ""
        name = next((known for known in names if _CVE.fullmatch(known)), names[0])
        told = within.prose("description") if within else statement.prose("vuln_description")
        known = self._described.get(name) or Described(
            place=statement.at("vulnerability"), vulnerability=name, description=told
        )
        aliases = dict.fromkeys((*known.aliases, *names))
        aliases.pop(name, None)
        self._described[name] = replace(known, aliases=tuple(aliases), description=known.description or told)
        return name

    def _time(self, part: JsonPart, name: str) -> datetime | None:
        text = part.text(name)
        found = moment(text) if text else None
        if text and found is None:
            self._remarks.add(part.at(name), f"'{text[:40]}' is no time.", sort="times that are none")
        return found
