"""[churn] eligible: values that a customer must have on the day, as a condition of SQL.

A value means every cell that is spelled so in any case: what one customer's cell means hangs on no other's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, Finding
from unchurn.errors import ConfigError, listing
from unchurn.history.queries import as_of_statement, part
from unchurn.history.question import Question
from unchurn.history.room import Room, quoted
from unchurn.history.staging import Staged
from unchurn.tables.cells import missing_spellings
from unchurn.tables.matching import fold
from unchurn.tables.typing import Tally, type_cells

Cell = str | float
_SHOWN = 8


@dataclass(frozen=True)
class Conditions:
    """What must hold, by the table it holds of; `where` and `joins` make it SQL.

    `findings`: which values no row has.
    """

    held: tuple[tuple[Staged, str], ...]
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, question: Question, staged: Sequence[Staged], room: Room) -> Conditions:
        """Find the columns that `question.eligible` names, and the cells of the room that its values mean.

        Raises `ConfigError` where a column is not there, is there twice, or cannot hold a value.
        """
        held, findings = [], []
        for name, values in question.eligible:
            source, place, column = _found(name, staged)
            wanted = _wanted(name, column, values)
            meant, unseen, others = _meant(room, f"a{place}", source, wanted)
            at = f"j{source.reading.number}.a{place}"
            held.append((source, f"{at} IN ({_listed(meant)})" if meant else "FALSE"))
            if unseen:
                findings.append(_unseen(name, unseen, source, others))
        return cls(tuple(held), tuple(findings))

    @property
    def where(self) -> str:
        """The condition over what `joins` bring."""
        return " AND ".join(condition for _, condition in self.held) or "TRUE"

    def joins(self, days: str, first: int, end: int) -> str:
        """Join the rows that hold on each day `d` to the state `s` of customers `first` to `end`."""
        made = []
        for source in {source.table: source for source, _ in self.held}.values():
            table, alias = part(source.table, first, end), f"j{source.reading.number}"
            if source.reading.periods:
                made.append(f" LEFT JOIN {table} AS {alias} ON {alias}.seq = s.current")
                continue
            as_of = as_of_statement(table, days)
            made.append(
                f" LEFT JOIN ({as_of}) AS {alias}s ON {alias}s.code = d.code AND "
                f"{alias}s.day = d.day LEFT JOIN {table} AS {alias} ON {alias}.seq = {alias}s.seq"
            )
        return "".join(made)


def _found(name: str, staged: Sequence[Staged]) -> tuple[Staged, int, Column]:
    every = [
        (each, place, column)
        for each in staged
        for place, column in enumerate(each.reading.roles.attributes)
    ]
    exact = [one for one in every if one[2].name == name]
    found = exact or [one for one in every if fold(one[2].name) == fold(name)]
    if len(found) == 1:
        return found[0]
    if found:
        where = listing(f"history.{each.reading.source.name}" for each, _, _ in found)
        raise ConfigError(
            f"[churn] eligible names {name!r}, which is a column of {where}.",
            "Take it out of the columns of all but one.",
        )
    raise ConfigError(
        f"[churn] eligible names {name!r}, which no table has as an attribute.",
        f"There are {listing((c.name for _, _, c in every), 12) or 'none'}; name columns of periods "
        "in columns of [history.subscriptions].",
    )


def _wanted(name: str, column: Column, values: Sequence[str]) -> pa.Array:
    """Read values as the column's cells are read."""
    typed = type_cells(pa.array(list(values), pa.string()), column, missing_spellings(), Tally())
    if typed.null_count or not len(typed) or column.kind == "date":
        raise ConfigError(
            f"[churn] eligible wants {name!r} to be {listing(values) or 'nothing'}, and the column "
            f"holds {column.kind} values.",
            'List values as the table spells them, as in eligible = { plan = ["basic"] }.',
        )
    return typed


def _meant(
    room: Room, column: str, source: Staged, wanted: pa.Array
) -> tuple[list[Cell], list[Cell], list[Cell]]:
    """Return the cells that `wanted` mean, those of `wanted` that none is, and some of the cells."""
    names = _plain(wanted)
    found: list[Cell] = []
    some: list[Cell] = []
    for batch in room.rows(
        f"SELECT DISTINCT {column} AS value FROM {source.table} WHERE {column} IS NOT NULL ORDER BY value"
    ):
        cells = batch.column(0)
        found += cells.filter(pc.is_in(_plain(cells), value_set=names)).to_pylist()
        some = [*some, *cells.slice(0, _SHOWN + 1).to_pylist()][: _SHOWN + 1]
    seen = _plain(pa.array(found, wanted.type))
    unseen = wanted.filter(pc.invert(pc.is_in(names, value_set=seen)))
    return found, unseen.to_pylist(), some


def _unseen(name: str, values: Sequence[Cell], source: Staged, cells: Sequence[Cell]) -> Finding:
    has = listing(cells[:_SHOWN]) + " and others" * (len(cells) > _SHOWN)
    words = (
        f"[churn] eligible wants {name!r} to be {listing(values)}, which no row of "
        f"[history.{source.reading.source.name}] has; it has {has or 'nothing'}."
    )
    return Finding("eligible-unseen", "warning", words, name, len(values))


def _plain(cells: pa.Array) -> pa.Array:
    return pc.utf8_lower(cells) if pa.types.is_string(cells.type) else cells


def _listed(cells: Sequence[Cell]) -> str:
    return ", ".join(quoted(each) if isinstance(each, str) else repr(each) for each in cells)
