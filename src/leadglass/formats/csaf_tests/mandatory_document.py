# SPDX-License-Identifier: Apache-2.0
"""Mandatory tests of CSAF 2.0 about language, category, CVE ids and involvements: 6.1.12, 15, 23, 24, 26, 28."""

import re
from collections.abc import Iterator
from typing import Final

from leadglass.formats.csaf_tests.findings import Doubt, Fault, Test, shown
from leadglass.formats.csaf_tests.languages import LanguageTag
from leadglass.formats.csaf_tests.moments import Moment
from leadglass.formats.csaf_tests.paper import Named, Paper, record, records, text

PROFILES: Final = (
    "csaf_base",
    "csaf_security_incident_response",
    "csaf_informational_advisory",
    "csaf_security_advisory",
    "csaf_vex",
)
# 6.1.26: names and values of profiles without what may separate their words.
_NAMES: Final = ("securityincidentresponse", "informationaladvisory", "securityadvisory", "vex")
_TAKEN: Final = frozenset({*_NAMES, *(f"csaf{name}" for name in _NAMES)})
_SEPARATORS: Final = re.compile(r"[-\u2010-\u2015_\s]+")


def languages(paper: Paper) -> Iterator[Named]:
    """Give the language tags of a document."""
    for key in ("lang", "source_lang"):
        tag = text(paper.document, key)
        if tag is not None:
            yield Named(f"/document/{key}", tag)


def _unknown_languages(paper: Paper) -> Iterator[Fault | Doubt]:
    for place, written in languages(paper):
        tag = LanguageTag.parse(written)
        if tag is None:
            yield Fault(place, f"{shown(written)} is not a language tag (BCP 47).")
            continue
        faults = tuple(tag.faults())
        yield from (Fault(place, why) for why in faults)
        yield from (Doubt(place, why) for why in tag.doubts() if not faults)


def _translator(paper: Paper) -> Iterator[Fault]:
    publisher = record(paper.document, "publisher")
    if publisher.get("category") == "translator" and not paper.document.get("source_lang"):
        yield Fault(
            "/document/source_lang", "A translator does not say from which language it was translated."
        )


def _cves_used_twice(paper: Paper) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for place, node in paper.vulnerabilities:
        cve = text(node, "cve")
        if cve is None:
            continue
        if cve in first:
            yield Fault(
                f"{place}/cve", f"{shown(cve)} has a vulnerability of its own before, at {first[cve]}."
            )
        first.setdefault(cve, place)


def _involved_twice(paper: Paper) -> Iterator[Fault]:
    for vulnerability in paper.vulnerabilities:
        involved: set[tuple[str, Moment | str]] = set()
        for place, node in records(vulnerability, "involvements"):
            party, written = text(node, "party"), text(node, "date")
            if party is None or written is None:
                continue
            moment = Moment.parse(written) or written
            if (party, moment) in involved:
                yield Fault(place, f"The party {shown(party)} has a status of the same time before.")
            involved.add((party, moment))


def _category(paper: Paper) -> Iterator[Fault]:
    category = paper.category
    if category is None or category in PROFILES:
        return
    if category.lower().startswith("csaf_"):
        yield Fault(
            "/document/category", f"{shown(category)} begins with csaf_, but is no profile of CSAF 2.0."
        )
    elif _SEPARATORS.sub("", category).lower() in _TAKEN:
        yield Fault("/document/category", f"{shown(category)} is the name of a profile, not its value.")


def _translated_to_itself(paper: Paper) -> Iterator[Fault]:
    to, source = text(paper.document, "lang"), text(paper.document, "source_lang")
    if to is not None and source is not None and to.lower() == source.lower():
        yield Fault(
            "/document/source_lang", f"The document is translated from {shown(source)} to the same language."
        )


TESTS: Final = (
    Test("6.1.12", "Languages exist", _unknown_languages),
    Test("6.1.15", "A translator names the language of the source", _translator),
    Test("6.1.23", "No CVE id stands for two vulnerabilities", _cves_used_twice),
    Test("6.1.24", "A party has one status at a time", _involved_twice),
    Test("6.1.26", "The category is not another profile in disguise", _category),
    Test("6.1.28", "A translation is into another language", _translated_to_itself),
)
