from __future__ import annotations

import pyarrow as pa
import pytest

from unchurn.artefacts import Column, ColumnSummary, Kind, Role
from unchurn.errors import ConfigError
from unchurn.modelling.columns.value_column import check_value, value_findings


def summary(kind: Kind = "number", role: Role = "feature", **figures: int) -> ColumnSummary:
    """Summarise a column of ten rows."""
    return ColumnSummary(Column("worth", kind, role), 10, top=(("Gold", 6), ("Tin", 4)), **figures)


@pytest.mark.parametrize(
    ("found", "holds"),
    [
        (summary("category"), "holds words .such as 'Gold', 'Tin'., not numbers"),
        (summary("date"), "holds dates"),
        (summary("text"), "holds text"),
        (summary("text", "id"), "holds ids"),
        (summary("number", "target"), "the label"),
        (summary(missing=7, unreadable=3), "has no value in any row"),
    ],
)
def test_a_column_that_is_no_value_is_refused(found: ColumnSummary, holds: str) -> None:
    """What it holds is said, and what to name instead."""
    with pytest.raises(ConfigError, match=f"clv names 'worth', .*{holds}") as caught:
        check_value(found.column, found)
    assert "column of numbers" in str(caught.value.hint)


def test_single_values_that_cannot_be_used_are_counted() -> None:
    """Unreadable, blank and negative values, each with its rows."""
    check_value(summary().column, summary(unreadable=1))
    values = pa.table({"worth": [None, None, None, -5.0, 3.0, 4.0, 5.0, 6.0, -7.0, 8.0]})
    found = list(value_findings(values, summary(missing=2, unreadable=1)))
    assert [(each.code, each.count) for each in found] == [
        ("value-unknown", 1),
        ("value-unknown", 2),
        ("value-negative", 2),
    ]
    assert list(value_findings(pa.table({"worth": [1.0] * 10}), summary())) == []
