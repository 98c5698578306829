"""Parts of a column that mean one outcome: one value, or having a value at all.

A reason for leaving that a quarter of those who left never gave ranks customers too badly for a
ROC-AUC to notice, and gives the label away all the same: everybody who has one has left. A part
counts where it has at least `ROWS` rows, nearly all of one outcome, and chance could not have
made it so. The bound on chance is Chernoff's, exp(-n KL(share || rate)) (Hoeffding 1963), over
all parts looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from unchurn.modelling.columns.names import folded

ROWS = 30
"""Rows below which a part says nothing."""
SHARE = 0.99
"""Share of one outcome from which having a value, or none, counts as pure."""
CHANCE = 1e-6
WIDE = 0.05
"""Share of the rows below which a number of its own, or a value that means stayed, is ordinary:
the few with most complaints may all leave, and a small group may be safe."""
MOST_CELLS = 0.5
"""Share of the rows from which a commonest value is what a column says of nobody special."""
_HALF = 0.5
_NOTHING = frozenset(
    [
        "none",
        "no",
        "n/a",
        "na",
        "not applicable",
        "nil",
        "-",
        "--",
        "keine",
        "aucun",
        "aucune",
        "ninguno",
        "brak",
    ]
)
Where = Literal["present", "blank", "value", "other"]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Purity:
    """A part of a column and its outcome.

    `hits` of its `rows` have the outcome `churned` says, as has `rate` of all customers;
    `covers` is the share of all customers of that outcome who are in it. `ordinary` parts
    occur in honest columns: they count only beside a telling name.
    """

    where: Where
    value: str
    rows: int
    hits: int
    churned: bool
    covers: float
    rate: float
    ordinary: bool = False

    @property
    def certain(self) -> bool:
        """Whether this is no property of customers, whatever the column's name.

        Having a value, or none, that means churned; or that means stayed for half of those who
        did: a few blank cells may well belong to customers who are too new to leave.
        """
        spelled = self.where == "other" and folded(self.value) in _NOTHING
        if not spelled and self.where not in ("present", "blank"):
            return False
        return self.churned or self.covers >= _HALF

    @property
    def words(self) -> str:
        """Say it in a phrase."""
        who = {
            "present": "who have a value",
            "blank": "without a value",
            "value": f"with {self.value!r}",
            "other": f"with another value than {self.value!r}",
        }[self.where]
        what = "churned" if self.churned else "stayed"
        some = "all" if self.hits == self.rows else f"{self.hits:,} of"
        return f"{some} {self.rows:,} customers {who} {what} ({self.rate:.0%} of everybody did)"


@dataclass(frozen=True)
class _Part:
    where: Where
    value: str
    rows: int
    churned: int


def purest(
    missing: Flags, labels: Labels, codes: Codes | None, names: list[str], numbers: bool = False
) -> Purity | None:
    """Find the part of a column that says most, or None where no part is pure.

    `missing` and `labels` are (rows,); `codes` number each row's value from 1, 0 being missing,
    and `names` spell the values; both are None and empty where values are too many. `numbers`
    when the values are.
    """
    rows, churned = len(labels), int(labels.sum())
    parts = [*_by_presence(missing, labels), *_by_value(codes, names, labels)]
    found = [
        pure
        for part in parts
        for side in (True, False)
        if (pure := _pure(part, side, rows, churned, len(parts), numbers))
    ]
    return max(
        found,
        key=lambda each: (each.certain, not each.ordinary, each.churned, each.hits),
        default=None,
    )


def _by_presence(missing: Flags, labels: Labels) -> Iterator[_Part]:
    blank = int(missing.sum())
    if 0 < blank < len(labels):
        churned = int(labels[missing].sum())
        yield _Part("blank", "", blank, churned)
        yield _Part("present", "", len(labels) - blank, int(labels.sum()) - churned)


def _by_value(codes: Codes | None, names: list[str], labels: Labels) -> Iterator[_Part]:
    if codes is None or not names:
        return
    rows = np.bincount(codes, minlength=len(names) + 1)[1:]
    churned = np.bincount(codes, weights=labels, minlength=len(names) + 1)[1:].astype(np.int64)
    most = int(np.argmax(rows))
    if rows[most] >= MOST_CELLS * len(labels):
        others = int(rows.sum() - rows[most]), int(churned.sum() - churned[most])
        yield _Part("other", names[most], *others)
    for place in np.flatnonzero(rows >= ROWS):
        yield _Part("value", names[place], int(rows[place]), int(churned[place]))


def _pure(
    part: _Part, side: bool, rows: int, churned: int, parts: int, numbers: bool
) -> Purity | None:
    """Judge one part for one outcome; None where it is too small, too mixed or may be chance."""
    if part.rows < ROWS or part.rows >= rows:
        return None
    hits = part.churned if side else part.rows - part.churned
    of_side = churned if side else rows - churned
    share, rate = hits / part.rows, of_side / rows
    by_presence = part.where in ("present", "blank")
    if share < (SHARE if by_presence else 1.0) or share <= rate:
        return None
    if part.rows * _divergence(share, rate) < np.log(parts / CHANCE):
        return None
    small = part.rows < WIDE * rows and (not side or (numbers and part.where == "value"))
    ordinary = small and not by_presence
    return Purity(part.where, part.value, part.rows, hits, side, hits / of_side, rate, ordinary)


def _divergence(share: float, rate: float) -> float:
    """Kullback-Leibler divergence of two shares, in nats; `share` is above `rate`."""
    lost = 1 - share
    return float(
        share * np.log(share / rate) + (lost * np.log(lost / (1 - rate)) if lost > 0 else 0.0)
    )
