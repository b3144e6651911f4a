# SPDX-License-Identifier: Apache-2.0
"""The forms of django-allauth in the words of these pages, without placeholders that vanish while one types."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkey
from django import forms
from django.utils.translation import gettext_lazy as _

from leadglass.web.accounts.passphrase import LONGEST, Length


def _word(form: forms.Form, **labels: Any) -> None:
    form.label_suffix = ""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class SignIn(account.LoginForm):  # type: ignore[misc]
    """Name and passphrase."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, login=_("Name"), password=_("Passphrase"))
        self.fields["password"].max_length = LONGEST
        self.fields["login"].widget.attrs |= {
            "autofocus": True,
            "autocapitalize": "none",
            "spellcheck": "false",
        }


class Change(account.ChangePasswordForm):  # type: ignore[misc]
    """The passphrase of now, and the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(
            self,
            oldpassword=_("Passphrase of now"),
            password1=_("New passphrase"),
            password2=_("The new one again"),
        )
        self.fields["password1"].help_text = Length().get_help_text()


class Again(account.ReauthenticateForm):  # type: ignore[misc]
    """The passphrase once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, password=_("Passphrase"))


class Forgotten(account.ResetPasswordForm):  # type: ignore[misc]
    """Where to send a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, email=_("Mail address of your account"))


class Renewed(account.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new passphrase, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, password1=_("New passphrase"), password2=_("The same again"))
        self.fields["password1"].help_text = Length().get_help_text()


def _code(form: forms.Form, label: Any) -> None:
    _word(form, code=label)
    form.fields["code"].widget.attrs |= {
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "autofocus": True,
    }


class Code(factor.AuthenticateForm):  # type: ignore[misc]
    """A code of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code of your app, or a recovery code"))


class CodeAgain(factor.ReauthenticateForm):  # type: ignore[misc]
    """A code once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code of your app, or a recovery code"))


class App(totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code that the app shows"))


class Passkey(passkey.AddWebAuthnForm):  # type: ignore[misc]
    """A passkey's name; whether it signs in alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(
            self,
            name=_("Name, so that you know it from others"),
            passwordless=_("Signs in without a passphrase"),
        )
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _(
            "It asks for your finger, face or PIN instead. Old security keys cannot; take the mark out for one of them."
        )


class PasskeyName(passkey.EditWebAuthnForm):  # type: ignore[misc]
    """A passkey's name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, name=_("Name, so that you know it from others"))
