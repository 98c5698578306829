"""A history observed says of everybody on every day what plain Python says, customer by customer."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
from hypothesis import strategies as st

from asked_histories import INACTIVITY, QUESTIONS, RENEWAL, days_of, observed
from histories import Settings, Told, told_histories, with_anchors
from many_histories import prove, side_by_side
from observed_by_hand import Names, by_hand
from unchurn.demo import write_history
from unchurn.pipeline.observing import snapshot
from unchurn.project import Churn, Project

PERIODS = (
    *(("leaves 0", f"2024-0{month}-01", f"2024-0{month + 1}-01", "", "5", "X") for month in (1, 2)),
    ("leaves 200", "2024-01-01", "2024-12-01", "2024-08-01", "5", "X"),
    ("leaves 225", "2024-01-01", "2024-03-31", "", "5", "X"),
    ("leaves 225", "2024-04-01", "2024-09-31", "", "6", "X"),
    ("stays", "2024-01-01", "", "", "5", "X"),
    ("nobody", "2024-01-01", "", "", "5", "X"),
)


def _agree(told: Told, asked: Settings) -> None:
    made, rows = observed(told, asked)
    until = dt.date.fromisoformat(asked.observed_until)
    renewing = asked.churn.every == "renewal"
    days = [dt.date.fromisoformat(asked.churn.since), until]
    hand = by_hand(told, asked, days if renewing else days_of(asked.churn, until))
    assert made.rows["excluded"] == dict(hand.excluded)
    assert rows.keys() == hand.rows.keys()
    for key, cells in rows.items():
        wanted = hand.rows[key]
        for name, value in cells.items():
            assert _same(value, wanted[name]), (key, name, value, wanted[name])
        assert cells.keys() <= wanted.keys()


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, float) and wanted is not None:
        return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)
    return bool(found == wanted)


def test_subscriptions_are_observed_as_by_hand() -> None:
    """Every label, feature and reason for leaving somebody out is that of the reference."""

    def judge(many: Sequence[Told], churn: Churn, choose: Random) -> None:
        told = with_anchors(side_by_side(many))
        _agree(told, Settings(churn, fixed_terms=choose.random() < 0.5))

    prove(judge, told_histories(), QUESTIONS)


def test_periods_whose_end_cannot_be_read_are_observed_as_by_hand() -> None:
    """Nobody of them is taken for gone, or for staying, from their start on; before, as ever."""

    def spoil(told: Told, spoiled: list[str]) -> Told:
        rows = []
        for row, cell in zip(told.subscriptions, spoiled, strict=False):
            customer, start, end, notice, *rest = row
            end = "2024-09-31" if cell == "end" else end
            notice = "soon" if cell == "notice" else notice
            rows.append((customer, start, end, notice, *rest))
        return replace(told, subscriptions=tuple(rows))

    def judge(many: Sequence[Told], churn: Churn, choose: Random) -> None:
        told = with_anchors(side_by_side(many))
        _agree(told, Settings(churn, fixed_terms=choose.random() < 0.5))

    cells = st.lists(st.sampled_from(["", "end", "notice"]), min_size=9, max_size=9)
    prove(judge, st.builds(spoil, told_histories(), cells), QUESTIONS)


def test_renewals_are_observed_as_by_hand() -> None:
    """Each term that is longer than the lead, on a day of its own."""
    renews = (("renews", "2024-01-01", "2024-06-01"), ("renews", "2024-06-01", "2024-12-01"))

    def judge(many: Sequence[Told], churn: Churn, choose: Random) -> None:
        told = with_anchors(side_by_side(many))
        periods = (*told.subscriptions, *((*term, "", "5", "X") for term in renews))
        _agree(replace(told, subscriptions=periods), Settings(churn, fixed_terms=True))

    prove(judge, told_histories(), [RENEWAL])


def test_inactivity_is_observed_as_by_hand() -> None:
    """Every label, feature and reason for leaving somebody out is that of the reference."""

    def judge(many: Sequence[Told], churn: Churn, choose: Random) -> None:
        _agree(with_anchors(side_by_side(many), subscribed=False), Settings(churn))

    prove(judge, told_histories(subscribed=False), [INACTIVITY])


def test_inactivity_beside_subscriptions_is_observed_as_by_hand() -> None:
    """Price, end and plan are those of the period that runs; who may be looked at may hang on them."""

    def judge(many: Sequence[tuple[Told, Told]], churn: Churn, choose: Random) -> None:
        told = with_anchors(side_by_side([each for each, _ in many]), subscribed=False)
        subscribed = side_by_side([each for _, each in many]).subscriptions
        settings = Settings(churn, fixed_terms=choose.random() < 0.5)
        _agree(replace(told, subscriptions=(*subscribed, *PERIODS)), settings)

    both = st.tuples(told_histories(subscribed=False), told_histories())
    prove(judge, both, [INACTIVITY, replace(INACTIVITY, eligible={"plan": ("X",)})])


DEMO_EVENTS = {
    "logins": Names("logins", attributes=("country", "health")),
    "orders": Names("orders", attributes=("country", "health")),
    "tickets": Names("tickets", attributes=("country", "health")),
}


def _demo_told(folder: Path, events: str) -> Told:
    """Read the demo's tables, one of its tables of events as the orders of the reference."""

    def cells(name: str, *columns: str) -> tuple[tuple[str, ...], ...]:
        with (folder / f"{name}.csv").open(newline="") as stream:
            return tuple(
                tuple(row[each] if each else "" for each in columns)
                for row in csv.DictReader(stream)
            )

    columns = {
        "logins": ("customer", "at", "arrived", "device", ""),
        "orders": ("customer", "at", "", "kind", "amount"),
        "tickets": ("customer", "opened", "", "topic", ""),
    }
    return Told(
        cells("subscriptions", "customer", "started", "ended", "notice_given", "price", "plan"),
        cells(events, *columns[events]),
        cells("accounts", "customer", "since", "arrived", "country", "health"),
    )


def test_the_demo_is_observed_as_by_hand(tmp_path: Path) -> None:
    """Every label, feature and reason of the demo's history is that of the reference."""
    write_history(tmp_path, customers=150)
    project = Project.load(tmp_path)
    made = snapshot(project, fresh=True)
    found = {
        (row.pop("customer"), row.pop("snapshot_date")): row
        for row in pq.read_table(made.table).to_pylist()
    }
    days = [dt.date.fromisoformat(each["day"]) for each in made.contract["snapshots"]]
    asked = Settings(project.churn, (7, 30, 90), made.contract["observed_until"])
    hands = [
        by_hand(_demo_told(tmp_path, events), asked, days, names)
        for events, names in DEMO_EVENTS.items()
    ]
    for hand in hands:
        assert dict(hand.excluded) == made.rows["excluded"]
        assert hand.rows.keys() == found.keys()
    assert len(found) > 500
    for key, cells in found.items():
        wanted = {name: value for hand in hands for name, value in hand.rows[key].items()}
        for name, value in cells.items():
            assert _same(value, wanted[name]), (key, name, value, wanted[name])
