"""Makes a large table of customers, in pieces: 30 feature columns, an id and a label.

    python benchmarks/scale/customers.py OUT.parquet --rows 1000000 [--seed 1] [--no-label]

18 numbers (two of them doubles of others, some cells missing), 10 categories of 2 to 50
values, 2 dates; about 14% churn, which depends on eight of the columns. OUT may end in .csv.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

PIECE = 100_000
SIZES = {
    "contract": 3, "plan": 5, "payment": 4, "region": 12, "state": 50,
    "device": 20, "channel": 6, "paperless": 2, "bundle": 8, "segment": 15,
}  # fmt: skip


def piece(start: int, rows: int, seed: int, labelled: bool) -> pa.Table:
    """Make customers `start` … `start + rows`; the same ones whatever the size of the table."""
    draw = np.random.default_rng((seed, start))
    tenure = draw.gamma(2.0, 18.0, rows).round()
    charge = draw.normal(65, 25, rows).clip(10).round(2)
    calls = draw.poisson(1.4, rows).astype(float)
    usage = {f"usage_{n:02}": draw.gamma(1.5, 10.0 * n, rows).round(2) for n in range(1, 13)}
    codes = {name: draw.integers(0, size, rows) for name, size in SIZES.items()}
    numbers = {
        "tenure": tenure,
        "monthly_charge": charge,
        "total_charge": (tenure * charge).round(2),
        "support_calls": calls,
        "usage_cost": (usage["usage_01"] * 0.17).round(2),
        "late_payments": draw.poisson(0.3, rows).astype(float),
        **usage,
    }
    columns = {"customer": pa.array([f"C{number:09}" for number in range(start, start + rows)])}
    for number, (name, values) in enumerate(numbers.items()):
        gone = draw.random(rows) < (0.05 if number % 5 == 0 else 0.0)
        columns[name] = pa.array(values, mask=gone)
    for name, values in codes.items():
        words = pa.array([f"{name} {number}" for number in range(SIZES[name])])
        columns[name] = words.take(pa.array(values))
    for name, most in (("joined", 2000), ("last_call", 300)):
        days = np.datetime64("2024-06-01") - draw.integers(0, most, rows).astype("timedelta64[D]")
        columns[name] = pa.array(days.astype("datetime64[us]"))
    if labelled:
        margin = (
            -3.1 + 0.55 * calls - 0.02 * tenure + 0.012 * charge + 0.9 * (codes["contract"] == 0)
            - 0.5 * (codes["plan"] == 1) + 0.6 * numbers["late_payments"]
            + 0.5 * ((usage["usage_01"] > 20) & (codes["device"] < 5))
        )  # fmt: skip
        churned = draw.random(rows) < 1 / (1 + np.exp(-margin))
        columns["churned"] = pa.array(np.where(churned, "yes", "no"))
    return pa.table(columns)


def pieces(rows: int, seed: int, labelled: bool) -> Iterator[pa.Table]:
    for start in range(0, rows, PIECE):
        yield piece(start, min(PIECE, rows - start), seed, labelled)


def write(out: Path, rows: int, seed: int, labelled: bool = True) -> None:
    schema = piece(0, 1, seed, labelled).schema
    csv = out.suffix == ".csv"
    writer = pacsv.CSVWriter(out, schema) if csv else pq.ParquetWriter(out, schema)
    with writer:
        for table in pieces(rows, seed, labelled):
            writer.write_table(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-label", action="store_true")
    given = parser.parse_args()
    write(given.out, given.rows, given.seed, not given.no_label)


if __name__ == "__main__":
    main()
