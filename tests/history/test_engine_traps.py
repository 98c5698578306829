"""Where engines disagree, a history has one answer: each known disagreement, with its right value."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from histories import Settings, Told, observe, snapshots, with_anchors
from unchurn.history import Question
from unchurn.history.calendar import day, snapshot_days
from unchurn.project import Churn

TWENTY = "12345678901234567890"
SAID = 'say "hi", ok'
ASKED = Churn(event="subscription-ends", since="2024-03-01", every=31.0, min_tenure_days=0)
ORDERS = (
    # on the 30th day before 1 March 2024, and one day earlier (February had 29 days)
    (TWENTY, "2024-01-31", "", SAID, "19.99"),
    (TWENTY, "2024-01-30", "", SAID, "2.5"),
    (TWENTY, "2024-02-10", "", "web", "20.00"),
    (TWENTY, "2024-02-11", "", "web", "0.1"),
    (TWENTY, "2024-02-12", "", "web", "0.2"),
    (TWENTY, "2024-02-13T23:59:59.999999", "", "web", ""),
    (TWENTY, "2024-03-01", "", "web", "1e6"),
    (TWENTY, "2023-12-10", "", "refund", "-1"),
    (TWENTY, "2023-12-11", "", "refund", " -2 "),
    (TWENTY, "2023-12-12", "", "refund", "1e7"),
    (TWENTY, "2023-12-13", "", "refund", "-1.005"),
)


@pytest.fixture(scope="module", params=["duckdb", pytest.param("spark", marks=pytest.mark.slow)])
def row(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is known of one customer before 1 March 2024."""
    told = with_anchors(Told(((TWENTY, "2024-01-01", "", "", "1.005", "X"),), ORDERS))
    folder = tmp_path_factory.mktemp(f"traps-{request.param}")
    made = observe(told, Settings(ASKED), folder, engine=request.param)
    rows = snapshots(made).to_pylist()
    return next(each for each in rows if each["customer"] == TWENTY)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("customer", TWENTY),  # twenty digits, which engines make a float
        ("orders in the last 30 days", 5.0),  # the day itself is out, the thirtieth before is in
        ("orders in the last 90 days", 10.0),
        (f"orders ({SAID}) in the last 30 days", 1.0),  # RFC 4180 quotes
        ("total amount of orders in the last 30 days", 40.29),  # no order of addition shows
        ("total amount of orders (web) in the last 30 days", 20.3),
        ('average amount of orders (say "hi", ok) in the last 90 days', 11.245),  # nothing is cut
        ("largest amount of orders in the last 30 days", 20.0),
        ("amount of the latest orders", 0.2),  # a blank is no value
        ("days since the latest orders", 17.0),
        ("tenure in days", 60.0),  # January and a leap February, in days
        ("price now", 1.005),  # not rounded to 1.0 or 1.01
        ("average amount of orders in the last 7 days", None),  # nothing divided by nothing
        ("total amount of orders (refund) in the last 90 days", 9999995.995),  # 1e7 and " -2 "
        ("average amount of orders (refund) in the last 90 days", 2499998.99875),  # halves are kept
        ("amount of the latest orders (refund)", -1.005),
        ("share of refund in orders in the last 90 days", 0.4),
    ],
)
def test_there_is_one_answer(row: dict[str, Any], column: str, value: Any) -> None:
    """Casts, quotes, buckets, sums and means, to the bit."""
    assert row[column] == value


def test_months_do_not_drift() -> None:
    """A series from 31 January: the 29th of February, and the 31st of March again."""
    question = Question.of(Churn(event="subscription-ends", since="2024-01-31"))
    days = snapshot_days(question, dt.date(2023, 1, 1), dt.date(2024, 4, 30))
    assert [str(day(each)) for each in days] == [
        "2024-01-31",
        "2024-02-29",
        "2024-03-31",
        "2024-04-30",
    ]
