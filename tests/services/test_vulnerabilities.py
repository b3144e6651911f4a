# SPDX-License-Identifier: Apache-2.0
"""The vulnerability across publishers: one id, one finding, whose word counts, and what each of them says."""

import json
from typing import Any

import pytest

from leadglass.errors import NotFoundError, UnreadableError
from leadglass.risk.policies import shipped
from leadglass.services.ledger.explain import explain
from leadglass.services.ledger.rebuild import rebuild
from leadglass.services.ledger.show import show
from tests import publishers
from tests.hospital import Hospital, any_of, bom, criterion, epss, fleet, kev, nvd, record

CVE, OTHER = "CVE-2031-41001", "CVE-2031-41002"
GHSA, PYSEC = "GHSA-aaaa-bbbb-cccc", "PYSEC-2031-7"
SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5", "asset_tag": "CT-1"}
CODEC = {"name": "tomara-codec", "version": "1.3", "purl": "pkg:pypi/tomara-codec@1.3",
         "cpe": "cpe:2.3:a:quillon:tomara-codec:1.3:*:*:*:*:*:*:*"}  # fmt: skip
VIEWER = {"name": "tomara-viewer", "version": "4.0", "purl": "pkg:pypi/tomara-viewer@4.0"}
FLEET = (fleet(SCANNER), bom("Tomara 64", "1.5", [CODEC, VIEWER]))
LOW, MIDDLE, HIGH = (
    "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N",
    "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N",
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
)


def of_nvd(name: str = CVE, before: str = "1.4", **more: Any) -> bytes:
    return nvd(
        record(name, any_of(criterion("a:quillon:tomara-codec:*", versionEndExcluding=before)), **more)
    )


