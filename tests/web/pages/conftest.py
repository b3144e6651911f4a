"""A hospital of two sites behind the pages, and people of several roles who sign in at once."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from leadglass.values.accounts import Account, AccountKind, Grant
from leadglass.web import door
from tests.hospital import START, Hospital, any_of, bom, criterion, fleet, kev, nvd, record
from tests.web.pages.live import session_of

ADMIN, ENGINEER, ANALYST, VIEWER, AUDITOR = "a.admin", "e.engineer", "s.analyst", "v.harbor", "o.auditor"
ROLES = {
    ADMIN: ("administrator", ""),
    ENGINEER: ("clinical_engineer", ""),
    ANALYST: ("security_analyst", ""),
    VIEWER: ("viewer", "Harbor"),
    AUDITOR: ("auditor", ""),
}


class Pages:
    """A home that is served, and a client per person."""

    def __init__(self, hospital: Hospital) -> None:
        self.hospital = hospital
        self.house = door.house()

    def enrol(self, username: str, role: str, site: str = "") -> None:
        """Make an account with a role."""
        with self.house.accounts.change("tests", f"enrol {username}", origin="tests"):
            self.house.accounts.make(
                Account(number=0, username=username, name="", email="", kind=AccountKind.PERSON, active=True)
            )
            self.house.accounts.grant(
                Grant(username=username, role=role, site=site, by="tests", why="tests", at=START)
            )

    def client(self, username: str = ANALYST) -> Client:
        """Sign somebody in."""
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(username)
        return client

    def get(self, path: str, username: str = ANALYST, **asked: Any) -> Any:
        """Get a page as somebody."""
        return self.client(username).get(path, asked)


def papers() -> tuple[bytes, ...]:
    """Two sites: the same model at Harbor and at North Quay, which has one of its own too."""
    devices = fleet(
        {"asset_tag": "CT-014", "manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"},
        {"asset_tag": "CT-015", "manufacturer": "Quillon", "model": "Tomara 64", "software_version": ""},
        {"asset_tag": "=CT-016", "manufacturer": "Quillon", "model": "Tomara 64", "software_version": "3.0"},
    )
    others = fleet(
        {"asset_tag": "MR-001", "manufacturer": "Tessaly", "model": "Pellar 5", "software_version": "7.1", "modality": "MR",
         "site": "North Quay", "serial_number": "NQ-1"},
        {"asset_tag": "CT-900", "manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5",
         "site": "North Quay", "serial_number": "NQ-2"},
    )  # fmt: skip
    inside = bom("Pellar 5", "7.1", [{"name": "OpenSSL", "version": "1.0.2k", "cpe": "cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"}],
                 maker="Tessaly")  # fmt: skip
    feed = nvd(
        record(
            "CVE-2031-41001", any_of(criterion("o:quillon:tomara_64_firmware", versionEndExcluding="2.0"))
        ),
        record("CVE-2031-41002", any_of(criterion("a:openssl:openssl", versionEndExcluding="1.0.2u"))),
    )
    return devices, others, inside, feed, kev("CVE-2031-41001")


@contextmanager
def behind(home: Path) -> Iterator[None]:
    """Let this process serve a home."""
    told = {**door.of_home(home), **door.of_address("http://localhost:8000"), "REQUIRE_SECOND_FACTOR": False,
            "ALLOWED_HOSTS": ["testserver", "localhost", "127.0.0.1"]}  # fmt: skip
    settings.SECRET_KEY = told["SECRET_KEY"]  # Django has none of its own to go back to
    with pytest.MonkeyPatch.context() as patched, override_settings(**told):
        patched.setenv("LEADGLASS_HOME", str(home))
        patched.setenv("LEADGLASS_NOW", START.isoformat())
        door.house.cache_clear()
        yield
    door.house.cache_clear()


def opened(home: Path) -> Pages:
    """Open a home that is served, with the people of ROLES."""
    door.house.cache_clear()
    pages = Pages(Hospital(home))
    for username, (role, site) in ROLES.items():
        pages.enrol(username, role, site)
    return pages


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house of two sites, received and assessed, with its people: made once."""
    hospital = Hospital(tmp_path_factory.mktemp("prepared") / "home")
    hospital.receive(*papers())
    hospital.assess()
    with behind(hospital.home):
        opened(hospital.home)
    return hospital.home


@pytest.fixture
def pages(prepared: Path, tmp_path: Path) -> Iterator[Pages]:
    """The house of two sites, for a test that may change it."""
    home = tmp_path / "house"
    shutil.copytree(prepared, home)
    with behind(home):
        yield Pages(Hospital(home))


@pytest.fixture
def served(hospital: Hospital) -> Iterator[Callable[[], Pages]]:
    """Serve a home: call it when its documents are received."""
    with behind(hospital.home):
        yield lambda: opened(hospital.home)


@pytest.fixture
def empty(served: Callable[[], Pages]) -> Pages:
    """A house that received nothing."""
    return served()
