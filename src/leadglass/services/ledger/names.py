# SPDX-License-Identifier: Apache-2.0
"""Names: every id that documents give a vulnerability is brought to the one under which it goes.

Part of the step match; writes the table vulnerability_name. A withdrawn record joins nothing; its own id stays known.
"""

from collections.abc import Iterator, Sequence

from leadglass.services.ledger.view import View
from leadglass.values.ports import Workbench
from leadglass.values.scope import Row
from leadglass.vulnerabilities.identities import CALLED, STATED, identities


def name_all(bench: Workbench) -> None:
    """Write the table."""
    bench.put("vulnerability_name", list(_rows(bench.rows(STATED))))


def called(view: View, name: str) -> str:
    """Give the id of a vulnerability by any of its names, in any case; the name itself where no document has another."""
    found = view.ask(CALLED, name=name) if name else []
    if found:
        return str(found[0]["vulnerability"])
    return name.upper() if name.upper().startswith("CVE-") else name


def is_known(view: View, name: str) -> bool:
    """Tell whether a document at hand names a vulnerability that has no CVE id so, or by an alias."""
    return bool(view.ask(CALLED, name=name))


def _rows(stated: Sequence[Row]) -> Iterator[Row]:
    if not stated:
        return
    groups = [
        (row["vulnerability"], *row["aliases"].split()) if not row["withdrawn"] else (row["vulnerability"],)
        for row in stated
    ]
    found = dict(identities(groups))
    for row in stated:
        record = row["record"]
        if row["withdrawn"] and record and record not in found and record != row["vulnerability"]:
            known = found.get(row["vulnerability"])
            yield {"name": record, "vulnerability": known.id if known else row["vulnerability"], "same": True}
    for name, identity in found.items():
        yield {"name": name, "vulnerability": identity.id, "same": True}
    for covering, cve in sorted({(one.id, cve) for one in found.values() for cve in one.covers}):
        yield {"name": cve, "vulnerability": covering, "same": False}
