"""Names that would be obeyed - by a terminal, a spreadsheet, a browser - are shown, and nothing more."""

import csv
import io
import re
from pathlib import Path

import pytest

from leadglass.services.ledger.listings import LISTINGS
from tests import publishers
from tests.cli.shell import Shell
from tests.hospital import any_of, bom, criterion, fleet, kev, nvd, record

OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SCRIPT = "<script>alert(1)</script>"
COLOUR = "\x1b[31mred\x1b[2J\x9b5m"
TURNED = "\u202etxt.exe"
BROKEN = "two\nlines\r\nand\ttab"
NOTHING = "nul\0nul"
FORMULAS = ("=HYPERLINK(1)", "+1+1", "-1-1", "@SUM(A1)", "\uff1d1")
HOSTILE = (SCRIPT, COLOUR, TURNED, BROKEN, NOTHING, *FORMULAS)

FLEET = fleet(
    *(
        {"asset_tag": f"T{n} {name}", "manufacturer": "Quillon", "model": f"M{n} {name}", "room": name, "department": name,
         "serial_number": f"S{n}", "software_version": f"1.{n}", "hostname": name, "owner": name, "site": f"Site {name}"}
        for n, name in enumerate(HOSTILE)
    ),
    {"asset_tag": "plain", "manufacturer": "Quillon", "model": "Tomara 64", "serial_number": "=1+1", "software_version": "1.5",
     "os": f"Windows {SCRIPT}"},
    *({"asset_tag": text, "manufacturer": text, "model": text, "room": text} for text in FORMULAS),
)  # fmt: skip
PARTS = [{"name": f"zlib{name}", "version": f"1.{name}"} for name in HOSTILE] + [
    {"name": "openssl", "version": "1.0.2k"}
]
CVE = "CVE-2026-1000"


def feed() -> bytes:
    found = record(CVE, any_of(criterion("a:openssl:openssl:*", versionEndExcluding="1.0.2u")))
    found["cve"]["descriptions"][0]["value"] = " ".join(HOSTILE)
    return nvd(found)


def said() -> dict[str, bytes]:
    """What publishers say, with every name, title, version and note hostile."""
    made = {}
    for number, name in enumerate(HOSTILE):
        words = {"publisher": name, "title": name, "note": name, "vulnerability": CVE}
        made[f"advisory{number}"] = publishers.csaf(
            "known_affected", maker=name, product=name, versions=name, name=f"A{number}{name}", **words
        )
        made[f"known{number}"] = publishers.csaf(
            "known_not_affected",
            product="Tomara 64",
            versions=f"1.5 {name}",
            name=f"K{number}{name}",
            **words,
        )
        made[f"vex{number}"] = publishers.openvex(
            "not_affected", "pkg:generic/openssl@1.0.2k", author=f"PSIRT {name}", note=name, vulnerability=CVE
        )
        made[f"list{number}"] = publishers.status_list(
            name.replace("\0", "").replace("\x1b", "").replace("\x9b", ""),
            "Tomara 64",
            affected=["1.5"],
            vulnerability=CVE,
        )
        made[f"letter{number}"] = publishers.letter(name, name, versions=name, subject=name, action=name)
        made[f"recall{number}"] = publishers.openfda(name, f"Tomara 64 {name}", code=name, reason=name)
    made["plain"] = publishers.csaf(
        "known_affected", versions="< 2.0", name="plain", note=SCRIPT, vulnerability="CVE-2031-41003"
    )
    return made


# What a discovery suite may have been told by a device that wants to be obeyed
SEEN = "\n".join(
    ["IP Address,Hostname,Vendor,Model,Operating System,Last Seen,CVE"]
    + [
        f'10.66.0.{number},"h{number}","{text}","{text}","{text}",2026-11-17T10:20:00Z,CVE-2031-4100{number}'
        for number, text in enumerate((*FORMULAS, SCRIPT, f"Tool {COLOUR}"))
    ]
).encode()


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("attacked") / "home")
    shell.home.mkdir()
    (shell.home / "organisation.txt").write_text(f"House {COLOUR} {SCRIPT}", encoding="utf-8")
    papers = {
        "seen": SEEN,
        "fleet": FLEET,
        "sbom": bom("Tomara 64", "1.5", PARTS),
        "feed": feed(),
        "kev": kev(CVE),
    }
    ran = shell.receive(**papers, **said())
    assert ran.code == 0, ran.out
    assert not OBEYED.search(ran.out.replace("\n", ""))
    assert shell("assess").code == 0
    return shell


