# SPDX-License-Identifier: Apache-2.0
"""Tables of a snapshot held in memory by what they are looked up by, where Parquet would have to be read whole each time.

Texts are numbers into a list of those that differ, as in Parquet, so a year of records takes little room.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from leadglass.services.ledger.view import View
from leadglass.values.query import Query
from leadglass.values.scope import Row
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities.index import CRITERIA_NOW, WIDTH

_ROWS: Final = 512 * 1024
"""So many rows are read at once."""
_COUNTED: Final = ("of_configuration", "of_node")
"""Numbers of criteria that follow from the others (`index.CRITERIA_NOW`)."""
_COUNTS: Final = ("of_record", "configuration", "node")
"""From which they follow."""
_NARROW: Final = (pa.int8(), pa.int16(), pa.int32())
_STORED: Final = tuple(name for name in CRITERIA_NOW.columns if name not in _COUNTED)

_LAST = Query(
    name="the last criterion that counts",
    tables=("criterion_now",),
    needs=("criterion_now",),
    columns=("nth",),
    sql="SELECT max(nth) AS nth FROM criterion_now",
)
_SOME = Query(
    name="some of the criteria that count",
    tables=("criterion_now",),
    needs=("criterion_now",),
    params=("behind", "upto"),
    columns=_STORED,
    sql=f"SELECT {', '.join(_STORED)} FROM criterion_now WHERE nth > $behind AND nth <= $upto",
)


class Criteria:
    """The criteria of a snapshot by their products; answers CRITERIA_NEAR with the same rows."""

    def __init__(self, view: View) -> None:
        self._rows = _Rows(_some(view))
        numbers = self._rows.column("by_product")
        self._by_product = _Places(numbers)
        joint = pc.indices_nonzero(pc.invert(self._rows.column("alone")))
        record, configuration = (
            self._rows.column(name).take(joint).cast(pa.int64()) for name in ("of_record", "configuration")
        )
        self._by_configuration = _Places(_counted(record, configuration), joint)

    def near(self, components: Iterable[Row], names: Sequence[str] = CRITERIA_NOW.columns) -> Any:
        """Give the criteria of the products of these components, and what stands beside them in a configuration.

        Of the columns those of these names; to write them out takes most of the time.
        """
        places = sorted(self._by_product.of({row["by_product"] for row in components if row["product"]}))
        own = self._rows.take(places, ("alone", "of_record", "configuration"))
        own = own.filter(pc.invert(own["alone"]))
        joint = set(_counted(own["of_record"], own["configuration"]).to_pylist())
        stored = [name for name in _STORED if name in {*names, *_COUNTS}]
        found = self._rows.take(sorted({*places, *self._by_configuration.of(joint)}), stored)
        configuration = _counted(found["of_record"], found["configuration"])
        return found.append_column("of_configuration", configuration).append_column(
            "of_node", _counted(configuration, found["node"])
        )


class Numbered:
    """The rows of a query by a number of theirs."""

    def __init__(self, view: View, query: Query, by: str) -> None:
        self._rows = _Rows([_whole(view, query)])
        self._places = _Places(self._rows.column(by))

    def near(self, numbers: Iterable[int]) -> Any:
        """Give the rows with these numbers."""
        return self._rows.take(sorted(self._places.of(set(numbers))))


class Named:
    """The rows of a query by a text of theirs."""

    def __init__(self, view: View, query: Query, by: str) -> None:
        self._by = by
        self._rows = _Rows([_whole(view, query)])
        self._names = _Places(_hashed(self._rows.texts(by)))

    def near(self, names: Collection[str]) -> Any:
        """Give the rows with these texts."""
        found = self._rows.take(sorted(self._names.of(set(map(hash, names)))))
        # Two texts may have one hash
        return found.filter(pc.is_in(found[self._by], value_set=pa.array(names, pa.string())))


class _Places:
    """Where in a table the rows of each number stand."""

    def __init__(self, numbers: pa.Array, places: pa.Array | None = None) -> None:
        order = pc.sort_indices(numbers)
        self._numbers = _view(numbers.take(order), "q")
        self._places = _view((places.take(order) if places is not None else order).cast(pa.uint32()), "I")

    def of(self, numbers: Iterable[int]) -> list[int]:
        found: list[int] = []
        for number in numbers:
            begin = bisect_left(self._numbers, number)
            end = bisect_right(self._numbers, number, lo=begin)
            found += self._places[begin:end].tolist()
        return found


class _Rows:
    """Rows in pieces, each column as narrow as it may be."""

    def __init__(self, pieces: Iterable[pa.Table]) -> None:
        self._pieces = [_narrowed(piece) for piece in pieces]
        self._begins = [0, *accumulate(piece.num_rows for piece in self._pieces)]

    def column(self, name: str) -> pa.Array:
        """Give a column whole."""
        return pa.chunked_array([_plain(piece[name]) for piece in self._pieces]).combine_chunks()

    def texts(self, name: str) -> Iterator[str]:
        for piece in self._pieces:
            yield from _plain(piece[name]).to_pylist()

    def take(self, places: Sequence[int], names: Sequence[str] = ()) -> pa.Table:
        """Give rows by their places, which come in order."""
        made: list[pa.Table] = []
        for piece, begin, end in zip(self._pieces, self._begins, self._begins[1:], strict=False):
            here = places[bisect_left(places, begin) : bisect_left(places, end)]
            if here or not made:
                some = piece.select(names or piece.column_names).take(
                    pa.array([at - begin for at in here], pa.int64())
                )
                made.append(pa.table({name: _plain(some[name]) for name in some.column_names}))
        return pa.concat_tables(made)


def _whole(view: View, query: Query) -> pa.Table:
    """Ask for the rows of a table; the first that the query names."""
    found = view.house.tables.relation(query, view.scope, snapshot=view.snapshot)
    return view.house.tables.arrange(TABLES[query.tables[0]], found)


def _some(view: View) -> Iterator[pa.Table]:
    ask = view.house.tables.relation
    (last,) = ask(_LAST, view.scope, snapshot=view.snapshot)["nth"].to_pylist() or [None]
    if last is None:
        yield view.house.tables.arrange(TABLES["criterion_now"], ()).select(_STORED)
        return
    for behind in range(0, last, _ROWS):
        yield ask(_SOME, view.scope, snapshot=view.snapshot, behind=behind, upto=behind + _ROWS)


def _counted(number: Any, within: Any) -> Any:
    return pc.add(pc.multiply(number.cast(pa.int64()), WIDTH), within.cast(pa.int64()))


def _narrowed(piece: pa.Table) -> pa.Table:
    return pa.table({name: _narrow(piece[name]) for name in piece.column_names})


def _narrow(column: pa.ChunkedArray) -> pa.Array:
    held = column.combine_chunks()
    if pa.types.is_string(held.type):
        coded = held.dictionary_encode()
        return pa.DictionaryArray.from_arrays(_fitting(coded.indices), coded.dictionary)
    return _fitting(held) if pa.types.is_integer(held.type) else held


def _fitting(numbers: pa.Array) -> pa.Array:
    """Write numbers in as few bytes as they need."""
    reach = pc.min_max(numbers).as_py()
    most = max(abs(reach["min"] or 0), abs(reach["max"] or 0))
    fitting = next((kind for kind in _NARROW if most < 1 << (kind.bit_width - 1)), pa.int64())
    return numbers.cast(fitting)


def _plain(column: Any) -> Any:
    """Write a column as tables have it."""
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    return column.cast(pa.int64()) if pa.types.is_integer(column.type) else column


def _hashed(texts: Iterable[str]) -> pa.Array:
    numbers = array("q", map(hash, texts))
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def _view(numbers: Any, code: Literal["q", "I"]) -> "memoryview[int]":
    """Look at numbers as those of Python, without a copy."""
    held = numbers.combine_chunks() if isinstance(numbers, pa.ChunkedArray) else numbers
    if not len(held):
        return memoryview(array(code))
    seen = memoryview(held.buffers()[1]).cast("B").cast(code)
    return seen[held.offset : held.offset + len(held)]
