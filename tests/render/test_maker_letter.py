# SPDX-License-Identifier: Apache-2.0
"""The letter to a maker: complete, 78 columns, and harmless whatever a model is called."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from leadglass.render.letter import COLUMNS, letter
from leadglass.render.text import display_width
from tests.render import sample

TEXT = st.text(st.sampled_from("aZ7 -,.断層e\u0301\x1b\n"), max_size=200)


def test_the_letter_names_everything_that_the_maker_needs() -> None:
    value = sample.letter()
    written = " ".join(letter(value).split())
    for device in value.devices:
        assert (
            f"serial number {device.serial or 'not stated'}, software {device.software or 'not stated'}"
            in written
        )
    for number, question in enumerate(value.questions, 1):
        assert f" {number}. {question.text}" in written
        assert f"our reference {question.id}" in written
    for said in (
        "CycloneDX",
        "SPDX",
        "CSAF",
        "VEX",
        "(your name)",
        "Quillon, product security",
        "Fri 9 Jan 2032",
    ):
        assert said in written
    assert written.startswith("Mon 24 Nov 2031 From: Harbor Imaging Group")


@given(TEXT, TEXT)
def test_no_line_is_longer_than_78_columns(a: str, b: str) -> None:
    value = sample.letter()
    device = replace(value.devices[0], model=a, serial=b, software=a)
    question = replace(value.questions[0], text=b, helps=(a,))
    written = letter(
        replace(value, organisation=a, maker=b, devices=(device,) * 3, questions=(question,) * 12)
    )
    assert max(map(display_width, written.splitlines())) <= COLUMNS
    assert "\x1b" not in written
    assert not any(line != line.rstrip() for line in written.splitlines())
