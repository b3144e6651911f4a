# SPDX-License-Identifier: Apache-2.0
"""A distribution's own data settles what a record of an upstream version leaves open: whether it repaired a package."""

import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from leadglass.services.ledger import receive
from leadglass.services.ledger.explain import explain
from leadglass.services.ledger.rebuild import rebuild
from leadglass.services.ledger.show import show
from tests import publishers
from tests.hospital import Hospital, any_of, bom, criterion, fleet, nvd, record

# As we know Debian's tracker and NVD: CVE-2023-0286 is repaired in openssl 3.0.8-1 (bookworm), 1.1.1n-0+deb11u4 (bullseye)
CVE = "CVE-2023-0286"
FEED = nvd(
    record(
        CVE,
        any_of(criterion("a:openssl:openssl:*", versionStartIncluding="3.0.0", versionEndExcluding="3.0.8")),
    )
)
DAY = "2026-10-01T00:00:00Z"
SCANNER = {"manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5", "asset_tag": "CT-1"}
OTHER = {**SCANNER, "asset_tag": "XA-1", "model": "Pellar 5"}


def affected(
    ecosystem: str, *, fixed: str = "", introduced: str = "0", name: str = "openssl", **more: Any
) -> dict[str, Any]:
    events = [{"introduced": introduced}, *([{"fixed": fixed}] if fixed else [])]
    return {
        "package": {"ecosystem": ecosystem, "name": name},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
        **more,
    }


def osv(
    *products: dict[str, Any], name: str = f"DEBIAN-{CVE}", upstream: tuple[str, ...] = (CVE,), **more: Any
) -> bytes:
    return json.dumps(
        {
            "schema_version": "1.7.0",
            "id": name,
            "modified": DAY,
            "upstream": list(upstream),
            "affected": list(products),
            **more,
        }
    ).encode()


def openssl(
    version: str, qualifiers: str = "distro=debian-12", *, kind: str = "deb/debian", name: str = "openssl"
) -> dict[str, str]:
    purl = f"pkg:{kind}/{name}@{version}" + (f"?{qualifiers}" if qualifiers else "")
    return {"name": name, "version": version, "purl": purl}


def given(hospital: Hospital, *documents: bytes) -> Hospital:
    for told in hospital.receive(*documents):
        assert told.taken, told.remarks
    hospital.assess()
    return hospital


def listed(*parts: dict[str, str], model: str = "Tomara 64") -> bytes:
    return bom(model, "1.5", parts)


def trust(hospital: Hospital, value: str = "yes") -> list[dict[str, Any]]:
    asked = [one for one in hospital.list("questions") if one["kind"] == "trust"]
    for one in asked:
        hospital.answer(one["id"], value)
    hospital.assess()
    return asked


def finding(hospital: Hospital) -> dict[str, Any]:
    (row,) = hospital.list("findings", vulnerability=CVE)
    return row


MODELS = ("Tomara 64", "Pellar 65", "Rivena 66", "Nimbra 67", "Meridon 68", "Corvia 69", "Belmat 70")


def one_each(*parts: dict[str, str], said: Sequence[dict[str, str]] = ()) -> tuple[bytes, ...]:
    """A model of its own for each part, and its device: what is said of one says nothing of another.

    `said` is what the inventory says of each device besides.
    """
    models = MODELS[: len(parts)]
    devices = [
        {**SCANNER, "asset_tag": f"CT-{number}", "model": model, **more}
        for number, (model, more) in enumerate(zip(models, said or [{}] * len(parts), strict=True), 64)
    ]
    return fleet(*devices), *(listed(part, model=model) for part, model in zip(parts, models, strict=True))


def told(hospital: Hospital) -> list[tuple[str, str]]:
    """Status of the findings, and what is missing, in the order of the devices."""
    rows = sorted(hospital.list("findings", vulnerability=CVE), key=lambda row: str(row["device"]))
    return [(row["status"], row["missing"]) for row in rows]


DEBIAN = osv(affected("Debian:11", fixed="1.1.1n-0+deb11u4"), affected("Debian:12", fixed="3.0.8-1"))


