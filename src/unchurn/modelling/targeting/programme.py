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
_WHOLE = 1e-6
"""How far from a whole number HiGHS may be with one."""
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


def _programme(values: F64, limits: Limits, all_whole: bool = False) -> tuple[I64, float]:
    """Solve it for those who are not settled; nobody is chosen where HiGHS finds no choice.

    The numbers of customers an offer are whole. Once they are, who is given which is a network flow,
    whose corners are whole by themselves, so that HiGHS branches on as few numbers as there are
    offers. Where it answers with halves of customers all the same, those are asked to be whole, too.
    """
    from scipy.optimize import Bounds, milp  # where it is used: not every job has it

    chosen = np.full(len(values), NOBODY, dtype=np.int64)
    rows, offers = np.nonzero(values > 0)
    if not len(rows):
        return chosen, 0.0
    worth, kinds = values[rows, offers], values.shape[1]
    scale = _LARGEST / float(np.max(worth))
    most = [len(values) if each is None else each for each in limits.capacities]
    with _stdout_kept():
        found = milp(
            np.append(-worth * scale, np.zeros(kinds)),
            integrality=np.append(np.full(len(rows), float(all_whole)), np.ones(kinds)),
            bounds=Bounds(0, np.append(np.ones(len(rows)), most)),
            constraints=_constraints(rows, offers, limits),
            options={"mip_rel_gap": 0.0, "node_limit": _NODES},
        )
    if found.x is not None:
        given = found.x[: len(rows)]
        if not all_whole and (np.abs(given - np.round(given)) > _WHOLE).any():
            return _programme(values, limits, all_whole=True)
        chosen[rows[given > 0.5]] = offers[given > 0.5]
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


def _constraints(rows: I64, offers: I64, limits: Limits) -> list[LinearConstraint]:
    """One offer a customer, the numbers of customers an offer, and each limit on these."""
    from scipy import sparse
    from scipy.optimize import LinearConstraint

    pairs, kinds = len(rows), len(limits.costs)
    _, customer = np.unique(rows, return_inverse=True)
    ones, at = np.ones(pairs), np.arange(pairs)
    once: Any = sparse.csr_matrix(
        (ones, (customer, at)), shape=(len(set(rows.tolist())), pairs + kinds)
    )
    given: Any = sparse.csr_matrix((ones, (offers, at)), shape=(kinds, pairs))
    counted = sparse.hstack([given, -sparse.identity(kinds)], format="csr")
    made = [LinearConstraint(once, -np.inf, 1.0), LinearConstraint(counted, 0.0, 0.0)]
    unit = max(1.0, float(max(limits.costs)))
    lines: list[tuple[F64, float | None]] = [(np.ones(kinds), limits.contacts)]
    if limits.budget is not None:
        lines.append((np.array(limits.costs) / unit, limits.budget / unit))
    for line, most in lines:
        if most is not None:
            row = sparse.csr_matrix(np.append(np.zeros(pairs), line))
            made.append(LinearConstraint(row, -np.inf, float(most)))
    return made
