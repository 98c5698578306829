"""What moves the score, in finished text: every column, what can be changed, protected traits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.report import reading, wording

Row = dict[str, Any]


def importance(found: Mapping[str, Any]) -> list[Row]:
    """Return every column's weight in the score."""
    return [
        {
            "column": reading.text(column.get("column")),
            "share": wording.percent(reading.number(column.get("share"))),
            "mean_abs": wording.decimal(reading.number(column.get("mean_abs")), 4),
        }
        for column in reading.rows(found.get("importance"))
    ]


def changeable(found: Mapping[str, Any]) -> list[Row]:
    """Return the columns that the company can change and the model uses, weightiest first."""
    project = reading.mapping(found.get("project"))
    ours = {reading.text(name) for name in reading.items(project.get("actionable"))}
    return [row for row in importance(found) if row["column"] in ours]


def protected(found: Mapping[str, Any]) -> Row | None:
    """Return protected traits that drive scores and what leaving them out costs, in words.

    None where the evaluation did not look for any; no columns where it found none.
    """
    if not isinstance(found.get("protected"), Mapping):
        return None
    told = reading.mapping(found["protected"])
    apart = reading.mapping(told.get("apart"))
    listed = [
        {
            "column": reading.text(each.get("column")),
            "alone": _alone(apart.get(reading.text(each.get("column")))),
            "trait": reading.text(each.get("trait")),
            "share": wording.percent(reading.number(each.get("share"))),
        }
        for each in reading.rows(told.get("columns"))
    ]
    return {"columns": listed, "cost": reading.text(told.get("words"))}


def _alone(cost: Any) -> str:
    value, low, high = reading.estimate(cost)
    if value is None or low is None or high is None:
        return ""
    return f"log loss {_signed(value)} ({_signed(low)} to {_signed(high)})"


def _signed(value: float) -> str:
    written = wording.decimal(value, 4)
    return written if value < 0 else f"+{written}"
