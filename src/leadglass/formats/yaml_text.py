# SPDX-License-Identifier: Apache-2.0
"""YAML (1.1 and 1.2 as PyYAML parses them) as plain trees: texts, true, false, null, lists, objects. Nothing else.

The tree is built from the parser's events in a loop. A scalar stays the text that was written, so that 3.10 is a
version and not 3.1; anchors, aliases, tags, doubled keys and a second document are refused, each with its line.
"""

from typing import Any, Final

import yaml

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import Buffer, utf8

MOST_BYTES: Final = 32 << 20
MOST_NODES: Final = 2_000_000
DEEPEST: Final = 50

_CONSTANTS: Final = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
}  # fmt: skip
_TEXT_TAGS: Final = frozenset({None, "!", "tag:yaml.org,2002:str"})


def tree(raw: Buffer, what: str) -> Any:
    """Parse one document. `what` begins the sentences of its errors: "The list of products"."""
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{what} is larger than {MOST_BYTES >> 20} MiB. It was not read; ask its publisher for parts."
        )
    growing = _Growing(what)
    try:
        for event in yaml.parse(bytes(utf8(raw)), Loader=yaml.CSafeLoader):
            growing.take(event)
    except (yaml.YAMLError, UnicodeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UnreadableError(
            f"{what} is not valid YAML: {reason}. Fetch it again, or ask its publisher."
        ) from error
    return growing.found


class _Growing:
    """A tree while its events come: `_open` are the lists and objects around, with the key that waits for a value."""

    def __init__(self, what: str) -> None:
        self.found: Any = None
        self._what = what
        self._open: list[tuple[Any, list[str]]] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_names(event)
            self._place(_scalar(event) if self._is_value() else event.value, event)
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self._refuse_names(event)
            self._begin([] if isinstance(event, yaml.SequenceStartEvent) else {}, event)
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise self._refusal(event, "refers to an anchor (*): write the value out instead")
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._refusal(event, "begins a second document: receive them as two files")

    def _begin(self, node: Any, event: yaml.Event) -> None:
        if not self._is_value():
            raise self._refusal(event, "has a key that is no text")
        if len(self._open) >= DEEPEST:
            raise BoundError(
                f"{self._what} is nested more than {DEEPEST} deep. It was not read; ask its publisher."
            )
        self._place(node, event)
        self._open.append((node, []))

    def _is_value(self) -> bool:
        """Say whether a value comes next, not the key of an object."""
        return not self._open or isinstance(self._open[-1][0], list) or bool(self._open[-1][1])

    def _place(self, node: Any, event: yaml.Event) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise BoundError(
                f"{self._what} holds more than {MOST_NODES:,} values. It was not read; ask its publisher."
            )
        if not self._open:
            self.found = node
            return
        around, waiting = self._open[-1]
        if isinstance(around, list):
            around.append(node)
        elif waiting:
            around[waiting.pop()] = node
        elif node in around:
            raise self._refusal(event, f"says '{node[:40]}' a second time: one of them must go")
        else:
            waiting.append(node)

    def _refuse_names(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            raise self._refusal(event, "has an anchor (&): write the value out instead")
        tag = getattr(event, "tag", None)
        if tag not in _TEXT_TAGS:
            raise self._refusal(event, f"has a tag ({str(tag)[:40]}): Leadglass reads plain values only")

    def _refusal(self, event: yaml.Event, why: str) -> UnreadableError:
        line = event.start_mark.line + 1 if event.start_mark else 0
        return UnreadableError(f"{self._what} was not read: line {line} {why}.")


def _scalar(event: yaml.ScalarEvent) -> Any:
    """A plain scalar may be true, false or null; all others are texts as written."""
    plain = event.implicit[0] and event.style in (None, "")
    return _CONSTANTS.get(event.value, event.value) if plain else event.value
