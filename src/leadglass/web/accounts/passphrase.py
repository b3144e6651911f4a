# SPDX-License-Identifier: Apache-2.0
"""Which passphrases are taken: long ones that nobody guesses soon (zxcvbn), in words that help to find one.

No rules of composition and no expiry (NIST SP 800-63B, 3.1.1.2).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

SHORTEST = 12
LONGEST = 256
_ENOUGH = 3
"""zxcvbn's score from which guessing takes more than a hundred million tries."""

_LOOKED_AT = 72
"""Characters that zxcvbn looks at: its time grows faster than their number."""

_SHORTEST_WORD = 3
_LEFT = 8
"""Letters and digits that have to be left without the person's names."""


class Length(MinimumLengthValidator):
    """At least 12 characters."""

    def __init__(self) -> None:
        super().__init__(SHORTEST)

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's own signature
        """Refuse what is too short, or too long to be a passphrase."""
        if len(password) < SHORTEST:
            raise ValidationError(
                _("This has %(length)s characters; %(least)s are needed. Put another word or two to it.")
                % {"length": len(password), "least": SHORTEST}
            )
        if len(password) > LONGEST:
            raise ValidationError(
                _("This is longer than %(most)s characters. Make it shorter.") % {"most": LONGEST}
            )

    def get_help_text(self) -> str:
        """Say what is asked."""
        return _(
            "At least 12 characters. Several words that only you would put together are good and easy to keep."
        )


class Known(CommonPasswordValidator):
    """None of the passphrases that are tried first."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's own signature
        """Refuse what stands on the list of those known to be used."""
        if password.lower().strip() in self.passwords:
            raise ValidationError(
                _("This is on every list of passphrases that are tried first. Choose words of your own.")
            )

    def get_help_text(self) -> str:
        """Say nothing: one sentence is enough."""
        return ""


class Guessable:
    """None that is soon guessed, by who knows the person's names too."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse what zxcvbn finds easy, and say what makes it so."""
        if _is_own(password, _names(user)):
            raise ValidationError(
                f"{_('It is made of your own name or of what belongs to this account.')} {_advice()}"
            )
        found = zxcvbn(password[:_LOOKED_AT], user_inputs=sorted(_names(user)))
        if found["score"] < _ENOUGH:
            raise ValidationError(f"{_why(found['sequence'])} {_advice()}")

    def get_help_text(self) -> str:
        """Say nothing: one sentence is enough."""
        return ""


def _names(user: Any) -> set[str]:
    """Give the words that belong to a person: whoever attacks her knows them."""
    told = [str(getattr(user, field, "") or "") for field in ("username", "name", "email")]
    words = {part for text in told for part in text.replace("@", " ").replace(".", " ").split()}
    return {word.lower() for word in {*told, *words} if len(word) >= _SHORTEST_WORD} | {"leadglass"}


def _is_own(password: str, names: Iterable[str]) -> bool:
    """Tell whether little is left of a passphrase without a person's names: zxcvbn thinks well of a name said twice."""
    left = password.lower()
    for name in sorted(names, key=len, reverse=True):
        left = left.replace(name, "")
    return left != password.lower() and sum(map(str.isalnum, left)) < _LEFT


def _why(sequence: Iterable[Mapping[str, Any]]) -> str:
    """Say what makes a passphrase easy to guess, by the part of it that is the longest."""
    longest = max(sequence, key=lambda part: len(part["token"]), default={"pattern": ""})
    if longest["pattern"] == "dictionary" and longest.get("dictionary_name") == "user_inputs":
        return _("It is made of your own name or of what belongs to this account.")
    return {
        "dictionary": _("It is made of words and names that are tried early."),
        "spatial": _("It runs along the keys of a keyboard."),
        "repeat": _("It repeats itself."),
        "sequence": _("It counts or follows the alphabet."),
        "date": _("It is made of a date."),
        "regex": _("It is made of a year."),
    }.get(longest["pattern"], _("It is soon guessed."))


def _advice() -> str:
    return _("Take four or more words that have nothing to do with each other or with you.")
