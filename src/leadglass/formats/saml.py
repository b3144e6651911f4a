# SPDX-License-Identifier: Apache-2.0
"""Ask by SAML 2.0, and read its answer, believing only what the provider's own key signed for us, now, to this question.

Web Browser SSO (saml-profiles-2.0-os, 4.1): the question by redirect, the answer by POST.
"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode, urlsplit

from leadglass.errors import RefusedError, StateError

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_CONFIRMED = "/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
_STATED = "/saml:AuthnStatement"
_LONGEST = 1 << 18
_METHOD = "{http://www.w3.org/2001/04/xmlenc#}EncryptionMethod"
_RSA_1_5 = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Who asks (`us`, answered at `back`) and who is asked (`them`, at `sign_in`); their certificates as PEM, joined.

    `certificate`: ours, as PEM, to which assertions have to be encrypted; `key`: its private key, PKCS #8 as base64.
    """

    us: str
    back: str
    them: str
    sign_in: str
    certificates: str
    certificate: str = ""
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a believed answer says: who, by which format of names, in which contexts she was asked, when, her attributes.

    `at`: when she showed last who she is (AuthnInstant); None where no statement says it.
    """

    subject: str
    format: str
    contexts: frozenset[str]
    at: datetime | None
    attributes: Mapping[str, tuple[str, ...]]


def question(between: Between, *, again: bool) -> tuple[str, str]:
    """Give the address that asks, and the name of the question. `again`: she has to show once more who she is."""
    settings = _settings(between)
    from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request as Request  # noqa: PLC0415 - an optional extra

    made = Request(settings, force_authn=again)
    joint = "&" if urlsplit(between.sign_in).query else "?"
    return f"{between.sign_in}{joint}{urlencode({'SAMLRequest': made.get_request()})}", str(made.get_id())


def answer(between: Between, response: str, asked: str) -> Said:
    """Read an answer (base64) to a question. RefusedError where it is not to be believed."""
    settings = _settings(between)
    from onelogin.saml2.response import OneLogin_Saml2_Response as Response  # noqa: PLC0415 - an optional extra

    if len(response) > _LONGEST:
        raise _refused("it is longer than 256 KiB")
    address = urlsplit(between.back)
    request: dict[str, Any] = {"https": "on" if address.scheme == "https" else "off", "http_host": address.netloc,
               "script_name": address.path, "get_data": {}, "post_data": {}}  # fmt: skip
    try:
        read = Response(settings, response)
        _encrypted(between, read)
        read.is_valid(request, asked, raise_exceptions=True)
        at = max((_moment(node.get("AuthnInstant")) for node in read._query_assertion(_STATED)), default=None)  # noqa: SLF001
        confirmed = {node.get("InResponseTo") for node in read._query_assertion(_CONFIRMED)}  # noqa: SLF001 - what is signed
        named = read.get_nameid_data()
        attributes = read.get_friendlyname_attributes() | read.get_attributes()
        contexts = frozenset(map(str, read.get_authn_contexts()))
    except Exception as error:
        if between.certificate:
            # Which step failed would tell a stranger what is within (saml-sec-consider, 6.1)
            raise _refused(
                "it is not encrypted to our certificate, or what is within does not hold"
            ) from None
        raise _refused(str(error) or type(error).__name__) from error
    # 4.1.4.3: unasked answers are none; the library lets an answer pass that names no question
    if read.get_in_response_to() != asked or confirmed != {asked}:
        raise _refused("it answers no question of ours")
    return Said(
        subject=str(named.get("Value") or ""),
        format=str(named.get("Format") or ""),
        contexts=contexts,
        at=at,
        attributes={str(name): _texts(values) for name, values in attributes.items()},
    )


def described(between: Between) -> bytes:
    """Describe us to who is asked (saml-metadata-2.0-os)."""
    made = _settings(between).get_sp_metadata()
    return made if isinstance(made, bytes) else str(made).encode()


def _encrypted(between: Between, read: Any) -> None:
    """Hold that what we say we want encrypted is, and by no padding that answers betray (xmlenc-core1, 5.5.1)."""
    methods = {node.get("Algorithm") for node in read.document.iter(_METHOD)}
    if between.certificate and (not read.encrypted or _RSA_1_5 in methods):
        raise ValueError


def _moment(text: str) -> datetime:
    """Read a moment (saml-core-2.0-os, 1.3.3: in UTC)."""
    return datetime.fromisoformat(text)


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str))


def _settings(between: Between) -> Any:
    if find_spec("onelogin") is None:
        raise StateError("Sign-on by SAML needs the extra `saml`: pip install 'leadglass[saml]'")
    from onelogin.saml2.errors import OneLogin_Saml2_Error  # noqa: PLC0415 - an optional extra
    from onelogin.saml2.settings import OneLogin_Saml2_Settings as Settings  # noqa: PLC0415 - an optional extra

    told = {
        "strict": True,
        "sp": {
            "entityId": between.us,
            "assertionConsumerService": {"url": between.back, "binding": _POST},
            "NameIDFormat": PERSISTENT,
            "x509cert": between.certificate,
            "privateKey": _private(between.key) if between.certificate else "",
        },
        "idp": {
            "entityId": between.them,
            "singleSignOnService": {"url": between.sign_in, "binding": _REDIRECT},
            "x509certMulti": {"signing": _certificates(between.certificates)},
        },
        "security": {
            "wantAssertionsSigned": True,  # the signature of a frame alone says nothing of what stands in it
            "wantAssertionsEncrypted": bool(between.certificate),
            "wantNameId": True,
            "wantAttributeStatement": False,
            "requestedAuthnContext": False,
            "rejectDeprecatedAlgorithm": True,  # no SHA-1
            "rejectUnsolicitedResponsesWithInResponseTo": True,
            "allowSingleLabelDomains": True,
        },
    }
    try:
        return Settings(told)
    except OneLogin_Saml2_Error as error:
        raise StateError(
            f"What policies/sign_on.toml says of SAML cannot be used: {error}. Mend it."
        ) from error


def _certificates(text: str) -> list[str]:
    """Take certificates apart that stand one behind the other in PEM (RFC 7468)."""
    end = "-----END CERTIFICATE-----"
    return [part.strip() + "\n" + end for part in text.split(end) if part.strip()]


def _private(key: str) -> str:
    """Write a key as PEM (RFC 7468, 10)."""
    return (
        "-----BEGIN PRIVATE KEY-----\n" + "\n".join(textwrap.wrap(key, 64)) + "\n-----END PRIVATE KEY-----\n"
    )


def _refused(why: str) -> RefusedError:
    return RefusedError(
        f"The answer of the provider is not to be believed: {why.rstrip('.')}. Nobody was let in."
    )