def osv(
    name: str, *aliases: str, fixed: str = "1.4", package: str = "tomara-codec", modified: str = "2026-10-05", **more: Any
) -> bytes:  # fmt: skip
    """An OSV record about a package."""
    return json.dumps(
        {
            "schema_version": "1.7.0", "id": name, "modified": f"{modified}T00:00:00Z", "published": "2026-09-20T00:00:00Z",
            "aliases": list(aliases), "summary": "A crafted image stops it", "severity": [{"type": "CVSS_V3", "score": MIDDLE}],
            "affected": [{"package": {"ecosystem": "PyPI", "name": package},
                          "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]}],
            **more,
        }
    ).encode()  # fmt: skip


def cve(*, vector: str = LOW, point: str = "", marked: bool = False, state: str = "PUBLISHED", day: str = "2026-10-20",
        name: str = CVE, tags: tuple[str, ...] = ()) -> bytes:  # fmt: skip
    """A CVE record with what CISA's ADP adds."""
    ssvc = {
        "other": {"type": "ssvc", "content": {"options": [{"Exploitation": point}, {"Automatable": "no"}]}}
    }
    listed = {"other": {"type": "kev", "content": {"dateAdded": day}}}
    affected = {
        "vendor": "quillon", "product": "tomara-codec", "cpes": ["cpe:2.3:a:quillon:tomara-codec:*:*:*:*:*:*:*:*"],
        "defaultStatus": "unaffected", "versions": [{"version": "1.0", "lessThan": "1.2", "versionType": "custom", "status": "affected"}],
    }  # fmt: skip
    cna = {
        "providerMetadata": {"shortName": "quillon"}, "descriptions": [{"lang": "en", "value": "As the maker says."}],
        "metrics": [{"cvssV3_1": {"version": "3.1", "vectorString": vector}}], "affected": [affected], "tags": list(tags),
    }  # fmt: skip
    if state == "REJECTED":
        cna = {
            "providerMetadata": {"shortName": "quillon"},
            "rejectedReasons": [{"lang": "en", "value": "A duplicate."}],
        }
    adp = {"providerMetadata": {"shortName": "CISA-ADP"}, "metrics": [ssvc] * bool(point) + [listed] * marked}
    return json.dumps(
        {
            "dataType": "CVE_RECORD", "dataVersion": "5.1",
            "cveMetadata": {"cveId": name, "assignerShortName": "quillon", "state": state,
                            "datePublished": "2026-09-02T00:00:00Z", "dateUpdated": f"{day}T00:00:00Z"},
            "containers": {"cna": cna, "adp": [adp]},
        }
    ).encode()  # fmt: skip


def given(hospital: Hospital, *documents: bytes) -> Hospital:
    for told in hospital.receive(*documents):
        assert told.taken, told.remarks
    hospital.assess()
    return hospital


def listed(hospital: Hospital, **wanted: Any) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in hospital.list("vulnerabilities", **wanted)}


def findings(hospital: Hospital) -> set[tuple[str, str, str]]:
    return {
        (row["vulnerability"], row["component"], row["status"])
        for row in hospital.list("findings") if row["vulnerability"]
    }  # fmt: skip


# One id.


def test_records_of_two_databases_about_one_component_are_one_finding(hospital: Hospital) -> None:
    given(hospital, *FLEET, of_nvd(), osv(GHSA, CVE), osv(PYSEC, GHSA))
    assert findings(hospital) == {(CVE, "tomara-codec", "affected")}
    (row,) = listed(hospital).values()
    assert (row["id"], row["aliases"], row["affected"]) == (CVE, [GHSA, PYSEC], 1)
    assert {(source["kind"], source["name"]) for source in row["sources"]} == {
        ("nvd", CVE), ("ghsa", GHSA), ("osv", PYSEC),
    }  # fmt: skip
    assert rebuild(hospital.house).differing == ()


def test_aliases_that_come_later_bring_two_findings_together(hospital: Hospital) -> None:
    given(hospital, *FLEET, of_nvd(), osv(PYSEC))
    assert set(listed(hospital)) == {CVE, PYSEC}
    given(hospital, osv(GHSA, CVE, PYSEC))
    assert set(listed(hospital)) == {CVE}


def test_another_component_of_the_same_vulnerability_is_a_finding_of_its_own(hospital: Hospital) -> None:
    given(hospital, *FLEET, of_nvd(), osv(GHSA, CVE, package="tomara-viewer", fixed="5.0"))
    assert findings(hospital) == {(CVE, "tomara-codec", "affected"), (CVE, "tomara-viewer", "affected")}


def test_upstream_and_related_ids_are_no_aliases(hospital: Hospital) -> None:
    given(hospital, *FLEET, of_nvd(), osv("DEBIAN-1", upstream=[CVE], related=[CVE]))
    assert set(listed(hospital)) == {CVE, "DEBIAN-1"}


def test_a_name_of_two_cve_ids_stays_by_itself_and_hears_of_the_exploitation_of_both(
    hospital: Hospital,
) -> None:
    given(hospital, *FLEET, of_nvd(CVE), of_nvd(OTHER), osv(GHSA, CVE, OTHER), kev(OTHER))
    rows = listed(hospital)
    assert {name: (row["covers"], row["part_of"]) for name, row in rows.items()} == {
        CVE: ([], [GHSA]), OTHER: ([], [GHSA]), GHSA: ([CVE, OTHER], []),
    }  # fmt: skip
    assert {name: row["exploitation"] for name, row in rows.items()} == {
        CVE: "none",
        OTHER: "active",
        GHSA: "active",
    }


def test_a_statement_under_another_name_silences_once_its_publisher_is_trusted(hospital: Hospital) -> None:
    vex = publishers.openvex("not_affected", "pkg:pypi/tomara-codec@1.3", vulnerability=GHSA)
    given(hospital, *FLEET, of_nvd(), osv(GHSA, CVE), vex)
    assert findings(hospital) == {(CVE, "tomara-codec", "affected")}
    (question,) = [one for one in hospital.list("questions") if one["kind"] == "trust"]
    hospital.answer(question["id"], "yes")
    hospital.assess()
    (said,) = hospital.list("statements", status="not_affected")
    assert (said["vulnerability"], said["stated_as"]) == (CVE, GHSA)
    assert findings(hospital) == {(CVE, "tomara-codec", "not_affected")}


def test_another_publishers_affected_about_the_component_contradicts_it_all_the_same(
    hospital: Hospital,
) -> None:
    package = "pkg:pypi/tomara-codec@1.3"
    quiet = publishers.openvex("not_affected", package, vulnerability=GHSA)
    against = publishers.openvex("affected", package, vulnerability=CVE, author="A CERT")
    given(hospital, *FLEET, of_nvd(), osv(GHSA, CVE), quiet, against)
    (question,) = [one for one in hospital.list("questions") if one["kind"] == "trust"]
    hospital.answer(question["id"], "yes")
    hospital.assess()
    (said,) = hospital.list("statements", status="not_affected")
    assert said["outcome"] == "not applied: A CERT says that it is affected"
    assert findings(hospital) == {(CVE, "tomara-codec", "affected")}


def test_any_name_finds_it(hospital: Hospital) -> None:
    given(hospital, *FLEET, of_nvd(), osv(GHSA, CVE), osv(PYSEC, GHSA))
    for name in (CVE, GHSA, GHSA.lower(), PYSEC):
        assert {row["vulnerability"] for row in hospital.list("findings", vulnerability=name)} == {CVE}, name
        assert set(listed(hospital, id=name)) == {CVE}, name
        kind, fields, _ = show(hospital.view(), name)
        assert (kind, fields["id"]) == ("vulnerability", CVE), name


def test_what_no_document_names_is_not_found(hospital: Hospital) -> None:
    given(hospital, *FLEET, of_nvd())
    with pytest.raises(NotFoundError, match="No document at hand"):
        show(hospital.view(), "CVE-1999-0001")
    with pytest.raises(NotFoundError, match="Nothing is called"):
        show(hospital.view(), "GHSA-nope")


# What was taken back.


def test_a_record_that_was_withdrawn_later_matches_nothing_and_is_marked(hospital: Hospital) -> None:
    given(hospital, *FLEET, osv(GHSA))
    assert findings(hospital) == {(GHSA, "tomara-codec", "affected")}
    given(hospital, osv(GHSA, modified="2026-10-06", withdrawn="2026-10-06T00:00:00Z"))
    assert findings(hospital) == set()
    assert {row["outcome"] for row in hospital.list("statements")} == {
        "not applied: the record was withdrawn"
    }
    assert {name: row["state"] for name, row in listed(hospital, all=True).items()} == {GHSA: "withdrawn"}


def test_an_alias_that_a_record_took_back_joins_nothing_any_more(hospital: Hospital) -> None:
    given(hospital, *FLEET, osv(GHSA, CVE), of_nvd())
    assert set(listed(hospital, all=True)) == {CVE}
    given(hospital, osv(GHSA, modified="2026-10-06"))
    assert set(listed(hospital, all=True)) == {CVE, GHSA}


def test_an_older_version_of_a_record_does_not_count(hospital: Hospital) -> None:
    both = osv(GHSA, fixed="1.2", modified="2026-10-07") + b"\n" + osv("OSV-9", package="else")
    given(hospital, *FLEET, osv(GHSA), both)
    assert findings(hospital) == set()
    outcomes = {row["outcome"] for row in hospital.list("statements")}
    assert "not applied: a newer version of this record was received" in outcomes


def test_a_cve_record_that_was_rejected_later_matches_nothing(hospital: Hospital) -> None:
    maker = cve().replace(b'"lessThan": "1.2"', b'"lessThan": "1.4"')
    given(hospital, *FLEET, maker)
    assert findings(hospital) == {(CVE, "tomara-codec", "affected")}
    given(hospital, cve(state="REJECTED", day="2026-10-25"))
    assert findings(hospital) == set()
    assert listed(hospital, all=True)[CVE]["state"] == "rejected"


def test_a_withdrawn_record_joins_no_names_and_is_still_found_by_its_own(hospital: Hospital) -> None:
    gone = osv(GHSA, CVE, PYSEC, withdrawn="2026-10-06T00:00:00Z")
    given(hospital, *FLEET, of_nvd(), gone, osv(PYSEC))
    assert set(listed(hospital)) == {CVE, PYSEC}
    assert show(hospital.view(), GHSA)[1]["id"] == CVE


@pytest.mark.parametrize("tagged", ["nvd", "cna"])
def test_a_disputed_record_is_marked_and_still_matches(hospital: Hospital, tagged: str) -> None:
    one = json.loads(of_nvd())
    if tagged == "nvd":
        one["vulnerabilities"][0]["cve"]["cveTags"] = [{"sourceIdentifier": "x", "tags": ["disputed"]}]
    given(hospital, *FLEET, json.dumps(one).encode(), cve(tags=("disputed",) if tagged == "cna" else ()))
    assert findings(hospital) == {(CVE, "tomara-codec", "affected")}
    assert listed(hospital)[CVE]["state"] == "disputed"


def test_nvd_rejects_and_a_database_still_speaks(hospital: Hospital) -> None:
    given(hospital, *FLEET, of_nvd(state="Rejected"), osv(GHSA, CVE))
    assert findings(hospital) == {(CVE, "tomara-codec", "affected")}
    assert listed(hospital)[CVE]["state"] == "rejected"
    assert any("rejected" in one for one in show(hospital.view(), CVE)[1]["differences"])


# Whose word counts.


def own(hospital: Hospital, first: str) -> None:
    """Put one kind of source first in the order of severity, as a site's own table."""
    text = shipped("trust.toml")
    line = next(one for one in text.splitlines() if one.startswith("severity"))
    kinds = json.loads(line.partition("=")[2])
    kinds.insert(0, kinds.pop(kinds.index(first)))
    hospital.house = type(hospital.house)(
        **{name: getattr(hospital.house, name) for name in hospital.house.__slots__}
        | {"policies": {"trust.toml": text.replace(line, f"severity = {json.dumps(kinds)}")}}
    )


@pytest.mark.parametrize(("first", "score"), [("nvd", 9.8), ("cna", 1.8), ("ghsa", 5.5), ("adp", 9.8)])
def test_the_order_of_trust_says_whose_score_counts(hospital: Hospital, first: str, score: float) -> None:
    own(hospital, first)
    given(hospital, *FLEET, of_nvd(vector=HIGH), cve(), osv(GHSA, CVE))
    row = listed(hospital)[CVE]
    by = first if first != "adp" else "nvd"  # it scores nothing here, and is passed over
    assert (row["cvss"], row["scored_by"]) == (score, by)
    (finding,) = hospital.list("findings", vulnerability=CVE)
    assert finding["risk"]["cvss"] == score
    said = {one["kind"]: one for one in show(hospital.view(), CVE)[2]["said"][1]}
    assert {kind for kind, one in said.items() if "score" in one["counts"]} == {by}
    assert {kind: one["score"] for kind, one in said.items()} == {"nvd": 9.8, "cna": 1.8, "ghsa": 5.5}


def test_what_nvd_carries_of_a_cna_counts_behind_its_own(hospital: Hospital) -> None:
    one = json.loads(of_nvd(vector=MIDDLE))
    newer = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
    one["vulnerabilities"][0]["cve"]["metrics"]["cvssMetricV40"] = [
        {"source": "psirt@quillon.example", "type": "Secondary", "cvssData": {"vectorString": newer}}
    ]
    given(hospital, *FLEET, json.dumps(one).encode())
    assert (listed(hospital)[CVE]["vector"], listed(hospital)[CVE]["scored_by"]) == (MIDDLE, "nvd")
    del one["vulnerabilities"][0]["cve"]["metrics"]["cvssMetricV31"]
    one["vulnerabilities"][0]["cve"]["lastModified"] = "2026-10-09T00:00:00.000"
    other = Hospital(hospital.home.with_name("other"))
    given(other, *FLEET, json.dumps(one).encode())
    assert (listed(other)[CVE]["vector"], listed(other)[CVE]["scored_by"]) == (newer, "cna")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('severity = ["nvd", ', "severity = ["), "names each kind of source once"),
        (('severity = ["nvd", ', 'severity = ["nvd", "nvd", '), "names each kind of source once"),
        (('severity = ["nvd", ', 'severity = ["ndv", '), "names each kind of source once"),
        (("dates = ", "days = "), "'days' is no kind of statement"),
        (("severity = [", "severity = "), "policies/trust.toml: "),
    ],
)
def test_an_order_that_leaves_somebody_out_is_refused(
    hospital: Hospital, change: tuple[str, str], says: str
) -> None:
    hospital.receive(*FLEET, of_nvd())
    own(hospital, "nvd")
    text = hospital.house.policies["trust.toml"]
    assert change[0] in text
    hospital.house.policies["trust.toml"] = text.replace(*change)
    with pytest.raises(UnreadableError, match=says):
        hospital.assess()


