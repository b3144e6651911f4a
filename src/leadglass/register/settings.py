# SPDX-License-Identifier: Apache-2.0
"""The settings of Django for the register: one database that `engine` binds, no clock of its own.

The apps of accounts are here, not with the pages, for a backup and the history hold all of the register's tables.
"""

# Where the register lies is known only when a home is opened: until then no database answers.
DATABASES: dict[str, dict[str, object]] = {}
INSTALLED_APPS = [
    "leadglass.register",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
# allauth asks for its own before it lets Django begin
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_USER_MODEL = "register.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOGGING_CONFIG = None
