"""What a column's cells say as dates, gathered batch by batch: sums, leasts and mosts only."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts.schema import Epoch
from unchurn.tables.cells import as_text
from unchurn.tables.date_fields import PIVOT, in_years
from unchurn.tables.date_range import Counts, DateRange
from unchurn.tables.date_writing import LOCAL, NO_DAY, ZONED, written
from unchurn.tables.dates import DateOrder, Dates, absent_dates, read_dates
from unchurn.tables.digit_dates import (
    DIGITS,
    Pairs,
    may_be_days,
    may_be_digits,
    may_be_months,
)
from unchurn.tables.epochs import FIRST, UNITS, Dated, Floats, likely, read_epochs
from unchurn.tables.numbers import READABLE, Mask
from unchurn.tables.short_years import ShortYears, short_years

ORDERS: tuple[DateOrder, ...] = ("ymd", "dmy", "mdy", "ydm", "yymd")
_MOST_WORDS = 100
_SHORT = r"^(?P<first>[0-9]{2})[-/.][0-9]{1,2}[-/.](?P<last>[0-9]{2})(?:[T ].*)?$"
_DAYS = 15
_MONTHS = 12


class DateEvidence:
    """A column's cells as dates in every way; `is_date` when the user says that it holds dates.

    `count` is the user's word on what its numbers count, `serials` that of a workbook on its days.
    `only` counts cells that one order alone can read, `either` those that day first and month
    first read differently (`example` is one), `dotted` those of them that are ``1.2.2024``.
    `days` and `months` are theirs, day first.
    `forms` are `date_writing`'s; `no_day` counts the cells that name none, `no_day_example` is the least.
    `alike` is of cells that all orders but ydm read alike, `compact` and `stamps` of cells that are numbers.
    """

    def __init__(
        self, is_date: bool = False, dated: Dated = "", count: Epoch = "", serials: Epoch = ""
    ) -> None:
        self.is_date = is_date
        self.count = count
        self.serials = serials
        self.dated: Dated = "day" if is_date else dated
        self.orders = {order: DateRange() for order in ORDERS}
        self.alike = DateRange()
        self.short = ShortYears()
        self.compact = {order: DateRange() for order in ORDERS}
        found = ((serials or unit) if unit == "excel" else unit for unit in UNITS)
        self.stamps = {unit: DateRange() for unit in ((count,) if count else found)}
        self.likely: Counter[Epoch] = Counter()
        self._words: Counter[str] = Counter()
        self._none: Counter[str] = Counter()
        self.numbers = 0
        self.only: Counter[DateOrder] = Counter()
        self.either = self.dotted = 0
        self.example: str | None = None
        self.days: set[int] = set()
        self.months: set[int] = set()
        self.forms: set[str] = set()
        self.zoned = self.no_day = 0
        self.no_day_example: str | None = None
        self._first: set[str] = set()
        self._last: set[str] = set()
        self._pairs = Pairs()

    def add_words(self, values: pa.Array, counts: Counts) -> None:
        """Count the words for "no date" among distinct cells."""
        hits = absent_dates(values)
        for word, rows in zip(values.filter(pa.array(hits)).to_pylist(), counts[hits], strict=True):
            self._words[word if len(self._words) < _MOST_WORDS else "…"] += int(rows)

    def add_zeros(self, values: Floats, counts: Counts) -> None:
        """Count the numbers that say "no date" among distinct ones."""
        for none in (0, -1):
            self._none[str(none)] += int(counts[values == none].sum())

    def add_native(self, stamps: npt.NDArray[np.datetime64], counts: Counts) -> None:
        """Take in moments that were stored as such."""
        known = ~np.isnat(stamps) & in_years(stamps)
        dates = Dates(
            np.where(known, stamps, np.datetime64("NaT", "us")),
            known,
            np.zeros(len(stamps), np.bool_),
        )
        self.alike.add(dates, counts)
        self.orders["ydm"].add(dates, counts)

    def add_text(self, values: pa.Array, counts: Counts) -> Mask:
        """Take in distinct cells that are no numbers; return which read as dates in any order."""
        iso = read_dates(values, "ymd")
        if iso.plain or (iso.readable.all() and not short_years(values, "ymd", iso).any()):
            self.alike.add(iso, counts)
            self.orders["ydm"].add(_day_before_month(values, iso), counts)
            if iso.plain:
                self.forms.add(LOCAL)
            else:
                self._add_written(values, counts, ~np.isnat(iso.values))
            return iso.readable
        read = {order: iso if order == "ymd" else read_dates(values, order) for order in ORDERS}
        short = self.short.add(values, counts, read)
        for order, each in self.orders.items():
            each.add(_without(read[order], short), counts)
            each.readable += int(counts[short & ~np.isnat(read[order].values)].sum())
        self._compare(values, counts, read)
        fields = pc.extract_regex(values, _SHORT).drop_null()
        self._first.update(fields.field("first").unique().to_pylist())
        self._last.update(fields.field("last").unique().to_pylist())
        made: Mask = np.any(np.array([dates.readable for dates in read.values()]), axis=0)
        self._add_written(values, counts, made)
        return made

    def _add_written(self, cells: pa.Array, counts: Counts, read: Mask) -> None:
        for form, found in written(cells, read):
            if not found.any():
                continue
            self.forms |= {form} - {ZONED}
            if form == ZONED:
                self.zoned += int(counts[found].sum())
            if form == NO_DAY:
                self.no_day += int(counts[found].sum())
                least = pc.min(cells.filter(pa.array(found))).as_py()
                known = self.no_day_example
                self.no_day_example = least if known is None else min(known, least)

    def _compare(self, values: pa.Array, counts: Counts, read: dict[DateOrder, Dates]) -> None:
        day, month = read["dmy"], read["mdy"]
        self.only["dmy"] += int(counts[day.readable & ~month.readable].sum())
        self.only["mdy"] += int(counts[month.readable & ~day.readable].sum())
        differ = ~np.isnat(day.values) & ~np.isnat(month.values) & (day.values != month.values)
        if differ.any():
            cells = values.filter(pa.array(differ))
            dots = pc.match_substring_regex(cells, r"^[0-9]{1,2} ?\. ?[0-9]{1,2} ?\.")
            self.either += int(counts[differ].sum())
            self.dotted += int(counts[differ][dots.to_numpy(zero_copy_only=False)].sum())
            if len(self.days) < _MONTHS or len(self.months) < _MONTHS:
                self.days |= set(days_of(day.values[differ]))
                self.months |= set(days_of(month.values[differ]))
            least = pc.min(cells).as_py()
            self.example = least if self.example is None else min(self.example, least)

    def add_numbers(self, cells: pa.Array, values: Floats, counts: Counts) -> None:
        """Take in distinct cells that are numbers."""
        if not self.dated:
            self._add_compact(cells, counts, may_be_days(values), ("ymd",))
            return
        self.numbers += int(counts.sum())
        for unit, each in self.stamps.items():
            if (unit == "yyyyww") != (self.dated == "week") or self.dated == "month":
                continue
            told = likely(values, unit)
            self.likely[unit] += int(counts[told].sum())
            moments, _ = read_epochs(values, unit)
            each.add(Dates(moments, ~np.isnat(moments), np.zeros(len(moments), np.bool_)), counts)
            if unit in DIGITS:
                self._pairs.add(unit, values[told])
        if self.count:
            return
        worth, orders = np.ones(len(values), np.bool_), ORDERS
        if self.dated in ("month", "week"):
            worth, orders = may_be_days(values), ("ymd",)
            worth |= may_be_months(values) if self.dated == "month" else False
        else:
            # five digits are a spreadsheet's day: 42019 is in 2015, and 042019 is April 2019
            worth = (values < 1e4) | (values >= 1e5) | _begin_with_zero(cells)
            worth &= self.is_date | may_be_digits(values)
        self._add_compact(cells, counts, worth, orders)

    def _add_compact(
        self, cells: pa.Array, counts: Counts, worth: Mask, orders: tuple[DateOrder, ...]
    ) -> None:
        if worth.any():
            text, rows = as_text(cells.filter(pa.array(worth))), counts[worth]
            read = {order: read_dates(text, order, compact=True) for order in orders}
            for order, dates in read.items():
                self.compact[order].add(dates, rows)
            if len(read) > 1:
                self._compare(text, rows, read)
            if self.dated:
                made = np.any(np.array([~np.isnat(each.values) for each in read.values()]), axis=0)
                self._add_written(text, rows, made)

    def merge(self, other: DateEvidence) -> None:
        """Take in another part of the column."""
        self.alike = self.alike.joined(other.alike)
        for mine, its in ((self.orders, other.orders), (self.compact, other.compact)):
            mine.update({order: mine[order].joined(found) for order, found in its.items()})
        self.stamps = {unit: each.joined(other.stamps[unit]) for unit, each in self.stamps.items()}
        self.short.merge(other.short)
        self._pairs.merge(other._pairs)
        self._none.update(other._none)
        for word, rows in other._words.items():
            self._words[word if len(self._words) < _MOST_WORDS else "…"] += rows
        self.likely.update(other.likely)
        self.only.update(other.only)
        for name in ("numbers", "either", "dotted", "zoned", "no_day"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("days", "months", "forms", "_first", "_last"):
            getattr(self, name).update(getattr(other, name))
        for name in ("example", "no_day_example"):
            told = [
                each for each in (getattr(self, name), getattr(other, name)) if each is not None
            ]
            setattr(self, name, min(told, default=None))

    @property
    def absent(self) -> Counter[str]:
        """What says "no date", with its rows: words, and the numbers 0 and -1."""
        return self._words + self._none

    @property
    def year_first(self) -> bool:
        """Whether ``24-01-31`` begins with its year: the last fields are a month's days.

        Nothing is concluded where they could be years as well.
        """
        if not self._first or self.orders["yymd"].readable < self.orders["dmy"].readable:
            return False
        if max(self._first) > "31" >= max(self._last):
            return True
        days = min(self._last) <= "05" and max(self._last) >= "27" and len(self._last) >= _DAYS
        return days and min(self._first) > "12" and 2 * len(self._first) <= len(self._last)

    @property
    def epoch(self) -> Epoch:
        """What the column's numbers count, where they are moments."""
        if self.count:
            return self.count
        compact = max(each.readable for each in self.compact.values())
        least = READABLE * self.numbers - sum(self._none.values())
        for unit in DIGITS:
            if self.likely[unit] > max(compact, least - 1) and self._pairs.tell(unit):
                return unit
        best = max((u for u in self.stamps if u not in DIGITS), key=self.likely.__getitem__)
        rows = self.likely[best]
        if not rows or (best in FIRST and self.dated != "day"):
            return ""
        return best if (rows >= least or self.is_date) and rows > compact else ""

    def seen(self, order: DateOrder, pivot: int = PIVOT) -> DateRange:
        """Return what all cells say in this order, numbers included; `pivot` parts the centuries."""
        return self.whole(order).joined(self.short.within(order, pivot))

    def whole(self, order: DateOrder) -> DateRange:
        """Return what cells without years of two digits say; all are counted in `readable`."""
        epoch = self.epoch
        cells = self.orders[order] if order == "ydm" else self.orders[order].joined(self.alike)
        return cells.joined(self.stamps[epoch] if epoch else self.compact[order])

    @property
    def readable(self) -> int:
        """Rows that are dates in one order or another."""
        best = max(self.seen(order).readable for order in ORDERS)
        return best + min(self.only["dmy"], self.only["mdy"])


