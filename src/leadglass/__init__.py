# SPDX-License-Identifier: Apache-2.0
"""Leadglass: the security ledger of a medical imaging fleet."""

__version__ = "0.1.0"
