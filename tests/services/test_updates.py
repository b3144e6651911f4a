# SPDX-License-Identifier: Apache-2.0
"""Updates that publishers name: available, already installed, or not known with what is missing; and ends of support."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadglass.errors import UsageError
from leadglass.services.ledger.explain import explain
from leadglass.services.ledger.news import news
from leadglass.services.ledger.rebuild import rebuild
from leadglass.values.news import Turn
from tests import publishers
from tests.hospital import Hospital, any_of, bom, criterion, fleet, kev, nvd, record
from tests.publishers import CVE

SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5", "asset_tag": "CT-1"}
SSL = {"name": "openssl", "version": "1.0.2k", "purl": "pkg:generic/openssl@1.0.2k",
       "cpe": "cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"}  # fmt: skip
FIX = "Update to version 2.0 or later."


def offered(text: str = FIX, **said: Any) -> bytes:
    """An advisory of the maker: Tomara 64 below 2.0 is affected, and this is offered against it."""
    return publishers.csaf("known_affected", note=text, **said)


def updates(hospital: Hospital, kind: str = "update") -> dict[str, tuple[str, str]]:
    """Device by asset tag -> status and what is missing of its one update."""
    rows = hospital.list("findings", kind=kind)
    assert len({row["device"] for row in rows}) == len(rows), rows
    return {row["device"]: (row["status"], row["missing"]) for row in rows}


def given(hospital: Hospital, *documents: bytes) -> Hospital:
    hospital.receive(*documents)
    hospital.assess()
    return hospital


def test_an_earlier_version_can_be_updated_a_later_one_has_it_and_an_unstated_one_is_unknown(
    hospital: Hospital,
) -> None:
    later = {**SCANNER, "asset_tag": "CT-2", "software_version": "2.0"}
    silent = {**SCANNER, "asset_tag": "CT-3", "software_version": ""}
    given(hospital, fleet(SCANNER, later, silent), offered())
    assert updates(hospital) == {"CT-1": ("affected", ""), "CT-3": ("unknown", "software version")}


def test_an_update_says_who_offers_it_where_and_what_it_repairs(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER), offered())
    (finding,) = hospital.list("findings", kind="update")
    (advisory,) = hospital.list("sources", kind="advisory")
    assert finding["rule"] == "Quillon PSIRT offers software 2.0 for Quillon Tomara 64 < 2.0"
    assert finding["sources"] == [
        {"sha256": advisory["sha256"], "place": "vulnerabilities[0].remediations[0]"}
    ]
    assert finding["repairs"] == [CVE]
    assert finding["why"].endswith(f"Installed: 1.5. It repairs what is open here: {CVE}.")
    _, steps = explain(hospital.view(), finding["id"])
    assert [(step.title, step.text) for step in steps if step.depth == 1 and step.title == "repairs"] == [
        ("repairs", CVE)
    ]
    (harmed,) = hospital.list("findings", vulnerability=CVE)
    assert harmed["update"] == finding["id"]
    assert harmed["why"].endswith("Update available: software 2.0 repairs it.")
    assert rebuild(hospital.house).differing == ()


def test_an_update_is_found_by_whatever_id_its_document_calls_the_vulnerability(hospital: Hospital) -> None:
    name = "GHSA-aaaa-bbbb-cccc"
    advisory = json.loads(offered())
    (told,) = advisory["vulnerabilities"]
    told["ids"] = [{"system_name": "GitHub", "text": name}]
    del told["cve"]
    alias = json.loads(publishers.osv("tomara-codec")) | {"id": name}
    given(hospital, fleet(SCANNER), json.dumps(advisory).encode(), json.dumps(alias).encode())
    (said,) = hospital.list("statements", state="applied")
    assert (said["vulnerability"], said["stated_as"]) == (CVE, name)
    (finding,) = hospital.list("findings", kind="update")
    assert finding["repairs"] == [CVE]


def test_one_deed_resolves_the_update_and_what_it_repairs(hospital: Hospital) -> None:
    vector = "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
    weak = record(
        "CVE-2031-1",
        any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0")),
        vector=vector,
    )
    other = {**SCANNER, "asset_tag": "CT-2"}
    low = offered(vulnerability="CVE-2031-1").replace(publishers.VECTOR.encode(), vector.encode())
    given(hospital, fleet(SCANNER, other), nvd(weak), low)
    (action,) = (row for row in hospital.list("actions") if row["deed"] != "disclose")
    assert action["deed"] == "update"
    assert (
        action["title"] == "Ask Quillon to install software 2.0 on Quillon Tomara 64: the update is available"
    )
    assert (action["accountable"], len(action["devices"]), len(action["findings"])) == (
        "maker, Quillon",
        2,
        4,
    )


def test_what_has_to_be_contained_names_the_update_and_the_update_stays_the_makers_deed(
    hospital: Hospital,
) -> None:
    given(hospital, fleet({**SCANNER, "servicer": "Ortho Care"}), offered(), kev(CVE))
    contain, install = (row for row in hospital.list("actions") if row["deed"] in {"contain", "service"})
    assert contain["title"].endswith("then have Quillon install software 2.0")
    assert contain["accountable"] == "hospital, clinical engineering"
    assert install["accountable"] == "servicer, Ortho Care"
    assert install["title"].startswith(
        "Have Ortho Care install software 2.0 on Quillon Tomara 64, as Quillon approves it"
    )
    assert (contain["due_remedy"], install["due_remedy"]) == (install["due_remedy"], contain["due_remedy"])
    assert contain["due_remedy"] is not None


def test_a_fixed_version_is_an_update_where_the_vulnerability_is_open(hospital: Hospital) -> None:
    open_ = nvd(record(CVE, any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0"))))
    fixed = publishers.csaf("fixed", versions=">= 2.0", category="csaf_vex", note="")
    hospital.receive(fleet(SCANNER, {**SCANNER, "asset_tag": "CT-2", "software_version": "2.1"}), fixed)
    hospital.assess()
    assert updates(hospital) == {}
    given(hospital, open_)
    assert updates(hospital) == {"CT-1": ("affected", "")}


def test_a_fixed_version_that_is_not_understood_is_unknown(hospital: Hospital) -> None:
    open_ = nvd(record(CVE, any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0"))))
    given(
        hospital,
        fleet(SCANNER),
        open_,
        publishers.csaf("fixed", versions="2.0", category="csaf_vex", note=""),
    )
    assert updates(hospital) == {"CT-1": ("unknown", "meaning of the versions")}


def test_what_names_no_release_is_asked_and_an_answer_settles_it(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER), offered("Quillon has produced updates that are available upon request."))
    assert updates(hospital) == {"CT-1": ("unknown", "release of the update")}
    (question,) = (row for row in hospital.list("questions") if row["kind"] == "release")
    assert question["text"] == "Which release of Quillon Tomara 64 repairs what Quillon PSIRT, QM-1 is about?"
    with pytest.raises(UsageError, match="names no release"):
        hospital.answer(question["id"], "the newest")
    hospital.answer(question["id"], "1.6")
    hospital.assess()
    assert updates(hospital) == {"CT-1": ("affected", "")}
    hospital.answer(question["id"], "none")
    hospital.assess()
    assert updates(hospital) == {}


def test_a_release_to_come_is_noted_and_counts_from_its_day(hospital: Hospital) -> None:
    given(
        hospital,
        fleet(SCANNER),
        offered("Software 2.0, installed by Quillon service from 20 November 2026 on."),
    )
    assert updates(hospital) == {"CT-1": ("under_investigation", "")}
    assert not [row for row in hospital.list("actions") if "available" in row["title"]]
    hospital.clock.pass_days(30)
    given(hospital, kev("CVE-2031-9"))
    assert updates(hospital) == {"CT-1": ("affected", "")}


def test_a_product_in_doubt_makes_an_update_unknown_and_asks(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER), offered(product="Tomara"))
    assert updates(hospital) == {"CT-1": ("unknown", "product identity")}
    (question,) = (row for row in hospital.list("questions") if row["kind"] == "product")
    hospital.answer(question["id"], "yes")
    hospital.assess()
    assert updates(hospital) == {"CT-1": ("affected", "")}


def test_an_update_is_news_and_so_is_its_installation(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER))
    hospital.clock.pass_days(1)
    given(hospital, offered())
    told = news(hospital.view())
    assert [(item.turn, item.device) for item in told.items] == [
        (Turn.AFFECTED, "CT-1"),
        (Turn.UPDATE, "CT-1"),
    ]
    assert "Update available" in told.items[1].why
    hospital.clock.pass_days(1)
    given(hospital, fleet({**SCANNER, "software_version": "2.0"}))
    ended = [item for item in news(hospital.view()).items if not item.vulnerability]
    assert [(item.turn, item.why) for item in ended] == [
        (Turn.REPAIRED, "Quillon Tomara 64 2.0 stands in place of Quillon Tomara 64 1.5.")
    ]


def cycles(*releases: dict[str, Any], name: str = "openssl", cpe: str = "cpe:2.3:a:openssl:openssl") -> bytes:
    """An answer of endoflife.date's API v1."""
    said = {
        "name": name,
        "label": "OpenSSL",
        "identifiers": [{"type": "cpe", "id": cpe}],
        "releases": list(releases),
    }
    return json.dumps({"schema_version": "1.2.0", "result": said}).encode()


