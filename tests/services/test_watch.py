# SPDX-License-Identifier: Apache-2.0
"""A model is watched before any record names it: what names it from then on is told until somebody has seen it."""

import json
from pathlib import Path
from typing import Any

import pytest

from leadglass.errors import AmbiguousError, NotFoundError, UsageError
from leadglass.services.ledger.watch import notices, see, unwatch, watch, watches
from tests import publishers
from tests.hospital import Hospital, fleet, nvd, record


def about(hospital: Hospital) -> list[str]:
    return [one.subject for one in notices(hospital.view())]


def described(name: str, text: str) -> dict[str, Any]:
    """A record that names no product: NVD has thousands."""
    told = record(name)
    told["cve"]["descriptions"] = [{"lang": "en", "value": text}]
    return told


@pytest.fixture
def watching(hospital: Hospital) -> Hospital:
    """Tomara 64 of Quillon is watched; a document came before."""
    hospital.receive(
        fleet({"model": "Pellar 5", "manufacturer": "Tessaly"}),
        nvd(described("CVE-2031-1001", "Quillon Tomara 64.")),
    )
    hospital.assess()
    watch(hospital.view(), "Tomara 64", maker="Quillon", because="no CPE name yet")
    hospital.clock.pass_days(1)
    return hospital


def given(hospital: Hospital, *documents: bytes) -> Hospital:
    hospital.receive(*documents)
    hospital.assess()
    return hospital


def test_a_record_without_a_product_counts_by_its_words_whole_and_in_any_case(watching: Hospital) -> None:
    given(
        watching,
        nvd(
            described("CVE-2031-1002", "The TOMARA-64 by Quillon, in all versions, accepts commands."),
            described("CVE-2031-1003", "Quillon Tomara 640 is meant, not the other."),
            described("CVE-2031-1004", "A Tomara by Quillon, and 63 others."),
            described("CVE-2031-1005", "Tomara 64"),
        ),
    )
    (one,) = notices(watching.view())
    assert (one.subject, one.matched) == ("CVE-2031-1002", "all of its words: quillon tomara 64")
    assert (one.document, one.place) == ("paper-0", "vulnerabilities[0]")


def test_what_came_before_the_watch_is_not_told(watching: Hospital) -> None:
    watching.assess()
    assert about(watching) == []


def test_an_advisory_counts_by_the_rules_for_names(watching: Hospital) -> None:
    given(
        watching, publishers.csaf("known_affected", product="Tomara 64 CT System", note="", title="Commands")
    )
    (one,) = notices(watching.view())
    assert one.subject == "QM-1"
    assert one.matched.startswith(("its name, by", "all of its words"))
    slip = publishers.csaf("known_affected", product="Tomarra 64", note="", title="Commands", name="QM-2")
    given(watching, slip)
    assert next((n.subject, n.matched) for n in notices(watching.view())) == (
        "QM-2",
        "its name, by slip (confidence 0.80)",
    )


def test_what_was_seen_is_told_no_more_and_a_revision_is_new(watching: Hospital) -> None:
    said = nvd(described("CVE-2031-1002", "Quillon Tomara 64 accepts commands."))
    given(watching, said, publishers.csaf("known_affected", name="QM-1"))
    assert sorted(about(watching)) == ["CVE-2031-1002", "QM-1"]
    assert len(see(watching.view(), watches(watching.view())[0].watch_id)) == 2
    assert about(watching) == []
    again = json.loads(said)
    again["vulnerabilities"][0]["cve"]["lastModified"] = "2026-10-09T00:00:00.000"
    given(watching, json.dumps(again).encode())
    assert about(watching) == []
    given(
        watching, publishers.csaf("known_affected", name="QM-1").replace(b'"version": "1"', b'"version": "2"')
    )
    assert about(watching) == ["QM-1"]


def test_own_words_outweigh_those_of_the_model(hospital: Hospital) -> None:
    watch(hospital.view(), "Tomara 64", words="tomara pixel-service")
    hospital.clock.pass_days(1)
    given(
        hospital,
        fleet({"model": "Pellar 5", "manufacturer": "Tessaly"}),
        nvd(
            described("CVE-2031-1002", "The Tomara's pixel service is open."),
            described("CVE-2031-1003", "The Tomara pixels."),
        ),
    )
    assert about(hospital) == ["CVE-2031-1002"]


def test_a_watch_has_an_owner_a_reason_and_an_end_and_history_keeps_all(watching: Hospital) -> None:
    (one,) = watches(watching.view())
    assert (one.owner, one.because) == (watching.house.person, "no CPE name yet")
    with pytest.raises(UsageError, match="watched already"):
        watch(watching.view(), "tomara 64", maker="quillon")
    unwatch(watching.view(), one.watch_id)
    given(watching, nvd(described("CVE-2031-1002", "Quillon Tomara 64.")))
    assert (watches(watching.view()), about(watching)) == ([], [])
    with pytest.raises(NotFoundError, match="--list"):
        unwatch(watching.view(), one.watch_id)
    entries, total = watching.house.register.history(one.watch_id, limit=10, offset=0)
    assert (total, [entry.table for entry in entries]) == (2, ["watch", "watch"])


def test_a_model_that_is_watched_by_two_makers_is_named_by_its_id(watching: Hospital) -> None:
    (first,) = watches(watching.view())
    second = watch(watching.view(), "Tomara 64", maker="Tessaly")
    with pytest.raises(AmbiguousError, match=second.watch_id):
        unwatch(watching.view(), "Tomara 64")
    assert unwatch(watching.view(), second.watch_id) == second
    assert unwatch(watching.view(), "Tomara 64") == first


@pytest.mark.parametrize(
    "words", ["", "a 1 2", "one two three four five six seven eight nine ten eleven twelve thirteen"]
)
def test_words_that_would_find_everything_or_nothing_are_refused(hospital: Hospital, words: str) -> None:
    with pytest.raises(UsageError):
        watch(hospital.view(), "" if not words else "X", words=words)


@pytest.mark.corpus
def test_real_advisories_of_a_watched_maker_are_told(hospital: Hospital, corpus: Path) -> None:
    watch(hospital.view(), "Vue PACS", maker="Philips")
    hospital.clock.pass_days(1)
    given(hospital, *(path.read_bytes() for path in sorted((corpus / "csaf" / "cisa-icsma").glob("*.json"))))
    assert about(hospital) == ["ICSMA-21-187-01"]
