# SPDX-License-Identifier: Apache-2.0
"""Which tables are in force: by name, in which version, and whether the site has its own; what is wrong with that one."""

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources

from leadglass.errors import LeadglassError
from leadglass.planning import feeds
from leadglass.risk import policies
from leadglass.services.accounts import providers
from leadglass.services.approving import approvals
from leadglass.services.feeds.selection import rules
from leadglass.services.house import APPROVALS, BUNDLES, JOBS, NOTICES, ORDERS, ROLES, SIGN_ON, House
from leadglass.services.jobs.rhythm import rhythm
from leadglass.services.ledger.view import View
from leadglass.services.notices.who import telling
from leadglass.services.orders.profile import profiles
from leadglass.services.roles import roles
from leadglass.vulnerabilities import schemes

_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TableInForce:
    """One table. `own`: the site has its own; `joined`: that one states what is otherwise, and the rest stays.

    `version` is what the table says of itself, else the beginning of its SHA-256. `fault` says why the site's own cannot
    be read; `place` is where a site puts its own, within its home.
    """

    name: str
    decides: str
    version: str
    own: bool
    joined: bool
    place: str
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A table that a site may replace: where the shipped one lies, and what reads the site's own."""

    decides: str
    package: str
    read: Callable[[House, str], object]
    joined: bool = False


_WEIGHING = {
    "safety.csv": "What the loss of integrity, availability or confidentiality does to a patient, by modality",
    "mission.csv": "What it does to the work of the hospital, by modality",
    "tiers.csv": "Which devices a hospital needs most, by modality",
    "exposure.csv": "How exposed a device is, by what is known of its network",
    "weaknesses.csv": "What a weakness lets happen, in plain words",
    "clocks.toml": "By when to triage, contain and remedy",
    "trust.toml": "Whose word counts where sources differ",
}


def _weighed(name: str) -> Callable[[House, str], object]:
    return lambda _house, own: policies.load({name: own})


_TABLES: Mapping[str, _Table] = {
    **{name: _Table(decides=decides, package="leadglass.risk", read=_weighed(name)) for name, decides in _WEIGHING.items()},
    schemes.NAME: _Table(
        decides="In which order versions of a product are", package="leadglass.vulnerabilities",
        read=lambda _house, own: schemes.joined(own), joined=True,
    ),
    feeds.NAME: _Table(
        decides="How old a feed may be, and where it is fetched", package="leadglass.planning",
        read=lambda _house, own: feeds.feeds({feeds.NAME: own}), joined=True,
    ),
    ROLES: _Table(
        decides="What each role permits", package="leadglass.services.accounts", read=lambda _house, own: roles(own)
    ),
    APPROVALS: _Table(
        decides="Which decisions ask for a second person", package="leadglass.services.accounts",
        read=lambda _house, own: approvals(own),
    ),
    SIGN_ON: _Table(
        decides="Whose word lets people in beside their own passphrase", package="leadglass.services.accounts",
        read=lambda house, own: providers.read(own, house),
    ),
    JOBS: _Table(
        decides="What is done without a person, and how often", package="leadglass.services.jobs",
        read=lambda _house, own: rhythm(own), joined=True,
    ),
    NOTICES: _Table(
        decides="Who is told what", package="leadglass.services.notices", read=lambda _house, own: telling(own)
    ),
    ORDERS: _Table(
        decides="Which system takes work orders, and how it calls things", package="leadglass.services.orders",
        read=lambda _house, own: profiles(own), joined=True,
    ),
    BUNDLES: _Table(
        decides="Which documents go into a bundle", package="leadglass.services.feeds",
        read=lambda house, own: rules(replace(house, policies={BUNDLES: own})),
    ),
}  # fmt: skip


def in_force(view: View) -> list[TableInForce]:
    """List the tables, in the order in which they are used; a file that is none of them comes last, with what is wrong."""
    return [*_known(view.house), *_strange(view.house)]


def _known(house: House) -> Iterator[TableInForce]:
    for name, table in _TABLES.items():
        own = house.policies.get(name, "")
        shipped = (resources.files(table.package) / "tables" / name).read_text(encoding="utf-8")
        yield TableInForce(
            name=name,
            decides=table.decides,
            version=_version(name, own) or _version(name, shipped),
            own=bool(own),
            joined=table.joined,
            place=f"policies/{name}",
            fault=_fault(table, house, own) if own else "",
        )


def _strange(house: House) -> Iterator[TableInForce]:
    for name in sorted(set(house.policies) - set(_TABLES)):
        yield TableInForce(
            name=name, decides="Nothing", version="", own=True, joined=False, place=f"policies/{name}",
            fault=f"No table has this name; they are {', '.join(_TABLES)}. Rename the file, or take it away.",
        )  # fmt: skip


def _version(name: str, text: str) -> str:
    """Give what a table says of itself; of one that says nothing, what tells it from any other."""
    if not text:
        return ""
    if name.endswith(".toml"):
        try:
            told = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            told = {}
        if said := f"{told.get('name', '')} {told.get('version', '')}".strip():
            return said
    return f"SHA-256 {hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def _fault(table: _Table, house: House, own: str) -> str:
    try:
        table.read(house, own)
    except LeadglassError as error:
        return str(error)
    return ""
