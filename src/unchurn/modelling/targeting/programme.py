"""The choice as an integer programme, solved by HiGHS."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from unchurn.modelling.targeting.lagrangian import priced
from unchurn.modelling.targeting.limits import F64, I64, NOBODY, Limits, total

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint

_LARGEST = 1_000.0
"""Values are scaled to this: HiGHS stops within 1e-6 of what it is given."""
_SLACK = 1e-9
_NODES = 20_000
"""Branches after which what was found stands, with its gap: a count, for a time limit would make
the answer that of one machine."""


def solved(values: F64, limits: Limits) -> tuple[I64, float]:
    """Return the offer of each row and the most that any choice can be worth.

    First prices are put on the limits. Whatever would lose more at them than the choice found so is
    short of the bound is in no better choice: most customers are settled by that, and the programme
    is of the others.
    """
    start, bound, left = priced(values, limits)
    worth = total(values, start)
    slack = bound - worth + _SLACK * max(1.0, abs(bound))
    options = np.column_stack([np.zeros(len(values)), np.where(values > 0, left, -np.inf)])
    open_ = options.max(axis=1, initial=-np.inf)[:, None] - options <= slack
    chosen = np.where(open_.sum(axis=1) == 1, open_.argmax(axis=1) - 1, NOBODY)
    rest = np.flatnonzero(open_.sum(axis=1) > 1)
    room = limits.less(limits.counted(chosen))
    settled = total(values, chosen)
    if not room.hold(limits.counted(np.full(0, NOBODY))):
        return start, worth
    found, most = _programme(np.where(open_[rest, 1:], values[rest], 0.0), room)
    chosen[rest] = found
    bound = min(bound, max(worth, settled + most))
    # what HiGHS takes for whole is so within a tolerance; a limit has none
    better = total(values, chosen) > worth and limits.hold(limits.counted(chosen))
    return (chosen if better else start), bound


def _programme(values: F64, limits: Limits) -> tuple[I64, float]:
    """Solve it for those who are not settled; nobody is chosen where HiGHS finds no choice."""
    from scipy.optimize import Bounds, milp  # where it is used: not every job has it

    chosen = np.full(len(values), NOBODY, dtype=np.int64)
    rows, offers = np.nonzero(values > 0)
    if not len(rows):
        return chosen, 0.0
    worth = values[rows, offers]
    scale = _LARGEST / float(np.max(worth))
    with _stdout_kept():
        found = milp(
            -worth * scale,
            integrality=np.ones(len(rows), dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=_constraints(rows, offers, limits),
            options={"mip_rel_gap": 0.0, "node_limit": _NODES},
        )
    if found.x is not None:
        taken = found.x > 0.5
        chosen[rows[taken]] = offers[taken]
    if found.mip_dual_bound is None:
        return chosen, np.inf
    return chosen, -float(found.mip_dual_bound) / scale


@contextmanager
def _stdout_kept() -> Iterator[None]:
    """Keep this process's stdout from HiGHS, which prints lines of its own that no option stops."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # there is none
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _constraints(rows: I64, offers: I64, limits: Limits) -> LinearConstraint:
    """One offer a customer, then each limit that is given."""
    from scipy import sparse
    from scipy.optimize import LinearConstraint

    pairs, ones = len(rows), np.ones(len(rows))
    _, customer = np.unique(rows, return_inverse=True)
    each: Any = sparse.csr_matrix((ones, (customer, np.arange(pairs))))
    lines, most = [each], [np.ones(each.shape[0])]
    costs = np.array(limits.costs, dtype=np.float64)
    unit = max(float(np.max(costs)), 1.0)
    given = [(ones, limits.contacts)]
    given += [((offers == place) * 1.0, cap) for place, cap in enumerate(limits.capacities)]
    for line, limit in given:
        if limit is not None:
            lines.append(sparse.csr_matrix(line))
            most.append(np.array([float(limit)]))
    if limits.budget is not None:
        lines.append(sparse.csr_matrix(costs[offers] / unit))
        most.append(np.array([limits.budget / unit]))
    return LinearConstraint(sparse.vstack(lines), -np.inf, np.concatenate(most))
