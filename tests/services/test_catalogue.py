# SPDX-License-Identifier: Apache-2.0
"""Every public service stands in the catalogue, and none is done without its permission."""

import ast
import inspect
from dataclasses import replace
from pathlib import Path
from types import NoneType

import pytest

from leadglass import cli
from leadglass.errors import NotFoundError, PermissionDeniedError
from leadglass.services import feeds, ledger
from leadglass.services.catalogue import CATALOGUE, DECIDE, HISTORY, LISTED
from leadglass.services.ledger.deciding import Deciding
from leadglass.services.ledger.history import history
from leadglass.services.ledger.listings import LISTINGS, Wanted
from leadglass.services.ledger.view import View
from leadglass.values.scope import Permission, Scope
from tests import hospital as h

SHOWN_ONLY = {"action_card", "checked", "per_model", "question_card"}
"""What turns words into filters, and rows into what is shown; it reads nothing."""


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    ours = h.Hospital(tmp_path_factory.mktemp("home"))
    ours.receive(h.fleet({"asset_tag": "CT-1", "site": "North"}, {"asset_tag": "CT-2", "site": "South"}))
    ours.assess()
    return ours.view()


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_no_service_is_done_without_its_permission(view: View, name: str) -> None:
    service = CATALOGUE[name]
    others = frozenset(Permission) - {service.permission}
    with pytest.raises(PermissionDeniedError, match=f"'{name}' needs the permission '{service.permission}'"):
        service(replace(view, scope=Scope(sites=None, permissions=others)))


@pytest.mark.parametrize("name", sorted(name for name, service in CATALOGUE.items() if service.everywhere))
def test_what_reaches_all_sites_is_not_for_a_person_of_some(view: View, name: str) -> None:
    with pytest.raises(PermissionDeniedError, match="reaches all sites"):
        CATALOGUE[name](replace(view, scope=Scope.all().narrowed("North")))


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_row_says_what_goes_in_and_comes_out(name: str) -> None:
    service = CATALOGUE[name]
    assert service.name == name
    assert service.meaning.endswith(".")
    assert "house" not in service.input
    assert all(isinstance(kind, type) or kind is not None for kind in service.input.values())
    assert service.output is not inspect.Parameter.empty
    assert service.output is not NoneType or name == "withdraw"


def test_what_only_looks_asks_for_no_more_than_reading() -> None:
    looking = {name for name, service in CATALOGUE.items() if service.permission is Permission.READ}
    assert set(LISTINGS) < looking
    assert not looking & {
        "answer",
        "withdraw",
        "say",
        "decide",
        "receive",
        "sync",
        "assess",
        "rebuild",
        "backup",
        "verify",
        "bundle",
        "take_bundle",
        "make_key",
        "trust_key",
        "distrust_key",
    }


def test_a_listing_from_the_catalogue_is_within_the_scope(view: View) -> None:
    north = replace(view, scope=Scope.all().narrowed("North"))
    tags = [row["asset_tag"] for row in LISTED["devices"](north, Wanted()).rows]
    assert tags == ["CT-1"]


def test_history_of_another_site_is_not_told(view: View) -> None:
    north = replace(view, scope=Scope.all().narrowed("North"))
    assert HISTORY(north, "CT-1").total
    with pytest.raises(NotFoundError):
        HISTORY(north, "CT-2")
    assert history(view, "CT-2").total


def test_a_range_is_decided_only_by_who_sees_all_sites(view: View) -> None:
    north = replace(view, scope=Scope.all().narrowed("North"))
    deciding = Deciding(
        kind="close", target="openssl:openssl", owner="A. Chair", reason="replaced everywhere",
        proof="order 7", vulnerability="CVE-2022-0778",
    )  # fmt: skip
    with pytest.raises(PermissionDeniedError, match="all sites"):
        DECIDE(north, deciding)


def test_doors_call_services_by_the_catalogue_alone() -> None:
    """A door that imports a service's function could forget its permission."""
    rooms = (ledger, feeds)
    services = {
        name
        for room in rooms
        for module in Path(room.__path__[0]).glob("*.py")
        for name in (
            node.name
            for node in ast.parse(module.read_text("utf-8")).body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        )
    }
    assert {"receive", "page", "decide", "take", "bundle"} <= services
    for door in Path(cli.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(door.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("leadglass.services.ledger", "leadglass.services.feeds")
            ):
                taken = {alias.name for alias in node.names} & services
                assert taken <= SHOWN_ONLY, f"{door.name}: {taken}"
