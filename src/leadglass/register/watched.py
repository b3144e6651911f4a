# SPDX-License-Identifier: Apache-2.0
"""Which tables the database watches, and how each column is written into the history: made from the models.

A new table or column is watched without a further word. Both engines write the same text: a JSON object
in the order of the columns; moments as 2026-01-31T08:00:00.000000Z, days as 2026-01-31.
"""

import enum
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.apps import apps
from django.db import models

_CHAIN = {"register.Change", "register.History"}  # guarded in their own way
# Apps that keep no word of a person: who is signed in, and Django's own rights, which nothing here asks for
_BOOKKEEPING = {"contenttypes", "sessions", "auth", "usersessions"}
# What is done next, and up to where: computed again at will, and renewed every minute (ADR 0023)
_WORKING = {"register.Job", "register.Heard"}
_SECRET = {"password", "secret", "token", "token_secret"}  # never in the history, only that they changed
_SECRETS_OF = {
    "mfa.authenticator": {"data"},
    "account.emailconfirmation": {"key"},
}  # seeds, keys, recovery codes


class Kind(enum.Enum):
    """How a column is written into the history."""

    PLAIN = "plain"
    TRUTH = "truth"
    DAY = "day"
    MOMENT = "moment"
    SECRET = "secret"  # noqa: S105 - a kind  # nosec B105


_KINDS = {"BooleanField": Kind.TRUTH, "DateField": Kind.DAY, "DateTimeField": Kind.MOMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column and its kind."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A table under watch: its name in the database and in the history, its key, its columns."""

    table: str
    name: str
    key: str
    columns: tuple[Column, ...]


def options(model: type[models.Model]) -> "models.options.Options[models.Model]":
    """Give Django's description of a model."""
    return model._meta  # noqa: SLF001 - documented as public


def watched_models() -> list[type[models.Model]]:
    """Every model with a table of its own, save the history itself and Django's bookkeeping."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if options(model).managed
        and not options(model).proxy
        and options(model).label not in _CHAIN | _WORKING
        and options(model).app_label not in _BOOKKEEPING
    ]


def watched_tables() -> list[Watched]:
    """Describe the tables of `watched_models`."""
    return [_describe(options(model)) for model in watched_models()]


def _describe(meta: "models.options.Options[models.Model]") -> Watched:
    return Watched(
        table=meta.db_table,
        name=str(meta.model_name) if meta.app_label == "register" else meta.label_lower,
        key=meta.pk.column,
        columns=tuple(
            Column(name=field.column, kind=_kind(field, _SECRETS_OF.get(meta.label_lower, frozenset())))
            for field in meta.concrete_fields
        ),
    )


def _kind(field: "models.Field[object, object]", secrets: AbstractSet[str]) -> Kind:
    if field.column in _SECRET | secrets:
        return Kind.SECRET
    return _KINDS.get(field.get_internal_type(), Kind.PLAIN)
