# SPDX-License-Identifier: Apache-2.0
"""What of django-allauth is otherwise here: no signing up, limits that lock nobody else out, words, mail."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leadglass.register.models import User
from leadglass.values.accounts import AccountKind
from leadglass.web import mail
from leadglass.web.access import signed_on
from leadglass.web.accounts import alarms, connected, told
from leadglass.web.door import house

_LATELY = 300
"""Seconds within which nobody is asked once more who she is: allauth's usual."""

_WRONG = _("Name and passphrase do not belong together, or this account may not sign in. Try again.")
_OFTEN = _("Too many tries from here. Wait five minutes, then try again.")
_CODE = _("This code is not right, or it was used already. Wait for the next one and type it again.")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come by invitation alone, and say what they do to the house's log."""

    error_messages = {  # noqa: RUF012 - as allauth declares it
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "too_many_login_attempts": _OFTEN,
        "rate_limited": _OFTEN,
        "enter_current_password": _("This is not your passphrase. Type the one with which you sign in."),
        "incorrect_password": _("This is not your passphrase. Type the one with which you sign in."),
        "incorrect_code": _CODE,
        "invalid_password_reset": _("This link was used already, or is too old. Ask for another."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's own signature
        """Say that nobody may sign up."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures by address and name together: by the name alone, anybody could lock its person out."""
        return f"{self.get_client_ip(request)} {credentials.get('username', '').lower()}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tell the log."""
        told.refused(request, str(credentials.get("username", "")))

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; the break-glass account only after everybody was told."""
        if user.kind == AccountKind.BREAK_GLASS.value:
            alarms.raise_alarm(request, user.username)
        super().login(request, user)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Ask once more who somebody is, unless a provider has just said it."""
        lately = time.time() - _LATELY
        if any(record["at"] > lately for record in signed_on(self.request)):
            return False
        return bool(super().is_reauthentication_required(app=app, **more))

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Give the ways to show once more who one is: passphrase, factor, and last the providers that vouch for one."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return methods + [
            {
                "id": f"sign-on {who.key}",
                "description": who.label,
                "url": reverse("sign_on_again", args=[who.key]),
            }
            for who, held in connected.shown(self.request)
            if held
        ]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send beside the answer, where mail is set."""
        if mail.is_set():
            mail.send(self.render_mail(template_prefix, email, {**context, "request": self.request}))

    def format_email_subject(self, subject: str) -> str:
        """Say whose mail it is."""
        return f"Leadglass: {subject}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - allauth's own signature
        """Lead back to one's account."""
        return reverse("account")


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors carry the house's name and the account's."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _CODE}  # noqa: RUF012 - as above

    def _get_user_identifier(self, user: User) -> str:
        return user.username

    def _get_site_name(self) -> str:
        return house().organisation or "Leadglass"

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - allauth's own signature
        """Propose a name for a passkey."""
        proposed = str(super().generate_authenticator_name(user, type))
        return proposed.replace("Master key", str(_("My passkey"))).replace(
            "Backup key", str(_("My second passkey"))
        )
