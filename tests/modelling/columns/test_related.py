"""Columns that move together."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from unchurn.artefacts import Column
from unchurn.modelling.columns.related import related_columns

RNG = np.random.default_rng(5)
N = 500
MINUTES = RNG.gamma(2, 50, N)


def table() -> pa.Table:
    """Minutes twice (once with gaps, once falling), a place and its code, and noise."""
    gaps = [None if i % 9 == 0 else float(m) * 0.17 for i, m in enumerate(MINUTES)]
    place = RNG.integers(0, 5, N)
    return pa.table(
        {
            "minutes": MINUTES,
            "charge": pa.array(gaps, pa.float64()),
            "unused": -np.exp(MINUTES / 100),
            "noise": RNG.normal(size=N),
            "nearly": MINUTES + RNG.normal(size=N) * 60,
            "place": [f"p{i}" for i in place],
            "code": [f"{i * 7}" for i in place],
            "plan": [f"q{i}" for i in RNG.integers(0, 5, N)],
            "constant": [1.0] * N,
            "empty": pa.nulls(N, pa.float64()),
        }
    )


def columns(rows: pa.Table) -> list[Column]:
    """Columns of the table by their Arrow types."""
    return [
        Column(f.name, "category" if pa.types.is_string(f.type) else "number") for f in rows.schema
    ]


def test_doubles_are_grouped_whatever_scale_direction_and_gaps() -> None:
    """Any rising or falling function of a column, gaps included, is the same column."""
    rows = table()
    assert related_columns(rows, columns(rows)) == [
        ["charge", "minutes", "unused"],
        ["code", "place"],
    ]


def test_nothing_moves_together_in_a_table_of_one_column_or_few_rows() -> None:
    """Too little to compare gives no groups and no error."""
    rows = table()
    assert related_columns(rows.select(["minutes"]), [Column("minutes", "number")]) == []
    assert related_columns(rows.slice(0, 3).select(["minutes", "noise"]), columns(rows)[:1]) == []
