"""Leadglass ships its own bill of materials and reads it."""

from pathlib import Path

from leadglass import __version__
from leadglass.formats import cyclonedx
from tests.hospital import Hospital


def test_our_own_bill_of_materials_is_read_and_names_what_we_run_on(hospital: Hospital) -> None:
    raw = Path("docs/leadglass.cdx.json").read_bytes()
    bom = cyclonedx.read(raw)
    assert bom.subject is not None
    assert (bom.subject.name, bom.subject.version) == ("leadglass", __version__)
    assert {"django", "duckdb", "pyarrow", "cryptography"} <= {part.name for part in bom.components}
    (got,) = hospital.receive(raw)
    assert (got.kind, got.taken["components"]) == ("bom", len(bom.components))
