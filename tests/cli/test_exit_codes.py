"""Exit codes: 0 done, 1 needs a person, 2 usage, 3 unreadable, 4 fault, 130 stopped; and never a traceback."""

import io
import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from leadglass.services import catalogue
from tests.cli.shell import COMMAND, DEMO, Shell, environment

KEV = DEMO / "feeds" / "kev-extract.json"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "devices"),
        (0, "findings --device NOPE"),
        (1, "status"),
        (0, "findings --kind system"),
        (0, "findings --kind weakness"),
        (2, "findings --kind updates"),
        (2, "findings --status bogus"),
        (2, "findings --bogus"),
        (2, "bogus"),
        (2, "findings --json --csv"),
        (2, "assess --json --csv"),
        (2, "findings --top -1"),
        (2, "devices --as-of yesterday"),
        (2, "devices --as-of 2099-01-01"),
        (2, "show nope"),
        (2, "show 12345678"),
        (2, "show CVE-1999-0001"),
        (2, "show F-aaaaaaaaaa-000000000000"),
        (2, "show US-007"),
        (2, "show CT_102"),
        (2, "explain nope"),
        (2, "letter nobody"),
        (2, "letter Pellar"),
        (2, "answer Q-aaaaaaaaaa 1"),
        (2, "say CT-014 shoe_size 46"),
        (2, "say CT-014 exposure huge"),
        (2, "say NOPE model x"),
        (2, "decide A-aaaaaaaaaa --kind accept --owner me --reason because --until 2027-01-01"),
        (2, "decide CVE-2031-41001 --kind acept --owner me --reason because"),
        (2, "decide CVE-2031-41001 --kind accept --owner me --reason because"),
        (2, "decide CVE-2031-41001 --kind accept --owner me --reason because --until 2020-01-01"),
        (2, "decide CVE-2031-41001 --kind accept --owner me --reason because --until tomorrow"),
        (2, "decide CVE-2031-41001 --kind close --owner me --reason because"),
        (
            2,
            "decide a:b --kind accept --owner me --reason because --until 2027-01-01 --vulnerability nonsense",
        ),
        (2, "receive --tlp PINK x"),
        (2, "receive --map nothing x"),
        (2, "restore nowhere.backup"),
        (3, "receive nowhere.csv"),
        (3, "receive --preview nowhere.csv"),
        (3, "report nowhere/report.html"),
    ],
)
def test_the_code_and_the_sentence(assessed: Shell, code: int, words: str) -> None:
    ran = assessed(*words.split())
    assert ran.code == code, ran.err
    said = ran.out + ran.err
    assert "Traceback" not in said
    assert said.strip()
    if code == 2:
        assert ran.out == ""


def test_before_the_first_assessment_looking_says_what_to_do(shell: Shell) -> None:
    for words in (
        "devices",
        "findings --json",
        "status",
        "show CT-1",
        "explain F-1",
        "letter X",
        "answer Q-1 x",
        "say D-1 model x",
    ):
        ran = shell(*words.split())
        assert (ran.code, ran.out) == (3, ""), words
        assert "leadglass assess" in ran.err


def test_some_unreadable_is_1_and_all_unreadable_is_3(shell: Shell, tmp_path: Path) -> None:
    cut = tmp_path / "cut.json"
    cut.write_bytes(KEV.read_bytes()[:3000])
    assert shell("receive", cut).code == 3
    assert shell("receive", cut, KEV).code == 1
    assert shell("receive", KEV).code == 0
    empty_feed = b'{"resultsPerPage":0,"startIndex":0,"totalResults":0,"format":"NVD_CVE","version":"2.0","timestamp":"2026-11-21T00:00:00.000","vulnerabilities":[]}'
    ran = shell("receive", "-", given=empty_feed)
    assert (ran.code, "taken, but it holds no record" in ran.out) == (0, True)


@pytest.mark.parametrize("said", ["LEADGLASS_THREADS=0", "LEADGLASS_THREADS=-1", "LEADGLASS_THREADS=many"])
def test_a_setting_that_means_nothing_is_a_sentence(
    shell: Shell, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*said.split("="))
    ran = shell("devices")
    assert ran.code == 2
    assert ran.err.startswith(said + " is no ")


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = Shell(tmp_path / "file" / "home")("status")
    assert (ran.code, "Name another folder: leadglass --home DIR" in ran.err) == (3, True)


