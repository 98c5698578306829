"""What a column's cells say about how to read it, gathered batch by batch.

Everything kept is a sum, a least, a most or a set: the order of the rows cannot matter.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.cells import Missing, absent, as_text, date_text, present
from unchurn.tables.dates import SENTINELS as DAYS
from unchurn.tables.dates import DateOrder, Dates, read_dates
from unchurn.tables.distinct import Distinct
from unchurn.tables.figures import Counts, Figures
from unchurn.tables.marks import MarkEvidence
from unchurn.tables.measures import Measured, may_be_number_or_date, measured_both
from unchurn.tables.numbers import Decimal, Numbers, read_plain, with_comma

_LEADING_ZERO = "^0[0-9]+$"


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
        self.native_date = False
        self.absent: Counter[str] = Counter()
        self.numbers: dict[Decimal, Figures] = {".": Figures(), ",": Figures()}
        self.marks = MarkEvidence()
        self.dates: dict[DateOrder, DateEvidence] = {
            order: DateEvidence() for order in ("ymd", "dmy", "mdy")
        }
        self.distinct = Distinct()

    @property
    def present(self) -> int:
        """Rows with a cell that is not missing."""
        return self.rows - self.missing

    @property
    def told(self) -> int:
        """Rows with a cell that says something, were the column one of numbers or dates."""
        return self.present - self.absent.total()

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
            self._add_absent(values, counts)
            worth = may_be_number_or_date(values)
            values, counts = values.filter(pa.array(worth)), counts[worth]
            plain = read_plain(values)
        if len(values):
            self._add_figures(values, counts, plain)

    def _add_figures(self, values: pa.Array, counts: Counts, plain: Numbers | None) -> None:
        begins = pc.starts_with(values, "0").to_numpy(zero_copy_only=False)
        if begins.any():
            zeros = pc.match_substring_regex(values.filter(pa.array(begins)), _LEADING_ZERO)
            self.leading_zeros += int(counts[begins][zeros.to_numpy(zero_copy_only=False)].sum())
        dot: Numbers | Measured
        comma: Numbers | Measured
        if plain is not None:
            dot, comma = plain, with_comma(values, plain)
        else:
            dot, comma = measured_both(values)
        self.numbers["."].add(dot, counts)
        self.numbers[","].add(comma, counts)
        if comma is not dot:  # the same where all are whole numbers
            self.marks.add(values, counts, dot, comma)
        rest = ~(dot.readable | comma.readable) | self.is_date
        if rest.any():
            self._add_dates(values.filter(pa.array(rest)), counts[rest])

    def _add_absent(self, values: pa.Array, counts: Counts) -> None:
        lost = absent(values)
        if pc.any(lost).as_py():
            hit = lost.to_numpy(zero_copy_only=False)
            spelled = values.filter(lost).to_pylist()
            self.absent.update(dict(zip(spelled, counts[hit].tolist(), strict=True)))

    def _add_dates(self, values: pa.Array, counts: Counts) -> None:
        iso_dates = read_dates(values, "ymd", compact=self.is_date)
        for order, dates in self.dates.items():
            same = order == "ymd" or iso_dates.readable.all()
            dates.add(
                iso_dates if same else read_dates(values, order, compact=self.is_date), counts
            )

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
