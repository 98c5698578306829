"""Draws of the search: near what was good, away from what was not, once a few trials are known.

A tree-structured Parzen estimator (Bergstra and others, 2011), one hyperparameter at a time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unchurn.modelling.fitting.booster import Floats
from unchurn.modelling.fitting.space import SPACE, Range, Space, is_used
from unchurn.project.hyperparameters import Value

_BLIND = 5
"""Trials that are drawn evenly, before there is something to learn from."""
_GOOD = 0.1
"""The share of the trials that is drawn near to."""
_CANDIDATES = 24


def draw(
    tried: Sequence[tuple[float, Mapping[str, Value]]], seed: int, space: Space = SPACE
) -> dict[str, Value]:
    """Draw a value for each hyperparameter of `space` that counts; the same for the same input.

    `tried`: (loss, what was drawn) of every trial before, infinite where it was given up; without
    any, draws are even.
    """
    # RandomState: its stream is the one that NumPy promises never to change.
    random = np.random.RandomState(seed)
    ranked = [drawn for _, drawn in sorted(tried, key=lambda each: each[0])]
    best = math.ceil(_GOOD * len(ranked))
    drawn: dict[str, Value] = {}
    for name, room in space.items():
        if is_used(name, drawn):
            good = [each[name] for each in ranked[:best] if name in each]
            bad = [each[name] for each in ranked[best:] if name in each]
            blind = len(ranked) < _BLIND
            if isinstance(room, Range):
                drawn[name] = room.at(
                    random.uniform(*room.ends) if blind else _near(room, good, bad, random)
                )
            else:
                shares = random.uniform(size=len(room)) if blind else _odds(room, good, bad, random)
                drawn[name] = room[int(np.argmax(shares))]
    return drawn


def _near(
    room: Range, good: Sequence[Value], bad: Sequence[Value], random: np.random.RandomState
) -> float:
    """Return the candidate, of those drawn near good numbers, that is the least like the bad."""
    low, high = room.ends
    near, far = (
        _Kernels.of([(room.place(float(each)) - low) / (high - low) for each in numbers])
        for numbers in (good, bad)
    )
    found = near.draw(random)
    return float(low + (high - low) * found[np.argmax(near.density(found) / far.density(found))])


def _odds(
    room: Sequence[Value],
    good: Sequence[Value],
    bad: Sequence[Value],
    random: np.random.RandomState,
) -> Floats:
    """Return how much likelier each choice is among the good, or -1 for one that was not drawn."""
    near, far = (
        np.array([1.0 + sum(each == choice for each in seen) for choice in room])
        for seen in (good, bad)
    )
    drawn = random.choice(len(room), _CANDIDATES, p=near / near.sum())
    return np.where(np.isin(np.arange(len(room)), drawn), near / far, -1.0)


@dataclass(frozen=True)
class _Kernels:
    """Equal parts of bells around numbers seen, cut off at 0 and 1, and one bell over everything."""

    centres: Floats
    widths: Floats

    @classmethod
    def of(cls, seen: Sequence[float]) -> _Kernels:
        """Make each bell as wide as the longer way to a neighbour, but no needle."""
        centres = np.sort(np.array([*seen, 0.5]))
        gaps = np.diff(np.concatenate([[0.0], centres, [1.0]]))
        widths = np.clip(np.maximum(gaps[:-1], gaps[1:]), 1 / min(100, len(centres) + 1), 1.0)
        widths[int(np.searchsorted(centres, 0.5))] = 1.0
        return cls(centres, widths)

    def draw(self, random: np.random.RandomState) -> Floats:
        """Draw candidates from 0 to 1."""
        from scipy.special import ndtr, ndtri

        which = random.randint(len(self.centres), size=_CANDIDATES)
        centres, widths = self.centres[which], self.widths[which]
        low, high = ndtr(-centres / widths), ndtr((1 - centres) / widths)
        drawn = centres + widths * ndtri(low + (high - low) * random.uniform(size=_CANDIDATES))
        return np.asarray(np.clip(drawn, 0.0, 1.0))

    def density(self, places: npt.ArrayLike) -> Floats:
        """Return the density at places from 0 to 1."""
        from scipy.special import ndtr

        mass = ndtr((1 - self.centres) / self.widths) - ndtr(-self.centres / self.widths)
        away = (np.asarray(places)[:, None] - self.centres) / self.widths
        return np.asarray(np.mean(np.exp(-0.5 * away**2) / self.widths / mass, axis=1))
