"""[churn] eligible: values that a customer must have on the day, as a condition of SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from unchurn.artefacts import Column
from unchurn.errors import ConfigError, listing
from unchurn.history.queries import as_of_statement, part
from unchurn.history.question import Question
from unchurn.history.staging import Staged
from unchurn.tables.cells import missing_spellings
from unchurn.tables.matching import fold
from unchurn.tables.typing import Tally, type_cells


@dataclass(frozen=True)
class Conditions:
    """What must hold, by the table it holds of; `where` and `joins` make it SQL."""

    held: tuple[tuple[Staged, str], ...]

    @classmethod
    def of(
        cls, question: Question, staged: Sequence[Staged], quoted: Callable[[str], str]
    ) -> Conditions:
        """Find the columns that `question.eligible` names; `quoted` writes a text in a statement.

        Raises `ConfigError` where one is not there, is there twice, or cannot hold a value.
        """
        held = []
        for name, values in question.eligible:
            source, place, column = _found(name, staged)
            held.append(
                (
                    source,
                    f"j{source.reading.number}.a{place} {_among(name, column, values, quoted)}",
                )
            )
        return cls(tuple(held))

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
    found = [one for one in every if fold(one[2].name) == fold(name)]
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


def _among(name: str, column: Column, values: Sequence[str], quoted: Callable[[str], str]) -> str:
    typed = type_cells(pa.array(list(values), pa.string()), column, missing_spellings(), Tally())
    if typed.null_count or not len(typed) or column.kind == "date":
        raise ConfigError(
            f"[churn] eligible wants {name!r} to be {listing(values) or 'nothing'}, and the column "
            f"holds {column.kind} values.",
            'List values as the table spells them, as in eligible = { plan = ["basic"] }.',
        )
    if column.kind == "number":
        return f"IN ({', '.join(repr(float(each)) for each in typed.to_pylist())})"
    return f"IN ({', '.join(quoted(each) for each in typed.to_pylist())})"
