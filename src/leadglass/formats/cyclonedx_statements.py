# SPDX-License-Identifier: Apache-2.0
"""Statements out of the vulnerabilities of a CycloneDX document: analysis (VEX) and affects (ECMA-424)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leadglass.errors import BoundError
from leadglass.formats.cyclonedx_products import Products
from leadglass.formats.cyclonedx_vulnerability import describe, remedies, time
from leadglass.formats.parts import Part, XmlPart
from leadglass.formats.remarks import Remarks
from leadglass.values.advisories import Described, Remedy, Statement, Status

STATES: Final = {
    "resolved": Status.FIXED,
    "resolved_with_pedigree": Status.FIXED,
    "exploitable": Status.AFFECTED,
    "in_triage": Status.UNDER_INVESTIGATION,
    "false_positive": Status.NOT_AFFECTED,
    "not_affected": Status.NOT_AFFECTED,
}
"""CycloneDX impactAnalysisState, and what it says in the words that all standards share."""
JUSTIFICATIONS: Final = frozenset(
    {"code_not_present", "code_not_reachable", "requires_configuration", "requires_dependency"}
    | {"requires_environment", "protected_by_compiler", "protected_at_runtime", "protected_at_perimeter"}
    | {"protected_by_mitigating_control"}
)
NO_ANALYSIS: Final = "no analysis"
MOST_STATEMENTS: Final = 500_000

_WITHOUT: Final = frozenset({"1.0", "1.1", "1.2", "1.3"})
_VERSION_STATUSES: Final = frozenset({"affected", "unaffected", "unknown", ""})


def too_many(most: int, what: str) -> BoundError:
    """Say that a document lists more than is read."""
    return BoundError(
        f"The bill of materials lists more than {most:,} {what}. It was not read; ask for one per product."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Analysis:
    """What a vulnerability's analysis says."""

    status: Status
    group: str
    justification: str = ""
    detail: str = ""
    responses: str = ""
    stated: datetime | None = None


