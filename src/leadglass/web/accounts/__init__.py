# SPDX-License-Identifier: Apache-2.0
"""Signing in and what belongs to it, on django-allauth."""
