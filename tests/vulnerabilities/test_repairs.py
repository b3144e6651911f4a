# SPDX-License-Identifier: Apache-2.0
"""What distributions say of packages of their releases, judged; and held against what their own programs compare."""

import re
from functools import cmp_to_key
from itertools import pairwise

import pytest
from debian.debian_support import Version

from leadglass.values.vers import Interval
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.distributions import (
    Package,
    Spoken,
    distribution,
    of_collection,
    of_ecosystem,
    of_package,
    of_systems,
    table,
)
from leadglass.vulnerabilities.repairs import BUILD, judge
from leadglass.vulnerabilities.schemes import scheme_of_ecosystem, scheme_of_purl
from leadglass.vulnerabilities.version_texts import Understood
from tests.oracles import alpine
from tests.vulnerabilities.schemes.grammars import GRAMMARS, pairs_of

REBUILT = re.compile(r"\+b\d+\Z")

# Facts of public records as other projects quote them, not fetched from OSV: id, ecosystem, package, version in which it
# is repaired; and versions before and behind, which are ours
FACTS = [
    ("DSA-5343-1", "Debian:11", "openssl", "1.1.1n-0+deb11u4", "1.1.1n-0+deb11u3", "1.1.1w-0+deb11u1"),
    ("DSA-5514-1", "Debian:11", "glibc", "2.31-13+deb11u7", "2.31-13+deb11u6", "2.31-13+deb11u7"),
    ("DSA-5514-1", "Debian:12", "glibc", "2.36-9+deb12u3", "2.36-9+deb12u1", "2.36-9+deb12u10"),
    ("UBUNTU-CVE-2022-1292", "Ubuntu:22.04:LTS", "openssl", "3.0.2-0ubuntu1.5", "3.0.2-0ubuntu1", "3.0.2-0ubuntu1.10"),
    ("UBUNTU-CVE-2022-1292", "Ubuntu:Pro:14.04:LTS", "openssl", "1.0.1f-1ubuntu2.27+esm10", "1.0.1f-1ubuntu2.27",
     "1.0.1f-1ubuntu2.27+esm11"),
    ("RHSA-2025:9978", "Red Hat:enterprise_linux:9::baseos", "sudo", "0:1.9.5p2-10.el9_6.1", "1.9.5p2-10.el9_3", "1.9.5p2-10.el9_6.2"),
    ("RHBA-2019:1992", "Red Hat:enterprise_linux:8::appstream", "cloud-init", "0:18.5-1.el8.4", "18.5-1.el8.3", "18.5-1.el8.10"),
    ("RLSA-2026:66203", "Rocky Linux:9", "python3.12-lxml", "0:4.9.3-2.el9_8.1", "4.9.3-2.el9", "4.9.3-3.el9"),
]  # fmt: skip


def truth(ecosystem, name, version, *intervals, exact=()):
    """The verdict on an installed package of the record's own release."""
    spoken = of_ecosystem(ecosystem, name)
    package = Package(distribution=spoken.distribution, release=spoken.release, name=name, version=version)
    return judge(Understood(intervals=intervals, exact=tuple(exact)), spoken, package)


@pytest.mark.parametrize(("record", "ecosystem", "name", "fixed", "before", "behind"), FACTS)
def test_records_as_they_are_published(record, ecosystem, name, fixed, before, behind):
    told = [
        truth(ecosystem, name, version, Interval(upper=fixed))
        for version in (before, fixed.removeprefix("0:"), behind)
    ]
    assert [(one.judged.value, one.status) for one in told] == [
        (Truth.TRUE, ""),
        (Truth.TRUE, "fixed"),
        (Truth.TRUE, "fixed"),
    ]


def oracle(compare, version, intervals):
    """Literal reading of OSV: within a range affected; else repaired where a range ended before, else not reached."""
    within = [
        compare(version, one.lower) >= 0 and (not one.upper or compare(version, one.upper) < 0)
        for one in intervals
    ]
    ended = [one.upper for one in intervals if one.upper and compare(version, one.upper) >= 0]
    return "" if any(within) else "fixed" if ended else "not_affected"


