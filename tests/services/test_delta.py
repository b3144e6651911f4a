# SPDX-License-Identifier: Apache-2.0
"""A change of the feeds is worked out by itself, and the tables are those that a rebuild makes from nothing."""

import random

import pytest

from leadglass.services.ledger import assess as ledger
from leadglass.services.ledger import delta
from leadglass.services.ledger.basis import gather
from leadglass.services.ledger.rebuild import rebuild
from leadglass.values.query import Query
from leadglass.values.scope import Scope
from tests.hospital import (
    Hospital,
    all_of,
    any_of,
    bom,
    criterion,
    epss,
    fleet,
    kev,
    nvd,
    record,
)
from tests.laws import SHARES, of_hospitals, some

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
OPENSSL = "cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"
ZLIB = "cpe:2.3:a:zlib:zlib:1.2.8:*:*:*:*:*:*:*"
OLDER = {
    **SCANNER,
    "model": "Vara 9",
    "software_version": "",
    "os": "Windows 7",
    "os_version": "SP1",
    "cpe": ZLIB,
}
LIST = bom(
    "Tomara 64", "1.5", [{"name": "Farbor Core", "version": "2.1"}, {"name": "zlib", "version": "1.2.8"}]
)


@pytest.fixture(autouse=True)
def laid_on(monkeypatch):
    """However small the tables are, a change is laid on them; tells how often it was."""
    monkeypatch.setattr(delta, "LEAST_CRITERIA", 0)
    laid = []

    def follow(*given):
        made = delta.follow(*given)
        laid.append(made)
        return made

    monkeypatch.setattr(ledger, "follow", follow)
    return laid


def a_record(chance: random.Random, number: int) -> dict:
    """Draw a record: of firmware with its hardware, of a library, of a system, of two joined, in words, or a rejection.

    Seldom it names a product by more words than a listed name has.
    """
    firmware = criterion(
        "o:quillon:tomara_64_firmware:*", versionEndExcluding=chance.choice(("1.2", "1.6", "2.0"))
    )
    library = criterion("a:openssl:openssl:*", versionEndExcluding=chance.choice(("1.0.2a", "1.0.2u")))
    exact = criterion(f"a:zlib:zlib:{chance.choice(('1.2.8', '1.2.9'))}")
    system = criterion("o:microsoft:windows_7:-:sp1", vulnerable=chance.random() < 0.5)
    how = chance.choice((
        all_of([firmware], [criterion("h:quillon:tomara_64:-", vulnerable=False)]), any_of(library), any_of(exact, library),
        any_of(firmware, exact), all_of([exact], [system]), all_of([exact], [library], negate_last=True),
    ))  # fmt: skip
    if chance.random() < 0.08:
        how = any_of(
            criterion(
                f"a:{chance.choice(('ossel', 'farbor'))}:farbor_core{chance.choice(('', '_server'))}:2.1"
            )
        )
    state = "Rejected" if chance.random() < 0.15 else "Analyzed"
    vector = f"CVSS:3.1/AV:{chance.choice('NL')}/AC:L/PR:N/UI:N/S:U/C:H/I:{chance.choice('HN')}/A:H"
    how = () if state == "Rejected" or chance.random() < 0.25 else (how,)
    words = chance.choice(
        ("", "Farbor Core before 3 fails.", "OpenSSL from 1.0.2b through 1.0.2u fails, as does Zlib.")
    )
    modified = f"2026-10-{chance.randint(10, 28)}T10:00:00.000"
    return told(f"CVE-2031-4100{number}", words, *how, modified=modified, state=state, vector=vector)


def told(name: str, words: str, *how: dict, **more) -> dict:
    """A record with a description of its own."""
    made = record(name, *how, **more)
    made["cve"]["descriptions"] = [{"lang": "en", "value": words or f"Invented {name}."}]
    return made


def a_paper(chance: random.Random) -> bytes:
    """Draw what comes: records mostly, catalogues and scores, an inventory with another device."""
    names = [f"CVE-2031-4100{number}" for number in range(8)]
    drawn = chance.random()
    if drawn < 0.6:
        return nvd(*(a_record(chance, number) for number in chance.sample(range(8), chance.randint(1, 3))))
    if drawn < 0.75:
        return kev(*chance.sample(names, 2), ransomware=chance.random() < 0.5)
    if drawn < 0.9:
        return epss(**{name.replace("-", "_"): chance.random() for name in chance.sample(names, 4)})
    return fleet({**SCANNER, "cpe": OPENSSL}, OLDER, *({**SCANNER, "site": "Hill", "cpe": ZLIB} for _ in range(chance.randint(0, 2))))  # fmt: skip


