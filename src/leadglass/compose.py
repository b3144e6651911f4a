# SPDX-License-Identifier: Apache-2.0
"""Build a House: the only place that knows every concrete part, and the only one that makes `Scope.all`."""

import os
import pwd
import random
import shutil
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from leadglass import __version__
from leadglass.errors import StateError, UsageError
from leadglass.planning.feeds import synced
from leadglass.register.accounts import AccountBook
from leadglass.register.jobs import JobBook
from leadglass.register.open import open_register
from leadglass.register.orders import OrderBook
from leadglass.register.post import PostBook
from leadglass.services.api.far import about, far
from leadglass.services.house import House
from leadglass.services.ledger.view import View
from leadglass.store import feeds, homes, remote, spark, wheels
from leadglass.store import mail as mails
from leadglass.store import outward as outwards
from leadglass.store.alone import alone
from leadglass.store.answers import AnswerStore
from leadglass.store.cursors import CursorStore
from leadglass.store.directory import LdapDirectory
from leadglass.store.engine import Engine
from leadglass.store.keys import SigningKey
from leadglass.store.log import ChainLog
from leadglass.store.made import MadeBundles
from leadglass.store.remembered import Remembered
from leadglass.store.tables import TableStore
from leadglass.store.whole import WholeStore
from leadglass.values.outward import Outward
from leadglass.values.ports import Clock, Web
from leadglass.values.remote import Address, Answers
from leadglass.values.scope import Scope
from leadglass.vulnerabilities import schemes

HOME_VARIABLE = "LEADGLASS_HOME"
URL_VARIABLE = "LEADGLASS_DATABASE_URL"
NOW_VARIABLE = "LEADGLASS_NOW"
MEMORY_VARIABLE = "LEADGLASS_MEMORY"
THREADS_VARIABLE = "LEADGLASS_THREADS"
ENGINE_VARIABLE = "LEADGLASS_ENGINE"

PROXY_VARIABLE = "LEADGLASS_FEED_PROXY"
AUTHORITIES_VARIABLE = "LEADGLASS_FEED_CA"
KEY_VARIABLE = "LEADGLASS_NVD_API_KEY"

ADDRESS_VARIABLE = "LEADGLASS_URL"
SECRET_VARIABLE = "LEADGLASS_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable  # nosec B105
SECRET_FILE_VARIABLE = "LEADGLASS_WEBHOOK_SECRET_FILE"  # noqa: S105 - likewise  # nosec B105
ORDERS_VARIABLE = "LEADGLASS_ORDERS_PASSWORD"
ORDERS_FILE_VARIABLE = "LEADGLASS_ORDERS_PASSWORD_FILE"
SIGN_ON_VARIABLE = "LEADGLASS_SIGN_ON_SECRETS"
SIGN_ON_FILE_VARIABLE = "LEADGLASS_SIGN_ON_SECRETS_FILE"

_MOST_THREADS = 256

FORMAT = 8
"""The number of the readings' and tables' layout: raised when a release reads or lays out differently."""


@dataclass(frozen=True, slots=True)
class StatedClock:
    """A clock that stands where a person set it (demo, replay); receipts say that it was stated."""

    moment: datetime

    def __call__(self) -> datetime:
        """Give the stated moment."""
        return self.moment


def system_clock() -> datetime:
    """Give the machine's time, in UTC."""
    return datetime.now(UTC)


def locate(stated: Path | None) -> Path:
    """Find the home: what was stated, else LEADGLASS_HOME, else the user's data folder."""
    if stated is not None:
        return stated
    told = os.environ.get(HOME_VARIABLE)
    return Path(told) if told else Path.home() / ".local" / "share" / "leadglass"


def released(mark: str) -> str:
    """Name who reads and lays out: the release, its format, and the site's own schemes of versions where it has some."""
    return f"{__version__}-{FORMAT}" + (f"~{mark}" if mark else "")


OpenWeb = Callable[[], AbstractContextManager[Web]]


def network(settings: Mapping[str, str], *, sleep: Callable[[float], None] = time.sleep) -> OpenWeb:
    """Give the way to the network, by the proxy and the authorities of the settings."""
    manners = feeds.Manners(
        proxy=settings.get(PROXY_VARIABLE, ""),
        authorities=settings.get(AUTHORITIES_VARIABLE, ""),
        agent=f"leadglass/{__version__}",
    )
    return lambda: feeds.web(
        manners, sleep=sleep, now=time.monotonic, chance=random.SystemRandom().random, clock=system_clock
    )


def feed_settings() -> dict[str, str]:
    """Take what the environment says of feeds: addresses, key, proxy, authorities."""
    addresses = (str(row["variable"]) for row in synced({}).values())
    names = (*addresses, KEY_VARIABLE, PROXY_VARIABLE, AUTHORITIES_VARIABLE)
    return {name: os.environ[name] for name in names if name in os.environ}


