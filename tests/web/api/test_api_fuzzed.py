"""Whatever schemathesis makes of the description, a real server answers as it is described, and never fails.

What is refused though its form is right (`positive_data_acceptance`) is no fault: a decision needs more than its form.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import NOW
from tests.web.api.ledgers import People, home_of
from tests.web.api.served import served

pytestmark = pytest.mark.slow

EXAMPLES = {"fast": "4", "thorough": "40"}[os.environ.get("LEADGLASS_LAWS", "fast")]
LEFT = ("positive_data_acceptance",)


@pytest.mark.timeout(1_800)
def test_no_request_makes_the_server_fail_or_answer_otherwise_than_described(tmp_path):
    command = shutil.which("schemathesis", path=str(Path(sys.executable).parent)) or shutil.which(
        "schemathesis"
    )
    if command is None:
        pytest.skip("schemathesis is not here: make dev")
    hospital = home_of(tmp_path)
    hospital.clock.pass_days(19)  # to the day on which the server stands
    token = People(hospital.house).token("administrator", "security_analyst", "auditor", "clinical_engineer")
    with served(hospital.home, LEADGLASS_NOW=NOW, LEADGLASS_API_RATE="1000000") as url:
        ran = subprocess.run(
            [command, "run", f"{url}/api/v1/openapi.json", "-H", f"Authorization: Bearer {token}", "--seed", "5",
             "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--exclude-checks", ",".join(LEFT),
             "--exclude-path", "/api/v1/sync", "--request-timeout", "300", "--no-shrink", "--workers", "2"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-8_000:]
    assert "Tested:" in ran.stdout
