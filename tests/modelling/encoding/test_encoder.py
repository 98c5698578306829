from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import Column
from unchurn.errors import DataError
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.project import Features

COLUMNS = (Column("plan", "category"), Column("calls", "number"), Column("since", "date"))
ROWS = 40


def table() -> pa.Table:
    days = [dt.datetime(2020, 1, 1), None, dt.datetime(2020, 1, 3, 12), dt.datetime(1969, 12, 31)]
    return pa.table(
        {
            "plan": pa.array(["gold", "basic", None, "gold"] * 9 + ["basic"] * 3 + ["odd"]),
            "calls": pa.array([1.0, None, 3.0, float("inf")] * 10),
            "since": pa.array(days * 10, pa.timestamp("us")),
        }
    )


def fitted(**options: str) -> Encoder:
    return Encoder.fit(table(), COLUMNS, Features(**options))


def test_native_codes_days_and_missing() -> None:
    """Categories become codes from 1, dates days since 1970, missing and infinite cells NaN."""
    encoder = fitted()
    found = encoder.transform(table())
    assert encoder.columns == ("calls", "plan", "since")
    assert encoder.feature_types == ("q", "c", "q")
    assert found.dtype == np.float32
    np.testing.assert_array_equal(
        found[:4],
        np.array(
            [[1, 2, 18262], [np.nan, 1, np.nan], [3, np.nan, 18264.5], [np.nan, 2, -1]],
            np.float32,
        ),
    )


def test_rare_and_unseen_share_code_zero() -> None:
    """A value with too few training rows and one never seen are the same to a model."""
    encoder = fitted()
    rows = pa.table({"plan": ["odd", "never"], "calls": [1.0, 1.0], "since": [None, None]})
    assert encoder.transform(rows)[:, 1].tolist() == [0, 0]


def test_column_order_and_extra_columns_change_nothing() -> None:
    """A batch is read by name: shuffled, with extra columns, as a table or as a batch."""
    encoder = fitted()
    expected = encoder.transform(table())
    mixed = table().select(["since", "calls", "plan"]).append_column("x", pa.array(["?"] * ROWS))
    np.testing.assert_array_equal(encoder.transform(mixed), expected)
    batch = mixed.combine_chunks().to_batches()[0]
    np.testing.assert_array_equal(encoder.transform(batch), expected)


def test_impute_leaves_no_missing_value() -> None:
    """Numbers and dates take the training median, a missing category has a code of its own."""
    encoder = fitted(missing="impute")
    found = encoder.transform(table())
    assert not np.isnan(found).any()
    assert found[1, 0] == 2.0
    assert found[2, 1] == 3
    assert found[1, 2] == pytest.approx(18262)


@pytest.mark.parametrize("missing", ["native", "impute"])
def test_one_hot_has_a_column_for_every_value(missing: str) -> None:
    """One column for each kept value, one for rare or unseen, one for missing when imputed."""
    encoder = fitted(categories="one-hot", missing=missing)
    tail = ["plan = (missing)"] if missing == "impute" else []
    values = ["plan = (rare)", "plan = basic", "plan = gold", *tail]
    assert list(encoder.columns) == ["calls", *values, "since"]
    assert set(encoder.business) == {"calls", "plan", "since"}
    assert set(encoder.feature_types) == {"q"}
    found = encoder.transform(table())[:, 1 : 1 + len(values)]
    assert found[0].tolist() == [0, 0, 1] + [0] * len(tail)
    assert found[-1].tolist() == [1, 0, 0] + [0] * len(tail)
    if missing == "impute":
        assert found[2].tolist() == [0, 0, 0, 1]
    else:
        assert np.isnan(found[2]).all()


@pytest.mark.parametrize("missing", ["native", "impute"])
@pytest.mark.parametrize("categories", ["native", "one-hot"])
def test_plain_data_brings_the_same_encoder_back(missing: str, categories: str) -> None:
    """encoder.json is all there is: what it makes again encodes alike."""
    encoder = fitted(missing=missing, categories=categories)
    again = Encoder.from_plain(json.loads(json.dumps(encoder.to_plain())))
    assert again == encoder
    np.testing.assert_array_equal(again.transform(table()), encoder.transform(table()))


def test_typical_values_are_medians_and_commonest() -> None:
    """A person sees a median number, a median day and the commonest value."""
    assert fitted().typical == {"calls": 2.0, "plan": "gold", "since": "2020-01-01"}


def test_missing_columns_are_all_named() -> None:
    """A table without some of the model's columns is refused, every one of them named."""
    with pytest.raises(DataError, match="lacks 2 of the model's columns: 'calls', 'since'"):
        fitted().transform(pa.table({"plan": ["gold"]}))


def test_a_column_of_another_type_is_refused_by_name() -> None:
    """Text where numbers were is an error that names the column."""
    rows = pa.table({"plan": ["gold"], "calls": ["many"], "since": [None]})
    with pytest.raises(DataError, match="Column 'calls' holds string cells"):
        fitted().transform(rows)


def test_all_missing_and_empty_columns() -> None:
    """A column without a single training value still encodes, and has no typical value."""
    rows = pa.table({"n": pa.nulls(5), "c": pa.nulls(5)})
    columns = (Column("n", "number"), Column("c", "category"))
    for options in (Features(), Features(missing="impute", categories="one-hot")):
        encoder = Encoder.fit(rows, columns, options)
        assert encoder.typical == {}
        assert encoder.transform(rows).shape == (5, len(encoder.columns))
        assert encoder.transform(rows.slice(0, 0)).shape == (0, len(encoder.columns))


def test_most_values_kept_are_the_commonest() -> None:
    """max_categories keeps the commonest values, ties by value, codes in code-point order."""
    cells = ["d"] * 30 + ["b"] * 20 + ["c"] * 20 + ["a"] * 15
    features = Features(max_categories=2)
    encoder = Encoder.fit(pa.table({"x": cells}), (Column("x", "category"),), features)
    assert encoder.parts[0].values == ("b", "d")


def test_numbers_beyond_float32_stay_finite_and_ordered() -> None:
    """1e300 is cut off rather than turned into infinity, which XGBoost refuses."""
    rows = pa.table({"x": [1.0, 1e300, -1e300]})
    found = Encoder.fit(rows, (Column("x", "number"),), Features()).transform(rows)[:, 0]
    assert np.isfinite(found).all()
    assert found[2] < found[0] < found[1]


@settings(max_examples=15)
@given(
    st.lists(st.one_of(st.none(), st.sampled_from("abcde")), min_size=1, max_size=60),
    st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=10),
)
def test_codes_mean_the_same_whatever_the_neighbours(
    seen: list[str | None], later: list[str | None]
) -> None:
    """A cell's code depends on the cell alone, never on the other rows of its batch."""
    train = pa.table({"x": pa.array(seen, pa.string())})
    encoder = Encoder.fit(train, (Column("x", "category"),), Features(min_category_rows=1))
    together = encoder.transform(pa.table({"x": pa.array(later, pa.string())}))[:, 0]
    alone = [
        encoder.transform(pa.table({"x": pa.array([cell], pa.string())}))[0, 0] for cell in later
    ]
    np.testing.assert_array_equal(together, np.array(alone, np.float32))
