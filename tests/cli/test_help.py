"""Help says what a verb does, and how to go on."""

import pytest
from typer.testing import CliRunner

from leadglass.cli.main import app
from leadglass.services.ledger.listings import LISTINGS

VERBS = (*LISTINGS, "receive", "assess", "show", "explain", "answer", "say", "decide", "history", "letter", "report",
         "status", "rebuild", "backup", "restore", "try")  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_help_says_what_a_verb_does_within_80_columns(verb: str) -> None:
    ran = CliRunner(env={"COLUMNS": "80"}).invoke(app, [verb, "--help"])
    assert ran.exit_code == 0
    assert f"leadglass {verb}" in ran.output or f"root {verb}" in ran.output
    prose = ran.output.partition("Examples:")[0]
    assert max(map(len, prose.splitlines())) <= 80
    assert "<str>  " not in ran.output.partition("Options:")[2]


def test_the_list_of_verbs_cuts_no_sentence_off() -> None:
    listed = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["--help"]).output
    lines = [line for line in listed.splitlines() if line.split()[:1] and line.split()[0] in VERBS]
    assert len(lines) == len(VERBS)
    assert all(line.endswith(".") and not line.endswith("on...") for line in lines)
