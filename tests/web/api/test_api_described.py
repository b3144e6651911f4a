"""The description of the API is complete, and docs/api.md says what it says."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from leadglass.services.api.routes import BASE, LEFT_OUT, MOST_ROWS, OF_ACCOUNTS, OF_APPROVALS, routes
from leadglass.services.ledger.choices import CHOICES, SEVERAL
from leadglass.services.ledger.receive import MOST_BYTES
from leadglass.store import answers
from leadglass.web.api import limits
from tests.web.api.ledgers import Api

DOCS = Path(__file__).parents[3] / "docs"
SAID = (DOCS / "api.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def described(ledger):
    answer = Api().get("/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def test_every_route_is_described_with_every_answer(described):
    assert described["openapi"] == "3.1.0"
    for route in routes().values():
        path = f"{BASE}{route.path.replace('{path:', '{')}"
        one = described["paths"][path][route.method.lower()]
        assert set(one["responses"]) >= {"200", "400", "401", "403", "404", "409", "422", "429", "500", "503"}
        assert ("304" in one["responses"]) == (route.method == "GET")
        assert {"Token": []} in one["security"]
        assert {"Session": []} in one["security"]
        assert {field.name for field in route.fields if route.in_query} <= {
            item["name"] for item in one["parameters"]
        }
        if route.method == "POST" and (route.octets or route.fields):
            assert one["requestBody"]["required"]


def test_every_problem_is_one_of_rfc_9457(described):
    for status, one in described["components"]["responses"].items():
        kind = "text/html" if status == "414" else "application/problem+json"
        assert list(one["content"]) == [kind]
    assert set(described["components"]["schemas"]["Problem"]["required"]) == {
        "type",
        "title",
        "status",
        "detail",
    }


@pytest.mark.parametrize("name", sorted(routes()))
def test_an_answer_is_of_the_form_that_is_described(described, asked, whole, name):
    if name == "sync":
        pytest.skip("no test fetches a feed")
    route, answer = routes()[name], asked(name, whole)
    path = f"{BASE}{route.path.replace('{path:', '{')}"
    responses = described["paths"][path][route.method.lower()]["responses"]
    said = responses[str(answer.status_code)]
    said = described["components"]["responses"][str(answer.status_code)] if "$ref" in said else said
    kind = answer["Content-Type"]
    if answer.streaming:
        answer.close()
    if not said.get("content"):
        assert answer.content == b"null"
        return
    schema = said["content"][kind]["schema"]
    if kind.endswith("json"):
        Draft202012Validator({**schema, "components": described["components"]}).validate(answer.json())
    assert answer.status_code < 500
    assert answer.status_code == 200 or name in REFUSED, answer.content


REFUSED = {"book", "changes", "distrust_key", "news", "take_book", "take_bundle", "trust_key", "try", "unwatch", "see", "vex",
           "answer", "withdraw", "decide", "letter", "receive", "confirm_order", "send_orders",
           "take_order_file", "take_orders"}  # fmt: skip
"""What `asked` asks in a form that is right and of a thing that is not there."""


def test_nothing_that_is_named_is_missing(described):
    named = set(re.findall(r"'\$ref': '#/components/(\w+)/([^']+)'", str(described)))
    assert named
    for kind, name in named:
        assert name in described["components"][kind], (kind, name)


def test_words_of_filters_are_those_of_the_command_line(described):
    for (listing, name), words in CHOICES.items():
        told = described["paths"][f"{BASE}/{listing}"]["get"]["parameters"]
        (one,) = [item for item in told if item["name"] == name]
        if (listing, name) in SEVERAL:
            assert re.fullmatch(one["schema"]["pattern"], ",".join(words))
            assert not re.fullmatch(one["schema"]["pattern"], f"{words[0]},")
        else:
            assert one["schema"]["enum"] == ["", *map(str, words)]


def test_the_docs_name_every_route_and_no_other():
    named = set(re.findall(r"`(GET|POST) (/[a-z-]+)`", SAID)) | {("GET", f"/{name}") for name in
             re.findall(r"`(\w+)`", SAID.partition("each listing: ")[2].partition(".")[0])}  # fmt: skip
    there = {(route.method, route.path) for route in routes().values() if not route.of_one}
    assert named == there | {("GET", "/about")}


def test_the_docs_name_what_is_left_out_and_why():
    table = SAID.partition("Not offered:")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", table)) == set(LEFT_OUT)
    assert OF_ACCOUNTS[1:].rstrip(".") in table
    assert OF_APPROVALS[1:].rstrip(".") in table


def test_the_docs_name_every_status(described):
    table = SAID.partition("| status | when |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\d+)`", table)) == set(described["components"]["responses"]) | {"405"}


def test_the_docs_say_the_bounds_of_the_code():
    for words in (f"at most {MOST_ROWS:,}", f"{MOST_BYTES >> 20} MiB", f"{limits.USUAL:,} requests a minute",
                  f"that holds, {limits.per_address()}.", f"{answers.MOST:,} keys a day",
                  f"within {answers.KEPT_FOR // 3600} hours"):  # fmt: skip
        assert words in SAID
