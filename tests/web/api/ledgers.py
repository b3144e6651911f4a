"""A ledger of two sites that the API answers for, and tokens of people who may do this or that."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.test import Client

from leadglass.services.accounts.invite import digest
from leadglass.services.house import House
from leadglass.values.accounts import AccessToken, Account, AccountKind, Grant
from leadglass.values.scope import Permission
from tests import hospital as papers
from tests.hospital import Hospital

HARBOR, COAST = "Harbor", "Coast"
LIBRARY = {"name": "openssl", "version": "1.0.2k", "cpe": "cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"}
CVE = "CVE-2026-1111"


def fill(hospital: Hospital) -> None:
    """Two scanners at Harbor, one at Coast, all with one library that a record names."""
    device = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
    hospital.receive(
        papers.fleet(
            {**device, "asset_tag": "HB-001", "site": HARBOR},
            {**device, "asset_tag": "HB-002", "site": HARBOR, "serial_number": "HARBORSERIAL"},
            {**device, "asset_tag": "CO-001", "site": COAST, "serial_number": "COASTSERIAL"},
            {
                "manufacturer": "Pellar",
                "model": "Echo 5",
                "asset_tag": "HB-003",
                "site": HARBOR,
                "modality": "US",
            },
        ),
        papers.bom("Tomara 64", "1.5", [LIBRARY]),
        papers.nvd(papers.record(CVE, papers.any_of(papers.criterion("a:openssl:openssl:1.0.2k")))),
        papers.kev(CVE),
        papers.epss(CVE_2026_1111=0.9),
    )
    hospital.assess()


@dataclass
class People:
    """Accounts and tokens of a house."""

    house: House
    made: list[str] = field(default_factory=list)

    def token(
        self,
        *roles: str,
        site: str = "",
        permissions: Iterable[Permission] = tuple(Permission),
        days: float = 9,
        kind: AccountKind = AccountKind.SERVICE,
    ) -> str:
        """Make an account with roles at a site, and a token of it."""
        name, secret = f"service-{secrets.token_hex(4)}", f"lg_{secrets.token_urlsafe(32)}"
        self.made.append(name)
        accounts, now = self.house.accounts, self.house.clock()
        with accounts.change("a.chair", "a service comes", origin="test"):
            accounts.make(Account(number=0, username=name, name="", email="", kind=kind, active=True))
            for role in roles:
                accounts.grant(
                    Grant(username=name, role=role, site=site, by="a.chair", why="its work", at=now)
                )
            accounts.issue(
                AccessToken(
                    mark=secret[:9], digest=digest(secret), username=name, label="for a test",
                    permissions=tuple(permissions), by="a.chair", at=now, until=now + timedelta(days=days),
                )
            )  # fmt: skip
        return secret


class Api:
    """A client with a token, or with none."""

    def __init__(self, token: str = "", **kwargs: Any) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = Client(headers=headers, **kwargs)

    def get(self, path: str, query: Any = None, **headers: str) -> Any:
        """GET."""
        return self._client.get(f"/api/v1{path}", query or {}, headers=named(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST a JSON object."""
        return self._client.post(
            f"/api/v1{path}", body or {}, content_type="application/json", headers=named(headers)
        )

    def send(self, path: str, raw: bytes, kind: str = "application/octet-stream", **headers: str) -> Any:
        """POST a document."""
        return self._client.generic("POST", f"/api/v1{path}", raw, content_type=kind, headers=named(headers))


def named(headers: dict[str, str]) -> dict[str, str]:
    """Headers as HTTP writes them: if_none_match is If-None-Match."""
    return {name.replace("_", "-").title(): said for name, said in headers.items()}


def home_of(folder: Path) -> Hospital:
    """A hospital that is filled."""
    made = Hospital(folder / "home")
    fill(made)
    return made
