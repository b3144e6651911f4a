# SPDX-License-Identifier: Apache-2.0
"""Catalogues of translations (GNU gettext): written for a translator (.po), compiled, and read for what they hold (.mo)."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from leadglass.web.words.message import Message

FILE = "LC_MESSAGES/django.mo"
"""Where a compiled catalogue lies in the folder of its language."""
_MAGIC = 0x950412DE
_HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
_ENDS = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def written(messages: Iterable[Message]) -> str:
    """Write messages for a translator, by their places; those that have slots are marked as such."""
    entries = [_HEADER]
    for one in messages:
        flag = "#, python-format\n" if "%(" in one.text or "%s" in one.text or "%%" in one.text else ""
        plural = f'msgid_plural {_quoted(one.plural)}\nmsgstr[0] ""\nmsgstr[1] ""' if one.plural else 'msgstr ""'
        entries.append(f"#: {one.place}\n{flag}msgid {_quoted(one.text)}\n{plural}\n")
    return "\n".join(entries)


def _quoted(text: str) -> str:
    return '"' + "".join(_ENDS.get(sign, sign) for sign in text) + '"'


def compiled(told: Mapping[tuple[str, str], Sequence[str]], *, plural_forms: str = "") -> bytes:
    """Compile translations, by message for one and for several: the format of .mo files, little end first."""
    head = "Content-Type: text/plain; charset=UTF-8\n" + (f"Plural-Forms: {plural_forms}\n" if plural_forms else "")
    pairs = {b"": head.encode()}
    for (one, several), forms in told.items():
        key = f"{one}\0{several}" if several else one
        pairs[key.encode()] = "\0".join(forms).encode()
    keys = sorted(pairs)
    start = 28 + 16 * len(keys)
    index, texts = bytearray(), bytearray()
    for raw in (*keys, *(pairs[key] for key in keys)):
        index += struct.pack("<II", len(raw), start + len(texts))
        texts += raw + b"\0"
    return struct.pack("<7I", _MAGIC, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0) + bytes(index + texts)


def ids(raw: bytes) -> list[tuple[str, str]]:
    """Give what a compiled catalogue translates: messages for one, with those for several where they are counts.

    Nothing where the bytes are no such catalogue: Django says then that it cannot use it.
    """
    for order in "<>":
        if len(raw) >= 28 and struct.unpack_from(f"{order}I", raw)[0] == _MAGIC:
            _, _, number, first = struct.unpack_from(f"{order}4I", raw)
            spans = [struct.unpack_from(f"{order}II", raw, first + 8 * at) for at in range(number)]
            keys = [raw[at : at + length].decode("utf-8").rpartition("\4")[2] for length, at in spans if length]
            return [(one, several) for one, _, several in (key.partition("\0") for key in keys)]
    return []


def languages(folders: Iterable[Path]) -> list[str]:
    """Name the languages of which there is a catalogue, as folders call them (`de`, `pt_BR`)."""
    return sorted({place.parents[1].name for folder in folders for place in folder.glob(f"*/{FILE}")})
