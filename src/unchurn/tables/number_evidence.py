"""What a column's cells say as numbers under one decimal mark, unit by unit.

Everything kept is a sum, a least or a most: the order of the rows cannot matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from unchurn.tables.date_range import Counts
from unchurn.tables.epochs import Floats
from unchurn.tables.extremes import Extremes
from unchurn.tables.measures import Measured, forms, times
from unchurn.tables.missing_codes import Codes, may_be_code, seems_missing
from unchurn.tables.numbers import Numbers
from unchurn.tables.sentinels import Meaning, is_class, sentinels_at_ends
from unchurn.tables.sizes import Sizes
from unchurn.tables.units import CREDIT, SCALE, dimensions, is_word, ratio, unit_in

SENTINELS = (-999.0, -9999.0, -99999.0, -999999.0)
"""Numbers that stand for missing where everything else in a column is at least zero."""
_COMMON = 0.35
"""Share of a column's numbers above which one is no code but a value like others."""
MOST_WORDS = 64
"""Words remembered that are no known unit; a column of more is none of ``3 tickets``."""


@dataclass
class NumberRange:
    """Cells read as numbers; counts are rows.

    `minimum` and `maximum` leave out the `stated` codes for missing and `SENTINELS`, whose rows are
    in `sentinels`. `extremes` are the numbers at either end, among them what else may be one.
    """

    stated: Codes = frozenset()

    readable: int = 0
    infinite: int = 0
    whole: bool = True
    minimum: float = np.inf
    maximum: float = -np.inf
    sentinels: dict[float, int] = field(default_factory=dict)
    extremes: Extremes = field(default_factory=Extremes)
    sizes: Sizes = field(default_factory=Sizes)

    def add(self, numbers: Numbers, counts: Counts) -> None:
        """Take in distinct cells and how often each occurs."""
        self.readable += int(counts[numbers.readable].sum())
        self.infinite += int(counts[numbers.infinite].sum())
        known = ~np.isnan(numbers.values)
        kept, rows = numbers.values[known], counts[known]
        if self.stated or (len(kept) and np.min(kept) <= max(SENTINELS)):
            kept, rows = self._without_sentinels(kept, rows)
        if len(kept):
            ends = float(np.min(kept)), float(np.max(kept))
            self.minimum, self.maximum = min(self.minimum, ends[0]), max(self.maximum, ends[1])
            self.whole = self.whole and bool((kept == np.floor(kept)).all())
            self.sizes.add(kept, rows)
            self.extremes.add(kept, rows)

    def _without_sentinels(self, values: Floats, counts: Counts) -> tuple[Floats, Counts]:
        codes = (*SENTINELS, *self.stated)
        for code in codes:
            if rows := int(counts[values == code].sum()):
                self.sentinels[code] = self.sentinels.get(code, 0) + rows
        others = ~np.isin(values, codes)
        return values[others], counts[others]

    def merge(self, other: NumberRange) -> None:
        """Take in another part of the column."""
        self.readable += other.readable
        self.infinite += other.infinite
        self.whole &= other.whole
        self.minimum, self.maximum = (
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
        )
        for code, rows in other.sentinels.items():
            self.sentinels[code] = self.sentinels.get(code, 0) + rows
        self.extremes.merge(other.extremes)
        self.sizes.merge(other.sizes)

    @property
    def missing_codes(self) -> dict[float, int]:
        """The sentinels: stated ones, and all that are the only numbers below zero."""
        negative = 0 <= self.minimum < np.inf
        return {
            code: rows for code, rows in self.sentinels.items() if negative or code in self.stated
        }

    def suspected_codes(self, meaning: Meaning) -> dict[float, int]:
        """Numbers beside all others that look like codes for missing, with their rows."""
        rows = self.extremes.rows | self.sentinels
        rows = {code: cells for code, cells in rows.items() if code not in self.missing_codes}
        found: dict[float, int] = {}
        while fresh := self._lone_codes(rows, meaning) | sentinels_at_ends(
            rows, self.readable, meaning
        ):
            found |= fresh
            rows = {code: cells for code, cells in rows.items() if code not in fresh}
        return found

    def _lone_codes(self, rows: Mapping[float, int], meaning: Meaning) -> dict[float, int]:
        """Tell -1 and numbers of nines at either end, however few cells hold them."""
        ranked = sorted(rows)
        start, stop = 0, len(ranked)
        while start < stop and may_be_code(ranked[start]):
            start += 1
        while start < stop and may_be_code(ranked[stop - 1]):
            stop -= 1
        if start == stop or (self.whole and ranked[stop - 1] - ranked[start] <= 1):
            return {}  # -1, 0 and 1 are three values
        seen, most = (ranked[start], ranked[stop - 1]), _COMMON * self.readable
        others = ranked[start:stop]
        codes = {code: rows[code] for code in (*ranked[:start], *ranked[stop:])}
        return {
            code: cells
            for code, cells in codes.items()
            if 0 < cells <= most
            and seems_missing(code, seen)
            and not is_class(code, others, rows, meaning)
        }

    def without(self, codes: Collection[float]) -> tuple[float, float]:
        """Return the least and the largest number that is none of `codes`."""
        others = [each for each in self.extremes.rows if each not in codes]
        return min(others), max(others)


