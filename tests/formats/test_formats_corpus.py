# SPDX-License-Identifier: Apache-2.0
"""Readers on the public documents, counted against a plain walk of the same bytes."""

import csv
import gzip
import io
import json
import lzma
from collections import Counter

import pytest

from leadglass.errors import UnreadableError
from leadglass.formats import cyclonedx, epss, kev, nvd
from leadglass.formats.archives import members
from leadglass.formats.recognise import recognise
from leadglass.values.cpe import Cpe
from leadglass.values.sources import Kind

pytestmark = pytest.mark.corpus

YEARS = ("2002", "2003", "2026")


def named(components):
    """Count the components that have a name, and those within them."""
    found = 0
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict):
            name = component.get("name")
            found += isinstance(name, str) and bool(name.strip())
            found += named(component.get("components"))
    return found


def test_every_cyclonedx_document_gives_the_components_that_it_lists(corpus):
    read = 0
    for path in sorted((corpus / "sbom").rglob("*.json")):
        raw = path.read_bytes()
        try:
            plain = json.loads(raw)
        except ValueError:
            continue
        if not isinstance(plain, dict) or plain.get("bomFormat") != "CycloneDX":
            found = recognise(raw)
            assert found.standard != "CycloneDX" or found.kind is Kind.UNKNOWN
            continue
        assert (recognise(raw).kind, recognise(raw).standard) == (Kind.BOM, "CycloneDX")
        if plain.get("specVersion") not in cyclonedx.SPEC_VERSIONS:
            with pytest.raises(UnreadableError, match="specVersion"):
                cyclonedx.read(raw)
            continue
        metadata = plain.get("metadata")
        subject = metadata.get("component") if isinstance(metadata, dict) else None
        expected = named(plain.get("components")) + named(
            subject.get("components") if isinstance(subject, dict) else None
        )
        assert len(cyclonedx.read(raw).components) == expected, path
        read += 1
    assert read > 400


@pytest.mark.parametrize("year", YEARS)
def test_a_year_of_nvd_gives_the_records_and_criteria_that_its_statistics_say(corpus, year):
    with (corpus / "nvd" / "stats.csv").open() as held:
        expected = next(row for row in csv.DictReader(held) if row["year"] == year)
    raw = lzma.decompress((corpus / "nvd" / "feeds-2.0" / f"nvdcve-2.0-{year}.json.xz").read_bytes())
    counted = Counter()
    for batch in nvd.batches(raw):
        counted["cves"] += batch.records
        counted["cpeMatch"] += len(batch.criterion["record"])
        counted["rejected"] += batch.vulnerability["state"].count("Rejected")
        counted["not_vulnerable"] += batch.criterion["vulnerable"].count(False)
        ranges = zip(
            *(
                batch.criterion[name]
                for name in ("start_including", "start_excluding", "end_including", "end_excluding")
            ),
            strict=True,
        )
        counted["ranged"] += sum(any(bounds) for bounds in ranges)
    assert dict(counted) == {name: int(expected[name]) for name in counted}


def test_names_of_a_year_are_what_parsing_them_gives(corpus):
    raw = lzma.decompress((corpus / "nvd" / "feeds-2.0" / "nvdcve-2.0-2003.json.xz").read_bytes())
    plain = json.loads(raw)["vulnerabilities"]
    batches = list(nvd.batches(raw))
    columns = [[row for batch in batches for row in batch.criterion[name]] for name in
               ("record", "configuration", "node", "number", "part", "product", "version", "update_", "qualifiers")]  # fmt: skip
    for record, configuration, node, number, *written in zip(*columns, strict=True):
        match = plain[record]["cve"]["configurations"][configuration]["nodes"][node]["cpeMatch"][number]
        cpe = Cpe.parse(match["criteria"])
        assert written == [cpe.part, cpe.product_key, cpe.version, cpe.update, cpe.qualifiers]


def test_a_page_of_the_authentic_api_says_that_it_is_one_page(corpus):
    (batch,) = nvd.batches((corpus / "nvd" / "authentic-api2-sample-2022.json").read_bytes())
    assert batch.records == 4
    assert "4 of 26,716" in batch.remarks[0].why


def test_the_catalogue_of_cisa_is_taken_whole(corpus):
    raw = (corpus / "kev" / "cisa-kev-2025-08-25.json").read_bytes()
    plain = json.loads(raw)["vulnerabilities"]
    catalogue = kev.read(raw)
    assert [entry.vulnerability for entry in catalogue.entries] == [entry["cveID"] for entry in plain]
    assert sum(entry.ransomware for entry in catalogue.entries) == sum(
        entry["knownRansomwareCampaignUse"] == "Known" for entry in plain
    )
    assert catalogue.remarks == ()


def test_the_scores_of_first_are_taken_whole(corpus):
    packed = (corpus / "epss" / "epss_scores-2024-10-27.csv.gz").read_bytes()
    (member,) = members(io.BytesIO(packed), "epss_scores-2024-10-27.csv.gz")
    raw = member.stream.read()
    assert raw == gzip.decompress(packed)
    plain = list(csv.DictReader(raw.decode().splitlines()[1:]))
    scores = epss.read(raw)
    assert scores.vulnerabilities == [row["cve"] for row in plain]
    assert scores.probabilities == [float(row["epss"]) for row in plain]
    assert scores.lines[-1] == len(plain) + 2


@pytest.mark.parametrize(
    ("folder", "standard", "kind"),
    [
        ("csaf/cisa-icsma", "CSAF", Kind.ADVISORY),
        ("audit/samples", "DICOM audit message", Kind.UNKNOWN),
    ],
)
def test_whole_folders_are_recognised_and_what_is_not_read_yet_is_named(corpus, folder, standard, kind):
    paths = [path for path in (corpus / folder).rglob("*") if path.suffix in {".json", ".xml"}]
    found = Counter((told.standard, told.kind) for told in (recognise(path.read_bytes()) for path in paths))
    assert found[standard, kind] > 0.9 * sum(found.values()) > 0
