# SPDX-License-Identifier: Apache-2.0
"""What CycloneDX names invalid is said to be so by `check`, with the place."""

import re
from collections import Counter
from pathlib import Path

import pytest

from leadglass.services.ledger.check import check
from leadglass.services.ledger.receive import Offered
from tests.hospital import Hospital

pytestmark = pytest.mark.corpus

# They name themselves wrongly, so that no validator is asked: told by our own reading
MISNAMED = {
    "bomformat": ("bomFormat", "'AnotherFormat' is stated"),
    "namespace": ("line ", "is of namespace 'http://cyclonedx.org/schema/bom/1"),
}  # Of its rules the schema of the BOM says nothing
BY_AN_EXTENSION = {"depgraph": ("line 25", "has no 'ref'")}

PLACES = {
    "hash-md5": "hashes[0].content", "hash-sha256": "hashes[2].content", "component-type": "components[0].type",
    "metadata-timestamp": "metadata.timestamp", "serialnumber": "serialNumber", "scope": "components[0].scope",
    "patch-type": "patches[0].type", "service-data": "services[0].data[0].flow", "license-id": "components[0].licenses",
}  # fmt: skip


def test_vectors_named_invalid_are_said_to_be_invalid_with_their_place(corpus: Path, tmp_path: Path) -> None:
    folder = corpus / "sbom" / "cyclonedx-testvectors"
    paths = [path for path in sorted(folder.rglob("invalid-*")) if path.suffix in {".json", ".xml"}]
    house = Hospital(tmp_path / "home").house
    offered = (Offered(path=str(path), opener=path).opened() for path in paths)
    seen = Counter[str]()
    for checked in check(house, offered):
        name = Path(checked.path).name
        kind = re.match(r"invalid-(.*?)(?:-1\.[0-9])?\.(?:json|xml)", name)
        assert kind
        assert checked.verdict, name
        assert not checked.verdict.valid, name
        assert all(complaint.place and complaint.why for complaint in checked.verdict.complaints), name
        place, why = (MISNAMED | BY_AN_EXTENSION).get(kind[1], ("", ""))
        assert checked.by.startswith("our own reading" if kind[1] in MISNAMED else "the validator"), name
        assert checked.verdict.complaints[0].place.startswith(place), name
        assert why in checked.verdict.complaints[0].why, name
        if name.endswith(".json") and kind[1] in PLACES:
            assert PLACES[kind[1]] in checked.verdict.complaints[0].place, name
        seen["misnamed" if kind[1] in MISNAMED else "invalid"] += 1
    assert seen == {"misnamed": 11, "invalid": 244}
