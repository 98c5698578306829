"""Why a customer scores as they do: contributions per business column, the strongest first.

Contributions are exact TreeSHAP values on the uncalibrated margin (log-odds). They add up: a
row's contributions and the base sum to its margin. Merging columns only ever adds them, so
the sum stays. A reason is an association that the model has learned, not a cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
Related = Sequence[Sequence[str]]
"""Groups of business columns that move together, as `modelling.related` finds them."""

REASONS = 3
LEAST = 0.01
"""Log-odds below which a contribution is no reason: it moves the odds by less than 1%."""


class Encoding(Protocol):
    """What reasons ask of an encoder."""

    @property
    def business(self) -> Sequence[str]:
        """Business column of each matrix column."""

    @property
    def typical(self) -> Mapping[str, float | str]:
        """Training median or commonest value of each business column."""


def business_contributions(
    contributions: F64, encoder: Encoding, related: Related = ()
) -> tuple[tuple[str, ...], F64, F64]:
    """Merge the contributions of matrix columns into those of business columns.

    `contributions` is (rows, width + 1) with the base last. Returns the column names, a
    matrix (rows, k) and the base (rows,). One-hot and indicator columns are added to their
    business column; names come in order of first appearance. With `related`, columns that
    move together are added too, under the member with the largest mean absolute contribution
    over these rows (so the name, though never the sum, depends on the rows given).
    """
    names = tuple(dict.fromkeys(encoder.business))
    place = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((contributions.shape[0], len(names)))
    for column, name in enumerate(encoder.business):
        matrix[:, place[name]] += contributions[:, column]
    base = contributions[:, -1].astype(np.float64)
    if not related:
        return names, matrix, base
    weight = np.abs(matrix).mean(axis=0) if len(matrix) else np.zeros(len(names))
    groups = _groups(names, related)
    leads = tuple(names[max(group, key=lambda each: (weight[each], -each))] for group in groups)
    return leads, _summed(matrix, groups), base


@dataclass(frozen=True)
class Reason:
    """One reason of one row: the column to name, those it moves with, and its contribution.

    `contribution` is in log-odds and is that of the whole group.
    """

    column: str
    others: tuple[str, ...]
    contribution: float


def strongest(
    contributions: F64,
    encoder: Encoding,
    related: Related,
    most: int | None = REASONS,
    unknown: npt.NDArray[np.bool_] | None = None,
) -> list[list[Reason]]:
    """Return each row's reasons, strongest first.

    A row at or above the base margin gets what raises it, any other what lowers it; at most
    `most`, none weaker than `LEAST`. With `most` None, every column of the row comes, both
    directions, by absolute contribution. Ties go by column name. A group is named by its
    strongest member in that row, so a row's reasons depend on nothing but the row. `unknown`
    (rows, business columns) are cells read as the usual value: what is not known is no reason.
    """
    names, matrix, _ = business_contributions(contributions, encoder)
    groups = sorted(_groups(names, related), key=lambda group: min(names[each] for each in group))
    sums = _summed(matrix, groups)
    lean = np.where(_added(sums.T) >= 0, 1.0, -1.0)
    if unknown is not None and most is not None:
        matrix = np.where(unknown, 0.0, matrix)
        sums = _summed(matrix, groups)
    strength = np.abs(sums) if most is None else sums * lean[:, None]
    order = np.argsort(-strength, axis=1, kind="stable")
    least = -1.0 if most is None else LEAST
    return [
        [
            _reason(names, matrix[row], groups[each], float(sums[row, each]))
            for each in order[row, :most]
            if strength[row, each] >= least
        ]
        for row in range(len(matrix))
    ]


def _reason(names: Sequence[str], values: F64, group: list[int], total: float) -> Reason:
    sign = -1.0 if total < 0 else 1.0
    lead = min(group, key=lambda each: (-sign * values[each], names[each]))
    others = tuple(sorted(names[each] for each in group if each != lead))
    return Reason(names[lead], others, total)


def _groups(names: Sequence[str], related: Related) -> list[list[int]]:
    """Part the columns into groups; a column in no group, or alone in it, stands by itself."""
    place = {name: number for number, name in enumerate(names)}
    owner: dict[int, list[int]] = {}
    for members in related:
        group = sorted({place[name] for name in members if name in place} - set(owner))
        owner.update(dict.fromkeys(group, group))
    whole = [owner.get(number, [number]) for number in range(len(names))]
    return [group for number, group in enumerate(whole) if group[0] == number]


def _summed(matrix: F64, groups: Sequence[Sequence[int]]) -> F64:
    summed = np.zeros((len(matrix), len(groups)))
    for number, group in enumerate(groups):
        summed[:, number] = _added(matrix[:, each] for each in group)
    return summed


def _added(columns: Iterable[F64]) -> F64:
    """Add columns one after another: numpy's own sum changes its order with the row count."""
    total: F64 | float = 0.0
    for column in columns:
        total = total + column
    return np.asarray(total, dtype=np.float64)
