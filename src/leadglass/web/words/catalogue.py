# SPDX-License-Identifier: Apache-2.0
"""Catalogues of translations (GNU gettext): written for a translator (.po), compiled, and read for what they hold (.mo)."""

import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from leadglass.web.words.message import Message

FILE = "LC_MESSAGES/django.mo"
"""Where a compiled catalogue lies in the folder of its language."""
_MAGIC = 0x950412DE
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
"""What a new catalogue says of itself; a translator states the plural forms of the language there."""
_ENDS = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_MEANT = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_SLOTS = re.compile(r"%%|%\(\w+\)s|%s")
_ESCAPED = re.compile(r"\\(.)")

Key = tuple[str, str]
"""A message for one, and for several (empty where it is no count)."""
Told = Mapping[Key, Sequence[str]]
"""What a translator wrote: one form, or as many as the language has for a count. Of ("", "") the header."""


def written(messages: Iterable[Message], told: Told) -> str:
    """Write messages for a translator, with what she said of them so far; what nobody asks for any more stands behind."""
    entries = [_entry("", ("", ""), told.get(("", ""), (HEADER,)))]
    left = {key: forms for key, forms in told.items() if key != ("", "") and any(forms)}
    for one in messages:
        key = (one.text, one.plural)
        head = f"#: {one.place}\n" + ("#, python-format\n" if "%" in one.text else "")
        entries.append(_entry(head, key, left.pop(key, ("", "") if one.plural else ("",))))
    entries += [
        "\n".join(f"#~ {line}" for line in _entry("", *item).splitlines()) + "\n" for item in left.items()
    ]
    return "\n".join(entries)


def _entry(head: str, key: Key, forms: Sequence[str]) -> str:
    one, several = key
    if not several:
        return f"{head}msgid {_quoted(one)}\nmsgstr {_quoted(forms[0])}\n"
    said = "\n".join(f"msgstr[{number}] {_quoted(form)}" for number, form in enumerate(forms))
    return f"{head}msgid {_quoted(one)}\nmsgid_plural {_quoted(several)}\n{said}\n"


def read(text: str) -> dict[Key, list[str]]:
    """Read what a translator wrote (.po), also what is asked for no more; what she marked as doubtful (fuzzy) is left out."""
    told: dict[Key, list[str]] = {}
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        name = ""
        for line in (line.removeprefix("#~ ") for line in block.splitlines()):
            word, _, rest = line.partition(" ") if line.startswith("msg") else (name, "", line)
            name = word
            if rest.startswith('"') and name:
                parts[name] = parts.get(name, "") + _ESCAPED.sub(
                    lambda found: _MEANT.get(found[1], found[0]), rest[1:-1]
                )
        if "msgid" in parts and not re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE):
            key = (parts["msgid"], parts.get("msgid_plural", ""))
            told[key] = [form for said, form in parts.items() if said.startswith("msgstr")]
    return told


def _quoted(text: str) -> str:
    return '"' + "".join(_ENDS.get(sign, sign) for sign in text) + '"'


def odd(told: Told) -> list[str]:
    """Give the messages whose translation has other slots than they have, or a percent sign that stands alone."""
    return [
        one
        for (one, several), forms in told.items()
        if one and any(not _fits(one, several, form) for form in forms if form)
    ]


def _fits(one: str, several: str, form: str) -> bool:
    asked = {*_SLOTS.findall(one), *_SLOTS.findall(several)}
    slotted = any(slot != "%%" for slot in asked)
    alone = slotted and "%" in _SLOTS.sub("", form)
    # A form for one thing may leave its number out
    return not alone and {*_SLOTS.findall(form)} ^ asked <= {"%%", "%(n)s"}


def compiled(told: Told) -> bytes:
    """Compile what is translated in full and fits: the format of .mo files, little end first."""
    wrong = set(odd(told))
    pairs = {b"": "".join(told.get(("", ""), (HEADER,))).encode()}
    for (one, several), forms in told.items():
        if one and all(forms) and one not in wrong:
            pairs[(f"{one}\0{several}" if several else one).encode()] = "\0".join(forms).encode()
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
            keys = [
                raw[at : at + length].decode("utf-8").rpartition("\4")[2] for length, at in spans if length
            ]
            return [(one, several) for one, _, several in (key.partition("\0") for key in keys)]
    return []


def languages(folders: Iterable[Path]) -> list[str]:
    """Name the languages of which there is a catalogue, as folders call them (`de`, `pt_BR`)."""
    return sorted({place.parents[1].name for folder in folders for place in folder.glob(f"*/{FILE}")})
