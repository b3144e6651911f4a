# SPDX-License-Identifier: Apache-2.0
"""Say a page in the language of who reads it, where there is a catalogue of it: the last thing that is done to a page.

What is marked by HTML's `translate="no"` stays as it came, and so does what a command line, a script or a field holds.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from html import unescape
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext, ngettext, to_locale

from leadglass.render.markup import escape
from leadglass.render.wording import Translate, Wording, speaking
from leadglass.web.words.catalogue import FILE, ids

Next = Callable[[HttpRequest], HttpResponse]

OWN = Path(__file__).parents[1] / "locale"
"""Where catalogues lie that come with the program."""
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_SAID = re.compile(r'(\s(?:title|aria-label|placeholder|alt|data-is)=")([^"]*)(")')
_SILENT = frozenset({"code", "kbd", "script", "style", "textarea", "pre"})
_KEPT_AS_IT_IS = ' translate="no"'


def spoken(get_response: Next) -> Next:
    """Answer each page in the language of who reads it."""

    def answer(request: HttpRequest) -> HttpResponse:
        language = get_language() or "en"
        wording = (
            None if language.startswith("en") or request.path.startswith("/api/") else wording_of(language)
        )
        if wording is None:
            return get_response(request)
        with speaking(wording.said):
            response = get_response(request)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = page(response.content.decode(response.charset), wording.said).encode(
                response.charset
            )
            if response.has_header("Content-Length"):
                response.headers["Content-Length"] = str(len(response.content))
        return response

    return answer


def wording_of(language: str) -> Wording | None:
    """Give the sentences that can be said in a language. None where no catalogue is at hand."""
    folders = (OWN, *map(Path, settings.LOCALE_PATHS))
    named = dict.fromkeys((to_locale(language), to_locale(language.partition("-")[0])))
    places = [place for folder in folders for name in named if (place := folder / name / FILE).is_file()]
    return (
        _read(language, tuple((str(place), place.stat().st_mtime_ns) for place in places)) if places else None
    )


@lru_cache(maxsize=32)
def _read(_language: str, places: tuple[tuple[str, int], ...]) -> Wording:
    found = [pair for place, _at in places for pair in ids(Path(place).read_bytes())]
    alone = [one for one, several in found if not several]
    return Wording(alone, [pair for pair in found if pair[1]], gettext, ngettext)


def page(html: str, say: Translate) -> str:
    """Say the texts of a page, and what its attributes tell; markup stays."""
    parts = _TAG.split(html)
    silent, depth = "", 0
    for at, part in enumerate(parts):
        if at % 2 == 0:
            if part and not depth:
                parts[at] = _text(part, say)
            continue
        named = _NAME.match(part)
        if named is None:
            continue
        closing, name = named[1], named[2].lower()
        if depth:
            depth += (name == silent) * (-1 if closing else 1)
        elif not closing and (name in _SILENT or _KEPT_AS_IT_IS in part) and not part.endswith("/>"):
            silent, depth = name, 1
        if not closing and _KEPT_AS_IT_IS not in part:
            parts[at] = _SAID.sub(lambda found: found[1] + _text(found[2], say) + found[3], part)
    return "".join(parts)


def _text(raw: str, say: Translate) -> str:
    """Say one text, as HTML writes it."""
    text = unescape(raw)
    core = " ".join(text.split())
    if not core:
        return raw
    told = say(core)
    if told == core:
        return raw
    return f"{text[: len(text) - len(text.lstrip())]}{escape(told)}{text[len(text.rstrip()) :]}"
