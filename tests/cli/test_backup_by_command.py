"""A home leaves in one encrypted file and comes back whole, or not at all."""

import shutil
from pathlib import Path

import pytest

from tests.cli.shell import Shell

WORDS = "four words nobody says"


def listed(shell: Shell) -> list[object]:
    """What must be the same in both homes."""
    return [
        *(shell.rows(name) for name in ("devices", "products", "components", "findings", "actions", "remarks", "sources")),
        shell.rows("questions", "--top", "10"),
        shell("history", "--top", "1000", "--json").json,
        shell("status", "--json").json["counts"],
    ]  # fmt: skip


@pytest.fixture(scope="module")
def demo(assessed: Shell, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A home in which people have said something."""
    home = tmp_path_factory.mktemp("worked") / "home"
    shutil.copytree(assessed.home, home)
    demo = Shell(home)
    action = next(row for row in demo.rows("actions") if row["deed"] == "contain")
    said = ("--kind", "accept", "--owner", "A. Chair", "--reason", "moved to zone 4", "--until", "2026-12-01")
    assert demo("decide", action["id"], *said).code == 0
    assert demo("say", "CT-102", "model", "Tomara 64", "--why", "type plate").code == 0
    question = demo.rows("questions", "--product", "Pellar 5", "--top", "1")[0]
    assert demo("answer", question["id"], "2.8").code == 0
    return demo


@pytest.fixture(scope="module")
def kept(demo: Shell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup."""
    target = tmp_path_factory.mktemp("kept") / "ledger.backup"
    ran = demo("backup", target, LEADGLASS_PASSPHRASE=WORDS)
    assert (ran.code, f"The backup lies in {target}: " in ran.out) == (0, True)
    assert target.stat().st_mode & 0o077 == 0
    return target


@pytest.mark.slow
def test_the_restored_home_answers_as_the_old_one(demo: Shell, kept: Path, tmp_path: Path) -> None:
    restored = Shell(tmp_path / "restored")
    ran = restored("restore", kept, LEADGLASS_PASSPHRASE=WORDS)
    assert (ran.code, f"Restored to {restored.home}: {len(demo.rows('sources'))} documents" in ran.out) == (
        0,
        True,
    )
    assert listed(restored) == listed(demo)
    assert any("A. Chair" in row["decision"] for row in restored.rows("actions"))
    assert (restored.home / "organisation.txt").read_text("utf-8") == "Harbor Imaging Group\n"
    assert restored("history", "--verify").code == 0
    assert restored("rebuild", "--json").json["equal"] is True
    assert restored("say", "CT-014", "room", "9").code == 0  # it is a home to work in


def test_what_goes_wrong_leaves_nothing_behind(demo: Shell, kept: Path, tmp_path: Path) -> None:
    whole = kept.read_bytes()
    cut, bent, other = (tmp_path / name for name in ("cut", "bent", "other"))
    cut.write_bytes(whole[: len(whole) // 2])
    bent.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    other.write_bytes(b"no backup at all" * 100)
    for source, words, code, said in (
        (kept, "another passphrase", 2, "The passphrase is not the one of this backup"),
        (cut, WORDS, 3, "truncated"),
        (bent, WORDS, 3, "damaged"),
        (other, WORDS, 3, "This is no backup of Leadglass"),
        (tmp_path / "absent", WORDS, 2, "is no file"),
    ):
        new = Shell(tmp_path / "new")
        ran = new("restore", source, LEADGLASS_PASSPHRASE=words)
        assert (ran.code, said in ran.err, ran.out) == (code, True, ""), (source, ran.err)
        assert not new.home.exists()
        assert not [path for path in tmp_path.iterdir() if path.name.startswith(".new")]
    ran = demo("restore", kept, LEADGLASS_PASSPHRASE=WORDS)
    assert (ran.code, "is not empty" in ran.err) == (3, True)
    assert len(demo.rows("devices")) == 62


def test_a_backup_is_not_overwritten_and_not_half_written(assessed: Shell, tmp_path: Path) -> None:
    target = tmp_path / "ledger.backup"
    for words, code, said in (("short", 2, "shorter than 12"), ("", 2, "set LEADGLASS_PASSPHRASE")):
        ran = assessed("backup", target, LEADGLASS_PASSPHRASE=words)
        assert (ran.code, said in ran.err) == (code, True), ran.err
        assert list(tmp_path.iterdir()) == []
    target.write_bytes(b"mine")
    ran = assessed("backup", target, LEADGLASS_PASSPHRASE=WORDS)
    assert (ran.code, "exists and is not overwritten" in ran.err, target.read_bytes()) == (3, True, b"mine")
    ran = assessed("backup", tmp_path / "absent" / "b", LEADGLASS_PASSPHRASE=WORDS)
    assert (ran.code, "cannot be written" in ran.err) == (3, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.backup"]
