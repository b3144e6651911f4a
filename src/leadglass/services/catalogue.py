# SPDX-License-Identifier: Apache-2.0
"""The catalogue: every public service with what it takes, what it gives, and the permission that it asks for.

A door calls a service by its row here, so that none can forget the permission.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, get_type_hints

from leadglass.errors import PermissionDeniedError
from leadglass.services.accounts.invite import invite
from leadglass.services.feeds.bundle import bundle
from leadglass.services.feeds.keys import distrust_key, make_key, own_key, trust_key, trusted_keys
from leadglass.services.feeds.sync import sync
from leadglass.services.feeds.take import take as take_bundle
from leadglass.services.house import House
from leadglass.services.jobs.work import jobs, plan, work
from leadglass.services.ledger.aliases import book, take
from leadglass.services.ledger.assess import assess
from leadglass.services.ledger.backup import backup
from leadglass.services.ledger.changes import changes
from leadglass.services.ledger.check import check
from leadglass.services.ledger.explain import explain
from leadglass.services.ledger.history import all_changes, history, verify
from leadglass.services.ledger.letters import letter
from leadglass.services.ledger.listings import LISTINGS, Listing, Wanted, page
from leadglass.services.ledger.morning import overview
from leadglass.services.ledger.news import news
from leadglass.services.ledger.people import answer, decide, say, withdraw
from leadglass.services.ledger.preview import preview
from leadglass.services.ledger.rebuild import rebuild
from leadglass.services.ledger.receive import receive
from leadglass.services.ledger.show import show
from leadglass.services.ledger.status import status
from leadglass.services.ledger.trial import trial
from leadglass.services.ledger.vex import vex
from leadglass.services.ledger.view import View
from leadglass.services.ledger.watch import notices, see, unwatch, watch, watches
from leadglass.services.orders import orders, settle
from leadglass.values.scope import Page, Permission

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[_Given, _Made]):
    """One service. `everywhere`: it reaches beyond sites, so that who sees some of them may not call it."""

    name: str
    meaning: str
    permission: Permission
    function: Callable[Concatenate[View, _Given], _Made]
    everywhere: bool = False

    def __call__(self, view: View, *args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
        """Do it within the view's scope. PermissionDeniedError where the scope does not allow it."""
        if self.permission not in view.scope.permissions:
            raise PermissionDeniedError(
                f"'{self.name}' needs the permission '{self.permission}', which you do not have."
                " Ask an administrator for it."
            )
        if self.everywhere and view.scope.sites is not None:
            raise PermissionDeniedError(
                f"'{self.name}' reaches all sites, and you see some of them. Ask somebody who sees all."
            )
        return self.function(view, *args, **kwargs)

    @property
    def input(self) -> Mapping[str, Any]:
        """What it takes beside the view: types by name."""
        hints = get_type_hints(inspect.unwrap(self.function))
        return {name: hints[name] for name in list(inspect.signature(self.function).parameters)[1:]}

    @property
    def output(self) -> Any:
        """The type of what it gives."""
        return get_type_hints(inspect.unwrap(self.function))["return"]