def cycle(name: str, latest: str, until: str | None, extended: str | None = None) -> dict[str, Any]:
    return {"name": name, "label": name, "eolFrom": until, "isEol": False, "eoesFrom": extended,
            "latest": {"name": latest, "date": "2026-06-09"}}  # fmt: skip


def test_a_newer_release_of_a_component_is_an_update_that_the_maker_brings(hospital: Hospital) -> None:
    listed = bom("Tomara 64", "1.5", [SSL])
    given(
        hospital,
        fleet(SCANNER),
        listed,
        cycles(cycle("1.0.2", "1.0.2u", "2029-12-31"), cycle("1.0.20", "1.0.20z", None)),
    )
    (finding,) = hospital.list("findings", kind="update")
    assert (finding["component"], finding["status"], finding["repairs"]) == ("openssl", "affected", [])
    (action,) = hospital.list("actions")
    assert (
        action["title"]
        == "Ask Quillon for an approved update of Quillon Tomara 64 that brings OpenSSL 1.0.2u"
    )
    assert action["outcome"] == "defer"


@pytest.mark.parametrize(
    ("until", "extended", "told"),
    [
        ("2025-01-01", None, ("affected", "")),
        ("2027-06-01", None, ("under_investigation", "")),
        ("2029-06-01", None, None),
        ("2025-01-01", "2028-01-01", ("unknown", "whether extended support was bought")),
    ],
)
def test_support_has_ended_ends_soon_goes_on_or_is_not_known(
    hospital: Hospital, until: str, extended: str | None, told: tuple[str, str] | None
) -> None:
    given(
        hospital,
        fleet(SCANNER),
        bom("Tomara 64", "1.5", [SSL]),
        cycles(cycle("1.0.2", "1.0.2k", until, extended)),
    )
    assert updates(hospital) == {}
    assert updates(hospital, "end_of_support") == ({"CT-1": told} if told else {})


