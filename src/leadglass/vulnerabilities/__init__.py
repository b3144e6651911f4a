# SPDX-License-Identifier: Apache-2.0
"""Components x records -> findings, in three values (NVD CVE API 2.0; NISTIR 7695, 7696; orders of `schemes`).

In: names and versions of components, criteria of records. Out: findings with rule, status and what is missing.
"""

from leadglass.vulnerabilities.applicability import Criterion, Knowledge, Part, Truth, judge
from leadglass.vulnerabilities.book import Book
from leadglass.vulnerabilities.components import LINE, Link, of_cpe, of_system
from leadglass.vulnerabilities.hits import HIT, HITS
from leadglass.vulnerabilities.index import CRITERIA_NOW
from leadglass.vulnerabilities.queries import COMPONENT_FINDINGS, CONFIGURATION_FINDINGS

__all__ = [
    "COMPONENT_FINDINGS", "CONFIGURATION_FINDINGS", "CRITERIA_NOW", "HIT", "HITS", "LINE", "Book", "Criterion", "Knowledge",
    "Link", "Part", "Truth", "judge", "of_cpe", "of_system",
]  # fmt: skip
