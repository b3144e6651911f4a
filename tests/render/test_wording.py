"""A text that was composed is recognised as the sentence it was composed by, and said otherwise with the same values."""

import time

from leadglass.render.wording import Wording, sentence, speaking, spoken

GERMAN = {
    "Contain by %(by)s - then ask %(maker)s for a fix": "Bis %(by)s eindämmen, dann %(maker)s um Abhilfe bitten",
    "Nobody is named.": "Niemand wurde genannt.",
    "%(count)s judged in full, %(partly)s in part": "%(partly)s zum Teil, %(count)s ganz beurteilt",
    "unknown": "unbekannt",
    "software version": "Softwareversion",
    "%(fact)s missing": "%(fact)s fehlt",
    "software %(version)s": "Software %(version)s",
    "%(part)s of %(whole)s": "%(part)s von %(whole)s",
    "100 %% of it": "100 %% davon",
    "Broken %(slot)s here": "Kaputt %(other)s hier",
    "and": "und", "Mon": "Mo", "Nov": "Nov", "no date yet": "noch kein Datum", "remedy": "Abhilfe",
}  # fmt: skip
PAIRS = {("%(n)s device", "%(n)s devices"): ("%(n)s Gerät", "%(n)s Geräte")}
WORDING = Wording(
    GERMAN, PAIRS, GERMAN.__getitem__, lambda one, several, number: PAIRS[one, several][number != 1]
)


def test_a_sentence_keeps_its_values_wherever_the_language_puts_them() -> None:
    assert (
        WORDING.said("Contain by Mon 24 Nov - then ask Quillon for a fix")
        == "Bis Mo 24 Nov eindämmen, dann Quillon um Abhilfe bitten"
    )
    assert WORDING.said("24 judged in full, 34 in part") == "34 zum Teil, 24 ganz beurteilt"


def test_things_are_counted_by_the_forms_of_the_language() -> None:
    assert WORDING.said("1 device") == "1 Gerät"
    assert WORDING.said("2,350 devices") == "2,350 Geräte"
    assert WORDING.said("676 unknown") == "676 unbekannt"


def test_values_are_said_too_where_they_are_words_of_the_house() -> None:
    assert WORDING.said("software version missing") == "Softwareversion fehlt"
    assert WORDING.said("1 device and 3 unknown") == "1 Gerät und 3 unbekannt"
    assert (
        WORDING.said("Remedy: no date yet. Nobody is named.")
        == "Abhilfe: noch kein Datum. Niemand wurde genannt."
    )


def test_the_sentence_that_leaves_least_unsaid_is_meant() -> None:
    assert WORDING.said("software 1.5") == "Software 1.5"
    assert WORDING.said("1 of 3 devices") == "1 von 3 Geräte"


def test_names_and_texts_of_others_stay_as_they_are() -> None:
    for text in (
        "CT-014",
        "Quillon Tomara 64",
        "A vendor's own sentence, with a comma.",
        "",
        " ",
        "%",
        "%s %(x)s",
        "12:30",
    ):
        assert WORDING.said(text) == text


def test_a_percent_sign_is_no_slot() -> None:
    assert WORDING.said("100 % of it") == "100 % davon"


def test_a_translation_that_does_not_fit_is_none() -> None:
    assert WORDING.said("Broken thing here") == "Broken thing here"


def test_a_template_without_a_word_recognises_nothing() -> None:
    assert sentence("%(a)s %(b)s") is None
    assert sentence("no slot") is None


def test_no_text_takes_long() -> None:
    weird = ("of in part missing judged in full, " * 200)[:3_900]
    begun = time.process_time()
    WORDING.said(weird)
    WORDING.said("unknown and " * 300)
    WORDING.said("software of software of " * 150)
    assert time.process_time() - begun < 10


def test_what_is_drawn_is_said_before_it_is_measured() -> None:
    assert spoken("unknown") == "unknown"
    with speaking(WORDING.said):
        assert spoken("unknown") == "unbekannt"
    assert spoken("unknown") == "unknown"
