"""One number for the contents of a row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from unchurn.modelling.splitting.content_hash import row_hashes


def table() -> pa.Table:
    """Rows 0 and 3 are equal; every other one differs in one cell."""
    return pa.table(
        {
            "n": [1.5, 1.5, None, 1.5, 2.5],
            "s": ["a", "b", "a", "a", None],
            "d": pa.array([1, 1, 1, 1, 1], pa.timestamp("us")),
        }
    )


def test_equal_rows_and_only_they_have_equal_hashes() -> None:
    """Missing cells are values of their own."""
    hashes = row_hashes(table(), ["n", "s", "d"])
    assert hashes[0] == hashes[3]
    assert len(np.unique(hashes)) == 4


def test_order_of_columns_chunks_and_encodings_do_not_matter() -> None:
    """The same cells as dictionaries, in other chunks and column order, hash alike."""
    rows = table()
    expected = row_hashes(rows, ["n", "s", "d"])
    encoded = rows.set_column(1, "s", rows["s"].dictionary_encode())
    chunked = pa.concat_tables([encoded.slice(0, 2), encoded.slice(2)])
    assert (row_hashes(chunked, ["d", "s", "n"]) == expected).all()


def test_hashes_are_the_same_on_every_machine() -> None:
    """A stored value, so that a change of the mixing is noticed."""
    row = pa.table({"a": ["x"], "b": [1.0]})
    assert row_hashes(row, ["a", "b"]).tolist() == [11210048254637351234]


def test_minus_zero_is_zero_and_swapped_cells_differ() -> None:
    """-0.0 equals 0.0; (1, 2) is not (2, 1)."""
    rows = pa.table({"a": [0.0, -0.0, 1.0, 2.0], "b": [5.0, 5.0, 2.0, 1.0]})
    hashes = row_hashes(rows, ["a", "b"])
    assert hashes[0] == hashes[1]
    assert hashes[2] != hashes[3]
