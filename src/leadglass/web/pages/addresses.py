# SPDX-License-Identifier: Apache-2.0
"""The addresses of the pages about devices, products, vulnerabilities, actions, questions, documents, history."""

from django.urls import URLPattern, path

from leadglass.web.pages import (
    actions,
    approvals,
    changes,
    devices,
    documents,
    listed,
    orders,
    overview,
    products,
    questions,
    search,
    thing,
    vulnerabilities,
)
from leadglass.web.pages.settings.addresses import SETTINGS

PAGES: list[URLPattern] = [
    path("", overview.show, name="overview"),
    path("search", search.show, name="search"),
    path("help", search.help_, name="help"),
    path("scan", devices.scan, name="scan"),
    path("history", changes.show, name="history"),
    path("comments", thing.comment, name="comment"),
    path("assess", documents.assess, name="assess"),
    path("actions/decide", actions.decide, name="decide"),
    path("actions/assign", actions.assign, name="assign"),
    path("approvals", approvals.show, name="approvals"),
    path("approvals/<str:name>", approvals.decision, name="approval"),
    path("approvals/<str:name>/approve", approvals.approve, name="approve"),
    path("approvals/<str:name>/withdraw", approvals.withdraw, name="withdraw_approval"),
    path("orders", orders.show, name="orders"),
    path("orders/want", orders.want, name="want_orders"),
    path("orders/export", orders.export, name="export_orders"),
    path("orders/take", orders.take, name="take_orders"),
    path("orders/<str:name>", orders.order, name="order"),
    path("orders/<str:name>/confirm", orders.confirm, name="confirm_order"),
    path("actions/<str:name>", actions.show, name="action"),
    path("devices/<path:name>/say", devices.say, name="say"),
    path("devices/<path:name>", devices.show, name="device"),
    path("products/<str:name>", products.product, name="product"),
    path("components/<str:name>", products.component, name="component"),
    path("vulnerabilities/<str:name>", vulnerabilities.show, name="vulnerability"),
    path("findings/<str:name>", vulnerabilities.finding, name="finding"),
    path("questions/<str:name>/answer", questions.answer, name="answer"),
    path("questions/<str:name>", questions.show, name="question"),
    path("documents/receive", documents.upload, name="upload"),
    path("documents/<str:name>/bytes", documents.download, name="download"),
    path("documents/<str:name>", documents.show, name="document"),
    *SETTINGS,
    *listed.paths(),
]
"""Every page, by its address; listings last, each under its own name."""
