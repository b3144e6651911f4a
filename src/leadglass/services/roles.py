# SPDX-License-Identifier: Apache-2.0
"""Roles: what each permits, from a table that a site may replace; and what an account may do where."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from leadglass.errors import UnreadableError
from leadglass.services.house import ROLES
from leadglass.values.accounts import Access, Grant, Role
from leadglass.values.scope import Permission


def roles(own: str = "") -> Mapping[str, Role]:
    """Give the roles by name; `own` is a site's own table. UnreadableError where it cannot be read."""
    return _read(own or _shipped())


@cache
def _shipped() -> str:
    return (resources.files("leadglass.services.accounts") / "tables" / ROLES).read_text(encoding="utf-8")


@cache
def _read(text: str) -> Mapping[str, Role]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"policies/{ROLES} is no TOML: {error}. Mend it, or remove it.") from error
    return {name: _role(name, row) for name, row in told.items() if isinstance(row, dict)}


def _role(name: str, row: Mapping[str, object]) -> Role:
    meaning, permitted = row.get("meaning", ""), row.get("permissions")
    known = {permission.value for permission in Permission}
    if not isinstance(permitted, list) or not set(permitted) <= known:
        raise UnreadableError(
            f"policies/{ROLES}: {name} has to list its permissions, each one of {', '.join(sorted(known))}."
        )
    return Role(name=name, meaning=str(meaning), permissions=frozenset(map(Permission, permitted)))


def access(grants: Iterable[Grant], known: Mapping[str, Role]) -> Access:
    """Join what the roles of some grants permit, site by site. A role that the table has no more permits nothing."""
    permitted: dict[str, frozenset[Permission]] = defaultdict(frozenset)
    for grant in grants:
        role = known.get(grant.role)
        permitted[grant.site] |= role.permissions if role else frozenset()
    return Access(permitted=dict(permitted))