def by_debian(one, other):
    left, right = Version(one), Version(other)
    return (left > right) - (left < right)


@pytest.mark.parametrize(
    ("ecosystem", "scheme", "compare"),
    [("Debian:12", "dpkg", by_debian), ("Alpine:v3.18", "apk", alpine.compare)],
)
def test_verdicts_are_those_of_the_distributions_own_order(ecosystem, scheme, compare):
    drawn = [*pairs_of(GRAMMARS[scheme], 1_500)]
    seen = set()
    for (one, other), near in pairwise(drawn):
        lower, upper = sorted((one, other), key=cmp_to_key(compare))
        if compare(lower, upper) == 0 or "0" in {one, other}:
            continue
        intervals = (Interval(lower=lower, upper=upper),)
        for installed in (one, other, *near):
            if REBUILT.search(installed) or (":" not in installed and ":" in lower + upper):
                continue  # "+b1" is the same source; an epoch on one side alone is a doubt
            verdict = truth(ecosystem, "x", installed, *intervals)
            if verdict.judged.value is Truth.TRUE:
                assert verdict.status == oracle(compare, installed, intervals), (lower, upper, installed)
                seen.add(verdict.status)
            else:
                assert verdict.judged.missing == BUILD
    assert seen == {"", "fixed", "not_affected"}


@pytest.mark.parametrize(
    ("version", "intervals", "status", "value"),
    [
        ("1.0-1", (Interval(lower="2.0-1", upper="2.0-5"),), "not_affected", Truth.TRUE),
        ("3.0-1", (Interval(upper="2.0-5", upper_included=True),), "not_affected", Truth.TRUE),
        ("1.0-1", (Interval(upper="0"),), "not_affected", Truth.TRUE),
        ("1.0-1", (Interval(lower="2.0-1", upper="1.0-1"),), "", Truth.UNKNOWN),
        ("1.5-1", (Interval(upper="1.0-1"), Interval(lower="2.0-1")), "fixed", Truth.TRUE),
        ("2.5-1", (Interval(upper="1.0-1"), Interval(lower="2.0-1")), "", Truth.TRUE),
    ],
)
def test_what_follows_outside_of_ranges(version, intervals, status, value):
    verdict = truth("Debian:12", "x", version, *intervals)
    assert (verdict.status, verdict.judged.value) == (status, value)


def test_a_list_of_versions_silences_nothing():
    listed = (
        truth("Debian:12", "x", "1.0-1", exact=["1.0-1", "1.0-2"]),
        truth("Debian:12", "x", "1.0-3", exact=["1.0-1"]),
    )
    assert [(one.judged.value, one.status) for one in listed] == [(Truth.TRUE, ""), (Truth.FALSE, "")]


@pytest.mark.parametrize(
    ("purl", "release", "name", "version", "source"),
    [
        ("pkg:deb/debian/openssl@3.0.8-1?arch=amd64&distro=debian-12", "12", "openssl", "3.0.8-1", ""),
        ("pkg:deb/debian/bash@4.3-11%2Bdeb8u1?distro=debian-8.8&epoch=1", "8", "bash", "1:4.3-11+deb8u1", ""),
        ("pkg:deb/debian/x@1?distro=bookworm", "12", "x", "1", ""),
        ("pkg:deb/debian/libgcc-s1@12.2.0-14?upstream=gcc-12%4012.2.0-14", "", "libgcc-s1", "12.2.0-14", "gcc-12"),
        ("pkg:deb/debian/x@1?distro=ubuntu-22.04", "ubuntu-22.04", "x", "1", ""),
        ("pkg:deb/ubuntu/x@1?distro=jammy", "22.04", "x", "1", ""),
        ("pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=3.18.4", "3.18", "musl", "1.2.4-r2", ""),
        ("pkg:apk/alpine/libssl3@3.0.8-r0?upstream=openssl&distro=alpine-3.17.2", "3.17", "libssl3", "3.0.8-r0", "openssl"),
        ("pkg:apk/wolfi/x@1-r0", "rolling", "x", "1-r0", ""),
        ("pkg:rpm/redhat/openssl-libs@3.0.7-24.el9?distro=el9&epoch=1&upstream=openssl-3.0.7-24.el9.src.rpm", "9",
         "openssl-libs", "1:3.0.7-24.el9", "openssl"),
        ("pkg:rpm/rocky-linux/x@1?distro=rocky-linux-9.3", "9", "x", "1", ""),
        ("pkg:rpm/suse/x@1?distro=sles-15.4", "15.4", "x", "1", ""),
        ("pkg:rpm/opensuse/x@1?distro=opensuse-leap-15.5", "15.5", "x", "1", ""),
    ],
)  # fmt: skip
def test_package_urls_tell_release_epoch_and_source(purl, release, name, version, source):
    package = of_package(purl)
    assert (package.release, package.name, package.version, package.source) == (
        release,
        name,
        version,
        source,
    )


