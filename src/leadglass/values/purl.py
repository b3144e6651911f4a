# SPDX-License-Identifier: Apache-2.0
"""Package URLs: parse, normalise per type, write canonically (package-url/purl-spec, ECMA-427)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote, unquote

from leadglass.errors import UnreadableError

_TYPE: Final = re.compile(r"[a-z][a-z0-9.-]*")
_KEY: Final = re.compile(r"[a-z][a-z0-9._-]*")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

# What the definitions of the types ask for, beyond what holds for all of them.
_LOWER_BOTH: Final = frozenset(
    {"alpm", "apk", "bitbucket", "brew", "composer", "deb", "git", "github", "gitlab", "golang", "hex"}
    | {"luarocks", "pypi"}
)
_LOWER_NAMESPACE: Final = _LOWER_BOTH | {"qpkg", "rpm"}
_LOWER_NAME: Final = _LOWER_BOTH | {"bitnami", "npm", "oci", "pub"}
_LOWER_VERSION: Final = frozenset({"huggingface", "oci"})
_NO_NAMESPACE: Final = frozenset({"julia", "otp", "vcpkg"})
_NEEDS_NAMESPACE: Final = frozenset({"vscode-extension"})
_NEEDS_QUALIFIER: Final = {"julia": "uuid", "swid": "tag_id"}
_NAMES: Final = {"chrome-extension": re.compile(r"[a-p]{32}"), "cpan": re.compile(r"(?:(?!::).)+", re.DOTALL)}
_VERSIONS: Final = {"chrome-extension": re.compile(r"[0-9]+(?:\.[0-9]+){0,3}")}
_REWRITTEN_NAMES: Final[dict[str, Callable[[str], str]]] = {
    "pypi": lambda name: name.replace("_", "-"),
    "pub": lambda name: re.sub(r"[^a-z0-9]", "_", name),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Purl:
    """A package URL in normal form. "" is a component that is not stated; qualifiers are sorted by key."""

    type: str
    name: str
    namespace: str = ""
    version: str = ""
    qualifiers: tuple[tuple[str, str], ...] = ()
    subpath: str = ""

    def __post_init__(self) -> None:
        """Normalise what was given, then refuse what the standard or the type refuses."""
        kind = self.type.lower()
        namespace, name = "/".join(_segments(self.namespace)), self.name
        if kind == "git":
            namespace, name = _cut_name(kind, f"{namespace}/{name}")
        if kind == "cpan":
            namespace = namespace.upper()
        name = name.lower() if kind in _LOWER_NAME else name
        normal = {
            "type": kind,
            "namespace": namespace.lower() if kind in _LOWER_NAMESPACE else namespace,
            "name": _REWRITTEN_NAMES.get(kind, str)(name),
            "version": self.version.lower() if kind in _LOWER_VERSION else self.version,
            "qualifiers": tuple(sorted({key.lower(): text for key, text in self.qualifiers if text}.items())),
            "subpath": "/".join(_steps(self.subpath)),
        }
        for component, value in normal.items():
            object.__setattr__(self, component, value)
        for fault in _faults(self):
            raise UnreadableError(fault)

    @classmethod
    def parse(cls, text: str, *, strict: bool = False) -> Self:
        """Read a package URL; what is none is an `UnreadableError`.

        Tolerated unless `strict`: qualifier keys in upper case, and an npm scope whose @ is not encoded.
        """
        remainder, _, subpath = text.strip().partition("#")
        remainder, _, query = remainder.partition("?")
        scheme, colon, remainder = remainder.partition(":")
        kind, slash, path = remainder.strip("/").partition("/")
        if not colon or scheme.lower() != "pkg" or not slash:
            raise UnreadableError(
                f"{text[:80]!r} is no package URL: it is written pkg:type/name@version. "
                "An example: pkg:deb/debian/openssl@3.0.11-1"
            )
        path, version = _cut_version(path, strict=strict)
        namespace, name = _cut_name(kind.lower(), path)
        return cls(
            type=kind,
            namespace="/".join(unquote(segment) for segment in _segments(namespace)),
            name=unquote(name),
            version=unquote(version),
            qualifiers=_read_qualifiers(query, strict=strict),
            subpath="/".join(unquote(step) for step in _segments(subpath)),
        )

    def qualifier(self, key: str) -> str:
        """Give the value of a qualifier, or ""."""
        return dict(self.qualifiers).get(key, "")

    def __str__(self) -> str:
        """Write the canonical form: `Purl.parse(str(purl)) == purl`."""
        parts = ["pkg:", self.type, "/"]
        parts += [_encode(segment) + "/" for segment in _segments(self.namespace)]
        # A repository's path within a forge is the name of type git; its slashes stay.
        parts.append(
            "/".join(map(_encode, self.name.split("/"))) if self.type == "git" else _encode(self.name)
        )
        if self.version:
            parts.append("@" + _encode(self.version))
        if self.qualifiers:
            parts.append("?" + "&".join(f"{key}={_encode(value)}" for key, value in self.qualifiers))
        if self.subpath:
            parts.append("#" + "/".join(map(_encode, self.subpath.split("/"))))
        return "".join(parts)


def _faults(purl: Purl) -> Iterator[str]:
    """Say what makes this no package URL, a sentence each."""
    kind, shown = purl.type, repr(purl.name[:60])
    if not _TYPE.fullmatch(kind):
        yield f"{kind[:40]!r} is no type of package URL. Write one such as deb, npm, maven or generic."
    if not purl.name.strip("/"):
        yield f"This package URL of type {kind} has no name. Write pkg:{kind}/name@version."
    for key, _ in purl.qualifiers:
        if not _KEY.fullmatch(key):
            yield f"{key[:40]!r} cannot be a qualifier of a package URL: only letters, digits and . _ - can."
    texts = (purl.namespace, purl.name, purl.version, purl.subpath, *(text for _, text in purl.qualifiers))
    if any(map(_SURROGATE.search, texts)):
        yield f"Half a character (a lone surrogate) stands in the package URL of {shown}. Correct it."
    yield from _faults_by_type(kind, purl, shown)


def _faults_by_type(kind: str, purl: Purl, shown: str) -> Iterator[str]:
    if kind in _NO_NAMESPACE and purl.namespace:
        yield f"The package URL of {shown} has a namespace, but type {kind} allows none. Remove it."
    if kind in _NEEDS_NAMESPACE and not purl.namespace:
        yield f"The package URL of {shown} lacks the namespace that type {kind} requires. Add it."
    needed = _NEEDS_QUALIFIER.get(kind)
    if needed and not purl.qualifier(needed):
        yield f"The package URL of {shown} lacks the qualifier {needed} that type {kind} requires. Add it."
    for rules, value in ((_NAMES, purl.name), (_VERSIONS, purl.version)):
        rule = rules.get(kind)
        if rule and value and not rule.fullmatch(value):
            yield f"{value[:60]!r} breaks the rules of package URLs of type {kind}. Correct it."


def _segments(text: str) -> list[str]:
    return [segment for segment in text.split("/") if segment]


def _steps(text: str) -> list[str]:
    return [step for step in text.split("/") if step not in {"", ".", ".."}]


def _encode(text: str) -> str:
    # Percent-encoding of the specification: all but letters, digits, ".-_~" and the colon.
    return quote(text, safe=":")


def _cut_version(path: str, *, strict: bool) -> tuple[str, str]:
    """Cut at the last @, unless that begins an npm scope ("npm/@babel/core")."""
    before, at, version = path.rpartition("@")
    if not at:
        return path, ""
    if not strict and "/" in version and (not before or before.endswith("/")):
        return path, ""
    return before, version


def _cut_name(kind: str, path: str) -> tuple[str, str]:
    """Cut at the last slash; in type git the first segment, the forge, is the namespace."""
    if kind == "git":
        namespace, _, name = "/".join(_segments(path)).partition("/")
        return (namespace, name) if name else ("", namespace)
    path = path.strip("/")
    namespace, _, name = path.rpartition("/")
    return namespace, name


def _read_qualifiers(query: str, *, strict: bool) -> tuple[tuple[str, str], ...]:
    pairs = []
    for pair in filter(None, query.split("&")):
        key, _, value = pair.partition("=")
        if strict and key != key.lower():
            raise UnreadableError(
                f"The qualifier {key[:40]!r} of a package URL is not in lower case. Correct it."
            )
        pairs.append((key, unquote(value)))
    return tuple(pairs)
