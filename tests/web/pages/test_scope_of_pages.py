"""Who sees one site sees nothing of another: listings, counts, search, documents, pages, files."""

import json
from contextlib import closing
from html import unescape

import pytest

from leadglass.services.ledger.listings import LISTINGS
from tests.hospital import fleet, kev
from tests.web.pages.conftest import ANALYST, VIEWER, Pages
from tests.web.pages.test_listings import ADDRESSES
from tests.web.pages.test_things import upload

FOREIGN = ("North Quay", "MR-001", "CT-900", "Pellar", "OpenSSL", "NQ-1", "CVE-2031-41002")
"""What only the other site has; the vulnerability touches nothing of this one."""


def text(answer) -> str:
    return unescape(answer.content.decode())


@pytest.mark.parametrize("form", ["", "csv", "json"])
@pytest.mark.parametrize("name", LISTINGS)
def test_no_listing_and_no_file_of_it_names_another_site(pages: Pages, name: str, form: str) -> None:
    answer = pages.get(f"/{ADDRESSES[name]}", VIEWER, **({"format": form} if form else {}))
    assert answer.status_code == 200
    assert [word for word in FOREIGN if word in text(answer)] == []


def test_the_same_listings_name_it_to_who_sees_all(pages: Pages) -> None:
    told = "".join(text(pages.get(f"/{address}", ANALYST, format="json")) for address in ADDRESSES.values())
    assert [word for word in FOREIGN if word not in told] == []


@pytest.mark.parametrize("asked", [*FOREIGN, "N", "e"])
def test_a_search_finds_nothing_of_another_site(pages: Pages, asked: str) -> None:
    answer = pages.get("/search", VIEWER, q=asked)
    told = text(answer).replace(f'"{asked}"', "").replace(f"text={asked}", "")
    assert [word for word in FOREIGN if word in told] == []


def test_the_overview_counts_and_names_one_site(pages: Pages) -> None:
    answer = text(pages.get("/", VIEWER))
    assert [word for word in FOREIGN if word in answer] == []
    assert "3 devices at 1 site" in answer
    assert "5 devices at 2 sites" in text(pages.get("/", ANALYST))


def test_things_of_another_site_are_not_there(pages: Pages) -> None:
    hospital = pages.hospital
    north = {row["device_id"] for row in hospital.list("devices", site="North Quay")}
    addresses = [f"/devices/{name}" for name in (*north, "MR-001")]
    addresses += [f"/findings/{row['id']}" for row in hospital.list("findings", site="North Quay")]
    addresses += [f"/actions/{row['id']}" for row in hospital.list("actions", site="North Quay")]
    addresses += [
        f"/components/{row['component_id']}" for row in hospital.list("components", device="MR-001")
    ]
    addresses += [f"/products/{row['product_id']}" for row in hospital.list("products", text="Pellar")]
    assert len(addresses) > 8
    client, all_ = pages.client(VIEWER), pages.client(ANALYST)
    assert {client.get(address).status_code for address in addresses} == {404}
    assert {all_.get(address).status_code for address in addresses} == {200}


def test_documents_that_list_devices_of_another_site_are_neither_shown_nor_given(pages: Pages) -> None:
    client = pages.client(VIEWER)
    seen = {row["sha256"] for row in json.loads(client.get("/documents?format=json").content)}
    rows = {row["sha256"]: row["kind"] for row in pages.hospital.list("sources")}
    harbor = {row["sha256"] for row in pages.hospital.list("devices", site="Harbor")}
    assert {sha for sha, kind in rows.items() if kind == "fleet"} & seen == harbor
    assert {rows[sha] for sha in seen} == {"fleet", "nvd", "kev"}
    for sha in rows:
        expected = 200 if sha in seen else 404
        assert client.get(f"/documents/{sha}").status_code == expected
        for name in (sha, sha[:16]):
            with closing(client.get(f"/documents/{name}/bytes")) as answer:
                assert answer.status_code == expected


def test_versions_of_components_of_another_site_are_not_told_of_a_vulnerability(pages: Pages) -> None:
    answer = text(pages.get("/vulnerabilities/CVE-2031-41002", VIEWER))
    assert [word for word in FOREIGN[:-1] if word in answer.replace("openssl", "")] == []
    assert "OpenSSL" in text(pages.get("/vulnerabilities/CVE-2031-41002", ANALYST))


def test_an_action_of_another_site_is_not_decided_on(pages: Pages) -> None:
    pages.enrol("h.analyst", "security_analyst", "Harbor")
    client = pages.client("h.analyst")
    row = pages.hospital.list("actions", site="North Quay")[0]
    given = {"id": row["id"], "kind": "close", "owner": "A. Chair", "reason": "it is gone", "proof": "seen"}
    assert client.get("/actions/decide", {"id": row["id"]}).status_code == 404
    assert client.post("/actions/decide", given).status_code == 404
    assert client.post("/actions/assign", {"id": row["id"], "assignee": "h.analyst"}).status_code == 404
    assert client.post("/comments", {"target": row["id"], "text": "I was here"}).status_code == 404
    assert pages.house.register.decisions() == []
    assert pages.house.register.assignments() == []


def test_the_history_of_all_is_the_auditors(pages: Pages) -> None:
    assert pages.get("/history", VIEWER).status_code == 403
    pages.enrol("h.auditor", "auditor", "Harbor")
    assert pages.get("/history", "h.auditor").status_code == 403
    assert pages.get("/history", "o.auditor").status_code == 200


def test_documents_of_another_site_are_not_received_from_here(pages: Pages) -> None:
    pages.enrol("h.engineer", "clinical_engineer", "Harbor")
    client = pages.client("h.engineer")
    device = {"asset_tag": "CT-777", "manufacturer": "Quillon", "model": "Tomara 64"}
    sent = {
        "mine.csv": fleet(device),
        "theirs.csv": fleet({**device, "site": "North Quay"}),
        "kev.json": kev("CVE-2031-1"),
    }
    answer = client.post(
        "/documents/receive", {"documents": [upload(name, raw) for name, raw in sent.items()]}
    )
    assert text(answer).count("Ask somebody who receives for all sites.") == 2
    assert "North Quay" not in text(answer)
    assert {one.name for one in pages.house.documents.receipts()} & set(sent) == {"mine.csv"}


def test_a_question_counts_and_names_the_devices_of_one_site(pages: Pages) -> None:
    pages.hospital.receive(
        fleet({"asset_tag": "CT-901", "manufacturer": "Quillon", "model": "Tomara 64", "site": "North Quay"})
    )
    pages.hospital.assess()
    asked = next(row for row in pages.hospital.list("questions") if row["kind"] == "version")
    assert "the 2 Tomara 64" in text(pages.get(f"/questions/{asked['id']}", ANALYST))
    for path in (f"/questions/{asked['id']}", "/questions", "/"):
        answer = text(pages.get(path, VIEWER))
        assert "the 1 Tomara 64" in answer, path
        assert "the 2 Tomara 64" not in answer, path