def test_without_the_distributions_data_a_record_leaves_its_package_in_doubt(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER), listed(openssl("3.0.7-1")), FEED)
    assert (finding(hospital)["status"], finding(hospital)["missing"]) == (
        "unknown",
        "whether the distribution repaired it",
    )
    assert finding(hospital)["why"].endswith("No data of Debian 12 is at hand: receive its records of OSV.")


def debian(version: str) -> dict[str, str]:
    """An operating system that a list of software names."""
    return {"type": "operating-system", "name": "debian", "version": version}


# One package of Debian on devices that tell its release in different ways, or do not
OF_DEBIAN = {
    "by the package": (SCANNER, listed(openssl("3.0.7-1"))),
    "by the list": (
        {**SCANNER, "asset_tag": "CT-2", "model": "Pellar 5", "os": "Debian 11"},
        listed(openssl("3.0.7-1", ""), debian("12"), model="Pellar 5"),
    ),
    "by the device": (
        {**SCANNER, "asset_tag": "CT-3", "model": "Rivena 7", "os": "Debian GNU/Linux 12 (bookworm)"},
        listed(openssl("3.0.7-1", ""), model="Rivena 7"),
    ),
    "by two systems": (
        {**SCANNER, "asset_tag": "CT-4", "model": "Nimbra 9", "os": "Debian 12"},
        listed(openssl("3.0.7-1", ""), debian("11"), debian("12"), model="Nimbra 9"),
    ),
    "by nobody": (
        {**SCANNER, "asset_tag": "CT-5", "model": "Corvia 8"},
        listed(openssl("3.0.7-1", ""), model="Corvia 8"),
    ),
}


@pytest.fixture
def of_debian(begin) -> Hospital:
    devices, lists = zip(*OF_DEBIAN.values(), strict=True)
    return begin(given, fleet(*devices), *lists, FEED, DEBIAN)


def on(hospital: Hospital, told: str) -> dict[str, Any]:
    """The finding on the device whose release is told so."""
    (row,) = hospital.list("findings", vulnerability=CVE, device=OF_DEBIAN[told][0]["asset_tag"])
    return row


def test_a_package_below_the_repair_of_its_release_is_affected_without_doubt(of_debian: Hospital) -> None:
    found = on(of_debian, "by the package")
    assert (found["status"], found["missing"]) == ("affected", "")
    assert "openssl of Debian 12 is affected: the repair is in 3.0.8-1, 3.0.7-1 is installed" in found["why"]
    assert not [one for one in of_debian.list("questions") if one["kind"] == "trust"]


def test_a_package_for_which_no_repair_is_there_is_affected(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER), listed(openssl("3.0.7-1")), FEED, osv(affected("Debian:12")))
    assert finding(hospital)["status"] == "affected"


# 3.0.7 is within NVD's range, and yet repaired: this is what a backport is
BACKPORT = osv(affected("Debian:12", fixed="3.0.7-1+deb12u1"))


# The first was not repaired; the last is on a device whose own version nobody states
INSTALLED = ("3.0.7-1", "3.0.7-1+deb12u1", "3.0.7-1+deb12u2", "3.0.7-1+deb12u1+b3", "3.0.7-1+deb12u1")
BACKPORTED = (
    *one_each(
        *(openssl(one.replace("+", "%2B")) for one in INSTALLED),
        said=[{}, {}, {}, {}, {"software_version": ""}],
    ),
    FEED,
    BACKPORT,
)
REPAIRED = ("CT-65", "CT-66", "CT-67")


def silenced(hospital: Hospital) -> None:
    """People trust the distribution's data about what is installed."""
    given(hospital, *BACKPORTED)
    trust(hospital)


