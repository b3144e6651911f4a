# SPDX-License-Identifier: Apache-2.0
"""Who is told: the rows of a table that a site replaces, and whoever has a role, of the sites where she has it."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from leadglass.errors import UnreadableError
from leadglass.services.house import NOTICES, ROLES
from leadglass.services.ledger.asked import same_person
from leadglass.services.ledger.view import View
from leadglass.services.roles import roles
from leadglass.values.accounts import EVERYWHERE, AccountKind, Role
from leadglass.values.news import Turn
from leadglass.values.notices import Cadence, Channel, Receiver
from leadglass.values.people import Watch
from leadglass.values.scope import Permission

_TURNS = frozenset({Turn.AFFECTED, Turn.UNKNOWN, Turn.UPDATE, Turn.CHANGED})
_TEXTS = ("name", "to", "cadence", "secret_file")
_FLAGS = ("failures", "watches")
_LISTS = ("sites", "accountable", "turns")
_NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The table: how often each role is told, the other receivers, and hosts to which webhooks may be redirected."""

    roles: Mapping[str, str]
    receivers: tuple[Receiver, ...]
    hosts: frozenset[str]


def receivers(view: View, cadence: Cadence) -> list[Receiver]:
    """Give who is told so often, in an order that stays. People go by mail: where no server is set, nobody of them is."""
    told = telling(view.house.policies.get(NOTICES, ""))
    rows = [one for one in told.receivers if one.cadence is cadence]
    return rows + (list(_people(view, told, cadence)) if view.house.mail.ready else [])


def _people(view: View, told: Telling, cadence: Cadence) -> Iterator[Receiver]:
    """Give the people whose roles are told so often, each once, with the sites at which a role lets them read."""
    known = roles(view.house.policies.get(ROLES, ""))
    held: dict[str, dict[Cadence, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for grant in view.house.accounts.grants():
        role, often = known.get(grant.role), told.roles.get(grant.role, _NEVER)
        if often != _NEVER and role and Permission.READ in role.permissions:
            held[grant.username][Cadence(often)].add((grant.role, grant.site))
    accounts = {username: view.house.accounts.account(username) for username in sorted(held)}
    reached = {
        username: account.email
        for username, account in accounts.items()
        if account and account.active and account.email and account.kind is not AccountKind.SERVICE
    }
    everywhere = {name for name in reached if _answers_everywhere(held[name], known)}
    hers = watched(view.house.register.watches(), frozenset(reached), frozenset(everywhere))
    for username, email in reached.items():
        if cadence in held[username]:
            made = _person(username, email, held[username][cadence], known, cadence)
            # Who is told by several roles, at once and by a digest, is told of a document once: the sooner way
            soonest = next(one for one in Cadence if one in held[username])
            yield replace(made, watches=hers[username]) if cadence is soonest else made


def _answers_everywhere(held: Mapping[Cadence, set[tuple[str, str]]], known: Mapping[str, Role]) -> bool:
    return any(
        site == EVERYWHERE and Permission.ANSWER in known[role].permissions
        for grants in held.values()
        for role, site in grants
    )


def watched(
    watches: Iterable[Watch], reached: frozenset[str], everywhere: frozenset[str]
) -> Mapping[str, frozenset[str]]:
    """Give to accounts the ids of the watches that they are told of: their own, and those that nobody else is told of.

    A watch is of who answers for it and who began it. Where mail reaches neither of them, it is of those who may answer
    at all sites (`everywhere`): what is watched is not forgotten because somebody left.
    """
    hers: dict[str, set[str]] = {name: set() for name in reached}
    for one in watches:
        own = {name for name in reached if any(same_person(name, who) for who in (one.owner, one.by))}
        for name in own or everywhere:
            hers[name].add(one.watch_id)
    return {name: frozenset(ids) for name, ids in hers.items()}


def _person(
    username: str, email: str, held: set[tuple[str, str]], known: Mapping[str, Role], cadence: Cadence
) -> Receiver:
    sites = {site for _, site in held}
    everywhere = EVERYWHERE in sites
    administers = any(
        site == EVERYWHERE and Permission.ADMIN in known[role].permissions for role, site in held
    )
    return Receiver(
        address=email, channel=Channel.MAIL, cadence=cadence, because=f"account {username}", failures=administers,
        sites=None if everywhere else frozenset(sites), turns=_TURNS,
    )  # fmt: skip


def telling(own: str = "") -> Telling:
    """Read the table; `own` is a site's own. UnreadableError names its faults."""
    return _read(own or _shipped())


@cache
def _shipped() -> str:
    return (resources.files(__package__) / "tables" / NOTICES).read_text(encoding="utf-8")


@cache
def _read(text: str) -> Telling:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"policies/{NOTICES} is no TOML: {error}. Correct it, or remove it.") from error
    by_role, rows = told.get("roles", {}), told.get("tell", [])
    cadences = {*map(str, Cadence), _NEVER}
    if not isinstance(by_role, dict) or not set(by_role.values()) <= cadences:
        raise UnreadableError(
            f"policies/{NOTICES}: [roles] gives each role one of {', '.join(sorted(cadences))}."
        )
    if not isinstance(rows, list):
        raise UnreadableError(f"policies/{NOTICES}: write who else is told as [[tell]].")
    told_too = tuple(_row(number, row) for number, row in enumerate(rows, 1))
    names = [one.key for one in told_too]
    if len(set(names)) < len(names):
        twice = next(one.because for one in told_too if names.count(one.key) > 1)
        raise UnreadableError(
            f"policies/{NOTICES}: two [[tell]] are called {twice}. Give each a name of its own."
        )
    return Telling(
        roles=by_role,
        receivers=told_too,
        hosts=frozenset(told.get("hosts", [])),
    )


def _row(number: int, row: Any) -> Receiver:
    where = f"policies/{NOTICES}: [[tell]] {number}"
    if not isinstance(row, dict) or not {"name", "to", "cadence"} <= row.keys():
        raise UnreadableError(f"{where} needs name, to and cadence.")
    for name, value in row.items():
        texts = name in _LISTS and isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not (
            texts
            or (name in _TEXTS and isinstance(value, str))
            or (name in _FLAGS and value in (True, False))
        ):
            raise UnreadableError(
                f"{where}: {name} = {value!r:.40} is none of its fields, or of another kind."
            )
    hook = row["to"].startswith(("https://", "http://"))
    if not hook and ("@" not in row["to"] or any(letter.isspace() for letter in row["to"])):
        raise UnreadableError(
            f"{where}: to = {row['to']!r:.60} is neither an address of mail nor a webhook's."
        )
    try:
        return Receiver(
            address=row["to"],
            channel=Channel.WEBHOOK if hook else Channel.MAIL,
            cadence=Cadence(row["cadence"]),
            because=row["name"],
            sites=frozenset(row.get("sites", [])) or None,
            turns=frozenset(Turn(turn) for turn in row.get("turns", [])) or _TURNS,
            accountable=frozenset(one.casefold() for one in row.get("accountable", [])),
            failures=row.get("failures", False),
            secret_file=row.get("secret_file", ""),
            watches=None if row.get("watches", False) else frozenset(),
        )
    except ValueError as error:
        raise UnreadableError(
            f"{where}: {error}. Turns: {', '.join(Turn)}; cadences: {', '.join(Cadence)}."
        ) from error
