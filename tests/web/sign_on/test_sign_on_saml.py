# SPDX-License-Identifier: Apache-2.0
"""Sign-on by SAML 2.0: answers signed by hand, right and wrong in every way that is known to have let somebody in."""

from datetime import timedelta

import pytest
import xmlsec
from lxml import etree

from leadglass.errors import StateError
from tests.web.sign_on import saml_provider as saml

pytestmark = pytest.mark.service

MFA = "https://refeds.org/profile/mfa"
TABLE = f"""
[staff]
kind = "saml"
label = "Staff"
issuer = "{saml.ENTITY}"
sign_in = "{saml.SIGN_IN}"
certificates = ['''{saml.CERTIFICATE}''']
second_factor = ["{MFA}"]
roles = [{{ group = "radiology-it", role = "clinical_engineer", site = "North" }}]
"""
BACK = "/account/sign-on/staff/back/"


@pytest.fixture
def hospital(vouched):
    return vouched(TABLE)


def asked(client, start="/account/sign-on/staff/"):
    answer = client.get(start)
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"].startswith(f"{saml.SIGN_IN}?SAMLRequest=")
    return saml.question(answer["Location"])


def post(client, response):
    return client.post(BACK, {"SAMLResponse": response})


def signed_in(client):
    return client.get("/account/").status_code == 200


def test_a_signed_answer_lets_a_member_of_a_mapped_group_in(hospital):
    client = hospital.client()
    answer = post(client, saml.Answer(asked(client), context=MFA).text())
    assert answer.status_code == 302, answer.content.decode()
    assert client.get("/").status_code == 200
    held = [(grant.role, grant.site) for grant in hospital.house.accounts.grants("j.doe")]
    assert held == [("clinical_engineer", "North")]
    (link,) = hospital.house.accounts.links("j.doe")
    assert (link.issuer, link.subject) == (saml.ENTITY, "f3c1a9")
    other = hospital.client()
    assert post(other, saml.Answer(asked(other)).text()).status_code == 302
    assert other.get("/")["Location"] == "/account/mfa/", "a passphrase alone was asked for there"


def test_an_answer_without_our_cookie_is_brought_by_a_button_of_ours(hospital):
    client = hospital.client()
    question = asked(client)
    response = saml.Answer(question, context=MFA).text()
    page = hospital.client().post(BACK, {"SAMLResponse": response})
    assert page.status_code == 200
    assert response.encode() in page.content.replace(b"&#x3D;", b"=")
    assert b"<button>Go on</button>" in page.content
    assert client.post(BACK, {"SAMLResponse": response, "here": "1"}).status_code == 302
    assert signed_in(client)
    assert hospital.client().post(BACK, {"SAMLResponse": response, "here": "1"}).status_code == 422


