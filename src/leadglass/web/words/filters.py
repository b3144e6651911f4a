# SPDX-License-Identifier: Apache-2.0
"""What templates ask of a value that stands within a sentence of theirs: to be said in the language of who reads."""

from typing import Any

from django import template

from leadglass.render.wording import spoken

register = template.Library()


@register.filter
def said(value: Any) -> str:
    """Say a text of the house in the language of who reads."""
    return spoken(str(value))
