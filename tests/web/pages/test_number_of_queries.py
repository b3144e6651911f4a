"""A page asks the tables and the register as often in a large house as in a small one, and few times at that."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadglass.services.ledger.listings import LISTINGS
from leadglass.store.tables import TableStore
from tests.hospital import Hospital, any_of, bom, criterion, fleet, kev, nvd, record
from tests.web.pages.conftest import ANALYST, VIEWER, Pages, behind, opened
from tests.web.pages.test_listings import ADDRESSES

SMALL, LARGE = 2, 5
MOST_OF_TABLES, MOST_OF_REGISTER = 16, 30
"""What any one page may ask; a listing asks the tables four times at most."""
KEYS = {"devices": "device_id", "products": "product_id", "components": "component_id", "sources": "sha256"}


def documents(size: int) -> tuple[bytes, ...]:
    """A hospital of a size: models, each with devices at two sites, components and records of them."""
    models = range(size)
    devices = fleet(
        *(
            {"asset_tag": f"CT-{site}-{model}-{number}", "manufacturer": "Quillon", "model": f"Tomara {model}",
             "software_version": "1.5" if number else "", "site": site, "serial_number": f"{site}{model}{number}"}
            for model in models for number in models for site in ("Harbor", "North Quay")
        )
    )  # fmt: skip
    inside = [
        {"name": f"part{part}", "version": "1.0", "cpe": f"cpe:2.3:a:acme:part{part}:1.0:*:*:*:*:*:*:*"}
        for part in models
    ]
    papers = [bom(f"Tomara {model}", "1.5", inside) for model in models]
    records = [
        record(f"CVE-2031-{41000 + part}", any_of(criterion(f"a:acme:part{part}", versionEndExcluding="2.0")))
        for part in models
    ]
    own = [
        record(
            f"CVE-2031-{42000 + m}",
            any_of(criterion(f"o:quillon:tomara_{m}_firmware", versionEndExcluding="2")),
        )
        for m in models
    ]
    return devices, *papers, nvd(*records, *own), kev("CVE-2031-41000")


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count what is asked of the tables and of the register while the block runs."""
    told: Counter[str] = Counter()
    with pytest.MonkeyPatch.context() as patched, CaptureQueriesContext(connection) as captured:
        for name in ("ask", "relation"):
            run = getattr(TableStore, name)

            def asked(store, query, *given, run=run, **named):
                told["tables"] += 1
                return run(store, query, *given, **named)

            patched.setattr(TableStore, name, asked)
        yield told
    told["register"] = len(captured)


def addresses(pages: Pages) -> dict[str, str]:
    """Every page of what is listed, and one page of each thing."""
    told = {name: f"/{address}" for name, address in ADDRESSES.items()}
    told |= {f"{name} at a site": f"/{address}?site=Harbor" for name, address in ADDRESSES.items()}
    told |= {
        "overview": "/",
        "search": "/search?q=Tomara",
        "a tag": "/search?q=CT-Harbor-1-1",
        "help": "/help",
        "devices in another order": "/devices?sort=-room",
    }
    told |= {"scan": "/scan", "receive": "/documents/receive"}
    for name in (
        "devices",
        "products",
        "components",
        "vulnerabilities",
        "findings",
        "actions",
        "questions",
        "sources",
    ):
        row = pages.hospital.list(name, site="Harbor")[0]
        where = "documents" if name == "sources" else name
        told[f"one of {name}"] = f"/{where}/{row[KEYS.get(name, 'id')]}"
        if name == "actions":
            told |= {verb: f"/actions/{verb}?id={row['id']}" for verb in ("decide", "assign")}
    return told


def asked_by(client: Client, address: str) -> Counter[str]:
    """Count what a page asks that was looked at before, as what depends on the snapshot alone is known then."""
    client.get(address)
    with counted() as told:
        answer = client.get(address)
    assert answer.status_code in {200, 302}, (address, answer.status_code)
    return told


def counts(home: Path, size: int) -> dict[tuple[str, str], Counter[str]]:
    """Count what each page asks in a hospital of a size: of who sees all, and of who sees one site."""
    hospital = Hospital(home)
    hospital.receive(*documents(size))
    hospital.assess()
    with behind(home):
        pages = opened(home)
        told = addresses(pages)
        made = {}
        for person in (ANALYST, VIEWER):
            client = pages.client(person)
            made |= {
                (person, name): asked_by(client, address)
                for name, address in told.items()
                if person == ANALYST or name not in {"decide", "assign", "receive"}
            }
    return made


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, dict]:
    return tuple(counts(tmp_path_factory.mktemp("houses") / str(size), size) for size in (SMALL, LARGE))


def test_every_listing_is_counted(asked: tuple[dict, dict]) -> None:
    assert {(person, name) for person in (ANALYST, VIEWER) for name in LISTINGS} <= asked[0].keys()


def test_a_page_of_a_larger_house_asks_no_more_often(asked: tuple[dict, dict]) -> None:
    small, large = asked
    assert {key: (dict(told), dict(large[key])) for key, told in small.items() if told != large[key]} == {}


def test_no_page_asks_often(asked: tuple[dict, dict]) -> None:
    _, large = asked
    over = {
        key: dict(told)
        for key, told in large.items()
        if told["tables"] > MOST_OF_TABLES or told["register"] > MOST_OF_REGISTER
    }
    assert over == {}
