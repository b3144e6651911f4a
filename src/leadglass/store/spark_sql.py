# SPDX-License-Identifier: Apache-2.0
"""Turn the SQL of a query from DuckDB's dialect into Spark's: the grammar is sqlglot's, what it does not know stands here.

Each rule keeps the meaning that DuckDB gives; `tests/store/test_spark_sql.py` shows what each is there for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

_STAGED = "staged_"
_NO_ESCAPE = "\x01"
"""What no pattern holds: DuckDB's LIKE has no character that escapes, Spark's has the backslash."""
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of a query whose rows are written down before others read them."""

    view: str
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A query in Spark's words: stages, each of which may read those before it, and what is answered last.

    DuckDB computes a named part once, however often the query names it; Spark would compute it each time, and number
    its rows anew. So what is named more than once, or is MATERIALIZED, is a stage.
    """

    stages: tuple[Stage, ...]
    sql: str


def translate(sql: str) -> Translated:
    """Translate a query; parameters `$name` become `:name`."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    for node in reversed(list(tree.walk())):  # what is within first
        for rule in _RULES:
            rule(node)
    named = tree.args.get("with_")
    parts = {part.alias: part for part in named.expressions} if named else {}
    if named:
        tree.set("with_", None)
    stages = list[Stage]()
    read = dict[str, exp.Expr]()  # what stands for a part where it is named later
    for name, part in parts.items():
        body = part.this
        if part.args.get("materialized") or _times(name, (tree, *(one.this for one in parts.values()))) > 1:
            view = f"{_STAGED}{name}"
            stages.append(Stage(view=view, sql=_whole(body, read)))
            body = exp.select("*").from_(view)
        read[name] = body
    return Translated(stages=tuple(stages), sql=_whole(tree, read))


def _times(name: str, trees: tuple[exp.Expr, ...]) -> int:
    return sum(table.name == name for tree in trees for table in tree.find_all(exp.Table))


def _whole(tree: exp.Expr, read: dict[str, exp.Expr]) -> str:
    """Write a statement with the parts that it names, in their order."""
    wanted = set(_needed(tree, read))
    parts = ", ".join(f"{name} AS ({_text(body)})" for name, body in read.items() if name in wanted)
    return f"WITH {parts} {_text(tree)}" if parts else _text(tree)


def _needed(tree: exp.Expr, read: dict[str, exp.Expr]) -> Iterator[str]:
    for table in tree.find_all(exp.Table):
        if table.name in read:
            yield table.name
            yield from _needed(read[table.name], read)


def _text(tree: exp.Expr) -> str:
    return str(tree.sql(dialect="spark"))


def _lists(node: exp.Expr) -> None:
    """Let `list` keep its order and its nulls, and be null of no rows, as DuckDB's is."""
    if not isinstance(node, exp.ArrayAgg):
        return
    whole = node.parent if isinstance(node.parent, exp.Filter) else node
    kept = whole.args["expression"].this if isinstance(whole, exp.Filter) else None
    value, order = (
        (node.this.this, node.this.expressions) if isinstance(node.this, exp.Order) else (node.this, [])
    )
    name = "collect_list"
    if isinstance(value, exp.Distinct):
        name, value = "collect_set", value.expressions[0]
    if order and name == "collect_set":
        raise ValueError("a list of distinct values in an order is not translated")
    fields = [f"{one.this.sql('spark')} AS k{number}" for number, one in enumerate(order)]
    found = f"{name}(struct({', '.join([*fields, f'{_text(value)} AS v'])}))"
    if kept is not None:
        found += f" FILTER (WHERE {_text(kept)})"
    if order:
        found = f"array_sort({found}, (l, r) -> {_compared(order)})"
    _become(whole, f"nullif(transform({found}, e -> e.v), array())")


def _compared(order: list[exp.Expr]) -> str:
    """Write which of two structs comes first, by their fields k0, k1, ...; null comes last."""
    said = "0"
    for number, one in reversed(list(enumerate(order))):
        left, right = f"l.k{number}", f"r.k{number}"
        first, second = (1, -1) if one.args.get("desc") else (-1, 1)
        said = (
            f"CASE WHEN {left} <=> {right} THEN {said} WHEN {left} IS NULL THEN 1 WHEN {right} IS NULL THEN -1"
            f" WHEN {left} < {right} THEN {first} ELSE {second} END"
        )
    return said


def _best(node: exp.Expr) -> None:
    """Let `max_by` and `min_by` pass over rows without a value, as DuckDB's do."""
    if not isinstance(node, exp.ArgMax | exp.ArgMin):
        return
    known = f"{_text(node.this)} IS NOT NULL"
    if isinstance(node.parent, exp.Filter):
        kept = node.parent.args["expression"]
        kept.set("this", _read(f"({_text(kept.this)}) AND {known}"))
    else:
        _become(node, f"{_text(node)} FILTER (WHERE {known})")


def _numbered(node: exp.Expr) -> None:
    """Read '0x..' as a number: Spark's cast does not."""
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.DPipe) and node.this.left.name == "0x":
        _become(node, f"CAST(conv({_text(node.this.right)}, 16, 10) AS BIGINT)")


def _ordered(node: exp.Expr) -> None:
    """Give a window that numbers rows in any order one, as Spark asks for it."""
    if not (isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber)):
        return
    if not node.args.get("order") and not node.args.get("alias"):
        node.set("order", exp.Order(expressions=[exp.Ordered(this=exp.Literal.string(""))]))


def _like(node: exp.Expr) -> None:
    """Let a backslash in a pattern be a backslash."""
    if isinstance(node, exp.Like) and not isinstance(node.parent, exp.Escape):
        literal = isinstance(node.expression, exp.Literal)
        if not literal or "\\" in node.expression.name:
            node.replace(exp.Escape(this=node.copy(), expression=exp.Literal.string(_NO_ESCAPE)))


def _limited(node: exp.Expr) -> None:
    """Let a limit be as large as it is: Spark's are numbers of 32 bits."""
    if isinstance(node, exp.Limit | exp.Offset) and isinstance(node.expression, exp.Placeholder):
        _become(node.expression, f"CAST(least({_text(node.expression)}, {_MOST}) AS INT)")


def _become(node: exp.Expr, text: str) -> None:
    node.replace(_read(text))


def _read(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, read="spark")


_RULES = (_lists, _best, _numbered, _ordered, _like, _limited)
