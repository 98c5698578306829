"""How much fitting a table's size allows: decided from rows and columns, said in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unchurn.errors import counted
from unchurn.modelling.fitting.configurations import Configuration, chosen
from unchurn.project.fixed_configurations import DERIVED
from unchurn.project.hyperparameters import Value

RARER = 100
"""Training rows of the rarer outcome below which derived columns are chosen by chance."""


@dataclass(frozen=True)
class _Tier:
    """What suits tables of up to `size` rows × (columns / 20).

    Of 1 fold, a fit without it is judged by it and shipped: beyond half a million rows of 30 columns, a
    slower rate is worth more than the rows that fits on everybody would add (benchmarks/scale).
    """

    size: float
    names: tuple[str, ...]
    folds: int
    eta: float
    rounds: int


_ALL = ("shallow", "light", "leafy", "wide", "every-row", "light-derived", "every-row-derived")
_TIERS = (
    _Tier(25_000, _ALL, 20, 1.0, 3000),
    _Tier(60_000, ("light", "leafy", "wide", "every-row", "light-derived"), 20, 1.5, 2000),
    _Tier(150_000, ("medium", "leafy", "free", "deep"), 4, 2.0, 1000),
    _Tier(400_000, ("medium", "leafy", "deep"), 3, 2.5, 600),
    _Tier(800_000, ("medium", "leafy"), 2, 3.0, 300),
    _Tier(3_000_000, ("medium", "leafy"), 1, 2.0, 450),
    _Tier(math.inf, ("medium",), 1, 4.0, 225),
)


@dataclass(frozen=True)
class Plan:
    """What is fitted.

    `names`: fixed configurations. `folds`: groups of folds that are held out in turn; of 1, one fold is. `eta`:
    how many times higher than written the learning rates are. `rounds`: most rounds of a fit.
    `table`: the size it was made for, in words. `few`: why no member reads derived columns, where the
    table is too small to choose them.
    """

    names: tuple[str, ...]
    folds: int
    eta: float
    rounds: int
    table: str
    few: str = ""

    def words(self, configurations: Sequence[Configuration], held: int) -> str:
        """Say, in a sentence, what `configurations` to fit and how many folds are held out in turn."""
        quicker = f", learning rates × {self.eta:g}" if self.eta > 1 else ""
        folds = f"{held} folds" if held > 1 else "one fold held out"
        return f"{self.table}: {len(configurations)} configurations, {folds}{quicker}.{self._left_out(configurations)}"

    def _left_out(self, configurations: Sequence[Configuration]) -> str:
        """Say why none reads derived columns, where that was ours to decide."""
        ours = {*self.names} <= {each.name for each in configurations}
        if not ours or any(each.derived for each in configurations):
            return ""
        return self.few

    def fixed(
        self, wanted: Sequence[str], beside: Sequence[Mapping[str, Value]] = ()
    ) -> list[Configuration]:
        """Return what is fitted without a search: those `wanted`, or all that suit the size.

        `beside` are a team's own, whose learning rates stay as they are written.
        """
        names = wanted or (*self.names, *(str(each["name"]) for each in beside))
        return [
            each if each.source == "own" else each.quicker(self.eta)
            for each in chosen(names, beside)
        ]


def plan(rows: int, churned: int, columns: int, folds: int) -> Plan:
    """Decide for `rows` training rows, `churned` of them, of `columns` features in `folds` folds."""
    size = rows * max(columns, 5) / 20
    tier = next(tier for tier in _TIERS if size <= tier.size)
    groups = min(folds, tier.folds)
    table = f"{rows:,} training rows × {columns} columns"
    few = _too_few(min(churned, rows - churned))
    names = tuple(name for name in tier.names if not few or name not in DERIVED)
    return Plan(names, groups, tier.eta, tier.rounds, table, few)


def _too_few(rarer: int) -> str:
    """Say that a table has too few of the rarer outcome to choose derived columns by, or nothing.

    Of fewer they were chosen by chance, out-of-fold figures took them for good, and test loss rose.
    """
    if rarer >= RARER:
        return ""
    return (
        f" None reads derived columns: {counted(rarer, 'row')} of the rarer outcome {'is' if rarer == 1 else 'are'} too few to "
        f"choose them by, {RARER:,} would do."
    )
