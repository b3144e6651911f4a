# SPDX-License-Identifier: Apache-2.0
"""The catalogue: every public service with what it takes, what it gives, and the permission that it asks for.

A door calls a service by its row here, so that none can forget the permission.
"""

from collections.abc import Mapping
from typing import Any

from leadglass.services.accounts.catalogue import INVITE as INVITE
from leadglass.services.accounts.catalogue import OF_ACCOUNTS
from leadglass.services.feeds.bundle import bundle
from leadglass.services.feeds.keys import distrust_key, make_key, own_key, trust_key, trusted_keys
from leadglass.services.feeds.sync import sync
from leadglass.services.feeds.take import take as take_bundle
from leadglass.services.in_force import in_force
from leadglass.services.jobs.catalogue import DO_JOB as DO_JOB
from leadglass.services.jobs.catalogue import JOBS as JOBS
from leadglass.services.jobs.catalogue import OF_JOBS
from leadglass.services.jobs.catalogue import PLAN as PLAN
from leadglass.services.ledger.aliases import book, take
from leadglass.services.ledger.assess import assess
from leadglass.services.ledger.assigning import assign, beside, comment
from leadglass.services.ledger.backup import backup
from leadglass.services.ledger.changes import changes
from leadglass.services.ledger.check import check
from leadglass.services.ledger.document import document
from leadglass.services.ledger.explain import explain
from leadglass.services.ledger.glance import glance, places
from leadglass.services.ledger.history import all_changes, history, verify
from leadglass.services.ledger.letters import letter
from leadglass.services.ledger.listings import LISTINGS, Listing, Wanted, page
from leadglass.services.ledger.morning import overview
from leadglass.services.ledger.news import news
from leadglass.services.ledger.people import answer, decide, decide_all, say, withdraw
from leadglass.services.ledger.preview import preview
from leadglass.services.ledger.rebuild import rebuild
from leadglass.services.ledger.receive_within import receive_within
from leadglass.services.ledger.search import search
from leadglass.services.ledger.show import show
from leadglass.services.ledger.sides import sides
from leadglass.services.ledger.status import freshness, status
from leadglass.services.ledger.supported import supported
from leadglass.services.ledger.trial import trial
from leadglass.services.ledger.vex import vex
from leadglass.services.ledger.view import View
from leadglass.services.ledger.watch import notices, see, unwatch, watch, watches
from leadglass.services.orders.catalogue import CONFIRM_ORDER as CONFIRM_ORDER
from leadglass.services.orders.catalogue import EXPORT_ORDERS as EXPORT_ORDERS
from leadglass.services.orders.catalogue import OF_ORDERS
from leadglass.services.orders.catalogue import ORDERS as ORDERS
from leadglass.services.orders.catalogue import ORDERS_TO_SETTLE as ORDERS_TO_SETTLE
from leadglass.services.orders.catalogue import SEND_ORDERS as SEND_ORDERS
from leadglass.services.orders.catalogue import TAKE_ORDER_FILE as TAKE_ORDER_FILE
from leadglass.services.orders.catalogue import TAKE_ORDERS as TAKE_ORDERS
from leadglass.services.orders.catalogue import WANT_ORDERS as WANT_ORDERS
from leadglass.services.service import Service as Service
from leadglass.services.service import of_house
from leadglass.values.scope import Page, Permission


def _listed(listing: Listing) -> Service[[Wanted], Page]:
    def listed(view: View, wanted: Wanted) -> Page:
        return page(view, listing, wanted)

    return Service(name=listing.name, meaning=listing.meaning, permission=Permission.READ, function=listed)


LISTED: Mapping[str, Service[[Wanted], Page]] = {name: _listed(listing) for name, listing in LISTINGS.items()}

