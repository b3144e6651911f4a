# SPDX-License-Identifier: Apache-2.0
"""Every address of accounts. Those of django-allauth that nobody needs here answer that there is nothing.

Each stays under its name, for allauth itself asks for them by name.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from leadglass.web.accounts import alarms, codes, connected, directory, home, sessions, sign_on, welcome


def _mailed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer only where mail is set."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        home.needs_mail()
        return view(request, *args, **kwargs)

    return answer


urlpatterns = [
    path("", home.show, name="account"),
    path("welcome/<str:secret>", welcome.welcome, name="welcome"),
    path("alarm/<int:number>", alarms.settle, name="settle_alarm"),
    path("sessions/", sessions.listed, name="usersessions_list"),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", _mailed(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", _mailed(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _mailed(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        _mailed(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("sign-on/confirmed/", connected.confirmed, name="sign_on_confirmed"),
    path("sign-on/<slug:key>/", sign_on.begin, name="sign_on"),
    path("sign-on/<slug:key>/again/", sign_on.again, name="sign_on_again"),
    path("sign-on/<slug:key>/connect/", sign_on.connect, name="sign_on_connect"),
    path("sign-on/<slug:key>/end/", connected.end, name="sign_on_end"),
    path("sign-on/<slug:key>/back/", sign_on.back, name="sign_on_back"),
    path("sign-on/<slug:key>/metadata/", sign_on.metadata, name="sign_on_metadata"),
    path("sign-on/<slug:key>/directory/", directory.ask, name="sign_on_directory"),
    path("mfa/", factor.index, name="mfa_index"),
    path("mfa/authenticate/", factor.authenticate, name="mfa_authenticate"),
    path("mfa/reauthenticate/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("mfa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("mfa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("mfa/recovery-codes/", codes.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "mfa/recovery-codes/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path("mfa/webauthn/", passkey.list_webauthn, name="mfa_list_webauthn"),
    path("mfa/webauthn/add/", passkey.add_webauthn, name="mfa_add_webauthn"),
    path("mfa/webauthn/login/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path("mfa/webauthn/reauthenticate/", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("mfa/webauthn/keys/<int:pk>/remove/", passkey.remove_webauthn, name="mfa_remove_webauthn"),
    path("mfa/webauthn/keys/<int:pk>/edit/", passkey.edit_webauthn, name="mfa_edit_webauthn"),
    *(
        path(address, home.closed, name=name)
        for address, name in (
            ("signup/", "account_signup"),
            ("email/", "account_email"),
            ("password/set/", "account_set_password"),
            ("confirm-email/", "account_email_verification_sent"),
            ("confirm-email/<str:key>/", "account_confirm_email"),
            ("login/code/confirm/", "account_confirm_login_code"),
            ("reauthenticate/code/", "account_request_reauthentication_code"),
            ("reauthenticate/code/confirm/", "account_confirm_reauthentication_code"),
            ("mfa/recovery-codes/download/", "mfa_download_recovery_codes"),
        )
    ),
]
