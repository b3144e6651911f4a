# SPDX-License-Identifier: Apache-2.0
"""Readable examples of each scheme: what comes before what, what is equal in order, what is of no scheme."""

from itertools import pairwise

import pytest

from leadglass.vulnerabilities.schemes import Scheme, bounds, is_valid, key

ASCENDING = {
    Scheme.LETTERS_LATER: ["1.0-rc1", "1.0", "1.0su6", "1.0.1", "1.0.1a", "1.1"],
    Scheme.SEMVER: ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
                    "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1"],
    Scheme.NPM: ["4.0.0-beta.8", "4.0.0", "v4.17.19", "4.17.21"],
    Scheme.GOLANG: ["v0.0.0-20191231235959-0123456789ab", "v0.0.0-20210101000000-abcdefabcdef", "v1", "v1.2", "v1.2.1-0.20210101000000-abcdefabcdef",
                    "v1.2.1", "v2.0.0+incompatible"],
    Scheme.PEP440: ["1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2",
                    "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7",
                    "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.0.15", "1.1.dev1", "1!0.1"],
    Scheme.MAVEN: ["1-alpha2", "1-beta-2", "1-m3", "1-rc", "1-SNAPSHOT", "1", "1-sp", "1-abc", "1-1", "1.0.1", "1.1"],
    Scheme.NUGET: ["1.0.0-alpha.2", "1.0.0-Alpha.10", "1.0.0-beta", "1.0.0", "1.0.0.1", "1.0.1"],
    Scheme.DPKG: ["1.2~rc1-1", "1.2-0ubuntu1", "1.2-1~bpo1", "1.2-1", "1.2-1+b1", "1.2+dfsg-1", "1.2.1-1", "1.10-1", "1:0.1-1"],
    Scheme.RPM: ["1.0~rc1-1", "1.0-1.el8", "1.0-1.el8_4", "1.0-2.el8", "1.0^git1-1", "1.0a-1", "1.0.1-1", "1.10-1", "1:0.1-1"],
    Scheme.APK: ["1.2_alpha1", "1.2_rc2", "1.2", "1.2-r1", "1.2~0a1b", "1.2_git20210101", "1.2_p1", "1.2a", "1.2.01", "1.2.1", "1.10"],
    Scheme.GEM: ["1.0.a.2", "1.0.b1", "1.0.rc1", "1.0", "1.0.1.pre", "1.0.1", "1.10"],
    Scheme.WINDOWS: ["10.0", "10.0.17763", "10.0.17763.2686", "10.0.17763.10000", "10.0.19041.1"],
    Scheme.SYNGO: ["VA40A", "VB30A", "VB30A_HF01", "VB30A_HF02", "VB30A_SP01", "VB30A_SP01_HF01", "VB30A_SP02", "VB30B", "VB40A",
                   "VE11C", "VE11C-AP02", "VE11E", "XA30A"],
    Scheme.CISCO: ["12.5(1)", "12.5(1)su1", "12.5(1)su6", "12.5(1)su6a", "12.5(1)su10", "12.5(1a)", "12.5(2)", "14.0", "14su1",
                   "15.2(4)m", "15.2(4)m6", "15.2(4)m6a", "16.12.1", "16.12.1s", "16.12.2"],
    Scheme.JUNOS: ["12.3R12", "12.3R12-S10", "12.3R13", "15.1", "15.1f6-s1", "15.1R7", "15.1x49", "15.1x49-d50", "15.1x49-d160",
                   "20.4R3", "20.4R3.8", "20.4R3-S1", "20.4R3-S1.3", "20.4R3-S10", "21.4"],
    Scheme.IVANTI: ["8.1", "8.1r9", "8.1r13", "9.1r11.4", "9.1R11.5", "9.1r12", "22.7R2.3"],
    Scheme.ESXI: ["6.5", "650-201912104-SG", "6.7", "670-202008001", "ESXi670-202008101-SG", "6.7.1", "7.0"],
}  # fmt: skip

EQUAL = [
    (Scheme.SEMVER, "1.0.0+20130313144700", "1.0.0"),
    (Scheme.NPM, "v1.2.3", "1.2.3"),
    (Scheme.GOLANG, "v2.0.0+incompatible", "2.0.0"),
    (Scheme.GOLANG, "v1", "v1.0.0"),
    (Scheme.PEP440, "1.0", "v1.0.0"),
    (Scheme.PEP440, "1.0-1", "1.0.post1"),
    (Scheme.PEP440, "1.0RC1", "1.0c1"),
    (Scheme.MAVEN, "1.0.0.Final", "1"),
    (Scheme.MAVEN, "1.0-a1", "1.0-alpha-1"),
    (Scheme.MAVEN, "2.0.RC1", "2.0-rc1"),
    (Scheme.NUGET, "1.0", "1.00.0.0+build"),
    (Scheme.DPKG, "0:1.02-0", "1.2"),
    (Scheme.RPM, "0:1.02-1", "1_2-1"),
    (Scheme.GEM, "1.0.0.rc1", "1.rc1"),
    (Scheme.GEM, "1.0-1", "1.0.pre.1"),
    (Scheme.SYNGO, "N4_VA40A_HF02", "va40a-hf2"),
    (Scheme.CISCO, "14.0SU1", "14su1"),
    (Scheme.JUNOS, "21.4R3-S5-EVO", "21.4r3-s5"),
    (Scheme.IVANTI, "9.1r11.0", "9.1R11"),
    (Scheme.ESXI, "ESXi670-202008101-SG", "670-202008101"),
]

