"""Seeded mutations of security advisories: each breaks, or may break, one thing in a copy of a real one."""

import copy
import random
from collections.abc import Callable
from typing import Any

Mutation = Callable[[random.Random, dict[str, Any]], None]

TIMES = ("2020-02-30T10:00:00Z", "2020-01-01", "2020-01-01T25:00:00Z", "yesterday", "2020-01-01T10:00:00",
         "2021-01-01T10:00:00.5+02:00", "2016-12-31T23:59:60Z", "2020-13-01T00:00:00Z", "")  # fmt: skip
VERSIONS = (
    "0",
    "1",
    "2",
    "3",
    "99",
    "1.0.0",
    "2.0.0",
    "0.1.0",
    "1.0.0-rc.1",
    "1.0.0+build",
    "01",
    "1.0",
    "v1",
)
TAGS = (
    "en",
    "EZ",
    "en-US",
    "de-CH",
    "en-QQ",
    "qq-ZZ",
    "x-private",
    "i-default",
    "english",
    "de-Latn-DE",
    "e",
    "fr-ÄÖ",
)
CATEGORIES = ("csaf_base", "csaf_vex", "csaf_security_incident_response", "csaf_informational_advisory", "csaf_other",
              "Security Advisory", "V_eX", "something of our own", "-x", "vex ")  # fmt: skip
NAMES = (
    "4.2",
    "<4.2",
    "4.1 and earlier",
    "all versions",
    "after-eight",
    "prior to 3",
    "v3.1",
    "4.2.",
    "small",
)
PURLS = (
    "pkg:npm/left-pad@1.3.0",
    "pkg:maven/@1.3.4",
    "pkg:",
    "pkg:deb/debian/openssl",
    "npm/x",
    "pkg:npm/%40a/b",
)
CPES = (
    "cpe:2.3:a:acme:viewer:1.0:*:*:*:*:*:*:*",
    "cpe:/a:acme:viewer:1.0",
    "cpe:2.3:a:acme",
    "cpe:2.3:x:a:b:c",
)
HASH = "0123456789abcdef" * 4


def nodes(value: Any, kind: type) -> list[Any]:
    """Give all objects (dict) or lists (list) of a document."""
    found, pending = [], [value]
    while pending:
        inner = pending.pop()
        if isinstance(inner, kind):
            found.append(inner)
        if isinstance(inner, dict | list):
            pending += inner.values() if isinstance(inner, dict) else inner
    return found


def any_of(rng: random.Random, document: dict[str, Any], key: str) -> dict[str, Any] | None:
    holders = [node for node in nodes(document, dict) if key in node]
    return rng.choice(holders) if holders else None


