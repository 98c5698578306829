"""Sinks: a folder in S3 that frames are added to, and the table that the catalog then has of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import sources
from .refusals import refuse

_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
_TEXT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_STORED = {
    "parquet": (f"{_PARQUET}.MapredParquetInputFormat", f"{_PARQUET}.MapredParquetOutputFormat",
                f"{_PARQUET}.serde.ParquetHiveSerDe"),
    "csv": (_TEXT, _TEXT_OUT, "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"),
    "json": (_TEXT, _TEXT_OUT, "org.openx.data.jsonserde.JsonSerDe"),
}  # fmt: skip


class DataSink:
    """Writes frames to one folder."""

    def __init__(self, context: Any, options: Mapping[str, Any], format: Any) -> None:
        self._context = context
        self._path = options.get("path") or refuse("sink without a path")
        self._keys = list(options.get("partitionKeys") or ())
        self._update = str(options.get("enableUpdateCatalog", False)).lower() == "true"
        self._format: Any = format
        self._options: dict[str, Any] = {k: v for k, v in options.items() if k == "compression"}
        self._catalog: tuple[str, str] | None = None

    def setFormat(self, format: str, **options: Any) -> None:
        """Say in which format it writes."""
        self._format = format
        self._options |= options

    def setCatalogInfo(
        self,
        catalogDatabase: str,
        catalogTableName: str,
        catalogId: str = "",
    ) -> None:
        """Say which table the catalog has of it."""
        self._catalog = (catalogDatabase, catalogTableName)

    def writeFrame(self, dynamic_frame: Any, info: str = "") -> Any:
        """Add the frame, and enter the table where that was asked for."""
        frame = dynamic_frame.toDF()
        sources.write(frame, self._path, self._format, self._options, self._keys)
        if self._update and self._catalog:
            self._enter(frame)
        return dynamic_frame

    write = writeFrame

    def _enter(self, frame: Any) -> None:
        import boto3

        glue = boto3.client("glue")
        database, name = self._catalog or ("", "")
        kind = "parquet" if self._format == "glueparquet" else self._format
        if kind not in _STORED:
            refuse(f"catalog's table of format {kind!r}")
        columns = [{"Name": f.name, "Type": f.dataType.simpleString()} for f in frame.schema.fields]
        reads, writes, serde = _STORED[kind]
        wanted = {
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"classification": kind},
            "PartitionKeys": [each for each in columns if each["Name"] in self._keys],
            "StorageDescriptor": {
                "Columns": [each for each in columns if each["Name"] not in self._keys],
                "Location": self._path,
                "InputFormat": reads,
                "OutputFormat": writes,
                "SerdeInfo": {"SerializationLibrary": serde},
            },
        }
        try:
            glue.create_table(DatabaseName=database, TableInput=wanted)
        except glue.exceptions.AlreadyExistsException:
            glue.update_table(DatabaseName=database, TableInput=wanted)
