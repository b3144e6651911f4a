# SPDX-License-Identifier: Apache-2.0
"""OpenLDAP on this machine, with people in it and a certificate of its own authority; TLS is required of everybody."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BASE = "dc=hospital,dc=example"
READER, READS = f"cn=reader,{BASE}", "reads names"
PASSPHRASE = "correct horse battery staple"
_PEOPLE = f"""dn: {BASE}
objectClass: dcObject
objectClass: organization
dc: hospital
o: Hospital

dn: cn=reader,{BASE}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: {READS}

dn: uid=j.doe,{BASE}
objectClass: inetOrgPerson
uid: j.doe
cn: Jo Doe
sn: Doe
mail: jo@hospital.example
employeeType: radiology-it
employeeType: staff
userPassword: {PASSPHRASE}

dn: uid=k.roe,{BASE}
objectClass: inetOrgPerson
uid: k.roe
cn: Kim Roe
sn: Roe
employeeType: staff
userPassword: {PASSPHRASE}

dn: uid=twin,{BASE}
objectClass: inetOrgPerson
uid: twin
cn: One
sn: Twin
employeeType: radiology-it
userPassword: {PASSPHRASE}

dn: cn=Another,{BASE}
objectClass: inetOrgPerson
uid: twin
cn: Another
sn: Twin
userPassword: {PASSPHRASE}
"""


@dataclass
class Directory:
    """A server of LDAP. `authority` is the file of its authority."""

    port: int
    tls_port: int
    authority: Path
    process: "subprocess.Popen[bytes]"

    def table(self, url: str = "", **more: str) -> str:
        told = {"kind": "ldap", "label": "Directory", "url": url or f"ldaps://localhost:{self.tls_port}", "base": BASE,
                "bind": READER, "authorities": str(self.authority), "groups": "employeeType", **more}  # fmt: skip
        rows = '[{ group = "radiology-it", role = "clinical_engineer", site = "North" }]'
        return (
            "[staff]\n"
            + "".join(f'{name} = "{value}"\n' for name, value in told.items())
            + f"roles = {rows}\n"
        )


def certified(folder: Path, names: tuple[str, ...]) -> tuple[Path, Path]:
    """Write a certificate that signs itself, for some names, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    held = [x509.IPAddress(ip_address(one)) if one[0].isdecimal() else x509.DNSName(one) for one in names]
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    made = made.not_valid_after(now + timedelta(days=9))
    made = made.add_extension(x509.SubjectAlternativeName(held), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    signed = made.sign(key, hashes.SHA256())
    certificate, place = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    place.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, place


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str:
    """Find a server of Debian, also where only root looks for it; skip where there is none."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if not found:
        pytest.skip(f"{name} is not here: apt-get install {name}")
    return found


def wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "the server ended at its start"
        time.sleep(0.05)
    raise AssertionError("the server does not listen")


@contextmanager
def served(folder: Path, names: tuple[str, ...] = ("localhost", "127.0.0.1")) -> Iterator[Directory]:
    slapd = program("slapd")
    certificate, key = certified(folder, names)
    data, config = folder / "data", folder / "slapd.conf"
    data.mkdir()
    schemas = "\n".join(
        f"include /etc/ldap/schema/{name}.schema" for name in ("core", "cosine", "inetorgperson")
    )
    config.write_text(f"""{schemas}
pidfile {folder}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
security tls=1
database mdb
suffix "{BASE}"
rootdn "cn=root,{BASE}"
directory {data}
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{READER}" read by * none
""")
    (folder / "people.ldif").write_text(_PEOPLE)
    subprocess.run(
        [program("slapadd"), "-f", config, "-l", folder / "people.ldif"], check=True, capture_output=True
    )
    port, tls = free(), free()
    urls = f"ldap://127.0.0.1:{port}/ ldaps://127.0.0.1:{tls}/"
    with (folder / "slapd.log").open("wb") as log:
        process = subprocess.Popen([slapd, "-f", config, "-h", urls, "-d", "0"], stderr=log)
    try:
        wait(tls, process)
        yield Directory(port=port, tls_port=tls, authority=certificate, process=process)
    finally:
        process.terminate()
        process.wait()