def days_of(values: npt.NDArray[np.datetime64]) -> list[int]:
    """List the days of the month that moments are on, each once."""
    days, months = values.astype("datetime64[D]"), values.astype("datetime64[M]")
    return np.unique((days - months.astype("datetime64[D]")).astype(np.int64) + 1).tolist()  # type: ignore[no-any-return]


def _without(dates: Dates, short: Mask) -> Dates:
    return Dates(
        np.where(short, np.datetime64("NaT", "us"), dates.values), dates.readable, dates.absent
    )


def _day_before_month(cells: pa.Array, iso: Dates) -> Dates:
    """Read cells that are all ISO as ydm; plain ones by exchanging what was read."""
    spelled = "^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]*)?$"
    if not iso.plain and not pc.all(pc.match_substring_regex(cells, spelled)).as_py():
        return read_dates(cells, "ydm")
    days, months = iso.values.astype("datetime64[D]"), iso.values.astype("datetime64[M]")
    month = (days - months.astype("datetime64[D]")).astype(np.int64)
    day = months.astype(np.int64) % 12
    first = iso.values.astype("datetime64[Y]").astype("datetime64[M]").astype(np.int64) + month
    swapped = first.astype("datetime64[M]").astype("datetime64[D]") + day.astype("timedelta64[D]")
    values = swapped.astype("datetime64[us]") + (iso.values - days)
    readable = (month < 12) & ~np.isnat(iso.values)
    return Dates(np.where(readable, values, np.datetime64("NaT", "us")), readable, iso.absent)


def _begin_with_zero(cells: pa.Array) -> Mask:
    if not pa.types.is_string(cells.type):
        return np.zeros(len(cells), np.bool_)
    found: Mask = pc.starts_with(cells, "0").to_numpy(zero_copy_only=False)
    return found
