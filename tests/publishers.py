# SPDX-License-Identifier: Apache-2.0
"""What publishers send: one small document of each standard, made of words; the makers and models are invented."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import yaml

CVE = "CVE-2031-41001"
STATED = "2031-01-02T00:00:00Z"
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
_SUBJECT = "SPDXRef-subject"


def _json(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def csaf(
    status: str, *, product: str = "Tomara 64", versions: str = "< 2.0", maker: str = "Quillon", publisher: str = "Quillon PSIRT",
    vulnerability: str = CVE, stated: str = STATED, name: str = "QM-1", title: str = "Commands without a password",
    note: str = "Anyone may give commands.", tree: Mapping[str, Any] | None = None, refs: Sequence[str] = ("P1",),
    category: str = "csaf_security_advisory",
) -> bytes:  # fmt: skip
    """An advisory, or a VEX, in CSAF 2.0 that puts `refs` into the group `status`; `tree` is instead of one range."""
    full = {"name": f"{maker} {product} {versions}", "product_id": "P1"}
    inner = {"category": "product_version_range", "name": versions, "product": full}
    named = {"category": "product_name", "name": product, "branches": [inner]}
    whole = tree or {"branches": [{"category": "vendor", "name": maker, "branches": [named]}]}
    scored = {"version": "3.1", "vectorString": VECTOR, "baseScore": 9.8, "baseSeverity": "CRITICAL"}
    return _json(
        {
            "document": {
                "category": category, "csaf_version": "2.0", "title": title,
                "publisher": {"category": "vendor", "name": publisher, "namespace": "https://quillon.example"},
                "tracking": {
                    "id": name, "status": "final", "version": "1", "initial_release_date": stated,
                    "current_release_date": stated,
                    "revision_history": [{"date": stated, "number": "1", "summary": "First"}],
                },
            },
            "product_tree": whole,
            "vulnerabilities": [
                {
                    "cve": vulnerability,
                    "notes": [{"category": "summary", "text": note}],
                    "product_status": {status: list(refs)},
                    "remediations": [{"category": "vendor_fix", "details": note, "product_ids": list(refs)}],
                    "scores": [{"products": list(refs), "cvss_v3": scored}],
                    "threats": [{"category": "impact", "details": note, "product_ids": list(refs)}],
                }
            ],
        }
    )  # fmt: skip


def component_of(
    component: str, version: str, product: str, versions: str, maker: str = "Quillon"
) -> dict[str, Any]:
    """A product tree: "P1" is a library, by package URL, as a default component of versions of a product."""
    library = {
        "product_id": "LIB", "name": f"{component} {version}",
        "product_identification_helper": {"purl": f"pkg:generic/{component}@{version}"},
    }  # fmt: skip
    device = {
        "category": "product_version_range",
        "name": versions,
        "product": {"product_id": "DEV", "name": product},
    }
    return {
        "branches": [
            {"category": "vendor", "name": maker, "branches": [{"category": "product_name", "name": product, "branches": [device]}]}
        ],
        "full_product_names": [library],
        "relationships": [
            {
                "category": "default_component_of", "product_reference": "LIB", "relates_to_product_reference": "DEV",
                "full_product_name": {"product_id": "P1", "name": f"{component} {version} in {product}"},
            }
        ],
    }  # fmt: skip


def openvex(
    status: str, product: str, *, vulnerability: str = CVE, author: str = "Quillon PSIRT", stated: str = STATED,
    note: str = "Nothing there is called.",
) -> bytes:  # fmt: skip
    """An OpenVEX document about a package URL."""
    said: dict[str, Any] = {
        "vulnerability": {"name": vulnerability},
        "products": [{"@id": product}],
        "status": status,
    }
    if status == "not_affected":
        said |= {"justification": "vulnerable_code_not_in_execute_path", "impact_statement": note}
    if status == "affected":
        said |= {"action_statement": note}
    return _json(
        {
            "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://quillon.example/vex/1", "author": author,
            "timestamp": stated, "version": 1, "statements": [said],
        }
    )  # fmt: skip


def cyclonedx_vex(
    state: str, *, component: str = "", version: str = "", product: str = "Tomara 64", product_version: str = "1.5",
    maker: str = "Quillon", vulnerability: str = CVE, note: str = "Nothing there is called.",
) -> bytes:  # fmt: skip
    """A CycloneDX document of statements alone: about the product, or about a component by its package URL."""
    ref = f"pkg:generic/{component}@{version}" if component else "subject"
    return _json(
        {
            "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "serialNumber": "urn:uuid:7b9a3f0e-6d54-4f0f-9d0a-2b1f8f0c5a22",
            "metadata": {
                "timestamp": STATED, "manufacturer": {"name": maker},
                "component": {"type": "device", "bom-ref": "subject", "name": product, "version": product_version,
                              "manufacturer": {"name": maker}},
            },
            "vulnerabilities": [
                {"id": vulnerability, "source": {"name": "NVD"}, "analysis": {"state": state, "detail": note},
                 "affects": [{"ref": ref}]}
            ],
        }
    )  # fmt: skip


def osv(
    package: str, *, ecosystem: str = "PyPI", introduced: str = "0", fixed: str = "2.0", vulnerability: str = CVE,
    purl: str = "",
) -> bytes:  # fmt: skip
    """An OSV record about a range of versions of a package."""
    events = [{"introduced": introduced}, {"fixed": fixed}]
    named = {"ecosystem": ecosystem, "name": package, **({"purl": purl} if purl else {})}
    return _json(
        {
            "schema_version": "1.7.0", "id": "GHSA-2031-aaaa-bbbb", "modified": STATED, "published": STATED,
            "aliases": [vulnerability], "summary": "Writes outside of its buffer",
            "severity": [{"type": "CVSS_V3", "score": VECTOR}],
            "affected": [{"package": named, "ranges": [{"type": "ECOSYSTEM", "events": events}]}],
        }
    )  # fmt: skip


def cve_record(
    vendor: str, product: str, *, before: str = "2.0", vulnerability: str = CVE, description: str = "Commands without a password."
) -> bytes:  # fmt: skip
    """A CVE record 5.1 that names vendor and product in words alone."""
    affected = {
        "vendor": vendor, "product": product, "defaultStatus": "unaffected",
        "versions": [{"version": "0", "lessThan": before, "versionType": "custom", "status": "affected"}],
    }  # fmt: skip
    return _json(
        {
            "dataType": "CVE_RECORD", "dataVersion": "5.1",
            "cveMetadata": {
                "cveId": vulnerability, "assignerOrgId": "00000000-0000-4000-8000-000000000001", "assignerShortName": "quillon",
                "state": "PUBLISHED", "datePublished": STATED, "dateUpdated": STATED,
            },
            "containers": {
                "cna": {
                    "providerMetadata": {"orgId": "00000000-0000-4000-8000-000000000001", "shortName": "quillon"},
                    "descriptions": [{"lang": "en", "value": description}], "affected": [affected],
                    "metrics": [{"format": "CVSS", "cvssV3_1": {"version": "3.1", "vectorString": VECTOR}}],
                }
            },
        }
    )  # fmt: skip


def status_list(
    vendor: str, product: str, *, affected: Sequence[str] = (), fixed: Sequence[str] = (), vulnerability: str = CVE,
    note: str = "Seen by the maker.",
) -> bytes:  # fmt: skip
    """A list of product statuses in the layout of CISA's."""
    told = {
        "investigated": True, "affected_versions": list(affected), "fixed_versions": list(fixed), "unaffected_versions": [],
    }  # fmt: skip
    entry = {
        "vendor": vendor, "product": product, "cves": {vulnerability.lower(): told}, "vendor_links": [], "notes": note,
        "references": [], "last_updated": "2031-01-02T00:00:00",
    }  # fmt: skip
    said = {
        "version": "1.0",
        "owners": [{"name": "an agency", "url": "https://agency.example"}],
        "software": [entry],
    }
    return b"---\n" + yaml.safe_dump(said, sort_keys=False, allow_unicode=True).encode()


