"""The pages behind a real address, in this process: for a browser that looks at them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.contrib.auth import get_user_model
from django.core.wsgi import get_wsgi_application
from django.test import Client

from leadglass.web import door
from tests.web.signing import sign_in


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


def cookie(username: str, address: str) -> dict[str, Any]:
    """Sign somebody in, and give the cookie that a browser is to bring."""
    client = Client()
    with door.house().accounts.change(username, "sign in", origin="tests"):
        sign_in(client, get_user_model().objects.get(username=username))
    (morsel,) = (one for one in client.cookies.values() if "leadglass" in one.key)
    return {"name": morsel.key, "value": morsel.value, "url": address}
