# SPDX-License-Identifier: Apache-2.0
"""What both engines keep alike: texts that are text, and moments that have a time zone."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from leadglass.errors import UsageError


def moment(at: datetime) -> datetime:
    """Give the moment in UTC; UsageError where it has no time zone."""
    if at.tzinfo is None:
        raise UsageError(f"The moment {at.isoformat(' ')} has no time zone. Add one, for example +00:00.")
    return at.astimezone(UTC)


def text(content: str) -> str:
    """Give the text as it is; UsageError for a NUL (PostgreSQL keeps none) or half of a character."""
    try:
        content.encode()
    except UnicodeEncodeError:
        content = "\0"
    if "\0" in content:
        raise UsageError("A text holds a character that is none (a NUL, or half of a pair). Remove it.")
    return content


def row(value: Any) -> dict[str, Any]:
    """Give the fields of a dataclass, each fit to be kept."""
    told = {field.name: getattr(value, field.name) for field in fields(value)}
    for name, content in told.items():
        if isinstance(content, datetime):
            told[name] = moment(content)
        elif isinstance(content, str):
            told[name] = text(str(content))
    return told
