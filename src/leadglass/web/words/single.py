# SPDX-License-Identifier: Apache-2.0
"""Words that pages show alone: values of the house's own lists, headings of columns, days and months."""

from collections.abc import Iterator

from django.apps import apps

from leadglass.render import dates
from leadglass.render.columns import fact_name, heading
from leadglass.services.ledger.choices import CHOICES
from leadglass.services.ledger.listings import LISTINGS
from leadglass.services.ledger.people import SAYABLE
from leadglass.values.accounts import AccountKind
from leadglass.values.advisories import Status
from leadglass.values.jobs import Doing
from leadglass.values.news import Turn
from leadglass.values.notices import Cadence, Channel
from leadglass.values.overview import FeedState, State
from leadglass.values.people import DecisionKind
from leadglass.values.scope import Permission
from leadglass.values.sources import Kind, Voice
from leadglass.values.tables import READINGS, SNAPSHOT

_LISTS = (
    AccountKind,
    Status,
    Doing,
    Turn,
    Cadence,
    Channel,
    FeedState,
    State,
    DecisionKind,
    Permission,
    Kind,
    Voice,
)
_ALONE = (
    "and", "or", "now", "ago", "yes", "no", "none", "never", "nothing", "nobody", "today", "tomorrow", "triage", "contain",
    "remedy", "administrator", "approver", "auditor", "viewer", "immediate", "scheduled", "defer", "out-of-cycle",
    "statement", "device", "site", "version", "hospital", "maker", "servicer", "missing", "active", "accepted", "closed",
    "compensated", "exact", "range", "rejected", "disputed", "withdrawn", "person", "source", "rule", "settings", "history",
    "fresh", "stale", "waiting", "component", "product", "finding", "question", "document", "action", "vulnerability",
    "score", "text", "dates", "severity", "description", "versions", "exploitation", "inventory", "email",
    "these", "it", "true", "false", "high", "low", "medium", "open", "small", "controlled", "critical", "IT",
    "%(maker)s unknown model", "unknown maker", "%(rule)s (no version given)", "%(rule)s (no version given) %(more)s",
    "%(rule)s any version %(more)s", "no version given %(more)s", "any version %(more)s", "no version given", "any version",
    "applied", "shown", "waits", "placed", "asked", "expired", "wanted", "confirmed", "open",
)  # fmt: skip


def single() -> Iterator[tuple[str, str]]:
    """Give every such word, and where it stands."""
    for place, listed in (
        ("render/dates.py", (*dates.DAYS, *dates.MONTHS)),
        ("web/words/single.py", _ALONE),
        *(
            (f"{one.__module__.replace('.', '/').removeprefix('leadglass/')}.py", tuple(one))
            for one in _LISTS
        ),
        ("services/ledger/choices.py", (word for words in CHOICES.values() for word in words)),
        ("render/columns.py", _headings()),
        ("render/columns.py", map(fact_name, SAYABLE)),
        ("register/models.py", _kept()),
    ):
        for word in listed:
            told = str(word).replace("_", " ")
            yield (told if "%(" in told else told.replace("%", "%%")), place


def _kept() -> Iterator[str]:
    """Name what the history tells of: tables of the register, and their columns."""
    for model in apps.get_app_config("register").get_models():
        yield model._meta.db_table.removeprefix("register_")  # noqa: SLF001 - Django documents it
        yield from (field.name for field in model._meta.concrete_fields)  # noqa: SLF001 - as above


def _headings() -> Iterator[str]:
    """Head every column that a listing or a table has."""
    for listing in LISTINGS.values():
        yield from map(heading, (*listing.columns, *listing.query.columns))
    for table in (*READINGS, *SNAPSHOT):
        yield from (heading(column.name) for column in table.columns)
