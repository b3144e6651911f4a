# SPDX-License-Identifier: Apache-2.0
"""The settings of Django for the pages, on top of the register's. What depends on the home or the address: `door`."""

from csp.constants import NONE, SELF
from django.contrib.messages import constants

from leadglass.register import settings as register

DATABASES = register.DATABASES
AUTH_USER_MODEL = register.AUTH_USER_MODEL
DEFAULT_AUTO_FIELD = register.DEFAULT_AUTO_FIELD
USE_TZ = register.USE_TZ
TIME_ZONE = register.TIME_ZONE
LOGGING_CONFIG = None
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English")
]  # and those of which a catalogue is at hand (`door`): no page is in two languages

INSTALLED_APPS = [
    "leadglass.web",  # first: its templates outweigh those of others
    *register.INSTALLED_APPS,
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "leadglass.web.accounts.address.addressed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "leadglass.web.middleware.sentences",
    "leadglass.web.accounts.sessions.bounded",
    *register.MIDDLEWARE,
    "leadglass.web.middleware.second_factor",
    "leadglass.web.middleware.attributed",
    "leadglass.web.words.spoken.spoken",  # last: what it says is what a page shows
]
ROOT_URLCONF = "leadglass.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["leadglass.web.words.filters"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "leadglass.web.frame.frame",
                "leadglass.web.accounts.alarms.shown",
            ],
        },
    }
]
MESSAGE_LEVEL = constants.INFO

# Of one process, until `door` knows the home
CACHES = {
    alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": alias}
    for alias in ("default", "api")
}

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86_400

# Nothing from elsewhere, nothing inline: a page that was made to carry a script does not run it
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600  # a shift
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

AUTHENTICATION_BACKENDS = ["leadglass.web.accounts.backend.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"
PASSWORD_HASHERS = register.PASSWORD_HASHERS
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"leadglass.web.accounts.passphrase.{name}"} for name in ("Length", "Known", "Guessable")
]

_FORMS = "leadglass.web.accounts.forms"
ACCOUNT_ADAPTER = "leadglass.web.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
# Django's own, for allauth's writes a row of the address when a link is merely opened
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class  # nosec B105
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the others end all the same: their key hangs on the passphrase
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.SignIn",
    "change_password": f"{_FORMS}.Change",
    "reauthenticate": f"{_FORMS}.Again",
    "reset_password": f"{_FORMS}.Forgotten",
    "reset_password_from_key": f"{_FORMS}.Renewed",
}
# "key" is an address and a name (`adapter`): nobody can use up the tries of somebody elsewhere
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "leadglass.web.accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": f"{_FORMS}.Code",
    "reauthenticate": f"{_FORMS}.CodeAgain",
    "activate_totp": f"{_FORMS}.App",
    "add_webauthn": f"{_FORMS}.Passkey",
    "edit_webauthn": f"{_FORMS}.PasskeyName",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Leadglass"
MFA_TOTP_TOLERANCE = 1  # half a minute before and after: clocks of phones differ
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = False  # `sessions` notes it, and not by a write on every page

REQUIRE_SECOND_FACTOR = True
