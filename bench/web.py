# SPDX-License-Identifier: Apache-2.0
"""Time every page of a house of 100,000 devices, 200,000 components and about 2 million findings of components.

The house is drawn (web_house.py), received and assessed by the services. Somebody who sees all sites signs in, with
passphrase and code, to `leadglass serve` with one worker, and asks for each page over the loopback: the first time, then
again with other rows. Prints the median and the 95th percentile, how often a page asks the tables and the register, and
the memory of the worker. `--home` keeps a house, or takes one that is there; `--database-url` names a PostgreSQL for its
register (an empty one is filled from the home's).
"""

import argparse
import base64
import hashlib
import hmac
import http.client
import io
import json
import os
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PORT = 8791
NAME, WORDS = "bench", "seven quiet scanners hum at night"
ROLES = ("clinical_engineer", "security_analyst", "auditor")
THINGS = (
    "devices",
    "products",
    "components",
    "vulnerabilities",
    "findings",
    "actions",
    "questions",
    "sources",
)
HEADERS = {"Host": f"localhost:{PORT}", "Origin": f"http://localhost:{PORT}", "Accept-Encoding": "identity"}


def open_house(home: str) -> Any:
    """Set Django up for the pages of a home, in this process."""
    os.environ["LEADGLASS_HOME"] = home
    from leadglass.web import boot, door  # noqa: F401 - boot first: it sets Django up

    return door


def enrol(home: str) -> None:
    """Give the home an account with passphrase and code; prints the seed of its codes."""
    door = open_house(home)
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.contrib.auth import get_user_model

    from leadglass.values.accounts import Account, AccountKind, Grant

    house, seed = door.house(), generate_totp_secret()
    with house.accounts.change(NAME, "an account for figures", origin="bench"):
        if house.accounts.account(NAME) is None:
            made = Account(number=0, username=NAME, name="", email="", kind=AccountKind.PERSON, active=True)
            house.accounts.make(made)
            for role in ROLES:
                house.accounts.grant(
                    Grant(username=NAME, role=role, site="", by=NAME, why="figures", at=house.clock())
                )
        house.accounts.forget_factors(NAME)
        house.accounts.set_passphrase(NAME, WORDS)
        TOTP.activate(get_user_model().objects.get(username=NAME), seed)
    print(json.dumps(seed))


def move(home: str, url: str) -> None:
    """Fill an empty register on PostgreSQL from the home's own."""
    from leadglass.compose import system_clock
    from leadglass.register.open import open_register
    from leadglass.store.log import ChainLog

    stream = io.BytesIO()
    own = open_register(
        Path(home), "", clock=system_clock, log=ChainLog(Path(home) / "log.jsonl", system_clock)
    )
    own.dump(stream)
    own.close()
    stream.seek(0)
    open_register(Path(home), url, clock=system_clock, log=None).load(stream)


def pages(home: str) -> None:
    """Say which pages there are, each with addresses of several rows; prints JSON."""
    door = open_house(home)
    from leadglass.services.ledger.listings import LISTINGS, Wanted, page
    from leadglass.services.ledger.view import View
    from leadglass.values.scope import Scope

    seen = View(house=door.house(), scope=Scope.all())
    first = {name: page(seen, LISTINGS[name], Wanted(count=40)) for name in THINGS}
    made = {"overview": ["/"], "search: a word": ["/search?q=Model+A1", "/search?q=curl"],
            "search: a device": [f"/search?q={row['asset_tag']}" for row in first["devices"].rows[:9]],
            "help": ["/help"], "scan": ["/scan"], "history": ["/history"], "receive": ["/documents/receive"]}  # fmt: skip
    key = {
        "devices": "device_id",
        "products": "product_id",
        "components": "component_id",
        "sources": "sha256",
    }
    for name, got in first.items():
        where = "documents" if name == "sources" else name
        made[f"one of {where}"] = [f"/{where}/{row[key.get(name, 'id')]}" for row in got.rows[::4]]
    ids = [row["id"] for row in first["actions"].rows]
    made["decide"] = [f"/actions/decide?id={one}" for one in ids[::4]]
    made["assign"] = [f"/actions/assign?id={one}" for one in ids[::4]]
    made.update(listings(first, seen, LISTINGS, page, Wanted))
    print(json.dumps(made))


