"""Records of a DynamicFrame, as the functions of a script get them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


class Record(dict[str, Any]):
    """A record: fields by key or by attribute."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


def filtered(dataframe: Any, keep: Callable[[Any], Any]) -> Any:
    """Return the rows that `keep` is true of; one that it fails on is left out, as in Glue."""

    def wanted(row: Any) -> bool:
        try:
            return bool(keep(Record(row.asDict(recursive=True))))
        except (KeyError, ValueError, TypeError):
            return False

    rows = dataframe.rdd.filter(wanted)
    return dataframe.sparkSession.createDataFrame(rows, dataframe.schema)


def mapped(dataframe: Any, change: Callable[[Any], Any]) -> Any:
    """Return rows of what `change` makes of each; types are inferred from all of them."""
    from pyspark.sql import Row

    def changed(rows: Iterable[Any]) -> Iterable[Any]:
        for row in rows:
            yield Row(**dict(change(Record(row.asDict(recursive=True)))))

    rows = dataframe.rdd.mapPartitions(changed)
    return dataframe.sparkSession.createDataFrame(rows, samplingRatio=1.0)
