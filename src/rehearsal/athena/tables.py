"""Tables of the catalogue as DuckDB sees them: their objects fetched, their types as told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal import objects
from rehearsal.athena.statements import Named, QueryError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_TYPES = {"string": "VARCHAR", "int": "INTEGER", "binary": "BLOB"}
"""Types of the catalogue whose names DuckDB does not share."""


def attach(cloud: Cloud, connection: Any, tables: Iterable[Named], folder: Path) -> int:
    """Make each table a view of `connection`; return how many bytes were read.

    Raises `QueryError` for a table or database that the catalogue does not have.
    """
    read = 0
    for named in tables:
        found = _catalogued(cloud, named)
        place = folder / named.database / named.name
        stored = [
            item
            for item in objects.found(cloud, found["StorageDescriptor"]["Location"])
            if item.size and not item.name.rpartition("/")[2].startswith(("_", "."))
        ]
        for item in stored:
            objects.fetch(cloud, item, place / item.name)
        read += sum(item.size for item in stored)
        files = [str(place / item.name) for item in stored]
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(named.database)}")
        address = f"{_quoted(named.database)}.{_quoted(named.name)}"
        connection.execute(f"CREATE VIEW {address} AS {_view(found, files)}")
    return read


def _catalogued(cloud: Cloud, named: Named) -> dict[str, Any]:
    glue = cloud.clients.client("glue")
    where = f"awsdatacatalog.{named.database}.{named.name}"
    try:
        found: dict[str, Any] = glue.get_table(DatabaseName=named.database, Name=named.name)[
            "Table"
        ]
    except glue.exceptions.EntityNotFoundException:
        raise QueryError(f"TABLE_NOT_FOUND: line 1:15: Table '{where}' does not exist") from None
    return found


def _view(table: Mapping[str, Any], files: list[str]) -> str:
    """Return the query that reads `files` as the catalogue tells: its names, its types, NULL else."""
    columns = [(c["Name"], _type(c["Type"])) for c in table["StorageDescriptor"]["Columns"]]
    keys = [(c["Name"], _type(c["Type"])) for c in table.get("PartitionKeys", [])]
    if not files:
        empty = ", ".join(f"CAST(NULL AS {kind}) AS {_quoted(n)}" for n, kind in columns + keys)
        return f"SELECT {empty} WHERE false"
    kind = table.get("Parameters", {}).get("classification", "")
    source = _reader(kind, table["Parameters"], [name for name, _ in columns], files, bool(keys))
    told = [
        f"TRY_CAST({_quoted(n)} AS {kind}) AS {_quoted(n.lower())}" for n, kind in columns + keys
    ]
    return f"SELECT {', '.join(told)} FROM {source}"


def _reader(
    kind: str, told: Mapping[str, str], names: list[str], files: list[str], partitioned: bool
) -> str:
    options = [_listed(files), f"hive_partitioning = {str(partitioned).lower()}"]
    if kind == "parquet":
        return f"read_parquet({', '.join([*options, 'union_by_name = true'])})"
    if kind == "json":
        return f"read_json_auto({', '.join([*options, 'union_by_name = true'])})"
    if kind != "csv":
        raise QueryError(f"NOT_SUPPORTED: the rehearsal reads csv, json and parquet, not {kind!r}")
    columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in names)
    options += [
        "all_varchar = true",
        "header = false",
        "auto_detect = false",
        "null_padding = true",
        "quote = '\"'",
        "escape = '\"'",
        f"columns = {{{columns}}}",
        f"delim = {_text(told.get('delimiter', ','))}",
        f"skip = {int(told.get('skip.header.line.count', '0'))}",
    ]
    return f"read_csv({', '.join(options)})"


def _type(told: str) -> str:
    if told.startswith(("array", "map", "struct")):
        raise QueryError(f"NOT_SUPPORTED: the rehearsal reads plain columns, not {told}")
    return _TYPES.get(told, told)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _listed(values: list[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"
