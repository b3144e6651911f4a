# SPDX-License-Identifier: Apache-2.0
"""What receivers were told (values.notices.Post): notices sent, and up to which snapshot each needs no telling."""

from leadglass.register import boot, models, storable  # noqa: F401 - boot first: models need Django
from leadglass.register.ledger import Register
from leadglass.values.notices import Heard, Sent

_SENT = ("key", "receiver", "cadence", "channel", "subject", "snapshot", "made_at", "at")


class PostBook:
    """Notices in a register."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def heard(self, receiver: str, cadence: str) -> Heard | None:
        """Give up to where a receiver was told; None where she never was.

        What was sent counts beside what was noted: after a restore the notes are gone.
        """
        self._register.connect()
        rows = [
            kind.objects.filter(receiver=receiver, cadence=cadence)
            .order_by("-made_at", "-id")
            .values("snapshot", "made_at")
            .first()
            for kind in (models.Heard, models.Sent)
        ]
        found = max((row for row in rows if row), key=lambda row: row["made_at"], default=None)
        return Heard(receiver=receiver, cadence=cadence, **found) if found else None

    def hear(self, heard: Heard) -> None:
        """Note that a receiver has nothing to be told up to a snapshot."""
        self._register.connect()
        told = storable.row(heard)
        models.Heard.objects.update_or_create(
            receiver=told.pop("receiver"), cadence=told.pop("cadence"), defaults=told
        )

    def was_sent(self, key: str) -> bool:
        """Tell whether a notice was sent."""
        self._register.connect()
        return models.Sent.objects.filter(key=key).exists()

    def note(self, sent: Sent) -> None:
        """Note a notice that was sent."""
        self._register.within()
        if not models.Sent.objects.filter(key=sent.key).exists():
            models.Sent.objects.create(**storable.row(sent))

    def sent(self, count: int) -> list[Sent]:
        """Give the notices that were sent last, the newest first."""
        self._register.connect()
        return [Sent(**row) for row in models.Sent.objects.order_by("-at", "-id").values(*_SENT)[:count]]
