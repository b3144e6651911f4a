# SPDX-License-Identifier: Apache-2.0
"""Two persons for one decision, whatever road a write takes: conditions that the triggers of both engines refuse.

A name of the command line (os:name) and the same name of an account are one person. The command line approves nothing.
"""

from collections.abc import Mapping

from leadglass.register.watched import watched_tables

APPROVAL, DECISION = "register_approval", "register_decision"
_OWN_ROW = {"withdrawn_at"}  # what may change once a decision was approved


def refused(differs: str) -> Mapping[tuple[str, str], str]:
    """Give the condition to refuse per table and verb; `differs` is how the engine says that two cells are not the same."""
    columns = next(watched.columns for watched in watched_tables() if watched.table == DECISION)
    kept = [column.name for column in columns if column.name not in _OWN_ROW]
    same = f"{_person('d')} = {_person('NEW')}"
    own = f"substr(NEW.\"by\", 1, 3) = 'os:' OR EXISTS (SELECT 1 FROM {DECISION} d WHERE d.id = NEW.decision_id AND {same})"
    approved = f"EXISTS (SELECT 1 FROM {APPROVAL} a WHERE a.decision_id = NEW.id"
    return {
        (APPROVAL, "INSERT"): own,
        (APPROVAL, "UPDATE"): own,
        # The decision comes first: one that takes the place of another would take over its approval
        (DECISION, "INSERT"): f"{approved})",
        (DECISION, "UPDATE"): (
            f"({_any(('asks', 'by'), differs)}) OR ({approved} AND a.withdrawn_at IS NULL) AND ({_any(kept, differs)}))"
        ),
    }


def _person(row: str) -> str:
    by = f'{row}."by"'
    return f"lower(CASE WHEN substr({by}, 1, 3) = 'os:' THEN substr({by}, 4) ELSE {by} END)"


def _any(columns: tuple[str, ...] | list[str], differs: str) -> str:
    return " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in columns)