@pytest.mark.parametrize(
    "purl", ["pkg:deb/quillon/x@1", "pkg:rpm/fedora/x@1?distro=fedora-40", "pkg:pypi/x@1", "x", "pkg:deb/?@"]
)
def test_what_is_of_no_distribution_of_the_table_is_none(purl):
    assert of_package(purl) is None


@pytest.mark.parametrize(
    ("ecosystem", "release"),
    [
        ("Debian:12", "12"), ("Debian", ""), ("Ubuntu:22.04:LTS", "22.04"), ("Ubuntu:23.10", "23.10"),
        ("Ubuntu:Pro:18.04:LTS", "18.04"), ("Ubuntu:Pro:FIPS-updates:20.04:LTS", ""), ("Alpine:v3.18", "3.18"), ("Alpine", ""),
        ("Red Hat:enterprise_linux:9::appstream", "9"), ("Red Hat:rhel_eus:9.2::appstream", ""), ("Rocky Linux:9", "9"),
        ("AlmaLinux:8", "8"), ("SUSE:Linux Enterprise Server 15 SP4", "15.4"), ("SUSE:Linux Enterprise Micro 5.3", ""),
        ("SUSE:Linux Enterprise Module for Python 3 15 SP4", "15.4"), ("openSUSE:Leap 15.4", "15.4"),
        ("openSUSE:Tumbleweed", "tumbleweed"), ("Wolfi", "rolling"),
    ],
)  # fmt: skip
def test_ecosystems_of_osv_tell_the_release(ecosystem, release):
    assert of_ecosystem(ecosystem, "x") == Spoken(
        distribution=of_ecosystem(ecosystem, "x").distribution, release=release, name="x"
    )


@pytest.mark.parametrize(
    ("system", "told"),
    [
        ("Debian GNU/Linux 12 (bookworm)", {"Debian": "12"}), ("debian 12.4", {"Debian": "12"}), ("Debian (trixie)", {"Debian": "13"}),
        ("Ubuntu 22.04.3 LTS", {"Ubuntu": "22.04"}), ("SUSE Linux Enterprise Server 15 SP4", {"SUSE": "15.4"}),
        ("Red Hat Enterprise Linux 8.6", {"Red Hat": "8"}), ("Alpine Linux v3.18", {"Alpine": "3.18"}),
        ("Linux (Debian 10 based)", {}), ("Windows 10 1809", {}), ("Debian", {}),
    ],
)  # fmt: skip
def test_operating_systems_tell_the_release(system, told):
    assert dict(of_systems([system])) == told


def test_a_collection_of_the_cve_list_tells_the_release_by_its_cpe_name():
    address = "https://access.redhat.com/downloads/content/package-browser/"
    assert of_collection(address, "cpe:/a:redhat:enterprise_linux:9::appstream", "openssl").release == "9"
    assert of_collection(address, "cpe:/a:redhat:rhel_eus:9.2::appstream", "openssl").release == ""
    assert of_collection("https://packages.example", "cpe:/o:redhat:enterprise_linux:9", "openssl") is None


def test_the_table_agrees_with_that_of_the_schemes():
    assert len({one.name for one in table()}) == len(table())
    for one in table():
        assert distribution(one.name) is one
        assert scheme_of_ecosystem(one.ecosystem) == one.scheme == scheme_of_purl(one.type)
