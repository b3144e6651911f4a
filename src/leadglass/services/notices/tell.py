# SPDX-License-Identifier: Apache-2.0
"""Tell: each receiver what moved since she was told last, for the devices of her sites, and what fails here.

A notice goes out before it is noted. Who dies in between sends it again: with the same key, unless a newer snapshot came
between, so at least once, and never not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec

from leadglass.errors import LeadglassError
from leadglass.render import notice
from leadglass.render.markup import element
from leadglass.services.house import NOTICES
from leadglass.services.ledger.earlier import earlier
from leadglass.services.ledger.news import between
from leadglass.services.ledger.view import View
from leadglass.services.ledger.watch import named_since
from leadglass.services.notices.send import Sender, Told, sending
from leadglass.services.notices.who import receivers, telling
from leadglass.values.ids import fingerprint
from leadglass.values.jobs import Came, Job
from leadglass.values.news import News
from leadglass.values.notices import Cadence, Heard, Receiver, Sent
from leadglass.values.people import Notice
from leadglass.values.snapshot import Manifest

_LONG_FAILED = 3
"""So many failures in a row are told: fewer mend themselves."""
_FAILURE = "failure"  # not a cadence: who was told that something fails was not told what moved
Stopped = Callable[[], bool]


def tell(view: View, cadence: Cadence, stopped: Stopped) -> Came:
    """Tell everybody who is told so often. What could not be sent is an error, and is sent the next time."""
    house = view.house
    current = house.tables.current()
    told = receivers(view, cadence)
    if current is None or not told:
        return Came(said="nobody is to be told" if current else "nothing was assessed yet")
    round_ = _Round(view, current, cadence)
    with sending(house, telling(house.policies.get(NOTICES, "")).hosts) as sender:
        for receiver in told:
            if stopped():
                break
            round_.tell(sender, receiver)
    error = (
        f"{len(round_.errors)} of {len(told)} could not be told. {round_.errors[0]}" if round_.errors else ""
    )
    return Came(said=f"{round_.sent} notices sent to {len(told)} receivers", error=error)


class _Round:
    """One round: the news since each snapshot up to which somebody was told is worked out once."""

    def __init__(self, view: View, current: Manifest, cadence: Cadence) -> None:
        self.view, self.current, self.cadence = view, current, cadence
        self.failed: Sequence[Job] = [
            job for job in view.house.jobs.all() if job.error and job.attempts >= _LONG_FAILED
        ]
        self.since: dict[str, tuple[News, list[Notice]]] = {}
        self.sent = 0
        self.errors: list[str] = []

    def tell(self, sender: Sender, receiver: Receiver) -> None:
        """Tell one receiver what moved and what fails."""
        try:
            self._tell_news(sender, receiver)
            if receiver.failures:
                for job in self.failed:
                    said = _failure(job, receiver, self.view.house.organisation)
                    self._send(sender, receiver, said, _FAILURE)
        except LeadglassError as error:  # the others are told all the same
            self.errors.append(str(error))

    def _tell_news(self, sender: Sender, receiver: Receiver) -> None:
        post, name = self.view.house.post, receiver.key
        heard = post.heard(name, self.cadence)
        if heard is None:  # from now on: what moved before she was to be told is in the listings
            post.hear(self._heard(name))
            return
        if heard.snapshot == self.current.id:
            return
        moved, documents = self._news(heard)
        hers = replace(moved, items=tuple(item for item in moved.items if receiver.concerns(item)))
        named = [one for one in documents if receiver.hears_of(one)]
        if hers.items or named:
            self._send(sender, receiver, _notice(self.view, hers, named, receiver), self.cadence)
        else:
            post.hear(self._heard(name))

    def _heard(self, receiver: str) -> Heard:
        return Heard(
            receiver=receiver, cadence=self.cadence, snapshot=self.current.id, made_at=self.current.made_at
        )

    def _news(self, heard: Heard) -> tuple[News, list[Notice]]:
        """Give what moved since a snapshot, and what names the watched: since the one that is kept, else one made again."""
        if heard.snapshot not in self.since:
            kept = self.view.house.tables.kept(heard.snapshot)
            before, after = earlier(self.view.house, heard.snapshot if kept else heard.made_at.isoformat())
            told = between(self.view, before, after), named_since(self.view, before, after)
            self.since[heard.snapshot] = told
        return self.since[heard.snapshot]

    def _send(self, sender: Sender, receiver: Receiver, told: Told, cadence: str) -> None:
        house = self.view.house
        if house.post.was_sent(told.key):
            return
        sender.send(receiver, told)
        with house.register.change(
            house.person, f"{receiver.because} was told: {told.subject}", origin=house.origin
        ):
            house.post.note(
                Sent(
                    key=told.key, receiver=receiver.key, cadence=cadence, channel=receiver.channel,
                    subject=told.subject, snapshot=self.current.id, made_at=self.current.made_at, at=house.clock(),
                )
            )  # fmt: skip
        self.sent += 1


def _notice(view: View, moved: News, named: Sequence[Notice], receiver: Receiver) -> Told:
    house = view.house
    key = fingerprint("notice", receiver.key, receiver.cadence, moved.before, moved.after, length=26)
    address, because = house.address, receiver.because
    subject = notice.subject(moved, named, house.organisation)
    body = {
        "format": "leadglass-notice", "version": 1, "key": key, "organisation": house.organisation, "subject": subject,
        "address": address, "counts": moved.counts, "news": msgspec.to_builtins(moved),
        "watched": msgspec.to_builtins(named),
    }  # fmt: skip
    return Told(
        key=key, subject=subject, text=notice.text(moved, named, address, because),
        html=notice.html(moved, named, address, because), body=body,
    )  # fmt: skip


def _failure(job: Job, receiver: Receiver, organisation: str) -> Told:
    """Tell that a job fails: once, until it went well again and then fails anew."""
    since = job.done_at.isoformat() if job.done_at else ""
    key = fingerprint("failure", receiver.key, job.name, since, length=26)
    said = notice.failed(job.name, job.error, job.attempts)
    end = notice.foot("leadglass work --list.", receiver.because)
    subject = f"{organisation or 'Leadglass'}: {job.name} fails"
    body = {
        "format": "leadglass-notice", "version": 1, "key": key, "organisation": organisation, "subject": subject,
        "failed": {"kind": job.kind, "key": job.key, "error": job.error, "attempts": job.attempts},
    }  # fmt: skip
    return Told(
        key=key,
        subject=subject,
        text=f"{said}\n\n{end}\n",
        html=notice.page(element("p", said), end),
        body=body,
    )
