"""Whatever comes in by the post: every document gets an answer, what is told is kept, and the next assessment works."""

import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadglass.services.ledger.about import MOST_REMARKS
from leadglass.services.ledger.rebuild import rebuild
from leadglass.services.ledger.receive import Offered, Received, receive
from tests import publishers
from tests.hospital import Hospital, all_of, any_of, bom, criterion, epss, fleet, kev, nvd, record

PAPERS = Path(__file__).parents[1] / "papers"
FIRMWARE, HARDWARE = (
    criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0"),
    criterion("h:quillon:tomara_64:-"),
)
CVES = [
    record("CVE-2031-41001", all_of([FIRMWARE], [HARDWARE])),
    record(
        "CVE-2026-1000",
        any_of(criterion("a:openssl:openssl:*", versionStartIncluding="1.0.1", versionEndExcluding="1.0.2u")),
    ),
]
SCANNER = {
    "manufacturer": "Quillon",
    "model": "Tomara 64",
    "software_version": "1.5",
    "os": "Windows 10",
    "os_version": "10.0.17763",
}
DOCUMENTS = {
    "fleet": fleet({**SCANNER, "asset_tag": "CT-014"}, {**SCANNER, "asset_tag": "CT-015", "cpe": "cpe:2.3:h:quillon:tomara_64:-:*:*:*:*:*:*:*"}),
    "bom": bom("Tomara 64", "1.5", [{"name": "openssl", "version": "1.0.2k", "purl": "pkg:generic/openssl@1.0.2k"}, {"name": "zlib"}]),
    "nvd": nvd(*CVES),
    "kev": kev("CVE-2031-41001", "CVE-2026-1000"),
    "epss": epss(CVE_2031_41001=0.9, CVE_2026_1000=0.1),
    **publishers.ALL,
}  # fmt: skip

ODD: list[Any] = [
    None, True, -1, 0, 10**30, -(10**400), 1e308, 1e-320, "", " ", "\0", "\ud800", "\u202e", "x" * 70_000, "-", "*", "%", "'; --",
    "9" * 400, "1.0.0." * 500, "2026-02-30", "9999-12-31T23:59:60Z", "0001-01-01", "CVE-0-0", "cpe:2.3:a:b", "cpe:2.3:" + ":" * 30,
    [], {}, [[]], [None], [1, "a", {}], {"": ""}, {"$ref": "#"}, "NaN", "=1+1", "<script>", "D-aaaaaaaaaa",
]  # fmt: skip
BYTES = [b"\0", b'"', b"[", b"]", b"{", b"}", b",", b"\n", b"\r", b"\xff\xfe", b"\xef\xbb\xbf", b"\\u0000", b"\\ud800", b"9" * 4_000,
         b"[" * 3_000, b'{"a":' * 3_000, b"1e999", b"-", b";", b"PK\x03\x04", b"\x1f\x8b\x08", b"NaN", b"//"]  # fmt: skip


def flipped(raw: bytes, dice: random.Random) -> bytes:
    found = bytearray(raw)
    for _ in range(dice.randint(1, 12)):
        found[dice.randrange(len(found))] = dice.randrange(256)
    return bytes(found)


def cut(raw: bytes, dice: random.Random) -> bytes:
    return raw[: dice.randrange(len(raw))]


def inserted(raw: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(raw))
    return raw[:at] + dice.choice(BYTES) + raw[at + dice.choice([0, 0, 1, 40]) :]


def doubled(raw: bytes, dice: random.Random) -> bytes:
    """The same stretch twice: rows, keys, whole records."""
    start = dice.randrange(len(raw))
    end = min(len(raw), start + dice.randint(1, 400))
    return raw[:end] + raw[start:]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON value."""
    found = []
    for key, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found.append((value, key))
        found += places(inner)
    return found


def replaced(raw: bytes, dice: random.Random) -> bytes:
    """A value of another type or size, in JSON; a cell in a list."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        lines = raw.decode("utf-8", "replace").split("\n")
        at = dice.randrange(len(lines))
        cells = lines[at].split(",")
        cells[dice.randrange(len(cells))] = str(dice.choice(ODD))
        return "\n".join([*lines[:at], ",".join(cells), *lines[at + 1 :]]).encode("utf-8", "replace")
    for _ in range(dice.randint(1, 3)):
        container, key = dice.choice(places(value))
        container[key] = dice.choice(ODD)
    return json.dumps(value).encode()


