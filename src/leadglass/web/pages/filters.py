# SPDX-License-Identifier: Apache-2.0
"""The filters of a listing: as words above its table, as a form, and in its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leadglass.render.wording import spoken
from leadglass.services.ledger.choices import CHOICES, FLAGS, SEVERAL
from leadglass.services.ledger.glance import Places
from leadglass.services.ledger.listings import Listing
from leadglass.web.pages import links

_ORDER = ("modality", "site", "state", "assignee", "status", "kind", "deed", "vulnerability", "component", "product",
          "device", "action", "text", "id", "all", "unnamed")  # fmt: skip
_WORDS = {
    "modality": gettext_noop("%s"),
    "site": gettext_noop("at %s"),
    "state": gettext_noop("%s"),
    "assignee": gettext_noop("taken on by %s"),
    "status": gettext_noop("%s"),
    "kind": gettext_noop("kind %s"),
    "deed": gettext_noop("to %s"),
    "vulnerability": gettext_noop("about %s"),
    "component": gettext_noop("in %s"),
    "product": gettext_noop("of %s"),
    "device": gettext_noop("on %s"),
    "action": gettext_noop("resolved by %s"),
    "text": gettext_noop('with "%s"'),
    "id": gettext_noop("called %s"),
}
_ALONE = {
    "all": gettext_noop("all that documents name"),
    "unnamed": gettext_noop("that nothing at hand names"),
    "nobody": gettext_noop("unassigned"),
    "mine": gettext_noop("mine"),
}
_LABELS = {
    "text": gettext_noop("Words"),
    "site": gettext_noop("Site"),
    "modality": gettext_noop("Modality"),
    "state": gettext_noop("State"),
    "assignee": gettext_noop("Taken on by"),
    "product": gettext_noop("Product"),
    "device": gettext_noop("Device"),
    "component": gettext_noop("Component"),
    "vulnerability": gettext_noop("Vulnerability"),
    "status": gettext_noop("Status"),
    "kind": gettext_noop("Kind"),
    "deed": gettext_noop("Deed"),
    "action": gettext_noop("Action"),
    "id": gettext_noop("Id"),
    "all": gettext_noop("All that documents name"),
    "unnamed": gettext_noop("Only those that nothing at hand names"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One filter in words, and the address of the listing without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One word that a filter may be."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One control of the form: of `kind` text, select, several or flag."""

    name: str
    label: str
    kind: str
    value: str = ""
    choices: tuple[Choice, ...] = ()


def said(listing: str, asked: Mapping[str, Any]) -> list[Said]:
    """Put the filters into words, in the order in which they read as a sentence."""
    return [
        Said(
            words=_said(name, str(asked[name])),
            without=links.listing(listing, **{**asked, name: "", "skip": ""}),
        )
        for name in _ORDER
        if asked.get(name)
    ]


def _said(name: str, value: str) -> str:
    if name in _ALONE:
        return _(_ALONE[name])
    if name == "assignee" and value in _ALONE:
        return _(_ALONE[value])
    words = (
        _(" or ").join(spoken(word.replace("_", " ")) for word in value.split(","))
        if name == "state"
        else value
    )
    return (
        _(_WORDS[name]) % spoken(words.replace("_", " "))
        if name in {"state", "status", "kind"}
        else _(_WORDS[name]) % words
    )


def fields(listing: Listing, asked: Mapping[str, Any], places: Places) -> list[Field]:
    """Give the controls of the form."""
    names = [name for name in (*_ORDER,) if name in {*listing.filters, "site"}]
    return [_field(listing.name, name, str(asked.get(name, "")), places) for name in names]


def _field(listing: str, name: str, value: str, places: Places) -> Field:
    label = _(_LABELS[name])
    words = _words(listing, name, places)
    if name in FLAGS:
        return Field(name=name, label=label, kind="flag", value=value)
    if not words:
        return Field(name=name, label=label, kind="text", value=value)
    several = (listing, name) in SEVERAL
    chosen = set(value.split(",")) if several else {value}
    choices = tuple(Choice(value=word, label=told, chosen=word in chosen) for word, told in words)
    return Field(
        name=name, label=label, kind="several" if several else "select", value=value, choices=choices
    )


def _words(listing: str, name: str, places: Places) -> Sequence[tuple[str, str]]:
    """Give the words that a filter may be, with what stands for each in the form."""
    if name == "site":
        return [(site, site) for site in places.sites]
    if name == "modality":
        return [(kind, kind) for kind in places.modalities]
    if name == "assignee":
        return [("mine", _("me")), ("nobody", _("nobody"))]
    return [(word, word.replace("_", " ")) for word in CHOICES.get((listing, name), ())]
