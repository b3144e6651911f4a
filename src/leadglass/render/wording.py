# SPDX-License-Identifier: Apache-2.0
"""A text that the house composed in English, recognised as its own sentences with values in them, and said otherwise.

A sentence is a template, as catalogues of translations have it: `Contain by %(by)s - then ask %(maker)s for a fix`.
Its words are held against the text from the left, each at its first place, so that no text takes long.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

Translate = Callable[[str], str]
"""Gives a sentence, or a template, in the language of who reads."""
Count = Callable[[str, str, int], str]
"""Gives the template for so many things: of one, of several, how many (what GNU gettext calls ngettext)."""

SLOT = re.compile(r"%\((\w+)\)s|%s")
_WORD = re.compile(r"[A-Za-z]{2,}")
_WHOLE = re.compile(r"(?<![^\W_])[A-Za-z]{2,}(?![^\W_])")
_COUNTED = re.compile(r"([\d,]+) (.+)", re.DOTALL)
_DAY = re.compile(r"(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(\d{1,2} )?([A-Z][a-z]{2})( \d{4})?")
_BEHIND = re.compile(r"(.* )?\(([^()]+)\)", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?]) (?=\S)")
_AROUND = re.compile(r"(?P<lead>[\s.,;:-]*)(?P<core>.*?)(?P<tail>[\s.,;:-]*)", re.DOTALL)
_QUOTED = re.compile(r"(\'[^\']*\' )(.+)", re.DOTALL)
_BETWEEN = ("; ", " - ", ": ", ", ", " and ", " or ")
_WEAK = 8  # letters: what has fewer of its own is told from other texts only where its values are short
_SHORT = 100
_LONGEST = 4_000  # letters of a text that is looked at
_DEEPEST = 16
_FEW = 5  # parts of a text that may belong together
_RUN = 4  # sentences that one template holds at most
_KEPT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A template: what stands between its slots, and the names of the slots."""

    template: str
    pieces: tuple[str, ...]
    slots: tuple[str, ...]
    weight: int

    def values(self, text: str) -> tuple[str, ...] | None:
        """Give what stands in the slots; None where the text is not this sentence."""
        first, *middle, last = self.pieces
        end = len(text) - len(last)
        if not text.startswith(first) or not text.endswith(last) or end < len(first):
            return None
        found, at = [], len(first)
        for piece in middle:
            place = text.find(piece, at, end) if piece else at
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(piece)
        found.append(text[at:end])
        if self.weight < _WEAK and any(len(value) > _SHORT for value in found):
            return None
        return tuple(found) if any(found) else None


