"""The pages behind a real address, in this process: for a browser that looks at them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.wsgi import get_wsgi_application

from leadglass.web import door


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def live(port: int = 0) -> Iterator[str]:
    """Serve the home of this process; gives the address."""
    server = make_server(
        "127.0.0.1", port, get_wsgi_application(), server_class=_Server, handler_class=_Quiet
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def session_of(username: str) -> str:
    """Begin a session of somebody, as signing in does; gives its key."""
    user = get_user_model().objects.get(username=username)
    session = SessionStore()
    with door.house().accounts.change(username, "sign in", origin="tests"):
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session["leadglass_began"] = session["leadglass_seen"] = time.time()
        session.save()
        session["leadglass_listed"] = session.session_key
        session.save()
    return str(session.session_key)


def cookie(username: str, address: str) -> dict[str, Any]:
    """Sign somebody in, and give the cookie that a browser is to bring."""
    return {"name": settings.SESSION_COOKIE_NAME, "value": session_of(username), "url": address}
