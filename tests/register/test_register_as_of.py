# SPDX-License-Identifier: Apache-2.0
"""As of a moment: what was given by then and not withdrawn by then."""

from datetime import UTC, datetime, timedelta, timezone

from register_doubles import START, answer, decision, known, word

DAY = timedelta(days=1)


def at(register, clock, moment, write):
    clock.now = moment
    with register.change("Ida Holm", "a day's work"):
        write()


def test_devices_are_known_from_the_day_they_were_first_seen(register):
    with register.change("Ida Holm", "two lists"):
        register.record_devices([known(1), known(2, seen=START + DAY)])
    assert register.devices(START - timedelta(microseconds=1)) == []
    assert register.devices(START) == [known(1)]
    assert register.devices(START + DAY) == [known(1), known(2, seen=START + DAY)]
    assert register.devices() == register.devices(START + DAY)


def test_words_hold_from_when_they_were_said_until_they_are_withdrawn(register, clock):
    first, second = word("12.1"), word("12.2", at=START + DAY)
    at(register, clock, START, lambda: register.say(first))
    at(register, clock, START + DAY, lambda: register.say(second))
    at(register, clock, START + 2 * DAY, lambda: register.withdraw_word("D-000001", "software_version"))
    withdrawn = clock.now
    assert register.words(START) == [first]
    assert register.words(START + DAY) == [first, second]
    assert register.words(withdrawn - timedelta(microseconds=1)) == [first, second]
    assert register.words(withdrawn) == []
    assert register.words() == []


def test_words_come_oldest_first_in_whatever_order_they_were_said(register):
    late, early = word("late", at=START + DAY), word("early")
    with register.change("Ida Holm", "two words"):
        register.say(late)
        register.say(early)
    assert register.words() == [early, late]


def test_the_newest_answer_of_each_question_and_device_counts(register, clock):
    first, second = answer("P-1"), answer("P-2", at=START + DAY)
    of_a_device = answer("P-3", device="D-000001", at=START)
    at(register, clock, START, lambda: register.answer(first))
    at(register, clock, START, lambda: register.answer(of_a_device))
    at(register, clock, START + DAY, lambda: register.answer(second))
    at(register, clock, START + 2 * DAY, lambda: register.withdraw_answer("Q-1"))
    assert register.answers(START) == [first, of_a_device]
    assert register.answers(START + DAY) == [of_a_device, second]
    assert register.answers(START + 3 * DAY) == []
    assert register.answers() == []


def test_of_two_answers_at_one_moment_the_one_written_later_counts(register):
    with register.change("Ida Holm", "a slip, mended"):
        register.answer(answer("P-1"))
        register.answer(answer("P-2"))
    assert register.answers() == [answer("P-2")]


def test_decisions_hold_until_they_are_withdrawn_expired_or_not(register, clock):
    expired = decision("X-1", until=(START + DAY).date())
    later = decision("X-0", at=START + DAY)
    at(register, clock, START, lambda: register.decide(expired))
    at(register, clock, START + DAY, lambda: register.decide(later))
    at(register, clock, START + 2 * DAY, lambda: register.withdraw_decision("X-1"))
    assert register.decisions(START) == [expired]
    assert register.decisions(START + DAY) == [expired, later]
    assert register.decisions(START + 3 * DAY) == [later]
    assert register.decisions() == [later]


def test_the_moment_may_be_told_in_any_time_zone(register):
    with register.change("Ida Holm", "a word"):
        register.say(word(at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC)))
    tokyo = timezone(timedelta(hours=9))
    assert len(register.words(datetime(2026, 3, 2, 8, 30, tzinfo=tokyo))) == 1
    assert register.words(datetime(2026, 3, 2, 8, 29, tzinfo=tokyo)) == []
