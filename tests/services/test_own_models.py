"""Which products of records a device is by the words of its model: the same, of another kind, a family, or in doubt."""

from leadglass.fleet import model_key
from leadglass.services.ledger.own_parts import records_of_model

NAMED = {
    "bd": [
        {"part": "o", "word": "alaris_gs_firmware"},
        {"part": "o", "word": "alaris_gs_syringe_pump_firmware"},
        {"part": "o", "word": "alaris_gs_plus_firmware"},
    ],
    "philips": [
        {"part": "h", "word": "alice_6"},
        {"part": "o", "word": "alice_6_firmware"},
        {"part": "o", "word": "e-alert_firmware"},
        {"part": "h", "word": "xeon"},
    ],
}


def found(maker: str, model: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Product to how the model stands to it, and what is left over as a version."""
    rows = records_of_model(maker, model_key(model, ""), NAMED)
    return {product: (row["stands"], rest) for product, row, rest in rows}


def test_another_kind_is_asked_about_beside_the_model_itself_and_another_model_is_not() -> None:
    assert {product: stands for product, (stands, _) in found("bd", "Alaris GS").items()} == {
        "bd:alaris_gs_firmware": "same",
        "bd:alaris_gs_syringe_pump_firmware": "other kind",
    }


def test_a_hyphen_tells_no_other_device() -> None:
    assert found("philips", "eAlert") == {"philips:e-alert_firmware": ("same", ())}


def test_words_behind_a_model_are_no_version_of_its_hardware_and_numbers_are() -> None:
    told = found("philips", "Alice 6 Polysomnography Bench")
    assert told == {"philips:alice_6": ("part", ()), "philips:alice_6_firmware": ("part", ())}
    assert found("philips", "Xeon 8160T") == {"philips:xeon": ("", ("8160t",))}
