"""Receive, as a user without a terminal sees it: files, folders, archives, pipes; and what would be received."""

import gzip
import io
import lzma
import shutil
import tarfile
from pathlib import Path

import pytest
import zstandard

from tests.cli.shell import DEMO, Shell

KEV = (DEMO / "feeds" / "kev-extract.json").read_bytes()


def test_receive_tells_per_document_what_it_is_and_what_was_taken(shell: Shell) -> None:
    ran = shell("receive", DEMO / "sboms" / "pellar-5-2.8.cdx.json", DEMO / "feeds" / "kev-invented.json")
    assert ran.code == 0
    assert "pellar-5-2.8.cdx.json: CycloneDX 1.6\n  taken: 15 components" in ran.out
    assert "CISA KEV 2026.11.16\n  taken: 1 exploited vulnerability\n" in ran.out
    assert "2 documents taken, 2 new. Next: leadglass assess" in ran.out


def test_an_inventory_received_again_shows_new_changed_and_missing(shell: Shell) -> None:
    head = "asset_tag,manufacturer,model,serial_number,software_version,site\n"
    first = f"{head}CT-1,Quillon,Tomara 64,S1,1.5,Nord\nCT-2,Quillon,Tomara 64,S2,1.5,Nord\n"
    second = f"{head}CT-1,Quillon,Tomara 64,S1,2.0,Nord\nCT-3,Quillon,Tomara 64,S3,2.0,Nord\n"
    assert "devices: 2 new" in shell("receive", "-", given=first.encode()).out
    later = shell("receive", "-", given=second.encode(), LEADGLASS_NOW="2026-11-22T07:00:00+00:00").out
    assert "devices: 1 new, 1 changed, 1 missing" in later
    assert "CT-1 (Nord): software_version '1.5' -> '2.0'" in later
    assert "not forgotten: CT-2 (Nord)" in later


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.gz", gzip.compress),
        ("a.xz", lzma.compress),
        ("a.zst", zstandard.ZstdCompressor().compress),
        ("a", bytes),
    ],
    ids=["gzip", "xz", "zstandard", "plain"],
)
def test_a_packed_document_is_the_same_document(shell: Shell, tmp_path: Path, name: str, pack) -> None:
    path = tmp_path / name
    path.write_bytes(pack(KEV))
    assert shell("receive", path).code == 0
    (again,) = shell("receive", "-", "--json", given=KEV).json
    assert (again["already_known"], again["taken"]) == (True, {"exploited vulnerabilities": 68})


@pytest.mark.parametrize("form", ["zip", "gztar"])
def test_the_whole_demo_may_come_as_one_archive(shell: Shell, tmp_path: Path, form: str) -> None:
    archive = shutil.make_archive(str(tmp_path / "demo"), form, DEMO, "feeds")
    told = shell("receive", archive, "--json").json
    assert sorted(one["kind"] for one in told) == ["epss", "kev", "kev", "nvd", "nvd"]
    assert all(one["path"].startswith(archive) for one in told)


def test_a_folder_passes_over_what_begins_with_a_dot(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "post"
    (folder / ".git").mkdir(parents=True)
    (folder / "deep" / "er").mkdir(parents=True)
    for place in (".hidden", ".git/config", "deep/er/kev.json"):
        (folder / place).write_bytes(KEV)
    (one,) = shell("receive", folder, "--json").json
    assert one["path"] == str(folder / "deep" / "er" / "kev.json")


def test_what_cannot_be_opened_is_told_with_what_to_do(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 20)
    for name, said in {
        "absent": "There is no such file. Check the name.",
        "nothing": "The folder holds no file.",
        "lost": "This link leads nowhere.",
        "empty.csv": "The document is empty. Export or fetch it again.",
        "noise": "This is no text.",
    }.items():
        ran = shell("receive", tmp_path / name)
        assert (ran.code, said in ran.out) == (3, True), (name, ran.out)
        assert "Next: leadglass assess" not in ran.out


def test_a_map_gives_a_column_its_meaning_and_the_preview_shows_it_first(shell: Shell) -> None:
    raw = b"Inv. Nr;Firma;Typ;Haus\nCT-1;Quillon;Tomara 64;Nord\n"
    how = ("--map", "Inv. Nr=asset_tag", "--map", "Firma=manufacturer")
    seen = shell("receive", "-", "--preview", *how, given=raw)
    assert seen.code == 0
    assert ["Firma", "manufacturer", "Quillon"] in [line.split() for line in seen.out.splitlines()]
    assert "Nothing was taken." in seen.out
    assert shell("sources").code == 3  # nothing was received, so there is nothing to look at
    assert shell("receive", "-", *how, given=raw).code == 0
    shell("assess")
    (device,) = shell.rows("devices")
    assert (device["asset_tag"], device["product"], device["site"]) == ("CT-1", "Quillon Tomara 64", "Nord")


def test_a_preview_of_no_inventory_says_what_it_is_instead(shell: Shell) -> None:
    ran = shell("receive", "--preview", DEMO / "feeds" / "kev-extract.json")
    assert ran.code == 3
    assert "This is CISA KEV 2025.08.25, no inventory" in ran.out
    both = shell("receive", "--preview", "--json", DEMO / "fleet", DEMO / "feeds" / "kev-extract.json")
    assert both.code == 1
    assert [bool(one["preview"]) for one in both.json] == [True, True, False]


def test_the_same_bytes_twice_in_one_archive_are_one_document(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "two.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("one.json", "two.json"):
            info = tarfile.TarInfo(name)
            info.size = len(KEV)
            archive.addfile(info, io.BytesIO(KEV))
    one, two = shell("receive", path, "--json").json
    assert (one["already_known"], two["already_known"]) == (False, True)
    assert shell("assess", "--as-of", "2026-11-21", "--json").json == []
