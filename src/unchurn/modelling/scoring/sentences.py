"""Reasons in words: the value, what is usual, the direction, and whether it can be changed.

- CustServ Calls: 5, typical is 1 — raises the risk
- Contract: Month-to-month, most common is Two year — raises the risk; the company can change this
- Total charges: missing, typical is 1,397 — lowers the risk
- Day Mins (with Day Charge): 265, typical is 179 — raises the risk
- Intl Calls: 4, which is usual — with this customer's other values it still raises the risk

A usual value is not a neutral one: a contribution compares with the average customer, and depends on
what else is known of this one. Where a value is the usual one, or close to it, the reason says so.
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
from unchurn.modelling.scoring.phrasing import Phrasing, short
from unchurn.modelling.scoring.reasons import F64, REASONS, Reason, Related, strongest

Cell: TypeAlias = float | str | date | None
Tabular: TypeAlias = pa.Table | pa.RecordBatch
MISSING = "missing"
NOTHING = "Nothing stands out: no column moves the risk by itself"
_CLOSE = 0.05
"""How far from the usual number, as a share of it, a number is still close to it."""
_AT_A_TIME = 2_048
"""Rows explained at once: contributions are wide."""
PLAIN = Phrasing()
"""The table's own names, and nothing that can be changed."""


def reason_columns(
    rows: Tabular, contributions: F64, encoder: Encoder, related: Related, phrasing: Phrasing
) -> list[pa.Array]:
    """Return `REASONS` string arrays, strongest reason first; null where there is none.

    `contributions` is (rows, width + 1), base last, for exactly these `rows`.
    """
    chosen = strongest(contributions, encoder, related, unknown=encoder.stood_in(rows))
    texts = sentences(rows, chosen, encoder.typical, phrasing=phrasing)
    return [
        pa.array([row[place] if place < len(row) else None for row in texts], pa.string())
        for place in range(REASONS)
    ]


def explained(
    rows: Tabular,
    live: LiveModel,
    related: Related,
    phrasing: Phrasing,
    advance: Callable[[int], None],
) -> list[pa.Array]:
    """Give reasons for `rows` as `reason_columns` does, some rows at a time.

    Whoever has no reason is told so in the first: nobody who is explained is left without words.
    `advance` is called with the number of rows done.
    """
    parts = [[pa.nulls(0, pa.string())] * REASONS]
    for start in range(0, rows.num_rows, _AT_A_TIME):
        part = rows.slice(start, _AT_A_TIME)
        contributions = live.contributions(live.encoder.transform(part))
        parts.append(reason_columns(part, contributions, live.encoder, related, phrasing))
        advance(part.num_rows)
    first, *others = (pa.concat_arrays(each) for each in zip(*parts, strict=True))
    return [pc.fill_null(first, NOTHING), *others]


def sentences(
    rows: Tabular,
    reasons: Sequence[Sequence[Reason]],
    typical: Mapping[str, float | str],
    filled: Collection[str] = (),
    phrasing: Phrasing = PLAIN,
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
                phrasing,
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
    phrasing: Phrasing = PLAIN,
) -> str:
    """Put one reason into words. A typical date is ISO text, told from a category by `is_date`.

    A blank that was read as the typical value raises nothing and lowers nothing.
    """
    name, shown = phrasing.subject(reason), readable(value)
    if filled and shown == MISSING:
        return f"{name}: blank, read as the usual {readable(typical)}"
    way = "raises" if reason.contribution >= 0 else "lowers"
    usual = _as_usual(value, typical, is_date)
    if usual:
        way = f"with this customer's other values it still {way}"
    else:
        usual = _beside(typical, is_date)
    return f"{name}: {shown}{usual} — {way} the risk{phrasing.offer(reason)}"


def readable(value: Cell) -> str:
    """Show a cell to a person: 4 significant digits, thousands separators, ISO dates."""
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return MISSING
    if isinstance(value, datetime):
        whole = value.hour == value.minute == value.second == value.microsecond == 0
        return value.date().isoformat() if whole else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return short(value) if isinstance(value, str) else _number(float(value))


def _number(value: float) -> str:
    if value == 0:
        return "0"
    if abs(value) >= 1e15 or abs(value) < 1e-4:
        return f"{value:.4g}"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return np.format_float_positional(value, precision=4, fractional=False, trim="-")


def _as_usual(value: Cell, typical: float | str | None, is_date: bool) -> str:
    """Say that a value is the usual one, or close to it; nothing where it is neither."""
    if typical is None:
        return ""
    if readable(value) == readable(typical):
        return (
            ", which is usual" if is_date or not isinstance(typical, str) else ", the most common"
        )
    if isinstance(value, (int, float)) and isinstance(typical, (int, float)):
        near = abs(value - typical) <= _CLOSE * abs(typical)
        return f", close to the usual {readable(typical)}" if near else ""
    return ""


def _beside(typical: float | str | None, is_date: bool) -> str:
    if typical is None:
        return ""
    middle = is_date or not isinstance(typical, str)
    return f", {'typical is' if middle else 'most common is'} {readable(typical)}"
