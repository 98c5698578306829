"""Rows of Clean → two sides."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import EARLY, LABEL, LATE, Column, Schema
from unchurn.errors import DataError
from unchurn.modelling.splitting.train_test_split import Parts, part_rows
from unchurn.project import Split

COLUMNS = (Column("who", "text", "id"), Column("x", "number"), Column("w", "category"))
CLEAN = {"read": 0, "dropped": {}}
row = st.tuples(
    st.integers(0, 25), st.integers(0, 40), st.sampled_from(["a", "b", None]), st.booleans()
)


def parted(rows: list[tuple[int, int, str | None, bool]]) -> Parts:
    """Part rows of (who, x, w, churned)."""
    table = pa.table(
        {
            "who": pa.array([f"c{r[0]}" for r in rows]),
            "x": pa.array([float(r[1]) for r in rows]),
            "w": pa.array([r[2] for r in rows], pa.string()),
            LABEL: pa.array([int(r[3]) for r in rows], pa.int8()),
        }
    )
    return part_rows(table, Schema(COLUMNS), Split(0.25, 4), 30)


@settings(max_examples=60)
@given(st.lists(row, min_size=2, max_size=60))
def test_rows_are_parted_whole_and_no_customer_is_torn(
    rows: list[tuple[int, int, str | None, bool]],
) -> None:
    """Every row is on one side, nobody on both, each side has both classes; or it says why not."""
    try:
        made = parted(rows)
    except DataError as error:
        assert "churned" in str(error)
        return
    assert sorted([*made.train.tolist(), *made.test.tolist()]) == list(range(len(rows)))
    assert not {rows[i][0] for i in made.train} & {rows[i][0] for i in made.test}
    for side in (made.train, made.test):
        assert {rows[i][3] for i in side} == {True, False}
    counts = made.counts({"read": len(rows) + 2, "dropped": {"missing label": 2}})
    assert counts["read"] == counts["kept"] + sum(counts["dropped"].values())


@pytest.mark.parametrize("named", [True, False])
def test_a_time_split_takes_nobody_for_somebody_who_looks_alike(named: bool) -> None:
    """Customers with equal contents in different months are all kept, with an id and without."""
    rows = 1_200
    month = np.arange(rows) % 12
    days = np.datetime64("2024-01-01") + month * np.timedelta64(31, "D")
    table = pa.table(
        {
            "who": pa.array([f"c{i}" for i in range(rows)]),
            "on": pa.array(days.astype("datetime64[us]")),
            "x": pa.array((np.arange(rows) // 12).astype(float)),
            LABEL: pa.array((np.arange(rows) // 12 % 3 == 0).astype(np.int8)),
        }
    )
    roles = ("id" if named else "dropped", "snapshot", "feature")
    kinds = (("who", "text"), ("on", "date"), ("x", "number"))
    columns = [Column(name, kind, role) for (name, kind), role in zip(kinds, roles, strict=True)]
    made = part_rows(table, Schema(tuple(columns)), Split(0.2, 4), 30)
    assert set(made.left_out) <= {"within the horizon before the test snapshots"}
    assert len(made.train) + len(made.test) + sum(made.left_out.values()) == rows


@pytest.mark.parametrize("churned", [0, 1, 29, 30])
def test_too_few_of_a_class_is_bad_data_with_the_way_out(churned: int) -> None:
    """Fewer than two customers of a class cannot be on both sides."""
    rows = [(i, i, "a", i < churned) for i in range(30)]
    with pytest.raises(DataError, match="Use a table with more churned"):
        parted([(i, x, w, y) for i, x, w, y in rows])


def test_order_is_by_group_then_contents() -> None:
    """Reversing the rows reverses nothing."""
    draw = np.random.default_rng(0)
    rows = [(i, int(draw.integers(0, 9)), "a", bool(draw.random() < 0.4)) for i in range(80)]
    made, again = parted(rows), parted(rows[::-1])
    assert [rows[i] for i in made.train] == [rows[::-1][i] for i in again.train]
    assert [rows[i] for i in made.test] == [rows[::-1][i] for i in again.test]


def panel(months: int = 12, customers: int = 90, churned: int = 1) -> pa.Table:
    """Customers seen every month, fewer columns than people: the plainest history."""
    who, month = (a.ravel() for a in np.meshgrid(np.arange(customers), np.arange(months)))
    days = np.datetime64("2024-01-01") + month * np.timedelta64(31, "D")
    kept = (who % 3 > 0) | (month >= months // 2)
    table = pa.table(
        {
            "who": [f"c{each}" for each in who],
            "on": pa.array(days.astype("datetime64[us]")),
            "x": (who % 5).astype(float),
            LABEL: pa.array(((who + month) % 4 == 0).astype(np.int8) * churned),
        }
    )
    return table.filter(pa.array(kept))


PANEL = Schema(
    (Column("who", "text", "id"), Column("on", "date", "snapshot"), Column("x", "number"))
)


def test_folds_run_forward_behind_a_gap_of_their_own() -> None:
    """Late rows are held out, early ones lie the gap before them, those between are in neither."""
    table = panel()
    made = part_rows(table, PANEL, Split(0.2, 4, forward=True), 37)
    assert made.phases is not None
    days = table["on"].to_numpy().astype("datetime64[D]")
    late, early = made.phases == LATE, made.phases == EARLY
    assert set(np.flatnonzero(late | early)) < set(made.train.tolist())
    assert days[late].min() - days[early].max() >= np.timedelta64(37, "D")
    assert days[late].max() == days[made.train].max()


def test_nothing_to_run_forward_in_is_said() -> None:
    """Two months to train on leave no earlier one; the message names the key."""
    with pytest.raises(DataError, match="Folds cannot run forward") as refused:
        part_rows(panel(months=4), PANEL, Split(0.2, 4, forward=True), 37)
    assert "[split] forward = false" in refused.value.hint


def test_customers_weigh_alike_when_asked_to() -> None:
    """At 1 each customer's used rows add up to one; at 0, and without dates, none weigh."""
    table = panel()
    made = part_rows(table, PANEL, Split(0.2, 4, customer_weight=1.0), 37)
    assert made.weights is not None
    for rows in (made.train, made.test):
        who = np.unique(made.keys[rows], return_inverse=True)[1]
        np.testing.assert_allclose(np.bincount(who, made.weights[rows]), 1, rtol=1e-6)
    assert part_rows(table, PANEL, Split(0.2, 4, customer_weight=0), 37).weights is None
    undated = table.append_column("y", pa.array(np.arange(table.num_rows).astype(float)))
    schema = Schema((Column("who", "text", "id"), Column("x", "number"), Column("y", "number")))
    assert part_rows(undated, schema, Split(0.2, 4, customer_weight=1.0), 37).weights is None
