"""A document that names what is watched is told, once, to whom it concerns: by real mail and a real webhook."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from leadglass.services.ledger import watch
from leadglass.services.notices.who import telling, watched
from leadglass.values.accounts import EVERYWHERE
from leadglass.values.notices import Cadence
from leadglass.values.people import Watch
from tests.hospital import START, Hospital, any_of, criterion, nvd, record
from tests.letterbox import Hook, Letterbox
from tests.services.test_notices import SECRET, box, come, employ, hook, make, round_of

__all__ = ["box", "hook", "make"]
Make = Callable[..., Hospital]

EVERYBODY = """
[roles]
security_analyst = "at once"
clinical_engineer = "daily"
approver = "weekly"
"""
ELSEWHERE = any_of(criterion("a:somebody:else:*", versionEndExcluding="2.0"))


def saying(name: str, text: str) -> bytes:
    """A record that says something of a model, and concerns no device here."""
    told = record(name, ELSEWHERE)
    told["cve"]["descriptions"] = [{"lang": "en", "value": text}]
    return nvd(told)


def named(ours: Hospital, name: str, text: str) -> None:
    """Such a record comes, and is assessed."""
    ours.receive(saying(name, text))
    ours.clock.moment += timedelta(minutes=1)
    ours.assess()


def begin(ours: Hospital, model: str, owner: str) -> Watch:
    made = watch.watch(ours.view(), model, owner=owner, because="no CPE name yet")
    ours.clock.moment += timedelta(minutes=1)
    return made


def told(box: Letterbox) -> list[tuple[str, str]]:
    """Who was told under which subject, since the last time."""
    letters = [(str(one["To"]).partition("@")[0], str(one["Subject"])) for one in box.letters]
    box.letters.clear()
    return sorted(letters)


@pytest.fixture
def staffed(make: Make, box: Letterbox) -> Hospital:
    ours = make(EVERYBODY)
    employ(ours, "ada", "security_analyst", EVERYWHERE)
    employ(ours, "eve", "clinical_engineer", "Harbor")
    employ(ours, "eve", "approver", EVERYWHERE)
    for cadence in Cadence:
        assert round_of(ours, cadence).error == ""  # from now on
    return ours


def test_who_answers_for_it_is_told_once_and_nobody_else(staffed: Hospital, box: Letterbox) -> None:
    one = begin(staffed, "Novum 9", "ada")
    named(staffed, "CVE-2031-50001", "The Novum 9 takes commands from anyone.")
    assert round_of(staffed).error == ""
    (letter,) = box.letters
    assert letter["Subject"] == "Leadglass: 1 new document about Novum 9, which is watched"
    text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for body in (text, html):
        assert "nothing moved for these devices" in " ".join(body.split())
        assert "CVE-2031-50001: The Novum 9 takes commands from anyone." in " ".join(body.split())
        assert "It matches all of its words: novum 9." in body
        assert f"leadglass watch --seen {one.watch_id}" in body
    assert max(map(len, text.splitlines())) <= 78
    assert told(box) == [("ada", "Leadglass: 1 new document about Novum 9, which is watched")]
    for cadence in Cadence:
        round_of(staffed, cadence)
    assert told(box) == []
    named(staffed, "CVE-2031-50002", "Another model.")
    named(staffed, "CVE-2031-50001", "The Novum 9 takes commands from anyone on its network.")
    for cadence in Cadence:
        round_of(staffed, cadence)
    assert told(box) == []  # the same record again is no news, and nobody marked it as seen
    named(staffed, "CVE-2031-50003", "A Novum 9 stores passwords as text.")
    round_of(staffed)
    assert told(box) == [("ada", "Leadglass: 1 new document about Novum 9, which is watched")]


def test_who_is_told_by_two_roles_is_told_of_a_document_by_the_sooner(
    staffed: Hospital, box: Letterbox
) -> None:
    begin(staffed, "Novum 9", "eve")
    named(staffed, "CVE-2031-50001", "The Novum 9 takes commands from anyone.")
    round_of(staffed)
    assert told(box) == []
    round_of(staffed, Cadence.WEEKLY)
    round_of(staffed, Cadence.DAILY)
    assert told(box) == [("eve", "Leadglass: 1 new document about Novum 9, which is watched")]


def test_where_mail_reaches_nobody_of_a_watch_who_answers_for_all_sites_is_told(
    staffed: Hospital, box: Letterbox
) -> None:
    begin(staffed, "Novum 9", "Medical physics")
    named(staffed, "CVE-2031-50001", "The Novum 9 takes commands from anyone.")
    for cadence in Cadence:
        round_of(staffed, cadence)
    assert [name for name, _ in told(box)] == ["ada"]


def test_it_comes_with_what_moved_in_one_mail(staffed: Hospital, box: Letterbox) -> None:
    begin(staffed, "Novum 9", "ada")
    staffed.receive(saying("CVE-2031-50001", "The Novum 9 takes commands."))
    come(staffed, "CVE-2031-41002")
    round_of(staffed)
    assert told(box) == [
        (
            "ada",
            "Leadglass: 2 devices newly affected at 2 sites; 1 new document about Novum 9, which is watched",
        )
    ]


def test_what_was_seen_before_the_round_is_not_told_and_what_could_not_be_sent_is(
    staffed: Hospital, box: Letterbox
) -> None:
    one = begin(staffed, "Novum 9", "ada")
    named(staffed, "CVE-2031-50001", "The Novum 9 takes commands from anyone.")
    watch.see(staffed.view(), one.watch_id)
    round_of(staffed)
    assert told(box) == []
    named(staffed, "CVE-2031-50002", "The Novum 9 listens to anyone.")
    box.refusals.append("452 the disk is full")
    assert round_of(staffed).error != ""
    assert told(box) == []
    round_of(staffed)
    assert [name for name, _ in told(box)] == ["ada"]


def test_a_digest_over_several_assessments_has_each_document_once(staffed: Hospital, box: Letterbox) -> None:
    begin(staffed, "Novum 9", "eve")
    for number in range(1, 4):
        named(staffed, f"CVE-2031-5000{number}", f"The Novum 9 has weakness {number}.")
    round_of(staffed, Cadence.DAILY)
    (letter,) = box.letters
    text = " ".join(letter.get_body(("plain",)).get_content().split())
    assert [text.count(f"has weakness {number}.") for number in range(1, 4)] == [1, 1, 1]
    assert letter["Subject"] == "Leadglass: 3 new documents about Novum 9, which is watched"


def test_a_webhook_is_told_of_all_watches_where_its_row_says_so(make: Make, hook: Hook) -> None:
    row = f'[[tell]]\nname = "NAME"\nto = "{hook.base}/WHERE"\ncadence = "at once"\n'
    desk = row.replace("NAME", "desk").replace("WHERE", "all") + "watches = true\n"
    ours = make(desk + row.replace("NAME", "other").replace("WHERE", "none"))
    one = begin(ours, "Novum 9", "somebody")
    named(ours, "CVE-2031-50001", "The Novum 9 takes commands from anyone.")
    assert round_of(ours).error == ""
    ((path, headers, body),) = hook.came
    assert path == "/all"
    seconds, _, given = headers["Leadglass-Signature"].removeprefix("t=").partition(",v1=")
    assert given == hmac.new(SECRET.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    said = json.loads(body)
    assert said["news"]["items"] == []
    assert [(n["watch_id"], n["subject"]) for n in said["watched"]] == [(one.watch_id, "CVE-2031-50001")]
    round_of(ours)
    assert len(hook.came) == 1


def test_a_watch_is_of_its_owner_and_its_author_whatever_door_wrote_the_name() -> None:
    def of(owner: str, by: str) -> Watch:
        return Watch(
            watch_id=f"W-{owner}", model="m", maker="", words="m", owner=owner, because="", by=by, at=START
        )

    told = watched([of("Ada", "os:bob"), of("x", "y")], frozenset({"ada", "bob", "eve"}), frozenset({"eve"}))
    assert told == {"ada": {"W-Ada"}, "bob": {"W-Ada"}, "eve": {"W-x"}}


def test_the_shipped_table_tells_rows_of_no_watch_unless_they_say_so() -> None:
    row = '[[tell]]\nname = "x"\nto = "x@y"\ncadence = "daily"\n'
    assert telling(row).receivers[0].watches == frozenset()
    assert telling(row + "watches = true").receivers[0].watches is None