def build(
    stated: Path | None = None,
    *,
    clock: Clock | None = None,
    web: OpenWeb | None = None,
    settings: Mapping[str, str] | None = None,
    remembers: bool = False,
) -> House:
    """Build the house at a home, making what is not there. StateError where the home cannot be used.

    `settings` are the environment's variables of feeds, `web` the network, where a caller has its own.
    With `remembers` the tables keep the last answers, for a process that many ask the same.
    """
    if settings is None:
        settings = feed_settings()
    home = _made(locate(stated))
    told = os.environ.get(NOW_VARIABLE, "")
    clock = clock or (StatedClock(_moment(told)) if told else system_clock)
    log = ChainLog(home / "log.jsonl", clock)
    register = open_register(home, os.environ.get(URL_VARIABLE, ""), clock=clock, log=log)
    policies = _texts(home / "policies", (".csv", ".toml"))
    tables = _tables(home, policies, Remembered() if remembers else None)
    documents = WholeStore(home)
    documents.recover()
    return House(
        home=home,
        documents=documents,
        tables=tables,
        log=log,
        register=register,
        accounts=AccountBook(register),
        keep=lambda target, passphrase: homes.backup(home, register, target, passphrase),
        key=SigningKey(home / "keys"),
        made=MadeBundles(home / "bundles"),
        wheels=wheels.build,
        clock=clock,
        cursors=CursorStore(home),
        jobs=JobBook(register),
        alone=lambda name: alone(home / "jobs", name),
        post=PostBook(register),
        orders=OrderBook(register),
        orders_password=lambda: mails.secret(os.environ, ORDERS_VARIABLE, ORDERS_FILE_VARIABLE),
        directory=LdapDirectory(),
        sign_on_secrets=lambda: mails.secret(os.environ, SIGN_ON_VARIABLE, SIGN_ON_FILE_VARIABLE),
        mail=mails.SmtpMail(os.environ, clock),
        outward=_outward(settings),
        secret=_signing,
        address=os.environ.get(ADDRESS_VARIABLE, ""),
        web=web or network(settings),
        settings=settings,
        clock_kind="system" if clock is system_clock else "stated",
        person=f"os:{_user()}",
        organisation=_text(home / "organisation.txt").strip(),
        policies=policies,
        profiles=_texts(home / "profiles", (".toml",)),
    )


def restore(source: BinaryIO, stated: Path | None, passphrase: str) -> House:
    """Make a home from a backup: whole or not at all. StateError where the home is not empty."""
    home = locate(stated)
    aside = home.with_name(f".{home.name}.restoring")
    shutil.rmtree(aside, ignore_errors=True)
    if home.exists() and any(home.iterdir()):
        raise StateError(f"{home} is not empty. Restore into a new folder: leadglass --home NEW restore FILE")
    try:
        dump = homes.restore(source, aside, passphrase)
        log = ChainLog(aside / "log.jsonl", system_clock)
        register = open_register(aside, os.environ.get(URL_VARIABLE, ""), clock=system_clock, log=None)
        register.load(dump)
        register.verify()
        log.verify()
        register.close()
        home.parent.mkdir(parents=True, exist_ok=True)
        if home.exists():
            home.rmdir()
        aside.rename(home)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return build(home)


def elsewhere(address: Address) -> View:
    """Give the view of the house of another machine. StateError where it is of another release."""
    wire = remote.wire(address, agent=f"leadglass/{__version__}")
    return far(wire, about(wire, __version__), lambda: str(uuid.uuid4()), everything())


def answers(home: Path) -> Answers:
    """Give what a home keeps of the requests that it answered under a key."""
    return AnswerStore(home / "requests")


def everything() -> Scope:
    """The scope of the local command line and of jobs: every site."""
    return Scope.all()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{NOW_VARIABLE}={text} is no time. Write it like 2026-11-02T07:00:00+00:00."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tables(home: Path, policies: Mapping[str, str], remembered: Remembered | None) -> TableStore:
    """Open the tables of a home, and finish or undo what a process that died left half done."""
    engine = Engine(memory=os.environ.get(MEMORY_VARIABLE, "512MB"), threads=_threads())
    release = released(schemes.mark(policies.get(schemes.NAME, "")))
    cluster = spark.master(os.environ.get(ENGINE_VARIABLE, ""))
    tables = TableStore(
        home / "tables", release=release, engine=engine, cluster=cluster, remembered=remembered
    )
    tables.recover()
    return tables


def _threads() -> int:
    told = os.environ.get(THREADS_VARIABLE, "")
    if not told:
        return os.cpu_count() or 1
    if not told.isdecimal() or not 1 <= int(told) <= _MOST_THREADS:
        raise UsageError(
            f"{THREADS_VARIABLE}={told} is no number of threads. Write 1 to {_MOST_THREADS}, or nothing."
        )
    return int(told)


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _made(home: Path) -> Path:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StateError(
            f"The home {home} cannot be made ({error.strerror}). Name another folder: leadglass --home DIR"
        ) from error
    return home


def _outward(settings: Mapping[str, str]) -> Callable[[], AbstractContextManager[Outward]]:
    authorities, proxy = settings.get(AUTHORITIES_VARIABLE, ""), settings.get(PROXY_VARIABLE, "")
    return lambda: outwards.opened(f"leadglass/{__version__}", authorities, proxy)


def _signing(file: str) -> str:
    """Give the secret of a webhook: of a file of its own, else that of all."""
    told = {**os.environ, **({SECRET_FILE_VARIABLE: file} if file else {})}
    return mails.secret(told, SECRET_VARIABLE, SECRET_FILE_VARIABLE)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _texts(folder: Path, endings: tuple[str, ...]) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    return {
        path.name: _text(path)
        for path in sorted(folder.iterdir())
        if path.suffix in endings and path.is_file()
    }