def test_sources_stand_side_by_side_and_say_where_they_differ(hospital: Hospital) -> None:
    given(hospital, *FLEET, of_nvd(vector=HIGH), cve(), osv(GHSA, CVE))
    _, fields, related = show(hospital.view(), CVE)
    ranges = {(one["kind"], one["versions"], one["here"], one["counts"]) for one in related["ranges"][1]}
    assert ranges == {
        ("nvd", "< 1.4", "affected", True), ("ghsa", "< 1.4", "affected", False),
        ("cna", "< 1.0 or >= 1.2", "not affected", False),
    }  # fmt: skip
    scores, about = fields["differences"]
    assert scores == "Scores differ: NVD 9.8 (CVSS 3.1), quillon (CNA) 1.8 (CVSS 3.1), GHSA 5.5 (CVSS 3.1)."
    assert about.startswith("They differ about tomara-codec 1.3: ")
    assert fields["order"][0] == "Score: NVD; nvd is 1 of 8 in 'severity'."
    assert fields["trust"] == "Leadglass order of trust 2026.1"
    (finding,) = hospital.list("findings", vulnerability=CVE)
    told = [step.text for step in explain(hospital.view(), finding["id"])[1]]
    assert scores in told
    assert any("9.8 critical (CVSS 3.1); counts for score" in text for text in told)