def begin(hospital: Hospital, chance: random.Random) -> None:
    records = nvd(*(a_record(chance, number) for number in range(6)))
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}, OLDER), LIST, records)
    hospital.assess()


@pytest.mark.parametrize("share", SHARES)
def test_after_any_deltas_the_tables_hold_what_a_rebuild_makes(tmp_path_factory, laid_on, share) -> None:
    def holds(hospital: Hospital, chance: random.Random) -> None:
        begin(hospital, chance)
        for _ in range(5):
            hospital.clock.pass_days(1)
            hospital.receive(*(a_paper(chance) for _ in range(chance.randint(1, 2))))
            hospital.assess()
        assert rebuild(hospital.house).differing == ()

    of_hospitals(tmp_path_factory, holds)
    assert any(laid_on)


def openssl(name: str, **told) -> dict:
    return record(name, any_of(criterion("a:openssl:openssl:*", versionEndExcluding="1.0.2u")), **told)


def test_what_is_no_more_affected_is_told_no_more_and_an_older_snapshot_stays(
    hospital: Hospital, laid_on
) -> None:
    name = "CVE-2031-41001"
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), nvd(openssl(name), openssl("CVE-2031-41002")))
    before = hospital.assess()
    hospital.clock.pass_days(1)
    hospital.receive(nvd(openssl(name, state="Rejected", modified="2026-10-20T10:00:00.000")))
    after = hospital.assess()
    assert laid_on == [after]
    assert hospital.statuses(name) == {}
    assert set(hospital.statuses("CVE-2031-41002").values()) == {"affected"}
    asked = Query(name="told", tables=("told_configuration",), columns=("vulnerability",),
                 sql="SELECT vulnerability FROM told_configuration")  # fmt: skip
    rows = hospital.house.tables.ask(asked, Scope(sites=None), snapshot=before)
    assert {row["vulnerability"] for row in rows} == {name, "CVE-2031-41002"}


def test_a_record_that_names_the_device_itself_makes_all_again(hospital: Hospital, laid_on) -> None:
    """Recognising finds a component that it did not know: nothing smaller would be right."""
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), nvd(openssl("CVE-2031-41001")))
    hospital.assess()
    hospital.clock.pass_days(1)
    hospital.receive(
        nvd(record("CVE-2031-41002", any_of(criterion("o:quillon:tomara_64:*", versionEndExcluding="2.0"))))
    )
    hospital.assess()
    assert laid_on == [None]
    assert set(hospital.statuses("CVE-2031-41002").values()) == {"affected"}


def test_what_else_came_makes_all_again(hospital: Hospital, laid_on) -> None:
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), nvd(openssl("CVE-2031-41001")))
    hospital.assess()
    hospital.clock.pass_days(1)
    hospital.receive(
        nvd(openssl("CVE-2031-41002")), bom("Tomara 64", "1.5", [{"name": "zlib", "version": "1.2.8"}])
    )
    hospital.assess()
    assert laid_on == []


def test_a_name_that_new_records_may_mean_is_looked_up_again(hospital: Hospital, laid_on) -> None:
    """A product that a listed name may mean is another answer; one more record of a known product is not."""
    listed = bom("Tomara 64", "1.5", [{"name": "farbor", "version": "1.2.8"}])
    known = record("CVE-2031-41001", any_of(criterion("a:farbor:farbor:1.2.8")))
    hospital.receive(fleet(SCANNER), listed, nvd(known))
    hospital.assess()
    hospital.clock.pass_days(1)
    hospital.receive(nvd(record("CVE-2031-41002", any_of(criterion("a:farbor:farbor:1.2.8")))))
    assert [hospital.assess()] == laid_on
    assert set(hospital.statuses("CVE-2031-41002").values()) == {"affected"}
    hospital.clock.pass_days(1)
    hospital.receive(nvd(record("CVE-2031-41003", any_of(criterion("a:ossel:farbor:1.2.8")))))
    hospital.assess()
    assert laid_on[1:] == [None]
    assert rebuild(hospital.house).differing == ()


