"""Held out by time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from unchurn.errors import DataError
from unchurn.modelling.splitting.split import groups
from unchurn.modelling.splitting.time_split import GAP, OTHER_SIDE, UNDATED, TimeSplit, time_split

DAY = 86_400_000_000
START = 19_000 * DAY


def split(days: list[int | None], ids: list[str], share: float, horizon: int) -> TimeSplit:
    """Split rows dated `days` after an arbitrary start."""
    stamps = [None if day is None else START + day * DAY for day in days]
    contents = np.arange(len(ids), dtype=np.uint64)
    keys = groups(pa.array(ids), contents, contents).keys
    cells = pa.chunked_array([pa.array(stamps, pa.timestamp("us"))])
    return time_split(cells, keys, share, horizon)


def test_the_latest_snapshots_are_held_out_behind_a_gap() -> None:
    """Rows within the horizon before the test are left out, the boundary is trained on."""
    days = [day for day in range(100) for _ in range(10)]
    made = split(days, [f"c{i}" for i in range(1000)], 0.2, 30)
    dated = np.array(days)
    assert dated[made.test].min() == 80
    assert dated[made.train].max() == 50
    assert made.test.sum() == 200
    assert made.left_out[GAP].sum() == 29 * 10
    assert (made.start, made.end) == ("2022-03-29", "2022-02-27")


def test_every_row_is_somewhere_exactly_once() -> None:
    """Train, test and the reasons partition the rows, undated ones included."""
    days: list[int | None] = [None, *range(120), None]
    made = split(days, [f"c{i % 60}" for i in range(122)], 0.2, 7)
    total = made.train.astype(int) + made.test + sum(m.astype(int) for m in made.left_out.values())
    assert (total == 1).all()
    assert made.left_out[UNDATED].sum() == 2
    known = ~(made.train | made.test | made.left_out[UNDATED])
    assert (made.aside == known).all()


def test_a_customer_of_the_test_is_not_trained_on() -> None:
    """One returning customer loses its training row."""
    days = [*range(100)]
    ids = [f"c{i}" for i in range(100)]
    ids[99] = "c0"
    made = split(days, ids, 0.2, 10)
    assert not made.train[0]
    assert made.left_out[OTHER_SIDE].sum() == 1


def test_a_panel_is_parted_by_customer_without_regard_to_the_label() -> None:
    """Where everybody is in every month, customers are parted first; nobody is on both sides."""
    days = [month * 30 for month in range(10) for _ in range(300)]
    ids = [f"c{i}" for _ in range(10) for i in range(300)]
    made = split(days, ids, 0.2, 30)
    names = np.array(ids)
    train, test = set(names[made.train]), set(names[made.test])
    assert not train & test
    assert 0.55 < len(train) / 300 < 0.78
    assert len(train) + len(test) == 300


@pytest.mark.parametrize("days", [[5, 5, 5], [0, 10, 20], [None, None, None]])
def test_too_short_a_history_is_an_error_with_the_way_out(days: list[int | None]) -> None:
    """Snapshots within one horizon cannot be split by time."""
    with pytest.raises(DataError, match="horizon of 30 days"):
        split(days, ["a", "b", "c"], 0.2, 30)
