# SPDX-License-Identifier: Apache-2.0
"""The tables of what is done without a person: jobs, whom notices told up to where, notices sent, work orders.

`Job` and `Heard` are bookkeeping: no history tells of them, no backup holds them (ADR 0023).
"""

from django.db import models


class Job(models.Model):
    """Something to do when it is due (values.jobs.Job). A worker leases it; a lease that ran out is free again."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    key = models.TextField()
    due = models.DateTimeField(db_index=True)
    every_seconds = models.BigIntegerField(null=True)
    lease = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    leased_by = models.TextField(default="")
    attempts = models.BigIntegerField(default=0)
    last_error = models.TextField(default="")
    said = models.TextField(default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        """One job per kind and key."""

        app_label = "register"
        constraints = [  # noqa: RUF012 - as Django asks for it
            models.UniqueConstraint(fields=["kind", "key"], name="register_job_kind_key")
        ]

    def __str__(self) -> str:
        """Give kind and key."""
        return f"{self.kind} {self.key}"


class Heard(models.Model):
    """Up to which snapshot a receiver needs no telling, for nothing of hers moved (values.notices.Heard)."""

    id = models.BigAutoField(primary_key=True)
    receiver = models.TextField()
    cadence = models.TextField()
    snapshot = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        """One row per receiver and cadence."""

        app_label = "register"
        constraints = [  # noqa: RUF012 - as Django asks for it
            models.UniqueConstraint(fields=["receiver", "cadence"], name="register_heard_receiver")
        ]

    def __str__(self) -> str:
        """Give who and where."""
        return f"{self.receiver}: {self.snapshot}"


class Sent(models.Model):
    """A notice that was sent (values.notices.Sent), once per key."""

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(unique=True)
    receiver = models.TextField(db_index=True)
    cadence = models.TextField()
    channel = models.TextField()
    subject = models.TextField()
    snapshot = models.TextField()
    made_at = models.DateTimeField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The tables live in the register's app."""

        app_label = "register"

    def __str__(self) -> str:
        """Give what was sent to whom."""
        return f"{self.receiver}: {self.subject}"


class OrderWord(models.Model):
    """A word on a work order (values.orders.OrderWord): ours, the other system's, or a person's. Rows are added only."""

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(db_index=True)
    action_id = models.TextField(db_index=True)
    device_id = models.TextField(db_index=True)
    system = models.TextField()
    number = models.TextField()
    state = models.TextField()
    version = models.TextField()
    proof = models.TextField()
    said_at = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The tables live in the register's app."""

        app_label = "register"

    def __str__(self) -> str:
        """Give which order stands how."""
        return f"{self.key}: {self.state}"
