"""The command line against a server: what is said where none answers, none is trusted, or it is another one."""

import re
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import typer

from leadglass.cli import remote
from leadglass.cli.main import app
from leadglass.errors import FetchError
from leadglass.store.remote import wire
from leadglass.values.remote import Address, Sent
from tests.cli.shell import Shell

pytestmark = pytest.mark.usefixtures("environment")


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Somebody with a token, and no file of tokens."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LEADGLASS_TOKEN", "lg_x")


def run(url, *words, **environment):
    """Run a verb against a server: exit code, output, complaints."""
    ran = Shell(None, **environment)("--server", url, *words)
    return ran.code, ran.out, ran.err


class Answering:
    """A server that gives what it is told to, over TLS where it has a certificate."""

    def __init__(self, status=200, raw=b"{}", certificate=None):
        seen = self.seen = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append((self.path, dict(self.headers)))
                if status == 0:
                    self.connection.close()
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.send_header("Location", "http://localhost:9/elsewhere")
                self.end_headers()
                self.wfile.write(raw)

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.do_GET()

            def log_message(self, *_args):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_args: None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_args):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def test_a_server_that_does_not_answer_is_said_so():
    code, out, err = run("http://localhost:9", "devices")
    assert (code, out) == (1, "")
    assert re.match(r"http://localhost:9 does not answer \(.*\)\. Nothing was sent\.", err)


def test_a_token_goes_over_tls_alone_and_stands_in_no_address():
    code, _, err = run("http://leadglass.example", "devices")
    assert (code, "in the clear" in err) == (2, True)
    assert "holds no name and no password" in run("https://me:word@leadglass.example", "devices")[2]
    assert "no address of a server" in run("leadglass.example", "devices")[2]


@pytest.fixture
def certificate(tmp_path):
    """A certificate of localhost that nobody trusts."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
         "-out", cert, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def test_a_certificate_that_is_not_trusted_ends_it_before_the_token_is_sent(certificate):
    with Answering(certificate=certificate) as server:
        code, _, err = run(f"https://localhost:{server.port}", "devices")
        assert (code, server.seen) == (1, [])
        assert "is not trusted" in err
        assert "LEADGLASS_SERVER_CA" in err
        trusted = run(f"https://localhost:{server.port}", "devices", LEADGLASS_SERVER_CA=str(certificate[0]))
        assert trusted[0] != 0
        assert server.seen[0][1]["Authorization"] == "Bearer lg_x"


def test_a_token_follows_no_redirect():
    with Answering(302) as server:
        code, _, err = run(f"http://localhost:{server.port}", "devices")
    assert (code, len(server.seen)) == (3, 1)
    assert "answered with 302" in err


def test_another_release_is_refused():
    told = (
        b'{"release":"9.9.9","now":"2026-11-21T07:00:00+00:00","organisation":"","person":"x","permitted":{}}'
    )
    with Answering(raw=told) as server:
        code, _, err = run(f"http://localhost:{server.port}", "devices")
    assert code == 3
    assert "The server runs Leadglass 9.9.9, and this is" in err


def test_what_is_no_leadglass_is_said_so():
    with Answering(raw=b"<html>") as server:
        code, _, err = run(f"http://localhost:{server.port}", "devices")
    assert (code, "Is it Leadglass?" in err) == (3, True)


def test_a_change_whose_answer_was_lost_is_sent_again_under_its_key_and_then_told():
    with Answering(0) as server:
        ask = wire(Address(url=f"http://localhost:{server.port}", token="lg_x"), agent="test")
        with pytest.raises(FetchError, match="Whether it was recorded is not known"):
            ask(Sent(method="POST", path="/say", json=b"{}", key="k-1"))
    assert [headers["Idempotency-Key"] for _, headers in server.seen] == ["k-1", "k-1"]


def test_a_verb_of_the_ledgers_own_machine_says_so():
    code, _, err = run("http://localhost:9", "rebuild")
    assert code == 2
    assert "'rebuild' works where the ledger lies. Call it there" in err
    assert "The worker does its jobs beside the ledger" in run("http://localhost:9", "work")[2]
    assert (
        "--as-of looks back where the ledger lies"
        in run("http://localhost:9", "devices", "--as-of", "2026-11-02")[2]
    )


def test_a_home_and_a_server_are_one_too_many():
    code, _, err = run("http://localhost:9", "--home", "x", "devices")
    assert (code, "Choose one" in err) == (2, True)


def test_help_needs_no_server():
    assert run("nonsense", "rebuild", "--help")[0] == 0


def test_a_token_is_kept_in_a_file_that_is_ones_own_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("LEADGLASS_TOKEN")
    place = tmp_path / "config" / "leadglass" / "tokens"
    none = run("https://one.example", "devices")
    assert (none[0], "There is no token" in none[2], str(place) in none[2]) == (2, True, True)
    place.parent.mkdir(parents=True)
    place.write_text("https://one.example lg_one\nhttps://two.example/ lg_two\n")
    place.chmod(0o644)
    assert "chmod 600" in run("https://one.example", "devices")[2]
    place.chmod(0o600)
    assert remote.address("https://two.example", "devices").token == "lg_two"
    assert "has no token for https://three.example" in run("https://three.example", "devices")[2]


def test_no_option_takes_a_token():
    command = typer.main.get_command(app)
    named = {
        name for one in (command, *command.commands.values()) for option in one.params for name in option.opts
    }
    assert not [name for name in named if "token" in name]


def test_every_verb_that_works_elsewhere_is_a_verb():
    assert set(typer.main.get_command(app).commands) >= remote.VERBS
    assert {"devices", "show", "explain", "status", "answer", "say", "decide", "receive"} <= remote.VERBS
