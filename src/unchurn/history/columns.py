"""Which columns of a source are read, as what: decided on one table, kept for every later one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import pyarrow as pa

from unchurn.artefacts import Column, Finding
from unchurn.errors import ConfigError, DataError, UnchurnError
from unchurn.history.sources import Source
from unchurn.progress import Progress
from unchurn.project import Attributes, Columns, Data, Events, Subscriptions
from unchurn.project.history import Section
from unchurn.tables import Table
from unchurn.tables.matching import match_columns
from unchurn.tables.stated import Stated
from unchurn.tables.summary import survey

_ASKED = (
    *("date-order", "date-order-mixed", "decimal-mark", "counted-days", "mixed-currencies"),
    "workbook-days",
)
"""What is in question of cells that decide when something was, and how much."""


@dataclass(frozen=True)
class Roles:
    """The columns of one source, each with its own name and how its cells are read.

    `times` are, in order: start, end and notice of periods; time and arrival of the others; None
    where there is no such column. `values` are added up (the amount of periods), `attributes`
    are looked up as of a day, `kind` parts events.
    """

    customer: Column
    times: tuple[Column | None, ...]
    values: tuple[Column, ...] = ()
    attributes: tuple[Column, ...] = ()
    kind: Column | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column that is read."""
        times = tuple(each for each in self.times if each)
        kind = (self.kind,) if self.kind else ()
        return (self.customer, *times, *kind, *self.values, *self.attributes)

    def headers(self, table: Table) -> dict[str, str]:
        """Map each column to the header of `table` that means it. Raises `DataError` as matching."""
        return match_columns([each.name for each in self.columns], table.columns)

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data for ``plan.json``."""
        return {
            "customer": self.customer.to_plain(),
            "times": [each.to_plain() if each else None for each in self.times],
            "values": [each.to_plain() for each in self.values],
            "attributes": [each.to_plain() for each in self.attributes],
            "kind": self.kind.to_plain() if self.kind else None,
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read back what `to_plain` made."""

        def one(each: dict[str, Any] | None) -> Column | None:
            return Column.from_plain(each) if each else None

        def several(name: str) -> tuple[Column, ...]:
            return tuple(Column.from_plain(each) for each in plain[name])

        times = tuple(one(each) for each in plain["times"])
        customer = Column.from_plain(plain["customer"])
        return cls(customer, times, several("values"), several("attributes"), one(plain["kind"]))


def settle_roles(
    source: Source, missing: tuple[str, ...], progress: Progress
) -> tuple[Roles, list[Finding]]:
    """Look at a source once and decide how each column it names is read; say what is in question.

    Raises `DataError` where a column is not there, or does not hold what the section says, and
    `ConfigError` where the section contradicts itself, with the section's name.
    """
    wanted = _Wanted.of(source.section)
    try:
        names = match_columns(wanted.named, source.table.columns)
        others = wanted.others(names, source.table.columns)
        kinds = {names[each]: "date" for each in wanted.times if each}
        kinds |= {names[each]: "number" for each in wanted.values}
        stated = _stated(source, kinds)
        found, told = _kinds(source.table, stated, (*kinds, *others), missing, progress)
    except UnchurnError as error:
        kind = ConfigError if isinstance(error, ConfigError) else DataError
        raise kind(f"[history.{source.name}]: {error.message}", error.hint) from error
    parting = Column(names[wanted.kind], "category") if wanted.kind else None
    roles = Roles(
        Column(names[wanted.customer], "text", "id"),
        tuple(found[names[each]] if each else None for each in wanted.times),
        tuple(found[names[each]] for each in wanted.values),
        tuple(found[each] for each in others),
        parting,
    )
    return roles, [replace(each, words=f"[history.{source.name}]: {each.words}") for each in told]


def _stated(source: Source, kinds: dict[str, str]) -> Stated:
    """Bring down what a source's section says of cells, and what its columns have to be.

    Raises `ConfigError` for an epoch of what is added up.
    """
    section = source.section
    said = Columns(decimal=section.decimal, date_order=section.date_order, epoch=section.epoch)
    by_column = (
        each for each in (said.decimal, said.date_order, said.epoch) if isinstance(each, dict)
    )
    names = match_columns(
        sorted({name for each in by_column for name in each}), source.table.columns
    )
    stated = Stated.of(said, names)
    for name, unit in stated.epochs.items():
        if kinds.get(name) == "number":
            raise ConfigError(
                f"epoch says that {name!r} counts {unit!r}, and the section adds {name!r} up as a number; "
                "only a date has an epoch.",
                f"Take {name!r} out of epoch, or out of what is added up.",
            )
    return replace(stated, types={**stated.types, **kinds}, section=f"history.{source.name}")


@dataclass(frozen=True)
class _Wanted:
    """Names of columns as a section gives them."""

    customer: str
    times: tuple[str, ...]
    values: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    kind: str = ""
    all_others: bool = False

    @classmethod
    def of(cls, section: Section) -> Self:
        if isinstance(section, Subscriptions):
            periods = (section.start, section.end, section.known)
            amount = (section.amount,) if section.amount else ()
            return cls(section.customer, periods, amount, section.columns)
        if isinstance(section, Events):
            times = (section.time, section.known)
            return cls(section.customer, times, section.values, kind=section.kind)
        everything = isinstance(section, Attributes) and not section.columns
        times = (section.time, section.known)
        return cls(section.customer, times, (), section.columns, "", everything)

    @property
    def named(self) -> tuple[str, ...]:
        every = (self.customer, *self.times, self.kind, *self.values, *self.attributes)
        return tuple(dict.fromkeys(each for each in every if each))

    def others(self, names: dict[str, str], headers: Sequence[str]) -> tuple[str, ...]:
        """Name the attributes as the headers spell them."""
        if self.all_others:
            return tuple(sorted(set(headers) - set(names.values())))
        return tuple(sorted(names[each] for each in self.attributes))


def _kinds(
    table: Table,
    stated: Stated,
    names: tuple[str, ...],
    missing: tuple[str, ...],
    progress: Progress,
) -> tuple[dict[str, Column], list[Finding]]:
    """Decide columns by what the file stores, and by one look at those that it stores as text.

    Returns what that look leaves in question, too.
    """
    found = {name: _stored(name, table.types[name], stated.types.get(name)) for name in names}
    open_ones = tuple(name for name, column in found.items() if column is None)
    decided = {name: column for name, column in found.items() if column is not None}
    if not open_ones:
        return decided, []
    seen = survey(replace(table, columns=open_ones), Data(missing=missing), stated, progress)
    decided |= {each.column.name: each.column for each in seen.columns}
    return decided, [each for each in seen.findings if each.code in _ASKED]


def _stored(name: str, kind: pa.DataType, forced: str | None) -> Column | None:
    """Decide by the stored type; None where the cells have to be looked at."""
    if pa.types.is_timestamp(kind) and forced != "number":
        return Column(name, "date")
    if pa.types.is_floating(kind) and forced != "date":
        return Column(name, "number")
    if pa.types.is_integer(kind) and forced == "number":
        return Column(name, "number")
    return None
