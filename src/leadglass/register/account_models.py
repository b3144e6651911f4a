# SPDX-License-Identifier: Apache-2.0
"""The tables of who may do what: grants, invitations, tokens, and what people attach to actions.

As everywhere in the register: rows are added and withdrawn, never edited. Secrets are kept as their SHA-256 alone.
"""

from typing import ClassVar

from django.db import models


class Grant(models.Model):
    """A role of an account at a site (values.accounts.Grant); an empty site is all of them."""

    id = models.BigAutoField(primary_key=True)
    username = models.TextField(db_index=True)
    role = models.TextField()
    site = models.TextField(default="")
    by = models.TextField()
    why = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The tables live in the register's app."""

        app_label = "register"

    def __str__(self) -> str:
        """Give who is what where."""
        return f"{self.username}: {self.role} at {self.site or 'all sites'}"


class Invitation(models.Model):
    """An account that somebody may make herself (values.accounts.Invitation), until it is used or withdrawn."""

    id = models.BigAutoField(primary_key=True)
    digest = models.TextField(unique=True)
    username = models.TextField()
    name = models.TextField()
    email = models.TextField()
    role = models.TextField()
    site = models.TextField(default="")
    kind = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    unsent = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The tables live in the register's app."""

        app_label = "register"

    def __str__(self) -> str:
        """Give who is invited."""
        return f"{self.username}: {self.role} at {self.site or 'all sites'}"


class AccessToken(models.Model):
    """A token of a service account (values.accounts.AccessToken). `permissions` are words apart by spaces."""

    id = models.BigAutoField(primary_key=True)
    mark = models.TextField(unique=True)
    digest = models.TextField(unique=True)
    username = models.TextField(db_index=True)
    label = models.TextField()
    permissions = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The tables live in the register's app."""

        app_label = "register"

    def __str__(self) -> str:
        """Give whose token it is."""
        return f"{self.username}: {self.label} ({self.mark})"


class SignOn(models.Model):
    """Who an account is to a provider (values.sign_on.Link): its issuer, and its name for a person that never changes."""

    id = models.BigAutoField(primary_key=True)
    issuer = models.TextField()
    subject = models.TextField()
    username = models.TextField(db_index=True)
    by = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The tables live in the register's app. Nobody of a provider has two accounts."""

        app_label = "register"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=("issuer", "subject"), condition=models.Q(withdrawn_at=None), name="sign_on_once"
            )
        ]

    def __str__(self) -> str:
        """Give whose it is."""
        return f"{self.username}: {self.issuer}"


class Assignment(models.Model):
    """Who takes an action on (values.people.Assignment); the newest that holds counts. Nobody: an empty assignee."""

    id = models.BigAutoField(primary_key=True)
    action_id = models.TextField(db_index=True)
    assignee = models.TextField()
    by = models.TextField()
    why = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The tables live in the register's app."""

        app_label = "register"

    def __str__(self) -> str:
        """Give who has what."""
        return f"{self.action_id}: {self.assignee}"


class Comment(models.Model):
    """A word on an action, a device, a question (values.people.Comment)."""

    id = models.BigAutoField(primary_key=True)
    target = models.TextField(db_index=True)
    text = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The tables live in the register's app."""

        app_label = "register"

    def __str__(self) -> str:
        """Give what it is about, and by whom."""
        return f"{self.target}: {self.by}"


class Approval(models.Model):
    """A second person's yes to a decision (values.people.Approval). Never that of who decided: triggers see to it."""

    id = models.BigAutoField(primary_key=True)
    decision_id = models.TextField(db_index=True)
    by = models.TextField()
    why = models.TextField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The tables live in the register's app."""

        app_label = "register"

    def __str__(self) -> str:
        """Give what was approved by whom."""
        return f"{self.decision_id}: {self.by}"


class Alarm(models.Model):
    """A use of the break-glass account (values.accounts.Alarm); shown to everybody until somebody settles it."""

    id = models.BigAutoField(primary_key=True)
    username = models.TextField()
    origin = models.TextField()
    at = models.DateTimeField()
    settled_by = models.TextField(default="")
    settled_why = models.TextField(default="")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """The tables live in the register's app."""

        app_label = "register"

    def __str__(self) -> str:
        """Give who came in, and when."""
        return f"{self.username} at {self.at}"
