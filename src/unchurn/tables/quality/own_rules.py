"""Rules of a team's own, judged in one pass over typed batches; memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from unchurn.artefacts import ROW, Column
from unchurn.project import QualityRule
from unchurn.tables.matching import fold
from unchurn.tables.quality.conditions import Condition, condition_of
from unchurn.tables.quality.repeats import Repeats
from unchurn.tables.quality.tally import Tally
from unchurn.tables.quality.verdicts import verdict


def meant(name: str, names: Sequence[str]) -> str:
    """Return the one of `names` that a rule's `name` means, whatever its case and marks; "" if none is."""
    if name in names:
        return name
    alike = [each for each in names if fold(each) == fold(name)]
    return alike[0] if len(alike) == 1 else ""


def columns_of(rules: Sequence[QualityRule]) -> tuple[str, ...]:
    """List the columns that rules are of, as the rules name them, each once."""
    named = (name for each in rules for name in (each.column, each.other) if name)
    return tuple(dict.fromkeys(named))


class OwnRules:
    """Counts of every rule over a table's typed rows, among which is `ROW`.

    `columns` are typed columns of the batches; `absent` says why a column that a rule names is not among
    them; `as_of` is the ISO day that the table is of, or "". What is to be unique waits in `scratch`.
    Use it as a context. Raises `OSError` where the disk is full.
    """

    def __init__(
        self,
        rules: Sequence[QualityRule],
        columns: Sequence[Column],
        scratch: Path,
        as_of: str = "",
        absent: Mapping[str, str] | None = None,
    ) -> None:
        self._rules, self._rows, self._open = tuple(rules), 0, ExitStack()
        known = {each.name: each for each in columns}
        found = {name: known.get(meant(name, list(known))) for name in columns_of(rules)}
        self._conditions: dict[int, Condition] = {}
        self._counts: dict[int, Tally | str] = {}
        self._unique: dict[int, str] = {}
        for number, rule in enumerate(self._rules):
            self._begin(number, rule, found, absent or {}, as_of)
        names = sorted(set(self._unique.values()))
        self._repeats = self._open.enter_context(Repeats(names, scratch)) if names else None

    def _begin(
        self,
        number: int,
        rule: QualityRule,
        found: Mapping[str, Column | None],
        absent: Mapping[str, str],
        as_of: str,
    ) -> None:
        self._counts[number] = Tally()
        if rule.condition == "rows":
            return
        there = {name: each for name in (rule.column, rule.other) if (each := found.get(name))}
        lacking = [name for name in (rule.column, rule.other) if name and name not in there]
        if lacking:
            self._counts[number] = absent.get(lacking[0]) or f"there is no column {lacking[0]!r}"
        elif rule.condition == "unique":
            self._unique[number] = there[rule.column].name
        else:
            made = condition_of(rule, there, as_of)
            if isinstance(made, str):
                self._counts[number] = made
            else:
                self._conditions[number] = made

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give the disk back."""
        self._open.close()

    def look(self, typed: pa.RecordBatch) -> None:
        """Take in typed rows."""
        self._rows += typed.num_rows
        rows = typed.column(ROW)
        for number, condition in self._conditions.items():
            counts = self._counts[number]
            if isinstance(counts, Tally):
                counts.add(condition(typed), rows)
        if self._repeats is not None:
            self._repeats.look(typed)

    def verdicts(self) -> list[dict[str, Any]]:
        """Return what came of every rule, in order, once all rows have come: see `verdicts.verdict`."""
        if self._repeats is not None:
            once = {name: self._repeats.count(name) for name in set(self._unique.values())}
            self._counts |= {number: once[name] for number, name in self._unique.items()}
        return [
            verdict(number + 1, rule, self._counts[number], self._rows)
            for number, rule in enumerate(self._rules)
        ]
