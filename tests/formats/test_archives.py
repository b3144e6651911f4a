# SPDX-License-Identifier: Apache-2.0
"""Archives are opened by content and within bounds; what is refused or damaged is told, and the rest is read."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
import zstandard

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.archives import Limits, Member, members

DOCUMENT = b'{"bomFormat": "CycloneDX"}'
MANY = DOCUMENT * 400
ZEROS = bytes(80 << 20)
COMPRESSORS = {
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "zstandard": zstandard.compress,
}


class Pipe(io.RawIOBase):
    """A stream that cannot be searched and gives little at a time, as standard input does."""

    def __init__(self, raw):
        self._raw = io.BytesIO(raw)

    def readable(self):
        return True

    def seekable(self):
        return False

    def read(self, size=-1):
        return self._raw.read(min(size, 100) if size > 0 else 100)


def opened(stream, name="given", limits=None):
    """What comes out: documents by path (an error where reading fails), and remarks by place."""
    documents, remarks = {}, {}
    for found in members(stream if hasattr(stream, "read") else io.BytesIO(stream), name, limits):
        if isinstance(found, Member):
            try:
                documents[found.path] = found.stream.read()
            except UnreadableError as error:
                documents[found.path] = error
        else:
            remarks[found.where] = found.why
    return documents, remarks


def zipped(files, **more):
    """A zip of files by path."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content, **more)
    return held.getvalue()


def entry(path, content=b"", kind=tarfile.REGTYPE, target=""):
    """A tar member that may lie about what it is."""
    info = tarfile.TarInfo(path)
    info.size, info.type, info.linkname = len(content), kind, target
    return info, io.BytesIO(content)


