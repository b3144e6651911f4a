"""A language that is none: every message is itself, in wide letters (Unicode, halfwidth and fullwidth forms), so that one sees what was said by it."""

import re
from html import unescape
from pathlib import Path

from leadglass.render.wording import SLOT
from leadglass.web.words.catalogue import FILE, compiled
from leadglass.web.words.extracted import messages

LANGUAGE = "eo"
_WIDE = {ord(sign): ord(sign) + 0xFEE0 for sign in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_PIECES = re.compile(r"(%\(\w+\)s|%s)")
_SILENT = re.compile(r"<(script|style|code|kbd|textarea|pre)\b.*?</\1>|<!doctype[^>]*>", re.DOTALL)
_UNTRANSLATED = re.compile(r'<(\w+)[^>]* translate="no"[^>]*>.*?</\1>', re.DOTALL)
_ATTRIBUTE = re.compile(r'\s(?:title|aria-label|placeholder|alt|data-is)="([^"]*)"')
_ID = re.compile(r"\b[A-Z]-[a-z2-7-]{8,}|\b[0-9a-f]{12,}\b|\b\d{4}-\d\d-\d\d\S*|\b\w+[:_]\w+\b|'[^']*'")
_NAMED = re.compile(r"Leadglass default clocks [\d.]+")
"""Tables are called as their authors call them."""
_WORD = re.compile(r"[a-zA-Z]{2,}")


def marked(message: str) -> str:
    """Write what a message says itself in wide letters, and leave its slots."""
    return "".join(
        piece if SLOT.fullmatch(piece) else piece.translate(_WIDE) for piece in _PIECES.split(message)
    )


def install(folder: Path) -> None:
    """Write the catalogue of the language."""
    told = {
        (one.text, one.plural): [marked(one.text), marked(one.plural)] if one.plural else [marked(one.text)]
        for one in messages()
    }
    place = folder / LANGUAGE / FILE
    place.parent.mkdir(parents=True)
    place.write_bytes(compiled(told))


def texts(html: str) -> list[str]:
    """Give what a person sees or hears of a page, text by text."""
    html = _UNTRANSLATED.sub("", _SILENT.sub("", html))
    found = [*re.sub(r"<[^>]*>", "\0", html).split("\0"), *_ATTRIBUTE.findall(html)]
    return [" ".join(unescape(text).split()) for text in found if text.strip()]


def unsaid(html: str, known: set[str]) -> list[str]:
    """Give the texts of a page with a word that was not said by the language, and is no known name."""
    left = []
    for text in texts(html):
        words = _WORD.findall(_ID.sub(" ", _NAMED.sub(" ", text)))
        if any(word.casefold() not in known for word in words):
            left.append(text)
    return list(dict.fromkeys(left))
