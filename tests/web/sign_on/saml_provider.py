# SPDX-License-Identifier: Apache-2.0
"""A provider of SAML 2.0 without a server: it reads a question, and writes answers that are signed, or wrong in one way."""

import base64
import secrets
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

ENTITY = "https://idp.hospital.example/saml"
SIGN_IN = "https://idp.hospital.example/saml/sign-in"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_P, _A = "urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:2.0:assertion"


def certified() -> tuple[bytes, str]:
    """A key, and its certificate, as PEM."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.hospital.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = (
        made.serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
    )
    signed = made.sign(key, hashes.SHA256())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, signed.public_bytes(serialization.Encoding.PEM).decode()


KEY, CERTIFICATE = certified()
OTHER, _ = certified()
OURS, OUR_CERTIFICATE = certified()
STRANGE, STRANGE_CERTIFICATE = certified()


@dataclass
class Question:
    """What we asked: the name of the question, where the answer goes, and of whom we say that we are."""

    id: str
    back: str
    us: str
    force: bool


def question(location: str) -> Question:
    """Read a question off the address to which a browser is sent."""
    deflated = base64.b64decode(parse_qs(urlsplit(location).query)["SAMLRequest"][0])
    read = etree.fromstring(zlib.decompress(deflated, -15))
    return Question(
        id=read.get("ID"), back=read.get("AssertionConsumerServiceURL"),
        us=read.findtext(f"{{{_A}}}Issuer"), force=read.get("ForceAuthn") == "true",
    )  # fmt: skip


@dataclass
class Answer:
    """An answer as it should be; a test changes one thing of it."""

    asked: Question
    subject: str = "f3c1a9"
    format: str = PERSISTENT
    issuer: str = ENTITY
    audience: str = ""
    recipient: str = ""
    answers: str | None = None
    confirms: str | None = None
    begins: timedelta = timedelta(minutes=-1)
    ends: timedelta = timedelta(minutes=5)
    context: str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    attributes: dict[str, list[str]] = field(
        default_factory=lambda: {"uid": ["j.doe"], "groups": ["radiology-it"]}
    )
    key: bytes = KEY
    method: Any = None
    sign: bool = True
    since: timedelta = timedelta()
    encrypt: str = ""
    transport: Any = None

    def tree(self) -> Any:
        now = datetime.now(UTC)
        answers = self.asked.id if self.answers is None else self.answers
        confirms = self.asked.id if self.confirms is None else self.confirms
        told = "".join(
            f'<saml:Attribute Name="{name}">'
            + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
            + "</saml:Attribute>"
            for name, values in self.attributes.items()
        )
        text = f"""<samlp:Response xmlns:samlp="{_P}" xmlns:saml="{_A}" ID="_{secrets.token_hex(16)}" Version="2.0"
 IssueInstant="{_at(now)}" Destination="{self.asked.back}" {f'InResponseTo="{answers}"' if answers else ""}>