def harmless(text: str) -> None:
    assert OBEYED.findall(text) == []


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_listings_obey_nothing(attacked: Shell, name: str) -> None:
    for columns in ("80", "200"):
        human = attacked(name, "--top", "0", COLUMNS=columns)
        assert human.code == 0
        harmless(human.out)
    machine = attacked(name, "--json")
    assert machine.json
    harmless(machine.out)
    table = attacked(name, "--csv")
    harmless(table.out)
    for row in csv.reader(io.StringIO(table.out, newline="")):
        assert not [cell for cell in row if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\uff1d"))]


def test_a_formula_stands_in_the_csv_behind_an_apostrophe(attacked: Shell) -> None:
    rows = list(csv.DictReader(io.StringIO(attacked("devices", "--csv").out, newline="")))
    rooms = {row["room"] for row in rows}
    assert {"'" + text for text in FORMULAS} <= rooms
    assert not rooms & set(FORMULAS)


@pytest.mark.slow
def test_cards_letters_explanations_and_history_obey_nothing(attacked: Shell) -> None:
    finding = next(
        row for row in attacked.rows("findings", "--vulnerability", CVE) if row["component"] == "openssl"
    )
    device = next(row for row in attacked.rows("devices") if row["room"].startswith(SCRIPT))
    said = [
        attacked("assess", "--top", "0"), attacked("assess", COLUMNS="60"), attacked("show", device["device_id"]),
        attacked("show", finding["id"]), attacked("show", CVE), attacked("show", finding["component_id"]),
        attacked("show", finding["action"]), attacked("explain", finding["id"]), attacked("history", "--top", "200"),
        attacked("status"), *(attacked("show", row["id"]) for row in attacked.rows("questions")[:40]),
        *(attacked("show", row["sha256"]) for row in attacked.rows("sources", "--kind", "advisory")[:20]),
    ]  # fmt: skip
    for product in attacked.rows("products"):
        ran = attacked("letter", product["product_id"])
        if ran.code == 0:
            said.append(ran)
    assert any("Dear " in ran.out for ran in said)
    for ran in said:
        assert ran.code in {0, 1}, ran.err
        harmless(ran.out + ran.err)


def test_statements_of_every_kind_are_there_to_be_obeyed(attacked: Shell) -> None:
    rows = attacked.rows("statements")
    assert {row["outcome"].partition(":")[0] for row in rows} == {"applied", "not applied", "waits"}
    assert {row["publisher"] for row in rows if row["publisher"].startswith("=")}
    assert [row for row in rows if SCRIPT in row["named"]]
    assert [row for row in rows if SCRIPT in row["note"]]
    assert [one for one in attacked.rows("questions") if one["kind"] in {"trust", "versions", "product"}]


def test_the_report_shows_markup_as_text(attacked: Shell, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert attacked("report", page).code == 0
    text = page.read_text("utf-8")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    harmless(text)


def test_the_verdict_on_a_hostile_document_obeys_nothing(attacked: Shell, tmp_path: Path) -> None:
    for name, raw in said().items():
        (tmp_path / name).write_bytes(raw)
    for words in (("check", tmp_path), ("check", tmp_path, "--json")):
        ran = attacked(*words)
        assert ran.code in {0, 1}, ran.err
        harmless(ran.out + ran.err)


def test_what_a_user_types_is_shown_harmlessly_too(attacked: Shell) -> None:
    finding = attacked.rows("findings", "--vulnerability", CVE)[0]
    for words in (
        ("show", COLOUR),
        ("findings", "--device", COLOUR),
        ("findings", "--site", TURNED),
        ("findings", "--status", COLOUR),
        ("letter", COLOUR),
        ("devices", "--as-of", COLOUR),
        ("receive", f"nowhere{COLOUR}"),
        ("say", "plain", "room", COLOUR, "--why", TURNED),
        ("answer", COLOUR, "x"),
        (
            "decide",
            finding["id"],
            "--kind",
            "accept",
            "--owner",
            COLOUR,
            "--reason",
            f"because {TURNED}",
            "--until",
            "2027-01-01",
        ),
        ("history", finding["id"]),
        ("history", "plain"),
    ):
        ran = attacked(*words)
        assert ran.code in {0, 2, 3}, (words, ran.err)
        harmless(ran.out + ran.err)


def test_a_file_name_of_any_bytes_is_received(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "post"
    folder.mkdir()
    for name in (b"\xff\xfe.csv", b"\x1b[31m.csv", "\u202e.csv".encode(), b"a\nb.csv"):
        (folder / Path(name.decode("utf-8", "surrogateescape"))).write_bytes(
            fleet({"asset_tag": repr(name), "model": "M"})
        )
    ran = shell("receive", folder)
    assert ran.code == 0, ran.err
    assert "4 documents taken" in ran.out
    harmless(ran.out)
    shell("assess")
    assert len(shell.rows("sources")) == 4
    harmless(shell("sources").out + shell("remarks").out)


def test_wildcards_of_the_database_are_letters(attacked: Shell) -> None:
    for name in ("%", "_____", "plai_", "D-%"):
        assert attacked("show", name).code == 2, name
        assert attacked("say", name, "room", "9").code == 2, name
