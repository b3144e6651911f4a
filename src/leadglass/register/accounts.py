# SPDX-License-Identifier: Apache-2.0
"""The accounts of a register, as values: who may sign in, what they may do where, who is invited, which tokens hold."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, cast

from django.apps import apps
from django.db.models import Max, Model, QuerySet

from leadglass.errors import NotFoundError, UsageError
from leadglass.register import boot, models, storable  # noqa: F401 - boot first: models need Django
from leadglass.register.ledger import Register
from leadglass.values.accounts import AccessToken, Account, AccountKind, Alarm, Grant, Invitation, Link
from leadglass.values.scope import Permission

_GRANT = ("username", "role", "site", "by", "why", "at")
_INVITATION = ("digest", "username", "name", "email", "role", "site", "kind", "by", "at", "until", "unsent")
_LINK = ("issuer", "subject", "username", "by", "at")
_TOKEN = ("mark", "digest", "username", "label", "permissions", "by", "at", "until")


class AccountBook:
    """Accounts in a register (values.accounts.Accounts). Writing happens within `change`, which is the register's."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def change(self, by: str, why: str, *, origin: str) -> AbstractContextManager[Any]:
        """Open a change of the register."""
        return self._register.change(by, why, origin=origin)

    def account(self, username: str) -> Account | None:
        """Give one account."""
        self._register.connect()
        found = models.User.objects.filter(username__iexact=storable.text(username)).first()
        return _account(found) if found else None

    def accounts(self) -> list[Account]:
        """Give all accounts, by name."""
        self._register.connect()
        return [_account(user) for user in models.User.objects.order_by("username")]

    def make(self, account: Account) -> Account:
        """Make an account without a passphrase; its number is given. UsageError where the name is taken."""
        at = self._at()
        if models.User.objects.filter(username__iexact=account.username).exists():
            raise UsageError(f"There is an account {account.username} already. Choose another name.")
        user = models.User(
            username=storable.text(account.username),
            name=storable.text(account.name),
            email=account.email,
            kind=account.kind.value,
            is_active=account.active,
            joined=at,
        )
        user.set_unusable_password()
        user.save()
        return _account(user)

    def switch(self, username: str, *, active: bool) -> None:
        """Let an account sign in, or no longer."""
        self._at()
        user = self._user(username)
        user.is_active = active
        user.save(update_fields=["is_active"])
        if not active:
            self.end_sessions(username)

    def set_passphrase(self, username: str, passphrase: str) -> None:
        """Give an account a passphrase; its sessions end."""
        self._at()
        user = self._user(username)
        user.set_password(passphrase)
        user.save(update_fields=["password"])
        self.end_sessions(username)

    def protected(self) -> frozenset[str]:
        """Name the accounts that have a second factor."""
        self._register.connect()
        return frozenset(_table("mfa.Authenticator").values_list("user__username", flat=True))

    def seen(self) -> dict[str, datetime]:
        """Tell when sessions that are kept were used last, by account."""
        self._register.connect()
        rows = _table("usersessions.UserSession").values_list("user__username")
        return dict(rows.annotate(last=Max("last_seen_at")).order_by("user__username"))

    def forget_factors(self, username: str) -> None:
        """Remove the second factors and recovery codes of an account."""
        self._at()
        _table("mfa.Authenticator").filter(user=self._user(username)).delete()

    def end_sessions(self, username: str) -> None:
        """Sign an account out everywhere."""
        self._register.connect()
        own = _table("usersessions.UserSession").filter(user=self._user(username))
        keys = list(own.values_list("session_key", flat=True))
        _table("sessions.Session").filter(session_key__in=keys).delete()
        own.delete()

    def grants(self, username: str = "") -> list[Grant]:
        """Give the grants that hold, of one account or of all, oldest first."""
        self._register.connect()
        held = models.Grant.objects.filter(withdrawn_at=None)
        held = held.filter(username=username) if username else held
        return [Grant(**row) for row in held.order_by("at", "id").values(*_GRANT)]

    def grant(self, grant: Grant) -> None:
        """Give a role. UsageError where it is held already."""
        self._at()
        if self._grants(grant.username, grant.role, grant.site).exists():
            where = grant.site or "all sites"
            raise UsageError(f"{grant.username} is {grant.role} at {where} already.")
        models.Grant.objects.create(**storable.row(grant))

    def withdraw_grant(self, username: str, role: str, site: str) -> None:
        """Take a role back. NotFoundError where it is not held."""
        missing = f"{username} is not {role} at {site or 'all sites'}. See `leadglass account list`."
        self._withdraw(self._grants(username, role, site), missing)

    def invite(self, invitation: Invitation) -> None:
        """Keep an invitation."""
        self._at()
        models.Invitation.objects.create(**storable.row(invitation))

    def invitation(self, digest: str) -> Invitation | None:
        """Give an invitation that was not used and not withdrawn, expired or not."""
        self._register.connect()
        row = self._open().filter(digest=storable.text(digest)).values(*_INVITATION).first()
        return _invitation(row) if row else None

    def invitations(self) -> list[Invitation]:
        """Give those that were not used and not withdrawn, oldest first."""
        self._register.connect()
        return [_invitation(row) for row in self._open().order_by("at", "id").values(*_INVITATION)]

    def use_invitation(self, digest: str) -> None:
        """Mark an invitation as used. NotFoundError where none of this digest is open."""
        if not self._open().filter(digest=digest).update(used_at=self._at()):
            raise NotFoundError("This invitation was used already, or taken back. Ask for another.")

    def mailed(self, digest: str) -> None:
        """Note that the mail of an invitation went out. NotFoundError where none of this digest is open."""
        self._at()
        if not self._open().filter(digest=digest).update(unsent=False):
            raise NotFoundError("This invitation was used already, or taken back. Invite again.")

    def withdraw_invitation(self, digest: str) -> None:
        """Take an invitation back. NotFoundError where none of this digest is open."""
        missing = "No such invitation is open. See `leadglass account list`."
        self._withdraw(self._open().filter(digest=digest), missing)

    def token(self, digest: str) -> AccessToken | None:
        """Give a token that was not withdrawn, expired or not."""
        self._register.connect()
        held = models.AccessToken.objects.filter(withdrawn_at=None, digest=storable.text(digest))
        row = held.values(*_TOKEN).first()
        return _token(row) if row else None

    def tokens(self, username: str = "") -> list[AccessToken]:
        """Give the tokens that were not withdrawn, of one account or of all, oldest first."""
        self._register.connect()
        held = models.AccessToken.objects.filter(withdrawn_at=None)
        held = held.filter(username=username) if username else held
        return [_token(row) for row in held.order_by("at", "id").values(*_TOKEN)]

    def issue(self, token: AccessToken) -> None:
        """Keep a token. UsageError where one of its words was kept before, also where it is withdrawn."""
        self._at()
        if models.AccessToken.objects.filter(digest=token.digest).exists():
            raise UsageError("This token was issued before, and taken back. Begin anew for another.")
        permissions = " ".join(sorted(token.permissions))
        models.AccessToken.objects.create(**storable.row(token) | {"permissions": permissions})

    def withdraw_token(self, mark: str) -> None:
        """Let a token in no longer. NotFoundError where none of this mark is held."""
        held = models.AccessToken.objects.filter(mark=storable.text(mark))
        self._withdraw(held, f"No token {mark} is held. See `leadglass account tokens`.")

    def raise_alarm(self, username: str, origin: str) -> Alarm:
        """Note that the break-glass account was used."""
        made = models.Alarm.objects.create(username=username, origin=origin, at=self._at())
        return _alarm(made)

    def alarms(self) -> list[Alarm]:
        """Give the uses of the break-glass account that nobody settled, oldest first."""
        self._register.connect()
        return [_alarm(row) for row in models.Alarm.objects.filter(withdrawn_at=None).order_by("id")]

    def settle_alarm(self, number: int, by: str, why: str) -> None:
        """Mark a use as looked into. NotFoundError where none of this number is open."""
        at, held = self._at(), models.Alarm.objects.filter(id=number, withdrawn_at=None)
        if not held.update(withdrawn_at=at, settled_by=storable.text(by), settled_why=storable.text(why)):
            raise NotFoundError("This use of the break-glass account was settled already, or there was none.")

    def link(self, issuer: str, subject: str) -> Link | None:
        """Give the account that somebody of a provider has."""
        self._register.connect()
        held = models.SignOn.objects.filter(
            withdrawn_at=None, issuer=storable.text(issuer), subject=storable.text(subject)
        )
        row = held.values(*_LINK).first()
        return Link(**row) if row else None

    def links(self, username: str) -> list[Link]:
        """Give whom an account is connected with, oldest first."""
        self._register.connect()
        held = models.SignOn.objects.filter(withdrawn_at=None, username=username)
        return [Link(**row) for row in held.order_by("at", "id").values(*_LINK)]

    def keep_link(self, link: Link) -> None:
        """Connect an account with somebody of a provider. UsageError where she has one already."""
        self._at()
        if self.link(link.issuer, link.subject):
            raise UsageError("This sign-on belongs to an account already. Nothing was changed.")
        models.SignOn.objects.create(**storable.row(link))

    def withdraw_links(self, username: str, issuer: str = "") -> int:
        """End the connections of an account, with one provider or with all; say how many."""
        held = models.SignOn.objects.filter(withdrawn_at=None, username=username)
        held = held.filter(issuer=storable.text(issuer)) if issuer else held
        return held.update(withdrawn_at=self._at())

    def _user(self, username: str) -> models.User:
        found = models.User.objects.filter(username=storable.text(username)).first()
        if found is None:
            raise NotFoundError(f"There is no account {username}. See `leadglass account list`.")
        return found

    def _at(self) -> datetime:
        return self._register.within().at

    def _open(self) -> "QuerySet[models.Invitation]":
        return models.Invitation.objects.filter(withdrawn_at=None, used_at=None)

    def _grants(self, username: str, role: str, site: str) -> "QuerySet[models.Grant]":
        return models.Grant.objects.filter(username=username, role=role, site=site, withdrawn_at=None)

    def _withdraw(self, rows: "QuerySet[Any]", missing: str) -> None:
        if not rows.filter(withdrawn_at=None).update(withdrawn_at=self._at()):
            raise NotFoundError(missing)


def _table(name: str) -> "QuerySet[Any]":
    """Give the rows of another app's model, which cannot be imported before Django is set up."""
    return QuerySet(apps.get_model(name))


def _account(user: Model) -> Account:
    person = cast(models.User, user)
    return Account(
        number=person.pk,
        username=person.username,
        name=person.name,
        email=person.email,
        kind=AccountKind(person.kind),
        active=person.is_active,
    )


def _alarm(row: models.Alarm) -> Alarm:
    return Alarm(number=row.pk, username=row.username, origin=row.origin, at=row.at)


def _invitation(row: Any) -> Invitation:
    return Invitation(**row | {"kind": AccountKind(row["kind"])})


def _token(row: Any) -> AccessToken:
    permissions = tuple(Permission(word) for word in row["permissions"].split())
    return AccessToken(**row | {"permissions": permissions})