def tarred(*entries, mode="w"):
    """A tar of entries."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=mode) as archive:
        for info, content in entries:
            archive.addfile(info, content)
    return held.getvalue()


def test_a_document_is_its_own_only_member():
    assert opened(DOCUMENT, "a.json") == ({"a.json": DOCUMENT}, {})
    assert opened(b"", "empty") == ({"empty": b""}, {})
    assert opened(Pipe(MANY)) == ({"given": MANY}, {})


@pytest.mark.parametrize("form", COMPRESSORS)
def test_a_document_that_is_compressed_by_itself_keeps_its_name(form):
    assert opened(COMPRESSORS[form](MANY)) == ({"given": MANY}, {})
    assert opened(Pipe(COMPRESSORS[form](MANY))) == ({"given": MANY}, {})
    assert opened(COMPRESSORS[form](DOCUMENT) + COMPRESSORS[form](DOCUMENT)) == ({"given": DOCUMENT * 2}, {})


@pytest.mark.parametrize("wrap", [bytes, Pipe])
@pytest.mark.parametrize("form", ["zip", "tar", *COMPRESSORS])
def test_members_are_given_under_the_name_of_their_archive(form, wrap):
    tar = tarred(entry("a.json", DOCUMENT), entry("deep/b.json", MANY), entry("deep/empty", b""))
    raw = {
        "zip": zipped({"a.json": DOCUMENT, "deep/b.json": MANY, "deep/empty": b"", "deep/": b""}),
        "tar": tar,
    }.get(form)
    raw = raw or COMPRESSORS[form](tar)
    expected = {"in/a.json": DOCUMENT, "in/deep/b.json": MANY, "in/deep/empty": b""}
    assert opened(wrap(raw), "in") == (expected, {})


def test_archives_in_archives_are_opened_three_levels_deep():
    raw = DOCUMENT
    for level in ("3.zip", "2.zip", "1.zip"):
        raw = zipped({level: raw, f"beside {level}": MANY})
    documents, remarks = opened(zipped({"0.zip": raw}))
    assert documents == {"given/0.zip/beside 1.zip": MANY, "given/0.zip/1.zip/beside 2.zip": MANY}
    assert list(remarks) == ["given/0.zip/1.zip/2.zip"]
    assert "below 3 others" in remarks["given/0.zip/1.zip/2.zip"]
    tgz = tarred(entry("x.json.xz", lzma.compress(DOCUMENT)), mode="w:gz")
    assert opened(zipped({"t.tgz": tgz}))[0] == {"given/t.tgz/x.json.xz": DOCUMENT}


def test_an_office_document_is_a_document():
    for names in (("[Content_Types].xml", "xl/workbook.xml"), ("mimetype", "content.xml")):
        raw = zipped(dict.fromkeys(names, "x"))
        assert opened(raw, "list.xlsx") == ({"list.xlsx": raw}, {})
        assert opened(zipped({"list.xlsx": raw})) == ({"given/list.xlsx": raw}, {})


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../../up", "a/../../up", "C:\\Windows\\x", "\\\\server\\share"]
)
def test_a_path_that_leads_out_is_refused(path):
    for raw in (
        zipped({path: DOCUMENT, "good": DOCUMENT}),
        tarred(entry(path, DOCUMENT), entry("good", DOCUMENT)),
    ):
        documents, remarks = opened(raw)
        assert documents == {"given/good": DOCUMENT}
        assert ["leads out" in why for why in remarks.values()] == [True]


def test_links_and_devices_are_refused():
    raw = tarred(
        entry("soft", kind=tarfile.SYMTYPE, target="/etc/passwd"), entry("hard", kind=tarfile.LNKTYPE, target="good"),
        entry("null", kind=tarfile.CHRTYPE), entry("pipe", kind=tarfile.FIFOTYPE), entry("folder", kind=tarfile.DIRTYPE),
        entry("good", DOCUMENT),
    )  # fmt: skip
    documents, remarks = opened(raw)
    assert documents == {"given/good": DOCUMENT}
    assert set(remarks) == {"given/soft", "given/hard", "given/null", "given/pipe"}
    link = zipfile.ZipInfo("soft")
    link.external_attr = 0o120777 << 16
    documents, remarks = opened(zipped({link: "/etc/passwd", "good": DOCUMENT}))
    assert (list(documents), list(remarks)) == (["given/good"], ["given/soft"])


def test_a_name_is_made_safe_to_show():
    documents, _ = opened(tarred(entry("a\x1b[31m\nb", DOCUMENT)))
    assert list(documents) == ["given/a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b"]


def test_an_encrypted_member_is_told_and_the_others_are_read():
    raw = bytearray(zipped({"secret": DOCUMENT, "good": DOCUMENT}))
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # APPNOTE 4.4.4: bit 0 of the flags, here in the central directory
    documents, remarks = opened(bytes(raw))
    assert documents == {"given/good": DOCUMENT}
    assert "password" in remarks["given/secret"]


def test_a_method_that_cannot_be_bounded_is_told():
    documents, remarks = opened(zipped({"odd": DOCUMENT}, compress_type=zipfile.ZIP_BZIP2))
    assert documents == {}
    assert "method 12" in remarks["given/odd"]


@pytest.mark.parametrize("form", COMPRESSORS)
def test_a_bomb_stops_before_it_fills_the_memory(form):
    documents, _ = opened(COMPRESSORS[form](ZEROS))
    assert isinstance(documents["given"], BoundError)
    assert "bomb" in str(documents["given"])


def test_a_bomb_among_the_members_of_a_zip_does_not_stop_the_others():
    documents, remarks = opened(zipped({"first": DOCUMENT, "bomb": ZEROS, "last": DOCUMENT}))
    assert isinstance(documents.pop("given/bomb"), BoundError)
    assert documents == {"given/first": DOCUMENT, "given/last": DOCUMENT}
    assert remarks == {}


def test_a_bomb_in_a_compressed_tar_ends_that_tar_with_a_remark():
    tgz = gzip.compress(tarred(entry("first", DOCUMENT), entry("bomb", ZEROS), entry("last", DOCUMENT)))
    documents, remarks = opened(zipped({"t.tgz": tgz, "after": DOCUMENT}))
    assert documents["given/t.tgz/first"] == documents["given/after"] == DOCUMENT
    assert isinstance(documents["given/t.tgz/bomb"], BoundError)
    assert "bomb" in remarks["given/t.tgz"]


def test_members_bytes_and_sizes_are_bounded():
    raw = zipped({str(number): DOCUMENT for number in range(5)})
    documents, remarks = opened(raw, limits=Limits(members=3))
    assert len(documents) == 3
    assert "more than 3 members" in remarks["given"]
    documents, remarks = opened(raw, limits=Limits(total=2 * len(DOCUMENT)))
    assert list(documents.values()) == [DOCUMENT, DOCUMENT]
    assert "More than" in remarks["given"]
    for held in (
        zipped({"large": MANY, "good": DOCUMENT}),
        tarred(entry("large", MANY), entry("good", DOCUMENT)),
    ):
        documents, remarks = opened(held, limits=Limits(member=100))
        assert documents == {"given/good": DOCUMENT}
        assert "larger" in remarks["given/large"]
    assert isinstance(opened(MANY, limits=Limits(member=100))[0]["given"], BoundError)


@pytest.mark.parametrize("form", COMPRESSORS)
def test_a_compressed_document_that_was_cut_off_is_told(form):
    raw = COMPRESSORS[form](bytes(range(256)) * 4_000)
    documents, _ = opened(raw[:-9])
    assert isinstance(documents["given"], UnreadableError)
    with pytest.raises(UnreadableError, match="damaged or was cut off"):
        opened(raw[:14])


def test_a_zip_that_was_cut_off_is_refused():
    with pytest.raises(UnreadableError, match="cut off"):
        opened(zipped({"a": DOCUMENT})[:-30])


def test_a_damaged_member_is_told_and_the_others_are_read():
    raw = bytearray(zipped({"bad": bytes(range(256)) * 99, "good": DOCUMENT}))
    raw[60:80] = bytes(20)
    documents, remarks = opened(bytes(raw))
    assert documents == {"given/good": DOCUMENT}
    assert "damaged" in remarks["given/bad"]


@pytest.mark.parametrize("size", [512 + 512 + 700, 2 * 1024, 512 + 512 + 512])
def test_a_tar_that_was_cut_off_is_told(size):
    documents, remarks = opened(tarred(entry("a", DOCUMENT), entry("b", MANY), entry("c", DOCUMENT))[:size])
    assert documents["given/a"] == DOCUMENT
    assert remarks


def test_a_tar_with_a_damaged_header_is_told():
    raw = bytearray(tarred(entry("a", DOCUMENT), entry("b", DOCUMENT)))
    raw[1024 + 10] ^= 0xFF
    documents, remarks = opened(bytes(raw))
    assert list(documents) == ["given/a"]
    assert "end mark at byte 1,024" in remarks["given"]
    raw[10] ^= 0xFF
    with pytest.raises(UnreadableError):
        opened(bytes(raw))


def test_a_member_that_is_not_read_is_passed_over():
    found = members(io.BytesIO(tarred(entry("a", MANY), entry("b", DOCUMENT), mode="w:gz")), "given")
    next(found)
    assert next(found).stream.read() == DOCUMENT


def test_attributes_without_end_are_refused():
    info = tarfile.TarInfo("a")
    info.pax_headers = {"comment": "x" * (1 << 20)}
    documents, remarks = opened(gzip.compress(tarred(entry("first", DOCUMENT), (info, io.BytesIO()))))
    assert documents == {"given/first": DOCUMENT}
    assert "attributes are too long" in remarks["given"]


def test_a_zip_whose_list_of_members_is_too_large_is_refused():
    raw = bytearray(zipped({"a": DOCUMENT}))
    end = raw.rindex(b"PK\x05\x06")
    raw[end + 12 : end + 16] = (1 << 30).to_bytes(4, "little")
    with pytest.raises(BoundError, match="list of members"):
        opened(bytes(raw))
