"""What arrives to be scored, against the training rows: one pass, memory that does not grow.

Per feature: blank cells, values that training never saw, values beyond its range, and a sample
of rows, evenly spread, for scale and shape. Every comparison is of many customers at once;
what one of them scores is never changed by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Difference, Finding
from unchurn.errors import cells_of
from unchurn.modelling.columns.leakage import as_floats
from unchurn.modelling.drift.difference import (
    GRAVE,
    LEAST_ROWS,
    beyond_chance,
    blank_unseen,
    unseen,
)
from unchurn.modelling.drift.exchanged import FEWEST, Arrived, ArrivedCategories, exchanged
from unchurn.modelling.drift.later_dates import LaterDates
from unchurn.modelling.drift.numbers import (
    ArrivedNumbers,
    bounds,
    bulk,
    ends,
    number_differs,
    reversed_share,
)
from unchurn.modelling.drift.rewritten_codes import RewrittenCodes
from unchurn.modelling.drift.sample import Sample
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.encoding.vocabulary import Places

_BLANK, _BLANK_AT_ALL, _UNSEEN = 0.1, 0.05, 0.1
_EXAMPLES = 3
_CHANCE = 1e-5
"""A few customers that training hardly explains are rarer than this."""


@dataclass(frozen=True)
class Trained:
    """What a model's features looked like in training.

    `profiles`: see `profile.profile_column`; `parts`: how categories are encoded;
    `ranges`: least and largest number, or moment in microseconds since 1970; `bulks`: see
    `numbers.bulk`; `usual`: columns whose blanks are read as the typical value. A bundle
    without a profile alarms at nothing.
    """

    profiles: Mapping[str, dict[str, Any]]
    parts: Mapping[str, EncodedColumn]
    ranges: Mapping[str, tuple[float, float]]
    usual: Mapping[str, EncodedColumn]
    bulks: Mapping[str, tuple[float, float, float, float, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, profile: dict[str, Any], encoder: dict[str, Any]) -> Self:
        """Take what ``profile.json`` and ``encoder.json`` say."""
        profiles = profile.get("columns", {})
        parts = [EncodedColumn.from_plain(each) for each in encoder.get("columns", [])]
        ordered = {name: each for name, each in profiles.items() if each.get("quantiles")}
        return cls(
            profiles,
            {part.name: part for part in parts if part.is_category and part.values},
            {name: ends(each) for name, each in ordered.items()},
            {part.name: part for part in parts if part.filled},
            {name: bulk(each) for name, each in ordered.items() if each["kind"] == "number"},
        )


class Arriving:
    """Counts over typed customers of a model; `findings` and `differs` at the end."""

    def __init__(self, trained: Trained) -> None:
        self.trained, self.rows = trained, 0
        self._blank: Counter[str] = Counter()
        self._unseen: Counter[str] = Counter()
        self._outside: Counter[str] = Counter()
        self._otherwise: Counter[str] = Counter()
        self._spelling: dict[str, tuple[str, str]] = {}
        self._coded: dict[str, Counter[int]] = {}
        self._examples: dict[str, list[str]] = {}
        self._ends: dict[str, tuple[float, float]] = {}
        self._bounds = {name: bounds(trained.profiles[name]) for name in trained.ranges}
        self._sample = Sample(len(trained.ranges))
        self._later = LaterDates({name: high for name, (_, high) in trained.ranges.items()})
        self._rewritten = RewrittenCodes.of({n: part.values for n, part in trained.parts.items()})

    def look(self, batch: pa.RecordBatch) -> None:
        """Take in a typed batch."""
        found = set(batch.schema.names)
        for name in (self.trained.profiles.keys() | self.trained.usual.keys()) & found:
            self._blank[name] += batch.column(name).null_count
        for name in self.trained.parts.keys() & found:
            self._categories(name, batch.column(name))
        numbers = [name for name in self.trained.ranges if name in found]
        for name in numbers:
            self._numbers(name, batch.column(name))
        if numbers:
            self._sample.add(batch.select(numbers))
        self.rows += batch.num_rows

    def _categories(self, name: str, cells: pa.Array) -> None:
        part = self.trained.parts[name]
        codes, absent, otherwise = part.coded(cells)
        known = codes[~absent] if cells.null_count else codes
        counted = np.bincount(known, minlength=1)
        self._unseen[name] += int(counted[0])
        kept = self._coded.setdefault(name, Counter())
        kept.update({int(code): int(counted[code]) for code in np.flatnonzero(counted)})
        shown = self._examples.setdefault(name, [])
        if otherwise is not None:
            self._spelled_otherwise(part, cells, codes, np.flatnonzero(otherwise))
        if not counted[0]:
            return
        new = cells.filter(pa.array(~absent & (codes == 0)))
        self._rewritten.look(name, new)
        if len(shown) < _EXAMPLES:
            odd = pc.unique(pc.cast(new.slice(0, 256), pa.string())).to_pylist()
            shown += [each for each in odd if each not in shown][: _EXAMPLES - len(shown)]

    def _spelled_otherwise(
        self, part: EncodedColumn, cells: pa.Array, codes: Places, places: npt.NDArray[np.int64]
    ) -> None:
        """Count cells that are a value of training's in other letters, blanks or Unicode form."""
        if not len(places):
            return
        self._otherwise[part.name] += len(places)
        first = int(places[0])
        written = str(cells[first].as_py())
        self._spelling.setdefault(part.name, (written, part.values[codes[first] - 1]))

    def _numbers(self, name: str, cells: pa.Array) -> None:
        values = cells
        if pa.types.is_timestamp(cells.type):
            # Arrow compares no whole number beyond 2^53, a moment of the year 2255, with a float
            values = cells.cast(pa.int64()).cast(pa.float64(), safe=False)
            self._later.look(name, values)
        least, most = pc.min_max(values).as_py().values()
        if least is None:
            return
        low, high = self._bounds[name]
        if least < low or most > high:
            odd = pc.or_(pc.less(values, low), pc.greater(values, high))
            self._outside[name] += pc.sum(odd).as_py() or 0
        before = self._ends.get(name, (least, most))
        self._ends[name] = (min(before[0], least), max(before[1], most))

    def findings(self, counted: Sequence[Difference]) -> Iterator[Finding]:
        """Yield notes that are no alarm, of what `counted` does not say: values, dates, blanks."""
        yield from self._rewritten.findings()
        named = {each.column for each in counted}
        yield from (each for each in self._later.findings() if each.column not in named)
        said = {each.column for each in counted if each.code == "arrived-unseen"}
        for name in sorted(self.trained.parts):
            if (cells := self._unseen[name]) and name not in said:
                yield unseen(name, cells, self._examples[name][0])
        for name in sorted(self._spelling):
            written, kept = self._spelling[name]
            cells = self._otherwise[name]
            words = (
                f"{cells_of(cells, name)} written otherwise than in training ({written!r} "
                f"for {kept!r}); read as that."
            )
            yield Finding("other-spelling", "note", words, name, cells)
        for name, part in sorted(self.trained.usual.items()):
            if cells := self._blank[name]:
                yield blank_unseen(part, cells)

    def differs(self) -> list[Difference]:
        """List what differs from training by more than chance: exchanged columns, then by name."""
        if self.rows < FEWEST:
            return []
        sample = self._sample.table() if self._ends else None
        swapped = exchanged(self._arrived(sample))
        found = list(swapped.values())
        # what is said of two columns together is not said of each
        alone = self.trained.profiles.keys() - {name for pair in swapped for name in pair}
        if self.rows < LEAST_ROWS:
            return [*found, *(each for name in sorted(alone) for each in self._unknown(name))]
        for name in sorted(alone):
            then = self.trained.profiles[name]
            present = self.rows - self._blank[name]
            found += self._blanks(name, then)
            if present < LEAST_ROWS or then["rows"] == then["missing"]:
                continue
            if name in self.trained.parts:
                found += self._spelled(name, then, present)
            elif sample is not None and name in self._ends:
                found += number_differs(name, then, self._arrived_numbers(name, sample))
        return found

    def _arrived(self, sample: pa.Table | None) -> dict[str, tuple[dict[str, Any], Arrived]]:
        """Give every column that has cells its profile and what arrived in it."""
        found: dict[str, tuple[dict[str, Any], Arrived]] = {}
        for name, then in self.trained.profiles.items():
            if then["rows"] == then["missing"]:
                continue
            if name in self._coded:
                found[name] = then, self._arrived_categories(name)
            elif sample is not None and name in self._ends:
                found[name] = then, self._arrived_numbers(name, sample)
        return found

    def _arrived_categories(self, name: str) -> ArrivedCategories:
        values, coded = self.trained.parts[name].values, self._coded[name]
        present = coded.total()
        shares = {values[code - 1]: rows / present for code, rows in coded.items() if code}
        return ArrivedCategories(present, shares, coded[0], tuple(self._examples[name]))

    def _arrived_numbers(self, name: str, sample: pa.Table) -> ArrivedNumbers:
        low, high = self._ends[name]
        values = as_floats(sample[name])
        present = self.rows - self._blank[name]
        return ArrivedNumbers(values[np.isfinite(values)], present, self._outside[name], low, high)

    def foreign(self) -> list[str]:
        """Name the columns of which half the cells are unlike training's, however few there are."""
        odd = self._unseen | self._outside
        return sorted(
            name
            for name in self.trained.profiles
            if (present := self.rows - self._blank[name]) and 2 * odd[name] >= present
        )

    def _blanks(self, name: str, then: dict[str, Any]) -> Iterator[Difference]:
        share, before = self._blank[name] / self.rows, then["missing"] / max(1, then["rows"])
        more = beyond_chance(before, then["rows"], share, self.rows)
        if share <= before or more < (_BLANK if then["missing"] else _BLANK_AT_ALL):
            return
        cells = self._blank[name]
        who = "all customers" if cells == self.rows else f"{cells:,} of {self.rows:,} customers"
        brief = f"{name!r} is blank for {who}"
        words = f"{brief}; in training it was for {before:.0%}."
        yield Difference("arrived-blank", brief, words, name, more >= GRAVE, cells)

    def _unknown(self, name: str) -> Iterator[Difference]:
        """Say of a few customers that none of their values is one of training's, beyond chance."""
        then, present = self.trained.profiles[name], self.rows - self._blank[name]
        if name not in self._coded or self._unseen[name] < max(present, FEWEST):
            return
        rows = then["rows"] - then["missing"]
        if (1 - self._held(name, then) + 1 / max(1, rows)) ** present < _CHANCE:
            yield self._unlike(name, then, present, True)

    def _held(self, name: str, then: dict[str, Any]) -> float:
        """Return which share of training's cells holds values that the model tells apart."""
        top = dict(then.get("top", ()))
        values = self.trained.parts[name].values
        return float(sum(top.get(value, 0) for value in values) / (then["rows"] - then["missing"]))

    def _unlike(self, name: str, then: dict[str, Any], present: int, grave: bool) -> Difference:
        cells = self._unseen[name]
        who = "all" if cells == present else f"{cells / present:.0%} of"
        brief = f"{who} values of {name!r} are ones that training hardly or never saw"
        seen = ", ".join(repr(each) for each in self._examples[name])
        known = ", ".join(repr(value) for value in list(dict(then.get("top", ())))[:_EXAMPLES])
        words = f"{brief} (such as {seen}; it knows {known})."
        return Difference("arrived-unseen", brief, words, name, grave, cells)

    def _spelled(self, name: str, then: dict[str, Any], present: int) -> Iterator[Difference]:
        values = self.trained.parts[name].values
        top = dict(then.get("top", ()))
        rows = then["rows"] - then["missing"]
        held = self._held(name, then)
        share = self._unseen[name] / present
        beyond = beyond_chance(1 - held, rows, share, present)
        if share > 1 - held and beyond >= _UNSEEN:
            yield self._unlike(name, then, present, beyond >= GRAVE)
            return
        coded = self._coded[name]
        if len(coded) == 1 and 0 not in coded:
            yield from self._alone(name, values[next(iter(coded)) - 1], then, present)
        elif len(values) == 2 and then["distinct"] == 2:
            before = top.get(values[0], 0) / rows
            yield from reversed_share(
                name, repr(values[0]), (before, rows), (coded[1] / present, present)
            )

    def _alone(
        self, name: str, value: str, then: dict[str, Any], present: int
    ) -> Iterator[Difference]:
        share = dict(then["top"]).get(value, 0) / (then["rows"] - then["missing"])
        if then["distinct"] > 1 and share**present < 1e-9:
            brief = f"{name!r} is the same for all"
            words = f"{name!r} is {value!r} for all customers; in training it was for {share:.0%}."
            yield Difference("arrived-constant", brief, words, name, False, present)