def test_a_backport_silences_once_the_distributions_data_is_trusted(begin) -> None:
    hospital = begin(given, *BACKPORTED)
    waiting = [row for row in hospital.list("findings", vulnerability=CVE) if row["device"] in REPAIRED]
    assert [row["status"] for row in waiting] == ["unknown"] * 3
    assert all("waits: trust in the distribution's data missing" in row["why"] for row in waiting)
    (asked,) = trust(hospital)
    assert asked["settles"] == 3
    assert asked["text"].startswith(
        "May Debian's data from a document that names no publisher say which packages"
    )
    repaired = [row for row in hospital.list("findings", vulnerability=CVE) if row["device"] in REPAIRED]
    assert [row["status"] for row in repaired] == ["fixed"] * 3
    assert all("the repair is in 3.0.7-1+deb12u1" in row["why"] for row in repaired)
    assert rebuild(hospital.house).differing == ()


def test_no_means_that_the_doubt_stays(begin) -> None:
    hospital = begin(given, *BACKPORTED)
    trust(hospital, "no")
    assert {hospital.statuses(CVE)[device] for device in REPAIRED} == {"unknown"}


def test_one_answer_about_a_distribution_counts_for_all_models_and_for_no_other_distribution(
    hospital: Hospital,
) -> None:
    ubuntu = openssl("3.0.7-1ubuntu2", "distro=ubuntu-22.04", kind="deb/ubuntu")
    repaired = osv(affected("Ubuntu:22.04:LTS", fixed="3.0.7-1ubuntu1"), name=f"UBUNTU-{CVE}")
    third = {**SCANNER, "asset_tag": "MR-1", "model": "Sura 3"}
    lists = [listed(openssl("3.0.7-1%2Bdeb12u1"), model=model) for model in ("Tomara 64", "Pellar 5")]
    given(
        hospital,
        fleet(SCANNER, OTHER, third),
        *lists,
        listed(ubuntu, model="Sura 3"),
        FEED,
        BACKPORT,
        repaired,
    )
    asked = [one for one in hospital.list("questions") if one["kind"] == "trust"]
    assert {(one["subject"].rpartition("|")[2], one["settles"]) for one in asked} == {
        ("Debian", 2),
        ("Ubuntu", 1),
    }
    hospital.answer(next(one["id"] for one in asked if one["subject"].endswith("Debian")), "yes")
    hospital.assess()
    assert hospital.statuses(CVE) == {"CT-1": "fixed", "XA-1": "fixed", "MR-1": "unknown"}


def test_trust_in_what_one_hands_on_is_none_in_what_another_does(hospital: Hospital) -> None:
    given(hospital, fleet(SCANNER), listed(openssl("3.0.7-1%2Bdeb12u1")), FEED)
    osv_dev = receive.Offered(path="osv", stream=io.BytesIO(BACKPORT))
    assert [told.taken for told in receive.receive(hospital.house, [osv_dev], receive.How(publisher="OSV"))]
    hospital.assess()
    assert {one["subject"] for one in trust(hospital)} == {"Debian's data from OSV|Debian"}
    assert finding(hospital)["status"] == "fixed"
    forged = "CVE-2031-41001"
    record_ = record(forged, any_of(criterion("a:openssl:openssl:*", versionEndExcluding="3.0.8")))
    given(hospital, nvd(record_), osv(affected("Debian:12", fixed="3.0.1-1"), name="X-1", upstream=(forged,)))
    assert hospital.statuses(forged) == {"CT-1": "unknown"}


# Packages of which no record of NVD speaks, and Debian's data
ALONE = (
    openssl("3.0.9-1", ""),
    openssl("3.0.9-1", "distro=debian-13"),
    openssl("3.0.9-1", "distro=sid"),
    openssl("3.0.7-1", "distro=debian-12&upstream=openssl", name="libssl3"),
    openssl("3.0.7-1", name="libssl3"),
    openssl("3.0.7-1", "distro=debian-12&upstream=quillon-tls"),
)


@pytest.fixture
def by_debian_alone(begin) -> Hospital:
    return begin(given, *one_each(*ALONE), DEBIAN)


def test_of_another_release_or_none_nothing_follows(by_debian_alone: Hospital) -> None:
    assert told(by_debian_alone)[:3] == [
        ("unknown", "release of the distribution"),
        ("unknown", "data of Debian 13"),
        ("unknown", "data of Debian sid"),
    ]
    assert not [one for one in by_debian_alone.list("questions") if one["kind"] == "trust"]


