"""A model of the fleet beside the names that records give products of its maker."""

import pytest

from leadglass.fleet import model_key
from leadglass.fleet.recorded import KIND, LINE, OTHER_KIND, PART, SAME, record_words, relation, vendors


@pytest.mark.parametrize(
    ("model", "product", "expected"),
    [
        ("SOMATOM go.Now", "somatom_go.now_firmware", SAME),
        ("Discovery XR656+", "discovery_xr656+", SAME),
        ("e-Alert Unit", "e-alert_firmware", KIND),
        ("IntelliVue X2", "intellivue_patient_monitors_x2_firmware", KIND),
        ("eAlert", "e-alert_firmware", SAME),
        ("Pulse Ox", "pulseox", SAME),
        ("M X", "mx", ""),
        ("Alaris GS", "alaris_gs_syringe_pump_firmware", OTHER_KIND),
        ("Tarn 6 Polysomnography Bench", "tarn_6_firmware", PART),
        ("Tarn 6 Bench 8", "tarn_6_firmware", ""),
        ("Aespire", "aespire_7100_firmware", PART),
        ("Optima MR", "optima_mr360_firmware", PART),
        ("Valleylab FT10", "valleylab_ft10_energy_platform_firmware", PART),
        ("Infinity Delta XL", "delta_xl_firmware", PART),
        ("Optima CT660", "optima_mr360_firmware", ""),
        ("IntelliVue X3", "intellivue_patient_monitors_x2_firmware", ""),
        ("CT", "ct_540_firmware", ""),
        ("Patient Monitor Tarn MP70 (M8007A)", "tarn_patient_monitors_mp70_firmware", PART),
        ("Patient Monitor Tarn MP70 X2", "tarn_patient_monitors_mp70_m12_firmware", ""),
        ("Gravis Vela Bench Console 3120", "gravis_vela_prm_3120_firmware", PART),
        ("Nvela Clinician Bench 8840", "n'vela_8840_firmware", PART),
        ("Vela Bench 8840", "tarn_8840_firmware", ""),
        ("Vela Bench 8840", "vela_8870_firmware", ""),
        ("Tarnline X3310 X-ray Inspection System", "tln_x-ray_x3310_firmware", PART),
        ("Over Tarn Ping Insulin Pump", "overtarn_ping_firmware", OTHER_KIND),
        ("Vela Spectrum Infusion Pump 35700", "vela_spectrum_infusion_system_firmware", LINE),
        ("Tarncare PCA 3", "tarncare_pcainfusion_firmware", LINE),
        ("Tarncare 3", "tarncare_infusion_firmware", ""),
    ],
)
def test_how_a_model_stands_to_the_product_of_a_record(model: str, product: str, expected: str) -> None:
    assert relation(tuple(model_key(model, "").split()), record_words(product)) == expected


def test_a_maker_is_known_to_records_by_its_vendors_and_those_of_its_kin() -> None:
    assert "draeger" in vendors("drager")
    assert "changehealthcare" in vendors("mckesson")
    assert vendors("quillon") == ()
