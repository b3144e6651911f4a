# SPDX-License-Identifier: Apache-2.0
"""Every sentence that a page may show, as templates of a catalogue (GNU gettext): from code, page templates and tables.

A sentence that code composes (`f"{name} is no device"`) becomes a template with slots (`%(name)s is no device`), a count
of things (`count(3, "device")`) a pair for one and for several. So nobody has to mark a sentence that the house says.
"""

import ast
import csv
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from django.utils.translation.template import templatize

from leadglass.render.wording import SLOT
from leadglass.web.words.message import Message
from leadglass.web.words.single import single

_SILENT = frozenset(
    {"cli", "daemons", "migrations", "csaf_tests", "profiles", "api", "static", "__pycache__"}
)
"""Folders whose words stand on no page."""
_TABLES = frozenset(
    {
        "deeds.toml",
        "questions.toml",
        "feeds.toml",
        "roles.toml",
        "approvals.toml",
        "weaknesses.csv",
        "clocks.toml",
        "tiers.csv",
        "exposure.csv",
        "safety.csv",
        "mission.csv",
    }
)
"""Tables whose cells are read by people."""
_COUNTS = frozenset({"count", "number"})
_MARKS = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop"})
_UNSAID = frozenset({"class_", "ident", "id", "d", "viewBox", "encoding", "fmt"})
"""Arguments that no one reads."""
_TITLES = frozenset({"title", "heading", "label", "lead"})
"""Arguments that may be one word that people read."""
_WORD = re.compile(r"[a-z]{2,}")
_CODE = re.compile(
    r"[<>\\\x00-\x1f\x7f]|://|\$\w|\|\||\w\(|\b[a-z]\.\w+,|^\W*[a-z_]+(\.[a-z_]+)+\W*$|^[\w-]+=|;\s*[a-z-]+='|\b(SELECT|FROM|WHERE|JOIN|"
    r"CASE|WHEN|NULL|CAST|THEN|PRAGMA|UPDATE|INSERT|DELETE|TRIGGER|TABLE|UNION|VALUES|AS|OR|AND|LIKE|NOT)\b"
)
_HEAD = re.compile(r"[A-Z][a-z]+")
_LITERAL = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_STRINGS = re.compile(_LITERAL)
_CALLS = re.compile(rf"\b(ngettext|gettext|_)\(\s*({_LITERAL}(?:\s*,\s*{_LITERAL})?)")
_BRACED = re.compile(r"\{(\w+)\}")
_NOUN = re.compile(r"[a-zA-Z][a-zA-Z -]+")
_NOT_NAME = re.compile(r"\W+")
_AROUND = " \t,;:"


def messages() -> list[Message]:
    """Give every message once, in the order of their places."""
    found: dict[str, Message] = {}
    alone = (Message(text=text, place=place) for text, place in single())
    for message in (*_of_folder(resources.files("leadglass"), ""), *alone):
        known = found.get(message.text)
        if known is None or (message.plural and not known.plural):
            found[message.text] = message
    return list(found.values())


def _of_folder(folder: Traversable, path: str) -> Iterator[Message]:
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        place = f"{path}{one.name}"
        if one.is_dir():
            if one.name not in _SILENT:
                yield from _of_folder(one, f"{place}/")
        elif one.name.endswith(".py"):
            yield from of_code(one.read_text(encoding="utf-8"), place)
        elif one.name.endswith((".html", ".txt")) and "templates/" in path:
            yield from of_template(one.read_text(encoding="utf-8"), place)
        elif one.name in _TABLES:
            yield from of_table(one.read_text(encoding="utf-8"), place)


def of_template(text: str, place: str) -> Iterator[Message]:
    """Give the messages of a page's template, by Django's own reading of it."""
    code = templatize(text, origin=place)
    for found in _CALLS.finditer(code):
        texts = [ast.literal_eval(one.lstrip("u")) for one in _STRINGS.findall(found[2])]
        yield Message(text=texts[0], plural=texts[1] if found[1] == "ngettext" else "", place=place)


def of_table(text: str, place: str) -> Iterator[Message]:
    """Give the cells of a table that are sentences; `{maker}` is a slot."""
    if place.endswith(".csv"):
        cells: Iterator[Any] = (cell for row in csv.reader(text.splitlines()) for cell in row)
    else:
        cells = _leaves(tomllib.loads(text))
    for told in (_slotted(part) for cell in cells for part in dict.fromkeys((cell, *cell.split("; ")))):
        if _prose(told) or _WORD.fullmatch(told.replace(" ", "")):
            yield Message(text=told, place=place)


def _slotted(text: str) -> str:
    """Write what is filled in later (`{maker}`) as slots; what is marked with slots already stays."""
    return _BRACED.sub(r"%(\1)s", text if SLOT.search(text) else text.replace("%", "%%"))


