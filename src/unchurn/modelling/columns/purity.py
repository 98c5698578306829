"""Parts of a column that mean one outcome: one value, or having a value at all.

A reason for leaving that a quarter of those who left never gave ranks customers too badly for a
ROC-AUC to notice, and gives the label away all the same: everybody who has one has left. A part
counts where it has at least `ROWS` rows, or half of those of its outcome, nearly all of one
outcome, and chance could not have made it so. What is nearly all is measured by how rare the
other outcome is: where one in forty churns, 99% of almost any part stayed. The bound on chance
is Chernoff's, exp(-n KL(share || rate)) (Hoeffding 1963), over all parts looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from unchurn.modelling.columns.names import folded

ROWS = 30
"""Rows below which a part says nothing, and others of which it must be free to be no chance."""
FEWEST = 10
"""The same of a part that holds half of everybody of its outcome: where churn is rare, few left."""
SHARE = 0.99
"""Share of one outcome, of two that are as common, from which having a value, or none, is pure."""
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
        did: a few blank cells may well belong to customers who are too new to leave. Where few
        leave, a safe half may be honest too, unless many should have been among them.
        """
        spelled = self.where == "other" and folded(self.value) in _NOTHING
        if not spelled and self.where not in ("present", "blank"):
            return False
        return self.churned or (self.covers >= _HALF and self.others >= ROWS)

    @property
    def others(self) -> float:
        """Customers of the other outcome that it would hold, were it like everybody."""
        return self.rows * (1 - self.rate)

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
        return (
            f"{some} {self.rows:,} customers {who} {what} ({_percent(self.rate)} of everybody did)"
        )


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
    for place in np.flatnonzero(rows >= FEWEST):
        yield _Part("value", names[place], int(rows[place]), int(churned[place]))


def _pure(
    part: _Part, side: bool, rows: int, churned: int, parts: int, numbers: bool
) -> Purity | None:
    """Judge one part for one outcome; None where it is too small, too mixed or may be chance."""
    hits = part.churned if side else part.rows - part.churned
    of_side = churned if side else rows - churned
    least = FEWEST if hits >= _HALF * of_side else ROWS
    if part.rows < least or part.rows >= rows:
        return None
    share, rate = hits / part.rows, of_side / rows
    by_presence = part.where in ("present", "blank")
    if share < (_pure_from(rate) if by_presence else 1.0) or share <= rate:
        return None
    if part.rows * _divergence(share, rate) < np.log(parts / CHANCE):
        return None
    found = Purity(part.where, part.value, part.rows, hits, side, hits / of_side, rate)
    small = part.rows < WIDE * rows and (not side or (numbers and part.where == "value"))
    safe = not side and found.others < ROWS
    return replace(found, ordinary=(small or safe) and not by_presence)


def _pure_from(rate: float) -> float:
    """Share of an outcome from which a part is pure, where `rate` of everybody has that outcome."""
    return 1 - (1 - SHARE) * min(1, 2 * (1 - rate))


def _percent(rate: float) -> str:
    """Spell a share with as many digits as tell it from none and from all."""
    rarer = min(rate, 1 - rate)
    return f"{rate:.{max(0, math.ceil(-math.log10(rarer)) - 1)}%}"


def _divergence(share: float, rate: float) -> float:
    """Kullback-Leibler divergence of two shares, in nats; `share` is above `rate`."""
    lost = 1 - share
    return float(
        share * np.log(share / rate) + (lost * np.log(lost / (1 - rate)) if lost > 0 else 0.0)
    )
