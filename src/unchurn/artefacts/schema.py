"""The columns of a table as unchurn understands them, shared by tables, modelling and steps."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from unchurn.project.cells import Counted

Kind = Literal["number", "category", "date", "text"]
"""number → float64, category and text → string, date → timestamp[us] without zone."""

Role = Literal["feature", "id", "target", "snapshot", "dropped"]
Epoch = Literal["", Counted, "yymmdd", "yymmddhhmm", "yymmddhhmmss", "yyyyww"]
Severity = Literal["note", "warning", "blocked"]


@dataclass(frozen=True)
class Column:
    """One column: its name exactly as the header spells it, and how its text is read.

    `decimal`, `date_order`, `pivot`, `unit`, `epoch` and `truth` fix how later tables are read, so that
    one row's meaning never depends on its neighbours. Years of two digits below `pivot` are of
    the 2000s, the others of the 1900s. `sentinels` are numbers or dates (ISO
    text) that stand for missing. `unit` is what most cells of a number column carry (``GB``);
    cells in another unit of the same kind are brought to it. `currency` is what most of its cells
    are amounts of, and is never converted. `epoch` is what whole numbers of a
    date column count, and from when (`project.cells.Counted`); or in which digits they name a moment. `truth` is how training spelled no and yes where a column holds just these, in
    that order; every other spelling of yes is read as that one. A third, ``words``, says that the
    column holds other values too and only whole words are read. `reason` says, in words, why a
    column has its role.

    `forms` are the ways in which training's cells were written (`tables.new_forms`), None where that
    is not known, as in older bundles; `either` is the share of its dates that are days of two
    different months, day first or month first. They change no reading: they tell what is new.
    """

    name: str
    kind: Kind
    role: Role = "feature"
    reason: str = ""
    decimal: Literal[".", ","] = "."
    date_order: Literal["ymd", "mdy", "dmy", "ydm", "yymd"] = "ymd"
    sentinels: tuple[str, ...] = ()
    unit: str = ""
    epoch: Epoch = ""
    truth: tuple[str, ...] = ()
    currency: str = ""
    pivot: int = 70
    forms: tuple[str, ...] | None = None
    either: float = 1.0

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data, tuples as the lists that JSON gives back."""
        lists = {"sentinels": list(self.sentinels), "truth": list(self.truth)}
        forms = None if self.forms is None else list(self.forms)
        return {**asdict(self), **lists, "forms": forms}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read back what `to_plain` made, by this version or an earlier one."""
        lists = {name: tuple(plain.get(name, ())) for name in ("sentinels", "truth")}
        forms = plain.get("forms")
        return cls(**{**plain, **lists, "forms": None if forms is None else tuple(forms)})


@dataclass(frozen=True)
class Schema:
    """The columns of a table in file order, and what its label means.

    `positive` and `negative` are the label spellings as found (the commonest one of each);
    both are empty for a table without a label.
    """

    columns: tuple[Column, ...]
    positive: str = ""
    negative: str = ""

    def named(self, name: str) -> Column:
        """Return the column spelled exactly `name`. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def with_role(self, role: Role) -> tuple[Column, ...]:
        """Return the columns of one role, in file order."""
        return tuple(column for column in self.columns if column.role == role)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in file order."""
        return tuple(column.name for column in self.columns)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the feature columns, sorted: the order of every model's columns."""
        return tuple(sorted(column.name for column in self.with_role("feature")))

    @property
    def id(self) -> str | None:
        """Name of the id column, or None."""
        found = self.with_role("id")
        return found[0].name if found else None

    @property
    def target(self) -> str | None:
        """Name of the target column, or None."""
        found = self.with_role("target")
        return found[0].name if found else None

    @property
    def snapshot(self) -> str | None:
        """Name of the snapshot-date column, or None."""
        found = self.with_role("snapshot")
        return found[0].name if found else None

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data for a ``.json`` file."""
        plain = asdict(self)
        plain["columns"] = [column.to_plain() for column in self.columns]
        return plain

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read back what `to_plain` made."""
        columns = (Column.from_plain(each) for each in plain["columns"])
        return cls(tuple(columns), plain["positive"], plain["negative"])


@dataclass(frozen=True)
class Finding:
    """Something about the data that a person should know.

    `code` is stable and lower-case with dashes (``leak-strength``); `words` is one sentence
    with the figures in it; `count` is rows, cells or columns, as the sentence says;
    `lines` are lines of the file, numbered from 1 (the first thousand).
    """

    code: str
    severity: Severity
    words: str
    column: str | None = None
    count: int = 0
    lines: tuple[int, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data for a ``.json`` file; `lines` only where there are any."""
        plain = asdict(self)
        lines = list(plain.pop("lines"))
        return {**plain, "lines": lines} if lines else plain


@dataclass(frozen=True)
class Difference:
    """One difference of what arrives from training.

    `brief` is a clause for the summary; `grave`: scores cannot be trusted.
    """

    code: str
    brief: str
    words: str
    column: str | None = None
    grave: bool = False
    count: int = 0

    def finding(self) -> Finding:
        """Say it on its own."""
        return Finding(self.code, "warning", self.words, self.column, self.count)