def openfda(firm: str, product: str, *, code: str = "All serial numbers", reason: str = "The table may move by itself.") -> bytes:  # fmt: skip
    """An answer of openFDA with one recall."""
    recall = {
        "cfres_id": "990001", "product_res_number": "Z-0101-2031", "res_event_number": "99001",
        "event_date_initiated": "2031-01-01", "event_date_posted": "2031-01-02", "recall_status": "Open, Classified",
        "product_description": product, "code_info": code, "recalling_firm": firm, "reason_for_recall": reason,
        "action": "The firm sent letters.",
    }  # fmt: skip
    return _json(
        {
            "meta": {"disclaimer": "Invented.", "last_updated": "2031-01-02", "results": {"skip": 0, "limit": 1, "total": 1}},
            "results": [recall],
        }
    )  # fmt: skip


def letter(
    maker: str, model: str, *, versions: str = "1.0 to 1.5", status: str = "affected", vulnerability: str = CVE,
    subject: str = "Commands without a password", action: str = "Close port 4100.",
) -> bytes:  # fmt: skip
    """The form of a maker's letter, as JSON."""
    return _json(
        {
            "form": "leadglass-letter/1", "maker": maker, "letter": "FSN-1", "date": "2031-01-02", "subject": subject,
            "status": status, "what_to_do": action, "products": [{"model": model, "versions": versions}],
            "attachment": {"file": "fsn.pdf", "sha256": "11" * 32},
            "vulnerabilities": [{"id": vulnerability, "description": subject}],
        }
    )  # fmt: skip