def _of_house(
    function: Callable[Concatenate[House, _Given], _Made],
) -> Callable[Concatenate[View, _Given], _Made]:
    """Let a service that works on the whole house be called with a view."""

    @wraps(function)
    def called(view: View, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
        return function(view.house, *args, **kwargs)

    return called


def _listed(listing: Listing) -> Service[[Wanted], Page]:
    def listed(view: View, wanted: Wanted) -> Page:
        return page(view, listing, wanted)

    return Service(name=listing.name, meaning=listing.meaning, permission=Permission.READ, function=listed)


LISTED: Mapping[str, Service[[Wanted], Page]] = {name: _listed(listing) for name, listing in LISTINGS.items()}

RECEIVE = Service(
    name="receive",
    meaning="Keep documents, recognise them by their content, read what they say.",
    permission=Permission.RECEIVE,
    function=_of_house(receive),
)
SYNC = Service(
    name="sync",
    meaning="Fetch the public feeds and keep them current; what is not believed is refused.",
    permission=Permission.RECEIVE,
    function=_of_house(sync),
    everywhere=True,
)
PREVIEW = Service(
    name="preview",
    meaning="Show how an inventory would be read; nothing is taken.",
    permission=Permission.RECEIVE,
    function=_of_house(preview),
)
CHECK = Service(
    name="check",
    meaning="Validate documents by their standards; nothing is taken.",
    permission=Permission.RECEIVE,
    function=_of_house(check),
)
CHANGES = Service(
    name="changes",
    meaning="Say which devices an inventory brought, changed, and no longer lists.",
    permission=Permission.RECEIVE,
    function=_of_house(changes),
    everywhere=True,
)
ASSESS = Service(
    name="assess",
    meaning="Recognise, match, weigh, act: publish a snapshot, or make a private one of the past.",
    permission=Permission.ASSESS,
    function=_of_house(assess),
)
NEWS = Service(
    name="news",
    meaning="Say what moved between two snapshots, why, and who is to be told.",
    permission=Permission.READ,
    function=news,
)
SHOW = Service(
    name="show",
    meaning="Show one thing whole, with what belongs to it.",
    permission=Permission.READ,
    function=show,
)
EXPLAIN = Service(
    name="explain",
    meaning="Say step by step why a finding is what it is.",
    permission=Permission.READ,
    function=explain,
)
STATUS = Service(
    name="status",
    meaning="Say how old each feed is, what is stale or damaged, how much there is.",
    permission=Permission.READ,
    function=status,
)
OVERVIEW = Service(
    name="overview",
    meaning="Gather the morning's report.",
    permission=Permission.READ,
    function=overview,
)
LETTER = Service(
    name="letter",
    meaning="Write what is asked of the maker of a model.",
    permission=Permission.READ,
    function=letter,
)
VEX = Service(
    name="vex",
    meaning="Write the decisions that stand as a VEX document.",
    permission=Permission.READ,
    function=vex,
)
ANSWER = Service(
    name="answer",
    meaning="Settle a question; the answer is remembered.",
    permission=Permission.ANSWER,
    function=answer,
)
BOOK = Service(
    name="book",
    meaning="Write what was answered about names, for other hospitals.",
    permission=Permission.READ,
    function=book,
    everywhere=True,
)
TAKE_BOOK = Service(
    name="take_book",
    meaning="Take the answers of another hospital's alias book; ours outweigh.",
    permission=Permission.ANSWER,
    function=take,
    everywhere=True,
)
WITHDRAW = Service(
    name="withdraw",
    meaning="Take an answer back.",
    permission=Permission.ANSWER,
    function=withdraw,
)
SAY = Service(
    name="say",
    meaning="State a fact of one device; it outweighs every document.",
    permission=Permission.ANSWER,
    function=say,
)
DECIDE = Service(
    name="decide",
    meaning="Record a decision with owner, reason and expiry.",
    permission=Permission.DECIDE,
    function=decide,
)
HISTORY = Service(
    name="history",
    meaning="Tell who changed what about one thing, when and why.",
    permission=Permission.READ,
    function=history,
)
ALL_CHANGES = Service(
    name="all_changes",
    meaning="Tell who changed what, when and why, of everything.",
    permission=Permission.AUDIT,
    function=all_changes,
    everywhere=True,
)
VERIFY = Service(
    name="verify",
    meaning="Recompute the chain of changes and the log.",
    permission=Permission.AUDIT,
    function=verify,
    everywhere=True,
)
REBUILD = Service(
    name="rebuild",
    meaning="Make all tables again and hold them against what was there.",
    permission=Permission.ADMIN,
    function=_of_house(rebuild),
    everywhere=True,
)
BACKUP = Service(
    name="backup",
    meaning="Write documents, receipts, log and register into one encrypted file.",
    permission=Permission.ADMIN,
    function=_of_house(backup),
    everywhere=True,
)
BUNDLE = Service(
    name="bundle",
    meaning="Write public documents, and perhaps the program, into one signed file.",
    permission=Permission.ADMIN,
    function=_of_house(bundle),
    everywhere=True,
)
TAKE_BUNDLE = Service(
    name="take_bundle",
    meaning="Verify a bundle whole and take its documents, all of them or none.",
    permission=Permission.RECEIVE,
    function=_of_house(take_bundle),
    everywhere=True,
)
MAKE_KEY = Service(
    name="make_key",
    meaning="Make the key that signs the bundles of this home.",
    permission=Permission.ADMIN,
    function=_of_house(make_key),
    everywhere=True,
)
OWN_KEY = Service(
    name="own_key",
    meaning="Show the public half of this home's key.",
    permission=Permission.READ,
    function=_of_house(own_key),
)
TRUST_KEY = Service(
    name="trust_key",
    meaning="Let the bundles of a key in.",
    permission=Permission.ADMIN,
    function=_of_house(trust_key),
    everywhere=True,
)
TRUSTED_KEYS = Service(
    name="trusted_keys",
    meaning="List the keys whose bundles are let in.",
    permission=Permission.READ,
    function=_of_house(trusted_keys),
)
DISTRUST_KEY = Service(
    name="distrust_key",
    meaning="Let the bundles of a key in no longer.",
    permission=Permission.ADMIN,
    function=_of_house(distrust_key),
    everywhere=True,
)
WATCH = Service(
    name="watch",
    meaning="Keep an eye on a model: documents that name it from now on.",
    permission=Permission.ANSWER,
    function=watch,
)
UNWATCH = Service(
    name="unwatch", meaning="Watch a model no longer.", permission=Permission.ANSWER, function=unwatch
)
WATCHES = Service(
    name="watches", meaning="List what is watched.", permission=Permission.READ, function=watches
)
SEE = Service(
    name="see",
    meaning="Mark the documents about a watched model as seen.",
    permission=Permission.ANSWER,
    function=see,
)
NOTICES = Service(
    name="notices",
    meaning="List the documents about watched models that nobody has seen.",
    permission=Permission.READ,
    function=notices,
)
TRY = Service(
    name="try",
    meaning="Say what would be found on a device that may come; nothing is kept.",
    permission=Permission.READ,
    function=trial,
)

INVITE = Service(
    name="invite",
    meaning="Let somebody make an account with a role.",
    permission=Permission.ADMIN,
    function=invite,
    everywhere=True,
)

JOBS = Service(
    name="jobs", meaning="List what is done without a person: running, due, failed, waiting.",
    permission=Permission.READ, function=jobs,
)  # fmt: skip
PLAN = Service(
    name="plan", meaning="See that the jobs of the table are there.",
    permission=Permission.ADMIN, function=plan, everywhere=True,
)  # fmt: skip
DO_JOB = Service(
    name="do_job", meaning="Do one job that is due, under a lease.",
    permission=Permission.ADMIN, function=work, everywhere=True,
)  # fmt: skip
WANT_ORDERS = Service(
    name="want_orders", meaning="Ask for a work order for each device of an action.",
    permission=Permission.WORK, function=orders.want,
)  # fmt: skip
SEND_ORDERS = Service(
    name="send_orders", meaning="Open in another system the work orders that are wanted, each once.",
    permission=Permission.WORK, function=orders.send, everywhere=True,
)  # fmt: skip
EXPORT_ORDERS = Service(
    name="export_orders", meaning="Write the work orders that are wanted as CSV for another system.",
    permission=Permission.WORK, function=orders.export,
)  # fmt: skip
TAKE_ORDERS = Service(
    name="take_orders", meaning="Take what another system says of work orders; it closes nothing here.",
    permission=Permission.WORK, function=orders.take, everywhere=True,
)  # fmt: skip
TAKE_ORDER_FILE = Service(
    name="take_order_file", meaning="Take what an export of another system says of work orders.",
    permission=Permission.WORK, function=orders.take_file, everywhere=True,
)  # fmt: skip
ORDERS = Service(
    name="orders", meaning="List the work orders, and what a person has to settle of each.",
    permission=Permission.READ, function=settle.listed,
)  # fmt: skip
CONFIRM_ORDER = Service(
    name="confirm_order", meaning="Confirm a closed work order: a word about the device, and a proof that is proposed.",
    permission=Permission.ANSWER, function=settle.confirm,
)  # fmt: skip

_ALL: tuple[Service[..., Any], ...] = (
    *LISTED.values(),
    *(RECEIVE, SYNC, PREVIEW, CHECK, CHANGES, ASSESS, NEWS, SHOW, EXPLAIN, STATUS, OVERVIEW, LETTER, VEX),
    *(ANSWER, BOOK, TAKE_BOOK, WITHDRAW, SAY, DECIDE, HISTORY, ALL_CHANGES, VERIFY, REBUILD, BACKUP),
    *(WATCH, UNWATCH, WATCHES, SEE, NOTICES, TRY),
    INVITE,
    *(JOBS, PLAN, DO_JOB),
    *(WANT_ORDERS, SEND_ORDERS, EXPORT_ORDERS, TAKE_ORDERS, TAKE_ORDER_FILE, ORDERS, CONFIRM_ORDER),
    *(BUNDLE, TAKE_BUNDLE, MAKE_KEY, OWN_KEY, TRUST_KEY, TRUSTED_KEYS, DISTRUST_KEY),
)
CATALOGUE: Mapping[str, Service[..., Any]] = {service.name: service for service in _ALL}
"""Every public service by name."""