def _leaves(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for key, inner in value.items():
                yield key.replace("_", " ")
                yield from _leaves(inner)
        case list():
            for inner in value:
                yield from _leaves(inner)
        case str():
            yield value


def of_code(text: str, place: str) -> Iterator[Message]:
    """Give the messages of a module: what it marks, counts and composes."""
    tree = ast.parse(text)
    within_page = place.startswith(("render/", "web/pages/"))
    silent = _docstrings(tree)
    yield from _walk(tree, place, silent=silent, heads=within_page)


def _docstrings(tree: ast.AST) -> set[int]:
    """Name the strings that stand alone: they explain code."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _walk(node: ast.AST, place: str, *, silent: set[int], heads: bool) -> Iterator[Message]:
    if isinstance(node, ast.Call):
        yield from _of_call(node, place)
    if isinstance(node, ast.JoinedStr):
        composed = _composed(node)
        yield from _told(composed, place)
        yield from _of_sql(composed, place)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
        yield from _told(_slotted(node.value), place, heads=heads)
        yield from _of_sql(node.value, place)
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant):
            continue
        if isinstance(child, ast.keyword):
            if child.arg in _UNSAID:
                continue
            if (
                child.arg in _TITLES
                and isinstance(child.value, ast.Constant)
                and isinstance(child.value.value, str)
            ):
                yield from _told(_slotted(child.value.value), place, single=True)
        yield from _walk(child, place, silent=silent, heads=heads)


def _of_call(node: ast.Call, place: str) -> Iterator[Message]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if name in _MARKS and words:
        yield Message(text=words[0], place=place)
    if (
        name in _COUNTS
        and (isinstance(node.func, ast.Name) or name == "number")
        and words
        and _NOUN.fullmatch(words[0])
    ):
        one, several = words[0], words[1] if len(words) > 1 else f"{words[0]}s"
        yield Message(text=f"%(n)s {one}", plural=f"%(n)s {several}", place=place)


def _composed(node: ast.JoinedStr) -> str:
    """Write what code composes as a template; slots have the names of their values."""
    parts, taken = [], set[str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value).replace("%", "%%"))
            continue
        name = stem = _named(part)
        number = 2
        while name in taken:
            name, number = f"{stem}{number}", number + 1
        taken.add(name)
        parts.append(f"%({name})s")
    return "".join(parts)


def _named(part: ast.expr) -> str:
    """Name a slot by the last name in its expression."""
    value = part.value if isinstance(part, ast.FormattedValue) else part
    names = [
        node.id
        if isinstance(node, ast.Name)
        else node.attr
        if isinstance(node, ast.Attribute)
        else str(node.value)
        for node in ast.walk(value)
        if isinstance(node, ast.Name | ast.Attribute)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier())
    ]
    plain = [name.strip("_") for name in names if name.strip("_") not in {"str", "row", "len", "self", ""}]
    return plain[0].lower() if plain else "value"


def _told(text: str, place: str, *, heads: bool = False, single: bool = False) -> Iterator[Message]:
    core = text.strip(_AROUND).removeprefix(". ")
    if _prose(core) or (heads and _HEAD.fullmatch(core)) or (single and _NOUN.fullmatch(core)):
        yield Message(text=core, place=place)


def _of_sql(text: str, place: str) -> Iterator[Message]:
    """Give the sentences that a query composes: 'literal' || value || 'literal'."""
    if "||" not in text and " THEN '" not in text:
        return
    value = r"(?:[\w.]+(?:\([^()']*\))?)"
    for chain in re.findall(rf"(?:'[^']*'|{value})(?:\s*\|\|\s*(?:'[^']*'|{value}))+", text):
        parts, number = [], 0
        for piece in re.findall(r"'([^']*)'|([^'|\s][^'|]*)", chain):
            if piece[1].strip():
                number += 1
                named = _NOT_NAME.sub("_", piece[1].strip()).strip("_").lower()
                parts.append(f"%({named}{number})s")
            else:
                parts.append(piece[0].replace("%", "%%"))
        yield from _told("".join(parts), place)
    for literal in re.findall(r"'([^']+)'", text):
        yield from _told(literal.replace("%", "%%"), place)


def _prose(text: str) -> bool:
    """Tell a sentence, or a part of one, from what only machines read."""
    own = SLOT.sub(" ", text)
    if _CODE.search(own.replace("%%", "%")) or not _WORD.search(own):
        return False
    words = own.split()
    return (
        " " in text.strip()
        and len(words) >= 1
        and sum(map(len, _WORD.findall(own))) * 2 >= len("".join(words)) * 0.6
    )
