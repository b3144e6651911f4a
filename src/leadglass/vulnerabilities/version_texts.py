# SPDX-License-Identifier: Apache-2.0
"""Version texts as vendors write them: understood, or asked; never guessed (CSAF 2.0, 3.1.2.2 and 3.1.2.3).

Advisories put all kinds of prose where the standard asks for a version or a range. What is read here is a closed
language: the words of tables/version_words.toml, versions, operators, and lists of them. One word beyond it and
the whole text is unclear, with a sentence that says why.

Rules that are not in the table, each with what it rests on:

- A lower bound right before an upper one is a range from..to, though a bar stands between them. CISA names
  "Versions 4.4 through 4.12" as ">= 4.4 | <= 4.12". Of 17 such texts in its 105 medical advisories, the prose
  beside 13 says "through", "to" or "from"; beside the other 4 it repeats the text.
- Two upper bounds without lower ones are alternatives of separate lines, if each line has letters of its own:
  "<= U61 |<= L81" is "U61 and earlier (United States), L81 and earlier (outside)". Otherwise they are unclear.
- "12.2.x" is every version that begins with 12.2; "<= 12.2.x.x" is what lies below 12.3.
- What stands alone, without a dot and longer than three digits or with letters ("3002", "2490C", "VS30"), is as
  often a model as a version: unclear. So is one lone version where the document says that it is a range.
- Dates, and years that stand alone, order no versions: unclear.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from leadglass.errors import UnreadableError
from leadglass.values.vers import Interval, Vers
from leadglass.vulnerabilities.version_words import ABOVE, BELOW, BETWEEN, line_of, words
from leadglass.vulnerabilities.versions import clean, key

LONGEST: Final = 500
"""Characters of a text that are looked at; a longer one is prose, not a version."""

_BLANKS: Final = re.compile(r"\s+")
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_SEPARATOR: Final = re.compile(r"\s*(?:\||;|,(?:\s*and\b)?|\band\b|&)\s*", re.IGNORECASE)
_BOUND: Final = re.compile(r"\s*(<=|>=|<|>|=)\s*")
_MODEL: Final = re.compile(r"(?=\S*[0-9])[A-Za-z0-9][A-Za-z0-9/_-]*")
_LAST_NUMBER: Final = re.compile(r"[0-9]+\Z")
_DOTTED: Final = re.compile(r"[0-9A-Za-z]\.[0-9]")
_FEW_DIGITS: Final = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a text says of versions. With `unclear`, a sentence, it says nothing that can be used.

    `every`: all versions. Else those in `intervals` and `exact`, as written, without words around. `models` are
    numbers of models to which the text is limited. `conditions` are what must hold beside, as written.
    """

    intervals: tuple[Interval, ...] = ()
    exact: tuple[str, ...] = ()
    every: bool = False
    unclear: str = ""
    models: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.unclear:
            return "unclear"
        versions = ["*"] if self.every else [*map(str, self.intervals), *(f"={text}" for text in self.exact)]
        limits = [f"model {number}" for number in self.models] + [f"if {text}" for text in self.conditions]
        return "; ".join([" | ".join(versions), *limits])


class _UnclearError(Exception):
    """Why a text is not understood: the rest of a sentence."""


def understand(text: str, *, is_range: bool) -> Understood:
    """Read a text; `is_range` tells that the document itself calls it a range of versions. Never raises."""
    try:
        return _understand(_plain(text), is_range=is_range)
    except _UnclearError as reason:
        shown = _BLANKS.sub(" ", text).strip()[:80]
        return Understood(unclear=f"{shown!r} {reason}.")


def _plain(text: str) -> str:
    """Give the text with one sign for each meaning and single blanks; refuse what is beyond reading."""
    if len(text) > LONGEST:
        raise _UnclearError(f"begins a text of {len(text)} characters, which is no version")
    if _PRIVATE.search(text):
        raise _UnclearError("holds characters that are no writing")
    for written, meant in words().signs:
        text = text.replace(written, meant)
    text = _BLANKS.sub(" ", text).strip()
    if not text or text == "-":
        raise _UnclearError("says nothing of versions")
    return text


