"""What a query says: Athena's dialect read, DuckDB's written, and the tables it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rehearsal.athena import trino
from rehearsal.errors import InputError

_UNLOAD = re.compile(
    r"\s*UNLOAD\s*\((?P<query>.*)\)\s*TO\s*'(?P<to>s3://[^']+)'\s*"
    r"WITH\s*\((?P<options>[^()]*)\)\s*;?\s*",
    re.DOTALL | re.IGNORECASE,
)
_OPTION = re.compile(r"\s*(\w+)\s*=\s*'([^']*)'\s*(?:,|$)")
_COMPRESSIONS = {"SNAPPY", "ZSTD", "GZIP", "LZ4"}


class QueryError(InputError):
    """The query fails; the message is Athena's StateChangeReason."""


@dataclass(frozen=True)
class Named:
    """A table as a query names it. `database` is "" where the context's is meant."""

    database: str
    name: str


@dataclass(frozen=True)
class Statement:
    """A query that can be answered: `sql` for DuckDB over `tables`; `trino.named` has its columns' names.

    `to` is the prefix that UNLOAD writes to as Parquet of `compression`; "" for a SELECT.
    """

    sql: str
    tables: tuple[Named, ...]
    to: str = ""
    compression: str = "GZIP"


def read(query: str, parameters: Sequence[str], database: str) -> Statement:
    """Read a query. `parameters` stand for its question marks, in order.

    A table is known to DuckDB as the schema and name that `address` gives it. Raises
    `QueryError` for what is not valid, and for what is neither SELECT nor UNLOAD.
    """
    unload = _UNLOAD.fullmatch(query)
    if not unload:
        sql, tables = _select(query, parameters, database)
        return Statement(sql, tables)
    sql, tables = _select(unload["query"], parameters, database)
    options = {name.lower(): value.upper() for name, value in _OPTION.findall(unload["options"])}
    if options.get("format") != "PARQUET" or set(options) - {"format", "compression"}:
        raise QueryError(
            "NOT_SUPPORTED: the rehearsal unloads WITH (format = 'PARQUET') and a compression; "
            f"this asks for {unload['options'].strip()!r}"
        )
    compression = options.get("compression", "GZIP")
    if compression not in _COMPRESSIONS:
        raise QueryError(f"INVALID_PROPERTY: Unsupported compression {compression}")
    return Statement(sql, tables, unload["to"], compression)


def _select(query: str, parameters: Sequence[str], database: str) -> tuple[str, tuple[Named, ...]]:
    import sqlglot
    from sqlglot import exp

    try:
        trees = sqlglot.parse(query, read="athena")
        given = [sqlglot.parse_one(value, read="athena") for value in parameters]
    except sqlglot.errors.SqlglotError as error:
        raise QueryError(f"SYNTAX_ERROR: {_plain(error)}") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise QueryError("NOT_SUPPORTED: the rehearsal answers one SELECT, or UNLOAD of one")
    tree = _filled(trees[0], given)
    own = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    tables = []
    for table in tree.find_all(exp.Table):
        if not table.name or (not table.db and table.name.lower() in own):
            continue
        named = Named((table.db or database).lower(), table.name.lower())
        tables.append(named)
        table.set("catalog", None)
        table.set("db", exp.to_identifier(named.database, quoted=True))
        table.set("this", exp.to_identifier(named.name, quoted=True))
    trino.keep_meaning(tree)
    return tree.sql(dialect="duckdb"), tuple(dict.fromkeys(tables))


def _filled(tree: Any, given: Sequence[Any]) -> Any:
    from sqlglot import exp

    holes = list(tree.find_all(exp.Placeholder, bfs=False))
    if len(holes) != len(given):
        raise QueryError(
            f"INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected {len(holes)} "
            f"but found {len(given)}"
        )
    for hole, value in zip(holes, given, strict=True):
        hole.replace(value)
    return tree


def _plain(error: Exception) -> str:
    """Return an error of sqlglot without the codes that underline words on a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