# Exploitation: the highest counts.


# Each vulnerability with what documents say of it, and what follows
_POINT = "SSVC point Exploitation of CISA-ADP"
SAID: dict[str, tuple[tuple[bytes, ...], str, str]] = {
    name: (documents(name), value, why)
    for name, documents, value, why in (
        ("CVE-2031-41010", lambda _: (), "none", "no source at hand knows of an exploit"),
        ("CVE-2031-41011", lambda one: (cve(name=one, point="none"),), "none", f"{_POINT}: none"),
        ("CVE-2031-41012", lambda one: (cve(name=one, point="poc"),), "public poc", f"{_POINT}: public poc"),
        ("CVE-2031-41013", lambda one: (cve(name=one, point="active"),), "active", f"{_POINT}: active"),
        ("CVE-2031-41014", lambda one: (cve(name=one, marked=True),), "active", "CISA-ADP marks it as exploited"),
        ("CVE-2031-41015", lambda one: (kev(one), cve(name=one, point="none")), "active", "CISA's KEV lists it since 2026-10-20"),
        ("CVE-2031-41016", lambda one: (epss(CVE_2031_41016=0.7, CVE_2031_41017=0.7), cve(name=one, point="none")), "public poc",
         "EPSS 0.70: from 0.5 on it counts like a public exploit"),
        ("CVE-2031-41017", lambda one: (cve(name=one, point="active"),), "active", f"{_POINT}: active"),
        ("CVE-2031-41018", lambda one: (cve(name=one, point="active"), cve(name=one, point="none", day="2026-10-22")), "none",
         f"{_POINT}: none"),
    )
}  # fmt: skip


