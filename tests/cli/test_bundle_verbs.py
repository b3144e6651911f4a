# SPDX-License-Identifier: Apache-2.0
"""Bundles, as two people without a common network see them: key, trust, bundle, receive, news."""

import shutil
from pathlib import Path

import pytest

from tests.bundling import CVE, SCANNER, record
from tests.cli.shell import DEMO, Shell
from tests.hospital import kev

WORDS = {"LEADGLASS_PASSPHRASE": "four words nobody says"}


@pytest.fixture(scope="module")
def two_homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The homes of two people before they know of each other: one with feeds, one with devices that were assessed."""
    folder = tmp_path_factory.mktemp("two homes")
    maker, taker = (Shell(folder / name / "home") for name in ("maker", "taker"))
    for shell in (maker, taker):
        shell.home.parent.mkdir()
    assert maker.receive(feed=record(), kev=kev(CVE), fleet=SCANNER).code == 0
    assert taker.receive(fleet=SCANNER).code == 0
    assert taker("assess").code == 0
    return folder


@pytest.fixture
def maker(two_homes: Path, tmp_path: Path) -> Shell:
    shutil.copytree(two_homes / "maker", tmp_path / "maker")
    return Shell(tmp_path / "maker" / "home", **WORDS)


@pytest.fixture
def taker(two_homes: Path, tmp_path: Path) -> Shell:
    shutil.copytree(two_homes / "taker", tmp_path / "taker")
    return Shell(tmp_path / "taker" / "home")


def trusted(maker: Shell, taker: Shell) -> str:
    """Make the key, and trust it on the other machine; gives its fingerprint as it is printed."""
    ran = maker("feeds", "key")
    assert ran.code == 0
    (line,) = [line for line in ran.out.splitlines() if line.startswith("Fingerprint: ")]
    (taker.home.parent / "maker.pub").write_text(ran.out)
    ran = taker(
        "feeds", "trust", taker.home.parent / "maker.pub", "--name", "Group IT", "--why", "met in person"
    )
    assert ran.code == 0
    assert line.removeprefix("Fingerprint: ") in ran.out
    return line.removeprefix("Fingerprint: ")


def test_the_whole_way_from_one_machine_to_the_other(maker: Shell, taker: Shell, tmp_path: Path) -> None:
    trusted(maker, taker)
    out = tmp_path / "feeds.tar.zst"
    ran = maker("feeds", "bundle", out)
    assert ran.code == 0
    assert f"{out}: bundle B-" in ran.out
    assert "  documents: 1 kev, 1 nvd\n" in ran.out
    ran = taker("receive", out, "--assess")
    assert ran.code == 0
    assert "number 1, of Group IT\n" in ran.out
    assert "  new here: 1 kev, 1 nvd\n" in ran.out
    assert ": 1 finding newly affected.\n" in ran.out
    assert f"Newly affected (1)\n  CT-014 at Harbor, Quillon Tomara 64: {CVE}, immediate\n" in ran.out
    ran = taker("receive", out)
    assert ran.code == 0
    assert "  it was taken before\n  new here: nothing\n  known here: 1 kev, 1 nvd\n" in ran.out
    assert ran.out.endswith("Next: leadglass assess\n")


def test_a_bundle_comes_through_a_pipe_too(maker: Shell, taker: Shell, tmp_path: Path) -> None:
    trusted(maker, taker)
    assert maker("feeds", "bundle", tmp_path / "plain.tar", "--json").json["documents"] == {
        "kev": 1,
        "nvd": 1,
    }
    ran = taker("receive", "-", "--json", given=(tmp_path / "plain.tar").read_bytes())
    assert (ran.json["new"], ran.json["maker"], ran.json["again"]) == (
        {"kev": 1, "nvd": 1},
        "Group IT",
        False,
    )


def test_an_unknown_key_is_refused_with_the_way_to_trust_it(
    maker: Shell, taker: Shell, tmp_path: Path
) -> None:
    fingerprint = trusted(maker, taker)
    assert taker("feeds", "distrust", "Group IT", "--why", "left").code == 0
    assert maker("feeds", "bundle", tmp_path / "out.zst").code == 0
    ran = taker("receive", tmp_path / "out.zst")
    assert (ran.code, ran.out) == (2, "")
    assert fingerprint in ran.err
    assert "leadglass feeds trust KEYFILE --name NAME" in ran.err
    assert "leadglass feeds trust" in taker("feeds", "trusted").out


def test_trusted_keys_are_listed_with_who_and_why(maker: Shell, taker: Shell) -> None:
    trusted(maker, taker)
    ran = taker("feeds", "trusted")
    assert ran.code == 0
    assert "Group IT" in ran.out
    assert "met in person" in ran.out
    (row,) = taker("feeds", "trusted", "--json").json
    assert row["keyid"] == maker("feeds", "key", "--json").json["keyid"]


def test_the_key_is_for_its_owner_alone_and_is_never_replaced(maker: Shell) -> None:
    first = maker("feeds", "key", "--json").json
    place = maker.home / "keys" / "bundle.key"
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700
    sealed = place.read_bytes()
    again = maker("feeds", "key", "--json").json
    assert (first["new"], again["new"], again["public"]) == (True, False, first["public"])
    assert place.read_bytes() == sealed


def test_a_key_wants_a_passphrase_and_a_wrong_one_writes_nothing(maker: Shell, tmp_path: Path) -> None:
    ran = maker("feeds", "key", LEADGLASS_PASSPHRASE="")
    assert ran.code == 2
    assert "LEADGLASS_PASSPHRASE" in ran.err
    assert maker("feeds", "key", LEADGLASS_PASSPHRASE="short").code == 2
    assert not (maker.home / "keys").exists() or not any((maker.home / "keys").glob("*.key"))
    maker("feeds", "key")
    ran = maker("feeds", "bundle", tmp_path / "out.zst", LEADGLASS_PASSPHRASE="another passphrase")
    assert ran.code == 2
    assert not (tmp_path / "out.zst").exists()


def test_options_that_mean_nothing_for_what_is_received_are_refused(
    maker: Shell, taker: Shell, tmp_path: Path
) -> None:
    trusted(maker, taker)
    maker("feeds", "bundle", tmp_path / "out.zst")
    ran = taker("receive", tmp_path / "out.zst", "--publisher", "somebody")
    assert ran.code == 2
    assert "A bundle says itself what is in it" in ran.err
    ran = taker("receive", DEMO / "feeds" / "kev-invented.json", "--allow-older", "because I say so")
    assert ran.code == 2
    assert "--allow-older is for a bundle" in ran.err
    assert maker("feeds", "bundle", tmp_path / "two.zst", "--source", ".").code == 2
    assert maker("feeds", "bundle", tmp_path / "two.zst", "--kind", "fleet").code == 2
    assert maker("feeds", "bundle", tmp_path / "two.zst", "--tlp", "PINK").code == 2


def test_documents_may_be_received_and_assessed_at_once(taker: Shell) -> None:
    path = taker.home.parent / "feed.json"
    path.write_bytes(record())
    ran = taker("receive", path, "--assess")
    assert ran.code == 0
    assert ": 1 finding newly affected.\n" in ran.out
    assert "Next: leadglass assess" not in ran.out


def test_a_bundle_beside_other_documents_is_told_and_not_taken(
    maker: Shell, taker: Shell, tmp_path: Path
) -> None:
    trusted(maker, taker)
    maker("feeds", "bundle", tmp_path / "out.zst")
    ran = taker("receive", tmp_path / "out.zst", DEMO / "feeds" / "kev-invented.json")
    assert ran.code == 1
    assert "Receive it by itself: leadglass receive FILE" in ran.out
    assert taker("assess").code == 0
    assert taker.rows("sources", "--kind", "bundle") == []
