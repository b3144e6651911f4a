# SPDX-License-Identifier: Apache-2.0
"""What is missing becomes questions: grouped by what one answer settles, ranked by how much, never asked twice."""

import string

from hypothesis import given
from hypothesis import strategies as st

from leadglass.planning.orders import ANSWERS
from leadglass.planning.questions import ask, texts
from leadglass.services.ledger.limited import SERIAL
from leadglass.values.ids import question_id
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities import offers, repairs
from leadglass.vulnerabilities.statements import IDENTITY, MEANING, TRUST

FACTS = {name: table for name, table in texts().items() if isinstance(table, dict)}
NOT_ASKED = (
    "version in the record", "sound range in the record", "whether both versions are the same", "release cycle",
    "edition or service pack", "whether extended support was bought",
)  # fmt: skip


def lack(missing: str, device: str = "D-1", findings: int = 1, **told: object) -> dict[str, object]:
    """A missing fact, as the query gives it."""
    return {
        "missing": missing, "subject": "", "product_id": "P-pellar5", "maker": "Tessaly", "model": "Pellar 5",
        "component_id": "C-1", "component_name": "OpenSSL", "component_version": "", "device_id": device,
        "record_product": "openssl:openssl", "record_part": "a", "findings": findings,
        "configuration_id": "G-1", "many": 0, **told,
    }  # fmt: skip


def test_the_table_of_questions_is_whole_and_every_placeholder_is_filled_in():
    filled = {"maker", "model", "devices", "subject", "where"}
    for fact, table in FACTS.items():
        assert set(table) == {"kind", "asked", "text", "answers"}, fact
        assert table["asked"] in {"hospital", "maker"}
        assert table["text"].endswith(("?", "version."))
        assert {
            name for _, name, _, _ in string.Formatter().parse(table["text"]) if name is not None
        } <= filled


def test_every_fact_that_matching_may_lack_is_asked_for_or_cannot_be_known_here():
    lacks = {"version", "software version", "operating system", "service pack", "update", "edition"}
    whole = {"hardware model", "software list", "component identity", "maker", "sighted device"}
    said = {TRUST, IDENTITY, MEANING, SERIAL}  # what a publisher's statement waits for
    packaged = {
        "trust in the distribution's data",
        repairs.RELEASE,
    }  # and what a distribution's own data does
    assert set(FACTS) == lacks | whole | said | packaged | {offers.RELEASE} | set(ANSWERS)  # and work orders
    assert not set(NOT_ASKED) & set(FACTS)


def test_one_answer_for_a_model_settles_the_findings_of_all_its_devices():
    rows = [
        lack("software version", f"D-{number}", 30 + number, component_id=f"C-{number}")
        for number in range(4)
    ]
    (question,), members = ask(rows, frozenset())
    assert (question["settles"], question["devices"], question["kind"], question["asked"]) == (
        126,
        4,
        "version",
        "hospital",
    )
    assert (
        question["text"]
        == "Which software version runs on the 4 Pellar 5 of Tessaly whose version is not written down?"
    )
    assert {(row["device_id"], row["findings"]) for row in members} == {(f"D-{n}", 30 + n) for n in range(4)}
    assert (
        {row["question_id"] for row in members} == {question["id"]} == {question_id("version", "P-pellar5")}
    )


def test_components_are_asked_for_one_by_one_and_models_apart():
    rows = [
        lack("version"),
        lack("version", component_name="zlib"),
        lack("version", product_id="P-other"),
        lack("version", "D-2"),
    ]
    questions, _ = ask(rows, frozenset())
    assert sorted((q["subject"], q["devices"]) for q in questions) == [
        ("OpenSSL|P-other|a|openssl:openssl", 1),
        ("OpenSSL|P-pellar5|a|openssl:openssl", 2),
        ("zlib|P-pellar5|a|openssl:openssl", 1),
    ]


def test_a_question_that_was_answered_is_left_out_with_its_devices():
    rows = [lack("software version"), lack("version")]
    answered = frozenset({question_id("version", "P-pellar5")})
    questions, members = ask(rows, answered)
    assert [q["kind"] for q in questions] == ["component-version"]
    assert {row["question_id"] for row in members} == {questions[0]["id"]}


def test_a_finding_that_lacks_several_facts_asks_for_each_and_counts_for_none():
    questions, members = ask(
        [lack("hardware model, software version", findings=9), lack("software version", "D-2", 3)],
        frozenset(),
    )
    assert [(q["kind"], q["settles"], q["devices"]) for q in questions] == [
        ("version", 3, 2),
        ("hardware", 0, 1),
    ]
    assert {(row["device_id"], row["findings"]) for row in members} == {("D-1", 0), ("D-2", 3)}


def test_what_nobody_here_can_know_is_not_asked():
    assert ask([lack(missing) for missing in NOT_ASKED], frozenset()) == ([], [])


def test_a_slip_of_the_pen_is_asked_for_both_spellings():
    (question,), _ = ask(
        [lack("maker", subject="quilon|quillon", component_name="", record_product=None)], frozenset()
    )
    assert question["text"] == "Is 'quilon' the same maker as 'quillon'?"
    assert question["id"] == question_id("maker", "quilon|quillon")


def test_the_more_general_of_two_facts_words_a_shared_question():
    pack, system = lack("service pack", "D-1"), lack("operating system", "D-2")
    for rows in ([pack, system], [system, pack]):
        (question,), _ = ask(rows, frozenset())
        assert question["text"] == FACTS["operating system"]["text"].format(maker="Tessaly", model="Pellar 5")
    (question,), _ = ask([pack], frozenset())
    assert "service pack" in question["text"]


def test_makers_and_models_without_a_name_are_called_unknown():
    (question,), _ = ask([lack("software list", maker="", model="")], frozenset())
    assert "unknown maker unknown model" in question["text"]


ROWS = st.lists(
    st.builds(
        lack,
        missing=st.lists(st.sampled_from([*FACTS, *NOT_ASKED]), min_size=1, max_size=2, unique=True).map(
            ", ".join
        ),
        device=st.sampled_from(["D-1", "D-2", "D-3"]),
        findings=st.integers(1, 50),
        product_id=st.sampled_from(["P-1", "P-2"]),
        component_name=st.sampled_from(["OpenSSL", "zlib"]),
    ),
    max_size=12,
)


@given(ROWS)
def test_questions_are_ranked_by_what_they_settle_and_their_devices_add_up(rows):
    questions, members = ask(rows, frozenset())
    assert [q["rank"] for q in questions] == list(range(1, len(questions) + 1))
    worth = [(q["settles"], q["devices"]) for q in questions]
    assert worth == sorted(worth, reverse=True)
    for question in questions:
        assert set(question) == {column.name for column in TABLES["question"].columns}
        assert "{" not in question["text"]
        own = [row for row in members if row["question_id"] == question["id"]]
        assert (len(own), sum(row["findings"] for row in own)) == (question["devices"], question["settles"])
    assert len({q["id"] for q in questions}) == len(questions)
    alone = sum(row["findings"] for row in rows if row["missing"] in FACTS)
    assert sum(q["settles"] for q in questions) == alone


@given(ROWS)
def test_every_fact_that_can_be_asked_for_is_asked_for(rows):
    questions, _ = ask(rows, frozenset())
    kinds = {q["kind"] for q in questions}
    assert {
        FACTS[fact]["kind"] for row in rows for fact in row["missing"].split(", ") if fact in FACTS
    } == kinds