def test_a_release_that_nobody_states_is_asked_for_and_the_answer_counts(of_debian: Hospital) -> None:
    assert on(of_debian, "by nobody")["status"] == "unknown"
    asked = [one for one in of_debian.list("questions") if one["kind"] == "system"]
    (ours,) = [one for one in asked if [about["device"] for about in one["about"]] == ["CT-5"]]
    assert "Which release of its operating system" in ours["text"]
    of_debian.answer(ours["id"], "Debian 12")
    of_debian.assess()
    assert on(of_debian, "by nobody")["status"] == "affected"


def test_the_operating_system_of_the_list_tells_the_release(of_debian: Hospital) -> None:
    found = on(of_debian, "by the list")
    assert found["status"] == "affected"
    assert "Debian 12" in found["why"]


def test_the_operating_system_of_the_device_tells_the_release(of_debian: Hospital) -> None:
    assert on(of_debian, "by the device")["status"] == "affected"


def test_two_systems_in_one_list_tell_none(of_debian: Hospital) -> None:
    assert on(of_debian, "by two systems")["status"] == "unknown"


def test_data_of_the_release_that_is_silent_leaves_the_doubt_and_says_so(hospital: Hospital) -> None:
    silent = osv(
        affected("Debian:12", fixed="3.0.9-1"), name="DEBIAN-CVE-2023-2650", upstream=("CVE-2023-2650",)
    )
    given(
        hospital,
        fleet(SCANNER),
        listed(openssl("3.0.7-1", "distro=debian-12&upstream=openssl")),
        FEED,
        silent,
    )
    assert (finding(hospital)["status"], finding(hospital)["missing"]) == (
        "unknown",
        "whether the distribution repaired it",
    )
    assert finding(hospital)["why"].endswith(
        "The data of Debian 12 that is at hand does not speak of it in this package."
    )
    _, steps = explain(hospital.view(), finding(hospital)["id"])
    assert any("does not speak of it" in step.text for step in steps)


def test_a_binary_package_is_spoken_of_by_its_source_where_that_is_stated(by_debian_alone: Hospital) -> None:
    assert by_debian_alone.statuses(CVE)["CT-67"] == "affected"


def test_without_its_source_a_binary_package_of_another_name_is_not_spoken_of(
    by_debian_alone: Hospital,
) -> None:
    assert "CT-68" not in by_debian_alone.statuses(CVE)


def test_a_package_of_another_source_is_not_spoken_of_though_its_name_is_equal(
    by_debian_alone: Hospital,
) -> None:
    assert "CT-69" not in by_debian_alone.statuses(CVE)


def test_an_advisory_speaks_of_every_vulnerability_that_it_repairs(hospital: Hospital) -> None:
    advisory = osv(
        affected("Debian:11", fixed="1.1.1n-0+deb11u4"), name="DSA-5343-1", upstream=(CVE, "CVE-2022-4450")
    )
    given(hospital, fleet(SCANNER), listed(openssl("1.1.1n-0%2Bdeb11u3", "distro=bullseye")), advisory)
    assert {row["vulnerability"]: row["status"] for row in hospital.list("findings", kind="vulnerability")} == {
        CVE: "affected", "CVE-2022-4450": "affected",
    }  # fmt: skip
    _, _, related = show(hospital.view(), "CVE-2022-4450")
    assert {(one["kind"], one["here"]) for one in related["ranges"][1]} == {("osv", "affected")}


def test_where_two_records_of_a_distribution_differ_the_graver_counts(hospital: Hospital) -> None:
    later = osv(affected("Debian:12", fixed="3.0.7-1+deb12u2"), name="DSA-1", modified="2026-09-01T00:00:00Z")
    given(hospital, fleet(SCANNER), listed(openssl("3.0.7-1%2Bdeb12u1")), FEED, BACKPORT, later)
    assert finding(hospital)["status"] == "affected"
    assert not [one for one in hospital.list("questions") if one["kind"] == "trust"], (
        "a yes would silence nothing"
    )


