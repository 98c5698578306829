"""The context of a Glue job: where frames are made and written."""

from __future__ import annotations

import logging
from typing import Any

from . import sources
from .dynamicframe import DynamicFrame, DynamicFrameCollection
from .refusals import choose, refuse
from .sinks import DataSink

_FOLDERS = ("s3", "file", "parquet", "orc", "csv", "json")


class GlueContext:
    """What Glue adds to Spark; everything else is the Spark session's own."""

    def __init__(self, sparkContext: Any, **_: Any) -> None:
        from pyspark.sql import SparkSession

        self._sc = sparkContext
        self.spark_session = SparkSession.builder.getOrCreate()
        self.create_dynamic_frame = _Making(self, dynamic=True)
        self.create_data_frame = _Making(self, dynamic=False)
        self.write_dynamic_frame = _Writing(self)
        self.write_data_frame = _Writing(self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.spark_session, name)

    def get_logger(self) -> logging.Logger:
        """Return the logger of the job; it writes to standard error."""
        logger = logging.getLogger("GlueLogger")
        logger.warn = logger.warning  # type: ignore[method-assign]
        return logger

    def create_dynamic_frame_from_options(
        self, connection_type: str, connection_options: Any = None, format: Any = None,
        format_options: Any = None, transformation_ctx: str = "", push_down_predicate: str = "", **_: Any,
    ) -> DynamicFrame:  # fmt: skip
        """Return the frame of folders in S3."""
        choose(connection_type, _FOLDERS, "connection type")
        options = {**(connection_options or {})}
        paths = options.get("paths") or options.get("path") or refuse("source without paths")
        kind = format or connection_type
        recurse = {"recurse": options.get("recurse", False)}
        frame = sources.read(self.spark_session, paths, kind, {**recurse, **(format_options or {})})
        frame = frame.where(push_down_predicate) if push_down_predicate else frame
        return DynamicFrame(frame, self, transformation_ctx)

    def create_dynamic_frame_from_catalog(
        self, database: str | None = None, table_name: str | None = None, redshift_tmp_dir: str = "",
        transformation_ctx: str = "", push_down_predicate: str = "", additional_options: Any = None,
        catalog_id: Any = None, **more: Any,
    ) -> DynamicFrame:  # fmt: skip
        """Return the frame of a table of the Data Catalog."""
        described = sources.table(database or more.get("name_space", ""), table_name or "")
        frame = sources.read_table(self.spark_session, described)
        predicate = push_down_predicate or (additional_options or {}).get(
            "catalogPartitionPredicate"
        )
        frame = frame.where(predicate) if predicate else frame
        return DynamicFrame(frame, self, table_name or "")

    def create_dynamic_frame_from_rdd(
        self, data: Any, name: str, schema: Any = None, sample_ratio: Any = None, **_: Any
    ) -> DynamicFrame:
        """Return the frame of an RDD."""
        frame = self.spark_session.createDataFrame(data, schema, sample_ratio)
        return DynamicFrame(frame, self, name)

    def getSink(
        self, connection_type: str, format: Any = None, transformation_ctx: str = "", **options: Any
    ) -> DataSink:
        """Return what writes frames to a folder in S3, and enters it in the Data Catalog if asked."""
        choose(connection_type, _FOLDERS, "connection type")
        return DataSink(self, options, format)

    def write_dynamic_frame_from_options(
        self, frame: Any, connection_type: str, connection_options: Any = None, format: Any = None,
        format_options: Any = None, transformation_ctx: str = "",
    ) -> Any:  # fmt: skip
        """Add a frame, or each of a collection, to a folder in S3."""
        sink = self.getSink(connection_type, format, **(connection_options or {}))
        sink.setFormat(format or connection_type, **(format_options or {}))
        frames = frame.values() if isinstance(frame, DynamicFrameCollection) else [frame]
        for each in frames:
            sink.writeFrame(each)
        return frame

    def write_dynamic_frame_from_catalog(
        self, frame: Any, database: str | None = None, table_name: str | None = None,
        redshift_tmp_dir: str = "", transformation_ctx: str = "", additional_options: Any = None,
        catalog_id: Any = None, **more: Any,
    ) -> Any:  # fmt: skip
        """Add a frame to the folder of a table of the Data Catalog."""
        described = sources.table(database or more.get("name_space", ""), table_name or "")
        keys = (additional_options or {}).get("partitionKeys") or [
            key["Name"] for key in described.get("PartitionKeys", [])
        ]
        place = described["StorageDescriptor"]["Location"]
        header = {
            "writeHeader": described.get("Parameters", {}).get("skip.header.line.count", "0") != "0"
        }
        sources.write(frame.toDF(), place, sources.format_of(described), header, keys)
        return frame

    def purge_s3_path(
        self, s3_path: str, options: Any = None, transformation_ctx: str = ""
    ) -> None:
        """Delete what lies below a folder in S3, however young it is."""
        if (options or {}).get("retentionPeriod", 168) != 0:
            refuse("purge of what is older than a retentionPeriod other than 0")
        import boto3

        bucket, _, key = s3_path.partition("://")[2].partition("/")
        boto3.resource("s3").Bucket(bucket).objects.filter(Prefix=key).delete()


class _Making:
    """``create_dynamic_frame.from_…`` and ``create_data_frame.from_…``."""

    def __init__(self, context: GlueContext, *, dynamic: bool) -> None:
        self._context, self._dynamic = context, dynamic

    def _told(self, frame: DynamicFrame) -> Any:
        return frame if self._dynamic else frame.toDF()

    def from_options(self, *args: Any, **options: Any) -> Any:
        """Return the frame of folders in S3."""
        return self._told(self._context.create_dynamic_frame_from_options(*args, **options))

    def from_catalog(self, *args: Any, **options: Any) -> Any:
        """Return the frame of a table of the Data Catalog."""
        return self._told(self._context.create_dynamic_frame_from_catalog(*args, **options))

    def from_rdd(self, *args: Any, **options: Any) -> Any:
        """Return the frame of an RDD."""
        return self._told(self._context.create_dynamic_frame_from_rdd(*args, **options))


class _Writing:
    """``write_dynamic_frame.from_…`` and ``write_data_frame.from_…``."""

    def __init__(self, context: GlueContext) -> None:
        self._context = context

    def from_options(self, frame: Any, *args: Any, **options: Any) -> Any:
        """Add a frame to a folder in S3."""
        return self._context.write_dynamic_frame_from_options(
            _frame(frame, self._context), *args, **options
        )

    def from_catalog(self, frame: Any, *args: Any, **options: Any) -> Any:
        """Add a frame to the folder of a table of the Data Catalog."""
        return self._context.write_dynamic_frame_from_catalog(
            _frame(frame, self._context), *args, **options
        )

    def from_jdbc_conf(self, *_: Any, **__: Any) -> Any:
        """Refuse: there is no database behind a JDBC connection here."""
        refuse("JDBC connections")


def _frame(frame: Any, context: GlueContext) -> Any:
    return (
        frame
        if hasattr(frame, "toDF") and hasattr(frame, "glue_ctx")
        else DynamicFrame(frame, context)
    )
