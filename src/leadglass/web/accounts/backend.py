# SPDX-License-Identifier: Apache-2.0
"""Check a passphrase: one hash is computed whether there is such an account or not, and nothing is written."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import check_password

from leadglass.register.models import User
from leadglass.values.accounts import AccountKind


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, without Django's renewal of hashes: that would be a write outside of any change."""

    def _check_password(self, user: User | None, password: str) -> User | None:
        if user is None:
            return None
        self._did_check_password = True
        if not check_password(password, user.password) or user.kind == AccountKind.SERVICE.value:
            return None
        if self.user_can_authenticate(user):
            return user
        self._stash_user(user)
        return None
