# SPDX-License-Identifier: Apache-2.0
"""Bring values to what JSON says (RFC 8259): dates in ISO form, dataclasses as objects, bytes in Base64, absent as null."""

import base64
import dataclasses
import enum
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any


def plain(value: Any) -> Any:  # noqa: PLR0911 - one line per kind of value
    """Bring a value to what JSON says."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Path):
        return plain(str(value))
    return value
