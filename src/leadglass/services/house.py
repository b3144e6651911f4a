# SPDX-License-Identifier: Apache-2.0
"""The house as services see it: ports and a clock. `compose` alone knows what stands behind them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from leadglass.values.ports import Clock, HomeDocuments, Log, MadeBundles, Register, SigningKey, Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One installation. `policies` and `profiles` map file names to a site's own texts; `person` is who acts.

    `keep(target, passphrase)` writes an encrypted backup and returns the number of its parts. `wheels(source, folder)`
    writes the wheels of the program and of all that its lock names for this machine.
    """

    home: Path
    documents: HomeDocuments
    tables: Tables
    log: Log
    register: Register
    keep: Callable[[BinaryIO, str], int]
    key: SigningKey
    made: MadeBundles
    wheels: Callable[[Path, Path], None]
    clock: Clock
    clock_kind: str = "system"
    person: str = ""
    organisation: str = ""
    policies: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)