def vulnerability(rng: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    return rng.choice(document["vulnerabilities"])


def product(rng: random.Random, document: dict[str, Any]) -> str:
    return rng.choice([node["product_id"] for node in nodes(document, dict) if "product_id" in node])


def delete_a_key(rng, document):
    node = rng.choice([node for node in nodes(document, dict) if node])
    del node[rng.choice(sorted(node))]


def change_a_type(rng, document):
    node = rng.choice([node for node in nodes(document, dict) if node])
    node[rng.choice(sorted(node))] = rng.choice([None, 7, True, "text", [], {}, [1], {"a": 1}, ""])


def empty_a_list(rng, document):
    rng.choice(nodes(document, list)).clear()


def repeat_an_item(rng, document):
    items = rng.choice([items for items in nodes(document, list) if items])
    items.append(copy.deepcopy(rng.choice(items)))


def add_a_key(rng, document):
    rng.choice(nodes(document, dict))["x_of_our_own"] = 1


def spoil_a_date(rng, document):
    key = rng.choice(["date", "current_release_date", "initial_release_date"])
    any_of(rng, document, key)[key] = rng.choice(TIMES)


def spoil_a_url(rng, document):
    holder = any_of(rng, document, "url")
    if holder is not None:
        holder["url"] = rng.choice(["www.example.org", "https://example.org/a b", "mailto:a@example.org", "", "https://[::1]/x"])  # fmt: skip


def cvss(rng, document):
    found = [node for node in nodes(document, dict) if "vectorString" in node]
    return rng.choice(found) if found else {}


def change_a_score(rng, document):
    found = cvss(rng, document)
    key = rng.choice(["baseScore", "temporalScore", "environmentalScore"])
    found[key] = rng.choice([0, 5.5, 9.8, 10, 10.1, -1, "9.8", found.get("baseScore")])


def change_a_severity(rng, document):
    cvss(rng, document)[rng.choice(["baseSeverity", "temporalSeverity"])] = rng.choice(
        ["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL", "high"]
    )


def change_a_metric(rng, document):
    key = rng.choice(["attackVector", "scope", "privilegesRequired", "exploitCodeMaturity", "modifiedScope"])
    cvss(rng, document)[key] = rng.choice(
        ["NETWORK", "LOCAL", "CHANGED", "UNCHANGED", "NONE", "HIGH", "NOT_DEFINED"]
    )


def change_a_vector(rng, document):
    found = cvss(rng, document)
    old = found.get("vectorString", "CVSS:3.1/AV:N")
    cells = old.split("/")
    found["vectorString"] = rng.choice(
        [
            "/".join(cells[:-1]),
            old.replace("AV:N", "AV:L"),
            old + "/E:P",
            old + "/AV:N",
            old + "/",
            old.lower(),
            "",
            old + "/MS:C/CR:H",
            old.replace("CVSS:3.0", "CVSS:3.1"),
        ]
    )


def change_a_cvss_version(rng, document):
    cvss(rng, document)["version"] = rng.choice(["2.0", "3.0", "3.1", "4.0", 3.1])


def refer_to_no_product(rng, document):
    status = vulnerability(rng, document).setdefault("product_status", {})
    status.setdefault(rng.choice(["known_affected", "recommended", "first_fixed"]), []).append(
        "CSAFPID-MISSING"
    )


def define_a_product_again(rng, document):
    tree = document["product_tree"]
    again = {"name": "Again", "product_id": product(rng, document)}
    tree.setdefault("full_product_names", []).append(again)


def contradict_a_status(rng, document):
    status = vulnerability(rng, document).setdefault("product_status", {})
    one, other = rng.sample(
        ["known_affected", "fixed", "known_not_affected", "first_affected", "recommended"], 2
    )
    chosen = product(rng, document)
    for key in (one, other):
        if chosen not in status.setdefault(key, []):
            status[key].append(chosen)


def score_twice(rng, document):
    found = vulnerability(rng, document)
    if found.get("scores"):
        found["scores"].append(copy.deepcopy(found["scores"][0]))


def change_a_weakness(rng, document):
    known = [node["cwe"] for node in nodes(document, dict) if isinstance(node.get("cwe"), dict)]
    if known:
        rng.choice(known)[rng.choice(["id", "name"])] = rng.choice(
            ["CWE-79", "CWE-20", "CWE-0", "Improper Things"]
        )


def use_a_cve_again(rng, document):
    found = vulnerability(rng, document)
    document["vulnerabilities"].append(copy.deepcopy(found))


def spoil_a_cve(rng, document):
    vulnerability(rng, document)["cve"] = rng.choice(
        ["CVE-2020-1", "cve-2020-1234", "CVE-2020-99999999", " CVE-2020-1234"]
    )


def change_a_language(rng, document):
    document["document"][rng.choice(["lang", "source_lang"])] = rng.choice(TAGS)


def change_the_category(rng, document):
    document["document"]["category"] = rng.choice(CATEGORIES)


def translate(rng, document):
    document["document"]["publisher"]["category"] = "translator"
    if rng.random() < 0.5:
        document["document"]["source_lang"] = rng.choice(["en", "en-US", "de"])


def change_a_revision(rng, document):
    rng.choice(document["document"]["tracking"]["revision_history"])["number"] = rng.choice(VERSIONS)


def change_the_version(rng, document):
    document["document"]["tracking"]["version"] = rng.choice(VERSIONS)


def change_the_status(rng, document):
    document["document"]["tracking"]["status"] = rng.choice(["draft", "interim", "final", "Final"])
    if rng.random() < 0.5:
        change_the_version(rng, document)


def shuffle_the_history(rng, document):
    rng.shuffle(document["document"]["tracking"]["revision_history"])


def add_a_revision(rng, document):
    document["document"]["tracking"]["revision_history"].append(
        {
            "date": rng.choice(["1999-01-01T00:00:00Z", "2030-01-01T00:00:00Z"]),
            "number": rng.choice(VERSIONS),
            "summary": "x",
        }
    )


def rename_a_branch(rng, document):
    branches = [node for node in nodes(document, dict) if "product" in node and "category" in node]
    if branches:
        rng.choice(branches).update(category="product_version", name=rng.choice(NAMES))


def forget_the_products_of_a_remediation(rng, document):
    for node in document["vulnerabilities"]:
        for remediation in node.get("remediations", ()):
            remediation.pop("product_ids", None)
            if rng.random() < 0.3:
                remediation["group_ids"] = ["CSAFGID-1"]


def add_a_group(rng, document):
    ids = list({product(rng, document) for _ in range(4)})
    group = {"group_id": "CSAFGID-1", "product_ids": ids}
    document["product_tree"]["product_groups"] = [group] * rng.choice([1, 1, 2])
    for node in document["vulnerabilities"]:
        node["remediations"] = [{"category": "mitigation", "details": "x", "group_ids": [rng.choice(["CSAFGID-1", "CSAFGID-2"])]}]  # fmt: skip


def flag_products(rng, document):
    for node in document["vulnerabilities"]:
        flag = {"label": "component_not_present"}
        if rng.random() < 0.8:
            flag["product_ids"] = [product(rng, document)]
        node["flags"] = [flag] + [dict(flag, label="vulnerable_code_not_present")] * rng.choice([0, 0, 1])


def involve(rng, document):
    for node in document["vulnerabilities"]:
        node["involvements"] = [
            {"date": rng.choice(["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"]), "party": rng.choice(["vendor", "user"]),
             "status": status} for status in ("open", "completed")]  # fmt: skip


def turn_in_circles(rng, document):
    known = product(rng, document)
    document["product_tree"]["relationships"] = [
        {"category": "installed_on", "full_product_name": {"name": "A on B", "product_id": "R-1"},
         "product_reference": known, "relates_to_product_reference": rng.choice(["R-1", "R-2", known])},
        {"category": "installed_on", "full_product_name": {"name": "B on A", "product_id": "R-2"},
         "product_reference": rng.choice(["R-1", known]), "relates_to_product_reference": known},
    ]  # fmt: skip


def identify_a_product(rng, document):
    found = rng.choice([node for node in nodes(document, dict) if "product_id" in node])
    found["product_identification_helper"] = rng.choice(
        [
            {"purl": rng.choice(PURLS)},
            {"cpe": rng.choice(CPES)},
            {},
            {"model_numbers": ["a", "a"]},
            {
                "hashes": [
                    {
                        "filename": "a.so",
                        "file_hashes": [
                            {"algorithm": rng.choice(["md5", "sha256"]), "value": HASH},
                            {"algorithm": "sha256", "value": HASH[:32]},
                        ],
                    }
                ]
            },
        ]
    )


def make_it_vex(rng, document):
    document["document"]["category"] = "csaf_vex"
    found = vulnerability(rng, document)
    chosen = product(rng, document)
    found["product_status"] = {
        rng.choice(["known_not_affected", "fixed", "known_affected", "recommended"]): [chosen]
    }
    if rng.random() < 0.5:
        found["threats"] = [
            {"category": rng.choice(["impact", "target_set"]), "details": "x", "product_ids": [chosen]}
        ]
    if rng.random() < 0.3:
        found.pop("cve", None)


MUTATIONS: tuple[Mutation, ...] = (
    delete_a_key, delete_a_key, change_a_type, change_a_type, empty_a_list, repeat_an_item, add_a_key, spoil_a_date,
    spoil_a_url, change_a_score, change_a_severity, change_a_metric, change_a_vector, change_a_cvss_version,
    refer_to_no_product, define_a_product_again, contradict_a_status, score_twice, change_a_weakness, use_a_cve_again,
    spoil_a_cve, change_a_language, change_the_category, translate, change_a_revision, change_the_version,
    change_the_status, shuffle_the_history, add_a_revision, rename_a_branch, forget_the_products_of_a_remediation,
    add_a_group, flag_products, involve, turn_in_circles, identify_a_product, make_it_vex,
)  # fmt: skip


def mutated(originals: list[dict[str, Any]], count: int, seed: int) -> list[tuple[str, dict[str, Any]]]:
    """Mutate copies of documents, each mutation in its turn; give what was done and the document."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        mutation = MUTATIONS[number % len(MUTATIONS)]
        document = copy.deepcopy(rng.choice(originals))
        mutation(rng, document)
        made.append((mutation.__name__, document))
    return made