def sentence(template: str) -> Sentence | None:
    """Read a template. None where it has no slot, or no word by which it is known."""
    slots = tuple(name or str(number) for number, name in enumerate(SLOT.findall(template)))
    pieces = tuple(piece.replace("%%", "%") for piece in SLOT.sub("\0", template).split("\0"))
    weight = sum(map(len, _WORD.findall(" ".join(pieces))))
    return (
        Sentence(template=template, pieces=pieces, slots=slots, weight=weight) if slots and weight else None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A text as it is said, and how many letters of it are none of the house's words: names, or texts of others."""

    text: str
    unsaid: int = 0


class Wording:
    """The sentences of the house, and how they are said to who reads."""

    def __init__(
        self, templates: Iterable[str], plurals: Iterable[tuple[str, str]], translate: Translate, count: Count
    ) -> None:
        """Take all that can be said: templates, and pairs of templates for one and for several (`%(n)s device`)."""
        self._translate, self._count = translate, count
        self._exact: dict[str, str] = {}
        self._by_word: dict[str, list[Sentence]] = defaultdict(list)
        self._kept: dict[str, _Told] = {}
        self._words = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
        for template in templates:
            self._words.update(_WORD.findall(SLOT.sub(" ", template).lower()))
            self._learn(template)
        self._plurals = {
            form.removeprefix("%(n)s "): pair
            for pair in plurals
            for form in pair
            if form.startswith("%(n)s ")
        }
        self._words.update(word for form in self._plurals for word in _WORD.findall(form.lower()))

    def _learn(self, template: str) -> None:
        made = sentence(template)
        if made is None:
            if not SLOT.search(template):
                self._exact[template.replace("%%", "%")] = template
            return
        # A word that touches a slot may be part of a longer one in a text
        whole = _WHOLE.findall(SLOT.sub("0", template).replace("%%", "%"))
        if whole:
            self._by_word[max(whole, key=len)].append(made)

    def said(self, text: str) -> str:
        """Say a text in the language of who reads; what is not the house's own stays as it is."""
        return self._said(text, 0).text if len(text) <= _LONGEST else text

    def _said(self, text: str, depth: int) -> _Told:
        """Say a text: as the sentence, or the parts, that leave least of it unsaid."""
        found = self._kept.get(text)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            unsaid = sum(map(len, _WORD.findall(text)))
            found = _Told(text=text, unsaid=unsaid)
            if depth < _DEEPEST and not self._words.isdisjoint(_WORD.findall(text.lower())):
                found = self._told(text, depth + 1) or found
            self._kept[text] = found
        return found

    def _told(self, text: str, depth: int) -> _Told | None:
        told = self._whole(text, depth)
        if told is None or told.unsaid:
            parts = self._sentences(text, depth) if _SENTENCE.search(text) else self._parts(text, depth)
            told = min((one for one in (told, parts) if one), key=lambda one: one.unsaid, default=None)
        return told

    def _whole(self, text: str, depth: int) -> _Told | None:
        """Say what is one of the sentences as a whole, also where it begins with a capital because it stands first."""
        found = [self._one(text, depth)]
        if text[0].isupper() and (found[0] is None or found[0].unsaid):
            small = self._one(text[0].lower() + text[1:], depth)
            found.append(small and replace(small, text=small.text[:1].upper() + small.text[1:]))
        if text[-1].isalnum() and all(one is None or one.unsaid for one in found):
            # Where sentences are put together, some lose their full stop
            ended = self._one(f"{text}.", depth)
            found.append(ended and replace(ended, text=ended.text.removesuffix(".")))
        return min((one for one in found if one), key=lambda one: one.unsaid, default=None)

    def _one(self, text: str, depth: int) -> _Told | None:
        if text in self._exact:
            told = self._translate(self._exact[text])
            return _Told(text=told.replace("%%", "%") if "%%" in self._exact[text] else told)
        counted = _COUNTED.fullmatch(text)
        if counted and (pair := self._plurals.get(counted[2])):
            number = int(counted[1].replace(",", "") or 0)
            return _Told(text=self._count(*pair, number) % {"n": counted[1]})
        if counted and counted[2] in self._exact:
            return _Told(text=f"{counted[1]} {self._translate(self._exact[counted[2]])}")
        if (day := _DAY.fullmatch(text)) and day[3] in self._exact:
            week = self._translate(day[1]) + " " if day[1] else ""
            return _Told(text=f"{week}{day[2] or ''}{self._translate(day[3])}{day[4] or ''}")
        return self._filled(text, depth)

    def _filled(self, text: str, depth: int) -> _Told | None:
        """Say the sentence that leaves least unsaid among those that the text may be; of equals that with most words."""
        best: tuple[tuple[int, int], Sentence, list[_Told]] | None = None
        for one in {
            one.template: one for word in set(_WHOLE.findall(text)) for one in self._by_word.get(word, ())
        }.values():
            values = one.values(text)
            if values is None:
                continue
            inner = [self._said(value, depth) for value in values]
            rank = (sum(told.unsaid for told in inner), -one.weight)
            if best is None or rank < best[0]:
                best = rank, one, inner
        if best is None:
            return None
        (unsaid, _), one, inner = best
        texts = [told.text for told in inner]
        named = all(SLOT.findall(one.template))
        filled = dict(zip(one.slots, texts, strict=True)) if named else tuple(texts)
        try:
            return _Told(text=self._translate(one.template) % filled, unsaid=unsaid)
        except (KeyError, TypeError, ValueError):
            return None  # a translation that does not fit is none

    def _sentences(self, text: str, depth: int) -> _Told:
        """Say sentence after sentence; what one template holds of them is said as one, where that leaves less unsaid."""
        parts = _SENTENCE.split(text)
        best = [_Told(text="")]  # of the last sentences: none, one, two ...
        for at in reversed(range(len(parts))):
            ways = [_together([self._said(parts[at], depth), best[-1]], " ")]
            for end in range(at + 2, min(at + _RUN, len(parts)) + 1):
                run = self._whole(" ".join(parts[at:end]), depth)
                ways += [_together([run, best[len(parts) - end]], " ")] if run else []
            best.append(min(ways, key=lambda one: one.unsaid))
        return replace(best[-1], text=best[-1].text.rstrip())

    def _parts(self, text: str, depth: int) -> _Told | None:
        """Say the parts of what was put together by signs: within brackets, behind colons, in lists."""
        around = _AROUND.fullmatch(text)
        if around and around["core"] and around["core"] != text:
            core = self._said(around["core"], depth)
            return replace(core, text=f"{around['lead']}{core.text}{around['tail']}")
        found = []
        if quoted := _QUOTED.fullmatch(text):
            behind_ = self._said(quoted[2], depth)
            found.append(_Told(text=quoted[1] + behind_.text, unsaid=behind_.unsaid))
        if behind := _BEHIND.fullmatch(text):
            before, within = (self._said(part or "", depth) for part in behind.groups())
            found.append(_Told(text=f"{before.text}({within.text})", unsaid=before.unsaid + within.unsaid))
        for between in _BETWEEN:
            if between in text:
                word = between.strip()
                joined = f" {self._translate(word)} " if word in self._exact else between
                parts = text.split(between)
                ways = [parts]
                if 2 < len(parts) <= _FEW:
                    ways += [text.split(between, 1), text.rsplit(between, 1)]
                found += [_together([self._said(part, depth) for part in way], joined) for way in ways]
        return min(found, key=lambda one: one.unsaid, default=None)


def _together(told: Sequence[_Told], between: str) -> _Told:
    return _Told(text=between.join(one.text for one in told), unsaid=sum(one.unsaid for one in told))


_speaking: ContextVar[Translate | None] = ContextVar("speaking", default=None)


@contextmanager
def speaking(say: Translate) -> Iterator[None]:
    """Let pictures be drawn with words as `say` gives them: what is drawn is measured before it is written."""
    token = _speaking.set(say)
    try:
        yield
    finally:
        _speaking.reset(token)


def spoken(text: str) -> str:
    """Give a text in the language of who reads; as it is where nobody said one."""
    say = _speaking.get()
    return say(text) if say else text
