"""evidently and NannyML on the months of world.py, at their defaults; run by their own Python.

    python -m venv V && V/bin/pip install evidently==0.7.23 'pandas<3'
    V/bin/python benchmarks/watching/rivals.py evidently

    python -m venv W && W/bin/pip install nannyml==0.13.1 'pandas<3'
    W/bin/python benchmarks/watching/rivals.py nannyml

A month's strength is the largest share of its threshold that any column, or the score, reaches; at the
default it rings from 1 on. At the equalised rate it rings beyond what all but one in a hundred of months like
training reach. With NannyML the month is one chunk, and the reference is cut into chunks of its size.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from world import CATEGORIES, CHANGES, Change, Columns, drawn, population, risk

ROWS, TRAINING, SEED = 2_000, 10_000, 1
STATIONARY, SEQUENCES, HORIZON = 200, 20, 3
Strength = Callable[[pd.DataFrame, pd.DataFrame], float]


def frame(customers: Columns, scores: np.ndarray) -> pd.DataFrame:
    made = {}
    for name, cells in customers.items():
        if name in CATEGORIES:
            text = pd.Series(cells.astype(str), dtype=object)
            made[name] = text.mask(cells < 0, None)
        else:
            made[name] = pd.Series(cells)
    return pd.DataFrame({**made, "score": scores})


def evidently() -> Strength:
    """The tests that DataDriftPreset chooses, called one by one: its report takes 17 s a month."""
    from evidently.legacy.calculations.stattests import get_stattest
    from evidently.legacy.core import ColumnType

    def strength(then: pd.DataFrame, now: pd.DataFrame) -> float:
        ratios = []
        for name in then:
            kind = ColumnType.Categorical if name in CATEGORIES else ColumnType.Numerical
            pair = [each[name].dropna() for each in (then, now)]
            found = get_stattest(*pair, kind, None)(*pair, kind, None)
            ratios.append(float(found.drift_score) / found.actual_threshold)
        return max(ratios)

    return strength


def nannyml() -> Strength:
    os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"
    import nannyml as nml

    kept: dict[int, object] = {}

    def strength(then: pd.DataFrame, now: pd.DataFrame) -> float:
        if id(then) not in kept:
            kept.clear()
            made = nml.UnivariateDriftCalculator(
                column_names=list(then), treat_as_categorical=list(CATEGORIES), chunk_size=len(now)
            )
            kept[id(then)] = made.fit(then)
        found = kept[id(then)].calculate(now).filter(period="analysis").to_df()
        ratios = []
        for name in then:
            for method in found[name].columns.get_level_values(0).unique():
                row = found[name][method].iloc[0]
                if row["upper_threshold"]:
                    ratios.append(float(row["value"] / row["upper_threshold"]))
        return max(ratios)

    return strength


def months_like_training(strength: Strength) -> list[float]:
    people, found = population(100_000, SEED), []
    for number in range(5):
        draw = np.random.default_rng((SEED, number))
        then = drawn(people, TRAINING, draw)
        before = frame(then, risk(then, people))
        for _ in range(STATIONARY // 5):
            month = drawn(people, ROWS, draw)
            found.append(strength(before, frame(month, risk(month, people))))
    return found


def changed(strength: Strength) -> dict[str, list[list[float]]]:
    """Return the strength of each month of each sequence, drawn as run.py draws them."""
    people = population(100_000, SEED)
    found: dict[str, list[list[float]]] = {change.name: [] for change in CHANGES}
    for number in range(SEQUENCES):
        before = None
        for change in CHANGES:
            draw = np.random.default_rng((SEED, number, ROWS))
            then = drawn(people, TRAINING, draw)
            before = frame(then, risk(then, people)) if before is None else before
            found[change.name].append(_sequence(strength, change, before, people, draw))
    return found


def _sequence(
    strength: Strength,
    change: Change,
    before: pd.DataFrame,
    people: Columns,
    draw: np.random.Generator,
) -> list[float]:
    last, strengths = drawn(people, ROWS, draw), []
    for _ in range(1 if change.columns else HORIZON):
        month = last if change.stale else drawn(people, ROWS, draw)
        change.customers(month, draw)
        strengths.append(strength(before, frame(month, risk(month, people))))
    return strengths


def shown(sequences: list[list[float]], least: float) -> str:
    first = [next((n for n, s in enumerate(each, 1) if s >= least), 0) for each in sequences]
    seen = [each for each in first if each]
    return f"{np.mean(seen):.1f} ({len(seen)} of {len(first)})" if seen else "never"


def main() -> None:
    warnings.simplefilter("ignore")
    strength = {"evidently": evidently, "nannyml": nannyml}[sys.argv[1]]()
    usual = sorted(months_like_training(strength))
    rang = sum(each >= 1 for each in usual)
    least = float(np.nextafter(usual[-1 - len(usual) // 100], np.inf))
    print(f"{sys.argv[1]}: {rang} of {len(usual)} months like training ring at the default;")
    print(f"equalised at {least:.2f} of its thresholds\n")
    print("| change | default | equalised |\n|---|---|---|", flush=True)
    for name, found in changed(strength).items():
        print(f"| {name} | {shown(found, 1.0)} | {shown(found, least)} |", flush=True)


if __name__ == "__main__":
    main()
