"""What sources say of versions is said so that a person can read it, however long a record's list is."""

from leadglass.services.ledger.sides import _some


def test_ranges_come_before_single_versions_and_of_hundreds_some_are_named():
    told = _some([*(f"37.0.{number}" for number in range(92)), "<= 37.0.93"])
    assert told == (
        "<= 37.0.93 or 37.0.0 or 37.0.1 or 37.0.10 or 37.0.11 or 37.0.12 or 37.0.13 or 37.0.14 and 85 more"
    )
    assert _some(["2.0", "1.0"]) == "1.0 or 2.0"
