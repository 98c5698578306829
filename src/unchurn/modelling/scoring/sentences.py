"""Reasons in words: the value, what is usual, and the direction.

- CustServ Calls: 5, typical is 1 — raises the risk
- Contract: Month-to-month, most common is Two year — raises the risk
- Total charges: missing, typical is 1,397 — lowers the risk
- Day Mins (with Day Charge): 265, typical is 179 — raises the risk
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.reasons import F64, REASONS, Reason, Related, strongest

Cell: TypeAlias = float | str | date | None
Tabular: TypeAlias = pa.Table | pa.RecordBatch
MISSING = "missing"
NOTHING = "Nothing stands out: no column moves the risk by itself"
_LONGEST = 60
"""Characters of a category value or a column name that are shown."""
_AT_A_TIME = 2_048
"""Rows explained at once: contributions are wide."""


def reason_columns(
    rows: Tabular, contributions: F64, encoder: Encoder, related: Related
) -> list[pa.Array]:
    """Return `REASONS` string arrays, strongest reason first; null where there is none.

    `contributions` is (rows, width + 1), base last, for exactly these `rows`.
    """
    chosen = strongest(contributions, encoder, related, unknown=encoder.stood_in(rows))
    texts = sentences(rows, chosen, encoder.typical)
    return [
        pa.array([row[place] if place < len(row) else None for row in texts], pa.string())
        for place in range(REASONS)
    ]


def explained(
    rows: Tabular, live: LiveModel, related: Related, advance: Callable[[int], None]
) -> list[pa.Array]:
    """Give reasons for `rows` as `reason_columns` does, some rows at a time.

    Whoever has no reason is told so in the first: nobody who is explained is left without words.
    `advance` is called with the number of rows done.
    """
    parts = [[pa.nulls(0, pa.string())] * REASONS]
    for start in range(0, rows.num_rows, _AT_A_TIME):
        part = rows.slice(start, _AT_A_TIME)
        contributions = live.contributions(live.encoder.transform(part))
        parts.append(reason_columns(part, contributions, live.encoder, related))
        advance(part.num_rows)
    first, *others = (pa.concat_arrays(each) for each in zip(*parts, strict=True))
    return [pc.fill_null(first, NOTHING), *others]


def sentences(
    rows: Tabular,
    reasons: Sequence[Sequence[Reason]],
    typical: Mapping[str, float | str],
    filled: Collection[str] = (),
) -> list[list[str]]:
    """Turn each row's reasons into sentences; values come from the row's business columns.

    A blank of a column in `filled` was read as the typical value.
    """
    needed = sorted({reason.column for row in reasons for reason in row})
    columns = {name: rows.column(name) for name in needed}
    values = {name: column.to_pylist() for name, column in columns.items()}
    days = {name for name, column in columns.items() if pa.types.is_temporal(column.type)}
    return [
        [
            sentence(
                each,
                values[each.column][number],
                typical.get(each.column),
                each.column in days,
                each.column in filled,
            )
            for each in row
        ]
        for number, row in enumerate(reasons)
    ]


def sentence(
    reason: Reason,
    value: Cell,
    typical: float | str | None,
    is_date: bool = False,
    filled: bool = False,
) -> str:
    """Put one reason into words. A typical date is ISO text, told from a category by `is_date`.

    A blank that was read as the typical value raises nothing and lowers nothing.
    """
    name = f"{_short(reason.column)}{_with(reason.others)}"
    if filled and readable(value) == MISSING:
        return f"{name}: blank, read as the usual {readable(typical)}"
    way = "raises" if reason.contribution >= 0 else "lowers"
    return f"{name}: {readable(value)}{_usual(value, typical, is_date)} — {way} the risk"


def readable(value: Cell) -> str:
    """Show a cell to a person: 4 significant digits, thousands separators, ISO dates."""
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return MISSING
    if isinstance(value, datetime):
        whole = value.hour == value.minute == value.second == value.microsecond == 0
        return value.date().isoformat() if whole else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return _short(value) if isinstance(value, str) else _number(float(value))


def _number(value: float) -> str:
    if value == 0:
        return "0"
    if abs(value) >= 1e15 or abs(value) < 1e-4:
        return f"{value:.4g}"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return np.format_float_positional(value, precision=4, fractional=False, trim="-")


def _usual(value: Cell, typical: float | str | None, is_date: bool) -> str:
    if typical is None:
        return ""
    middle = is_date or not isinstance(typical, str)
    if readable(value) == readable(typical):
        return ", as is typical" if middle else ", as is most common"
    return f", {'typical is' if middle else 'most common is'} {readable(typical)}"


def _with(others: Sequence[str]) -> str:
    if not others:
        return ""
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    return f" (with {_short(others[0])}{more})"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
