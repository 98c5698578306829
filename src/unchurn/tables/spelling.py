"""What [columns] and [decision] say of columns, under the names that the model knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from unchurn.errors import ConfigError, DataError
from unchurn.project import Columns, Decision
from unchurn.tables.matching import find_column


def spelled(columns: Columns, found: Sequence[str]) -> Columns:
    """Give `names`, `actionable` and `protected` the spelling of the columns `found`.

    What speaks of none of them is left out: a model may use fewer columns than churn.toml names.
    Raises `ConfigError` where two columns would be called the same, or two could be meant.
    """

    def header(name: str) -> str:
        try:
            return find_column(name, found) or ""
        except DataError as error:
            raise ConfigError(f"[columns]: {error.message}", error.hint) from error

    names = {header(name): said.strip() for name, said in columns.names.items()}
    names = {name: said for name, said in names.items() if name and said}
    _refuse_twins(names, found)
    return replace(
        columns,
        names=names,
        actionable=tuple(filter(None, map(header, columns.actionable))),
        protected={header(name): said for name, said in columns.protected.items() if header(name)},
    )


def worth_spelled(decision: Decision, found: Sequence[str]) -> Decision:
    """Give the column that `clv` names the spelling of the columns `found`, where it is one of them.

    Raises `DataError` where two could be it.
    """
    if not isinstance(decision.clv, str):
        return decision
    return replace(decision, clv=worth_name(decision.clv, found))


def worth_name(clv: str, found: Sequence[str]) -> str:
    """Return the one of the columns `found` that `clv` means, or `clv` where none does; see `worth_spelled`."""
    return find_column(clv, found) or clv


def _refuse_twins(names: dict[str, str], found: Sequence[str]) -> None:
    """Refuse one name for two columns: nobody could tell which one a reason means."""
    called = {name: name for name in found} | names
    owner: dict[str, str] = {}
    for name, said in called.items():
        other = owner.setdefault(said, name)
        if other != name:
            raise ConfigError(
                f"[columns] names calls both {other!r} and {name!r} {said!r}.",
                "Give each column a name of its own.",
            )