def listings(first: Any, seen: Any, known: Any, page: Any, wanted: Any) -> dict[str, list[str]]:
    """Give each listing as it opens, deep, sorted, filtered and searched."""
    from leadglass.services.ledger.listings import sorts

    made = {}
    for name, listing in known.items():
        where = "documents" if name == "sources" else name
        total = (first[name] if name in first else page(seen, listing, wanted(count=1))).total
        made[where] = [f"/{where}"]
        if total > 100:
            made[f"{where}: deep"] = [f"/{where}?skip={total * part // 10 // 50 * 50}" for part in (3, 5, 9)]
        if name != "findings":
            made[f"{where}: sorted"] = [f"/{where}?sort={column}" for column in sorts(listing)[:3]]
        made[f"{where}: at a site"] = [f"/{where}?site=Site+{site}" for site in (3, 17, 41)]
        if "text" in listing.filters:
            made[f"{where}: searched"] = [f"/{where}?text={word}" for word in ("Model+A1", "overflow")]
        if "product" in listing.filters:
            made[f"{where}: of a product"] = [
                f"/{where}?product={row['product_id']}" for row in first["products"].rows[:3]
            ]
        if "device" in listing.filters:
            made[f"{where}: of a device"] = [
                f"/{where}?device={row['device_id']}" for row in first["devices"].rows[:3]
            ]
    return made


def count(home: str) -> None:
    """Count what each page asks the tables and the register, in this process; prints JSON."""
    door = open_house(home)
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from leadglass.store.tables import TableStore
    from tests.web.pages.live import session_of

    told = {
        **door.of_home(Path(home)),
        **door.of_address("http://localhost:8000"),
        "ALLOWED_HOSTS": ["testserver"],
    }
    for name, value in told.items():
        setattr(settings, name, value)
    asked: list[str] = []
    for name in ("ask", "relation"):
        run = getattr(TableStore, name)

        def counted(store: Any, query: Any, *given: Any, _run: Any = run, **named: Any) -> Any:
            asked.append(query.name)
            return _run(store, query, *given, **named)

        setattr(TableStore, name, counted)
    door.house().accounts.account(NAME)  # opens the register
    client, made = Client(), {}
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(NAME)
    for name, addresses in json.loads(sys.stdin.read()).items():
        client.get(addresses[0])
        asked.clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(addresses[0])
        made[name] = (len(asked), len(captured))
    print(json.dumps(made))


def waited_for() -> "Browser":
    """Give a browser when the server answers."""
    for _ in range(300):
        browser = Browser()
        try:
            browser.ask("/account/login/")
        except OSError:
            time.sleep(0.2)
        else:
            return browser
    sys.exit("The server did not begin to answer within a minute.")


class Browser:
    """Somebody who keeps a connection and her cookies."""

    def __init__(self) -> None:
        self._to = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
        self._cookies: dict[str, str] = {}

    def ask(self, path: str, **form: str) -> tuple[int, str, float]:
        """Ask for a page, or send a form: the status, the body, the seconds that the answer took."""
        said = {**HEADERS, "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = urlencode(form) if form else None
        if form:
            said["Content-Type"] = "application/x-www-form-urlencoded"
        for _ in range(2):
            began = time.perf_counter()
            try:
                self._to.request("POST" if form else "GET", path, body, said)
                answer = self._to.getresponse()
                break
            except (ConnectionResetError, BrokenPipeError):
                self._to.close()  # the server lets go of a connection that was idle
        text, took = answer.read().decode(), time.perf_counter() - began
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, text, took

    def sign_in(self, seed: str) -> None:
        """Sign in by the forms, as a person does."""
        for path, form in (
            ("/account/login/", {"login": NAME, "password": WORDS}),
            ("/account/mfa/authenticate/", {}),
        ):
            status, text, _ = self.ask(path)
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
            assert token, (path, status)
            told = form or {"code": code(seed)}
            status, text, _ = self.ask(path, csrfmiddlewaretoken=token[1], **told)
            assert status == 302, (path, status, text[:2000])


def code(seed: str) -> str:
    """The code that an app shows now (RFC 6238)."""
    digest = hmac.new(
        base64.b32decode(seed), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1
    ).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def worker(parent: int) -> str:
    """Give the worker of a server: its one child."""
    return Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0]


