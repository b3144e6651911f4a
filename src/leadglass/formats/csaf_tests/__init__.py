# SPDX-License-Identifier: Apache-2.0
"""Check a security advisory by the tests of CSAF 2.0 (OASIS, section 6), each by its number.

In: the bytes of a document. Out: a `Verdict` with a `Complaint` for each failure: of the schema, of the mandatory
tests 6.1.1 to 6.1.33, the optional ones 6.2.1 to 6.2.20 and the informative ones 6.3.1 to 6.3.11. What takes
a network, a dictionary or a registry that is not at hand becomes a remark, never a pass.
"""

from leadglass.formats.csaf_tests.run import TESTS, check
from leadglass.values.verdict import Complaint, Level, Verdict

__all__ = ["TESTS", "Complaint", "Level", "Verdict", "check"]
