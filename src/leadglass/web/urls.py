# SPDX-License-Identifier: Apache-2.0
"""Every address of the pages."""

from django.urls import include, path
from django.views.i18n import set_language

from leadglass.web import frame
from leadglass.web.accounts import welcome
from leadglass.web.api.urls import urls as api
from leadglass.web.pages import devices, listed, overview

urlpatterns = [
    path("", overview.show, name="overview"),
    path("devices/<str:name>", devices.show, name="device"),
    *listed.paths(),
    path("style-<str:stamp>.css", frame.style, name="style"),
    path("api/v1/", include(api)),
    path("language", set_language, name="language"),
    path("account/welcome/<str:secret>", welcome.welcome, name="welcome"),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("account/", include("allauth.account.urls")),
]
