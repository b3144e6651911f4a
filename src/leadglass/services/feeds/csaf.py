# SPDX-License-Identifier: Apache-2.0
"""Keep the advisories of CSAF providers current (CSAF 2.0, section 7): each held against its hash and signature."""

from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from leadglass.errors import FetchError, NotServedError, UnreadableError
from leadglass.formats import csaf, csaf_provider
from leadglass.formats.csaf_provider import OPEN, Listed, Provider
from leadglass.services.feeds.csaf_trust import Trust, check, digest, trust
from leadglass.services.feeds.desk import Desk, Paper, Step

_TOGETHER = 50

Known = dict[str, list[str]]
"""Of each advisory by its address: how it was listed (time, or hash where no time is), and its own time."""


def sync(desk: Desk) -> Iterator[Step]:
    """Bring what each provider lists as new; one that fails leaves the others as current as they are."""
    addresses = desk.address.split()
    desk.forget(lambda what: what.partition(" ")[0] not in addresses)
    for address in addresses:
        with desk.attempt(address):
            yield from _provider(desk, address)


def _provider(desk: Desk, address: str) -> Iterator[Step]:
    provider = csaf_provider.provider(desk.get(address).body())
    place = desk.position.get(address, {})
    trusted = trust(desk, provider, place.get("pins", ()))
    pins = [one for one in trusted.pinned if one not in desk.policy["fingerprints"]]
    known: Known = dict(place.get("known", {}))
    desk.save(
        {**desk.position, address: {"pins": pins, "known": known}}
    )  # pinned before anything rests on it
    listed = _listed(desk, address, provider)
    desk.enough(len(listed), len(known), "advisories")
    wanted = [
        one for one in listed if desk.full or not one.updated or known.get(one.url, [""])[0] != one.updated
    ]
    missing: Counter[str] = Counter()
    for start in range(0, len(wanted), _TOGETHER):
        papers, now = [], Known()
        for one in wanted[start : start + _TOGETHER]:
            paper = _checked(desk, address, provider, one, known, trusted, missing, now)
            papers += [paper] if paper else []
        desk.receive_all(papers)
        known |= now
        desk.save({**desk.position, address: {"pins": pins, "known": known}})
        yield desk.step(
            min(start + _TOGETHER, len(wanted)), len(wanted), f"advisories of {provider.publisher}"
        )
    _forget(desk, address, listed)
    for what, number in sorted(missing.items()):
        desk.remark(f"{provider.publisher}: {number:,} of {len(wanted):,} advisories came without a {what}.")


def _forget(desk: Desk, address: str, listed: Sequence[Listed]) -> None:
    """Drop gaps of advisories that are listed no more."""
    urls = {f"{address} {one.url}" for one in listed}
    desk.forget(lambda what: what.startswith(f"{address} ") and what not in urls)


def _listed(desk: Desk, address: str, provider: Provider) -> list[Listed]:
    """List the advisories that anybody may fetch: by ROLIE feeds, else by directories."""
    closed = [url for url, label in provider.feeds if label not in OPEN]
    if closed:
        desk.remark(
            f"{provider.publisher} has {len(closed)} feeds for invited readers; they are not fetched."
        )
    feeds = [url for url, label in provider.feeds if label in OPEN]
    found: list[Listed] = []
    for url in feeds:
        found += csaf_provider.rolie(desk.get(url).body(), url)
    for directory in () if feeds else provider.directories:
        found += _directory(desk, directory)
    if not feeds and not provider.directories:
        raise desk.refuse(
            f"{provider.publisher} names neither a ROLIE feed nor a directory that anybody may fetch."
        )
    newest = {one.url: one for one in sorted(found, key=lambda one: one.updated)}
    hosts = {urlsplit(url).hostname for url in (address, *feeds, *provider.directories)} | set(
        desk.policy["hosts"]
    )
    foreign = [one.url for one in newest.values() if urlsplit(one.url).hostname not in hosts]
    if foreign:
        raise desk.refuse(
            f"{provider.publisher} lists {len(foreign):,} advisories at another host, {foreign[0]} among them.",
            "If that is right, add the host to `hosts` of [csaf] in policies/feeds.toml.",
        )
    return list(newest.values())


def _directory(desk: Desk, directory: str) -> tuple[Listed, ...]:
    """Take changes.csv, which has times (7.1.13); else index.txt (7.1.12)."""
    base = directory.rstrip("/")
    try:
        return csaf_provider.changes(desk.get(f"{base}/changes.csv").body(), base)
    except NotServedError:
        return csaf_provider.index(desk.get(f"{base}/index.txt").body(), base)


def _checked(
    desk: Desk,
    address: str,
    provider: Provider,
    one: Listed,
    known: Known,
    trusted: Trust,
    missing: Counter[str],
    now: Known,
) -> Paper | None:
    """Fetch an advisory and hold it against hash, signature, standard and what we have; a fault is a gap."""
    what = f"{address} {one.url}"
    before = known.get(one.url, ["", ""])
    try:
        stated = digest(desk, one)
        if not one.updated and stated and stated == before[0] and not desk.full:
            return None
        raw = desk.get(one.url).body()
        lacking = check(desk, one, raw, stated, trusted)
        paper = desk.paper(one.url.rpartition("/")[2], raw, publisher=provider.publisher)
        said = csaf.read(raw)
        updated = said.updated.isoformat() if said.updated else ""
        if updated < before[1]:
            raise desk.refuse(f"{one.url} is the advisory of {updated or 'no date'}; ours is of {before[1]}.")
    except (FetchError, UnreadableError) as error:
        desk.miss(what, str(error))
        if desk.is_out_of_reach:
            raise
        return None
    desk.mend(what)
    missing.update(lacking)
    now[one.url] = [one.updated or stated, updated]
    return paper
