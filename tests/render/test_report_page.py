# SPDX-License-Identifier: Apache-2.0
"""The morning report: well-formed, self-contained, escaped, linked, bounded, and it never hides what is missing."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadglass.render import bedside, cards
from leadglass.render.report import report
from leadglass.values.overview import Coverage, Overview, State
from tests.render import sample

VOID = {"meta", "br", "hr"}
EMPTY = replace(
    sample.overview(), coverage=Coverage(total=0, judged=0, partly=0, blind=0), findings={}, headlines=(), cells=(),
    tallies=(), feeds=(), actions=(), actions_total=0, questions=(), questions_total=0, devices=(), devices_total=0,
    sources=(), sources_total=0, remarks=(), remarks_total=0, sites=(),
)  # fmt: skip


@cache
def page() -> str:
    return report(sample.overview())


@cache
def tree() -> ET.Element:
    return ET.fromstring(page().removeprefix("<!DOCTYPE html>\n"))


def text_of(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def part(ident: str) -> ET.Element:
    found = tree().find(f".//*[@id='{ident}']")
    assert found is not None, ident
    return found


class Balance(HTMLParser):
    """Reads as HTML does, and checks that every element is closed by its own tag."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _attrs: object) -> None:
        assert tag in VOID | {"rect", "line", "path", "circle"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_for_parsers_of_html_and_of_xml() -> None:
    balance = Balance()
    balance.feed(page())
    assert balance.open == []
    assert tree().tag == "html"
    assert tree().get("lang") == "en"


def test_every_link_stays_on_the_page_and_finds_its_target() -> None:
    ids = [e.get("id") for e in tree().iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    targets = [e.get("href", "") for e in tree().iter("a")]
    assert len(targets) > 60
    assert {t[1:] for t in targets} <= set(ids)
    assert {t[0] for t in targets} == {"#"}
    for drawing in tree().iter("{http://www.w3.org/2000/svg}svg"):
        assert {drawing.get("aria-labelledby"), drawing.get("aria-describedby")} <= set(ids)
    assert set(re.findall(r"url\(#([^)]*)\)", page())) <= set(ids)


def test_nothing_is_loaded_from_elsewhere_and_no_script_can_run() -> None:
    for element in tree().iter():
        assert not {"src", "srcset", "action", "data", "poster"} & set(element.attrib)
        assert not any(name.startswith("on") for name in element.attrib)
        assert element.tag.rpartition("}")[2] not in {
            "script",
            "link",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
        }
    assert "@import" not in page()
    assert re.findall(r"https?://[^\"'< ]+", page()) == ["http://www.w3.org/2000/svg"] * 8
    policy = tree().find(".//meta[@http-equiv='Content-Security-Policy']")
    assert policy is not None
    assert policy.get("content") == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_a_hostile_name_is_shown_and_not_obeyed() -> None:
    assert "<script" not in page()
    assert "\x1b" not in page()
    assert "\u202e" not in page()
    assert "<script>alert('CT')</script> & \ufffd[31mTomara\ufffd" in text_of(part("devices"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=40), st.text(st.sampled_from("<>&\"'/ -x\x00\ud800\u202e"), max_size=40))
def test_any_text_leaves_the_page_whole(a: str, b: str) -> None:
    device = replace(sample.LINES[0], asset_tag=b, room=a, model=b, site=b)
    section = sample.section(device, 3)
    whole = replace(
        EMPTY,
        organisation=a,
        snapshot=b,
        sites=(a, b),
        findings={a: 3},
        actions=(
            replace(sample.ACTIONS[0], title=a, site=b, devices=(device,), why=(a, b), clocks=b, decision=a),
        ),
        devices=(replace(section, summary=a, unknowns=(b,), decisions=(a,)),),
        questions=(replace(sample.QUESTIONS[0], text=a, letter=b, missing=a),),
        cells=(replace(sample.CELLS[0], site=a, modality=b),),
        tallies=(replace(sample.TALLIES[0], site=a),),
        feeds=(replace(sample.FEEDS[0], name=b, sentence=a),),
    )
    written = report(whole)
    written.encode("utf-8")
    tags = {e.tag.rpartition("}")[2] for e in ET.fromstring(written.removeprefix("<!DOCTYPE html>\n")).iter()}
    assert tags <= {e.tag.rpartition("}")[2] for e in tree().iter()}


def test_the_first_screen_holds_the_four_answers_and_what_was_not_judged() -> None:
    header = tree().find(".//header")
    assert header is not None
    said = text_of(header)
    for headline in sample.HEADLINES:
        assert f"{headline.number:,} {headline.name} {headline.sentence}" in said
    assert f"First: {sample.ACTIONS[0].title}" in said
    assert "60 devices at 3 sites: 22 judged in full, 23 in part, 15 not at all." in said
    assert "1,936 unknown" in said
    assert "Unknown is not safe." in said


def test_each_state_is_told_by_a_word_and_a_shape() -> None:
    marks = [e for e in tree().iter("span") if (e.get("class") or "").startswith("state ")]
    seen = {text_of(mark): mark for mark in marks if text_of(mark)}
    assert set(seen) == {state.value for state in State}
    shapes = {word: mark.find("svg/path").get("d") for word, mark in seen.items()}  # type: ignore[union-attr]
    assert len(set(shapes.values())) == len(State)


def test_an_action_tells_who_what_where_by_when_and_what_else() -> None:
    card = sample.ACTIONS[2]
    said = text_of(part(card.id))
    for words in (card.title, f"2 {card.modality} - {card.site}", card.what, "Why these: ", "Or: move", card.decision,
                  f"Contain: {card.accountable}", f"Remedy: {card.remedy_by}", f"Closed by: {card.proof}"):  # fmt: skip
        assert words in said
    for device in card.devices:
        assert device.asset_tag in said
        assert (device.serial or "not stated") in said
    assert "remedy: no date yet" in said


def test_dates_are_said_as_people_say_them_and_exactly_on_hover() -> None:
    times = {(text_of(e), e.get("title")) for e in tree().iter("time")}
    assert ("Tue 25 Nov", "2031-11-25") in times
    assert ("Fri 23 Jan 2032", "2032-01-23") in times
    assert ("Mon 24 Nov 2031", "2031-11-24 06:10:00 UTC") in times


@pytest.mark.parametrize("findings", [5_000])
def test_a_large_fleet_stays_small_and_says_what_it_leaves_out(findings: int) -> None:
    written = report(sample.overview(findings=findings))
    assert len(written.encode()) < 3_000_000
    left = findings - bedside.FINDINGS_SHOWN
    run = "leadglass findings --device D-0000000002"
    assert f"{left:,} more findings of {findings:,}: <code>{run}</code>" in written
    assert "140 more components of 180: <code>leadglass components --device D-0000000002</code>" in written
    assert written.count("<tr><td") < 60 * (bedside.FINDINGS_SHOWN + bedside.COMPONENTS_SHOWN + 10) + 500


def test_what_is_cut_is_said_with_the_command_that_lists_it() -> None:
    assert "9 more actions of 40: leadglass actions" in text_of(part("actions"))
    assert "13 more questions of 23: leadglass questions" in text_of(part("questions"))
    assert "10 more remarks of 12: leadglass remarks" in text_of(part("remarks"))
    assert len(part("actions").findall("ol/li")) == cards.CARDS_SHOWN


def test_the_first_clock_is_the_one_that_is_late() -> None:
    first = part("clocks").find("table/tbody/tr")
    assert first is not None
    assert text_of(first).startswith("Sun 23 Nov1 day latecontain")


def test_a_missing_fact_is_said_in_words() -> None:
    assert "Software versionnot stated" in text_of(part("D-0000000004"))
    assert "A-elsewhere: leadglass show A-elsewhere" in text_of(part("D-0000000007"))


def test_an_empty_house_says_why_and_what_to_do() -> None:
    said = text_of(ET.fromstring(report(EMPTY).removeprefix("<!DOCTYPE html>\n")))
    for words in ("No action is open", "leadglass assess", "No device is known yet", "leadglass receive PATH",
                  "No document was received yet", "0 devices at 0 sites", "No feed was received yet"):  # fmt: skip
        assert words in said


def test_the_same_values_give_the_same_page() -> None:
    assert report(sample.overview()) == page()


def test_a_date_of_another_year_shows_its_year() -> None:
    view: Overview = replace(sample.overview(), as_of=datetime(2032, 1, 2, 8, tzinfo=UTC))
    late = replace(sample.ACTIONS[0], due_contain=date(2031, 12, 31))
    written = report(replace(view, actions=(late,)))
    assert 'title="2031-12-31">Wed 31 Dec 2031</time> (2 days late)' in written
