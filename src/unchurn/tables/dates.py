"""Text → moments: ISO days and times, day-first and month-first dates, names of months, zones.

The common spellings are read first and quickly; what they leave goes through `date_forms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.cells import spelled_out
from unchurn.tables.date_fields import PIVOT, Moments, in_years, moments
from unchurn.tables.date_forms import read_forms
from unchurn.tables.date_words import BEGINS
from unchurn.tables.numbers import Mask, matches

DateOrder = Literal["ymd", "mdy", "dmy", "ydm", "yymd"]
DATE_PLACEHOLDERS = (
    "nan", "null", "no date", "to be determined", "to be decided", "to be confirmed", "pending",
    "open", "open ended", "open-ended", "open end", "ongoing", "on going", "never", "no", "present",
    "current", "active", "still active", "indefinite", "permanent", "perpetual", "evergreen",
    "unlimited", "forever", "offen", "nie", "unbefristet", "kein datum", "laufend", "jamais",
    "still here", "still with us", "still customer", "still a customer", "still open", "not yet",
    "not left", "not churned", "not cancelled", "not canceled", "en cours", "indéfini", "nunca", "sin fecha", "indefinido", "vigente", "sem data", "mai",
    "nooit", "nigdy", "okänt", "aldrig", "aldri", "未定", "미정",
)  # fmt: skip
"""Words that stand for no date in a column of dates, beside those of `IN_FIGURES`."""

_TIME = (
    r"(?:[T ]\s*(?P<H>[0-9]{1,2})(?::(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?)?"
    r"\s*(?P<p>[AaPp][Mm])?\s*(?P<z>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$"
)
_ISO = r"^(?P<y>[0-9]{4})[-/.](?P<a>[0-9]{1,2})[-/.](?P<b>[0-9]{1,2})" + _TIME
_COMPACT = r"^(?P<y>[0-9]{4})(?P<a>[0-9]{2})(?P<b>[0-9]{2})" + _TIME
_LOCAL = r"^(?P<a>[0-9]{1,2})[-/.](?P<b>[0-9]{1,2})[-/.](?P<y>[0-9]{4}|[0-9]{2})" + _TIME
_SHORT_FIRST = r"^(?P<y>[0-9]{2})[-/.](?P<a>[0-9]{1,2})[-/.](?P<b>[0-9]{1,2})" + _TIME
_ZERO = r"^0{1,4}[-/. ]0{1,2}[-/. ]0{1,4}"
_NONE = "^(?:0+|-1)$"
_NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True)
class Dates:
    """What text cells say as moments: `values` datetime64[us] (NaT = missing or unreadable).

    `absent` cells are readable and say that there is no date; `plain`: all are ISO, without a zone.
    """

    values: Moments
    readable: Mask
    absent: Mask
    plain: bool = False


def read_dates(
    cells: pa.Array, order: DateOrder, *, compact: bool = False, pivot: int = PIVOT
) -> Dates:
    """Read trimmed text cells (null = missing).

    ISO cells are read whatever the `order`, which decides ``01/02/2024`` (and, as ydm, cells
    such as ``2024-31-01``, as yymd ``24-01-31``); two-digit years from `pivot` on are of the 1900s. `compact` also
    reads ``20240131``, ``202401``, ``2024`` and ``20240131.0``. A zone is turned to UTC. Zero dates and
    `DATE_PLACEHOLDERS` are missing, not unreadable.
    """
    if compact:
        cells = _without_point(cells)
    quick = None if order == "ydm" else _all_iso(cells)
    if quick is not None:
        known = cells.is_valid().to_numpy(zero_copy_only=False)
        return Dates(quick, known, np.zeros(len(cells), dtype=np.bool_), plain=True)
    values = np.full(len(cells), _NEVER)
    patterns = [(_ISO, "ydm" if order == "ydm" else "ymd")]
    patterns += [(_COMPACT, "ymd")] * compact
    patterns += [(_LOCAL, order)] * (order in ("dmy", "mdy"))
    patterns += [(_SHORT_FIRST, "ymd")] * (order == "yymd")
    for pattern, each in patterns:
        found = pc.fill_null(pc.match_substring_regex(cells, pattern), False)
        where = np.flatnonzero(found.to_numpy(zero_copy_only=False))
        if len(where):
            values[where] = moments(pc.extract_regex(cells.filter(found), pattern), each, pivot)
    absent = absent_dates(cells)
    if compact:
        absent = absent | matches(cells, _NONE)
    left = np.isnat(values) & ~absent & cells.is_valid().to_numpy(zero_copy_only=False)
    if left.any():
        worth = np.flatnonzero(left)
        worth = worth[may_be_date(cells.take(pa.array(worth)))]
        if len(worth):
            some = cells.take(pa.array(worth))
            values[worth] = read_forms(some, order, compact=compact, pivot=pivot)
    return Dates(values, ~np.isnat(values) | absent, absent)


def may_be_date(cells: pa.Array) -> Mask:
    """Tell by how a trimmed cell begins whether it is worth reading as a date."""
    return matches(cells, BEGINS)


def absent_dates(cells: pa.Array) -> Mask:
    """Tell which trimmed cells say that there is no date, where there could be one."""
    worded = pc.is_in(cells, value_set=spelled_out(DATE_PLACEHOLDERS))
    found: Mask = pc.fill_null(worded, False).to_numpy(zero_copy_only=False)
    if pc.any(pc.starts_with(cells, "0")).as_py():
        found = found | matches(cells, _ZERO)
    return found


def _without_point(cells: pa.Array) -> pa.Array:
    """Take ``.0`` off digits: a whole number became a fraction where others of its column are missing."""
    if not pc.any(pc.or_(pc.ends_with(cells, ".0"), pc.ends_with(cells, ",0"))).as_py():
        return cells
    return pc.replace_substring_regex(cells, "^([0-9]{4,14})[.,]0$", r"\1")


def _all_iso(cells: pa.Array) -> Moments | None:
    """Read cells that are all plain ISO days or moments without a zone; None where any is not."""
    if pc.all(pc.match_substring(cells, "-")).as_py() is False:
        return None  # Arrow takes 20240131 as well
    try:
        values = cells.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    found: Moments = values.astype("datetime64[us]")
    return found if in_years(found).all() else None