def test_exploitation_is_the_highest_that_any_source_says(hospital: Hospital) -> None:
    criteria = any_of(criterion("a:quillon:tomara-codec:*", versionEndExcluding="1.4"))
    feed = nvd(*(record(name, criteria) for name in SAID))
    given(hospital, *FLEET, feed, *(raw for documents, _, _ in SAID.values() for raw in documents))
    rows = listed(hospital)
    found = {row["vulnerability"]: row for row in hospital.list("findings") if row["vulnerability"]}
    assert found.keys() == SAID.keys()
    for name, (_, value, why) in SAID.items():
        assert (rows[name]["exploitation"], rows[name]["exploitation_why"]) == (value, why), name
        assert found[name]["risk"]["why"].startswith(f"exploitation {value},"), name
        assert any(step.text == f"{value}: {why}" for step in explain(hospital.view(), found[name]["id"])[1])


def test_clocks_count_from_the_day_on_which_the_mark_came(hospital: Hospital) -> None:
    given(hospital, *FLEET, of_nvd())
    hospital.clock.pass_days(30)
    given(hospital, cve(marked=True))
    (action,) = [row for row in hospital.list("actions") if row["deed"] == "contain"]
    assert action["due_triage"] >= hospital.clock().date()


# The listing.


def test_all_lists_what_no_device_has_and_weighs_it_the_same(hospital: Hospital) -> None:
    far = nvd(record(OTHER, any_of(criterion("a:else:where:*")), vector=MIDDLE))
    given(
        hospital,
        *FLEET,
        of_nvd(),
        far,
        kev("CVE-2031-41003"),
        epss(CVE_2031_41004=0.2),
        cve(name=OTHER, point="active"),
    )
    assert set(listed(hospital)) == {CVE}
    rows = listed(hospital, all=True)
    assert next(iter(rows)) == CVE
    assert set(rows) == {CVE, OTHER, "CVE-2031-41003", "CVE-2031-41004"}
    assert (rows[OTHER]["cvss"], rows[OTHER]["exploitation"], rows[OTHER]["affected"]) == (5.5, "active", 0)
    assert rows["CVE-2031-41003"]["known_exploited"].isoformat() == "2026-10-20"
    assert rows["CVE-2031-41004"]["epss"] == 0.2


