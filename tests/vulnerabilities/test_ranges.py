# SPDX-License-Identifier: Apache-2.0
"""Criteria of records, completed for joining: what kind they are, their bounds, and which decide alone."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.vulnerabilities.ranges import complete, is_version
from leadglass.vulnerabilities.versions import key
from tests.vulnerabilities.worlds import completed, configuration, link, match, node, record

BOUNDS = ("start_including", "start_excluding", "end_including", "end_excluding")


def one(cpe: str, **bounds: str) -> dict[str, object]:
    """The row of a record with one criterion."""
    (row,) = completed([record("CVE-2031-1", match(cpe, **bounds))])
    return row


def within(row: dict[str, object], version: str) -> bool:
    return row["class"] == "range" and row["lo"] <= key(version) < row["hi"]


@pytest.mark.parametrize(
    ("cpe", "bounds", "kind"),
    [
        ("a:openssl:openssl:1.0.2k", {}, "exact"),
        ("a:openssl:openssl:*", {}, "all"),
        ("o:microsoft:windows_7:-", {}, "unversioned"),
        ("a:openssl:openssl:*", {"end_excluding": "1.0.2u"}, "range"),
        ("a:openssl:openssl:*", {"start_including": "2.0", "end_excluding": "1.0"}, "inverted"),
        ("o:juniper:junos:*", {"start_including": "15.1", "end_excluding": "15.1x49-d160"}, "range"),
        ("o:juniper:junos:*", {"start_including": "15.1x49", "end_excluding": "15.1"}, "inverted"),
        ("o:juniper:junos:*", {"start_including": "ss.1r3", "end_excluding": "21.3r3"}, "inverted"),
        ("o:juniper:junos:*", {"start_including": "0", "end_excluding": "15.1r1"}, "range"),
        ("a:vendor:product:*", {"start_including": "15.1", "end_excluding": "15.1x49-d160"}, "inverted"),
        ("a:vendor:product:*", {"start_including": "", "end_excluding": None}, "all"),
        ("a:vendor:product:*", {"start_including": "-", "end_including": "*"}, "all"),
        ("a:vendor:product:2.1*", {}, "inverted"),
        (r"a:vendor:product:2.1\*", {}, "exact"),
    ],
)
def test_a_criterion_is_of_one_kind(cpe, bounds, kind):
    assert one(cpe, **bounds)["class"] == kind


@pytest.mark.parametrize(
    ("product", "bounds", "inside", "outside"),
    [
        (
            "o:juniper:junos",
            {"start_including": "15.1", "end_excluding": "15.1x49-d160"},
            "15.1X49-D150.2",
            "15.1X49-D160",
        ),
        (
            "o:juniper_networks:junos_os",
            {"start_including": "21.2", "end_excluding": "21.2R3-S5"},
            "21.2R3.8",
            "21.2R3-S5.1",
        ),
        (
            "o:cisco:nx-os",
            {"start_including": "7.0(3)", "end_excluding": "7.0(3)i7(4)"},
            "7.0(3)I7(3)",
            "7.0(3)I7(4)",
        ),
        (
            "a:cisco:unity_connection",
            {"start_including": "14.0", "end_excluding": "14su1"},
            "14.0",
            "14.0SU1",
        ),
        (
            "a:pulsesecure:pulse_connect_secure",
            {"start_including": "8.1", "end_excluding": "8.1r14"},
            "8.1R13",
            "8.1R14.0",
        ),
        (
            "o:vmware:esxi",
            {"start_including": "6.7", "end_excluding": "esxi670-201806401-bg"},
            "670-201804001",
            "ESXi670-201806401-BG",
        ),
        ("a:vmware:vcenter_server", {"start_including": "6.5", "end_excluding": "6.5_u1"}, "6.5", "6.5 U1"),
        ("a:siemens:syngo.via", {"end_excluding": "vb30a_hf02"}, "VB30A_HF01", "VB30A-HF02"),
        (
            "a:golang:go",
            {"start_including": "1.27.0-0", "end_excluding": "1.27.0-rc.3"},
            "1.27.0-rc.2",
            "1.27.0",
        ),
    ],
)
def test_ranges_and_components_of_a_product_are_in_one_scheme(product, bounds, inside, outside):
    part, name = product.split(":", 1)
    row = one(f"{product}:*", **bounds)
    assert row["class"] == "range"
    assert row["lo"] <= link(part, name, inside).key < row["hi"]
    assert not row["lo"] <= link(part, name, outside).key < row["hi"]


@pytest.mark.parametrize("named", ["10.0.17763.5329", "-", "10.0.17763.1", "1809"])
def test_where_bounds_are_stated_they_count_whatever_version_the_name_has(named):
    """CVE-2023-35330 and a thousand others name the repaired build: it is the end of the range, not what is affected."""
    bounds = {"start_including": "10.0.0", "end_excluding": "10.0.17763.5329"}
    row = one(f"o:microsoft:windows_10_1809:{named}", **bounds)
    assert within(row, "10.0.17763.2686")
    assert not within(row, "10.0.17763.5329")
    assert (row["lo_text"], row["hi_text"]) == (">= 10.0.0", "< 10.0.17763.5329")


@pytest.mark.parametrize(
    "bound",
    ["1da177e4c3f4", "c40665f44509724b64938c85def9fb2e79f62ec8", "https://aka.ms/OfficeSecurityReleases", "various", "current",
     "cpe:2.3:a:adminer:adminer:4.8.4:*:*:*:*:*:*:*", "9.1*", "9.x"],
)  # fmt: skip
def test_a_bound_that_is_no_version_makes_the_range_unsound_not_empty(bound):
    assert one("o:linux:linux_kernel:*", end_excluding=bound)["class"] == "inverted"


@pytest.mark.parametrize(
    "text", ["1.0.2u", "VB30A", "r5.4", "15.1x49", "10.0.17763", "2019-04-17", "deadbeef1234.1", "0"]
)
def test_what_vendors_write_is_a_version(text):
    assert is_version(text)


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        ({"start_including": "1.0"}, ["1.0", "2.0"], ["0.9", "1.0-rc1"]),
        ({"start_excluding": "1.0"}, ["1.0.1", "2.0"], ["1.0", "1"]),
        ({"end_including": "1.0"}, ["1.0", "0.9"], ["1.0.1"]),
        ({"end_excluding": "1.0"}, ["0.9", "1.0-rc1"], ["1.0", "1"]),
        ({"start_including": "v1.0", "end_excluding": " 2.0 "}, ["1.5"], ["2.0", "0.9"]),
    ],
)
def test_ends_of_a_range_are_in_or_out_as_the_record_says(bounds, inside, outside):
    row = one("a:vendor:product:*", **bounds)
    assert all(within(row, version) for version in inside)
    assert not any(within(row, version) for version in outside)


# What stands alone


def alone(*configurations) -> list[bool]:
    return [row["alone"] for row in completed([record("CVE-2031-1", *configurations)])]


A, B, H = match("a:v:a:1"), match("a:v:b:1"), match("h:v:h:-", vulnerable=False)


@pytest.mark.parametrize(
    ("configurations", "wanted"),
    [
        ([A], [True]),
        ([A, B], [True, True]),
        ([configuration(node(A, B), operator="AND")], [True, True]),
        ([configuration(node(A), node(B), operator="OR")], [True, True]),
        ([configuration(node(A), node(H))], [False, False]),
        ([configuration(node(A, B), node(H))], [False, False, False]),
        ([configuration(node(A, operator="AND"), operator="OR")], [True]),
        ([configuration(node(A, B, operator="AND"), operator="OR")], [False, False]),
        ([configuration(node(A, negate=True), operator="OR")], [False]),
        ([configuration(node(A), operator="OR", negate=True)], [False]),
        ([H], [False]),
        ([configuration(node(A), node(H)), configuration(node(B), operator="OR")], [False, False, True]),
        ([configuration(node(A, B, operator="AND"), node(B), operator="OR")], [False, False, True]),
    ],
)
def test_a_criterion_is_alone_where_it_makes_the_record_true_by_itself(configurations, wanted):
    assert alone(*configurations) == wanted


def test_records_that_follow_each_other_are_kept_apart():
    rows = completed(
        [
            record("CVE-1", A, number=0),
            record("CVE-2", configuration(node(A), node(H)), number=1),
            record("CVE-3", A, number=2),
        ]
    )
    assert [row["alone"] for row in rows] == [True, False, False, True]


# Platforms


def qualifiers(*cpes: str, operator: str = "OR") -> list[str]:
    matches = [match(f"o:{cpe}", end_excluding="10.0.17763.5329") for cpe in cpes]
    return [
        row["qualifiers"]
        for row in completed([record("CVE-1", configuration(node(*matches, operator=operator)))])
    ]


def on(
    hardware: str, product: str = "microsoft:windows_10_1809", update: str = "*", software: str = "*"
) -> str:
    return f"{product}:*:{update}:*:*:*:{software}:{hardware}:*"


def test_a_version_that_is_named_for_every_platform_is_named_without_one():
    assert qualifiers(on("x64"), on("x86"), on("arm64")) == ["", "", "*|*|*|*|arm64|*"]
    assert qualifiers("v:p:*:*:x32:*:*:*:*:*", "v:p:*:*:x64:*:*:*:*:*") == ["", ""]
    assert qualifiers(on("x64", software="a"), on("x86", software="a")) == ["*|*|*|a|*|*"] * 2


def test_some_platforms_are_not_all():
    assert qualifiers(on("x64")) == ["*|*|*|*|x64|*"]
    assert qualifiers(on("x64"), on("arm64")) == ["*|*|*|*|x64|*", "*|*|*|*|arm64|*"]
    assert qualifiers(on("x64"), on("x86", update="sp1")) == ["*|*|*|*|x64|*", "*|*|*|*|x86|*"]
    assert qualifiers(on("x64"), on("x86", product="v:other")) == ["*|*|*|*|x64|*", "*|*|*|*|x86|*"]
    assert qualifiers(on("x64"), on("x86"), operator="AND") == ["*|*|*|*|x64|*", "*|*|*|*|x86|*"]


def test_windows_11_never_ran_on_x86():
    assert qualifiers(on("x64", "microsoft:windows_11_22h2"), on("arm64", "microsoft:windows_11_22h2")) == [
        "",
        "",
    ]


# Laws

VERSION = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}(-rc[0-9]|[a-z])?", fullmatch=True)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(BOUNDS, VERSION)), st.lists(VERSION, max_size=4))
def test_a_range_holds_what_lies_between_its_keys_and_an_inverted_one_says_so(bounds, versions):
    row = one("a:v:p:*", **bounds)
    assert row["class"] in ({"range", "inverted"} if bounds else {"all"})
    at = {name: key(text) for name, text in bounds.items()}
    for version in versions:
        k = key(version)
        between = (
            k >= at.get("start_including", "") and k > at.get("start_excluding", "")
            and k <= at.get("end_including", "~") and k < at.get("end_excluding", "~")
        )  # fmt: skip
        if row["class"] == "range":
            assert within(row, version) == between
        elif bounds:
            assert not between


@given(
    st.lists(
        st.tuples(VERSION, st.fixed_dictionaries({}, optional={"end_excluding": VERSION})),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_remembered_is_what_would_be_made(told):
    together = completed(
        [record("CVE-1", *(match(f"a:v:p:{version}", **bounds) for version, bounds in told))]
    )
    for row, (version, bounds) in zip(together, told, strict=True):
        alone_ = one(f"a:v:p:{version}", **bounds)
        assert [row[name] for name in ("class", "norm", "lo", "hi")] == [
            alone_[name] for name in ("class", "norm", "lo", "hi")
        ]


def test_an_empty_batch_is_completed_to_empty_columns():
    nodes = (
        "record",
        "configuration",
        "node",
        "criteria",
        "joined",
        "inverted",
        "node_operator",
        "node_inverted",
    )
    matches = ("vulnerable", "part", "product", "version", "update_", "qualifiers", *BOUNDS)
    none = pa.array([], pa.int32())
    made = complete({name: [] for name in nodes}, {name: [] for name in matches}, none, none)
    assert "alone" in made
    assert all(len(values) == 0 for values in made.values())
