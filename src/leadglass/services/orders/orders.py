# SPDX-License-Identifier: Apache-2.0
"""Work orders both ways: wanted by a person, opened once in another system, and what that system says of them.

A work order goes by its key, which follows from action and device. Before one is opened it is sought by that key, and
that it is asked for is noted before it is: whoever died, and whatever answer was lost, it is not opened twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from leadglass.errors import BusyError, NotFoundError, UsageError
from leadglass.formats import work_orders_csv
from leadglass.services.house import ORDERS
from leadglass.services.ledger.listings import EVERYTHING, LISTINGS, Wanted, one, page
from leadglass.services.ledger.order_conflicts import dismissed
from leadglass.services.ledger.view import View
from leadglass.services.orders.profile import Profile, Sheet, profiles
from leadglass.services.orders.servicenow import NAME, ServiceNow
from leadglass.values.orders import Order, OrderState, OrderWord, Remote, order_key
from leadglass.values.scope import Row
from leadglass.values.sources import Remark

CSV = "csv"
_STILL = timedelta(minutes=5)
"""So long a request whose answer was lost may still be under way: nothing is opened before."""
_THERE = frozenset({OrderState.OPEN, OrderState.TWICE, OrderState.ASKED, OrderState.GONE, OrderState.CLOSED})
_FOLLOWED = frozenset({OrderState.OPEN, OrderState.TWICE, OrderState.GONE, OrderState.CLOSED})
_STANDING = frozenset({OrderState.OPEN, OrderState.TWICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What sending or taking did: work orders opened, found there, newly closed, gone; and what was odd."""

    opened: int = 0
    found: int = 0
    closed: int = 0
    gone: int = 0
    waiting: int = 0
    remarks: tuple[Remark, ...] = ()


def want(view: View, action: str) -> list[Order]:
    """Ask for a work order for each device of an action. What is asked for already stays as it is; gives the new ones."""
    row = one(view, LISTINGS["actions"], action)
    known = {word.key for word in view.house.orders.newest()}
    new = [order for order in _orders(row) if order.key not in known]
    _note(
        view,
        f"work orders for {row['id']}: {row['title']}",
        [_word(view, order, OrderState.WANTED, "") for order in new],
    )
    return new


def send(view: View) -> Moved:
    """Open in ServiceNow what is wanted and not there. FetchError where it does not answer; what is left is sent later."""
    profile = _servicenow(view)
    with _alone(view), view.house.outward() as outward:
        there = ServiceNow(profile, view.house.orders_password(), outward)
        return _opened(view, there)


