"""The choice as an integer programme, solved by HiGHS."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from unchurn.modelling.choosing.lagrangian import relaxed
from unchurn.modelling.choosing.limits import F64, I64, NOBODY, Limits

_LARGEST = 1_000.0
"""Values are scaled to this: HiGHS stops within 1e-6 of what it is given."""
_NODES = 20_000
"""Branches after which what was found stands, with its gap: a count, for a time limit would make
the answer that of one machine."""


def solved(values: F64, limits: Limits) -> tuple[I64, float]:
    """Return the offer of each row and the most that any choice can be worth."""
    rows, offers = np.nonzero(values > 0)
    if not len(rows):
        return np.full(len(values), NOBODY, dtype=np.int64), 0.0
    worth = values[rows, offers]
    scale = _LARGEST / float(np.max(worth))
    found = milp(
        -worth * scale,
        integrality=np.ones(len(rows), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=_constraints(rows, offers, limits),
        options={"mip_rel_gap": 0.0, "node_limit": _NODES},
    )
    chosen = np.full(len(values), NOBODY, dtype=np.int64)
    if found.x is not None:
        taken = found.x > 0.5
        chosen[rows[taken]] = offers[taken]
        # what HiGHS takes for whole is so within a tolerance; a limit has none
        if limits.hold(limits.counted(chosen)):
            return chosen, -float(found.mip_dual_bound or 0.0) / scale
    return relaxed(values, limits)


def _constraints(rows: I64, offers: I64, limits: Limits) -> LinearConstraint:
    """One offer a customer, then each limit that is given."""
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
