"""Where frames come from and go to: folders in S3, and tables of the Data Catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .columns import found, spark_type
from .refusals import choose, refuse, remark

FORMATS = ("csv", "json", "orc", "parquet", "glueparquet")
_NAMES = "the names of the files that Glue writes: Spark's own stand in for run-…-part-r-…"


def read(spark: Any, paths: Any, format: str, options: Mapping[str, Any]) -> Any:
    """Return the DataFrame of folders or files in one format; CSV's columns are all text."""
    kind = choose(format, FORMATS, "format")
    places = [paths] if isinstance(paths, str) else list(paths)
    reader = spark.read.option("recursiveFileLookup", _partitions_off(options))
    if kind == "csv":
        header = _true(options.get("withHeader", False))
        reader = reader.option("sep", options.get("separator", ",")).option("header", header)
        reader = reader.option("quote", options.get("quoteChar", '"'))
        reader = reader.option("multiLine", _true(options.get("multiLine", False)))
        frame = reader.csv(places)
        return frame if header else frame.toDF(*[f"col{n}" for n in range(len(frame.columns))])
    if kind == "json":
        return reader.option("multiLine", _true(options.get("multiline", False))).json(places)
    return reader.orc(places) if kind == "orc" else reader.parquet(*places)


def _partitions_off(options: Mapping[str, Any]) -> bool:
    return _true(options.get("recurse", False))


def write(frame: Any, path: str, format: str, options: Mapping[str, Any], keys: Any = ()) -> None:
    """Add a DataFrame to the folder `path` in S3, in partitions by `keys`."""
    kind = choose(format, FORMATS, "format")
    remark(_NAMES)
    writer = frame.write.mode("append").partitionBy(*(keys or ()))
    if compression := options.get("compression"):
        writer = writer.option("compression", compression)
    if kind == "csv":
        writer = writer.option("header", _true(options.get("writeHeader", True)))
        writer = writer.option("sep", options.get("separator", ","))
        quote = options.get("quoteChar", '"')
        writer = writer.option("quote", "\u0000" if quote in {-1, "-1"} else quote)
        writer.csv(path)
    elif kind == "json":
        writer.json(path)
    elif kind == "orc":
        writer.orc(path)
    else:
        writer.parquet(path)


def table(database: str, name: str) -> dict[str, Any]:
    """Return the Data Catalog's own description of a table."""
    import boto3

    found: dict[str, Any] = boto3.client("glue").get_table(DatabaseName=database, Name=name)[
        "Table"
    ]
    return found


def read_table(spark: Any, described: Mapping[str, Any]) -> Any:
    """Return the rows of a table, in the columns and types that the catalog gives it."""
    place = described["StorageDescriptor"]
    kind = format_of(described)
    told = place.get("SerdeInfo", {}).get("Parameters", {}) | described.get("Parameters", {})
    options = {
        "separator": told.get("separatorChar")
        or told.get("field.delim")
        or told.get("delimiter", ","),
        "quoteChar": told.get("quoteChar", '"'),
        "withHeader": told.get("skip.header.line.count", "0") != "0",
    }
    frame = read(spark, place["Location"], kind, options)
    wanted = place["Columns"]
    keys = described.get("PartitionKeys", [])
    if kind == "csv":  # by place, as its SerDe does, whatever the header says
        partitions = [column["Name"] for column in keys]
        here = [name for name in frame.columns if name not in partitions]
        names = [column["Name"] for column in wanted]
        if len(here) != len(names):
            refuse(f"CSV of {len(here)} columns for a table of {len(names)}")
        for old, new in zip(here, names, strict=True):
            frame = frame.withColumnRenamed(old, new)
    return frame.select(
        *[
            found(frame, column["Name"]).cast(spark_type(column["Type"])).alias(column["Name"])
            for column in [*wanted, *keys]
            if column["Name"] in frame.columns
        ]
    )


def format_of(described: Mapping[str, Any]) -> str:
    """Return the format of a table's files."""
    told = described.get("Parameters", {}).get("classification")
    if told:
        return str(told)
    inside = described["StorageDescriptor"].get("InputFormat", "").lower()
    serde = described["StorageDescriptor"].get("SerdeInfo", {}).get("SerializationLibrary", "")
    for word in ("parquet", "orc", "json"):
        if word in inside or word in serde.lower():
            return word
    return "csv"


def _true(value: Any) -> bool:
    return value is True or str(value).lower() == "true"
