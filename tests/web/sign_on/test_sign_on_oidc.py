# SPDX-License-Identifier: Apache-2.0
"""Sign-on by OpenID Connect against a real provider: who gets in as what, and every lie that lets nobody in."""

import json
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from leadglass.errors import UnreadableError
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.providers import providers
from tests.web.accounts.conftest import WORDS, code, set_up_app
from tests.web.sign_on import oidc_provider as oidc

pytestmark = pytest.mark.service

SEALED = "q8m67-sjz4h-jpheh-t62mk-8hptc"
SITE_ROLE = {"group": "radiology-it", "role": "security_analyst", "site": "North"}


@pytest.fixture
def provider():
    with oidc.served() as known:
        yield known


@pytest.fixture
def hospital(vouched, provider):
    return vouched(provider.table(roles=[SITE_ROLE], second_factor=["mfa"]), f"hospital {oidc.SECRET}")


def lead(client, start="/account/sign-on/hospital/"):
    """Go to the provider, as a browser does; give the address to which it sends back."""
    answer = client.get(start)
    assert answer.status_code == 302, answer.content.decode()
    sent = httpx.get(answer["Location"])
    assert sent.status_code == 302, sent.text
    back = urlsplit(sent.headers["Location"])
    assert back.path == "/account/sign-on/hospital/back/"
    return f"{back.path}?{back.query}"


def come(client, start="/account/sign-on/hospital/"):
    return client.get(lead(client, start))


def signed_in(client):
    return client.get("/account/").status_code == 200


def vouch(provider, **person):
    provider.person = {
        "sub": "248289761001",
        "preferred_username": "j.doe",
        "groups": ["radiology-it"],
        **person,
    }


def test_the_login_page_has_a_button_for_each_provider_and_asks_none_of_them(hospital, provider):
    provider.stop()
    page = hospital.client().get("/account/login/?next=/devices").content.decode()
    assert (
        'href="/account/sign-on/hospital/?next=%2Fdevices"' in page
        or 'href="/account/sign-on/hospital/' in page
    )
    assert "Harbour sign-on" in page


