# SPDX-License-Identifier: Apache-2.0
"""Why a finding has its status, in one sentence, by what its row tells."""

from leadglass.services.ledger.updates import beside
from leadglass.values.scope import Row


def why(row: Row) -> str:
    """Say why a finding has its status, and which update repairs it."""
    return f"{_why(row).strip()} {beside(row)}".strip()


def _why(row: Row) -> str:
    if row["kind"] != "vulnerability":
        return str(row["note"])
    component = f"{row['component']} {row['version']}".removesuffix(" -").strip() or "the device itself"
    if row["class"] == "seen":
        return f"{row['vulnerability']}: {row['note']} {row['sentence']}".strip()
    if row["class"] == "statement":
        return _stated(row, component)
    match row["status"]:
        case "affected":
            return f"{row['vulnerability']}: {component} is {row['rule']} (NVD). {row['sentence']}"
        case "unknown":
            return f"Unknown: {row['missing']} missing. {row['vulnerability']} names {row['rule']} (NVD); here: {component}."
    return f"Not affected: {component} is {row['rule']}, but what {row['vulnerability']} asks for beside it is not here."


def _stated(row: Row, component: str) -> str:
    """Say why, where a publisher's statement is the reason."""
    match row["status"]:
        case "affected":
            return f"{row['vulnerability']}: {row['rule']}; here: {component}. {row['sentence']}"
        case "unknown":
            return f"Unknown: {row['missing']} missing. {row['vulnerability']}: {row['rule']}; here: {component}."
    return f"{row['vulnerability']}: {row['rule']}; here: {component}."
