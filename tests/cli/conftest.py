"""Homes for commands: an empty one, and the demo's, assessed once and copied for each test that changes it."""

import shutil
from pathlib import Path

import pytest

from tests import publishers
from tests.cli.shell import DEMO, Shell
from tests.hospital import lay_out_register


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A home in which nothing happened yet."""
    lay_out_register(tmp_path / "home")
    return Shell(tmp_path / "home")


def assess_demo(shell: Shell) -> Shell:
    """Receive the demo's inventories, bills of materials and feeds in a home, and assess them."""
    (shell.home / "policies").mkdir(parents=True)
    for policy in (DEMO / "policies").glob("*.csv"):
        shutil.copy(policy, shell.home / "policies")
    (shell.home / "organisation.txt").write_text("Harbor Imaging Group\n", encoding="utf-8")
    assert shell("receive", DEMO / "fleet", DEMO / "sboms", DEMO / "feeds").code == 0
    assert shell("assess", "--json").code == 0
    return shell


@pytest.fixture(scope="session")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The demo's home, for tests that only look."""
    return assess_demo(Shell(tmp_path_factory.mktemp("demo") / "home"))


@pytest.fixture(scope="session")
def told(assessed: Shell, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The demo's home with an advisory, a VEX and a scan beside, for tests that only look."""
    home = tmp_path_factory.mktemp("told") / "home"
    shutil.copytree(assessed.home, home)
    made = Shell(home)
    vex = publishers.csaf(
        "known_not_affected", name="QM-2", versions="1.5", category="csaf_vex", stated="2026-11-02T00:00:00Z"
    )
    unheard = publishers.csaf(
        "known_affected", name="QM-3", product="Nimbra 9", vulnerability="CVE-2031-41002"
    )
    advisory = publishers.csaf(
        "known_affected", versions="< 2.0", vulnerability="CVE-2031-41003", stated="2026-11-01T00:00:00Z"
    )
    assert made.receive(advisory=advisory, vex=vex, unheard=unheard).code == 0
    assert made("receive", DEMO / "scans").code == 0
    assert made("assess", "--json").code == 0
    return made


@pytest.fixture
def demo(assessed: Shell, tmp_path: Path) -> Shell:
    """A copy of the demo's home, for tests that change it."""
    home = tmp_path / "home"
    shutil.copytree(assessed.home, home)
    return Shell(home)