def _understand(text: str, *, is_range: bool) -> Understood:
    known = words()
    if text.lower().startswith("vers:"):
        return _vers(text)
    if _says_every(text):
        return Understood(every=True)
    if listed := known.models.match(text):
        return Understood(every=True, models=tuple(map(_model, _SEPARATOR.split(listed["models"]))))
    head, condition = _cut_condition(text)
    if known.time.search(head):  # in a condition a person reads it: "running on Windows 2000"
        raise _UnclearError("speaks of a date or a year, which versions cannot be compared with")
    limited = known.model.match(head)
    head = limited["head"] if limited else head
    said = Understood(every=True) if _says_every(head) else _listed(_marked(head), is_range=is_range)
    if (limited or condition) and not said.every and len(said.intervals) + len(said.exact) > 1:
        raise _UnclearError("has a list, and words behind it that may belong to all or to the last")
    return replace(
        said,
        models=(_model(limited["models"]),) if limited else (),
        conditions=(condition,) if condition else (),
    )


def _says_every(text: str) -> bool:
    return text.lower() in words().every


def _model(text: str) -> str:
    if not _MODEL.fullmatch(text):
        raise _UnclearError(f"names models, of which {text[:40]!r} is not written as a number of one")
    return text


def _vers(text: str) -> Understood:
    """Read the vers notation. "vers:all/<V2.1", of a type that no one defined, is read like any other."""
    try:
        vers = Vers.parse(text)
        ordered, pairs = vers.sorted(_key), vers.intervals(_key)
    except UnreadableError as error:
        raise _UnclearError(f"cannot be read: {str(error).rstrip('.')}") from error
    if vers.type not in words().types:
        raise _UnclearError(f"orders versions as {vers.type} does, which is not read yet")
    if vers.simplified(_key) != ordered:
        raise _UnclearError("says one thing twice, or two that contradict each other")
    if vers.excluded:
        raise _UnclearError("leaves single versions out")
    if not vers.constraints:
        return Understood(every=True)
    exact, intervals = [], []
    for pair in pairs:
        ends = replace(
            pair,
            lower=_version(pair.lower) if pair.lower else "",
            upper=_version(pair.upper) if pair.upper else "",
        )
        if ends.lower == ends.upper:
            exact.append(ends.lower)
        else:
            intervals.append(_sound(ends))
    return Understood(intervals=tuple(intervals), exact=tuple(exact))


def _cut_condition(text: str) -> tuple[str, str]:
    """Cut off what must hold beside the versions: "on Windows 8.1 with IIS 7.5"."""
    found = words().condition.match(text)
    if not found:
        return text, ""
    head, condition = found["head"], found["open"] or found["closed"]
    several = found["open"] and (_SEPARATOR.search(condition) or _marked(condition) != condition)
    if several and not _says_every(head):
        raise _UnclearError("has words behind a version, and more that may belong to them or not")
    return head, condition.removeprefix("(").removesuffix(")")


def _marked(text: str) -> str:
    """Put a sign in the place of each phrase that is known."""
    for pattern, sign in words().phrases:
        text = pattern.sub(sign, text)
    return text


def _listed(text: str, *, is_range: bool) -> Understood:
    """Read a list of versions and ranges: its parts, then what neighbours make of each other."""
    parts = [part for piece in _SEPARATOR.split(text) for part in _parts(piece)]
    exact = tuple(part for part in parts if isinstance(part, str))
    if is_range and len(parts) == len(exact) == 1:
        raise _UnclearError("is called a range, but names one version: perhaps the first, perhaps the last")
    return Understood(intervals=tuple(_paired(parts)), exact=exact)


def _parts(piece: str) -> Iterator[str | Interval]:
    """Read what stands between two separators: one version, one bound, or a lower and an upper one."""
    ranged = _without_lead(words().whole.sub("", piece.strip()))
    lower, between, upper = words().start.sub("", ranged).partition(BETWEEN)
    if between:
        first, last = _bound(">=", lower), _bound("<=", upper)
        yield _sound(replace(first, upper=last.upper, upper_included=last.upper_included))
        return
    for mark, sign in ((BELOW, "<="), (ABOVE, ">=")):
        if ranged.endswith(mark):
            yield _bound(sign, words().start.sub("", ranged[: -len(mark)]))
            return
    before, *bounds = _BOUND.split(ranged)
    if not bounds:
        yield _alone(piece)
        return
    if before or len(bounds) > 4:
        raise _UnclearError("has an operator between two versions, which may be a range or a slip")
    for sign, text in zip(bounds[::2], bounds[1::2], strict=True):
        yield _version(text) if sign == "=" else _bound(sign, text)


