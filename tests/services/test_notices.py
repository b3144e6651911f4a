# SPDX-License-Identifier: Apache-2.0
"""Notices: who is told what moved for her devices, once, by real servers of mail and webhooks on this machine."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from leadglass.errors import UnreadableError
from leadglass.services.notices.tell import tell
from leadglass.services.notices.who import telling
from leadglass.values.accounts import Account, AccountKind, Grant
from leadglass.values.jobs import Came
from leadglass.values.notices import Cadence
from tests.hospital import Hospital, any_of, criterion, fleet, nvd, record
from tests.letterbox import Hook, Letterbox, certified, letterbox, webhook

SECRET = "a secret of some length"
SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
FIRMWARE = any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0"))
TABLE = """
[roles]
clinical_engineer = "at once"
[[tell]]
name = "Harbor's engineers"
to = "engineers@harbor.invalid"
cadence = "at once"
sites = ["Harbor"]
accountable = ["Maker, Quillon"]
"""

Make = Callable[..., Hospital]


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as made:
        yield made


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as made:
        yield made


def two_sites(hospital: Hospital) -> None:
    """Two scanners at two sites, assessed."""
    scanners = [{**SCANNER, "asset_tag": f"CT-{site}", "site": site} for site in ("Harbor", "North")]
    hospital.receive(fleet(*scanners), nvd(record("CVE-2031-41001", FIRMWARE)))
    hospital.assess()


@pytest.fixture
def make(begin: Make, box: Letterbox, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Two scanners at two sites, assessed; mail goes to the letterbox; a first round told nobody anything."""

    def do(table: str = TABLE, **environment: str) -> Hospital:
        for name, text in {**box.settings(), "LEADGLASS_WEBHOOK_SECRET": SECRET, **environment}.items():
            monkeypatch.setenv(name, text)
        made = begin(two_sites).with_policy("notices.toml", table)
        assert "0 notices" in round_of(made).said or "nobody" in round_of(made).said
        return made

    return do


def round_of(ours: Hospital, cadence: Cadence = Cadence.AT_ONCE) -> Came:
    view = ours.view()
    house = replace(view.house, person="leadglass work", origin="work")
    return tell(replace(view, house=house), cadence, lambda: False)


def come(ours: Hospital, *names: str) -> None:
    """Let records come, and assess."""
    for name in names:
        ours.receive(nvd(record(name, FIRMWARE)))
    ours.clock.moment += timedelta(minutes=1)
    ours.assess()


def employ(ours: Hospital, username: str, role: str, site: str) -> None:
    house = ours.house
    with house.accounts.change("test", "an account", origin="test"):
        if house.accounts.account(username) is None:
            house.accounts.make(
                Account(number=0, username=username, name=username, email=f"{username}@harbor.invalid",
                        kind=AccountKind.PERSON, active=True)
            )  # fmt: skip
        house.accounts.grant(
            Grant(username=username, role=role, site=site, by="test", why="hired", at=ours.clock())
        )


def test_who_is_accountable_is_told_in_text_and_html_of_her_site_alone(make: Make, box: Letterbox) -> None:
    ours = make(LEADGLASS_URL="https://ledger.harbor.invalid")
    come(ours, "CVE-2031-41002")
    assert round_of(ours).error == ""
    (letter,) = box.letters
    assert letter["To"] == "engineers@harbor.invalid"
    assert letter["Subject"] == "Leadglass: 1 device newly affected at Harbor"
    assert letter["Auto-Submitted"] == "auto-generated"
    text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for body in (text, html):
        assert "CT-Harbor" in body
        assert "CVE-2031-41002" in body
        assert "https://ledger.harbor.invalid" in body
        assert "North" not in body
    assert max(map(len, text.splitlines())) <= 78
    assert "<script" not in html
    assert "http" not in html.replace("https://ledger.harbor.invalid", "")
    (change,) = [
        entry.change
        for entry in ours.house.register.history(None, limit=5, offset=0)[0]
        if entry.table == "sent"
    ]
    assert (change.by, change.origin) == ("leadglass work", "work")
    assert change.why == "Harbor's engineers was told: Leadglass: 1 device newly affected at Harbor"


