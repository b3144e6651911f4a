# SPDX-License-Identifier: Apache-2.0
"""Work orders in ServiceNow, and Nuvolo upon it, by its Table API: found by their correlation id, and opened."""

import base64
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from leadglass.errors import FetchError, RefusedError
from leadglass.services.orders.profile import Profile
from leadglass.values.orders import Order, Remote
from leadglass.values.outward import Answered, Outward, Sending

NAME = "servicenow"
_AT_ONCE = 50  # keys in one question: an address has bounds


class ServiceNow:
    """One instance. Whatever it answers that is not what was asked is an error, never "there is none"."""

    def __init__(self, profile: Profile, password: str, outward: Outward) -> None:
        self._profile = profile
        self._outward = outward
        told = f"{profile.user}:{password}".encode()
        self._key = f"Basic {base64.b64encode(told).decode()}" if profile.user else f"Bearer {password}"

    def find(self, keys: Sequence[str]) -> dict[str, list[Remote]]:
        """Give what stands there under some keys; a key that is not there is missing."""
        found: dict[str, list[Remote]] = defaultdict(list)
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            names = self._profile.fields
            asked = {
                "sysparm_query": f"{names['key']}IN{','.join(part)}",
                "sysparm_fields": ",".join(names[name] for name in _TOLD if names[name]),
                "sysparm_limit": str(4 * _AT_ONCE),
                "sysparm_display_value": "false",
            }
            rows = self._result(self._send("GET", f"?{urlencode(asked)}"), list)
            if len(rows) >= 4 * _AT_ONCE:
                raise RefusedError(
                    f"{self._profile.url} tells more work orders than were asked for. Nothing was taken."
                )
            for remote in map(self._remote, rows):
                if remote.key not in part:
                    raise RefusedError(
                        f"{self._profile.url} told work orders that were not asked for: its table may have no field"
                        f" {names['key']}. Nothing was taken. See policies/orders.toml."
                    )
                found[remote.key].append(remote)
        return dict(found)

    def open(self, order: Order) -> Remote:
        """Open a work order. FetchError where no whole answer came: it may be open then."""
        names = self._profile.fields
        told = {
            "key": order.key, "title": order.title, "why": order.why, "device": order.device, "room": order.room,
            "serial_number": order.serial_number, "site": order.site, "product": order.product,
            "proof_wanted": order.proof_wanted, "due": order.due.isoformat() if order.due else "",
        }  # fmt: skip
        body = {names[name]: text for name, text in told.items() if names[name] and text}
        made = self._remote(self._result(self._send("POST", "", msgspec.json.encode(body)), dict))
        if made.key != order.key:
            raise RefusedError(
                f"{self._profile.url} opened {made.number} without its correlation id: it would be opened again. See"
                f" that its table has a field {names['key']} that this user may write."
            )
        return made

    def _send(self, method: str, rest: str, body: bytes = b"") -> Answered:
        url = f"{self._profile.url}/api/now/table/{quote(self._profile.table)}{rest}"
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Authorization": self._key,
        }
        hosts = self._profile.hosts
        answer = self._outward.send(Sending(method=method, url=url, headers=headers, body=body, hosts=hosts))
        if not answer.good:
            raise FetchError(self._refusal(answer))
        return answer

    def _refusal(self, answer: Answered) -> str:
        place = self._profile.url
        if answer.status in {401, 403}:
            return (
                f"{place} does not let us in ({answer.status}). Check user and password (LEADGLASS_ORDERS_PASSWORD) and"
                f" its rights on {self._profile.table}."
            )
        if answer.status == 429:
            return f"{place} asks to be left alone for {answer.after:,.0f} seconds. It is asked again later."
        return f"{place} answered {answer.status}. It is asked again later."

    def _result(self, answer: Answered, kind: type) -> Any:
        try:
            told = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise RefusedError(f"{self._profile.url} answered what is no JSON. Nothing was taken.") from error
        result = told.get("result") if isinstance(told, dict) else None
        if not isinstance(result, kind):
            raise RefusedError(f"{self._profile.url} answered without a result. Nothing was taken.")
        return result

    def _remote(self, row: Any) -> Remote:
        if not isinstance(row, dict):
            raise RefusedError(f"{self._profile.url} told a work order that is none. Nothing was taken.")
        told = {name: str(row.get(self._profile.fields[name]) or "") for name in _TOLD}
        return Remote(
            key=told["key"], number=told["number"], closed=told["state"] in self._profile.closed,
            version=told["version"], proof=told["proof"], said_at=told["closed_at"],
        )  # fmt: skip


_TOLD = ("key", "number", "state", "version", "proof", "closed_at")