class Statements:
    """The vulnerabilities of one document while they are read."""

    def __init__(self, spec_version: str, products: Products, remarks: Remarks) -> None:
        self.products = products
        self.remarks = remarks
        self.described: list[Described] = []
        self.statements: list[Statement] = []
        self.remedies: list[Remedy] = []
        self.rest: Counter[str] = Counter()
        self.analysed = False
        self._spec_version = spec_version

    def take(self, part: Part) -> None:
        """Take one vulnerability, its statements and remedies."""
        described = describe(part, self.remarks, self.rest)
        if described is None:
            return
        if not self.described and self._spec_version in _WITHOUT:
            why = f"CycloneDX {self._spec_version} has no vulnerabilities; they were read as those of 1.4."
            self.remarks.add("vulnerabilities", why)
        self.described.append(described)
        analysis, before = self._analysis(part), len(self.statements)
        for target in part.parts("affects", "affects/target"):
            self._take_target(target, described.vulnerability, analysis)
        named = tuple(dict.fromkeys(said.product for said in self.statements[before:]))
        if not named:
            why = (
                f"{described.vulnerability[:60]} names nothing that it affects: no statement was made of it."
            )
            self.remarks.add(part.at("affects"), why, sort="vulnerabilities that name nothing")
        self.remedies += remedies(part, described.vulnerability, named)

    def take_extension(self, part: XmlPart, holder: str) -> None:
        """Take one vulnerability of the extension: it has no analysis, and stands in what it affects."""
        described = describe(part, self.remarks, self.rest)
        if described is None:
            return
        self.described.append(described)
        ref = part.text("ref") or holder
        if not ref:
            why = (
                f"{described.vulnerability[:60]} names nothing that it affects: no statement was made of it."
            )
            self.remarks.add(part.place, why, sort="vulnerabilities that name nothing")
            return
        product = self.products.name(ref, part.place)
        self._say(part.place, described.vulnerability, product, _NONE)
        self.remedies += [
            Remedy(
                place=part.at("recommendations"),
                vulnerability=described.vulnerability,
                category="mitigation",
                text=text,
                products=(product,),
            )
            for text in part.texts("recommendations", "recommendations/recommendation")
        ]

    def finish(self) -> None:
        """Remark on a document that says nothing."""
        if not self.described:
            self.remarks.add("vulnerabilities", "None are listed: this document makes no statement.")

    def _analysis(self, part: Part) -> _Analysis:
        analysis = part.part("analysis")
        if analysis is None:
            return _NONE
        self.analysed = True
        state, justification = analysis.text("state"), analysis.text("justification")
        if state and state not in STATES:
            why = f"'{state[:40]}' is no state of CycloneDX: the status is unknown."
            self.remarks.add(analysis.at("state"), why, sort="states that are none")
        if justification and justification not in JUSTIFICATIONS:
            why = f"'{justification[:40]}' is no justification of CycloneDX."
            self.remarks.add(analysis.at("justification"), why, sort="justifications that are none")
        stated = "lastUpdated" if analysis.text("lastUpdated") else "firstIssued"
        return _Analysis(
            status=STATES.get(state, Status.UNKNOWN) if state else Status.AFFECTED,
            group=state or NO_ANALYSIS,
            justification=justification,
            detail=analysis.prose("detail"),
            responses=", ".join(analysis.texts("response", "responses/response")),
            stated=time(analysis, stated, self.remarks),
        )

    def _take_target(self, target: Part, vulnerability: str, analysis: _Analysis) -> None:
        ref = target.text("ref")
        if not ref:
            self.remarks.add(target.place, "Nothing is referred to.", sort="references to nothing")
            return
        versions = list(target.parts("versions", "versions/version"))
        for version in versions:
            exact, range_ = version.text("version"), version.text("range")
            if not exact and not range_:
                self.remarks.add(version.place, "Neither version nor range is stated.", sort="versions")
            product = self.products.name(ref, version.place, exact or range_, "version" if exact else "range")
            self._say(version.place, vulnerability, product, self._of_version(version, analysis))
        if not versions:
            product = self.products.name(ref, target.place)
            self._say(target.place, vulnerability, product, analysis)

    def _of_version(self, version: Part, analysis: _Analysis) -> _Analysis:
        """Bring together what is said of a version and what the analysis says."""
        said = version.text("status")
        if said not in _VERSION_STATUSES:
            why = f"'{said[:40]}' is no status of a version: it is taken as unknown."
            self.remarks.add(version.at("status"), why, sort="states that are none")
        if said == "" or (said == "affected" and analysis.status in _OPEN):
            return analysis
        group = f"{analysis.group}, version {said[:40]}"
        status = Status.NOT_AFFECTED if said == "unaffected" else Status.UNKNOWN
        if said == "unaffected" and analysis.status is Status.FIXED:
            status = Status.FIXED
        if said == "affected":
            why = f"The analysis says '{analysis.group[:40]}', the version is said to be affected: unknown."
            self.remarks.add(version.at("status"), why, sort="statements that contradict themselves")
        return _Analysis(
            status=status,
            group=group,
            justification=analysis.justification if status is analysis.status else "",
            detail=analysis.detail,
            responses=analysis.responses,
            stated=analysis.stated,
        )

    def _say(self, place: str, vulnerability: str, product: str, analysis: _Analysis) -> None:
        if len(self.statements) >= MOST_STATEMENTS:
            raise too_many(MOST_STATEMENTS, "statements about vulnerabilities")
        self.statements.append(
            Statement(
                place=place,
                vulnerability=vulnerability,
                product=product,
                status=analysis.status,
                group=analysis.group,
                justification=analysis.justification,
                impact=analysis.detail,
                action=analysis.responses,
                stated=analysis.stated,
            )
        )


_NONE: Final = _Analysis(status=Status.AFFECTED, group=NO_ANALYSIS)
_OPEN: Final = frozenset({Status.AFFECTED, Status.UNDER_INVESTIGATION, Status.UNKNOWN})
