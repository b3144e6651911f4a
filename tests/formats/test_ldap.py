"""Messages of LDAP: what we write is what RFC 4511 says, and no answer makes the reader do anything but answer or refuse."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import RefusedError
from leadglass.formats import ldap


def test_a_simple_bind_is_that_of_the_standard():
    # RFC 4511, 4.2: version 3, name, [0] passphrase
    assert ldap.bind(1, "cn=a", "pw") == bytes.fromhex(
        "3012020101600d0201030404" + b"cn=a".hex() + "8002" + b"pw".hex()
    )


def test_starttls_and_unbind_are_those_of_the_standard():
    assert ldap.start_tls(1) == bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"
    assert ldap.unbind(2) == bytes.fromhex("30050201024200")


@given(st.text(max_size=300))
def test_what_somebody_typed_is_one_value_of_an_equality_match(typed):
    raw = ldap.search(3, "dc=a", "uid", typed, ["cn"], most=2, seconds=8)
    assert ldap.length(raw) == len(raw)
    value = typed.encode()
    size = (
        bytes([len(value)])
        if len(value) < 128
        else (bytes([0x81, len(value)]) if len(value) < 256 else bytes([0x82]) + len(value).to_bytes(2))
    )
    assert b"\x04\x03uid\x04" + size + value in raw


def test_an_entry_is_read_with_its_attributes():
    told = bytes.fromhex("30240201026 41f0404".replace(" ", "")) + b"cn=a"
    told += (
        bytes.fromhex("301730150402")
        + b"cn"
        + bytes.fromhex("310f0403")
        + b"Ann"
        + bytes.fromhex("0408")
        + b"Ann Lee!"
    )
    told = told[:1] + bytes([len(told) - 2]) + told[2:]
    assert ldap.length(told) == len(told)
    read = ldap.read(told)
    assert (read.number, read.name, read.attributes) == (2, "cn=a", {"cn": (b"Ann", b"Ann Lee!")})


@pytest.mark.parametrize(
    "raw", [b"0\x80", b"\x31\x00", b"0\x84\x7f\xff\xff\xff", b"0\x85\x01\x01\x01\x01\x01", b"GET / HTTP/1.1"],
    ids=["indefinite", "no sequence", "2 GiB", "a length of five bytes", "HTTP"],
)  # fmt: skip
def test_a_head_that_is_none_is_refused_before_more_is_read(raw):
    with pytest.raises(RefusedError):
        ldap.length(raw)


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(raw):
    for told in (raw, b"0" + bytes([min(len(raw), 127)]) + raw[:127]):
        with contextlib.suppress(RefusedError):
            assert isinstance(ldap.read(told), ldap.Message)
