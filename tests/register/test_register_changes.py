# SPDX-License-Identifier: Apache-2.0
"""A change: all of it or nothing, with a person and a reason, and its rows in the history."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from register_doubles import START, answer, decision, known, word

from leadglass.errors import NotFoundError, StateError, UnattributedChangeError, UsageError
from leadglass.register import models


def entries(register, key=None):
    return register.history(key, limit=100, offset=0)[0]


def test_what_was_written_is_read_back_as_the_same_values(register):
    at = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    until = date(2026, 12, 31)
    with register.change("Ida Holm", "round of the hospital"):
        assert register.record_devices([known(2), known(1, site="Åre \U0001f3e5")]) == 2
        register.say(word(at=at))
        register.answer(answer(at=at))
        register.decide(decision(at=at, until=until))
    assert register.devices() == [known(1, site="Åre \U0001f3e5"), known(2)]
    assert register.words() == [word(at=at)]
    assert register.answers() == [answer(at=at)]
    assert register.decisions() == [decision(at=at, until=until)]
    assert register.words()[0].at.utcoffset() == timedelta(0)


def test_the_history_shows_who_why_and_each_row_before_and_after(register):
    with register.change("Ida Holm", "round of the hospital", origin="web"):
        register.decide(decision(until=date(2026, 12, 31)))
    with register.change("Jo Berg", "the segment was opened"):
        register.withdraw_decision("X-1")
    withdrawn, decided = entries(register, "X-1")
    assert (decided.change.by, decided.change.why, decided.change.origin) == (
        "Ida Holm",
        "round of the hospital",
        "web",
    )
    assert (decided.table, decided.key, decided.before) == ("decision", "X-1", "")
    row = json.loads(decided.after)
    assert row["findings"] == '["F-1", "F-2"]'
    assert (row["at"], row["until"]) == ("2026-03-01T08:00:00.000000Z", "2026-12-31")
    assert row["reason"] == 'the segment is closed: "only the archive"'
    assert row["withdrawn_at"] is None
    assert withdrawn.change.number == 2
    assert json.loads(withdrawn.before) == row
    at = withdrawn.change.at
    assert json.loads(withdrawn.after) == row | {"withdrawn_at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}


def test_the_history_of_truth_numbers_nothing_and_odd_texts_is_json(register):
    odd = "tab\t quote\" back\\ line\n bell\x07 del\x7f é \u2028 \U0001f3e5 'q' %s {0}"
    with register.change("Ida Holm", "an account"):
        models.User.objects.create(username="ida", name=odd, is_active=False)
    (user,) = entries(register)
    assert json.loads(user.after)["name"] == odd
    assert json.loads(user.after)["is_active"] is False
    assert json.loads(user.after)["joined"] is None
    assert json.loads(user.after)["id"] == 1


def test_a_deleted_row_stays_in_the_history(register):
    with register.change("Ida Holm", "a site"):
        site = models.Site.objects.create(name="Harbor")
    with register.change("Ida Holm", "it was closed"):
        models.Site.objects.filter(name="Harbor").delete()
    gone = entries(register)[0]
    assert (gone.table, gone.key, gone.after) == ("site", str(site.pk), "")
    assert json.loads(gone.before) == {"id": site.pk, "name": "Harbor"}


def test_a_password_never_enters_the_history(register):
    with register.change("Ida Holm", "an account"):
        user = models.User(username="ida")
        user.set_password("correct horse")
        user.save()
    with register.change("Ida Holm", "another name"):
        models.User.objects.update(name="Ida")
    with register.change("Ida Holm", "forgotten"):
        user.set_password("battery staple")
        user.save()
    with register.change("Ida Holm", "she left"):
        user.delete()
    told = [(entry.before, entry.after) for entry in reversed(entries(register))]
    assert [tuple(json.loads(side)["password"] if side else None for side in sides) for sides in told] == [
        (None, "changed"),
        ("", ""),
        ("", "changed"),
        ("", None),
    ]
    assert "pbkdf2" not in str(told)


@pytest.mark.parametrize(("by", "why"), [("", "x"), ("  ", "x"), ("Ida", ""), ("Ida", " \n")])
def test_a_change_needs_a_person_and_a_reason(register, by, why):
    with pytest.raises(UsageError, match="A change needs a"), register.change(by, why):
        pytest.fail("the change was opened")
    assert register.revision() == "0" * 64


def test_writing_outside_of_a_change_is_refused(register):
    writes = [
        lambda: register.record_devices([known()]),
        lambda: register.say(word()),
        lambda: register.answer(answer()),
        lambda: register.decide(decision()),
        lambda: register.withdraw_word("D-1", "owner"),
        lambda: register.withdraw_answer("Q-1"),
        lambda: register.withdraw_decision("X-1"),
    ]
    for write in writes:
        with pytest.raises(UnattributedChangeError, match=r"with house\.register\.change"):
            write()
    assert entries(register) == []


def test_a_change_that_raises_leaves_nothing(register, log):

    def half_a_thought():
        with register.change("Ida Holm", "half a thought"):
            register.say(word())
            register.decide(decision())
            register.decide(decision())

    with pytest.raises(UsageError, match="already"):
        half_a_thought()
    assert register.words() == []
    assert entries(register) == []
    assert log.kept == []
    with register.change("Ida Holm", "the whole thought"):
        register.say(word())
    assert register.verify() == 1
    with pytest.raises(UnattributedChangeError):
        register.say(word())


def test_a_change_that_writes_nothing_leaves_no_trace(register, log):
    with register.change("Ida Holm", "a list"):
        register.record_devices([known()])
    before = register.revision()
    with register.change("Ida Holm", "the same list again"):
        assert register.record_devices([known(), known()]) == 0
    assert register.revision() == before
    assert log.numbers == [1]


def test_each_change_makes_another_revision(register, log):
    seen = {register.revision()}
    for number in range(1, 4):
        with register.change("Ida Holm", "a word") as opened:
            register.say(word(str(number)))
        assert opened.number == number
        seen.add(register.revision())
    assert len(seen) == 4
    assert [entry["body"]["digest"] for entry in log.kept][-1] == register.revision()
    assert log.numbers == [1, 2, 3]


def test_a_change_within_a_change_is_refused(register):
    with register.change("Ida Holm", "outer"):
        register.say(word())
        with pytest.raises(StateError, match="open already"), register.change("Ida Holm", "inner"):
            pytest.fail("the inner change was opened")
    assert len(register.words()) == 1
    assert register.verify() == 1


def test_many_devices_are_recorded_once_and_the_known_stay_as_they_are(register):
    with register.change("Ida Holm", "first list"):
        register.record_devices([known(7, seen=START - timedelta(days=1))])
    with register.change("Ida Holm", "second list"):
        assert register.record_devices(known(number) for number in range(2500)) == 2499
    found = register.devices()
    assert len(found) == 2500
    assert found[7] == known(7, seen=START - timedelta(days=1))
    assert register.history(None, limit=1, offset=0)[1] == 2500 + 1  # and the site
    assert register.verify() == 2


def test_a_decision_is_never_edited(register):
    with register.change("Ida Holm", "decided"):
        register.decide(decision())
    with (
        pytest.raises(UsageError, match="X-1 is recorded already"),
        register.change("Ida Holm", "decided again"),
    ):
        register.decide(decision(target="A-2"))
    assert register.decisions() == [decision()]


def test_what_does_not_hold_cannot_be_withdrawn(register):
    with register.change("Ida Holm", "said"):
        register.say(word())
        register.withdraw_word("D-000001", "software_version")
    for withdraw in (
        lambda: register.withdraw_word("D-000001", "software_version"),
        lambda: register.withdraw_answer("Q-9"),
        lambda: register.withdraw_decision("X-9"),
    ):
        with pytest.raises(NotFoundError, match="See `leadglass"), register.change("Ida Holm", "odd"):
            withdraw()
    assert register.verify() == 1


@pytest.mark.parametrize("odd", ["nul\0", "half of a pair \ud83c"])
def test_what_no_engine_can_keep_is_refused_in_a_sentence(register, odd):
    writes = [
        lambda: register.say(word(odd)),
        lambda: register.record_devices([known(site=odd)]),
        lambda: register.decide(decision(target=odd)),
        lambda: register.withdraw_answer(odd),
    ]
    for write in writes:
        with pytest.raises(UsageError, match="is none"), register.change("Ida Holm", "odd"):
            write()
    with pytest.raises(UsageError, match="is none"), register.change(odd, "odd"):
        pytest.fail("the change was opened")
    with pytest.raises(UsageError, match="is none"):
        register.history(odd, limit=1, offset=0)
    naive = datetime(2026, 3, 1, 8, 0)  # noqa: DTZ001 - the fault itself
    with pytest.raises(UsageError, match="no time zone"), register.change("Ida Holm", "odd"):
        register.say(word(at=naive))
    with pytest.raises(UsageError, match="no time zone"):
        register.words(until=naive)
    assert register.revision() == "0" * 64


def test_the_history_is_found_by_row_target_finding_question_and_device(register):
    with register.change("Ida Holm", "a day's work"):
        register.record_devices([known(1), known(2)])
        register.say(word())
        register.answer(answer(question="Q-1"))
        register.answer(answer(question="Q-2", device="D-000002"))
        register.decide(decision("X-1", target="A-1", findings=("F-1", "F-22")))
        register.decide(decision("X-2", target="F-2", findings=()))
    found = {
        key: {(entry.table, entry.key) for entry in entries(register, key)}
        for key in ("X-1", "A-1", "F-1", "F-2", "F-22", "Q-1", "D-000001", "D-000002", "nobody")
    }
    assert found == {
        "X-1": {("decision", "X-1")},
        "A-1": {("decision", "X-1")},
        "F-1": {("decision", "X-1")},
        "F-2": {("decision", "X-2")},
        "F-22": {("decision", "X-1")},
        "Q-1": {("answer", "1")},
        "D-000001": {("device", "D-000001"), ("word", "1")},
        "D-000002": {("device", "D-000002"), ("answer", "2")},
        "nobody": set(),
    }


def test_the_history_comes_in_pages_newest_first(register):
    for number in range(5):
        with register.change("Ida Holm", f"word {number}"):
            register.say(word(str(number)))
    page, total = register.history(None, limit=2, offset=1)
    assert total == 5
    assert [entry.change.number for entry in page] == [4, 3]
    assert page[0].change.at == datetime(2026, 3, 1, 8, 0, 4, tzinfo=UTC)
