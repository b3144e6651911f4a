# SPDX-License-Identifier: Apache-2.0
"""What is tried is what is found once the device is received and assessed; nothing is kept of it."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from leadglass.errors import BoundError, StateError, UnreadableError, UsageError
from leadglass.services.catalogue import TRY
from leadglass.services.ledger import laying
from leadglass.services.ledger.trial import Trials, Tried, Trying
from tests import publishers
from tests.hospital import Hospital, all_of, any_of, bom, criterion, epss, fleet, kev, nvd, record
from tests.laws import draws

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5", "asset_tag": "CT-1"}
NEW = {"manufacturer": "Quillon", "model": "Vara 9", "software_version": "2.1"}
PARTS = (
    {"name": "openssl", "version": "1.0.2k", "purl": "pkg:generic/openssl@1.0.2k"},
    {"name": "zlib", "version": "1.2.8"},
    {"name": "Farbor Core", "version": "2.1"},
    {"name": "libxml2", "version": ""},
    {"name": "Windows 7", "version": "SP1", "type": "operating-system"},
    {"name": "Nobody Knows It", "version": "1"},
)
COMPARED = ("component", "version", "vulnerability", "kind", "status", "missing", "rule", "class", "known_exploited",
            "epss", "cvss")  # fmt: skip


def a_record(chance: random.Random, number: int) -> dict:
    """Draw a record: of a library, of firmware with its hardware, of a library on a system, negated, in words alone."""
    library = criterion("a:openssl:openssl:*", versionEndExcluding=chance.choice(("1.0.2a", "1.0.2u")))
    exact = criterion(f"a:zlib:zlib:{chance.choice(('1.2.8', '1.2.9'))}")
    silent = criterion("a:xmlsoft:libxml2:*", versionEndExcluding="2.9.11")
    model = chance.choice(("vara_9", "tomara_64"))
    firmware = criterion(f"o:quillon:{model}_firmware:*", versionEndExcluding=chance.choice(("2.0", "3.0")))
    system = criterion("o:microsoft:windows_7:-:sp1", vulnerable=False)
    how = chance.choice((
        any_of(library, silent), any_of(exact), any_of(silent), all_of([exact, library], [system]),
        all_of([firmware], [criterion(f"h:quillon:{model}:-", vulnerable=False)]), all_of([exact], [library], negate_last=True),
    ))  # fmt: skip
    wordy = chance.random() < 0.25
    made = record(f"CVE-2031-4200{number}", *(() if wordy else (how,)), exploit=chance.random() < 0.5)
    words = (
        "Farbor Core before 3 fails." if wordy else "OpenSSL from 1.0.2b through 1.0.2u fails, as does Zlib."
    )
    made["cve"]["descriptions"] = [{"lang": "en", "value": words}]
    return made


def one_scanner(hospital: Hospital, seed: int = 0) -> random.Random:
    """Assess a fleet of one scanner, with records, scores and a statement that is trusted where a person said so."""
    chance = random.Random(seed)
    names = [f"CVE-2031-4200{number}" for number in range(9)]
    hospital.receive(
        fleet(SCANNER), bom("Tomara 64", "1.5", PARTS[:2]), nvd(*(a_record(chance, n) for n in range(9))),
        kev(names[1]), epss(**{name.replace("-", "_"): chance.random() for name in names}),
    )  # fmt: skip
    hospital.assess()
    spoken = [row["vulnerability"] for row in hospital.list("findings", component="openssl")]
    hospital.receive(
        publishers.openvex("not_affected", "pkg:generic/openssl@1.0.2k", vulnerability=spoken[0])
    )
    hospital.assess()
    if seed % 2:
        for one in hospital.list("questions"):
            if one["kind"] == "trust":
                hospital.answer(one["id"], "yes")
        hospital.assess()
    return chance


@pytest.fixture
def begun(begin: Callable[..., Hospital]) -> Hospital:
    """The fleet of one scanner, for a test of its own."""
    return begin(one_scanner)


def tried(hospital: Hospital, **said: str | bytes) -> Tried:
    return TRY(hospital.view(), Trying(**said))


def stays(hospital: Hospital, trying: Trying, wanted: Tried) -> None:
    """A process that stays says what one says that ends; a second time too, and after another device."""
    process = Trials(hospital.view())
    for _ in range(2):
        assert process.of(trying) == wanted
        process.of(Trying(raw=bom("Vara 9", "3", PARTS), model="Vara 9", manufacturer="Quillon"))


def told(rows: object, *names: str) -> list[tuple[object, ...]]:
    return sorted((tuple(row[name] for name in names or COMPARED) for row in rows), key=repr)


@pytest.mark.slow
@pytest.mark.parametrize("seed", draws(2, 6))
def test_what_is_tried_is_what_is_found_once_it_is_received(hospital: Hospital, seed: int) -> None:
    chance = one_scanner(hospital, seed)
    parts = chance.sample(PARTS, chance.randint(2, len(PARTS)))
    new = {**NEW, "model": chance.choice(("Vara 9", "Tomara 64"))}
    listed = bom(new["model"], "2.1", parts)
    more = {"os": "Windows 7", "os_version": "SP1"} if chance.random() < 0.5 else {}
    before = tried(hospital, raw=listed, name="list", **new, **more)
    stays(hospital, Trying(raw=listed, name="list", **new, **more), before)
    hospital.receive(listed, fleet(SCANNER, {**new, **more, "asset_tag": "CT-9"}))
    hospital.assess()
    found = [{**row, **row["risk"]} for row in hospital.list("findings", device="CT-9")]
    assert told(before.findings) == told(row for row in found if row["vulnerability"])
    assert told(before.gaps, "kind", "missing") == told(
        (row for row in found if not row["vulnerability"]), "kind", "missing"
    )
    known = tried(hospital, raw=listed, name="list", **new, **more)
    stays(hospital, Trying(raw=listed, name="list", **new, **more), known)
    assert not before.known
    assert known.known
    assert [one["asset_tag"] for one in known.devices] == ["CT-9"]
    assert told(known.findings) == told(before.findings)
    unnamed = hospital.list("components", device="CT-9", unnamed=True)
    silent = {(row["name"], row["version"].strip("-")) for row in unnamed}
    spoken = {(row["component"], row["version"].strip("-")) for row in found}
    assert {(row["name"], row["version"].strip("-")) for row in before.unnamed} == silent - spoken


def test_what_a_list_states_of_its_own_components_counts_as_if_it_were_received(begun: Hospital) -> None:
    told_of = "CVE-2031-77777"
    listed = json.loads(bom("Vara 9", "2.1", PARTS))
    listed["components"][0]["bom-ref"] = "lib"
    stated = {"id": told_of, "analysis": {"state": "exploitable"}, "affects": [{"ref": "lib"}]}
    raw = json.dumps({**listed, "vulnerabilities": [stated]}).encode()
    before = tried(begun, raw=raw, name="list", **NEW)
    assert [row["class"] for row in before.findings if row["vulnerability"] == told_of] == ["statement"]
    begun.receive(raw, fleet(SCANNER, {**NEW, "asset_tag": "CT-9"}))
    begun.assess()
    found = [{**row, **row["risk"]} for row in begun.list("findings", device="CT-9")]
    assert told(before.findings) == told(found)
    after = tried(begun, raw=raw, name="list", **NEW)
    assert told(after.findings) == told(found)
    stays(begun, Trying(raw=raw, name="list", **NEW), after)


def test_what_was_tried_changes_no_later_answer(begun: Hospital) -> None:
    asked = ("devices", "components", "findings")
    before = [begun.list(name) for name in asked]
    tried(begun, raw=bom("Vara 9", "2.1", PARTS), name="list")
    assert [begun.list(name) for name in asked] == before


@pytest.mark.slow
def test_the_drawn_fleets_find_something_of_every_kind(tmp_path: Path) -> None:
    seen: set[str] = set()
    for seed in draws(2, 6):
        ours = Hospital(tmp_path / str(seed))
        one_scanner(ours, seed)
        for row in tried(ours, raw=bom("Tomara 64", "2.1", PARTS)).findings:
            seen |= {row["status"], row["class"]}
    assert {"affected", "unknown", "not_affected", "words", "range", "exact", "statement"} <= seen


def test_nothing_is_kept(begun: Hospital) -> None:
    # SQLite counts its readers in -shm
    def whole() -> dict[str, bytes]:
        return {
            str(at): at.read_bytes()
            for at in begun.home.rglob("*")
            if at.is_file() and at.suffix != ".sqlite3-shm"
        }

    before = whole()
    assert tried(begun, raw=bom("Vara 9", "2.1", PARTS), name="list").findings
    assert whole() == before


def test_a_device_can_be_tried_without_a_list_and_says_what_is_not_known(begun: Hospital) -> None:
    found = tried(begun, **NEW, cpe="cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*")
    assert [row["kind"] for row in found.gaps] == ["partly_blind"]
    assert found.product == "Quillon Vara 9"
    assert {row["component"] for row in found.findings} >= {"openssl openssl"}


def test_a_list_names_its_own_model_where_nothing_else_is_said(begun: Hospital) -> None:
    found = tried(begun, raw=bom("Vara 9", "2.1", PARTS))
    assert (found.product, found.software_version) == ("Quillon Vara 9", "2.1")
    assert {"name": "Nobody Knows It", "version": "1"} in found.unnamed


def test_a_person_of_another_site_does_not_learn_who_has_it(begun: Hospital) -> None:
    listed = bom("Tomara 64", "1.5", PARTS[:2])
    asked = Trying(raw=listed, **{k: v for k, v in SCANNER.items() if k != "asset_tag"})
    (own,) = TRY(begun.view(), asked).devices
    assert own["asset_tag"] == "CT-1"
    view = begun.view()
    elsewhere = TRY(replace(view, scope=view.scope.narrowed("Hill")), asked)
    assert elsewhere.devices == []
    assert told(elsewhere.findings) == told(TRY(view, asked).findings)


@pytest.mark.parametrize(
    ("said", "error", "why"),
    [
        ({}, UsageError, "Say what is to be tried"),
        ({"raw": b"{}", "name": "empty.json"}, UnreadableError, "empty.json is no bill of materials"),
        ({"raw": kev("CVE-2031-42001")}, UnreadableError, "is no bill of materials \\(CISA KEV"),
        ({"raw": b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": '}, UnreadableError, "bill of materials"),
        ({"model": "Vara 9", "cpe": "zlib 1.2"}, UnreadableError, "zlib"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_told_in_a_sentence(
    begun: Hospital, said: dict[str, bytes], error: type[Exception], why: str
) -> None:
    with pytest.raises(error, match=why):
        tried(begun, **said)


def test_a_list_beyond_the_bound_is_not_read(begun: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying, "MOST_BYTES", 10)
    with pytest.raises(BoundError, match="It was not read"):
        tried(begun, raw=bom("Vara 9", "2.1", PARTS))


def test_before_the_first_snapshot_there_is_nothing_to_hold_it_against(hospital: Hospital) -> None:
    with pytest.raises(StateError, match="leadglass assess"):
        tried(hospital, model="Vara 9")


def test_a_device_is_shown_its_components_as_its_own_list_calls_them(begun: Hospital) -> None:
    device = {**{k: v for k, v in SCANNER.items() if k != "asset_tag"}}
    process = Trials(begun.view())
    for name in ("openssl", "OpenSSL"):
        listed = bom("Tomara 64", "1.5", [{**PARTS[0], "name": name}, PARTS[1]])
        found = process.of(Trying(raw=listed, **device))
        assert found.known
        assert name in {row["component"] for row in found.findings}
