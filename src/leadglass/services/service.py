# SPDX-License-Identifier: Apache-2.0
"""A public service: a function with its name, its meaning, and the permission that it asks for."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, get_type_hints

from leadglass.errors import PermissionDeniedError
from leadglass.services.house import House
from leadglass.services.ledger.view import View
from leadglass.values.scope import Permission

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[_Given, _Made]):
    """One service. `everywhere`: it reaches beyond sites, so that who sees some of them may not call it."""

    name: str
    meaning: str
    permission: Permission
    function: Callable[Concatenate[View, _Given], _Made]
    everywhere: bool = False

    def __call__(self, view: View, *args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
        """Do it within the view's scope. PermissionDeniedError where the scope does not allow it."""
        if view.elsewhere is not None:
            return cast(_Made, view.elsewhere(self, *args, **kwargs))
        if self.permission not in view.scope.permissions:
            raise PermissionDeniedError(
                f"'{self.name}' needs the permission '{self.permission}', which you do not have."
                " Ask an administrator for it."
            )
        if self.everywhere and view.scope.sites is not None:
            raise PermissionDeniedError(
                f"'{self.name}' reaches all sites, and you see some of them. Ask somebody who sees all."
            )
        return self.function(view, *args, **kwargs)

    @property
    def input(self) -> Mapping[str, Any]:
        """What it takes beside the view: types by name."""
        hints = get_type_hints(inspect.unwrap(self.function))
        return {name: hints[name] for name in list(inspect.signature(self.function).parameters)[1:]}

    @property
    def output(self) -> Any:
        """The type of what it gives."""
        return get_type_hints(inspect.unwrap(self.function))["return"]


def of_house(
    function: Callable[Concatenate[House, _Given], _Made],
) -> Callable[Concatenate[View, _Given], _Made]:
    """Let a service that works on the whole house be called with a view."""

    @wraps(function)
    def called(view: View, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
        return function(view.house, *args, **kwargs)

    return called