def _alone(piece: str) -> str | Interval:
    """Read a version without any bound; "12.2.x" is all that begins with 12.2."""
    wild = words().wildcard.fullmatch(_without_lead(piece))
    if wild:
        stem = wild["stem"]
        return Interval(lower=stem, upper=_next(stem))
    version = _version(piece)
    if not _DOTTED.search(version) and not _FEW_DIGITS.fullmatch(version):
        raise _UnclearError(f"names {version!r}, which may be a model as well as a version")
    first, _, second = version.partition("-")
    if second.isdigit() and first.count(".") < 2:
        raise _UnclearError(f"names {version!r}, which may be one version or a range")
    return version


def _bound(sign: str, text: str) -> Interval:
    """Make the interval of one bound. A wildcard counts as a whole: "> 6.x" begins with 7."""
    wild = words().wildcard.fullmatch(_without_lead(text))
    if wild and sign in ("<=", ">"):
        following = _next(wild["stem"])
        return Interval(upper=following) if sign == "<=" else Interval(lower=following)
    version = wild["stem"] if wild else _version(text)
    if sign.startswith("<"):
        return Interval(upper=version, upper_included=sign == "<=")
    return Interval(lower=version, lower_included=sign == ">=")


def _next(stem: str) -> str:
    """Give the first version that no longer begins with the stem."""
    return _LAST_NUMBER.sub(lambda found: str(int(found[0]) + 1).zfill(len(found[0])), stem)


def _version(text: str) -> str:
    """Give the version that a text is, as written, or refuse it."""
    version = clean(_without_lead(text))
    if not words().number.fullmatch(version) or not version.isascii():
        raise _UnclearError(f"holds {text[:60]!r}, which is not known as a version" if text else "ends early")
    return version


def _without_lead(text: str) -> str:
    text = words().trail.sub("", text.strip())
    shorter = words().lead.sub("", text)
    return shorter or text


def _key(text: str) -> str:
    return key(clean(text))


def _paired(parts: Sequence[str | Interval]) -> Iterator[Interval]:
    """Join a lower bound with the upper one right behind it, then look at those that stay open."""
    made: list[Interval] = []
    open_lower = False
    for part in parts:
        if isinstance(part, str):
            if open_lower:
                raise _UnclearError("has a lower bound without an end, and versions behind it")
            continue
        if open_lower:
            if part.lower:
                raise _UnclearError("has two lower bounds in a row")
            made[-1] = _sound(replace(made[-1], upper=part.upper, upper_included=part.upper_included))
            open_lower = False
            continue
        made.append(part)
        open_lower = not part.upper
    _look_at_open(made)
    yield from made


def _look_at_open(made: Sequence[Interval]) -> None:
    """Refuse bounds that contradict each other or say one thing twice."""
    ends = [one.upper for one in made if not one.lower]
    lines = [line_of(end) for end in ends]
    if len(ends) > 1 and ("" in lines or len(set(lines)) < len(lines)):
        raise _UnclearError("has upper bounds that are not of separate lines")
    starts = [one.lower for one in made if not one.upper]
    if ends and starts and not all(_key(end) < _key(start) for end in ends for start in starts):
        raise _UnclearError("has an upper bound and then a lower one below it")


def _sound(interval: Interval) -> Interval:
    """Give the interval, or refuse one that ends before it begins or whose ends are of two kinds."""
    lower, upper = interval.lower, interval.upper
    if not lower or not upper:
        return interval
    both = interval.lower_included and interval.upper_included
    if _key(lower) > _key(upper) or (_key(lower) == _key(upper) and not both):
        raise _UnclearError(f"has a range from {lower} to {upper}, which ends before it begins")
    if line_of(lower) != line_of(upper):
        raise _UnclearError(f"has a range from {lower} to {upper}, which are not written alike")
    return interval
