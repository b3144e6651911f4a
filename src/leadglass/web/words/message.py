# SPDX-License-Identifier: Apache-2.0
"""What a catalogue translates: one sentence, or a template with slots, for one and for several things."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One entry of a catalogue: for one, for several (empty where it is no count), and where it stands first."""

    text: str
    plural: str = ""
    place: str = ""
