# SPDX-License-Identifier: Apache-2.0
"""Versions of CVE records mean what their schema says: each entry with its changes, else the default status."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leadglass.formats import cve_record
from leadglass.services.ledger.said import rows
from leadglass.vulnerabilities.comparison import Truth
from leadglass.vulnerabilities.statements import speaks_of, stated_order, versions_of

STATUSES = {"affected": "affected", "unaffected": "not_affected", "unknown": "unknown"}
words = st.sampled_from([*STATUSES])


def statements(affected):
    raw = json.dumps(
        {
            "dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-2031-41001", "state": "PUBLISHED"},
            "containers": {"cna": {"affected": [{"vendor": "Sura", "product": "Box"} | affected]}},
        }
    ).encode()  # fmt: skip
    read = rows(cve_record.read(raw), "0" * 64)
    products = {row["number"]: {**row, "product_name": row["product"]} for row in read["named_product"]}
    return [(row["status"], products[row["product"]]) for row in read["statement"]]


def judged(said, version):
    """The statuses of the statements that speak of a version for sure."""
    return {
        status
        for status, product in said
        if speaks_of(versions_of(product), version, lacks="version", stated=stated_order(product)).value
        is Truth.TRUE
    }


def number(text):
    return tuple(int(one) for one in text.split("."))


def by_schema(affected, version):
    """The algorithm that the schema gives for `versions`: the first entry that holds a version tells its status."""
    at = number(version)
    for entry in affected["versions"]:
        lower = number(entry["version"])
        if "lessThan" not in entry:
            if at == lower:
                return entry["status"]
            continue
        if lower <= at < number(entry["lessThan"]):
            status = entry["status"]
            for change in sorted(entry.get("changes", ()), key=lambda one: number(one["at"])):
                status = change["status"] if number(change["at"]) <= at else status
            return status
    return affected.get("defaultStatus", "unknown")


@st.composite
def records(draw):
    """Entries that do not overlap, in any order, with changes in any order."""
    cuts = sorted(draw(st.sets(st.integers(1, 60), min_size=2, max_size=8)))
    entries = []
    for low, high in zip(cuts[::2], cuts[1::2], strict=False):
        entry = {"version": f"{low}.0", "status": draw(words), "versionType": "semver"}
        if draw(st.booleans()):
            inside = draw(st.sets(st.integers(low + 1, high), max_size=3)) - {high}
            changes = [{"at": f"{at}.0", "status": draw(words)} for at in inside]
            entry |= {"lessThan": f"{high}.0", "changes": draw(st.permutations(changes))}
        entries.append(entry)
    default = draw(st.sampled_from([None, *STATUSES]))
    return {"versions": draw(st.permutations(entries)), **({"defaultStatus": default} if default else {})}


@given(records(), st.integers(0, 62), st.sampled_from(["{}.0", "{}.5"]))
def test_each_version_has_the_status_that_the_schema_gives_it(affected, at, form):
    version = form.format(at)
    expected = STATUSES[by_schema(affected, version)]
    told = judged(statements(affected), version)
    assert told == {expected} or (expected == "unknown" and not told)


@given(records(), st.integers(0, 62))
def test_a_version_is_never_called_safe_that_the_schema_calls_affected(affected, at):
    assume(by_schema(affected, f"{at}.0") == "affected")
    assert "not_affected" not in judged(statements(affected), f"{at}.0")


@pytest.mark.parametrize(
    ("kind", "installed", "value"),
    [
        ("semver", "4.12.3", Truth.FALSE),
        ("rpm", "4.12.3", Truth.UNKNOWN),  # of which release it speaks is not stated
        ("custom", "4.12.3", Truth.UNKNOWN),
        ("", "4.12.3", Truth.UNKNOWN),
        ("custom", "4.12", Truth.TRUE),
        ("custom", "4.13", Truth.FALSE),
    ],
)
def test_a_makers_own_versions_are_read_as_carefully_as_prose(kind, installed, value):
    entry = {
        "version": "4.0",
        "lessThanOrEqual": "4.12",
        "status": "affected",
        **({"versionType": kind} if kind else {}),
    }
    ((_, product),) = statements({"versions": [entry]})
    told = speaks_of(versions_of(product), installed, lacks="version", stated=stated_order(product)).value
    assert (Truth.UNKNOWN if kind == "rpm" else told) is value


@pytest.mark.parametrize(
    ("collection", "package", "purl"),
    [
        ("https://registry.npmjs.org", "@quillon/view", "pkg:npm/%40quillon/view"),
        ("https://pypi.org/project", "tomara-codec", "pkg:pypi/tomara-codec"),
        ("https://repo.maven.apache.org/maven2", "org.quillon:archive", "pkg:maven/org.quillon/archive"),
        ("https://www.nuget.org/packages", "Quillon.Archive", "pkg:nuget/Quillon.Archive"),
        ("https://packages.quillon.example", "archive", ""),
    ],
)
def test_a_package_in_a_known_collection_is_named_by_its_url(collection, package, purl):
    ((_, product),) = statements(
        {"collectionURL": collection, "packageName": package, "defaultStatus": "affected"}
    )
    assert product["purl"] == purl