RECEIVE = Service(
    name="receive",
    meaning="Keep documents, recognise them by their content, read what they say.",
    permission=Permission.RECEIVE,
    function=receive_within,
)
SYNC = Service(
    name="sync",
    meaning="Fetch the public feeds and keep them current; what is not believed is refused.",
    permission=Permission.RECEIVE,
    function=of_house(sync),
    everywhere=True,
)
PREVIEW = Service(
    name="preview",
    meaning="Show how an inventory would be read; nothing is taken.",
    permission=Permission.RECEIVE,
    function=of_house(preview),
)
CHECK = Service(
    name="check",
    meaning="Validate documents by their standards; nothing is taken.",
    permission=Permission.RECEIVE,
    function=of_house(check),
)
CHANGES = Service(
    name="changes",
    meaning="Say which devices an inventory brought, changed, and no longer lists.",
    permission=Permission.RECEIVE,
    function=of_house(changes),
    everywhere=True,
)
ASSESS = Service(
    name="assess",
    meaning="Recognise, match, weigh, act: publish a snapshot, or make a private one of the past.",
    permission=Permission.ASSESS,
    function=of_house(assess),
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
DOCUMENT = Service(
    name="document",
    meaning="Give the bytes of a document that was received.",
    permission=Permission.READ,
    function=document,
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
    function=of_house(rebuild),
    everywhere=True,
)
BACKUP = Service(
    name="backup",
    meaning="Write documents, receipts, log and register into one encrypted file.",
    permission=Permission.ADMIN,
    function=of_house(backup),
    everywhere=True,
)
BUNDLE = Service(
    name="bundle",
    meaning="Write public documents, and perhaps the program, into one signed file.",
    permission=Permission.ADMIN,
    function=of_house(bundle),
    everywhere=True,
)
TAKE_BUNDLE = Service(
    name="take_bundle",
    meaning="Verify a bundle whole and take its documents, all of them or none.",
    permission=Permission.RECEIVE,
    function=of_house(take_bundle),
    everywhere=True,
)
MAKE_KEY = Service(
    name="make_key",
    meaning="Make the key that signs the bundles of this home.",
    permission=Permission.ADMIN,
    function=of_house(make_key),
    everywhere=True,
)
OWN_KEY = Service(
    name="own_key",
    meaning="Show the public half of this home's key.",
    permission=Permission.READ,
    function=of_house(own_key),
)
TRUST_KEY = Service(
    name="trust_key",
    meaning="Let the bundles of a key in.",
    permission=Permission.ADMIN,
    function=of_house(trust_key),
    everywhere=True,
)
TRUSTED_KEYS = Service(
    name="trusted_keys",
    meaning="List the keys whose bundles are let in.",
    permission=Permission.READ,
    function=of_house(trusted_keys),
)
DISTRUST_KEY = Service(
    name="distrust_key",
    meaning="Let the bundles of a key in no longer.",
    permission=Permission.ADMIN,
    function=of_house(distrust_key),
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
GLANCE = Service(
    name="glance",
    meaning="Gather the overview: sums, the first actions and questions.",
    permission=Permission.READ,
    function=glance,
)
FRESHNESS = Service(
    name="freshness",
    meaning="Say how old each feed is, and which one needs somebody.",
    permission=Permission.READ,
    function=freshness,
)
SEARCH = Service(
    name="search",
    meaning="Find what words may mean, across all that is listed.",
    permission=Permission.READ,
    function=search,
)
DECIDE_ALL = Service(
    name="decide_all",
    meaning="Record several decisions, all of them or none.",
    permission=Permission.DECIDE,
    function=decide_all,
)
ASSIGN = Service(
    name="assign",
    meaning="Say who takes actions on.",
    permission=Permission.WORK,
    function=assign,
)
COMMENT = Service(
    name="comment",
    meaning="Add a word beside a thing.",
    permission=Permission.WORK,
    function=comment,
)
BESIDE = Service(
    name="beside",
    meaning="Tell what people said beside a thing, and what was changed about it.",
    permission=Permission.READ,
    function=beside,
)
SUPPORTED = Service(
    name="supported",
    meaning="Say until when what a device runs is supported.",
    permission=Permission.READ,
    function=supported,
)
SIDES = Service(
    name="sides",
    meaning="Lay what each source says of a vulnerability side by side.",
    permission=Permission.READ,
    function=sides,
)
IN_FORCE = Service(
    name="in_force",
    meaning="List the tables in force: their versions, and which are the site's own.",
    permission=Permission.READ,
    function=in_force,
)
PLACES = Service(
    name="places", meaning="Name the sites and modalities.", permission=Permission.READ, function=places
)

_ALL: tuple[Service[..., Any], ...] = (
    *LISTED.values(),
    *(RECEIVE, SYNC, PREVIEW, CHECK, CHANGES, ASSESS, NEWS, SHOW, EXPLAIN, STATUS, OVERVIEW, LETTER, VEX),
    *(ANSWER, BOOK, TAKE_BOOK, WITHDRAW, SAY, DECIDE, HISTORY, ALL_CHANGES, VERIFY, REBUILD, BACKUP),
    *(WATCH, UNWATCH, WATCHES, SEE, NOTICES, TRY, DOCUMENT),
    *OF_ACCOUNTS,
    *(GLANCE, FRESHNESS, SEARCH, DECIDE_ALL, ASSIGN, COMMENT, BESIDE, PLACES, SUPPORTED, SIDES, IN_FORCE),
    *OF_JOBS,
    *OF_ORDERS,
    *(BUNDLE, TAKE_BUNDLE, MAKE_KEY, OWN_KEY, TRUST_KEY, TRUSTED_KEYS, DISTRUST_KEY),
)
CATALOGUE: Mapping[str, Service[..., Any]] = {service.name: service for service in _ALL}
"""Every public service by name."""