def test_after_some_layers_all_is_made_again(hospital: Hospital, monkeypatch) -> None:
    monkeypatch.setattr(delta, "MOST_LAYERS", 2)
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), nvd(openssl("CVE-2031-41000")))
    layers = []
    for number in range(1, 5):
        hospital.assess()
        hospital.clock.pass_days(1)
        hospital.receive(nvd(openssl(f"CVE-2031-4100{number}")))
        layers.append(max(part.layer for part in hospital.assess().parts))
    assert layers == [1, 2, 0, 1]


def come(hospital: Hospital, *records: dict):
    """Receive records on the next day, and assess."""
    hospital.clock.pass_days(1)
    hospital.receive(nvd(*records))
    return hospital.assess()


def test_what_records_say_in_words_alone_is_told_and_told_no_more(hospital: Hospital, laid_on) -> None:
    name = "CVE-2031-41002"
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), LIST, nvd(openssl("CVE-2031-41001")))
    hospital.assess()
    come(hospital, told(name, "Farbor Core lets anybody in.", modified="2026-10-20T10:00:00.000"))
    assert set(hospital.statuses(name).values()) == {"unknown"}
    assert set(hospital.statuses("CVE-2031-41001").values()) == {"affected"}
    come(hospital, told(name, "A flaw in another thing.", modified="2026-10-21T10:00:00.000"))
    assert hospital.statuses(name) == {}
    assert None not in laid_on
    assert len(laid_on) == 2
    assert rebuild(hospital.house).differing == ()


def test_a_range_in_words_that_criteria_leave_out_is_told(hospital: Hospital, laid_on) -> None:
    name = "CVE-2031-41002"
    narrow = any_of(criterion("a:openssl:openssl:*", versionEndExcluding="1.0.2a"))
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), LIST, nvd(openssl("CVE-2031-41001")))
    hospital.assess()
    made = come(hospital, told(name, "OpenSSL from 1.0.2b through 1.0.2u fails.", narrow))
    assert laid_on == [made]
    assert set(hospital.statuses(name).values()) == {"unknown"}
    assert rebuild(hospital.house).differing == ()


@pytest.mark.parametrize(
    ("listed", "product"),
    some(
        [
            ("Farbor Core", "ossel:farbor_core_server"),  # begins with the name
            ("Farbor Core Unit", "ossel:big_farbor_core_unit"),  # ends with it
            ("Farbor", "farbor:suite"),  # the name is the vendor's
            ("Far-Bor", "ossel:farbor"),  # written together
            ("Ormond Farbor 2010 Plus", "ormond:zymar_farbor_2010"),  # the maker is named, and a word
            ("farbor_world330.dll", "farbor:farbor"),  # the file's project
            ("zlib", "quillon:tomara_64_plus"),  # the model with more words
        ],
        2,
    ),
)
def test_a_product_that_may_be_meant_makes_all_again_and_more_records_of_it_do_not(
    hospital: Hospital, laid_on, listed: str, product: str
) -> None:
    names = bom("Tomara 64", "1.5", [{"name": listed, "version": "2.1"}])
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), names, nvd(openssl("CVE-2031-41001")))
    hospital.assess()
    come(hospital, record("CVE-2031-41002", any_of(criterion(f"a:{product}:*", versionEndExcluding="3"))))
    assert laid_on == [None]
    assert hospital.statuses("CVE-2031-41002")
    made = come(
        hospital, record("CVE-2031-41003", any_of(criterion(f"a:{product}:*", versionEndExcluding="3")))
    )
    assert laid_on == [None, made]
    assert hospital.statuses("CVE-2031-41003").keys() == hospital.statuses("CVE-2031-41002").keys()
    assert rebuild(hospital.house).differing == ()


def test_where_a_cluster_assesses_all_is_made_again(hospital: Hospital) -> None:
    hospital.receive(fleet({**SCANNER, "cpe": OPENSSL}), nvd(openssl("CVE-2031-41001")))
    hospital.assess()
    hospital.clock.pass_days(1)
    hospital.receive(nvd(openssl("CVE-2031-41002")))
    basis = gather(hospital.house, None)
    assert delta.only_feeds(hospital.house, basis, "") is not None
    hospital.house.tables.cluster = "spark://cluster:7077"
    assert delta.only_feeds(hospital.house, basis, "") is None
