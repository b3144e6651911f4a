# SPDX-License-Identifier: Apache-2.0
"""How often one may ask: per token or account, and per address for who shows none (RFC 6585, 4).

Counted in windows of a minute in the cache of Django. Who shows a token that holds is never counted by address: nobody
can lock others out by asking from behind the same proxy.
"""

import hashlib
import os
import time
from dataclasses import dataclass

from django.core.cache import caches

from leadglass.web.api.problems import ApiError
from leadglass.web.attempts import API

RATE_VARIABLE = "LEADGLASS_API_RATE"
WINDOW = 60
USUAL = 1_200
"""Requests of one token or account within a minute."""
_STRANGERS = 10
"""An address whose requests show no token that holds has a tenth of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of a window: requests, and seconds until it ends."""

    most: int
    requests: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """Say it as draft-ietf-httpapi-ratelimit-headers does."""
        return {
            "RateLimit-Policy": f'"minute";q={self.most};w={WINDOW}',
            "RateLimit": f'"minute";r={self.requests};t={self.seconds}',
        }


def per_person() -> int:
    """Say how many requests of one token or account are answered within a minute."""
    told = os.environ.get(RATE_VARIABLE, "")
    return int(told) if told.isdecimal() and int(told) else USUAL


def per_address() -> int:
    """Say how many requests without a token that holds are answered for one address within a minute."""
    return max(per_person() // _STRANGERS, 1)


def count(who: str, most: int) -> Left:
    """Count a request. ApiError 429 where there were too many within the minute."""
    now = time.time()
    window, seconds = int(now // WINDOW), max(int(WINDOW - now % WINDOW), 1)
    cache = caches[API]
    key = f"api-{hashlib.sha256(who.encode()).hexdigest()[:32]}-{window}"
    cache.add(key, 0, WINDOW * 2)
    try:
        number = cache.incr(key)
    except ValueError:  # swept from the cache this very moment
        number = 1
    left = Left(most=most, requests=max(most - number, 0), seconds=seconds)
    if number > most:
        raise ApiError(
            429,
            f"More than {most:,} requests within a minute. Ask again in {seconds} seconds.",
            {**left.headers, "Retry-After": str(seconds)},
        )
    return left