def test_a_mapped_group_gives_an_account_with_its_role_at_its_site(hospital, provider):
    vouch(provider, amr=["pwd", "mfa"], name="Jo Doe", email="jo@hospital.example")
    client = hospital.client()
    answer = come(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200, "the provider asked for a second factor"
    account = hospital.house.accounts.account("j.doe")
    assert (account.name, account.email) == ("Jo Doe", "jo@hospital.example")
    held = [(grant.role, grant.site, grant.by) for grant in hospital.house.accounts.grants("j.doe")]
    assert held == [("security_analyst", "North", "sign-on hospital")]
    asked = provider.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 43
    assert hospital.house.register.verify() > 0
    (entry,) = hospital.log("account.signed_in")
    assert entry["by"] == "sign-on hospital"


def test_nobody_gets_an_account_by_sign_on_alone(hospital, provider):
    vouch(provider, groups=["cardiology"], amr=["mfa"])
    client = hospital.client()
    answer = come(client)
    assert answer.status_code == 403
    assert b"none of your groups" in answer.content
    assert not signed_in(client)
    assert hospital.house.accounts.account("j.doe") is None
    assert hospital.log("account.refused")


def test_without_the_word_of_the_table_a_second_factor_of_ours_is_asked_for(hospital, provider):
    vouch(provider, amr=["pwd"])
    client = hospital.client()
    assert come(client).status_code == 302
    assert client.get("/")["Location"] == "/account/mfa/"
    seed = set_up_app(client)
    assert client.get("/").status_code == 200
    other = hospital.client()
    assert come(other)["Location"] == "/account/mfa/authenticate/"
    assert not signed_in(other)
    answer = other.post("/account/mfa/authenticate/", {"code": code(seed, ahead=1)})
    assert answer.status_code == 302
    assert signed_in(other)


def test_an_account_is_known_by_issuer_and_subject_never_by_name_or_mail(hospital, provider):
    hospital.invite("j.doe", "administrator", email="jo@hospital.example")
    hospital.welcomed("v.smith", "administrator")
    vouch(provider, preferred_username="v.smith", email="jo@hospital.example", email_verified=True)
    answer = come(hospital.client())
    assert answer.status_code == 400
    assert b"There is an account v.smith already" in answer.content
    assert hospital.house.accounts.links("v.smith") == []
    vouch(provider, sub="1", amr=["mfa"])
    come(hospital.client())
    vouch(provider, sub="1", preferred_username="renamed", amr=["mfa"])
    client = hospital.client()
    come(client)
    assert b"You sign in as j.doe" in client.get("/account/").content
    assert hospital.house.accounts.account("renamed") is None


def test_roles_follow_the_groups_and_what_people_gave_stays(hospital, provider):
    vouch(provider, amr=["mfa"])
    come(hospital.client())
    catalogue.GRANT(hospital.view, "j.doe", "viewer", site="South")
    vouch(provider, groups=["cardiology"], amr=["mfa"])
    assert come(hospital.client()).status_code == 302
    held = [(grant.role, grant.site) for grant in hospital.house.accounts.grants("j.doe")]
    assert held == [("viewer", "South")]
    before = hospital.house.register.verify()
    assert come(hospital.client()).status_code == 302
    assert hospital.house.register.verify() == before, "where nothing differs nothing is written"


def test_an_account_that_is_switched_off_stays_out(hospital, provider):
    hospital.welcomed("root", "administrator")
    vouch(provider, amr=["mfa"])
    inside = hospital.client()
    come(inside)
    catalogue.SWITCH_ACCOUNT(hospital.view, "j.doe", active=False)
    assert not signed_in(inside)
    client = hospital.client()
    answer = come(client)
    assert answer.status_code == 403
    assert b"switched off" in answer.content
    assert not signed_in(client)


def test_an_invited_person_comes_by_sign_on_instead_of_a_passphrase(hospital, provider):
    link = hospital.invite("a.chair", "viewer", site="North")
    vouch(provider, groups=[], amr=["mfa"])
    client = hospital.client()
    assert b"Harbour sign-on" in client.get(link).content
    assert come(client, f"{link}?by=hospital").status_code == 302
    assert client.get("/").status_code == 200
    assert [(grant.role, grant.site) for grant in hospital.house.accounts.grants("a.chair")] == [
        ("viewer", "North")
    ]
    assert client.get(link).status_code == 404, "an invitation is used once"
    again = hospital.client()
    come(again)
    assert b"You sign in as a.chair" in again.get("/account/").content
    refused = hospital.client().post("/account/login/", {"login": "a.chair", "password": WORDS})
    assert refused.status_code == 200, "she has no passphrase, so none lets her in"


def test_who_has_an_account_connects_it_after_seeing_for_whom_it_is(hospital, provider):
    client = hospital.person("root", "administrator")
    vouch(provider, groups=[], name="Ruth Root")
    page = come(client, "/account/sign-on/hospital/connect/")
    assert b"Ruth Root" in page.content
    assert hospital.house.accounts.links("root") == [], "not before she says so"
    assert client.post("/account/sign-on/confirmed/").status_code == 302
    assert [link.subject for link in hospital.house.accounts.links("root")] == ["248289761001"]
    assert client.post("/account/sign-on/confirmed/").status_code == 400, "once"
    other = hospital.client()
    assert come(other)["Location"] == "/account/mfa/authenticate/"
    assert client.post("/account/sign-on/hospital/end/").status_code == 302
    assert hospital.house.accounts.links("root") == []
    assert come(hospital.client()).status_code == 403


def test_a_renewed_account_is_connected_with_nobody(hospital, provider):
    hospital.welcomed("root", "administrator")
    vouch(provider, amr=["mfa"])
    come(hospital.client())
    link = hospital.invite("j.doe", "", again=True)
    assert hospital.client().post(link, {"passphrase": WORDS, "again": WORDS}).status_code == 302
    assert hospital.house.accounts.links("j.doe") == []


def test_who_is_asked_again_shows_herself_at_the_provider(hospital, provider):
    vouch(provider, amr=["mfa"])
    client = hospital.client()
    come(client)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    asked = client.get("/account/mfa/totp/activate/")
    assert asked["Location"].startswith("/account/sign-on/hospital/again/?next=")
    answer = come(client, asked["Location"])
    assert answer["Location"] == "/account/mfa/totp/activate/"
    assert provider.asked[-1]["prompt"] == "login"
    assert client.get("/account/mfa/totp/activate/").status_code == 200
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    vouch(provider, amr=["mfa"], auth_time=int(time.time()) - 7200)
    assert come(client, "/account/sign-on/hospital/again/").status_code == 422, "she was in there since hours"
    vouch(provider, amr=["mfa"], auth_time=int(time.time()) + 7200)
    assert come(client, "/account/sign-on/hospital/again/").status_code == 422, "a time to come shows nothing"
    vouch(provider, sub="another", auth_time=int(time.time()))
    assert come(client, "/account/sign-on/hospital/again/").status_code == 403, "somebody else"


def _token(header, sign):
    return lambda claims: oidc.joined(header, claims, sign)


RS = {"alg": "RS256", "kid": "one"}
TOKENS = {
    "signed by another key": _token(RS, oidc.rs256(oidc.OTHER)),
    "not signed": lambda claims: oidc.joined({"alg": "none"}, claims, lambda _body: b""),
    "not signed, by the name of the key": lambda claims: oidc.joined({"alg": "None", "kid": "one"}, claims, lambda _b: b""),
    "hashed with the public key": _token({"alg": "HS256", "kid": "one"}, oidc.hs256(oidc.public_pem())),
    "hashed with our secret": _token({"alg": "HS256", "kid": "one"}, oidc.hs256(oidc.SECRET.encode())),
    "says RSA, is of the curve": _token({"alg": "RS256", "kid": "two"}, oidc.es256),
    "by an unknown key": _token({"alg": "RS256", "kid": "three"}, oidc.rs256()),
    "with a key of its own": lambda claims: oidc.joined(
        {"alg": "RS256", "jwk": {"kty": "RSA", "n": oidc.number(oidc.OTHER.public_key().public_numbers().n), "e": "AQAB"}},
        claims, oidc.rs256(oidc.OTHER)),
    "altered after signing": lambda claims: oidc.plain(claims)[:-8] + "AAAAAAAA",
    "nothing": lambda _claims: "",
    "words": lambda _claims: "let me in",
    "100 kB": lambda claims: oidc.plain(claims | {"padding": "x" * 100_000}),
}  # fmt: skip
CLAIMS = {
    "another nonce": lambda told: told | {"nonce": "of yesterday"},
    "no nonce": lambda told: {name: value for name, value in told.items() if name != "nonce"},
    "for another program": lambda told: told | {"aud": "billing"},
    "for several, ours not the one that asked": lambda told: (
        told | {"aud": [oidc.CLIENT, "billing"], "azp": "billing"}
    ),
    "for several, without saying who asked": lambda told: told | {"aud": [oidc.CLIENT, "billing"]},
    "of another issuer": lambda told: told | {"iss": "https://elsewhere.example"},
    "expired": lambda told: told | {"iat": told["iat"] - 900, "exp": told["iat"] - 300},
    "never expires": lambda told: {name: value for name, value in told.items() if name != "exp"},
    "of tomorrow": lambda told: told | {"iat": told["iat"] + 86_400, "exp": told["exp"] + 86_400},
    "not yet": lambda told: told | {"nbf": told["iat"] + 3_600},
    "of nobody": lambda told: told | {"sub": ""},
    "of a number": lambda told: told | {"sub": 248289761001},
    "expires in words": lambda told: told | {"exp": "tomorrow"},
}


@pytest.mark.parametrize("fault", TOKENS)
def test_a_token_that_is_not_the_providers_lets_nobody_in(hospital, provider, fault):
    vouch(provider, amr=["mfa"])
    provider.token = TOKENS[fault]
    refuses(hospital)


@pytest.mark.parametrize("fault", CLAIMS)
def test_a_token_that_says_something_else_lets_nobody_in(hospital, provider, fault):
    vouch(provider, amr=["mfa"])
    provider.claims = CLAIMS[fault]
    refuses(hospital)


def refuses(hospital):
    client = hospital.client()
    answer = come(client)
    assert answer.status_code == 422, answer.content.decode()
    assert "not to be believed" in answer.content.decode()
    assert not signed_in(client)
    assert hospital.house.accounts.account("j.doe") is None
    assert len(hospital.log("account.refused")) == 1


def test_an_elliptic_key_signs_as_well(hospital, provider):
    vouch(provider, amr=["mfa"])
    provider.token = _token({"alg": "ES256", "kid": "two"}, oidc.es256)
    assert come(hospital.client()).status_code == 302


def test_an_answer_counts_once_and_in_the_browser_that_asked(hospital, provider):
    vouch(provider, amr=["mfa"])
    client, thief = hospital.client(), hospital.client()
    back = lead(client)
    assert thief.get(back).status_code == 422, "another browser"
    lead(thief)
    assert thief.get(back).status_code == 422, "which asked something else"
    assert client.get(back).status_code == 302
    client.post("/account/logout/")
    assert client.get(back).status_code == 422, "a second time"
    assert not signed_in(thief)


def test_a_code_without_the_verifier_is_worth_nothing(hospital, provider):
    vouch(provider, amr=["mfa"])
    client = hospital.client()
    back = lead(client)
    session = client.session
    session["leadglass_sign_on"]["hospital"]["verifier"] = "of somebody else"
    session.save()
    assert client.get(back).status_code == 422
    assert provider.refused == ["verifier"]


def test_an_answer_of_another_provider_is_refused_before_the_code_is_sent(hospital, provider):
    client = hospital.client()
    back = lead(client)
    told = parse_qs(urlsplit(back).query)
    mixed = f"/account/sign-on/hospital/back/?code={told['code'][0]}&state={told['state'][0]}&iss=https://evil.example"
    assert client.get(mixed).status_code == 422
    assert provider.codes, "nobody was told the code"


@pytest.mark.parametrize(
    "told",
    [{"issuer": "https://elsewhere.example"}, {"token_endpoint": "http://elsewhere.example/token"},
     {"authorization_endpoint": "javascript:alert(1)"}],
    ids=["another name", "in the clear", "no address"],
)  # fmt: skip
def test_a_provider_that_describes_itself_otherwise_is_not_followed(hospital, provider, told):
    provider.configuration = told
    client = hospital.client()
    answer = client.get("/account/sign-on/hospital/")
    if answer.status_code == 302:
        answer = come(client)
    assert answer.status_code in {422, 502}
    assert not signed_in(client)


def test_the_word_of_an_error_is_said_and_nobody_comes_in(hospital, provider):
    provider.error = "access_denied"
    answer = come(hospital.client())
    assert answer.status_code == 422
    assert b"access_denied" in answer.content


def test_a_provider_that_is_ended_is_said_and_other_ways_stay_open(hospital, provider):
    root = hospital.person("root", "administrator")
    catalogue.BREAK_GLASS(hospital.view, SEALED)
    provider.stop()
    answer = hospital.client().get("/account/sign-on/hospital/")
    assert answer.status_code == 502
    assert b"no whole answer came" in answer.content
    glass = hospital.client("203.0.113.9")
    assert glass.get("/account/login/").status_code == 200
    assert glass.post("/account/login/", {"login": "break-glass", "password": SEALED}).status_code == 302
    assert glass.get("/").status_code == 200
    assert b"signed in with the break-glass account" in root.get("/").content
    again = hospital.client()
    answer = again.post("/account/login/", {"login": "root", "password": WORDS})
    assert answer["Location"] == "/account/mfa/authenticate/", "and so does a passphrase"


def test_a_provider_that_ends_between_question_and_answer_lets_nobody_in(hospital, provider):
    client = hospital.client()
    back = lead(client)
    provider.stop()
    assert client.get(back).status_code == 502
    assert not signed_in(client)


def test_a_slow_provider_holds_nobody_longer_than_a_bound(hospital, provider, monkeypatch):
    monkeypatch.setattr("leadglass.services.accounts.oidc._PATIENCE", 0.5)
    provider.sleep = 2.0
    began = time.monotonic()
    assert hospital.client().get("/account/sign-on/hospital/").status_code == 502
    provider.sleep, provider.drip = 0.0, True  # a byte every fifth of a second: each piece comes in time
    assert hospital.client().get("/account/sign-on/hospital/").status_code == 502
    assert time.monotonic() - began < 2.0 + 1.5


def test_starting_is_limited_by_address(hospital, provider):
    answers = [
        hospital.client("203.0.113.77").get("/account/sign-on/hospital/").status_code for _ in range(32)
    ]
    assert answers.count(429) == 2
    assert hospital.client("203.0.113.78").get("/account/sign-on/hospital/").status_code == 302


def test_nobody_is_led_elsewhere_afterwards(hospital, provider):
    vouch(provider, amr=["mfa"])
    for after, where in (("https://evil.example/", "/"), ("//evil.example/", "/"), ("/devices", "/devices")):
        client = hospital.client()
        answer = come(client, f"/account/sign-on/hospital/?next={after}")
        assert answer["Location"] == where


def test_no_secret_stands_in_the_log_the_history_or_a_page(hospital, provider):
    vouch(provider, amr=["mfa"])
    client = hospital.client()
    back = lead(client)
    pages = client.get(back).content + client.get("/account/").content
    log = json.dumps(list(hospital.house.log.entries()), default=str)
    told = parse_qs(urlsplit(back).query)
    history = repr(hospital.house.register.history(None, limit=1000, offset=0))
    for secret in (oidc.SECRET, told["code"][0], told["state"][0]):
        assert secret not in log
        assert secret not in history
        assert secret.encode() not in pages
    assert oidc.SECRET not in repr(hospital.house)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[hospital", "is no TOML"),
        ('[hospital]\nkind = "oauth"', "has to say its kind"),
        ('[hospital]\nkind = "oidc"\nissuer = "http://sso.hospital.example"\nclient = "x"', "no address by https"),
        ('[hospital]\nkind = "oidc"\nissuer = "https://sso.hospital.example"', "has to say client"),
        ('[hospital]\nkind = "oidc"\nissuer = "https://a.example"\nclient = "x"\nsecret = "y"', "does not take: secret"),
        ('[hospital]\nkind = "oidc"\nissuer = "https://a.example"\nclient = "x"\nroles = [{ group = "a", role = "king" }]',
         "gives the role 'king'"),
        ('[staff]\nkind = "ldap"\nurl = "http://a.example"\nbase = "dc=a"', "no address by ldap"),
        ('[staff]\nkind = "ldap"\nurl = "ldaps://a.example"\nbase = "dc=a"\nsecond_factor = ["x"]', "passphrase alone"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_said_and_closes_no_other_way_in(vouched, table, said):
    pages = vouched(table)
    with pytest.raises(UnreadableError, match=said):
        providers(pages.house)
    assert pages.client().get("/account/login/").status_code == 200
    assert pages.client().get("/account/sign-on/hospital/").status_code == 422