FAULTS = {
    "unsigned": lambda question: saml.Answer(question, sign=False).text(),
    "signed by another": lambda question: saml.Answer(question, key=saml.OTHER).text(),
    "signed with SHA-1": lambda question: saml.Answer(question, method=xmlsec.Transform.RSA_SHA1).text(),
    "altered": lambda question: saml.encoded(saml.altered(saml.Answer(question).tree())),
    "forged before": lambda question: saml.encoded(saml.wrapped_before(saml.Answer(question).tree())),
    "forged around": lambda question: saml.encoded(saml.wrapped_within(saml.Answer(question).tree())),
    "forged with the signature": lambda question: saml.encoded(saml.wrapped_in_signature(saml.Answer(question).tree())),
    "forged under the same name": lambda question: saml.encoded(saml.same_name(saml.Answer(question).tree())),
    "of another issuer": lambda question: saml.Answer(question, issuer="https://evil.example").text(),
    "for another program": lambda question: saml.Answer(question, audience="https://billing.example").text(),
    "to another address": lambda question: saml.Answer(question, recipient="https://billing.example/acs").text(),
    "expired": lambda question: saml.Answer(question, ends=timedelta(minutes=-10)).text(),
    "of tomorrow": lambda question: saml.Answer(question, begins=timedelta(days=1), ends=timedelta(days=2)).text(),
    "to another question": lambda question: saml.Answer(question, answers="_other").text(),
    "to no question": lambda question: saml.Answer(question, answers="").text(),
    "confirming another question": lambda question: saml.Answer(question, confirms="_other").text(),
    "confirming no question": lambda question: saml.Answer(question, confirms="").text(),
    "of a name of today": lambda question: saml.Answer(
        question, format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient").text(),
    "of a mail address": lambda question: saml.Answer(
        question, format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", subject="j@hospital.example").text(),
    "nothing": lambda _question: "",
    "no XML": lambda _question: "bGV0IG1lIGlu",
    "no base64": lambda _question: "%%%",
    "entities": lambda _question: saml.base64.b64encode(
        b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>').decode(),
    "too long": lambda question: saml.Answer(question, attributes={"uid": ["x" * 300_000]}).text(),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_answer_lets_nobody_in(hospital, fault):
    client = hospital.client()
    answer = post(client, FAULTS[fault](asked(client)))
    assert answer.status_code == 422, answer.content.decode()
    assert not signed_in(client)
    assert hospital.house.accounts.account("j.doe") is None
    assert hospital.house.accounts.account("root") is None
    assert len(hospital.log("account.refused")) == 1
    assert b"root:x:" not in answer.content


def test_a_comment_in_a_name_makes_no_other_name_of_it(hospital):
    """The signature holds, as canonical XML leaves comments out: what is read has to be all of the name, or nothing."""
    client = hospital.client()
    made = saml.Answer(asked(client), sign=False).tree()
    saml.commented(made)
    saml.signed(
        made.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"), saml.KEY, xmlsec.Transform.RSA_SHA256
    )
    assert b"root<!--x-->.evil" in etree.tostring(made)
    answer = post(client, saml.encoded(made))
    link = hospital.house.accounts.link(saml.ENTITY, "root")
    assert link is None
    assert answer.status_code == 422 or hospital.house.accounts.link(saml.ENTITY, "root.evil")


def test_an_answer_counts_once(hospital):
    client = hospital.client()
    response = saml.Answer(asked(client), context=MFA).text()
    assert post(client, response).status_code == 302
    client.post("/account/logout/")
    assert client.post(BACK, {"SAMLResponse": response, "here": "1"}).status_code == 422
    asked(client)
    assert post(client, response).status_code == 422, "it answers an older question"
    assert not signed_in(client)


def test_an_attribute_may_say_who_somebody_is(vouched):
    pages = vouched(TABLE.replace('label = "Staff"', 'label = "Staff"\nsubject = "subject-id"'))
    client = pages.client()
    given = {"uid": ["j.doe"], "groups": ["radiology-it"], "subject-id": ["j7@hospital.example"]}
    transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    answer = post(client, saml.Answer(asked(client), format=transient, attributes=given).text())
    assert answer.status_code == 302
    assert [link.subject for link in pages.house.accounts.links("j.doe")] == ["j7@hospital.example"]


def test_who_is_asked_again_has_to_show_herself_there(hospital):
    client = hospital.client()
    post(client, saml.Answer(asked(client), context=MFA).text())
    assert asked(client, "/account/sign-on/staff/again/").force


def test_who_is_asked_again_and_did_not_show_herself_is_refused(hospital):
    client = hospital.client()
    post(client, saml.Answer(asked(client), context=MFA).text())
    again = asked(client, "/account/sign-on/staff/again/?next=/settings")
    answer = post(client, saml.Answer(again, context=MFA, since=timedelta(minutes=20)).text())
    assert answer.status_code == 422
    assert b"does not say that you have just signed in there" in answer.content
    again = asked(client, "/account/sign-on/staff/again/?next=/settings")
    assert post(client, saml.Answer(again, context=MFA, since=timedelta(hours=-2)).text()).status_code == 422
    again = asked(client, "/account/sign-on/staff/again/?next=/settings")
    answer = post(client, saml.Answer(again, context=MFA, since=timedelta(minutes=2)).text())
    assert (answer.status_code, answer["Location"]) == (302, "/settings")


def test_who_signs_in_may_have_shown_herself_this_morning(hospital):
    client = hospital.client()
    assert (
        post(client, saml.Answer(asked(client), context=MFA, since=timedelta(hours=5)).text()).status_code
        == 302
    )


def private(pem):
    """A key as one line of the secrets."""
    return b"".join(pem.splitlines()[1:-1]).decode()


SEALED = TABLE.replace('label = "Staff"', f"label = \"Staff\"\ncertificate = '''{saml.OUR_CERTIFICATE}'''")


def test_what_is_encrypted_to_us_is_read(vouched):
    pages = vouched(SEALED, f"staff {private(saml.OURS)}")
    client = pages.client()
    response = saml.Answer(asked(client), context=MFA, encrypt=saml.OUR_CERTIFICATE).text()
    assert b"j.doe" not in saml.base64.b64decode(response)
    answer = post(client, response)
    assert answer.status_code == 302, answer.content.decode()
    assert [link.subject for link in pages.house.accounts.links("j.doe")] == ["f3c1a9"]
    again = asked(client, "/account/sign-on/staff/again/?next=/settings")
    late = saml.Answer(again, context=MFA, since=timedelta(minutes=20), encrypt=saml.OUR_CERTIFICATE)
    assert b"just signed in" in post(client, late.text()).content


SEALED_FAULTS = {
    "not encrypted": {"encrypt": ""},
    "to another": {"encrypt": saml.STRANGE_CERTIFICATE},
    "unsigned within": {"sign": False},
    "signed by another within": {"key": saml.OTHER},
    "for another program within": {"audience": "https://billing.example"},
    "by a padding that betrays": {"transport": xmlsec.Transform.RSA_PKCS1},
}


@pytest.mark.parametrize("fault", [*SEALED_FAULTS, "altered"])
def test_what_is_not_encrypted_to_us_or_wrong_within_lets_nobody_in_and_tells_nothing(vouched, fault):
    pages = vouched(SEALED, f"staff {private(saml.OURS)}")
    client = pages.client()
    given = {"encrypt": saml.OUR_CERTIFICATE, **SEALED_FAULTS.get(fault, {})}
    made = saml.Answer(asked(client), **given).tree()
    if fault == "altered":
        value = made.findall(".//{http://www.w3.org/2001/04/xmlenc#}CipherValue")[-1]
        value.text = value.text[:-40] + value.text[-20:-10] * 2 + value.text[-20:]
    answer = post(client, saml.encoded(made))
    assert answer.status_code == 422
    assert b"it is not encrypted to our certificate, or what is within does not hold" in answer.content
    assert not signed_in(client)
    assert pages.house.accounts.account("j.doe") is None
    told = "\n".join(path.read_text(errors="replace") for path in pages.house.home.rglob("*.jsonl"))
    assert "account.refused" in told
    assert private(saml.OURS)[:40] not in told


def test_a_certificate_of_ours_without_its_key_is_said_before_anybody_is_sent_away(vouched):
    client = vouched(SEALED, "").client()
    answer = client.get("/account/sign-on/staff/")
    assert answer.status_code == 409
    assert b"no private key of ours is set" in answer.content


def test_our_certificate_is_described_and_its_key_is_not(vouched):
    pages = vouched(SEALED, f"staff {private(saml.OURS)}")
    made = pages.client().get("/account/sign-on/staff/metadata/").content.decode()
    assert 'use="encryption"' in made
    assert (
        saml.OUR_CERTIFICATE.splitlines()[1] in made.replace("\n", "").replace(" ", "")
        or saml.OUR_CERTIFICATE.splitlines()[1] in made
    )
    assert private(saml.OURS)[:40] not in made


def test_we_describe_ourselves(hospital):
    made = etree.fromstring(hospital.client().get("/account/sign-on/staff/metadata/").content)
    assert made.get("entityID") == "http://testserver/account/sign-on/staff/metadata/"
    (place,) = made.iter("{urn:oasis:names:tc:SAML:2.0:metadata}AssertionConsumerService")
    assert place.get("Location") == f"http://testserver{BACK}"


def test_a_certificate_that_is_none_is_said(vouched):
    pages = vouched(TABLE.replace(saml.CERTIFICATE, "no certificate"))
    client = pages.client()
    answer = post(client, saml.Answer(asked(client)).text())
    assert answer.status_code in {409, 422}
    assert not signed_in(client)
    assert StateError.code == 3
