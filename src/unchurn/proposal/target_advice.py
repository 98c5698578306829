"""What to type where no name says who churned: the columns that may, each with its flags."""

from __future__ import annotations

from collections.abc import Sequence

from unchurn.artefacts import ColumnSummary
from unchurn.errors import listing
from unchurn.modelling.columns.label_errors import MOST
from unchurn.modelling.columns.label_words import speaks_of_churn
from unchurn.modelling.columns.spellings import normalise, standing
from unchurn.proposal.target_names import is_of_an_end

_SHOWN = 6


def advice(summaries: Sequence[ColumnSummary]) -> str:
    """Offer columns of two values, of more, those that may hold a day of leaving, and of objects."""
    days = [each for each in summaries if _may_be_a_day(each)]
    others = [each for each in summaries if each not in days]
    return (
        f"Add --target COLUMN. {_candidates([s for s in summaries if s.distinct == 2])}"
        f"{_of_more_values(others)}{_of_a_day(days)}{_of_objects(summaries)}"
    )


def _candidates(found: Sequence[ColumnSummary]) -> str:
    if not found:
        return "No column holds exactly two values."
    shown = [
        f"{s.column.name!r} ({' / '.join(value for value, _ in s.top[:2])})" for s in found[:12]
    ]
    more = f" and {len(found) - 12} more" if len(found) > 12 else ""
    return f"Columns with two values: {', '.join(shown)}{more}."


def _of_more_values(summaries: Sequence[ColumnSummary]) -> str:
    """Offer columns of a few values that speak of churn, with what to type for the surest of them."""
    few = [s for s in summaries if 2 < s.distinct <= MOST]
    found = [s for s in few if speaks_of_churn(s.column.name) or _left_values(s)]
    if not found:
        return ""
    shown = ", ".join(
        f"{s.column.name!r} ({' / '.join(sorted(value for value, _ in s.top[:8]))})"
        for s in found[:_SHOWN]
    )
    first = next((s for s in found if _left_values(s)), found[0])
    left = _left_values(first)
    value = f'"{min(left)}"' if left else "VALUE"
    return (
        f" Columns of more values that speak of churn: {shown}. One of these needs to be told which "
        f'values mean churned: --target "{first.column.name}" --positive {value} --negative "*".'
    )


def _left_values(summary: ColumnSummary) -> list[str]:
    """Return the values that are words for having left; a yes alone says nothing."""
    spelled = [value for value, _ in summary.top]
    return [v for v in spelled if normalise(v) != "1" and standing(normalise(v)) == "left"]


def _may_be_a_day(summary: ColumnSummary) -> bool:
    """Tell a column that may hold the day of leaving, or its reason, and blanks for the others."""
    if not 0 < summary.missing < summary.rows or summary.distinct <= 2:
        return False
    name = summary.column.name
    return (is_of_an_end(name) or speaks_of_churn(name)) and not _left_values(summary)


def _of_a_day(found: Sequence[ColumnSummary]) -> str:
    if not found:
        return ""
    shown = ", ".join(f"{s.column.name!r} (blank in {s.missing:,})" for s in found[:_SHOWN])
    return (
        f" Columns that perhaps only leavers have a value in: {shown}. If a value means churned and "
        f'a blank stayed: --target "{found[0].column.name}" --positive "*".'
    )


def _of_objects(summaries: Sequence[ColumnSummary]) -> str:
    """Say which columns hold objects, within which the target may be."""
    found = [
        summary.column.name
        for summary in summaries
        if summary.examples
        and all(cell[:1] == "{" and cell[-1:] == "}" for cell in summary.examples)
    ]
    if not found:
        return ""
    return (
        f" Objects are in {listing(found, 4)}: write each of their values as a column of its own "
        "(pandas: json_normalize)."
    )
