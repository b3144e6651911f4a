# SPDX-License-Identifier: Apache-2.0
"""Rows on the disk, read in slices: all of them, in order, and what belongs together stays together."""

from contextlib import closing

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadglass.store.spool import Spool

ROWS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=60).map(sorted)


def spooled(folder, rows, batch: int, most: int, *, weighed: bool) -> Spool:
    """A spool of rows of a name and a weight, written in batches of a size."""
    columns = {"name": [f"CVE-{name}" for name, _ in rows]}
    if weighed:
        columns["spread"] = [weight for _, weight in rows]
    table = pa.table(columns)
    return Spool(folder, table.to_batches(max_chunksize=batch) if rows else (), "name", most)


@given(rows=ROWS, batch=st.integers(1, 20), most=st.integers(1, 40), weighed=st.booleans())
def test_slices_are_all_rows_in_order_and_no_name_stands_in_two(tmp_path_factory, rows, batch, most, weighed):
    with closing(spooled(tmp_path_factory.getbasetemp(), rows, batch, most, weighed=weighed)) as spool:
        for _ in range(2):  # as often as one likes
            slices = [some.to_pylist() for some in spool.slices()]
            assert [row["name"] for some in slices for row in some] == [f"CVE-{name}" for name, _ in rows]
            names = [{row["name"] for row in some} for some in slices]
            assert all(names)
            assert sum(map(len, names)) == len({name for name, _ in rows})
            for some, named in zip(slices, names, strict=True):
                weight = sum(row.get("spread", 1) for row in some)
                assert weight <= most or len(named) == 1


def test_many_rows_of_small_weight_are_few_slices(tmp_path):
    rows = [(number // 100, 1) for number in range(1000)]
    with closing(spooled(tmp_path, rows, 64, 350, weighed=True)) as spool:
        assert [some.num_rows for some in spool.slices()] == [300, 300, 300, 100]


@pytest.mark.parametrize("rows", [[], [(1, 1)]])
def test_nothing_is_left_on_the_disk(tmp_path, rows):
    with closing(spooled(tmp_path, rows, 1, 1, weighed=True)) as spool:
        assert len(list(spool.slices())) == len(rows)
        assert list(tmp_path.iterdir()) == []
