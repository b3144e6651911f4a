from leadglass.services.ledger.listings import LISTINGS
from tests.web.pages.conftest import *


def test_all(pages):
    c = pages.client(ADMIN)
    for p in [
        "/",
        "/help",
        "/scan",
        "/search?q=tomara",
        "/search",
        "/history",
        "/documents",
        "/documents/receive",
        *(f"/{n}" for n in LISTINGS if n != "sources"),
    ]:
        r = c.get(p)
        print(p, r.status_code, len(r.content))
        assert r.status_code == 200, (p, r.content[:3000].decode())
    h = pages.hospital
    for listing, path, col in (
        ("devices", "devices", "device_id"),
        ("products", "products", "product_id"),
        ("components", "components", "component_id"),
        ("findings", "findings", "id"),
        ("vulnerabilities", "vulnerabilities", "id"),
        ("actions", "actions", "id"),
        ("questions", "questions", "id"),
        ("sources", "documents", "sha256"),
    ):
        for row in h.list(listing)[:2]:
            r = c.get(f"/{path}/{row[col]}")
            print(listing, r.status_code)
            assert r.status_code == 200, (path, r.content[:3000].decode())