STRANGE = [
    (Scheme.GENERIC, ["", "latest", "no number"]),
    (Scheme.SEMVER, ["", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3+", "1.2.3 ", "1.2.3-é"]),
    (Scheme.NPM, ["1.2", "=1.2.3", "9007199254740992.0.0", "latest"]),
    (Scheme.GOLANG, ["1-rc1", "v01", "go1.21.3", "1.21rc2"]),
    (Scheme.PEP440, ["", "1.0-x", "1.0+", "2004d", "1..0", "1.\N{ARABIC-INDIC DIGIT FIVE}"]),
    (Scheme.MAVEN, ["", "1 0", "1~rc1", "1.\N{KELVIN SIGN}"]),
    (Scheme.NUGET, ["", "v1.0", "1.0.0.0.1", "2147483648", "1.0-", "1.0.0--1", "1.0.0-a..b"]),
    (Scheme.DPKG, ["", "a1", "1_0", "1:", "x:1", "1.0-", "1:2:3-"]),
    (Scheme.RPM, ["", "1.0-", "1-1-1", "1 0", "x:1.0"]),
    (Scheme.APK, ["", "a", "1.2ab", "1.2_foo", "1.2-1", "1.2-r", "1.2A", "v1.2", "1.2~xyz"]),
    (Scheme.GEM, ["", "a.1", "1..0", "1_0", "1.0-"]),
    (Scheme.WINDOWS, ["", "10.0.19041 N/A Build 19041", "10.0.", "R2"]),
    (Scheme.SYNGO, ["", "5.2", "VB", "VB30A_XY01", "VB300A"]),
    (Scheme.CISCO, ["", "12.5(1.10000.22)", "x8.11", "all"]),
    (Scheme.JUNOS, ["", "21.*", "ss.1r3-s3", "22.1r2-s2,22.1r3", "15.1.2.3", "22..3r3"]),
    (Scheme.IVANTI, ["", "5.3rx", "9.1.8.8511"]),
    (Scheme.ESXI, ["", "7.0 U3c", "670-2020", "6.7 build-16713306", "ESXi-6.7.0-20190802001-standard"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "older", "newer"),
    [(scheme, *pair) for scheme, texts in ASCENDING.items() for pair in pairwise(texts)],
)
def test_an_older_version_has_a_smaller_key(scheme, older, newer):
    assert is_valid(scheme, older)
    assert is_valid(scheme, newer)
    assert key(scheme, older) < key(scheme, newer)


@pytest.mark.parametrize(("scheme", "one", "other"), EQUAL)
def test_versions_without_an_order_have_one_key(scheme, one, other):
    assert is_valid(scheme, one)
    assert key(scheme, one) == key(scheme, other)


@pytest.mark.parametrize(("scheme", "text"), [(scheme, text) for scheme, texts in STRANGE for text in texts])
def test_what_is_not_of_the_scheme_is_told(scheme, text):
    assert not is_valid(scheme, text)


@pytest.mark.parametrize("scheme", [scheme for scheme in Scheme if scheme is not Scheme.GENERIC])
def test_what_is_not_of_the_scheme_is_below_all_that_is_and_in_generic_order(scheme):
    lowest, older, newer = (
        key(scheme, ASCENDING[scheme][0]),
        key(scheme, "strange 9"),
        key(scheme, "strange 10"),
    )
    assert older < newer < lowest


@pytest.mark.parametrize("scheme", [Scheme.SEMVER, Scheme.JUNOS])
def test_a_stranger_lies_below_an_upper_bound_and_is_told_apart_from_it_by_the_first_character(scheme):
    lo, hi = bounds(scheme, None, None, None, ASCENDING[scheme][-1])
    stranger = key(scheme, "strange")
    assert lo <= stranger < hi
    assert stranger[0] == "-" != hi[0]


@pytest.mark.parametrize(
    ("scheme", "version", "written"),
    [
        (Scheme.GENERIC, "1.0.12", "B10YC12."),
        (Scheme.SEMVER, "1.0.10-rc.1", "sB1AC1002rc#1B10"),
        (Scheme.JUNOS, "20.4R3-S1.3", "jC20B41rB31sB1B3A"),
        (Scheme.CISCO, "12.5(1)su6", "cC12B5B1-su#B6,"),
        (Scheme.SYNGO, "VB30A_HF02", "yvbC30a#A#1hf#B20"),
        (Scheme.SEMVER, "latest", "--Al."),
    ],
)
def test_a_key_is_written_as_documented(scheme, version, written):
    assert key(scheme, version) == written
