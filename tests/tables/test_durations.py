from __future__ import annotations

import pytest

from unchurn.tables.durations import in_parts


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("01:30:00", (5400.0, "s")),
        ("20576:07:00", (74074020.0, "s")),
        ("1:30", (5400.0, "s")),
        ("00:00:01.5", (1.5, "s")),
        ("-00:30:00", (-1800.0, "s")),
        ("1 days 02:03:04", (93784.0, "s")),
        ("5d 3h", (442800.0, "s")),
        ("1h30m", (5400.0, "s")),
        ("2 hours and 5 minutes", (7500.0, "s")),
        ("PT1H30M", (5400.0, "s")),
        ("P3D", (259200.0, "s")),
        ("P1Y2M", (14.0, "month")),
        ("1 year 2 months", (14.0, "month")),
        ("2 Jahre 3 Monate", (27.0, "month")),
        ("2h05", (7500.0, "s")),
        ("5min30", (330.0, "s")),
        ("2h65", None),
        ("5'11\"", (71.0, "in")),
        ("5' 7''", (67.0, "in")),
        ("5'12\"", None),
        ("4/5", (4.0, "word /5")),
        ("7 / 10", (7.0, "word /10")),
        ("3.5/5", (3.5, "word /5")),
        ("7 out of 10", (7.0, "word /10")),
        ("7 of 10", (7.0, "word /10")),
        ("7/5", None),
        ("17/2024", None),
        ("2023/24", None),
        ("P1Y3D", None),
        ("1 month 3 days", None),
        ("16:9", None),
        ("12:75", None),
        ("5d", None),
        ("P", None),
        ("PT", None),
        ("2024-01-05", None),
        ("3 apples 4 pears", None),
        ("", None),
    ],
)
def test_durations_in_parts_are_seconds_or_months(
    cell: str, found: tuple[float, str] | None
) -> None:
    """Clocks, ISO 8601 and words; months and days together have no exact length."""
    assert in_parts(cell) == found
