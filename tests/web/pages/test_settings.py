"""The settings: who has which role, invitations, programs and tokens, break glass, what runs by itself, which tables."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings

from leadglass.errors import PermissionDeniedError
from leadglass.register.models import User
from leadglass.services.accounts import catalogue
from leadglass.services.accounts.tokens import admitted
from leadglass.services.ledger.view import View
from leadglass.values.notices import Sent
from leadglass.values.scope import Scope
from leadglass.web import door
from leadglass.web.pages.settings.addresses import SETTINGS
from tests.web.pages.conftest import ADMIN, ANALYST, AUDITOR, ENGINEER, VIEWER, Pages
from tests.web.signing import sign_in

WORDS = "wobbly lantern quietly orbits seven herons"
OF_ADMIN = ("/settings/people", f"/settings/people/{VIEWER}", "/settings/programs", "/settings/break-glass")
GIVING = ("/settings/invitations/x/again", "/settings/invite", f"/settings/people/{VIEWER}/grant", f"/settings/people/{VIEWER}/on",
          f"/settings/people/{VIEWER}/renew", "/settings/programs/new", "/settings/break-glass/seal")  # fmt: skip
TAKING = (f"/settings/people/{VIEWER}/withdraw", f"/settings/people/{VIEWER}/off", "/settings/invitations/x/withdraw",
          "/settings/tokens/lg_x/withdraw")  # fmt: skip
OF_ALL = ("/settings", "/settings/running", "/settings/tables")


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def surely(pages: Pages, username: str = ADMIN) -> Client:
    """Somebody who has just shown that it is she."""
    with pages.house.accounts.change("tests", "a passphrase", origin="tests"):
        pages.house.accounts.set_passphrase(username, WORDS)
    client = pages.client(username)
    answer = client.post("/account/reauthenticate/", {"password": WORDS, "next": "/settings"})
    assert answer.status_code == 302, text(answer)
    return client


def grants(pages: Pages, username: str) -> set[tuple[str, str]]:
    return {(one.role, one.site) for one in pages.house.accounts.grants(username)}


def secret_of(answer: Any) -> str:
    return re.findall(r"<code[^>]*>([^<]+)</code>", text(answer))[0]


@pytest.mark.parametrize("person", [ENGINEER, ANALYST, VIEWER, AUDITOR])
def test_who_keeps_no_accounts_sees_nothing_of_them(pages: Pages, person: str) -> None:
    client = pages.client(person)
    told = ""
    for path in OF_ALL:
        answer = client.get(path)
        assert answer.status_code == 200, path
        told += text(answer)
    for other in {ADMIN, ENGINEER, ANALYST, VIEWER, AUDITOR} - {person}:
        assert other not in told
    assert "/settings/people" not in told
    assert str(pages.house.home) not in told
    before = pages.house.register.revision()
    for path in (*OF_ADMIN, *GIVING):
        assert client.get(path).status_code == 403, path
    for path in (*GIVING, *TAKING):
        assert (
            client.post(path, {"role": "administrator", "username": "x", "why": "because"}).status_code == 403
        ), path
    assert pages.house.register.revision() == before


def test_an_administrator_of_one_site_keeps_no_accounts(pages: Pages) -> None:
    pages.enrol("h.admin", "administrator", "Harbor")
    client = surely(pages, "h.admin")
    for path in (*OF_ADMIN, *GIVING):
        assert client.get(path).status_code == 403, path
    assert (
        client.post(f"/settings/people/{VIEWER}/grant", {"role": "approver", "why": "because"}).status_code
        == 403
    )
    assert client.post(f"/settings/people/{VIEWER}/off", {"why": "because"}).status_code == 403


def test_every_address_of_the_settings_is_tried_above() -> None:
    tried = {
        re.sub(r"/(v\.harbor|x|lg_x)(?=/|$)", "/<>", path).lstrip("/")
        for path in (*OF_ALL, *OF_ADMIN, *GIVING, *TAKING)
    }
    every = {re.sub(r"<\w+:\w+>", "<>", str(one.pattern)) for one in SETTINGS}
    assert every - tried == {"settings/programs/<>/token"}  # below


@pytest.mark.parametrize("path", GIVING)
def test_who_gives_power_shows_again_that_it_is_she(pages: Pages, path: str) -> None:
    client = pages.client(ADMIN)
    with pages.house.accounts.change("tests", "a passphrase", origin="tests"):
        pages.house.accounts.set_passphrase(ADMIN, WORDS)
    client = pages.client(ADMIN)
    before = pages.house.register.revision()
    asked = client.get(path)
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith("/account/reauthenticate/?next=%2Fsettings")
    late = client.post(path, {"username": "n.new", "role": "viewer", "why": "she asked"})
    assert late.status_code == 302
    assert late.headers["Location"].startswith(f"{path}?")
    assert pages.house.register.revision() == before
    sure = surely(pages)
    assert sure.get(path).status_code == (404 if "/x/" in path else 200)  # nobody invited x
    assert "n.new" in text(sure.get("/settings/invite?username=n.new"))  # what was typed is there again


def test_a_role_is_given_and_taken_back_by_name_with_a_reason(pages: Pages) -> None:
    client = surely(pages)
    told = {"role": "clinical_engineer", "site": "North Quay", "why": "she moves there"}
    answer = client.post(f"/settings/people/{VIEWER}/grant", told)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/settings/people/{VIEWER}")
    assert grants(pages, VIEWER) == {("viewer", "Harbor"), ("clinical_engineer", "North Quay")}
    page = text(client.get(f"/settings/people/{VIEWER}"))
    assert "she moves there" in page
    assert f"by {ADMIN}" in page
    assert "MR-001" in text(pages.get("/devices", VIEWER))  # from the next page on
    again = client.post(f"/settings/people/{VIEWER}/grant", told)
    assert (again.status_code, "already" in text(again)) == (400, True)
    client.post(f"/settings/people/{VIEWER}/withdraw", {**told, "why": "she came back"})
    assert grants(pages, VIEWER) == {("viewer", "Harbor")}
    assert "MR-001" not in text(pages.get("/devices", VIEWER))
    entries, _total = pages.house.register.history(None, limit=9, offset=0)
    told_by = {entry.change.why: (entry.change.by, entry.change.origin) for entry in entries}
    assert told_by[f"{VIEWER} is clinical_engineer at North Quay no longer: she came back"] == (
        ADMIN,
        "web 127.0.0.1",
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [({"role": "king"}, "There is no role king"), ({"role": "viewer", "site": "Nowhere"}, "No site is called Nowhere"), ({}, "There is no role")],
)  # fmt: skip
def test_a_role_that_cannot_be_given_is_said_so_and_the_form_stays(
    pages: Pages, told: dict[str, str], said: str
) -> None:
    answer = surely(pages).post(f"/settings/people/{VIEWER}/grant", {**told, "why": "typed before"})
    assert answer.status_code == 400
    assert said in text(answer)
    assert 'value="typed before"' in text(answer)
    assert grants(pages, VIEWER) == {("viewer", "Harbor")}


def test_the_last_administrator_stays(pages: Pages) -> None:
    client = surely(pages)
    answer = client.post(
        f"/settings/people/{ADMIN}/withdraw", {"role": "administrator", "site": "", "why": "a slip"}
    )
    assert answer.status_code == 409
    assert "Make somebody else administrator first" in text(answer)
    assert client.post(f"/settings/people/{ADMIN}/off", {"why": "a slip"}).status_code == 409
    assert grants(pages, ADMIN) == {("administrator", "")}


def test_an_account_is_switched_off_at_once_and_on_again(pages: Pages) -> None:
    theirs, client = pages.client(VIEWER), surely(pages)
    assert theirs.get("/devices").status_code == 200
    assert client.post(f"/settings/people/{VIEWER}/off", {"why": "left"}).status_code == 302
    assert theirs.get("/devices").status_code == 302
    page = text(client.get("/settings/people"))
    assert "switched off: may not sign in" in page
    assert VIEWER in text(client.get("/settings/people", {"state": "off"}))
    assert ENGINEER not in text(client.get("/settings/people", {"state": "off"}))
    client.post(f"/settings/people/{VIEWER}/on", {"why": "came back"})
    account = pages.house.accounts.account(VIEWER)
    assert account is not None
    assert account.active


def test_people_are_narrowed_by_words_role_site_and_state(pages: Pages) -> None:
    client = pages.client(ADMIN)

    def shown(**asked: str) -> set[str]:
        page = text(client.get("/settings/people", asked))
        return set(re.findall(r'href="/settings/people/([\w.]+)"', page))

    assert shown() == {ADMIN, ENGINEER, ANALYST, VIEWER, AUDITOR}
    assert shown(role="auditor") == {AUDITOR}
    assert shown(text="HARBOR") == {VIEWER}
    assert shown(site="North Quay") == {ADMIN, ENGINEER, ANALYST, AUDITOR}
    assert shown(state="no_factor") == shown()
    assert shown(state="off") == set()
    assert "Nobody fits this filter" in text(client.get("/settings/people", {"state": "off"}))
    assert "not yet: nothing is shown to her before" in text(client.get("/settings/people"))


def test_somebody_was_seen_when_her_session_was_used(pages: Pages) -> None:
    client = pages.client(ADMIN)
    assert "not known" in text(client.get(f"/settings/people/{VIEWER}"))
    with pages.house.accounts.change("tests", "signs in", origin="tests"):
        sign_in(Client(), User.objects.get(username=VIEWER))
    assert set(pages.house.accounts.seen()) == {VIEWER}
    assert "not known" not in text(client.get(f"/settings/people/{VIEWER}"))


def test_an_invitation_is_a_link_that_is_shown_once_and_taken_back(pages: Pages) -> None:
    client = surely(pages)
    told = {"username": "n.new", "name": "N. New", "role": "approver", "site": "Harbor", "why": "x"}
    answer = client.post("/settings/invite", told)
    assert answer.headers["Cache-Control"].find("no-store") >= 0
    link = secret_of(answer)
    assert re.fullmatch(r"http://testserver/account/welcome/[\w-]{43}", link)
    assert "and are approver at Harbor" in text(Client().get(link))
    page = text(client.get("/settings/people"))
    assert "N. New" in page
    assert link.rpartition("/")[2] not in page
    assert client.post("/settings/invitations/n.new/withdraw").status_code == 302
    assert Client().get(link).status_code == 404
    assert "No invitation is open" in text(client.get("/settings/people"))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"username": ""}, "An account has a name of letters"),
        ({"username": VIEWER}, f"There is an account {VIEWER} already"),
        ({"role": ""}, "There is no role"),
        ({"site": "Nowhere"}, "No site is called Nowhere"),
    ],
)
def test_an_invitation_that_lacks_something_is_asked_again(
    pages: Pages, told: dict[str, str], said: str
) -> None:
    answer = surely(pages).post("/settings/invite", {"username": "n.new", "role": "viewer", **told})
    assert answer.status_code == 400
    assert said in text(answer)
    assert pages.house.accounts.invitations() == []


def test_where_mail_is_set_the_link_goes_to_her_alone(pages: Pages) -> None:
    client = surely(pages)
    told = {"username": "n.new", "role": "viewer", "email": "n@hospital.example", "mailed": "1"}
    with override_settings(MAIL_IS_SET=True, EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        mailed = client.get("/settings/invite")
        answer = client.post("/settings/invite", told)
        bare = client.post("/settings/invite", {**told, "username": "o.other", "email": ""})
    assert (answer.status_code, bare.status_code) == (302, 400)
    assert "Mail the link to her" in text(mailed)
    (letter,) = mail.outbox
    assert letter.to == ["n@hospital.example"]
    link = re.findall(r"http://\S+", letter.body)[0]
    assert Client().get(link).status_code == 200
    assert link not in text(client.get("/settings/people"))
    assert [one.username for one in pages.house.accounts.invitations()] == ["n.new"]


def test_a_mail_that_does_not_go_out_is_told_and_kept_until_it_is_sent(pages: Pages) -> None:
    client = surely(pages)
    told = {
        "username": "n.new",
        "name": "N. New",
        "role": "viewer",
        "site": "Harbor",
        "email": "n@hospital.example",
        "mailed": "1",
    }
    gone = {"MAIL_IS_SET": True, "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": 9, "EMAIL_TIMEOUT": 2}  # fmt: skip
    with override_settings(**gone):
        answer = client.post("/settings/invite", told)
    assert answer.status_code == 200
    assert "The mail to n@hospital.example was not sent" in text(answer)
    link = secret_of(answer)
    assert Client().get(link).status_code == 200, "she who invites may hand it over"
    page = text(client.get("/settings/people"))
    assert "The mail was not sent." in page
    assert '"/settings/invitations/n.new/again"' in page
    with override_settings(MAIL_IS_SET=True, EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        assert 'name="mailed" value="1" checked' in text(client.get("/settings/invitations/n.new/again"))
        assert client.post("/settings/invitations/n.new/again", {"mailed": "1"}).status_code == 302
    letter = mail.outbox[-1]
    assert letter.to == ["n@hospital.example"]
    assert Client().get(re.findall(r"http://\S+", letter.body)[0]).status_code == 200
    assert Client().get(link).status_code == 404, "the first one holds no longer"
    assert "The mail was not sent." not in text(client.get("/settings/people"))
    (open_one,) = pages.house.accounts.invitations()
    assert (open_one.username, open_one.name, open_one.role, open_one.site) == (
        "n.new",
        "N. New",
        "viewer",
        "Harbor",
    )


def test_another_link_is_of_an_open_invitation_alone_and_of_who_keeps_accounts(pages: Pages) -> None:
    assert surely(pages).get("/settings/invitations/nobody/again").status_code == 404
    assert pages.client(ANALYST).post("/settings/invitations/nobody/again").status_code == 403


def test_who_lost_what_lets_her_in_gets_a_link(pages: Pages) -> None:
    client = surely(pages)
    link = secret_of(client.post(f"/settings/people/{VIEWER}/renew"))
    assert "Your second factor of before is removed" in text(Client().get(link))
    assert grants(pages, VIEWER) == {("viewer", "Harbor")}
    assert client.get("/settings/people/x.unknown/renew").status_code == 404


def test_a_program_gets_in_by_a_token_that_is_shown_once_and_withdrawn(pages: Pages) -> None:
    client = surely(pages)
    made = client.post(
        "/settings/programs/new", {"username": "feed", "role": "clinical_engineer", "site": "Harbor"}
    )
    assert made.headers["Location"] == "/settings/programs/feed/token"
    form = text(client.get("/settings/programs/feed/token"))
    assert re.findall(r'name="permission" value="(\w+)"', form) == ["answer", "read", "receive", "work"]
    until = (pages.house.clock() + timedelta(days=30)).date().isoformat()
    told = {"label": "nightly export", "permission": ["read", "receive"], "until": until}
    answer = client.post("/settings/programs/feed/token", told)
    secret = secret_of(answer)
    assert secret.startswith("lg_")
    assert "no-store" in answer.headers["Cache-Control"]
    account, held = admitted(pages.house, secret)
    assert (account.username, {site: set(can) for site, can in held.permitted.items()}) == (
        "feed",
        {"Harbor": {"read", "receive"}},
    )
    page = text(client.get("/settings/programs"))
    assert secret not in page
    assert secret[:11] in page
    assert "nightly export" in page
    assert client.post(f"/settings/tokens/{secret[:11]}/withdraw", {"why": "replaced"}).status_code == 302
    with pytest.raises(PermissionDeniedError):
        admitted(pages.house, secret)
    assert "It has no token, so it cannot get in." in text(client.get("/settings/programs"))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"permission": ["admin"]}, "cannot hand on: admin"),
        ({"permission": []}, "A token is for some permissions"),
        ({"until": "2099-01-01"}, "within a year"),
        ({"until": "soon"}, "Name its last day"),
        ({"label": " "}, "says which program holds it"),
    ],
)
def test_a_token_beyond_its_account_or_a_year_is_refused(
    pages: Pages, told: dict[str, Any], said: str
) -> None:
    catalogue.MAKE_SERVICE_ACCOUNT(View(house=pages.house, scope=Scope.all()), "feed", "viewer", site="")
    client = surely(pages)
    until = (pages.house.clock() + timedelta(days=30)).date().isoformat()
    answer = client.post(
        "/settings/programs/feed/token", {"label": "x", "permission": ["read"], "until": until, **told}
    )
    assert (answer.status_code, said in text(answer)) == (400, True)
    assert pages.house.accounts.tokens() == []


def test_a_form_that_is_sent_twice_makes_one_token(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.MAKE_SERVICE_ACCOUNT(View(house=pages.house, scope=Scope.all()), "feed", "viewer", site="")
    catalogue.MAKE_SERVICE_ACCOUNT(View(house=pages.house, scope=Scope.all()), "other", "viewer", site="")
    client = surely(pages)
    (key,) = re.findall(r'name="once" value="([\w-]+)"', text(client.get("/settings/programs/feed/token")))
    until = (pages.house.clock() + timedelta(days=30)).date().isoformat()
    told = {"label": "nightly", "permission": ["read"], "until": until, "once": key}
    wrong = client.post("/settings/programs/feed/token", {**told, "label": ""})
    assert f'name="once" value="{key}"' in text(wrong), "what was not issued keeps its key"
    first = secret_of(client.post("/settings/programs/feed/token", told))
    assert secret_of(client.post("/settings/programs/feed/token", told)) == first, (
        "a second click is shown the same"
    )
    assert len(pages.house.accounts.tokens()) == 1
    assert secret_of(client.post("/settings/programs/other/token", told)) != first
    assert re.findall(r'name="once" value="([\w-]+)"', text(client.get("/settings/programs/feed/token"))) != [
        key
    ]
    later = (pages.house.clock() + timedelta(minutes=5)).isoformat()
    monkeypatch.setenv("LEADGLASS_NOW", later)
    door.house.cache_clear()
    again = client.post("/settings/programs/feed/token", told)
    assert (again.status_code, again.headers["Location"]) == (302, "/settings/programs")
    page = text(client.get("/settings/programs"))
    assert "This form was sent before, and made one token" in page
    assert first not in page
    assert client.post(f"/settings/tokens/{first[:11]}/withdraw", {"why": "lost"}).status_code == 302
    refused = client.post("/settings/programs/feed/token", told)
    assert (refused.status_code, "was issued before" in text(refused)) == (400, True)


def test_a_token_is_of_a_program_alone_and_of_who_keeps_accounts(pages: Pages) -> None:
    assert surely(pages).get(f"/settings/programs/{VIEWER}/token").status_code == 404
    assert pages.client(ANALYST).get(f"/settings/programs/{VIEWER}/token").status_code == 403
    assert pages.client(ANALYST).post(f"/settings/programs/{VIEWER}/token").status_code == 403


def test_the_break_glass_account_is_sealed_and_since_when_is_told(pages: Pages) -> None:
    client = surely(pages)
    assert "There is none yet." in text(client.get("/settings/break-glass"))
    first = secret_of(client.post("/settings/break-glass/seal"))
    assert re.fullmatch(r"([a-z2-9]{5}-){6}[a-z2-9]{5}", first)
    page = text(client.get("/settings/break-glass"))
    assert "It is there, sealed since" in page
    assert first not in page
    second = secret_of(client.post("/settings/break-glass/seal"))
    assert second != first
    assert len(pages.house.accounts.grants("break-glass")) == 1
    came_in = Client().post("/account/login/", {"login": "break-glass", "password": second})
    assert came_in.status_code == 302
    assert "One use. Say why it was used" in text(client.get("/settings/break-glass"))


def test_what_runs_by_itself_says_what_failed_and_why(pages: Pages) -> None:
    page = text(pages.get("/settings/running", VIEWER))
    assert "No worker was started here yet" in page
    assert "never came" in page
    now = pages.house.clock()
    for kind, key in (("sync", "nvd"), ("assess", ""), ("sweep", "")):
        pages.house.jobs.plan(kind, key, due=now - timedelta(days=3), every=timedelta(hours=2))
    job = pages.house.jobs.take("w", now=now, lease=timedelta(minutes=1))
    assert job is not None
    pages.house.jobs.fail(job, due=now + timedelta(hours=1), error="The server did not answer.")
    page = text(pages.get("/settings/running", VIEWER))
    assert "1 time in a row: The server did not answer." in page
    assert "One job failed the last time" in page
    assert "2 should have been done long ago: does a worker run?" in page
    assert "1 job failed the last time" in text(pages.get("/settings", VIEWER))


def test_notices_are_told_to_who_audits_alone(pages: Pages) -> None:
    now = pages.house.clock()
    with pages.house.register.change("tests", "a notice", origin="tests"):
        pages.house.post.note(
            Sent(key="k", receiver="mail account somebody", cadence="daily", channel="mail", subject="3 devices at North Quay",
                 snapshot="s", made_at=now, at=now)
        )  # fmt: skip
    assert "3 devices at North Quay" in text(pages.get("/settings/running", AUDITOR))
    for person in (ANALYST, VIEWER):
        assert "North Quay" not in text(pages.get("/settings/running", person))
        assert "Notices" not in text(pages.get("/settings/running", person))


def test_the_tables_in_force_say_whose_they_are_and_what_is_wrong(served: Any, hospital: Any) -> None:
    folder = hospital.home / "policies"
    folder.mkdir(exist_ok=True)
    (folder / "jobs.toml").write_text("[sync]\nnvd = 30\n")
    (folder / "roles.toml").write_text(
        'version = "ours 3"\n[viewer]\nmeaning = "looks"\npermissions = ["read"]\n'
    )
    (folder / "orders.toml").write_text("[servicenow")
    page = text(served().get("/settings/tables", VIEWER))
    rows = {
        re.findall(r"policies/[\w.]+", row)[0]: row for row in page.split("<tr>")[2:] if "policies/" in row
    }
    assert len(rows) == 16
    assert "shipped, with what the site states otherwise" in rows["policies/jobs.toml"]
    assert "ours 3" in rows["policies/roles.toml"]
    assert "the site's own, and wrong" in rows["policies/orders.toml"]
    assert "policies/orders.toml is no TOML" in page
    assert "as shipped" in rows["policies/clocks.toml"]
    assert str(hospital.home) not in page
