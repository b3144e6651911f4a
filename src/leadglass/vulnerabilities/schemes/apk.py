# SPDX-License-Identifier: Apache-2.0
"""Keys of Alpine's package versions: 1.2.3c_rc1_p2~0a1b-r4 (apk-package(5), "VERSION"; order of apk-tools 3).

Where one version goes on and the other does otherwise, what goes on with an early suffix is older; else a number is
newer than a letter, a letter than a later suffix, that than a suffix's number, a commit, a revision, the end.
"""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number, word

_VERSION: Final = re.compile(
    r"""(?P<first>[0-9]+)(?P<numbers>(?:\.[0-9]+)*)(?P<letter>[a-z])?
    (?P<suffixes>(?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)
    (?:~(?P<commit>[0-9a-f]+))?(?:-r(?P<revision>[0-9]+))?""",
    re.VERBOSE,
)
_SUFFIX: Final = re.compile(r"_([a-z]+)([0-9]*)")
_EARLY: Final = {"alpha": "a", "beta": "b", "pre": "c", "rc": "d"}
_LATER: Final = {"cvs": "a", "svn": "b", "git": "c", "hg": "d", "p": "e"}
_IS_EARLY, _END, _REVISION, _COMMIT, _SUFFIX_NUMBER = "0", "1", "2", "3", "4"
_IS_LATER, _LETTER, _FRACTION, _NUMBER = "5", "6", "7", "8"


def key(text: str) -> str | None:
    """Give the key of a version; None where `apk version --check` calls it invalid."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    steps = [number(found["first"]), *map(_component, found["numbers"].split(".")[1:])]
    if found["letter"]:
        steps.append(_LETTER + found["letter"])
    for name, digits in _SUFFIX.findall(found["suffixes"]):
        steps.append(_IS_EARLY + _EARLY[name] if name in _EARLY else _IS_LATER + _LATER[name])
        if digits:
            steps.append(_SUFFIX_NUMBER + number(digits))
    if found["commit"]:
        steps.append(_COMMIT + word(found["commit"]))
    if found["revision"]:
        steps.append(_REVISION + number(found["revision"]))
    return "".join(steps) + _END


def _component(digits: str) -> str:
    """A number that begins with 0 is compared as a text, like a decimal fraction: below all others."""
    return _FRACTION + word(digits) if digits.startswith("0") else _NUMBER + number(digits)
