# SPDX-License-Identifier: Apache-2.0
"""The pages behind nginx and Caddy of Debian, by the configurations of docs/deploy, on loopback with a certificate of ours."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from leadglass.services.ledger.receive import MOST_BYTES as MOST
from tests.hospital import Hospital, fleet
from tests.web.sign_on.directory_server import certified, free, program, wait

DEPLOY = Path(__file__).parents[3] / "docs" / "deploy"
NAME = "ledger.hospital.example"
FEW = 8 << 20
"""The bound of a body in place of the docs', so that going beyond it does not take minutes."""


@dataclass
class Behind:
    """The pages behind a proxy: their address, the ports, the certificate, the link of the first account, the home."""

    kind: str
    address: str
    port: int
    plain: int
    inner: int
    certificate: Path
    link: str
    home: Path
    folder: Path


def nginx(folder: Path, tls: int, plain: int, inner: int) -> list[str]:
    """Put the configuration of the docs into a whole one, with our ports and certificate."""
    told = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for was, now in (
        ("listen 443 ssl", f"listen 127.0.0.1:{tls} ssl"), ("listen 80;", f"listen 127.0.0.1:{plain};"),
        (f"server_name {NAME}", "server_name localhost"), ("127.0.0.1:8000", f"127.0.0.1:{inner}"),
        ("ledger.pem", f"{folder}/server.pem"), ("ledger.key", f"{folder}/server.key"),
        ("access_log access.log", f"access_log {folder}/access.log"),
        (f"client_max_body_size {MOST >> 20}m", f"client_max_body_size {FEW >> 20}m"),
    ):  # fmt: skip
        assert was in told, was
        told = told.replace(was, now)
    (folder / "site.conf").write_text(told)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(f"""daemon off;
{"user root;" if os.getuid() == 0 else ""}
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
{temporary}
include {folder}/site.conf;
}}
""")
    return [program("nginx"), "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]


def caddy(folder: Path, tls: int, plain: int, inner: int) -> list[str]:
    """Put the configuration of the docs behind options that move its ports."""
    told = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    for was, now in (
        (NAME, "localhost"), ("127.0.0.1:8000", f"127.0.0.1:{inner}"),
        ("ledger.pem", f"{folder}/server.pem"), ("ledger.key", f"{folder}/server.key"),
        (f"max_size {MOST >> 20}MB", f"max_size {FEW >> 20}MB"),
    ):  # fmt: skip
        assert was in told, was
        told = told.replace(was, now)
    options = f"{{\n\tadmin off\n\thttp_port {plain}\n\thttps_port {tls}\n\tdefault_bind 127.0.0.1\n"
    (folder / "Caddyfile").write_text(f"{options}\tstorage file_system {folder}/caddy\n}}\n{told}")
    return [program("caddy"), "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


@contextmanager
def running(command: list[str], port: int, told: dict[str, str], out: Path) -> Iterator[None]:
    with out.open("wb") as log:
        process = subprocess.Popen(command, env=told, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait(port, process)
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def behind(kind: str, folder: Path) -> Iterator[Behind]:
    """Serve a home behind a proxy; skips where the proxy is not installed."""
    program(kind)
    hospital = Hospital(folder / "home")
    hospital.receive(fleet({"asset_tag": "CT-1", "site": "North"}))
    hospital.assess()
    certificate, _key = certified(folder, ("localhost",))
    tls, plain, inner = free(), free(), free()
    address = f"https://localhost:{tls}"
    told = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "LEADGLASS_URL": address,
        "HOME": str(folder),
    }
    serve = [
        sys.executable,
        "-m",
        "leadglass.cli",
        "--home",
        str(folder / "home"),
        "serve",
        "--port",
        str(inner),
    ]
    command = {"nginx": nginx, "caddy": caddy}[kind](folder, tls, plain, inner)
    with ExitStack() as stack:
        stack.enter_context(running(serve, inner, told, folder / "serve.log"))
        stack.enter_context(running(command, tls, told, folder / "proxy.log"))
        said = (folder / "serve.log").read_text().replace("\n", "")
        link = re.search(r"(/account/welcome/[\w-]{43})", said)
        assert link, said
        yield Behind(kind=kind, address=address, port=tls, plain=plain, inner=inner, certificate=certificate,
                     link=link[1], home=folder / "home", folder=folder)  # fmt: skip
