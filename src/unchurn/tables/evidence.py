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
from unchurn.tables.date_evidence import FIRST_DAY, DatesSeen
from unchurn.tables.dates import may_be_date
from unchurn.tables.distinct import Distinct
from unchurn.tables.epochs import Dated
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
_BEGUN = 60
"""Characters of each of them: a cell may be long."""
_LEADING_ZERO = "^0[0-9]+$"
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


class Evidence:
    """Everything known about one column.

    `is_date` when the user says that it holds dates, `dated` when its name does.
    """

    def __init__(self, missing: Missing, is_date: bool = False, dated: Dated = "") -> None:
        self.spelled = missing
        self.rows = 0
        self.missing = 0
        self.leading_zeros = 0
        self.numbers: dict[Decimal, NumberEvidence] = {".": NumberEvidence(), ",": NumberEvidence()}
        self.dates = DatesSeen(is_date, dated)
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
            self.dates.add_words(values, counts)
            worth = may_be_number_or_date(values) | may_be_date(values)
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
        self._add_stamps(values, counts, dot, comma)
        rest = ~(dot.readable | comma.readable)
        if rest.any():
            words, rows = values.filter(pa.array(rest)), counts[rest]
            self._leave(words, rows, ~self.dates.add_text(words, rows))

    def _add_stamps(self, cells: pa.Array, counts: Counts, dot: Numbers, comma: Numbers) -> None:
        """Look at numbers as moments; cheaply where the column's name says nothing of dates."""
        least = min(each.minimum for each in self.numbers.values())
        most = max(each.maximum for each in self.numbers.values())
        if least <= 0:
            self.dates.add_zeros(dot.values, counts)
        if not self.dates.dated and most < FIRST_DAY:
            return
        read = np.where(dot.readable, dot.values, comma.values)
        known = np.flatnonzero(~np.isnan(read))
        self.dates.add_numbers(cells.take(pa.array(known)), read[known], counts[known])

    def _leave(self, values: pa.Array, counts: Counts, unread: npt.NDArray[np.bool_]) -> None:
        """Keep cells that read as neither number nor date, as long as they are few."""
        if unread.any() and not self._unread.beyond:
            begun = pc.utf8_slice_codeunits(values.filter(pa.array(unread)), 0, _BEGUN)
            self._unread.add(begun, counts[unread])

    def _add_moments(self, cells: pa.Array) -> None:
        values, counts = self._counted(cells)
        stamps = values.to_numpy(zero_copy_only=False).astype("datetime64[us]")
        self.missing += len(cells) - int(counts.sum())
        if not self.distinct.beyond:
            self.distinct.add(as_text(values), counts)
        self.dates.add_native(stamps, counts)

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
        self._add_stamps(values, counts, read, read)

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
