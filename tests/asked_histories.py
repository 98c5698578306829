"""Questions put to the histories of tests, and what they are answered with."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from histories import Settings, Told, observe, snapshots
from unchurn.history.observing import Observed
from unchurn.project import Churn

SUBSCRIPTION = Churn(
    event="subscription-ends", every=17.0, since="2024-01-20", min_tenure_days=0, horizon_days=30
)
QUESTIONS = [
    SUBSCRIPTION,
    replace(SUBSCRIPTION, lead_days=7, grace_days=10, min_tenure_days=20, pending="keep"),
    replace(SUBSCRIPTION, timezone="America/New_York", eligible={"plan": ("X",)}, grace_days=1),
    replace(SUBSCRIPTION, timezone="Pacific/Auckland", eligible={"segment": ("S1", "S2")}),
]
RENEWAL = replace(SUBSCRIPTION, every="renewal", lead_days=20, horizon_days=15, grace_days=10)
INACTIVITY = Churn(
    event="inactivity", every=13.0, since="2024-02-01", min_tenure_days=5, inactive_days=40,
    horizon_days=45,
)  # fmt: skip
Rows = dict[tuple[str, dt.date], dict[str, Any]]


def days_of(churn: Churn, until: dt.date) -> list[dt.date]:
    """List the snapshots of a question that goes in steps of days."""
    first, step = dt.date.fromisoformat(churn.since), int(churn.every)
    days = [first + dt.timedelta(days=step * each) for each in range(60)]
    return [each for each in days if each <= until]


def observed(told: Told, asked: Settings) -> tuple[Observed, Rows]:
    """Observe, and return the rows by customer and day."""
    with TemporaryDirectory() as folder:
        made = observe(told, asked, Path(folder))
        rows = snapshots(made).to_pylist()
    check_accounts(made, len(rows))
    return made, {(row.pop("customer"), row.pop("snapshot_date")): row for row in rows}


def check_accounts(made: Observed, written: int) -> None:
    """Nobody is lost: customers × snapshots, and the rows of every table, are accounted for."""
    rows = made.rows
    assert rows["eligible"] == written
    assert rows["customer_days"] == rows["eligible"] + sum(rows["excluded"].values())
    if "snapshots" in rows:  # with renewals, each customer has days of their own
        assert rows["customer_days"] == rows["customers"] * rows["snapshots"]
        assert len(rows["days"]) == rows["snapshots"]
        for each in rows["days"]:
            assert each["eligible"] + sum(each["excluded"].values()) == rows["customers"]
    for each in rows["sources"].values():
        assert each["read"] == each["kept"] + sum(each["dropped"].values())


def observed_bytes(told: Told, asked: Settings, parts: int = 1) -> tuple[bytes, dict[str, Any]]:
    """Observe, and return the table's bytes and the plan."""
    with TemporaryDirectory() as folder:
        made = observe(told, asked, Path(folder), parts)
        return made.table.read_bytes(), made.plan
