# SPDX-License-Identifier: Apache-2.0
"""The structure of the vulnerabilities of CSAF 2.0 (OASIS, section 3.2.3), and of the document as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from leadglass.formats.csaf_tests.findings import Fault
from leadglass.formats.csaf_tests.scoring import shape_of
from leadglass.formats.csaf_tests.shapes import Many, Record, kind, pattern, record, words
from leadglass.formats.csaf_tests.structure import (
    ACKNOWLEDGMENTS,
    DATE,
    DOCUMENT,
    NOTES,
    PRODUCT_TREE,
    REFERENCES,
    TEXT,
    TEXTS,
    UNIQUE_TEXTS,
    URI,
)


@dataclass(frozen=True, slots=True)
class _Cvss:
    """A CVSS object: here only that it is one, the rest is test 6.1.8."""

    key: str

    def faults(self, value: Any, place: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(place, f"Here stands {kind(value)}, but an object is asked for.")

    def extras(self, value: Any, place: str) -> Iterator[Fault]:
        if isinstance(value, dict):
            yield from shape_of(self.key, value).extras(value, place)


_PRODUCT_STATUS: Final = record(
    1,
    first_affected=UNIQUE_TEXTS,
    first_fixed=UNIQUE_TEXTS,
    fixed=UNIQUE_TEXTS,
    known_affected=UNIQUE_TEXTS,
    known_not_affected=UNIQUE_TEXTS,
    last_affected=UNIQUE_TEXTS,
    recommended=UNIQUE_TEXTS,
    under_investigation=UNIQUE_TEXTS,
)
_FLAGS: Final = Many(
    record(
        date=DATE,
        group_ids=UNIQUE_TEXTS,
        label_=words(
            "component_not_present inline_mitigations_already_exist "
            "vulnerable_code_cannot_be_controlled_by_adversary "
            "vulnerable_code_not_in_execute_path vulnerable_code_not_present"
        ),
        product_ids=UNIQUE_TEXTS,
    ),
    unique=True,
)
_INVOLVEMENTS: Final = Many(
    record(
        date=DATE,
        party_=words("coordinator discoverer other user vendor"),
        status_=words("completed contact_attempted disputed in_progress not_contacted open"),
        summary=TEXT,
    ),
    unique=True,
)
_RESTARTS: Final = words(
    "connected dependencies machine none parent service system vulnerable_component zone"
)
_REMEDIATIONS: Final = Many(
    record(
        category_=words("mitigation no_fix_planned none_available vendor_fix workaround"),
        date=DATE,
        details_=TEXT,
        entitlements=TEXTS,
        group_ids=UNIQUE_TEXTS,
        product_ids=UNIQUE_TEXTS,
        restart_required=record(category_=_RESTARTS, details=TEXT),
        url=URI,
    )
)
_THREATS: Final = Many(
    record(
        category_=words("exploit_status impact target_set"),
        date=DATE,
        details_=TEXT,
        group_ids=UNIQUE_TEXTS,
        product_ids=UNIQUE_TEXTS,
    )
)
_VULNERABILITY: Final = record(
    1,
    acknowledgments=ACKNOWLEDGMENTS,
    cve=pattern("a CVE id, such as CVE-2024-12345", r"CVE-[0-9]{4}-[0-9]{4,}"),
    cwe=record(id_=pattern("a CWE id, such as CWE-79", r"CWE-[1-9][0-9]{0,5}"), name_=TEXT),
    discovery_date=DATE,
    flags=_FLAGS,
    ids=Many(record(system_name_=TEXT, text_=TEXT), unique=True),
    involvements=_INVOLVEMENTS,
    notes=NOTES,
    product_status=_PRODUCT_STATUS,
    references=REFERENCES,
    release_date=DATE,
    remediations=_REMEDIATIONS,
    scores=Many(record(2, cvss_v2=_Cvss("cvss_v2"), cvss_v3=_Cvss("cvss_v3"), products_=UNIQUE_TEXTS)),
    threats=_THREATS,
    title=TEXT,
)

CSAF_2_0: Final[Record] = record(
    document_=DOCUMENT, product_tree=PRODUCT_TREE, vulnerabilities=Many(_VULNERABILITY)
)
