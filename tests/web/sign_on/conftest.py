# SPDX-License-Identifier: Apache-2.0
"""The pages with a table of sign-on."""

from dataclasses import replace

import pytest

from leadglass.web import door
from tests.web.accounts.conftest import database_url, pages  # noqa: F401 - fixtures


@pytest.fixture
def vouched(pages, monkeypatch):  # noqa: F811 - the fixture
    """Put a table of sign-on into the home, with secrets, and open the pages anew."""

    def put(table, secrets=""):
        monkeypatch.setenv("LEADGLASS_SIGN_ON_SECRETS", secrets)
        policies = pages.house.home / "policies"
        policies.mkdir(exist_ok=True)
        (policies / "sign_on.toml").write_text(table, encoding="utf-8")
        door.house.cache_clear()
        pages.view = replace(pages.view, house=replace(door.house(), person="os:root"))
        return pages

    return put
