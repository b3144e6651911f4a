# SPDX-License-Identifier: Apache-2.0
"""Keys of Python packages' versions (PEP 440): epoch, release, pre-, post- and development release, local label."""

import re
from typing import Final

from leadglass.vulnerabilities.schemes.steps import number, word

# PEP 440, "Normalization": spellings that mean one version
_VERSION: Final = re.compile(
    r"""v?(?:(?P<epoch>[0-9]+)!)?(?P<release>[0-9]+(?:\.[0-9]+)*)
    (?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_number>[0-9]*))?
    (?:-(?P<bare_post>[0-9]+)|(?P<post>[-_.]?(?:post|rev|r)[-_.]?(?P<post_number>[0-9]*)))?
    (?P<dev>[-_.]?dev[-_.]?(?P<dev_number>[0-9]*))?
    (?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?""",
    re.VERBOSE,
)
_SEPARATORS: Final = re.compile(r"[-_.]")

_END, _MORE = "0", "1"
_DEV_ALONE, _RELEASE = "0", "4"
_PRE: Final = {"a": "1", "alpha": "1", "b": "2", "beta": "2", "c": "3", "rc": "3", "pre": "3", "preview": "3"}
_NONE, _SOME = "0", "1"
_DEV, _NO_DEV = "0", "1"
_LOCAL_WORD, _LOCAL_NUMBER = "1", "2"


def key(text: str) -> str | None:
    """Give the key of a version; None where PEP 440, appendix B, does not take the text."""
    found = _VERSION.fullmatch(text.strip().lower()) if text.isascii() else None
    if found is None:
        return None
    numbers = found["release"].split(".")
    while len(numbers) > 1 and not numbers[-1].strip("0"):  # "1.0" is "1"
        numbers.pop()
    release = "".join(_MORE + number(digits) for digits in numbers) + _END
    return number(found["epoch"] or "") + release + _phase(found) + _local(found["local"])


def _phase(found: re.Match[str]) -> str:
    """Order within one release: 1.dev1, 1a1.dev1, 1a1, 1a1.post1, 1, 1.post1.dev1, 1.post1."""
    is_post = found["post"] is not None or found["bare_post"] is not None
    is_dev = found["dev"] is not None
    if found["pre"]:
        pre = _PRE[found["pre"]] + number(found["pre_number"])
    else:
        pre = _DEV_ALONE if is_dev and not is_post else _RELEASE
    post = _SOME + number(found["bare_post"] or found["post_number"] or "") if is_post else _NONE
    return pre + post + (_DEV + number(found["dev_number"]) if is_dev else _NO_DEV)


def _local(label: str | None) -> str:
    """Order local labels: none, then segment by segment, words below numbers."""
    if label is None:
        return _NONE
    segments = (
        _LOCAL_NUMBER + number(part) if part.isdigit() else _LOCAL_WORD + word(part)
        for part in _SEPARATORS.split(label)
    )
    return _SOME + "".join(segments) + _END