def endoflife(product: str = "quillos") -> bytes:
    """An answer of the API v1 of endoflife.date."""
    release = {
        "name": "3.10", "codename": None, "label": "3.10", "releaseDate": "2030-06-01", "isLts": False, "ltsFrom": None,
        "isEoas": False, "eoasFrom": "2032-06-01", "isEol": False, "eolFrom": "2034-06-01", "isMaintained": True,
        "latest": {"name": "3.10.2", "date": "2031-01-15", "link": None},
    }  # fmt: skip
    result = {"name": product, "label": product, "category": "os", "identifiers": [], "releases": [release]}
    return _json({"schema_version": "1.2.0", "generated_at": STATED, "result": result})


def swid(name: str = "Tomara Viewer", version: str = "4.2", maker: str = "Quillon") -> bytes:
    """A SWID tag."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<SoftwareIdentity xmlns="http://standards.iso.org/iso/19770/-2/2015/schema.xsd" name="{escape(name)}" tagId="quillon.example/v"
    version="{escape(version)}"><Entity name="{escape(maker)}" regid="quillon.example" role="softwareCreator tagCreator"/>
</SoftwareIdentity>
""".encode()


def cyclonedx_xml(
    name: str, version: str, parts: Sequence[Mapping[str, str]], *, maker: str = "Quillon"
) -> bytes:
    """A bill of materials in CycloneDX XML."""
    listed = "".join(
        f'<component type="library"><name>{escape(part["name"])}</name><version>{escape(part["version"])}</version>'
        + (f"<purl>{escape(part['purl'])}</purl>" if "purl" in part else "")
        + "</component>"
        for part in parts
    )
    subject = f"<supplier><name>{escape(maker)}</name></supplier><name>{escape(name)}</name><version>{version}</version>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:7b9a3f0e-6d54-4f0f-9d0a-2b1f8f0c5a11" version="1">
