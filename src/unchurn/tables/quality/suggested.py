"""Rules that a training table suggests, each with its reason; a person decides which to keep.

What merely held of every training row is no rule: a greatest number is passed by a later one sooner or
later, and one blank cell is no broken export. So bounds are wide, and shares leave room for chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import floor, log10, sqrt

from unchurn.artefacts import Column, ColumnSummary
from unchurn.errors import counted
from unchurn.project import QualityRule

_MARGIN = 0.03
"""Share of cells by which a column may be less complete than in training before a rule says so."""
_ENOUGH = 300
"""Rows from which on none missing means fewer than 1 in 100, with 95% confidence (3 / rows)."""
_MOST_VALUES, _COMMON = 20, 10
"""Values of a category that are listed, and rows of each that make a new one unlikely."""
_TIMES = 10
_MOST_DAYS = 12
"""Columns of days that are compared, each with each."""
_READ = ("feature", "id", "snapshot")
SURE = 100
"""Cells that a rule has to hold of before it is suggested."""


@dataclass(frozen=True)
class Suggestion:
    """A rule and, in words, why."""

    rule: QualityRule
    reason: str


def suggested(
    summaries: Sequence[ColumnSummary], columns: Sequence[Column], snapshots: bool
) -> list[Suggestion]:
    """Suggest rules for what is read to score: `columns` with their roles, in order.

    Whether they hold of the table, of `SURE` cells or more, is for the caller to find out.
    `snapshots`: whether a customer has several rows, and today's table is of one day.
    """
    of = {each.column.name: each for each in summaries}
    found = [] if snapshots or not summaries else [_rows(summaries[0].rows)]
    read = [each for each in columns if each.role in _READ and each.name in of]
    for column in read:
        found += _of_column(column, of[column.name], snapshots)
    return [*found, *_in_order([each.name for each in read if each.kind == "date"])]


def _in_order(days: Sequence[str]) -> Iterator[Suggestion]:
    """Suggest that one day never comes after another, of all pairs; few of these hold of a table."""
    for first, second in permutations(days[:_MOST_DAYS], 2):
        rule = QualityRule(column=first, at_most=second)
        yield Suggestion(rule, f"In no row does {first!r} come after {second!r}.")


def _rows(rows: int) -> Suggestion:
    ends = max(1, rows // _TIMES), rows * _TIMES
    reason = (
        f"Training had {counted(rows, 'row')}; a tenth or ten times as many is another delivery."
    )
    return Suggestion(QualityRule(rows=ends), reason)


def _of_column(column: Column, summary: ColumnSummary, snapshots: bool) -> Iterator[Suggestion]:
    missing = summary.missing + summary.unreadable + summary.infinite
    present = summary.rows - missing
    if not present:
        return
    yield from _complete(column, present, summary.rows)
    if column.role == "id":
        if not snapshots and summary.distinct == present:
            rule = QualityRule(column=column.name, unique=True, severity="act")
            yield Suggestion(rule, f"No id occurs twice in {counted(summary.rows, 'row')}.")
    elif column.kind == "number":
        yield from _between(column, summary)
    elif column.kind == "category":
        yield from _in(column, summary)


def _complete(column: Column, present: int, rows: int) -> Iterator[Suggestion]:
    share = present / rows
    if column.role == "id" and present == rows:
        rule = QualityRule(column=column.name, complete=1.0, severity="act")
        yield Suggestion(rule, f"Every one of {counted(rows, 'row')} has an id.")
    elif present == rows:
        least = 0.99 if rows >= _ENOUGH else 1 - _MARGIN
        rule = QualityRule(column=column.name, complete=least)
        yield Suggestion(rule, f"No cell of {counted(rows, 'row')} is missing.")
    else:
        # three standard errors of training's share, besides what is too little to matter
        least = floor(100 * (share - _MARGIN - 3 * sqrt(share * (1 - share) / rows))) / 100
        if least >= 0.5:
            rule = QualityRule(column=column.name, complete=least)
            words = f"{present:,} of {counted(rows, 'cell')} are there ({share:.1%}), less 3 points and chance."
            yield Suggestion(rule, words)


def _between(column: Column, summary: ColumnSummary) -> Iterator[Suggestion]:
    try:
        low, high = float(summary.minimum), float(summary.maximum)
    except ValueError:
        return
    if summary.integers and summary.distinct == len(summary.top) == 2:
        rule = QualityRule(column=column.name, in_=(_whole(low), _whole(high)))
        yield Suggestion(rule, f"Training has {low:g} and {high:g} alone.")
        return
    seen = f"Training's are from {low:,.6g} to {high:,.6g}"
    if low >= 0 and high <= 1 and not summary.integers:
        rule = QualityRule(column=column.name, between=(0, 1))
        yield Suggestion(rule, f"{seen}: shares.")
    elif high > 0 and (top := _rounded(high)) < 1e300:
        bottom = 0.0 if low >= 0 else -max(top, _rounded(-low))
        rule = QualityRule(column=column.name, between=(_whole(bottom), _whole(top)))
        none = ", none below 0" if low >= 0 else ""
        yield Suggestion(rule, f"{seen}{none}; ten times as much would be in another unit.")


def _rounded(value: float) -> float:
    """Return about ten times a number above 0, rounded up to one digit."""
    if not 1e-300 < value < 1e300:
        return float("inf")
    digit = 10.0 ** floor(log10(_TIMES * value))
    return float(f"{-floor(-_TIMES * value / digit) * digit:.6g}")


def _whole(value: float) -> float:
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _in(column: Column, summary: ColumnSummary) -> Iterator[Suggestion]:
    values = dict(summary.top)
    if column.truth[:2] and "words" not in column.truth:
        values = dict.fromkeys(column.truth[:2], _COMMON)
    if not values or summary.distinct > min(_MOST_VALUES, len(summary.top)):
        return
    rare = sum(rows for rows in values.values() if rows < _COMMON)
    listed = tuple(sorted(values))
    if not rare:
        rule = QualityRule(column=column.name, in_=listed)
        yield Suggestion(
            rule, f"Training has {counted(len(listed), 'value')}, each in {_COMMON} rows or more."
        )
    else:
        # Good and Turing: where some values are rare, more are to be expected
        rule = QualityRule(column=column.name, in_=listed, share=(0.99, 1.0))
        words = f"Training has {counted(len(listed), 'value')}, some in fewer than {_COMMON} rows, so that a few new ones are to be expected."
        yield Suggestion(rule, words)