def twice(raw: bytes, dice: random.Random) -> bytes:
    """A key that stands there twice, with two values."""
    text = raw.decode("utf-8", "replace")
    keys = [i for i, character in enumerate(text) if character == "{"]
    if not keys:
        return doubled(raw, dice)
    at = dice.choice(keys) + 1
    name = dice.choice(
        ["id", "version", "vulnerabilities", "components", "cve", "nodes", "name", "cveID", "bomFormat"]
    )
    return (text[:at] + f'"{name}": {json.dumps(dice.choice(ODD))}, ' + text[at:]).encode("utf-8", "replace")


def deep(raw: bytes, dice: random.Random) -> bytes:
    """A part that is nested a thousand levels deep."""
    depth = dice.choice([20, 200, 2_000, 100_000])
    at = raw.find(b":", dice.randrange(len(raw))) + 1
    return raw[:at] + b"[" * depth + b"]" * depth + b"," + raw[at:]


CHANGES: list[Callable[[bytes, random.Random], bytes]] = [
    flipped,
    cut,
    inserted,
    doubled,
    replaced,
    twice,
    deep,
]


@st.composite
def posts(draw: st.DrawFn) -> list[bytes]:
    """Some documents, each changed once or twice."""
    post = []
    for kind in draw(st.lists(st.sampled_from(sorted(DOCUMENTS)), min_size=1, max_size=8)):
        raw = DOCUMENTS[kind]
        for change in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=2)):
            raw = change(raw or b" ", random.Random(draw(st.integers(0, 2**32))))
        post.append(raw)
    return post


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds one whole document of each kind, assessed."""
    home = tmp_path_factory.mktemp("template") / "home"
    hospital = Hospital(home)
    hospital.receive(*DOCUMENTS.values())
    hospital.assess()
    return home


def withstands(template: Path, home: Path, post: list[bytes]) -> bool:
    """The claim of this module: what comes is answered, and tables made again are the same; False where they differ."""
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(template, home)
    hospital = Hospital(home)
    hospital.clock.pass_days(1)
    told: list[Received] = []
    for number, raw in enumerate(post):
        got = list(receive(hospital.house, [Offered(path=f"paper-{number}", stream=io.BytesIO(raw))]))
        assert got, "an offered document got no answer"
        for one in got:
            assert one.sha256 or one.remarks
            assert one.taken or one.remarks or one.kind != "unknown"
            assert len(one.remarks) <= MOST_REMARKS + 1
            assert all(remark.why for remark in one.remarks)
            if one.sha256 and one.path == f"paper-{number}" and one.size == len(raw):
                assert hospital.house.documents.read(one.sha256) == raw
        told += got
    made = hospital.assess()
    assert {one.sha256 for one in told if one.sha256} <= set(made.documents)
    assert {row["device"] for row in hospital.list("findings")} >= {"CT-014"}
    assert hospital.list("actions")
    hospital.list("questions", product="Tomara")
    assert hospital.assess().id == made.id
    return rebuild(hospital.house).differing == ()


KINDLY = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@settings(KINDLY, max_examples=200)
@given(post=posts())
def test_many_mutated_documents_do_no_harm(template: Path, tmp_path: Path, post: list[bytes]) -> None:
    assert withstands(template, tmp_path / "home", post)


@pytest.mark.slow
def test_each_change_to_each_kind_does_no_harm(template: Path, tmp_path: Path) -> None:
    dice = random.Random(41001)
    post = [change(raw, dice) for change in CHANGES for raw in DOCUMENTS.values() for _ in range(4)]
    assert withstands(template, tmp_path / "home", post)


def test_the_papers_of_the_readers_go_through_the_whole_road(template: Path, tmp_path: Path) -> None:
    papers = [
        path for folder in sorted(PAPERS.iterdir()) if folder.is_dir() for path in sorted(folder.iterdir())
    ]
    assert len(papers) > 10
    assert withstands(template, tmp_path / "home", [path.read_bytes() for path in papers])


def test_an_error_of_ours_in_a_stream_is_told_and_the_next_document_is_taken(hospital: Hospital) -> None:
    class Broken(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, _buffer: Any) -> int:
            raise OSError(5, "Input/output error")

    offered = [
        Offered(path="broken", stream=io.BufferedReader(Broken())),
        Offered(path="gone", opener=Path("/nowhere/at/all")).opened(),
        Offered(path="whole", stream=io.BytesIO(DOCUMENTS["kev"])),
    ]
    broken, gone, whole = receive(hospital.house, offered)
    assert (broken.sha256, gone.sha256) == ("", "")
    assert "cannot be read: Input/output error" in broken.remarks[0].why
    assert "No such file" in gone.remarks[0].why
    assert whole.taken == {"exploited vulnerabilities": 2}
