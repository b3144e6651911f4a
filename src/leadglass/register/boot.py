# SPDX-License-Identifier: Apache-2.0
"""Django, set up once per process; imported before the models, which need it running."""

import django
from django.apps import apps
from django.conf import settings as active

from leadglass.register import settings

# A foreign DJANGO_SETTINGS_MODULE in the environment has no say; whoever set Django up before us (web) has.
if not active.configured:
    active.configure(**{name: getattr(settings, name) for name in dir(settings) if name.isupper()})
if not apps.apps_ready:
    django.setup()