def test_devices_of_one_upstream_version_are_told_apart_by_their_repairs(begin) -> None:
    statuses = begin(silenced).statuses(CVE)
    assert (statuses["CT-64"], statuses["CT-65"]) == ("affected", "fixed")


def test_a_repair_that_follows_from_a_range_offers_no_update(begin) -> None:
    hospital = begin(given, *BACKPORTED)
    (said,) = [
        row for row in hospital.list("statements", vulnerability=CVE) if row["missing"] == "software version"
    ]
    assert said["status"] == "fixed"
    assert hospital.statuses(CVE)["CT-68"] == "unknown"
    assert hospital.list("findings", kind="update") == []


def test_what_is_withdrawn_silences_no_more(begin) -> None:
    hospital = begin(silenced)
    assert hospital.statuses(CVE)["CT-65"] == "fixed"
    stamp = "2026-10-05T00:00:00Z"
    given(hospital, osv(affected("Debian:12", fixed="3.0.7-1+deb12u1"), modified=stamp, withdrawn=stamp))
    assert hospital.statuses(CVE)["CT-65"] == "unknown"


def test_a_version_that_is_not_of_the_release_is_not_judged(hospital: Hospital) -> None:
    given(hospital, *one_each(openssl("3.1.0-1~bpo12%2B1"), openssl("of-october")), DEBIAN)
    assert told(hospital) == [
        ("unknown", "whether this build is of the release"),
        ("unknown", "meaning of the versions"),
    ]


def test_an_epoch_of_the_qualifier_counts(hospital: Hospital) -> None:
    redhat = osv(
        affected("Red Hat:enterprise_linux:9::baseos", fixed="1:3.0.1-47.el9_1"), name="RHSA-2023:0946"
    )
    parts = [
        openssl("3.0.7-24.el9", f"distro={release}&epoch=1", kind="rpm/redhat")
        for release in ("el9", "rhel-9.2")
    ]
    given(hospital, fleet(SCANNER, OTHER), *[listed(part, model=model) for part, model in
          zip(parts, ("Tomara 64", "Pellar 5"), strict=True)], redhat)  # fmt: skip
    assert [row["outcome"] for row in hospital.list("statements")] == [
        "waits: trust in the distribution's data missing"
    ]
    assert hospital.statuses(CVE) == {}


def test_without_an_epoch_beside_versions_that_have_one_nothing_is_sure(hospital: Hospital) -> None:
    redhat = osv(
        affected("Red Hat:enterprise_linux:9::baseos", fixed="1:3.0.1-47.el9_1"), name="RHSA-2023:0946"
    )
    given(hospital, fleet(SCANNER), listed(openssl("3.0.7-24.el9", "distro=el9", kind="rpm/redhat")), redhat)
    assert (finding(hospital)["status"], finding(hospital)["missing"]) == ("unknown", "epoch of the package")


def test_module_streams_are_not_held_against_each_other(hospital: Hospital) -> None:
    modules = ("1:18.14.2-2.module%2Bel8.7.0%2B18198", "1:16.19.1-1.module%2Bel8.7.0%2B18373")
    redhat = osv(affected("Red Hat:enterprise_linux:8::appstream", fixed="1:16.19.1-1.module+el8.7.0+18373", name="nodejs"),
                 name="RHSA-2023:1582")  # fmt: skip
    parts = [openssl(one, "distro=rhel-8.7", kind="rpm/redhat", name="nodejs") for one in modules]
    given(hospital, *one_each(*parts), redhat)
    assert told(hospital) == [("unknown", "whether this build is of the release")] * 2


def test_alpine_is_judged_in_its_release(hospital: Hospital) -> None:
    alpine = osv(affected("Alpine:v3.17", fixed="3.0.8-r0"), name=f"ALPINE-{CVE}")
    old = openssl("3.0.7-r2", "upstream=openssl&distro=alpine-3.17.2", kind="apk/alpine", name="libssl3")
    new = openssl("3.0.8-r1", "distro=3.17.3", kind="apk/alpine")
    given(hospital, fleet(SCANNER, OTHER), listed(old), listed(new, model="Pellar 5"), alpine)
    assert hospital.statuses(CVE) == {"CT-1": "affected"}