<saml:Issuer>{self.issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion ID="_{secrets.token_hex(16)}" Version="2.0" IssueInstant="{_at(now)}"><saml:Issuer>{self.issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="{self.format}">{self.subject}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 NotOnOrAfter="{_at(now + self.ends)}" Recipient="{self.recipient or self.asked.back}"
 {f'InResponseTo="{confirms}"' if confirms else ""}/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{_at(now + self.begins)}" NotOnOrAfter="{_at(now + self.ends)}"><saml:AudienceRestriction>
<saml:Audience>{self.audience or self.asked.us}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{_at(now - self.since)}" SessionIndex="_1"><saml:AuthnContext>
<saml:AuthnContextClassRef>{self.context}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement>{told}</saml:AttributeStatement></saml:Assertion></samlp:Response>"""
        tree = etree.fromstring(text)
        if self.sign:
            signed(tree.find(f"{{{_A}}}Assertion"), self.key, self.method or xmlsec.Transform.RSA_SHA256)
        if self.encrypt:
            encrypted(tree, self.encrypt, self.transport or xmlsec.Transform.RSA_OAEP)
        return tree

    def text(self) -> str:
        return encoded(self.tree())


def encoded(tree: Any) -> str:
    return base64.b64encode(etree.tostring(tree)).decode()


def encrypted(tree: Any, certificate: str, transport: Any) -> Any:
    """Put what is said into a cover that the key of a certificate opens (saml-core-2.0-os, 6.2)."""
    assertion = tree.find(f"{{{_A}}}Assertion")
    cover = etree.SubElement(tree, f"{{{_A}}}EncryptedAssertion")
    cover.append(assertion)
    data = xmlsec.template.encrypted_data_create(
        tree, xmlsec.Transform.AES256, type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(data)
    info = xmlsec.template.encrypted_data_ensure_key_info(data, ns="dsig")
    xmlsec.template.encrypted_data_ensure_cipher_value(xmlsec.template.add_encrypted_key(info, transport))
    keys = xmlsec.KeysManager()
    keys.add_key(xmlsec.Key.from_memory(certificate, xmlsec.KeyFormat.CERT_PEM, None))
    context = xmlsec.EncryptionContext(keys)
    context.key = xmlsec.Key.generate(xmlsec.KeyData.AES, 256, xmlsec.KeyDataType.SESSION)
    context.encrypt_xml(data, assertion)
    return tree


def signed(assertion: Any, key: bytes, method: Any) -> None:
    """Put a signature into an assertion, behind its issuer (saml-core-2.0-os, 5.4)."""
    digest = xmlsec.Transform.SHA256 if method == xmlsec.Transform.RSA_SHA256 else xmlsec.Transform.SHA1
    node = xmlsec.template.create(assertion, xmlsec.Transform.EXCL_C14N, method)
    assertion.insert(1, node)
    reference = xmlsec.template.add_reference(node, digest, uri=f"#{assertion.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    xmlsec.tree.add_ids(assertion, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(key, xmlsec.KeyFormat.PEM)
    context.sign(node)


def forged(tree: Any, subject: str) -> Any:
    """A second assertion without a signature, in another's name."""
    made = etree.fromstring(etree.tostring(tree.find(f"{{{_A}}}Assertion")))
    made.set("ID", f"_{secrets.token_hex(16)}")
    made.find(f".//{{{_A}}}NameID").text = subject
    for node in made.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        made.remove(node)
    return made


def wrapped_before(tree: Any) -> Any:
    """The forged one first, the signed one behind it."""
    tree.insert(2, forged(tree, "root"))
    return tree


def wrapped_within(tree: Any) -> Any:
    """The forged one in the place of the signed one, which hides in an extension."""
    true = tree.find(f"{{{_A}}}Assertion")
    false = forged(tree, "root")
    tree.remove(true)
    etree.SubElement(tree, f"{{{_P}}}Extensions").append(true)
    tree.append(false)
    return tree


def wrapped_in_signature(tree: Any) -> Any:
    """The forged one carries the true signature, in which the signed one hides."""
    true = tree.find(f"{{{_A}}}Assertion")
    false = forged(tree, "root")
    signature = true.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    true.remove(signature)
    tree.remove(true)
    false.insert(1, signature)
    etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object").append(true)
    tree.append(false)
    return tree


def same_name(tree: Any) -> Any:
    """Two assertions of one ID, the forged one first."""
    false = forged(tree, "root")
    false.set("ID", tree.find(f"{{{_A}}}Assertion").get("ID"))
    tree.insert(2, false)
    return tree


def commented(tree: Any) -> Any:
    """A comment within the name, which canonical XML passes over: some readers stop at it."""
    name = tree.find(f".//{{{_A}}}NameID")
    name.text = ""
    comment = etree.Comment("x")
    comment.tail = ".evil"
    name.insert(0, comment)
    name.text = "root"
    return tree


def altered(tree: Any) -> Any:
    tree.find(f".//{{{_A}}}NameID").text = "root"
    return tree


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
