"""No peeking: what happens, or becomes known, from a day on changes nothing that is said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import strategies as st

from asked_histories import (
    INACTIVITY,
    QUESTIONS,
    SUBSCRIPTION,
    days_of,
    observed,
    observed_bytes,
)
from histories import (
    Settings,
    Told,
    as_it_happened,
    as_it_was,
    as_of,
    pairs,
    shifted,
    told_histories,
    with_anchors,
    with_future,
)
from many_histories import prove, side_by_side
from unchurn.project import Churn

EVERY = [*QUESTIONS, INACTIVITY]
Ends = list[int | None]


@pytest.mark.parametrize(("end", "sooner"), [("2024-03-04", 1), ("2024-02-20", 1), ("", 0)])
def test_a_period_that_never_ran_runs_until_that_is_known(end: str, sooner: int) -> None:
    """An end on its first day or before, told of later: who seemed a customer is not passed over.

    Nor does it tell which of two periods that begin together is the later.
    """
    day, start, notice = dt.date(2024, 3, 11), "2024-03-04", "2024-03-11"
    periods = (
        ("ada", start, end or "2024-03-20", notice, "5", "X"),
        ("ada", start, "2024-03-25", notice, "4", "Y"),
    )
    told = with_anchors(Told(periods[: 1 + (not end)], ()))
    made, _ = observed(told, Settings(SUBSCRIPTION))
    today = as_of(Settings(SUBSCRIPTION), day.isoformat(), made.plan)
    rows = observed(told, today)[1]
    assert ("ada", day) in rows
    assert rows == observed(as_it_was(told, day, Settings(SUBSCRIPTION)), today)[1]
    dropped = observed(told, replace(today, fixed_terms=True, plan=None))[0]
    assert sum(dropped.rows["sources"]["subscriptions"]["dropped"].values()) == sooner


def test_periods_that_turn_out_to_end_apart_are_one_until_then() -> None:
    """Two that began alike: which of them ends later changes neither their number nor what the price was before."""
    asked, day = Settings(SUBSCRIPTION), dt.date(2024, 6, 4)
    begun = ("ada", "2024-03-01", "", "", "5", "X")
    told = with_anchors(Told((("ada", "2024-01-01", "", "", "7.5", "X"), begun), ()))
    ended = replace(
        told, subscriptions=(*told.subscriptions, (*begun[:2], "2024-08-01", *begun[3:]))
    )
    made, rows = observed(told, asked)
    cells = rows["ada", day]
    assert (cells["periods so far"], cells["price change since the last period"]) == (2, -2.5)
    assert observed(ended, as_of(asked, day.isoformat(), made.plan))[1]["ada", day] == {
        name: cell for name, cell in cells.items() if name != "churned"
    }


@pytest.mark.slow
def test_nothing_from_after_the_day_is_seen() -> None:
    """Without all that happened or became known on the day or later, today's table is the same."""

    def judge(many: Sequence[Told], asked: Churn, choose: Random) -> None:
        told = with_anchors(side_by_side(many))
        settings = Settings(asked, fixed_terms=choose.random() < 0.5)
        day = days_of(asked, dt.date(2024, 12, 1))[choose.randint(2, 17)]
        _, plan = observed_bytes(told, settings)
        today = as_of(settings, day.isoformat(), plan)
        then = as_it_was(told, day, settings)
        assert observed_bytes(then, today)[0] == observed_bytes(told, today)[0]

    prove(judge, told_histories(), EVERY)


@pytest.mark.slow
def test_todays_table_is_what_training_saw() -> None:
    """The features of a labelled customer-day are those of the list made on that day."""

    def judge(many: Sequence[Told], churn: Churn, choose: Random) -> None:
        told, asked = with_anchors(side_by_side(many)), Settings(churn)
        made, rows = observed(told, asked)
        day = choose.choice(sorted({day for _, day in rows}))
        _, today = observed(told, as_of(asked, day.isoformat(), made.plan))
        for (customer, when), cells in rows.items():
            if when == day:
                cells.pop("churned")
                assert today[customer, day] == cells

    prove(judge, told_histories(), EVERY)


@pytest.mark.slow
def test_another_future_changes_no_feature() -> None:
    """Whatever happens or becomes known from the day on instead, today's table is the same."""

    def judge(many: Sequence[tuple[Told, Told, Ends]], asked: Churn, choose: Random) -> None:
        told = with_anchors(side_by_side([each for each, _, _ in many]))
        more = side_by_side([each for _, each, _ in many])
        settings = Settings(asked)
        day = days_of(asked, dt.date(2024, 12, 1))[choose.randint(2, 16)]
        _, plan = observed_bytes(told, settings)
        today = as_of(settings, day.isoformat(), plan)
        then = as_it_was(told, day, settings)
        other = with_future(then, more, day, [end for *_, ends in many for end in ends], settings)
        assert observed_bytes(other, today)[0] == observed_bytes(then, today)[0]

    ends = st.lists(st.one_of(st.none(), st.sampled_from(range(201))), min_size=1, max_size=5)
    prove(judge, st.tuples(told_histories(), told_histories(), ends), EVERY)


@pytest.mark.slow
def test_labels_end_with_their_window() -> None:
    """What happens after a window and its grace are over changes no label of it."""
    end = dt.date(2024, 7, 1)

    def judge(many: Sequence[tuple[Told, Told]], asked: Churn, choose: Random) -> None:
        told = with_anchors(side_by_side([each for each, _ in many]))
        more = side_by_side([each for _, each in many])
        fixed = choose.random() < 0.5
        now = Settings(asked, observed_until=end.isoformat(), fixed_terms=fixed)
        later = Told(*(mine + shifted(theirs, 360) for mine, theirs in pairs(told, more)))
        _, first = observed(as_it_happened(told, end, now), now)
        _, second = observed(later, replace(now, observed_until="2025-11-01"))
        assert first
        for key, cells in first.items():
            assert second[key]["churned"] == cells["churned"]

    prove(judge, st.tuples(told_histories(), told_histories()), EVERY)


@pytest.mark.slow
def test_the_order_of_rows_and_files_changes_no_byte() -> None:
    """Rows in any order, in any number of files, with repeats, make the same table and plan."""

    def judge(many: Sequence[Told], churn: Churn, choose: Random) -> None:
        told, asked = with_anchors(side_by_side(many)), Settings(churn)
        again = Told(*(tuple(choose.sample(rows, len(rows))) for rows in vars(told).values()))
        assert observed_bytes(told, asked) == observed_bytes(again, asked, choose.randint(1, 3))

    prove(judge, told_histories(), EVERY)
