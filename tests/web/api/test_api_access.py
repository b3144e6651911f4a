"""Who may do what where: nobody, tokens that hold no longer, fewer permissions, roles of another site, sessions."""

import inspect
from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.test import Client

from leadglass.services.accounts.invite import digest
from leadglass.services.api.routes import LEFT_OUT, OF_ACCOUNTS, OF_APPROVALS, left_out, routes
from leadglass.services.catalogue import CATALOGUE
from leadglass.values.accounts import AccountKind
from leadglass.values.scope import Permission
from leadglass.web.api import limits
from tests.web.api.ledgers import COAST, CVE, HARBOR, Api
from tests.web.signing import sign_in

ROUTES = routes()


def test_every_service_is_offered_or_left_out_with_a_reason():
    for name, service in CATALOGUE.items():
        assert (name in ROUTES) != bool(left_out(service)), name
    assert set(LEFT_OUT) <= set(CATALOGUE)
    assert left_out(CATALOGUE["invite"]) == OF_ACCOUNTS
    assert left_out(replace(CATALOGUE["decide"], permission=Permission.APPROVE)) == OF_APPROVALS
    assert all(len(reason) > 40 for reason in LEFT_OUT.values())


def test_a_route_takes_all_that_its_service_takes():
    for name, route in ROUTES.items():
        if route.listing or route.of_one:
            continue
        taken = {one.into or one.name for one in route.asked}
        hidden = {"as_of"} if name == "assess" else set()
        assert taken | hidden == set(inspect.signature(route.service.function).parameters) - {
            "view",
            "house",
            "_view",
        } - {next(iter(inspect.signature(route.service.function).parameters))}


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_nobody_is_answered(ledger, asked, name):
    caches["api"].clear()
    answer = asked(name, Api())
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_token_that_leaves_the_permission_out_is_refused(people, asked, name):
    others = set(Permission) - {ROUTES[name].service.permission}
    api = Api(
        people.token("administrator", "security_analyst", "auditor", "clinical_engineer", permissions=others)
    )
    assert asked(name, api).status_code == 403


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_an_account_without_a_role_is_refused(people, asked, name):
    assert asked(name, Api(people.token())).status_code == 403


ALL_ROLES = ("administrator", "security_analyst", "auditor", "clinical_engineer", "approver")
ABOUT_HARBOR = {
    "devices/one",
    "findings/one",
    "actions/one",
    "show",
    "explain",
    "history",
    "say",
    "decide",
    "document",
}


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_who_has_every_role_at_another_site_learns_nothing_of_this_one(people, asked, name):
    answer = asked(name, Api(people.token(*ALL_ROLES, site=COAST)))
    if ROUTES[name].service.everywhere:
        assert answer.status_code == 403
    elif name in ABOUT_HARBOR:
        assert answer.status_code == 404, answer.content
    else:
        assert answer.status_code < 500
    if answer.status_code == 200:
        assert b"HARBORSERIAL" not in answer.content
        assert b"HB-00" not in answer.content
        assert HARBOR.encode() not in answer.content


def test_what_lies_outside_is_answered_as_if_it_were_not_there(people, whole):
    api = Api(people.token(*ALL_ROLES, site=COAST))
    there, nowhere = api.get("/devices/HB-001"), api.get("/devices/HB-999")
    assert there.status_code == nowhere.status_code == 404
    assert there.json()["detail"].replace("HB-001", "HB-999") == nowhere.json()["detail"]
    assert api.get("/devices", {"site": HARBOR}).json()["total"] == 0


def test_what_another_site_answered_is_neither_changed_nor_taken_back_from_here(people, whole):
    """An answer leaves the question's listing; its id alone must not open it to who never saw the question."""
    asked = next(
        row
        for row in whole.get("/questions").json()["rows"]
        if [one["device"] for one in row["about"]] == ["HB-003"]
    )
    value = "2.8" if "version" in asked["answers"] else "no"
    told = whole.post("/answer", {"question": asked["id"], "value": value, "why": "looked"})
    assert told.status_code == 200, told.content
    here = Api(people.token("clinical_engineer", site=COAST))
    for path in ("/answer", "/withdraw"):
        body = {"question": asked["id"], "why": "x", **({"value": value} if path == "/answer" else {})}
        assert here.post(path, body).status_code == 404
    assert whole.post("/withdraw", {"question": asked["id"], "why": "a slip"}).status_code == 200


def test_counts_are_of_ones_own_sites(people, whole):
    api = Api(people.token("viewer", site=COAST))
    assert api.get("/devices").json()["total"] == 1
    counts = api.get("/status").json()["counts"]
    assert counts["devices"] == 1
    assert counts["questions"] == api.get("/questions").json()["total"]
    assert (
        counts["documents"]
        == api.get("/sources").json()["total"]
        == api.get("/glance").json()["sources_total"]
    )
    everywhere = whole.get("/status").json()["counts"]
    assert counts["documents"] < everywhere["documents"]
    assert counts["questions"] < everywhere["questions"]
    (row,) = api.get("/vulnerabilities").json()["rows"]
    assert row["affected"] + row["unknown"] == 1
    assert whole.get("/vulnerabilities").json()["rows"][0]["affected"] == 3


