"""The choice with prices on its limits: a bound on any choice, and a good one within them.

Each limit gets a price; at given prices everybody takes the offer that leaves most, or none. What
they get then, and the limits at their prices, is no less than any choice within the limits is
worth. The lowest such bound is found by Kelley's cutting planes (1960), in as many dimensions as
there are limits. At those prices customers are taken in the order of what is left to them, while
there is room.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unchurn.modelling.targeting.limits import F64, I64, NOBODY, Limits

_PLANES = 300
_CLOSE = 1e-9


def relaxed(values: F64, limits: Limits) -> tuple[I64, float]:
    """Return an offer for each row, within every limit, and the most any choice can be worth."""
    offers, bound, _ = priced(values, limits)
    return offers, bound


def priced(values: F64, limits: Limits) -> tuple[I64, float, F64]:
    """As `relaxed`, and what each offer leaves at the prices, (rows, offers)."""
    none = np.full(len(values), NOBODY, dtype=np.int64)
    if not (values > 0).any():
        return none, 0.0, values
    use, room = _limits(limits)
    prices, bound = _lowest(values, use, room)
    left = values - prices @ use
    return _within(values, left, limits), bound, left


def _limits(limits: Limits) -> tuple[F64, F64]:
    """Return what one customer with each offer takes of every limit, (limits, offers), and the limits."""
    kinds = len(limits.costs)
    unit = max(1, *limits.costs)
    lines: list[Sequence[float]] = []
    room: list[float] = []
    if limits.contacts is not None:
        lines.append([1.0] * kinds)
        room.append(float(limits.contacts))
    if limits.budget is not None:
        lines.append([cost / unit for cost in limits.costs])
        room.append(limits.budget / unit)
    for place, most in enumerate(limits.capacities):
        if most is not None:
            lines.append([1.0 if place == each else 0.0 for each in range(kinds)])
            room.append(float(most))
    return np.array(lines).reshape(-1, kinds), np.array(room)


def _lowest(values: F64, use: F64, room: F64) -> tuple[F64, float]:
    """Return prices, (limits,), and the bound at them."""
    dimensions = len(room)
    prices = best_prices = np.zeros(dimensions)
    best = np.inf
    top = float(np.max(values))
    least = np.array([line[line > 0].min(initial=1.0) for line in use])
    ends = [(0.0, top / each) for each in least] + [(None, None)]
    planes: list[F64] = []
    heights: list[float] = []
    for _ in range(_PLANES):
        height, slope = _bound(values, use, room, prices)
        if height < best:
            best, best_prices = height, prices
        planes.append(np.append(slope, -1.0))
        heights.append(float(slope @ prices) - height)
        goal = np.append(np.zeros(dimensions), 1.0)
        from scipy.optimize import linprog  # not every job that reads the steps has it

        found = linprog(goal, A_ub=np.array(planes), b_ub=np.array(heights), bounds=ends)
        if found.x is None or found.fun is None or best - found.fun <= _CLOSE * max(1.0, abs(best)):
            break
        prices = found.x[:-1]
    return best_prices, best


def _bound(values: F64, use: F64, room: F64, prices: F64) -> tuple[float, F64]:
    """Return the bound at `prices` and its slope, (limits,)."""
    left = values - prices @ use
    best = left.argmax(axis=1)
    gets = left[np.arange(len(left)), best]
    takers = np.bincount(best[gets > 0], minlength=values.shape[1])
    height = float(np.maximum(gets, 0).sum() + prices @ room)
    return height, room - use @ takers


def _within(values: F64, left: F64, limits: Limits) -> I64:
    """Take customers in the order of what is `left` to them, each once, while limits have room."""
    rows, kinds = np.nonzero(values > 0)
    order = np.lexsort((kinds, rows, -values[rows, kinds], -left[rows, kinds]))
    offers = np.full(len(values), NOBODY, dtype=np.int64)
    contacts = len(values) if limits.contacts is None else limits.contacts
    budget, costs = limits.budget, limits.costs
    caps = [len(values) if each is None else each for each in limits.capacities]
    for row, kind in zip(rows[order].tolist(), kinds[order].tolist(), strict=True):
        if contacts <= 0:
            break
        if offers[row] >= 0 or caps[kind] <= 0:
            continue
        if budget is not None:
            if costs[kind] > budget:
                continue
            budget -= costs[kind]
        offers[row] = kind
        contacts -= 1
        caps[kind] -= 1
    return offers
