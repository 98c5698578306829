"""Reasons read as sentences, with numbers a person can take in."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from unchurn.modelling.scoring.reasons import Reason
from unchurn.modelling.scoring.sentences import readable, sentence, sentences


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"), (7.424708162231871, "7.425"), (1397.475, "1,397"), (1234567.0, "1,234,567"),
        (-0.0, "0"), (0.05, "0.05"), (0.1 + 0.2, "0.3"), (29.85, "29.85"), (-1397.6, "-1,398"),
        (2.5e-7, "2.5e-07"), (3e20, "3e+20"), (999.96, "1000"), (float("nan"), "missing"),
        (None, "missing"), ("Two year", "Two year"), ("two\n lines", "two lines"),
        (datetime(2024, 3, 1), "2024-03-01"), (datetime(2024, 3, 1, 9, 30), "2024-03-01 09:30:00"),
        ("x" * 80, "x" * 59 + "…"),
    ],
)  # fmt: skip
def test_values_are_shown_readably(value: object, text: str) -> None:
    """Four significant digits, thousands separators, ISO dates, one line."""
    assert readable(value) == text


@pytest.mark.parametrize(
    ("reason", "value", "typical", "text"),
    [
        (Reason("CustServ Calls", (), 0.8), 5.0, 1.0, "CustServ Calls: 5, typical is 1 — raises the risk"),
        (Reason("Contract", (), 0.8), "Month-to-month", "Two year", "Contract: Month-to-month, most common is Two year — raises the risk"),
        (Reason("Total charges", (), -0.1), None, 1397.47, "Total charges: missing, typical is 1,397 — lowers the risk"),
        (Reason("Day Mins", ("Day Charge",), 1), 265.0, 179.0, "Day Mins (with Day Charge): 265, typical is 179 — raises the risk"),
        (Reason("a", ("b", "c", "d"), 1), 2.0, 1.0, "a (with b and 2 more): 2, typical is 1 — raises the risk"),
        (Reason("Plan", (), 1), "basic", "basic", "Plan: basic, the most common — with this customer's other values it still raises the risk"),
        (Reason("Calls", (), 1), 1.0, 1.0, "Calls: 1, which is usual — with this customer's other values it still raises the risk"),
        (Reason("Day Mins", (), -1), 184.0, 179.0, "Day Mins: 184, close to the usual 179 — with this customer's other values it still lowers the risk"),
        (Reason("Owed", (), 1), -2.0, 0.0, "Owed: -2, typical is 0 — raises the risk"),
        (Reason("Never seen", (), 1), 4.0, None, "Never seen: 4 — raises the risk"),
        (Reason("Plan", (), 1), None, "basic", "Plan: missing, most common is basic — raises the risk"),
    ],
)  # fmt: skip
def test_a_reason_is_value_usual_and_direction(
    reason: Reason, value: object, typical: float | str | None, text: str
) -> None:
    """The sentence says association, never cause."""
    assert sentence(reason, value, typical) == text


def test_a_missing_date_has_a_typical_day() -> None:
    """A date column is told by its type: its usual value is typical, not most common."""
    rows = pa.table({"Since": pa.array([None, datetime(2021, 5, 4)], pa.timestamp("us"))})
    found = sentences(rows, [[Reason("Since", (), 1)]] * 2, {"Since": "2020-02-03"})
    assert found == [
        ["Since: missing, typical is 2020-02-03 — raises the risk"],
        ["Since: 2021-05-04, typical is 2020-02-03 — raises the risk"],
    ]
