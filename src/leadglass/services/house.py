# SPDX-License-Identifier: Apache-2.0
"""The house as services see it: ports and a clock. `compose` alone knows what stands behind them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from leadglass.planning import feeds
from leadglass.values.accounts import Accounts
from leadglass.values.bundles import MadeBundles, SigningKey
from leadglass.values.jobs import Alone, Jobs
from leadglass.values.notices import Post
from leadglass.values.orders import Orders
from leadglass.values.outward import Mail, Outward
from leadglass.values.ports import (
    Clock,
    Cursors,
    HomeDocuments,
    Log,
    Register,
    Tables,
    Web,
)
from leadglass.values.sign_on import Directory
from leadglass.vulnerabilities import schemes

BUNDLES = "bundle.toml"
"""The policy of what goes into bundles."""

ROLES = "roles.toml"
"""The policy of which role permits what."""

APPROVALS = "approvals.toml"
"""The policy of which decisions ask for an approval by another person."""

JOBS = "jobs.toml"
"""The policy of what is done without a person, and how often."""

NOTICES = "notices.toml"
"""The policy of who is told what."""

ORDERS = "orders.toml"
"""The policy of which system takes work orders."""

SIGN_ON = "sign_on.toml"
"""The policy of who vouches for people, and which of their groups have a role."""

_OTHERWISE = frozenset({feeds.NAME, schemes.NAME, BUNDLES, ROLES, APPROVALS, JOBS, NOTICES, ORDERS, SIGN_ON})
"""Policies that are no tables of weighing. Other schemes make the tables another release (`Tables.release`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One installation. `policies` and `profiles` map file names to a site's own texts.

    `person` is who acts, `origin` from where.
    `keep(target, passphrase)` writes an encrypted backup and returns the number of its parts. `wheels(source, folder)`
    writes the wheels of the program and of all that its lock names for this machine. `web()` opens the network for a
    block. `settings` maps the names of environment variables of feeds to what they say. `outward()` opens the way to
    servers that are told something; `secret(file)` reads what signs webhooks, `sign_on_secrets()` what is shared with
    who vouches for people; `directory` is asked whether a passphrase is somebody's. `address` is where the pages are.
    """

    home: Path
    documents: HomeDocuments
    tables: Tables
    log: Log
    register: Register
    accounts: Accounts
    keep: Callable[[BinaryIO, str], int]
    key: SigningKey
    made: MadeBundles
    wheels: Callable[[Path, Path], None]
    clock: Clock
    cursors: Cursors
    jobs: Jobs
    alone: Alone
    post: Post
    orders: Orders
    orders_password: Callable[[], str]
    directory: Directory
    sign_on_secrets: Callable[[], str]
    mail: Mail
    outward: Callable[[], AbstractContextManager[Outward]]
    secret: Callable[[str], str]
    web: Callable[[], AbstractContextManager[Web]]
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    address: str = ""
    clock_kind: str = "system"
    person: str = ""
    origin: str = "cli"
    organisation: str = ""
    policies: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)

    @property
    def weighing(self) -> Mapping[str, str]:
        """The policies that an assessment rests on: what is fetched, and how, changes none of its tables."""
        return {name: text for name, text in self.policies.items() if name not in _OTHERWISE}

    @property
    def schemes(self) -> schemes.Choice:
        """The schemes of versions, with the site's own rows. UnreadableError where these cannot be read."""
        return schemes.joined(self.policies.get(schemes.NAME, ""))