<metadata><component type="device">{subject}</component></metadata><components>{listed}</components></bom>
""".encode()


def spdx(
    name: str, version: str, parts: Sequence[Mapping[str, str]], *, maker: str = "Quillon"
) -> dict[str, Any]:
    """A bill of materials in SPDX 2.3, as a tree; `spdx_as` writes it."""

    def package(ref: str, named: str, number: str, **more: Any) -> dict[str, Any]:
        return {"SPDXID": ref, "name": named, "versionInfo": number, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
                **more}  # fmt: skip

    listed = [
        package(
            f"SPDXRef-{number}", part["name"], part["version"],
            **({"externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                  "referenceLocator": part["purl"]}]} if "purl" in part else {}),
        )
        for number, part in enumerate(parts)
    ]  # fmt: skip
    subject = package(
        _SUBJECT, name, version, supplier=f"Organization: {maker}", primaryPackagePurpose="DEVICE"
    )
    related = [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": _SUBJECT},
        *({"spdxElementId": _SUBJECT, "relationshipType": "CONTAINS", "relatedSpdxElement": one["SPDXID"]} for one in listed),
    ]  # fmt: skip
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": name,
        "documentNamespace": "https://quillon.example/spdx/1",
        "creationInfo": {"created": "2026-03-01T12:00:00Z", "creators": ["Organization: Quillon"]},
        "packages": [subject, *listed], "relationships": related,
    }  # fmt: skip


def _tag_value(tree: Mapping[str, Any]) -> bytes:
    made = tree["creationInfo"]
    lines = [
        f"SPDXVersion: {tree['spdxVersion']}", f"DataLicense: {tree['dataLicense']}", f"SPDXID: {tree['SPDXID']}",
        f"DocumentName: {tree['name']}", f"DocumentNamespace: {tree['documentNamespace']}",
        *(f"Creator: {one}" for one in made["creators"]), f"Created: {made['created']}",
    ]  # fmt: skip
    for one in tree["packages"]:
        lines += [
            "",
            f"PackageName: {one['name']}",
            f"SPDXID: {one['SPDXID']}",
            f"PackageVersion: {one['versionInfo']}",
        ]
        lines += [f"PackageSupplier: {one['supplier']}"] if "supplier" in one else []
        lines += [f"PackageDownloadLocation: {one['downloadLocation']}", "FilesAnalyzed: false"]
        lines += (
            [f"PrimaryPackagePurpose: {one['primaryPackagePurpose']}"]
            if "primaryPackagePurpose" in one
            else []
        )
        for ref in one.get("externalRefs", ()):
            lines.append(
                f"ExternalRef: {ref['referenceCategory']} {ref['referenceType']} {ref['referenceLocator']}"
            )
    lines.append("")
    for one in tree["relationships"]:
        lines.append(
            f"Relationship: {one['spdxElementId']} {one['relationshipType']} {one['relatedSpdxElement']}"
        )
    return "\n".join([*lines, ""]).encode()


def _rdf(tree: Mapping[str, Any]) -> bytes:
    space = tree["documentNamespace"] + "#"
    wanted = {one["spdxElementId"]: [] for one in tree["relationships"]}  # type: dict[str, list[str]]
    for one in tree["relationships"]:
        kind = one["relationshipType"].lower()
        wanted[one["spdxElementId"]].append(
            f'<relationship><Relationship><relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_{kind}"/>'
            f'<relatedSpdxElement rdf:resource="{space}{one["relatedSpdxElement"]}"/></Relationship></relationship>'
        )
    nowhere = '<downloadLocation rdf:resource="http://spdx.org/rdf/terms#noassertion"/><filesAnalyzed>false</filesAnalyzed>'
    packages = ""
    for one in tree["packages"]:
        refs = "".join(
            '<externalRef><ExternalRef><referenceCategory rdf:resource="http://spdx.org/rdf/terms#referenceCategory_packageManager"/>'
            '<referenceType rdf:resource="http://spdx.org/rdf/references/purl"/>'
            f"<referenceLocator>{escape(ref['referenceLocator'])}</referenceLocator></ExternalRef></externalRef>"
            for ref in one.get("externalRefs", ())
        )
        purpose = (
            '<primaryPackagePurpose rdf:resource="http://spdx.org/rdf/terms#purpose_device"/>'
            if "primaryPackagePurpose" in one
            else ""
        )
        supplier = f"<supplier>{escape(one['supplier'])}</supplier>" if "supplier" in one else ""
        packages += (
            f'<Package rdf:about="{space}{one["SPDXID"]}"><name>{escape(one["name"])}</name>'
            f"<versionInfo>{escape(one['versionInfo'])}</versionInfo>{nowhere}{supplier}{purpose}{refs}"
            + "".join(wanted.get(one["SPDXID"], []))
            + "</Package>"
        )
    made = tree["creationInfo"]
    creators = "".join(f"<creator>{escape(one)}</creator>" for one in made["creators"])
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://spdx.org/rdf/terms#">
<SpdxDocument rdf:about="{space}SPDXRef-DOCUMENT"><specVersion>{tree["spdxVersion"]}</specVersion>
<name>{escape(tree["name"])}</name><dataLicense rdf:resource="http://spdx.org/licenses/CC0-1.0"/>
<creationInfo><CreationInfo><created>{made["created"]}</created>{creators}</CreationInfo></creationInfo>
{"".join(wanted["SPDXRef-DOCUMENT"])}</SpdxDocument>{packages}</rdf:RDF>
""".encode()


