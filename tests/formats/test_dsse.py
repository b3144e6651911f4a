# SPDX-License-Identifier: Apache-2.0
"""DSSE envelopes: the protocol's own example, both alphabets of base64, and what is none."""

from base64 import urlsafe_b64encode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import UnreadableError
from leadglass.formats import dsse

ENVELOPES = st.builds(
    dsse.Envelope,
    payload_type=st.text(max_size=40).filter(lambda text: text.isprintable()),
    payload=st.binary(max_size=60),
    signatures=st.lists(
        st.builds(dsse.Signature, keyid=st.text("0123456789abcdef", max_size=64), sig=st.binary(max_size=64)),
        max_size=3,
    ).map(tuple),
)


def test_the_bytes_that_are_signed_are_those_of_the_protocol() -> None:
    assert dsse.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert dsse.pae("ä", b"") == "DSSEv1 2 ä 0 ".encode()  # lengths count bytes


@given(ENVELOPES)
def test_what_is_written_is_read(envelope: dsse.Envelope) -> None:
    assert dsse.read(dsse.write(envelope)) == envelope


@given(ENVELOPES, ENVELOPES)
def test_two_lists_are_never_signed_by_the_same_bytes(one: dsse.Envelope, other: dsse.Envelope) -> None:
    same = (one.payload_type, one.payload) == (other.payload_type, other.payload)
    assert (dsse.pae(one.payload_type, one.payload) == dsse.pae(other.payload_type, other.payload)) == same


def test_both_alphabets_and_later_fields_are_read() -> None:
    payload = bytes(range(256))
    told = {
        "payload": urlsafe_b64encode(payload).decode(),
        "payloadType": "t",
        "signatures": [{"sig": "", "x": 1}],
        "y": 2,
    }
    assert dsse.read(msgspec.json.encode(told)).payload == payload


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"payload":"*","payloadType":"t","signatures":[]}', b"\xff", b"[" * 100_000,
            b'{"payload":"AAA","payloadType":"t","signatures":[]}'],
)  # fmt: skip
def test_what_is_no_envelope_is_said(raw: bytes) -> None:
    with pytest.raises(UnreadableError, match="no DSSE envelope"):
        dsse.read(raw)
