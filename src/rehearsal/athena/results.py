"""How Athena writes the values of a result: as text, in the API's answer and in the CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

_TYPES = {"VARCHAR": "varchar", "HUGEINT": "bigint", "FLOAT": "float", "BLOB": "varbinary"}


def text(value: Any) -> str | None:
    """Write one value as Athena does; None for NULL."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
    if isinstance(value, bytes):
        return value.hex(" ")
    return str(value)


def as_csv(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Write the result object: everything quoted but NULL, which is empty."""
    lines = [names, *([text(value) for value in row] for row in rows)]
    return "".join(",".join(_quoted(cell) for cell in line) + "\n" for line in lines).encode()


def as_rows(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return what GetQueryResults answers: a row of names, then those of values."""
    header: list[dict[str, Any]] = [{"Data": [{"VarCharValue": name} for name in names]}]
    return header + [{"Data": [_datum(value) for value in row]} for row in rows]


def columns(names: Sequence[str], description: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return what GetQueryResults tells of the columns, so named, of a DuckDB result."""
    return [
        {
            "CatalogName": "hive",
            "SchemaName": "",
            "TableName": "",
            "Name": name,
            "Label": name,
            "Type": _TYPES.get(str(kind), str(kind).lower()),
            "Precision": 0,
            "Scale": 0,
            "Nullable": "UNKNOWN",
            "CaseSensitive": str(kind) == "VARCHAR",
        }
        for name, (_, kind, *_) in zip(names, description, strict=True)
    ]


def _datum(value: Any) -> dict[str, str]:
    written = text(value)
    return {} if written is None else {"VarCharValue": written}


def _quoted(cell: str | None) -> str:
    return "" if cell is None else '"' + cell.replace('"', '""') + '"'
