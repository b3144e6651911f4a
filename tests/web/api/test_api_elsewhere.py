"""What another server did not give is answered as that: 502 and a sentence, no fault of this one."""

import socket

import pytest

from leadglass.web import door


@pytest.fixture
def nobody(ledger):
    """A system of work orders at a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    policies = ledger.home / "policies"
    policies.mkdir(exist_ok=True)
    place = policies / "orders.toml"
    place.write_text(f'[servicenow]\nurl = "http://127.0.0.1:{port}"\nuser = "leadglass"\n', encoding="utf-8")
    door.house.cache_clear()
    yield
    place.unlink()
    door.house.cache_clear()


def test_a_server_that_is_not_reached_is_a_bad_gateway(nobody, whole, caplog):
    (action, *_rest) = whole.get("/actions").json()["rows"]
    assert whole.post("/want-orders", {"action": action["id"]}).status_code == 200
    answer = whole.post("/send-orders", {})
    assert answer.status_code == 502, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["type"], told["title"], told["status"]) == (
        "urn:leadglass:error:FetchError",
        "Bad Gateway",
        502,
    )
    assert "no whole answer came" in told["detail"]
    assert not [entry for entry in caplog.records if entry.name.startswith("leadglass")], "no fault of ours"
    states = {row["state"] for row in whole.get("/orders").json()}
    assert states == {"wanted"}, "nothing was sent, and nothing is forgotten"


def test_it_is_described(whole):
    described = whole.get("/openapi.json").json()
    assert "502" in described["components"]["responses"]
    assert "502" in described["paths"]["/api/v1/send-orders"]["post"]["responses"]