def _json_ld(tree: Mapping[str, Any]) -> bytes:
    space = tree["documentNamespace"] + "/"
    subject, *parts = tree["packages"]
    maker = subject["supplier"].removeprefix("Organization: ")

    def element(kind: str, ref: str, **said: Any) -> dict[str, Any]:
        return {"type": kind, "spdxId": space + ref, "creationInfo": "_:made", **said}

    graph = [
        {"type": "CreationInfo", "@id": "_:made", "specVersion": "3.0.1", "created": STATED, "createdBy": [space + "maker"]},
        element("SpdxDocument", "document", rootElement=[space + "bom"], name=tree["name"]),
        element("software_Sbom", "bom", rootElement=[space + _SUBJECT]),
        element("Organization", "maker", name=maker),
        element("software_Package", _SUBJECT, name=subject["name"], software_packageVersion=subject["versionInfo"],
                suppliedBy=space + "maker", software_primaryPurpose="device"),
        *(
            element("software_Package", one["SPDXID"], name=one["name"], software_packageVersion=one["versionInfo"],
                    **({"software_packageUrl": one["externalRefs"][0]["referenceLocator"]} if "externalRefs" in one else {}))
            for one in parts
        ),
        element("Relationship", "r", **{"from": space + _SUBJECT, "relationshipType": "contains",
                                        "to": [space + one["SPDXID"] for one in parts]}),
    ]  # fmt: skip
    return _json({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph})


SPDX = {
    "SPDX JSON": _json,
    "SPDX YAML": lambda tree: yaml.safe_dump(dict(tree), sort_keys=False, allow_unicode=True).encode(),
    "SPDX tag-value": _tag_value,
    "SPDX RDF": _rdf,
    "SPDX JSON-LD": _json_ld,
}
"""Writers of a tree of `spdx`, by the name of the standard."""

PARTS = (
    {"name": "openssl", "version": "1.0.2k", "purl": "pkg:generic/openssl@1.0.2k"},
    {"name": "zlib", "version": "1.2.11", "purl": "pkg:generic/zlib@1.2.11"},
)

ALL: Mapping[str, bytes] = {
    "CSAF": csaf("known_affected"),
    "OpenVEX": openvex("not_affected", "pkg:generic/openssl@1.0.2k"),
    "CycloneDX": cyclonedx_vex("not_affected", component="openssl", version="1.0.2k"),
    "CycloneDX XML": cyclonedx_xml("Tomara 64", "1.5", PARTS),
    **{standard: write(spdx("Tomara 64", "1.5", PARTS)) for standard, write in SPDX.items()},
    "SWID": swid(),
    "OSV": osv("tomara-codec"),
    "CVE record": cve_record("Quillon", "Tomara 64"),
    "product status list": status_list("Quillon", "Tomara 64", affected=["< 2.0"]),
    "openFDA recall": openfda("Quillon", "Tomara 64 computed tomography system"),
    "maker's letter": letter("Quillon", "Tomara 64"),
    "endoflife.date": endoflife(),
}
"""One document of each standard, by the name that it is recognised under."""
