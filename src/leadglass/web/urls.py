# SPDX-License-Identifier: Apache-2.0
"""Every address of the pages."""

from django.urls import include, path
from django.views.i18n import set_language

from leadglass.web import frame
from leadglass.web.accounts import welcome
from leadglass.web.pages import addresses

urlpatterns = [
    *addresses.PAGES,
    path("style-<str:stamp>.css", frame.style, name="style"),
    path("language", set_language, name="language"),
    path("account/welcome/<str:secret>", welcome.welcome, name="welcome"),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("account/", include("allauth.account.urls")),
]