def test_a_fault_is_a_sentence_and_its_details_are_kept(assessed: Shell) -> None:
    with patch.object(catalogue, "SHOW", side_effect=ZeroDivisionError("invented \x1b[31m fault")):
        ran = assessed("show", "CT-014")
    assert ran.code == 4
    assert "Leadglass failed (ZeroDivisionError: invented" in ran.err
    assert "\x1b" not in ran.err
    assert "Traceback" not in ran.err
    kept = (assessed.home / "faults.log").read_text("utf-8")
    assert "Traceback" in kept
    assert "ZeroDivisionError" in kept


def test_the_program_itself_ends_with_these_codes(assessed: Shell) -> None:
    home = ["--home", str(assessed.home)]
    for words, code in ((["status"], 1), (["receive", "nowhere"], 3)):
        ran = subprocess.run([*COMMAND, *home, *words], capture_output=True, env=environment(), check=False)
        assert ran.returncode == code, ran.stderr


@pytest.mark.parametrize(
    "words",
    [["findings"], ["findings", "--json"], ["findings", "--csv"], ["letter", "Pellar 5"]],
    ids=" ".join,
)
def test_a_closed_pipe_is_silent(assessed: Shell, words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as out:  # noqa: PTH123 - a pipe has no path
        ran = assessed(*words, out=out)
    assert (ran.code, ran.err) == (0, "")


def test_a_pipe_that_closes_while_the_program_writes_is_silent(assessed: Shell) -> None:
    command = [*COMMAND, "--home", str(assessed.home), "findings", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), said) == (0, b"")


def test_a_terminal_that_cannot_say_a_sign_gets_another(assessed: Shell) -> None:
    told = environment(PYTHONIOENCODING="ascii")
    command = [*COMMAND, "--home", str(assessed.home)]
    cards = subprocess.run([*command, "assess", "--top", "1"], capture_output=True, env=told, check=True)
    assert b"Why these: " in cards.stdout


def test_json_is_utf_8_on_a_terminal_of_any_encoding(assessed: Shell) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    ran = assessed("devices", "--json", out=out)
    assert (ran.code, ran.err) == (0, "")
    assert out.buffer.getvalue().decode("utf-8").startswith("[\n")


def on_a_terminal(*words: str, end_after: str = "") -> tuple[int, str]:
    """Run on a pseudo-terminal of 80 columns; press Ctrl-D once it asks for something."""
    main, other = pty.openpty()
    told = environment(COLUMNS="80", TERM="xterm-256color")
    process = subprocess.Popen(
        [*COMMAND, *words], stdin=other, stdout=other, stderr=other, env=told, start_new_session=True
    )
    os.close(other)
    said = b""
    while True:
        silent = not select.select([main], [], [], 0.2)[0]
        if silent and end_after and end_after.encode() in said:
            os.write(
                main, b"\x04"
            )  # again and again: who asks for a passphrase first throws away what was typed
        if silent:
            continue
        try:
            said += os.read(main, 65536)
        except OSError:  # the other end was closed: it ended
            break
    os.close(main)
    return process.wait(), said.decode()


def test_a_terminal_gets_colour_and_wrapped_sentences(assessed: Shell) -> None:
    code, said = on_a_terminal("--home", str(assessed.home), "show", "CVE-2031-41001")
    assert code == 0
    assert "\x1b[1m" in said
    assert max(len(line) for line in said.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()) <= 80


def test_without_a_passphrase_nothing_is_written(assessed: Shell, tmp_path: Path) -> None:
    target = tmp_path / "b"
    code, said = on_a_terminal("--home", str(assessed.home), "backup", str(target), end_after="Passphrase")
    assert (code, "No passphrase was given. Nothing was written." in said) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_user_who_stops_is_told_what_is_kept(assessed: Shell) -> None:
    with patch.object(catalogue, "SHOW", side_effect=KeyboardInterrupt):
        ran = assessed("show", "CT-014")
    assert ran.code == 130
    assert ran.err.startswith("Stopped. What was told as received or recorded is kept")
    assert sys.exc_info() == (None, None, None)