def test_a_notice_comes_once_and_what_moved_for_others_makes_none(make: Make, box: Letterbox) -> None:
    ours = make()
    come(ours, "CVE-2031-41002")
    assert round_of(ours).said == "1 notices sent to 1 receivers"
    assert round_of(ours).said == "0 notices sent to 1 receivers"
    ours.receive(fleet({**SCANNER, "asset_tag": "CT-North", "site": "North", "software_version": "2.0"}))
    ours.assess()
    assert round_of(ours).error == ""
    assert len(box.letters) == 1


def test_people_are_told_of_the_sites_where_their_role_reads(make: Make, box: Letterbox) -> None:
    ours = make('[roles]\nclinical_engineer = "at once"\nviewer = "never"\n')
    employ(ours, "ada", "clinical_engineer", "North")
    employ(ours, "ada", "viewer", "Harbor")
    employ(ours, "bo", "clinical_engineer", "")
    employ(ours, "cy", "viewer", "")
    round_of(ours)
    come(ours, "CVE-2031-41002")
    assert round_of(ours).said == "2 notices sent to 2 receivers"
    (hers,), (his,) = box.to("ada@harbor.invalid"), box.to("bo@harbor.invalid")
    assert "CT-North" in hers.get_body(("plain",)).get_content()
    assert "CT-Harbor" not in hers.get_body(("plain",)).get_content()
    assert "CT-Harbor" in his.get_body(("plain",)).get_content()
    with ours.house.accounts.change("test", "gone", origin="test"):
        ours.house.accounts.switch("bo", active=False)
    come(ours, "CVE-2031-41003")
    assert round_of(ours).said == "1 notices sent to 1 receivers"


def test_where_no_server_of_mail_is_set_people_are_not_told_and_nothing_fails(make: Make) -> None:
    ours = make('[roles]\nclinical_engineer = "at once"\n', LEADGLASS_MAIL_SERVER="")
    employ(ours, "ada", "clinical_engineer", "North")
    come(ours, "CVE-2031-41002")
    assert round_of(ours) == Came(said="nobody is to be told")


def test_a_digest_tells_what_moved_over_several_assessments(make: Make, box: Letterbox) -> None:
    ours = make(TABLE.replace('cadence = "at once"', 'cadence = "daily"'))
    round_of(ours, Cadence.DAILY)
    for name in ("CVE-2031-41002", "CVE-2031-41003", "CVE-2031-41004"):
        come(ours, name)  # two snapshots are kept: the first is made again
    assert round_of(ours).said == "nobody is to be told"
    assert round_of(ours, Cadence.DAILY).said == "1 notices sent to 1 receivers"
    text = box.letters[0].get_body(("plain",)).get_content()
    assert all(name in text for name in ("CVE-2031-41002", "CVE-2031-41003", "CVE-2031-41004"))


def test_a_mail_that_is_refused_is_sent_the_next_time(make: Make, box: Letterbox) -> None:
    ours = make()
    come(ours, "CVE-2031-41002")
    box.refusals.append("452 the disk is full")
    assert "did not take the mail to engineers@harbor.invalid (SMTPDataError 452)" in round_of(ours).error
    come(ours, "CVE-2031-41003")
    assert round_of(ours).error == ""
    text = box.letters[0].get_body(("plain",)).get_content()
    assert "CVE-2031-41002" in text
    assert "CVE-2031-41003" in text


ELSEWHERE = "127.0.0.2"
"""An address that is, to what sends mail, another machine."""


def test_mail_to_another_machine_goes_over_tls_or_not_at_all(make: Make) -> None:
    with letterbox(host=ELSEWHERE) as plain:
        ours = make(**plain.settings(ELSEWHERE))
        come(ours, "CVE-2031-41002")
        assert (
            "offers no TLS, so anybody on the way could read along. Nothing was sent." in round_of(ours).error
        )
        assert plain.letters == []


