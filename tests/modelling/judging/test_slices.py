"""Slices: which columns, which parts, and that every row is where its label says."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pytest

from unchurn.artefacts import Column, Schema
from unchurn.errors import ConfigError
from unchurn.modelling.judging.slices import columns, slices

ROWS = 400


def made():
    draw = np.random.default_rng(4)
    months = draw.integers(0, 73, ROWS).astype(float)
    months[:40] = np.nan
    table = pa.table(
        {
            "Tenure Months": pa.array(months, from_pandas=True),
            "plan": draw.choice(["a", "b", "tiny"], ROWS, p=[0.6, 0.38, 0.02]),
            "street": [f"s{i}" for i in range(ROWS)],
            "seen": [datetime.datetime(2024, 1 + i % 3, 1) for i in range(ROWS)],
        }
    )
    schema = Schema(
        (
            Column("Tenure Months", "number"),
            Column("plan", "category"),
            Column("street", "category"),
            Column("seen", "date", "snapshot"),
        )
    )
    p = draw.beta(2, 4, ROWS)
    return schema, table, (draw.random(ROWS) < p).astype(np.int8), p


def test_columns_are_found_when_none_is_named():
    """The cohort, a number that looks like tenure and a category of few values; not a street."""
    schema, table, _, _ = made()
    assert columns(schema, table, (), ["street", "plan"]) == ["seen", "Tenure Months", "plan"]


def test_named_columns_are_taken_as_they_are():
    """The config's columns win, in its order; one that is not there is refused by name."""
    schema, table, _, _ = made()
    assert columns(schema, table, ("plan", "street"), []) == ["plan", "street"]
    with pytest.raises(ConfigError, match="'region'"):
        columns(schema, table, ("plan", "region"), [])


def test_rows_of_a_column_are_each_in_one_slice():
    """Quantile bins, months and values part the rows; missing ones are a slice of their own."""
    _, table, labels, p = made()
    found = slices(table, ["Tenure Months", "seen"], labels, p)
    for name in ("Tenure Months", "seen"):
        assert sum(each["rows"] for each in found if each["column"] == name) == ROWS
    tenure = [each for each in found if each["column"] == "Tenure Months"]
    assert tenure[-1]["value"] == "(missing)"
    assert tenure[-1]["rows"] == 40
    assert tenure[-1]["observed"] == pytest.approx(labels[:40].mean())
    assert {each["value"] for each in found if each["column"] == "seen"} == {
        "2024-01",
        "2024-02",
        "2024-03",
    }


def test_a_slice_says_what_was_predicted_and_what_came():
    """Rates, their interval, ROC-AUC and lift of the slice's own rows; tiny ones are left out."""
    _, table, labels, p = made()
    found = {each["value"]: each for each in slices(table, ["plan"], labels, p)}
    rows = np.array(table["plan"].to_pylist()) == "a"
    assert set(found) == {"a", "b"}
    assert found["a"]["rows"] == rows.sum()
    assert found["a"]["predicted"] == pytest.approx(p[rows].mean())
    assert found["a"]["low"] < found["a"]["observed"] < found["a"]["high"]
    assert 0 < found["a"]["roc_auc"] < 1


def test_few_churners_leave_roc_auc_out():
    """With fewer than 10 of a class the slice keeps its rates and drops its ranking."""
    _, table, labels, p = made()
    labels = np.where(np.arange(ROWS) < 5, 1, 0).astype(np.int8)
    found = slices(table, ["plan"], labels, p)
    assert all(each["roc_auc"] is None and each["lift"] is None for each in found)


def test_numbers_of_few_values_and_constants_stand_for_themselves():
    """A count from 0 to 3 is sliced by value; one value makes one slice; dictionaries work."""
    labels, p = np.tile([0, 1], 100).astype(np.int8), np.full(200, 0.5)
    table = pa.table(
        {
            "count": [float(i % 4) for i in range(200)],
            "same": [1.0] * 200,
            "none": pa.nulls(200, pa.float64()),
            "text": pa.array(["x", None] * 100).dictionary_encode(),
        }
    )
    found = slices(table, ["count", "same", "none", "text"], labels, p)
    shown = [(each["column"], each["value"]) for each in found]
    assert shown[:5] == [("count", str(i)) for i in range(4)] + [("same", "1")]
    assert ("none", "(missing)") in shown
    assert {value for name, value in shown if name == "text"} == {"x", "(missing)"}
