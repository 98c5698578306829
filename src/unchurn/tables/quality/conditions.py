"""One rule as a function of a typed batch: which cells hold, which do not, which are not judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column
from unchurn.project import QualityRule
from unchurn.project.keys import written

Condition = Callable[[pa.RecordBatch], pa.Array]
"""Returns a boolean for every row: null where there is no cell to judge."""
_COMPARED = {
    "below": pc.less,
    "at_most": pc.less_equal,
    "equals": pc.equal,
    "at_least": pc.greater_equal,
    "above": pc.greater,
}
_WORDS = ("category", "text")


def condition_of(rule: QualityRule, columns: Mapping[str, Column], as_of: str) -> Condition | str:
    """Return the condition of a rule of one batch, or why it cannot be evaluated, in words.

    `columns` are those of the rule by the names that it has for them. `as_of` is an ISO day or "".
    """
    column = columns[rule.column]
    if rule.other:
        return _comparison(rule, column, columns[rule.other])
    wrong = _wrong_kind(rule, column)
    return wrong or _MADE[rule.condition](column.name, rule.value, column, as_of)


def _wrong_kind(rule: QualityRule, column: Column) -> str:
    valid, what = _kinds(rule)
    if not valid or column.kind in valid:
        return ""
    return (
        f"{column.name!r} is read as {column.kind}, and {written(rule.condition)!r}{what} is for "
        f"{' or '.join(valid)}; write the rule for what it is, or set [columns] types and train again"
    )


def _kinds(rule: QualityRule) -> tuple[tuple[str, ...], str]:
    """Return the kinds of columns that a rule is for, none where for any, and of what it is."""
    if rule.condition == "between":
        days = any(isinstance(each, str) and each for each in rule.value)
        return (("date",), " of days") if days else (("number",), " of numbers")
    if rule.condition == "in_":
        words = isinstance(rule.value[0], str)
        return (_WORDS, " of words") if words else (("number",), " of numbers")
    return {"matches": _WORDS, "not_older_than": ("date",)}.get(rule.condition, ()), ""


def _comparison(rule: QualityRule, column: Column, other: Column) -> Condition | str:
    kinds = (column.kind, other.kind)
    if kinds not in (("number", "number"), ("date", "date")):
        return (
            f"{column.name!r} is read as {column.kind} and {other.name!r} as {other.kind}; numbers are "
            "compared with numbers, dates with dates"
        )
    compared = _COMPARED[rule.condition]
    return lambda batch: compared(batch.column(column.name), batch.column(other.name))


def _complete(name: str, value: Any, column: Column, as_of: str) -> Condition:
    return lambda batch: pc.is_valid(batch.column(name))


def _between(name: str, value: Any, column: Column, as_of: str) -> Condition:
    low, high = value
    tests: list[Callable[[pa.Array], pa.Array]] = []
    if column.kind == "date":
        if low:
            tests.append(lambda cells: pc.greater_equal(cells, _midnight(low)))
        if high:  # the whole of the last day is inside
            tests.append(lambda cells: pc.less(cells, _midnight(high, 1)))
    else:
        if low != "":
            tests.append(lambda cells: pc.greater_equal(cells, pa.scalar(low, pa.float64())))
        if high != "":
            tests.append(lambda cells: pc.less_equal(cells, pa.scalar(high, pa.float64())))

    def held(batch: pa.RecordBatch) -> pa.Array:
        first, *more = (test(batch.column(name)) for test in tests)
        return pc.and_(first, more[0]) if more else first

    return held


def _in(name: str, value: Any, column: Column, as_of: str) -> Condition:
    if column.kind == "number":
        numbers = np.asarray(value, np.float64)

        def held(batch: pa.RecordBatch) -> pa.Array:
            cells = batch.column(name)
            plain = cells.to_numpy(zero_copy_only=False)
            return pa.array(np.isin(plain, numbers), mask=np.isnan(plain))

        return held
    allowed = pa.array(value, pa.string())

    def spelled(batch: pa.RecordBatch) -> pa.Array:
        cells = batch.column(name)
        return pc.if_else(pc.is_valid(cells), pc.is_in(cells, value_set=allowed), None)

    return spelled


def _matches(name: str, value: Any, column: Column, as_of: str) -> Condition:
    # RE2: an automaton, in time proportional to the cell whatever the pattern
    whole = rf"\A(?:{value})\z"
    return lambda batch: pc.match_substring_regex(batch.column(name), whole)


def _not_older_than(name: str, value: Any, column: Column, as_of: str) -> Condition | str:
    if not as_of:
        return "no day was given to count from; say with --as-of which day a table to score is of"
    try:
        oldest = _midnight(as_of, -value)
    except OverflowError:
        return f"{value:,} days before {as_of} there was no day; ask for fewer"
    return lambda batch: pc.greater_equal(batch.column(name), oldest)


def _midnight(day: str, later: int = 0) -> pa.Scalar:
    """Return the beginning of the day `later` days after an ISO day."""
    moment = np.datetime64(date.fromisoformat(day) + timedelta(later), "us")
    return pa.scalar(moment.item(), pa.timestamp("us"))


_MADE: Mapping[str, Callable[[str, Any, Column, str], Condition | str]] = {
    "complete": _complete,
    "between": _between,
    "in_": _in,
    "matches": _matches,
    "not_older_than": _not_older_than,
}
