"""What Athena's engine, Trino, means otherwise than DuckDB by the same words: types, and names of columns.

DuckDB knows a column's type only when it binds the query. What is written here therefore follows the types
then: its ``//`` divides integers as Trino does and doubles exactly, and ``cast_to_type`` gives its first
argument the type of its second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

UNLIKE = (
    "Athena's SQL beyond what DuckDB understands of it: its functions and its own errors. Decimals are divided "
    "as doubles here (1/3.0 is 0.3 there), and a double divided by zero fails (Infinity there)."
)
"""What remains different."""
_UNNAMED = "__unnamed"
_OF_DATES = {"DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}
"""Units with which Trino leaves a date a date; it refuses smaller ones of dates."""


def keep_meaning(tree: Any) -> None:
    """Change a query, as sqlglot has parsed it, to what in DuckDB means the same."""
    from sqlglot import exp

    # from the innermost, so that what is put around an expression holds what became of its parts
    for node in reversed(list(tree.find_all(exp.Expression))):
        if isinstance(node, exp.Div) and not _interval(node.this):
            node.replace(exp.IntDiv(this=node.this, expression=node.expression))
        elif dated := _dated(node):
            node.replace(
                exp.Anonymous(this="cast_to_type", expressions=[node.copy(), dated.copy()])
            )
        elif isinstance(node, exp.Select):
            _mark_unnamed(node)


def named(columns: Iterable[str]) -> list[str]:
    """Return the names of a result's columns, those without one by their position: ``_col0``."""
    return [f"_col{n}" if name.startswith(_UNNAMED) else name for n, name in enumerate(columns)]


def unloaded(sql: str, description: Sequence[Sequence[Any]]) -> str:
    """Return a query, and what DuckDB says of its columns, with them as Trino's: a sum is a bigint."""
    told = []
    for n, name in enumerate(named(name for name, *_ in description)):
        whole = (
            str(description[n][1]) == "HUGEINT"
        )  # DuckDB's of a sum; Parquet would have a double
        quoted = name.replace('"', '""')
        told.append(f'{f"CAST(c{n} AS BIGINT)" if whole else f"c{n}"} AS "{quoted}"')
    numbered = ", ".join(f"c{n}" for n in range(len(told)))
    return f"SELECT {', '.join(told)} FROM ({sql}) answer({numbered})"


def _mark_unnamed(select: Any) -> None:
    """Name the columns of a SELECT that have no name, so that they are known in the answer."""
    from sqlglot import exp

    for each in list(select.expressions):
        if not isinstance(each.unnest(), exp.Alias | exp.Aliases | exp.Column | exp.Dot | exp.Star):
            each.replace(exp.alias_(each.copy(), _UNNAMED))


def _dated(node: Any) -> Any:
    """Return the operand whose type the expression keeps in Trino, be it a date or a timestamp."""
    from sqlglot import exp

    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc | exp.DateAdd):
        return node.this if _of_dates(node) else None
    if isinstance(node, exp.Add | exp.Sub) and (spans := _interval(node.expression)):
        return node.this if _of_dates(spans) else None
    if isinstance(node, exp.Add) and (spans := _interval(node.this)):
        return node.expression if _of_dates(spans) else None
    return None


def _of_dates(node: Any) -> bool:
    unit = node.args.get("unit")
    return unit is not None and unit.name.upper() in _OF_DATES


def _interval(node: Any) -> Any:
    """Return the interval that an expression is, or is some times; None for other expressions."""
    from sqlglot import exp

    node = node.unnest()
    if isinstance(node, exp.Mul):
        return _interval(node.this) or _interval(node.expression)
    return node if isinstance(node, exp.Interval) else None
