"""Totals at the end of files that are no text are left out and said; customers never are."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import feather

from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.last_rows import Below, without_totals
from unchurn.tables.table import pass_over

NAMES = ("id", "tenure", "plan", "fee")
ROWS: list[dict[str, Any]] = [
    {"id": f"C{n}", "tenure": n, "plan": "pro", "fee": n + 0.5} for n in range(30)
]
TOTALS: list[list[dict[str, Any]]] = [
    [{"id": "Total"}],
    [{"id": "Total", "fee": 450.5}],
    [{"fee": 4500.5, "tenure": 435}],
    [{"id": "TOTAL: 30"}],
    [{"id": "30 customers"}],
    [{"id": "Report complete"}],
    [{"id": "Total", "fee": 450.5}, {"id": "Average", "fee": 15.5}],
    [{"id": "Total", "fee": 450.5}, {"id": None}],
]
CUSTOMERS: list[dict[str, Any]] = [
    {"id": "Total", "tenure": 3, "plan": "pro", "fee": 2.5},
    {"id": "C99"},
    {"id": "GUEST"},
    {"id": "#C99"},
    {"id": "//C99"},
    {"id": None},
    {"tenure": 3, "plan": "pro", "fee": 2.5},
]


def written(folder: Path, kind: str, rows: list[dict[str, Any]]) -> Path:
    path = folder / f"t.{kind}"
    table = pa.table({name: [row.get(name) for row in rows] for name in NAMES})
    if kind == "parquet":
        pq.write_table(table, path)
    elif kind == "feather":
        feather.write_feather(table, str(path), chunksize=7)
    else:
        path.write_text(json.dumps(rows) if kind == "json" else "\n".join(map(json.dumps, rows)))
    return path


def read(path: Path) -> tuple[list[str | None], list[str]]:
    table = open_table(str(path), Data(), path.parent)
    for _ in range(2):  # what is said is of the last pass
        rows = [row["id"] for batch in table.batches(pass_over) for row in batch.to_pylist()]
    return rows, [finding.words for finding in table.told]


@pytest.mark.parametrize("kind", ["parquet", "feather", "json", "jsonl"])
@pytest.mark.parametrize("total", TOTALS)
def test_a_total_is_no_customer(tmp_path: Path, kind: str, total: list[dict[str, Any]]) -> None:
    """It is left out, counted and said, once."""
    ids, told = read(written(tmp_path, kind, [*ROWS, *total]))
    assert ids == [row["id"] for row in ROWS]
    assert len(told) == 1
    count = "1 row" if len(total) == 1 else f"{len(total)} rows"
    assert told[0].startswith(f"{count} below the last customer left out: ")


@pytest.mark.parametrize("kind", ["parquet", "json"])
@pytest.mark.parametrize("last", CUSTOMERS)
def test_a_customer_is_never_taken_for_a_total(
    tmp_path: Path, kind: str, last: dict[str, Any]
) -> None:
    """A company called Total, one of whom little is known, one without an id: all stay."""
    ids, told = read(written(tmp_path, kind, [*ROWS, last]))
    assert (ids, told) == ([*(row["id"] for row in ROWS), last.get("id")], [])


def test_one_row_is_what_was_asked_about(tmp_path: Path) -> None:
    """Where nothing stands above it, a row is a customer."""
    assert read(written(tmp_path, "json", [{"id": "Total", "tenure": None}])) == (["Total"], [])


@given(
    st.lists(
        st.tuples(st.from_regex(r"[A-Z]{1,3}[0-9]{1,4}", fullmatch=True), st.integers(0, 99)),
        min_size=1,
        max_size=60,
    ),
    st.integers(1, 9),
    st.booleans(),
)
def test_batches_do_not_matter(rows: list[tuple[str, int]], size: int, total: bool) -> None:
    """However rows come in batches, they are all there, in order and with their numbers."""
    table = [*rows, *([("Total", None)] if total else [])]

    def stream():  # type: ignore[no-untyped-def]
        import numpy as np

        for first in range(0, len(table), size):
            part = table[first : first + size]
            ids, numbers = zip(*part, strict=True)
            arrays = [pa.array(ids), pa.array(numbers, pa.int64()), pa.array(["x"] * len(part))]
            arrays[2] = pa.array([None if n is None else "x" for n in numbers], pa.string())
            batch = pa.RecordBatch.from_arrays(arrays, names=["id", "n", "x"])
            yield np.arange(first, first + len(part)), batch
        return len(table)

    below = Below()
    found = list(without_totals(stream(), "t", below))
    kept = len(rows) + (total and len(rows) < 2)
    assert [int(n) for numbers, _ in found for n in numbers] == list(range(kept))
    assert [i for _, b in found for i in b["id"].to_pylist()] == [row[0] for row in table][:kept]
    assert (len(below.findings), below.rows) == (total and len(rows) >= 2, kept)
