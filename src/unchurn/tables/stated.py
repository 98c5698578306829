"""What a person has said of how cells are read, by the table's own headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, cast

from unchurn.artefacts.schema import Epoch
from unchurn.errors import ConfigError
from unchurn.project import Columns
from unchurn.tables.decimal_mark import Marks
from unchurn.tables.missing_codes import Codes, stated_codes

_COLUMNS = "columns"


@dataclass(frozen=True)
class Stated:
    """`types` and `epochs` (what a column of dates counts) by column; nothing said is found.

    `date_order` is one word for all columns or one for each, `marks` are decimal marks, `codes` the
    numbers of a column that stand for missing. `section` of churn.toml is where a person says it.
    """

    types: Mapping[str, str] = field(default_factory=dict)
    date_order: str | Mapping[str, str] = ""
    marks: Marks = field(default_factory=Marks)
    codes: Mapping[str, Codes] = field(default_factory=dict)
    epochs: Mapping[str, Epoch] = field(default_factory=dict)
    section: str = _COLUMNS

    def key(self, name: str) -> str:
        """Return how messages call a key. Kinds of a history's columns follow from their section as a whole."""
        whole = name == "types" and self.section != _COLUMNS
        return f"[{self.section}]" if whole else f"[{self.section}] {name}"

    def with_flag(self, words: str) -> str:
        """Return what is said of a flag of `init` where `[columns]` is meant; no flag settles a history's."""
        return words if self.section == _COLUMNS else ""

    @classmethod
    def of(cls, columns: Columns, names: Mapping[str, str]) -> Self:
        """Read `[columns]`; `names` maps columns as the user wrote them to headers.

        Raises `ConfigError` for a code of no number, and for an epoch of what is said to be no date.
        """
        epochs = {names[name]: cast(Epoch, unit) for name, unit in columns.epoch.items()}
        types = {names[name]: kind for name, kind in columns.types.items()}
        for name, unit in epochs.items():
            _refuse_other(name, types.get(name, "date"), unit)
        order = columns.date_order
        return cls(
            types | dict.fromkeys(epochs, "date"),
            order if isinstance(order, str) else {names[name]: o for name, o in order.items()},
            Marks.stated(columns.decimal, names),
            stated_codes(columns.missing, names),
            epochs,
        )


def _refuse_other(name: str, kind: str, unit: str) -> None:
    """Raise `ConfigError` where what counts days or seconds is said to be no date."""
    if kind != "date":
        raise ConfigError(
            f"[columns] epoch says that {name!r} counts {unit!r}, and [columns] types that its kind is "
            f"{kind!r}; only a date has an epoch.",
            f'Take {name!r} out of one of them, or make its type "date".',
        )


UNSTATED = Stated()
"""Nothing is said: all is found from the table."""
