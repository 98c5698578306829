"""The notices of a history, walked into as a table of events: read as the history itself reads them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from unchurn.history.columns import Roles
from unchurn.pipeline.observing import snapshot
from unchurn.pipeline.traps import NOTICES, traps
from unchurn.project import Project


def _local(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")


def _counted(day: dt.date) -> str:
    return str((day - dt.date(1960, 1, 1)).days)


def _project(folder: Path, written: Callable[[dt.date], str], keys: str) -> Project:
    """Write customers who give notice on the first days of a month, and orders until November."""
    with (folder / "periods.csv").open("w", newline="") as stream:
        write = csv.writer(stream)
        write.writerow(("customer", "start", "end", "notice"))
        for n in range(60):
            start, end, notice = dt.date(2023, 1, 13 + n % 15), "", ""
            if n % 3 == 0:
                month = 2 + n // 3 % 10
                notice = written(dt.date(2024, month, 1 + n % 12))
                end = written(dt.date(2024, month, 28))
            write.writerow((f"c{n}", written(start), end, notice))
    with (folder / "orders.csv").open("w", newline="") as stream:
        write = csv.writer(stream)
        write.writerow(("customer", "time"))
        write.writerows(
            (f"c{n}", dt.date(2024, month, 1 + n % 28)) for n in range(60) for month in range(1, 11)
        )
    (folder / "churn.toml").write_text(
        '[churn]\nevent = "subscription-ends"\nsince = "2024-01-01"\ngrace_days = 1\n'
        "min_tenure_days = 0\nevery = 10\nhorizon_days = 20\n[history]\nwindows = [30]\nmin_customers = 2\n"
        f'[history.subscriptions]\ndata = "periods.csv"\nknown = "notice"\n{keys}\n'
        '[history.events.orders]\ndata = "orders.csv"\n'
    )
    return Project.load(folder)


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        (_local, ""),  # of notices alone, day first and month first are both possible
        (_local, 'date_order = "dmy"'),
        (
            _counted,
            'epoch = { start = "days-1960", end = "days-1960", notice = "days-1960" }',
        ),
    ],
)
def test_notices_are_read_and_the_history_ends_as_without_the_trap(
    written: Callable[[dt.date], str], keys: str, tmp_path: Path
) -> None:
    """By the rules of their table, up to the same day: notices of November are no reason to go on."""
    project = _project(tmp_path, written, keys)
    made = snapshot(project)
    assert made.contract["observed_until"] == "2024-10-28"
    (trap,) = traps(project, made)
    assert trap.code == "cancellation-pending"
    fallen, beside = snapshot(trap.project), snapshot(trap.without)
    for each in (fallen, beside):
        assert each.contract["observed_until"] == made.contract["observed_until"]
    read = Roles.from_plain(made.plan["sources"]["subscriptions"]["columns"]).times[2]
    time = Roles.from_plain(fallen.plan["sources"][f"events.{NOTICES}"]["columns"]).times[0]
    assert read and time
    assert (time.date_order, time.epoch) == (read.date_order, read.epoch)
    assert beside.rows["eligible"] == fallen.rows["eligible"] > made.rows["eligible"]
    rows = pq.read_table(fallen.table).to_pylist()
    told = [row for row in rows if row[f"{NOTICES} in the last 30 days"]]
    assert told
    assert sum(row["churned"] for row in told) > 0.8 * len(told)
