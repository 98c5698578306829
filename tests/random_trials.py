"""Fifty random trials: scores, arms and outcomes, from uniform draws that every Python repeats."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Input:
    """One random trial; every third has many equal scores."""

    score: list[float]
    contacted: list[int]
    stayed: list[int]
    tied: bool
    seed: int


@dataclass(frozen=True)
class RandomOffer:
    """What contact costs, and what a customer is worth."""

    clv: float
    incentive: float
    contact: float
    accept_rate: float


def _input(seed: int) -> Input:
    draw = random.Random(seed).random
    rows = 40 + 4 * int(60 * draw())
    tied, share, effect = seed % 3 == 0, 0.2 + 0.7 * draw(), draw() - 0.2
    score = [round(draw(), 1 if tied else 12) for _ in range(rows)]
    arm = [int(draw() < share) for _ in range(rows)]
    stayed = [int(draw() < 0.6 + 0.4 * effect * s * a) for s, a in zip(score, arm, strict=True)]
    return Input(score, arm, stayed, tied, seed)


def offer_of(given: Input) -> RandomOffer:
    """Return a random offer for an input."""
    draw = random.Random(10_000 + given.seed).random
    return RandomOffer(50 + 450 * draw(), 1 + 39 * draw(), 0.1 + 5 * draw(), 0.1 + 0.7 * draw())


INPUTS = [_input(seed) for seed in range(50)]