def test_a_record_of_red_hat_in_the_cve_list_is_its_own_data(hospital: Hospital) -> None:
    entry = {
        "vendor": "Red Hat", "product": "Red Hat Enterprise Linux 9", "packageName": "openssl", "defaultStatus": "affected",
        "collectionURL": "https://access.redhat.com/downloads/content/package-browser/",
        "cpes": ["cpe:/o:redhat:enterprise_linux:9::baseos"],
        "versions": [{"version": "1:3.0.1-47.el9_1", "lessThan": "*", "versionType": "rpm", "status": "unaffected"}],
    }  # fmt: skip
    raw = json.dumps(
        {
            "dataType": "CVE_RECORD", "dataVersion": "5.1",
            "cveMetadata": {"cveId": CVE, "assignerOrgId": "53f830b8-0a3f-465b-8143-3b8a9948e749", "assignerShortName": "redhat",
                            "state": "PUBLISHED"},
            "containers": {"cna": {"descriptions": [{"lang": "en", "value": "Invented words."}], "affected": [entry]}},
        }
    ).encode()  # fmt: skip
    old, new = (
        openssl(version, "distro=rhel-9.1&epoch=1", kind="rpm/redhat")
        for version in ("3.0.1-43.el9_0", "3.0.7-6.el9_2")
    )
    upstream = nvd(record(CVE, any_of(criterion("a:openssl:openssl:*", versionEndExcluding="3.0.8"))))
    given(hospital, fleet(SCANNER, OTHER), listed(old), listed(new, model="Pellar 5"), upstream, raw)
    assert hospital.statuses(CVE) == {"CT-1": "affected", "XA-1": "unknown"}
    (asked,) = trust(hospital)
    assert asked["subject"] == "Red Hat's data from redhat|Red Hat"
    assert hospital.statuses(CVE) == {"CT-1": "affected", "XA-1": "not_affected"}


def test_a_makers_word_that_a_package_is_affected_in_its_device_is_not_silenced_by_the_distribution(
    hospital: Hospital,
) -> None:
    name = "libquillon"
    part = openssl("3.0.7-1%2Bdeb12u1", "distro=debian-12&upstream=openssl", name=name)
    tree = publishers.component_of(name, "3.0.7-1+deb12u1", "Tomara 64", "< 2.0")
    tree_of_purl = json.loads(json.dumps(tree).replace(f"pkg:generic/{name}@3.0.7-1+deb12u1", part["purl"]))
    advisory = publishers.csaf("known_affected", tree=tree_of_purl, vulnerability=CVE)
    given(hospital, fleet(SCANNER), listed(part), FEED, advisory, BACKPORT)
    trust(hospital)
    assert hospital.statuses(CVE) == {"CT-1": "affected"}


@pytest.mark.corpus
def test_a_real_list_of_alpine_is_judged_by_what_alpine_says(hospital: Hospital, corpus: Path) -> None:
    """sbom-plugfest's list of Alpine 3.17.2 has libcrypto3 3.0.8-r0, built from openssl; the repairs are as we know Alpine's secfixes."""
    raw = (corpus / "sbom/sbom-plugfest/cdx_json/sbom.alpine.json").read_bytes()
    repaired, open_ = "CVE-2023-0286", "CVE-2023-2650"
    records = [
        osv(affected("Alpine:v3.17", fixed=fixed), name=f"ALPINE-{cve}", upstream=(cve,))
        for cve, fixed in ((repaired, "3.0.8-r0"), (open_, "3.0.9-r0"))
    ]
    given(hospital, fleet({**SCANNER, "sbom": hashlib.sha256(raw).hexdigest()}), raw, *records)
    assert hospital.statuses(open_) == {"CT-1": "affected"}
    assert hospital.statuses(repaired) == {}
    told = {row["outcome"] for row in hospital.list("statements", vulnerability=repaired)}
    assert told == {"waits: trust in the distribution's data missing"}
