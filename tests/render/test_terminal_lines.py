# SPDX-License-Identifier: Apache-2.0
"""Lines of a terminal: the shape of an action, and the law that no line is wider than the terminal."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from leadglass.render import terminal
from leadglass.render.text import display_width, one_line
from leadglass.values.overview import State
from tests.render import sample

TEXT = st.text(st.sampled_from("aZ7 -,.断層e\u0301é😀\x1b\u202e<&"), max_size=150)
WIDTH = st.integers(terminal.NARROWEST, terminal.WIDEST)


def test_an_action_reads_deed_place_devices_reason_people_and_alternatives() -> None:
    card = sample.ACTIONS[0]
    lines = terminal.actions([card], width=120, as_of=sample.TODAY)
    first, second = lines[0].text, lines[1].text
    assert first.startswith(f" 1 ▲ {card.title}")
    assert first.endswith(f"act now - 2 {card.modality} - {card.site}")
    assert len(first) == 120
    assert all(device.asset_tag in second for device in card.devices)
    whole = "\n".join(line.text for line in lines)
    for said in (
        "Why these:",
        "Contain: hospital",
        f"Remedy: {card.remedy_by}",
        "Closed by:",
        "Or: move",
        card.id,
    ):
        assert said in whole
    assert "contain by Sun 23 Nov (1 day late), remedy: no date yet" in whole


def test_the_place_goes_below_a_title_that_leaves_no_room() -> None:
    card = replace(sample.ACTIONS[0], title="Contain " + "every device of the house " * 3)
    lines = [line.text for line in terminal.actions([card], width=60, as_of=sample.TODAY)]
    assert any(line.strip() == f"act now - 2 {card.modality} - {card.site}" for line in lines)


def test_parts_name_known_styles_and_stand_where_they_say() -> None:
    for width in (60, 120):
        for line in terminal.actions(sample.ACTIONS, width=width, as_of=sample.TODAY):
            assert line.style in terminal.STYLES
            for start, end, style in line.parts:
                assert 0 <= start < end <= len(line.text)
                assert style in terminal.STYLES
    title = terminal.actions(sample.ACTIONS[:1], width=120, as_of=sample.TODAY)[0]
    shown = {style: title.text[start:end] for start, end, style in title.parts}
    assert shown == {"state.act-now": "▲", "title": sample.ACTIONS[0].title}


def test_a_gap_in_responsibility_is_said() -> None:
    card = replace(sample.ACTIONS[0], accountable="", proof="")
    whole = " ".join(line.text for line in terminal.actions([card], width=200, as_of=sample.TODAY))
    assert "Contain: nobody is named" in whole
    assert "Closed by: no proof is named" in whole


@given(TEXT, TEXT, TEXT, WIDTH, st.sampled_from(State))
def test_no_line_of_an_action_is_wider_than_the_terminal(
    a: str, b: str, c: str, width: int, state: State
) -> None:
    device = replace(sample.LINES[0], asset_tag=a, room=b, serial=c, software=a)
    card = replace(
        sample.ACTIONS[0], title=a, site=b, what=c, why=(a, b), proof=c, product=a, accountable=b, clocks=a,
        alternatives=(c, a), decision=b, state=state, devices=(device, *sample.LINES[:9]),
    )  # fmt: skip
    lines = terminal.actions([card, replace(card, rank=1234)], width=width, as_of=sample.TODAY)
    assert all(display_width(line.text) <= width for line in lines)
    assert "\x1b" not in "".join(line.text for line in lines)


@given(TEXT, TEXT, WIDTH)
def test_no_line_of_a_question_is_wider_than_the_terminal(a: str, b: str, width: int) -> None:
    card = replace(sample.QUESTIONS[0], text=a, model=b, letter=b, asked=a)
    assert all(display_width(line.text) <= width for line in terminal.questions([card], width=width))


@given(st.lists(st.lists(TEXT | st.integers(0, 10**7), min_size=7, max_size=7), max_size=4), WIDTH)
def test_no_line_of_a_table_is_wider_and_no_cell_is_lost(rows: list[list[str | int]], width: int) -> None:
    head = ["Device", "Site", "Model", "Software", "Serial number", "Why", "Findings"]
    lines = terminal.table(head, rows, width=width)
    assert all(display_width(line.text) <= width for line in lines)
    shown = sorted("".join(line.text for line in lines).replace(" ", ""))
    for row in rows:
        for cell in row:
            wanted = f"{cell:,}" if isinstance(cell, int) else one_line(cell).replace(" ", "")
            assert all(shown.count(character) >= wanted.count(character) for character in set(wanted))


def test_numbers_stand_at_the_right_and_words_at_the_left() -> None:
    lines = [
        line.text
        for line in terminal.table(("Name", "Findings"), [("CT", 7), ("Gammascope", 1200)], width=80)
    ]
    assert lines == ["Name        Findings", "CT                 7", "Gammascope     1,200"]


def test_a_table_without_room_becomes_records() -> None:
    rows = [tuple(f"{name} is a value of some length" for name in "ABCDEFGHIJ")]
    lines = [line.text for line in terminal.table(tuple("abcdefghij"), rows, width=60)]
    assert lines[0] == "a: A is a value of some length"
    assert len(lines) == 10


def test_nothing_to_say_is_no_line() -> None:
    assert terminal.actions([], width=80, as_of=sample.TODAY) == []
    assert terminal.questions([], width=80) == []
