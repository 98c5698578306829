"""RDDs of Spark read from S3."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import objects

_READERS = ("textFile", "wholeTextFiles", "binaryFiles")


def mend(module: ModuleType) -> None:
    """Give SparkContext its way to S3."""
    for name in _READERS:
        setattr(module.SparkContext, name, _reading(getattr(module.SparkContext, name)))


def _reading(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def read(self: Any, name: str, *args: Any, **options: Any) -> Any:
        paths = [objects.fetched(p) if objects.is_remote(p) else p for p in name.split(",")]
        return original(self, ",".join(paths), *args, **options)

    return read
