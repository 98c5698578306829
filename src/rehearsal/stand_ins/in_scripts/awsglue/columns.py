"""Columns of a DataFrame under the names and types of Glue's transforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .refusals import refuse, remark

_NO_CHOICES = "Glue's choices of types: a column has one type here, so that make_cols and make_struct change nothing"

_TYPES = {
    "bigint": "bigint", "binary": "binary", "boolean": "boolean", "bool": "boolean", "byte": "tinyint",
    "char": "string", "date": "date", "double": "double", "float": "float", "int": "int",
    "integer": "int", "long": "bigint", "short": "smallint", "smallint": "smallint",
    "string": "string", "timestamp": "timestamp", "tinyint": "tinyint", "varchar": "string",
}  # fmt: skip


def spark_type(name: str) -> str:
    """Return Spark's name of a type of Glue's."""
    plain = name.strip().lower()
    if plain.startswith(("decimal", "array<", "struct<", "map<")):
        return plain
    return _TYPES.get(plain.partition("(")[0]) or refuse(f"type {name!r}")


def has(dataframe: Any, path: str) -> bool:
    """Tell whether there is such a column, or such a field in a structure."""
    node: Any = dataframe.schema
    if path.strip("`") in dataframe.columns:
        return True
    for part in path.split("."):
        if not hasattr(node, "fieldNames") or part not in node.fieldNames():
            return False
        node = node[part].dataType
    return True


def found(dataframe: Any, path: str) -> Any:
    """Return the column, or the field in a structure, of that name."""
    plain = path.strip("`")
    return dataframe[f"`{plain}`"] if plain in dataframe.columns else dataframe[path]


def mapped(dataframe: Any, mappings: Sequence[Sequence[str]]) -> Any:
    """Return the columns of `mappings`: source, its type, target, its type; or source and target."""
    kept = []
    for mapping in mappings:
        source, target, kind = mapping[0], mapping[-2], mapping[-1]
        if len(mapping) == 2:
            target, kind = mapping[1], ""
        if "." in target and not target.startswith("`"):
            refuse(f"ApplyMapping into a structure ({target!r})")
        if has(dataframe, source):
            column = found(dataframe, source)
            column = column.cast(spark_type(kind)) if kind else column
            kept.append(column.alias(target.strip("`")))
    return dataframe.select(*kept)


def dropped(dataframe: Any, paths: Sequence[str]) -> Any:
    """Return all columns but those named."""
    for path in paths:
        if "." in path and path.strip("`") not in dataframe.columns:
            head, _, rest = path.partition(".")
            if head in dataframe.columns:
                dataframe = dataframe.withColumn(head, dataframe[head].dropFields(rest))
    gone = {path.strip("`") for path in paths}
    return dataframe.select(
        *[found(dataframe, name) for name in dataframe.columns if name not in gone]
    )


def resolved(dataframe: Any, specs: Sequence[Sequence[str]], choice: str) -> Any:
    """Return the columns, those that `specs` cast or project cast; nothing else is a choice here."""
    kinds = {path: action.partition(":") for path, action in specs}
    for path, (action, _, kind) in kinds.items():
        if action not in {"cast", "project", "make_cols", "make_struct", "match_catalog", "keep"}:
            refuse(f"ResolveChoice {action!r}")
        if action in {"make_cols", "make_struct"}:
            remark(_NO_CHOICES)
        if kind and path in dataframe.columns:
            dataframe = dataframe.withColumn(path, found(dataframe, path).cast(spark_type(kind)))
    return dataframe


def joined(left: Any, right: Any, left_keys: Sequence[str], right_keys: Sequence[str]) -> Any:
    """Return the inner join; a name that both have is ``.name`` on the right."""
    names = {name: f".{name}" if name in left.columns else name for name in right.columns}
    right = right.select(*[found(right, name).alias(names[name]) for name in right.columns])
    condition = None
    for one, other in zip(left_keys, right_keys, strict=True):
        equal = found(left, one) == found(right, names[other])
        condition = equal if condition is None else condition & equal
    return left.join(right, condition, "inner")


def unnested(dataframe: Any) -> Any:
    """Return the columns with every structure's fields as columns of their own."""
    return dataframe.select(*_leaves(dataframe, dataframe.schema, ""))


def _leaves(dataframe: Any, node: Any, prefix: str) -> list[Any]:
    leaves: list[Any] = []
    for field in node.fields:
        path = f"{prefix}{field.name}"
        if hasattr(field.dataType, "fields"):
            leaves += _leaves(dataframe, field.dataType, f"{path}.")
        else:
            leaves.append(found(dataframe, path).alias(path))
    return leaves


def without_empty(dataframe: Any) -> Any:
    """Return the columns that have a value in any row."""
    from pyspark.sql import functions

    counts = dataframe.agg(
        *[functions.count(found(dataframe, name)).alias(name) for name in dataframe.columns]
    ).first()
    return dataframe.select(*[found(dataframe, n) for n in dataframe.columns if counts[n]])
