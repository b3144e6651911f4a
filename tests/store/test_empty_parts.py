# SPDX-License-Identifier: Apache-2.0
"""A part without rows is kept ready, and is to the byte what writing it would give."""

import pytest

from leadglass.store.parquet import arrow
from leadglass.store.tables import TableStore
from leadglass.values.tables import TABLES


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_part_without_rows_is_the_one_that_is_written(tmp_path, name: str) -> None:
    table = TABLES[name]
    ready, written = (TableStore(tmp_path / word, release="test") for word in ("ready", "written"))
    part = ready.write_part(table, arrow(table, []))
    assert part == written.write_ordered(table, [arrow(table, [])])
    assert ready.place_of(part.sha256).read_bytes() == written.place_of(part.sha256).read_bytes()
