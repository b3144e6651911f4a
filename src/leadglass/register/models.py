# SPDX-License-Identifier: Apache-2.0
"""The tables of the register: accounts, devices and the words on them, answers, decisions, watches, jobs, history.

Texts have no length, so that SQLite and PostgreSQL hold the same; keys are texts or bigints; times are UTC.
Facts of people are append-only rows: a later one outweighs, `withdrawn_at` takes back, nothing is edited.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from leadglass.register.account_models import (
    AccessToken,
    Alarm,
    Approval,
    Assignment,
    Comment,
    Grant,
    Invitation,
    SignOn,
)
from leadglass.register.job_models import Heard, Job, OrderWord, Sent

__all__ = [
    "AccessToken",
    "Alarm",
    "Approval",
    "Assignment",
    "Comment",
    "Grant",
    "Heard",
    "Invitation",
    "Job",
    "OrderWord",
    "Sent",
    "SignOn",
]


class User(AbstractBaseUser):
    """A person with an account. When she signed in belongs in the log, not here: there is no `last_login`."""

    id = models.BigAutoField(primary_key=True)
    username = models.CharField(max_length=150, unique=True)
    name = models.TextField(blank=True, default="")
    email = models.EmailField(blank=True, default="")
    kind = models.TextField(default="person")
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(null=True)
    last_login = None

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []


class Site(models.Model):
    """A place that runs devices, known by its name."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)

    def __str__(self) -> str:
        """Give the name."""
        return self.name


class Device(models.Model):
    """The record that a device exists (values.people.KnownDevice); the rest is in documents."""

    id = models.TextField(primary_key=True)
    # By name, so that history reads without a second look.
    site = models.ForeignKey(Site, models.PROTECT, to_field="name", db_column="site", related_name="+")
    asset_tag = models.TextField()
    serial_number = models.TextField()
    first_seen = models.DateTimeField()

    def __str__(self) -> str:
        """Give the id."""
        return self.id


class Word(models.Model):
    """A fact of a device that a person stated (values.people.Word). The device need not be listed yet."""

    id = models.BigAutoField(primary_key=True)
    device_id = models.TextField(db_index=True)
    field = models.TextField()
    value = models.TextField()
    by = models.TextField()
    why = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Give what was said of what."""
        return f"{self.device_id} {self.field}: {self.value}"


class Answer(models.Model):
    """An answer to a question (values.people.Answer); the newest per question and device counts."""

    id = models.BigAutoField(primary_key=True)
    question_id = models.TextField(db_index=True)
    device_id = models.TextField(default="")
    kind = models.TextField()
    subject = models.TextField()
    value = models.TextField()
    by = models.TextField()
    why = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Give the question and its answer."""
        return f"{self.question_id}: {self.value}"


class Decision(models.Model):
    """A decision (values.people.Decision). `findings` is a JSON list in the row: one decision is one row."""

    id = models.TextField(primary_key=True)
    kind = models.TextField()
    target = models.TextField(db_index=True)
    findings = models.TextField()
    owner = models.TextField()
    reason = models.TextField()
    until = models.DateField(null=True)
    by = models.TextField()
    at = models.DateTimeField()
    proof = models.TextField(default="")
    vulnerability = models.TextField(default="")
    product = models.TextField(default="")
    lo = models.TextField(default="")
    hi = models.TextField(default="")
    asks = models.TextField(default="")
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Give what was decided on what."""
        return f"{self.id}: {self.kind} {self.target}"


class TrustedKey(models.Model):
    """A key whose bundles are let in (values.people.TrustedKey), until it is withdrawn."""

    id = models.BigAutoField(primary_key=True)
    keyid = models.TextField(db_index=True)
    public = models.TextField()
    name = models.TextField()
    by = models.TextField()
    why = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Give whose key it is."""
        return f"{self.name}: {self.keyid}"


class Watch(models.Model):
    """A model that somebody keeps an eye on (values.people.Watch), until it is ended."""

    id = models.BigAutoField(primary_key=True)
    watch_id = models.TextField(db_index=True)
    model = models.TextField()
    maker = models.TextField()
    words = models.TextField()
    owner = models.TextField()
    because = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Give what is watched."""
        return f"{self.watch_id}: {self.model}"


class Seen(models.Model):
    """Notices that a person has seen (values.people.Seen). `notices` is a JSON list in the row."""

    id = models.BigAutoField(primary_key=True)
    watch_id = models.TextField(db_index=True)
    notices = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Give whose notices."""
        return f"{self.watch_id}: seen by {self.by}"


class Change(models.Model):
    """One change and its place in the hash chain (values.people.Change). Only grows: triggers see to it."""

    number = models.BigIntegerField(primary_key=True)
    by = models.TextField()
    at = models.DateTimeField()
    origin = models.TextField()
    why = models.TextField()
    digest = models.TextField()
    previous = models.TextField()

    def __str__(self) -> str:
        """Give number and person."""
        return f"{self.number} by {self.by}"


class History(models.Model):
    """One row that a change touched, written by triggers alone (values.people.HistoryEntry). Only grows."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(Change, models.PROTECT, related_name="+")
    table = models.TextField()
    key = models.TextField(db_index=True)
    before = models.TextField()
    after = models.TextField()

    def __str__(self) -> str:
        """Give which row."""
        return f"{self.table} {self.key}"
