"""Whom to contact, and with which offer: the most expected value within every limit.

Customers are worth something with each offer, and nobody is given two. Whoever is worth nothing
with any is never chosen. Where the best offer of everybody keeps within the limits, that is the
best there is; where only the number of customers is short, the first of them sorted by their best
offer are; otherwise it is an integer programme, or beyond `PROGRAMME_ROWS` customers its Lagrangian
relaxation with what may be missing. Rows come in the order in which ties are to be broken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unchurn.modelling.targeting.lagrangian import relaxed
from unchurn.modelling.targeting.limits import F64, I64, NOBODY, Limits, total
from unchurn.modelling.targeting.programme import solved

PROGRAMME_ROWS = 20_000
"""Customers up to which the integer programme is solved."""


@dataclass(frozen=True)
class Choice:
    """The offer of each customer, (rows,) int64 with `NOBODY`; their worth, and the most there can be.

    `method`: ``all``, ``sorted``, ``programme`` or ``lagrangian``. The first two are exact; `bound`
    is then `value`.
    """

    offers: I64
    value: float
    bound: float
    method: str

    @property
    def gap(self) -> float:
        """What may be missing to the best choice, in currency."""
        return max(0.0, self.bound - self.value)


def choose(values: F64, limits: Limits, programme_rows: int = PROGRAMME_ROWS) -> Choice:
    """Choose customers by `values`, (rows, offers) float64, −inf where one cannot be had."""
    limits = limits.folded()
    best = values.argmax(axis=1) if len(values) else np.zeros(0, np.int64)
    worth = values.max(axis=1, initial=-np.inf)
    first = np.argsort(-worth, kind="stable")[: int((worth > 0).sum())]
    if limits.contacts is not None:
        first = first[: max(0, limits.contacts)]
    offers = np.full(len(values), NOBODY, dtype=np.int64)
    offers[first] = best[first]
    if limits.hold(limits.counted(offers)):
        method = "all" if len(first) == int((worth > 0).sum()) else "sorted"
        value = total(values, offers)
        return Choice(offers, value, value, method)
    return _limited(values, limits, programme_rows)


def _limited(values: F64, limits: Limits, programme_rows: int) -> Choice:
    rows = _contenders(values, limits)
    some = values[rows]
    method = "programme" if len(rows) <= programme_rows else "lagrangian"
    found, bound = (solved if method == "programme" else relaxed)(some, limits)
    offers = np.full(len(values), NOBODY, dtype=np.int64)
    offers[rows] = found
    value = total(values, offers)
    return Choice(offers, value, max(bound, value), method)


def _contenders(values: F64, limits: Limits) -> I64:
    """Return the rows among which a best choice can be found.

    Of at most `most` who are chosen, whoever has an offer is among the `most` first by it: otherwise
    one of those has none, and to change places costs nothing.
    """
    most = limits.most(len(values))
    kept = np.zeros(len(values), dtype=np.bool_)
    for column in values.T:
        first = np.argsort(-column, kind="stable")[:most]
        kept[first[column[first] > 0]] = True
    return np.flatnonzero(kept)
