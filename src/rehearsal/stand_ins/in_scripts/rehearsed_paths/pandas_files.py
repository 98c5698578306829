"""Files of pandas read from and written to S3, without s3fs."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import objects

_READERS = (
    "read_csv", "read_excel", "read_feather", "read_fwf", "read_json", "read_orc", "read_parquet",
    "read_table",
)  # fmt: skip
_WRITERS = ("to_csv", "to_excel", "to_feather", "to_json", "to_orc", "to_parquet")


def mend(module: ModuleType) -> None:
    """Give pandas' readers and writers their way to S3."""
    for name in _READERS:
        setattr(module, name, _reading(getattr(module, name)))
    for kind in (module.DataFrame, module.Series):
        for name in _WRITERS:
            if hasattr(kind, name):
                setattr(kind, name, _writing(getattr(kind, name)))


def _reading(original: Callable[..., Any]) -> Callable[..., Any]:
    first = next(iter(inspect.signature(original).parameters))

    @functools.wraps(original)
    def read(*args: Any, **options: Any) -> Any:
        path, rest = (args[0], args[1:]) if args else (options.pop(first, None), ())
        if objects.is_remote(path):
            options.pop("storage_options", None)
            path = objects.fetched(path)
        return original(path, *rest, **options)

    return read


def _writing(original: Callable[..., Any]) -> Callable[..., Any]:
    first = list(inspect.signature(original).parameters)[1]

    @functools.wraps(original)
    def write(self: Any, *args: Any, **options: Any) -> Any:
        path, rest = (args[0], args[1:]) if args else (options.pop(first, None), ())
        if not objects.is_remote(path):
            return original(self, path, *rest, **options)
        options.pop("storage_options", None)
        with objects.staged(path) as place:
            return original(self, str(place), *rest, **options)

    return write
