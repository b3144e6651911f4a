# SPDX-License-Identifier: Apache-2.0
"""Optional tests of CSAF 2.0 about dates, language, TLP, the canonical URL and keys: 6.2.4 to 7, 10 to 15, 17, 20."""

import re
from collections.abc import Iterator
from typing import Any, Final

from leadglass.formats.csaf_tests.findings import Fault, Test, shown
from leadglass.formats.csaf_tests.languages import LanguageTag
from leadglass.formats.csaf_tests.mandatory_document import languages
from leadglass.formats.csaf_tests.moments import Moment
from leadglass.formats.csaf_tests.paper import Paper, Part, pointer, record, records, text
from leadglass.formats.csaf_tests.structure_vulnerabilities import CSAF_2_0

_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}")
_TLP: Final = ("AMBER", "GREEN", "RED", "WHITE")


def _build_metadata(paper: Paper) -> Iterator[Fault]:
    for revision in paper.revisions:
        if "+" in revision.number:
            yield Fault(f"{revision.place}/number", f"{shown(revision.number)} has build metadata.")


def _moments(paper: Paper) -> list[Moment]:
    return sorted(revision.moment for revision in paper.revisions if revision.moment is not None)


def _initial_date(paper: Paper) -> Iterator[Fault]:
    moments, said = _moments(paper), Moment.parse(text(paper.tracking, "initial_release_date") or "")
    if moments and said is not None and said < moments[0]:
        yield Fault(
            "/document/tracking/initial_release_date", "The first release is before the first revision."
        )


def _current_date(paper: Paper) -> Iterator[Fault]:
    moments, said = _moments(paper), Moment.parse(text(paper.tracking, "current_release_date") or "")
    if moments and said is not None and said < moments[-1]:
        yield Fault("/document/tracking/current_release_date", "The release is before the last revision.")


def _undated_involvements(paper: Paper) -> Iterator[Fault]:
    for place, node in paper.each("involvements"):
        if "date" not in node:
            yield Fault(place, "The involvement has no date.")


def _without_tlp(paper: Paper) -> Iterator[Fault]:
    label = record(record(paper.document, "distribution"), "tlp").get("label")
    if label not in _TLP:
        yield Fault(
            "/document/distribution/tlp/label", "No TLP label says to whom the document may be given."
        )


def _without_canonical_url(paper: Paper) -> Iterator[Fault]:
    """Section 3.1.10.1, 5.1: a reference of the category self, by https, that ends in the file's name."""
    tracking = text(paper.tracking, "id")
    name = None if tracking is None else re.sub(r"[^+\-a-z0-9]+", "_", tracking.lower()) + ".json"
    for _, node in records(Part("/document", paper.document), "references"):
        url = text(node, "url") or ""
        if (
            node.get("category") == "self"
            and url.startswith("https://")
            and name
            and url.endswith(f"/{name}")
        ):
            return
    yield Fault(
        "/document/references",
        f"No reference to the document itself ends in {shown(name) if name else 'the name of its file'}.",
    )


def _without_language(paper: Paper) -> Iterator[Fault]:
    if "lang" not in paper.document:
        yield Fault("/document/lang", "The document does not say its language.")


def _unsorted_keys(paper: Paper) -> Iterator[Fault]:
    pending: list[tuple[str, Any]] = [("", paper.root)]
    while pending:
        place, value = pending.pop()
        if isinstance(value, dict):
            keys = list(value)
            # Capitals sort before small letters or beside them: either order is alphabetical.
            if keys != sorted(keys) and keys != sorted(keys, key=str.lower):
                yield Fault(place, "The keys are not in alphabetical order.")
            pending += [(f"{place}/{pointer(key)}", inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            pending += [(f"{place}/{index}", value[index]) for index in reversed(range(len(value)))]


def _private_language(paper: Paper) -> Iterator[Fault]:
    for place, written in languages(paper):
        tag = LanguageTag.parse(written)
        if tag is not None and tag.private:
            yield Fault(
                place, f"{shown(written)} has a subtag for private use: others cannot know what it means."
            )


def _default_language(paper: Paper) -> Iterator[Fault]:
    for place, written in languages(paper):
        if written.lower() == "i-default":
            yield Fault(place, "i-default stands for no language in particular.")


def _cve_elsewhere(paper: Paper) -> Iterator[Fault]:
    for place, node in paper.each("ids"):
        if _CVE.fullmatch(text(node, "text") or ""):
            yield Fault(f"{place}/text", "A CVE id has a place of its own: cve.")


def _extra_keys(paper: Paper) -> Iterator[Fault]:
    yield from CSAF_2_0.extras(paper.root, "")


TESTS: Final = (
    Test("6.2.4", "The history has no build metadata", _build_metadata),
    Test("6.2.5", "The first release is not before the first revision", _initial_date),
    Test("6.2.6", "The release is not before the last revision", _current_date),
    Test("6.2.7", "Involvements have a date", _undated_involvements),
    Test("6.2.10", "A TLP label says who may have it", _without_tlp),
    Test("6.2.11", "The document says where it is published", _without_canonical_url),
    Test("6.2.12", "The document says its language", _without_language),
    Test("6.2.13", "Keys are in alphabetical order", _unsorted_keys),
    Test("6.2.14", "Languages are not for private use", _private_language),
    Test("6.2.15", "The language is a particular one", _default_language),
    Test("6.2.17", "CVE ids stand in their own place", _cve_elsewhere),
    Test("6.2.20", "Each key is one of the standard", _extra_keys),
)
