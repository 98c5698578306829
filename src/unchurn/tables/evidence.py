"""What a column's cells say about how to read it, gathered batch by batch.

Everything kept is a sum, a least, a most or a set: the order of the rows cannot matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.cells import Missing, as_text, date_text, present
from unchurn.tables.dates import SENTINELS as DAYS
from unchurn.tables.dates import DateOrder, Dates, read_dates
from unchurn.tables.distinct import Distinct
from unchurn.tables.numbers import (
    Decimal,
    Numbers,
    may_be_number_or_date,
    read_numbers,
    read_plain,
    with_comma,
)

SENTINELS = (-999.0, -9999.0, -99999.0, -999999.0)
"""Numbers that stand for missing where everything else in a column is at least zero."""
_UNREAD = 1_000
"""Different cells that are kept because they read as neither number nor date."""
_LEADING_ZERO = "^0[0-9]+$"
_LONG = "^[+-]?[0-9]{16,}$"
_EXACT = 2.0**53
Counts = npt.NDArray[np.int64]


@dataclass
class NumberEvidence:
    """Cells read as numbers under one decimal sign; counts are rows.

    `minimum` and `maximum` leave out `SENTINELS`, whose rows are in `sentinels`.
    """

    readable: int = 0
    infinite: int = 0
    whole: bool = True
    minimum: float = np.inf
    maximum: float = -np.inf
    sentinels: dict[float, int] = field(default_factory=dict)

    def add(self, numbers: Numbers, counts: Counts) -> None:
        """Take in distinct cells and how often each occurs."""
        self.readable += int(counts[numbers.readable].sum())
        self.infinite += int(counts[numbers.infinite].sum())
        values = numbers.values
        for sentinel in SENTINELS:
            if rows := int(counts[values == sentinel].sum()):
                self.sentinels[sentinel] = self.sentinels.get(sentinel, 0) + rows
        kept = values[~np.isnan(values) & ~np.isin(values, SENTINELS)]
        if len(kept):
            self.minimum = min(self.minimum, float(np.min(kept)))
            self.maximum = max(self.maximum, float(np.max(kept)))
            self.whole = self.whole and bool((kept == np.floor(kept)).all())

    @property
    def missing_codes(self) -> dict[float, int]:
        """The sentinels, where they are the only numbers below zero and others exist."""
        return self.sentinels if 0 <= self.minimum < np.inf else {}


@dataclass
class DateEvidence:
    """Cells read as dates in one order; least and most leave out sentinel days."""

    readable: int = 0
    minimum: np.datetime64 | None = None
    maximum: np.datetime64 | None = None
    sentinels: dict[str, int] = field(default_factory=dict)

    def add(self, dates: Dates, counts: Counts) -> None:
        """Take in distinct cells and how often each occurs."""
        self.readable += int(counts[dates.readable].sum())
        days = dates.values.astype("datetime64[D]")
        kept = ~np.isnat(days)
        for sentinel in DAYS:
            hit = days == np.datetime64(sentinel)
            if rows := int(counts[hit].sum()):
                self.sentinels[sentinel] = self.sentinels.get(sentinel, 0) + rows
                kept &= ~hit
        if kept.any():
            low, high = np.min(dates.values[kept]), np.max(dates.values[kept])
            self.minimum = low if self.minimum is None else min(self.minimum, low)
            self.maximum = high if self.maximum is None else max(self.maximum, high)


class Evidence:
    """Everything known about one column; `is_date` when the user says that it holds dates."""

    def __init__(self, missing: Missing, is_date: bool = False) -> None:
        self.is_date = is_date
        self.spelled = missing
        self.rows = 0
        self.missing = 0
        self.leading_zeros = 0
        self.long_whole = 0
        self.native_date = False
        self.numbers: dict[Decimal, NumberEvidence] = {".": NumberEvidence(), ",": NumberEvidence()}
        self.dates: dict[DateOrder, DateEvidence] = {
            order: DateEvidence() for order in ("ymd", "dmy", "mdy")
        }
        self.distinct = Distinct()
        self._unread = Distinct(_UNREAD)

    @property
    def unread(self) -> list[tuple[str, int]]:
        """Cells that read as neither number nor date, with their rows; [] for too many of them."""
        values, rows = self._unread.items()
        return list(zip(values.to_pylist(), rows.tolist(), strict=True))

    @property
    def present(self) -> int:
        """Rows with a cell that is not missing."""
        return self.rows - self.missing

    def add(self, cells: pa.Array) -> None:
        """Take in one batch of the column."""
        self.rows += len(cells)
        if pa.types.is_string(cells.type):
            self._add_text(cells)
        elif pa.types.is_timestamp(cells.type):
            self._add_moments(cells)
        else:
            self._add_numbers(cells)

    def _add_text(self, cells: pa.Array) -> None:
        values, counts = self._counted(cells)
        plain = read_plain(values) if not self.spelled.numeric else None
        if plain is None:
            values = present(values, self.spelled)
            valid = values.is_valid().to_numpy(zero_copy_only=False)
            values, counts = values.drop_null(), counts[valid]
        self.missing += len(cells) - int(counts.sum())
        self.distinct.add(values, counts)
        if plain is None:
            worth = may_be_number_or_date(values)
            self._leave(values, counts, ~worth)
            values, counts = values.filter(pa.array(worth)), counts[worth]
        if len(values):
            self._add_figures(values, counts, plain)

    def _add_figures(self, values: pa.Array, counts: Counts, plain: Numbers | None) -> None:
        begins = pc.starts_with(values, "0").to_numpy(zero_copy_only=False)
        if begins.any():
            zeros = pc.match_substring_regex(values.filter(pa.array(begins)), _LEADING_ZERO)
            self.leading_zeros += int(counts[begins][zeros.to_numpy(zero_copy_only=False)].sum())
        dot = plain or read_numbers(values, ".")
        comma = with_comma(values, plain) if plain else read_numbers(values, ",")
        self.numbers["."].add(dot, counts)
        self.numbers[","].add(comma, counts)
        if max(self.numbers["."].maximum, -self.numbers["."].minimum) >= _EXACT:
            digits = pc.match_substring_regex(values, _LONG).to_numpy(zero_copy_only=False)
            self.long_whole += int(counts[digits & (np.abs(dot.values) >= _EXACT)].sum())
        rest = ~(dot.readable | comma.readable) | self.is_date
        if rest.any():
            self._add_dates(values.filter(pa.array(rest)), counts[rest])

    def _add_dates(self, values: pa.Array, counts: Counts) -> None:
        iso_dates = read_dates(values, "ymd", compact=self.is_date)
        read = iso_dates.readable.copy()
        for order, dates in self.dates.items():
            same = order == "ymd" or iso_dates.readable.all()
            each = iso_dates if same else read_dates(values, order, compact=self.is_date)
            dates.add(each, counts)
            read |= each.readable
        self._leave(values, counts, ~read)

    def _leave(self, values: pa.Array, counts: Counts, unread: npt.NDArray[np.bool_]) -> None:
        """Keep cells that read as neither number nor date, as long as they are few."""
        if unread.any() and not self._unread.beyond:
            self._unread.add(values.filter(pa.array(unread)), counts[unread])

    def _add_moments(self, cells: pa.Array) -> None:
        self.native_date = True
        values, counts = self._counted(cells)
        stamps = values.to_numpy(zero_copy_only=False).astype("datetime64[us]")
        self.missing += len(cells) - int(counts.sum())
        if not self.distinct.beyond:
            self.distinct.add(as_text(values), counts)
        for dates in self.dates.values():
            dates.add(Dates(stamps, ~np.isnat(stamps)), counts)

    def _add_numbers(self, cells: pa.Array) -> None:
        values, counts = self._counted(cells)
        numbers = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        if pa.types.is_integer(values.type):
            self.long_whole += int(counts[np.abs(numbers) >= _EXACT].sum())
        known = ~np.isnan(numbers)
        values, numbers, counts = values.filter(pa.array(known)), numbers[known], counts[known]
        self.missing += len(cells) - int(counts.sum())
        self.distinct.add(values, counts)
        infinite = np.isinf(numbers)
        finite = np.where(infinite, np.nan, numbers) + 0.0
        read = Numbers(finite, np.ones(len(numbers), dtype=np.bool_), infinite)
        for evidence in self.numbers.values():
            evidence.add(read, counts)

    def _counted(self, cells: pa.Array) -> tuple[pa.Array, Counts]:
        """Return distinct non-null cells and how often each occurs.

        Once the column is known to hold too many, every cell stands for itself.
        """
        if self.distinct.beyond:
            known = cells.drop_null()
            return known, np.ones(len(known), dtype=np.int64)
        encoded = cells.dictionary_encode()
        indices = encoded.indices.drop_null().to_numpy(zero_copy_only=False)
        counts = np.bincount(indices, minlength=len(encoded.dictionary))
        return encoded.dictionary, counts.astype(np.int64)


def iso(moment: np.datetime64 | None) -> str:
    """Spell a least or most moment; empty where there is none."""
    return "" if moment is None else date_text(moment)
