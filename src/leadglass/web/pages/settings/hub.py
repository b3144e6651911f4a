# SPDX-License-Identifier: Apache-2.0
"""The room itself: its parts, each with how it stands."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leadglass.render.phrases import count
from leadglass.services import catalogue
from leadglass.services.accounts.catalogue import ACCOUNTS, ALARMS, INVITATIONS, TOKENS
from leadglass.services.jobs.catalogue import JOBS
from leadglass.values.accounts import AccountKind
from leadglass.values.scope import Permission
from leadglass.web.access import call
from leadglass.web.door import house
from leadglass.web.pages.settings import asking
from leadglass.web.signed_in import may_everywhere, signed_in


@require_safe
@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """Say how each part stands that who asks may see."""
    keeps = may_everywhere(request, Permission.ADMIN)
    lines = [*(_kept(request) if keeps else ()), *_seen(request)]
    context = {**asking.frame(request, ""), "keeps": keeps,
               "lines": [(reverse(f"settings_{name}"), said, told) for name, said, told in lines]}  # fmt: skip
    return render(request, "leadglass/settings/hub.html", context)


def _kept(request: HttpRequest) -> Iterator[tuple[str, str, str]]:
    """Say how stands what administrators keep."""
    rows = call(request, ACCOUNTS)
    people = [row for row in rows if row.kind is AccountKind.PERSON and row.active]
    bare = sum(not row.second_factor for row in people)
    told = [_("%s may sign in") % count(len(people), "person", "people")]
    told += [_("%s without a second factor yet") % bare] if bare else []
    invited = len(call(request, INVITATIONS))
    told += [_("%s open") % count(invited, "invitation")] if invited else []
    yield "people", _("People"), ", ".join(told) + "."
    programs = sum(row.kind is AccountKind.SERVICE for row in rows)
    held, now = call(request, TOKENS), house().clock()
    over = sum(token.until <= now for token in held)
    told = [count(programs, "service account"), count(len(held), "token")]
    told += [_("%s over") % over] if over else []
    yield "programs", _("Programs"), ", ".join(told) + "."
    uses = len(call(request, ALARMS))
    there = any(row.kind is AccountKind.BREAK_GLASS for row in rows)
    said = (
        _("Sealed, for the day on which everything else fails.")
        if there
        else _("Not made yet: make it before it is needed.")
    )
    yield (
        "break_glass",
        _("Break glass"),
        _("%s that nobody explained.") % count(uses, "use") if uses else said,
    )


def _seen(request: HttpRequest) -> Iterator[tuple[str, str, str]]:
    """Say how stands what everybody may see."""
    jobs = call(request, JOBS)
    failed = sum(bool(job.error) for job in jobs)
    feeds = len(call(request, catalogue.FRESHNESS).warnings) if house().tables.current() else 0
    told = [_("%s") % count(feeds, "feed needs somebody", "feeds need somebody")] if feeds else []
    told += [_("%s failed the last time") % count(failed, "job")] if failed else []
    told += [] if jobs else [_("no worker was started yet")]
    said = ", ".join(told) or _("feeds are fresh, no job failed")
    yield "running", _("What runs by itself"), f"{said[:1].upper()}{said[1:]}."
    tables = call(request, catalogue.IN_FORCE)
    own, wrong = sum(row.own for row in tables), sum(bool(row.fault) for row in tables)
    told = [count(len(tables), "table"), _("%s of the site") % own if own else _("all as shipped")]
    told += [_("%s cannot be used") % wrong] if wrong else []
    yield "tables", _("Tables in force"), ", ".join(told) + "."
