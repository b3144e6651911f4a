# SPDX-License-Identifier: Apache-2.0
"""Check a document by its standard, before it is published or when it arrives; nothing is taken."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leadglass.errors import StateError, UnreadableError
from leadglass.formats import csaf_tests, cyclonedx_misnamed, official, recognise
from leadglass.services.house import House
from leadglass.services.ledger.about import About
from leadglass.services.ledger.readers import READERS, profiles
from leadglass.services.ledger.receive import Offered, Received, documents
from leadglass.values.sources import Kind, Recognition, Remark
from leadglass.values.verdict import Verdict

_OFFICIAL = frozenset({"CycloneDX", "CycloneDX XML", "SPDX JSON", "SPDX YAML", "SPDX tag-value", "SPDX RDF"})
_MEANT = "our own reading, as no validator is asked of a document that names itself wrongly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a document is, and the verdict; None where it could not be judged, with `why`.

    `by` names what judged it: the tests of its standard, its official validator, or our own reading alone.
    """

    path: str
    standard: str = ""
    version: str = ""
    verdict: Verdict | None = None
    by: str = ""
    why: str = ""


def check(house: House, offered: Iterable[Offered]) -> Iterator[Checked]:
    """Check each document; archives are opened."""
    for item in documents(offered):
        if isinstance(item, Received):
            yield Checked(path=item.path, why=item.remarks[0].why)
            continue
        yield _checked(house, item.path, item.stream.read())


def _checked(house: House, path: str, raw: bytes) -> Checked:
    found = recognise.recognise(raw, profiles=profiles(house))
    why = found.why
    try:
        by, verdict = _judge(house, raw, found)
    except (UnreadableError, StateError) as error:
        by, verdict, why = "", None, str(error)
    if verdict is None:  # what cannot be read may still say what it is meant to be
        by, verdict = _MEANT, cyclonedx_misnamed.misnamed(raw)
    if verdict is None:
        return Checked(path=path, standard=found.standard, version=found.version, why=why)
    return Checked(path=path, standard=verdict.standard, version=verdict.version, verdict=verdict, by=by)


def _judge(house: House, raw: bytes, found: Recognition) -> tuple[str, Verdict | None]:
    if found.standard == "CSAF" and found.version == "2.0":
        return "the tests of CSAF 2.0, section 6", csaf_tests.check(raw)
    if found.standard in _OFFICIAL:
        _read(house, raw, found)  # what our own reader refuses, its bombs among it, no validator is given
        return "the validator of its standard's own project", official.check(
            raw, found.standard, found.version
        )
    if found.kind is Kind.UNKNOWN or found.standard not in READERS:
        return "", None
    return "our own reading, as no validator of this standard is at hand", _read(house, raw, found)


def _read(house: House, raw: bytes, found: Recognition) -> Verdict:
    """Read the whole document and let go of it: what could not be taken is remarked on."""
    about = About(found)
    for rows in READERS[found.standard](raw, "", about, house, "").values():
        for _ in rows:
            pass
    remarks: tuple[Remark, ...] = tuple(about.remarks)
    return Verdict(standard=found.standard, version=found.version, complaints=(), valid=True, remarks=remarks)
