"""Customers to score against the schema of the model that scores them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, Difference, Finding, Schema
from unchurn.errors import DataError, cells_of, counted, listing
from unchurn.tables.arriving_ids import ArrivingIds
from unchurn.tables.cells import as_text, missing_spellings, present
from unchurn.tables.centuries import two_digit_words
from unchurn.tables.epochs import counted_as
from unchurn.tables.far_dates import FarDates
from unchurn.tables.far_numbers import Bulk, Range
from unchurn.tables.findings import infinite, other_spelling, unreadable
from unchurn.tables.matching import find_column, fold, match_columns
from unchurn.tables.misread import Misread
from unchurn.tables.new_forms import NewForms
from unchurn.tables.spelling import worth_name
from unchurn.tables.typing import Tally

_JUDGED = 10
"""Fewer present cells than this never condemn a column."""
_LOOKED = 64
_SHOWN, _FEWEST = 6, 3
ORDERS = ("dmy", "mdy", "")
"""What dates with the year last may be that a column of ISO dates cannot read."""


@dataclass(frozen=True)
class Plan:
    """How a table's headers answer to the model's columns.

    `headers`: for each of `columns`, in order, the table's own header.
    """

    columns: tuple[Column, ...]
    headers: tuple[str, ...]
    findings: tuple[Finding, ...]

    def renamed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Give a batch read by `headers` (after its row numbers) the model's names."""
        names = [batch.schema.names[0], *(column.name for column in self.columns)]
        return batch.rename_columns(names)


def plan_arrival(headers: Sequence[str], schema: Schema, clv: float | str) -> Plan:
    """Match a table to a model: its id, features and value column; the snapshot where present.

    Raises `DataError` naming every column that is missing.
    """
    needed = needed_columns(schema, clv)
    found = match_columns([column.name for column in needed], headers)
    columns = list(needed)
    for column in schema.with_role("snapshot"):
        if header := find_column(column.name, headers, set(found.values())):
            columns.append(column)
            found[column.name] = header
    read = tuple(found[column.name] for column in columns)
    return Plan(tuple(columns), read, tuple(_unused(headers, schema, set(read))))


def needed_columns(schema: Schema, clv: float | str) -> list[Column]:
    """List what a customer must have: the id, the features, and the value column of `clv`."""
    needed = [*schema.with_role("id"), *(schema.named(name) for name in schema.features)]
    name = worth_name(clv, schema.names) if isinstance(clv, str) else ""
    if name and name not in {each.name for each in needed}:
        value = schema.named(name) if name in schema.names else Column(name, "number")
        needed.append(replace(value, kind="number", role="feature"))
    return needed


def _unused(headers: Sequence[str], schema: Schema, used: set[str]) -> Iterator[Finding]:
    known = {fold(column.name) for column in schema.columns}
    target = fold(schema.target) if schema.target else None
    rest = [name for name in headers if name not in used]
    for name in rest:
        if fold(name) == target:
            words = f"The table holds the label {name!r}; it is not looked at."
            yield Finding("label-ignored", "note", words, name)
    taken = {fold(name) for name in used}
    extra = [name for name in rest if fold(name) not in known or fold(name) in taken]
    if extra:
        words = f"{counted(len(extra), 'column')} that the model does not know: {listing(extra)}."
        yield Finding("extra-columns", "note", words, count=len(extra))


