"""How much fitting a table's size allows: decided from rows and columns, said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unchurn.modelling.configurations import Configuration, chosen, fixed

_SMALL, _MIDDLE, _LARGE = 40_000, 150_000, 400_000
"""Rows × (columns / 20) up to which a plan holds: a row of 40 columns counts twice."""


@dataclass(frozen=True)
class Plan:
    """What is fitted.

    `names`: fixed configurations. `folds`: groups of folds that are held out in turn. `eta`:
    how many times higher than written the learning rates are. `rounds`: most rounds of a fit.
    `trials`: search trials by default. `words`: the plan as a sentence.
    """

    names: tuple[str, ...]
    folds: int
    eta: float
    rounds: int
    trials: int
    words: str

    def fixed(self, wanted: Sequence[str]) -> list[Configuration]:
        """Return the fixed configurations to fit: those `wanted`, or all that suit the size."""
        return [each.quicker(self.eta) for each in chosen(wanted or self.names)]


def plan(rows: int, columns: int, folds: int) -> Plan:
    """Decide for `rows` training rows of `columns` features in `folds` folds."""
    size = rows * max(columns, 5) / 20
    everything = tuple(fixed())
    if size <= _SMALL:
        names, groups, eta, rounds, trials = everything, folds, 1.0, 3000, 6
    elif size <= _MIDDLE:
        names, groups, eta, rounds, trials = (
            ("medium", "deep", "sharp"),
            min(folds, 4),
            2.0,
            1000,
            0,
        )
    elif size <= _LARGE:
        names, groups, eta, rounds, trials = ("medium", "sharp"), min(folds, 3), 2.5, 600, 0
    else:
        names, groups, eta, rounds, trials = ("medium", "sharp"), 2, 4.0, 300, 0
    words = (
        f"{rows:,} training rows × {columns} columns: "
        f"{len(names)} of {len(everything)} fixed configurations, {groups} folds"
    )
    words += f", learning rates × {eta:g}" if eta > 1 else ""
    return Plan(names, groups, eta, rounds, trials, f"{words}.")
