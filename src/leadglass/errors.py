# SPDX-License-Identifier: Apache-2.0
"""Every error that a user may see: a sentence of what happened, what was kept, and the next step."""


class LeadglassError(Exception):
    """The one base class. `str(error)` is shown to the user as it is; `code` is the exit code of the CLI."""

    code = 4


class UsageError(LeadglassError):
    """The call's words are off: an unknown id, a date that is none, an option that contradicts another."""

    code = 2


class NotFoundError(UsageError):
    """No such thing under that id or name."""


class AmbiguousError(UsageError):
    """A shortened id or a name stands for more than one thing."""


class UnreadableError(LeadglassError):
    """Input that cannot be read: not the standard it claims, damaged, or beyond a bound."""

    code = 3


class BoundError(UnreadableError):
    """Input that is larger, deeper, longer or more numerous than we agree to read."""


class RefusedError(UnreadableError):
    """An answer of a feed that came, and is not what it must be: nothing of it was taken, the old data stay."""


class FetchError(LeadglassError):
    """A server that could not be reached, or did not give what was asked; the old data stay."""

    code = 1


class NotServedError(FetchError):
    """The server says that there is nothing at that address."""


class StateError(LeadglassError):
    """The home is not in a state for this: not made yet, in use by another, or damaged."""

    code = 3


class BusyError(StateError):
    """Another process holds what this one needs; nothing was changed."""


class PermissionDeniedError(LeadglassError):
    """This person may not do that, or nobody may do it this way."""

    code = 2


class UnattributedChangeError(LeadglassError):
    """A write to the register outside of `with house.register.change(by, why):`."""
