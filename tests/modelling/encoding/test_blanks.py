"""A blank where training had none is the typical value, whatever the column's kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import Column
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.scoring.reasons import Reason
from unchurn.modelling.scoring.sentences import sentence
from unchurn.project import Features

COLUMNS = (
    Column("calls", "number"),
    Column("plan", "category"),
    Column("since", "date"),
    Column("auto", "category", truth=("No", "Yes")),
)
DRAW = {
    "calls": st.integers(0, 50).map(float),
    "plan": st.sampled_from(["gold", "basic", "odd"]),
    "since": st.integers(0, 900).map(lambda n: dt.datetime(2020, 1, 1) + dt.timedelta(n)),
    "auto": st.sampled_from(["Yes", "No"]),
}
TYPES = {"since": pa.timestamp("us"), "calls": pa.float64()}


def table(cells: dict[str, list[Any]]) -> pa.Table:
    return pa.table({n: pa.array(c, TYPES.get(n, pa.string())) for n, c in cells.items()})


@pytest.mark.parametrize("missing", ["native", "impute"])
@pytest.mark.parametrize("categories", ["native", "one-hot"])
@settings(max_examples=15)
@given(data=st.data())
def test_a_blank_is_encoded_as_the_typical_value(
    data: st.DataObject, missing: str, categories: str
) -> None:
    """Number, date, category, yes or no: the same bits as the value that a person sees as usual."""
    rows = data.draw(st.integers(3, 40))
    cells = {n: data.draw(st.lists(d, min_size=rows, max_size=rows)) for n, d in DRAW.items()}
    encoder = Encoder.fit(table(cells), COLUMNS, Features(missing=missing, categories=categories))
    typical: dict[str, Any] = dict(encoder.typical)
    typical["since"] = dt.datetime.fromisoformat(typical["since"])
    usual = {name: [typical[name]] for name in DRAW}
    blank = encoder.transform(table({name: [None] for name in DRAW}))
    assert not np.isnan(blank).any()
    np.testing.assert_array_equal(blank, encoder.transform(table(usual)))


def test_where_training_had_blanks_a_blank_stays_one() -> None:
    """Enough blanks to learn from are a value of their own."""
    made = pa.table({"calls": [1.0, None] * 20})
    encoder = Encoder.fit(made, COLUMNS[:1], Features())
    assert encoder.filled == frozenset()
    assert np.isnan(encoder.transform(made)[1, 0])
    assert encoder.stood_in(made) is None


def test_such_a_blank_raises_nothing() -> None:
    """The sentence says what it was read as, without a direction."""
    words = sentence(Reason("tenure", (), 0.7), None, 31.0, filled=True)
    assert words == "tenure: blank, read as the usual 31"