class Arrivals:
    """Counts over arriving customers: what could not be read as the model reads it, or looks misread.

    `ranges`: the least and largest number of each column in training, or moment in microseconds;
    `bulks`: where most of its numbers lie.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        ranges: Mapping[str, Range],
        bulks: Mapping[str, Bulk] | None = None,
    ) -> None:
        self._new_forms, self._ids = NewForms(), ArrivingIds(tuple(columns))
        self.tally = Tally(new_forms=self._new_forms)
        self._misread, self._far = Misread(columns, ranges, bulks), FarDates(columns, ranges)
        self._columns = {column.name: column for column in columns}
        self._odd: dict[str, str] = {}

    def look(self, written: pa.RecordBatch, typed: pa.RecordBatch) -> None:
        """Take in a batch as it was written and as it was typed: keep a cell that is no kind."""
        self._misread.look(written, typed)
        self._far.look(written, typed)
        self._ids.look(typed)
        for name in self.tally.unreadable.keys() - self._odd.keys():
            cells = written.column(name)
            lost = pc.and_(pc.is_null(typed.column(name)), pc.is_valid(cells))
            texts = present(as_text(cells.filter(lost).slice(0, _LOOKED)), missing_spellings(()))
            if shown := next((each for each in texts.to_pylist() if each), ""):
                self._odd[name] = shown

    def retyped(self, least: int = _JUDGED) -> list[str]:
        """Name the columns whose cells, `least` or more of them, are mostly not of their kind."""
        tally = self.tally
        return [
            name
            for name, cells in tally.unreadable.items()
            if tally.present[name] >= least and cells > tally.present[name] / 2
        ]

    def refuse_retyped(self) -> None:
        """Raise `DataError` naming every column whose cells are mostly not of their kind."""
        found = self.retyped()
        if not found:
            return
        words = [self._words(name) for name in found]
        shown = "; the column ".join(words[:_SHOWN])
        rest = len(words) - _SHOWN
        more = f"; and {counted(rest, 'more column')}" if rest > 0 else ""
        hint = "Write the column as in the training table, or train again on tables like this."
        columns = [self._columns[name] for name in found]
        if all(self._other_first(each) or self._counts(each) for each in columns):
            hint = "Write its dates as 2024-12-31, or train again on tables like this."
        raise DataError(f"The column {shown}{more}.", hint)

    def _words(self, name: str) -> str:
        column, tally = self._columns[name], self.tally
        counted = f"{tally.unreadable[name]:,} of its {tally.present[name]:,} cells are not"
        said = f"{name!r} is a {column.kind} to the model, but {counted}"
        odd = self._odd.get(name)
        like = f", such as {odd[:60]!r}" if odd else ""
        first, counts = self._other_first(column), self._counts(column)
        return (
            f"{said}{like}{self._in_other_mark(name)}{first and ': they are dates ' + first}"
            f"{counts and ': it is ' + counts}"
        )

    def _counts(self, column: Column) -> str:
        """Say what numbers count that arrive in a column of dates."""
        return counted_as(self._odd.get(column.name, "")) if column.kind == "date" else ""

    def _other_first(self, column: Column) -> str:
        """Say which comes first in dates that a column of ISO dates cannot read."""
        day, month, either = (self.tally.other_first[column.name, order] for order in ORDERS)
        if not day + month + either:
            return ""
        there = "the year last, day or month first"
        if day or month:
            there = "the day first" if day > month else "the month first"
        return f"with {there}, and training's have the year first"

    def _in_other_mark(self, name: str) -> str:
        if not self.tally.other_mark[name]:
            return ""
        here, there = (
            ("comma", "point") if self._columns[name].decimal == "," else ("point", "comma")
        )
        return f": they are written with a decimal {there}, and training's with a {here}"

    def findings(self) -> Iterator[Finding]:
        """Yield what a person should know, in column order."""
        for column in self._columns.values():
            yield from self._lost(column)
            yield from self._as_read(column)
        yield from self._otherwise()
        yield from self._ids.findings()

    def as_read(self) -> Iterator[Finding]:
        """Yield of `findings` what says how cells were read, not which were lost."""
        for column in self._columns.values():
            yield from self._as_read(column)
        yield from self._otherwise()
        yield from self._ids.findings()

    def _otherwise(self) -> Iterator[Finding]:
        """Say which cells of yes and no were not written as in training, but of two columns once."""
        told = {name for pair in exchanged_words(self._columns, self.tally) for name in pair}
        yield from (each for each in otherwise(self.tally) if each.column not in told)

    def _lost(self, column: Column) -> Iterator[Finding]:
        name = column.name
        if cells := self.tally.unreadable[name]:
            yield unreadable(name, column.kind, cells, self._odd.get(name, ""))
        if cells := self.tally.other_mark[name]:
            words = f"{cells_of(cells, name)} not as in training{self._in_other_mark(name)}."
            yield Finding("decimal-mark", "warning", words, name, cells)
        if cells := self.tally.other_order[name]:
            yield other_order(column, cells)
        if first := self._other_first(column):
            cells = sum(self.tally.other_first[name, order] for order in ORDERS)
            words = f"{cells_of(cells, name, 'is a date', 'are dates')} {first}; write them as 2024-12-31."
            yield Finding("other-date-order", "warning", words, name, cells)
        if cells := self.tally.infinite[name]:
            yield infinite(name, cells)

    def _as_read(self, column: Column) -> Iterator[Finding]:
        name = column.name
        if cells := self.tally.other_currency[name]:
            words = (
                f"{cells_of(cells, name)} in another currency than {column.currency}, "
                "training's; read as written, not converted."
            )
            yield Finding("other-currency", "warning", words, name, cells)
        if cells := self.tally.short_years[name]:
            words = two_digit_words(name, cells, column.pivot)
            yield Finding("two-digit-years", "note", words, name, cells)
        yield from self._far.findings(name)
        misread = list(self._misread.findings(name))
        said = {each.code for each in misread}
        # what is doubted is said first of all, and once
        doubted = {each.code for each in self.doubts() if each.column == name}
        yield from (
            each
            for each in misread
            if each.code != "misread-mark"
            or not doubted & {"misread-thousands", "misread-decimals"}
        )
        yield from (
            each
            for each in self._new_forms.findings(column)
            if each.code != "written-percent" or "misread-percent" not in said
        )

    def doubts(self) -> list[Difference]:
        """List what may have been read quite wrongly: it is said before all else."""
        swapped = exchanged_words(self._columns, self.tally)
        return [*swapped.values(), *self._new_forms.doubts(tuple(self._columns.values()))]


def exchanged_words(
    columns: Mapping[str, Column], tally: Tally
) -> dict[tuple[str, str], Difference]:
    """Say which pairs of columns of yes and no hold each other's spellings, in every cell."""
    turned = [
        name
        for name, cells in tally.otherwise.items()
        if cells == tally.present[name] and cells >= _FEWEST
    ]
    alike = {
        name: [each for each in turned if tally.spelled[name] <= set(columns[each].truth[:2])]
        for name in turned
    }
    found: dict[tuple[str, str], Difference] = {}
    for one, (other, *more) in ((name, each) for name, each in sorted(alike.items()) if each):
        if one < other and not more and alike[other] == [one]:
            brief = f"{one!r} and {other!r} look exchanged"
            words = f"{brief}: each is written as the other is in training. Check their headers."
            found[one, other] = Difference(
                "arrived-exchanged", brief, words, one, True, tally.present[one]
            )
    return found


def other_order(column: Column, cells: int) -> Finding:
    """Say that dates are written with day and month the other way than in training."""
    here, there = ("day", "month") if column.date_order == "dmy" else ("month", "day")
    words = (
        f"{cells_of(cells, column.name, 'is a date', 'are dates')} with the {there} first; training's "
        f"have the {here} first, and cells that may be either are read so; write them as 2024-12-31. "
        "[columns] date_order, or init --date-order, settles training's."
    )
    return Finding("other-date-order", "warning", words, column.name, cells)


def otherwise(tally: Tally) -> Iterator[Finding]:
    """Say which cells of yes and no were not written as in training."""
    for name in sorted(tally.otherwise):
        yield other_spelling(name, tally.otherwise[name], *tally.example[name])
