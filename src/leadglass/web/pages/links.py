# SPDX-License-Identifier: Apache-2.0
"""Where things are shown: addresses by what a row names, and links to them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from leadglass.render.markup import Child, Markup, element

_PAGES = {
    "devices": ("device", "device_id"),
    "products": ("product", "product_id"),
    "components": ("component", "component_id"),
    "findings": ("finding", "id"),
    "vulnerabilities": ("vulnerability", "id"),
    "actions": ("action", "id"),
    "questions": ("question", "id"),
    "sources": ("document", "sha256"),
}
"""By listing the name of the page that shows one row, and the column that names the row."""

ADDRESSES = {"sources": "documents"}
"""Listings whose address is called otherwise."""


def listing(name: str, **asked: Any) -> str:
    """Give the address of a listing with filters; those that are empty are left out."""
    told = {key: value for key, value in asked.items() if value not in {"", None}}
    return reverse(ADDRESSES.get(name, name)) + (f"?{urlencode(told)}" if told else "")


def onward(address: str, asked: Mapping[str, str], skip: int) -> str:
    """Give the address of another page of a list that is none of the house's listings."""
    told = {**{key: value for key, value in asked.items() if value}, **({"skip": str(skip)} if skip else {})}
    return address + (f"?{urlencode(told)}" if told else "")


def thing(listed: str, row: Mapping[str, Any]) -> str:
    """Give the address of the page of one row; empty where there is none."""
    page, column = _PAGES.get(listed, ("", ""))
    if page == "action" and not row.get("id"):
        return ""
    return reverse(page, args=[row[column]]) if page and row.get(column) else ""


def link(href: str, *told: Child, **attributes: Any) -> Markup:
    """Link to a page; plain text where there is no address."""
    return element("a", *told, href=href, **attributes) if href else element("span", *told)


def device(name: str, told: str = "") -> Markup:
    """Link to a device by its id."""
    return link(reverse("device", args=[name]) if name else "", told or name)


def document(sha256: str, told: str = "") -> Markup:
    """Link to a document by its hash."""
    return link(reverse("document", args=[sha256]) if sha256 else "", told or sha256[:12])
