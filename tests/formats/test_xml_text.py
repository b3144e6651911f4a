# SPDX-License-Identifier: Apache-2.0
"""The one door for XML: what is refused, what is read, and that nothing else ever comes out of it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import xml_text

WHAT = "The paper"
PLAIN = '<?xml version="1.0" encoding="{}"?>\n<!-- said -->\n<list xmlns="urn:x"><item at="1">Röntgen</item></list>'


def read(raw):
    """The root of these bytes."""
    return xml_text.root(raw, WHAT)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"), ("utf-32", "UTF-32"), ("iso-8859-1", "ISO-8859-1"), ("cp1252", "windows-1252"),
        ("utf-8", "UTF-16"),
    ],
)  # fmt: skip
def test_a_document_is_the_same_in_each_encoding(encoding, declared):
    found = read(PLAIN.format(declared).encode(encoding))
    (item,) = found
    assert (xml_text.name(found), xml_text.namespace(found)) == ("list", "urn:x")
    assert (xml_text.text(item), item.get("at")) == ("Röntgen", "1")


def test_a_view_is_read_as_bytes_are():
    assert xml_text.name(read(memoryview(b"<a/>"))) == "a"


def test_comments_and_instructions_are_no_elements():
    found = read(b"<a><!-- x --><?do it?><b> text </b><!-- y --></a>")
    assert [xml_text.name(inner) for inner in found] == ["b"]
    assert xml_text.text(found[0]) == "text"
    assert xml_text.namespace(found) == ""


BOMB = b'<!DOCTYPE a [<!ENTITY x "' + b"y" * 99 + b'"><!ENTITY z "' + b"&x;" * 99 + b'">]><a>&z;</a>'


@pytest.mark.parametrize(
    "raw",
    [
        BOMB,
        b"<!DOCTYPE a><a/>",
        b'<?xml version="1.0"?>\n<!-- first --><?and this?>\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'\xef\xbb\xbf<!DOCTYPE a PUBLIC "-//X" "https://example.org/x.dtd"><a/>',
        BOMB.decode().encode("utf-16"),
        BOMB.decode().encode("utf-16-be"),
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + BOMB,
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "https://example.org/p"> %p;]><a/>',
        b"<!doctype html><html/>",
    ],
)
def test_a_doctype_is_refused_with_a_sentence(raw):
    with pytest.raises(UnreadableError, match=r"The paper has a DOCTYPE\. It was not read"):
        read(raw)


@pytest.mark.parametrize("encoding", ["UTF-7", "cp037", "EBCDIC-CP-US", "zip", "shift_jis", "hz", "punycode"])
def test_encodings_that_could_hide_something_are_refused(encoding):
    with pytest.raises(UnreadableError, match=r"which Leadglass does not read\. Export it again as UTF-8"):
        read(f'<?xml version="1.0" encoding="{encoding}"?>+ADwAIQ-DOCTYPE a+AD4-<a/>'.encode())


def test_the_word_doctype_within_the_document_is_a_word():
    assert xml_text.text(read(b"<a><![CDATA[<!DOCTYPE a>]]></a>")) == "<!DOCTYPE a>"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b"<a><b>", "ends in the middle"),
        (b"<a/><b/>", "something follows its end"),
        (b"<a/>\0", "not well-formed|something follows"),
        (b"<a>\n\n&unknown;</a>", r"not well-formed XML \(line 3"),
        (b"<a>\0</a>", "not well-formed"),
        (b"<a>\xff</a>", "not well-formed"),
        (b"<x:a/>", "not well-formed"),
        (b'<a b="1" b="2"/>', "not well-formed"),
        (b"{}", "not well-formed"),
        (b"\xff\xfe<\x00a", "UTF-16"),
    ],
)
def test_what_is_no_xml_is_said(raw, said):
    with pytest.raises(UnreadableError, match=said):
        read(raw)


def test_depth_is_bounded():
    def nested(levels):
        return b"<a>" * levels + b"</a>" * levels

    assert read(nested(xml_text.DEEPEST)) is not None
    for levels in (xml_text.DEEPEST + 1, 250, 257, 3_000, 200_000):
        with pytest.raises(BoundError, match="200 levels"):
            read(nested(levels))


def test_size_and_number_are_bounded(monkeypatch):
    monkeypatch.setattr(xml_text, "MOST_BYTES", 1 << 10)
    with pytest.raises(BoundError, match="larger than"):
        read(b"<a>" + b" " * 1_100 + b"</a>")
    monkeypatch.setattr(xml_text, "MOST_BYTES", 64 << 20)
    monkeypatch.setattr(xml_text, "MOST_MARKS", 100)
    with pytest.raises(BoundError, match="tags and attributes"):
        read(b"<a>" + b"<b/>" * 100 + b"</a>")
    with pytest.raises(BoundError, match="tags and attributes"):
        read(b"<a " + b" ".join(b'b%d=""' % number for number in range(101)) + b"/>")


def test_attributes_of_one_element_are_bounded():
    def wide(number):
        return b"<a><b " + b" ".join(b'b%d=""' % at for at in range(number)) + b"/></a>"

    assert len(read(wide(xml_text.MOST_ATTRIBUTES))[0].attrib) == xml_text.MOST_ATTRIBUTES
    for number in (xml_text.MOST_ATTRIBUTES + 1, 300_000):
        with pytest.raises(BoundError, match="1,000 attributes on one element"):
            read(wide(number))


pieces = st.sampled_from(
    [b"<", b">", b"</a>", b"<a>", b"<!DOCTYPE a>", b"<!ENTITY", b"&x;", b"&#0;", b"<![CDATA[", b"<?xml ", b"<!--",
     b"\0", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b'encoding="utf-7"', b'"', b"\xff", b"xmlns=''"]
)  # fmt: skip


@given(st.lists(pieces | st.binary(max_size=4), max_size=30).map(b"".join))
def test_any_bytes_give_a_root_or_our_error(raw):
    with suppress(UnreadableError):
        found = read(raw)
        assert found.getroottree().docinfo.internalDTD is None


@given(st.integers(0, 200), pieces)
def test_a_document_that_was_changed_on_its_way(at, piece):
    raw = PLAIN.format("UTF-8").encode()
    with suppress(UnreadableError):
        assert read(raw[:at] + piece + raw[at:]).getroottree().docinfo.internalDTD is None
