# SPDX-License-Identifier: Apache-2.0
"""Django, set up for the pages; imported before anything of the register, which takes it as it finds it."""

import django
from django.apps import apps
from django.conf import settings as active

from leadglass.web import settings

if not active.configured:
    active.configure(**{name: getattr(settings, name) for name in dir(settings) if name.isupper()})
if not apps.apps_ready:
    django.setup()
