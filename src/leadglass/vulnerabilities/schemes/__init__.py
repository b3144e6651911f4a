# SPDX-License-Identifier: Apache-2.0
"""Schemes of versions: the keys in which each maker's versions sort, and which product takes which scheme."""

from leadglass.vulnerabilities.schemes.choice import (
    NAME,
    Choice,
    joined,
    mark,
    read,
    scheme_of_ecosystem,
    scheme_of_product,
    scheme_of_purl,
    shipped,
)  # fmt: skip
from leadglass.vulnerabilities.schemes.orders import STRANGE, Scheme, bounds, is_of, is_valid, key

__all__ = [
    "NAME", "STRANGE", "Choice", "Scheme", "bounds", "is_of", "is_valid", "joined", "key", "mark", "read",
    "scheme_of_ecosystem", "scheme_of_product", "scheme_of_purl", "shipped",
]  # fmt: skip