def test_a_component_without_a_version_or_a_cycle_is_unknown_not_silent(hospital: Hospital) -> None:
    bare = {
        **SSL,
        "version": "",
        "purl": "pkg:generic/openssl",
        "cpe": "cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*",
    }
    given(
        hospital,
        fleet(SCANNER),
        bom("Tomara 64", "1.5", [bare]),
        cycles(cycle("3.0", "3.0.21", "2029-01-01")),
    )
    assert updates(hospital) == {"CT-1": ("unknown", "version")}
    given(hospital, bom("Tomara 64", "1.5", [SSL], serial="urn:uuid:3f2b8a34-0000-4000-8000-000000000001"))
    assert updates(hospital, "end_of_support") == {"CT-1": ("unknown", "release cycle")}


def test_a_snapshot_is_of_the_day_of_its_newest_document_not_of_the_clock(hospital: Hospital) -> None:
    given(
        hospital,
        fleet(SCANNER),
        bom("Tomara 64", "1.5", [SSL]),
        cycles(cycle("1.0.2", "1.0.2k", "2026-11-20")),
    )
    assert updates(hospital, "end_of_support") == {"CT-1": ("under_investigation", "")}
    hospital.clock.pass_days(60)
    assert rebuild(hospital.house).differing == ()


def test_a_newer_list_of_a_product_takes_the_place_of_the_older_one(hospital: Hospital) -> None:
    given(
        hospital,
        fleet(SCANNER),
        bom("Tomara 64", "1.5", [SSL]),
        cycles(cycle("1.0.2", "1.0.2k", "2020-01-01")),
    )
    assert updates(hospital, "end_of_support") == {"CT-1": ("affected", "")}
    hospital.clock.moment += timedelta(days=1)
    given(hospital, cycles(cycle("1.0.2", "1.0.2k", "2030-01-01")))
    assert updates(hospital, "end_of_support") == {}


def test_as_of_a_day_before_the_advisory_there_is_no_update(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER))
    hospital.clock.pass_days(2)
    given(hospital, offered())
    before = datetime(2026, 11, 3, 12, tzinfo=UTC)
    assert hospital.list("findings", as_of=before, kind="update") == []
