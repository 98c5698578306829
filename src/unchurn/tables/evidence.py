"""What a column's cells say about how to read it, gathered batch by batch.

Everything kept is a sum, a least, a most or a set: the order of the rows cannot matter.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts.schema import Epoch
from unchurn.tables.cells import MISSING, Missing, absent, as_text, present
from unchurn.tables.date_evidence import DateEvidence
from unchurn.tables.date_range import Counts
from unchurn.tables.dates import absent_dates, may_be_date
from unchurn.tables.digit_dates import FIRST_DAY
from unchurn.tables.distinct import Distinct
from unchurn.tables.epochs import Dated
from unchurn.tables.mark_evidence import MarkEvidence
from unchurn.tables.measures import Measured, may_be_number_or_date, measured_both
from unchurn.tables.missing_codes import Codes
from unchurn.tables.number_evidence import NumberEvidence
from unchurn.tables.numbers import Decimal, Numbers, read_plain, with_comma

_UNREAD = 1_000
"""Different cells that are kept because they read as neither number nor date."""
_BEGUN = 60
"""Characters of each of them: a cell may be long."""
_LEADING_ZERO = "^0[0-9]+(?:[eE][0-9]+)?$"  # 0003E03 is a code as 00031 is
_LONG = "^[+-]?[0-9]{16,}$"
_EXACT = 2.0**53


class Evidence:
    """Everything known about one column.

    `is_date` when the user says that it holds dates, `dated` when its name does; `codes` are the
    user's numbers that stand for missing; `count` and `serials` are `DateEvidence`'s.
    """

    def __init__(
        self,
        missing: Missing,
        is_date: bool = False,
        dated: Dated = "",
        codes: Codes = frozenset(),
        count: Epoch = "",
        serials: Epoch = "",
    ) -> None:
        self.spelled = missing
        self.rows = 0
        self.missing = 0
        self.leading_zeros = 0
        self.long_whole = 0
        self.absent: Counter[str] = Counter()
        self.spelled_out: Counter[str] = Counter()
        self.numbers: dict[Decimal, NumberEvidence] = {
            ".": NumberEvidence(codes),
            ",": NumberEvidence(codes),
        }
        self.marks = MarkEvidence()
        self.dates = DateEvidence(is_date, dated, count, serials)
        self.distinct = Distinct()
        self._unread = Distinct(_UNREAD)
        self._words: dict[str, None] = {}

    @property
    def unread(self) -> list[tuple[str, int]]:
        """Cells that read as neither number nor date, with their rows; [] for too many of them."""
        values, rows = self._unread.items()
        return list(zip(values.to_pylist(), rows.tolist(), strict=True))

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

    def merge(self, other: Evidence) -> None:
        """Take in another part of the column, gathered apart; its cells come after these."""
        for name in ("rows", "missing", "leading_zeros", "long_whole"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.absent.update(other.absent)
        self.spelled_out.update(other.spelled_out)
        for mark, found in other.numbers.items():
            self.numbers[mark].merge(found)
        self.marks.merge(other.marks)
        self.dates.merge(other.dates)
        self.distinct.merge(other.distinct)
        self._unread.merge(other._unread)

    def _add_text(self, cells: pa.Array) -> None:
        values, counts = self._counted(cells)
        plain = read_plain(values) if not self.spelled.numeric else None
        if plain is None:
            raw, values = values, present(values, self.spelled)
            valid = values.is_valid().to_numpy(zero_copy_only=False)
            if not valid.all():
                self._add_missing(raw.filter(pa.array(~valid)), counts[~valid])
            values, counts = values.drop_null(), counts[valid]
        self.missing += len(cells) - int(counts.sum())
        self.distinct.add(values, counts)
        if plain is None:
            values, counts = self._without_words(values, counts)
            if not len(values):  # the patterns below take long to make, even for nothing
                return
            self._add_absent(values, counts)
            self.dates.add_words(values, counts)
            worth = may_be_number_or_date(values) | may_be_date(values)
            self._leave(values, counts, ~worth)
            self._remember(values.filter(pa.array(~worth)))
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
        self.marks.add_size(values, dot, comma)
        self._add_stamps(values, counts, bare(dot), bare(comma))
        self._count_long(values, counts, dot)
        rest = ~(dot.readable | comma.readable)
        if rest.any():
            words, rows = values.filter(pa.array(rest)), counts[rest]
            unread = ~self.dates.add_text(words, rows)
            self._leave(words, rows, unread)
            self._remember(words.filter(pa.array(unread)))

    def _add_stamps(self, cells: pa.Array, counts: Counts, dot: Numbers, comma: Numbers) -> None:
        """Look at numbers as moments; cheaply where the column's name says nothing of dates."""
        least = min(each.by_unit[""].minimum for each in self.numbers.values())
        most = max(each.by_unit[""].maximum for each in self.numbers.values())
        if least <= 0:
            self.dates.add_zeros(dot.values, counts)
        if not self.dates.dated and most < FIRST_DAY:
            return
        read = np.where(dot.readable, dot.values, comma.values)
        known = np.flatnonzero(~np.isnan(read))
        self.dates.add_numbers(cells.take(pa.array(known)), read[known], counts[known])

    def _without_words(self, values: pa.Array, counts: Counts) -> tuple[pa.Array, Counts]:
        """Leave out the words of earlier batches: to look at them costs as much as at the first."""
        if not self._words:
            return values, counts
        again = pc.is_in(values, value_set=pa.array(list(self._words), pa.string()))
        hit = again.to_numpy(zero_copy_only=False)
        self._leave(values, counts, hit)
        return (values.filter(pc.invert(again)), counts[~hit]) if hit.any() else (values, counts)

    def _remember(self, values: pa.Array) -> None:
        """Remember words that say neither a number, nor a date, nor that there is none."""
        if len(self._words) + len(values) <= _UNREAD:
            nothing = pc.or_(absent(values), pa.array(absent_dates(values)))
            self._words |= dict.fromkeys(values.filter(pc.invert(nothing)).to_pylist())

    def _leave(self, values: pa.Array, counts: Counts, unread: npt.NDArray[np.bool_]) -> None:
        """Keep cells that read as neither number nor date, as long as they are few."""
        if unread.any() and not self._unread.beyond:
            begun = pc.utf8_slice_codeunits(values.filter(pa.array(unread)), 0, _BEGUN)
            self._unread.add(begun, counts[unread])

    def _count_long(self, values: pa.Array, counts: Counts, dot: Numbers | Measured) -> None:
        """Count whole numbers of more digits than a float64 holds."""
        seen = self.numbers["."].by_unit[""]
        if max(seen.maximum, -seen.minimum) >= _EXACT:
            digits = pc.match_substring_regex(values, _LONG).to_numpy(zero_copy_only=False)
            self.long_whole += int(counts[digits & (np.abs(dot.values) >= _EXACT)].sum())

    def _add_missing(self, cells: pa.Array, counts: Counts) -> None:
        """Count the words that the product takes for missing, in any column."""
        words = pc.utf8_trim_whitespace(cells)
        said = pc.is_in(pc.utf8_lower(words), value_set=pa.array(MISSING[1:], pa.string()))
        if pc.any(said).as_py():
            hit = said.to_numpy(zero_copy_only=False)
            for word, rows in zip(
                words.filter(said).to_pylist(), counts[hit].tolist(), strict=True
            ):
                self.spelled_out[word] += rows

    def _add_absent(self, values: pa.Array, counts: Counts) -> None:
        lost = absent(values)
        if pc.any(lost).as_py():
            hit = lost.to_numpy(zero_copy_only=False)
            spelled = values.filter(lost).to_pylist()
            self.absent.update(dict(zip(spelled, counts[hit].tolist(), strict=True)))

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


def bare(found: Numbers | Measured) -> Numbers:
    """Leave out numbers that carry a unit or are clocks: they are no moments."""
    if isinstance(found, Numbers):
        return found
    plain = (found.unit == 0) & np.isfinite(found.values)
    values = np.where(plain, found.values, np.nan)
    return Numbers(values, found.readable & plain, np.zeros(len(values), dtype=np.bool_))