def test_devices_are_counted_once_each_by_their_gravest_finding(hospital: Hospital) -> None:
    other = {**SCANNER, "asset_tag": "CT-2", "software_version": ""}
    given(
        hospital,
        fleet(SCANNER, other),
        FLEET[1],
        of_nvd(),
        osv(GHSA, CVE, package="tomara-viewer", fixed="5.0"),
    )
    row = listed(hospital)[CVE]
    assert (row["affected"], row["unknown"], row["not_affected"], row["fixed"]) == (1, 1, 0, 0)
    assert listed(hospital, device="CT-2")[CVE]["affected"] == 0
    assert listed(hospital, text="crafted image")
    assert not listed(hospital, text="no such words")
    assert not listed(hospital, product="Pellar")


def test_one_listed_thing_that_a_record_knows_as_two_products_is_told_once(hospital: Hospital) -> None:
    both = record(
        "CVE-2031-0777",
        any_of(
            criterion("a:haxx:curl:*", versionEndExcluding="8.21.0"),
            criterion("a:haxx:libcurl:*", versionEndExcluding="8.21.0"),
        ),
    )
    one = record("CVE-2031-0778", any_of(criterion("a:haxx:libcurl:*", versionEndExcluding="8.21.0")))
    hospital.receive(fleet(SCANNER), bom("Tomara 64", "1.5", [{"name": "curl", "version": "7.88.1"}]))
    hospital.receive(nvd(both, one))
    hospital.assess()
    found = {(row["vulnerability"], row["rule"]) for row in hospital.list("findings", kind="vulnerability")}
    assert found == {
        ("CVE-2031-0777", "a:haxx:curl < 8.21.0"),
        ("CVE-2031-0778", "a:haxx:libcurl < 8.21.0"),
    }


def test_what_words_alone_name_is_no_component_that_nothing_names(hospital: Hospital) -> None:
    parts = [{"name": "frobnicator suite", "version": "4.0"}, {"name": "quibbler engine", "version": "1.0"}]
    hospital.receive(fleet(SCANNER), bom("Tomara 64", "1.5", parts))
    worded = record("CVE-2031-0779")
    worded["cve"]["descriptions"][0]["value"] = "Frobnicator Suite stops at a crafted image."
    hospital.receive(nvd(worded))
    hospital.assess()
    assert [row["name"] for row in hospital.list("components", unnamed=True)] == ["quibbler engine"]
