# SPDX-License-Identifier: Apache-2.0
"""A backup brings accounts back as they were: the same people come in by the same means."""

from tests.web.accounts.restored import survives


def test_accounts_survive_a_backup_into_a_new_home(pages, tmp_path, monkeypatch):
    survives(pages, tmp_path / "again", "", monkeypatch)
