# SPDX-License-Identifier: Apache-2.0
"""Every address of the pages."""

from django.urls import include, path
from django.views.i18n import set_language

from leadglass.web import frame
from leadglass.web.api.urls import urls as api
from leadglass.web.pages import addresses

urlpatterns = [
    *addresses.PAGES,
    path("style-<str:stamp>.css", frame.style, name="style"),
    path("api/v1/", include(api)),
    path("language", set_language, name="language"),
    path("account/", include("leadglass.web.accounts.urls")),
]
