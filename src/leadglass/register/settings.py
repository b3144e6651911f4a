# SPDX-License-Identifier: Apache-2.0
"""The settings of Django for the register: one database that `engine` binds, no web, no clock of its own."""

# Where the register lies is known only when a home is opened: until then no database answers.
DATABASES: dict[str, dict[str, object]] = {}
INSTALLED_APPS = ["leadglass.register"]
AUTH_USER_MODEL = "register.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOGGING_CONFIG = None
