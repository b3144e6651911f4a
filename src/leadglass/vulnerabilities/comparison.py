# SPDX-License-Identifier: Apache-2.0
"""Hold one component against one criterion of a record, in three values (NISTIR 7696; NVD CVE API 2.0 `cpeMatch`)."""

import re
from dataclasses import dataclass
from enum import IntEnum
from itertools import starmap

from leadglass.values.cpe import HARDWARE, SYSTEMS
from leadglass.vulnerabilities.versions import OPEN_END

UNSOUND = "sound range in the record"
UNLIKE = "whether both versions are written alike"
EARLY = ("alpha", "beta", "dev", "milestone", "pre", "rc", "test")
"""Updates that come before a release, as they begin."""

ECOSYSTEMS = {
    "cargo": "rust",
    "composer": "php",
    "gem": "ruby",
    "golang": "go",
    "maven": "maven",
    "npm": "node.js",
    "pypi": "python",
}
"""Types of package URLs, and what records call their packages as target software."""

PLATFORMS = frozenset(SYSTEMS.values())
"""Systems, as names have them for target software."""

_NUMBER_BEHIND = re.compile("[0-9].*")

WORD = "-"
"""How the key of a version begins that begins with a word, or is not of its product's scheme (schemes.STRANGE)."""


class Truth(IntEnum):
    """Kleene's three values: AND is the least, OR the greatest, NOT is `2 - value`."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __invert__(self) -> "Truth":
        return Truth(2 - self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A component of a configuration as matching sees it (columns of the table `component`)."""

    component_id: str
    part: str
    product: str
    name: str
    version: str
    norm: str
    base: str
    key: str
    update: str
    qualifiers: str
    named: bool
    lacks: str = "version"
    doubt: str = ""
    listed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One cpeMatch of a record (columns of the table `criterion`)."""

    configuration: int
    node: int
    number: int
    joined: str
    inverted: bool
    node_operator: str
    node_inverted: bool
    vulnerable: bool
    part: str
    product: str
    kind: str
    version: str
    norm: str
    update: str
    qualifiers: str
    lo: str
    hi: str
    lo_text: str
    hi_text: str

    @property
    def negated(self) -> bool:
        """Tell whether it counts against the record: the node is negated or the configuration, not both."""
        return self.inverted != self.node_inverted

    def __str__(self) -> str:
        if self.kind == "all":
            bounds = " any version"
        elif self.kind == "unversioned":
            bounds = " (no version given)"
        elif self.kind == "exact":
            bounds = f" {self.version}"
        else:
            bounds = "".join(f" {text}" for text in (self.lo_text, self.hi_text) if text)
        return f"{self.part}:{self.product}{bounds}" + (
            "" if self.update in {"*", "-"} else f" {self.update}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """A criterion, judged: its value, by which component, and why in a sentence."""

    criterion: Criterion
    value: Truth
    why: str
    missing: str = ""
    component_id: str = ""
    label: str = ""


def compare(part: Part, criterion: Criterion) -> Operand | None:
    """Hold one component against one criterion; None where the criterion does not speak of it at all."""
    if part.part != criterion.part or part.product != criterion.product:
        return None
    judged = _version(part, criterion)
    if judged is None:
        return Operand(
            criterion=criterion,
            value=Truth.FALSE,
            why=f"{part.name} {part.version} is outside of {criterion}",
            component_id=part.component_id,
        )
    value, label, missing, why = judged
    update = _update(part, criterion, _stated_update(part, criterion, label))
    edition = _edition(part.qualifiers, criterion.qualifiers)
    identity = Truth.UNKNOWN if part.doubt else Truth.TRUE
    whole = min(value, update, edition, identity)
    if whole is Truth.UNKNOWN and not missing:
        missing = part.doubt or (_lacks_update(part, criterion) if update is Truth.UNKNOWN else "edition")
    if whole is Truth.FALSE and value is not Truth.FALSE:
        why = f"{part.name}: update or edition is not the one of {criterion}"
    return Operand(
        criterion=criterion,
        value=whole,
        why=why,
        missing=missing if whole is Truth.UNKNOWN else "",
        component_id=part.component_id,
        label=label,
    )


_Judged = tuple[Truth, str, str, str]
"""A version, judged alone: value, class, what is missing, why."""


def _version(part: Part, criterion: Criterion) -> _Judged | None:
    """Judge the version alone; None where it is outside."""
    says = f"{part.name} {part.version or '(version not stated)'}"
    match criterion.kind:
        case "all":
            return Truth.TRUE, "all", "", f"the record names every version of {criterion.product}"
        case "inverted":
            return Truth.UNKNOWN, "inverted", UNSOUND, f"{criterion} is no range that versions can lie in"
        case "unversioned":
            return _without(part, criterion, says)
        case "range":
            return _within(part, criterion, says)
    return _named(part, criterion, says)


def _without(part: Part, criterion: Criterion, says: str) -> _Judged:
    """Judge '-': not applicable, never ANY by itself; for hardware and context it is how records name the thing."""
    if part.norm and part.norm == criterion.norm:
        return Truth.TRUE, "exact", "", f"{says} is named as it is"
    if criterion.part == "h" or not criterion.vulnerable:
        return Truth.TRUE, "unversioned", "", f"{says} is named without a version, as context"
    if part.named:
        return Truth.FALSE, "unversioned", "", f"'-' names another release than {says}"
    return Truth.UNKNOWN, "unversioned", "version in the record", "the record gives no version ('-')"


def _within(part: Part, criterion: Criterion, says: str) -> _Judged | None:
    """Judge a range. A word, or what is not of the scheme, has no place among what is, nor the other way round."""
    if not part.key:
        return None if part.named and part.version and part.part != HARDWARE else _lost(part, criterion, says)
    bound = criterion.lo if criterion.hi == OPEN_END else criterion.hi
    if part.key.startswith(WORD) != bound.startswith(WORD):
        return Truth.UNKNOWN, "unlike", UNLIKE, f"{says} is written otherwise than {criterion}"
    if criterion.lo <= part.key < criterion.hi:
        bounds = " and ".join(text for text in (criterion.lo_text, criterion.hi_text) if text)
        return Truth.TRUE, "range", "", f"{says} is within {bounds}"
    return None


def _named(part: Part, criterion: Criterion, says: str) -> _Judged | None:
    """Judge a version that the record names: equal as a text, or with its update taken off."""
    if part.norm and criterion.norm in {part.norm, part.base}:
        return Truth.TRUE, "exact", "", f"{says} is the version that the record names"
    if not part.key:
        return None if part.named and part.part != HARDWARE else _lost(part, criterion, says)
    if part.key == criterion.lo:
        why = f"{says} and {criterion.version} are equal in order, not in text"
        return Truth.UNKNOWN, "order_equal", "whether both versions are the same", why
    if _of_the_hardware(part, criterion):
        why = (
            f"{says} is its software's version; {criterion.version} in the record may be that of the hardware"
        )
        return Truth.UNKNOWN, "unlike", UNLIKE, why
    return None


def _of_the_hardware(part: Part, criterion: Criterion) -> bool:
    """Tell whether the version that a record gives to hardware may be another one than that of a model's software.

    What is vulnerable is named by its software as often as not ('h:carefusion:pyxis_supplystation:8.1'); what only has
    to be there is named by its revision.
    """
    if part.part != HARDWARE or not part.named:
        return False
    return not criterion.vulnerable or part.key.startswith(WORD) != criterion.lo.startswith(WORD)


def _lost(part: Part, criterion: Criterion, says: str) -> _Judged:
    return Truth.UNKNOWN, "version_missing", part.lacks, f"{says}: cannot be held against {criterion}"


def _stated_update(part: Part, criterion: Criterion, label: str) -> str:
    """Give the update that is left to compare: one that stands in the version was compared with it."""
    whole = label == "order_equal" or (label == "exact" and part.norm == criterion.norm)
    return "*" if whole and part.base != part.norm and not part.named else part.update


def _update(part: Part, criterion: Criterion, stated: str) -> Truth:
    """Compare CPE updates (NISTIR 7696 6.2) in one way of writing: 'update_45' is 'update45', 'milestone7' is 'm7'.

    What comes before a release is written down, so that silence is another release. A service pack may be
    silent; only that an application has none may be read from its text. Beside a range records mean the last
    version by it as often as all of them: unknown, where it is not the one that is installed. Updates that are
    counted by other words ('hf1', 'patch1') are in no order: unknown.
    """
    want = _one_way(criterion.update)
    if want in {"*", _one_way(stated)}:
        return Truth.TRUE
    if want == "-" and stated == "*":
        return Truth.TRUE if part.part == "a" else Truth.UNKNOWN
    if criterion.kind == "range":
        return Truth.UNKNOWN
    if stated == "*" and want != "-" and not criterion.update.startswith(EARLY):
        return Truth.UNKNOWN
    return Truth.UNKNOWN if _other_word(want, _one_way(stated)) else Truth.FALSE


def _other_word(want: str, have: str) -> bool:
    """Tell whether two updates are counted by other words, none of which comes before a release: 'hf1', 'patch1'."""
    counted = (_NUMBER_BEHIND.sub("", text) for text in (want, have))
    words = {word for word in counted if len(word) > 1 and not word.startswith(EARLY)}
    return len(words) > 1


def _one_way(update: str) -> str:
    return update.replace("_", "").replace("milestone", "m")


def _lacks_update(part: Part, criterion: Criterion) -> str:
    if criterion.kind == "range" and criterion.update != "-":
        return UNSOUND
    return "update" if part.part == "a" else "service pack"


def _edition(have: str, want: str) -> Truth:
    """Compare the qualifiers: what the inventory does not say is unknown (NISTIR 7696 6.2)."""
    if not want:
        return Truth.TRUE
    stated = have.split("|") if have else [""] * 6
    return min(starmap(_attribute, zip(want.split("|"), stated, strict=False)), default=Truth.TRUE)


def _attribute(want: str, have: str) -> Truth:
    if want in ("*", have):
        return Truth.TRUE
    # A package of Python may run on Windows: an ecosystem says nothing of the system below it, nor the other way round
    apart = any(have in words and want not in words for words in (ECOSYSTEMS.values(), PLATFORMS))
    return Truth.UNKNOWN if have in ("", "*") or apart else Truth.FALSE