def memory(process: str, line: str) -> float:
    """Give MB of a process: VmRSS, or VmHWM for the most that it had."""
    told = Path(f"/proc/{process}/status").read_text()
    found = re.search(rf"{line}:\s+(\d+) kB", told)
    return int(found[1]) / 1000 if found else 0.0


def run(command: str, home: str, *, given: str = "", more: tuple[str, ...] = ()) -> Any:
    """Run one of the above in a process of its own."""
    words = [sys.executable, __file__, command, home, *more]
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout else None


def measure(home: str, rounds: int, only: str) -> None:
    """Serve, ask, and print."""
    seed, made = run("enrol", home), run("pages", home)
    made = {name: addresses for name, addresses in made.items() if only in name}
    asked = run("count", home, given=json.dumps(made))
    server = subprocess.Popen(
        [sys.executable, "-m", "leadglass.cli", "--home", home, "serve", "--port", str(PORT)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        browser = waited_for()
        browser.sign_in(seed)
        process = worker(server.pid)
        print(f"before the first page: {memory(process, 'VmRSS'):.0f} MB; load {os.getloadavg()[0]:.1f}")
        print(f"{'page':32}{'first':>8}{'median':>8}{'p95':>8}  ms {'tables':>7}{'register':>9}{'MB':>6}")
        for name, addresses in made.items():
            timed(browser, name, addresses, rounds, asked[name], process)
        timed(browser, "export: devices of a site", ["/devices?site=Site+3&format=csv"], 3, (0, 0), process)
        most = memory(process, "VmHWM")
        print(
            f"worker: {memory(process, 'VmRSS'):.0f} MB, at most {most:.0f} MB; load {os.getloadavg()[0]:.1f}"
        )
    finally:
        server.terminate()
        server.wait()


def timed(browser: Browser, name: str, addresses: list[str], rounds: int, asked: Any, process: str) -> None:
    """Ask for a page's addresses in turn, and print a line."""
    took = []
    for number in range(rounds + 1):
        path = addresses[number % len(addresses)]
        status, text, seconds = browser.ask(path)
        assert status in {200, 302}, (path, status, text[-2000:])
        took.append(seconds * 1000)
        if sum(took) > 20_000 and number > 3:
            break
    first, again = took[0], sorted(took[1:])
    most = again[min(int(len(again) * 0.95), len(again) - 1)]
    middle, held = statistics.median(again), memory(process, "VmRSS")
    miss = " *" if middle > 150 or most > 400 else ""
    print(
        f"{name:32}{first:8.0f}{middle:8.0f}{most:8.0f}     {asked[0]:7}{asked[1]:9}{held:6.0f}{miss}",
        flush=True,
    )


def main() -> None:
    """Build where there is no house, and measure."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--home", default="", help="a folder that keeps the house, or has one")
    asked.add_argument("--database-url", default="", help="a PostgreSQL for the register")
    asked.add_argument("--devices", type=int, default=100_000)
    asked.add_argument("--components", type=int, default=200_000)
    asked.add_argument("--configurations", type=int, default=2_000, help="bills of materials")
    asked.add_argument("--rounds", type=int, default=20, help="requests per page, after the first")
    asked.add_argument("--only", default="", help="part of the names of the pages that are timed")
    said = asked.parse_args()
    root = Path(__file__).parents[1]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(root))))
    with tempfile.TemporaryDirectory() as folder:
        home = said.home or f"{folder}/home"
        if not (Path(home) / "tables/CURRENT").exists():
            sizes = map(str, (said.devices, said.components, said.configurations))
            house = Path(__file__).with_name("web_house.py")
            subprocess.run([sys.executable, str(house), home, *sizes], check=True)
        if said.database_url:
            run("move", home, more=(said.database_url,))
            os.environ["LEADGLASS_DATABASE_URL"] = said.database_url
        measure(home, said.rounds, said.only)


if __name__ == "__main__":
    commands = {"enrol": enrol, "pages": pages, "count": count, "move": move}
    if sys.argv[1:2] and sys.argv[1] in commands:
        commands[sys.argv[1]](*sys.argv[2:])
    else:
        main()
