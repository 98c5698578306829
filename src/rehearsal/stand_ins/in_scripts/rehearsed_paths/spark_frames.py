"""DataFrames of Spark read from and written to S3."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from . import objects

_READERS = ("csv", "json", "load", "orc", "parquet", "text")
_WRITERS = ("csv", "json", "orc", "parquet", "save", "text")
_DYNAMIC = "spark.sql.sources.partitionOverwriteMode"


def mend(module: ModuleType) -> None:
    """Give pyspark.sql's readers and writers their way to S3."""
    reader, writer = module.DataFrameReader, module.DataFrameWriter
    for name in _READERS:
        setattr(reader, name, _reading(getattr(reader, name)))
    reader.option = _optional(reader.option)
    for name in _WRITERS:
        setattr(writer, name, _writing(getattr(writer, name)))
    writer.mode = _remembering(writer.mode)


def near(value: Any) -> Any:
    """Return a path, or paths, with files in place of addresses."""
    if isinstance(value, list | tuple):
        return type(value)(near(each) for each in value)
    return objects.fetched(value) if objects.is_remote(value) else value


def _reading(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def read(self: Any, *args: Any, **options: Any) -> Any:
        # By name only what can hold a path: an option's value is text of the user's.
        given = {name: near(v) if name in _PATHS else v for name, v in options.items()}
        return original(self, *map(near, args), **given)

    return read


_PATHS = {"path", "paths", "basePath"}


def _optional(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def option(self: Any, key: str, value: Any) -> Any:
        return original(self, key, near(value) if key in _PATHS else value)

    return option


def _remembering(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def mode(self: Any, saveMode: str | None) -> Any:  # noqa: N803 - pyspark's own name
        if saveMode:
            self._rehearsed_mode = saveMode
        return original(self, saveMode)

    return mode


def _writing(original: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(original)

    @functools.wraps(original)
    def write(self: Any, *args: Any, **options: Any) -> None:
        given = signature.bind(self, *args, **options)
        uri: Any = given.arguments.get("path")
        if not objects.is_remote(uri):
            original(self, *args, **options)
            return
        mode = given.arguments.get("mode") or getattr(self, "_rehearsed_mode", "error")
        before = objects.below(uri)
        if before and mode in {"error", "errorifexists"}:
            from pyspark.errors import AnalysisException

            raise AnalysisException(message=f"[PATH_ALREADY_EXISTS] Path {uri} already exists.")
        if before and mode == "ignore":
            return
        with objects.staged(uri) as place:
            given.arguments["path"] = str(place)
            original(*given.args, **given.kwargs)
            if mode == "overwrite":
                _clear(self, uri, place, before)

    return write


def _clear(writer: Any, uri: str, place: Path, before: list[str]) -> None:
    """Delete what an overwrite replaces: all, or the partitions that were written."""
    bucket, key = objects.split(uri)
    if writer._spark.conf.get(_DYNAMIC, "static").lower() == "dynamic":
        written = {
            f"{key.rstrip('/')}/{path.parent.relative_to(place).as_posix()}/"
            for path in place.rglob("*")
            if path.is_file()
        }
        before = [each for each in before if each.rpartition("/")[0] + "/" in written]
    objects.delete(bucket, before)
