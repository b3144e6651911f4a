# SPDX-License-Identifier: Apache-2.0
"""SPDX 2 as YAML 1.2 or plain XML: the tree of its JSON, made of events, so that nothing is expanded or guessed.

A plain scalar of YAML stays the text that was written: versionInfo 1.10 is "1.10", not the number 1.1.
"""

from typing import Any, Final

import yaml

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats import xml_text
from leadglass.formats.json_text import Buffer, utf8
from leadglass.formats.spdx_parts import DEEPEST, WHAT

MOST_BYTES: Final = 64 << 20
MOST_NODES: Final = 6_000_000

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_LISTS: Final = frozenset(
    {"packages", "files", "snippets", "relationships", "externalRefs", "documentDescribes"}
    | {"hasExtractedLicensingInfos"}
)


def of_yaml(raw: Buffer) -> Any:
    """Give the tree of a YAML document. Anchors and aliases are refused: an alias can stand for millions."""
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{WHAT} is larger than {MOST_BYTES >> 20} MiB as YAML. It was not read; ask for JSON."
        )
    parser = yaml.CSafeLoader(bytes(utf8(raw)))
    try:
        return _tree(parser)
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableError(
            f"{WHAT} is not valid YAML: {_one_line(error)}. Export it again, or ask its sender for JSON."
        ) from error
    finally:
        parser.dispose()


def _tree(parser: Any) -> Any:
    """Build the tree in a loop; its depth is bounded before the parser's own stack grows."""
    top: list[Any] = []
    within: list[Any] = [top]
    keys: list[Any] = [None]
    nodes = 0
    while True:
        event = parser.get_event()
        if event is None or isinstance(event, yaml.StreamEndEvent):
            break
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadableError(
                f"{WHAT} uses an anchor or alias of YAML (line {event.start_mark.line + 1}), which can stand for "
                "millions of lines. It was not read; ask its sender for JSON."
            )
        if isinstance(event, yaml.CollectionEndEvent):
            within.pop()
            keys.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        nodes += 1
        _refuse_many(nodes, len(within))
        made = _scalar(event) if isinstance(event, yaml.ScalarEvent) else _collection(event)
        _put(within[-1], keys, event, made)
        if isinstance(made, dict | list):
            within.append(made)
            keys.append(None)
    if len(top) != 1:
        raise UnreadableError(
            f"{WHAT} holds {len(top)} YAML documents where one belongs. Send each by itself."
        )
    return top[0]


def _put(holder: Any, keys: list[Any], event: Any, made: Any) -> None:
    """Put a node where it belongs; within a mapping, scalars are key and value by turns."""
    if isinstance(holder, list):
        holder.append(made)
    elif keys[-1] is None:
        if not isinstance(event, yaml.ScalarEvent):
            raise UnreadableError(
                f"{WHAT} has a key that is no text (line {event.start_mark.line + 1}). Ask its sender for JSON."
            )
        keys[-1] = event.value
    else:
        holder[keys[-1]] = made
        keys[-1] = None


def _scalar(event: Any) -> str | None:
    is_plain = event.implicit[0]
    return None if is_plain and event.value in _NULLS else str(event.value)


def _collection(event: Any) -> Any:
    return {} if isinstance(event, yaml.MappingStartEvent) else []


def _refuse_many(nodes: int, depth: int) -> None:
    if depth > DEEPEST:
        raise BoundError(
            f"{WHAT} is nested more than {DEEPEST} levels deep. It was not read; ask its sender."
        )
    if nodes > MOST_NODES:
        raise BoundError(
            f"{WHAT} holds more than {MOST_NODES:,} values as YAML. It was not read; ask for JSON."
        )


def _one_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or error).replace("\n", " ")[:200]
    return f"line {mark.line + 1}: {problem}" if mark else problem


def of_xml(raw: Buffer) -> Any:
    """Give the tree of a plain SPDX XML document (its root is Document, each item of a list an element)."""
    root = xml_text.root(raw, WHAT)
    if xml_text.name(root) != "Document":
        raise UnreadableError(
            f"This XML is no SPDX document: its root is {xml_text.name(root)[:40]!r}, not 'Document'. "
            "Ask the sender for SPDX JSON."
        )
    tree: dict[str, Any] = {}
    todo = [(root, tree)]
    while todo:
        element, held = todo.pop()
        for child in element:
            field = xml_text.name(child)
            made: Any = {} if len(child) else child.text or ""
            if field in _LISTS:
                held.setdefault(field, []).append(made)
            else:
                held[field] = made
            if len(child):
                todo.append((child, made))
    return tree
