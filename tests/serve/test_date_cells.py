"""A date in a request is the date that it is in a table: text and numbers, quick and long way."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import Column, Schema
from unchurn.serve.json_payloads import read_json
from unchurn.serve.payloads import Sent
from unchurn.serve.refusals import Faults, RowError
from unchurn.serve.single_customer_cells import Unusual, day
from unchurn.serve.typing_rows import Typing
from unchurn.tables.cells import missing_spellings
from unchurn.tables.typing import type_batch

MS = Column("signup", "date", epoch="ms")
PLAIN = Column("signup", "date")


def sent(column: Column, cell: Any) -> Any:
    """Type one customer sent as JSON."""
    body = json.dumps([{"signup": cell}]).encode()
    typed = Typing(Schema((column,)), 0.0, ()).typed(read_json(body, Faults()), Faults())
    return typed["signup"][0].as_py()


def tabled(column: Column, cells: pa.Array) -> list[Any]:
    """Type cells as a table's."""
    typed: list[Any] = type_batch(pa.record_batch({"signup": cells}), [column])[
        "signup"
    ].to_pylist()
    return typed


@pytest.mark.parametrize(
    ("column", "cell", "moment"),
    [
        (MS, 1614580200000, "2021-03-01 06:30:00"),
        (MS, 1614580200000.0, "2021-03-01 06:30:00"),
        (MS, "1614580200000", "2021-03-01 06:30:00"),
        (MS, "2021-03-01", "2021-03-01 00:00:00"),
        (MS, 0, "None"),
        (MS, "never", "None"),
        (PLAIN, "20210301", "2021-03-01 00:00:00"),
        (PLAIN, "1 March 2021", "2021-03-01 00:00:00"),
        (PLAIN, "TBD", "None"),
        (PLAIN, "9999-12-31", "None"),
        (Column("signup", "date", epoch="excel"), 44256.5, "2021-03-01 12:00:00"),
    ],
)
def test_a_date_is_read_as_in_a_table(column: Column, cell: Any, moment: str) -> None:
    """Numbers are what the schema's epoch says, in JSON, in text and stored as such."""
    assert str(sent(column, cell)) == moment
    assert str(tabled(column, pa.array([str(cell)]))[0]) == moment
    if not isinstance(cell, str):
        assert str(tabled(column, pa.array([cell]))[0]) == moment


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (PLAIN, 5),
        (PLAIN, 0),
        (PLAIN, 20210301),
        (PLAIN, 1614580200000),
        (PLAIN, "soon"),
        (MS, 1e300),
        (MS, "soon"),
    ],
)
def test_what_is_no_date_is_refused_by_name(column: Column, cell: Any) -> None:
    """The row, the field and the value are in the refusal."""
    with pytest.raises(RowError) as refused:
        sent(column, cell)
    assert refused.value.fault.field == "signup"
    assert str(cell) in refused.value.message


def test_only_the_unreadable_row_of_many_is_blamed() -> None:
    """Words for no date and days that mean none are no fault beside one."""
    cells: list[Any] = ["TBD", "9999-12-31", "0000-00-00", None, "soon", "2021-03-01"]
    faults = Faults(lenient=True)
    Typing(Schema((PLAIN,)), 0.0, ()).typed(
        Sent(("signup",), {"signup": cells}, range(1, 7)), faults
    )
    assert list(faults.found) == [5]


@settings(max_examples=150)
@given(
    st.sampled_from(
        [PLAIN, MS, Column("signup", "date", date_order="ydm", sentinels=("2021-03-01",))]
    ),
    st.one_of(
        st.dates(dt.date(1, 1, 1)).map(str),
        st.sampled_from(
            ["", "TBD", "9999-12-31", "1900-01-01", "2021-03-01", "1614580200000", "20210301"]
        ),
        st.integers(-(10**14), 10**14),
        st.none(),
    ),
)
def test_the_quick_way_says_the_same_or_nothing(column: Column, cell: Any) -> None:
    """One customer in a short body has the very days of the long way, or goes it."""
    try:
        quick = day(column, missing_spellings())(cell)
    except Unusual:
        return
    (long,) = tabled(column, pa.array([cell], pa.string() if cell is None else None))
    days = np.nan if long is None else float((long - dt.datetime(1970, 1, 1)).days)
    assert np.array_equal([quick], [days], equal_nan=True)