def test_a_decision_of_one_site_covers_no_finding_of_another(people):
    api = Api(people.token("security_analyst", site=COAST))
    made = api.post(
        "/decide",
        {"kind": "close", "target": CVE, "owner": "A. Chair", "reason": "it is gone", "proof": "looked"},
    )
    assert len(made.json()["findings"]) == 1


def test_a_token_that_expired_was_withdrawn_or_whose_account_is_off_lets_nobody_in(ledger, people):
    accounts = ledger.house.accounts
    expired = people.token("viewer", days=-1)
    withdrawn = people.token("viewer")
    with accounts.change("a.chair", "no longer", origin="test"):
        accounts.withdraw_token(withdrawn[:9])
    off = people.token("viewer")
    assert Api(off).get("/devices").status_code == 200
    with accounts.change("a.chair", "left", origin="test"):
        accounts.switch(people.made[-1], active=False)
    said = {token: Api(token).get("/devices") for token in (expired, withdrawn, off, "lg_never", "x y")}
    assert {answer.status_code for answer in said.values()} == {401}
    assert len({said[token].json()["detail"] for token in (expired, withdrawn, off, "lg_never")}) == 1


def test_a_role_that_is_taken_back_is_gone_at_once(ledger, people):
    api = Api(people.token("viewer"))
    assert api.get("/devices").status_code == 200
    with ledger.house.accounts.change("a.chair", "left", origin="test"):
        ledger.house.accounts.withdraw_grant(people.made[-1], "viewer", "")
    assert api.get("/devices").status_code == 403


def test_another_scheme_is_no_token(ledger):
    for said in ("Basic YTpi", "Bearer", "Bearer   ", "lg_x"):
        assert Client(headers={"Authorization": said}).get("/api/v1/devices").status_code == 401


def signed_in(ledger, people, *, factor=True):
    people.token("clinical_engineer", kind=AccountKind.PERSON)
    user = get_user_model().objects.get(username=people.made[-1])
    client = Client(enforce_csrf_checks=True)
    with ledger.house.accounts.change("a.chair", "she signs in", origin="test"):
        if factor:
            Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
        sign_in(client, user)
    return client


def test_who_signed_in_reads_and_writes_from_our_pages_alone(ledger, people):
    client = signed_in(ledger, people)
    assert client.get("/api/v1/devices").json()["total"] >= 4
    body = {"device": "HB-001", "field": "room", "value": "2", "why": "seen"}
    refused = client.post("/api/v1/say", body, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    client.cookies["csrftoken"] = token = "a" * 32
    made = client.post("/api/v1/say", body, content_type="application/json", headers={"X-CSRFToken": token})
    assert made.status_code == 200


def test_who_signed_in_without_a_second_factor_is_told_so(ledger, people):
    answer = signed_in(ledger, people, factor=False).get("/api/v1/devices")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert "second factor" in answer.json()["detail"]


def test_who_asks_too_often_waits_and_nobody_else_does(people, whole, monkeypatch):
    caches["api"].clear()
    monkeypatch.setenv("LEADGLASS_API_RATE", "3")
    api, other = Api(people.token("viewer")), Api(people.token("viewer"))
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_010.0)
    said = [api.get("/devices") for _ in range(4)]
    assert [answer.status_code for answer in said] == [200, 200, 200, 429]
    assert said[0]["RateLimit"] == '"minute";r=2;t=50'
    assert said[0]["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert said[3]["Retry-After"] == "50"
    assert other.get("/devices").status_code == 200
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_070.0)
    assert api.get("/devices").status_code == 200


def test_guessing_is_counted_by_address_and_locks_nobody_out(whole, monkeypatch):
    caches["api"].clear()
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_010.0)
    codes = [Api(f"lg_{number}").get("/about").status_code for number in range(limits.per_address() + 1)]
    assert codes == [401] * limits.per_address() + [429]
    assert whole.get("/about").status_code == 200


def test_the_server_says_whom_it_takes_the_asker_for(people):
    told = Api(people.token("viewer", site=COAST)).get("/about").json()
    assert (told["person"], told["permitted"]) == (people.made[-1], {COAST: ["read"]})


def test_no_word_of_a_token_is_kept(ledger, people):
    token = people.token("viewer")
    raw = b"".join(path.read_bytes() for path in ledger.home.glob("register.sqlite3*"))
    assert token[9:].encode() not in raw
    assert digest(token).encode() in raw
