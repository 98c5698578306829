from __future__ import annotations

import json
import struct

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.artefacts import Column
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.encoding.pairs import DIFFERENCE, RATIO, Pair, shared_out
from unchurn.project import Features

PAIRS = (Pair(RATIO, "calls", "minutes"), Pair(DIFFERENCE, "calls", "minutes", (2.0, 50.0)))
CELL = st.one_of(
    st.floats(width=32, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1e37, -1e37, 1e-45, float("nan")]),
).filter(lambda cell: not abs(cell) > 1e37)
SCALE = st.sampled_from([1.0, 0.1, 1e-30, 1e30, 3.217])


@given(first=CELL, second=CELL, scales=st.tuples(SCALE, SCALE))
def test_one_cell_and_a_column_of_them_are_the_same_bits(
    first: float, second: float, scales: tuple[float, float]
) -> None:
    """A customer alone, in Python's arithmetic, and among many, in numpy's."""
    first, second = (float(np.float32(cell)) for cell in (first, second))  # as a matrix holds them
    for kind in (RATIO, DIFFERENCE):
        pair = Pair(kind, "a", "b", scales if kind == DIFFERENCE else (1.0, 1.0))
        column = pair.of_columns(np.array([first], np.float32), np.array([second], np.float32))
        (cell,) = struct.unpack("f", struct.pack("f", pair.of_cells(first, second)))
        np.testing.assert_array_equal(column, np.array([cell], np.float32))
        assert np.isnan(cell) or abs(cell) <= 1.1e37


@pytest.mark.parametrize(
    ("kind", "first", "second", "made"),
    [
        (RATIO, 3.0, 4.0, 0.75),
        (RATIO, 3.0, 0.0, None),
        (RATIO, 0.0, 0.0, None),
        (DIFFERENCE, 3.0, 4.0, 3.0 / 2 - 4.0 / 50),
        (RATIO, float("nan"), 4.0, None),
        (DIFFERENCE, 3.0, float("nan"), None),
    ],
)
def test_what_cannot_be_made_is_missing(
    kind: str, first: float, second: float, made: float | None
) -> None:
    """By nothing, or of a blank: no number."""
    pair = next(each for each in PAIRS if each.kind == kind)
    found = pair.of_columns(np.array([first], np.float32), np.array([second], np.float32))[0]
    assert np.isnan(found) if made is None else found == np.float32(made)


def encoder(pairs: tuple[Pair, ...] = PAIRS) -> tuple[Encoder, pa.Table]:
    table = pa.table(
        {"minutes": [10.0, 0.0, None, 30.0], "plan": list("abab"), "calls": [1.0, 2.0, 3.0, 4.0]}
    )
    columns = (Column("minutes", "number"), Column("plan", "category"), Column("calls", "number"))
    plain = Encoder.fit(table, columns, Features(min_category_rows=1)).to_plain()
    return Encoder.from_plain({**plain, "pairs": [each.to_plain() for each in pairs]}), table


def test_derived_columns_stand_behind_the_tables_own() -> None:
    """The first columns are what they were; the matrix is wider by the pairs."""
    made, table = encoder()
    plain, _ = encoder(())
    found = made.transform(table)
    assert made.width == found.shape[1] == 5
    assert made.matrix_types == ("q", "q", "c", "q", "q")
    np.testing.assert_array_equal(found[:, :3], plain.transform(table))
    places = [made.columns.index(name) for name in ("calls", "minutes")]
    calls, minutes = (found[:, place] for place in places)
    np.testing.assert_array_equal(found[:, 3], PAIRS[0].of_columns(calls, minutes))


def test_encoder_json_brings_them_back_and_says_nothing_where_there_are_none() -> None:
    made, table = encoder()
    again = Encoder.from_plain(json.loads(json.dumps(made.to_plain())))
    assert again == made
    np.testing.assert_array_equal(again.transform(table), made.transform(table))
    assert "pairs" not in encoder(())[0].to_plain()


def test_contributions_of_a_derived_column_go_to_its_two_and_sums_stay() -> None:
    """Half each; the base is left alone."""
    every = np.array([[1.0, 2.0, 4.0, 8.0, 0.5]])
    found = shared_out(every, [Pair(RATIO, "b", "a"), Pair(DIFFERENCE, "a", "b")], ("a", "b"))
    assert found.tolist() == [[7.0, 8.0, 0.5]]