def test_mail_goes_over_tls_to_a_server_that_somebody_vouches_for(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, file = certified(tmp_path, ELSEWHERE)
    with letterbox(context, ELSEWHERE) as secure:
        ours = make(**secure.settings(ELSEWHERE))
        come(ours, "CVE-2031-41002")
        assert "SSLCertVerificationError" in round_of(ours).error
        assert secure.letters == []
        monkeypatch.setenv("LEADGLASS_MAIL_CA", str(file))
        assert round_of(ours).error == ""
        assert len(secure.letters) == 1


def test_a_webhook_is_signed_over_moment_and_body(make: Make, hook: Hook) -> None:
    ours = make(f'[[tell]]\nname = "desk"\nto = "{hook.base}/in"\ncadence = "at once"\n')
    come(ours, "CVE-2031-41002")
    hook.answers.append(500)
    assert "answered 500" in round_of(ours).error
    assert round_of(ours).error == ""
    (_, first, _), (path, headers, body) = hook.came
    assert path == "/in"
    assert first["Leadglass-Delivery"] == headers["Leadglass-Delivery"] == json.loads(body)["key"]
    moment, told = (part.partition("=")[2] for part in headers["Leadglass-Signature"].split(","))
    made = hmac.new(SECRET.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert told == made
    assert int(moment) == int(ours.clock().timestamp())
    news = json.loads(body)["news"]
    assert {item["site"] for item in news["items"]} == {"Harbor", "North"}
    assert SECRET not in json.dumps([headers, body.decode()])


def test_a_webhook_without_a_secret_is_told_nothing(make: Make, hook: Hook) -> None:
    ours = make(
        f'[[tell]]\nname = "desk"\nto = "{hook.base}/in"\ncadence = "at once"\n', LEADGLASS_WEBHOOK_SECRET=""
    )
    come(ours, "CVE-2031-41002")
    assert "no secret" in round_of(ours).error
    assert hook.came == []


@pytest.mark.parametrize("to", ["http://127.0.0.1:9/", "https://127.0.0.1:9/", "https://other.invalid/"])
def test_a_webhook_is_redirected_to_nobody_who_is_not_listed(make: Make, hook: Hook, to: str) -> None:
    ours = make(f'[[tell]]\nname = "desk"\nto = "{hook.base}/in"\ncadence = "at once"\n')
    come(ours, "CVE-2031-41002")
    hook.answers.append(to)
    assert "not agreed upon. Nothing was sent there." in round_of(ours).error
    hook.answers.append("/elsewhere")
    assert round_of(ours).error == ""
    assert [path for path, _, _ in hook.came] == ["/in", "/in", "/elsewhere"]


def test_what_fails_again_and_again_is_told_once(make: Make, box: Letterbox) -> None:
    ours = make(TABLE + "failures = true\n")
    jobs, now = ours.house.jobs, ours.clock()
    jobs.plan("sync", "kev", due=now, every=timedelta(hours=1))
    for _ in range(4):
        job = jobs.take("one", now=now, lease=timedelta(minutes=1))
        assert job
        jobs.fail(job, due=now, error="The server is away.")
        round_of(ours)
    (letter,) = box.letters
    assert letter["Subject"] == "Leadglass: sync kev fails"
    assert "sync kev failed 3 times in a row: The server is away." in " ".join(
        letter.get_body(("plain",)).get_content().split()
    )
    come(ours, "CVE-2031-41002")
    round_of(ours)
    assert len(box.letters) == 2  # to be told of a failure is not to be told what moved


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("[roles]\nviewer = 'often'", "gives each role one of"),
        ("[[tell]]\nname = 'a'", "needs name, to and cadence"),
        ("[[tell]]\nname = 'a'\nto = 'nowhere'\ncadence = 'daily'", "neither an address of mail"),
        ("[[tell]]\nname = 'a'\nto = 'a@b'\ncadence = 'hourly'", "cadences: at once, daily, weekly"),
        ("[[tell]]\nname = 'a'\nto = 'a@b'\ncadence = 'daily'\nsite = ['x']", "site = "),
        ("[[tell]]\nname = 'a'\nto = 'a@b'\ncadence = 'daily'\n" * 2, "two [[tell]] are called a"),
        ("[[tell", "is no TOML"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(table: str, why: str) -> None:
    with pytest.raises(UnreadableError) as said:
        telling(table)
    assert why in str(said.value)
