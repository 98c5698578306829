"""Tables of the catalogue as DuckDB sees them: their objects fetched, their types as told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal import objects
from rehearsal.athena.statements import Named, QueryError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_FILE = "__file"
_HEEDED = {"field.delim", "separatorChar", "serialization.format", "serialization.null.format"}
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
        files: dict[str, list[str]] = {}
        for number, part in enumerate(_parts(cloud, named, found)):
            stored = [
                item
                for item in objects.found(cloud, part.location)
                if item.size and not item.name.rpartition("/")[2].startswith(("_", "."))
            ]
            for item in stored:
                file = place / str(number) / item.name
                objects.fetch(cloud, item, file)
                files[str(file)] = part.values
            read += sum(item.size for item in stored)
        for sentence in _unheeded(found, files):
            cloud.journal.remark(sentence)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(named.database)}")
        address = f"{_quoted(named.database)}.{_quoted(named.name)}"
        connection.execute(f"CREATE VIEW {address} AS {_view(found, files)}")
    return read


@dataclass(frozen=True)
class _Part:
    """Where objects of a table are, and the values of its partition keys there."""

    location: str
    values: list[str]


def _parts(cloud: Cloud, named: Named, table: Mapping[str, Any]) -> list[_Part]:
    """Return the registered partitions of a table, or all of it where it has no keys.

    Folders that nobody registered are not read: "Partition your data" in the guide of Athena.
    """
    if not table.get("PartitionKeys"):
        return [_Part(table["StorageDescriptor"]["Location"], [])]
    if str(table.get("Parameters", {}).get("projection.enabled", "")).lower() == "true":
        raise QueryError("NOT_SUPPORTED: the rehearsal has no projection of partitions")
    pages = (
        cloud.clients.client("glue")
        .get_paginator("get_partitions")
        .paginate(DatabaseName=named.database, TableName=named.name)
    )
    return [
        _Part(each["StorageDescriptor"]["Location"], each["Values"])
        for page in pages
        for each in page["Partitions"]
    ]


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


def _view(table: Mapping[str, Any], files: Mapping[str, list[str]]) -> str:
    """Return the query that reads `files` as the catalogue tells: its names, its types, NULL else.

    With each file come the values of the partition keys that it has.
    """
    columns = [(c["Name"], _type(c["Type"])) for c in table["StorageDescriptor"]["Columns"]]
    keys = [(c["Name"], _type(c["Type"])) for c in table.get("PartitionKeys", [])]
    if not files:
        empty = ", ".join(f"CAST(NULL AS {kind}) AS {_quoted(n)}" for n, kind in columns + keys)
        return f"SELECT {empty} WHERE false"
    kind = table.get("Parameters", {}).get("classification", "")
    source = f"{_reader(kind, table, [name for name, _ in columns], list(files))} s"
    told = [f"{_cast(n, to, kind)} AS {_quoted(n.lower())}" for n, to in columns]
    if keys:
        told += [f"TRY_CAST(p.{_quoted(n)} AS {kind}) AS {_quoted(n.lower())}" for n, kind in keys]
        rows = ", ".join(
            f"({', '.join(_text(each) for each in (file, *values))})"
            for file, values in files.items()
        )
        names = ", ".join(_quoted(name) for name in (_FILE, *(name for name, _ in keys)))
        source += f" JOIN (VALUES {rows}) p({names}) ON s.{_FILE} = p.{_FILE}"
    return f"SELECT {', '.join(told)} FROM {source}"


def _cast(name: str, to: str, stored: str) -> str:
    """Return what reads a column of objects that are `stored` so; what is not of its type is NULL.

    DuckDB's reader of CSV takes over a cast of nothing but a column, and fails the query where TRY_CAST
    has NULL.
    """
    column = f"s.{_quoted(name)}"
    if stored == "csv":
        return column if to == "VARCHAR" else f"TRY_CAST(nullif({column}, '') AS {to})"
    return f"TRY_CAST({column} AS {to})"


def _reader(kind: str, table: Mapping[str, Any], names: list[str], files: list[str]) -> str:
    options = [_listed(files), "hive_partitioning = false", f"filename = {_text(_FILE)}"]
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
        f"delim = {_text(_delimiter(table))}",
        f"nullstr = {_text(_null(table))}",
        "allow_quoted_nulls = false",
        f"skip = {int(table['Parameters'].get('skip.header.line.count', '0'))}",
    ]
    return f"read_csv({', '.join(options)})"


def _serde(table: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
    """Return what reads the lines of a table, and its settings."""
    told = table["StorageDescriptor"].get("SerdeInfo") or {}
    library = str(told.get("SerializationLibrary", ""))
    return library.rpartition(".")[2], told.get("Parameters") or {}


def _delimiter(table: Mapping[str, Any]) -> str:
    """Return what parts the columns of a line: "LazySimpleSerDe" and "OpenCSVSerDe" of Athena's guide.

    The `delimiter` that a crawler writes among the table's own parameters is heeded by neither. A number
    is a character's code to the lazy one (Hive's LazyUtils.getByte): "1" is Ctrl-A, "9" a tab.
    """
    library, told = _serde(table)
    if library == "OpenCSVSerde":
        return str(told.get("separatorChar", ","))
    parts = str(told.get("field.delim", told.get("serialization.format", "1")))
    return chr(int(parts)) if parts.isdecimal() and int(parts) < 128 else parts


def _null(table: Mapping[str, Any]) -> str:
    r"""Return what a line has for NULL; an empty field is an empty text to both, and no number or day.

    Hive's `\N`, or what `serialization.null.format` says, to the lazy one; nothing to OpenCSVSerde: here a
    character of private use, for DuckDB wants one.
    """
    library, told = _serde(table)
    if library == "OpenCSVSerde":
        return "\uf8ff"
    return str(told.get("serialization.null.format", "\\N"))


def _unheeded(table: Mapping[str, Any], files: Iterable[str]) -> Iterator[str]:
    """Yield what of a table's lines is read otherwise than Athena would."""
    library, told = _serde(table)
    for name in sorted(set(told) - _HEEDED):
        yield f"Athena: {name} of a table's {library or 'SerDe'} is not heeded."
    if library == "LazySimpleSerDe" and any(b'"' in Path(file).read_bytes() for file in files):
        yield "Athena: LazySimpleSerDe keeps the quotes of a value; here they are taken for quotes."


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
