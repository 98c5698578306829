"""Keys of churn.toml about rules of a team's own: what a table of customers has to be."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from unchurn.errors import ConfigError, listing
from unchurn.project.keys import key, written
from unchurn.project.rule_values import (
    Bound,
    no_pattern,
    read_bounds,
    read_rows,
    read_share,
    read_values,
)

_UNSHARED = ("complete", "rows")
"""Conditions that `share` would say twice, or that are of no cells."""


@dataclass(frozen=True)
class QualityRule:
    """What a column has to be: one condition of those below, on the values that the model reads.

    A missing cell breaks no condition but `complete`, and counts in no share. Cells that cannot be read, and
    numbers that stand for missing, are missing.
    """

    column: str = key("", "Column that the rule is of; must be given, but with `rows`.")
    complete: float = key(
        0.0, "Least share of rows whose cell is not missing; 1 means all.", above=0, at_most=1
    )
    unique: bool = key(False, "No two rows have the same cell; the later of them break it.")
    between: tuple[Bound, ...] = key(
        (),
        'Least and greatest number or day, ends included; "" or inf leaves an end open.',
        read=("two numbers, or two days", read_bounds),
    )
    in_: tuple[Bound, ...] = key(
        (),
        "Values that a cell may have: of words as the model reads them, or of numbers.",
        read=("list of text or numbers", read_values),
    )
    matches: str = key(
        "",
        "Regular expression (RE2) that a whole cell of words has to match.",
        refused=no_pattern,
    )
    rows: tuple[Bound, ...] = key(
        (),
        'Fewest and most rows of the table; "" or inf leaves the upper end open.',
        read=("two whole numbers", read_rows),
    )
    not_older_than: int = key(
        -1,
        "Most days that a date may lie before the day of `--as-of`; without that day the rule cannot be evaluated.",
        at_least=0,
        at_most=36_500,
    )
    below: str = key("", "Another column, of numbers or of dates as this one, that it is below.")
    at_most: str = key("", "Another column that it is not above.")
    equals: str = key("", "Another column that it is equal to.")
    at_least: str = key("", "Another column that it is not below.")
    above: str = key("", "Another column that it is above.")
    share: tuple[float, ...] = key(
        (1.0, 1.0),
        "Share of cells that have to fulfil the condition: the least (0.99), or least and most ([0.1, 0.3]).",
        read=("number, or two", read_share),
    )
    severity: str = key(
        "look",
        "What a broken rule asks: look (the list can be used), or act (it should not be trusted; `--strict` refuses it).",
        choices=("look", "act"),
    )
    why: str = key("", "Why the rule is there; said wherever it is broken.")

    def __post_init__(self) -> None:
        """Raise `ConfigError` where the keys together say nothing, or more than one thing."""
        named = [name for name in CONDITIONS if getattr(self, name) != DEFAULTS[name]]
        if len(named) != 1:
            given = " and ".join(map(written, named)) or "no condition"
            raise ConfigError(
                f"A rule{f' of {self.column!r}' if self.column else ''} has {given}; it must have one.",
                f"Write a [[quality.rules]] for each, with one of {listing(map(written, CONDITIONS), 20)}.",
            )
        if bool(self.column) == (self.condition == "rows"):
            said = (
                f"column = {self.column!r}, and rows is of the whole table"
                if self.column
                else "no column"
            )
            raise ConfigError(
                f"A rule ({written(self.condition)}) has {said}.",
                "Give every rule a column, but rows none.",
            )
        if self.column and self.other == self.column:
            raise ConfigError(
                f"A rule compares {self.column!r} with itself.",
                "Name another column for one of them.",
            )
        if self.share != (1.0, 1.0) and self.condition in _UNSHARED:
            raise ConfigError(
                f"A rule has {self.condition} and share, which cannot go together.",
                "Leave share out: complete is a share itself, and rows is of no cells.",
            )

    @property
    def condition(self) -> str:
        """The field that is asked of the column."""
        return next(name for name in CONDITIONS if getattr(self, name) != DEFAULTS[name])

    @property
    def value(self) -> Any:
        """What the condition is given."""
        return getattr(self, self.condition)

    @property
    def other(self) -> str:
        """The column that it is compared with; "" where it is with none."""
        return str(self.value) if self.condition in COMPARISONS else ""


COMPARISONS = ("below", "at_most", "equals", "at_least", "above")
CONDITIONS = (
    "complete", "unique", "between", "in_", "matches", "rows", "not_older_than", *COMPARISONS,
)  # fmt: skip
DEFAULTS = {item.name: item.default for item in fields(QualityRule)}


@dataclass(frozen=True)
class Quality:
    """Rules of your own for tables of customers, of which `unchurn check --suggest` proposes some."""

    rules: tuple[QualityRule, ...] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        """Raise `ConfigError` where two rules ask the same."""
        seen: dict[tuple[Any, ...], int] = {}
        for number, each in enumerate(self.rules, 1):
            asked = (each.column, each.condition, each.value, each.share)
            if asked in seen:
                what = f"{written(each.condition)} of {each.column!r}" if each.column else "rows"
                raise ConfigError(
                    f"The {seen[asked]}. and the {number}. [[quality.rules]] ask the same: {what}.",
                    "Take one of them out.",
                )
            seen[asked] = number


def counts_days(quality: Quality) -> bool:
    """Tell whether a rule counts from the day that a table is of."""
    return any(each.condition == "not_older_than" for each in quality.rules)
