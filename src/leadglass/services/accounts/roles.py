# SPDX-License-Identifier: Apache-2.0
"""Roles, where doors look for them; they stand in `services.roles`, for the steps need them too."""

from leadglass.services.roles import access, roles

__all__ = ["access", "roles"]
