"""What a crawler makes of a folder of objects: its format, its columns and their types."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal import objects
from rehearsal.errors import InputError
from rehearsal.objects import Stored

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "FLOAT": "float",
    "DOUBLE": "double",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "BLOB": "binary",
}
"""DuckDB's types by the names of the catalogue; all others are text there."""
_HIVE = "org.apache.hadoop.hive"
_STORED: dict[str, tuple[str, str, str]] = {
    "csv": (
        "org.apache.hadoop.mapred.TextInputFormat",
        f"{_HIVE}.ql.io.HiveIgnoreKeyTextOutputFormat",
        f"{_HIVE}.serde2.lazy.LazySimpleSerDe",
    ),
    "json": (
        "org.apache.hadoop.mapred.TextInputFormat",
        f"{_HIVE}.ql.io.HiveIgnoreKeyTextOutputFormat",
        "org.openx.data.jsonserde.JsonSerDe",
    ),
    "parquet": (
        f"{_HIVE}.ql.io.parquet.MapredParquetInputFormat",
        f"{_HIVE}.ql.io.parquet.MapredParquetOutputFormat",
        f"{_HIVE}.ql.io.parquet.serde.ParquetHiveSerDe",
    ),
}


def table_input(
    cloud: Cloud, name: str, location: str, stored: Sequence[Stored], folder: Path
) -> dict[str, Any]:
    """Describe the objects under `location` as a table, for Glue's CreateTable.

    The columns are those of the first object; its folders become partition keys, as `_key` names them.
    Raises `InputError` when it is no CSV, JSON or Parquet that can be read.
    """
    sample = folder / name / Path(stored[0].name).name
    objects.fetch(cloud, stored[0], sample)
    kind = _kind(sample)
    columns, parameters = _csv(sample) if kind == "csv" else (_columns(sample, kind), {})
    folders = stored[0].name.split("/")[:-1]
    reads, writes, serde = _STORED[kind]
    sample.unlink()
    lines = {"field.delim": parameters["delimiter"]} if kind == "csv" else {}
    return {
        "Name": name,
        "Owner": "owner",
        "TableType": "EXTERNAL_TABLE",
        "Retention": 0,
        "PartitionKeys": [
            {"Name": _key(number, each), "Type": "string"} for number, each in enumerate(folders)
        ],
        "Parameters": {
            "classification": kind,
            "typeOfData": "file",
            "objectCount": str(len(stored)),
            "sizeKey": str(sum(item.size for item in stored)),
            **parameters,
        },
        "StorageDescriptor": {
            "Location": location if location.endswith("/") else f"{location}/",
            "Columns": columns,
            "InputFormat": reads,
            "OutputFormat": writes,
            "Compressed": False,
            "NumberOfBuckets": -1,
            "StoredAsSubDirectories": False,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": lines},
        },
    }


def _key(number: int, folder: str) -> str:
    """Return the name of a partition key: of a folder ``key=value`` its own, else Glue's ``partition_0``."""
    name, told, _ = folder.partition("=")
    return name.lower() if told else f"partition_{number}"


def _kind(sample: Path) -> str:
    head = _head(sample)
    if head.startswith(b"PAR1"):
        return "parquet"
    return "json" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) else "csv"


def _head(sample: Path) -> bytes:
    with sample.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    with gzip.open(sample, "rb") if packed else sample.open("rb") as stream:
        return stream.read(4096)


def _csv(sample: Path) -> tuple[list[dict[str, str]], dict[str, str]]:
    import duckdb

    try:
        # a connection of its own: a result that is not fetched to its end holds up every other use
        row = (
            duckdb.connect()
            .execute("SELECT Delimiter, HasHeader, Columns FROM sniff_csv(?)", [str(sample)])
            .fetchone()
        )
    except duckdb.Error as error:
        raise InputError(f"{sample.name} cannot be read as CSV: {error}.") from error
    assert row is not None  # noqa: S101 - sniff_csv answers one row or raises
    delimiter, header, found = row
    columns = [_column(column["name"], _text_type(column["type"])) for column in found]
    # A first row over text alone is not told apart: "Built-in CSV classifier" in Glue's guide.
    header = header and any(column["Type"] != "string" for column in columns)
    if not header:
        columns = [{**column, "Name": f"col{n}"} for n, column in enumerate(columns)]
    parameters = {"delimiter": delimiter, "areColumnsQuoted": "false"}
    return columns, parameters | ({"skip.header.line.count": "1"} if header else {})


def _text_type(kind: str) -> str:
    """Return the type of a column of text files: Glue leaves all but numbers as text there."""
    return kind if kind in {"BIGINT", "DOUBLE"} else "VARCHAR"


def _columns(sample: Path, kind: str) -> list[dict[str, str]]:
    import duckdb

    reader = "read_parquet" if kind == "parquet" else "read_json_auto"
    try:
        described = f"DESCRIBE SELECT * FROM {reader}(?)"
        rows = duckdb.connect().execute(described, [str(sample)]).fetchall()
    except duckdb.Error as error:
        raise InputError(f"{sample.name} cannot be read as {kind}: {error}.") from error
    return [_column(name, kind) for name, kind, *_ in rows]


def _column(name: str, kind: str) -> dict[str, str]:
    return {"Name": name.lower(), "Type": _catalogued(kind)}


def _catalogued(kind: str) -> str:
    return kind.lower() if kind.startswith("DECIMAL") else _TYPES.get(kind, "string")
