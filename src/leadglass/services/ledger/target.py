# SPDX-License-Identifier: Apache-2.0
"""A component that a product named by a publisher may be: what a claim is made of."""

from dataclasses import dataclass

from leadglass.vulnerabilities.statements import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A component that a named product may be, how that was recognised, and whether the versions fit.

    `asks` is the subject of the question that it waits for, `identity` of the one whether it is that product.
    `unit` tells the devices apart that are meant by their serial numbers, where not all of the model are.
    Of a package of a distribution: `status` is what follows from its version instead of what the record states, `voice`
    whose word it is, `told` what it says in words, `own` that it speaks of the release that runs.
    """

    component_id: str
    product_id: str
    whole: bool
    judged: Judged
    asks: str
    basis: str
    confidence: float
    identity: str = ""
    status: str = ""
    voice: str = ""
    told: str = ""
    own: bool = False
    unit: str = ""
