"""Does a list by effect earn more than a list by risk, and is a model without an effect refused?

    PYTHONPATH=src python benchmarks/uplift/run.py [--quick]

A simulated business whose individual effects are known: see README.md.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.scoring.profit import expected_value
from unchurn.modelling.uplift.experiment import Experiment, sides
from unchurn.modelling.uplift.learner_choice import Learned, learn
from unchurn.modelling.uplift.learners import Fitter, cross_fit, predicted, refit
from unchurn.modelling.uplift.usual_cells import UsualCells
from unchurn.project import Decision

F64 = npt.NDArray[np.float64]
DRAWN, FRESH, CAPACITY = 20_000, 20_000, 2_000
CONTROL = 0.3
WIDTH = 8
TYPES = ("q",) * (WIDTH + 1)
DECISION = Decision(clv=400.0, contact_cost=4.0, incentive_cost=15.0, accept_rate=0.3)


@dataclass(frozen=True)
class Business:
    """Customers: columns with their risk as the last, risk, and the effect of contact, (n,) each."""

    matrix: npt.NDArray[np.float32]
    risk: F64
    effect: F64


def business(rows: int, seed: int, kind: str) -> Business:
    """Draw customers: effects that ``differ``, go ``with-risk``, are ``alike`` for everybody, or ``nil``."""
    random = np.random.default_rng([seed, 1])
    columns = random.normal(size=(rows, WIDTH))
    risk = 0.1 + 0.8 / (1 + np.exp(1.6 - 1.0 * columns[:, 0] - 0.6 * columns[:, 1]))
    effect = {
        "nil": np.zeros(rows),
        "alike": np.full(rows, 0.08),
        "differ": _differing(columns, risk),
        "with-risk": DECISION.accept_rate * risk,
    }[kind]
    matrix = np.column_stack([columns, risk]).astype(np.float32)
    return Business(matrix, risk, effect)


def _differing(columns: F64, risk: F64) -> F64:
    """Lost causes at the top of the risk, persuadable ones in the middle, sleeping dogs among the quiet."""
    persuadable = np.where((columns[:, 2] > 0) & (risk < 0.6), 0.2, 0.0)
    dogs = np.where(columns[:, 3] > 1.0, -0.15, 0.0)
    return np.minimum(persuadable + dogs, risk)


def experiment(made: Business, seed: int) -> Experiment:
    """Draw who is contacted, and who stays."""
    random = np.random.default_rng([seed, 2])
    rows = len(made.risk)
    contacted = random.random(rows) >= CONTROL
    stayed = random.random(rows) >= made.risk - contacted * made.effect
    side = sides(f"{seed}-{row}" for row in range(rows))
    chance = np.full(rows, contacted.mean())
    return Experiment(made.matrix, contacted, stayed, chance, np.arange(rows), side)


def learned_of(rows: int, seed: int, kind: str) -> Learned:
    """Learn of a campaign."""
    settings = Settings(TYPES, 0.5, os.cpu_count() or 1, "cpu", 7)
    return learn(experiment(business(rows, seed, kind), seed), TYPES, settings, resamples=2)


def as_judged(learned: Learned, rows: int, seed: int, kind: str) -> Learned:
    """Return the model as its judges knew it: learned of the others alone."""
    made = experiment(business(rows, seed, kind), seed)
    others = made.rows(~made.held_out)
    fitter = Fitter(others, Settings(TYPES, 0.5, os.cpu_count() or 1, "cpu", 7))
    _, boosters = refit(fitter, learned.learner, cross_fit(fitter).expected)
    found = {**learned.found, "chance": float(others.contacted.mean())}
    return Learned(learned.learner, boosters, UsualCells.of(others.matrix, TYPES), found)


def earned(learned: Learned, seed: int, kind: str) -> tuple[float, float, float]:
    """Return what the first 2,000 of fresh customers earn: as `target` lists them, by risk, by the truth."""
    fresh = business(FRESH, seed + 1_000_000, kind)
    found = learned.found
    matrix = learned.usual.put(fresh.matrix)
    score = predicted(found["learner"], learned.boosters, matrix, found["chance"])
    share = found["effect"]["value"] + found["slope"] * (score - found["middle"])
    by_effect = expected_value(fresh.risk, DECISION.clv, DECISION, share)
    if found["not_to_disturb"] is not None:
        by_effect[score <= found["not_to_disturb"]] = -np.inf
    by_risk = expected_value(fresh.risk, DECISION.clv, DECISION)
    if not learned.accepted:
        by_effect = by_risk
    truth = expected_value(fresh.risk, DECISION.clv, DECISION, fresh.effect)
    each = (_of_first(by, truth) for by in (by_effect, by_risk, truth))
    return next(each), next(each), next(each)


def _of_first(worth: F64, truth: F64) -> float:
    first = np.argsort(-worth, kind="stable")[:CAPACITY]
    return float(truth[first[worth[first] > 0]].sum())


def compare(repetitions: int, kind: str) -> None:
    """Print what both lists earn, and the interval of the difference over repetitions.

    And how much more than the list of the model that was judged, where one was accepted.
    """
    rows, refused, over = [], 0, []
    for seed in range(repetitions):
        learned = learned_of(DRAWN, seed, kind)
        refused += not learned.accepted
        rows.append(earned(learned, seed, kind))
        if learned.accepted:
            judged = as_judged(learned, DRAWN, seed, kind)
            over.append(rows[-1][0] - earned(judged, seed, kind)[0])
        dogs = learned.found["not_to_disturb"] is not None
        print(f"  {seed}: {learned.found['learner']}, as listed {rows[-1][0]:,.0f}, by risk {rows[-1][1]:,.0f}, by the truth {rows[-1][2]:,.0f}; do not disturb: {'yes' if dogs else 'no'}", flush=True)  # fmt: skip
    table = np.array(rows)
    print(f"effects {kind}, {DRAWN:,} outcomes, {repetitions} repetitions, {refused} refused: as listed {table[:, 0].mean():,.0f}, by risk {table[:, 1].mean():,.0f}, by the truth {table[:, 2].mean():,.0f}")  # fmt: skip
    print(f"more as listed: {_mean(table[:, 0] - table[:, 1])}")
    if len(over) > 1:
        print(f"more than by the model that was judged: {_mean(np.array(over))}")


def _mean(more: F64) -> str:
    half = _t(len(more)) * more.std(ddof=1) / np.sqrt(len(more))
    return f"{more.mean():,.0f} ({more.mean() - half:,.0f} to {more.mean() + half:,.0f})"


def _t(count: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, count - 1))


def refusals(kind: str, rows: int, simulations: int) -> None:
    """Print how many models of campaigns without differences are refused."""
    refused = sum(not learned_of(rows, 10_000 + seed, kind).accepted for seed in range(simulations))
    print(f"effect {kind}, {rows:,} outcomes: {refused} of {simulations} refused ({refused / simulations:.1%})", flush=True)  # fmt: skip


def main() -> None:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a couple of minutes")
    parser.add_argument("--part", choices=("earned", "refused", "both"), default="both")
    asked = parser.parse_args()
    began = time.monotonic()
    if asked.part != "refused":
        for kind in ("differ", "with-risk"):
            compare(2 if asked.quick else 10, kind)
    if asked.part != "earned":
        for kind in ("alike", "nil"):
            refusals(kind, 1_000 if asked.quick else 2_000, 10 if asked.quick else 200)
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
