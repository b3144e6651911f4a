"""The API in this process, over a ledger of two sites."""

import pytest
from django.conf import settings
from django.core.cache import caches

from leadglass.services.api.routes import routes
from leadglass.web import door
from tests.hospital import START
from tests.web.api.ledgers import CVE, HARBOR, Api, People, home_of


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """The ledger; what a test writes is there for the next."""
    hospital = home_of(tmp_path_factory.mktemp("ledger"))
    patch = pytest.MonkeyPatch()
    patch.setenv("LEADGLASS_HOME", str(hospital.home))
    patch.setenv("LEADGLASS_NOW", START.isoformat())
    door.house.cache_clear()
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = "of a test", ["testserver"]
    caches["api"].clear()
    yield hospital
    door.house.cache_clear()
    patch.undo()


@pytest.fixture(scope="module")
def people(ledger):
    """Who may do what."""
    return People(ledger.house)


@pytest.fixture(scope="module")
def whole(people):
    """A client that may do everything everywhere."""
    return Api(people.token("administrator", "security_analyst", "auditor", "clinical_engineer"))


@pytest.fixture(scope="module")
def asked(whole):
    """A request for each route that would be answered, about things of Harbor where it is about a thing."""
    finding = whole.get("/findings", {"device": "HB-001", "vulnerability": CVE}).json()["rows"][0]
    action = whole.get("/actions", {"site": HARBOR}).json()["rows"][0]
    question = whole.get("/questions").json()["rows"][0]
    fleet = whole.get("/sources", {"kind": "fleet"}).json()["rows"][0]["sha256"]
    ids = {"devices": "HB-001", "products": finding["product_id"], "components": finding["component_id"],
           "findings": finding["id"], "vulnerabilities": CVE, "actions": action["id"], "questions": question["id"],
           "sources": fleet}  # fmt: skip
    words = {
        "name": {"show": "HB-001", "explain": finding["id"], "letter": question["id"], "history": "HB-001", "document": fleet},
        "sha256": fleet, "form": "openvex", "author": "us", "question": question["id"], "value": {"answer": "", "say": "1.5"}, "why": "seen",
        "device": "HB-001", "field": "room", "kind": "close", "target": finding["id"], "owner": "A. Chair", "proof": "looked",
        "reason": "it is gone", "model": "Tomara", "text": "key", "until": None,
        "actions": [action["id"]], "action": action["id"], "key": "O-3f", "assignee": "", "vulnerability": CVE,
        "decisions": [{"kind": "close", "target": finding["id"], "owner": "B. Chair", "proof": "looked", "reason": "it is gone"}],
    }  # fmt: skip

    def send(name, api):
        route = routes()[name]
        if route.listing:
            return api.get(route.path)
        if route.of_one:
            return api.get(route.path.replace("{path:name}", ids[name.partition("/")[0]]))
        told = {}
        for one in route.fields:
            if one.needed or one.name == "proof":
                word = words.get(one.name, "x")
                told[one.name] = word.get(name, "x") if isinstance(word, dict) else word
        if route.method == "GET":
            return api.get(route.path, told)
        if not route.octets:
            return api.post(route.path, told)
        query = "?name=a&why=b" if name == "take_book" else "?name=a" if route.named or name == "try" else ""
        return api.send(
            route.path + query.replace("name=a&", "" if name == "take_book" else "name=a&"), b"nothing"
        )

    return send