class NumberEvidence:
    """Number evidence by unit; "" is of cells without one.

    `about` counts rows like ``>5``; `beside` those with each currency, with ``%``, or neither;
    `forms` are how cells are written: see `measures.forms`.
    """

    def __init__(self, stated: Codes = frozenset()) -> None:
        self._stated = stated
        self.by_unit: dict[str, NumberRange] = {"": NumberRange(stated)}
        self.about = 0
        self.beside: Counter[str] = Counter()
        self.forms: set[str] = set()
        self._crowded = False

    def add(self, found: Numbers | Measured, counts: Counts) -> None:
        """Take in distinct cells, each in its own unit, and how often each occurs."""
        if isinstance(found, Numbers):
            self.by_unit[""].add(found, counts)
            plain = int(counts[found.readable & (found.values != 0)].sum())
            self.beside[""] += plain
            self.forms |= {"bare"} if plain else set()
            return
        self.forms |= {form for form, cells in forms(found) if cells.any()}
        rows = np.where(found.readable & (found.values != 0), counts, 0)
        told = np.bincount(found.beside, weights=rows, minlength=len(found.besides))
        self.beside.update(dict(zip(found.besides, told.astype(np.int64).tolist(), strict=True)))
        self.about += int(counts[found.about].sum())
        for place, unit in enumerate(found.units):
            if self._is_kept(unit):
                here = found.unit == place
                endless = here & np.isinf(found.values)
                values = np.where(here & ~endless, found.values, np.nan) + 0.0
                numbers = Numbers(values, found.readable & here, endless)
                self.by_unit.setdefault(unit, NumberRange(self._stated)).add(numbers, counts)

    def merge(self, other: NumberEvidence) -> None:
        """Take in another part of the column; words that are too many in one are so in all."""
        self.about += other.about
        self.beside.update(other.beside)
        self.forms |= other.forms
        if other._crowded:
            self._forget({unit for unit in self.by_unit if is_word(unit)})
        for unit, found in other.by_unit.items():
            if self._is_kept(unit):
                self.by_unit.setdefault(unit, NumberRange(self._stated)).merge(found)

    def _forget(self, words: set[str]) -> None:
        self._crowded = True
        self.by_unit = {u: each for u, each in self.by_unit.items() if u not in words}

    def _is_kept(self, unit: str) -> bool:
        """Tell whether a unit is worth remembering; too many words are all forgotten."""
        if not is_word(unit):
            return True
        if self._crowded:
            return False
        words = {each for each in self.by_unit if is_word(each)} | {unit}
        if len(words) > MOST_WORDS:
            self._forget(words)
        return not self._crowded

    @property
    def currency(self) -> str:
        """The currency that most cells with one are in; empty where none is."""
        money = {sign: rows for sign, rows in self.beside.items() if rows and sign not in ("", "%")}
        return min(money, key=lambda sign: (-money[sign], sign), default="")

    @property
    def readable(self) -> int:
        """Rows that read as numbers in the column's unit."""
        return sum(self.written(self.unit).values())

    @property
    def unit(self) -> str:
        """The unit that most cells can be brought to: the one most are written in."""
        rows = Counter({unit: each.readable for unit, each in self.by_unit.items() if unit})
        ranked = sorted((unit for unit in rows if rows[unit]), key=lambda u: (-rows[u], u))
        sizes = dict.fromkeys(size for unit in ranked for size in dimensions(unit))
        found = [self._named(size, rows) for size in sizes if not self._lone_credit(size)]
        if not found:
            return SCALE
        reached = {unit: sum(self.written(unit).values()) for unit in dict.fromkeys(found)}
        best = max(reached.values())
        unit = next(unit for unit in reached if reached[unit] == best)
        bare = self.by_unit[""].readable
        # cells without a unit are in the column's only where most cells say which
        return unit if unit == CREDIT or 2 * bare <= best else SCALE

    def _named(self, size: str, rows: Counter[str]) -> str:
        """Name the unit of one dimension in which most cells are written."""
        if size == "ledger":
            return CREDIT
        units: Counter[str] = Counter()
        for unit, count in rows.items():
            if size in dimensions(unit):
                units[unit_in(unit, size)] += count
        return min(units, key=lambda unit: (-units[unit], unit))

    def _lone_credit(self, dimension: str) -> bool:
        """Tell ``12.5 Cr`` in every cell, which is crores, from a ledger's credits."""
        if dimension != "ledger" or self.by_unit[""].readable or "CR" in self.by_unit:
            return False
        return not any(ratio(unit, CREDIT) == 1 for unit in self.by_unit if unit)

    def written(self, unit: str) -> Counter[str]:
        """Count the rows that can be brought to `unit`, by how they are written."""
        return Counter(
            {
                each: evidence.readable
                for each, evidence in self.by_unit.items()
                if evidence.readable and ratio(each, unit) is not None
            }
        )

    def settled(self) -> NumberRange:
        """Join everything in the column's unit."""
        unit = self.unit
        if set(self.by_unit) == {""}:
            return self.by_unit[""]
        joined = NumberRange(self._stated)
        for each, evidence in self.by_unit.items():
            factor = ratio(each, unit)
            if factor is None or not evidence.readable:
                continue
            joined.readable += evidence.readable
            joined.infinite += evidence.infinite
            for code, rows in evidence.sentinels.items():
                joined.sentinels[code] = joined.sentinels.get(code, 0) + rows
            ends = _times([evidence.minimum, evidence.maximum], factor)
            if ends:
                joined.minimum = min(joined.minimum, *ends)
                joined.maximum = max(joined.maximum, *ends)
            joined.whole = joined.whole and evidence.whole and factor.denominator == 1
            joined.sizes.join(evidence.sizes, abs(float(factor)))
            # a number that is a code in one unit is none in the others: no row holds it there
            joined.extremes.join(evidence.extremes.rows if factor == 1 else dict.fromkeys(ends, 0))
        return joined


def _times(ends: list[float], factor: Fraction) -> list[float]:
    known = np.array([end for end in ends if np.isfinite(end)])
    return (
        times(known, factor, [repr(end) for end in known.tolist()]).tolist() if len(known) else []
    )
