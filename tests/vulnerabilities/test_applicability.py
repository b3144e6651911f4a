# SPDX-License-Identifier: Apache-2.0
"""A record on a device in three values: Kleene's laws, NVD's examples, and what each missing fact is called."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.vulnerabilities.applicability import (
    Configured,
    Knowledge,
    Node,
    Operand,
    Part,
    Truth,
    compare,
    conclude,
    judge,
)
from tests.oracles.libversion import compare as order
from tests.vulnerabilities.worlds import (
    ALL,
    NOTHING,
    component,
    configuration,
    criteria,
    link,
    match,
    node,
    record,
)

FALSE, UNKNOWN, TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE


def rule(cpe: str, **bounds):
    """One criterion as a value."""
    (one,) = criteria(record("CVE-2031-1", match(cpe, **bounds)))
    return one


def part(
    kind: str,
    name: str,
    version: str = "",
    update: str = "*",
    *,
    lacks: str = "version",
    doubt: str = "",
    **more,
) -> Part:
    """A component."""
    return component(link(kind, name, version, update, **more), lacks=lacks, doubt=doubt)


def held(one: Part, cpe: str, **bounds) -> tuple[Truth, str, str] | None:
    """What a criterion says of a component: value, class and what is missing."""
    operand = compare(one, rule(cpe, **bounds))
    return operand and (operand.value, operand.label, operand.missing)


OPENSSL = part("a", "openssl:openssl", "1.0.2k")
BETA = part("a", "openssl:openssl", "1.0.2-beta1", "beta1")


# One component against one criterion


def test_another_product_or_part_is_not_spoken_of():
    assert held(OPENSSL, "a:openssl:libressl:*") is None
    assert held(OPENSSL, "o:openssl:openssl:*") is None


@pytest.mark.parametrize(
    ("version", "cpe", "bounds", "value", "label", "missing"),
    [
        ("1.0.2k", "1.0.2k", {}, TRUE, "exact", ""),
        ("1.0.2.0", "1.0.2", {}, TRUE, "exact", ""),
        ("v1.0.2", "1.0.2", {}, TRUE, "exact", ""),
        ("1.0.2k", "1.0.2l", {}, FALSE, "", ""),
        ("1.0.2k", "*", {}, TRUE, "all", ""),
        ("1.0.2k", "*", {"end_excluding": "1.0.2u"}, TRUE, "range", ""),
        ("1.0.2u", "*", {"end_excluding": "1.0.2u"}, FALSE, "", ""),
        ("1.0.2u", "*", {"end_including": "1.0.2u"}, TRUE, "range", ""),
        ("1.0.1", "*", {"start_including": "1.0.2"}, FALSE, "", ""),
        ("4.0.5_iop", "4.0.5_ipr", {}, UNKNOWN, "order_equal", "whether both versions are the same"),
        ("1.0-rc1", "1.0rc1", {}, UNKNOWN, "order_equal", "whether both versions are the same"),
        ("1.0.2k", "-", {}, UNKNOWN, "unversioned", "version in the record"),
        (
            "1.0.2k",
            "*",
            {"start_including": "2", "end_excluding": "1"},
            UNKNOWN,
            "inverted",
            "sound range in the record",
        ),
        ("1.0.2k", "*", {"end_excluding": "1da177e4c3f4"}, UNKNOWN, "inverted", "sound range in the record"),
        ("", "1.0.2", {}, UNKNOWN, "version_missing", "version"),
        ("", "*", {"end_excluding": "2"}, UNKNOWN, "version_missing", "version"),
        ("unknown", "*", {"end_excluding": "2"}, UNKNOWN, "version_missing", "version"),
        ("1.x", "*", {"end_excluding": "2"}, UNKNOWN, "version_missing", "version"),
        ("", "*", {}, TRUE, "all", ""),
        ("R5.4", "*", {"end_excluding": "6.0"}, UNKNOWN, "unlike", "whether both versions are written alike"),
        ("5.4", "*", {"end_including": "r5.7"}, UNKNOWN, "unlike", "whether both versions are written alike"),
        ("R5.4", "*", {"end_including": "r5.7"}, TRUE, "range", ""),
    ],
)
def test_a_version_is_held_against_what_the_record_says(version, cpe, bounds, value, label, missing):
    assert held(part("a", "v:p", version), f"a:v:p:{cpe}", **bounds) == (value, label, missing)


@pytest.mark.parametrize(
    ("product", "version", "bounds", "value", "label", "missing"),
    [
        ("siemens:syngo.via", "VB30A_HF01", {"end_excluding": "vb30a_hf02"}, TRUE, "range", ""),
        ("siemens:syngo.via", "VB30A_SP02", {"end_excluding": "vb40a"}, TRUE, "range", ""),
        ("siemens:syngo.via", "5.2", {"end_excluding": "vb30a"}, UNKNOWN, "unlike", "whether both versions are written alike"),
        ("siemens:syngo.via", "VB30A", {"end_excluding": "5.2"}, UNKNOWN, "unlike", "whether both versions are written alike"),
        ("siemens:syngo.via", "5.1", {"end_excluding": "5.2"}, TRUE, "range", ""),
        ("vmware:esxi", "7.0 U3c", {"start_including": "6.7", "end_excluding": "670-202008101"}, UNKNOWN, "unlike",
         "whether both versions are written alike"),
        ("cisco:unity_connection", "12.5(1.10000.22)", {"end_excluding": "12.5(1)su6"}, UNKNOWN, "unlike",
         "whether both versions are written alike"),
        ("f5:nginx_plus", "R30", {"start_including": "R30", "end_excluding": "R30_P1"}, TRUE, "range", ""),
        ("f5:nginx_plus", "30", {"end_excluding": "R30_P1"}, UNKNOWN, "unlike", "whether both versions are written alike"),
    ],
)  # fmt: skip
def test_letters_are_no_reason_for_doubt_where_a_maker_writes_letters(
    product, version, bounds, value, label, missing
):
    assert held(part("a", product, version), f"a:{product}:*", **bounds) == (value, label, missing)


@pytest.mark.parametrize(
    ("kind", "version", "update", "want", "value"),
    [
        ("a", "1.0.2", "*", "1.0.2:*", TRUE),
        ("a", "1.0.2", "*", "1.0.2:-", TRUE),
        ("a", "1.0.2", "*", "1.0.2:beta1", FALSE),
        ("a", "1.0.2-beta1", "beta1", "1.0.2:beta1", TRUE),
        ("a", "1.0.2-beta1", "beta1", "1.0.2:beta2", FALSE),
        ("a", "1.0.2-beta1", "beta1", "1.0.2:*", TRUE),
        ("a", "1.0.2-beta1", "beta1", "1.0.2:-", FALSE),
        ("a", "1.0.2-beta1", "beta1", "1.0.2-beta1:*", TRUE),
        ("a", "1.0.2-beta1", "beta1", "1.0.2-beta1:-", TRUE),
        ("a", "1.8.0_291", "update291", "1.8.0:update_291", TRUE),
        ("a", "1.8.0_291", "update291", "1.8.0:update_301", FALSE),
        ("a", "2012", "*", "2012:sp4", UNKNOWN),
        ("a", "2012 SP4", "sp4", "2012:sp4", TRUE),
        ("a", "2012 SP3", "sp3", "2012:sp4", FALSE),
        ("a", "7.2p2", "p2", "7.2:p2", TRUE),
        ("o", "12", "*", "12:sp3", UNKNOWN),
        ("o", "12", "*", "12:-", UNKNOWN),
        ("o", "12", "sp3", "12:-", FALSE),
        ("o", "12", "-", "12:sp3", FALSE),
        ("o", "2.6.19", "*", "2.6.19:rc3", FALSE),
    ],
)
def test_an_update_counts_where_the_record_names_one(kind, version, update, want, value):
    made = part(kind, "v:p", version, update)
    assert compare(made, rule(f"{kind}:v:p:{want}")).value is value


def test_a_missing_update_is_named_by_what_it_is_called():
    assert held(part("o", "v:p", "12"), "o:v:p:12:sp3") == (UNKNOWN, "exact", "service pack")
    assert held(part("a", "v:p", "2012"), "a:v:p:2012:sp4") == (UNKNOWN, "exact", "update")


def test_an_update_beside_a_range_leaves_it_unknown_and_never_says_no():
    """Older records mean "up to 2.0 beta 6" by it; NISTIR 7696 has it as "beta 6 of every version up to 2.0"."""
    for version, update in (("1.0", "*"), ("1.0-beta1", "beta1"), ("2.0", "*")):
        told = held(part("a", "v:p", version, update), "a:v:p:*:beta6", end_including="2.0")
        assert told == (UNKNOWN, "range", "sound range in the record")
    assert held(part("a", "v:p", "1.0", "beta6"), "a:v:p:*:beta6", end_including="2.0") == (TRUE, "range", "")
    assert held(part("a", "v:p", "3.0"), "a:v:p:*:beta6", end_including="2.0") == (FALSE, "", "")


@pytest.mark.parametrize(
    ("have", "want", "value"),
    [
        ("", "*:*:*:*:x64:*", UNKNOWN),
        ("*|*|*|*|x64|*", "*:*:*:*:x64:*", TRUE),
        ("*|*|*|*|x86|*", "*:*:*:*:x64:*", FALSE),
        ("*|*|*|*|x86|*", "*:*:*:*:*:*", TRUE),
        ("*|*|-|*|*|*", "*:*:lts:*:*:*", FALSE),
        ("*|*|*|*|x64|*", "*:*:lts:*:x64:*", UNKNOWN),
        ("*|*|*|*|x86|*", "*:*:lts:*:x64:*", FALSE),
        ("*|*|*|maven|*|*", "*:*:*:maven:*:*", TRUE),
        ("*|*|*|python|*|*", "*:*:*:wordpress:*:*", UNKNOWN),
        ("*|*|*|python|*|*", "*:*:*:node.js:*:*", FALSE),
        ("*|*|*|windows|*|*", "*:*:*:wordpress:*:*", UNKNOWN),
        ("*|*|*|windows|*|*", "*:*:*:macos:*:*", FALSE),
    ],
)
def test_an_edition_that_the_inventory_does_not_state_is_unknown(have, want, value):
    operand = compare(part("a", "v:p", "1.0", qualifiers=have), rule(f"a:v:p:1.0:*:{want}"))
    assert operand.value is value
    assert operand.missing == ("edition" if value is UNKNOWN else "")


def test_a_link_in_doubt_is_never_certain_and_an_outside_version_needs_no_link():
    doubted = part("a", "v:p", "1.0", confidence=0.6)
    assert held(doubted, "a:v:p:1.0") == (UNKNOWN, "exact", "component identity")
    assert held(doubted, "a:v:p:2.0") == (FALSE, "", "")
    assert held(part("a", "v:p", "1.0", doubt="software version"), "a:v:p:*") == (
        UNKNOWN,
        "all",
        "software version",
    )


def test_a_record_without_a_version_names_hardware_and_context_as_it_is():
    hardware = part("h", "quillon:tomara_64", "-", named=True)
    assert held(hardware, "h:quillon:tomara_64:-") == (TRUE, "exact", "")
    assert held(part("h", "quillon:tomara_64", "2"), "h:quillon:tomara_64:-") == (TRUE, "unversioned", "")
    (one,) = criteria(record("CVE-1", configuration(node(match("o:microsoft:windows:-", vulnerable=False)))))
    assert compare(part("o", "microsoft:windows", "10"), one).value is TRUE


# Releases of systems by name


WINDOWS_7 = part("o", "microsoft:windows_7", "-", "sp1", named=True)
LTSC = part(
    "o", "microsoft:windows_10_1809", "10.0.17763.2686", named=True, release="-", lacks="operating system"
)
UNPATCHED = part("o", "microsoft:windows_10_1809", "", named=True, release="-", lacks="operating system")
SERVER = part("o", "microsoft:windows_server_2008", "r2", "sp1", named=True)


@pytest.mark.parametrize(
    ("system", "cpe", "bounds", "value"),
    [
        (WINDOWS_7, "windows_7:-:sp1", {}, TRUE),
        (WINDOWS_7, "windows_7:-:*", {}, TRUE),
        (WINDOWS_7, "windows_7:-:-", {}, FALSE),
        (WINDOWS_7, "windows_7:*:*", {}, TRUE),
        (WINDOWS_7, "windows_7:sp1", {}, FALSE),
        (WINDOWS_7, "windows_7:*", {"end_excluding": "6.1.7601.24544"}, FALSE),
        (SERVER, "windows_server_2008:r2:sp1", {}, TRUE),
        (SERVER, "windows_server_2008:-:sp2", {}, FALSE),
        (SERVER, "windows_server_2008:-", {}, FALSE),
        (LTSC, "windows_10_1809:-", {}, TRUE),
        (LTSC, "windows_10_1809:*", {"end_excluding": "10.0.17763.3650"}, TRUE),
        (LTSC, "windows_10_1809:*", {"end_excluding": "10.0.17763.2686"}, FALSE),
        (LTSC, "windows_10_1809:10.0.17763.2686", {}, TRUE),
        (LTSC, "windows_10_1809:10.0.17763.3650", {"end_excluding": "10.0.17763.3650"}, TRUE),
        (UNPATCHED, "windows_10_1809:-", {}, TRUE),
        (UNPATCHED, "windows_10_1809:*", {"end_excluding": "10.0.17763.3650"}, UNKNOWN),
        (UNPATCHED, "windows_10_1809:1709", {}, FALSE),
    ],
)
def test_a_system_is_matched_by_its_release_name_or_its_build(system, cpe, bounds, value):
    operand = compare(system, rule(f"o:microsoft:{cpe}", **bounds))
    assert operand.value is value
    assert operand.missing == ("operating system" if value is UNKNOWN else "")


# AND: firmware and the hardware that it runs on

FIRMWARE = part("o", "quillon:tomara_firmware", "1.5", lacks="software version")
TOMARA = part("h", "quillon:tomara_64", "-", named=True)
OTHER = part("h", "quillon:tomara_128", "-", named=True)
ON_TOMARA = record(
    "CVE-2031-41001",
    configuration(
        node(match("o:quillon:tomara_firmware:*", end_excluding="2.0")),
        node(match("h:quillon:tomara_64:-", vulnerable=False)),
    ),
)


def told(one, parts, knowledge=ALL) -> dict[str, tuple[Truth, set[str]]]:
    """What a record says of each component, by product."""
    named = {made.component_id: made.product.partition(":")[2] for made in parts}
    return {
        named[name]: (verdict.value, set(verdict.missing))
        for name, verdict in conclude(criteria(one), parts, knowledge).items()
    }


def test_firmware_on_its_hardware_is_affected():
    assert told(ON_TOMARA, [FIRMWARE, TOMARA]) == {"tomara_firmware": (TRUE, set())}


def test_the_same_firmware_on_other_hardware_is_not():
    assert told(ON_TOMARA, [FIRMWARE, OTHER]) == {"tomara_firmware": (FALSE, set())}
    assert told(ON_TOMARA, [FIRMWARE], ALL) == {"tomara_firmware": (FALSE, set())}


def test_on_unknown_hardware_the_hardware_model_is_missing():
    assert told(ON_TOMARA, [FIRMWARE], NOTHING) == {"tomara_firmware": (UNKNOWN, {"hardware model"})}


def test_without_its_version_the_software_version_is_missing_and_both_where_both_are():
    unversioned = part("o", "quillon:tomara_firmware", "", lacks="software version")
    assert told(ON_TOMARA, [unversioned, TOMARA]) == {"tomara_firmware": (UNKNOWN, {"software version"})}
    assert told(ON_TOMARA, [unversioned], NOTHING) == {
        "tomara_firmware": (UNKNOWN, {"software version", "hardware model"})
    }


def test_another_firmware_version_is_not_affected_whatever_the_hardware():
    fixed = part("o", "quillon:tomara_firmware", "2.0")
    assert (
        told(ON_TOMARA, [fixed, TOMARA])
        == told(ON_TOMARA, [fixed], NOTHING)
        == {"tomara_firmware": (FALSE, set())}
    )


def test_an_application_needs_the_system_that_it_runs_on():
    on_windows = record(
        "CVE-1",
        configuration(node(match("a:v:app:1.0")), node(match("o:microsoft:windows:-", vulnerable=False))),
    )
    app = part("a", "v:app", "1.0")
    assert told(on_windows, [app, part("o", "microsoft:windows", "-", named=True)])["app"] == (TRUE, set())
    assert told(on_windows, [app, part("o", "linux:linux_kernel", "5.10")])["app"] == (FALSE, set())
    assert told(on_windows, [app], NOTHING)["app"] == (UNKNOWN, {"operating system"})


def test_a_library_that_is_not_listed_is_absent_only_where_the_list_is_complete():
    both = record("CVE-1", configuration(node(match("a:v:app:1.0")), node(match("a:v:library:*"))))
    app = part("a", "v:app", "1.0")
    assert told(both, [app], ALL)["app"] == (FALSE, set())
    assert told(both, [app], replace(ALL, software=False))["app"] == (UNKNOWN, {"software list"})


def test_an_alternative_that_is_not_known_is_not_asked_for_where_the_component_decides():
    either = record(
        "CVE-1",
        configuration(
            node(match("a:v:app:1.0"), match("a:v:other:*")), node(match("h:v:h:-", vulnerable=False))
        ),
    )
    unversioned = part("a", "v:app", "")
    assert told(either, [unversioned, part("h", "v:h", "-")], NOTHING)["app"] == (UNKNOWN, {"version"})


# Several configurations, OR of AND, negation


def test_one_true_configuration_is_enough():
    two = record("CVE-1", *ON_TOMARA.configurations, match("a:v:viewer:1.0"))
    assert told(two, [FIRMWARE, OTHER, part("a", "v:viewer", "1.0")]) == {
        "tomara_firmware": (FALSE, set()),
        "viewer": (TRUE, set()),
    }


def test_the_same_firmware_may_be_named_with_several_hardwares():
    two = record(
        "CVE-1",
        *ON_TOMARA.configurations,
        configuration(
            node(match("o:quillon:tomara_firmware:*")),
            node(match("h:quillon:tomara_128:-", vulnerable=False)),
        ),
    )
    assert told(two, [FIRMWARE, OTHER]) == {"tomara_firmware": (TRUE, set())}


def test_a_node_that_is_false_affects_nobody_though_another_makes_the_record_true():
    pairs = record(
        "CVE-1",
        configuration(
            node(match("a:v:one:1.0"), match("h:v:h1:-", vulnerable=False), operator="AND"),
            node(match("a:v:two:1.0"), match("h:v:h2:-", vulnerable=False), operator="AND"),
            operator="OR",
        ),
    )
    parts = [part("a", "v:one", "1.0"), part("a", "v:two", "1.0"), part("h", "v:h2", "-")]
    assert told(pairs, parts) == {"one": (FALSE, set()), "two": (TRUE, set())}


NOT_ON_10 = record(
    "CVE-2015-6042",
    configuration(
        node(match("a:microsoft:internet_explorer:11")),
        node(match("o:microsoft:windows_10:*", vulnerable=False), negate=True),
    ),
)
EXPLORER = part("a", "microsoft:internet_explorer", "11")


def test_a_negated_node_is_true_where_its_product_is_absent():
    assert told(NOT_ON_10, [EXPLORER, WINDOWS_7])["internet_explorer"] == (TRUE, set())
    assert told(NOT_ON_10, [EXPLORER, part("o", "microsoft:windows_10", "1809", named=True)])[
        "internet_explorer"
    ] == (FALSE, set())
    assert told(NOT_ON_10, [EXPLORER], NOTHING)["internet_explorer"] == (UNKNOWN, {"operating system"})


def test_a_record_that_is_true_by_context_alone_speaks_of_no_component():
    context = record("CVE-2004-1459", match("o:microsoft:windows:*", vulnerable=False))
    parts = [part("o", "microsoft:windows", "-", named=True)]
    assert [configured.value for configured in judge(criteria(context), parts, ALL)] == [TRUE]
    assert conclude(criteria(context), parts, ALL) == {}


# Laws of three values

TRUTHS = st.sampled_from(list(Truth))
LISTS = st.lists(TRUTHS, min_size=1, max_size=4)
ANY_RULE = rule("a:v:p:1.0")


def joined(operator: str, values: list[Truth], *, inverted: bool = False) -> Truth:
    operands = tuple(Operand(criterion=ANY_RULE, value=value, why="") for value in values)
    return Node(operator=operator, inverted=inverted, operands=operands).value


def nested(operator: str, values: list[Truth], *, inverted: bool = False) -> Truth:
    nodes = tuple(
        Node(operator="OR", inverted=False, operands=(Operand(criterion=ANY_RULE, value=value, why=""),))
        for value in values
    )
    return Configured(joined=operator, inverted=inverted, nodes=nodes).value


@pytest.mark.parametrize("join", [joined, nested])
@given(LISTS)
def test_de_morgan(join, values):
    assert join("AND", values, inverted=True) == join("OR", [~value for value in values])
    assert join("OR", values, inverted=True) == join("AND", [~value for value in values])
    assert all(~~value is value for value in values)


@pytest.mark.parametrize(("operator", "python"), [("AND", all), ("OR", any)])
@given(st.lists(st.booleans(), min_size=1, max_size=4))
def test_without_unknowns_it_is_plain_logic(operator, python, values):
    truths = [TRUE if value else FALSE for value in values]
    assert joined(operator, truths) == nested(operator, truths) == (TRUE if python(values) else FALSE)


@pytest.mark.parametrize("operator", ["AND", "OR"])
@given(LISTS, st.booleans())
def test_what_becomes_known_never_turns_an_answer_round(operator, values, inverted):
    before = joined(operator, values, inverted=inverted)
    for known in product(*([value] if value is not UNKNOWN else [FALSE, TRUE] for value in values)):
        after = joined(operator, list(known), inverted=inverted)
        assert before in (UNKNOWN, after)


# Laws of whole records

PRODUCTS = ("v:one", "v:two")
VERSIONS = ("1.0", "1.5", "2.0", "2.5")
MATCHES = st.builds(
    lambda kind, name, version, vulnerable, bounds: match(
        f"{kind}:{name}:{version if not bounds else '*'}", vulnerable=vulnerable, **bounds
    ),
    st.sampled_from("ah"),
    st.sampled_from(PRODUCTS),
    st.sampled_from([*VERSIONS, "*"]),
    st.booleans(),
    st.sampled_from(
        [
            {},
            {},
            {"end_excluding": "2.0"},
            {"start_including": "1.5"},
            {"start_excluding": "1.0", "end_including": "2.0"},
        ]
    ),
)
NODES = st.builds(
    lambda matches, operator, negate: node(*matches, operator=operator, negate=negate),
    st.lists(MATCHES, min_size=1, max_size=3),
    st.sampled_from(["OR", "AND"]),
    st.booleans(),
)
CONFIGURATIONS = st.builds(
    lambda nodes, operator, negate: configuration(*nodes, operator=operator, negate=negate),
    st.lists(NODES, min_size=1, max_size=3),
    st.sampled_from(["AND", "OR"]),
    st.booleans(),
)
RECORDS = st.lists(CONFIGURATIONS, min_size=1, max_size=2).map(lambda found: record("CVE-2031-1", *found))
PARTS = st.lists(
    st.builds(part, st.sampled_from("ah"), st.sampled_from(PRODUCTS), st.sampled_from([*VERSIONS, ""])),
    max_size=3,
    unique_by=lambda one: (one.part, one.product),
)


def plainly(one, parts) -> bool:
    """Judge a record on a device of which all is known, as NVD describes it, by an order of versions that is not ours."""

    def true(row) -> bool:
        for have in parts:
            if (have.part, have.product) == (row["part"], row["product"]):
                if any(
                    row[name]
                    for name in ("start_including", "start_excluding", "end_including", "end_excluding")
                ):
                    return (
                        (not row["start_including"] or order(have.version, row["start_including"]) >= 0)
                        and (not row["start_excluding"] or order(have.version, row["start_excluding"]) > 0)
                        and (not row["end_including"] or order(have.version, row["end_including"]) <= 0)
                        and (not row["end_excluding"] or order(have.version, row["end_excluding"]) < 0)
                    )
                return row["version"] == "*" or order(have.version, row["version"]) == 0
        return False

    def join(operator, negate, values):
        return (all(values) if operator == "AND" else any(values)) != negate

    return any(
        join(
            configured["operator"],
            configured["negate"],
            [
                join(one_["operator"], one_["negate"], [true(row) for row in one_["matches"]])
                for one_ in configured["nodes"]
            ],
        )
        for configured in one.configurations
    )


@given(RECORDS, PARTS.filter(lambda parts: all(one.version for one in parts)))
def test_where_all_is_known_a_record_is_judged_as_plain_logic_has_it(one, parts):
    judged = max(configured.value for configured in judge(criteria(one), parts, ALL))
    assert judged is (TRUE if plainly(one, parts) else FALSE)
    verdicts = conclude(criteria(one), parts, ALL).values()
    assert UNKNOWN not in {verdict.value for verdict in verdicts}
    assert judged is TRUE or all(verdict.value is FALSE for verdict in verdicts)


@given(RECORDS, PARTS)
def test_an_answer_on_an_unknown_version_holds_for_whatever_version_it_turns_out_to_be(one, parts):
    before = {name: verdict.value for name, verdict in conclude(criteria(one), parts, ALL).items()}
    for chosen in product(
        *(
            [made]
            if made.version
            else [replace(part(made.part, made.product, v), component_id=made.component_id) for v in VERSIONS]
            for made in parts
        )
    ):
        after = conclude(criteria(one), list(chosen), ALL)
        for name, value in before.items():
            assert value in (UNKNOWN, after[name].value)


@given(RECORDS, PARTS, st.sampled_from(["hardware", "system", "software"]))
def test_learning_that_nothing_else_is_there_never_turns_an_answer_round(one, parts, known):
    before = conclude(criteria(one), parts, NOTHING)
    after = conclude(criteria(one), parts, replace(NOTHING, **{known: True}))
    for name, verdict in before.items():
        assert verdict.value in (UNKNOWN, after[name].value)


@given(RECORDS, PARTS)
def test_every_unknown_names_what_is_missing_and_nothing_else_does(one, parts):
    for verdict in conclude(criteria(one), parts, NOTHING).values():
        assert bool(verdict.missing) == (verdict.value is UNKNOWN)


@given(RECORDS, PARTS, st.randoms())
def test_the_order_of_components_changes_nothing(one, parts, chance):
    mixed = list(parts)
    chance.shuffle(mixed)
    assert conclude(criteria(one), mixed, NOTHING) == conclude(criteria(one), parts, NOTHING)


# Sentences


@pytest.mark.parametrize(
    ("cpe", "bounds", "text"),
    [
        ("a:openssl:openssl:1.0.2k", {}, "a:openssl:openssl 1.0.2k"),
        ("a:openssl:openssl:1.0.2:beta1", {}, "a:openssl:openssl 1.0.2 beta1"),
        ("a:openssl:openssl:*", {}, "a:openssl:openssl any version"),
        ("o:microsoft:windows_xp:*:sp2", {}, "o:microsoft:windows_xp any version sp2"),
        ("o:microsoft:windows_7:-", {}, "o:microsoft:windows_7 (no version given)"),
        (
            "a:openssl:openssl:*",
            {"start_including": "1.0.2", "end_excluding": "1.0.2u"},
            "a:openssl:openssl >= 1.0.2 < 1.0.2u",
        ),
    ],
)
def test_a_criterion_is_written_as_a_reader_would(cpe, bounds, text):
    assert str(rule(cpe, **bounds)) == text


def test_every_operand_says_why_in_a_sentence_of_its_component():
    (configured,) = judge(criteria(ON_TOMARA), [FIRMWARE], NOTHING)
    firmware, hardware = (one.operands[0] for one in configured.nodes)
    assert firmware.why == "tomara_firmware 1.5 is within < 2.0"
    assert (hardware.why, hardware.missing) == ("hardware model missing", "hardware model")
    (configured,) = judge(
        criteria(ON_TOMARA), [FIRMWARE, OTHER], Knowledge(hardware=True, system=False, software=False)
    )
    assert configured.nodes[1].operands[0].why == "no quillon:tomara_64 on this device"
