"""Rows a model is judged on: whose they are, and where explained values stand."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pyarrow as pa
import pytest

from unchurn.artefacts import GROUP
from unchurn.modelling.judging.importance import Explained, _standing
from unchurn.modelling.judging.judged_rows import JudgedRows, surprises


def rows(groups: list[str]) -> JudgedRows:
    count = len(groups)
    table = pa.table({GROUP: pa.chunked_array([groups[:2], groups[2:]], pa.string())})
    return JudgedRows(table, np.zeros((count, 1), np.float32), np.zeros(count), np.zeros(count))


def test_rows_of_one_customer_share_a_number():
    """Numbers begin at 0 and follow the group, across chunks; no repeat means no groups."""
    assert rows(["a", "b", "b", "a"]).groups.tolist() == [0, 1, 1, 0]
    assert rows(["a", "b", "c"]).groups is None


def test_customers_are_counted_whole_and_by_outcome():
    """One with rows of both outcomes counts for both; without repeats each row is a customer."""
    left = np.array([1.0, 0.0, 1.0, 1.0])
    made = dataclasses.replace(rows(["a", "b", "b", "a"]), labels=left)
    assert made.customers() == {"all": 2, "churned": 2, "stayed": 1}
    made = dataclasses.replace(rows(["a", "b", "c", "d"]), labels=left)
    assert made.customers() == {"all": 4, "churned": 3, "stayed": 1}


def test_surprise_of_a_certain_mistake_is_large_and_finite():
    """A probability of 0 for what happened costs 36 nats, not infinity."""
    found = surprises(np.array([1, 0, 1]), np.array([0.0, 0.5, 1.0]))
    assert found == pytest.approx([36.04, np.log(2), 0.0], abs=0.01)


def test_values_stand_between_the_lowest_and_the_highest():
    """Numbers and dates are midranked into [0, 1]; ties share, missing and text have none."""
    assert _standing(pa.chunked_array([[5.0, None, 1.0, 9.0]])) == [0.5, None, 0.0, 1.0]
    assert _standing(pa.chunked_array([[2.0, 2.0, 2.0]])) == [0.5, 0.5, 0.5]
    days = [datetime.datetime(2024, 1, day) for day in (3, 1)]
    assert _standing(pa.chunked_array([days])) == [1.0, 0.0]
    early = [datetime.datetime(year, 5, 2, microsecond=1) for year in (1402, 1398, 2400)]
    assert _standing(pa.chunked_array([pa.array(early, pa.timestamp("us"))])) == [0.5, 0.0, 1.0]
    assert _standing(pa.chunked_array([["x", "y"]])) == [None, None]


def test_importance_is_sorted_and_shares_add_to_one():
    """The larger mean absolute contribution comes first, ties by name; a still model has none."""
    table = pa.table({"b": [1.0, 2.0], "a": [1.0, 2.0], "c": ["x", "y"]})
    made = np.array([[1.0, -1.0, 0.1], [-1.0, 1.0, 0.1]])
    explained = Explained(table, ("b", "a", "c"), made, np.zeros(2), made.sum(axis=1))
    found = explained.importance()
    assert [each["column"] for each in found] == ["a", "b", "c"]
    assert sum(each["share"] for each in found) == pytest.approx(1)
    assert explained.to_arrow(None).schema.names == ["row", "b", "a", "c", "base", "margin"]
    still = Explained(table, ("b",), np.zeros((2, 1)), np.zeros(2), np.zeros(2))
    assert still.importance()[0]["share"] == 0.0


@pytest.mark.parametrize(
    ("key", "names"),
    [
        (None, ["row_", "base", "row", "margin_", "base_", "margin"]),
        ("margin", ["margin", "base", "row", "margin_", "base_", "margin__"]),
    ],
)
def test_columns_of_ours_are_kept_apart_from_the_tables(key, names):
    """A table's `base`, `margin` or `row` keeps its name, its id's too; ours is another."""
    columns = ("base", "row", "margin_")
    table = pa.table({"margin": ["a", "b"], **{name: [1.0, 2.0] for name in columns}})
    explained = Explained(table, columns, np.zeros((2, 3)), np.zeros(2), np.ones(2))
    made = explained.to_arrow(key)
    assert made.schema.names == names
    assert made.column(0).to_pylist() == (["a", "b"] if key else [1, 2])
    assert made.column(5).to_pylist() == [1.0, 1.0]
