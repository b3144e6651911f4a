# SPDX-License-Identifier: Apache-2.0
"""What we tell of a product and a vulnerability, ready to be written as VEX (CISA Minimum Requirements for VEX, 2023).

Honest by construction: the status follows from the kind of decision. A risk that was accepted or compensated is one
of an affected product, whatever the standard; only an assessment says not_affected.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from leadglass.errors import UsageError
from leadglass.values.advisories import Status
from leadglass.values.cpe import Cpe
from leadglass.values.purl import Purl

JUSTIFICATIONS: Final = (
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
)
"""The labels that OpenVEX and CSAF (3.2.3.5.2 flags) share."""


class Category(enum.StrEnum):
    """What kind of decision or assessment is told."""

    ACCEPTED_RISK = "accepted_risk"
    COMPENSATED = "compensated"
    REMEDY_PLANNED = "remedy_planned"
    FIXED = "fixed"
    NOT_AFFECTED = "not_affected"
    UNDER_INVESTIGATION = "under_investigation"


_STATUS: Final = {
    Category.ACCEPTED_RISK: Status.AFFECTED,
    Category.COMPENSATED: Status.AFFECTED,
    Category.REMEDY_PLANNED: Status.AFFECTED,
    Category.FIXED: Status.FIXED,
    Category.NOT_AFFECTED: Status.NOT_AFFECTED,
    Category.UNDER_INVESTIGATION: Status.UNDER_INVESTIGATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One decision of ours on a product and a vulnerability.

    `text` is why, or what is done; `by` who decided (needed where a risk is accepted) and `until` when it is looked
    at again; `justification` one of JUSTIFICATIONS, for not_affected alone; `at` when it was decided, where that is
    another time than the document's. What a standard would refuse is a `UsageError` here.
    """

    vulnerability: str
    category: Category
    model: str
    maker: str = ""
    version: str = ""
    purl: str = ""
    cpe: str = ""
    justification: str = ""
    text: str = ""
    by: str = ""
    until: date | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("vulnerability", "model", "maker", "version", "text", "by"):
            object.__setattr__(self, name, getattr(self, name).strip())
        if self.purl:
            object.__setattr__(self, "purl", f"{Purl.parse(self.purl)}")
        if self.cpe:
            object.__setattr__(self, "cpe", f"{Cpe.parse(self.cpe)}")
        fault = self._fault()
        if fault:
            shown = f"{self.vulnerability} in {self.model}"[:120]
            raise UsageError(f"The decision on {shown} cannot be told: {fault}")

    @property
    def status(self) -> Status:
        """The status that follows from the kind of decision."""
        return _STATUS[self.category]

    @property
    def ref(self) -> str:
        """The product's package URL with its version; a product that has none gets one of type generic."""
        if self.purl:
            purl = Purl.parse(self.purl)
            return f"{purl if purl.version else replace(purl, version=self.version)}"
        return f"{Purl(type='generic', namespace=self.maker.replace('/', ' '), name=self.model, version=self.version)}"

    @property
    def product_name(self) -> str:
        """Maker, model and version on one line."""
        return " ".join(filter(None, (self.maker, self.model, self.version)))

    @property
    def sentence(self) -> str:
        """The text as it is told: who accepted a risk until when, and that what is compensated stays affected."""
        by = f" by {self.by}" if self.by else ""
        until = f" until {self.until.isoformat()}" if self.until else ""
        if self.category is Category.ACCEPTED_RISK:
            return f"Risk accepted{by}{until or ', until it is reviewed'}: {self.text}"
        if self.category is Category.COMPENSATED:
            return f"Compensated on site{by}{until}, the product stays affected: {self.text}"
        if self.category is Category.REMEDY_PLANNED:
            return f"A remedy is planned{by}{until}: {self.text}"
        return self.text

    def _fault(self) -> str:
        """Say what is missing for an honest statement; "" is nothing."""
        if not self.vulnerability or not any(map(str.isalnum, self.model)):
            return "it names no vulnerability or no product. Name both."
        if self.status is Status.AFFECTED and not self.text:
            return "an affected product needs a text that says what is done. Write one."
        if self.category is Category.ACCEPTED_RISK and not self.by:
            return "an accepted risk needs the name of the person who accepted it. Add it."
        if self.status is Status.NOT_AFFECTED and not self.justification and not self.text:
            return "not affected needs a justification or a text that says why. Add one."
        if self.justification:
            return self._fault_of_justification()
        return ""

    def _fault_of_justification(self) -> str:
        if self.status is not Status.NOT_AFFECTED:
            return f"a justification is for products that are not affected, not for '{self.category}'. Leave it out."
        if self.justification not in JUSTIFICATIONS:
            return (
                f"'{self.justification[:40]}' is no justification. Choose one of {', '.join(JUSTIFICATIONS)}."
            )
        return ""


def arranged(said: Iterable[Told]) -> tuple[Told, ...]:
    """Sort by vulnerability and product, each pair once; a `UsageError` where two decisions disagree on one."""
    found: dict[tuple[str, str], Told] = {}
    products: dict[str, tuple[str, ...]] = {}
    for told in said:
        key = (told.vulnerability, told.ref)
        if found.setdefault(key, told) != told:
            raise UsageError(
                f"Two decisions speak of {told.vulnerability} in {told.product_name}, and differ. Withdraw one."
            )
        product = (told.maker, told.model, told.version, told.purl, told.cpe)
        if products.setdefault(told.ref, product) != product:
            raise UsageError(
                f"Two products are told under {told.ref}: correct the maker, name, version or CPE of one."
            )
    if not found:
        raise UsageError("There is no decision to tell. Decide on a finding first.")
    return tuple(told for _, told in sorted(found.items()))


def stamp(at: datetime) -> str:
    """Write a time in UTC to the second (RFC 3339); a time without zone is UTC."""
    aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return f"{aware.replace(microsecond=0, tzinfo=None).isoformat()}Z"
