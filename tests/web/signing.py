"""Sign somebody in at once, as the pages do it: from an address, with a session that is listed."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import login
from django.test import Client, RequestFactory

from leadglass.register.models import User
from leadglass.web import urls as _urls  # noqa: F401 - signals are connected with the pages


def sign_in(client: Client, user: User) -> None:
    """Give a client the cookie of somebody's new session; within a change of the register."""
    request = RequestFactory(REMOTE_ADDR="127.0.0.1").post("/account/login/")
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.user = user
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
