# SPDX-License-Identifier: Apache-2.0
"""Every address of the pages."""

from django.urls import include, path
from django.views.i18n import set_language

from leadglass.web import frame
from leadglass.web.pages import devices, listed, overview

urlpatterns = [
    path("", overview.show, name="overview"),
    path("devices/<str:name>", devices.show, name="device"),
    *listed.paths(),
    path("style-<str:stamp>.css", frame.style, name="style"),
    path("language", set_language, name="language"),
    path("account/", include("leadglass.web.accounts.urls")),
]