def _opened(view: View, there: ServiceNow) -> Moved:
    words = {word.key: word for word in view.house.orders.newest() if word.system in {"", NAME}}
    wanted = [w for w in words.values() if w.state in {OrderState.WANTED, OrderState.ASKED}]
    standing = there.find([word.key for word in wanted]) if wanted else {}
    asked = {order.key: order for order in _by_key(view, [w.action_id for w in wanted])}
    opened = found = waiting = 0
    for word in wanted:
        if word.key in standing:
            _hear(view, word, standing[word.key])
            found += 1
        elif word.state is OrderState.ASKED and view.house.clock() - word.at < _STILL:
            waiting += 1
        elif word.key in asked:
            underway = replace(
                word, state=OrderState.ASKED, system=NAME, by=view.house.person, at=view.house.clock()
            )
            _note(view, f"work order {word.key} is asked for", [underway])
            _hear(view, underway, [there.open(asked[word.key])])
            opened += 1
        else:
            waiting += 1  # nothing asks for it any more
    return Moved(opened=opened, found=found, waiting=waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file for another system, and how many work orders are in it."""

    raw: bytes
    orders: int


def export(view: View, action: str = "") -> Exported:
    """Write as CSV what is wanted and not yet in another system, or all of one action again: each with its key."""
    words = view.house.orders.newest()
    actions = [str(one(view, LISTINGS["actions"], action)["id"])] if action else [w.action_id for w in words]
    chosen = {
        word.key: word for word in words
        if word.action_id in actions and (word.state is OrderState.WANTED or (action and word.system == CSV))
    }  # fmt: skip
    orders = [order for order in _by_key(view, actions) if order.key in chosen]
    news = [replace(chosen[order.key], state=OrderState.OPEN, system=CSV, by=view.house.person, at=view.house.clock())
            for order in orders if chosen[order.key].state is OrderState.WANTED]  # fmt: skip
    _note(view, f"{len(news)} work orders written to a file", news)
    return Exported(raw=work_orders_csv.write(orders, _sheet(view).headings), orders=len(orders))


def take(view: View) -> Moved:
    """Take what ServiceNow says of the work orders that are open there. Nothing here is closed by it: that a person does."""
    profile = _servicenow(view)
    with _alone(view), view.house.outward() as outward:
        there = ServiceNow(profile, view.house.orders_password(), outward)
        words = {w.key: w for w in view.house.orders.newest() if w.system == NAME and w.state in _FOLLOWED}
        standing = there.find(sorted(words))
        return _taken(view, words, standing, complete=True)


def take_file(view: View, raw: bytes) -> Moved:
    """Take what another system's export says of work orders. What it does not name stays as it was."""
    sheet = _sheet(view)
    told, remarks = work_orders_csv.read(raw, sheet.headings, sheet.closed)
    sent = {
        w.key: w for w in view.house.orders.newest() if w.state is not OrderState.WANTED and w.system != NAME
    }
    words = {key: word for key, word in sent.items() if word.state in _THERE}
    standing: dict[str, list[Remote]] = {}
    for remote in told:
        if remote.key in words:
            standing.setdefault(remote.key, []).append(remote)
        elif remote.key not in sent:  # what a person confirmed is in every later export, too
            remarks.append(
                Remark(where=remote.number or remote.key, why=f"{remote.key} was not sent from here by file")
            )
    return replace(_taken(view, words, standing, complete=False), remarks=tuple(remarks))


def _taken(
    view: View, words: Mapping[str, OrderWord], standing: Mapping[str, Sequence[Remote]], *, complete: bool
) -> Moved:
    closed = gone = 0
    out = dismissed(view)
    for key, word in words.items():
        if key in standing:
            there = [remote for remote in standing[key] if remote.number not in out.get(key, ())]
            closed += _hear(view, word, there or standing[key]) is OrderState.CLOSED
        elif complete and word.state in _STANDING:  # what was closed may be put away there
            lost = replace(word, state=OrderState.GONE, by=view.house.person, at=view.house.clock())
            _note(view, f"work order {word.number or key} is there no more", [lost])
            gone += 1
    return Moved(found=len(standing), closed=closed, gone=gone)


def _hear(view: View, word: OrderWord, remotes: Sequence[Remote]) -> OrderState | None:
    """Note what a system says of a work order; gives how it stands now, or None where nothing is new."""
    first = next((remote for remote in remotes if remote.closed), remotes[0])
    numbers = sorted({remote.number for remote in remotes})
    state = OrderState.CLOSED if first.closed else OrderState.TWICE if len(numbers) > 1 else OrderState.OPEN
    said = replace(
        word, state=state, system=word.system or NAME, number=", ".join(numbers), version=first.version,
        proof=first.proof, said_at=first.said_at, by=view.house.person, at=view.house.clock(),
    )  # fmt: skip
    if replace(said, by=word.by, at=word.at) == word:
        return None
    _note(view, f"work order {said.number or said.key} is {state}", [said])
    return state


def _note(view: View, why: str, words: Sequence[OrderWord]) -> None:
    if words:
        house = view.house
        with house.register.change(house.person, why, origin=house.origin):
            for word in words:
                house.orders.add(word)


def _word(view: View, order: Order, state: OrderState, system: str) -> OrderWord:
    return OrderWord(
        key=order.key, action_id=order.action_id, device_id=order.device_id, system=system, state=state,
        by=view.house.person, at=view.house.clock(),
    )  # fmt: skip


def _by_key(view: View, actions: Sequence[str]) -> Iterator[Order]:
    wanted = set(actions)
    for row in page(view, LISTINGS["actions"], Wanted(count=EVERYTHING)).rows if wanted else ():
        if row["id"] in wanted:
            yield from _orders(row)


def _orders(row: Row) -> Iterator[Order]:
    for device in row["devices"]:
        yield Order(
            key=order_key(row["id"], device["device_id"]), action_id=row["id"], device_id=device["device_id"],
            device=device["device"] or device["device_id"], serial_number=device["serial_number"], site=device["site"],
            room=device["room"], product=row["product"], title=row["title"], why=row["why"], proof_wanted=row["proof"],
            due=row["due_contain"] or row["due_remedy"] or row["due_triage"],
        )  # fmt: skip


@contextmanager
def _alone(view: View) -> Iterator[None]:
    """One at a time talks to a system about work orders: what is sought is not opened by another meanwhile."""
    with view.house.alone("work orders in another system") as free:
        if not free:
            raise BusyError("Another process sends or takes work orders just now. Try again in a minute.")
        yield


def _servicenow(view: View) -> Profile:
    profile, _ = profiles(view.house.policies.get(ORDERS, ""))
    if not profile.url:
        raise UsageError(
            "No system that takes work orders is named. Name one under [servicenow] of policies/orders.toml, or write a"
            " file: leadglass orders send --csv FILE"
        )
    return profile


def _sheet(view: View) -> Sheet:
    return profiles(view.house.policies.get(ORDERS, ""))[1]


def configured(view: View) -> bool:
    """Tell whether a system is named that takes work orders."""
    return bool(profiles(view.house.policies.get(ORDERS, ""))[0].url)


def known(view: View, key: str) -> OrderWord:
    """Give the newest word on one work order, by its key or the beginning of it, or its number there."""
    found = [w for w in view.house.orders.newest() if key and (w.key.startswith(key) or w.number == key)]
    if len(found) != 1:
        raise NotFoundError(f"'{key}' names {len(found)} work orders. List them: leadglass orders list")
    return found[0]
