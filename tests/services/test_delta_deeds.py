# SPDX-License-Identifier: Apache-2.0
"""Deeds, questions and what they are summed from, after any change of the feeds: row by row what a rebuild makes.

Devices of two models stand at three sites, with three lists of software. Records come, are scored anew, widened, narrowed,
joined and rejected; vulnerabilities become known to be exploited; scanners saw some of them on some devices.
"""

import random
from datetime import date

import pytest

from leadglass.services.ledger import act, delta
from leadglass.services.ledger.rebuild import rebuild
from tests import publishers
from tests.hospital import Hospital, all_of, any_of, bom, criterion, epss, fleet, kev, nvd, record
from tests.laws import SHARES, of_hospitals
from tests.services.test_evidence import host, nessus

NAMES = [*(f"CVE-2031-4200{number}" for number in range(7)), publishers.CVE]
REPAIRED = publishers.csaf("known_affected", note="Update to version 2.0 or later.")
"""The maker offers an update of one model against the last of them."""
LIBRARIES = {"openssl": "1.0.2k", "zlib": "1.2.8", "libpng": "1.6.3"}
VECTORS = (
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
    "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N",
)  # fmt: skip


@pytest.fixture(autouse=True)
def summed(monkeypatch):
    """However small the tables are, a change is laid on them, and a rebuild counts the deeds of one product at a time.

    Tells which products at sites were summed each time.
    """
    monkeypatch.setattr(delta, "LEAST_CRITERIA", 0)
    monkeypatch.setattr(act, "_MOST_COUNTED", 1)
    ranked, taken = act._rank, []

    def rank(bench, summed):
        taken.append(len({(row["product_id"], row["site"]) for row in summed.to_pylist()}))
        return ranked(bench, summed)

    monkeypatch.setattr(act, "_rank", rank)
    return taken


def a_record(chance: random.Random, name: str) -> dict:
    """Draw a record of one or two libraries, alone or joined, in ranges that hold, do not, or cannot be told."""
    criteria = [
        criterion(f"a:{library}:{library}:*", **chance.choice(({"versionEndExcluding": "9"}, {"versionEndExcluding": "0.1"}, {})))
        for library in chance.sample(sorted(LIBRARIES), chance.randint(1, 2))
    ]  # fmt: skip
    unsaid = criterion("a:ossel:ossel_view:*", versionEndExcluding="3")
    how = chance.choice(
        (any_of(*criteria), any_of(*criteria, unsaid), all_of([criteria[0]], criteria[1:] or [unsaid]))
    )
    told = {"vector": chance.choice(VECTORS), "modified": f"2026-10-{chance.randint(10, 28)}T10:00:00.000"}
    if chance.random() < 0.15:
        return record(name, state="Rejected", **told)
    return record(name, how, exploit=chance.random() < 0.2, **told)


def begin(hospital: Hospital, chance: random.Random) -> None:
    lists = [
        bom(model, "1.5", [{"name": name, "version": version} for name, version in chance.sample(sorted(LIBRARIES.items()), 2)]
            + [{"name": "Ossel View", "version": chance.choice(("", "2.1"))}])
        for model in ("Tomara 64", "Vara 9")
    ]  # fmt: skip
    devices = [
        {"manufacturer": "Quillon", "model": chance.choice(("Tomara 64", "Vara 9")), "software_version": "1.5",
         "site": chance.choice(("Harbor", "Hill", "Quay")), "modality": chance.choice(("CT", "US")), "mac_address": f"02:00:00:00:00:0{number:x}",
         "servicer": chance.choice(("", "Harbor Biomed")),
         "cpe": chance.choice(("", "cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"))}
        for number in range(chance.randint(4, 12))
    ]  # fmt: skip
    seen = [
        nessus(host(f"10.1.1.{number}", name, mac=f"02:00:00:00:00:0{number}"))
        for number, name in enumerate(chance.sample(NAMES, 3))
    ]
    offers = [REPAIRED] if chance.random() < 0.5 else []
    records = [a_record(chance, name) for name in chance.sample(NAMES, 6)]
    hospital.receive(fleet(*devices), *lists, *seen, *offers, nvd(*records))
    hospital.assess()
    actions, questions = hospital.list("actions"), hospital.list("questions")
    for action in chance.sample(actions, min(2, len(actions))):
        hospital.decide(action["id"], until=date(2027, 6, 30))
    for question in questions[:1]:
        hospital.answer(question["id"], "2.1" if "version" in question["kind"] else "unknown")
    hospital.assess()


def a_paper(chance: random.Random) -> bytes:
    drawn = chance.random()
    if drawn < 0.7:
        return nvd(*(a_record(chance, name) for name in chance.sample(NAMES, chance.randint(1, 3))))
    if drawn < 0.85:
        return kev(*chance.sample(NAMES, 2), ransomware=chance.random() < 0.5)
    return epss(**{name.replace("-", "_"): chance.random() for name in chance.sample(NAMES, 4)})


