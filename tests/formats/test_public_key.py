# SPDX-License-Identifier: Apache-2.0
"""Public keys as people pass them on; another program's are read, and ours by it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from leadglass.errors import UsageError
from leadglass.formats import public_key
from leadglass.values.bundles import PublicKey

MADE = ed25519.Ed25519PrivateKey.generate()
KEY = PublicKey(raw=MADE.public_key().public_bytes_raw())
PEM = (
    MADE.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


def test_pem_is_that_of_another_library() -> None:
    assert public_key.write(KEY) == PEM
    assert public_key.read(f"# of the group\n{PEM}\n") == KEY


def test_one_line_is_read_with_blanks_of_a_letter_in_it() -> None:
    assert len(KEY.text) == 60
    assert KEY.text.startswith("MCowBQYDK2VwAyEA")
    assert public_key.read(f"  {KEY.text[:30]} \n {KEY.text[30:]}\n") == KEY


def test_a_private_key_is_refused_and_not_repeated() -> None:
    pem = MADE.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    with pytest.raises(UsageError, match="private key") as told:
        public_key.read(pem)
    assert pem.splitlines()[1] not in str(told.value)


@pytest.mark.parametrize("text", ["", "MCowBQYDK2VwAyEA", KEY.text[:-4], KEY.text + "AAAA", "ssh-ed25519 AAAA", "ä" * 60,
                                  KEY.raw.hex()], ids=["empty", "cut", "shorter", "longer", "ssh", "letters", "hex"])  # fmt: skip
def test_what_is_no_key_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="no Ed25519 public key"):
        public_key.read(text)


def test_a_key_of_another_kind_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = other.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
    with pytest.raises(UsageError, match="no Ed25519 public key"):
        public_key.read(pem)


def test_openssl_gives_the_same_fingerprint(tmp_path: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    (tmp_path / "key.pub").write_text(PEM)
    command = [
        program,
        "pkey",
        "-pubin",
        "-in",
        str(tmp_path / "key.pub"),
        "-outform",
        "DER",
        "-out",
        str(tmp_path / "der"),
    ]
    subprocess.run(command, check=True)
    said = subprocess.run(
        [program, "dgst", "-sha256", str(tmp_path / "der")], check=True, capture_output=True, text=True
    )
    assert said.stdout.split()[-1] == KEY.keyid
