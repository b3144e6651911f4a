# SPDX-License-Identifier: Apache-2.0
"""Watch a model before it has a CVE or a CPE name: documents that name it from then on, until somebody has seen them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from leadglass.errors import AmbiguousError, NotFoundError, UsageError
from leadglass.fleet.naming import Catalogue, Known, Named
from leadglass.planning.watches import PERHAPS_NAMED, SIGNS, SPOKEN_OF
from leadglass.services.ledger.view import View
from leadglass.values.ids import fingerprint, watch_id
from leadglass.values.people import Notice, Seen, Watch
from leadglass.values.scope import Row
from leadglass.values.snapshot import Manifest
from leadglass.values.tables import Column, Table
from leadglass.vulnerabilities.statements import label

MOST_WORDS = 12
_FEWEST_LETTERS = 3  # of the longest word: fewer stand in every text
_SURE = 0.65
"""From here on the naming rules say that a document may mean the model; below, other models fit as well."""
_SHOWN = 160
_BLANKS = str.maketrans(dict.fromkeys(SIGNS, " "))
_WATCHED = Table(
    name="watched", writer="given", meaning="", sort=(),
    columns=(Column("watch_id", "text"), Column("rare", "text"), Column("since", "time")),
)  # fmt: skip
_WORDS = Table(name="watched_word", writer="given", meaning="", sort=(),
               columns=(Column("watch_id", "text"), Column("word", "text")))  # fmt: skip


def watch(
    view: View, model: str, *, maker: str = "", words: str = "", owner: str = "", because: str = ""
) -> Watch:
    """Begin to watch a model. UsageError where no word tells it apart, or where it is watched already."""
    house = view.house
    named = " ".join(model.split())
    told = _words(words or f"{maker} {named}")
    if not named or not told:
        raise UsageError("Say which model: leadglass watch 'Model' --maker 'Maker'.")
    if len(max(told, key=len)) < _FEWEST_LETTERS or len(told) > MOST_WORDS:
        raise UsageError(
            f"The words are {' '.join(told)}. Give 1 to {MOST_WORDS}, one of them of {_FEWEST_LETTERS} letters or"
            " more: --words 'somatom scope'."
        )
    joined = " ".join(told)
    made = Watch(
        watch_id=watch_id(named, maker.strip(), joined), model=named, maker=maker.strip(), words=joined,
        owner=owner.strip() or house.person, because=because.strip(), by=house.person, at=house.clock(),
    )  # fmt: skip
    with house.register.change(
        house.person, f"{named} is watched: {because.strip() or 'no reason given'}", origin=house.origin
    ):
        house.register.watch(made)
    return made


def unwatch(view: View, name: str) -> Watch:
    """Watch it no longer."""
    found = _one(view, name)
    with view.house.register.change(
        view.house.person, f"{found.model} is watched no longer", origin=view.house.origin
    ):
        view.house.register.unwatch(found.watch_id)
    return found


def watches(view: View) -> list[Watch]:
    """List what is watched."""
    return view.house.register.watches(view.as_of)


def see(view: View, name: str) -> list[Notice]:
    """Mark the notices of a watch as seen, as they are listed now; what comes later is new. Gives those marked."""
    found = _one(view, name)
    open_ = [one for one in notices(view) if one.watch_id == found.watch_id]
    if open_:
        house = view.house
        seen = Seen(
            watch_id=found.watch_id, notices=tuple(one.id for one in open_), by=house.person, at=house.clock()
        )
        with house.register.change(
            house.person, f"{len(open_)} notices of {found.model} seen", origin=house.origin
        ):
            house.register.see(seen)
    return open_


def notices(view: View) -> list[Notice]:
    """List the documents that name what is watched and that nobody has marked as seen, the newest first."""
    watched = watches(view)
    if not watched:
        return []
    seen = {(one.watch_id, notice) for one in view.house.register.seen(view.as_of) for notice in one.notices}
    found = [one for key, one in _first(view, watched).items() if key not in seen]
    return sorted(found, key=lambda one: (-one.received.timestamp(), one.watch_id, one.id))


def named_since(view: View, before: Manifest, after: Manifest) -> list[Notice]:
    """Give the notices of one snapshot that an earlier one had not, whenever their documents came."""
    watched = watches(view)
    known = _first(replace(view, snapshot=before), watched) if watched else {}
    return [one for one in notices(replace(view, snapshot=after)) if (one.watch_id, one.id) not in known]


def _first(view: View, watched: Sequence[Watch]) -> dict[tuple[str, str], Notice]:
    """Give what names the watched by watch and id: of what came several times the first."""
    first: dict[tuple[str, str], Notice] = {}
    for one in [*_by_name(view, watched), *_by_words(view, watched)]:
        known = first.get((one.watch_id, one.id))
        if known is None or one.received < known.received:
            first[one.watch_id, one.id] = one
    return first


def _by_words(view: View, watched: Sequence[Watch]) -> Iterator[Notice]:
    models = {one.watch_id: one for one in watched}
    for row in view.ask(SPOKEN_OF, **_given(watched)):
        one = models[row["watch_id"]]
        yield _notice(row, one, row["said"], f"all of its words: {one.words}")


def _by_name(view: View, watched: Sequence[Watch]) -> Iterator[Notice]:
    """Products that the naming rules link, however they are written."""
    models = {one.watch_id: one for one in watched}
    catalogue = Catalogue(
        [Known(product_id=one.watch_id, maker=one.maker, model=one.model) for one in watched]
    )
    for row in view.ask(PERHAPS_NAMED, **_given(watched)):
        asked = Named(maker=row["maker"], family=row["family"], product=row["product_name"], name=row["name"],
                      models=tuple(json.loads(row["identifiers"])))  # fmt: skip
        for candidate in catalogue.find(asked):
            if candidate.product_id == row["watch_id"] and candidate.confidence >= _SURE:
                matched = f"its name, by {candidate.basis} (confidence {candidate.confidence:.2f})"
                yield _notice({**row, "subject": ""}, models[row["watch_id"]], label(row), matched)


def _notice(row: Row, one: Watch, said: str, matched: str) -> Notice:
    """Make a notice. A record that comes again is the same; a revision of an advisory is a new one."""
    document = "|".join((row["publisher"], row["advisory"], row["revision"])) if row["advisory"] else ""
    subject = row["subject"] or row["advisory"] or row["document"]
    natural = document or row["subject"] or row["sha256"]
    title = said if len(said) <= _SHOWN else said[:_SHOWN].rsplit(" ", 1)[0] + " ..."
    return Notice(
        id="N-" + fingerprint("notice", natural, length=10), watch_id=one.watch_id, model=one.model, subject=subject,
        title=" ".join(title.split()), matched=matched, received=row["received"], document=row["document"],
        kind=row["kind"], sha256=row["sha256"], place=row["place"],
    )  # fmt: skip


def _given(watched: Sequence[Watch]) -> dict[str, tuple[Table, list[Row]]]:
    rows = [
        {"watch_id": one.watch_id, "rare": max(one.words.split(), key=len), "since": _plain(one.at)}
        for one in watched
    ]
    words = [{"watch_id": one.watch_id, "word": word} for one in watched for word in one.words.split()]
    return {"watched": (_WATCHED, rows), "watched_word": (_WORDS, words)}


def _plain(at: datetime) -> datetime:
    """Tables hold UTC without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(text.lower().translate(_BLANKS).split()))


def _one(view: View, name: str) -> Watch:
    """Find what is watched now, by its model, its id or the beginning of its id."""
    held = watches(replace(view, as_of=None))
    found = [one for one in held if name in {one.watch_id, one.model}]
    found = found or [one for one in held if name and one.watch_id.startswith(name)]
    if len(found) > 1:
        named = ", ".join(f"{one.watch_id} ({one.words})" for one in found)
        raise AmbiguousError(f"'{name}' stands for more than one that is watched: {named}. Give the id.")
    if not found:
        raise NotFoundError(f"'{name}' is not one that is watched. List them: leadglass watch --list")
    return found[0]
