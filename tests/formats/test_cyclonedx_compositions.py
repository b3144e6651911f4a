"""What a CycloneDX list says of its own completeness, on the vectors of the standard and on made ones."""

import json
from pathlib import Path

import pytest

from leadglass.formats import cyclonedx, cyclonedx_xml

VECTORS = "sbom/cyclonedx-testvectors"


def listed(*compositions: object) -> bytes:
    return json.dumps(
        {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [{"type": "library", "name": "zlib"}],
         "compositions": list(compositions)}
    ).encode()  # fmt: skip


@pytest.mark.parametrize(
    "aggregate",
    ["incomplete", "unknown", "not_specified", "incomplete_first_party_only", "of a later edition"],
)
def test_a_list_that_does_not_call_itself_complete_has_gaps_and_a_remark(aggregate: str) -> None:
    bom = cyclonedx.read(listed({"aggregate": aggregate}))
    assert bom.gaps == aggregate
    assert any(remark.where == "compositions" and aggregate in remark.why for remark in bom.remarks)


@pytest.mark.parametrize(
    "compositions",
    [
        (),
        ({"aggregate": "complete"},),
        ({"aggregate": "complete", "assemblies": ["0"]},),
        ({"aggregate": "incomplete", "vulnerabilities": ["v-1"]},),
    ],
)
def test_a_list_has_no_gaps_where_it_says_so_or_speaks_of_vulnerabilities_alone(
    compositions: tuple[object, ...],
) -> None:
    assert cyclonedx.read(listed(*compositions)).gaps == ""


def test_one_part_that_is_not_complete_is_enough() -> None:
    bom = cyclonedx.read(
        listed(
            {"aggregate": "complete", "assemblies": ["0"]}, {"aggregate": "incomplete", "dependencies": ["1"]}
        )
    )
    assert bom.gaps == "incomplete"


@pytest.mark.parametrize("aggregate", [{}, {"aggregate": 5}])
def test_a_composition_that_cannot_be_read_leaves_it_open(aggregate: dict[str, object]) -> None:
    assert cyclonedx.read(listed(aggregate)).gaps == "not readable"


@pytest.mark.corpus
@pytest.mark.parametrize("edition", ["1.3", "1.4", "1.5", "1.7"])
def test_the_vectors_of_the_standard_are_read_alike_in_json_and_xml(corpus: Path, edition: str) -> None:
    stem = corpus / VECTORS / edition / f"valid-compositions-{edition}"
    told = cyclonedx.read(stem.with_name(stem.name + ".json").read_bytes())
    assert "unknown" in told.gaps
    assert "unknown" in cyclonedx_xml.read(stem.with_name(stem.name + ".xml").read_bytes()).gaps
