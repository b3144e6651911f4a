# SPDX-License-Identifier: Apache-2.0
"""Accounts: roles, invitations, grants and tokens. Signing in itself is the door's."""
