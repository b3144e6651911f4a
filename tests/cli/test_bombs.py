# SPDX-License-Identifier: Apache-2.0
"""Documents that are made to harm: a sentence for each, within bounds, and what came before them stays as it was."""

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import publishers
from tests.cli.shell import Ran, Shell
from tests.cli.test_bounded_memory import bounded
from tests.hospital import bom, fleet

XML = publishers.ALL["CycloneDX XML"]
RDF = publishers.ALL["SPDX RDF"]
YAML = publishers.ALL["SPDX YAML"]
SWID = publishers.ALL["SWID"]

LAUGHS = '<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{inner};" * 10}">' for inner, name in zip("abcdefgh", "bcdefghi", strict=True)
)
ALIASES = b'first: &a ["x","x","x","x","x","x","x","x","x"]\n' + b"".join(
    f"{name}: &{name} [{','.join([f'*{inner}'] * 9)}]\n".encode()
    for inner, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def declared(raw: bytes, entities: str, sign: str = "") -> bytes:
    """The same XML behind a DOCTYPE, with an entity in place of its first name."""
    head, _, rest = raw.decode().partition("?>")
    said = f'PUBLIC "{sign}" "x" ' if sign else ""
    return f"{head}?><!DOCTYPE bom {said}[{entities}]>{rest.replace('openssl', '&i;', 1)}".encode()


def within(raw: bytes, start: bytes, depth: int, end: bytes) -> bytes:
    return raw.replace(b"<components>", b"<components>" + start * depth + end * depth)


def outside(secret: str) -> str:
    return f'<!ENTITY i SYSTEM "file://{secret}">'


SECRET = str(Path(__file__).resolve())
SIGNS = {"cyclonedx.org/schema/bom/1.5": XML, "spdx.org/rdf/terms": RDF}
MADE: dict[str, Callable[[], bytes]] = {
    "entities that grow": lambda: declared(XML, LAUGHS),
    "entities that grow, behind a name": lambda: declared(XML, LAUGHS, "cyclonedx.org/schema/bom/1.5"),
    "entities that grow, in RDF": lambda: declared(RDF, LAUGHS, "spdx.org/rdf/terms"),
    "an entity of a file": lambda: declared(XML, outside(SECRET), "cyclonedx.org/schema/bom/1.5"),
    "an entity of a file, in RDF": lambda: declared(RDF, outside(SECRET), "spdx.org/rdf/terms"),
    "a DOCTYPE alone": lambda: declared(XML, "").replace(b"&i;", b"zlib"),
    "a DOCTYPE in SWID": lambda: SWID.replace(b"?>", b'?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', 1),
    "200 levels of XML": lambda: within(XML, b"<component>", 200, b"</component>"),
    "a million levels of XML": lambda: within(XML, b"<a>", 1_000_000, b"</a>"),
    "aliases of YAML": lambda: YAML.replace(b"packages:", ALIASES + b"packages:"),
    "aliases in a status list": lambda: publishers.ALL["product status list"].replace(b"software:", ALIASES + b"software:"),
    "levels of YAML": lambda: YAML + b"deep: " + b"[" * 100_000 + b"\n",
    "a zero byte in XML": lambda: XML.replace(b"openssl", b"open\0ssl"),
    "a zero byte in JSON": lambda: publishers.ALL["CSAF"].replace(b"Tomara", b"Tom\0ra"),
    "cut off": lambda: XML[:-40],
    "cut off in CSAF": lambda: publishers.ALL["CSAF"][:-40],
    "trailing": lambda: XML + b"<more/>",
    "trailing in OpenVEX": lambda: publishers.ALL["OpenVEX"] + b'{"more": 1}',
    "30 MB of brackets": lambda: b"[" * (30 << 20),
    "30 MB of brackets in OSV": lambda: b'{"schema_version": "1.7.0", "affected": ' + b"[" * (30 << 20),
    "30 MB of brackets in CSAF": lambda: b'{"document": {"csaf_version": "2.0"}, "x": ' + b"[" * (30 << 20),
    "30 MB of braces in CycloneDX": lambda: b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "x": ' + b'{"a":' * (6 << 20),
}  # fmt: skip


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them in one folder, and one good document before and one behind them."""
    folder = tmp_path_factory.mktemp("bombs")
    for number, (name, make) in enumerate(MADE.items()):
        (folder / f"{number:02} {name}").write_bytes(make())
    packed = b'<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5">' + b"<a/>" * (24 << 20)
    (folder / "90 gzip").write_bytes(gzip.compress(packed, 1))
    (folder / "91 xz").write_bytes(lzma.compress(packed, preset=0))
    (folder / "92 bzip2").write_bytes(bz2.compress(packed[: 1 << 20]))
    (folder / "!before").write_bytes(
        fleet({"asset_tag": "CT-1", "manufacturer": "Quillon", "model": "Tomara 64"})
    )
    (folder / "~behind").write_bytes(publishers.csaf("known_affected", versions="vers:all/*"))
    return folder


def test_each_gets_a_sentence_and_its_neighbours_are_taken(post: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    ran = bounded(home, "receive", str(post), "--json")
    assert b"Traceback" not in ran.stderr, ran.stderr
    assert ran.returncode == 1, ran.stderr
    told = {one["path"].rpartition("/")[2]: one for one in json.loads(ran.stdout)}
    for number, name in enumerate(MADE):
        one = told[f"{number:02} {name}"]
        assert (one["taken"], len(one["remarks"])) == ({}, 1), (name, one)
        assert one["remarks"][0]["why"].endswith((".", "?")), (name, one)
    assert {told["!before"]["kind"], told["~behind"]["kind"]} == {"fleet", "advisory"}
    assert told["!before"]["taken"] == {"devices": 1}
    for path, one in told.items():
        if path[:2] in {"90", "91", "92"}:
            assert not one["taken"], path
    assert b"promise and its standard" not in ran.stdout
    shell = Shell(home)
    assert shell("assess").code == 0
    assert [
        (row["device"], row["vulnerability"]) for row in shell.rows("findings") if row["vulnerability"]
    ] == [("CT-1", publishers.CVE)]


def test_a_doctype_is_named_as_what_is_wrong(shell: Shell, tmp_path: Path) -> None:
    for name in ("entities that grow, behind a name", "an entity of a file, in RDF"):
        (tmp_path / "x.xml").write_bytes(MADE[name]())
        ran = shell("receive", tmp_path / "x.xml")
        assert (ran.code, "has a DOCTYPE" in " ".join(ran.out.split())) == (3, True), ran.out


@pytest.mark.parametrize("name", ["entities that grow", "a DOCTYPE alone", "a DOCTYPE in SWID"])
def test_a_doctype_before_a_known_root_is_named_too(shell: Shell, tmp_path: Path, name: str) -> None:
    (tmp_path / "x.xml").write_bytes(MADE[name]())
    ran = shell("receive", tmp_path / "x.xml")
    assert (ran.code, "has a DOCTYPE" in " ".join(ran.out.split())) == (3, True), ran.out


@pytest.mark.parametrize("standard", ["CycloneDX XML", "SPDX RDF", "SWID"])
def test_xml_in_utf_16_is_read(shell: Shell, standard: str) -> None:
    text = publishers.ALL[standard].decode().replace(' encoding="UTF-8"', "").replace(' encoding="utf-8"', "")
    ran: Ran = shell.receive(
        marked=text.encode("utf-16"), bare=text.encode("utf-16-be"), small=text.encode("utf-16-le")
    )
    assert ran.code == 0, ran.out
    assert "3 documents taken" in ran.out


CHECKED = [
    "entities that grow", "entities that grow, behind a name", "an entity of a file", "a DOCTYPE alone", "200 levels of XML",
    "aliases in a status list", "30 MB of brackets", "30 MB of brackets in OSV", "30 MB of brackets in CSAF",
    "cut off in CSAF", "trailing in OpenVEX", "a zero byte in JSON", "entities that grow, in RDF",
    "an entity of a file, in RDF", "a million levels of XML", "cut off", "trailing", "a zero byte in XML",
    "30 MB of braces in CycloneDX",
]  # fmt: skip


@pytest.mark.parametrize("name", CHECKED)
def test_the_validators_are_given_no_bomb(shell: Shell, tmp_path: Path, name: str) -> None:
    (tmp_path / "bomb").write_bytes(MADE[name]())
    (tmp_path / "sound").write_bytes(bom("Tomara 64", "1.5", publishers.PARTS))
    ran = shell("check", tmp_path / "bomb", tmp_path / "sound", "--json")
    assert (ran.code, ran.err) == (1, "")
    bomb, sound = ran.json
    assert sound["verdict"]["valid"] is True
    assert bomb["verdict"] is None or not bomb["verdict"]["valid"]
    assert bomb["why"] or bomb["verdict"]["complaints"]
    assert "promise and its standard" not in ran.out


def test_the_validators_are_given_no_aliases(tmp_path: Path) -> None:
    (tmp_path / "bomb").write_bytes(b"spdxVersion: SPDX-2.3\n" + ALIASES + b"name: *i\npackages: *i\n")
    ran = bounded(tmp_path / "home", "check", str(tmp_path / "bomb"))
    assert (ran.returncode, b"alias" in ran.stdout) == (3, True), ran.stderr[-300:]
