"""The SQL that every engine runs, in the subset that DuckDB and Spark share."""

from __future__ import annotations

from collections.abc import Sequence

from unchurn.artefacts import LABEL


def quoted(name: str, mark: str = '"') -> str:
    """Quote an identifier; `mark` is the engine's quote."""
    return f"{mark}{name.replace(mark, mark * 2)}{mark}"


def settled(names: Sequence[str], source: str, mark: str = '"') -> str:
    """Select the labelled rows of `source` in canonical order, duplicates side by side."""
    columns = ", ".join(quoted(name, mark) for name in names)
    order = ", ".join(f"{quoted(name, mark)} ASC NULLS FIRST" for name in names)
    label = quoted(LABEL, mark)
    return f"SELECT {columns} FROM {source} WHERE {label} IS NOT NULL ORDER BY {order}"


def identity(column: str, source: str, mark: str = '"') -> str:
    """Select (rows without an id, ids of several rows, ids with different labels)."""
    name, label = quoted(column, mark), quoted(LABEL, mark)
    return f"""
        SELECT COALESCE(SUM(CASE WHEN id IS NULL THEN n ELSE 0 END), 0),
               COALESCE(SUM(CASE WHEN id IS NOT NULL AND n > 1 THEN 1 ELSE 0 END), 0),
               COALESCE(SUM(CASE WHEN id IS NOT NULL AND low < high THEN 1 ELSE 0 END), 0)
        FROM (SELECT {name} AS id, COUNT(*) AS n, MIN({label}) AS low, MAX({label}) AS high
              FROM {source} GROUP BY {name}) AS ids"""