@pytest.mark.slow
@pytest.mark.parametrize("share", SHARES)
def test_what_is_summed_again_is_what_a_rebuild_sums(tmp_path_factory, summed, share) -> None:
    def holds(hospital: Hospital, chance: random.Random) -> None:
        begin(hospital, chance)
        for _ in range(6):
            hospital.clock.pass_days(1)
            hospital.receive(a_paper(chance))
            hospital.assess()
        shown = hospital.list("actions"), hospital.list("questions")
        assert rebuild(hospital.house).differing == ()
        assert (hospital.list("actions"), hospital.list("questions")) == shown

    of_hospitals(tmp_path_factory, holds)
    assert summed


def one_of(name: str, library: str, **told) -> dict:
    return record(name, any_of(criterion(f"a:{library}:{library}:*", versionEndExcluding="9")), **told)


def parts_of(manifest, *names: str) -> dict[str, str]:
    return {part.table: part.sha256 for part in manifest.parts if part.table in names}


def two_models(hospital: Hospital, *records: dict) -> None:
    """One model with OpenSSL, another at another site with zlib."""
    hospital.receive(
        fleet({"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5", "site": "Harbor"},
              {"manufacturer": "Quillon", "model": "Vara 9", "software_version": "1.5", "site": "Hill"}),
        bom("Tomara 64", "1.5", [{"name": "openssl", "version": "1.0.2k"}]),
        bom("Vara 9", "1.5", [{"name": "zlib", "version": "1.2.8"}]), nvd(*records),
    )  # fmt: skip


def test_only_products_at_sites_that_a_change_touches_are_summed_again(hospital: Hospital, summed) -> None:
    two_models(hospital, one_of(NAMES[0], "openssl"), one_of(NAMES[1], "zlib"))
    hospital.assess()
    hospital.clock.pass_days(1)
    hospital.receive(nvd(one_of(NAMES[2], "zlib", vector=VECTORS[2])))
    hospital.assess()
    assert summed == [2, 1]
    assert rebuild(hospital.house).differing == ()


def test_where_all_is_as_it_was_no_sum_is_made_again(hospital: Hospital, summed) -> None:
    """A record that is modified and says what it said, and one about nothing that is here."""
    two_models(hospital, one_of(NAMES[0], "openssl"), one_of(NAMES[1], "zlib"))
    before = hospital.assess()
    hospital.clock.pass_days(1)
    hospital.receive(
        nvd(one_of(NAMES[0], "openssl", modified="2026-10-20T10:00:00.000"), one_of(NAMES[3], "libpng"))
    )
    after = hospital.assess()
    assert before.id != after.id
    assert parts_of(before, *act.ACTED) == parts_of(after, *act.ACTED)
    assert summed == [2]


@pytest.mark.parametrize("state", ["Rejected", "Analyzed"])
def test_what_loses_its_gravest_finding_is_summed_from_all_others(
    hospital: Hospital, summed, state: str
) -> None:
    """The one that is exploited and scored highest goes, or is scored lower: the rest says what is the highest now."""
    two_models(
        hospital,
        one_of(NAMES[0], "openssl"),
        *(one_of(name, "openssl", vector=VECTORS[1]) for name in NAMES[1:4]),
    )
    hospital.assess()
    hospital.clock.pass_days(1)
    hospital.receive(
        nvd(one_of(NAMES[1], "openssl", state=state, vector=VECTORS[2], modified="2026-10-20T10:00:00.000"))
    )
    hospital.assess()
    hospital.clock.pass_days(1)
    hospital.receive(
        nvd(one_of(NAMES[0], "openssl", state=state, vector=VECTORS[2], modified="2026-10-20T10:00:00.000"))
    )
    hospital.assess()
    assert summed == [1, 1, 1]
    (action,) = [row for row in hospital.list("actions") if NAMES[2] in row["why"]]
    assert action["vulnerabilities"] >= 1
    assert rebuild(hospital.house).differing == ()


def test_words_of_actions_are_sought_where_they_are_made_up(hospital: Hospital) -> None:
    two_models(hospital, one_of(NAMES[0], "openssl"), one_of(NAMES[1], "zlib"))
    hospital.assess()
    every = hospital.list("actions")
    for words in ("ZLIB", NAMES[0], "until", "harbor", "ask quillon", "%", "no such words"):
        told = [row for row in every if words.lower().replace("%", "") in
                f"{row['title']} {row['product']} {row['why']} {row['site']}".lower()]  # fmt: skip
        assert hospital.list("actions", text=words) == told
    assert hospital.list("actions", text=NAMES[0])
    assert not hospital.list("actions", text="no such words")
